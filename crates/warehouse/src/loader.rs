//! The loader: an ordinary consumer group, so an outage of ClickHouse delays the warehouse and nothing else. It keeps a batch
//! until ClickHouse has all of it, and only then commits its offsets; what is inserted twice replaces itself.

use crate::rows::Batch;
use crate::{Class, Error, Server, classify};
use clickhouse::insert::Insert;
use clickhouse::{Row, RowOwned, RowWrite};
use events::schema::Kind;
use events::{Change, Contact, DeadLetter, Handling, QueuePane, QueueVisit, codec};
use prometheus::{Gauge, IntCounter, IntCounterVec, Opts, Registry};
use runtime::clock::{Clock, SystemClock};
use runtime::kafka::Quiet;
use runtime::settings::KafkaSettings;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::message::BorrowedMessage;
use rdkafka::{Message, Offset, TopicPartitionList};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How the loader paces itself.
#[derive(Clone, Debug)]
pub struct LoaderOptions {
    /// Flush at the latest so long after the first row, ms.
    pub flush_ms: u64,
    /// Flush at the latest with so many rows.
    pub rows_max: usize,
    /// Longest wait between two tries, ms.
    pub back_off_max_ms: u64,
    /// Longest time for one insert, ms.
    pub insert_timeout_ms: u64,
}

impl Default for LoaderOptions {
    fn default() -> Self {
        LoaderOptions { flush_ms: 250, rows_max: 100_000, back_off_max_ms: 10_000, insert_timeout_ms: 30_000 }
    }
}

/// What the loader reports about itself.
#[derive(Clone)]
pub struct LoaderMetrics {
    rows: IntCounterVec,
    batches: IntCounter,
    retries: IntCounterVec,
    skipped: IntCounterVec,
    oldest_unwritten: Gauge,
}

impl LoaderMetrics {
    /// Creates and registers them.
    ///
    /// # Errors
    /// If they are registered already.
    pub fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let metrics = LoaderMetrics {
            rows: IntCounterVec::new(Opts::new("holdfast_loader_rows_total", "Rows that ClickHouse has taken."), &["table"])?,
            batches: IntCounter::new("holdfast_loader_batches_total", "Batches that ClickHouse has taken.")?,
            retries: IntCounterVec::new(Opts::new("holdfast_loader_retries_total", "Inserts that failed and are tried again."), &["class"])?,
            skipped: IntCounterVec::new(
                Opts::new("holdfast_loader_skipped_total", "Records of the fact topics that are no message of this version."),
                &["code"],
            )?,
            oldest_unwritten: Gauge::new("holdfast_loader_oldest_unwritten_seconds", "Age of the oldest row that ClickHouse does not have yet.")?,
        };
        registry.register(Box::new(metrics.rows.clone()))?;
        registry.register(Box::new(metrics.batches.clone()))?;
        registry.register(Box::new(metrics.retries.clone()))?;
        registry.register(Box::new(metrics.skipped.clone()))?;
        registry.register(Box::new(metrics.oldest_unwritten.clone()))?;
        Ok(metrics)
    }
}

/// See the module.
pub struct Loader {
    consumer: BaseConsumer<Quiet>,
    server: Server,
    options: LoaderOptions,
    metrics: LoaderMetrics,
    runtime: tokio::runtime::Runtime,
    batch: Batch,
    /// Next offsets of the batch.
    next: HashMap<(String, i32), i64>,
    /// When the first row of the batch came.
    since: Option<Instant>,
    /// Tables of the batch that ClickHouse already has.
    done: [bool; 5],
}

