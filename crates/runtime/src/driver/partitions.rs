//! The partitions that a loop owns: being restored, then running.

use super::{Driver, Error, Stage, stop};
use crate::broker::{Consumer, Failure, InputPartition, Producer, Restore};
use crate::changelog::{self, Position, Start};
use crate::clock::Clock;
use crate::flood::Flood;
use crate::task::{Record, Task};
use crate::transaction::{Call, decide};
use std::collections::VecDeque;
use std::time::Duration;

/// Where a partition stands.
pub(super) enum Phase {
    /// Its state is being read.
    Restoring(Restoring),
    /// Records are applied.
    Running,
}

/// A restore: the topics still to be read, and what the loop's own records said so far.
pub(super) struct Restoring {
    topics: VecDeque<usize>,
    positions: Vec<Option<Position>>,
    committed: Vec<Option<i64>>,
    records: u64,
    /// Tells this restore from a later one of the same partition.
    serial: u64,
}

/// A partition with its task.
pub(super) struct Slot<T> {
    pub(super) task: T,
    pub(super) phase: Phase,
    pub(super) flood: Flood,
    /// Offset of the next record per input, the open transaction included; none: nothing read yet.
    pub(super) next: Vec<Option<i64>>,
    /// The same as of the last commit.
    pub(super) committed: Vec<Option<i64>>,
    /// Records were applied since the last commit.
    pub(super) dirty: bool,
}

impl<T> Slot<T> {
    /// False for records that were fetched before a seek or a pause took effect.
    pub(super) fn expects(&self, record: &Record<'_>) -> bool {
        let next = self.next.get(record.input).copied().flatten();
        matches!(self.phase, Phase::Running) && next.is_none_or(|next| record.offset >= next)
    }

    pub(super) fn advance(&mut self, record: &Record<'_>) {
        self.dirty = true;
        if let Some(next) = self.next.get_mut(record.input) {
            *next = Some(record.offset + 1);
        }
    }

    /// Offset of the last record applied; 0 if there is none.
    pub(super) fn last_offset(&self) -> i64 {
        self.next.iter().flatten().max().map_or(0, |next| next - 1)
    }
}

