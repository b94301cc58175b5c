//! The loader: an ordinary member of a group, so an outage of ClickHouse delays the warehouse and nothing else. It keeps a
//! batch until ClickHouse has all of it, and only then commits its offsets; what is inserted twice replaces itself.

mod metrics;
mod replayed;

pub use metrics::LoaderMetrics;

use crate::batch::{Batch, Batches};
use crate::insert::insert;
use crate::pace::Pace;
use crate::rows::{Keyed, Rows};
use crate::{Class, Error, Server, classify};
use clickhouse::{Row, RowOwned, RowWrite};
use replayed::Replayed;
use runtime::reader::{GroupReader, GroupRecord};
use runtime::settings::KafkaSettings;
use std::time::{Duration, Instant};

/// Name of the group.
pub const LOADER_GROUP: &str = "load";

/// How the loader paces itself.
#[derive(Clone, Debug)]
pub struct LoaderOptions {
    /// Rows are gathered for so long before they are written, ms.
    pub flush_ms: u64,
    /// Longest time for which they are gathered while ClickHouse is slow, ms.
    pub flush_max_ms: u64,
    /// Rows that are held at most: beyond, reading stops until they are written.
    pub rows_max: usize,
    /// Bytes of messages whose rows are held at most.
    pub bytes_max: usize,
    /// Longest wait between two tries, ms.
    pub back_off_max_ms: u64,
    /// Longest time for a piece of an insert to be sent, and for its answer, ms.
    pub insert_timeout_ms: u64,
}

impl Default for LoaderOptions {
    fn default() -> Self {
        LoaderOptions {
            flush_ms: 250,
            flush_max_ms: 8_000,
            rows_max: 200_000,
            bytes_max: 64 << 20,
            back_off_max_ms: 30_000,
            insert_timeout_ms: 30_000,
        }
    }
}

/// See the module.
pub struct Loader {
    reader: GroupReader,
    server: Server,
    /// Database of the early warning of attrition.
    attrition: Option<Server>,
    options: LoaderOptions,
    metrics: LoaderMetrics,
    runtime: tokio::runtime::Runtime,
    batches: Batches,
    replayed: Replayed,
    pace: Pace,
    /// When the first record that is not committed came.
    since: Option<Instant>,
    /// No try before this, after a failure of this class.
    retry: Option<(Instant, Class)>,
}

