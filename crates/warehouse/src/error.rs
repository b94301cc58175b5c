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
        Error::ClickHouse { what: what.into(), text: error.to_string() }
    }
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
    let text = error.to_string();
    match exception_code(&text) {
        // Unknown identifier, table, database, type mismatch, no such column, unknown function.
        Some(16 | 47 | 60 | 81 | 53 | 8 | 44 | 46) => Class::Schema,
        // Too many parts, memory limits, read-only replica, Keeper lost, too many queries, overloaded, time-outs inside.
        Some(252 | 241 | 242 | 319 | 999 | 202 | 745 | 159 | 160 | 243 | 225) => Class::RetrySlow,
        // Socket time-outs and broken connections between its parts: it may have been written.
        Some(209 | 210 | 279 | 425 | 24) => Class::UnknownOutcome,
        Some(_) => Class::RetrySlow,
        None if text.contains("connect") || text.contains("refused") => Class::RetryFast,
        None => Class::UnknownOutcome,
    }
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
        assert_eq!(classify(&E::SchemaMismatch("x".into())), Class::Schema);
    }
}
