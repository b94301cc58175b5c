//! What time does to contacts, event time alone: restarts of a source close what is open, a contact that goes on for too
//! long is lost, a quiet one is forgotten.

use crate::changes::Emitted;
use crate::contacts::{Contacts, Marks};
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
        let Some((system, _)) = event.contact_id.split_once('/') else { return };
        let times: Vec<i64> = self.marks.restarts.iter().filter(|(known, _)| **known == *system).map(|(_, at)| *at).collect();
        for time_us in times {
            self.end_at_restart(at, system, time_us);
        }
    }

    fn end_at_restart(&mut self, at: u32, system: &str, time_us: i64) {
        let Some(dirty) = self.dirty.get_mut(at as usize) else { return };
        let contact_id = dirty.events.contact_id(&self.names.table).to_owned();
        if dirty.events.first_us() < time_us && contact_id.split_once('/').is_some_and(|(of, _)| of == system) {
            dirty.events.push(&restart_event("", "", &contact_id, time_us, "restart"), &mut self.names.table);
        }
    }

    /// Contacts that have gone on for longer than anything does are lost.
    pub(crate) fn expire_overdue(&mut self) {
        let Some(watermark_us) = self.marks.watermark_us else { return };
        let due = watermark_us.div_euclid(MINUTE_US);
        let mut slots = Vec::new();
        while let Some(entry) = self.deadlines.first_entry().filter(|entry| *entry.key() < due) {
            let (minute, list) = entry.remove_entry();
            self.expired.extend(list.iter().map(|slot| (minute, *slot)));
            slots.extend(list);
        }
        slots.sort_unstable();
        slots.dedup();
        for slot in slots {
            if !self.store.open.contains(&slot) {
                continue;
            }
            let Some(at) = self.dirty_at(slot) else { continue };
            let Some(dirty) = self.dirty.get_mut(at as usize) else { continue };
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

    /// Chooses the contacts that are forgotten with this transaction.
    pub(crate) fn forget_old(&mut self) {
        let Some(watermark_us) = self.marks.watermark_us else { return };
        let bound_us = watermark_us.saturating_sub(self.options.horizon_ms * 1_000);
        let touched: rustc_hash::FxHashSet<SlotId> = self.dirty.iter().filter_map(|dirty| dirty.slot).collect();
        let mut kept_back = Vec::new();
        let (mut old, until_us) = self.store.take_old(bound_us, self.options.contacts_max, |slot| {
            let skip = touched.contains(&slot);
            if skip {
                kept_back.push(slot);
            }
            skip
        });
        self.store.keep(&kept_back);
        old.sort_unstable();
        old.dedup();
        if let Some(until_us) = until_us {
            self.marks.forgotten_until_us = Some(self.marks.forgotten_until_us.map_or(until_us, |at| at.max(until_us)));
        }
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
        let until_us = self.marks.forgotten_until_us.unwrap_or(i64::MIN);
        let kept = self.dirty.iter().zip(&self.staged).filter(|(_, staged)| !staged.slot.late && staged.slot.latest_us <= until_us);
        self.marks.kept = kept.map(|(dirty, _)| dirty.hash).collect();
    }

    /// After a restore: contacts that had been forgotten but lie in a chunk that still holds others.
    pub(crate) fn drop_forgotten(&mut self) {
        let until_us = self.marks.forgotten_until_us.unwrap_or(i64::MIN);
        let ids: Vec<SlotId> = self.store.ids().collect();
        for id in ids {
            let Some((latest_us, late)) = self.store.get(id).map(|slot| (slot.latest_us, slot.late)) else { continue };
            let Some(hash) = self.store.hash_of(id, &self.names.table) else { continue };
            if !late && latest_us <= until_us && !self.marks.kept.contains(&hash) {
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
            if slot.late {
                late.push((slot.chunk, id));
            }
            let Ok(events) = lifecycle::ContactEvents::decode(&slot.bytes) else { continue };
            let [scratch, ..] = &mut self.scratch;
            let facts = lifecycle::fold(&events, events.len(), &self.names.table, scratch, &self.options.rules);
            if !facts.settled {
                self.store.open.insert(id);
                if let Some(due_us) = lifecycle::due(&facts, &self.options.rules) {
                    self.deadlines.entry(due_us.div_euclid(MINUTE_US)).or_default().push(id);
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

impl Marks {
    const VERSION: u8 = 1;

    /// Version byte; watermark, forgotten-until; kept hashes; restarts.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![Self::VERSION];
        bytes.extend_from_slice(&self.watermark_us.unwrap_or(i64::MIN).to_be_bytes());
        bytes.extend_from_slice(&self.forgotten_until_us.unwrap_or(i64::MIN).to_be_bytes());
        bytes.extend_from_slice(&(self.kept.len() as u32).to_be_bytes());
        for hash in &self.kept {
            bytes.extend_from_slice(&hash.to_be_bytes());
        }
        for (system, time_us) in &self.restarts {
            bytes.extend_from_slice(&time_us.to_be_bytes());
            bytes.extend_from_slice(&(system.len() as u16).to_be_bytes());
            bytes.extend_from_slice(system.as_bytes());
        }
        bytes
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, String> {
        Self::read(bytes).ok_or_else(|| "the marks of the state are damaged or of another version".to_owned())
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        if *version != Self::VERSION {
            return None;
        }
        let (watermark, rest) = rest.split_first_chunk::<8>()?;
        let (forgotten, rest) = rest.split_first_chunk::<8>()?;
        let (kept, mut rest) = rest.split_first_chunk::<4>()?;
        let time = |bytes: &[u8; 8]| Some(i64::from_be_bytes(*bytes)).filter(|time| *time != i64::MIN);
        let mut marks = Marks { watermark_us: time(watermark), forgotten_until_us: time(forgotten), ..Marks::default() };
        for _ in 0..u32::from_be_bytes(*kept) {
            let (hash, tail) = rest.split_first_chunk::<8>()?;
            marks.kept.push(u64::from_be_bytes(*hash));
            rest = tail;
        }
        while !rest.is_empty() {
            let (time_us, tail) = rest.split_first_chunk::<8>()?;
            let (length, tail) = tail.split_first_chunk::<2>()?;
            let (system, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            marks.restarts.push((std::str::from_utf8(system).ok()?.into(), i64::from_be_bytes(*time_us)));
            rest = tail;
        }
        Some(marks)
    }
}
