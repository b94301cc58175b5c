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

/// Slots by number, in pages: a vector of hundreds of thousands would hold up to twice its size, and three times while it grows.
#[derive(Default)]
struct Slots {
    pages: Vec<Vec<Option<Slot>>>,
}

const PAGE: usize = 1024;

impl Slots {
    fn get(&self, id: SlotId) -> Option<&Slot> {
        self.pages.get(id as usize / PAGE)?.get(id as usize % PAGE)?.as_ref()
    }

    fn place(&mut self, id: SlotId) -> Option<&mut Option<Slot>> {
        self.pages.get_mut(id as usize / PAGE)?.get_mut(id as usize % PAGE)
    }

    fn len(&self) -> usize {
        self.pages.last().map_or(0, |last| (self.pages.len() - 1) * PAGE + last.len())
    }

    fn push(&mut self, slot: Slot) -> SlotId {
        let id = self.len();
        if self.pages.last().is_none_or(|last| last.len() == PAGE) {
            self.pages.push(Vec::with_capacity(PAGE));
        }
        if let Some(last) = self.pages.last_mut() {
            last.push(Some(slot));
        }
        id as SlotId
    }
}

/// See the module.
#[derive(Default)]
pub(crate) struct Store {
    slots: Slots,
    free: Vec<SlotId>,
    /// Half of the hash of the identity, which tells most others apart without a look at them, and the slot. The whole hash is worked out
    /// again when the table grows.
    index: HashTable<(u32, SlotId)>,
    /// Contacts by system and the minute of their latest event; entries may be stale, the slot tells.
    by_minute: BTreeMap<(u32, i64), Vec<SlotId>>,
    /// Contacts that are not settled.
    pub(crate) open: FxHashSet<SlotId>,
}

/// Hash of a contact's identity.
pub(crate) fn identity_hash(tenant: &str, contact_id: &str) -> u64 {
    FxBuildHasher.hash_one((tenant, contact_id))
}

