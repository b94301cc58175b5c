//! The reading side of the in-memory broker.

use super::state::State;
use super::{Cluster, Process, Stored, TopicPartition};
use crate::broker::{Consumer, Failure, FailureKind, InputPartition, Rebalance, Restore};
use crate::clock::Clock;
use crate::task::Record;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// How long a question for committed offsets waits for an open transaction before it fails, ms.
const STABLE_WAIT_MS: i64 = 10_000;
/// Records that one slice of a restore reads: few, so that a restore takes several calls.
const RESTORE_SLICE: usize = 3;

/// A member of a group that reads committed records.
pub struct MemoryConsumer {
    cluster: Cluster,
    process: Rc<Process>,
    inputs: Vec<String>,
    positions: BTreeMap<InputPartition, Position>,
    /// Generation of the last rebalance that the loop heard of.
    generation: u64,
    /// Partition that is read next, so that none starves.
    turn: usize,
}

struct Position {
    offset: i64,
    paused: bool,
}

/// Who commits offsets, and in which generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryMetadata {
    pub(super) group: String,
    pub(super) member: u64,
    pub(super) generation: u64,
}

/// A restore in progress.
pub struct MemoryRestoring {
    at: TopicPartition,
    position: i64,
    end: i64,
}

impl MemoryConsumer {
    pub(super) fn new(cluster: &Cluster, process: &Rc<Process>, inputs: &[String]) -> Self {
        let (cluster, process, inputs) = (cluster.clone(), Rc::clone(process), inputs.to_vec());
        MemoryConsumer { cluster, process, inputs, positions: BTreeMap::new(), generation: 0, turn: 0 }
    }

    /// Member of the group; 0: not joined yet.
    pub fn member(&self) -> u64 {
        self.process.member.get()
    }

    fn named(&self, (input, partition): InputPartition) -> Result<TopicPartition, Failure> {
        let topic = self.inputs.get(input).ok_or_else(|| Failure::bug(format!("no input number {input}")))?;
        Ok((topic.clone(), partition))
    }

    fn numbered(&self, (topic, partition): &TopicPartition) -> Option<InputPartition> {
        Some((self.inputs.iter().position(|name| name == topic)?, *partition))
    }

    /// Joins, hears of a lost session, or takes the coordinator's next notice.
    fn change(&mut self) -> Option<Rebalance> {
        let (group, member) = (&self.process.group, self.process.member.get());
        let mut state = self.cluster.state.borrow_mut();
        if member == 0 || !state.group(group).contains(member) {
            if !self.positions.is_empty() {
                return Some(Rebalance::Revoked { partitions: self.positions.keys().copied().collect(), lost: true });
            }
            let member = state.join(group, &self.inputs);
            state.joined.insert(self.process.transactional_id.clone(), member);
            self.process.member.set(member);
        }
        let notice = state.group(group).notice(self.process.member.get())?;
        drop(state);
        self.generation = notice.generation;
        let partitions = notice.partitions.iter().filter_map(|at| self.numbered(at)).collect();
        Some(if notice.assigned { Rebalance::Assigned(partitions) } else { Rebalance::Revoked { partitions, lost: false } })
    }

    fn fetch(&mut self, limit: usize) -> Result<Vec<(InputPartition, Stored)>, Failure> {
        let Self { cluster, inputs, positions, turn, .. } = self;
        let mut state = cluster.state.borrow_mut();
        let mut fetched = Vec::new();
        *turn += 1;
        let start = *turn % positions.len().max(1);
        // Each partition gets a share, so that a batch mixes them.
        let share = limit.div_ceil(positions.len().max(1));
        let order: Vec<InputPartition> = positions.keys().cycle().skip(start).take(positions.len()).copied().collect();
        for (input, partition) in order {
            let Some(position) = positions.get_mut(&(input, partition)).filter(|position| !position.paused) else { continue };
            let (records, next) = state.log(&inputs[input], partition)?.read(position.offset, share.min(limit - fetched.len()));
            position.offset = next;
            fetched.extend(records.into_iter().map(|record| ((input, partition), record)));
        }
        Ok(fetched)
    }

    fn wait(&self, wait_ms: i64) {
        self.cluster.clock.advance_ms(wait_ms);
    }
}

fn committed(state: &mut State, group: &str, partitions: &[TopicPartition]) -> Result<Vec<Option<i64>>, Failure> {
    if partitions.iter().any(|at| state.is_unstable(group, at)) {
        state.counts.unstable_offsets += 1;
        return Err(Failure::new(FailureKind::Retriable, "a transaction with offsets of the group is open"));
    }
    Ok(partitions.iter().map(|at| state.group(group).committed.get(at).copied()).collect())
}

impl Consumer for MemoryConsumer {
    type Metadata = MemoryMetadata;
    type Restoring = MemoryRestoring;

