//! What people were promised, as gauges, so that somebody hears when it is not kept: a human answers an objection within so many days, and data go in time.
//! Nobody is named, and no team.

use super::counted;
use crate::care::{Roster, Signal};
use crate::config::Config;
use crate::error::Error;
use crate::reference::Entries;
use events::SignalKind;
use prometheus::{GaugeVec, IntGaugeVec, Opts};
use std::collections::{BTreeMap, BTreeSet};
use warehouse::Server;

/// Stands for all sites of a tenant of fewer than eight agents: an objection there is answered as anywhere, and whose site it is would almost say whose it is.
pub const SMALL_SITES: &str = "(small sites)";

/// The gauges are set so often, microseconds.
const EVERY_US: i64 = 30_000_000;

const DAY_US: i64 = 86_400_000_000;

/// See the module.
pub struct Promises {
    overdue: IntGaugeVec,
    /// Without labels, and without a sample before it is known.
    retention: GaugeVec,
    next_us: i64,
}

impl Promises {
    /// Registers the gauges.
    ///
    /// # Errors
    /// If the registry has them already.
    pub fn new(registry: &prometheus::Registry) -> Result<Self, prometheus::Error> {
        let overdue = Opts::new(
            "holdfast_attrition_objections_overdue",
            "Objections that no human has answered within care.answer_days; sites of fewer than eight agents together.",
        );
        let retention = Opts::new(
            "holdfast_attrition_retention_last_run_timestamp_seconds",
            "When `holdfast attrition retention` last ran to its end; 0: never.",
        );
        let promises =
            Self { overdue: IntGaugeVec::new(overdue, &["tenant", "site"])?, retention: GaugeVec::new(retention, &[])?, next_us: i64::MIN };
        registry.register(Box::new(promises.overdue.clone()))?;
        registry.register(Box::new(promises.retention.clone()))?;
        Ok(promises)
    }

    /// Whether it is time to set the gauges again.
    #[must_use]
    pub fn is_due(&self, now_us: i64) -> bool {
        now_us >= self.next_us
    }

    /// Sets the gauges. When retention last ran stays as it was where ClickHouse is away.
    ///
    /// # Errors
    /// If a gauge refuses its labels.
    pub fn turn(
        &mut self,
        config: &Config,
        signals: &BTreeMap<&str, Signal>,
        entries: &Entries,
        runtime: &tokio::runtime::Runtime,
        now_us: i64,
    ) -> Result<(), prometheus::Error> {
        self.next_us = now_us.saturating_add(EVERY_US);
        self.overdue.reset();
        for ((tenant, site), count) in overdue(signals, entries, config.care.answer_days, now_us) {
            self.overdue.get_metric_with_label_values(&[&tenant, &site])?.set(count);
        }
        match runtime.block_on(last_retention_us(&crate::care::switch::server(config))) {
            Ok(at_us) => self.retention.get_metric_with_label_values::<&str>(&[])?.set(at_us as f64 / 1e6),
            Err(error) => tracing::warn!(%error, "when retention last ran could not be read"),
        }
        Ok(())
    }
}

/// Objections that have waited for more than `answer_days` at `now_us`, by tenant and site; nothing overdue is 0 for every site of eight agents and more, whether its
/// warnings are shown or not: who objected waits for an answer all the same. Unlike counts of teams this one has no fewest number: it is of duties that were not
/// done, and one is enough.
#[must_use]
pub fn overdue(signals: &BTreeMap<&str, Signal>, entries: &Entries, answer_days: u32, now_us: i64) -> BTreeMap<(String, String), i64> {
    let today = jiff::Timestamp::from_microsecond(now_us).unwrap_or_default().to_string();
    let today = today.split('T').next().unwrap_or_default();
    let tenants: BTreeSet<&str> =
        entries.keys().map(|key| key.tenant.as_str()).chain(signals.values().map(|signal| signal.tenant.as_str())).collect();
    let mut counts = BTreeMap::new();
    for tenant in tenants {
        let roster = Roster::at(entries, tenant, now_us, today);
        let mut agents: BTreeMap<&str, usize> = BTreeMap::new();
        for ((site, _), of_team) in roster.teams() {
            *agents.entry(site.unwrap_or_default()).or_default() += of_team;
        }
        let large: BTreeSet<&str> = agents.into_iter().filter(|(_, agents)| counted(*agents).is_some()).map(|(site, _)| site).collect();
        counts.extend(large.iter().map(|site| ((tenant.to_owned(), (*site).to_owned()), 0)));
        for signal in signals.values().filter(|signal| signal.tenant == tenant && waits_too_long(signal, answer_days, now_us)) {
            let site = if large.contains(signal.site.as_str()) { signal.site.as_str() } else { SMALL_SITES };
            *counts.entry((tenant.to_owned(), site.to_owned())).or_default() += 1;
        }
    }
    counts
}

