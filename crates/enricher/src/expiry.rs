//! What time does to contacts, event time alone: restarts of a source close what is open, a contact that goes on for too
//! long is lost, a quiet one is forgotten.

use crate::changes::Emitted;
use crate::contacts::Contacts;
use crate::marks::system_of;
use crate::store::SlotId;
use events::{CallEvent, CallVerb};

pub(crate) const MINUTE_US: i64 = 60_000_000;
/// Restarts that are remembered.
const RESTARTS_MAX: usize = 1_000;

/// Whether something that is due at a time is lost when the system has come so far: to the minute, as deadlines are kept.
pub(crate) fn is_overdue(due_us: i64, watermark_us: i64) -> bool {
    due_us.div_euclid(MINUTE_US) < watermark_us.div_euclid(MINUTE_US)
}

fn restart_event<'a>(tenant: &'a str, source: &'a str, contact_id: &'a str, time_us: i64, reason: &'a str) -> CallEvent<'a> {
    let verb = CallVerb::SourceRestarted;
    CallEvent { tenant, source, contact_id, event_time_us: time_us, verb, reason: Some(reason), ..CallEvent::default() }
}

impl Contacts {
    /// A source system restarted: what is open in it ends here.
    pub(crate) fn restarted(&mut self, system: &str, event: &CallEvent<'_>) {
        let time_us = event.event_time_us;
        if self.marks.restarts.iter().any(|(known, at)| **known == *system && *at == time_us) {
            return;
        }
        if self.marks.restarts.len() >= RESTARTS_MAX {
            self.marks.restarts.remove(0);
        }
        let at = self.marks.restarts.partition_point(|(_, at)| *at <= time_us);
        self.marks.restarts.insert(at, (system.into(), time_us));
        self.count("notes", "source_restarted", 1);
        // Also what is settled by an event after the restart: perhaps it is only inferred that it lived so long.
        let number = self.marks.number(system, time_us);
        let mut open: Vec<SlotId> = self.store.open.iter().copied().chain(self.store.since(number, time_us)).collect();
        open.sort_unstable();
        open.dedup();
        let mut touched: Vec<u32> = (0..self.dirty.len() as u32).collect();
        for slot in open {
            if !self.is_touched(slot)
                && let Some(at) = self.dirty_at(slot)
            {
                touched.push(at);
            }
        }
        for at in touched {
            self.end_at_restart(at, system, time_us);
        }
    }

    /// Adds the restarts after a time to the contact of an event: it was settled when they came, or not there, and the event may
    /// have opened it again or ended it on the other side of a restart. One that it has already does no harm.
    pub(crate) fn add_restarts(&mut self, at: u32, event: &CallEvent<'_>, since_us: i64) {
        let system = system_of(event.contact_id);
        let later = self.marks.restarts.iter().rev().take_while(|(_, at)| *at > since_us);
        let times: Vec<i64> = later.filter(|(known, _)| **known == *system).map(|(_, at)| *at).collect();
        for time_us in times {
            self.end_at_restart(at, system, time_us);
        }
    }

    fn end_at_restart(&mut self, at: u32, system: &str, time_us: i64) {
        let Some(dirty) = self.dirty.get_mut(at as usize) else { return };
        let contact_id = dirty.events.contact_id(&self.names.table).to_owned();
        if dirty.events.first_us() < time_us && system_of(&contact_id) == system {
            dirty.events.push(&restart_event("", "", &contact_id, time_us, "restart"), &mut self.names.table);
        }
    }

    /// Brings in the contacts that have gone on for longer than anything does: when they are folded, they are lost.
    pub(crate) fn expire_overdue(&mut self) {
        let mut slots = Vec::new();
        for (number, system) in self.marks.systems.iter().enumerate() {
            let (number, due) = (number as u32, system.watermark_us.div_euclid(MINUTE_US));
            while let Some((key, _)) = self.deadlines.range((number, i64::MIN)..(number, due)).next() {
                let key = *key;
                let list = self.deadlines.remove(&key).unwrap_or_default();
                self.expired.extend(list.iter().map(|slot| (key, *slot)));
                slots.extend(list);
            }
        }
        slots.sort_unstable();
        slots.dedup();
        for slot in slots {
            if !self.store.open.contains(&slot) {
                continue;
            }
            // Being part of the transaction, the contact gets its next deadline when that is committed.
            self.dirty_at(slot);
        }
    }

    /// Facts of contacts that are still going on are due: they are looked at again.
    pub(crate) fn bring_in_unwritten(&mut self, now_ms: i64) {
        if !self.wants_flush(now_ms) {
            return;
        }
        self.open_written_ms = Some(now_ms);
        self.open_due = true;
        let mut slots: Vec<SlotId> = self.unwritten.iter().copied().collect();
        slots.sort_unstable();
        for slot in slots {
            self.dirty_at(slot);
        }
    }

