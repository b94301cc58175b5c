//! The partitions that a loop owns: being restored, then running.

use super::error::stop;
use super::{Driver, Error, Stage};
use crate::broker::{Consumer, Failure, InputPartition, Producer, Restore};
use crate::changelog::{self, Position, Start};
use crate::clock::Clock;
use crate::flood::Flood;
use crate::task::{Output, Record, Task};
use crate::transaction::{Call, decide};
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

/// Where a partition stands.
enum Phase {
    /// Its state is being read.
    Restoring(Restoring),
    /// Records are applied.
    Running,
}

/// A restore: the topics still to be read, and what the loop's own records said so far.
struct Restoring {
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
    phase: Phase,
    pub(super) flood: Flood,
    flood_committed: Flood,
    /// Offset of the next record per input, the open transaction included; none: nothing read yet.
    pub(super) next: Vec<Option<i64>>,
    /// The same as of the last commit.
    pub(super) committed: Vec<Option<i64>>,
    /// Records were applied since the last commit.
    pub(super) dirty: bool,
    /// Records (input, offset) of the open transaction that lead to a record that the broker does not take.
    pub(super) too_large: BTreeSet<(usize, i64)>,
    /// Which inputs of the partition are assigned to us.
    held: Vec<bool>,
    /// Restored state that the operator wants forgotten, until its tombstones are committed.
    discarded: Option<Discarded<T>>,
}

struct Discarded<T> {
    task: T,
    /// Its tombstones are part of the open transaction.
    sent: bool,
}

impl<T: Task> Slot<T> {
    fn new(task: T, inputs: usize) -> Self {
        Slot {
            task,
            phase: Phase::Running,
            flood: Flood::default(),
            flood_committed: Flood::default(),
            next: vec![None; inputs],
            committed: vec![None; inputs],
            dirty: false,
            too_large: BTreeSet::new(),
            held: vec![false; inputs],
            discarded: None,
        }
    }

    /// Records are applied.
    pub(super) fn runs(&self) -> bool {
        matches!(self.phase, Phase::Running)
    }

    /// State is being read; it waits as long as another input of the partition is still with someone else.
    pub(super) fn restores(&self) -> bool {
        !self.runs() && self.held.iter().all(|held| *held)
    }

    /// Inputs of the partition that are ours.
    pub(super) fn held(&self) -> impl Iterator<Item = usize> {
        self.held.iter().enumerate().filter(|(_, held)| **held).map(|(input, _)| input)
    }

    /// True if there is something to write although no record came. Never without an offset to send beside it.
    pub(super) fn wants_flush(&self, now_ms: i64) -> bool {
        self.runs() && self.next.iter().any(Option::is_some) && (self.discarded.is_some() || self.task.wants_flush(now_ms))
    }

    /// Before anything else is written: tombstones for the state that is to be forgotten, once per transaction.
    pub(super) fn discard_first(&mut self, output: &mut Output<'_>) {
        let Some(discarded) = self.discarded.as_mut().filter(|discarded| !discarded.sent) else { return };
        discarded.sent = true;
        discarded.task.discard(output);
        for input in 0..self.next.len() {
            output.changelog(&changelog::position_key(input), None);
        }
    }

    pub(super) fn committed(&mut self) {
        if std::mem::take(&mut self.dirty) {
            self.committed.clone_from(&self.next);
            self.flood_committed.clone_from(&self.flood);
            self.too_large.clear();
        }
        self.discarded.take_if(|discarded| discarded.sent);
        self.task.committed();
    }

    pub(super) fn rolled_back(&mut self) {
        self.task.rolled_back();
        self.dirty = false;
        self.next.clone_from(&self.committed);
        self.flood.clone_from(&self.flood_committed);
        if let Some(discarded) = &mut self.discarded {
            discarded.sent = false;
        }
    }