fn slot_hash(slot: Option<&Slot>, names: &NameTable) -> Option<u64> {
    let header = ContactEvents::header(&slot?.bytes).ok()?;
    let tenant = match header.tenant {
        lifecycle::Name::Id(id) => names.text(id),
        lifecycle::Name::Text(text) => text,
    };
    Some(identity_hash(tenant, header.contact_id))
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
        self.slots.get(id)
    }

    /// Finds a contact. The identity is compared in full: a hash alone proves nothing.
    pub(crate) fn find(&self, hash: u64, tenant: &str, contact_id: &str, names: &NameTable) -> Option<SlotId> {
        self.index.find(hash, |(half, id)| *half == hash as u32 && self.is(*id, tenant, contact_id, names)).map(|(_, id)| *id)
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
    pub(crate) fn put(&mut self, id: Option<SlotId>, hash: u64, slot: Slot, open: bool, names: &NameTable) -> (SlotId, Option<u64>) {
        let at = (slot.system, minute(slot.latest_us));
        let late = slot.late;
        let (id, before) = match id {
            Some(id) => {
                let before = self.slots.place(id).and_then(|place| place.replace(slot));
                (id, before)
            }
            None => {
                let id = match self.free.pop() {
                    Some(id) => {
                        self.slots.place(id).map(|place| place.replace(slot));
                        id
                    }
                    None => self.slots.push(slot),
                };
                let slots = &self.slots;
                self.index.insert_unique(hash, (hash as u32, id), |(_, id)| slot_hash(slots.get(*id), names).unwrap_or_default());
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
        let slot = self.slots.place(id)?.take()?;
        if let Ok(entry) = self.index.find_entry(hash, |(_, other)| *other == id) {
            entry.remove();
        }
        self.open.remove(&id);
        self.free.push(id);
        Some(slot.chunk)
    }

    /// Hash of a stored contact's identity.
    pub(crate) fn hash_of(&self, id: SlotId, names: &NameTable) -> Option<u64> {
        slot_hash(self.get(id), names)
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

    /// Contacts of a system, late ones apart, whose latest event is not before a time.
    pub(crate) fn since(&self, system: u32, time_us: i64) -> impl Iterator<Item = SlotId> + '_ {
        let lists = self.by_minute.range((system, minute(time_us))..=(system, i64::MAX)).map(|(_, ids)| ids);
        lists.flatten().copied().filter(move |id| self.get(*id).is_some_and(|slot| slot.system == system && slot.latest_us >= time_us))
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

#[cfg(test)]
mod tests {
    use super::*;
    use events::CallEvent;

    fn slot(names: &mut NameTable, contact_id: &str, at_us: i64, system: u32) -> (u64, Slot) {
        let event = CallEvent { tenant: "acme", contact_id, event_time_us: at_us, ..CallEvent::default() };
        let mut bytes = Vec::new();
        ContactEvents::new(&event, names).encode(&mut bytes);
        (identity_hash("acme", contact_id), Slot { bytes: bytes.into(), chunk: 0, latest_us: at_us, system, late: false })
    }

    #[test]
    fn contacts_are_found_by_their_whole_identity() {
        let (mut store, mut names) = (Store::default(), NameTable::new(9));
        let (hash, a) = slot(&mut names, "pbx1/a", 5, 0);
        let (id, before) = store.put(None, hash, a, true, &names);
        assert_eq!((before, store.find(hash, "acme", "pbx1/a", &names)), (None, Some(id)));
        // The same hash for another contact or tenant finds nothing.
        assert_eq!((store.find(hash, "acme", "pbx1/b", &names), store.find(hash, "other", "pbx1/a", &names)), (None, None));
        assert_eq!(store.hash_of(id, &names), Some(hash));
        assert_eq!(store.remove(hash, id), Some(0));
        assert_eq!((store.len(), store.find(hash, "acme", "pbx1/a", &names), store.open.len()), (0, None, 0));
        let (hash, b) = slot(&mut names, "pbx1/b", 5, 0);
        assert_eq!(store.put(None, hash, b, false, &names).0, id, "the place is used again");
    }

    #[test]
    fn the_oldest_minute_of_a_system_comes_first_and_stale_entries_are_passed_over() {
        let (mut store, mut names) = (Store::default(), NameTable::new(9));
        let mut ids = Vec::new();
        for (contact_id, at_us, system) in
            [("pbx1/a", 10, 0), ("pbx1/b", 20, 0), ("pbx1/c", MINUTE_US, 0), ("pbx2/a", -1, 1), ("pbx1/d", 30, 0)]
        {
            let (hash, slot) = slot(&mut names, contact_id, at_us, system);
            ids.push(store.put(None, hash, slot, false, &names).0);
        }
        // b moves on to a later minute; its first entry is stale.
        let (hash, later) = slot(&mut names, "pbx1/b", 2 * MINUTE_US, 0);
        store.put(Some(ids[1]), hash, later, false, &names);
        assert_eq!((store.oldest_end_us(0), store.oldest_end_us(1)), (Some(MINUTE_US), Some(0)));
        assert_eq!(store.take_oldest(0), Some((vec![ids[0], ids[4]], MINUTE_US - 1)));
        store.keep(&ids[..1]);
        assert_eq!(store.take_oldest(0), Some((vec![ids[0]], MINUTE_US - 1)));
        assert_eq!(store.take_oldest(0), Some((vec![ids[2]], 2 * MINUTE_US - 1)));
        assert_eq!(store.since(0, MINUTE_US + 1).collect::<Vec<_>>(), [ids[1]]);
        assert_eq!(store.take_oldest(0), Some((vec![ids[1]], 3 * MINUTE_US - 1)));
        assert_eq!(store.take_oldest(0), None);
    }

    /// Hashes stand in the changelog (contacts that are kept): another function would lose them at the next restore.
    #[test]
    fn the_hash_of_an_identity_never_changes() {
        assert_eq!(identity_hash("acme", "pbx1/17.4"), 15_474_915_761_616_777_347);
    }
}
