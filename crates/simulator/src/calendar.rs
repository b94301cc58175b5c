//! The days of a scenario by its own wall clock, changes of clocks included, and instants as text.

use crate::error::Error;
use crate::zone::Zone;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

/// Seconds of a quarter-hour.
pub(crate) const QUARTER_S: i64 = 900;

/// A day of the wall clock: 24 hours, or 23 or 25 when the clocks are changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Day {
    /// Midnight at its begin, Unix seconds.
    pub(crate) start_s: i64,
    /// Midnight at its end, Unix seconds.
    pub(crate) end_s: i64,
    pub(crate) date: Date,
    /// 0 is Monday.
    pub(crate) weekday: usize,
    /// 1 to 31.
    pub(crate) day_of_month: i8,
    zone: Zone,
}

/// A quarter-hour of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quarter {
    /// Begin, Unix seconds.
    pub(crate) start_s: i64,
    /// What the clock on the wall shows at its begin, in quarter-hours since midnight: 0 to 95.
    pub(crate) slot: usize,
}

impl Day {
    pub(crate) fn of(zone: &Zone, date: Date) -> Result<Self, Error> {
        let tomorrow = date.checked_add(1.day()).map_err(|_| outside(date))?;
        let midnight = |date: Date| zone.instant_s(date.at(0, 0, 0, 0)).ok_or_else(|| outside(date));
        let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
        let (start_s, end_s) = (midnight(date)?, midnight(tomorrow)?);
        Ok(Self { start_s, end_s, date, weekday, day_of_month: date.day(), zone: zone.clone() })
    }

    /// The instant (Unix seconds) at which the clock on the wall shows so many minutes after midnight; minutes beyond this day run on into
    /// the next. Of a time that is shown twice it is the first one, a time that is skipped moves forward by the gap.
    pub(crate) fn instant_s(&self, minute: u32) -> i64 {
        let clock = i64::from(minute);
        let date = self.date.checked_add((clock / 1_440).days()).unwrap_or(self.date);
        let (hour, minute) = ((clock % 1_440) / 60, clock % 60);
        let wall = date.at(i8::try_from(hour).unwrap_or(0), i8::try_from(minute).unwrap_or(0), 0, 0);
        self.zone.instant_s(wall).unwrap_or(self.start_s + clock * 60)
    }

    /// The quarter-hours of the day: 96, or 92 and 100 when the clocks are changed by an hour.
    pub(crate) fn quarters(&self) -> impl Iterator<Item = Quarter> + use<'_> {
        let count = (self.end_s - self.start_s) / QUARTER_S;
        (0..count).map(|number| {
            let start_s = self.start_s + number * QUARTER_S;
            Quarter { start_s, slot: self.zone.quarter_of_day(start_s) }
        })
    }
}

fn outside(date: Date) -> Error {
    Error::Scenario { problem: format!("{date}: outside the calendar") }
}

/// The days from the one before `start_s` (its night shift reaches into the first) to the one in which `end_s` falls.
pub(crate) fn days(zone: &Zone, start_s: i64, end_s: i64) -> Result<Vec<Day>, Error> {
    let outside = |_: jiff::Error| Error::Scenario { problem: format!("time {start_s} s: outside the calendar") };
    let mut date = zone.date(start_s).and_then(|first| first.yesterday().ok());
    let mut days = Vec::new();
    while let Some(next) = date {
        let day = Day::of(zone, next)?;
        if day.start_s >= end_s {
            return Ok(days);
        }
        days.push(day);
        date = Some(next.checked_add(1.day()).map_err(outside)?);
    }
    Err(Error::Scenario { problem: format!("time {start_s} s: outside the calendar") })
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
        let west = days(&Zone::fixed(-60), SUNDAY_S, SUNDAY_S + 86_400).unwrap();
        assert_eq!(west.iter().map(|day| (day.weekday, day.day_of_month)).collect::<Vec<_>>(), [(4, 27), (5, 28), (6, 1)]);
        let east = days(&Zone::fixed(60), SUNDAY_S, SUNDAY_S + 3_600).unwrap();
        assert_eq!(east.iter().map(|day| day.day_of_month).collect::<Vec<_>>(), [28, 1]);
        assert_eq!(east[1].start_s, SUNDAY_S - 90 * 60);
    }

    #[test]
    fn minutes_run_on_into_the_next_day() {
        let days = days(&Zone::fixed(480), SUNDAY_S, SUNDAY_S + 86_400).unwrap();
        assert_eq!(days[0].instant_s(24 * 60 + 30), days[1].start_s + 1_800);
    }

    /// Berlin, 29 March 2026: at 02:00 (01:00 UTC) the clock is put forward to 03:00. The day has 23 hours, 92 quarter-hours, and none
    /// that begins between 2 and 3; 08:00 on the clock is 7 hours after midnight. Midnight is 2026-03-28T23:00:00Z.
    #[test]
    fn the_day_on_which_an_hour_is_skipped_has_92_quarters() {
        let day = Day::of(&Zone::named("Europe/Berlin").unwrap(), jiff::civil::date(2026, 3, 29)).unwrap();
        let quarters: Vec<Quarter> = day.quarters().collect();
        assert_eq!((day.start_s, day.end_s, quarters.len()), (1_774_738_800, 1_774_738_800 + 23 * 3_600, 92));
        assert!(quarters.iter().all(|quarter| !(8..12).contains(&quarter.slot)));
        assert_eq!(quarters[8], Quarter { start_s: 1_774_746_000, slot: 12 });
        assert_eq!(day.instant_s(8 * 60), day.start_s + 7 * 3_600);
        assert_eq!(day.instant_s(2 * 60 + 30), day.start_s + 2 * 3_600 + 1_800, "skipped: forward by the gap, 03:30");
    }

    /// Berlin, 25 October 2026: at 03:00 the clock is put back to 02:00. 25 hours, 100 quarter-hours, those from 2 to 3 twice; the first
    /// 02:30 is 2.5 hours after midnight (2026-10-24T22:00:00Z), 08:00 is 9 hours after it.
    #[test]
    fn the_day_on_which_an_hour_is_shown_twice_has_100_quarters() {
        let day = Day::of(&Zone::named("Europe/Berlin").unwrap(), jiff::civil::date(2026, 10, 25)).unwrap();
        let quarters: Vec<Quarter> = day.quarters().collect();
        assert_eq!((day.start_s, day.end_s, quarters.len()), (1_792_879_200, 1_792_879_200 + 25 * 3_600, 100));
        assert_eq!(quarters.iter().filter(|quarter| quarter.slot == 9).count(), 2);
        assert_eq!((day.instant_s(150), day.instant_s(480)), (day.start_s + 9_000, day.start_s + 9 * 3_600));
    }

    #[test]
    fn instants_are_written_in_utc() {
        assert_eq!(utc(SUNDAY_S, "%Y-%m-%dT%H:%M:%SZ"), "2026-03-01T00:30:00Z");
        assert_eq!(utc(i64::MAX, "%Y"), "");
    }
}
