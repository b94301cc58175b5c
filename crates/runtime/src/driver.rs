//! The only loop: poll → apply → commit, with restore on assignment, commit on revoke, abort on loss. One thread owns
//! consumer, producer and the state of its partitions. Decisions are made in `transaction` and `changelog`; here they are carried out.

mod ending;
mod error;
mod partitions;

pub use error::Error;

use crate::broker::{Consumer, Failure, FailureKind, InputPartition, Producer, Rebalance};
use crate::changelog::OnMismatch;
use crate::clock::Clock;
use crate::flood::FloodLimit;
use crate::metrics::StageMetrics;
use crate::task::{OutputState, OutputTopics, Record, Reject, Task};
use crate::transaction::{Call, decide};
use error::stop;
use events::DeadLetter;
use partitions::Slot;
use std::collections::BTreeMap;
use std::time::Duration;

/// A stage as the loop sees it.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Name: ingest, contacts …
    pub name: &'static str,
    /// Full names of the input topics; all have `layout` partitions.
    pub inputs: Vec<String>,
    /// Partitions of the inputs.
    pub layout: i32,
    /// What it writes.
    pub outputs: OutputTopics,
    /// Full names of the topics that its state is restored from, each with `layout` partitions; the changelog first.
    pub restores: Vec<String>,
    /// Replay generation.
    pub generation: i32,
}

/// How the loop paces itself.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Longest time between commits when the stage keeps up, ms.
    pub commit_ms: i64,
    /// Longest time between commits when it is behind, ms.
    pub catch_up_commit_ms: i64,
    /// It is behind when so many records of its partitions wait to be read.
    pub behind_records: i64,
    /// Records in one transaction at most.
    pub records_max: u64,
    /// Output bytes in one transaction at most.
    pub bytes_max: u64,
    /// Records handed over by one poll at most.
    pub batch: usize,
    /// Longest wait for a record, ms.
    pub poll_ms: u64,
    /// Time given to restoring before the loop turns to the other partitions, ms.
    pub restore_slice_ms: u64,
    /// When dead letters stop the stage.
    pub flood: FloodLimit,
    /// What to do when the group's offset and the state disagree.
    pub on_mismatch: OnMismatch,
}

impl Default for Pace {
    fn default() -> Self {
        Pace {
            commit_ms: 50,
            catch_up_commit_ms: 240,
            behind_records: 20_000,
            records_max: 400_000,
            bytes_max: 64 << 20,
            batch: 4_096,
            poll_ms: 100,
            restore_slice_ms: 100,
            flood: FloodLimit::default(),
            on_mismatch: OnMismatch::Refuse,
        }
    }
}

/// What one turn of the loop did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Records applied.
    pub records: usize,
    /// A transaction was committed.
    pub committed: bool,
    /// Partitions that are still being restored.
    pub restoring: usize,
    /// Partitions that run.
    pub running: usize,
}

/// The open transaction.
#[derive(Debug)]
struct Open {
    since_ms: i64,
    records: u64,
}

/// The loop of one thread. `M` makes the task of a partition.
pub struct Driver<C, P, K, T, M> {
    stage: Stage,
    pace: Pace,
    consumer: C,
    producer: P,
    clock: K,
    make_task: M,
    metrics: StageMetrics,
    slots: BTreeMap<i32, Slot<T>>,
    output: OutputState,
    open: Option<Open>,
    /// Partitions that the rebalance at hand takes away: still part of the open transaction, but not to be read again.
    leaving: Vec<InputPartition>,
    /// A call of the open transaction timed out: its request may still be on its way.
    doubtful: bool,
    /// Since when every transaction has been aborted.
    aborting_since_ms: Option<i64>,
    serial: u64,
    /// Records that wait to be read, as last told.
    lag: i64,
}

/// Where a record was applied, or why it stopped the stage.
enum Applied {
    Fine,
    Flood(Error),
}