impl<C, P, K, T, M> Driver<C, P, K, T, M>
where
    C: Consumer,
    P: Producer<Metadata = C::Metadata>,
    K: Clock,
    T: Task,
    M: FnMut(i32) -> T,
{
    /// New partitions: paused until their state is restored. Offsets are read first, the changelog's end after them, so
    /// that the state cannot be older than the offset.
    pub(super) fn assigned(&mut self, partitions: &[InputPartition]) -> Result<(), Error> {
        if partitions.is_empty() {
            return self.consumer.assign(&[], false).map_err(fatal);
        }
        tracing::info!(stage = self.stage.name, partitions = partitions.len(), "partitions assigned");
        let committed = self.retried(|consumer| consumer.committed(partitions))?;
        self.serial += 1;
        let with_offsets: Vec<_> = partitions.iter().copied().zip(committed.iter().copied()).collect();
        let restores = !self.stage.restores.is_empty();
        self.consumer.assign(&with_offsets, restores).map_err(fatal)?;
        for ((input, partition), committed) in with_offsets {
            let inputs = self.stage.inputs.len();
            let slot = self.slots.entry(partition).or_insert_with(|| Slot {
                task: (self.make_task)(partition),
                phase: Phase::Running,
                flood: Flood::default(),
                next: vec![None; inputs],
                committed: vec![None; inputs],
                dirty: false,
            });
            slot.next[input] = committed;
            slot.committed[input] = committed;
            if restores {
                slot.phase = Phase::Restoring(Restoring {
                    topics: (0..self.stage.restores.len()).collect(),
                    positions: vec![None; inputs],
                    committed: slot.committed.clone(),
                    records: 0,
                    serial: self.serial,
                });
            }
        }
        Ok(())
    }

    /// Drops all state and restores it from the changelog.
    pub(super) fn start_over(&mut self) -> Result<(), Error> {
        let inputs = 0..self.stage.inputs.len();
        let partitions: Vec<InputPartition> = self.slots.keys().flat_map(|p| inputs.clone().map(move |input| (input, *p))).collect();
        self.slots.clear();
        if partitions.is_empty() {
            return Ok(());
        }
        self.consumer.unassign(&partitions).map_err(fatal)?;
        self.assigned(&partitions)
    }

    /// Restores for a slice of time; the loop polls between slices and so stays in the group.
    pub(super) fn restore_slice(&mut self) -> Result<(), Error> {
        let Some(partition) = self.slots.iter().find(|(_, slot)| matches!(slot.phase, Phase::Restoring(_))).map(|(p, _)| *p) else {
            return Ok(());
        };
        let topic = match self.slots.get(&partition).map(|slot| &slot.phase) {
            Some(Phase::Restoring(restoring)) => restoring.topics.front().copied(),
            _ => None,
        };
        match topic {
            Some(topic) => self.restore_topic(partition, topic),
            None => self.run(partition),
        }
    }

    fn restore_topic(&mut self, partition: i32, topic: usize) -> Result<(), Error> {
        let Some(name) = self.stage.restores.get(topic).cloned() else { return Ok(()) };
        let mut reading = self.retried(|consumer| consumer.start_restore(&name, partition))?;
        let budget = Duration::from_millis(self.pace.restore_slice_ms);
        let mut serial = None;
        loop {
            let Some(slot) = self.slots.get_mut(&partition) else { return Ok(()) };
            let Phase::Restoring(restoring) = &mut slot.phase else { return Ok(()) };
            if *serial.get_or_insert(restoring.serial) != restoring.serial {
                return Ok(());
            }
            let (task, stage) = (&mut slot.task, self.stage.name);
            let mut visit = |key: &[u8], value: Option<&[u8]>| {
                restoring.records += 1;
                match changelog::is_position(key).filter(|_| topic == 0) {
                    Some(input) => keep_position(restoring, input, value),
                    None => task.restore(topic, key, value),
                }
            };
            let failed = |failure: Failure| match failure.kind {
                crate::broker::FailureKind::Bug => Error::Restore { stage, partition, reason: failure.text },
                kind => stop(decide(Call::Init, kind, crate::transaction::TRIES), failure),
            };
            let progress = self.consumer.continue_restore(&mut reading, budget, &mut visit).map_err(failed)?;
            if progress == Restore::Done {
                restoring.topics.pop_front();
                return Ok(());
            }
            // The other partitions go on, and the group sees that we live. A rebalance may take this partition away.
            let (_, change) = self.poll()?;
            if let Some(change) = change {
                self.rebalance(change)?;
            }
            if self.commit_is_due(0) {
                self.commit()?;
            }
        }
    }

    /// Everything is read: decides where to start and starts.
    fn run(&mut self, partition: i32) -> Result<(), Error> {
        let Some(slot) = self.slots.get_mut(&partition) else { return Ok(()) };
        let Phase::Restoring(restoring) = std::mem::replace(&mut slot.phase, Phase::Running) else { return Ok(()) };
        self.metrics.restored(restoring.records);
        for input in 0..self.stage.inputs.len() {
            let (position, committed) = (restoring.positions[input], restoring.committed[input]);
            let start = changelog::start(position, committed, self.stage.layout, self.pace.on_mismatch);
            let offset = begin_at(&self.stage, partition, start)?;
            if matches!(start, Start::EmptyAt(_)) {
                slot.task = (self.make_task)(partition);
            }
            slot.next[input] = offset;
            slot.committed[input] = offset;
            if offset != committed {
                self.consumer.seek((input, partition), offset).map_err(fatal)?;
            }
        }
        slot.task.restored();
        let inputs: Vec<InputPartition> = (0..self.stage.inputs.len()).map(|input| (input, partition)).collect();
        tracing::info!(stage = self.stage.name, partition, records = restoring.records, "state restored");
        self.consumer.resume(&inputs).map_err(fatal)
    }

    /// A call that may be retried a few times.
    fn retried<R>(&mut self, mut call: impl FnMut(&mut C) -> Result<R, Failure>) -> Result<R, Error> {
        for tries in 1.. {
            match call(&mut self.consumer) {
                Ok(result) => return Ok(result),
                Err(failure) => match decide(Call::Init, failure.kind, tries) {
                    crate::transaction::Decision::Again => tracing::warn!(stage = self.stage.name, error = failure.text, "retrying"),
                    decision => return Err(stop(decision, failure)),
                },
            }
        }
        unreachable!("decide never answers Again for ever")
    }
}

fn keep_position(restoring: &mut Restoring, input: usize, value: Option<&[u8]>) -> Result<(), String> {
    let position = value.map(|bytes| Position::decode(bytes).ok_or("the position record has an unknown version")).transpose()?;
    *restoring.positions.get_mut(input).ok_or("a position of an input that the stage does not have")? = position;
    Ok(())
}

fn begin_at(stage: &Stage, partition: i32, start: Start) -> Result<Option<i64>, Error> {
    match start {
        Start::At(offset) | Start::EmptyAt(offset) => Ok(offset),
        Start::RefuseLayout { state, now } => Err(Error::Layout { stage: stage.name, state, now }),
        Start::RefuseOffset { state, group } => Err(Error::Position { stage: stage.name, partition, state, group }),
    }
}

fn fatal(failure: Failure) -> Error {
    stop(decide(Call::Init, failure.kind, crate::transaction::TRIES), failure)
}
