//! The gauges of `/metrics`, computed from the merged panes at each scrape. Because partitions are merged before, a
//! rebalance cannot double them; a second board is a replica, so take the `max`, never the `sum`, over instances.
//!
//! A ratio without a denominator has no sample: neither 0 nor 1 would be true.

use crate::Error;
use crate::board::Board;
use crate::figures;
use kpi::{Family as Section, Kpi};
use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{GaugeVec, IntCounter, Opts, Registry};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A gauge family before it is collected.
pub(crate) struct Family {
    pub(crate) help: String,
    pub(crate) labels: &'static [&'static str],
}

const WINDOWED: &[&str] = &["tenant", "queue", "window"];
const BY_QUEUE: &[&str] = &["tenant", "queue"];
const BY_WINDOW: &[&str] = &["window"];
const PLAIN: &[&str] = &[];

const OLDEST: &str = "holdfast_queue_oldest_wait_entered_timestamp_seconds";
const LAST_EVENT: &str = "holdfast_queue_last_event_timestamp_seconds";
const TARGET: &str = "holdfast_queue_service_level_target_ratio";
const WINDOW_START: &str = "holdfast_board_window_start_timestamp_seconds";
const PANES: &str = "holdfast_board_panes";
const CAUGHT_UP: &str = "holdfast_board_caught_up";
const LAST_PANE: &str = "holdfast_board_last_pane_timestamp_seconds";
const LAST_MESSAGE: &str = "holdfast_board_last_message_timestamp_seconds";
const LAST_POLL: &str = "holdfast_board_last_poll_timestamp_seconds";
const SKIPPED: &str = "holdfast_board_skipped_records_total";

/// See the module.
pub struct Gauges {
    board: Arc<Board>,
    families: BTreeMap<String, Family>,
    kpis: Vec<KpiFamilies>,
    descriptions: Vec<Desc>,
}

/// A KPI with the names of its families: value, and for quotients numerator and denominator.
type KpiFamilies = (&'static Kpi, Vec<String>);

impl Gauges {
    /// Registers the gauges of a board; `runtime::health::router` serves the registry.
    ///
    /// # Errors
    /// [`Error::Metrics`] if the registry has a board already.
    pub fn register(board: Arc<Board>, registry: &Registry) -> Result<(), Error> {
        let families = families();
        let descriptions = families.iter().map(|(name, family)| Ok(vector(name, family)?.desc().into_iter().cloned().collect::<Vec<_>>()));
        let mut descriptions: Vec<Desc> = descriptions.collect::<Result<Vec<_>, prometheus::Error>>()?.into_iter().flatten().collect();
        descriptions.extend(skipped(0)?.desc().into_iter().cloned());
        let names = |kpi| figures::families(kpi).into_iter().map(|(name, _)| name).collect();
        let kpis = kpi::catalogue().map(|kpi| (kpi, names(kpi))).collect();
        registry.register(Box::new(crate::floor::TeamGauges::new(Arc::clone(&board))?))?;
        registry.register(Box::new(Gauges { board, families, kpis, descriptions }))?;
        Ok(())
    }
}

pub(crate) fn vector(name: &str, family: &Family) -> Result<GaugeVec, prometheus::Error> {
    GaugeVec::new(Opts::new(name, &family.help), family.labels)
}

fn skipped(records: u64) -> Result<IntCounter, prometheus::Error> {
    let counter = IntCounter::new(SKIPPED, "Records that the board could not use since it started.")?;
    counter.inc_by(records);
    Ok(counter)
}

/// Every family that a board can have, the counter apart.
fn families() -> BTreeMap<String, Family> {
    let fixed: [(&str, &str, &'static [&'static str]); 9] = [
        (OLDEST, "Entry of the visit that has waited longest; no sample: nobody waits.", BY_QUEUE),
        (LAST_EVENT, "Latest event time of the partitions that told of the queue.", BY_QUEUE),
        (TARGET, "Service level to be reached within the queue's threshold, 0 to 1.", BY_QUEUE),
        (WINDOW_START, "Begin of the window.", BY_WINDOW),
        (PANES, "Partial panes that the board keeps.", PLAIN),
        (CAUGHT_UP, "1: everything that was there when reading began has been read.", PLAIN),
        (LAST_PANE, "Begin of the newest minute that has a pane.", PLAIN),
        (LAST_MESSAGE, "Wall time at which a record was taken last.", PLAIN),
        (LAST_POLL, "Wall time at which the topics were asked last.", PLAIN),
    ];
    let mut families: BTreeMap<String, Family> =
        fixed.into_iter().map(|(name, help, labels)| (name.to_owned(), Family { help: help.to_owned(), labels })).collect();
    for kpi in kpi::catalogue() {
        let labels = if kpi.family == Section::Now { BY_QUEUE } else { WINDOWED };
        families.extend(figures::families(kpi).into_iter().map(|(name, help)| (name, Family { help, labels })));
    }
    families
}

