//! The floor: what the agents of each team do now and did today, from panes of agents, agents' presents and reference data. Pure: messages
//! come in as arguments, and so does the time.
//!
//! As with queues, the sum is a function of the *set* of messages. A pane belongs to the team that its agent was in when its window began;
//! when reference data change, the agent's panes move.

mod answer;
mod metrics;
mod reference;
mod view;

pub(crate) use answer::teams as answer;
pub(crate) use metrics::TeamGauges;
pub use view::{AgentDoing, Doing, TeamView};

use crate::Error;
use crate::merged::{Applied, QueueName, parse_key};
use events::{AgentNow, AgentPane as Message, Reference, ReferenceKind, codec};
use kpi::MINUTE_US;
use kpi::agent_pane::AgentPane;
use reference::{History, Places, parse_reference_key};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The team of agents of whom nobody says where they belong.
pub const UNASSIGNED: &str = "unassigned";

/// A team of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TeamName {
    /// Whose team it is.
    pub tenant: String,
    /// Its id in the reference data, or [`UNASSIGNED`].
    pub team: String,
}

/// What one partition said of one quarter of an hour of an agent; the message is kept as it came.
#[derive(Clone, Debug)]
struct Partial {
    partition: i32,
    layout: i32,
    generation: i32,
    version: i64,
    message: Box<[u8]>,
}

/// A quarter of an hour of an agent, and the number of the team that it counts for.
#[derive(Clone, Debug, Default)]
struct Quarter {
    team: usize,
    partials: Vec<Partial>,
}

impl Quarter {
    /// What counts: the newest layout, as for queues.
    fn counted(&self) -> AgentPane {
        let layout = self.partials.iter().map(|partial| (partial.generation, partial.layout)).max().map(|(_, layout)| layout);
        let mut sum = AgentPane::default();
        for partial in self.partials.iter().filter(|partial| Some(partial.layout) == layout) {
            // What is kept was decoded before it was kept.
            if let Ok(pane) = codec::decode::<Message<'_>>(&partial.message).map_err(Error::pane).and_then(|message| of(&message)) {
                sum.merge(&pane, 1);
            }
        }
        sum
    }
}

/// What one partition said last of an agent.
#[derive(Clone, Debug)]
struct Told {
    partition: i32,
    layout: i32,
    generation: i32,
    version: i64,
    activity: Box<str>,
    since_us: i64,
    silent_us: i64,
    queue: Option<Box<str>>,
}

/// An agent.
#[derive(Debug, Default)]
struct Agent {
    tenant: Box<str>,
    id: Box<str>,
    history: History,
    /// By minute of their start.
    quarters: BTreeMap<i32, Quarter>,
    told: Vec<Told>,
}

impl Agent {
    /// Team at a time.
    fn team_at(&self, at_us: i64) -> TeamName {
        let team = self.history.attribute_at("team", at_us).unwrap_or(UNASSIGNED);
        TeamName { tenant: self.tenant.to_string(), team: team.to_owned() }
    }
}

/// See the module.
pub struct Floor {
    keep_minutes: i32,
    agents: Vec<Agent>,
    numbers: FxHashMap<Box<str>, FxHashMap<Box<str>, usize>>,
    teams: Vec<TeamName>,
    team_numbers: FxHashMap<TeamName, usize>,
    /// What teams did, by minute of the start of the window and number of the team.
    totals: BTreeMap<i32, FxHashMap<usize, AgentPane>>,
    places: Places,
    newest_minute: Option<i32>,
    gone_before: i32,
    panes_held: usize,
}

/// As `parse_key`; who it is about stays out of the error, which is logged.
fn parse_agent_key(key: &[u8]) -> Result<(QueueName, [i32; 3]), Error> {
    parse_key(key).map_err(|_| Error::Key("one of an agent".to_owned()))
}

fn minute_of(time_us: i64) -> i32 {
    i32::try_from(time_us.div_euclid(MINUTE_US)).unwrap_or(if time_us < 0 { i32::MIN } else { i32::MAX })
}

fn of(message: &Message<'_>) -> Result<AgentPane, Error> {
    AgentPane::from_message(message).map_err(Error::pane)
}

