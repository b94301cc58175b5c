//! The transaction coordinator: epochs, the state of each transactional id, markers on their way to the partitions.

use super::state::{Markers, State};
use super::{Stored, TopicPartition};
use crate::broker::{Failure, FailureKind};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Longest life of a transaction, ms.
pub(super) const TIME_OUT_MS: i64 = 30_000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// Nothing since the id was taken.
    #[default]
    Empty,
    Ongoing,
    /// Decided; markers are on their way.
    Ending {
        commit: bool,
    },
    Ended {
        commit: bool,
    },
}

#[derive(Clone, Debug)]
enum Target {
    Log(TopicPartition),
    Offsets,
}

#[derive(Default)]
pub(super) struct Transactional {
    producer: u64,
    epoch: u32,
    phase: Phase,
    began_ms: i64,
    partitions: BTreeSet<TopicPartition>,
    /// Offsets per group that become visible with the commit.
    offsets: BTreeMap<(String, TopicPartition), i64>,
    unmarked: VecDeque<Target>,
}

impl State {
    /// A producer takes the id: what the older one left open is aborted, and it is fenced. The real client waits for the
    /// markers of a transaction that is already decided; so they are written now. Returns the epoch.
    pub(super) fn take_id(&mut self, id: &str) -> u32 {
        let known = self.transactional.len() as u64;
        let entry = self.transactional.entry(id.to_owned()).or_insert_with(|| Transactional { producer: known + 1, ..Default::default() });
        entry.epoch += 1;
        let (epoch, ongoing) = (entry.epoch, entry.phase == Phase::Ongoing);
        if ongoing {
            self.decide_end(id, false);
        }
        self.write_all_markers(id);
        if let Some(entry) = self.transactional.get_mut(id) {
            entry.phase = Phase::Empty;
        }
        epoch
    }

    pub(super) fn check_epoch(&mut self, id: &str, epoch: u32) -> Result<(), Failure> {
        let newest = self.transactional.get(id).map_or(0, |entry| entry.epoch);
        if epoch == newest {
            return Ok(());
        }
        self.counts.fenced += 1;
        Err(Failure::new(FailureKind::Fenced, format!("producer {id} has epoch {newest}, this one {epoch}")))
    }

    /// True if the producer has this epoch and no transaction.
    pub(super) fn is_idle(&self, id: &str, epoch: u32) -> bool {
        self.transactional.get(id).is_some_and(|entry| entry.epoch == epoch && entry.phase != Phase::Ongoing)
    }

    /// A record of the transaction; the first one opens it.
    pub(super) fn write(&mut self, id: &str, epoch: u32, at: TopicPartition, record: Stored) -> Result<(), Failure> {
        self.check_epoch(id, epoch)?;
        self.log(&at.0, at.1)?;
        let size = record.key.as_ref().map_or(0, Vec::len) + record.value.as_ref().map_or(0, Vec::len);
        if self.record_bytes_max.get(&at.0).is_some_and(|max| size > *max) {
            return Err(Failure::new(FailureKind::TooLarge, format!("{size} bytes are more than the broker takes")));
        }
        self.open(id);
        let Some(entry) = self.transactional.get_mut(id) else { return Ok(()) };
        entry.partitions.insert(at.clone());
        let producer = entry.producer;
        self.log(&at.0, at.1)?.append(record, Some(producer));
        Ok(())
    }

    pub(super) fn add_offsets(&mut self, id: &str, group: &str, offsets: &[(TopicPartition, i64)]) {
        self.open(id);
        if let Some(entry) = self.transactional.get_mut(id) {
            entry.offsets.extend(offsets.iter().map(|(at, offset)| ((group.to_owned(), at.clone()), *offset)));
        }
    }

    /// The real client is told to wait while markers of its last transaction are on their way; so they are written first.
    fn open(&mut self, id: &str) {
        self.write_all_markers(id);
        let now_ms = self.now_ms;
        if let Some(entry) = self.transactional.get_mut(id).filter(|entry| entry.phase != Phase::Ongoing) {
            entry.phase = Phase::Ongoing;
            entry.began_ms = now_ms;
        }
    }

