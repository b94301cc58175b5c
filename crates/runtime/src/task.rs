//! What a stage gives to the loop: a task per partition, a pure-as-possible fold with state, and what it may write.

use crate::broker::{Failure, Outgoing, Sender};
use crate::partitioner;

use events::codec::{Encoder, Message};

/// One record of an input topic. Everything borrows from the broker's buffers.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Position of the topic in the stage's list of inputs.
    pub input: usize,
    /// Partition of that topic.
    pub partition: i32,
    /// Offset of the record.
    pub offset: i64,
    /// Key, if it has one.
    pub key: Option<&'a [u8]>,
    /// Value; none: a tombstone.
    pub payload: Option<&'a [u8]>,
    /// When the broker or the producer stamped the record, milliseconds since 1970; 0: unknown.
    pub timestamp_ms: i64,
    /// Headers; empty unless the stage asks for them.
    pub headers: &'a [(&'a str, &'a [u8])],
}

impl<'a> Record<'a> {
    /// The value of a header; none: absent or no UTF-8.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(n, _)| *n == name).and_then(|(_, value)| std::str::from_utf8(value).ok())
    }
}

/// Why a record cannot be used. It goes to the dead letters inside the same transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reject {
    /// Short stable reason; a label of the counter.
    pub code: &'static str,
    /// What is wrong, for people. No personal data.
    pub reason: String,
    /// What of the payload may be kept, without names and numbers of anybody; empty: nothing. The payload itself is where the record is, at its topic, partition and
    /// offset.
    pub redacted: Vec<u8>,
    /// Configured source, file and line, where known.
    pub source: String,
    /// File the record came from; empty: none.
    pub file: String,
    /// Line in that file; 0: unknown.
    pub line: i64,
}

impl Reject {
    /// A reject with a code and a reason.
    pub fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Reject { code, reason: reason.into(), ..Reject::default() }
    }
}

/// The operators of one partition, chained. The loop owns it, calls it from one thread and tells it how each transaction ended.
pub trait Task {
    /// A record of a restore topic (position in the stage's list), oldest first; `value` none: a tombstone.
    ///
    /// # Errors
    /// A text that says why the record is not understood; the stage then refuses to start.
    fn restore(&mut self, topic: usize, key: &[u8], value: Option<&[u8]>) -> Result<(), String>;

    /// Everything has been restored.
    fn restored(&mut self) {}

    /// Takes one record. Changes go to an overlay that `committed` keeps and `rolled_back` drops.
    ///
    /// # Errors
    /// [`Reject`]: the record is dead-lettered and the loop goes on.
    fn apply(&mut self, record: &Record<'_>, output: &mut Output<'_>) -> Result<(), Reject>;

    /// The transaction is about to end: writes what was held back until now. `now_ms` is wall time, for pacing only.
    fn flush(&mut self, now_ms: i64, output: &mut Output<'_>);

    /// The transaction was committed.
    fn committed(&mut self);

    /// The transaction was aborted: everything since the last commit never happened.
    fn rolled_back(&mut self);

    /// The state that was restored is to be forgotten, at the operator's wish: writes a tombstone to the changelog for every key of it,
    /// so that it does not come back at the next restore. A new task goes on from empty state; this one is kept until the
    /// tombstones are committed, and asked again if the transaction is aborted.
    fn discard(&mut self, _output: &mut Output<'_>) {}

    /// Latest event time that was seen, microseconds; `i64::MIN`: none yet.
    fn event_time_us(&self) -> i64 {
        i64::MIN
    }

    /// True if `flush` has something to write although no record came (results held back for a while).
    fn wants_flush(&self, _now_ms: i64) -> bool {
        false
    }

    /// Counters since the last call: (counter, label value, increment).
    fn take_counts(&mut self, _count: &mut dyn FnMut(&'static str, &'static str, u64)) {}
}

/// The topics that a stage writes, with their number of partitions.
#[derive(Clone, Debug, Default)]
pub struct OutputTopics {
    /// Full names, in the order of the stage's outputs; then dead letters; then the changelog, if any.
    pub names: Vec<String>,
    /// Partitions of each.
    pub partitions: Vec<i32>,
    /// Position of the dead letters in `names`.
    pub dead_letters: usize,
    /// Position of the changelog in `names`.
    pub changelog: Option<usize>,
}

/// Where a task writes: everything becomes part of the open transaction.
pub struct Output<'a> {
    /// Partition of the task.
    pub partition: i32,
    /// Partitions that the input topic has (its layout).
    pub layout: i32,
    /// Offset of the record at hand (in `flush`: of the last one).
    pub offset: i64,
    sender: &'a mut dyn Sender,
    topics: &'a OutputTopics,
    encoder: &'a mut Encoder,
    buffer: &'a mut Vec<u8>,
    failure: &'a mut Option<Failure>,
    bytes: &'a mut u64,
}

/// The parts of an [`Output`] that outlive one call.
pub(crate) struct OutputState {
    pub(crate) topics: OutputTopics,
    pub(crate) encoder: Encoder,
    pub(crate) buffer: Vec<u8>,
    pub(crate) failure: Option<Failure>,
    /// Bytes handed to the producer in this transaction.
    pub(crate) bytes: u64,
}

impl OutputState {
    pub(crate) fn new(topics: OutputTopics) -> Self {
        OutputState { topics, encoder: Encoder::default(), buffer: Vec::new(), failure: None, bytes: 0 }
    }

