//! Readers that are no stage: [`TopicReader`] reads whole topics from the beginning and commits nothing (the board);
//! [`GroupReader`] is a member of a group that commits what its owner has put in safety (the loader).

use crate::broker::{Failure, FailureKind};
use crate::kafka::outage::Outage;
use crate::kafka::{Quiet, cause, failure, topics};
use crate::settings::KafkaSettings;
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{Message, Offset, Statistics, TopicPartitionList};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Reads every partition of some topics.
pub struct TopicReader {
    topics: Vec<WholeTopic>,
}

/// A client per topic: the event of an end names the partition, not the topic.
struct WholeTopic {
    consumer: BaseConsumer<Quiet>,
    partitions: usize,
    /// Partitions whose end was seen.
    ended: BTreeSet<i32>,
}

/// Takes a record: topic, key, value (none: a tombstone).
pub type Visit<'v> = dyn FnMut(&str, &[u8], Option<&[u8]>) + 'v;

/// What one call read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// Records.
    pub records: usize,
    /// The end of every partition has been seen at least once.
    pub caught_up: bool,
}

impl TopicReader {
    /// Begins at the beginning of every partition of `names` (full names).
    ///
    /// # Errors
    /// [`Failure`] if a topic is missing or Kafka does not answer.
    pub fn new(settings: &KafkaSettings, names: &[String]) -> Result<Self, Failure> {
        let topics: Result<Vec<WholeTopic>, Failure> = names.iter().map(|name| WholeTopic::new(settings, name)).collect();
        Ok(TopicReader { topics: topics? })
    }

    /// Hands at most `limit` records of each topic to `visit`; waits at most `wait` for the first.
    ///
    /// # Errors
    /// [`Failure`] if the reader can no longer work.
    pub fn read(&mut self, wait: Duration, limit: usize, visit: &mut Visit<'_>) -> Result<Read, Failure> {
        let deadline = Instant::now() + wait;
        let mut records = 0;
        loop {
            for topic in &mut self.topics {
                records += topic.read(limit, visit)?;
            }
            if records > 0 || Instant::now() >= deadline {
                return Ok(Read { records, caught_up: self.topics.iter().all(|topic| topic.ended.len() >= topic.partitions) });
            }
        }
    }
}

impl WholeTopic {
    /// How long a poll waits where there are several topics to look at.
    const PATIENCE: Duration = Duration::from_millis(10);

    fn new(settings: &KafkaSettings, name: &str) -> Result<Self, Failure> {
        let mut config = settings.reader();
        config.set("fetch.wait.max.ms", "20");
        let consumer: BaseConsumer<Quiet> = config.create_with_context(Quiet::default()).map_err(|error| failure(&error))?;
        let missing = || Failure::new(FailureKind::Fatal, format!("topic {name} does not exist: run `holdfast topics --create`"));
        let count = topics::partitions(settings, name)?.ok_or_else(missing)?;
        let mut list = TopicPartitionList::new();
        for partition in 0..count {
            list.add_partition_offset(name, partition, Offset::Beginning).map_err(|error| failure(&error))?;
        }
        consumer.assign(&list).map_err(|error| failure(&error))?;
        Ok(WholeTopic { consumer, partitions: list.count(), ended: BTreeSet::new() })
    }

    fn read(&mut self, limit: usize, visit: &mut Visit<'_>) -> Result<usize, Failure> {
        let (mut records, mut patience) = (0, Self::PATIENCE);
        while records < limit {
            match self.consumer.poll(patience) {
                Some(Ok(message)) => {
                    records += 1;
                    visit(message.topic(), message.key().unwrap_or_default(), message.payload());
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => _ = self.ended.insert(partition),
                Some(Err(error)) => passes(&error, &self.consumer.context().outage)?,
                None => break,
            }
            patience = Duration::ZERO;
        }
        Ok(records)
    }
}

/// Logs an error that passes. A broker that has just started does not know its topics yet: that passes too.
fn passes(error: &KafkaError, outage: &Outage) -> Result<(), Failure> {
    let failed = failure(error);
    let unknown = [RDKafkaErrorCode::UnknownTopicOrPartition, RDKafkaErrorCode::UnknownTopic, RDKafkaErrorCode::UnknownPartition];
    if failed.kind == FailureKind::Fatal && !error.rdkafka_error_code().is_some_and(|code| unknown.contains(&code)) {
        return Err(failed);
    }
    if outage.is_news(error) {
        tracing::warn!(%error, "Kafka, reading");
    }
    Ok(())
}

/// A topic (full name) and one of its partitions.
pub type Place = (String, i32);

/// A record, for the length of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupRecord<'a> {
    /// Full name of the topic.
    pub topic: &'a str,
    /// Partition of the topic.
    pub partition: i32,
    /// Offset.
    pub offset: i64,
    /// Value; none: a tombstone.
    pub payload: Option<&'a [u8]>,
}

