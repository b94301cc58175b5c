//! What the topic holds: of several revisions of an entry the newest, whatever the order in which they lie there.

use super::{Attributes, Change, Entries, Key};
use events::Reference;
use std::collections::BTreeMap;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Revision, and attributes unless it was removed.
    newest: BTreeMap<Key, (i64, Option<Attributes>)>,
}

impl Held {
    /// Takes a message of the topic. Of two with the same revision the one that lies further on counts.
    pub fn take(&mut self, message: &Reference<'_>) {
        let key =
            Key { tenant: message.tenant.to_owned(), kind: message.kind, id: message.id.to_owned(), valid_from_us: message.valid_from_us };
        let attributes = || message.attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        if self.newest.get(&key).is_none_or(|(revision, _)| *revision <= message.revision) {
            self.newest.insert(key, (message.revision, (!message.removed).then(attributes)));
        }
    }

    /// Takes a tombstone: the topic has forgotten the entry.
    pub fn forget(&mut self, key: &[u8]) {
        self.newest.retain(|one, _| reference(one).key().as_bytes() != key);
    }

    /// Every entry that is not removed.
    pub fn entries(&self) -> Entries {
        let kept = self.newest.iter().filter_map(|(key, (_, attributes))| attributes.as_ref().map(|known| (key.clone(), known.clone())));
        kept.collect()
    }

    /// The message that brings a change about. Its revision is `now_ms`, or one more than what is there: a clock that is behind
    /// that of an earlier load must not make the change lose.
    pub fn message<'c>(&self, change: &'c Change, now_ms: i64) -> Reference<'c> {
        let key = change.key();
        let revision = self.newest.get(key).map_or(now_ms, |(revision, _)| now_ms.max(revision.saturating_add(1)));
        let mut message = Reference { revision, removed: change.after().is_none(), ..reference(key) };
        let attributes = change.after().into_iter().flatten();
        message.attributes = attributes.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        message
    }
}

fn reference(key: &Key) -> Reference<'_> {
    Reference { tenant: &key.tenant, kind: key.kind, id: &key.id, valid_from_us: key.valid_from_us, ..Reference::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(team: &str, removed: bool, revision: i64) -> Reference<'_> {
        Reference { tenant: "default", id: "ann", attributes: [("team", team)].into(), removed, revision, ..Reference::default() }
    }

    fn teams(messages: &[Reference<'_>]) -> Vec<String> {
        let mut held = Held::default();
        messages.iter().for_each(|message| held.take(message));
        held.entries().into_values().map(|attributes| attributes["team"].clone()).collect()
    }

    #[test]
    fn the_newest_revision_counts_and_not_the_order() {
        let (old, new) = (message("red", false, 1), message("blue", false, 2));
        assert_eq!(teams(&[old.clone(), new.clone()]), ["blue"]);
        assert_eq!(teams(&[new.clone(), old.clone()]), ["blue"]);
        assert_eq!(teams(&[old, new.clone(), message("", true, 3)]), [""; 0]);
        assert_eq!(teams(&[message("", true, 1), new.clone()]), ["blue"]);
        assert_eq!(teams(&[new, message("green", false, 2)]), ["green"]);
    }

    #[test]
    fn a_tombstone_is_forgotten() {
        let mut held = Held::default();
        held.take(&message("red", false, 1));
        held.forget(b"something else");
        assert_eq!(held.entries().len(), 1);
        held.forget(message("red", false, 1).key().as_bytes());
        assert_eq!(held, Held::default());
    }

    #[test]
    fn a_message_replaces_what_is_there_even_if_the_clock_is_behind() {
        let mut held = Held::default();
        held.take(&message("red", false, 100));
        let (key, before) = held.entries().pop_first().unwrap();
        let removed = Change::Removed { key: key.clone(), before: before.clone() };
        assert_eq!(held.message(&removed, 500), Reference { attributes: [].into(), ..message("", true, 500) });
        let changed = Change::Changed { key: key.clone(), before, after: [("team".to_owned(), "blue".to_owned())].into() };
        assert_eq!(held.message(&changed, 50), message("blue", false, 101));
        let added = Change::Added { key: Key { id: "ben".to_owned(), ..key }, after: [].into() };
        assert_eq!(held.message(&added, 50), Reference { id: "ben", attributes: [].into(), ..message("", false, 50) });
    }
}
