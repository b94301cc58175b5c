//! What the stage reports about itself: counts per site, none of fewer than eight agents, none of a person.

use attrition::features::Input;
use attrition::site::{AgentScore, Notice};
use prometheus::core::Collector;
use prometheus::{IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};
use std::collections::HashMap;

/// Smaller sites are not shown.
const FEWEST_AGENTS: usize = 8;

/// What is shown of a site after its latest day.
pub(super) struct Latest<'a> {
    /// Days since 1970-01-01.
    pub(super) day: i32,
    /// Agents scored.
    pub(super) scored: usize,
    /// Of them: those of whom something is known, by family of inputs.
    pub(super) known: &'a [(String, usize)],
    /// Signals that live and that somebody is told of; none: the site's warnings are not shown at present.
    pub(super) told_of: Option<usize>,
    /// Events of groups that live. They are of the organisation: whether warnings about persons are any good says nothing of them.
    pub(super) moved: &'a [Notice],
}

/// Metrics of the stage.
#[derive(Clone)]
pub(super) struct Metrics {
    scored: IntGaugeVec,
    known: IntGaugeVec,
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
            known: IntGaugeVec::new(
                Opts::new(
                    "holdfast_attrition_known_agents",
                    "Of the agents scored on the latest day, those of whom something is known in a family of inputs; sites of at least eight only.",
                ),
                &["tenant", "site", "family"],
            )?,
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
                "Records of the logs of signals and of notices that this version cannot read; they stay in the topic and are left out.",
            )?,
            waiting: IntGauge::new(
                "holdfast_attrition_waiting",
                "1: no day is told, because a stage is further behind than attrition.wait_above_records; else 0.",
            )?,
            events: IntCounterVec::new(Opts::new("holdfast_attrition_events_total", "Events written to the log of signals."), &["kind"])?,
        };
        for gauges in [&metrics.scored, &metrics.known, &metrics.live, &metrics.group_events, &metrics.group_moved, &metrics.told_day] {
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

    /// Shows a site after its latest day.
    pub(super) fn show(&self, tenant: &str, site: &str, latest: &Latest<'_>) {
        let labels = [tenant, site];
        self.told_day.with_label_values(&labels).set(i64::from(latest.day));
        let shown = [(&self.scored, Some(latest.scored)), (&self.live, latest.told_of), (&self.group_events, Some(latest.moved.len()))];
        for (gauge, count) in shown {
            if let Some(count) = count.filter(|_| latest.scored >= FEWEST_AGENTS) {
                gauge.with_label_values(&labels).set(count as i64);
            } else {
                // Not there before either: then there is nothing to remove.
                drop(gauge.remove_label_values(&labels));
            }
        }
        forget(&self.known, tenant, site);
        for (family, agents) in latest.known.iter().filter(|_| latest.scored >= FEWEST_AGENTS) {
            self.known.with_label_values(&[tenant, site, family]).set(*agents as i64);
        }
        forget(&self.group_moved, tenant, site);
        for notice in latest.moved {
            let labels = [tenant, site, notice.group.kind(), notice.group.name(), notice.cause.name()];
            self.group_moved.with_label_values(&labels).set(i64::from(notice.agents));
        }
    }

    /// Shows a site no more: it was switched off.
    pub(super) fn hide(&self, tenant: &str, site: &str) {
        for gauge in [&self.scored, &self.live, &self.group_events, &self.told_day] {
            drop(gauge.remove_label_values(&[tenant, site]));
        }
        [&self.known, &self.group_moved].into_iter().for_each(|gauge| forget(gauge, tenant, site));
    }
}

/// Of how many agents something is known, by family of inputs.
pub(super) fn known(scores: &[AgentScore]) -> Vec<(String, usize)> {
    let families = Input::all().into_iter().filter(|input| matches!(input, Input::Missing(_)));
    let of = |missing: Input| {
        let known = scores.iter().filter(|score| score.inputs.get(&missing).is_some_and(|missing| *missing == 0.0));
        (super::telling::lower(&missing.family()), known.count())
    };
    families.map(of).collect()
}

