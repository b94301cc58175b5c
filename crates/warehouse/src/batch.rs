//! What was read and is not in ClickHouse yet, by the partition that it was read from.

use crate::rows::{
    ActivitySpanRow, AgentPaneRow, ContactRow, DeadLetterRow, GroupNoticeRow, HandlingRow, Keyed, ObservationRow, QueuePaneRow,
    QueueVisitRow, ReferenceRow, Rows, SignalEventRow, version,
};
use events::schema::Kind;
use events::{
    ActivitySpan, AgentPane, Change, Contact, DeadLetter, GroupNotice, Handling, Observation, QueuePane, QueueVisit, Reference,
    SignalEvent, codec,
};
use std::collections::{BTreeMap, HashMap};

/// Rows that wait to be inserted, by table, one per key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    pub(crate) queue_visits: Rows<QueueVisitRow>,
    pub(crate) handlings: Rows<HandlingRow>,
    pub(crate) contacts: Rows<ContactRow>,
    pub(crate) queue_panes: Rows<QueuePaneRow>,
    pub(crate) activity_spans: Rows<ActivitySpanRow>,
    pub(crate) agent_panes: Rows<AgentPaneRow>,
    pub(crate) observations: Rows<ObservationRow>,
    pub(crate) reference: Rows<ReferenceRow>,
    pub(crate) dead_letters: Rows<DeadLetterRow>,
    /// Of the attrition database.
    pub(crate) signal_events: Rows<SignalEventRow>,
    pub(crate) group_notices: Rows<GroupNoticeRow>,
}

/// Adds a change of a fact: the new row, and one that deletes the old key if it moved. `before` is what was last written.
fn add_change<F, R: Keyed>(rows: &mut Rows<R>, change: &Change<F>, row: impl Fn(&F, i32, u64, bool) -> R) {
    let (version, partition) = (version(change.generation, change.version), change.partition);
    let after = change.after.as_ref().map(|after| row(after, partition, version, false));
    if let Some(before) = &change.before {
        let deleted = row(before, partition, version, true);
        if after.as_ref().is_none_or(|after| after.key() != deleted.key()) {
            rows.add(deleted);
        }
    }
    if let Some(after) = after {
        rows.add(after);
    }
}

impl Batch {
    /// Rows of all tables.
    pub(crate) fn len(&self) -> usize {
        self.queue_visits.len()
            + self.handlings.len()
            + self.contacts.len()
            + self.queue_panes.len()
            + self.activity_spans.len()
            + self.agent_panes.len()
            + self.observations.len()
            + self.reference.len()
            + self.dead_letters.len()
            + self.signal_events.len()
            + self.group_notices.len()
    }

