//! What ClickHouse can answer, by what the loader does about it.

/// A failure of the warehouse.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// ClickHouse refused or did not answer.
    #[error("HF-W001: {what}: {text}")]
    ClickHouse {
        /// What was tried.
        what: String,
        /// What came back.
        text: String,
    },
    /// An applied migration is not the one that this version has.
    #[error("HF-W002: migration {0} was changed after it was applied: never edit an applied migration, add a new one")]
    Changed(String),
    /// The tables do not fit this version.
    #[error("HF-W003: {0}; run `holdfast warehouse migrate`")]
    Schema(String),
    /// Kafka failed for good.
    #[error("HF-K001: {0}")]
    Kafka(String),
}

impl Error {
    /// A failed statement.
    pub fn failed(what: impl Into<String>, error: &clickhouse::error::Error) -> Self {
        Error::ClickHouse { what: what.into(), text: told(error) }
    }

    /// A failed insert of the loader.
    pub(crate) fn insert(class: Class, error: &clickhouse::error::Error) -> Self {
        match class {
            Class::Schema => Error::Schema(told(error)),
            _ => Error::failed("writing rows", error),
        }
    }
}

impl From<runtime::broker::Failure> for Error {
    fn from(failure: runtime::broker::Failure) -> Self {
        Error::Kafka(failure.text)
    }
}

/// An error with its causes: the client's own text of a network error is only "client error (Connect)".
fn told(error: &clickhouse::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

/// What to do after a failed insert. The rows stay with the loader in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Again soon: it was about to work.
    RetryFast,
    /// Again later, with larger batches: ClickHouse is overloaded or away.
    RetrySlow,
    /// Nobody knows whether it was written: insert again, the rows replace themselves.
    UnknownOutcome,
    /// The tables do not fit: say so and wait for someone to migrate; never a dead letter.
    Schema,
}

impl Class {
    /// Label of the counter.
    pub fn label(self) -> &'static str {
        match self {
            Class::RetryFast => "retry_fast",
            Class::RetrySlow => "retry_slow",
            Class::UnknownOutcome => "unknown_outcome",
            Class::Schema => "schema",
        }
    }
}

/// The number in "Code: 252. DB::Exception: …"; none: no exception of ClickHouse.
///
/// ```
/// assert_eq!(warehouse::exception_code("bad response: Code: 252. DB::Exception: Too many parts"), Some(252));
/// assert_eq!(warehouse::exception_code("connection refused"), None);
/// ```
pub fn exception_code(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("Code: ")?;
    let digits = rest.split(|character: char| !character.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// Classifies a failure by its text: the client gives nothing else.
pub fn classify(error: &clickhouse::error::Error) -> Class {
    use clickhouse::error::Error as E;
    match error {
        E::SchemaMismatch(_) | E::InvalidColumnsHeader(_) | E::NotEnoughData => return Class::Schema,
        E::TimedOut => return Class::UnknownOutcome,
        _ => {}
    }
    let text = told(error);
    match exception_code(&text) {
        // Unknown or missing column, table, database or function; types or numbers of columns that do not fit.
        Some(8 | 10 | 16 | 20 | 44 | 46 | 47 | 53 | 60 | 70 | 81 | 117) => Class::Schema,
        // A setting that is unknown or may not be set; no such user, wrong password, no right.
        Some(115 | 164 | 192 | 193 | 194 | 497 | 516) => Class::Schema,
        // Socket time-outs and broken connections, here or between its parts; a body that broke off: it may have been written.
        Some(24 | 33 | 209 | 210 | 279 | 425) => Class::UnknownOutcome,
        // Too many parts (252), memory (241), read-only replica (242), unknown status (319), Keeper (999, 225), too many queries (202),
        // overload (745), time-outs inside (159, 160), disk (243), and whatever else it may say.
        Some(_) => Class::RetrySlow,
        None if refused(error) => Class::RetryFast,
        None => Class::UnknownOutcome,
    }
}

/// True if no connection was made, so nothing can have been written.
fn refused(error: &clickhouse::error::Error) -> bool {
    let text = told(error).to_lowercase();
    text.contains("(connect)") || text.contains("connection refused")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clickhouse::error::Error as E;

    #[test]
    fn every_kind_of_answer_has_its_class() {
        let exception = |code: u32| classify(&E::BadResponse(format!("Code: {code}. DB::Exception: x")));
        assert_eq!(exception(252), Class::RetrySlow);
        assert_eq!(exception(999), Class::RetrySlow);
        assert_eq!(exception(60), Class::Schema);
        assert_eq!(exception(209), Class::UnknownOutcome);
        assert_eq!(exception(123_456), Class::RetrySlow);
        assert_eq!(classify(&E::TimedOut), Class::UnknownOutcome);
        assert_eq!(classify(&E::Network("connection refused".into())), Class::RetryFast);
        assert_eq!(classify(&E::Network("reset".into())), Class::UnknownOutcome);
        assert_eq!(classify(&E::Network("client error (Connect)".into())), Class::RetryFast);
        assert_eq!(classify(&E::SchemaMismatch("x".into())), Class::Schema);
    }
}
