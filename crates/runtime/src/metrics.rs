//! What a stage reports about itself. Names are part of the product: alerts and dashboards use them.

use prometheus::{Gauge, GaugeVec, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGaugeVec, Opts, Registry};

/// Metrics of one stage, registered once per process; threads of the stage share them.
#[derive(Clone, Debug)]
pub struct StageMetrics {
    stage: &'static str,
    records: IntCounter,
    dead_letters: IntCounterVec,
    transactions: IntCounterVec,
    retries: IntCounter,
    commit_seconds: Histogram,
    lag: IntGaugeVec,
    watermark: Gauge,
    restored: IntCounter,
    tasks: IntGaugeVec,
    inferred: IntCounterVec,
    notes: IntCounterVec,
    sources: GaugeVec,
}

impl StageMetrics {
    /// Creates and registers the metrics of a stage.
    ///
    /// # Errors
    /// If a metric of the same name and stage is registered already.
    pub fn new(stage: &'static str, registry: &Registry) -> Result<Self, prometheus::Error> {
        let opts = |name: &str, help: &str| Opts::new(name, help).const_label("stage", stage);
        let commit = HistogramOpts::new("holdfast_commit_duration_seconds", "Time to end a transaction, flush of the tasks included.")
            .const_label("stage", stage)
            .buckets(vec![0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0]);
        let metrics = StageMetrics {
            stage,
            records: IntCounter::with_opts(opts("holdfast_records_total", "Records taken from the input topics."))?,
            dead_letters: IntCounterVec::new(opts("holdfast_dead_letters_total", "Records that could not be used, by reason."), &["code"])?,
            transactions: IntCounterVec::new(opts("holdfast_transactions_total", "Transactions by how they ended."), &["outcome"])?,
            retries: IntCounter::with_opts(opts("holdfast_transaction_retries_total", "Transactional calls that were repeated."))?,
            commit_seconds: Histogram::with_opts(commit)?,
            lag: IntGaugeVec::new(
                opts("holdfast_consumer_lag_records", "Records behind the newest, all partitions of this process."),
                &["topic"],
            )?,
            watermark: Gauge::with_opts(opts(
                "holdfast_event_time_watermark_timestamp_seconds",
                "Event time up to which every partition of this process has come.",
            ))?,
            restored: IntCounter::with_opts(opts("holdfast_restored_records_total", "Changelog records read to restore state."))?,
            tasks: IntGaugeVec::new(opts("holdfast_tasks", "Partitions of this process by what they do."), &["state"])?,
            inferred: IntCounterVec::new(
                opts("holdfast_inferred_total", "Facts that needed a rule for missing or contradicting events."),
                &["rule"],
            )?,
            notes: IntCounterVec::new(opts("holdfast_notes_total", "Inputs that were accepted but are worth knowing of."), &["what"])?,
            sources: GaugeVec::new(
                opts("holdfast_source_last_event_timestamp_seconds", "Event time of the latest record of a source."),
                &["source"],
            )?,
        };
        metrics.register(registry)?;
        for outcome in ["committed", "aborted", "unclear"] {
            metrics.transactions.with_label_values(&[outcome]).inc_by(0);
        }
        Ok(metrics)
    }

    fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        registry.register(Box::new(self.records.clone()))?;
        registry.register(Box::new(self.dead_letters.clone()))?;
        registry.register(Box::new(self.transactions.clone()))?;
        registry.register(Box::new(self.retries.clone()))?;
        registry.register(Box::new(self.commit_seconds.clone()))?;
        registry.register(Box::new(self.lag.clone()))?;
        registry.register(Box::new(self.watermark.clone()))?;
        registry.register(Box::new(self.restored.clone()))?;
        registry.register(Box::new(self.tasks.clone()))?;
        registry.register(Box::new(self.inferred.clone()))?;
        registry.register(Box::new(self.notes.clone()))?;
        registry.register(Box::new(self.sources.clone()))
    }

    /// Name of the stage.
    pub fn stage(&self) -> &'static str {
        self.stage
    }

    /// Event time of the latest record of a source, seconds since 1970.
    pub fn source_seen(&self, source: &str, event_time_us: i64) {
        let gauge = self.sources.with_label_values(&[source]);
        gauge.set(gauge.get().max(event_time_us as f64 / 1e6));
    }

    /// Records restored so far; for tests and reports.
    pub fn restored_total(&self) -> u64 {
        self.restored.get()
    }

    /// Transactions that ended so; for tests and reports.
    pub fn transactions_total(&self, outcome: &str) -> u64 {
        self.transactions.with_label_values(&[outcome]).get()
    }

    pub(crate) fn records(&self, count: u64) {
        self.records.inc_by(count);
    }

    pub(crate) fn dead_letter(&self, code: &str) {
        self.dead_letters.with_label_values(&[code]).inc();
    }

    pub(crate) fn committed(&self, took_ms: i64, event_time_us: Option<i64>) {
        self.transactions.with_label_values(&["committed"]).inc();
        self.commit_seconds.observe(took_ms as f64 / 1e3);
        if let Some(time) = event_time_us {
            self.watermark.set(time as f64 / 1e6);
        }
    }

    pub(crate) fn aborted(&self) {
        self.transactions.with_label_values(&["aborted"]).inc();
    }

    pub(crate) fn unclear(&self) {
        self.transactions.with_label_values(&["unclear"]).inc();
    }

    pub(crate) fn retried(&self) {
        self.retries.inc();
    }

    pub(crate) fn restored(&self, records: u64) {
        self.restored.inc_by(records);
    }

    pub(crate) fn tasks(&self, running: usize, restoring: usize) {
        self.tasks.with_label_values(&["running"]).set(running as i64);
        self.tasks.with_label_values(&["restoring"]).set(restoring as i64);
    }

    pub(crate) fn lag(&self, topic: &str, lag: i64) {
        self.lag.with_label_values(&[topic]).set(lag);
    }

    /// Series of what is no longer ours disappear, so that a sum over processes does not double.
    pub(crate) fn revoked(&self) {
        self.lag.reset();
    }

    pub(crate) fn count(&self, counter: &str, label: &str, increment: u64) {
        let counters = if counter == "inferred" { &self.inferred } else { &self.notes };
        counters.with_label_values(&[label]).inc_by(increment);
    }
}
