//! The teams as they are at a moment: who does what, and what was done in the last quarter hours and today. What goes on counts up to the
//! moment; panes hold only what has ended.

use super::{Agent, Floor, TeamName, Told, minute_of};
use crate::window::day_of;
use crate::{Span, Window};
use jiff::tz::TimeZone;
use kpi::MINUTE_US;
use kpi::agent_pane::{AgentPane, cut, is_staffed, occupancy_base, quarter_start_us, time_measure};
use kpi::windows::INTERVAL_US;
use std::collections::{BTreeMap, BTreeSet};

/// Windows that teams are shown for: whole quarter hours, and today.
pub(super) const WINDOWS: [Window; 4] = [Window::Minutes(15), Window::Minutes(30), Window::Minutes(60), Window::Today];

/// Paid seconds of a shift if nobody says otherwise: 7.5 h (domain.md 2.4).
const PAID_SHIFT_S: i64 = 27_000;

/// How many agents do something, and since when the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doing {
    /// Agents.
    pub agents: i64,
    /// Begin of the longest span of it that goes on, µs since 1970.
    pub oldest_us: i64,
}

/// What one agent does now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentDoing {
    /// Agent.
    pub agent: String,
    /// Name of the activity.
    pub activity: String,
    /// Since when, µs since 1970.
    pub since_us: i64,
    /// Queue of the contact at hand; none: none, or not known.
    pub queue: Option<String>,
}

/// A team at a moment.
#[derive(Clone, Debug)]
pub struct TeamView {
    /// Which.
    pub name: TeamName,
    /// Its site; none: not known.
    pub site: Option<String>,
    /// Zone of its local day: that of its site, else that of the board.
    pub zone: TimeZone,
    /// By name of the activity.
    pub activities: BTreeMap<String, Doing>,
    /// Who does what, by agent.
    pub agents: Vec<AgentDoing>,
    /// What was done in each window: spans of activity up to the moment, and counts.
    pub windows: Vec<(Window, Span, AgentPane)>,
    /// Paid shifts of all agents who were there today, ms.
    pub paid_ms: i64,
}

impl TeamView {
    /// Agents who are logged in.
    pub fn staffed(&self) -> i64 {
        let staffed = self.activities.iter().filter(|(activity, _)| is_staffed(activity));
        staffed.map(|(_, doing)| doing.agents).sum()
    }

    /// What was done in a window.
    pub fn window(&self, window: Window) -> Option<(Span, &AgentPane)> {
        self.windows.iter().find(|(known, ..)| *known == window).map(|(_, span, pane)| (*span, pane))
    }

    /// Takes another team in, as one.
    pub(super) fn merge(&mut self, other: TeamView) {
        for (activity, doing) in other.activities {
            let sum = self.activities.entry(activity).or_insert(Doing { agents: 0, oldest_us: doing.oldest_us });
            *sum = Doing { agents: sum.agents + doing.agents, oldest_us: sum.oldest_us.min(doing.oldest_us) };
        }
        self.agents.extend(other.agents);
        for ((.., sum), (.., pane)) in self.windows.iter_mut().zip(&other.windows) {
            sum.merge(pane, 1);
        }
        self.paid_ms += other.paid_ms;
    }
}

/// What a window covers: whole quarter hours, as panes are; today with the running one. The running one is left out otherwise: a ratio of
/// its first seconds says nothing.
fn span_of(window: Window, at_us: i64, zone: &TimeZone) -> Span {
    let end_us = quarter_start_us(at_us);
    match window {
        Window::Minutes(minutes) => Span { start_us: end_us.saturating_sub(minutes.saturating_mul(MINUTE_US)), end_us },
        Window::Today => Span { start_us: day_of(at_us, zone).start_us, end_us: end_us.saturating_add(INTERVAL_US) },
    }
}

