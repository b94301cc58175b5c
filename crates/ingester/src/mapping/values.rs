//! Times and durations of a record, in the order in which they need each other.

use super::specification::Unit;
use super::text::{Conditions, Values};
use crate::reject::Fault;
use crate::time::{Clock, DAY_US, SECOND_US, epoch_us, naive_us, scaled};
use jiff::civil::Date;
use jiff::fmt::strtime;

/// A form of a date with time.
#[derive(Clone, Debug)]
pub(super) enum StampFormat {
    Iso,
    Epoch { unit_us: i64 },
    Strptime(String),
}

/// A form of a date.
#[derive(Clone, Debug)]
pub(super) enum DateFormat {
    Iso,
    Strptime(String),
}

/// A form of a time of day.
#[derive(Clone, Debug)]
pub(super) enum ClockFormat {
    Hms,
    SecondsOfDay,
    Strptime(String),
}

/// How a time is found; times and durations by their place in [`Found`].
#[derive(Clone, Debug)]
pub(super) enum TimeSource {
    Stamp { column: usize, format: StampFormat },
    DateAndClock { date: usize, date_format: DateFormat, clock: usize, clock_format: ClockFormat, next_day_if_before: Option<usize> },
    Derived { from: usize, plus: Vec<usize>, minus: Vec<usize> },
}

/// How a duration is found.
#[derive(Clone, Debug)]
pub(super) enum DurationSource {
    Column { column: usize, unit: Unit },
    Between(usize, usize),
}

/// One time or duration to find.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Time { name: String, slot: usize, source: TimeSource, absent: Vec<String>, otherwise: Option<usize>, required: bool },
    Duration { name: String, slot: usize, source: DurationSource, when: Conditions, otherwise_ms: Option<i64>, required: bool },
}

impl Step {
    pub(super) fn name(&self) -> &str {
        let (Step::Time { name, .. } | Step::Duration { name, .. }) = self;
        name
    }

    pub(super) fn slot(&self) -> usize {
        let (Step::Time { slot, .. } | Step::Duration { slot, .. }) = self;
        *slot
    }

    /// The times and durations that must be found before.
    pub(super) fn needs(&self) -> Vec<usize> {
        match self {
            Step::Time { source, otherwise, .. } => {
                let mut needs: Vec<usize> = otherwise.iter().copied().collect();
                match source {
                    TimeSource::Stamp { .. } => {}
                    TimeSource::DateAndClock { next_day_if_before, .. } => needs.extend(next_day_if_before),
                    TimeSource::Derived { from, plus, minus } => needs.extend([from].into_iter().chain(plus).chain(minus)),
                }
                needs
            }
            Step::Duration { source: DurationSource::Between(from, to), .. } => vec![*from, *to],
            Step::Duration { .. } => Vec::new(),
        }
    }
}

/// What was found in a record. Times are instants; the clock rule of midnight compares them on the local clock.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) times_us: Vec<Option<i64>>,
    pub(super) durations_ms: Vec<Option<i64>>,
    /// A negative duration was clipped to 0.
    pub(super) skewed: bool,
}

/// Longest duration that is believed.
const DURATION_MS_MAX: i64 = 366 * 86_400_000;

/// Finds all times and durations of a record.
pub(super) fn find(steps: &[Step], values: &Values<'_>, clock: &Clock) -> Result<Found, Fault> {
    let mut found = Found { times_us: vec![None; steps.len()], durations_ms: vec![None; steps.len()], skewed: false };
    for step in steps {
        match step {
            Step::Time { name, slot, source, absent, otherwise, required } => {
                let mut time_us = time(name, source, absent, values, &found, clock)?;
                if time_us.is_none() {
                    time_us = otherwise.and_then(|slot| found.times_us[slot]);
                }
                if time_us.is_none() && *required {
                    return Err(Fault::new("missing_value", format!("times.{name} is required and absent")));
                }
                found.times_us[*slot] = time_us;
            }
            Step::Duration { name, slot, source, when, otherwise_ms, required } => {
                let duration_ms = duration(name, source, values, &found)?;
                if duration_ms.is_none() && *required {
                    return Err(Fault::new("missing_value", format!("durations.{name} is required and absent")));
                }
                let duration_ms = duration_ms.filter(|_| when.hold(values)).or(*otherwise_ms);
                found.skewed |= duration_ms.is_some_and(i64::is_negative);
                found.durations_ms[*slot] = duration_ms.map(|duration_ms| duration_ms.max(0));
            }
        }
    }
    Ok(found)
}