    /// False for records that were fetched before a seek or a pause took effect.
    pub(super) fn expects(&self, record: &Record<'_>) -> bool {
        let next = self.next.get(record.input).copied().flatten();
        self.runs() && next.is_none_or(|next| record.offset >= next)
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
        let partitions = &self.with_other_inputs(partitions)?;
        let committed = self.retried(|consumer| consumer.committed(partitions))?;
        self.serial += 1;
        let with_offsets: Vec<_> = partitions.iter().copied().zip(committed.iter().copied()).collect();
        let restores = !self.stage.restores.is_empty();
        self.retried(|consumer| consumer.assign(&with_offsets, restores))?;
        for ((input, partition), committed) in with_offsets {
            let inputs = self.stage.inputs.len();
            let slot = self.slots.entry(partition).or_insert_with(|| Slot::new((self.make_task)(partition), inputs));
            slot.held[input] = true;
            slot.next[input] = committed;
            slot.committed[input] = committed;
            if restores {
                slot.phase = self.stage.restoring(slot.committed.clone(), self.serial);
            }
        }
        Ok(())
    }

    /// State is restored for all inputs of a partition together: those that are ours already are given back first.
    fn with_other_inputs(&mut self, partitions: &[InputPartition]) -> Result<Vec<InputPartition>, Error> {
        let mut all = partitions.to_vec();
        if self.stage.restores.is_empty() {
            return Ok(all);
        }
        // None of them runs: a partition with state runs only while it has all of its inputs.
        let mut others = Vec::new();
        for (_, partition) in partitions {
            if let Some(slot) = self.slots.remove(partition) {
                others.extend(slot.held().map(|input| (input, *partition)));
            }
        }
        if !others.is_empty() {
            self.consumer.unassign(&others).map_err(fatal)?;
            all.extend(others);
        }
        Ok(all)
    }

    /// Forgets partitions; what was open is committed or aborted.
    pub(super) fn give_up(&mut self, partitions: &[InputPartition]) {
        for (input, partition) in partitions {
            let Some(slot) = self.slots.get_mut(partition) else { continue };
            slot.held[*input] = false;
            (slot.next[*input], slot.committed[*input]) = (None, None);
            if slot.held().next().is_none() {
                self.slots.remove(partition);
            } else if !self.stage.restores.is_empty() {
                // The state goes with the first input that goes.
                self.serial += 1;
                slot.task = (self.make_task)(*partition);
                slot.phase = self.stage.restoring(slot.committed.clone(), self.serial);
            }
        }
    }

    /// Drops all state and restores it from the changelog.
    pub(super) fn start_over(&mut self) -> Result<(), Error> {
        let mut partitions: Vec<InputPartition> = Vec::new();
        for (partition, slot) in std::mem::take(&mut self.slots) {
            partitions.extend(slot.held().map(|input| (input, partition)));
        }
        partitions.retain(|partition| !self.leaving.contains(partition));
        if partitions.is_empty() {
            return Ok(());
        }
        self.consumer.unassign(&partitions).map_err(fatal)?;
        self.assigned(&partitions)
    }

    /// Restores for a slice of time; the loop polls between slices and so stays in the group.
    pub(super) fn restore_slice(&mut self) -> Result<(), Error> {
        let Some(partition) = self.slots.iter().find(|(_, slot)| slot.restores()).map(|(p, _)| *p) else {
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
        // Nothing is read yet: it begins again at the next turn, and as long as the broker is away.
        let Some(mut reading) = self.asked(|consumer| consumer.start_restore(&name, partition))? else { return Ok(()) };
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
            if self.commit_is_due() {
                self.commit()?;
            }
        }
    }