impl Loader {
    /// Joins the group to read `topics` (full names).
    ///
    /// # Errors
    /// If Kafka refuses.
    pub fn new(kafka: &KafkaSettings, topics: &[String], server: Server, options: LoaderOptions, metrics: LoaderMetrics) -> Result<Self, Error> {
        let refused = |error: rdkafka::error::KafkaError| Error::Kafka(error.to_string());
        let mut config = kafka.member("load");
        config.set("fetch.wait.max.ms", "50");
        config.set("auto.offset.reset", "earliest");
        let consumer: BaseConsumer<Quiet> = config.create_with_context(Quiet).map_err(refused)?;
        let names: Vec<&str> = topics.iter().map(String::as_str).collect();
        consumer.subscribe(&names).map_err(refused)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| Error::Kafka(error.to_string()))?;
        let (batch, next) = (Batch::default(), HashMap::new());
        Ok(Loader { consumer, server, options, metrics, runtime, batch, next, since: None, done: [false; 5] })
    }

    /// One turn: reads for a while, flushes if it is time. `stop` ends a wait early.
    ///
    /// # Errors
    /// [`Error::Kafka`] for good; ClickHouse's failures are waited out here.
    pub fn turn(&mut self, stop: &dyn Fn() -> bool) -> Result<(), Error> {
        let deadline = Instant::now() + Duration::from_millis(self.options.flush_ms);
        while Instant::now() < deadline && self.batch.len() < self.options.rows_max && !self.flush_is_due() {
            let wait = if self.since.is_some() { 10 } else { 100 };
            match self.consumer.poll(Duration::from_millis(wait)) {
                Some(Ok(message)) => {
                    let place = (message.topic().to_owned(), message.partition());
                    read(&message, &mut self.batch, &self.metrics);
                    self.next.insert(place, message.offset() + 1);
                    self.since.get_or_insert_with(Instant::now);
                }
                Some(Err(error)) => tracing::warn!(%error, "Kafka, loading"),
                None if stop() => break,
                None => {}
            }
        }
        self.metrics.oldest_unwritten.set(self.since.map_or(0.0, |since| since.elapsed().as_secs_f64()));
        if self.flush_is_due() || self.batch.len() >= self.options.rows_max {
            self.flush(stop)?;
        }
        Ok(())
    }

    fn flush_is_due(&self) -> bool {
        self.since.is_some_and(|since| since.elapsed() >= Duration::from_millis(self.options.flush_ms))
    }

    /// Writes the last batch, if ClickHouse takes it at once, and leaves the group.
    pub fn close(mut self) {
        if !self.batch.is_empty() && self.insert().is_ok() {
            self.commit();
        }
        self.consumer.unsubscribe();
    }

    /// Tries until ClickHouse has the batch, then commits. While it waits, the consumer is paused but polled.
    fn flush(&mut self, stop: &dyn Fn() -> bool) -> Result<(), Error> {
        let mut back_off_ms = 100;
        while let Err((class, error)) = self.insert() {
            self.metrics.retries.with_label_values(&[class.label()]).inc();
            tracing::warn!(class = class.label(), %error, rows = self.batch.len(), wait_ms = back_off_ms, "ClickHouse did not take a batch; it is kept");
            if !self.wait(Duration::from_millis(back_off_ms), stop)? {
                return Ok(());
            }
            let factor = if class == Class::RetryFast { 2 } else { 3 };
            back_off_ms = (back_off_ms * factor).min(self.options.back_off_max_ms);
        }
        self.commit();
        Ok(())
    }

    /// Stays in the group for a while; false: the process is to stop.
    fn wait(&self, time: Duration, stop: &dyn Fn() -> bool) -> Result<bool, Error> {
        let refused = |error: rdkafka::error::KafkaError| Error::Kafka(error.to_string());
        let assigned = self.consumer.assignment().map_err(refused)?;
        self.consumer.pause(&assigned).map_err(refused)?;
        let deadline = Instant::now() + time;
        while Instant::now() < deadline && !stop() {
            self.metrics.oldest_unwritten.set(self.since.map_or(0.0, |since| since.elapsed().as_secs_f64()));
            match self.consumer.poll(Duration::from_millis(50)) {
                // A partition that was assigned meanwhile: its record is read again later.
                Some(Ok(message)) => {
                    let seek = self.consumer.seek(message.topic(), message.partition(), Offset::Offset(message.offset()), Duration::from_secs(5));
                    let mut list = TopicPartitionList::new();
                    list.add_partition(message.topic(), message.partition());
                    seek.and_then(|()| self.consumer.pause(&list)).map_err(refused)?;
                }
                Some(Err(error)) => tracing::warn!(%error, "Kafka, loading"),
                None => {}
            }
        }
        let assigned = self.consumer.assignment().map_err(refused)?;
        self.consumer.resume(&assigned).map_err(refused)?;
        Ok(!stop())
    }

    /// Inserts every table that ClickHouse does not have yet.
    fn insert(&mut self) -> Result<(), (Class, clickhouse::error::Error)> {
        let Loader { runtime, server, batch, done, options, metrics, .. } = self;
        let limit = Duration::from_millis(options.insert_timeout_ms);
        let [visits, handlings, contacts, panes, letters] = done;
        let mut keep = |table: &'static str, flag: &mut bool, result: Result<u64, clickhouse::error::Error>| match result {
            Ok(rows) => {
                *flag = true;
                metrics.rows.with_label_values(&[table]).inc_by(rows);
                Ok(())
            }
            Err(error) => Err((classify(&error), error)),
        };
        if !*visits {
            keep("queue_visits", visits, runtime.block_on(insert(server, "queue_visits", &batch.queue_visits, limit)))?;
        }
        if !*handlings {
            keep("handlings", handlings, runtime.block_on(insert(server, "handlings", &batch.handlings, limit)))?;
        }
        if !*contacts {
            keep("contacts", contacts, runtime.block_on(insert(server, "contacts", &batch.contacts, limit)))?;
        }
        if !*panes {
            keep("queue_panes", panes, runtime.block_on(insert_panes(server, &batch.queue_panes, limit)))?;
        }
        if !*letters {
            keep("dead_letters", letters, runtime.block_on(insert(server, "dead_letters", &batch.dead_letters, limit)))?;
        }
        Ok(())
    }

    fn commit(&mut self) {
        let mut offsets = TopicPartitionList::new();
        for ((topic, partition), next) in self.next.drain() {
            if let Err(error) = offsets.add_partition_offset(&topic, partition, Offset::Offset(next)) {
                tracing::warn!(%error, "an offset was not noted");
            }
        }
        // A partition that went to another member meanwhile is read again there: its rows replace themselves.
        if let Err(error) = self.consumer.commit(&offsets, CommitMode::Sync) {
            tracing::warn!(%error, "offsets were not committed; the rows will be written again");
        }
        self.metrics.batches.inc();
        self.batch = Batch::default();
        self.done = [false; 5];
        self.since = None;
        self.metrics.oldest_unwritten.set(0.0);
    }

    /// Wall time, for signs of life.
    pub fn now_ms() -> i64 {
        SystemClock.now_ms()
    }
}

