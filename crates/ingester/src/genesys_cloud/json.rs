//! Lenient access to the vendor's JSON: names in any case, nulls as absent, numbers as texts.

use crate::reject::Fault;
use crate::time::Clock;
use serde_json::Value;

/// Durations beyond this are mistakes.
const YEAR_MS: i64 = 366 * 86_400_000;

/// The value of a field; null is none. The exact name comes first, then any case.
pub(super) fn get<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let object = value.as_object()?;
    let any_case = || object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, found)| found);
    object.get(name).or_else(any_case).filter(|found| !found.is_null())
}

/// The text of a field, trimmed; an empty one is none.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    get(value, name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// The elements of a list; none if it is no list.
pub(super) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    get(value, name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Whether a field is true.
pub(super) fn flag(value: &Value, name: &str) -> bool {
    match get(value, name) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().filter(|float| float.abs() < 9e15).map(|float| float as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A duration in milliseconds, as the field says it; a negative one is left to the caller.
pub(super) fn duration_ms(value: &Value, name: &str) -> Result<Option<i64>, Fault> {
    let Some(found) = get(value, name) else { return Ok(None) };
    let duration_ms = whole(found).ok_or_else(|| Fault::new("bad_number", format!("{name}: not a number of milliseconds")))?;
    within_a_year(duration_ms, name).map(Some)
}

/// Refuses a duration of more than a year.
pub(super) fn within_a_year(duration_ms: i64, name: &str) -> Result<i64, Fault> {
    if duration_ms.abs() > YEAR_MS {
        return Err(Fault::new("bad_number", format!("{name}: more than a year")));
    }
    Ok(duration_ms)
}

/// A time: RFC 3339, local where it has no offset, or milliseconds since 1970 as a number or as digits. Absent is none.
pub(super) fn time_us(clock: &Clock, value: &Value, name: &str) -> Result<Option<i64>, Fault> {
    let Some(found) = get(value, name) else { return Ok(None) };
    let instant_us = match (whole(found), found) {
        (Some(epoch_ms), _) => epoch_ms.checked_mul(1000),
        (None, Value::String(text)) if text.trim().is_empty() => return Ok(None),
        (None, Value::String(text)) => clock.parse_calendar(text.trim()),
        (None, _) => None,
    };
    let bad = || Fault::new("bad_time", format!("{name}: neither a date with a time nor milliseconds since 1970"));
    clock.plausible(instant_us.ok_or_else(bad)?, name).map(Some)
}

/// Says where in the record the field of a fault stands.
pub(super) fn within(fault: Fault, place: &str, at: usize) -> Fault {
    Fault { reason: format!("{place}[{at}].{}", fault.reason), ..fault }
}
