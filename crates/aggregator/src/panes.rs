//! The panes of a partition: committed ones as the bytes that were written, those that change decoded beside them.

use crate::names::{Pairs, pane_key, parse_pane_key};
use crate::now::Now;
use events::{QueueNow, QueuePane, codec};
use kpi::{Pane, PaneSink, QueueSettings};
use lifecycle::Facts;
use runtime::task::Output;
use rustc_hash::FxHashMap;

/// Positions of the topics in the stage's outputs.
#[derive(Clone, Copy, Debug)]
pub struct PaneTopics {
    /// Panes, compacted: output and changelog in one.
    pub panes: usize,
    /// Who waits now, compacted; none: not written.
    pub queue_now: Option<usize>,
}

/// What an operator keeps and where it writes.
#[derive(Clone, Debug)]
pub struct Options {
    /// Panes older than this may be forgotten, event time, ms.
    pub horizon_ms: i64,
    /// So many panes of one partition are kept however old they are.
    pub panes_min: usize,
    /// Where panes go.
    pub topics: PaneTopics,
    /// Replay generation.
    pub generation: i32,
    /// Settings by queue; the empty name holds the default.
    pub queues: FxHashMap<String, QueueSettings>,
}

/// (number of the tenant and queue, minute since 1970).
type Key = (u32, i32);

/// See the module.
pub struct Panes {
    options: Options,
    committed: FxHashMap<Key, Box<[u8]>>,
    open: Open,
    written: Vec<(Key, Box<[u8]>)>,
    now: Now,
    /// By pair: minutes before this one are gone.
    gone: FxHashMap<u32, i32>,
    /// What the open transaction forgets.
    forgetting: Vec<Key>,
    counts: u64,
}

/// A decoded pane.
#[derive(Default)]
struct Decoded {
    pane: Pane,
    /// The transaction that changed it last.
    changed_in: u64,
}

/// The open transaction, and the panes of the one before: the same minutes change again and again.
#[derive(Default)]
struct Open {
    pairs: Pairs,
    /// Boxed: a table keeps room for as many again.
    panes: FxHashMap<Key, Box<Decoded>>,
    /// Counts transactions, from 1.
    transaction: u64,
    changed: Vec<Key>,
    /// Takes what belongs to a pane that is gone.
    lost: Pane,
}

impl Open {
    fn pane(&mut self, key: Key, committed: &FxHashMap<Key, Box<[u8]>>) -> &mut Pane {
        let fresh = || Box::new(Decoded { pane: committed.get(&key).and_then(|bytes| decode(bytes)).unwrap_or_default(), changed_in: 0 });
        let decoded = self.panes.entry(key).or_insert_with(fresh);
        if decoded.changed_in != self.transaction {
            decoded.changed_in = self.transaction;
            self.changed.push(key);
        }
        &mut decoded.pane
    }

    fn committed(&mut self) {
        let (transaction, changed) = (self.transaction, self.changed.len());
        if self.panes.len() > changed * 3 / 2 {
            self.panes.retain(|_, decoded| decoded.changed_in == transaction);
        }
        self.next();
    }

    /// What was changed is decoded again from what was committed.
    fn rolled_back(&mut self) {
        for key in &self.changed {
            self.panes.remove(key);
        }
        self.next();
    }

    fn next(&mut self) {
        self.changed.clear();
        self.transaction += 1;
    }
}

/// Lends panes to `kpi`.
struct Sink<'a> {
    committed: &'a FxHashMap<Key, Box<[u8]>>,
    open: &'a mut Open,
    gone_before: &'a FxHashMap<u32, i32>,
    gone: u64,
}

impl PaneSink for Sink<'_> {
    fn pane(&mut self, tenant: &str, queue: &str, window_start_us: i64) -> &mut Pane {
        let minute = i32::try_from(window_start_us.div_euclid(60_000_000)).unwrap_or(i32::MAX);
        let key = (self.open.pairs.number(tenant, queue), minute);
        if self.gone_before.get(&key.0).is_some_and(|bound| minute < *bound) {
            self.gone += 1;
            return &mut self.open.lost;
        }
        self.open.pane(key, self.committed)
    }
}

