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
}

impl PersistedNames {
    pub(crate) fn new() -> Self {
        PersistedNames { table: NameTable::new(NAMES_MAX), written: 0, writing: 0 }
    }

    /// Writes the names that are new: key `n` and the number of the first, value the texts, each with its length.
    pub(crate) fn flush(&mut self, output: &mut Output<'_>) {
        let total = self.table.texts().len();
        if total == self.written {
            return;
        }
        let mut key = vec![b'n'];
        key.extend_from_slice(&(self.written as u32).to_be_bytes());
        let mut value = Vec::new();
        for text in self.table.texts().skip(self.written) {
            value.extend_from_slice(&(text.len() as u16).to_be_bytes());
            value.extend_from_slice(text.as_bytes());
        }
        output.changelog(&key, Some(&value));
        self.writing = total;
    }

    /// Names are never taken back: an aborted transaction leaves them in memory, and the next one writes them.
    pub(crate) fn committed(&mut self) {
        self.written = self.writing.max(self.written);
    }

    pub(crate) fn restore(&mut self, first: &[u8], value: &[u8]) -> Result<(), String> {
        let first = u32::from_be_bytes(first.try_into().map_err(|_| "a name record has a key of the wrong length")?) as usize;
        let mut rest = value;
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
}
