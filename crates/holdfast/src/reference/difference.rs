//! What has to change so that the topic holds what a file says, and how that is told to people.

use super::{Attributes, Entries, Key, from};
use jiff::tz::TimeZone;

/// A change of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// There was none.
    Added {
        /// Which entry.
        key: Key,
        /// What it says.
        after: Attributes,
    },
    /// It said something else.
    Changed {
        /// Which entry.
        key: Key,
        /// What it said.
        before: Attributes,
        /// What it says.
        after: Attributes,
    },
    /// As if it had never been.
    Removed {
        /// Which entry.
        key: Key,
        /// What it said.
        before: Attributes,
    },
}

impl Change {
    /// Which entry.
    pub fn key(&self) -> &Key {
        match self {
            Change::Added { key, .. } | Change::Changed { key, .. } | Change::Removed { key, .. } => key,
        }
    }

    /// What the entry says afterwards; none: it is gone.
    pub fn after(&self) -> Option<&Attributes> {
        match self {
            Change::Added { after, .. } | Change::Changed { after, .. } => Some(after),
            Change::Removed { .. } => None,
        }
    }

    /// For people: `~ agent ann from 2024-03-01: team red → blue`.
    pub fn line(&self, zone: &TimeZone) -> String {
        let Key { kind, id, valid_from_us, .. } = self.key();
        let (sign, what) = match self {
            Change::Added { after, .. } => ('+', words(after)),
            Change::Changed { before, after, .. } => ('~', changes(before, after)),
            Change::Removed { before, .. } => ('-', words(before)),
        };
        let colon = if what.is_empty() { "" } else { ": " };
        format!("{sign} {} {} {}{colon}{what}", kind.name(), shown(id), from(*valid_from_us, zone))
    }
}

/// Attributes in a line: `level=2 team=blue`.
pub fn words(attributes: &Attributes) -> String {
    let words: Vec<String> = attributes.iter().map(|(name, value)| format!("{name}={}", shown(value))).collect();
    words.join(" ")
}

fn changes(before: &Attributes, after: &Attributes) -> String {
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    let mut words: Vec<(&String, String)> = names
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| {
            let side = |value: Option<&String>| value.map_or_else(|| "(none)".to_owned(), |value| shown(value));
            (name, format!("{name} {} → {}", side(before.get(name)), side(after.get(name))))
        })
        .collect();
    words.sort();
    let words: Vec<String> = words.into_iter().map(|(_, word)| word).collect();
    words.join(", ")
}

/// A value as one word.
fn shown(value: &str) -> String {
    let plain = !value.is_empty() && !value.contains(|one: char| one.is_whitespace() || one.is_control() || "\",=()".contains(one));
    if plain { value.to_owned() } else { format!("{value:?}") }
}

/// Entries that the topic holds of the same tenant and kind and that `wanted` does not have.
pub fn absent(held: &Entries, wanted: &Entries, tenant: &str, kind: events::ReferenceKind) -> Vec<Key> {
    let same = |key: &&Key| key.tenant == tenant && key.kind == kind && !wanted.contains_key(key);
    held.keys().filter(same).cloned().collect()
}

/// What has to change so that the topic says what `wanted` says, and no longer has what `gone` names; in the order of the keys.
pub fn difference(held: &Entries, wanted: &Entries, gone: &[Key]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for (key, after) in wanted {
        match held.get(key) {
            Some(before) if before == after => {}
            Some(before) => changes.push(Change::Changed { key: key.clone(), before: before.clone(), after: after.clone() }),
            None => changes.push(Change::Added { key: key.clone(), after: after.clone() }),
        }
    }
    let gone = gone.iter().filter(|key| !wanted.contains_key(key));
    let gone = gone.filter_map(|key| held.get(key).map(|before| Change::Removed { key: key.clone(), before: before.clone() }));
    changes.extend(gone);
    changes.sort_by(|a, b| a.key().cmp(b.key()));
    changes
}

/// What is held after some changes.
pub fn apply(held: &Entries, changes: &[Change]) -> Entries {
    let mut entries = held.clone();
    for change in changes {
        match change.after() {
            Some(after) => entries.insert(change.key().clone(), after.clone()),
            None => entries.remove(change.key()),
        };
    }
    entries
}
