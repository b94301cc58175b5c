//! How many signals wait in each team: a function, for gauges. Teams of fewer than eight are left out, and no sum over all teams is given, because a sum
//! less the teams that are shown would tell of those that are not.

use super::alerts::waits;
use super::roster::Roster;
use super::signal::Signal;
use crate::privacy::counted;
use attrition::signals::Tier;
use std::collections::BTreeMap;

/// A team that may be counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TeamName {
    /// Whose.
    pub tenant: String,
    /// Site.
    pub site: String,
    /// Team.
    pub team: String,
}

/// What is counted of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeamCount {
    /// Signals of concern that wait for the leader.
    pub concern: i64,
    /// Urgent ones that wait for the leader or for the talk.
    pub urgent: i64,
    /// Since when the one is told that has waited longest, microseconds since 1970.
    pub oldest_us: Option<i64>,
}

/// The counts of a tenant's teams of eight and more.
#[must_use]
pub fn team_counts<'s>(tenant: &str, signals: impl Iterator<Item = &'s Signal>, roster: &Roster) -> BTreeMap<TeamName, TeamCount> {
    let name = |site: Option<&str>, team: &str| TeamName {
        tenant: tenant.to_owned(),
        site: site.unwrap_or_default().to_owned(),
        team: team.to_owned(),
    };
    let teams = roster.teams().into_iter().filter(|(_, agents)| counted(*agents).is_some());
    let mut counts: BTreeMap<TeamName, TeamCount> = teams.map(|((site, team), _)| (name(site, team), TeamCount::default())).collect();
    for signal in signals.filter(|signal| signal.tenant == tenant && waits(signal)) {
        let place = roster.place(&signal.agent);
        let team = place.and_then(|place| Some(name(place.site.as_deref(), place.team.as_deref()?)));
        let Some(count) = team.and_then(|team| counts.get_mut(&team)) else { continue };
        match signal.tier {
            Tier::Urgent => count.urgent += 1,
            _ => count.concern += 1,
        }
        count.oldest_us = Some(count.oldest_us.map_or(signal.told_us, |oldest| oldest.min(signal.told_us)));
    }
    counts
}