fn time(
    name: &str,
    source: &TimeSource,
    absent: &[String],
    values: &Values<'_>,
    found: &Found,
    clock: &Clock,
) -> Result<Option<i64>, Fault> {
    let bad = |what: &str| Fault::new("bad_time", format!("times.{name}: the {what} is not in the format that the mapping says"));
    let is_absent = |text: &str| text.is_empty() || absent.iter().any(|absent| absent == text);
    match source {
        TimeSource::Stamp { column, .. } if is_absent(&values[*column]) => Ok(None),
        TimeSource::Stamp { column, format } => stamp_us(&values[*column], format, clock).ok_or_else(|| bad("time")).map(Some),
        TimeSource::DateAndClock { clock: clock_column, .. } if is_absent(&values[*clock_column]) => Ok(None),
        TimeSource::DateAndClock { date, date_format, clock: clock_column, clock_format, next_day_if_before } => {
            let day = date_of(&values[*date], date_format).ok_or_else(|| bad("date"))?;
            let of_day_us = clock_us(&values[*clock_column], clock_format).ok_or_else(|| bad("clock"))?;
            let mut local_us = naive_us(day.at(0, 0, 0, 0)).saturating_add(of_day_us);
            let reference_us = next_day_if_before.and_then(|slot| found.times_us[slot]);
            if reference_us
                .and_then(|instant_us| clock.local_us(instant_us))
                .is_some_and(|reference_us| local_us < reference_us - DAY_US / 2)
            {
                local_us += DAY_US;
            }
            clock.instant_of_local_us(local_us).ok_or_else(|| bad("date")).map(Some)
        }
        TimeSource::Derived { from, plus, minus } => Ok(derived_us(found, *from, plus, minus)),
    }
}

/// A time moved by durations; unknown if any part is.
fn derived_us(found: &Found, from: usize, plus: &[usize], minus: &[usize]) -> Option<i64> {
    let mut time_us = found.times_us[from]?;
    for slot in plus {
        time_us = time_us.checked_add(found.durations_ms[*slot]? * 1000)?;
    }
    for slot in minus {
        time_us = time_us.checked_sub(found.durations_ms[*slot]? * 1000)?;
    }
    Some(time_us)
}

fn duration(name: &str, source: &DurationSource, values: &Values<'_>, found: &Found) -> Result<Option<i64>, Fault> {
    let duration_ms = match source {
        DurationSource::Between(from, to) => {
            found.times_us[*from].zip(found.times_us[*to]).map(|(from, to)| to.saturating_sub(from) / 1000)
        }
        DurationSource::Column { column, .. } if values[*column].is_empty() => None,
        DurationSource::Column { column, unit } => {
            let bad = || Fault::new("bad_number", format!("durations.{name}: not a number of the unit that the mapping says"));
            Some(duration_ms(&values[*column], *unit).ok_or_else(bad)?)
        }
    };
    if duration_ms.is_some_and(|duration_ms| duration_ms > DURATION_MS_MAX) {
        return Err(Fault::new("bad_number", format!("durations.{name}: longer than a year")));
    }
    Ok(duration_ms)
}

