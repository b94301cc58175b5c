//! The days of a scenario by its own wall clock, which is a fixed offset from UTC, and instants as text.

use crate::error::Error;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};

/// A day of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    /// Midnight at its begin, Unix seconds.
    pub(crate) start_s: i64,
    /// 0 is Monday.
    pub(crate) weekday: usize,
    /// 1 to 31.
    pub(crate) day_of_month: i8,
}

impl Day {
    /// The instant (Unix seconds) so many minutes after midnight; minutes beyond this day run on into the next.
    pub(crate) fn instant_s(&self, minute: u32) -> i64 {
        self.start_s + i64::from(minute) * 60
    }
}

/// The days from the one before `start_s` (its night shift reaches into the first) to the one in which `end_s` falls.
pub(crate) fn days(east_of_utc_min: i32, start_s: i64, end_s: i64) -> Result<Vec<Day>, Error> {
    let outside = |_: jiff::Error| Error::Scenario { problem: format!("time {start_s} s: outside the calendar") };
    let offset = Offset::from_seconds(east_of_utc_min * 60).map_err(outside)?;
    let first = offset.to_datetime(Timestamp::from_second(start_s).map_err(outside)?).date();
    let mut date = first.yesterday().map_err(outside)?;
    let mut days = Vec::new();
    loop {
        let midnight_s = offset.to_timestamp(date.at(0, 0, 0, 0)).map_err(outside)?.as_second();
        if midnight_s >= end_s {
            return Ok(days);
        }
        let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
        days.push(Day { start_s: midnight_s, weekday, day_of_month: date.day() });
        date = date.checked_add(1.day()).map_err(outside)?;
    }
}

/// An instant (Unix seconds) in UTC, formatted as by `strftime`; empty outside the calendar.
pub(crate) fn utc(time_s: i64, format: &str) -> String {
    Timestamp::from_second(time_s).map(|time| time.strftime(format).to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-01 00:30 in UTC, a Sunday.
    const SUNDAY_S: i64 = 1_772_325_000;

    #[test]
    fn days_follow_the_wall_clock() {
        let west = days(-60, SUNDAY_S, SUNDAY_S + 86_400).unwrap();
        assert_eq!(west.iter().map(|day| (day.weekday, day.day_of_month)).collect::<Vec<_>>(), [(4, 27), (5, 28), (6, 1)]);
        let east = days(60, SUNDAY_S, SUNDAY_S + 3_600).unwrap();
        assert_eq!(east.iter().map(|day| day.day_of_month).collect::<Vec<_>>(), [28, 1]);
        assert_eq!(east[1].start_s, SUNDAY_S - 90 * 60);
    }

    #[test]
    fn minutes_run_on_into_the_next_day() {
        let days = days(480, SUNDAY_S, SUNDAY_S + 86_400).unwrap();
        assert_eq!(days[0].instant_s(24 * 60 + 30), days[1].start_s + 1_800);
    }

    #[test]
    fn instants_are_written_in_utc() {
        assert_eq!(utc(SUNDAY_S, "%Y-%m-%dT%H:%M:%SZ"), "2026-03-01T00:30:00Z");
        assert_eq!(utc(i64::MAX, "%Y"), "");
    }
}
