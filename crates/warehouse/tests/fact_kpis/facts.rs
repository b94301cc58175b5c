//! Facts and reference data as short as a test needs them, and rows of a query as text.

use super::common::Database;
use events::codec::{Encoder, Message};
use events::{
    ActivitySpan, Change, Channel, Contact, ContactOutcome, Direction, Handling, HandlingEnd, Observation, ObservationKind, QueueVisit,
    Reference, ReferenceKind, VisitOutcome,
};
use std::collections::BTreeMap;

/// 2024-03-28 00:00 UTC, a Thursday.
pub(crate) const DAY_US: i64 = 1_711_584_000_000_000;

pub(crate) const fn at(day: i64, hour: i64, minute: i64, second: i64) -> i64 {
    DAY_US + ((day * 24 + hour) * 3_600 + minute * 60 + second) * 1_000_000
}

pub(crate) fn encoded<T: Message>(message: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::default().encode(message, &mut bytes).unwrap();
    bytes
}

pub(crate) fn fact<T>(after: T) -> Vec<u8>
where
    Change<T>: Message,
{
    encoded(&Change { partition: 0, generation: 0, version: 1, before: None, after: Some(after) })
}

pub(crate) fn observation(kind: ObservationKind, id: &str, observed_us: i64) -> Observation<'_> {
    Observation { tenant: "default", source: "test", observation_id: id, kind, observed_us, ..Observation::default() }
}

pub(crate) fn agent<'a>(id: &'a str, valid_from_us: i64, attributes: &[(&'a str, &'a str)]) -> Reference<'a> {
    let attributes: BTreeMap<&str, &str> = attributes.iter().copied().collect();
    Reference { tenant: "default", kind: ReferenceKind::Agent, id, valid_from_us, attributes, removed: false, revision: 1 }
}

pub(crate) fn span<'a>(agent: &'a str, started_us: i64, ended_us: i64, activity: &'a str) -> Vec<u8> {
    fact(ActivitySpan { tenant: "default", agent, started_us, ended_us: Some(ended_us), activity, ..ActivitySpan::default() })
}

/// A contact of the queue `sales`.
pub(crate) fn contact_of<'a>(
    id: &'a str,
    customer: Option<&'a str>,
    started_us: i64,
    ended_us: i64,
    outcome: ContactOutcome,
) -> Contact<'a> {
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

pub(crate) fn contact<'a>(id: &'a str, customer: Option<&'a str>, started_us: i64, ended_us: i64, outcome: ContactOutcome) -> Vec<u8> {
    fact(contact_of(id, customer, started_us, ended_us, outcome))
}

/// A handling of the queue `sales` with a minute of talk.
pub(crate) fn handling_of<'a>(id: &'a str, agent: &'a str, ended_us: i64) -> Handling<'a> {
    Handling {
        tenant: "default",
        contact_id: id,
        handling_number: 1,
        visit_number: Some(1),
        source: "pbx1",
        queue: Some("sales"),
        agent,
        channel: Channel::Voice,
        direction: Direction::Inbound,
        connected_us: ended_us - 60_000_000,
        talk_ended_us: Some(ended_us),
        ended_us: Some(ended_us),
        talk_ms: Some(60_000),
        hold_ms: 0,
        holds: 0,
        longest_hold_ms: 0,
        acw_ms: Some(0),
        end: HandlingEnd::Customer,
        transfer_target: None,
        inferred: 0,
    }
}

pub(crate) fn handling<'a>(id: &'a str, agent: &'a str, ended_us: i64) -> Vec<u8> {
    fact(handling_of(id, agent, ended_us))
}

/// A visit of the queue `sales` that ended after `wait_ms`; none: it waits still.
pub(crate) fn visit_of(id: &str, entered_us: i64, wait_ms: Option<i64>, outcome: VisitOutcome) -> QueueVisit<'_> {
    QueueVisit {
        tenant: "default",
        contact_id: id,
        visit_number: 1,
        source: "pbx1",
        queue: "sales",
        channel: Channel::Voice,
        direction: Direction::Inbound,
        customer: None,
        entered_us,
        left_us: wait_ms.map(|wait_ms| entered_us + wait_ms * 1_000),
        wait_ms,
        outcome,
        reason: None,
        agent: None,
        transferred_in: false,
        missed_offers: 0,
        inferred: 0,
    }
}

/// Rows as "a b c", in the order of the query; numbers with four decimals at most, null as "-".
pub(crate) fn cells(database: &Database, columns: &str, from: &str) -> Vec<String> {
    let names: Vec<&str> = columns.split(", ").collect();
    let rows = database.rows(&format!("SELECT {columns} FROM {from}"));
    let cell = |text: &String| match text.parse::<f64>() {
        Ok(number) => ((number * 1e4).round() / 1e4).to_string(),
        Err(_) if text.is_empty() => "-".to_owned(),
        Err(_) => text.clone(),
    };
    rows.iter().map(|row| names.iter().map(|name| cell(&row[*name])).collect::<Vec<_>>().join(" ")).collect()
}

pub(crate) fn shift<'a>(id: &'a str, agent: &'a str, from_us: i64, to_us: i64, dimension: &'a str) -> Vec<u8> {
    let begins = observation(ObservationKind::Shift, id, from_us);
    encoded(&Observation { agent: Some(agent), ended_us: Some(to_us), dimension: Some(dimension), ..begins })
}
