//! What the JSON of both vendors has in common.

use jiff::Timestamp;

/// RFC 3339 in UTC with milliseconds: `2026-11-25T12:00:00.000Z`.
pub(super) fn millis_text(time_us: i64) -> String {
    Timestamp::from_microsecond(time_us).map(|time| format!("{time:.3}")).unwrap_or_default()
}

/// RFC 3339 in UTC with whole seconds: `2026-11-25T12:00:00Z`.
pub(super) fn seconds_text(time_us: i64) -> String {
    Timestamp::from_microsecond(time_us).map(|time| format!("{time:.0}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_digits_that_they_are_asked_for() {
        assert_eq!(millis_text(1_795_608_000_120_000), "2026-11-25T12:00:00.120Z");
        assert_eq!(seconds_text(1_795_608_000_000_000), "2026-11-25T12:00:00Z");
    }
}
