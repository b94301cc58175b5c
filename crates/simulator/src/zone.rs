//! Zones of time: their IANA name, which goes into reference data, and their rule, so that no file of the machine is read.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

/// Rules that hold today, in the form of POSIX; `tests/zones.rs` compares them with the database of zones.
const RULES: &[(&str, &str)] = &[
    ("America/Bogota", "<-05>5"),
    ("America/Chicago", "CST6CDT,M3.2.0,M11.1.0"),
    ("America/New_York", "EST5EDT,M3.2.0,M11.1.0"),
    ("Asia/Kolkata", "IST-5:30"),
    ("Asia/Manila", "PST-8"),
    ("Asia/Shanghai", "CST-8"),
    ("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"),
    ("Europe/Lisbon", "WET0WEST,M3.5.0/1,M10.5.0"),
    ("Europe/Warsaw", "CET-1CEST,M3.5.0,M10.5.0/3"),
    ("UTC", "UTC0"),
];

/// A zone of time.
///
/// ```
/// let berlin = simulator::Zone::named("Europe/Berlin").unwrap();
/// assert_eq!(berlin.name(), "Europe/Berlin");
/// assert!(simulator::Zone::named("Europe/Atlantis").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    rule: TimeZone,
}

impl Zone {
    /// The zone of this IANA name; none: its rule is not known here.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let (_, rule) = RULES.iter().find(|(known, _)| *known == name)?;
        Some(Self { name: name.to_owned(), rule: TimeZone::posix(rule).ok()? })
    }

    /// Every name whose rule is known.
    pub fn names() -> impl Iterator<Item = &'static str> {
        RULES.iter().map(|(name, _)| *name)
    }

    /// A clock that is never changed, so many minutes ahead of UTC; at most 14 hours.
    #[must_use]
    pub fn fixed(east_of_utc_min: i32) -> Self {
        let offset = Offset::from_seconds(east_of_utc_min.clamp(-840, 840) * 60).unwrap_or(Offset::UTC);
        Self { name: offset.to_string(), rule: offset.to_time_zone() }
    }

    /// The IANA name, or the offset from UTC.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first instant (Unix seconds) at which the clock shows this; where it never does, the gap later. None: outside the calendar.
    #[must_use]
    pub fn instant_s(&self, wall: DateTime) -> Option<i64> {
        self.rule.to_timestamp(wall).ok().map(Timestamp::as_second)
    }

    /// What the clock shows at an instant, Unix seconds. None: outside the calendar.
    #[must_use]
    pub fn wall(&self, time_s: i64) -> Option<DateTime> {
        Some(self.rule.to_datetime(Timestamp::from_second(time_s).ok()?))
    }

    /// The clock has not shown the same time before, so that a reader who knows the clock finds the instant.
    pub(crate) fn is_first(&self, time_s: i64) -> bool {
        self.wall(time_s).and_then(|wall| self.instant_s(wall)) == Some(time_s)
    }

    pub(crate) fn date(&self, time_s: i64) -> Option<Date> {
        self.wall(time_s).map(DateTime::date)
    }

    /// Quarter-hours since midnight on the clock.
    pub(crate) fn quarter_of_day(&self, time_s: i64) -> usize {
        let minute = self.wall(time_s).map_or(0, |wall| i64::from(wall.hour()) * 60 + i64::from(wall.minute()));
        usize::try_from(minute / 15).unwrap_or(0)
    }

    /// An instant on the clock, formatted as by `strftime`; empty outside the calendar.
    pub(crate) fn text(&self, time_s: i64, format: &str) -> String {
        self.wall(time_s).map(|wall| wall.strftime(format).to_string()).unwrap_or_default()
    }
}