impl Loader {
    /// Joins the group to read `topics` (full names).
    ///
    /// # Errors
    /// If Kafka refuses.
    pub fn new(
        kafka: &KafkaSettings,
        topics: &[String],
        server: Server,
        options: LoaderOptions,
        metrics: LoaderMetrics,
    ) -> Result<Self, Error> {
        let reader = GroupReader::new(kafka, LOADER_GROUP, topics)?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| Error::Kafka(error.to_string()))?;
        let ms = Duration::from_millis;
        let pace = Pace::new(ms(options.flush_ms), ms(options.flush_max_ms), ms(options.back_off_max_ms));
        let (batches, replayed) = (Batches::default(), Replayed::default());
        Ok(Loader {
            reader,
            server: server.apart(),
            attrition: None,
            options,
            metrics,
            runtime,
            batches,
            replayed,
            pace,
            since: None,
            retry: None,
        })
    }

    /// Events of signals go into this database; without one they are left out.
    #[must_use]
    pub fn with_attrition(mut self, server: &Server) -> Self {
        self.attrition = Some(server.apart());
        self
    }

    /// Turns until `stop`, then writes what it holds if ClickHouse takes it at once, and leaves the group.
    ///
    /// # Errors
    /// As [`Loader::turn`].
    pub fn run(mut self, stop: &std::sync::atomic::AtomicBool) -> Result<(), Error> {
        let stopping = || stop.load(std::sync::atomic::Ordering::Relaxed);
        while !stopping() {
            self.turn(&stopping)?;
        }
        self.close();
        Ok(())
    }

    /// One turn, a fraction of a second but for inserts: reads, or writes if it is time, or waits after a failure. `stop` ends it early.
    ///
    /// # Errors
    /// [`Error::Kafka`] for good; ClickHouse's failures are waited out.
    pub fn turn(&mut self, stop: &dyn Fn() -> bool) -> Result<(), Error> {
        match self.retry {
            Some((at, class)) if Instant::now() < at => {
                // An overloaded ClickHouse gets fewer, larger batches: reading goes on while it rests.
                let slice = at.saturating_duration_since(Instant::now()).min(Duration::from_millis(100));
                if class == Class::RetrySlow && !self.is_full() { self.read(slice, stop)? } else { self.reader.hold(slice)? }
            }
            None if !self.is_due() => self.read(self.pace.flush().min(Duration::from_millis(100)), stop)?,
            _ => self.flush(),
        }
        self.drop_revoked();
        self.metrics.oldest_unwritten(self.since.map(|since| since.elapsed()));
        self.metrics.lag(&self.reader.lag());
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.batches.len() >= self.options.rows_max || self.batches.bytes() >= self.options.bytes_max
    }

    fn is_due(&self) -> bool {
        self.is_full() || self.since.is_some_and(|since| since.elapsed() >= self.pace.flush())
    }

    fn read(&mut self, time: Duration, stop: &dyn Fn() -> bool) -> Result<(), Error> {
        let deadline = Instant::now() + time;
        while !self.is_full() && !stop() {
            let Loader { reader, batches, metrics, .. } = self;
            let wait = deadline.saturating_duration_since(Instant::now());
            let records = reader.read(wait, 4_096, &mut |record| take(record, batches, metrics))?;
            if records > 0 {
                self.since.get_or_insert_with(Instant::now);
            }
            self.drop_revoked();
            if Instant::now() >= deadline || self.is_due() {
                break;
            }
        }
        Ok(())
    }

    /// Rows of partitions that went to another member are written there; offsets of new ones are looked up.
    fn drop_revoked(&mut self) {
        for (topic, partition) in self.reader.take_revoked() {
            self.batches.drop_partition(&topic, partition);
        }
        if !self.reader.take_assigned().is_empty() {
            let limit = Duration::from_millis(self.options.insert_timeout_ms);
            self.replayed = self.runtime.block_on(Replayed::ask(&self.server, limit));
        }
    }

    /// Tries to write everything that is held, then commits.
    fn flush(&mut self) {
        let begun = Instant::now();
        match self.insert() {
            Ok(()) => {
                self.retry = None;
                self.pace.succeeded(begun.elapsed());
                self.commit();
            }
            Err(error) => {
                let class = classify(&error);
                self.metrics.retries.with_label_values(&[class.label()]).inc();
                if class == Class::Schema {
                    // The columns are remembered: after a migration they must be asked for again.
                    self.runtime.block_on(self.server.bound().clear_cached_metadata());
                }
                let wait = self.pace.failed(class);
                let error = Error::insert(class, &error);
                tracing::warn!(class = class.label(), %error, rows = self.batches.len(), ?wait, "ClickHouse did not take a batch; it is kept");
                self.retry = Some((Instant::now() + wait, class));
            }
        }
    }

    /// Writes all tables at once; what ClickHouse has is not held any longer, even if another table failed.
    fn insert(&mut self) -> Result<(), clickhouse::error::Error> {
        let Loader { server, attrition, batches, replayed, options, metrics, runtime, .. } = self;
        let limit = Duration::from_millis(options.insert_timeout_ms);
        let to = Target { server, batches, replayed, metrics, limit };
        let apart = attrition.as_ref().map(|server| Target { server, batches, replayed, metrics, limit });
        let written = runtime.block_on(async {
            tokio::join!(
                to.write(|batch| &batch.queue_visits),
                to.write(|batch| &batch.handlings),
                to.write(|batch| &batch.contacts),
                to.write(|batch| &batch.queue_panes),
                to.write(|batch| &batch.activity_spans),
                to.write(|batch| &batch.agent_panes),
                to.write(|batch| &batch.observations),
                to.write(|batch| &batch.reference),
                to.write(|batch| &batch.dead_letters),
                async {
                    match &apart {
                        Some(to) => to.write(|batch| &batch.signal_events).await,
                        None => Ok(()),
                    }
                },
                async {
                    match &apart {
                        Some(to) => to.write(|batch| &batch.group_notices).await,
                        None => Ok(()),
                    }
                },
            )
        });
        let written: [_; 11] = written.into();
        let [
            queue_visits,
            handlings,
            contacts,
            queue_panes,
            activity_spans,
            agent_panes,
            observations,
            reference,
            dead_letters,
            signal_events,
            group_notices,
        ] = &written;
        for batch in batches.all_mut() {
            clear(queue_visits, &mut batch.queue_visits);
            clear(handlings, &mut batch.handlings);
            clear(contacts, &mut batch.contacts);
            clear(queue_panes, &mut batch.queue_panes);
            clear(activity_spans, &mut batch.activity_spans);
            clear(agent_panes, &mut batch.agent_panes);
            clear(observations, &mut batch.observations);
            clear(reference, &mut batch.reference);
            clear(dead_letters, &mut batch.dead_letters);
            clear(signal_events, &mut batch.signal_events);
            clear(group_notices, &mut batch.group_notices);
        }
        written.into_iter().collect()
    }

    fn commit(&mut self) {
        // A rebalance may be in progress: the offsets stay noted and go with the next batch, or the rows are written again elsewhere.
        if let Err(error) = self.reader.commit() {
            tracing::warn!(error = error.text, "offsets were not committed");
        }
        self.metrics.batches.inc();
        self.batches.clear();
        self.since = None;
    }

    /// Writes the last batch, if ClickHouse takes it at once, and leaves the group.
    pub fn close(mut self) {
        self.drop_revoked();
        if self.since.is_some() && self.retry.is_none() {
            self.flush();
        }
        self.reader.close();
    }
}

