//! Contacts in the changelog: the states that a transaction changed are packed into chunks of about 64 KiB under keys that
//! count upwards. A chunk whose contacts have all moved on or been forgotten is deleted, so the changelog keeps what lives.

use runtime::task::Output;
use std::collections::BTreeMap;

/// A chunk is closed when it has grown to so many bytes.
const CHUNK_BYTES: usize = 64 << 10;

/// See the module.
#[derive(Default)]
pub(crate) struct Chunks {
    /// Number of the next chunk, the open transaction included.
    next: u64,
    committed_next: u64,
    /// Contacts that each chunk still holds.
    live: BTreeMap<u64, u32>,
    /// The chunk that is being filled.
    filling: Vec<u8>,
    filling_count: u32,
    /// New chunks of the open transaction with their number of contacts.
    added: Vec<(u64, u32)>,
    /// Chunks that lose a contact in the open transaction.
    lost: Vec<u64>,
}

impl Chunks {
    /// Adds a state; returns the number of its chunk.
    pub(crate) fn add(&mut self, state: &[u8], output: &mut Output<'_>) -> u64 {
        if self.filling.len() >= CHUNK_BYTES {
            self.close(output);
        }
        self.filling.extend_from_slice(&(state.len() as u32).to_be_bytes());
        self.filling.extend_from_slice(state);
        self.filling_count += 1;
        self.next
    }

    /// A chunk no longer holds the newest state of one of its contacts.
    pub(crate) fn lose(&mut self, chunk: u64) {
        self.lost.push(chunk);
    }

    fn close(&mut self, output: &mut Output<'_>) {
        if self.filling_count == 0 {
            return;
        }
        output.changelog(&key(self.next), Some(&self.filling));
        self.added.push((self.next, self.filling_count));
        self.next += 1;
        self.filling.clear();
        self.filling_count = 0;
    }

    /// Writes what is left of the transaction's chunks and deletes those that hold nothing any more.
    pub(crate) fn flush(&mut self, output: &mut Output<'_>) {
        self.close(output);
        self.lost.sort_unstable();
        let mut start = 0;
        while let Some(chunk) = self.lost.get(start).copied() {
            let end = start + self.lost[start..].partition_point(|other| *other == chunk);
            if self.live.get(&chunk).is_some_and(|count| *count as usize <= end - start) {
                output.changelog(&key(chunk), None);
            }
            start = end;
        }
    }

    pub(crate) fn committed(&mut self) {
        for (chunk, count) in self.added.drain(..) {
            self.live.insert(chunk, count);
        }
        for chunk in self.lost.drain(..) {
            if let Some(count) = self.live.get_mut(&chunk) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    self.live.remove(&chunk);
                }
            }
        }
        self.committed_next = self.next;
    }

    pub(crate) fn rolled_back(&mut self) {
        self.next = self.committed_next;
        self.filling.clear();
        self.filling_count = 0;
        self.added.clear();
        self.lost.clear();
    }

    /// Notes a chunk that was restored with `count` contacts that live in it.
    pub(crate) fn restored(&mut self, chunk: u64, count: u32) {
        if count > 0 {
            self.live.insert(chunk, count);
        }
    }

    /// Notes that a chunk number has been used.
    pub(crate) fn seen(&mut self, chunk: u64) {
        self.next = self.next.max(chunk + 1);
        self.committed_next = self.next;
    }

    /// Every chunk that holds something.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        self.live.keys().copied()
    }
}

/// Key of a chunk: `c` and its number.
pub(crate) fn key(chunk: u64) -> [u8; 9] {
    let mut key = [b'c'; 9];
    key[1..].copy_from_slice(&chunk.to_be_bytes());
    key
}

/// The states in a chunk.
///
/// # Errors
/// A text if the chunk breaks off.
pub(crate) fn states(mut bytes: &[u8]) -> impl Iterator<Item = Result<&[u8], String>> {
    std::iter::from_fn(move || {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        match rest.split_at_checked(u32::from_be_bytes(*length) as usize) {
            Some((state, rest)) => {
                bytes = rest;
                Some(Ok(state))
            }
            None => {
                bytes = &[];
                Some(Err("a chunk of contacts breaks off".to_owned()))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::written;

    fn add_all(chunks: &mut Chunks, states: &[&[u8]]) -> (Vec<u64>, crate::probe::Written) {
        let mut numbers = Vec::new();
        let records = written(|output| {
            numbers = states.iter().map(|state| chunks.add(state, output)).collect();
            chunks.flush(output);
        });
        (numbers, records)
    }

    #[test]
    fn states_come_back_in_order_and_a_broken_chunk_is_seen() {
        let mut chunks = Chunks::default();
        let (numbers, records) = add_all(&mut chunks, &[b"one", b"", b"three"]);
        assert_eq!(numbers, [0, 0, 0]);
        assert_eq!(records.len(), 1);
        let value = records[0].1.as_deref().unwrap();
        assert_eq!(records[0].0, key(0));
        assert_eq!(states(value).collect::<Result<Vec<_>, _>>().unwrap(), [&b"one"[..], b"", b"three"]);
        for end in [value.len() - 1, value.len() - 5] {
            assert!(states(&value[..end]).any(|state| state.is_err()), "cut at {end}");
        }
    }

    #[test]
    fn a_full_chunk_is_closed_and_numbers_count_up() {
        let mut chunks = Chunks::default();
        let large = vec![7; CHUNK_BYTES];
        let (numbers, records) = add_all(&mut chunks, &[&large, b"next"]);
        assert_eq!(numbers, [0, 1]);
        assert_eq!(records.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>(), [key(0).to_vec(), key(1).to_vec()]);
        chunks.committed();
        assert_eq!(add_all(&mut chunks, &[b"later"]).0, [2]);
    }

    /// Of the three contacts of a chunk two move on, then the third: only then is the chunk deleted, once.
    #[test]
    fn a_chunk_is_deleted_when_it_holds_nothing() {
        let mut chunks = Chunks::default();
        add_all(&mut chunks, &[b"a", b"b", b"c"]);
        chunks.committed();
        chunks.lose(0);
        chunks.lose(0);
        let (_, records) = add_all(&mut chunks, &[b"a2", b"b2"]);
        assert!(records.iter().all(|(_, value)| value.is_some()), "c is still there");
        chunks.committed();
        chunks.lose(0);
        // An abort leaves everything as it was, and the next number is used again.
        let (numbers, records) = add_all(&mut chunks, &[b"c2"]);
        assert_eq!((numbers, records.last().unwrap()), (vec![2], &(key(0).to_vec(), None)));
        chunks.rolled_back();
        assert_eq!(chunks.numbers().collect::<Vec<_>>(), [0, 1]);
        chunks.lose(0);
        assert_eq!(add_all(&mut chunks, &[b"c2"]).0, [2]);
        chunks.committed();
        assert_eq!(chunks.numbers().collect::<Vec<_>>(), [1, 2]);
    }
}