impl<C, P, K, T, M> Driver<C, P, K, T, M>
where
    C: Consumer,
    P: Producer<Metadata = C::Metadata>,
    K: Clock,
    T: Task,
    M: FnMut(i32) -> T,
{
    /// Takes the transactional id. Call [`Driver::turn`] from then on.
    ///
    /// # Errors
    /// [`Error`] if the broker refuses.
    pub fn new(
        stage: Stage,
        pace: Pace,
        consumer: C,
        mut producer: P,
        clock: K,
        metrics: StageMetrics,
        make_task: M,
    ) -> Result<Self, Error> {
        ending::init(&mut producer)?;
        let output = OutputState::new(stage.outputs.clone());
        let (slots, leaving) = (BTreeMap::new(), Vec::new());
        Ok(Driver {
            stage,
            pace,
            consumer,
            producer,
            clock,
            make_task,
            metrics,
            slots,
            output,
            open: None,
            leaving,
            doubtful: false,
            aborting_since_ms: None,
            serial: 0,
            lag: 0,
        })
    }

    /// The task of a partition that runs here; none: not ours, or being restored.
    pub fn task(&self, partition: i32) -> Option<&T> {
        self.slots.get(&partition).filter(|slot| slot.runs()).map(|slot| &slot.task)
    }

    /// One turn: restore a slice, poll, apply, commit if it is time.
    ///
    /// # Errors
    /// [`Error`]: the loop is over; what was not committed never happened.
    pub fn turn(&mut self) -> Result<Turn, Error> {
        self.restore_slice()?;
        let (records, polled) = self.poll()?;
        if let Some(change) = polled {
            self.rebalance(change)?;
        }
        let committed = if self.commit_is_due() { self.commit()? } else { false };
        let running = self.slots.values().filter(|slot| slot.runs()).count();
        let restoring = self.slots.len() - running;
        self.metrics.tasks(running, restoring);
        // Also when idle: a lag of the last commit would stand for ever.
        let lags = self.consumer.lag();
        if !lags.is_empty() {
            self.lag = lags.iter().map(|(_, lag)| lag).sum();
        }
        for (input, lag) in lags {
            self.metrics.lag(self.stage.inputs.get(input).map_or("", String::as_str), lag);
        }
        Ok(Turn { records, committed, restoring, running })
    }

    /// Commits what is open. [`Driver::shut_down`] then only leaves the group, which can take as long as a rebalance.
    ///
    /// # Errors
    /// [`Error`] if the commit fails for good; nothing is lost, it is done again after the next start.
    pub fn finish(&mut self) -> Result<(), Error> {
        if self.open.is_some() { self.commit().map(|_| ()) } else { Ok(()) }
    }

    /// Commits what is open and leaves the group.
    ///
    /// # Errors
    /// As [`Driver::finish`].
    pub fn shut_down(mut self) -> Result<(), Error> {
        let ended = self.finish();
        self.consumer.close();
        ended
    }

    fn wait(&self) -> Duration {
        let busy = self.slots.values().any(Slot::restores);
        let wait_ms = match &self.open {
            _ if busy => 0,
            Some(open) => (open.since_ms + self.pace.commit_ms - self.clock.now_ms()).clamp(0, self.pace.poll_ms as i64) as u64,
            None => self.pace.poll_ms,
        };
        Duration::from_millis(wait_ms)
    }

    fn poll(&mut self) -> Result<(usize, Option<Rebalance>), Error> {
        let (wait, now_ms) = (self.wait(), self.clock.now_ms());
        let Driver { stage, pace, consumer, producer, slots, output, open, metrics, .. } = self;
        let mut records = 0;
        let mut stopped: Option<Error> = None;
        let mut begin_failure: Option<Failure> = None;
        let polled = consumer.poll(wait, pace.batch, &mut |record: &Record<'_>| {
            if stopped.is_some() || begin_failure.is_some() || output.failure.is_some() {
                return;
            }
            let Some(slot) = slots.get_mut(&record.partition).filter(|slot| slot.expects(record)) else { return };
            if open.is_none() {
                match producer.begin() {
                    Ok(()) => *open = Some(Open { since_ms: now_ms, records: 0 }),
                    Err(failure) => return begin_failure = Some(failure),
                }
            }
            records += 1;
            if let Applied::Flood(error) = apply(stage, pace, metrics, slot, output, producer, record) {
                stopped = Some(error);
            }
            if output.failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::TooLarge) {
                slot.too_large.insert((record.input, record.offset));
            }
        });
        if let Some(open) = open {
            open.records += records as u64;
        }
        metrics.records(records as u64);
        let sent = self.output.failure.take().map_or(Ok(()), Err);
        if let Some(error) = stopped {
            self.abort_and_go_back()?;
            return Err(error);
        }
        if let Some(failure) = begin_failure {
            self.answer(Call::Begin, failure, crate::transaction::TRIES)?;
        }
        if let Err(failure) = sent {
            self.answer(Call::Send, failure, crate::transaction::TRIES)?;
        }
        match polled {
            Ok(change) => Ok((records, change)),
            Err(failure) if matches!(failure.kind, FailureKind::Retriable | FailureKind::Unclear) => {
                tracing::warn!(stage = self.stage.name, error = failure.text, "polling again");
                self.metrics.retried();
                Ok((records, None))
            }
            Err(failure) => Err(stop(decide(Call::Begin, failure.kind, 1), failure)),
        }
    }

    fn rebalance(&mut self, change: Rebalance) -> Result<(), Error> {
        self.aborting_since_ms = None;
        match change {
            Rebalance::Assigned(partitions) => self.assigned(&partitions),
            Rebalance::Revoked { partitions, lost } => {
                tracing::info!(stage = self.stage.name, partitions = partitions.len(), lost, "partitions revoked");
                self.leaving.clone_from(&partitions);
                if self.open.is_some() {
                    if lost { self.abort_and_go_back()? } else { self.commit().map(|_| ())? }
                }
                self.leaving.clear();
                self.give_up(&partitions);
                self.metrics.revoked();
                self.consumer.unassign(&partitions).map_err(partitions::fatal)
            }
        }
    }

    fn commit_is_due(&mut self) -> bool {
        let now_ms = self.clock.now_ms();
        let Some(open) = &self.open else {
            return self.slots.values().any(|slot| slot.wants_flush(now_ms));
        };
        let limit_ms = if self.lag >= self.pace.behind_records { self.pace.catch_up_commit_ms } else { self.pace.commit_ms };
        now_ms - open.since_ms >= limit_ms || open.records >= self.pace.records_max || self.output.bytes >= self.pace.bytes_max
    }
}

