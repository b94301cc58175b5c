//! A rejected `queue_log` line without personal data, but still readable.

use crate::reject::{REDACTED, redact_anything, redact_numbers};
use crate::time::Clock;

/// Verbs whose data hold neither numbers nor names of customers.
const IMPERSONAL: [&str; 12] = [
    "CONNECT",
    "COMPLETEAGENT",
    "COMPLETECALLER",
    "ABANDON",
    "EXITWITHTIMEOUT",
    "EXITWITHKEY",
    "EXITEMPTY",
    "RINGNOANSWER",
    "RINGCANCELED",
    "WRAPUPSTART",
    "PAUSE",
    "UNPAUSE",
];

/// Keeps time, ids and short numbers; what may be a customer's number or name goes.
pub(super) fn redact(text: &str, clock: &Clock) -> Vec<u8> {
    let fields: Vec<&str> = text.split('|').collect();
    let [time, call_id, queue, agent, verb, data @ ..] = fields.as_slice() else {
        return redact_anything(text.as_bytes());
    };
    let mut clean = if clock.parse(time, "").is_ok() { time.as_bytes().to_vec() } else { redact_anything(time.as_bytes()) };
    clean.push(b'|');
    if is_unique_id(call_id, clock) {
        clean.extend_from_slice(call_id.as_bytes());
    } else {
        clean.extend(redact_numbers(call_id.as_bytes(), 7, true));
    }
    for field in [queue, agent, verb] {
        clean.push(b'|');
        clean.extend(redact_numbers(field.as_bytes(), 7, true));
    }
    for field in data {
        clean.push(b'|');
        if is_short_number(field) {
            clean.extend_from_slice(field.as_bytes());
        } else if IMPERSONAL.contains(&verb.trim()) {
            clean.extend(redact_numbers(field.as_bytes(), 7, true));
        } else {
            clean.extend_from_slice(REDACTED.as_bytes());
        }
    }
    clean
}

/// `epoch.serial`, as Asterisk numbers its channels.
fn is_unique_id(call_id: &str, clock: &Clock) -> bool {
    call_id.split_once('.').is_some_and(|(epoch, serial)| {
        clock.parse(epoch, "").is_ok() && serial.len() <= 9 && serial.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_short_number(field: &str) -> bool {
    field.len() <= 6 && field.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}
