//! A member of a consumer group: partitions are forwarded to one queue of our own, rebalances only recorded.

use super::batch::{BatchQueue, Event};
use super::outage::{Outage, answered};
use super::restore::RestoreReader;
use super::{cause, failure, kind};
use crate::broker::{Consumer, Failure, FailureKind, InputPartition, Rebalance, Restore};
use crate::settings::KafkaSettings;
use crate::task::Record;
use rdkafka::bindings::rd_kafka_resp_err_t;
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, ConsumerGroupMetadata};
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{Offset, TopicPartitionList};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long the broker has to answer a question.
const ANSWER: Duration = Duration::from_secs(10);

/// How long it may take until committed offsets are known: those of a transaction that a crash of the broker cut off in its commit are withheld until the broker
/// has finished it; more than 50 s were seen.
const STABLE: Duration = Duration::from_secs(25);

/// Assigned or revoked, and the partitions.
type Change = (bool, Vec<(String, i32)>);

/// Records rebalances for the loop; the answer is given outside the callback.
#[derive(Default)]
pub(super) struct GroupContext {
    changes: Mutex<VecDeque<Change>>,
    errors: Mutex<VecDeque<KafkaError>>,
    /// Nobody asks for changes any more: they are answered at once, or closing would wait for the answer for ever.
    closing: AtomicBool,
    outage: Outage,
}

impl ClientContext for GroupContext {
    fn error(&self, error: KafkaError, reason: &str) {
        if self.outage.is_news(&error) {
            tracing::warn!(%error, reason, "Kafka");
        }
        if matches!(kind(&error), FailureKind::Fatal | FailureKind::Fenced) {
            self.errors.lock().unwrap_or_else(PoisonError::into_inner).push_back(error);
        }
    }
}

impl ConsumerContext for GroupContext {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, error: RDKafkaRespErr, partitions: &mut TopicPartitionList) {
        let assigned = error == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        if self.closing.load(Ordering::Relaxed) {
            let answered = if assigned { consumer.incremental_assign(partitions) } else { consumer.incremental_unassign(partitions) };
            return answered.unwrap_or_else(|error| tracing::warn!(%error, "leaving the group"));
        }
        let list = partitions.elements().iter().map(|element| (element.topic().to_owned(), element.partition())).collect();
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).push_back((assigned, list));
    }
}

/// The offset of a partition in a list that the broker has answered.
fn first_offset(answer: &TopicPartitionList, topic: &str, partition: i32) -> Result<i64, Failure> {
    let missing = || Failure::new(FailureKind::Retriable, format!("no answer for {topic}/{partition}"));
    let found = answer.find_partition(topic, partition).ok_or_else(missing)?;
    found.error().map_err(|error| failure(&error))?;
    match found.offset() {
        Offset::Offset(offset) => Ok(offset),
        _ => Err(missing()),
    }
}

/// See the module.
pub struct KafkaConsumer {
    settings: KafkaSettings,
    group: String,
    topics: Vec<String>,
    with_headers: bool,
    queue: BatchQueue<GroupContext>,
    consumer: Arc<BaseConsumer<GroupContext>>,
    observer: BaseConsumer,
    /// What the group has assigned and not taken back.
    held: BTreeSet<InputPartition>,
    /// Next offset and high watermark seen, for the lag.
    seen: HashMap<InputPartition, i64>,
    lag_asked_at: std::time::Instant,
}

impl KafkaConsumer {
    /// Joins `group` to read `topics`.
    ///
    /// # Errors
    /// [`Failure`] if the client cannot be made or the subscription is refused.
    pub fn new(settings: &KafkaSettings, group: &str, topics: &[String], with_headers: bool) -> Result<Self, Failure> {
        let (consumer, queue) = join(settings, group, topics, with_headers)?;
        let observer = settings.observer().create().map_err(|error| fatal(&error))?;
        Ok(KafkaConsumer {
            settings: settings.clone(),
            group: group.to_owned(),
            topics: topics.to_vec(),
            with_headers,
            queue,
            consumer,
            observer,
            held: BTreeSet::new(),
            seen: HashMap::new(),
            lag_asked_at: std::time::Instant::now(),
        })
    }

