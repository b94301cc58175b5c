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
        self.marks.restarts.push((system.into(), time_us));
        self.count("notes", "source_restarted", 1);
        let mut open: Vec<SlotId> = self.store.open.iter().copied().collect();
        open.sort_unstable();
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

    /// Adds the restarts that are known already to a contact whose events came after them.
    pub(crate) fn add_restarts(&mut self, at: u32, event: &CallEvent<'_>) {
        let system = system_of(event.contact_id);
        let times: Vec<i64> = self.marks.restarts.iter().filter(|(known, _)| **known == *system).map(|(_, at)| *at).collect();
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

    /// Contacts that have gone on for longer than anything does are lost.
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
            let Some(at) = self.dirty_at(slot) else { continue };
            let Some(dirty) = self.dirty.get_mut(at as usize) else { continue };
            let watermark_us = self.marks.systems.get(dirty.system as usize).map_or(i64::MIN, |system| system.watermark_us);
            let [scratch, ..] = &mut self.scratch;
            let facts = lifecycle::fold(&dirty.events, dirty.events.len(), &self.names.table, scratch, &self.options.rules);
            // Being part of the transaction, the contact gets its next deadline when that is committed.
            if let Some(time_us) = lifecycle::overdue(&facts, watermark_us, &self.options.rules) {
                dirty.events.push(&lifecycle::max_age_event(time_us), &mut self.names.table);
            }
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
            if self.store.get(slot).is_some_and(|stored| stored.late) && !touched.contains(&slot) {
                old.push(slot);
            }
        }
        for slot in &old {
            if let Some(stored) = self.store.get(*slot) {
                self.chunks.lose(stored.chunk);
            }
        }
        self.forgetting = old;
        self.note_kept();
    }

    /// Notes the contacts that stay although others of their age are forgotten: a restore must not drop them.
    fn note_kept(&mut self) {
        let Contacts { marks, dirty, staged, forgetting, store, names, .. } = self;
        for slot in forgetting.iter() {
            if marks.kept.is_empty() {
                break;
            }
            if let Some(hash) = store.hash_of(*slot, &names.table) {
                marks.kept.retain(|kept| *kept != hash);
            }
        }
        let systems = &marks.systems;
        let forgotten = |system: u32| systems.get(system as usize).and_then(|system| system.forgotten_until_us).unwrap_or(i64::MIN);
        for (dirty, staged) in dirty.iter().zip(staged.iter()) {
            let old = !staged.slot.late && staged.slot.latest_us <= forgotten(staged.slot.system);
            match marks.kept.iter().position(|kept| *kept == dirty.hash) {
                Some(at) if !old => _ = marks.kept.swap_remove(at),
                None if old => marks.kept.push(dirty.hash),
                _ => {}
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
            if !late && latest_us <= until_us && !self.marks.kept.contains(&hash) && self.is_settled(id) {
                self.store.remove(hash, id);
            }
        }
    }

    fn is_settled(&mut self, id: SlotId) -> bool {
        let Some(events) = self.store.get(id).and_then(|slot| lifecycle::ContactEvents::decode(&slot.bytes).ok()) else { return true };
        let [scratch, ..] = &mut self.scratch;
        lifecycle::fold(&events, events.len(), &self.names.table, scratch, &self.options.rules).settled
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
