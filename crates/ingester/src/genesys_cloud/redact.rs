//! A rejected record without personal data: its shape, ids, times and words stay.

use super::words::normal;
use crate::reject::{REDACTED, redact_numbers};
use crate::time::Clock;
use serde_json::Value;

/// Fields that hold an id of the vendor.
const IDS: [&str; 12] = [
    "conversationid",
    "participantid",
    "sessionid",
    "userid",
    "agentid",
    "queueid",
    "answereduserid",
    "divisionid",
    "flowid",
    "wrapupcode",
    "peerid",
    "id",
];
/// Fields that hold a time.
const TIMES: [&str; 9] = [
    "conversationstart",
    "conversationend",
    "segmentstart",
    "segmentend",
    "eventtime",
    "modifieddate",
    "starttime",
    "currentstatestart",
    "emitdate",
];
/// Fields that hold a word of the vendor.
const WORDS: [&str; 17] = [
    "purpose",
    "mediatype",
    "messagetype",
    "direction",
    "originatingdirection",
    "segmenttype",
    "disconnecttype",
    "acdoutcome",
    "usedrouting",
    "flowtype",
    "exitreason",
    "transfertype",
    "systempresence",
    "status",
    "currentstate",
    "errorcode",
    "detailtype",
];

/// The record as JSON, personal data redacted; what is no JSON keeps its structure alone.
pub(super) fn redact(text: &str, clock: &Clock) -> Vec<u8> {
    match serde_json::from_str(text) {
        Ok(mut value) => {
            clean(&mut value, "", clock);
            value.to_string().into_bytes()
        }
        Err(_) => structure(text),
    }
}

fn clean(value: &mut Value, key: &str, clock: &Clock) {
    match value {
        Value::Object(object) => {
            let fields = std::mem::take(object);
            for (name, mut inner) in fields {
                let plain = normal(&name);
                if plain == "attributes" {
                    inner = Value::String(REDACTED.to_owned());
                } else {
                    clean(&mut inner, &plain, clock);
                }
                object.insert(String::from_utf8_lossy(&redact_numbers(name.as_bytes(), 5, true)).into_owned(), inner);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| clean(item, key, clock)),
        Value::String(text) if shown(text, key, clock) => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => *text = REDACTED.to_owned(),
        Value::Number(number) => {
            let epoch_ms = number.as_i64().unwrap_or(i64::MAX);
            let time = TIMES.contains(&key) && epoch_ms.checked_mul(1000).is_some_and(|at_us| clock.plausible(at_us, key).is_ok());
            if !time && epoch_ms.unsigned_abs() >= 100_000 && !key.ends_with("durationms") {
                *value = Value::String(REDACTED.to_owned());
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Whether a text is what its field is for; a customer's number in a field for a time is not.
fn shown(text: &str, key: &str, clock: &Clock) -> bool {
    let hex = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    (IDS.contains(&key) && text.len() == 36 && text.bytes().all(hex) && text.bytes().filter(|byte| *byte == b'-').count() == 4)
        || (TIMES.contains(&key) && text.len() <= 40 && clock.parse_calendar(text.trim()).is_some())
        || (WORDS.contains(&key) && super::words::plain(text).is_some() && !text.contains(' '))
}

/// Of what is no JSON: punctuation, short numbers, and the names of fields.
pub(super) fn structure(text: &str) -> Vec<u8> {
    let mut clean = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        rest = after;
        if letter == '"' {
            let Some((inside, behind)) = after.split_once('"') else { break };
            let names_field = behind.trim_start().starts_with(':') && inside.bytes().all(|byte| byte.is_ascii_alphabetic());
            clean.push_str(if names_field { "\"" } else { "\"<" });
            clean.push_str(if names_field { inside } else { "redacted" });
            clean.push_str(if names_field { "\"" } else { ">\"" });
            rest = behind;
        } else if letter.is_ascii_punctuation() || letter.is_ascii_digit() || letter == ' ' {
            clean.push(letter);
        }
    }
    redact_numbers(clean.as_bytes(), 5, true)
}
