//! The gauges of teams. No agent is in a label; teams beyond `teams_max` are shown as one, so the number of series has a bound.

use super::view::TeamView;
use super::{TeamName, UNASSIGNED};
use crate::Window;
use crate::board::Board;
use crate::metrics::{Family, Scrape, seconds, vector};
use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The team of those that have no series of their own.
const OTHER: &str = "other";

const BY_ACTIVITY: &[&str] = &["tenant", "team", "activity"];
const BY_TEAM: &[&str] = &["tenant", "team"];
const BY_WINDOW: &[&str] = &["tenant", "team", "window"];
const PLAIN: &[&str] = &[];

const AGENTS: &str = "holdfast_team_agents";
const STAFFED: &str = "holdfast_team_staffed_agents";
const OLDEST: &str = "holdfast_team_oldest_activity_started_timestamp_seconds";
const OCCUPANCY: [&str; 3] =
    ["holdfast_team_occupancy_ratio", "holdfast_team_occupancy_numerator_seconds", "holdfast_team_occupancy_denominator_seconds"];
const UTILISATION: [&str; 3] =
    ["holdfast_team_utilisation_ratio", "holdfast_team_utilisation_numerator_seconds", "holdfast_team_utilisation_denominator_seconds"];
const HANDLED: &str = "holdfast_team_handled";
const PANES: &str = "holdfast_board_agent_panes";
const HIDDEN: &str = "holdfast_board_teams_in_other";

/// See the module.
pub(crate) struct TeamGauges {
    board: Arc<Board>,
    families: BTreeMap<String, Family>,
    descriptions: Vec<Desc>,
}

fn families() -> BTreeMap<String, Family> {
    let all: [(&str, &str, &'static [&'static str]); 12] = [
        (AGENTS, "Agents who do this now.", BY_ACTIVITY),
        (STAFFED, "Agents who are logged in.", BY_TEAM),
        (OLDEST, "Begin of the longest span of the activity that goes on; no sample: nobody does it.", BY_ACTIVITY),
        (OCCUPANCY[0], "Contact, after-call work and dialling / the same and waiting, 0 to 1. No sample without a denominator.", BY_WINDOW),
        (OCCUPANCY[1], "Occupancy, above the line: contact, after-call work and dialling.", BY_WINDOW),
        (OCCUPANCY[2], "Occupancy, below the line: contact, after-call work, dialling and waiting.", BY_WINDOW),
        (UTILISATION[0], "Contact and after-call work / paid shifts of who was there today. No sample without a denominator.", BY_WINDOW),
        (UTILISATION[1], "Utilisation, above the line: contact and after-call work.", BY_WINDOW),
        (UTILISATION[2], "Utilisation, below the line: paid shifts of who was there today.", BY_WINDOW),
        (HANDLED, "Handlings that ended in the window.", BY_WINDOW),
        (PANES, "Panes of agents that the board keeps.", PLAIN),
        (HIDDEN, "Teams beyond board.teams_max: they are shown together as the team other.", PLAIN),
    ];
    all.into_iter().map(|(name, help, labels)| (name.to_owned(), Family { help: help.to_owned(), labels })).collect()
}

impl TeamGauges {
    pub(crate) fn new(board: Arc<Board>) -> Result<Self, prometheus::Error> {
        let families = families();
        let vectors = families.iter().map(|(name, family)| vector(name, family));
        let vectors = vectors.collect::<Result<Vec<_>, _>>()?;
        let descriptions = vectors.iter().flat_map(|vector| vector.desc().into_iter().cloned()).collect();
        Ok(TeamGauges { board, families, descriptions })
    }
}

/// Each tenant's teams by name; those beyond the number as one. Returns how many those are.
fn bounded(teams: Vec<TeamView>, teams_max: usize) -> (Vec<TeamView>, usize) {
    let mut shown: BTreeMap<TeamName, TeamView> = BTreeMap::new();
    let mut hidden = 0;
    for (place, mut team) in teams.into_iter().enumerate() {
        // Nobody's agents are not a team: it has its series whatever the number of teams.
        if place >= teams_max && team.name.team != UNASSIGNED {
            hidden += 1;
            team.name.team = OTHER.to_owned();
        }
        match shown.get_mut(&team.name) {
            Some(known) => known.merge(team),
            None => _ = shown.insert(team.name.clone(), team),
        }
    }
    (shown.into_values().collect(), hidden)
}

impl Collector for TeamGauges {
    fn desc(&self) -> Vec<&Desc> {
        self.descriptions.iter().collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let (board, at_us) = (&self.board, self.board.now_us());
        let mut scrape = Scrape { families: &self.families, vectors: BTreeMap::new() };
        let floor = board.floor();
        let (teams, hidden) = bounded(floor.teams(at_us, &board.settings.zone), board.settings.teams_max);
        scrape.set(PANES, &[], floor.panes_held() as f64);
        scrape.set(HIDDEN, &[], hidden as f64);
        let activities = floor.activities();
        drop(floor);
        for team in &teams {
            set_team(&mut scrape, team, &activities);
        }
        scrape.vectors.into_values().flat_map(|vector| vector.collect()).collect()
    }
}

fn set_team(scrape: &mut Scrape<'_>, team: &TeamView, activities: &BTreeSet<String>) {
    let labels = [team.name.tenant.as_str(), team.name.team.as_str()];
    scrape.set(STAFFED, &labels, team.staffed() as f64);
    for activity in activities {
        let labels = [labels[0], labels[1], activity.as_str()];
        let doing = team.activities.get(activity);
        scrape.set(AGENTS, &labels, doing.map_or(0, |doing| doing.agents) as f64);
        if let Some(doing) = doing {
            scrape.set(OLDEST, &labels, seconds(doing.oldest_us));
        }
    }
    for (window, _, pane) in &team.windows {
        let labels = [labels[0], labels[1], window.name()];
        let (work_ms, base_ms) = pane.occupancy_ms();
        set_ratio(scrape, OCCUPANCY, &labels, (work_ms, base_ms));
        scrape.set(HANDLED, &labels, pane.get("handled") as f64);
        if *window == Window::Today {
            set_ratio(scrape, UTILISATION, &labels, (work_ms, team.paid_ms));
        }
    }
}

fn set_ratio(scrape: &mut Scrape<'_>, names: [&str; 3], labels: &[&str], (numerator_ms, denominator_ms): (i64, i64)) {
    if denominator_ms > 0 {
        scrape.set(names[0], labels, numerator_ms as f64 / denominator_ms as f64);
    }
    scrape.set(names[1], labels, numerator_ms as f64 / 1e3);
    scrape.set(names[2], labels, denominator_ms as f64 / 1e3);
}
