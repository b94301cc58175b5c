//! Messages as rows: pure, and idempotent by their keys and versions.

use clickhouse::Row;
use events::{Change, Contact, DeadLetter, Handling, QueuePane, QueueVisit};
use serde::Serialize;

/// The version of a row: it grows for each key over changes and replays; no clock is in it.
pub fn version(generation: i32, offset: i64) -> u64 {
    ((generation.max(0) as u64) << 48) | (offset.max(0) as u64 & ((1 << 48) - 1))
}

/// A time as ClickHouse reads it in text: seconds since 1970 with six digits.
pub(crate) fn seconds(time_us: i64) -> String {
    format!("{}.{:06}", time_us.div_euclid(1_000_000), time_us.rem_euclid(1_000_000))
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

/// A row of `queue_visits`.
#[derive(Clone, Debug, PartialEq, Eq, Row, Serialize)]
#[allow(missing_docs, reason = "documented once, in the migrations")]
pub struct QueueVisitRow {
    pub tenant: String,
    pub queue: String,
    pub entered_at: i64,
    pub contact_id: String,
    pub visit_number: i32,
    pub source: String,
    pub channel: String,
    pub direction: String,
    pub customer: Option<String>,
    pub left_at: Option<i64>,
    pub wait_ms: Option<i64>,
    pub outcome: String,
    pub reason: Option<String>,
    pub agent: Option<String>,
    pub transferred_in: bool,
    pub missed_offers: i32,
    pub inferred: i32,
    pub source_partition: i32,
    pub version: u64,
    pub is_deleted: u8,
}

impl QueueVisitRow {
    fn new(visit: &QueueVisit<'_>, source_partition: i32, version: u64, is_deleted: bool) -> Self {
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

    fn same_key(a: &QueueVisit<'_>, b: &QueueVisit<'_>) -> bool {
        (a.tenant, a.queue, a.entered_us, a.contact_id, a.visit_number) == (b.tenant, b.queue, b.entered_us, b.contact_id, b.visit_number)
    }
}

/// A row of `handlings`.
#[derive(Clone, Debug, PartialEq, Eq, Row, Serialize)]
#[allow(missing_docs, reason = "documented once, in the migrations")]
pub struct HandlingRow {
    pub tenant: String,
    pub queue: String,
    pub connected_at: i64,
    pub contact_id: String,
    pub handling_number: i32,
    pub visit_number: Option<i32>,
    pub source: String,
    pub agent: String,
    pub channel: String,
    pub direction: String,
    pub talk_ended_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub talk_ms: Option<i64>,
    pub hold_ms: i64,
    pub holds: i32,
    pub longest_hold_ms: i64,
    pub acw_ms: Option<i64>,
    pub end: String,
    pub transfer_target: Option<String>,
    pub inferred: i32,
    pub source_partition: i32,
    pub version: u64,
    pub is_deleted: u8,
}

impl HandlingRow {
    fn new(handling: &Handling<'_>, source_partition: i32, version: u64, is_deleted: bool) -> Self {
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

    fn same_key(a: &Handling<'_>, b: &Handling<'_>) -> bool {
        (a.tenant, a.queue, a.connected_us, a.contact_id, a.handling_number)
            == (b.tenant, b.queue, b.connected_us, b.contact_id, b.handling_number)
    }
}

/// A row of `contacts`.
#[derive(Clone, Debug, PartialEq, Eq, Row, Serialize)]
#[allow(missing_docs, reason = "documented once, in the migrations")]
pub struct ContactRow {
    pub tenant: String,
    pub started_at: i64,
    pub contact_id: String,
    pub source: String,
    pub channel: String,
    pub direction: String,
    pub customer: Option<String>,
    pub dnis: Option<String>,
    pub queue: String,
    pub ended_at: Option<i64>,
    pub outcome: String,
    pub disposition: Option<String>,
    pub visits: i32,
    pub handlings: i32,
    pub transfers: i32,
    pub events: i32,
    pub inferred: i32,
    pub source_partition: i32,
    pub version: u64,
    pub is_deleted: u8,
}

impl ContactRow {
    fn new(contact: &Contact<'_>, source_partition: i32, version: u64, is_deleted: bool) -> Self {
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

/// A row of `dead_letters`.
#[derive(Clone, Debug, PartialEq, Eq, Row, Serialize)]
#[allow(missing_docs, reason = "documented once, in the migrations")]
pub struct DeadLetterRow {
    pub topic: String,
    pub source_partition: i32,
    pub source_offset: i64,
    pub stage: String,
    pub code: String,
    pub reason: String,
    pub source: String,
    pub source_file: String,
    pub source_line: i64,
    #[serde(serialize_with = "bytes")]
    pub payload: Vec<u8>,
    pub payload_size: i64,
    pub version: u64,
}

fn bytes<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

/// Rows that wait to be inserted, by table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// `queue_visits`.
    pub queue_visits: Vec<QueueVisitRow>,
    /// `handlings`.
    pub handlings: Vec<HandlingRow>,
    /// `contacts`.
    pub contacts: Vec<ContactRow>,
    /// `queue_panes`, as JSON lines: their columns follow `QueueCounts`.
    pub queue_panes: Vec<serde_json::Map<String, serde_json::Value>>,
    /// `dead_letters`.
    pub dead_letters: Vec<DeadLetterRow>,
}

impl Batch {
    /// Rows of all tables.
    pub fn len(&self) -> usize {
        self.queue_visits.len() + self.handlings.len() + self.contacts.len() + self.queue_panes.len() + self.dead_letters.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a change of a queue visit: the new row, and one that deletes the old key if it moved.
    pub fn add_queue_visit(&mut self, change: &Change<QueueVisit<'_>>) {
        let (version, partition) = (version(change.generation, change.version), change.partition);
        if let Some(before) = &change.before
            && !change.after.as_ref().is_some_and(|after| QueueVisitRow::same_key(before, after))
        {
            self.queue_visits.push(QueueVisitRow::new(before, partition, version, true));
        }
        self.queue_visits.extend(change.after.iter().map(|after| QueueVisitRow::new(after, partition, version, false)));
    }

    /// Adds a change of a handling.
    pub fn add_handling(&mut self, change: &Change<Handling<'_>>) {
        let (version, partition) = (version(change.generation, change.version), change.partition);
        if let Some(before) = &change.before
            && !change.after.as_ref().is_some_and(|after| HandlingRow::same_key(before, after))
        {
            self.handlings.push(HandlingRow::new(before, partition, version, true));
        }
        self.handlings.extend(change.after.iter().map(|after| HandlingRow::new(after, partition, version, false)));
    }

    /// Adds a change of a contact.
    pub fn add_contact(&mut self, change: &Change<Contact<'_>>) {
        let (version, partition) = (version(change.generation, change.version), change.partition);
        let same = |a: &Contact<'_>, b: &Contact<'_>| (a.tenant, a.started_us, a.contact_id) == (b.tenant, b.started_us, b.contact_id);
        if let Some(before) = &change.before
            && !change.after.as_ref().is_some_and(|after| same(before, after))
        {
            self.contacts.push(ContactRow::new(before, partition, version, true));
        }
        self.contacts.extend(change.after.iter().map(|after| ContactRow::new(after, partition, version, false)));
    }

    /// Adds a pane.
    pub fn add_pane(&mut self, pane: &QueuePane<'_>) {
        let mut row = serde_json::Map::new();
        let mut put = |key: &str, value: serde_json::Value| row.insert(key.to_owned(), value);
        put("tenant", pane.tenant.into());
        put("queue", pane.queue.into());
        put("window_start", seconds(pane.window_start_us).into());
        put("source_partition", pane.partition.into());
        put("layout", pane.layout.into());
        for (key, value) in events::QueueCounts::NAMES.iter().zip(pane.counts.values()) {
            put(key, value.into());
        }
        put("wait_answered_histogram", pane.wait_answered_histogram.clone().into());
        put("wait_abandoned_histogram", pane.wait_abandoned_histogram.clone().into());
        put("wait_flow_out_histogram", pane.wait_flow_out_histogram.clone().into());
        put("cohort_answered_histogram", pane.cohort_answered_histogram.clone().into());
        put("cohort_abandoned_histogram", pane.cohort_abandoned_histogram.clone().into());
        put("cohort_flow_out_histogram", pane.cohort_flow_out_histogram.clone().into());
        for (key, sketch) in [("wait_sketch", &pane.wait_sketch), ("talk_sketch", &pane.talk_sketch)] {
            put(&format!("{key}_buckets"), sketch.iter().map(|entry| entry.bucket).collect::<Vec<_>>().into());
            put(&format!("{key}_counts"), sketch.iter().map(|entry| entry.count).collect::<Vec<_>>().into());
        }
        put("version", version(pane.generation, pane.version).into());
        self.queue_panes.push(row);
    }

    /// Adds a dead letter; `offset` is its own, in the topic of dead letters.
    pub fn add_dead_letter(&mut self, letter: &DeadLetter<'_>, offset: i64) {
        self.dead_letters.push(DeadLetterRow {
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
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::{Channel, Direction, VisitOutcome};

    fn visit(entered_us: i64) -> QueueVisit<'static> {
        QueueVisit {
            tenant: "t",
            contact_id: "a/1",
            visit_number: 1,
            source: "a",
            queue: "q",
            channel: Channel::Voice,
            direction: Direction::Inbound,
            customer: None,
            entered_us,
            left_us: None,
            wait_ms: None,
            outcome: VisitOutcome::SystemError,
            reason: None,
            agent: None,
            transferred_in: false,
            missed_offers: 0,
            inferred: 0,
        }
    }

    #[test]
    fn a_correction_that_moves_the_key_deletes_the_old_row() {
        let mut batch = Batch::default();
        let change = |before, after| Change { partition: 2, generation: 1, version: 7, before, after };
        batch.add_queue_visit(&change(None, Some(visit(5))));
        assert_eq!(batch.queue_visits.len(), 1);
        assert_eq!(batch.queue_visits[0].outcome, "system_error");
        batch.add_queue_visit(&change(Some(visit(5)), Some(visit(5))));
        assert_eq!(batch.queue_visits.len(), 2, "the same key replaces itself");
        batch.add_queue_visit(&change(Some(visit(5)), Some(visit(6))));
        assert_eq!(batch.queue_visits[2..].iter().map(|row| (row.entered_at, row.is_deleted)).collect::<Vec<_>>(), [(5, 1), (6, 0)]);
        batch.add_queue_visit(&change(Some(visit(6)), None));
        assert_eq!((batch.queue_visits[4].entered_at, batch.queue_visits[4].is_deleted), (6, 1));
        assert_eq!(batch.queue_visits[4].version, version(1, 7));
    }
}
