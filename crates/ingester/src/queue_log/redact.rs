//! A rejected `queue_log` line without anybody's name or number, but still readable: times, ids of channels, verbs, and the durations of those verbs that have
//! nothing else.

use super::{call_verbs, verbs};
use crate::redact::{shape, shape_of};
use crate::time::Clock;

/// Verbs whose short numbers are durations and places; those of others may be extensions, which are people.
const IMPERSONAL: [&str; 10] = [
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
];

/// Keeps what the line has where it belongs; of all else the shape.
pub(super) fn redact(text: &str, clock: &Clock) -> Vec<u8> {
    let fields: Vec<&str> = text.split('|').collect();
    let [time, call_id, queue, agent, verb, data @ ..] = fields.as_slice() else {
        return shape(text.as_bytes());
    };
    let known = call_verbs::is_known(verb.trim()) || verbs::is_about_agent(verb.trim());
    let impersonal = IMPERSONAL.contains(&verb.trim());
    let kept = |field: &str, stays: bool| if stays { field.to_owned() } else { shape_of(field) };
    let mut clean = vec![
        kept(time, clock.parse(time, "").is_ok()),
        kept(call_id, is_nobody(call_id) || is_unique_id(call_id, clock)),
        kept(queue, is_nobody(queue)),
        kept(agent, is_nobody(agent)),
        kept(verb, known),
    ];
    clean.extend(data.iter().map(|field| kept(field, impersonal && is_short_number(field))));
    clean.join("|").into_bytes()
}

/// What Asterisk writes where there is nobody and nothing.
fn is_nobody(field: &str) -> bool {
    matches!(field, "NONE" | "REALTIME" | "MANAGER" | "CLI")
}

/// `epoch.serial`, as Asterisk numbers its channels.
fn is_unique_id(call_id: &str, clock: &Clock) -> bool {
    call_id.split_once('.').is_some_and(|(epoch, serial)| {
        clock.parse(epoch, "").is_ok() && serial.len() <= 9 && serial.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// As durations and places in a queue are.
fn is_short_number(field: &str) -> bool {
    field.len() <= 6 && field.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}