    pub(super) fn end(&mut self, id: &str, epoch: u32, commit: bool) -> Result<(), Failure> {
        self.check_epoch(id, epoch)?;
        match self.transactional.get(id).map(|entry| entry.phase).unwrap_or_default() {
            Phase::Empty => Ok(()),
            Phase::Ongoing => {
                self.decide_end(id, commit);
                Ok(())
            }
            Phase::Ending { commit: decided } | Phase::Ended { commit: decided } if decided == commit => Ok(()),
            Phase::Ending { .. } | Phase::Ended { .. } => Err(Failure::bug("the transaction has ended the other way")),
        }
    }

    fn decide_end(&mut self, id: &str, commit: bool) {
        let markers = self.markers;
        let Some(entry) = self.transactional.get_mut(id) else { return };
        entry.phase = Phase::Ending { commit };
        entry.unmarked = entry.partitions.iter().cloned().map(Target::Log).collect();
        match markers {
            Markers::OffsetsFirst => entry.unmarked.push_front(Target::Offsets),
            Markers::AtOnce | Markers::OffsetsLast => entry.unmarked.push_back(Target::Offsets),
        }
        *(if commit { &mut self.counts.commits } else { &mut self.counts.aborts }) += 1;
        if markers == Markers::AtOnce {
            self.write_all_markers(id);
        }
    }

    /// One marker of each transaction that is ending.
    pub(super) fn write_markers(&mut self) {
        let ids: Vec<String> =
            self.transactional.iter().filter(|(_, entry)| !entry.unmarked.is_empty()).map(|(id, _)| id.clone()).collect();
        for id in ids {
            self.write_marker(&id);
        }
    }

    pub(super) fn finish_markers(&mut self) {
        let ids: Vec<String> = self.transactional.keys().cloned().collect();
        ids.iter().for_each(|id| self.write_all_markers(id));
    }

    fn write_all_markers(&mut self, id: &str) {
        while self.write_marker(id) {}
    }

    /// False: there was none to write.
    fn write_marker(&mut self, id: &str) -> bool {
        let Some(entry) = self.transactional.get_mut(id) else { return false };
        let Phase::Ending { commit } = entry.phase else { return false };
        let (producer, now_ms) = (entry.producer, self.now_ms);
        match entry.unmarked.pop_front() {
            Some(Target::Log((topic, partition))) => {
                if let Ok(log) = self.log(&topic, partition) {
                    log.mark(producer, commit, now_ms);
                }
            }
            Some(Target::Offsets) => {
                let offsets = std::mem::take(&mut entry.offsets);
                for ((group, at), offset) in offsets.into_iter().filter(|_| commit) {
                    self.group(&group).committed.insert(at, offset);
                }
            }
            None => {
                entry.phase = Phase::Ended { commit };
                entry.partitions.clear();
                return false;
            }
        }
        true
    }

    /// The coordinator ends what takes too long, and fences its producer.
    pub(super) fn time_out_transactions(&mut self) {
        let now_ms = self.now_ms;
        let late = |entry: &Transactional| entry.phase == Phase::Ongoing && now_ms - entry.began_ms > TIME_OUT_MS;
        let ids: Vec<String> = self.transactional.iter().filter(|(_, entry)| late(entry)).map(|(id, _)| id.clone()).collect();
        for id in ids {
            self.counts.time_outs += 1;
            if let Some(entry) = self.transactional.get_mut(&id) {
                entry.epoch += 1;
            }
            self.decide_end(&id, false);
        }
    }

    /// True while a transaction holds offsets of this partition that are neither committed nor dropped yet.
    pub(super) fn is_unstable(&self, group: &str, at: &TopicPartition) -> bool {
        self.transactional.values().any(|entry| entry.offsets.keys().any(|(name, held)| name == group && held == at))
    }
}