    /// Adds the rows of a message; `offset` is its own. Kinds that have no table are passed over.
    ///
    /// # Errors
    /// [`codec::Error`] if it is no message of this version.
    pub(crate) fn add(&mut self, payload: &[u8], offset: i64) -> Result<(), codec::Error> {
        match codec::split(payload)?.0.source.kind {
            Kind::QueueVisit => add_change(&mut self.queue_visits, &codec::decode::<Change<QueueVisit<'_>>>(payload)?, QueueVisitRow::new),
            Kind::Handling => add_change(&mut self.handlings, &codec::decode::<Change<Handling<'_>>>(payload)?, HandlingRow::new),
            Kind::Contact => add_change(&mut self.contacts, &codec::decode::<Change<Contact<'_>>>(payload)?, ContactRow::new),
            Kind::ActivitySpan => {
                add_change(&mut self.activity_spans, &codec::decode::<Change<ActivitySpan<'_>>>(payload)?, ActivitySpanRow::new);
            }
            Kind::QueuePane => self.queue_panes.add(QueuePaneRow::new(&codec::decode::<QueuePane<'_>>(payload)?)),
            Kind::AgentPane => self.agent_panes.add(AgentPaneRow::new(&codec::decode::<AgentPane<'_>>(payload)?)),
            Kind::DeadLetter => self.dead_letters.add(DeadLetterRow::new(&codec::decode::<DeadLetter<'_>>(payload)?, offset)),
            Kind::Observation => self.observations.add(ObservationRow::new(&codec::decode::<Observation<'_>>(payload)?, offset)),
            Kind::Reference => self.reference.add(ReferenceRow::new(&codec::decode::<Reference<'_>>(payload)?)),
            Kind::SignalEvent => self.signal_events.add(SignalEventRow::new(&codec::decode::<SignalEvent<'_>>(payload)?, offset)),
            Kind::GroupNotice => self.group_notices.add(GroupNoticeRow::new(&codec::decode::<GroupNotice<'_>>(payload)?, offset)),
            Kind::CallEvent | Kind::AgentEvent | Kind::QueueNow | Kind::AgentNow => {}
        }
        Ok(())
    }
}

/// Batches by topic and partition, so that those of a partition that went to another member can be dropped.
#[derive(Debug, Default)]
pub(crate) struct Batches {
    topics: HashMap<String, BTreeMap<i32, Batch>>,
    /// Bytes of the messages.
    bytes: usize,
}

impl Batches {
    /// Adds the rows of a message.
    ///
    /// # Errors
    /// As [`Batch::add`].
    pub(crate) fn add(&mut self, topic: &str, partition: i32, offset: i64, payload: &[u8]) -> Result<(), codec::Error> {
        self.bytes += payload.len();
        if let Some(partitions) = self.topics.get_mut(topic) {
            return partitions.entry(partition).or_default().add(payload, offset);
        }
        self.topics.entry(topic.to_owned()).or_default().entry(partition).or_default().add(payload, offset)
    }

    /// Forgets what was read of a partition.
    pub(crate) fn drop_partition(&mut self, topic: &str, partition: i32) {
        if let Some(partitions) = self.topics.get_mut(topic) {
            partitions.remove(&partition);
        }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Batch> {
        self.topics.values().flat_map(BTreeMap::values)
    }

    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = &mut Batch> {
        self.topics.values_mut().flat_map(BTreeMap::values_mut)
    }

    /// Rows of all tables.
    pub(crate) fn len(&self) -> usize {
        self.all().map(Batch::len).sum()
    }

    /// Bytes of the messages since the last [`Batches::clear`].
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn clear(&mut self) {
        self.topics.clear();
        self.bytes = 0;
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

    fn added(rows: &mut Rows<QueueVisitRow>, version: i64, before: Option<i64>, after: Option<i64>) -> Vec<(i64, u64, u8)> {
        let change = Change { partition: 2, generation: 1, version, before: before.map(visit), after: after.map(visit) };
        add_change(rows, &change, QueueVisitRow::new);
        rows.as_slice().iter().map(|row| (row.entered_at, row.version - super::version(1, 0), row.is_deleted)).collect()
    }

    #[test]
    fn a_correction_that_moves_the_key_deletes_the_old_row() {
        assert_eq!(added(&mut Rows::default(), 7, None, Some(5)), [(5, 7, 0)]);
        assert_eq!(added(&mut Rows::default(), 7, Some(5), Some(5)), [(5, 7, 0)], "the same key replaces itself");
        assert_eq!(added(&mut Rows::default(), 7, Some(5), Some(6)), [(5, 7, 1), (6, 7, 0)]);
        assert_eq!(added(&mut Rows::default(), 7, Some(5), None), [(5, 7, 1)]);
    }

    #[test]
    fn only_the_last_row_of_a_key_goes_out() {
        let mut rows = Rows::default();
        added(&mut rows, 7, None, Some(5));
        added(&mut rows, 8, Some(5), Some(6));
        assert_eq!(added(&mut rows, 9, Some(6), Some(5)), [(5, 9, 0), (6, 9, 1)], "back where it was");
        assert_eq!(rows.superseded, 3, "two rows of the key 5 and one of 6");
        assert_eq!(added(&mut rows, 8, Some(5), Some(6)), [(5, 9, 0), (6, 9, 1)], "an old message changes nothing");
    }

    #[test]
    fn what_was_read_of_a_lost_partition_is_dropped() {
        let mut encoder = codec::Encoder::default();
        let mut bytes = Vec::new();
        let change = Change { partition: 0, generation: 0, version: 1, before: None, after: Some(visit(5)) };
        encoder.encode(&change, &mut bytes).unwrap();
        let mut batches = Batches::default();
        for partition in 0..3 {
            batches.add("queue-visits", partition, 1, &bytes).unwrap();
        }
        batches.drop_partition("queue-visits", 1);
        batches.drop_partition("handlings", 2);
        assert_eq!(batches.len(), 2);
        assert_eq!(batches.add("queue-visits", 0, 2, b"no message").unwrap_err().code(), "not_avro");
    }
}
