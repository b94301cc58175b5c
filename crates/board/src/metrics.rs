//! The gauges of `/metrics`, computed from the merged panes at each scrape. Because partitions are merged before, a
//! rebalance cannot double them; a second board is a replica, so take the `max`, never the `sum`, over instances.
//!
//! A ratio without a denominator has no sample: neither 0 nor 1 would be true.

use crate::board::Board;
use crate::figures::{self, Amount, Kpi};
use crate::{Error, Window};
use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{GaugeVec, IntCounter, Opts, Registry};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A gauge family before it is collected.
struct Family {
    help: String,
    labels: &'static [&'static str],
}

const WINDOWED: &[&str] = &["tenant", "queue", "window"];
const BY_QUEUE: &[&str] = &["tenant", "queue"];
const BY_WINDOW: &[&str] = &["window"];
const PLAIN: &[&str] = &[];

const WAITING: &str = "holdfast_queue_waiting";
const OLDEST: &str = "holdfast_queue_oldest_wait_entered_timestamp_seconds";
const TALKING: &str = "holdfast_queue_talking";
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

/// A KPI with the names of its families: value, numerator, denominator.
type KpiFamilies = (&'static Kpi, [Option<String>; 3]);

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
        let kpis =
            figures::catalogue().iter().map(|kpi| (kpi, figures::metric_names(kpi).map(|family| family.map(|(name, _)| name)))).collect();
        registry.register(Box::new(Gauges { board, families, kpis, descriptions }))?;
        Ok(())
    }
}

fn vector(name: &str, family: &Family) -> Result<GaugeVec, prometheus::Error> {
    GaugeVec::new(Opts::new(name, &family.help), family.labels)
}

fn skipped(records: u64) -> Result<IntCounter, prometheus::Error> {
    let counter = IntCounter::new(SKIPPED, "Records that the board could not use since it started.")?;
    counter.inc_by(records);
    Ok(counter)
}

/// Every family that a board can have, the counter apart.
fn families() -> BTreeMap<String, Family> {
    let fixed: [(&str, &str, &'static [&'static str]); 11] = [
        (WAITING, "Visits that are open: customers waiting now.", BY_QUEUE),
        (OLDEST, "Entry of the visit that has waited longest; no sample: nobody waits.", BY_QUEUE),
        (TALKING, "Handlings that are open: calls with an agent now.", BY_QUEUE),
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
    for kpi in figures::catalogue() {
        for (name, help) in figures::metric_names(kpi).into_iter().flatten() {
            families.insert(name, Family { help, labels: WINDOWED });
        }
    }
    families
}

/// Families of one scrape.
struct Scrape<'a> {
    families: &'a BTreeMap<String, Family>,
    vectors: BTreeMap<&'a str, GaugeVec>,
}

impl Scrape<'_> {
    fn set(&mut self, name: &str, labels: &[&str], value: f64) {
        let Some((name, family)) = self.families.get_key_value(name) else { return };
        if !self.vectors.contains_key(name.as_str()) {
            let Ok(vector) = vector(name, family) else { return };
            self.vectors.insert(name, vector);
        }
        if let Some(gauge) = self.vectors.get(name.as_str()).and_then(|vector| vector.get_metric_with_label_values(labels).ok()) {
            gauge.set(value);
        }
    }

    fn set_kpi(&mut self, (kpi, names): &KpiFamilies, amount: &Amount, labels: &[&str]) {
        for (name, value) in names.iter().zip(figures::metric_values(kpi, amount)) {
            if let (Some(name), Some(value)) = (name, value) {
                self.set(name, labels, value);
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
            if let Some(now) = merged.now(name) {
                scrape.set(WAITING, &[tenant, queue], now.waiting as f64);
                scrape.set(TALKING, &[tenant, queue], now.talking as f64);
                if let Some(oldest_us) = now.oldest_entered_us {
                    scrape.set(OLDEST, &[tenant, queue], seconds(oldest_us));
                }
                if now.event_time_us > 0 {
                    scrape.set(LAST_EVENT, &[tenant, queue], seconds(now.event_time_us));
                }
            }
            for window in &board.settings.metric_windows {
                let pane = merged.total(name, Window::span(*window, at_us, &board.settings.zone));
                for kpi in &self.kpis {
                    scrape.set_kpi(kpi, &figures::evaluate(kpi.0, &pane, target), &[tenant, queue, window.name()]);
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

fn seconds(us: i64) -> f64 {
    us as f64 / 1e6
}
