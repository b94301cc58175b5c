//! Facts and reference data as short as a test needs them, and rows of a query as text.

use super::common::{Database, made};
use events::{
    Channel, ContactOutcome, Direction, Handling, Observation, ObservationKind, QueueVisit, Reference, ReferenceKind, VisitOutcome,
};
use std::collections::BTreeMap;

pub(crate) use super::common::contacts::encoded;
pub(crate) use super::common::made::{at, contact as contact_of, fact, observation, span};

pub(crate) fn agent<'a>(id: &'a str, valid_from_us: i64, attributes: &[(&'a str, &'a str)]) -> Reference<'a> {
    let attributes: BTreeMap<&str, &str> = attributes.iter().copied().collect();
    Reference { tenant: "default", kind: ReferenceKind::Agent, id, valid_from_us, attributes, removed: false, revision: 1 }
}

pub(crate) fn contact<'a>(id: &'a str, customer: Option<&'a str>, started_us: i64, ended_us: i64, outcome: ContactOutcome) -> Vec<u8> {
    fact(contact_of(id, customer, started_us, ended_us, outcome))
}

/// A handling of the queue `sales` with a minute of talk.
pub(crate) fn handling_of<'a>(id: &'a str, agent: &'a str, ended_us: i64) -> Handling<'a> {
    made::handling(id, 1, agent, ended_us, 60_000)
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
