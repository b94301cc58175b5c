//! Vectors that are indexed by a key of their own, so that an agent's number cannot be used for a call.

use std::collections::VecDeque;
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

/// Rows that come and go in about the same order: the first ones are taken out when nothing needs them, and keys stay valid.
#[derive(Debug, Clone)]
pub(crate) struct Window<K, T> {
    rows: VecDeque<T>,
    taken: usize,
    key: PhantomData<K>,
}

impl<K: Key, T> Window<K, T> {
    pub(crate) fn new() -> Self {
        Self { rows: VecDeque::new(), taken: 0, key: PhantomData }
    }

    pub(crate) fn push(&mut self, row: T) -> K {
        self.rows.push_back(row);
        K::at(self.taken + self.rows.len() - 1)
    }

    /// The row, unless it has been taken out.
    pub(crate) fn get(&self, key: K) -> Option<&T> {
        self.rows.get(key.position().checked_sub(self.taken)?)
    }

    /// Takes out the first row if it may go.
    pub(crate) fn take_first(&mut self, may_go: impl FnOnce(&T) -> bool) -> Option<T> {
        self.rows.front().is_some_and(may_go).then(|| self.rows.pop_front()).flatten().inspect(|_| self.taken += 1)
    }
}

impl<K: Key, T> Index<K> for Window<K, T> {
    type Output = T;

    fn index(&self, key: K) -> &T {
        &self.rows[key.position() - self.taken]
    }
}

impl<K: Key, T> IndexMut<K> for Window<K, T> {
    fn index_mut(&mut self, key: K) -> &mut T {
        &mut self.rows[key.position() - self.taken]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_valid_when_the_first_rows_have_gone() {
        let mut window: Window<CallKey, u32> = Window::new();
        let keys = [10, 20, 30].map(|row| window.push(row));
        assert_eq!((window.take_first(|row| *row > 10), window.take_first(|row| *row == 10)), (None, Some(10)));
        assert_eq!((window.get(keys[0]), window.get(keys[1]), window[keys[2]]), (None, Some(&20), 30));
        let next = window.push(40);
        window[next] += 1;
        assert_eq!(window[next], 41);
    }

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
