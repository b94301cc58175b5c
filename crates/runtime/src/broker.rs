//! What the loop needs of a broker, and the ways in which a call to it can fail. Two implementations stand behind it:
//! `kafka` (librdkafka) and `memory` (transactions, last stable offset, generations, faults; for tests).

use crate::task::Record;
use std::time::Duration;

/// A partition of a stage's input topic: (position of the topic in the list of inputs, partition).
pub type InputPartition = (usize, i32);

/// How a call failed, by what the caller can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What the caller can do.
    pub kind: FailureKind,
    /// What the broker or the library said.
    pub text: String,
}

impl Failure {
    /// Whether the same call may be answered if it is put again.
    #[must_use]
    pub fn is_no_answer(&self) -> bool {
        matches!(self.kind, FailureKind::Retriable | FailureKind::Unclear)
    }
}

/// What the caller can do about a failed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The same call again, with the same arguments.
    Retriable,
    /// Abort the transaction, go back to the last commit.
    Abortable,
    /// The record is larger than the broker takes: abort, and go on without what led to it.
    TooLarge,
    /// Nobody knows whether it took effect: resume the same call, and if that stays unclear, a new producer.
    Unclear,
    /// Another process took the transactional id, or the broker refuses: stop, do not restart in a loop.
    Fenced,
    /// Not usable as configured (authorisation, unsupported, unknown topic): stop.
    Fatal,
    /// An invariant of ours is broken: stop.
    Bug,
    /// The process is to die here (fault injection of the in-memory broker).
    Crash,
}

impl Failure {
    /// A failure of a kind with a text.
    pub fn new(kind: FailureKind, text: impl Into<String>) -> Self {
        Failure { kind, text: text.into() }
    }

    /// A broken invariant.
    pub fn bug(text: impl Into<String>) -> Self {
        Failure::new(FailureKind::Bug, text)
    }
}

/// A record to be written.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// Full name of the topic.
    pub topic: &'a str,
    /// Partition.
    pub partition: i32,
    /// Key.
    pub key: &'a [u8],
    /// Value; none: a tombstone.
    pub value: Option<&'a [u8]>,
    /// Headers.
    pub headers: &'a [(&'a str, &'a [u8])],
}

/// Takes records for the open transaction.
pub trait Sender {
    /// Queues a record; waits while the queue is full.
    ///
    /// # Errors
    /// [`Failure`] if the record cannot be queued at all.
    fn send(&mut self, record: &Outgoing<'_>) -> Result<(), Failure>;
}

/// A change of the group's assignment, to be answered with `assign` or `unassign`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rebalance {
    /// These partitions are ours from now on.
    Assigned(Vec<InputPartition>),
    /// These partitions go to another member; `lost`: they may already be with it.
    Revoked {
        /// Which.
        partitions: Vec<InputPartition>,
        /// True: the group has moved on without us; nothing may be committed.
        lost: bool,
    },
}

/// Progress of reading a restore topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restore {
    /// More to come.
    Reading,
    /// Everything below the high watermark of the beginning has been read.
    Done,
}

/// The reading side.
pub trait Consumer {
    /// Group metadata, handed to [`Producer::send_offsets`].
    type Metadata;
    /// A restore in progress.
    type Restoring;

    /// Hands at most `limit` records to `visit`; waits at most `wait` for the first. Rebalances come out of here.
    ///
    /// # Errors
    /// [`Failure`] of the consumer as a whole.
    fn poll(&mut self, wait: Duration, limit: usize, visit: &mut impl FnMut(&Record<'_>)) -> Result<Option<Rebalance>, Failure>;

    /// Starts to read partitions at the given offsets (none: the beginning), paused if `paused`.
    ///
    /// # Errors
    /// [`Failure`].
    fn assign(&mut self, partitions: &[(InputPartition, Option<i64>)], paused: bool) -> Result<(), Failure>;

    /// Gives partitions back.
    ///
    /// # Errors
    /// [`Failure`].
    fn unassign(&mut self, partitions: &[InputPartition]) -> Result<(), Failure>;

    /// Ends a pause.
    ///
    /// # Errors
    /// [`Failure`].
    fn resume(&mut self, partitions: &[InputPartition]) -> Result<(), Failure>;

    /// Goes back (or forth) to an offset; none: the beginning.
    ///
    /// # Errors
    /// [`Failure`].
    fn seek(&mut self, partition: InputPartition, offset: Option<i64>) -> Result<(), Failure>;

    /// Offsets that the group has committed, stable (no transaction of the group is open).
    ///
    /// # Errors
    /// [`Failure`].
    fn committed(&mut self, partitions: &[InputPartition]) -> Result<Vec<Option<i64>>, Failure>;

    /// The group's metadata as of now.
    ///
    /// # Errors
    /// [`Failure`] if the consumer is no member.
    fn metadata(&mut self) -> Result<Self::Metadata, Failure>;

    /// Starts to read a restore topic's partition up to its high watermark of now, open transactions included.
    ///
    /// # Errors
    /// [`Failure`].
    fn start_restore(&mut self, topic: &str, partition: i32) -> Result<Self::Restoring, Failure>;

    /// Reads on for at most `budget`; hands (key, value) to `visit`.
    ///
    /// # Errors
    /// [`Failure`].
    fn continue_restore(
        &mut self,
        restoring: &mut Self::Restoring,
        budget: Duration,
        visit: &mut impl FnMut(&[u8], Option<&[u8]>) -> Result<(), String>,
    ) -> Result<Restore, Failure>;

    /// Records behind the newest, per input, as far as known; nothing: not asked again since a moment ago.
    fn lag(&mut self) -> Vec<(usize, i64)>;

    /// Leaves the group.
    fn close(&mut self);
}

/// The writing side: one transaction at a time.
pub trait Producer: Sender {
    /// Group metadata of the consumer beside it.
    type Metadata;

    /// Takes the transactional id: fences an older holder, aborts what it left open.
    ///
    /// # Errors
    /// [`Failure`].
    fn init(&mut self) -> Result<(), Failure>;

    /// Begins a transaction.
    ///
    /// # Errors
    /// [`Failure`].
    fn begin(&mut self) -> Result<(), Failure>;

    /// Makes input offsets part of the transaction.
    ///
    /// # Errors
    /// [`Failure`].
    fn send_offsets(&mut self, offsets: &[(InputPartition, i64)], metadata: &Self::Metadata) -> Result<(), Failure>;

    /// Commits; safe to call again after [`FailureKind::Retriable`] and [`FailureKind::Unclear`].
    ///
    /// # Errors
    /// [`Failure`].
    fn commit(&mut self) -> Result<(), Failure>;

    /// Aborts; safe to call again.
    ///
    /// # Errors
    /// [`Failure`].
    fn abort(&mut self) -> Result<(), Failure>;

    /// Drops the producer and makes a new one with the same transactional id (not yet initialised).
    ///
    /// # Errors
    /// [`Failure`].
    fn recreate(&mut self) -> Result<(), Failure>;
}