fn decode(bytes: &[u8]) -> Option<Pane> {
    Pane::from_message(&codec::decode::<QueuePane<'_>>(bytes).ok()?).ok()
}

impl Panes {
    /// No panes yet.
    pub fn new(options: Options) -> Self {
        Panes {
            options,
            committed: FxHashMap::default(),
            open: Open { transaction: 1, ..Open::default() },
            written: Vec::new(),
            now: Now::default(),
            gone: FxHashMap::default(),
            forgetting: Vec::new(),
            counts: 0,
        }
    }

    /// Panes that are kept.
    pub fn len(&self) -> usize {
        self.committed.len()
    }

    /// True if no pane is kept.
    pub fn is_empty(&self) -> bool {
        self.committed.is_empty()
    }

    /// The facts of one contact changed.
    pub fn change(&mut self, before: Option<&Facts<'_>>, after: &Facts<'_>) {
        let mut sink = Sink { committed: &self.committed, open: &mut self.open, gone_before: &self.gone, gone: 0 };
        if let Some(before) = before {
            add(&mut sink, before, -1, &self.options.queues);
        }
        add(&mut sink, after, 1, &self.options.queues);
        self.counts += sink.gone;
        let pairs = &mut self.open.pairs;
        if let Some(before) = before {
            self.now.add(before, -1, |tenant, queue| pairs.number(tenant, queue));
        }
        self.now.add(after, 1, |tenant, queue| pairs.number(tenant, queue));
    }

    /// After a restore: what is open in the facts of one contact.
    pub fn restored_open(&mut self, facts: &Facts<'_>) {
        let pairs = &mut self.open.pairs;
        self.now.add(facts, 1, |tenant, queue| pairs.number(tenant, queue));
    }

    /// Everything is restored.
    pub fn restored(&mut self) {
        self.now.committed();
        let gone = &self.gone;
        self.committed.retain(|(pair, minute), _| gone.get(pair).is_none_or(|bound| *minute >= *bound));
    }

    /// The transaction ends: writes the panes that changed.
    pub fn flush(&mut self, event_time_us: i64, output: &mut Output<'_>) {
        let (partition, layout, version) = (output.partition, output.layout, output.offset);
        let generation = self.options.generation;
        let mut topic_key = Vec::new();
        for key in &self.open.changed {
            let (key, Some(pane)) = (*key, self.open.panes.get(key).map(|decoded| &decoded.pane)) else { continue };
            let Some((tenant, queue)) = self.open.pairs.texts.get(key.0 as usize) else { continue };
            let window_start_us = i64::from(key.1) * 60_000_000;
            let mut message = pane.to_message(tenant, queue, window_start_us);
            (message.partition, message.layout, message.generation, message.version) = (partition, layout, generation, version);
            let mut bytes = Vec::new();
            output.encode(&message, &mut bytes);
            pane_key(&mut topic_key, tenant, queue, Some(window_start_us), partition, layout);
            output.bytes_to(self.options.topics.panes, partition, &topic_key, Some(&bytes));
            self.written.push((key, bytes.into_boxed_slice()));
        }
        self.choose_forgotten(event_time_us, output);
        let Some(topic) = self.options.topics.queue_now else { return };
        let (texts, queues) = (&self.open.pairs.texts, &self.options.queues);
        let threshold_ms = |pair: u32| settings(queues, texts.get(pair as usize).map_or("", |(_, queue)| queue)).threshold_ms;
        for (pair, now) in self.now.changed(threshold_ms) {
            let Some((tenant, queue)) = self.open.pairs.texts.get(pair as usize) else { continue };
            let message = QueueNow { tenant, queue, partition, layout, generation, version, event_time_us, ..now };
            pane_key(&mut topic_key, tenant, queue, None, partition, layout);
            output.message_to(topic, partition, &topic_key, &message);
        }
    }

    /// The transaction was committed.
    pub fn committed(&mut self) {
        for (key, bytes) in self.written.drain(..) {
            self.committed.insert(key, bytes);
        }
        for (pair, minute) in self.forgetting.drain(..) {
            self.committed.remove(&(pair, minute));
            let bound = self.gone.entry(pair).or_insert(minute + 1);
            *bound = (*bound).max(minute + 1);
            self.open.panes.remove(&(pair, minute));
        }
        self.open.committed();
        self.now.committed();
    }

    /// The transaction was aborted.
    pub fn rolled_back(&mut self) {
        self.open.rolled_back();
        self.written.clear();
        self.forgetting.clear();
        self.counts = 0;
        self.now.rolled_back();
    }

    /// Reads a pane back; `value` none: it was deleted.
    ///
    /// # Errors
    /// A text if it is no pane, or the key of a deleted one is none.
    pub fn restore(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), String> {
        let Some(bytes) = value else {
            let (tenant, queue, minute) = parse_pane_key(key).ok_or("a deleted pane has a key of another form")?;
            let pair = self.open.pairs.number(tenant, queue);
            self.committed.remove(&(pair, minute));
            return Ok(());
        };
        let message = codec::decode::<QueuePane<'_>>(bytes).map_err(|error| format!("a pane: {error}"))?;
        Pane::from_message(&message).map_err(|error| error.to_string())?;
        let minute = i32::try_from(message.window_start_us.div_euclid(60_000_000)).map_err(|_| "a pane has an impossible time")?;
        let key = (self.open.pairs.number(message.tenant, message.queue), minute);
        self.committed.insert(key, bytes.into());
        Ok(())
    }

    /// Writes tombstones for everything that was read back, whether [`Panes::restored`] was called or not, and for the present
    /// of every queue that it tells of.
    pub fn discard(&mut self, output: &mut Output<'_>) {
        let mut topic_key = Vec::new();
        let mut presents = std::collections::BTreeSet::new();
        for bytes in self.committed.values() {
            // Written under another layout, perhaps: the message knows.
            let Ok(pane) = codec::decode::<QueuePane<'_>>(bytes) else { continue };
            pane_key(&mut topic_key, pane.tenant, pane.queue, Some(pane.window_start_us), pane.partition, pane.layout);
            output.bytes_to(self.options.topics.panes, output.partition, &topic_key, None);
            presents.insert((pane.tenant, pane.queue, pane.partition, pane.layout));
        }
        output.changelog(GONE_KEY, None);
        let Some(topic) = self.options.topics.queue_now else { return };
        for (tenant, queue, partition, layout) in presents {
            pane_key(&mut topic_key, tenant, queue, None, partition, layout);
            output.bytes_to(topic, output.partition, &topic_key, None);
        }
    }

    /// Contributions that fell into panes that are gone, since the last call.
    pub fn take_gone(&mut self) -> u64 {
        std::mem::take(&mut self.counts)
    }

    /// Chooses panes beyond the minimum that are older than the horizon, half of them at once, so that the pass over all
    /// panes is rare; notes per queue up to where its panes are gone.
    fn choose_forgotten(&mut self, event_time_us: i64, output: &mut Output<'_>) {
        if self.committed.len() <= self.options.panes_min.saturating_mul(2) || event_time_us == i64::MIN {
            return;
        }
        let bound = event_time_us.saturating_sub(self.options.horizon_ms.saturating_mul(1_000)).div_euclid(60_000_000);
        let written: rustc_hash::FxHashSet<Key> = self.written.iter().map(|(key, _)| *key).collect();
        let mut old: Vec<Key> = self.committed.keys().filter(|key| i64::from(key.1) < bound && !written.contains(*key)).copied().collect();
        old.sort_unstable_by_key(|(pair, minute)| (*minute, *pair));
        old.truncate(self.committed.len() - self.options.panes_min);
        if old.is_empty() {
            return;
        }
        // A pane written in this transaction may lie before the bound of its queue: it must not be gone after a restore.
        let earliest: FxHashMap<u32, i32> = written.iter().fold(FxHashMap::default(), |mut least, (pair, minute)| {
            let entry = least.entry(*pair).or_insert(*minute);
            *entry = (*entry).min(*minute);
            least
        });
        old.retain(|(pair, minute)| earliest.get(pair).is_none_or(|least| minute < least));
        let mut gone = self.gone.clone();
        for (pair, minute) in &old {
            let bound = gone.entry(*pair).or_insert(minute + 1);
            *bound = (*bound).max(minute + 1);
        }
        let mut value = Vec::new();
        for (pair, bound) in &gone {
            let Some((tenant, queue)) = self.open.pairs.texts.get(*pair as usize) else { continue };
            for text in [tenant, queue] {
                value.extend_from_slice(&(text.len() as u32).to_be_bytes());
                value.extend_from_slice(text.as_bytes());
            }
            value.extend_from_slice(&bound.to_be_bytes());
        }
        output.changelog(GONE_KEY, Some(&value));
        self.forgetting = old;
    }

    /// Reads the note of what is gone; true: the key was one.
    ///
    /// # Errors
    /// A text if the note is damaged.
    pub fn restore_note(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<bool, String> {
        if key != GONE_KEY {
            return Ok(false);
        }
        let mut rest = value.unwrap_or_default();
        self.gone.clear();
        while !rest.is_empty() {
            let note = take_text(&mut rest).and_then(|tenant| Some((tenant, take_text(&mut rest)?, take_number(&mut rest)?)));
            let (tenant, queue, bound) = note.ok_or("the note of forgotten panes is damaged")?;
            let pair = self.open.pairs.number(tenant, queue);
            self.gone.insert(pair, bound);
        }
        Ok(true)
    }
}

/// Changelog key of the note of what is gone.
const GONE_KEY: &[u8] = b"g";

fn take_number(rest: &mut &[u8]) -> Option<i32> {
    let (number, tail) = rest.split_first_chunk::<4>()?;
    *rest = tail;
    Some(i32::from_be_bytes(*number))
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::try_from(take_number(rest)?).ok()?;
    let (text, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    std::str::from_utf8(text).ok()
}

fn settings(queues: &FxHashMap<String, QueueSettings>, queue: &str) -> QueueSettings {
    queues.get(queue).or_else(|| queues.get("")).copied().unwrap_or_default()
}

fn add(sink: &mut Sink<'_>, facts: &Facts<'_>, sign: i64, queues: &FxHashMap<String, QueueSettings>) {
    for visit in &facts.visits {
        kpi::add_visit(sink, visit, sign, &settings(queues, visit.queue));
    }
    for handling in &facts.handlings {
        kpi::add_handling(sink, handling, sign);
    }
    kpi::add_contact(sink, &facts.contact, sign);
}
