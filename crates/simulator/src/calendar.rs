//! The days of the scenario in its own time zone, cut into quarter-hours.

use crate::error::Error;
use jiff::civil::{Date, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};

/// Seconds of a quarter-hour.
const QUARTER_S: i64 = 900;

/// A quarter-hour of a local day. The last one of a day may be shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quarter {
    /// Begin, Unix seconds.
    pub(crate) start_s: i64,
    /// End, Unix seconds, not included.
    pub(crate) end_s: i64,
    /// What the wall clock shows at the begin, in minutes since midnight.
    pub(crate) minute: u32,
}

/// A day of the local calendar: 24 hours, or 23 or 25 when the clocks change.
#[derive(Debug, Clone)]
pub(crate) struct LocalDay {
    /// Midnight at its end, Unix seconds.
    pub(crate) end_s: i64,
    /// 0 is Monday.
    pub(crate) weekday: usize,
    /// 1 to 31.
    pub(crate) day_of_month: i8,
    /// The day in order; 92, 96 or 100 of them.
    pub(crate) quarters: Vec<Quarter>,
}

impl LocalDay {
    /// The instant (Unix seconds) at which the wall clock first shows this many minutes since midnight; minutes beyond this day
    /// run on into the next. A time that the clocks jump over is the instant of the jump.
    pub(crate) fn instant_s(&self, minute: u32) -> i64 {
        let beyond_s = i64::from(minute.saturating_sub(24 * 60)) * 60;
        if beyond_s > 0 {
            return self.end_s + beyond_s;
        }
        let reached = self.quarters.iter().find(|quarter| minute < quarter.minute + 15);
        reached.map_or(self.end_s, |quarter| quarter.start_s + i64::from(minute.saturating_sub(quarter.minute)) * 60)
    }
}

/// The local days from the day before `start_s` (its night shift reaches into the first day) to the last of `days`.
pub(crate) fn local_days(zone: &str, start_s: i64, days: u32) -> Result<Vec<LocalDay>, Error> {
    let unknown = || Error::UnknownZone { zone: zone.to_owned() };
    let time_zone = TimeZoneDatabase::bundled().get(zone).map_err(|_| unknown())?;
    let outside = |_: jiff::Error| Error::Scenario { problem: format!("start_s {start_s}: outside the calendar") };
    let start = Timestamp::from_second(start_s).map_err(outside)?;
    let mut date = time_zone.to_datetime(start).date().yesterday().map_err(outside)?;
    let mut local = Vec::new();
    for _ in 0..=days {
        local.push(local_day(&time_zone, date).map_err(outside)?);
        date = date.checked_add(1.day()).map_err(outside)?;
    }
    Ok(local)
}

fn local_day(zone: &TimeZone, date: Date) -> Result<LocalDay, jiff::Error> {
    let end_s = zone.to_timestamp(date.tomorrow()?.at(0, 0, 0, 0))?.as_second();
    let mut quarters = Vec::new();
    let mut from_s = zone.to_timestamp(date.at(0, 0, 0, 0))?.as_second();
    while from_s < end_s {
        let until_s = (from_s + QUARTER_S).min(end_s);
        let clock = zone.to_datetime(Timestamp::from_second(from_s)?).time();
        let minute = u32::from(clock.hour().unsigned_abs()) * 60 + u32::from(clock.minute().unsigned_abs());
        quarters.push(Quarter { start_s: from_s, end_s: until_s, minute });
        from_s = until_s;
    }
    let weekday = match date.weekday() {
        Weekday::Monday => 0,
        Weekday::Tuesday => 1,
        Weekday::Wednesday => 2,
        Weekday::Thursday => 3,
        Weekday::Friday => 4,
        Weekday::Saturday => 5,
        Weekday::Sunday => 6,
    };
    Ok(LocalDay { end_s, weekday, day_of_month: date.day(), quarters })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-28 12:00 in Berlin, the day before the clocks go forward.
    const SATURDAY_NOON_S: i64 = 1_774_695_600;

    #[test]
    fn the_day_the_clocks_go_forward_has_92_quarters() {
        let days = local_days("Europe/Berlin", SATURDAY_NOON_S, 2).unwrap();
        assert_eq!(days.iter().map(|day| day.weekday).collect::<Vec<_>>(), [4, 5, 6]);
        assert_eq!(days.iter().map(|day| day.quarters.len()).collect::<Vec<_>>(), [96, 96, 92]);
        assert_eq!(days[1].day_of_month, 28);
        assert!(days[1].quarters[0].start_s <= SATURDAY_NOON_S && SATURDAY_NOON_S < days[1].end_s);
        assert_eq!(days[1].end_s, days[2].quarters[0].start_s);
    }

    #[test]
    fn the_day_the_clocks_go_back_has_100_quarters() {
        let october_s = SATURDAY_NOON_S + 210 * 86_400;
        let days = local_days("Europe/Berlin", october_s, 2).unwrap();
        assert_eq!(days[2].quarters.len(), 100);
        assert_eq!(days[2].instant_s(9 * 60) - days[2].quarters[0].start_s, 10 * 3_600);
    }

    #[test]
    fn wall_clock_minutes_become_instants() {
        let days = local_days("Europe/Berlin", SATURDAY_NOON_S, 2).unwrap();
        assert_eq!(days[1].instant_s(12 * 60), SATURDAY_NOON_S);
        assert_eq!(days[2].instant_s(9 * 60 + 7) - days[2].quarters[0].start_s, 8 * 3_600 + 7 * 60);
        assert_eq!(days[2].instant_s(2 * 60 + 30) - days[2].quarters[0].start_s, 2 * 3_600);
        assert_eq!(days[1].instant_s(24 * 60), days[1].end_s);
        assert_eq!(days[1].instant_s(25 * 60), days[1].end_s + 3_600);
    }

    #[test]
    fn a_zone_that_does_not_exist_is_named() {
        let error = local_days("Europe/Atlantis", 0, 1).unwrap_err();
        assert_eq!(error, Error::UnknownZone { zone: "Europe/Atlantis".to_owned() });
    }
}
