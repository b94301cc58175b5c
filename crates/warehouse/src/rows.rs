//! Messages as rows: pure, and idempotent by their keys and versions.

mod agent_pane;
mod beside;
mod notice;
mod pane;
mod signal;
mod table;

use clickhouse::Row;
use events::{ActivitySpan, Contact, DeadLetter, Handling, QueueVisit};
use serde::Serialize;

pub(crate) use agent_pane::AgentPaneRow;
pub(crate) use beside::{ObservationRow, ReferenceRow};
pub(crate) use notice::GroupNoticeRow;
pub(crate) use pane::QueuePaneRow;
pub(crate) use signal::SignalEventRow;
pub(crate) use table::{Keyed, Rows};

/// The version of a row: it grows for each key over changes and replays; no clock is in it.
pub fn version(generation: i32, offset: i64) -> u64 {
    ((generation.max(0) as u64) << 48) | (offset.max(0) as u64 & ((1 << 48) - 1))
}

/// Name of a serde enum variant, as it is in the schemas.
fn name(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

/// A row of `queue_visits`; its columns are documented in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, Row, Serialize)]
pub(crate) struct QueueVisitRow {
    pub(crate) tenant: String,
    pub(crate) queue: String,
    pub(crate) entered_at: i64,
    pub(crate) contact_id: String,
    pub(crate) visit_number: i32,
    pub(crate) source: String,
    pub(crate) channel: String,
    pub(crate) direction: String,
    pub(crate) customer: Option<String>,
    pub(crate) left_at: Option<i64>,
    pub(crate) wait_ms: Option<i64>,
    pub(crate) outcome: String,
    pub(crate) reason: Option<String>,
    pub(crate) agent: Option<String>,
    pub(crate) transferred_in: bool,
    pub(crate) missed_offers: i32,
    pub(crate) inferred: i32,
    pub(crate) source_partition: i32,
    pub(crate) version: u64,
    pub(crate) is_deleted: u8,
}

impl QueueVisitRow {
    pub(crate) fn new(visit: &QueueVisit<'_>, source_partition: i32, version: u64, is_deleted: bool) -> Self {
        QueueVisitRow {
            tenant: visit.tenant.to_owned(),
            queue: visit.queue.to_owned(),
            entered_at: visit.entered_us,
            contact_id: visit.contact_id.to_owned(),
            visit_number: visit.visit_number,
            source: visit.source.to_owned(),
            channel: name(&visit.channel),
            direction: name(&visit.direction),
            customer: owned(visit.customer),
            left_at: visit.left_us,
            wait_ms: visit.wait_ms,
            outcome: name(&visit.outcome),
            reason: owned(visit.reason),
            agent: owned(visit.agent),
            transferred_in: visit.transferred_in,
            missed_offers: visit.missed_offers,
            inferred: visit.inferred,
            source_partition,
            version,
            is_deleted: u8::from(is_deleted),
        }
    }
}

/// A row of `handlings`; its columns are documented in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, Row, Serialize)]
pub(crate) struct HandlingRow {
    pub(crate) tenant: String,
    pub(crate) queue: String,
    pub(crate) connected_at: i64,
    pub(crate) contact_id: String,
    pub(crate) handling_number: i32,
    pub(crate) visit_number: Option<i32>,
    pub(crate) source: String,
    pub(crate) agent: String,
    pub(crate) channel: String,
    pub(crate) direction: String,
    pub(crate) talk_ended_at: Option<i64>,
    pub(crate) ended_at: Option<i64>,
    pub(crate) talk_ms: Option<i64>,
    pub(crate) hold_ms: i64,
    pub(crate) holds: i32,
    pub(crate) longest_hold_ms: i64,
    pub(crate) acw_ms: Option<i64>,
    pub(crate) end: String,
    pub(crate) transfer_target: Option<String>,
    pub(crate) inferred: i32,
    pub(crate) source_partition: i32,
    pub(crate) version: u64,
    pub(crate) is_deleted: u8,
}

impl HandlingRow {
    pub(crate) fn new(handling: &Handling<'_>, source_partition: i32, version: u64, is_deleted: bool) -> Self {
        HandlingRow {
            tenant: handling.tenant.to_owned(),
            queue: handling.queue.unwrap_or_default().to_owned(),
            connected_at: handling.connected_us,
            contact_id: handling.contact_id.to_owned(),
            handling_number: handling.handling_number,
            visit_number: handling.visit_number,
            source: handling.source.to_owned(),
            agent: handling.agent.to_owned(),
            channel: name(&handling.channel),
            direction: name(&handling.direction),
            talk_ended_at: handling.talk_ended_us,
            ended_at: handling.ended_us,
            talk_ms: handling.talk_ms,
            hold_ms: handling.hold_ms,
            holds: handling.holds,
            longest_hold_ms: handling.longest_hold_ms,
            acw_ms: handling.acw_ms,
            end: name(&handling.end),
            transfer_target: owned(handling.transfer_target),
            inferred: handling.inferred,
            source_partition,
            version,
            is_deleted: u8::from(is_deleted),
        }
    }
}

/// A row of `contacts`; its columns are documented in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, Row, Serialize)]
pub(crate) struct ContactRow {
    pub(crate) tenant: String,
    pub(crate) started_at: i64,
    pub(crate) contact_id: String,
    pub(crate) source: String,
    pub(crate) channel: String,
    pub(crate) direction: String,
    pub(crate) customer: Option<String>,
    pub(crate) dnis: Option<String>,
    pub(crate) queue: String,
    pub(crate) ended_at: Option<i64>,
    pub(crate) outcome: String,
    pub(crate) disposition: Option<String>,
    pub(crate) visits: i32,
    pub(crate) handlings: i32,
    pub(crate) transfers: i32,
    pub(crate) events: i32,
    pub(crate) inferred: i32,
    pub(crate) source_partition: i32,
    pub(crate) version: u64,
    pub(crate) is_deleted: u8,
}

impl ContactRow {
    pub(crate) fn new(contact: &Contact<'_>, source_partition: i32, version: u64, is_deleted: bool) -> Self {
        ContactRow {
            tenant: contact.tenant.to_owned(),
            started_at: contact.started_us,
            contact_id: contact.contact_id.to_owned(),
            source: contact.source.to_owned(),
            channel: name(&contact.channel),
            direction: name(&contact.direction),
            customer: owned(contact.customer),
            dnis: owned(contact.dnis),
            queue: contact.queue.unwrap_or_default().to_owned(),
            ended_at: contact.ended_us,
            outcome: name(&contact.outcome),
            disposition: owned(contact.disposition),
            visits: contact.visits,
            handlings: contact.handlings,
            transfers: contact.transfers,
            events: contact.events,
            inferred: contact.inferred,
            source_partition,
            version,
            is_deleted: u8::from(is_deleted),
        }
    }
}

/// A row of `activity_spans`; its columns are documented in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, Row, Serialize)]
pub(crate) struct ActivitySpanRow {
    pub(crate) tenant: String,
    pub(crate) agent: String,
    pub(crate) started_at: i64,
    pub(crate) ended_at: Option<i64>,
    pub(crate) activity: String,
    pub(crate) reason: Option<String>,
    pub(crate) inferred: i32,
    pub(crate) source_partition: i32,
    pub(crate) version: u64,
    pub(crate) is_deleted: u8,
}

impl ActivitySpanRow {
    pub(crate) fn new(span: &ActivitySpan<'_>, source_partition: i32, version: u64, is_deleted: bool) -> Self {
        ActivitySpanRow {
            tenant: span.tenant.to_owned(),
            agent: span.agent.to_owned(),
            started_at: span.started_us,
            ended_at: span.ended_us,
            activity: span.activity.to_owned(),
            reason: owned(span.reason),
            inferred: span.inferred,
            source_partition,
            version,
            is_deleted: u8::from(is_deleted),
        }
    }
}

/// A row of `dead_letters`; its columns are documented in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, Row, Serialize)]
pub(crate) struct DeadLetterRow {
    pub(crate) topic: String,
    pub(crate) source_partition: i32,
    pub(crate) source_offset: i64,
    pub(crate) stage: String,
    pub(crate) code: String,
    pub(crate) reason: String,
    pub(crate) source: String,
    pub(crate) source_file: String,
    pub(crate) source_line: i64,
    #[serde(serialize_with = "bytes")]
    pub(crate) payload: Vec<u8>,
    pub(crate) payload_size: i64,
    pub(crate) version: u64,
}

fn bytes<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

impl DeadLetterRow {
    /// `offset` is its own, in the topic of dead letters.
    pub(crate) fn new(letter: &DeadLetter<'_>, offset: i64) -> Self {
        DeadLetterRow {
            topic: letter.topic.to_owned(),
            source_partition: letter.partition,
            source_offset: letter.offset,
            stage: letter.stage.to_owned(),
            code: letter.code.to_owned(),
            reason: letter.reason.to_owned(),
            source: letter.source.to_owned(),
            source_file: letter.source_file.to_owned(),
            source_line: letter.source_line,
            payload: letter.payload.to_vec(),
            payload_size: letter.payload_size,
            version: version(0, offset),
        }
    }
}