fn waits_too_long(signal: &Signal, answer_days: u32, now_us: i64) -> bool {
    let objected = signal.steps.iter().rev().find(|step| step.kind == SignalKind::Contested);
    signal.state.is_contested() && objected.is_some_and(|step| now_us.saturating_sub(step.at_us) > i64::from(answer_days) * DAY_US)
}

/// When retention last wrote what it deleted, which it does at its end; 0: never.
async fn last_retention_us(attrition: &Server) -> Result<i64, Error> {
    let rows = attrition.rows("SELECT toString(max(at_us)) AS last_us FROM erasures WHERE cause = 'retention'").await?;
    let text = rows.first().and_then(|row| row.get("last_us")).and_then(|value| value.as_str()).unwrap_or_default();
    Ok(text.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::care::Signals;
    use crate::reference::Key;
    use events::{ReferenceKind, SignalActor, SignalEvent};

    const NOW_US: i64 = 100 * DAY_US;

    /// Opened at a site, objected to, and answered, on these days.
    fn known(signals: &mut Signals, site: &str, id: &str, contested_us: Option<i64>, rejected_us: Option<i64>) {
        let opened = SignalEvent { tenant: "t", site, agent: id, signal_id: id, state: "open", tier: "concern", ..SignalEvent::default() };
        let of = |kind, actor, event_time_us| SignalEvent { kind, actor, event_time_us, ..opened.clone() };
        let contested = contested_us.map(|us| of(SignalKind::Contested, SignalActor::Agent, us));
        let rejected = rejected_us.map(|us| of(SignalKind::ObjectionRejected, SignalActor::HumanResources, us));
        for event in [Some(opened.clone()), contested, rejected].into_iter().flatten() {
            signals.take(event.key().as_bytes(), &event);
        }
    }

    /// North has eight agents, south and west seven each.
    fn entries() -> Entries {
        let entry = |kind, id: String, (name, value): (&str, &str)| {
            let key = Key { tenant: "t".to_owned(), kind, id, valid_from_us: 0 };
            (key, [(name.to_owned(), value.to_owned())].into())
        };
        let sites = [("north", 8), ("south", 7), ("west", 7)];
        let team = |site: &str| entry(ReferenceKind::Team, format!("of-{site}"), ("site", site));
        let agents = |site: &str, count: usize| {
            let team = format!("of-{site}");
            (0..count).map(|number| entry(ReferenceKind::Agent, format!("{site}-{number}"), ("team", team.as_str()))).collect::<Vec<_>>()
        };
        sites.iter().flat_map(|(site, count)| agents(site, *count).into_iter().chain([team(site)])).collect()
    }

    #[test]
    fn an_objection_is_overdue_when_the_promised_days_are_over_and_nobody_has_answered() {
        let at = 86 * DAY_US;
        let counted = |now_us: i64, (site, contested, rejected): (&str, Option<i64>, Option<i64>)| {
            let mut signals = Signals::default();
            known(&mut signals, site, "s", contested, rejected);
            let counts = overdue(&signals.all(), &entries(), 14, now_us);
            counts.into_iter().map(|((tenant, site), count)| format!("{tenant} {site} {count}")).collect::<Vec<_>>()
        };
        assert_eq!(counted(NOW_US, ("north", Some(at), None)), ["t north 0"], "fourteen days are within the promise");
        assert_eq!(counted(NOW_US + 1, ("north", Some(at), None)), ["t north 1"]);
        assert_eq!(counted(NOW_US + 1, ("north", Some(at), Some(at + 1))), ["t north 0"], "answered");
        assert_eq!(counted(NOW_US + 1, ("north", None, None)), ["t north 0"], "nobody objects");
        // Whose site it is would say too much where few work; nothing is shown of it while nothing is overdue.
        assert_eq!(counted(NOW_US + 1, ("south", Some(at), None)), ["t (small sites) 1", "t north 0"]);
        assert_eq!(counted(NOW_US, ("south", Some(at), None)), ["t north 0"]);
    }

    #[test]
    fn small_sites_are_counted_together_and_the_others_apart() {
        let mut signals = Signals::default();
        for (site, id) in [("north", "a"), ("north", "b"), ("south", "c"), ("west", "d"), ("unknown", "e")] {
            known(&mut signals, site, id, Some(0), None);
        }
        let counts: Vec<_> = overdue(&signals.all(), &entries(), 14, NOW_US).into_iter().map(|((_, site), count)| (site, count)).collect();
        assert_eq!(counts, [(SMALL_SITES.to_owned(), 3), ("north".to_owned(), 2)]);
    }
}