/// Families of one scrape.
pub(crate) struct Scrape<'a> {
    pub(crate) families: &'a BTreeMap<String, Family>,
    pub(crate) vectors: BTreeMap<&'a str, GaugeVec>,
}

impl Scrape<'_> {
    pub(crate) fn set(&mut self, name: &str, labels: &[&str], value: f64) {
        let Some((name, family)) = self.families.get_key_value(name) else { return };
        if !self.vectors.contains_key(name.as_str()) {
            let Ok(vector) = vector(name, family) else { return };
            self.vectors.insert(name, vector);
        }
        if let Some(gauge) = self.vectors.get(name.as_str()).and_then(|vector| vector.get_metric_with_label_values(labels).ok()) {
            gauge.set(value);
        }
    }

    fn set_kpi(&mut self, (kpi, names): &KpiFamilies, value: Option<kpi::Value>, labels: &[&str]) {
        for (name, sample) in names.iter().zip(figures::samples(kpi, value)) {
            if let Some(sample) = sample {
                self.set(name, labels, sample);
            }
        }
    }
}

impl Collector for Gauges {
    fn desc(&self) -> Vec<&Desc> {
        self.descriptions.iter().collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let (board, at_us) = (&self.board, self.board.now_us());
        let mut scrape = Scrape { families: &self.families, vectors: BTreeMap::new() };
        collect_own(board, &mut scrape);
        let merged = board.merged();
        for window in &board.settings.metric_windows {
            let start_us = window.span(at_us, &board.settings.zone).start_us;
            scrape.set(WINDOW_START, &[window.name()], seconds(start_us));
        }
        for name in merged.queues() {
            let (tenant, queue) = (name.tenant.as_str(), name.queue.as_str());
            let target = board.settings.target(queue);
            scrape.set(TARGET, &[tenant, queue], target.service_level);
            let now = merged.now(name);
            for entry in self.kpis.iter().filter(|(kpi, _)| kpi.family == Section::Now) {
                let said = now.map(|now| now.as_message());
                scrape.set_kpi(entry, entry.0.evaluate_now(&said, at_us), &[tenant, queue]);
            }
            if let Some(oldest_us) = now.and_then(|now| now.oldest_entered_us) {
                scrape.set(OLDEST, &[tenant, queue], seconds(oldest_us));
            }
            if let Some(event_us) = now.map(|now| now.event_time_us).filter(|time_us| *time_us > 0) {
                scrape.set(LAST_EVENT, &[tenant, queue], seconds(event_us));
            }
            let parameters = figures::parameters(target);
            for window in &board.settings.metric_windows {
                let pane = merged.live_total(name, window.span(at_us, &board.settings.zone), at_us);
                for entry in self.kpis.iter().filter(|(kpi, _)| kpi.family != Section::Now) {
                    scrape.set_kpi(entry, entry.0.parts(&pane, &parameters), &[tenant, queue, window.name()]);
                }
            }
        }
        drop(merged);
        let mut collected: Vec<MetricFamily> = scrape.vectors.into_values().flat_map(|vector| vector.collect()).collect();
        collected.extend(skipped(board.progress.skips()).map(|counter| counter.collect()).unwrap_or_default());
        collected
    }
}

fn collect_own(board: &Board, scrape: &mut Scrape<'_>) {
    let merged = board.merged();
    scrape.set(PANES, &[], merged.partials_held() as f64);
    if let Some(newest_us) = merged.newest_minute_us() {
        scrape.set(LAST_PANE, &[], seconds(newest_us));
    }
    let progress = &board.progress;
    scrape.set(CAUGHT_UP, &[], f64::from(u8::from(progress.is_caught_up())));
    if let Some(polled_ms) = progress.polled_ms() {
        scrape.set(LAST_POLL, &[], polled_ms as f64 / 1e3);
    }
    if let Some(message_ms) = progress.message_ms() {
        scrape.set(LAST_MESSAGE, &[], message_ms as f64 / 1e3);
    }
}

pub(crate) fn seconds(us: i64) -> f64 {
    us as f64 / 1e6
}
