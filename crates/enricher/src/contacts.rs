//! The state of a partition: contacts as bytes, the contacts of the open transaction decoded beside them.

use crate::changes::{Emitted, FactTopics};
use crate::chunks::{self, Chunks};
use crate::marks::{Marks, system_of};
use crate::names::PersistedNames;
use crate::store::{Slot, SlotId, Store, identity_hash};
use events::{CallEvent, CallVerb};
use hashbrown::HashTable;
use lifecycle::{ContactEvents, Names, Pushed, Scratch};
use runtime::task::{Output, Reject};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;

/// What an operator keeps and when it writes.
#[derive(Clone, Debug)]
pub struct Options {
    /// A contact is forgotten when it has been quiet for so long, in event time, ms.
    pub horizon_ms: i64,
    /// So many contacts of one partition are kept however old they are.
    pub contacts_min: usize,
    /// Contacts of one partition at most; the oldest are forgotten first.
    pub contacts_max: usize,
    /// Contacts of one partition that came after the horizon, at most.
    pub late_max: usize,
    /// Facts of contacts that are still going on are written so often, wall time, ms.
    pub open_facts_ms: i64,
    /// Where facts go; none: they are not written, only handed on.
    pub topics: Option<FactTopics>,
    /// Replay generation.
    pub generation: i32,
    /// The rules of the fold.
    pub rules: lifecycle::Options,
}

/// A contact of the open transaction.
pub(crate) struct Dirty {
    pub(crate) slot: Option<SlotId>,
    pub(crate) hash: u64,
    /// Number of its system in the marks.
    pub(crate) system: u32,
    /// Events that were there before the transaction.
    pub(crate) committed: usize,
    pub(crate) events: ContactEvents,
}

/// What a dirty contact becomes when the transaction is committed.
pub(crate) struct Staged {
    pub(crate) slot: Slot,
    pub(crate) open: bool,
    pub(crate) unwritten: bool,
    /// When something that is open becomes lost.
    pub(crate) due_us: Option<i64>,
}

/// See the module.
pub struct Contacts {
    pub(crate) options: Options,
    pub(crate) names: PersistedNames,
    pub(crate) store: Store,
    pub(crate) chunks: Chunks,
    pub(crate) dirty: Vec<Dirty>,
    dirty_index: HashTable<(u64, u32)>,
    pub(crate) staged: Vec<Staged>,
    pub(crate) marks: Marks,
    pub(crate) committed_marks: Marks,
    pub(crate) unwritten: FxHashSet<SlotId>,
    pub(crate) open_written_ms: Option<i64>,
    /// Facts of contacts that are still going on are written in this flush.
    pub(crate) open_due: bool,
    pub(crate) forgetting: Vec<SlotId>,
    pub(crate) late: VecDeque<SlotId>,
    /// Open contacts by system and the minute in which something in them becomes too old.
    pub(crate) deadlines: std::collections::BTreeMap<(u32, i64), Vec<SlotId>>,
    /// Deadlines that the open transaction took off the list.
    pub(crate) expired: Vec<((u32, i64), SlotId)>,
    /// The system of the last event: most come in runs.
    last_system: u32,
    pub(crate) counts: FxHashMap<(&'static str, &'static str), u64>,
    pub(crate) scratch: [Scratch; 3],
    pub(crate) state_bytes: Vec<u8>,
    /// While restoring: which contacts each chunk put in place.
    restoring: FxHashMap<u64, Vec<(u64, SlotId)>>,
}

impl Contacts {
    /// An empty partition.
    pub fn new(options: Options) -> Self {
        Contacts {
            options,
            names: PersistedNames::new(),
            store: Store::default(),
            chunks: Chunks::default(),
            dirty: Vec::new(),
            dirty_index: HashTable::new(),
            staged: Vec::new(),
            marks: Marks::default(),
            committed_marks: Marks::default(),
            unwritten: FxHashSet::default(),
            open_written_ms: None,
            open_due: false,
            forgetting: Vec::new(),
            late: VecDeque::new(),
            deadlines: std::collections::BTreeMap::new(),
            expired: Vec::new(),
            last_system: 0,
            counts: FxHashMap::default(),
            scratch: Default::default(),
            state_bytes: Vec::new(),
            restoring: FxHashMap::default(),
        }
    }