    pub(crate) fn output<'a>(&'a mut self, sender: &'a mut dyn Sender, partition: i32, layout: i32, offset: i64) -> Output<'a> {
        Output {
            partition,
            layout,
            offset,
            sender,
            topics: &self.topics,
            encoder: &mut self.encoder,
            buffer: &mut self.buffer,
            failure: &mut self.failure,
            bytes: &mut self.bytes,
        }
    }
}

impl Output<'_> {
    /// Writes a message to an output topic; the key chooses the partition (murmur2, as Kafka's Java clients do).
    pub fn message<T: Message>(&mut self, topic: usize, key: &[u8], message: &T) {
        let partitions = self.topics.partitions.get(topic).copied().unwrap_or(1);
        self.message_to(topic, partitioner::partition(key, partitions), key, message);
    }

    /// Writes a message to a given partition of an output topic.
    pub fn message_to<T: Message>(&mut self, topic: usize, partition: i32, key: &[u8], message: &T) {
        let mut buffer = std::mem::take(self.buffer);
        match self.encoder.encode(message, &mut buffer) {
            Ok(()) => self.send(topic, partition, key, Some(&buffer)),
            Err(error) => self.fail(Failure::bug(format!("a message could not be encoded: {error}"))),
        }
        *self.buffer = buffer;
    }

    /// Writes a message to every partition of an output topic.
    pub fn message_to_all<T: Message>(&mut self, topic: usize, key: &[u8], message: &T) {
        for partition in 0..self.topics.partitions.get(topic).copied().unwrap_or(0) {
            self.message_to(topic, partition, key, message);
        }
    }

    /// Writes bytes to a given partition of an output topic; `value` none: a tombstone.
    pub fn bytes_to(&mut self, topic: usize, partition: i32, key: &[u8], value: Option<&[u8]>) {
        self.send(topic, partition, key, value);
    }

    /// Writes to the changelog of the task's partition; `value` none: forget the key.
    pub fn changelog(&mut self, key: &[u8], value: Option<&[u8]>) {
        match self.topics.changelog {
            Some(topic) => self.send(topic, self.partition, key, value),
            None => self.fail(Failure::bug("the stage has no changelog".to_owned())),
        }
    }

    /// Encodes a message without sending it; for state that is kept as its own message.
    pub fn encode<T: Message>(&mut self, message: &T, bytes: &mut Vec<u8>) {
        if let Err(error) = self.encoder.encode(message, bytes) {
            self.fail(Failure::bug(format!("a message could not be encoded: {error}")));
        }
    }

    fn send(&mut self, topic: usize, partition: i32, key: &[u8], value: Option<&[u8]>) {
        if self.failure.is_some() {
            return;
        }
        let Some(name) = self.topics.names.get(topic) else {
            return self.fail(Failure::bug(format!("the stage has no output number {topic}")));
        };
        *self.bytes += (key.len() + value.map_or(0, <[u8]>::len)) as u64;
        if let Err(failure) = self.sender.send(&Outgoing { topic: name, partition, key, value, headers: &[] }) {
            *self.failure = Some(failure);
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.failure.get_or_insert(failure);
    }
}
