//! When a local day of a site is over, and to which day of the fold an action of a person belongs.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A day is scored so long after its local end: late events have come by then.
const CLOSED_AFTER_HOURS: i64 = 36;

/// The moment from which a day (days since 1970-01-01) can be scored: 36 h after its local end, microseconds since 1970.
///
/// ```
/// use holdfast::signals::calendar::closes_us;
/// let berlin = jiff::tz::TimeZone::get("Europe/Berlin")?;
/// // 30 March 2025 has 23 hours; it ends at 22:00 UTC, and 36 h later is the 1 April, 10:00 UTC.
/// assert_eq!(closes_us(20_177, &berlin), 1_743_501_600_000_000);
/// # Ok::<(), jiff::Error>(())
/// ```
#[must_use]
pub fn closes_us(day: i32, zone: &TimeZone) -> i64 {
    let end = date(day.saturating_add(1)).to_zoned_datetime(zone.clone()).map(|end| end.timestamp().as_microsecond());
    // Outside of the years that a calendar knows there are no days.
    end.unwrap_or(i64::MAX / 2).saturating_add(CLOSED_AFTER_HOURS * 3_600_000_000)
}

/// The first day that could not be scored yet when something happened: what a person did is known to the fold before that day.
///
/// ```
/// use holdfast::signals::calendar::{acted_day, closes_us};
/// let zone = jiff::tz::TimeZone::UTC;
/// assert_eq!(acted_day(closes_us(20_000, &zone), &zone), 20_001);
/// assert_eq!(acted_day(closes_us(20_000, &zone) - 1, &zone), 20_000);
/// ```
#[must_use]
pub fn acted_day(time_us: i64, zone: &TimeZone) -> i32 {
    let moment = Timestamp::from_microsecond(time_us.saturating_sub(CLOSED_AFTER_HOURS * 3_600_000_000)).unwrap_or_default();
    day_number(moment.to_zoned_datetime(zone.clone()).date())
}

/// Days since 1970-01-01.
#[must_use]
pub fn day_number(date: Date) -> i32 {
    date.since((jiff::Unit::Day, self::date(0))).map_or(0, |span| span.get_days())
}

fn date(day: i32) -> Date {
    // Held to the years that a calendar knows.
    Date::constant(1970, 1, 1).saturating_add(day.clamp(-700_000, 2_900_000).days())
}