    /// Chooses the contacts that are forgotten with this transaction: those that are settled and have been quiet for the
    /// horizon, as far as there are more than the minimum, and the oldest beyond the maximum. What is open stays until it
    /// ends or its maximum age is reached.
    pub(crate) fn forget_old(&mut self) {
        let touched: rustc_hash::FxHashSet<SlotId> = self.dirty.iter().filter_map(|dirty| dirty.slot).collect();
        let (mut old, mut kept_back) = (Vec::new(), Vec::new());
        while let Some(system) = self.next_to_forget(self.store.len().saturating_sub(old.len())) {
            let Some((ids, until_us)) = self.store.take_oldest(system) else { break };
            for id in ids {
                if touched.contains(&id) || self.store.open.contains(&id) { kept_back.push(id) } else { old.push(id) }
            }
            if let Some(system) = self.marks.systems.get_mut(system as usize) {
                system.forgotten_until_us = Some(system.forgotten_until_us.map_or(until_us, |at| at.max(until_us)));
            }
        }
        self.store.keep(&kept_back);
        while self.late.len() > self.options.late_max {
            let Some(slot) = self.late.pop_front() else { break };
            if touched.contains(&slot) {
                self.late.push_back(slot);
                break;
            }
            if self.store.get(slot).is_some_and(|stored| stored.late) {
                old.push(slot);
            }
        }
        for slot in &old {
            if let Some(stored) = self.store.get(*slot) {
                self.chunks.lose(stored.chunk);
            }
        }
        self.forgetting = old;
        self.note_kept(&kept_back);
    }

    /// Notes the contacts that stay although others of their age are forgotten: a restore must not drop them. It drops the others
    /// by their age alone: the state that it finds of a contact that was forgotten may be an earlier one, of when it was open.
    fn note_kept(&mut self, kept_back: &[SlotId]) {
        let Contacts { marks, dirty, staged, forgetting, store, names, .. } = self;
        if !marks.kept.is_empty() {
            for hash in forgetting.iter().filter_map(|slot| store.hash_of(*slot, &names.table)) {
                marks.keep(hash, false);
            }
        }
        for hash in kept_back.iter().filter_map(|slot| store.hash_of(*slot, &names.table)) {
            marks.keep(hash, true);
        }
        for (dirty, staged) in dirty.iter().zip(staged.iter()) {
            let until_us = marks.systems.get(staged.slot.system as usize).and_then(|system| system.forgotten_until_us);
            let old = !staged.slot.late && until_us.is_some_and(|until_us| staged.slot.latest_us <= until_us);
            if old || !marks.kept.is_empty() {
                marks.keep(dirty.hash, old);
            }
        }
    }

    /// The system whose oldest minute is to be forgotten next, if any, when `left` contacts are left.
    fn next_to_forget(&self, left: usize) -> Option<u32> {
        if left <= self.options.contacts_min {
            return None;
        }
        let quiet_us = |number: u32| Some(self.marks.systems.get(number as usize)?.watermark_us - self.store.oldest_end_us(number)?);
        let systems = 0..self.marks.systems.len() as u32;
        let (quiet_us, system) = systems.filter_map(|number| Some((quiet_us(number)?, number))).max()?;
        (quiet_us >= self.options.horizon_ms * 1_000 || left > self.options.contacts_max).then_some(system)
    }

    /// After a restore: contacts that had been forgotten but lie in a chunk that still holds others.
    pub(crate) fn drop_forgotten(&mut self) {
        let ids: Vec<SlotId> = self.store.ids().collect();
        for id in ids {
            let Some((latest_us, system, late)) = self.store.get(id).map(|slot| (slot.latest_us, slot.system, slot.late)) else { continue };
            let until_us = self.marks.systems.get(system as usize).and_then(|system| system.forgotten_until_us).unwrap_or(i64::MIN);
            let Some(hash) = self.store.hash_of(id, &self.names.table) else { continue };
            if !late && latest_us <= until_us && self.marks.kept.binary_search(&hash).is_err() {
                self.store.remove(hash, id);
            }
        }
    }

    /// After a restore: which chunks live, what is open, unwritten, late; open visits are handed to `emit`.
    pub(crate) fn rebuild_indexes(&mut self, emit: &mut impl FnMut(Emitted<'_, '_>)) {
        let mut live = std::collections::BTreeMap::<u64, u32>::new();
        let ids: Vec<SlotId> = self.store.ids().collect();
        let mut late = Vec::new();
        for id in ids {
            let Some(slot) = self.store.get(id) else { continue };
            *live.entry(slot.chunk).or_default() += 1;
            let system = slot.system;
            if slot.late {
                late.push((slot.chunk, id));
            }
            let Ok(events) = lifecycle::ContactEvents::decode(&slot.bytes) else { continue };
            let [scratch, ..] = &mut self.scratch;
            let facts = lifecycle::fold(&events, events.len(), &self.names.table, scratch, &self.options.rules);
            if !facts.settled {
                self.store.open.insert(id);
                if let Some(due_us) = lifecycle::due(&facts, &self.options.rules) {
                    self.deadlines.entry((system, due_us.div_euclid(MINUTE_US))).or_default().push(id);
                }
                emit(Emitted { before: None, after: &facts, late: events.late });
            }
            if (events.written as usize) < events.len() && self.options.topics.is_some() && !events.late {
                self.unwritten.insert(id);
            }
        }
        late.sort_unstable();
        self.late = late.into_iter().map(|(_, id)| id).collect();
        for (chunk, count) in live {
            self.chunks.restored(chunk, count);
        }
    }
}
