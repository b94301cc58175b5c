//! A broker in memory behind the traits of `broker`, for tests: transactions with markers and epochs, last stable offset,
//! group generations, and a fault at any call.
//!
//! Everything happens in one thread and in a fixed order, so a run is repeated exactly by its inputs and its [`Plan`]s. Time is a
//! [`ManualClock`]: a call takes a millisecond, and as long as it would have waited.
//!
//! ```
//! use runtime::broker::{Outgoing, Producer, Sender};
//! use runtime::memory::Cluster;
//!
//! let cluster = Cluster::new();
//! cluster.create("calls", 1);
//! let (_consumer, mut producer) = cluster.connect("group", &["calls"], "writer-0");
//! producer.init().unwrap();
//! producer.begin().unwrap();
//! producer.send(&Outgoing { topic: "calls", partition: 0, key: b"k", value: Some(b"v"), headers: &[] }).unwrap();
//! assert!(cluster.committed_records("calls", 0).is_empty());
//! producer.commit().unwrap();
//! assert_eq!(cluster.committed_records("calls", 0).len(), 1);
//! assert_eq!(cluster.high_watermark("calls", 0), 2, "the commit marker has an offset too");
//! ```

mod consumer;
mod faults;
mod group;
mod log;
mod producer;
mod state;
mod transactions;

pub use consumer::{MemoryConsumer, MemoryMetadata, MemoryRestoring};
pub use faults::{Fault, Plan};
pub use log::Stored;
pub use producer::MemoryProducer;
pub use state::{Counts, Markers};

use crate::broker::{Failure, FailureKind};
use crate::clock::{Clock, ManualClock};
use state::State;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A topic and a partition of it.
pub(crate) type TopicPartition = (String, i32);

/// What runs in the middle of a call when a plan says [`Fault::Interrupt`].
pub type Interruption = Box<dyn FnMut()>;

/// A cluster; clones share it.
#[derive(Clone, Default)]
pub struct Cluster {
    state: Rc<RefCell<State>>,
    clock: ManualClock,
    interruption: Rc<RefCell<Option<Interruption>>>,
}

/// One process: a consumer and a producer that die together.
pub(crate) struct Process {
    pub(crate) group: String,
    pub(crate) transactional_id: String,
    /// Member of the group; 0: not joined.
    pub(crate) member: Cell<u64>,
    pub(crate) dead: Cell<bool>,
}

impl Cluster {
    /// An empty cluster at time 0.
    pub fn new() -> Self {
        Cluster::default()
    }

    /// Creates a topic, empty; one of that name is replaced.
    pub fn create(&self, topic: &str, partitions: usize) {
        self.state.borrow_mut().topics.insert(topic.to_owned(), (0..partitions).map(|_| log::Log::default()).collect());
    }

    /// A process that is about to run: its consumer joins `group` at the first poll.
    pub fn connect(&self, group: &str, inputs: &[&str], transactional_id: &str) -> (MemoryConsumer, MemoryProducer) {
        let (group, transactional_id) = (group.to_owned(), transactional_id.to_owned());
        let process = Rc::new(Process { group, transactional_id, member: Cell::new(0), dead: Cell::new(false) });
        let inputs: Vec<String> = inputs.iter().map(|name| (*name).to_owned()).collect();
        (MemoryConsumer::new(self, &process, &inputs), MemoryProducer::new(self, &process, &inputs))
    }

    /// Writes a record outside any transaction. Returns its offset.
    pub fn append(&self, topic: &str, partition: i32, key: &[u8], value: Option<&[u8]>) -> i64 {
        let record = Stored::new(Some(key), value, &[], self.clock.now_ms());
        self.state.borrow_mut().log(topic, partition).map_or(-1, |log| log.append(record, None))
    }

    /// What a `read_committed` reader sees.
    pub fn committed_records(&self, topic: &str, partition: i32) -> Vec<Stored> {
        self.state.borrow_mut().log(topic, partition).map_or_else(|_| Vec::new(), |log| log.read(0, usize::MAX).0)
    }

    /// Offset after the last entry, markers and open transactions included.
    pub fn high_watermark(&self, topic: &str, partition: i32) -> i64 {
        self.state.borrow_mut().log(topic, partition).map_or(0, |log| log.high_watermark())
    }

