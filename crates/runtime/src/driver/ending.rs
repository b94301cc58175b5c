//! How a transaction ends: commit, abort, and what follows when either fails.

use super::error::stop;
use super::partitions::fatal;
use super::{Driver, Error, Open};
use crate::broker::{Consumer, Failure, FailureKind, InputPartition, Producer};
use crate::changelog::{Position, position_key};
use crate::clock::Clock;
use crate::task::Task;
use crate::transaction::{Call, Decision, TRIES, decide};

/// Aborting and trying again is given up after so long, ms: the process stops and says why.
const ABORTING_MS_MAX: i64 = 300_000;

/// Takes the transactional id, with retries.
pub(super) fn init<P: Producer>(producer: &mut P) -> Result<(), Error> {
    let mut tries = 0;
    loop {
        let Err(failure) = producer.init() else { return Ok(()) };
        tries += 1;
        match decide(Call::Init, failure.kind, tries) {
            Decision::Again => tracing::warn!(error = failure.text, "retrying to take the transactional id"),
            Decision::Recreate if tries < 2 * TRIES => {
                producer.recreate().map_err(|failure| stop(Decision::StopFatal, failure))?;
            }
            decision => return Err(stop(decision, failure)),
        }
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
    /// Flushes the tasks, sends positions and offsets, commits. True: committed; false: aborted or started over.
    pub(super) fn commit(&mut self) -> Result<bool, Error> {
        let began_ms = self.clock.now_ms();
        if self.open.is_none() {
            match self.producer.begin() {
                Ok(()) => self.open = Some(Open { since_ms: began_ms, records: 0 }),
                Err(failure) => return self.answer(Call::Begin, failure, TRIES).map(|()| false),
            }
        }
        if let Some(failure) = self.flush(began_ms) {
            return self.answer(Call::Send, failure, TRIES).map(|()| false);
        }
        if !self.repeat(Call::SendOffsets, Self::send_offsets)? || !self.repeat(Call::Commit, |driver| driver.producer.commit())? {
            return Ok(false);
        }
        for slot in self.slots.values_mut().filter(|slot| slot.runs()) {
            slot.committed();
            slot.task.take_counts(&mut |counter, label, increment| self.metrics.count(counter, label, increment));
        }
        self.open = None;
        self.output.bytes = 0;
        self.aborting_since_ms = None;
        self.renew_if_doubtful()?;
        let running = self.slots.values().filter(|slot| slot.runs());
        let event_time_us = running.map(|slot| slot.task.event_time_us()).filter(|time| *time > i64::MIN).min();
        self.metrics.committed(self.clock.now_ms() - began_ms, event_time_us);
        Ok(true)
    }

    /// Lets the tasks write what they held back, then the positions. A failure to send is returned.
    ///
    /// Whoever writes anything also sends its offsets, be they the same as before: with them the broker checks the generation,
    /// so that a process that was stalled and has lost the partition cannot commit.
    fn flush(&mut self, now_ms: i64) -> Option<Failure> {
        let Driver { stage, producer, slots, output, .. } = self;
        for (partition, slot) in slots.iter_mut() {
            if !slot.dirty && !slot.wants_flush(now_ms) {
                continue;
            }
            slot.dirty = true;
            let offset = slot.last_offset();
            let mut out = output.output(producer, *partition, stage.layout, offset);
            slot.discard_first(&mut out);
            slot.task.flush(now_ms, &mut out);
            if stage.outputs.changelog.is_some() {
                for (input, next) in slot.next.iter().enumerate() {
                    let Some(offset_next) = *next else { continue };
                    let position = Position { offset_next, layout: stage.layout, generation: stage.generation };
                    out.changelog(&position_key(input), Some(&position.encode()));
                }
            }
        }
        output.failure.take()
    }

    fn send_offsets(&mut self) -> Result<(), Failure> {
        let mut offsets: Vec<(InputPartition, i64)> = Vec::new();
        for (partition, slot) in self.slots.iter().filter(|(_, slot)| slot.dirty) {
            for (input, next) in slot.next.iter().enumerate() {
                offsets.extend(next.map(|offset| ((input, *partition), offset)));
            }
        }
        if offsets.is_empty() {
            return Ok(());
        }
        let metadata = self.consumer.metadata()?;
        self.producer.send_offsets(&offsets, &metadata)
    }

    /// Repeats a call as long as `decide` says so. True: it worked; false: the failure was answered.
    fn repeat(&mut self, call: Call, mut action: impl FnMut(&mut Self) -> Result<(), Failure>) -> Result<bool, Error> {
        let mut tries = 0;
        loop {
            let Err(failure) = action(self) else { return Ok(true) };
            tries += 1;
            self.doubtful |= failure.kind == FailureKind::Unclear;
            if decide(call, failure.kind, tries) == Decision::Again {
                tracing::warn!(stage = self.stage.name, ?call, tries, error = failure.text, "retrying");
                self.metrics.retried();
                continue;
            }
            self.answer(call, failure, tries)?;
            return Ok(false);
        }
    }

    /// Carries out what `decide` says about a failed call.
    pub(super) fn answer(&mut self, call: Call, failure: Failure, tries: u32) -> Result<(), Error> {
        let decision = decide(call, failure.kind, tries);
        tracing::warn!(stage = self.stage.name, ?call, ?decision, error = failure.text, "a transactional call failed");
        self.doubtful |= failure.kind == FailureKind::Unclear;
        match decision {
            Decision::Abort => {
                let now_ms = self.clock.now_ms();
                if now_ms - *self.aborting_since_ms.get_or_insert(now_ms) > ABORTING_MS_MAX {
                    let minutes = ABORTING_MS_MAX / 60_000;
                    return Err(Error::Fatal(format!(
                        "every transaction of the last {minutes} minutes was aborted; now: {}",
                        failure.text
                    )));
                }
                self.abort_and_go_back()
            }
            Decision::Recreate | Decision::Again => self.recreate(),
            Decision::StopFenced | Decision::StopFatal | Decision::Die => Err(stop(decision, failure)),
        }
    }

    /// Aborts the open transaction, forgets its changes and reads its records again.
    pub(super) fn abort_and_go_back(&mut self) -> Result<(), Error> {
        if self.open.is_some() && !self.repeat(Call::Abort, |driver| driver.producer.abort())? {
            return Ok(());
        }
        self.open = None;
        self.output.bytes = 0;
        self.metrics.aborted();
        let mut sought = Vec::new();
        for (partition, slot) in self.slots.iter_mut().filter(|(_, slot)| slot.runs()) {
            slot.rolled_back();
            // All of them: after a failure records were passed over, also of partitions without a change.
            sought.extend(slot.held().map(|input| ((input, *partition), slot.next[input])));
        }
        sought.retain(|(at, _)| !self.leaving.contains(at));
        for (at, offset) in sought {
            self.retried(|consumer| consumer.seek(at, offset))?;
        }
        self.renew_if_doubtful()
    }

    /// The transaction has ended, but one of its requests timed out and may still arrive: in the next transaction of the same
    /// producer it would end that one too early, or add old offsets. A new epoch keeps it out.
    fn renew_if_doubtful(&mut self) -> Result<(), Error> {
        if std::mem::take(&mut self.doubtful) { self.renew() } else { Ok(()) }
    }

    fn renew(&mut self) -> Result<(), Error> {
        self.producer.recreate().map_err(fatal)?;
        init(&mut self.producer)
    }

    /// Nobody knows how the transaction ended: a new producer with the same id fences the old one; state is read again.
    fn recreate(&mut self) -> Result<(), Error> {
        self.metrics.unclear();
        self.open = None;
        self.output.bytes = 0;
        self.doubtful = false;
        self.renew()?;
        self.start_over()
    }
}
