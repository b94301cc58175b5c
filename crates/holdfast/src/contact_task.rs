//! The contact stage of one partition: events → facts → panes, chained without a hop.

use crate::topology::contacts_output;
use aggregator::{PaneTopics, Panes};
use enricher::{Contacts, Emitted, FactTopics};
use events::{CallEvent, codec};
use kpi::QueueSettings;
use runtime::task::{Output, Record, Reject, Task};
use rustc_hash::FxHashMap;

/// What the contact stage keeps and writes.
#[derive(Clone, Debug)]
pub struct ContactOptions {
    /// A contact is forgotten when it has been quiet for so long, event time, ms.
    pub horizon_ms: i64,
    /// So many contacts of one partition are kept however old they are.
    pub contacts_min: usize,
    /// Contacts of one partition at most.
    pub contacts_max: usize,
    /// Facts of contacts that are still going on are written so often, ms.
    pub open_facts_ms: i64,
    /// Write facts to their topics (panes are always written).
    pub write_facts: bool,
    /// Write who waits now.
    pub write_queue_now: bool,
    /// Replay generation.
    pub generation: i32,
    /// Settings by queue; the empty name holds the default.
    pub queues: FxHashMap<String, QueueSettings>,
    /// Event times further ahead of the record's stamp than this are rejected, ms.
    pub ahead_max_ms: i64,
}

impl Default for ContactOptions {
    fn default() -> Self {
        ContactOptions {
            horizon_ms: 24 * 3_600_000,
            contacts_min: 50_000,
            contacts_max: 250_000,
            open_facts_ms: 5_000,
            write_facts: true,
            write_queue_now: true,
            generation: 0,
            queues: FxHashMap::default(),
            ahead_max_ms: 24 * 3_600_000,
        }
    }
}

/// The longest stay that can still change a pane, beyond the horizon of its contact (domain: four hours for voice), ms.
const STAY_MAX_MS: i64 = 4 * 3_600_000;

/// How the contact stage reads its input.
pub trait Decoder {
    /// An event out of a record's value; text borrows from it or from the decoder's buffers.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    fn decode<'a>(&'a mut self, bytes: &'a [u8]) -> Result<CallEvent<'a>, codec::Error>;
}

/// Canonical events.
#[derive(Clone, Copy, Debug, Default)]
pub struct Canonical;

impl Decoder for Canonical {
    fn decode<'a>(&'a mut self, bytes: &'a [u8]) -> Result<CallEvent<'a>, codec::Error> {
        codec::decode(bytes)
    }
}

/// See the module.
pub struct ContactTask<D = Canonical> {
    contacts: Contacts,
    panes: Panes,
    ahead_max_ms: i64,
    decoder: D,
}

impl ContactTask {
    /// An empty partition.
    pub fn new(options: &ContactOptions) -> Self {
        ContactTask::with_decoder(options, Canonical)
    }
}

impl<D: Decoder> ContactTask<D> {
    /// The same for events in another form (benchmarks).
    pub fn with_decoder(options: &ContactOptions, decoder: D) -> Self {
        let topics = FactTopics {
            queue_visits: contacts_output::QUEUE_VISITS,
            handlings: contacts_output::HANDLINGS,
            contacts: contacts_output::CONTACTS,
            agent_work: contacts_output::AGENT_WORK,
        };
        let contacts = Contacts::new(enricher::Options {
            horizon_ms: options.horizon_ms,
            contacts_min: options.contacts_min,
            contacts_max: options.contacts_max,
            late_max: 20_000,
            open_facts_ms: options.open_facts_ms,
            topics: options.write_facts.then_some(topics),
            generation: options.generation,
            rules: lifecycle::Options::default(),
        });
        let topics =
            PaneTopics { panes: contacts_output::KPI_PANES, queue_now: options.write_queue_now.then_some(contacts_output::QUEUE_NOW) };
        let panes = Panes::new(aggregator::Options {
            horizon_ms: options.horizon_ms.saturating_add(STAY_MAX_MS),
            panes_min: options.contacts_min,
            topics,
            generation: options.generation,
            queues: options.queues.clone(),
        });
        ContactTask { contacts, panes, ahead_max_ms: options.ahead_max_ms, decoder }
    }

    /// Contacts and panes that are kept.
    pub fn sizes(&self) -> (usize, usize) {
        (self.contacts.len(), self.panes.len())
    }
}

impl<D: Decoder> Task for ContactTask<D> {
    fn restore(&mut self, topic: usize, key: &[u8], value: Option<&[u8]>) -> Result<(), String> {
        if topic > 0 {
            self.panes.restore(key, value)
        } else if self.panes.restore_note(key, value)? {
            Ok(())
        } else {
            self.contacts.restore(key, value)
        }
    }

    fn restored(&mut self) {
        let panes = &mut self.panes;
        self.contacts.restored(&mut |emitted: Emitted<'_, '_>| {
            if !emitted.late {
                panes.restored_open(emitted.after);
            }
        });
        self.panes.restored();
    }

    fn apply(&mut self, record: &Record<'_>, _: &mut Output<'_>) -> Result<(), Reject> {
        let payload = record.payload.ok_or_else(|| Reject::new("empty", "the record has no value"))?;
        let event = self.decoder.decode(payload).map_err(|error| Reject::new(error.code(), error.to_string()))?;
        if record.timestamp_ms > 0 && event.event_time_us / 1_000 > record.timestamp_ms.saturating_add(self.ahead_max_ms) {
            return Err(Reject::new("time_ahead", "the event lies in the future of its record"));
        }
        self.contacts.apply(&event)
    }

    fn flush(&mut self, now_ms: i64, output: &mut Output<'_>) {
        let panes = &mut self.panes;
        self.contacts.flush(now_ms, output, &mut |emitted: Emitted<'_, '_>| {
            if !emitted.late {
                panes.change(emitted.before, emitted.after);
            }
        });
        self.panes.flush(self.contacts.event_time_us(), output);
    }

    fn committed(&mut self) {
        self.contacts.committed();
        self.panes.committed();
    }

    fn rolled_back(&mut self) {
        self.contacts.rolled_back();
        self.panes.rolled_back();
    }

    fn discard(&mut self, output: &mut Output<'_>) {
        self.contacts.discard(output);
        self.panes.discard(output);
    }

    fn event_time_us(&self) -> i64 {
        self.contacts.event_time_us()
    }

    fn wants_flush(&self, now_ms: i64) -> bool {
        self.contacts.wants_flush(now_ms)
    }

    fn take_counts(&mut self, count: &mut dyn FnMut(&'static str, &'static str, u64)) {
        self.contacts.take_counts(count);
        let gone = self.panes.take_gone();
        if gone > 0 {
            count("notes", "pane_gone", gone);
        }
    }
}
