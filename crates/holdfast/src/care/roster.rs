//! Who leads whom now, and how many a team is: from the reference data as of a moment.

use crate::reference::{Entries, holding_at};
use events::ReferenceKind;
use std::collections::BTreeMap;

/// A person's place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Team.
    pub team: Option<String>,
    /// Site: the agent's own, or that of the team.
    pub site: Option<String>,
    /// Who leads the agent: the agent's own entry says it, or that of the team.
    pub leader: Option<String>,
}

/// The agents of one tenant who are here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    agents: BTreeMap<String, Place>,
    zones: BTreeMap<String, String>,
}

impl Roster {
    /// Who is where at `at_us`. Whoever has left by `today` (2024-03-01) is nowhere.
    #[must_use]
    pub fn at(entries: &Entries, tenant: &str, at_us: i64, today: &str) -> Self {
        let holding = holding_at(entries, at_us);
        let of = |kind: ReferenceKind| holding.iter().filter(move |one| one.key.tenant == tenant && one.key.kind == kind);
        let teams: BTreeMap<&str, _> = of(ReferenceKind::Team).map(|one| (one.key.id.as_str(), one.attributes)).collect();
        let agents = of(ReferenceKind::Agent)
            // Dates are written the same way everywhere, so they compare as text.
            .filter(|one| one.attributes.get("left_date").is_none_or(|left| left.as_str() >= today))
            .map(|one| {
                let own = |name: &str| one.attributes.get(name).filter(|value| !value.is_empty()).cloned();
                let team = own("team");
                let of_team = |name: &str| team.as_deref().and_then(|team| teams.get(team)).and_then(|known| known.get(name)).cloned();
                let place =
                    Place { leader: own("leader").or_else(|| of_team("leader")), site: own("site").or_else(|| of_team("site")), team };
                (one.key.id.clone(), place)
            });
        let zone = |one: &crate::reference::Holding<'_>| Some((one.key.id.clone(), one.attributes.get("zone")?.clone()));
        Self { agents: agents.collect(), zones: of(ReferenceKind::Site).filter_map(zone).collect() }
    }

    /// IANA zone of a site; UTC: none is known.
    #[must_use]
    pub fn zone(&self, site: &str) -> &str {
        self.zones.get(site).map_or("UTC", String::as_str)
    }

    /// Where the agent is now; none: nothing is known, or the agent has left.
    #[must_use]
    pub fn place(&self, agent: &str) -> Option<&Place> {
        self.agents.get(agent)
    }

    /// Whether `leader` leads the agent now.
    #[must_use]
    pub fn leads(&self, leader: &str, agent: &str) -> bool {
        self.place(agent).and_then(|place| place.leader.as_deref()) == Some(leader)
    }

    /// Agents of each team, with its site.
    #[must_use]
    pub fn teams(&self) -> BTreeMap<(Option<&str>, &str), usize> {
        let mut teams = BTreeMap::new();
        for place in self.agents.values() {
            if let Some(team) = &place.team {
                *teams.entry((place.site.as_deref(), team.as_str())).or_default() += 1;
            }
        }
        teams
    }

    /// Agents whom `leader` leads now.
    #[must_use]
    pub fn agents_of(&self, leader: &str) -> Vec<&str> {
        self.agents.iter().filter(|(_, place)| place.leader.as_deref() == Some(leader)).map(|(agent, _)| agent.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Key;

    #[test]
    fn the_team_says_who_leads_unless_the_agent_does() {
        let entry = |kind, id: &str, from, attributes: &[(&str, &str)]| {
            let key = Key { tenant: "default".to_owned(), kind, id: id.to_owned(), valid_from_us: from };
            (key, attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        };
        use ReferenceKind::{Agent, Site, Team};
        let entries = Entries::from([
            entry(Site, "north", 0, &[("zone", "Europe/Berlin")]),
            entry(Team, "red", 0, &[("leader", "lea"), ("site", "north")]),
            entry(Team, "red", 100, &[("leader", "leo"), ("site", "north")]),
            entry(Agent, "ann", 0, &[("team", "red")]),
            entry(Agent, "ben", 0, &[("team", "red"), ("leader", "own")]),
            entry(Agent, "cem", 0, &[("team", "red"), ("left_date", "2024-03-01")]),
            entry(Agent, "dee", 0, &[("team", "")]),
        ]);
        let roster = Roster::at(&entries, "default", 50, "2024-03-01");
        assert!(roster.leads("lea", "ann") && !roster.leads("lea", "ben") && roster.leads("own", "ben"));
        // Cem's last day is the first of March.
        assert_eq!(roster.teams(), [((Some("north"), "red"), 3)].into());
        assert_eq!((roster.zone("north"), roster.zone("south")), ("Europe/Berlin", "UTC"));
        let later = Roster::at(&entries, "default", 100, "2024-03-02");
        assert!(later.leads("leo", "ann") && !later.leads("lea", "ann"));
        assert_eq!((later.agents_of("leo"), later.place("cem")), (vec!["ann"], None));
        assert_eq!(Roster::at(&entries, "other", 100, "2024-03-02"), Roster::default());
    }
}