fn duration_ms(text: &str, unit: Unit) -> Option<i64> {
    match unit {
        Unit::S => scaled(text, 1000),
        Unit::Ms => scaled(text, 1),
        Unit::Us => scaled(text, 1).map(|duration_us| duration_us / 1000),
        Unit::Min => scaled(text, 60_000),
        Unit::H => scaled(text, 3_600_000),
        Unit::Hms => match text.strip_prefix('-') {
            Some(text) => hms_us(text).map(|duration_us| -duration_us / 1000),
            None => hms_us(text).map(|duration_us| duration_us / 1000),
        },
    }
}

fn stamp_us(text: &str, format: &StampFormat, clock: &Clock) -> Option<i64> {
    match format {
        StampFormat::Iso => clock.parse_calendar(text),
        StampFormat::Epoch { unit_us } => epoch_us(text, *unit_us),
        StampFormat::Strptime(format) => {
            let parsed = strtime::parse(format, text).ok()?;
            // With an offset or %s it is an instant, else it is local.
            parsed.to_timestamp().map(|instant| instant.as_microsecond()).ok().or_else(|| clock.instant_us(parsed.to_datetime().ok()?))
        }
    }
}

fn date_of(text: &str, format: &DateFormat) -> Option<Date> {
    match format {
        DateFormat::Iso => text.parse().ok(),
        DateFormat::Strptime(format) => strtime::parse(format, text).ok()?.to_date().ok(),
    }
}

fn clock_us(text: &str, format: &ClockFormat) -> Option<i64> {
    match format {
        ClockFormat::Hms => hms_us(text).filter(|of_day_us| *of_day_us < 2 * DAY_US),
        ClockFormat::SecondsOfDay => scaled(text, SECOND_US).filter(|of_day_us| (0..2 * DAY_US).contains(of_day_us)),
        ClockFormat::Strptime(format) => {
            let time = strtime::parse(format, text).ok()?.to_time().ok()?;
            Some(naive_us(Date::constant(1970, 1, 1).to_datetime(time)))
        }
    }
}

/// `H:MM:SS` or `MM:SS`, the seconds with or without fraction. Hours may pass 24.
fn hms_us(text: &str) -> Option<i64> {
    let (head, seconds) = text.rsplit_once(':')?;
    let (hours, minutes) = head.split_once(':').unwrap_or(("0", head));
    let seconds_us = scaled(seconds, SECOND_US).filter(|seconds_us| (0..60 * SECOND_US).contains(seconds_us))?;
    let number = |text: &str| (text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse::<i64>().ok())?;
    let minutes = number(minutes).filter(|minutes| *minutes < 60)?;
    Some((number(hours)? * 3600 + minutes * 60) * SECOND_US + seconds_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_and_durations_in_every_unit() {
        assert_eq!(hms_us("0:00:36"), Some(36 * SECOND_US));
        assert_eq!(hms_us("23:59:59.5"), Some(86_399_500_000));
        assert_eq!(hms_us("90:00:00"), Some(324_000 * SECOND_US));
        assert_eq!(hms_us("02:30"), Some(150 * SECOND_US));
        for wrong in ["", "1", ":", "1:60:00", "1:00:60", "a:00:00", "1:-1:00", "::", "-1:00:00"] {
            assert_eq!(hms_us(wrong), None, "{wrong}");
        }
        assert_eq!(duration_ms("1.5", Unit::Min), Some(90_000));
        assert_eq!(duration_ms("1500000", Unit::Us), Some(1500));
        assert_eq!(duration_ms("-3", Unit::S), Some(-3000));
        assert_eq!(duration_ms("-0:03", Unit::Hms), Some(-3000));
        assert_eq!(clock_us("8:00:01 PM", &ClockFormat::Strptime("%I:%M:%S %p".to_owned())), Some(72_001 * SECOND_US));
        assert_eq!(clock_us("28801", &ClockFormat::SecondsOfDay), Some(28_801 * SECOND_US));
        assert_eq!(date_of("990101", &DateFormat::Strptime("%y%m%d".to_owned())), Some(Date::constant(1999, 1, 1)));
    }
}