/// What rebalances and statistics left behind; callbacks run inside `poll`, on the reader's own thread.
#[derive(Default)]
struct Seen {
    assigned: Vec<Place>,
    revoked: Vec<Place>,
    failed: Option<KafkaError>,
    /// All that is assigned.
    held: BTreeSet<Place>,
    /// New partitions begin paused.
    paused: bool,
    /// Records behind the last stable offset, by topic.
    lag: BTreeMap<String, i64>,
}

#[derive(Default)]
struct Context {
    seen: Mutex<Seen>,
    outage: Outage,
}

impl Context {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn places(list: &TopicPartitionList) -> impl Iterator<Item = Place> {
    list.elements().into_iter().map(|element| (element.topic().to_owned(), element.partition())).collect::<Vec<_>>().into_iter()
}

impl ClientContext for Context {
    fn error(&self, error: KafkaError, reason: &str) {
        if self.outage.is_news(&error) {
            tracing::warn!(%error, reason, "Kafka");
        }
        if matches!(failure(&error).kind, FailureKind::Fatal | FailureKind::Fenced) {
            self.seen().failed = Some(error);
        }
    }

    fn stats(&self, statistics: Statistics) {
        let lag = |topic: &rdkafka::statistics::Topic| topic.partitions.values().map(|partition| partition.consumer_lag.max(0)).sum();
        self.seen().lag = statistics.topics.iter().map(|(name, topic)| (name.clone(), lag(topic))).collect();
    }
}

impl ConsumerContext for Context {
    /// The library's own answer to a rebalance drops the error of the assignment; here it ends the reader.
    fn rebalance(&self, consumer: &BaseConsumer<Self>, error: RDKafkaRespErr, partitions: &mut TopicPartitionList) {
        let assigned = error == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        let paused = self.seen().paused;
        let answered: KafkaResult<()> = match assigned {
            true => consumer.incremental_assign(partitions).and_then(|()| if paused { consumer.pause(partitions) } else { Ok(()) }),
            false => consumer.incremental_unassign(partitions),
        };
        let mut seen = self.seen();
        match assigned {
            true => {
                seen.assigned.extend(places(partitions));
                seen.held.extend(places(partitions));
            }
            false => {
                seen.revoked.extend(places(partitions));
                seen.held.retain(|held| !places(partitions).any(|place| place == *held));
            }
        }
        if let Err(error) = answered {
            seen.failed = Some(error);
        }
    }
}

/// A member of a group that reads committed records and keeps its offsets itself: see [`GroupReader::commit`].
pub struct GroupReader {
    settings: KafkaSettings,
    group: String,
    topics: Vec<String>,
    consumer: BaseConsumer<Context>,
    /// Next offset of every partition that was read since the last commit.
    next: HashMap<Place, i64>,
    paused: bool,
}

impl GroupReader {
    /// Joins `group` (short name) to read `topics` (full names); a partition without an offset begins at its beginning.
    ///
    /// # Errors
    /// [`Failure`] if Kafka refuses.
    pub fn new(settings: &KafkaSettings, group: &str, topics: &[String]) -> Result<Self, Failure> {
        let (group, topics) = (group.to_owned(), topics.to_vec());
        let consumer = join(settings, &group, &topics)?;
        Ok(GroupReader { settings: settings.clone(), group, topics, consumer, next: HashMap::new(), paused: false })
    }

