//! Facts made by hand, as messages, and answers as lines of text.

use super::Database;
use super::contacts::encoded;
use events::codec::Message;
use events::{
    ActivitySpan, Change, Channel, Contact, ContactOutcome, Direction, Handling, HandlingEnd, Observation, ObservationKind, Reference,
    ReferenceKind,
};
use std::collections::BTreeMap;

/// 2024-03-28 00:00 UTC, a Thursday.
pub const DAY_US: i64 = 1_711_584_000_000_000;

/// A time, microseconds since 1970, from the day above.
pub const fn at(day: i64, hour: i64, minute: i64, second: i64) -> i64 {
    DAY_US + ((day * 24 + hour) * 3_600 + minute * 60 + second) * 1_000_000
}

/// A fact that is there for the first time.
pub fn fact<T>(after: T) -> Vec<u8>
where
    Change<T>: Message,
{
    encoded(&Change { partition: 0, generation: 0, version: 1, before: None, after: Some(after) })
}

/// An observation with nothing but its id, kind and time.
pub fn observation(kind: ObservationKind, id: &str, observed_us: i64) -> Observation<'_> {
    Observation { tenant: "default", source: "test", observation_id: id, kind, observed_us, ..Observation::default() }
}

/// An entry of reference data.
pub fn entry<'a>(kind: ReferenceKind, id: &'a str, valid_from_us: i64, attributes: &[(&'a str, &'a str)]) -> Vec<u8> {
    let attributes: BTreeMap<&str, &str> = attributes.iter().copied().collect();
    encoded(&Reference { tenant: "default", kind, id, valid_from_us, attributes, removed: false, revision: 1 })
}

/// A customer's segment from a time on.
pub fn segment(id: &str, customer: &str, since_us: i64, name: &str) -> Vec<u8> {
    let told = observation(ObservationKind::Other, id, since_us);
    encoded(&Observation { customer: Some(customer), dimension: Some("segment"), outcome: Some(name), ..told })
}

/// A span of an agent's activity.
pub fn span(agent: &str, started_us: i64, ended_us: i64, activity: &str) -> Vec<u8> {
    fact(ActivitySpan { tenant: "default", agent, started_us, ended_us: Some(ended_us), activity, ..ActivitySpan::default() })
}

/// A voice contact of the queue sales that a customer began.
pub fn contact<'a>(id: &'a str, customer: Option<&'a str>, started_us: i64, ended_us: i64, outcome: ContactOutcome) -> Contact<'a> {
    Contact {
        tenant: "default",
        contact_id: id,
        source: "pbx1",
        channel: Channel::Voice,
        direction: Direction::Inbound,
        customer,
        dnis: None,
        queue: Some("sales"),
        started_us,
        ended_us: Some(ended_us),
        outcome,
        disposition: None,
        visits: 1,
        handlings: 1,
        transfers: 0,
        events: 3,
        inferred: 0,
    }
}

/// A handling of the queue sales with so much talk, and no after-call work.
pub fn handling<'a>(id: &'a str, number: i32, agent: &'a str, ended_us: i64, talk_ms: i64) -> Handling<'a> {
    Handling {
        tenant: "default",
        contact_id: id,
        handling_number: number,
        visit_number: Some(1),
        source: "pbx1",
        queue: Some("sales"),
        agent,
        channel: Channel::Voice,
        direction: Direction::Inbound,
        connected_us: ended_us - talk_ms * 1_000,
        talk_ended_us: Some(ended_us),
        ended_us: Some(ended_us),
        talk_ms: Some(talk_ms),
        hold_ms: 0,
        holds: 0,
        longest_hold_ms: 0,
        acw_ms: Some(0),
        end: HandlingEnd::Customer,
        transfer_target: None,
        inferred: 0,
    }
}

/// Rows as "a b c", in the order of the query; numbers with four decimals at most, null and the empty text as "-".
pub fn cells(database: &Database, columns: &str, from: &str) -> Vec<String> {
    lines(&database.rows(&format!("SELECT {columns} FROM {from}")), columns)
}

/// The same of rows that are there already.
pub fn lines(rows: &[BTreeMap<String, String>], columns: &str) -> Vec<String> {
    let names: Vec<&str> = columns.split(", ").collect();
    let cell = |text: &String| match text.parse::<f64>() {
        Ok(number) => ((number * 1e4).round() / 1e4).to_string(),
        Err(_) if text.is_empty() => "-".to_owned(),
        Err(_) => text.clone(),
    };
    rows.iter().map(|row| names.iter().map(|name| cell(&row[*name])).collect::<Vec<_>>().join(" ")).collect()
}
