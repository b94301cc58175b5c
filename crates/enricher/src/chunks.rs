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