    fn list(&self, partitions: &[InputPartition]) -> TopicPartitionList {
        let mut list = TopicPartitionList::with_capacity(partitions.len());
        for (input, partition) in partitions {
            if let Some(topic) = self.topics.get(*input) {
                list.add_partition(topic, *partition);
            }
        }
        list
    }

    fn forward(&self, partitions: &[(InputPartition, Option<i64>)]) -> Result<(), Failure> {
        for ((input, partition), _) in partitions {
            let Some(topic) = self.topics.get(*input) else { continue };
            if !self.queue.forward(topic, *partition) {
                return Err(Failure::bug(format!("partition {partition} of {topic} has no queue")));
            }
        }
        Ok(())
    }

    fn committed_within(&self, partitions: &[InputPartition], limit: Duration) -> Result<Vec<Option<i64>>, Failure> {
        let answer = self.consumer.committed_offsets(self.list(partitions), limit).map_err(|error| failure(&error))?;
        let offset = |(input, partition): &InputPartition| {
            let topic = self.topics.get(*input).ok_or_else(|| Failure::bug("no such input"))?;
            let found = answer.find_partition(topic, *partition);
            let found = found.ok_or_else(|| Failure::new(FailureKind::Retriable, format!("no answer for {topic}/{partition}")))?;
            // An error is not "never committed": that would read everything again.
            found.error().map_err(|error| failure(&error))?;
            match found.offset() {
                Offset::Offset(offset) => Ok(Some(offset)),
                _ => Ok(None),
            }
        };
        partitions.iter().map(offset).collect()
    }

    /// Where each partition begins: its offset, or the first one that the broker still has.
    ///
    /// The library can look the first one up itself, but a lookup that is overtaken by a seek or by another assignment is put again
    /// 500 ms later and then sets the partition back to its beginning, in the middle of reading: everything would count twice.
    fn beginnings(&self, partitions: &[(InputPartition, Option<i64>)], limit: Duration) -> Result<TopicPartitionList, Failure> {
        let mut unknown = TopicPartitionList::new();
        for ((input, partition), _) in partitions.iter().filter(|(_, offset)| offset.is_none()) {
            let Some(topic) = self.topics.get(*input) else { continue };
            unknown.add_partition_offset(topic, *partition, Offset::Beginning).map_err(|error| failure(&error))?;
        }
        if unknown.count() > 0 {
            let asked = unknown.clone();
            unknown = answered(limit, |left| self.consumer.offsets_for_times(asked.clone(), left).map_err(|error| failure(&error)))?;
        }
        let mut list = TopicPartitionList::with_capacity(partitions.len());
        for ((input, partition), offset) in partitions {
            let Some(topic) = self.topics.get(*input) else { continue };
            let offset = match offset {
                Some(offset) => *offset,
                None => first_offset(&unknown, topic, *partition)?,
            };
            list.add_partition_offset(topic, *partition, Offset::Offset(offset)).map_err(|error| failure(&error))?;
        }
        Ok(list)
    }

    /// Answers what nobody asks for any more, or closing would wait for the answer for ever.
    fn let_go(&mut self) {
        self.consumer.context().closing.store(true, Ordering::Relaxed);
        while let Some(change) = self.change() {
            let answered = match change {
                Rebalance::Assigned(partitions) => self.consumer.incremental_assign(&self.list(&partitions)),
                Rebalance::Revoked { partitions, .. } => self.consumer.incremental_unassign(&self.list(&partitions)),
            };
            if let Err(error) = answered {
                tracing::warn!(%error, "leaving the group");
            }
        }
    }

    /// The end, or, after an outage, the beginning of a new membership that has lost everything: see [`Outage::comes_back`].
    fn shut_out(&mut self, failure: Failure) -> Result<Option<Rebalance>, Failure> {
        if !self.consumer.context().outage.comes_back(failure.kind) {
            return Err(failure);
        }
        tracing::warn!(error = failure.text, "the broker came back without this membership; joining again");
        let (consumer, queue) = join(&self.settings, &self.group, &self.topics, self.with_headers)?;
        self.let_go();
        (self.consumer, self.queue) = (consumer, queue);
        self.seen.clear();
        let partitions: Vec<_> = std::mem::take(&mut self.held).into_iter().collect();
        Ok((!partitions.is_empty()).then_some(Rebalance::Revoked { partitions, lost: true }))
    }

