//! What the stage reports about itself: counts per site, none of fewer than eight agents, none of a person.

use attrition::site::{Notice, SiteDayResult};
use prometheus::core::Collector;
use prometheus::{IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

/// Smaller sites are not shown.
const FEWEST_AGENTS: usize = 8;

/// Metrics of the stage.
#[derive(Clone)]
pub(super) struct Metrics {
    scored: IntGaugeVec,
    live: IntGaugeVec,
    group_events: IntGaugeVec,
    group_moved: IntGaugeVec,
    told_day: IntGaugeVec,
    notices: IntCounterVec,
    events: IntCounterVec,
    unreadable: IntGauge,
    waiting: IntGauge,
}

impl Metrics {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let gauges = |name: &str, help: &str| IntGaugeVec::new(Opts::new(name, help), &["tenant", "site"]);
        let metrics = Metrics {
            scored: gauges("holdfast_attrition_scored_agents", "Agents scored on the latest day; sites of at least eight only.")?,
            live: gauges(
                "holdfast_attrition_live_signals",
                "Signals that have not ended, without those that are kept silent; sites of at least eight agents only.",
            )?,
            group_events: gauges(
                "holdfast_attrition_group_events",
                "Events of groups that live: a team, a queue group or the site moved as a whole; sites of at least eight agents only.",
            )?,
            group_moved: IntGaugeVec::new(
                Opts::new(
                    "holdfast_attrition_group_moved_agents",
                    "Agents of a group that moved as a whole, by what it was seen by, while the event lives; groups of at least eight only.",
                ),
                &["tenant", "site", "group_kind", "group", "cause"],
            )?,
            notices: IntCounterVec::new(
                Opts::new("holdfast_attrition_notices_total", "Notices of groups written to the log: events that began and that ended."),
                &["kind", "cause"],
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
        for gauges in [&metrics.scored, &metrics.live, &metrics.group_events, &metrics.group_moved, &metrics.told_day] {
            registry.register(Box::new(gauges.clone()))?;
        }
        registry.register(Box::new(metrics.events.clone()))?;
        registry.register(Box::new(metrics.notices.clone()))?;
        registry.register(Box::new(metrics.unreadable.clone()))?;
        registry.register(Box::new(metrics.waiting.clone()))?;
        Ok(metrics)
    }

    pub(super) fn wrote(&self, kind: &str) {
        self.events.with_label_values(&[kind]).inc();
    }

    pub(super) fn noticed(&self, kind: &str, cause: &str) {
        self.notices.with_label_values(&[kind, cause]).inc();
    }

    pub(super) fn waits(&self, waits: bool) {
        self.waiting.set(i64::from(waits));
    }

    pub(super) fn cannot_read(&self, records: usize) {
        self.unreadable.set(records as i64);
    }

    /// Shows a site after its latest day: `told_of` are signals that live and that somebody is told of, `moved` events of groups that live.
    pub(super) fn show(&self, tenant: &str, site: &str, latest: &SiteDayResult, told_of: usize, moved: &[Notice]) {
        let labels = [tenant, site];
        self.told_day.with_label_values(&labels).set(i64::from(latest.day));
        let shown = [(&self.scored, latest.scores.len()), (&self.live, told_of), (&self.group_events, moved.len())];
        for (gauge, count) in shown {
            if latest.scores.len() >= FEWEST_AGENTS {
                gauge.with_label_values(&labels).set(count as i64);
            } else {
                // Not there before either: then there is nothing to remove.
                drop(gauge.remove_label_values(&labels));
            }
        }
        self.forget_groups(tenant, site);
        for notice in moved {
            let labels = [tenant, site, notice.group.kind(), notice.group.name(), notice.cause.name()];
            self.group_moved.with_label_values(&labels).set(i64::from(notice.agents));
        }
    }

    /// A group of which no event lives any more has no series.
    fn forget_groups(&self, tenant: &str, site: &str) {
        for family in self.group_moved.collect() {
            for metric in family.get_metric() {
                let of = |name: &str| metric.get_label().iter().find(|label| label.name() == name).map_or("", |label| label.value());
                let labels = ["tenant", "site", "group_kind", "group", "cause"].map(of);
                if labels[..2] == [tenant, site] {
                    drop(self.group_moved.remove_label_values(&labels));
                }
            }
        }
    }

    /// Shows a site no more: it was switched off.
    pub(super) fn hide(&self, tenant: &str, site: &str) {
        for gauge in [&self.scored, &self.live, &self.group_events, &self.told_day] {
            drop(gauge.remove_label_values(&[tenant, site]));
        }
        self.forget_groups(tenant, site);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attrition::site::{Cause, Group};

    fn notice(team: &str) -> Notice {
        let group = Group::Team(team.to_owned());
        Notice { group, cause: Cause::Measures, began_day: 1, ended: None, held_day: 1, agents: 9, moved: Vec::new() }
    }

    /// A group has a series while its event lives, and none of another site's go with it.
    #[test]
    fn a_group_has_a_series_while_its_event_lives() {
        let registry = Registry::new();
        let metrics = Metrics::new(&registry).unwrap();
        let shown = || {
            let families = registry.gather();
            let family = families.iter().find(|family| family.name() == "holdfast_attrition_group_moved_agents");
            let of = |family: &prometheus::proto::MetricFamily| {
                let labels = |metric: &prometheus::proto::Metric| {
                    metric.get_label().iter().map(|label| label.value().to_owned()).collect::<Vec<_>>().join(" ")
                };
                family.get_metric().iter().map(labels).collect::<Vec<_>>()
            };
            family.map(of).unwrap_or_default()
        };
        let day = SiteDayResult::default();
        metrics.show("t", "north", &day, 0, &[notice("red"), notice("blue")]);
        metrics.show("t", "south", &day, 0, &[notice("red")]);
        assert_eq!(shown().len(), 3);
        metrics.show("t", "north", &day, 0, &[notice("blue")]);
        assert_eq!(shown(), ["measures blue team north t", "measures red team south t"]);
        metrics.hide("t", "south");
        assert_eq!(shown(), ["measures blue team north t"]);
    }
}
