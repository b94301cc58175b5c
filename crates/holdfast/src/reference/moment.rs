//! Times as people write them into files and on the command line.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// What has always been so begins here: at one instant in every zone, or two files with two zones would hold it twice.
pub const ALWAYS_US: i64 = 0;

/// A day or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The beginning of a day, in a zone that comes later.
    Day(Date),
    /// An instant.
    Instant(Timestamp),
}

impl Moment {
    /// Reads `2024-03-01` or RFC 3339.
    ///
    /// # Errors
    /// What to write instead. The text itself is not quoted: in a file with shifted columns it could be anything.
    ///
    /// ```
    /// use holdfast::reference::Moment;
    /// assert!(Moment::parse("2024-03-01").is_ok() && Moment::parse("2024-03-01T08:00:00+01:00").is_ok());
    /// assert!(Moment::parse("2024-03-01T08:00:00").is_err(), "whose clock?");
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let moment = match date(text) {
            Some(day) => Some(Moment::Day(day)),
            None => text.parse().ok().map(Moment::Instant),
        };
        let moment = moment.ok_or("write a date as 2024-03-01, or a time with its offset as 2024-03-01T08:00:00+01:00")?;
        let year = match moment {
            Moment::Day(day) => day.year(),
            Moment::Instant(instant) => TimeZone::UTC.to_datetime(instant).year(),
        };
        match year {
            // What the warehouse can store, and what is no typing error.
            1970..2200 => Ok(moment),
            _ => Err("write a time between the years 1970 (it has always been so) and 2199".to_owned()),
        }
    }

    /// The instant, in microseconds since 1970 UTC. A day begins when the clock of `zone` begins it.
    pub fn at_us(self, zone: &TimeZone) -> i64 {
        match self {
            Moment::Instant(instant) => instant.as_microsecond(),
            Moment::Day(day) if day == Date::constant(1970, 1, 1) => ALWAYS_US,
            // A day between 1970 and 2199 begins in every zone.
            Moment::Day(day) => day.to_zoned_datetime(zone.clone()).map_or(ALWAYS_US, |begin| begin.timestamp().as_microsecond()),
        }
    }
}

/// A date as `2024-03-01` and in no other form.
pub(super) fn date(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| if [4, 7].contains(&at) { byte == b'-' } else { byte.is_ascii_digit() });
    shaped.then(|| text.parse().ok()).flatten()
}

/// A zone by its IANA name.
///
/// # Errors
/// What to write instead.
pub fn zone(name: &str) -> Result<TimeZone, String> {
    if name == "UTC" {
        return Ok(TimeZone::UTC);
    }
    let zone = TimeZone::get(name).ok().filter(|zone| !zone.is_unknown());
    let zone = zone.ok_or("write the IANA name of a zone, such as Europe/Berlin")?;
    match zone.iana_name() {
        // Others that read the name distinguish upper and lower case.
        Some(exact) if exact != name => Err(format!("write it as {exact}")),
        _ => Ok(zone),
    }
}

/// Since when, in words: `always`, `from 2024-03-01`, or with the time of day where it is not the beginning of a day.
pub fn from(valid_from_us: i64, zone: &TimeZone) -> String {
    if valid_from_us == ALWAYS_US {
        return "always".to_owned();
    }
    let Ok(instant) = Timestamp::from_microsecond(valid_from_us) else { return format!("from {valid_from_us} µs") };
    let local = instant.to_zoned_datetime(zone.clone());
    if local.start_of_day().is_ok_and(|begin| begin == local) {
        return format!("from {}", local.date());
    }
    format!("from {}", instant.display_with_offset(local.offset()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, name: &str) -> String {
        let zone = zone(name).unwrap();
        Timestamp::from_microsecond(Moment::parse(text).unwrap().at_us(&zone)).unwrap().to_string()
    }

    #[test]
    fn a_day_begins_when_its_zone_begins_it() {
        assert_eq!(at("2024-03-01", "UTC"), "2024-03-01T00:00:00Z");
        assert_eq!(at("2024-03-01", "Europe/Berlin"), "2024-02-29T23:00:00Z");
        assert_eq!(at("2024-07-01", "Europe/Berlin"), "2024-06-30T22:00:00Z");
        // The clock of Santiago skips this midnight.
        assert_eq!(at("2024-09-08", "America/Santiago"), "2024-09-08T04:00:00Z");
        assert_eq!(at("2024-03-01T08:00:00+01:00", "Asia/Tokyo"), "2024-03-01T07:00:00Z");
    }

    #[test]
    fn always_is_one_instant_in_every_zone() {
        for name in ["UTC", "Europe/Berlin", "America/New_York"] {
            assert_eq!(Moment::parse("1970-01-01").unwrap().at_us(&zone(name).unwrap()), ALWAYS_US);
            assert_eq!(from(ALWAYS_US, &zone(name).unwrap()), "always");
        }
    }

    #[test]
    fn what_could_mean_two_things_is_refused() {
        for text in [
            "",
            "today",
            "20240301",
            "01.03.2024",
            "2024-02-30",
            "2024-03-01T08:00:00",
            "+024-03-01",
            "1969-12-31",
            "2200-01-01",
            "20240-03-01",
        ] {
            assert!(Moment::parse(text).is_err(), "{text}");
        }
        assert!(Moment::parse("1970-01-01T00:00:00+01:00").unwrap_err().contains("1970"));
    }

    #[test]
    fn a_zone_is_written_as_it_is_called() {
        assert!(zone("Europe/Berlin").is_ok() && zone("UTC").is_ok());
        assert_eq!(zone("europe/berlin").unwrap_err(), "write it as Europe/Berlin");
        for name in ["", "Berlin", "+01:00", "Etc/Unknown"] {
            assert!(zone(name).unwrap_err().contains("Europe/Berlin"), "{name}");
        }
    }

    #[test]
    fn since_when_is_told_as_shortly_as_it_is_true() {
        let berlin = zone("Europe/Berlin").unwrap();
        let us = |text: &str| text.parse::<Timestamp>().unwrap().as_microsecond();
        assert_eq!(from(us("2024-02-29T23:00:00Z"), &berlin), "from 2024-03-01");
        assert_eq!(from(us("2024-03-01T00:00:00Z"), &berlin), "from 2024-03-01T01:00:00+01:00");
        assert_eq!(from(us("2024-07-01T00:00:00.5Z"), &berlin), "from 2024-07-01T02:00:00.5+02:00");
    }
}
