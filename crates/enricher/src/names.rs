//! The name table of a partition, with the part of it that the changelog has not seen yet.

use lifecycle::{NameTable, Names};
use runtime::task::Output;

/// Names of one partition at most; whatever comes after is stored inline.
const NAMES_MAX: usize = 1 << 20;

/// See the module.
pub(crate) struct PersistedNames {
    pub(crate) table: NameTable,
    written: usize,
    writing: usize,
    /// Numbers of the first names of the records in the changelog.
    records: Vec<u32>,
}

impl PersistedNames {
    pub(crate) fn new() -> Self {
        PersistedNames { table: NameTable::new(NAMES_MAX), written: 0, writing: 0, records: Vec::new() }
    }

    /// Writes the names that are new: key `n` and the number of the first, value the texts, each with its length.
    pub(crate) fn flush(&mut self, output: &mut Output<'_>) {
        let total = self.table.texts().len();
        if total == self.written {
            return;
        }
        let mut value = Vec::new();
        for text in self.table.texts().skip(self.written) {
            value.extend_from_slice(&(text.len() as u16).to_be_bytes());
            value.extend_from_slice(text.as_bytes());
        }
        output.changelog(&key(self.written as u32), Some(&value));
        self.writing = total;
    }

    /// Names are never taken back: an aborted transaction leaves them in memory, and the next one writes them.
    pub(crate) fn committed(&mut self) {
        if self.writing > self.written {
            self.records.push(self.written as u32);
            self.written = self.writing;
        }
    }

    /// What was about to be written was not: a later commit of other partitions alone must not take it for written.
    pub(crate) fn rolled_back(&mut self) {
        self.writing = self.written;
    }

    /// Writes tombstones for every record. The last names go first: whatever part of this a compaction has worked through, the
    /// names that it leaves have no gap.
    pub(crate) fn discard(&self, output: &mut Output<'_>) {
        for first in self.records.iter().rev() {
            output.changelog(&key(*first), None);
        }
    }

    /// Reads a record back. A tombstone: the state was discarded, and the names from this one on are gone.
    pub(crate) fn restore(&mut self, first: &[u8], value: Option<&[u8]>) -> Result<(), String> {
        let record = u32::from_be_bytes(first.try_into().map_err(|_| "a name record has a key of the wrong length")?);
        let first = record as usize;
        let Some(mut rest) = value else {
            self.forget_from(first);
            return Ok(());
        };
        self.records.push(record);
        let mut number = first;
        while let Some((length, tail)) = rest.split_first_chunk::<2>() {
            let length = usize::from(u16::from_be_bytes(*length));
            let (text, tail) = tail.split_at_checked(length).ok_or("a name record breaks off")?;
            let text = std::str::from_utf8(text).map_err(|_| "a name is no UTF-8")?;
            match self.table.id(text) {
                Some(id) if id as usize == number => {}
                got => return Err(format!("name number {number} came back as {got:?}: name records are missing")),
            }
            number += 1;
            rest = tail;
        }
        self.written = self.written.max(number);
        self.writing = self.written;
        Ok(())
    }

    fn forget_from(&mut self, first: usize) {
        if first < self.written {
            let kept: Vec<String> = self.table.texts().take(first).map(str::to_owned).collect();
            self.table = NameTable::new(NAMES_MAX);
            for text in &kept {
                self.table.id(text);
            }
            (self.written, self.writing) = (first, first);
        }
        self.records.retain(|record| (*record as usize) < first);
    }
}

/// Key of a record: `n` and the number of its first name.
fn key(first: u32) -> [u8; 5] {
    let mut key = [b'n'; 5];
    key[1..].copy_from_slice(&first.to_be_bytes());
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::{Written, written};

    fn flush(names: &mut PersistedNames, texts: &[&str]) -> Written {
        for text in texts {
            names.table.id(text);
        }
        written(|output| names.flush(output))
    }

    fn restored(records: &Written) -> Result<PersistedNames, String> {
        let mut names = PersistedNames::new();
        for (key, value) in records {
            names.restore(&key[1..], value.as_deref())?;
        }
        Ok(names)
    }

    fn texts(names: &PersistedNames) -> Vec<&str> {
        names.table.texts().collect()
    }

    #[test]
    fn names_keep_their_numbers_and_a_gap_is_seen() {
        let mut names = PersistedNames::new();
        let mut log = flush(&mut names, &["sales", "ann"]);
        names.committed();
        assert!(flush(&mut names, &["ann"]).is_empty(), "nothing is new");
        log.extend(flush(&mut names, &["bob"]));
        names.committed();
        assert_eq!(texts(&restored(&log).unwrap()), ["sales", "ann", "bob"]);
        assert!(restored(&log[1..].to_vec()).is_err_and(|error| error.contains("missing")));
    }

    /// After an abort the loop may commit a transaction of other partitions: `committed` without a `flush`.
    #[test]
    fn names_of_an_aborted_transaction_are_written_by_the_next() {
        let mut names = PersistedNames::new();
        flush(&mut names, &["sales"]);
        names.rolled_back();
        names.committed();
        assert_eq!(texts(&restored(&flush(&mut names, &["ann"])).unwrap()), ["sales", "ann"]);
    }

    #[test]
    fn discarded_names_are_gone_whatever_has_been_compacted() {
        let mut names = PersistedNames::new();
        let mut old = Vec::new();
        for text in ["a", "b", "c"] {
            old.extend(flush(&mut names, &[text]));
            names.committed();
        }
        let tombstones = written(|output| restored(&old).unwrap().discard(output));
        assert_eq!(tombstones.len(), 3);
        let new = flush(&mut PersistedNames::new(), &["x", "y"]);
        for through in 0..=tombstones.len() {
            let dead: Vec<_> = tombstones[..through].iter().map(|(key, _)| key).collect();
            let left = old.iter().filter(|(key, _)| !dead.contains(&key));
            let log: Written = left.chain(&tombstones).chain(&new).cloned().collect();
            assert_eq!(texts(&restored(&log).unwrap()), ["x", "y"], "compacted up to tombstone {through}");
        }
    }
}
