//! Times of a source into microseconds since 1970 UTC, within plausible bounds.

use crate::Error;
use crate::config::SourceConfig;
use crate::reject::Fault;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

pub(crate) const SECOND_US: i64 = 1_000_000;
pub(crate) const DAY_US: i64 = 86_400 * SECOND_US;

/// The zone of a source and the times that it may report.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    zone: TimeZone,
    earliest_us: i64,
    latest_us: i64,
}

impl Clock {
    pub(crate) fn new(config: &SourceConfig, zone: &str) -> Result<Self, Error> {
        let found = match zone {
            "UTC" | "Etc/UTC" => TimeZone::UTC,
            zone => TimeZone::get(zone).map_err(|_| Error::Zone { source_name: config.name.clone(), zone: zone.to_owned() })?,
        };
        let bound = |day: Date| naive_us(day.at(0, 0, 0, 0));
        Ok(Clock { zone: found, earliest_us: bound(config.limits.earliest), latest_us: bound(config.limits.latest) })
    }

    /// The instant of a local time. A time that the clock shows twice is the earlier one; one that it skips is moved
    /// forward by the gap.
    pub(crate) fn instant_us(&self, local: DateTime) -> Option<i64> {
        if self.zone == TimeZone::UTC {
            return Some(naive_us(local));
        }
        self.zone.to_ambiguous_timestamp(local).compatible().ok().map(Timestamp::as_microsecond)
    }

    /// As [`Clock::instant_us`], from microseconds of the local clock since 1970.
    pub(crate) fn instant_of_local_us(&self, local_us: i64) -> Option<i64> {
        let local = Timestamp::from_microsecond(local_us).ok()?;
        self.instant_us(TimeZone::UTC.to_datetime(local))
    }

    /// What the local clock shows at an instant, in microseconds of that clock since 1970.
    pub(crate) fn local_us(&self, instant_us: i64) -> Option<i64> {
        Timestamp::from_microsecond(instant_us).ok().map(|instant| naive_us(self.zone.to_datetime(instant)))
    }

    /// An instant between the plausible bounds; `field` names it in the reject.
    pub(crate) fn plausible(&self, instant_us: i64, field: &str) -> Result<i64, Fault> {
        if (self.earliest_us..self.latest_us).contains(&instant_us) {
            return Ok(instant_us);
        }
        let reason = format!("{field}: the time is outside limits.earliest and limits.latest");
        Err(Fault::new("time_out_of_range", reason))
    }

    /// Epoch seconds with or without fraction, a local "2013-11-08 09:53:09.948070", or one with an offset.
    pub(crate) fn parse(&self, text: &str, field: &str) -> Result<i64, Fault> {
        let instant_us = match epoch_us(text, SECOND_US) {
            Some(instant_us) => Some(instant_us),
            None => self.parse_calendar(text),
        };
        let bad = || Fault::new("bad_time", format!("{field}: neither epoch seconds nor a date with a time"));
        self.plausible(instant_us.ok_or_else(bad)?, field)
    }

    /// A date and time, local unless it has an offset.
    pub(crate) fn parse_calendar(&self, text: &str) -> Option<i64> {
        let has_offset = text.len() > 10 && text.is_char_boundary(10) && text[10..].contains(['Z', 'z', '+', '-']);
        if has_offset {
            return text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond);
        }
        text.parse::<DateTime>().ok().and_then(|local| self.instant_us(local))
    }
}

/// Microseconds of a clock without zone since 1970.
pub(crate) fn naive_us(local: DateTime) -> i64 {
    TimeZone::UTC.to_timestamp(local).map_or(i64::MAX, Timestamp::as_microsecond)
}

/// A number of units since 1970, with or without fraction, in microseconds. `None`: not a number, or out of all bounds.
pub(crate) fn epoch_us(text: &str, unit_us: i64) -> Option<i64> {
    scaled(text, unit_us)
}

/// A decimal number times a unit, cut to whole results. `None`: not a number, or too large.
pub(crate) fn scaled(text: &str, unit: i64) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || whole.len() > 18 {
        return None;
    }
    let mut value = 0_i64;
    for byte in whole.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    let mut value = value.checked_mul(unit)?;
    let mut place = unit;
    for byte in fraction.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        // The rest below one unit of the result is cut, digit by digit: exact for powers of ten.
        place /= 10;
        value = value.checked_add(i64::from(byte - b'0') * place)?;
    }
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(zone: &str) -> Clock {
        let config = toml::from_str("name = 'a'\nkind = 'queue_log'").unwrap();
        Clock::new(&config, zone).unwrap()
    }

    #[test]
    fn every_form_of_the_same_instant_agrees() {
        let clock = clock("Asia/Jerusalem");
        let expected = 1_383_897_189_948_070;
        for text in ["1383897189.948070", "2013-11-08 09:53:09.948070", "2013-11-08T07:53:09.948070Z", "2013-11-08 08:53:09.94807+01:00"] {
            assert_eq!(clock.parse(text, "time"), Ok(expected), "{text}");
        }
    }

    #[test]
    fn doubled_hours_take_the_earlier_and_skipped_hours_move_forward() {
        let clock = clock("Europe/Berlin");
        assert_eq!(clock.parse("2024-10-27 02:30:00", "time"), clock.parse("2024-10-27T00:30:00Z", "time"));
        assert_eq!(clock.parse("2024-03-31 02:30:00", "time"), clock.parse("2024-03-31T01:30:00Z", "time"));
    }

    #[test]
    fn nonsense_and_implausible_times_are_told_apart() {
        let clock = clock("UTC");
        let code = |text| clock.parse(text, "time").unwrap_err().code;
        for text in ["", "x", "12:00", "2013-13-01 00:00:00", "1e9", "-", ".5", "99999999999999999999"] {
            assert_eq!(code(text), "bad_time", "{text}");
        }
        for text in ["0", "-1", "1500", "4102444800", "1994-12-31 23:59:59", "1383897189948"] {
            assert_eq!(code(text), "time_out_of_range", "{text}");
        }
        assert!(clock.parse("788918400", "time").is_ok(), "1995-01-01 is in bounds");
    }

    #[test]
    fn decimals_are_scaled_exactly() {
        assert_eq!(scaled("1.5", 1000), Some(1500));
        assert_eq!(scaled("-2.0009", 1000), Some(-2000));
        assert_eq!(scaled("7.", 1000), Some(7000));
        assert_eq!(scaled("999999999999999999", 1000), None);
        assert_eq!(scaled("1 ", 1000), None);
    }
}