impl Floor {
    /// Nothing yet; quarter hours older than `keep_hours` before the newest are forgotten by [`Floor::advance`].
    pub fn new(keep_hours: i64) -> Self {
        Floor {
            keep_minutes: i32::try_from(keep_hours.clamp(1, 24 * 366) * 60).unwrap_or(i32::MAX),
            agents: Vec::new(),
            numbers: FxHashMap::default(),
            teams: Vec::new(),
            team_numbers: FxHashMap::default(),
            totals: BTreeMap::new(),
            places: Places::default(),
            newest_minute: None,
            gone_before: i32::MIN,
            panes_held: 0,
        }
    }

    /// Takes a pane as it came from the topic.
    ///
    /// # Errors
    /// [`Error::Pane`] if it is none.
    pub fn apply_pane(&mut self, bytes: &[u8]) -> Result<Applied, Error> {
        let message = codec::decode::<Message<'_>>(bytes).map_err(Error::pane)?;
        of(&message)?;
        let minute = minute_of(message.window_start_us);
        if minute < self.gone_before {
            return Ok(Applied::Gone);
        }
        let number = self.number(message.tenant, message.agent);
        let Some(agent) = self.agents.get(number) else { return Ok(Applied::Gone) };
        let team = agent.team_at(message.window_start_us);
        let team = self.team_number(team);
        let Some(agent) = self.agents.get_mut(number) else { return Ok(Applied::Gone) };
        let quarter = agent.quarters.entry(minute).or_insert_with(|| Quarter { team, partials: Vec::new() });
        let place = |partial: &Partial| (partial.partition, partial.layout) == (message.partition, message.layout);
        let stored = quarter.partials.iter().position(place);
        if let Some(known) = stored.and_then(|at| quarter.partials.get(at))
            && (known.generation, known.version) > (message.generation, message.version)
        {
            return Ok(Applied::Stale);
        }
        let before = quarter.counted();
        self.panes_held += usize::from(stored.is_none());
        quarter.partials.retain(|partial| !place(partial));
        quarter.partials.push(Partial {
            partition: message.partition,
            layout: message.layout,
            generation: message.generation,
            version: message.version,
            message: bytes.into(),
        });
        let (team, after) = (quarter.team, quarter.counted());
        self.newest_minute = self.newest_minute.max(Some(minute));
        self.add(minute, team, &before, -1);
        self.add(minute, team, &after, 1);
        Ok(Applied::Changed)
    }

    /// A pane was deleted; `key`: tenant, agent, minute, partition, layout, separated by U+001F.
    ///
    /// # Errors
    /// [`Error::Key`] if it is no such key.
    pub fn remove_pane(&mut self, key: &[u8]) -> Result<Applied, Error> {
        let (name, [minute, partition, layout]) = parse_agent_key(key)?;
        let Some(number) = self.known(&name.tenant, &name.queue) else { return Ok(Applied::Gone) };
        let Some(quarter) = self.agents.get_mut(number).and_then(|agent| agent.quarters.get_mut(&minute)) else { return Ok(Applied::Gone) };
        let (team, before, held) = (quarter.team, quarter.counted(), quarter.partials.len());
        quarter.partials.retain(|partial| (partial.partition, partial.layout) != (partition, layout));
        let (after, left) = (quarter.counted(), quarter.partials.len());
        self.panes_held -= held - left;
        self.add(minute, team, &before, -1);
        self.add(minute, team, &after, 1);
        Ok(if held == left { Applied::Gone } else { Applied::Changed })
    }

    /// Takes what an agent does now, as it came from the topic.
    ///
    /// # Errors
    /// [`Error::Now`] if it is none.
    pub fn apply_now(&mut self, bytes: &[u8]) -> Result<Applied, Error> {
        let now = codec::decode::<AgentNow<'_>>(bytes).map_err(|error| Error::Now(error.to_string()))?;
        let number = self.number(now.tenant, now.agent);
        let Some(agent) = self.agents.get_mut(number) else { return Ok(Applied::Gone) };
        let place = |told: &Told| (told.partition, told.layout) == (now.partition, now.layout);
        if agent.told.iter().any(|told| place(told) && (told.generation, told.version) > (now.generation, now.version)) {
            return Ok(Applied::Stale);
        }
        agent.told.retain(|told| !place(told));
        agent.told.push(Told {
            partition: now.partition,
            layout: now.layout,
            generation: now.generation,
            version: now.version,
            activity: now.activity.into(),
            since_us: now.since_us,
            silent_us: now.silent_us,
            queue: now.queue.map(Into::into),
        });
        Ok(Applied::Changed)
    }