    /// Latest event time, microseconds; `i64::MIN`: none yet.
    pub fn event_time_us(&self) -> i64 {
        self.marks.latest_us().unwrap_or(i64::MIN)
    }

    /// Contacts that are kept.
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// True if no contact is kept.
    pub fn is_empty(&self) -> bool {
        self.store.len() == 0
    }

    /// Takes one event.
    ///
    /// # Errors
    /// [`Reject`] if the event belongs to no contact.
    pub fn apply(&mut self, event: &CallEvent<'_>) -> Result<(), Reject> {
        if event.contact_id.is_empty() {
            return Err(Reject::new("no_contact", "the event has no contact id"));
        }
        let system = self.system(event);
        if event.verb == CallVerb::SourceRestarted
            && let Some(system) = event.contact_id.strip_suffix("/*")
        {
            self.restarted(system, event);
            return Ok(());
        }
        let hash = identity_hash(event.tenant, event.contact_id);
        let found = self.dirty_index.find(hash, |(h, at)| *h == hash && self.is_dirty(*at, event)).map(|(_, at)| *at);
        let at = match found {
            Some(at) => at,
            None => self.touch(hash, system, event)?,
        };
        let Some(dirty) = self.dirty.get_mut(at as usize) else { return Ok(()) };
        let begins = found.is_none() && dirty.slot.is_none();
        let since_us = dirty.events.latest_us().min(event.event_time_us);
        if !begins && dirty.events.push(event, &mut self.names.table) == Pushed::Full {
            self.count("notes", "contact_full", 1);
        }
        if self.marks.restarts.last().is_some_and(|(_, at)| *at > since_us) {
            self.add_restarts(at, event, since_us);
        }
        Ok(())
    }

    /// Number of the event's system; its time moves on.
    fn system(&mut self, event: &CallEvent<'_>) -> u32 {
        let name = system_of(event.contact_id);
        let number = match self.marks.systems.get(self.last_system as usize) {
            Some(last) if *last.name == *name => self.last_system,
            _ => self.marks.number(name, event.event_time_us),
        };
        self.last_system = number;
        if let Some(system) = self.marks.systems.get_mut(number as usize) {
            system.watermark_us = system.watermark_us.max(event.event_time_us);
        }
        number
    }

    fn is_dirty(&self, at: u32, event: &CallEvent<'_>) -> bool {
        self.dirty.get(at as usize).is_some_and(|dirty| dirty.events.is_of(event.tenant, event.contact_id, &self.names.table))
    }

    /// Brings a contact into the open transaction; a new one begins with the event.
    fn touch(&mut self, hash: u64, system: u32, event: &CallEvent<'_>) -> Result<u32, Reject> {
        let slot = self.store.find(hash, event.tenant, event.contact_id, &self.names.table);
        let at = match slot {
            Some(slot) => self.load(hash, slot),
            None => {
                let mut events = ContactEvents::new(event, &mut self.names.table);
                let forgotten = self.marks.systems.get(system as usize).and_then(|system| system.forgotten_until_us);
                if forgotten.is_some_and(|until_us| event.event_time_us <= until_us) {
                    events.late = true;
                    self.count("notes", "late_contact", 1);
                }
                self.push_dirty(Dirty { slot: None, hash, system, committed: 0, events })
            }
        };
        at.ok_or_else(|| Reject::new("state_damaged", "the contact's state cannot be decoded"))
    }

    /// Decodes a stored contact into the open transaction.
    pub(crate) fn load(&mut self, hash: u64, slot: SlotId) -> Option<u32> {
        let stored = self.store.get(slot)?;
        let (system, events) = (stored.system, ContactEvents::decode(&stored.bytes).ok()?);
        self.push_dirty(Dirty { slot: Some(slot), hash, system, committed: events.len(), events })
    }

