//! Spans of time that numbers are shown for. The time comes in as an argument, and so does the zone.

use crate::Error;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kpi::MINUTE_US;
use kpi::windows::{Span, rolling};

/// What a number covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Window {
    /// So many minutes, up to and with the newest complete one.
    Minutes(i64),
    /// The local day so far, the running minute included.
    Today,
}

impl Window {
    /// All of them, the shortest first.
    pub const ALL: [Window; 5] = [Window::Minutes(5), Window::Minutes(15), Window::Minutes(30), Window::Minutes(60), Window::Today];

    /// Its name: label of metrics, key of JSON.
    pub fn name(self) -> &'static str {
        match self {
            Window::Minutes(5) => "5m",
            Window::Minutes(15) => "15m",
            Window::Minutes(30) => "30m",
            Window::Minutes(_) => "60m",
            Window::Today => "today",
        }
    }

    /// The window of a name.
    ///
    /// # Errors
    /// [`Error::Window`].
    ///
    /// ```
    /// assert_eq!(board::Window::parse("15m")?, board::Window::Minutes(15));
    /// # Ok::<(), board::Error>(())
    /// ```
    pub fn parse(name: &str) -> Result<Self, Error> {
        Window::ALL.into_iter().find(|window| window.name() == name).ok_or_else(|| Error::Window(name.to_owned()))
    }

    /// What it covers at a moment in a zone.
    pub fn span(self, at_us: i64, zone: &TimeZone) -> Span {
        match self {
            Window::Minutes(minutes) => rolling(at_us, minutes),
            Window::Today => Span { start_us: day_of(at_us, zone).start_us, end_us: kpi::minute_start_us(at_us) + MINUTE_US },
        }
    }
}

/// The local day in which a moment falls.
pub fn day_of(at_us: i64, zone: &TimeZone) -> Span {
    let Ok(at) = Timestamp::from_microsecond(at_us) else { return Span { start_us: at_us, end_us: at_us } };
    day(at.to_zoned_datetime(zone.clone()).date(), zone)
}

/// A local day: 23 or 25 hours long where the clocks change.
pub fn day(date: Date, zone: &TimeZone) -> Span {
    let start = |date: Date| {
        date.to_zoned_datetime(zone.clone()).ok().and_then(|midnight| midnight.start_of_day().ok()).map(|start| start.timestamp())
    };
    let first = start(date);
    let next = date.tomorrow().ok().and_then(start);
    match (first, next) {
        (Some(first), Some(next)) => Span { start_us: first.as_microsecond(), end_us: next.as_microsecond() },
        _ => Span { start_us: 0, end_us: 0 },
    }
}

/// The zone of an IANA name.
///
/// # Errors
/// [`Error::Zone`].
pub(crate) fn zone(name: &str) -> Result<TimeZone, Error> {
    TimeZone::get(name).map_err(|_| Error::Zone(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn a_rolling_window_ends_with_the_newest_complete_minute() {
        let span = Window::Minutes(15).span(us("2026-11-25T12:34:56.5Z"), &TimeZone::UTC);
        assert_eq!(span, Span { start_us: us("2026-11-25T12:19:00Z"), end_us: us("2026-11-25T12:34:00Z") });
    }

    #[test]
    fn today_starts_at_local_midnight_and_includes_the_running_minute() {
        let berlin = zone("Europe/Berlin").unwrap();
        let span = Window::Today.span(us("2026-11-25T23:30:10Z"), &berlin);
        assert_eq!(span, Span { start_us: us("2026-11-25T23:00:00Z"), end_us: us("2026-11-25T23:31:00Z") });
    }

    #[test]
    fn days_on_which_clocks_change_have_92_and_100_intervals() {
        let berlin = zone("Europe/Berlin").unwrap();
        for (moment, count) in [("2026-03-29T10:00:00Z", 92), ("2026-10-25T10:00:00Z", 100), ("2026-11-25T10:00:00Z", 96)] {
            assert_eq!(kpi::windows::intervals(day_of(us(moment), &berlin)).count(), count, "{moment}");
        }
    }

    #[test]
    fn an_unknown_zone_is_refused_with_advice() {
        assert!(zone("Europe/Berlin2").unwrap_err().to_string().contains("IANA"));
    }
}
