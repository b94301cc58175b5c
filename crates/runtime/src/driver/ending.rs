//! How a transaction ends: commit, abort, and what follows when either fails.

use super::{Driver, Error, Open, stop};
use crate::broker::{Consumer, Failure, InputPartition, Producer};
use crate::changelog::{Position, position_key};
use crate::clock::Clock;
use crate::task::Task;
use crate::transaction::{Call, Decision, TRIES, decide};

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
        for slot in self.slots.values_mut() {
            if std::mem::take(&mut slot.dirty) {
                slot.committed.clone_from(&slot.next);
            }
            slot.task.committed();
            slot.task.take_counts(&mut |counter, label, increment| self.metrics.count(counter, label, increment));
        }
        self.open = None;
        self.output.bytes = 0;
        let event_time_us = self.slots.values().map(|slot| slot.task.event_time_us()).filter(|time| *time > i64::MIN).min();
        self.metrics.committed(self.clock.now_ms() - began_ms, event_time_us);
        for (input, lag) in self.consumer.lag() {
            self.metrics.lag(self.stage.inputs.get(input).map_or("", String::as_str), lag);
        }
        Ok(true)
    }

    /// Lets the tasks write what they held back, then the positions. A failure to send is returned.
    fn flush(&mut self, now_ms: i64) -> Option<Failure> {
        let Driver { stage, producer, slots, output, .. } = self;
        for (partition, slot) in slots.iter_mut() {
            if !slot.dirty && !slot.task.wants_flush(now_ms) {
                continue;
            }
            let offset = slot.last_offset();
            let mut out = output.output(producer, *partition, stage.layout, offset);
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
        match decision {
            Decision::Abort => self.abort_and_go_back(),
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
        self.output.failure = None;
        self.metrics.aborted();
        let Driver { consumer, slots, .. } = self;
        for (partition, slot) in slots.iter_mut() {
            slot.task.rolled_back();
            slot.dirty = false;
            for (input, (next, committed)) in slot.next.iter_mut().zip(&slot.committed).enumerate() {
                if next != committed {
                    *next = *committed;
                    consumer.seek((input, *partition), *committed).map_err(|failure| stop(decide(Call::Init, failure.kind, TRIES), failure))?;
                }
            }
        }
        Ok(())
    }

    /// Nobody knows how the transaction ended: a new producer with the same id fences the old one; state is read again.
    fn recreate(&mut self) -> Result<(), Error> {
        self.metrics.unclear();
        self.open = None;
        self.output.bytes = 0;
        self.output.failure = None;
        self.producer.recreate().map_err(|failure| stop(decide(Call::Init, failure.kind, TRIES), failure))?;
        init(&mut self.producer)?;
        self.start_over()
    }
}