    /// Hands at most `limit` records to `visit`; waits at most `wait` for the first. Ends early after a rebalance: ask
    /// [`GroupReader::take_revoked`] before anything else.
    ///
    /// # Errors
    /// [`Failure`] if the reader can no longer work.
    pub fn read(&mut self, wait: Duration, limit: usize, visit: &mut dyn FnMut(&GroupRecord<'_>)) -> Result<usize, Failure> {
        self.pause(false)?;
        let (mut records, mut patience) = (0, wait);
        let GroupReader { consumer, next, .. } = self;
        // Records come partition by partition: the place of the last one is at hand.
        let mut last: Option<(Place, i64)> = None;
        let mut note = |last: Option<(Place, i64)>| last.map(|(place, offset)| next.insert(place, offset));
        while records < limit && consumer.context().seen().revoked.is_empty() {
            match consumer.poll(patience) {
                Some(Ok(message)) => {
                    records += 1;
                    let (topic, partition, offset) = (message.topic(), message.partition(), message.offset());
                    match &mut last {
                        Some(((name, number), next)) if *name == topic && *number == partition => *next = offset + 1,
                        _ => _ = note(last.replace(((topic.to_owned(), partition), offset + 1))),
                    }
                    visit(&GroupRecord { topic, partition, offset, payload: message.payload() });
                }
                Some(Err(error)) => passes(&error, &consumer.context().outage)?,
                None => break,
            }
            patience = Duration::ZERO;
        }
        note(last);
        self.check()?;
        Ok(records)
    }

    /// Stays in the group for `wait` without reading.
    ///
    /// # Errors
    /// [`Failure`] if the reader can no longer work.
    pub fn hold(&mut self, wait: Duration) -> Result<(), Failure> {
        self.pause(true)?;
        let deadline = Instant::now() + wait;
        loop {
            match self.consumer.poll(deadline.saturating_duration_since(Instant::now())) {
                // It had been handed out before the pause: it is read again later.
                Some(Ok(message)) => {
                    let offset = Offset::Offset(message.offset());
                    let seek = self.consumer.seek(message.topic(), message.partition(), offset, Duration::from_secs(5));
                    seek.map_err(|error| failure(&error))?;
                }
                Some(Err(error)) => passes(&error, &self.consumer.context().outage)?,
                None => {}
            }
            self.check()?;
            if Instant::now() >= deadline {
                return Ok(());
            }
        }
    }

    fn pause(&mut self, paused: bool) -> Result<(), Failure> {
        if self.paused == paused {
            return Ok(());
        }
        let assigned = self.consumer.assignment().map_err(|error| failure(&error))?;
        let done = if paused { self.consumer.pause(&assigned) } else { self.consumer.resume(&assigned) };
        done.map_err(|error| failure(&error))?;
        self.consumer.context().seen().paused = paused;
        self.paused = paused;
        Ok(())
    }

    /// Fails if the membership is over; after an outage a new one begins, which has lost everything: see [`Outage::comes_back`].
    fn check(&mut self) -> Result<(), Failure> {
        let Some(error) = self.consumer.context().seen().failed.take() else { return Ok(()) };
        let failure = cause(&self.consumer, &error);
        if !self.consumer.context().outage.comes_back(failure.kind) {
            return Err(failure);
        }
        tracing::warn!(error = failure.text, "the broker came back without this membership; joining again");
        let consumer = join(&self.settings, &self.group, &self.topics)?;
        {
            let (mut old, mut new) = (self.consumer.context().seen(), consumer.context().seen());
            new.revoked = std::mem::take(&mut old.revoked);
            new.revoked.extend(std::mem::take(&mut old.held));
            new.paused = self.paused;
        }
        self.consumer = consumer;
        self.next.clear();
        Ok(())
    }

    /// Partitions that were taken away since the last call. What was read of them and not committed is read again by their
    /// next owner: drop it. Ask before [`GroupReader::commit`], which then leaves them out.
    pub fn take_revoked(&mut self) -> Vec<Place> {
        let revoked = std::mem::take(&mut self.consumer.context().seen().revoked);
        for place in &revoked {
            self.next.remove(place);
        }
        revoked
    }

    /// Partitions that were assigned since the last call.
    pub fn take_assigned(&mut self) -> Vec<Place> {
        std::mem::take(&mut self.consumer.context().seen().assigned)
    }

    /// Commits everything that was handed out. After a failure call it again later; what stays uncommitted is read again.
    ///
    /// # Errors
    /// [`Failure`] with what Kafka said; a lost partition or a rebalance is no reason to stop.
    pub fn commit(&mut self) -> Result<(), Failure> {
        if self.next.is_empty() {
            return Ok(());
        }
        let mut offsets = TopicPartitionList::with_capacity(self.next.len());
        for ((topic, partition), next) in &self.next {
            offsets.add_partition_offset(topic, *partition, Offset::Offset(*next)).map_err(|error| failure(&error))?;
        }
        self.consumer.commit(&offsets, CommitMode::Sync).map_err(|error| failure(&error))?;
        self.next.clear();
        Ok(())
    }

    /// Records that are still to be read, by topic, as of some seconds ago.
    pub fn lag(&self) -> BTreeMap<String, i64> {
        self.consumer.context().seen().lag.clone()
    }

    /// Leaves the group at once, so that nobody waits for the session to expire.
    pub fn close(self) {
        self.consumer.unsubscribe();
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline && self.consumer.assignment().is_ok_and(|list| list.count() > 0) {
            if let Some(Err(error)) = self.consumer.poll(Duration::from_millis(20))
                && error.rdkafka_error_code() != Some(RDKafkaErrorCode::PartitionEOF)
            {
                tracing::warn!(%error, "Kafka, leaving the group");
            }
        }
    }
}

fn join(settings: &KafkaSettings, group: &str, topics: &[String]) -> Result<BaseConsumer<Context>, Failure> {
    let mut config = settings.member(group);
    // What is read twice replaces itself, so the beginning is a safe place to start from.
    config.set("auto.offset.reset", "earliest");
    config.set("statistics.interval.ms", "5000");
    config.set("max.poll.interval.ms", "600000");
    let consumer: BaseConsumer<Context> = config.create_with_context(Context::default()).map_err(|error| failure(&error))?;
    let names: Vec<&str> = topics.iter().map(String::as_str).collect();
    consumer.subscribe(&names).map_err(|error| failure(&error))?;
    Ok(consumer)
}
