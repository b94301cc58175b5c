//! Committed contacts as bytes, found by tenant and contact id, with the order in which they grow old.

use hashbrown::HashTable;
use lifecycle::{ContactEvents, NameTable, Names};
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::collections::BTreeMap;
use std::hash::BuildHasher;

/// Position of a contact in the store.
pub(crate) type SlotId = u32;

/// A committed contact.
pub(crate) struct Slot {
    pub(crate) bytes: Box<[u8]>,
    /// Changelog chunk that holds these bytes.
    pub(crate) chunk: u64,
    pub(crate) latest_us: i64,
    /// Number of the system that the contact belongs to.
    pub(crate) system: u32,
    pub(crate) late: bool,
}

/// See the module.
#[derive(Default)]
pub(crate) struct Store {
    slots: Vec<Option<Slot>>,
    free: Vec<SlotId>,
    index: HashTable<(u64, SlotId)>,
    /// Contacts by system and the minute of their latest event; entries may be stale, the slot tells.
    by_minute: BTreeMap<(u32, i64), Vec<SlotId>>,
    /// Contacts that are not settled.
    pub(crate) open: FxHashSet<SlotId>,
}

/// Hash of a contact's identity.
pub(crate) fn identity_hash(tenant: &str, contact_id: &str) -> u64 {
    FxBuildHasher.hash_one((tenant, contact_id))
}

const MINUTE_US: i64 = 60_000_000;

fn minute(time_us: i64) -> i64 {
    time_us.div_euclid(MINUTE_US)
}

impl Store {
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    pub(crate) fn get(&self, id: SlotId) -> Option<&Slot> {
        self.slots.get(id as usize).and_then(Option::as_ref)
    }

    /// Finds a contact. The identity is compared in full: a hash alone proves nothing.
    pub(crate) fn find(&self, hash: u64, tenant: &str, contact_id: &str, names: &NameTable) -> Option<SlotId> {
        self.index.find(hash, |(h, id)| *h == hash && self.is(*id, tenant, contact_id, names)).map(|(_, id)| *id)
    }

    fn is(&self, id: SlotId, tenant: &str, contact_id: &str, names: &NameTable) -> bool {
        let Some(slot) = self.get(id) else { return false };
        ContactEvents::header(&slot.bytes).is_ok_and(|header| {
            header.contact_id == contact_id
                && match header.tenant {
                    lifecycle::Name::Id(id) => names.text(id) == tenant,
                    lifecycle::Name::Text(text) => text == tenant,
                }
        })
    }

    /// Puts a contact in its slot, or in a new one. Returns the slot and the chunk that held it before.
    pub(crate) fn put(&mut self, id: Option<SlotId>, hash: u64, slot: Slot, open: bool) -> (SlotId, Option<u64>) {
        let at = (slot.system, minute(slot.latest_us));
        let late = slot.late;
        let (id, before) = match id {
            Some(id) => {
                let before = self.slots.get_mut(id as usize).and_then(|place| place.replace(slot));
                (id, before)
            }
            None => {
                let id = self.free.pop().unwrap_or_else(|| {
                    self.slots.push(None);
                    (self.slots.len() - 1) as SlotId
                });
                self.slots[id as usize] = Some(slot);
                self.index.insert_unique(hash, (hash, id), |(h, _)| *h);
                (id, None)
            }
        };
        if !late && before.as_ref().is_none_or(|before| (before.system, minute(before.latest_us)) != at) {
            self.by_minute.entry(at).or_default().push(id);
        }
        if open {
            self.open.insert(id);
        } else {
            self.open.remove(&id);
        }
        (id, before.map(|before| before.chunk))
    }

    /// Takes a contact out. Returns its chunk.
    pub(crate) fn remove(&mut self, hash: u64, id: SlotId) -> Option<u64> {
        let slot = self.slots.get_mut(id as usize)?.take()?;
        if let Ok(entry) = self.index.find_entry(hash, |(_, other)| *other == id) {
            entry.remove();
        }
        self.open.remove(&id);
        self.free.push(id);
        Some(slot.chunk)
    }

    /// Hash of a stored contact's identity.
    pub(crate) fn hash_of(&self, id: SlotId, names: &NameTable) -> Option<u64> {
        let header = ContactEvents::header(&self.get(id)?.bytes).ok()?;
        let tenant = match header.tenant {
            lifecycle::Name::Id(id) => names.text(id),
            lifecycle::Name::Text(text) => text,
        };
        Some(identity_hash(tenant, header.contact_id))
    }

    /// The minute of the oldest contacts of a system, as the instant at which it ends.
    pub(crate) fn oldest_end_us(&self, system: u32) -> Option<i64> {
        let ((_, at), _) = self.by_minute.range((system, i64::MIN)..=(system, i64::MAX)).next()?;
        Some((at + 1) * MINUTE_US)
    }

    /// Takes the oldest minute of a system off the list. Returns its contacts (those that are still of that minute) and
    /// the last instant of the minute.
    pub(crate) fn take_oldest(&mut self, system: u32) -> Option<(Vec<SlotId>, i64)> {
        let (key, _) = self.by_minute.range((system, i64::MIN)..=(system, i64::MAX)).next()?;
        let key = *key;
        let mut ids = self.by_minute.remove(&key)?;
        ids.retain(|id| self.get(*id).is_some_and(|slot| !slot.late && (slot.system, minute(slot.latest_us)) == key));
        ids.sort_unstable();
        ids.dedup();
        Some((ids, (key.1 + 1) * MINUTE_US - 1))
    }

    /// Every stored contact.
    pub(crate) fn ids(&self) -> impl Iterator<Item = SlotId> + '_ {
        (0..self.slots.len() as SlotId).filter(|id| self.get(*id).is_some())
    }
}

impl Store {
    /// Puts contacts back on the list of those that grow old.
    pub(crate) fn keep(&mut self, ids: &[SlotId]) {
        for id in ids {
            if let Some((at, late)) = self.get(*id).map(|slot| ((slot.system, minute(slot.latest_us)), slot.late))
                && !late
            {
                self.by_minute.entry(at).or_default().push(*id);
            }
        }
    }
}