/// Removes every series of a site, whatever its other labels are.
fn forget(gauge: &IntGaugeVec, tenant: &str, site: &str) {
    for family in gauge.collect() {
        for metric in family.get_metric() {
            let labels: HashMap<&str, &str> = metric.get_label().iter().map(|label| (label.name(), label.value())).collect();
            if labels.get("tenant") == Some(&tenant) && labels.get("site") == Some(&site) {
                drop(gauge.remove(&labels));
            }
        }
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

    /// Series of a metric, as the values of their labels and their value.
    fn series(registry: &Registry, name: &str) -> Vec<String> {
        let families = registry.gather();
        let family = families.iter().find(|family| family.name() == name);
        let labels = |metric: &prometheus::proto::Metric| {
            let labels = metric.get_label().iter().map(|label| label.value().to_owned()).collect::<Vec<_>>().join(" ");
            format!("{labels} {}", metric.get_gauge().get_value())
        };
        family.map(|family| family.get_metric().iter().map(labels).collect()).unwrap_or_default()
    }

    /// A group has a series while its event lives, and none of another site's go with it.
    #[test]
    fn a_group_has_a_series_while_its_event_lives() {
        let registry = Registry::new();
        let metrics = Metrics::new(&registry).unwrap();
        let shown = || series(&registry, "holdfast_attrition_group_moved_agents");
        let show =
            |site: &str, moved: &[Notice]| metrics.show("t", site, &Latest { day: 1, scored: 0, known: &[], told_of: Some(0), moved });
        show("north", &[notice("red"), notice("blue")]);
        show("south", &[notice("red")]);
        assert_eq!(shown().len(), 3);
        show("north", &[notice("blue")]);
        assert_eq!(shown(), ["measures blue team north t 9", "measures red team south t 9"]);
        metrics.hide("t", "south");
        assert_eq!(shown(), ["measures blue team north t 9"]);
    }

    /// What is known of a family is a count of the latest day, and goes with the site.
    #[test]
    fn what_is_known_is_counted_by_family() {
        let registry = Registry::new();
        let metrics = Metrics::new(&registry).unwrap();
        let shown = || series(&registry, "holdfast_attrition_known_agents");
        let show = |site: &str, scored: usize, known: &[(&str, usize)]| {
            let known: Vec<(String, usize)> = known.iter().map(|(family, agents)| ((*family).to_owned(), *agents)).collect();
            metrics.show("t", site, &Latest { day: 1, scored, known: &known, told_of: None, moved: &[] });
        };
        show("north", 9, &[("pace", 9), ("presence", 0)]);
        show("south", 8, &[("pace", 7)]);
        assert_eq!(shown(), ["pace north t 9", "pace south t 7", "presence north t 0"]);
        show("north", 9, &[("presence", 9)]);
        assert_eq!(shown(), ["pace south t 7", "presence north t 9"]);
        show("north", 7, &[("presence", 7)]);
        assert_eq!(shown(), ["pace south t 7"], "seven are not shown");
        metrics.hide("t", "south");
        assert!(shown().is_empty());
    }

    const COUNTS: [&str; 4] = ["scored_agents", "live_signals", "group_events", "told_day"];

    /// Eight agents are counted and seven are not, also where there were eight before; a site whose warnings are not shown has no count of them, and one that is switched off none
    /// at all, until they are shown again. Another site's stay.
    #[test]
    fn counts_go_with_what_is_not_shown_and_come_back() {
        let registry = Registry::new();
        let metrics = Metrics::new(&registry).unwrap();
        let of = |site: &str| {
            COUNTS.map(|name| {
                let found = series(&registry, &format!("holdfast_attrition_{name}"));
                found.iter().find_map(|line| line.strip_prefix(&format!("{site} t ")).map(str::to_owned)).unwrap_or_default()
            })
        };
        let red = [notice("red")];
        let show = |site: &str, scored: usize, told_of: Option<usize>| {
            metrics.show("t", site, &Latest { day: 7, scored, known: &[("pace".to_owned(), 5)], told_of, moved: &red })
        };
        show("south", 8, Some(3));
        let south = ["8", "3", "1", "7"];
        assert_eq!((of("south").each_ref().map(String::as_str), of("north")), (south, [const { String::new() }; 4]));
        show("north", 9, Some(2));
        assert_eq!(of("north"), ["9", "2", "1", "7"]);
        show("north", 7, Some(2));
        assert_eq!(of("north"), ["", "", "", "7"]);
        show("north", 9, None);
        assert_eq!(of("north"), ["9", "", "1", "7"], "suspended");
        show("north", 9, Some(2));
        metrics.hide("t", "north");
        assert_eq!(of("north"), [""; 4], "switched off");
        show("north", 9, Some(0));
        assert_eq!(of("north"), ["9", "0", "1", "7"]);
        assert_eq!(of("south"), south);
    }
}
