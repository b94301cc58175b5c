//! What the stage reports about itself: counts per site, none of fewer than eight agents, none of a person.

use attrition::site::SiteDayResult;
use prometheus::{IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

/// Smaller sites are not shown.
const FEWEST_AGENTS: usize = 8;

/// Metrics of the stage.
#[derive(Clone)]
pub(super) struct Metrics {
    scored: IntGaugeVec,
    live: IntGaugeVec,
    group_events: IntGaugeVec,
    told_day: IntGaugeVec,
    events: IntCounterVec,
    unreadable: IntGauge,
    waiting: IntGauge,
}

impl Metrics {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let gauges = |name: &str, help: &str| IntGaugeVec::new(Opts::new(name, help), &["tenant", "site"]);
        let metrics = Metrics {
            scored: gauges("holdfast_attrition_scored_agents", "Agents scored on the latest day; sites of at least eight only.")?,
            live: gauges("holdfast_attrition_live_signals", "Signals that have not ended; sites of at least eight agents only.")?,
            group_events: gauges(
                "holdfast_attrition_group_events",
                "Groups that moved as a whole on the latest day, so that signals of persons are withheld; sites of at least eight agents only.",
            )?,
            told_day: gauges("holdfast_attrition_told_day", "Latest local day that was told, days since 1970-01-01.")?,
            unreadable: IntGauge::new(
                "holdfast_attrition_unreadable_records",
                "Records of the log of signals that this version cannot read; they stay in the topic and are left out.",
            )?,
            waiting: IntGauge::new(
                "holdfast_attrition_waiting",
                "1: no day is told, because a stage is further behind than attrition.wait_above_records; else 0.",
            )?,
            events: IntCounterVec::new(Opts::new("holdfast_attrition_events_total", "Events written to the log of signals."), &["kind"])?,
        };
        for gauges in [&metrics.scored, &metrics.live, &metrics.group_events, &metrics.told_day] {
            registry.register(Box::new(gauges.clone()))?;
        }
        registry.register(Box::new(metrics.events.clone()))?;
        registry.register(Box::new(metrics.unreadable.clone()))?;
        registry.register(Box::new(metrics.waiting.clone()))?;
        Ok(metrics)
    }

    pub(super) fn wrote(&self, kind: &str) {
        self.events.with_label_values(&[kind]).inc();
    }

    pub(super) fn waits(&self, waits: bool) {
        self.waiting.set(i64::from(waits));
    }

    pub(super) fn cannot_read(&self, records: usize) {
        self.unreadable.set(records as i64);
    }

    /// Shows a site after its latest day.
    pub(super) fn show(&self, tenant: &str, site: &str, latest: &SiteDayResult, live: usize) {
        let labels = [tenant, site];
        self.told_day.with_label_values(&labels).set(i64::from(latest.day));
        let shown = [(&self.scored, latest.scores.len()), (&self.live, live), (&self.group_events, latest.notices.len())];
        for (gauge, count) in shown {
            if latest.scores.len() >= FEWEST_AGENTS {
                gauge.with_label_values(&labels).set(count as i64);
            } else {
                // Not there before either: then there is nothing to remove.
                drop(gauge.remove_label_values(&labels));
            }
        }
    }

    /// Shows a site no more: it was switched off.
    pub(super) fn hide(&self, tenant: &str, site: &str) {
        for gauge in [&self.scored, &self.live, &self.group_events, &self.told_day] {
            drop(gauge.remove_label_values(&[tenant, site]));
        }
    }
}