impl Floor {
    /// Every team that has agents, ordered by tenant and name. `zone`: that of teams whose site has none.
    pub fn teams(&self, at_us: i64, zone: &TimeZone) -> Vec<TeamView> {
        let layout = self.agents.iter().flat_map(|agent| &agent.told).map(|told| (told.generation, told.layout)).max();
        let mut views: BTreeMap<TeamName, TeamView> = BTreeMap::new();
        for team in self.totals.values().flat_map(|teams| teams.keys()).collect::<BTreeSet<_>>() {
            if let Some(name) = self.teams.get(*team) {
                self.view(&mut views, name, at_us, zone);
            }
        }
        let told = |agent: &'_ Agent| {
            let told = agent.told.iter().filter(|told| Some((told.generation, told.layout)) == layout);
            // Silent for too long: the session is over, though nobody has told.
            told.filter(|told| told.since_us <= at_us && at_us < told.silent_us).max_by_key(|told| told.version).cloned()
        };
        let agents: Vec<_> = self.agents.iter().map(|agent| (agent, told(agent))).collect();
        for (agent, told) in &agents {
            if let Some(told) = told {
                self.add_present(&mut views, agent, told, at_us, zone);
            }
        }
        for (agent, told) in &agents {
            add_paid(&mut views, agent, told.as_ref(), at_us);
        }
        views.values_mut().for_each(|view| view.agents.sort_by(|one, next| one.agent.cmp(&next.agent)));
        views.into_values().collect()
    }

    /// The view of a team, with what its panes hold when it is made.
    fn view<'v>(&self, views: &'v mut BTreeMap<TeamName, TeamView>, name: &TeamName, at_us: i64, zone: &TimeZone) -> &'v mut TeamView {
        views.entry(name.clone()).or_insert_with(|| {
            let (site, own) = self.places.of_team(&name.tenant, &name.team, at_us);
            let zone = own.and_then(|own| crate::window::zone(own).ok()).unwrap_or_else(|| zone.clone());
            let number = self.team_numbers.get(name);
            let total = |span: Span| {
                let mut sum = AgentPane::default();
                for teams in self.totals.range(minute_of(span.start_us)..minute_of(span.end_us)).map(|(_, teams)| teams) {
                    number.and_then(|number| teams.get(number)).into_iter().for_each(|pane| sum.merge(pane, 1));
                }
                sum
            };
            let of = |window: Window| {
                let span = span_of(window, at_us, &zone);
                (window, span, total(span))
            };
            TeamView {
                name: name.clone(),
                site: site.map(str::to_owned),
                windows: WINDOWS.into_iter().map(of).collect(),
                zone: zone.clone(),
                activities: BTreeMap::new(),
                agents: Vec::new(),
                paid_ms: 0,
            }
        })
    }

    fn add_present(&self, views: &mut BTreeMap<TeamName, TeamView>, agent: &Agent, told: &Told, at_us: i64, zone: &TimeZone) {
        let view = self.view(views, &agent.team_at(at_us), at_us, zone);
        let sum = view.activities.entry(told.activity.to_string()).or_insert(Doing { agents: 0, oldest_us: told.since_us });
        *sum = Doing { agents: sum.agents + 1, oldest_us: sum.oldest_us.min(told.since_us) };
        let (activity, queue) = (told.activity.to_string(), told.queue.as_ref().map(ToString::to_string));
        view.agents.push(AgentDoing { agent: agent.id.to_string(), activity, since_us: told.since_us, queue });
        let measure = time_measure(&told.activity);
        for (window_us, ms) in cut(Span { start_us: told.since_us, end_us: at_us }) {
            let view = self.view(views, &agent.team_at(window_us), at_us, zone);
            for (_, span, pane) in &mut view.windows {
                if (span.start_us..span.end_us).contains(&window_us) {
                    pane.add(&measure, ms);
                }
            }
        }
    }

    /// Every activity that anybody has been seen in, ordered, whatever is known of it.
    pub(super) fn activities(&self) -> BTreeSet<String> {
        let measures = self.totals.values().flat_map(|teams| teams.values()).flat_map(AgentPane::measures);
        let past = measures.filter_map(|(measure, _)| kpi::agent_pane::activity_of(measure)).map(str::to_owned);
        let present = self.agents.iter().flat_map(|agent| &agent.told).map(|told| told.activity.to_string());
        past.chain(present).chain(occupancy_base().into_iter().map(str::to_owned)).collect()
    }
}

/// The paid shift of an agent counts in each team that he was in today.
fn add_paid(views: &mut BTreeMap<TeamName, TeamView>, agent: &Agent, told: Option<&Told>, at_us: i64) {
    let paid_s = agent.history.attribute_at("paid_shift_s", at_us).and_then(|text| text.parse::<i64>().ok()).unwrap_or(PAID_SHIFT_S);
    let today = |view: &TeamView| view.window(Window::Today).map(|(span, _)| span);
    let mut teams = BTreeSet::new();
    let earliest_us = views.values().filter_map(today).map(|span| span.start_us).min().unwrap_or(at_us);
    let went_on = told.map(|told| told.since_us.max(earliest_us)..at_us);
    let live = went_on.into_iter().flat_map(|range| cut(Span { start_us: range.start, end_us: range.end }).map(|(window_us, _)| window_us));
    let ended = agent.quarters.range(minute_of(earliest_us)..).filter(|(_, quarter)| !quarter.partials.is_empty());
    for window_us in ended.map(|(minute, _)| i64::from(*minute) * MINUTE_US).chain(live) {
        let team = agent.team_at(window_us);
        let counts = views.get(&team).and_then(today).is_some_and(|span| (span.start_us..span.end_us).contains(&window_us));
        if counts && !teams.contains(&team) {
            teams.insert(team);
        }
    }
    for team in teams {
        if let Some(view) = views.get_mut(&team) {
            view.paid_ms += paid_s * 1_000;
        }
    }
}