    /// Everything is read: decides where to start and starts.
    fn run(&mut self, partition: i32) -> Result<(), Error> {
        let Some(went_on) = self.group_went_on(partition)? else { return Ok(()) };
        if went_on {
            // As if it had just been assigned: offsets first, then the state.
            let inputs: Vec<InputPartition> = (0..self.stage.inputs.len()).map(|input| (input, partition)).collect();
            self.slots.remove(&partition);
            self.consumer.unassign(&inputs).map_err(fatal)?;
            return self.assigned(&inputs);
        }
        let Some(slot) = self.slots.get_mut(&partition) else { return Ok(()) };
        let Phase::Restoring(restoring) = std::mem::replace(&mut slot.phase, Phase::Running) else { return Ok(()) };
        self.metrics.restored(restoring.records);
        let (mut rebuild, mut sought) = (false, Vec::new());
        for input in 0..self.stage.inputs.len() {
            let (position, committed) = (restoring.positions[input], restoring.committed[input]);
            let start = match self.stage.outputs.changelog {
                Some(_) => changelog::start(position, committed, self.stage.layout, self.pace.on_mismatch),
                None => Start::At(committed),
            };
            let offset = begin_at(&self.stage, partition, start)?;
            rebuild |= matches!(start, Start::EmptyAt(_));
            slot.next[input] = offset;
            slot.committed[input] = offset;
            if offset != committed {
                sought.push((input, offset));
            }
        }
        if rebuild {
            let task = std::mem::replace(&mut slot.task, (self.make_task)(partition));
            slot.discarded = Some(Discarded { task, sent: false });
        }
        slot.task.restored();
        for (input, offset) in sought {
            self.retried(|consumer| consumer.seek((input, partition), offset))?;
        }
        let inputs: Vec<InputPartition> = (0..self.stage.inputs.len()).map(|input| (input, partition)).collect();
        tracing::info!(stage = self.stage.name, partition, records = restoring.records, "state restored");
        self.consumer.resume(&inputs).map_err(fatal)
    }

    /// State and offset disagree, but the group has another offset by now: this member was cut off for so long that another one had the
    /// partition while the state was being read. None: the broker does not say.
    fn group_went_on(&mut self, partition: i32) -> Result<Option<bool>, Error> {
        let Some(Phase::Restoring(restoring)) = self.slots.get(&partition).map(|slot| &slot.phase) else { return Ok(Some(false)) };
        let both = restoring.positions.iter().zip(&restoring.committed);
        let refused = |(position, committed): (&Option<Position>, &Option<i64>)| {
            let start = changelog::start(*position, *committed, self.stage.layout, self.pace.on_mismatch);
            matches!(start, Start::RefuseOffset { .. })
        };
        if self.stage.outputs.changelog.is_none() || !both.into_iter().any(refused) {
            return Ok(Some(false));
        }
        let committed = restoring.committed.clone();
        let inputs: Vec<InputPartition> = (0..committed.len()).map(|input| (input, partition)).collect();
        let Some(now) = self.asked(|consumer| consumer.committed(&inputs))? else { return Ok(None) };
        if now != committed {
            tracing::warn!(stage = self.stage.name, partition, "the group went on while the state was read; reading it again");
        }
        Ok(Some(now != committed))
    }

    /// A question that may be put again at a later turn of the loop: none if the failure passes.
    fn asked<R>(&mut self, mut question: impl FnMut(&mut C) -> Result<R, Failure>) -> Result<Option<R>, Error> {
        match question(&mut self.consumer) {
            Ok(answer) => Ok(Some(answer)),
            Err(failure) => match decide(Call::Init, failure.kind, 1) {
                crate::transaction::Decision::Again => {
                    tracing::warn!(stage = self.stage.name, error = failure.text, "asking again");
                    self.metrics.retried();
                    Ok(None)
                }
                decision => Err(stop(decision, failure)),
            },
        }
    }

    /// A call that may be retried a few times.
    pub(super) fn retried<R>(&mut self, mut call: impl FnMut(&mut C) -> Result<R, Failure>) -> Result<R, Error> {
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

impl Stage {
    fn restoring(&self, committed: Vec<Option<i64>>, serial: u64) -> Phase {
        let (topics, positions) = ((0..self.restores.len()).collect(), vec![None; self.inputs.len()]);
        Phase::Restoring(Restoring { topics, positions, committed, records: 0, serial })
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

pub(super) fn fatal(failure: Failure) -> Error {
    stop(decide(Call::Init, failure.kind, crate::transaction::TRIES), failure)
}
