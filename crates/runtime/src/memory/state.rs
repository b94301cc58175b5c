//! What a cluster consists of, and what happens in it between calls.

use super::group::Group;
use super::log::Log;
use super::transactions::Transactional;
use super::{Fault, TopicPartition};
use crate::broker::{Failure, FailureKind};
use std::collections::BTreeMap;

/// How markers reach the partitions of a transaction that ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Markers {
    /// All at once.
    #[default]
    AtOnce,
    /// One per call; the group's offsets first, so that they are visible while the outputs and the changelog are still open.
    OffsetsFirst,
    /// One per call; the group's offsets last.
    OffsetsLast,
}

/// What happened in a cluster; a test in which nothing happened proves nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests refused because a newer producer has the transactional id.
    pub fenced: u64,
    /// Offsets refused because the generation or the member is no longer known.
    pub stale_generations: u64,
    /// Questions for committed offsets that had to wait for an open transaction.
    pub unstable_offsets: u64,
    /// Transactions that committed.
    pub commits: u64,
    /// Transactions that aborted.
    pub aborts: u64,
    /// Transactions that the coordinator aborted because they took too long.
    pub time_outs: u64,
    /// Requests that arrived late.
    pub late_requests: u64,
    /// Late requests that were fenced.
    pub late_fenced: u64,
}

/// A request that may arrive late.
#[derive(Clone, Debug)]
pub(super) enum Request {
    /// Ends the transaction.
    End { id: String, epoch: u32, commit: bool },
    /// Adds offsets to the transaction.
    Offsets { id: String, epoch: u32, group: String, member: u64, generation: u64, offsets: Vec<(TopicPartition, i64)> },
}

#[derive(Default)]
pub(super) struct State {
    pub(super) topics: BTreeMap<String, Vec<Log>>,
    pub(super) groups: BTreeMap<String, Group>,
    pub(super) transactional: BTreeMap<String, Transactional>,
    pub(super) markers: Markers,
    pub(super) plans: Vec<(u64, Fault)>,
    pub(super) calls: Vec<&'static str>,
    pub(super) in_flight: Vec<(u64, Request)>,
    pub(super) now_ms: i64,
    pub(super) counts: Counts,
    pub(super) members: u64,
    /// By topic.
    pub(super) record_bytes_max: BTreeMap<String, usize>,
    /// Group and member of processes that are gone without leaving.
    pub(super) gone: Vec<(String, u64)>,
    /// Latest member per transactional id.
    pub(super) joined: BTreeMap<String, u64>,
}

impl State {
    pub(super) fn log(&mut self, topic: &str, partition: i32) -> Result<&mut Log, Failure> {
        let log = self.topics.get_mut(topic).and_then(|logs| logs.get_mut(usize::try_from(partition).unwrap_or(usize::MAX)));
        log.ok_or_else(|| Failure::new(FailureKind::Fatal, format!("no topic {topic} with partition {partition}")))
    }

    pub(super) fn group(&mut self, name: &str) -> &mut Group {
        self.groups.entry(name.to_owned()).or_default()
    }

    /// What is due happens: late requests, markers, time-outs.
    pub(super) fn tick(&mut self) {
        self.write_markers();
        let step = self.calls.len() as u64;
        let (due, later) = std::mem::take(&mut self.in_flight).into_iter().partition(|(at, _)| *at <= step);
        self.in_flight = later;
        let due: Vec<(u64, Request)> = due;
        for (_, request) in due {
            self.counts.late_requests += 1;
            // Nobody waits for the answer any more.
            if self.perform(&request).is_err_and(|failure| failure.kind == FailureKind::Fenced) {
                self.counts.late_fenced += 1;
            }
        }
        self.time_out_transactions();
    }

    pub(super) fn perform(&mut self, request: &Request) -> Result<(), Failure> {
        match request {
            Request::End { id, epoch, commit } => self.end(id, *epoch, *commit),
            Request::Offsets { id, epoch, group, member, generation, offsets } => {
                self.check_epoch(id, *epoch)?;
                if !self.group(group).knows(*member, *generation) {
                    self.counts.stale_generations += 1;
                    return Err(Failure::new(FailureKind::Abortable, "the group has another generation"));
                }
                self.add_offsets(id, group, offsets);
                Ok(())
            }
        }
    }

    /// A new member. Returns its id.
    pub(super) fn join(&mut self, group: &str, topics: &[String]) -> u64 {
        self.members += 1;
        let (member, partitions) = (self.members, self.partitions_of(topics));
        self.group(group).join(member, partitions);
        member
    }

    /// A member goes, for whatever reason.
    pub(super) fn leave(&mut self, group: &str, member: u64) {
        self.group(group).leave(member);
    }

    fn partitions_of(&self, topics: &[String]) -> Vec<TopicPartition> {
        let mut partitions = Vec::new();
        for topic in topics {
            let count = self.topics.get(topic).map_or(0, Vec::len);
            partitions.extend((0..count as i32).map(|partition| (topic.clone(), partition)));
        }
        partitions
    }
}