/// Applies one record to its slot: state, outputs, or a dead letter.
fn apply<T: Task, P: Producer>(
    stage: &Stage,
    pace: &Pace,
    metrics: &StageMetrics,
    slot: &mut Slot<T>,
    output: &mut OutputState,
    producer: &mut P,
    record: &Record<'_>,
) -> Applied {
    let mut out = output.output(producer, record.partition, stage.layout, record.offset);
    slot.discard_first(&mut out);
    let rejected = match slot.too_large.contains(&(record.input, record.offset)) {
        true => Err(Reject::new("too_large", "what is to be written for it is larger than the broker takes")),
        false => slot.task.apply(record, &mut out),
    };
    slot.advance(record);
    let flood = slot.flood.record(rejected.is_err(), &pace.flood);
    let Err(reject) = rejected else { return Applied::Fine };
    metrics.dead_letter(reject.code);
    if flood {
        let (code, reason) = (reject.code, reject.reason);
        return Applied::Flood(Error::Flood { stage: stage.name, partition: record.partition, code, reason });
    }
    let dead_letters = stage.outputs.dead_letters;
    let topic = stage.inputs.get(record.input).map_or("", String::as_str);
    let letter = dead_letter(stage.name, topic, record, &reject);
    let mut key = Vec::with_capacity(topic.len() + 24);
    key.extend_from_slice(format!("{topic}/{}/{}", record.partition, record.offset).as_bytes());
    out.message(dead_letters, &key, &letter);
    Applied::Fine
}

/// Bytes of a dead letter's payload at most.
const PAYLOAD_MAX: usize = 64 << 10;

fn dead_letter<'a>(stage: &'a str, topic: &'a str, record: &Record<'a>, reject: &'a Reject) -> DeadLetter<'a> {
    let original = record.payload.unwrap_or_default();
    DeadLetter {
        stage,
        code: reject.code,
        reason: &reject.reason,
        source: &reject.source,
        source_file: &reject.file,
        source_line: reject.line,
        topic,
        partition: record.partition,
        offset: record.offset,
        payload: reject.redacted.get(..PAYLOAD_MAX).unwrap_or(&reject.redacted),
        payload_size: original.len() as i64,
    }
}