    fn push_dirty(&mut self, dirty: Dirty) -> Option<u32> {
        let at = u32::try_from(self.dirty.len()).ok()?;
        self.dirty_index.insert_unique(dirty.hash, (dirty.hash, at), |(h, _)| *h);
        self.dirty.push(dirty);
        Some(at)
    }

    /// Position of a stored contact in the open transaction; it is brought in if need be.
    pub(crate) fn dirty_at(&mut self, slot: SlotId) -> Option<u32> {
        let hash = self.store.hash_of(slot, &self.names.table)?;
        let found = self.dirty_index.find(hash, |(_, at)| self.dirty.get(*at as usize).is_some_and(|dirty| dirty.slot == Some(slot)));
        match found.map(|(_, at)| *at) {
            Some(at) => Some(at),
            None => self.load(hash, slot),
        }
    }

    pub(crate) fn is_touched(&self, slot: SlotId) -> bool {
        let Some(hash) = self.store.hash_of(slot, &self.names.table) else { return false };
        self.dirty_index.find(hash, |(_, at)| self.dirty.get(*at as usize).is_some_and(|dirty| dirty.slot == Some(slot))).is_some()
    }

    pub(crate) fn count(&mut self, counter: &'static str, label: &'static str, increment: u64) {
        *self.counts.entry((counter, label)).or_default() += increment;
    }

    /// The transaction ends: folds the contacts that it touched, writes facts and state, hands changes to `emit`.
    pub fn flush(&mut self, now_ms: i64, output: &mut Output<'_>, emit: &mut impl FnMut(Emitted<'_, '_>)) {
        self.expire_overdue();
        self.bring_in_unwritten(now_ms);
        // What expires while it is folded needs this name, and names come before the states that use them.
        self.names.table.id(lifecycle::MAX_AGE_REASON);
        self.names.flush(output);
        self.fold_dirty(output, emit);
        self.forget_old();
        self.chunks.flush(output);
        if self.marks != self.committed_marks {
            output.changelog(b"m", Some(&self.marks.encode()));
        }
        if self.marks.kept != self.committed_marks.kept {
            output.changelog(b"k", Some(&self.marks.encode_kept()));
        }
    }

    /// True if facts of contacts that are still going on are due.
    pub fn wants_flush(&self, now_ms: i64) -> bool {
        !self.unwritten.is_empty() && self.open_written_ms.is_none_or(|at| now_ms - at >= self.options.open_facts_ms)
    }

    /// The transaction was committed.
    pub fn committed(&mut self) {
        for (dirty, staged) in self.dirty.drain(..).zip(self.staged.drain(..)) {
            let late = staged.slot.late;
            let begins = dirty.slot.is_none();
            let (id, _) = self.store.put(dirty.slot, dirty.hash, staged.slot, staged.open, &self.names.table);
            if staged.unwritten {
                self.unwritten.insert(id);
            } else {
                self.unwritten.remove(&id);
            }
            if let Some(due_us) = staged.due_us {
                let list = self.deadlines.entry((dirty.system, due_us.div_euclid(crate::expiry::MINUTE_US))).or_default();
                if list.last() != Some(&id) {
                    list.push(id);
                }
            }
            if late && begins {
                self.late.push_back(id);
            }
        }
        for id in std::mem::take(&mut self.forgetting) {
            if let Some(hash) = self.store.hash_of(id, &self.names.table) {
                self.store.remove(hash, id);
                self.unwritten.remove(&id);
            }
        }
        self.expired.clear();
        self.dirty_index.clear();
        self.chunks.committed();
        self.names.committed();
        self.committed_marks.clone_from(&self.marks);
    }

    /// The transaction was aborted.
    pub fn rolled_back(&mut self) {
        self.dirty.clear();
        self.staged.clear();
        self.dirty_index.clear();
        self.chunks.rolled_back();
        self.names.rolled_back();
        self.counts.clear();
        self.marks.clone_from(&self.committed_marks);
        for (key, slot) in self.expired.drain(..) {
            self.deadlines.entry(key).or_default().push(slot);
        }
        let forgetting = std::mem::take(&mut self.forgetting);
        self.store.keep(&forgetting);
        for id in forgetting.into_iter().rev().filter(|id| self.store.get(*id).is_some_and(|slot| slot.late)) {
            self.late.push_front(id);
        }
    }