    /// An agent logged out; `key` as for [`Floor::remove_pane`].
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn remove_now(&mut self, key: &[u8]) -> Result<Applied, Error> {
        let (name, [_, partition, layout]) = parse_agent_key(key)?;
        let number = self.known(&name.tenant, &name.queue);
        let Some(agent) = number.and_then(|number| self.agents.get_mut(number)) else { return Ok(Applied::Gone) };
        let held = agent.told.len();
        agent.told.retain(|told| (told.partition, told.layout) != (partition, layout));
        Ok(if held == agent.told.len() { Applied::Gone } else { Applied::Changed })
    }

    /// Takes an entry of the reference data; `value` none: the topic has forgotten it.
    ///
    /// # Errors
    /// [`Error::Reference`] if it is none.
    pub fn apply_reference(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<Applied, Error> {
        let Some(bytes) = value else {
            let (tenant, kind, id, valid_from_us) = parse_reference_key(key)?;
            self.change(&tenant, kind, &id, |history| history.forget(valid_from_us));
            return Ok(Applied::Changed);
        };
        let entry = codec::decode::<Reference<'_>>(bytes).map_err(|error| Error::Reference(error.to_string()))?;
        self.change(entry.tenant, entry.kind, entry.id, |history| history.take(&entry));
        Ok(Applied::Changed)
    }

    /// Changes what is known of an id; panes of an agent move with it.
    fn change(&mut self, tenant: &str, kind: ReferenceKind, id: &str, change: impl FnOnce(&mut History)) {
        if kind != ReferenceKind::Agent {
            return self.places.change(tenant, kind, id, change);
        }
        let number = self.number(tenant, id);
        let Some(agent) = self.agents.get_mut(number) else { return };
        change(&mut agent.history);
        let teams: Vec<(i32, TeamName)> =
            agent.quarters.keys().map(|minute| (*minute, agent.team_at(i64::from(*minute) * MINUTE_US))).collect();
        for (minute, team) in teams {
            let team = self.team_number(team);
            let Some(quarter) = self.agents.get_mut(number).and_then(|agent| agent.quarters.get_mut(&minute)) else { continue };
            let before = std::mem::replace(&mut quarter.team, team);
            if before != team {
                let pane = quarter.counted();
                self.add(minute, before, &pane, -1);
                self.add(minute, team, &pane, 1);
            }
        }
    }

    /// Forgets what is older than the hours that are kept, counted back from the newest window, or from `now_us` if that is earlier.
    pub fn advance(&mut self, now_us: i64) {
        let Some(newest) = self.newest_minute else { return };
        let gone_before = newest.min(minute_of(now_us)).saturating_sub(self.keep_minutes);
        if gone_before / 15 <= self.gone_before / 15 {
            return;
        }
        self.gone_before = gone_before;
        self.totals = self.totals.split_off(&gone_before);
        for agent in &mut self.agents {
            agent.quarters = agent.quarters.split_off(&gone_before);
        }
        self.panes_held = self.agents.iter().flat_map(|agent| agent.quarters.values()).map(|quarter| quarter.partials.len()).sum();
    }

    /// Panes that are kept.
    pub fn panes_held(&self) -> usize {
        self.panes_held
    }

    fn add(&mut self, minute: i32, team: usize, pane: &AgentPane, sign: i64) {
        let teams = self.totals.entry(minute).or_default();
        let sum = teams.entry(team).or_default();
        sum.merge(pane, sign);
        // A team that nobody is in any more is not shown.
        if sum.is_zero() {
            teams.remove(&team);
        }
    }

    fn known(&self, tenant: &str, agent: &str) -> Option<usize> {
        self.numbers.get(tenant)?.get(agent).copied()
    }

    fn number(&mut self, tenant: &str, agent: &str) -> usize {
        if let Some(number) = self.known(tenant, agent) {
            return number;
        }
        let number = self.agents.len();
        self.agents.push(Agent { tenant: tenant.into(), id: agent.into(), ..Agent::default() });
        self.numbers.entry(tenant.into()).or_default().insert(agent.into(), number);
        number
    }

    fn team_number(&mut self, team: TeamName) -> usize {
        if let Some(number) = self.team_numbers.get(&team) {
            return *number;
        }
        let number = self.teams.len();
        self.teams.push(team.clone());
        self.team_numbers.insert(team, number);
        number
    }
}