/// Where a batch goes.
struct Target<'a> {
    server: &'a Server,
    batches: &'a Batches,
    replayed: &'a Replayed,
    metrics: &'a LoaderMetrics,
    limit: Duration,
}

impl Target<'_> {
    /// Writes the rows of one table.
    async fn write<T>(&self, of: fn(&Batch) -> &Rows<T>) -> Result<(), clickhouse::error::Error>
    where
        T: Keyed + RowOwned + RowWrite + Row,
        for<'v> T: Row<Value<'v> = T>,
    {
        let rows = || self.batches.all().flat_map(|batch| of(batch).as_slice());
        let count = rows().count();
        if count == 0 {
            return Ok(());
        }
        let begun = Instant::now();
        insert(self.server, rows(), self.limit).await?;
        let again = rows().filter(|row| self.replayed.has(*row)).count();
        self.metrics.replayed.with_label_values(&[T::TABLE]).inc_by(again as u64);
        let superseded = self.batches.all().map(|batch| of(batch).superseded).sum();
        self.metrics.inserted(T::TABLE, count, superseded, begun.elapsed());
        Ok(())
    }
}

/// Forgets rows that were written.
fn clear<T: Keyed>(written: &Result<(), clickhouse::error::Error>, rows: &mut Rows<T>) {
    if written.is_ok() {
        rows.clear();
    }
}

/// Decodes a record into the batches; what is no message of this version is counted and left out.
fn take(record: &GroupRecord<'_>, batches: &mut Batches, metrics: &LoaderMetrics) {
    let Some(payload) = record.payload else { return };
    if let Err(error) = batches.add(record.topic, record.partition, record.offset, payload) {
        metrics.skipped.with_label_values(&[error.code()]).inc();
        tracing::warn!(%error, topic = record.topic, partition = record.partition, offset = record.offset, "a record was left out");
    }
}