    /// Reads a changelog record.
    ///
    /// # Errors
    /// A text that says what is wrong with it.
    pub fn restore(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), String> {
        match (key.split_first(), value) {
            (Some((b'n', first)), value) => self.names.restore(first, value),
            (Some((b'm', [])), Some(value)) => {
                let restored = Marks::decode(value)?;
                // Numbers given to systems while chunks were read stay: slots refer to them.
                for system in &restored.systems {
                    let number = self.marks.number(&system.name, system.watermark_us) as usize;
                    if let Some(own) = self.marks.systems.get_mut(number) {
                        own.clone_from(system);
                    }
                }
                self.marks.restarts = restored.restarts;
                Ok(())
            }
            // The state was discarded: its contacts went with the chunks before.
            (Some((b'm', [])), None) => {
                self.marks = Marks { kept: std::mem::take(&mut self.marks.kept), ..Marks::default() };
                Ok(())
            }
            (Some((b'k', [])), value) => {
                self.marks.kept = Marks::decode_kept(value.unwrap_or_default())?;
                Ok(())
            }
            (Some((b'c', number)), value) => {
                let number = u64::from_be_bytes(number.try_into().map_err(|_| "a chunk has a key of the wrong length")?);
                self.restore_chunk(number, value)
            }
            (_, None) => Ok(()),
            _ => Err(format!("a changelog record has an unknown key of {} bytes", key.len())),
        }
    }

    fn restore_chunk(&mut self, number: u64, value: Option<&[u8]>) -> Result<(), String> {
        self.chunks.seen(number);
        for (hash, id) in self.restoring.remove(&number).unwrap_or_default() {
            if self.store.get(id).is_some_and(|slot| slot.chunk == number) {
                self.store.remove(hash, id);
            }
        }
        let Some(value) = value else { return Ok(()) };
        let mut ids = Vec::new();
        for state in chunks::states(value) {
            let state = state?;
            let events = ContactEvents::decode(state).map_err(|error| format!("a contact's state: {error}"))?;
            let (tenant, contact_id) = (events.tenant(&self.names.table), events.contact_id(&self.names.table));
            let hash = identity_hash(tenant, contact_id);
            let id = self.store.find(hash, tenant, contact_id, &self.names.table);
            // The marks may come later than the chunks; a system's time is corrected by them.
            let system = self.marks.number(system_of(contact_id), events.latest_us());
            let slot = Slot { bytes: state.into(), chunk: number, latest_us: events.latest_us(), system, late: events.late };
            ids.push((hash, self.store.put(id, hash, slot, false, &self.names.table).0));
        }
        self.restoring.insert(number, ids);
        Ok(())
    }

    /// Everything is read: drops what had been forgotten and finds again what is open.
    pub fn restored(&mut self, emit: &mut impl FnMut(Emitted<'_, '_>)) {
        self.restoring = FxHashMap::default();
        self.committed_marks.clone_from(&self.marks);
        self.drop_forgotten();
        self.rebuild_indexes(emit);
    }

    /// Writes tombstones for everything that was read back, whether [`Contacts::restored`] was called or not. Contacts first:
    /// the others say how to read them.
    pub fn discard(&mut self, output: &mut Output<'_>) {
        let numbers: std::collections::BTreeSet<u64> = self.chunks.numbers().chain(self.restoring.keys().copied()).collect();
        for number in numbers {
            output.changelog(&chunks::key(number), None);
        }
        self.names.discard(output);
        output.changelog(b"m", None);
        output.changelog(b"k", None);
    }

    /// Counters since the last call.
    pub fn take_counts(&mut self, count: &mut dyn FnMut(&'static str, &'static str, u64)) {
        for ((counter, label), increment) in self.counts.drain() {
            count(counter, label, increment);
        }
    }
}
