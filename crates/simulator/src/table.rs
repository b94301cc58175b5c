//! Vectors that are indexed by a key of their own, so that an agent's number cannot be used for a call.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A position in one kind of [`Table`].
pub(crate) trait Key: Copy {
    /// Makes the key of a position.
    fn at(position: usize) -> Self;
    /// The position of a key.
    fn position(self) -> usize;
}

macro_rules! key {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) struct $name(usize);

        impl Key for $name {
            fn at(position: usize) -> Self {
                Self(position)
            }
            fn position(self) -> usize {
                self.0
            }
        }
    };
}

key! {
    /// One agent of the simulated centre.
    AgentKey
}
key! {
    /// One caller's call, with all its visits.
    CallKey
}
key! {
    /// One queue of the scenario.
    QueueKey
}
key! {
    /// One stay of one call in one queue.
    VisitKey
}

/// A vector that only grows and whose positions are handed out as keys.
#[derive(Debug, Clone)]
pub(crate) struct Table<K, T> {
    rows: Vec<T>,
    key: PhantomData<K>,
}

impl<K: Key, T> Table<K, T> {
    pub(crate) fn new() -> Self {
        Self { rows: Vec::new(), key: PhantomData }
    }

    pub(crate) fn push(&mut self, row: T) -> K {
        self.rows.push(row);
        K::at(self.rows.len() - 1)
    }

    pub(crate) fn into_rows(self) -> Vec<T> {
        self.rows
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = K> + use<K, T> {
        (0..self.rows.len()).map(K::at)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}

impl<K: Key, T> Index<K> for Table<K, T> {
    type Output = T;

    fn index(&self, key: K) -> &T {
        &self.rows[key.position()]
    }
}

impl<K: Key, T> IndexMut<K> for Table<K, T> {
    fn index_mut(&mut self, key: K) -> &mut T {
        &mut self.rows[key.position()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_finds_the_row_it_was_given_for() {
        let mut table: Table<AgentKey, &str> = Table::new();
        let first = table.push("first");
        let second = table.push("second");
        table[first] = "changed";
        assert_eq!((table[first], table[second], table.len()), ("changed", "second", 2));
        assert_eq!(table.keys().collect::<Vec<_>>(), [first, second]);
    }
}
