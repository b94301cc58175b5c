//! From signals to alerts: a function. An alert says that a talk is due in a team; it names neither the agent nor a score, and its labels cannot be traced
//! to either.
//!
//! One alert for each signal that waits. Signals of one team and tier are told apart by their number alone, so that a second one is heard of, and the end
//! of one ends an alert.

use super::roster::Roster;
use super::signal::Signal;
use attrition::signals::{State, Tier};
use std::collections::BTreeMap;

/// Name of the alert.
pub const ALERT: &str = "HoldfastAttritionSignal";

/// An alert's labels.
pub type Labels = BTreeMap<&'static str, String>;

/// An alert that fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its labels: alertname, tenant, site, team, tier, number.
    pub labels: Labels,
    /// Texts: summary, description, link.
    pub annotations: BTreeMap<&'static str, String>,
    /// Since when, microseconds since 1970: the moment from which the signal is told, of several of a team and tier in their order.
    pub since_us: i64,
}

/// Tenant, site, team, tier.
type Group<'s> = (&'s str, String, String, Tier);

/// Whether somebody has to do something now: an open signal waits for the leader, an urgent one until the talk. Contested ones are hidden, and one that was
/// seen is not told again; one that is kept silent is told to nobody, so it waits for nobody.
#[must_use]
pub fn waits(signal: &Signal) -> bool {
    match signal.state {
        _ if signal.silent => false,
        State::Open => true,
        State::Acknowledged => signal.tier == Tier::Urgent,
        _ => false,
    }
}

/// The alerts of signals as they stand; `roster` of the same tenant says in which team the agent is now. `link` leads to where signals are looked at.
#[must_use]
pub fn alerts<'s>(signals: impl Iterator<Item = &'s Signal>, roster: &Roster, link: &str) -> Vec<Alert> {
    let mut groups: BTreeMap<Group<'_>, Vec<i64>> = BTreeMap::new();
    for signal in signals.filter(|signal| waits(signal)) {
        let place = roster.place(&signal.agent);
        let team = match place {
            Some(place) => place.team.clone(),
            None => signal.team.clone(),
        };
        let site = place.and_then(|place| place.site.clone()).unwrap_or_else(|| signal.site.clone());
        groups.entry((&signal.tenant, site, team.unwrap_or_default(), signal.tier)).or_default().push(signal.told_us);
    }
    let mut alerts = Vec::new();
    for ((tenant, site, team, tier), mut openings) in groups {
        openings.sort_unstable();
        for (at, since_us) in openings.iter().enumerate() {
            alerts.push(alert(tenant, &site, &team, tier, at + 1, *since_us, link));
        }
    }
    alerts
}

fn alert(tenant: &str, site: &str, team: &str, tier: Tier, number: usize, since_us: i64, link: &str) -> Alert {
    let whose = if team.is_empty() { "agents without a team".to_owned() } else { format!("team {team}") };
    let labels = [
        ("alertname", ALERT.to_owned()),
        ("tenant", tenant.to_owned()),
        ("site", site.to_owned()),
        ("team", team.to_owned()),
        ("tier", tier.name().to_owned()),
        ("number", number.to_string()),
    ];
    let mut annotations = BTreeMap::from([
        ("summary", "A talk is due.".to_owned()),
        ("description", format!("In {whose} an early warning ({}) waits: `holdfast signals list` shows it to the leader.", tier.name())),
    ]);
    if !link.is_empty() {
        annotations.insert("link", link.to_owned());
    }
    // Alertmanager knows no empty labels.
    Alert { labels: labels.into_iter().filter(|(_, value)| !value.is_empty()).collect(), annotations, since_us }
}

/// The body of a request to `/api/v2/alerts`: those that fire, until `until_us` unless they are sent again, and those that have ended at `now_us`.
#[must_use]
pub fn body(firing: &[Alert], ended: &[Alert], now_us: i64, until_us: i64) -> serde_json::Value {
    let one = |alert: &Alert, ends_us: i64| {
        serde_json::json!({
            "labels": alert.labels,
            "annotations": alert.annotations,
            "startsAt": time(alert.since_us.min(now_us)),
            "endsAt": time(ends_us),
        })
    };
    firing.iter().map(|alert| one(alert, until_us)).chain(ended.iter().map(|alert| one(alert, now_us))).collect()
}

fn time(us: i64) -> String {
    jiff::Timestamp::from_microsecond(us).unwrap_or_default().to_string()
}