/// One insert: a block per partition of the table would be refused above 100 months, which no batch spans but a replay of years.
async fn insert<T>(server: &Server, table: &str, rows: &[T], limit: Duration) -> Result<u64, clickhouse::error::Error>
where
    T: RowOwned + RowWrite + Row,
    for<'a> T: Row<Value<'a> = T>,
{
    if rows.is_empty() {
        return Ok(0);
    }
    let client = server.bound().with_setting("max_partitions_per_insert_block", "0");
    let mut insert: Insert<T> = client.insert::<T>(table).await?.with_timeouts(Some(limit), Some(limit));
    for row in rows {
        insert.write(row).await?;
    }
    insert.end().await?;
    Ok(rows.len() as u64)
}

async fn insert_panes(
    server: &Server,
    rows: &[serde_json::Map<String, serde_json::Value>],
    limit: Duration,
) -> Result<u64, clickhouse::error::Error> {
    if rows.is_empty() {
        return Ok(0);
    }
    let mut body = Vec::with_capacity(rows.len() * 1_024);
    for row in rows {
        serde_json::to_writer(&mut body, row).map_err(|error| clickhouse::error::Error::Custom(error.to_string()))?;
        body.push(b'\n');
    }
    let client = server.bound().with_setting("max_partitions_per_insert_block", "0").with_setting("input_format_skip_unknown_fields", "0");
    let mut insert = client.insert_formatted_with("INSERT INTO queue_panes FORMAT JSONEachRow").with_timeouts(Some(limit), Some(limit));
    insert.send(body.into()).await?;
    insert.end().await?;
    Ok(rows.len() as u64)
}

/// Decodes a record into the batch; what is no message of this version is counted and left out.
fn read(message: &BorrowedMessage<'_>, batch: &mut Batch, metrics: &LoaderMetrics) {
    let Some(payload) = message.payload() else { return };
    let kind = codec::split(payload).map(|(entry, _)| entry.source.kind);
    let added = kind.and_then(|kind| match kind {
        Kind::QueueVisit => codec::decode::<Change<QueueVisit<'_>>>(payload).map(|change| batch.add_queue_visit(&change)),
        Kind::Handling => codec::decode::<Change<Handling<'_>>>(payload).map(|change| batch.add_handling(&change)),
        Kind::Contact => codec::decode::<Change<Contact<'_>>>(payload).map(|change| batch.add_contact(&change)),
        Kind::QueuePane => codec::decode::<QueuePane<'_>>(payload).map(|pane| batch.add_pane(&pane)),
        Kind::DeadLetter => codec::decode::<DeadLetter<'_>>(payload).map(|letter| batch.add_dead_letter(&letter, message.offset())),
        Kind::CallEvent | Kind::AgentEvent | Kind::QueueNow => Ok(()),
    });
    if let Err(error) = added {
        metrics.skipped.with_label_values(&[error.code()]).inc();
        tracing::warn!(%error, topic = message.topic(), partition = message.partition(), offset = message.offset(), "a record was left out");
    }
}
