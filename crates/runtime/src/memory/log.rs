//! The log of a partition: records of open, committed and aborted transactions, and the markers that end them.

use std::collections::BTreeMap;

/// A record as a reader gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Offset.
    pub offset: i64,
    /// Key.
    pub key: Option<Vec<u8>>,
    /// Value; none: a tombstone.
    pub value: Option<Vec<u8>>,
    /// Headers.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Time of the cluster when it was written, ms.
    pub timestamp_ms: i64,
}

impl Stored {
    /// A record that has no offset yet.
    pub(super) fn new(key: Option<&[u8]>, value: Option<&[u8]>, headers: &[(&str, &[u8])], timestamp_ms: i64) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect();
        Stored { offset: -1, key: key.map(<[u8]>::to_vec), value: value.map(<[u8]>::to_vec), headers, timestamp_ms }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Written by a transaction of this producer that is still open here.
    Open(u64),
    Visible,
    Aborted,
    /// The end of a transaction; never delivered.
    Marker,
}

struct Entry {
    record: Stored,
    fate: Fate,
}

#[derive(Default)]
pub(super) struct Log {
    entries: Vec<Entry>,
    end: i64,
}

impl Log {
    /// `producer`: whose transaction it belongs to; none: no transaction.
    pub(super) fn append(&mut self, record: Stored, producer: Option<u64>) -> i64 {
        self.push(record, producer.map_or(Fate::Visible, Fate::Open))
    }

    fn push(&mut self, mut record: Stored, fate: Fate) -> i64 {
        record.offset = self.end;
        self.end += 1;
        self.entries.push(Entry { record, fate });
        self.end - 1
    }

    /// Ends what this producer has open here, whatever transaction it meant: as in Kafka, the marker names only the producer.
    pub(super) fn mark(&mut self, producer: u64, commit: bool, now_ms: i64) {
        for entry in self.entries.iter_mut().filter(|entry| entry.fate == Fate::Open(producer)) {
            entry.fate = if commit { Fate::Visible } else { Fate::Aborted };
        }
        self.push(Stored::new(None, None, &[], now_ms), Fate::Marker);
    }

    pub(super) fn high_watermark(&self) -> i64 {
        self.end
    }

    pub(super) fn last_stable_offset(&self) -> i64 {
        self.entries.iter().find(|entry| matches!(entry.fate, Fate::Open(_))).map_or(self.end, |entry| entry.record.offset)
    }

    /// Committed records from an offset on, and the offset to go on from.
    pub(super) fn read(&self, from: i64, limit: usize) -> (Vec<Stored>, i64) {
        let stable = self.last_stable_offset();
        let mut records = Vec::new();
        let start = self.entries.partition_point(|entry| entry.record.offset < from);
        for entry in self.entries.iter().skip(start).take_while(|entry| entry.record.offset < stable) {
            if entry.fate != Fate::Visible {
                continue;
            }
            if records.len() == limit {
                return (records, entry.record.offset);
            }
            records.push(entry.record.clone());
        }
        (records, stable.max(from))
    }

    pub(super) fn compact(&mut self) {
        let stable = self.last_stable_offset();
        let newest: BTreeMap<Option<Vec<u8>>, i64> = self
            .entries
            .iter()
            .filter(|entry| entry.fate == Fate::Visible && entry.record.offset < stable)
            .map(|entry| (entry.record.key.clone(), entry.record.offset))
            .collect();
        let last = self.end - 1;
        self.entries.retain(|entry| {
            let offset = entry.record.offset;
            offset >= stable || offset == last || (entry.fate == Fate::Visible && newest.get(&entry.record.key) == Some(&offset))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(log: &Log) -> Vec<i64> {
        log.read(0, usize::MAX).0.iter().map(|record| record.offset).collect()
    }

    fn write(log: &mut Log, key: &[u8], value: Option<&[u8]>, producer: Option<u64>) {
        log.append(Stored::new(Some(key), value, &[], 0), producer);
    }

    #[test]
    fn open_transactions_hold_back_what_follows_and_aborted_ones_vanish() {
        let mut log = Log::default();
        write(&mut log, b"a", Some(b"1"), None);
        write(&mut log, b"b", Some(b"2"), Some(7));
        write(&mut log, b"c", Some(b"3"), Some(8));
        write(&mut log, b"d", Some(b"4"), None);
        assert_eq!((log.last_stable_offset(), log.high_watermark()), (1, 4));
        assert_eq!(offsets(&log), [0]);
        log.mark(7, false, 0);
        assert_eq!(log.last_stable_offset(), 2);
        log.mark(8, true, 0);
        assert_eq!((log.last_stable_offset(), log.high_watermark()), (6, 6));
        assert_eq!(offsets(&log), [0, 2, 3]);
        assert_eq!(log.read(0, 2).1, 3, "a limited read goes on at the next visible record");
        assert_eq!(log.read(3, 9).1, 6, "and passes the markers at the end");
    }

    #[test]
    fn compaction_keeps_the_newest_of_each_key_tombstones_and_the_last_entry() {
        let mut log = Log::default();
        for (key, value) in [("a", Some("1")), ("b", Some("1")), ("a", Some("2")), ("b", None)] {
            write(&mut log, key.as_bytes(), value.map(str::as_bytes), Some(1));
        }
        log.mark(1, true, 0);
        write(&mut log, b"a", Some(b"never"), Some(2));
        log.mark(2, false, 0);
        write(&mut log, b"a", Some(b"open"), Some(3));
        log.compact();
        assert_eq!(offsets(&log), [2, 3]);
        assert_eq!((log.last_stable_offset(), log.high_watermark()), (7, 8));
        log.mark(3, true, 0);
        log.compact();
        assert_eq!(offsets(&log), [3, 7]);
        assert_eq!(log.entries.len(), 3, "the last marker stays");
    }
}
