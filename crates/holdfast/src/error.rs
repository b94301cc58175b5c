//! What a command can fail with: a stable code (`holdfast explain CODE` has a page), a text, an exit code.

/// A failed command.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {text}")]
pub struct Error {
    /// Stable code: HF-C… configuration, HF-K… Kafka, HF-R… the loop, HF-W… warehouse, HF-I… import, HF-T… training.
    pub code: &'static str,
    /// What is wrong, where, and what to do.
    pub text: String,
}

impl Error {
    /// An error with a code.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Error { code, text: text.into() }
    }

    /// The configuration is wrong.
    pub fn configuration(text: impl Into<String>) -> Self {
        Error::new("HF-C001", text)
    }

    /// 2: how it was called; 65: configuration; 69: Kafka or ClickHouse; 70: a stage stopped; 1: anything else.
    pub fn exit_code(&self) -> u8 {
        // An import that Kafka did not answer.
        if self.code == "HF-I002" {
            return 69;
        }
        match self.code.as_bytes().get(3) {
            Some(b'C') => 65,
            Some(b'K' | b'W') => 69,
            Some(b'R') => 70,
            _ => 1,
        }
    }
}

impl From<runtime::broker::Failure> for Error {
    fn from(failure: runtime::broker::Failure) -> Self {
        Error::new("HF-K001", failure.text)
    }
}

impl From<runtime::driver::Error> for Error {
    fn from(error: runtime::driver::Error) -> Self {
        use runtime::driver::Error as E;
        let code = match &error {
            E::Fenced(_) => "HF-R001",
            E::Fatal(_) => "HF-R002",
            E::Position { .. } => "HF-R003",
            E::Layout { .. } => "HF-R004",
            E::Flood { .. } => "HF-R005",
            E::Restore { .. } => "HF-R006",
            E::Crash => "HF-R007",
        };
        let text = error.to_string();
        Error::new(code, text.strip_prefix(code).map_or(text.as_str(), |rest| rest.trim_start_matches(": ")).to_owned())
    }
}

impl From<warehouse::Error> for Error {
    fn from(error: warehouse::Error) -> Self {
        use warehouse::Error as E;
        let code = match &error {
            E::ClickHouse { .. } => "HF-W001",
            E::Changed(_) => "HF-W002",
            E::Schema(_) => "HF-W003",
            E::Kafka(_) => "HF-K001",
        };
        let text = error.to_string();
        Error::new(code, text.strip_prefix(code).map_or(text.as_str(), |rest| rest.trim_start_matches(": ")).to_owned())
    }
}

impl From<training::Error> for Error {
    fn from(error: training::Error) -> Self {
        Error::new("HF-T001", error.to_string())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Error::new("HF-I001", error.to_string())
    }
}