    fn change(&mut self) -> Option<Rebalance> {
        let (assigned, list) = self.consumer.context().changes.lock().unwrap_or_else(PoisonError::into_inner).pop_front()?;
        let input = |topic: &str| self.topics.iter().position(|name| name == topic);
        let partitions = list.iter().filter_map(|(topic, partition)| Some((input(topic)?, *partition))).collect();
        Some(match assigned {
            true => Rebalance::Assigned(partitions),
            false => Rebalance::Revoked { partitions, lost: self.consumer.assignment_lost() },
        })
    }
}

impl Consumer for KafkaConsumer {
    type Metadata = ConsumerGroupMetadata;
    type Restoring = RestoreReader;

    fn poll(&mut self, wait: Duration, limit: usize, visit: &mut impl FnMut(&Record<'_>)) -> Result<Option<Rebalance>, Failure> {
        // Rebalances, errors and statistics; records only if they were fetched before the forwarding, which cannot be.
        if let Some(Err(error)) = self.consumer.poll(Duration::ZERO) {
            if self.consumer.context().outage.is_news(&error) {
                tracing::warn!(%error, "Kafka consumer");
            }
            if matches!(kind(&error), FailureKind::Fatal | FailureKind::Fenced) {
                return self.shut_out(failure(&error));
            }
        }
        let told = self.consumer.context().errors.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        if let Some(error) = told {
            return self.shut_out(cause(&self.consumer, &error));
        }
        if let Some(change) = self.change() {
            return Ok(Some(change));
        }
        // The group's own events have another queue: a long wait here would delay them.
        let wait = wait.min(Duration::from_millis(20));
        let (topics, seen) = (&self.topics, &mut self.seen);
        let mut failed = None;
        let mut last: Option<(*const u8, usize)> = None;
        self.queue.consume(wait, limit, &mut |event| match event {
            Event::Message(message) => {
                let input = match last {
                    Some((name, input)) if name == message.topic.as_ptr() => input,
                    _ => {
                        let Some(input) = topics.iter().position(|topic| topic == message.topic) else { return };
                        last = Some((message.topic.as_ptr(), input));
                        input
                    }
                };
                let (partition, offset) = (message.partition, message.offset);
                seen.insert((input, partition), offset + 1);
                let (key, payload, timestamp_ms, headers) = (message.key, message.payload, message.timestamp_ms, message.headers);
                visit(&Record { input, partition, offset, key, payload, timestamp_ms, headers });
            }
            Event::End { .. } => {}
            Event::Error(code) => failed = Some(code),
        });
        match failed {
            Some(code) => {
                let error = KafkaError::MessageConsumption(code.into());
                tracing::warn!(%error, "Kafka partition");
                if matches!(kind(&error), FailureKind::Fatal) && code != rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART {
                    return Err(failure(&error));
                }
                Ok(None)
            }
            None => Ok(None),
        }
    }

    fn assign(&mut self, partitions: &[(InputPartition, Option<i64>)], paused: bool) -> Result<(), Failure> {
        let list = self.beginnings(partitions, ANSWER)?;
        self.forward(partitions)?;
        self.consumer.incremental_assign(&list).map_err(|error| failure(&error))?;
        self.held.extend(partitions.iter().map(|(partition, _)| *partition));
        if partitions.is_empty() {
            return Ok(());
        }
        // A partition that was given up a moment ago is stopped in the background, and that ends its forwarding. The pause is answered
        // only after the stop, so that the second forwarding lasts; what arrived in between moves with it.
        self.consumer.pause(&list).map_err(|error| failure(&error))?;
        self.forward(partitions)?;
        match paused {
            true => Ok(()),
            false => self.consumer.resume(&list).map_err(|error| failure(&error)),
        }
    }

    fn unassign(&mut self, partitions: &[InputPartition]) -> Result<(), Failure> {
        for partition in partitions {
            self.seen.remove(partition);
        }
        // What was lost with an earlier membership is not known to this one.
        let held: Vec<_> = partitions.iter().copied().filter(|partition| self.held.remove(partition)).collect();
        if held.is_empty() && !partitions.is_empty() {
            return Ok(());
        }
        self.consumer.incremental_unassign(&self.list(&held)).map_err(|error| failure(&error))
    }

    fn resume(&mut self, partitions: &[InputPartition]) -> Result<(), Failure> {
        self.consumer.resume(&self.list(partitions)).map_err(|error| failure(&error))
    }

    fn seek(&mut self, (input, partition): InputPartition, offset: Option<i64>) -> Result<(), Failure> {
        let topic = self.topics.get(input).ok_or_else(|| Failure::bug("no such input"))?;
        let offset = first_offset(&self.beginnings(&[((input, partition), offset)], ANSWER)?, topic, partition)?;
        answered(ANSWER, |left| self.consumer.seek(topic, partition, Offset::Offset(offset), left).map_err(|error| failure(&error)))
    }

    fn committed(&mut self, partitions: &[InputPartition]) -> Result<Vec<Option<i64>>, Failure> {
        answered(STABLE, |left| self.committed_within(partitions, left))
    }

    fn metadata(&mut self) -> Result<ConsumerGroupMetadata, Failure> {
        // Without a generation the broker would take the offsets unchecked, as those of a producer that knows no groups. The client
        // loses its membership in the background, so the same generation before and after means the same in between.
        let generation = super::batch::generation(&self.consumer);
        let metadata = self.consumer.group_metadata().filter(|_| generation >= 0 && generation == super::batch::generation(&self.consumer));
        metadata.ok_or_else(|| Failure::new(FailureKind::Abortable, "not a member of the group"))
    }

    fn start_restore(&mut self, topic: &str, partition: i32) -> Result<RestoreReader, Failure> {
        RestoreReader::new(&self.settings, &self.observer, topic, partition)
    }

    fn continue_restore(
        &mut self,
        restoring: &mut RestoreReader,
        budget: Duration,
        visit: &mut impl FnMut(&[u8], Option<&[u8]>) -> Result<(), String>,
    ) -> Result<Restore, Failure> {
        restoring.read(budget, visit)
    }

    fn lag(&mut self) -> Vec<(usize, i64)> {
        // Looks at the broker's last answer only (cached by the client), a few times a second: the pace of commits depends on it.
        if self.lag_asked_at.elapsed() < Duration::from_millis(100) {
            return Vec::new();
        }
        self.lag_asked_at = std::time::Instant::now();
        let mut lags = vec![0; self.topics.len()];
        for ((input, partition), next) in &self.seen {
            let Some(topic) = self.topics.get(*input) else { continue };
            if let Some(high) = super::batch::cached_high_watermark(&self.consumer, topic, *partition) {
                lags[*input] += (high - next).max(0);
            }
        }
        lags.into_iter().enumerate().collect()
    }

    fn close(&mut self) {
        self.consumer.unsubscribe();
        // The rebalance that this causes is answered here: everything has been committed or aborted before.
        let deadline = std::time::Instant::now() + Duration::from_secs(5);
        while std::time::Instant::now() < deadline {
            let idle = self.consumer.poll(Duration::from_millis(20)).is_none();
            if let Some(Rebalance::Revoked { partitions, .. }) = self.change() {
                if let Err(failure) = self.unassign(&partitions) {
                    tracing::warn!(error = failure.text, "leaving the group");
                }
                return;
            }
            if idle && self.consumer.assignment().is_ok_and(|list| list.count() == 0) {
                return;
            }
        }
    }
}

impl Drop for KafkaConsumer {
    /// The client leaves the group when it is dropped, and waits until its partitions have been given back.
    fn drop(&mut self) {
        self.let_go();
    }
}

/// A new member of a group, and the queue its partitions are forwarded to.
type Member = (Arc<BaseConsumer<GroupContext>>, BatchQueue<GroupContext>);

fn join(settings: &KafkaSettings, group: &str, topics: &[String], with_headers: bool) -> Result<Member, Failure> {
    let consumer: BaseConsumer<GroupContext> =
        settings.member(group).create_with_context(GroupContext::default()).map_err(|error| fatal(&error))?;
    let consumer = Arc::new(consumer);
    let names: Vec<&str> = topics.iter().map(String::as_str).collect();
    consumer.subscribe(&names).map_err(|error| fatal(&error))?;
    let queue = BatchQueue::new(Arc::clone(&consumer), with_headers).ok_or_else(|| Failure::bug("no queue"))?;
    Ok((consumer, queue))
}

fn fatal(error: &KafkaError) -> Failure {
    Failure::new(FailureKind::Fatal, error.to_string())
}
