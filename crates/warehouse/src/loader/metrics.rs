//! What the loader reports about itself. Names are part of the product: alerts and dashboards use them.

use prometheus::{Gauge, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGaugeVec, Opts, Registry};
use std::collections::BTreeMap;
use std::time::Duration;

/// Metrics of the loader, registered once per process.
#[derive(Clone)]
pub struct LoaderMetrics {
    pub(super) rows: IntCounterVec,
    pub(super) batches: IntCounter,
    pub(super) retries: IntCounterVec,
    pub(super) skipped: IntCounterVec,
    pub(super) superseded: IntCounterVec,
    pub(super) replayed: IntCounterVec,
    seconds: HistogramVec,
    lag: IntGaugeVec,
    oldest_unwritten: Gauge,
}

impl LoaderMetrics {
    /// Creates and registers them.
    ///
    /// # Errors
    /// If they are registered already.
    pub fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let counters = |name: &str, help: &str, label: &str| IntCounterVec::new(Opts::new(name, help), &[label]);
        let seconds = HistogramOpts::new("holdfast_loader_insert_seconds", "Time until ClickHouse has taken the rows of one table.")
            .buckets(vec![0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0]);
        // One name for all stages, so that one alert covers the loader too.
        let lag = Opts::new("holdfast_consumer_lag_records", "Records behind the newest, all partitions of this process.")
            .const_label("stage", "load");
        let metrics = LoaderMetrics {
            rows: counters("holdfast_loader_rows_total", "Rows that ClickHouse has taken.", "table")?,
            batches: IntCounter::new("holdfast_loader_batches_total", "Batches that ClickHouse has taken.")?,
            retries: counters("holdfast_loader_retries_total", "Inserts that failed and are tried again.", "class")?,
            skipped: counters("holdfast_loader_skipped_total", "Records of the fact topics that are no message of this version.", "code")?,
            superseded: counters(
                "holdfast_loader_superseded_rows_total",
                "Rows that were not sent because a later one of their key was in the same batch.",
                "table",
            )?,
            replayed: counters(
                "holdfast_loader_replayed_rows_total",
                "Rows older than what ClickHouse had of their partition when it was assigned: read again, and replaced there.",
                "table",
            )?,
            seconds: HistogramVec::new(seconds, &["table"])?,
            lag: IntGaugeVec::new(lag, &["topic"])?,
            oldest_unwritten: Gauge::new(
                "holdfast_loader_oldest_unwritten_seconds",
                "Age of the oldest row that ClickHouse does not have yet.",
            )?,
        };
        registry.register(Box::new(metrics.rows.clone()))?;
        registry.register(Box::new(metrics.batches.clone()))?;
        registry.register(Box::new(metrics.retries.clone()))?;
        registry.register(Box::new(metrics.skipped.clone()))?;
        registry.register(Box::new(metrics.superseded.clone()))?;
        registry.register(Box::new(metrics.replayed.clone()))?;
        registry.register(Box::new(metrics.seconds.clone()))?;
        registry.register(Box::new(metrics.lag.clone()))?;
        registry.register(Box::new(metrics.oldest_unwritten.clone()))?;
        Ok(metrics)
    }

    /// Rows of a table that ClickHouse has taken so far; for tests and reports.
    pub fn rows_total(&self, table: &str) -> u64 {
        self.rows.with_label_values(&[table]).get()
    }

    /// Inserts of a class that failed so far; for tests and reports.
    pub fn retries_total(&self, class: crate::Class) -> u64 {
        self.retries.with_label_values(&[class.label()]).get()
    }

    /// Rows of a table that were read again so far; for tests and reports.
    pub fn replayed_total(&self, table: &str) -> u64 {
        self.replayed.with_label_values(&[table]).get()
    }

    pub(super) fn inserted(&self, table: &str, rows: usize, superseded: u64, took: Duration) {
        self.rows.with_label_values(&[table]).inc_by(rows as u64);
        self.superseded.with_label_values(&[table]).inc_by(superseded);
        self.seconds.with_label_values(&[table]).observe(took.as_secs_f64());
    }

    pub(super) fn oldest_unwritten(&self, age: Option<Duration>) {
        self.oldest_unwritten.set(age.map_or(0.0, |age| age.as_secs_f64()));
    }

    pub(super) fn lag(&self, lag: &BTreeMap<String, i64>) {
        for (topic, records) in lag {
            self.lag.with_label_values(&[topic]).set(*records);
        }
    }
}