    fn poll(&mut self, wait: Duration, limit: usize, visit: &mut impl FnMut(&Record<'_>)) -> Result<Option<Rebalance>, Failure> {
        let cluster = self.cluster.clone();
        let process = Rc::clone(&self.process);
        cluster.call(&process, "poll", |_| Ok(()))?;
        if let Some(change) = self.change() {
            return Ok(Some(change));
        }
        let fetched = self.fetch(limit)?;
        if fetched.is_empty() {
            self.wait(wait.as_millis() as i64);
        }
        for ((input, partition), stored) in &fetched {
            let headers: Vec<(&str, &[u8])> = stored.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
            visit(&Record {
                input: *input,
                partition: *partition,
                offset: stored.offset,
                key: stored.key.as_deref(),
                payload: stored.value.as_deref(),
                timestamp_ms: stored.timestamp_ms,
                headers: &headers,
            });
        }
        Ok(None)
    }

    fn assign(&mut self, partitions: &[(InputPartition, Option<i64>)], paused: bool) -> Result<(), Failure> {
        let (group, member) = (self.process.group.clone(), self.process.member.get());
        let mut named = Vec::new();
        for (partition, _) in partitions {
            named.push(self.named(*partition)?);
        }
        self.cluster.call(&self.process, "assign", |state| {
            let group = state.group(&group);
            match named.iter().find(|at| group.contains(member) && !group.owns(member, at)) {
                Some((topic, partition)) => Err(Failure::bug(format!("{topic}/{partition} belongs to another member"))),
                None => Ok(()),
            }
        })?;
        for (partition, offset) in partitions {
            self.positions.insert(*partition, Position { offset: offset.unwrap_or(0), paused });
        }
        Ok(())
    }

    fn unassign(&mut self, partitions: &[InputPartition]) -> Result<(), Failure> {
        let (group, member) = (self.process.group.clone(), self.process.member.get());
        let named: Vec<TopicPartition> = partitions.iter().map(|partition| self.named(*partition)).collect::<Result<_, _>>()?;
        self.cluster.call(&self.process, "unassign", |state| {
            state.group(&group).give_back(member, &named);
            Ok(())
        })?;
        self.positions.retain(|partition, _| !partitions.contains(partition));
        Ok(())
    }

    fn resume(&mut self, partitions: &[InputPartition]) -> Result<(), Failure> {
        self.cluster.call(&self.process, "resume", |_| Ok(()))?;
        for partition in partitions {
            match self.positions.get_mut(partition) {
                Some(position) => position.paused = false,
                None => return Err(Failure::bug(format!("{partition:?} is not assigned and cannot be resumed"))),
            }
        }
        Ok(())
    }

    fn seek(&mut self, partition: InputPartition, offset: Option<i64>) -> Result<(), Failure> {
        self.cluster.call(&self.process, "seek", |_| Ok(()))?;
        match self.positions.get_mut(&partition) {
            Some(position) => position.offset = offset.unwrap_or(0),
            None => return Err(Failure::bug(format!("{partition:?} is not assigned and cannot be sought"))),
        }
        Ok(())
    }

    fn committed(&mut self, partitions: &[InputPartition]) -> Result<Vec<Option<i64>>, Failure> {
        let named: Vec<TopicPartition> = partitions.iter().map(|partition| self.named(*partition)).collect::<Result<_, _>>()?;
        let group = &self.process.group;
        let clock = self.cluster.clock();
        self.cluster.call(&self.process, "committed", |state| {
            if let Ok(offsets) = committed(state, group, &named) {
                return Ok(offsets);
            }
            // The real client asks again and again for that time: markers arrive, and a transaction that nobody ends may time out.
            clock.advance_ms(STABLE_WAIT_MS);
            state.now_ms = clock.now_ms();
            state.time_out_transactions();
            state.finish_markers();
            committed(state, group, &named)
        })
    }

    fn metadata(&mut self) -> Result<MemoryMetadata, Failure> {
        self.cluster.call(&self.process, "metadata", |_| Ok(()))?;
        match self.process.member.get() {
            0 => Err(Failure::new(FailureKind::Abortable, "not a member of the group")),
            member => Ok(MemoryMetadata { group: self.process.group.clone(), member, generation: self.generation }),
        }
    }

    fn start_restore(&mut self, topic: &str, partition: i32) -> Result<MemoryRestoring, Failure> {
        let at = (topic.to_owned(), partition);
        let end = self.cluster.call(&self.process, "start_restore", |state| Ok(state.log(topic, partition)?.high_watermark()))?;
        Ok(MemoryRestoring { at, position: 0, end })
    }

    fn continue_restore(
        &mut self,
        restoring: &mut MemoryRestoring,
        budget: Duration,
        visit: &mut impl FnMut(&[u8], Option<&[u8]>) -> Result<(), String>,
    ) -> Result<Restore, Failure> {
        let MemoryRestoring { at, position, end } = restoring;
        let (records, next) =
            self.cluster.call(&self.process, "continue_restore", |state| Ok(state.log(&at.0, at.1)?.read(*position, RESTORE_SLICE)))?;
        if *position == next && next < *end {
            self.wait(budget.as_millis() as i64);
        }
        *position = next;
        for record in records {
            visit(record.key.as_deref().unwrap_or_default(), record.value.as_deref()).map_err(Failure::bug)?;
        }
        Ok(if next >= *end { Restore::Done } else { Restore::Reading })
    }

    fn lag(&mut self) -> Vec<(usize, i64)> {
        let mut state = self.cluster.state.borrow_mut();
        let mut lags = vec![0; self.inputs.len()];
        for ((input, partition), position) in &self.positions {
            if let Ok(log) = state.log(&self.inputs[*input], *partition) {
                lags[*input] += (log.high_watermark() - position.offset).max(0);
            }
        }
        lags.into_iter().enumerate().collect()
    }

    fn close(&mut self) {
        let (group, member) = (self.process.group.clone(), self.process.member.get());
        // A planned failure of this call is not answered: the caller goes anyway.
        let left = self.cluster.call(&self.process, "close", |state| {
            state.leave(&group, member);
            Ok(())
        });
        if let Err(failure) = left {
            tracing::warn!(error = failure.text, "leaving the group");
        }
        self.positions.clear();
    }
}

impl Drop for MemoryConsumer {
    /// A process that dies does not leave its group: its session has to end.
    fn drop(&mut self) {
        let (group, member) = (self.process.group.clone(), self.process.member.get());
        if let Ok(mut state) = self.cluster.state.try_borrow_mut()
            && state.group(&group).contains(member)
        {
            state.gone.push((group, member));
        }
    }
}