    /// Offset of the first record whose transaction is open; without one the high watermark.
    pub fn last_stable_offset(&self, topic: &str, partition: i32) -> i64 {
        self.state.borrow_mut().log(topic, partition).map_or(0, |log| log.last_stable_offset())
    }

    /// Removes what compaction may remove: below the last stable offset, all but the newest record of each key, aborted records
    /// and markers. Tombstones stay, and so does the last entry.
    pub fn compact(&self, topic: &str) {
        if let Some(logs) = self.state.borrow_mut().topics.get_mut(topic) {
            logs.iter_mut().for_each(log::Log::compact);
        }
    }

    /// Committed offset of a group; none: never committed.
    pub fn group_offset(&self, group: &str, topic: &str, partition: i32) -> Option<i64> {
        self.state.borrow_mut().group(group).committed.get(&(topic.to_owned(), partition)).copied()
    }

    /// An operator sets or (none) deletes the committed offset of a group.
    pub fn reset_group_offset(&self, group: &str, topic: &str, partition: i32, offset: Option<i64>) {
        let mut state = self.state.borrow_mut();
        let committed = &mut state.group(group).committed;
        match offset {
            Some(offset) => committed.insert((topic.to_owned(), partition), offset),
            None => committed.remove(&(topic.to_owned(), partition)),
        };
    }

    /// Members of a group, oldest first.
    pub fn members(&self, group: &str) -> Vec<u64> {
        self.state.borrow_mut().group(group).members()
    }

    /// The member that the latest process with this transactional id became; none: it has not joined.
    pub fn member_of(&self, transactional_id: &str) -> Option<u64> {
        self.state.borrow().joined.get(transactional_id).copied()
    }

    /// A member's session ends: its partitions go to the others, it hears of it at its next poll.
    pub fn expire(&self, group: &str, member: u64) {
        self.state.borrow_mut().leave(group, member);
    }

    /// The sessions of processes that are gone without leaving end.
    pub fn expire_gone(&self) {
        let mut state = self.state.borrow_mut();
        for (group, member) in std::mem::take(&mut state.gone) {
            state.leave(&group, member);
        }
    }

    /// All markers that are on their way arrive.
    pub fn finish_markers(&self) {
        self.state.borrow_mut().finish_markers();
    }

    /// How commit and abort markers reach the partitions from now on.
    pub fn set_markers(&self, markers: Markers) {
        self.state.borrow_mut().markers = markers;
    }

    /// Larger records (key and value) of a topic are refused from now on.
    pub fn set_record_bytes_max(&self, topic: &str, bytes: usize) {
        self.state.borrow_mut().record_bytes_max.insert(topic.to_owned(), bytes);
    }

    /// Another producer takes a transactional id: the present holder is fenced, its open transaction aborted.
    pub fn fence(&self, transactional_id: &str) {
        self.state.borrow_mut().take_id(transactional_id);
    }

    /// The faults of this run, by number of the call.
    pub fn plan(&self, plans: &[Plan]) {
        self.state.borrow_mut().plans = plans.iter().map(|plan| (plan.at, plan.fault)).collect();
    }

    /// What runs when a plan says [`Fault::Interrupt`].
    pub fn on_interrupt(&self, interruption: Interruption) {
        *self.interruption.borrow_mut() = Some(interruption);
    }

    /// Calls so far.
    pub fn steps(&self) -> u64 {
        self.state.borrow().calls.len() as u64
    }

    /// Names of the calls so far; number `n` (from 1) is at index `n - 1`.
    pub fn calls(&self) -> Vec<&'static str> {
        self.state.borrow().calls.clone()
    }

    /// What happened so far.
    pub fn counts(&self) -> Counts {
        self.state.borrow().counts
    }

    /// The time of this cluster.
    pub fn clock(&self) -> ManualClock {
        self.clock.clone()
    }

    /// Committed offsets of a group, by topic and partition.
    pub fn group_offsets(&self, group: &str) -> BTreeMap<(String, i32), i64> {
        self.state.borrow_mut().group(group).committed.clone()
    }
}

fn crash() -> Failure {
    Failure::new(FailureKind::Crash, "planned crash")
}
