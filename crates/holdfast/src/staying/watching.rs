//! A thread that asks ClickHouse once an hour and serves overdue follow-ups and grooves of teams as gauges, and once a day whether the models still hold ([`crate::upkeep`]). It writes
//! nothing, so any number of it may run.
//! Grooves are of whole weeks: they are read once a day and when a week has been formed, because it takes the days of half a year.

use super::counting::{TeamState, last_whole_week, team_states};
use super::reading;
use crate::care::TeamName;
use crate::care::switch::is_on;
use crate::config::{Config, Origin};
use crate::error::Error;
use crate::signals::calendar::day_number;
use crate::stages::{Process, Running};
use crate::upkeep::Upkeep;
use prometheus::{IntGaugeVec, Opts};
use retention::grooves::{Grooves, grooves};
use runtime::clock::{Clock, SystemClock};
use runtime::health::Pulse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use warehouse::attrition::{Attrition, Site};

/// Counts are read so often, s.
const EVERY_S: i64 = 3_600;
/// And again after this where ClickHouse is away, s.
const AGAIN_S: i64 = 60;
/// Grooves are read so often although no week has ended, s: days are formed anew when their facts change.
const GROOVES_EVERY_S: i64 = 86_400;
/// The configuration is read so often: early warnings that are switched off are counted no longer.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Days of which a groove is made: half a year, as `holdfast attrition groove` takes it.
const GROOVE_DAYS: i32 = 26 * 7;
const BY_TEAM: &[&str] = &["tenant", "site", "team"];

/// The gauges. No agent is in a label, and no team of fewer than eight.
struct Gauges {
    overdue: IntGaugeVec,
    groove_team: IntGaugeVec,
    groove_agents: IntGaugeVec,
    shown: BTreeMap<TeamName, TeamState>,
}

impl Gauges {
    fn new(registry: &prometheus::Registry) -> Result<Self, prometheus::Error> {
        let gauge = |name: &str, help: &str| IntGaugeVec::new(Opts::new(name, help), BY_TEAM);
        let gauges = Self {
            overdue: gauge(
                "holdfast_attrition_follow_ups_overdue",
                "New hires whom nobody has asked how it goes a week after it was due, in teams of eight and more.",
            )?,
            groove_team: gauge(
                "holdfast_groove_team",
                "1: the team's speed rises while its care falls, two weeks running; teams of eight and more.",
            )?,
            groove_agents: gauge("holdfast_groove_agents", "Agents of whom that is so, each judged alone; teams of eight and more.")?,
            shown: BTreeMap::new(),
        };
        for gauge in [&gauges.overdue, &gauges.groove_team, &gauges.groove_agents] {
            registry.register(Box::new(gauge.clone()))?;
        }
        Ok(gauges)
    }

    fn show(&mut self, states: BTreeMap<TeamName, TeamState>) -> Result<(), prometheus::Error> {
        for gone in self.shown.keys().filter(|team| !states.contains_key(*team)) {
            self.overdue.remove_label_values(&labels(gone))?;
        }
        let judged = |of: &BTreeMap<TeamName, TeamState>, team: &TeamName| of.get(team).is_some_and(|state| state.groove.is_some());
        for gone in self.shown.keys().filter(|team| judged(&self.shown, team) && !judged(&states, team)) {
            self.groove_team.remove_label_values(&labels(gone))?;
            self.groove_agents.remove_label_values(&labels(gone))?;
        }
        for (team, state) in &states {
            self.overdue.get_metric_with_label_values(&labels(team))?.set(state.follow_ups_overdue);
            if let Some(groove) = state.groove {
                self.groove_team.get_metric_with_label_values(&labels(team))?.set(i64::from(groove.team));
                self.groove_agents.get_metric_with_label_values(&labels(team))?.set(groove.agents);
            }
        }
        self.shown = states;
        Ok(())
    }
}

/// The teams of sites where early warnings are on.
fn shown(states: &BTreeMap<TeamName, TeamState>, config: &Config) -> BTreeMap<TeamName, TeamState> {
    states.iter().filter(|(team, _)| is_on(config, Some(&team.site))).map(|(team, state)| (team.clone(), *state)).collect()
}

fn labels(team: &TeamName) -> [&str; 3] {
    [&team.tenant, &team.site, &team.team]
}

/// Grooves of a site as last read.
struct ReadGrooves {
    /// The Sunday that ends the latest week of them.
    week_end: i32,
    at_us: i64,
    found: Grooves,
}

struct Watcher {
    gauges: Gauges,
    upkeep: Upkeep,
    runtime: tokio::runtime::Runtime,
    /// By tenant and site.
    grooves: BTreeMap<(String, String), ReadGrooves>,
    states: BTreeMap<TeamName, TeamState>,
    next_us: i64,
}

impl Watcher {
    /// Reads when it is time to, then shows the sites where early warnings are on.
    fn turn(&mut self, config: &Config, now_us: i64) -> Result<(), Error> {
        if !is_on(config, None) {
            (self.states, self.next_us) = (BTreeMap::new(), i64::MIN);
        } else if now_us >= self.next_us {
            let pause_s = match self.read(config, now_us) {
                Ok(states) => {
                    self.states = states;
                    EVERY_S
                }
                Err(error) => {
                    tracing::warn!(%error, "overdue follow-ups and grooves could not be counted; they are shown as before");
                    AGAIN_S
                }
            };
            self.next_us = now_us.saturating_add(pause_s * 1_000_000);
        }
        self.gauges.show(shown(&self.states, config)).map_err(wrong)?;
        self.upkeep.turn(config, &self.runtime, now_us).map_err(wrong)
    }

    fn read(&mut self, config: &Config, now_us: i64) -> Result<BTreeMap<TeamName, TeamState>, Error> {
        let database = config.attrition.database(&config.clickhouse.database);
        let sites = self.runtime.block_on(Attrition::new(&crate::serving::server(config), &database).sites())?;
        let mut states = BTreeMap::new();
        // Sites of a tenant have one list of agents, and those of one zone one of new hires.
        let (mut members, mut overdue) = (BTreeMap::new(), BTreeMap::new());
        for site in sites.iter().filter(|site| is_on(config, Some(&site.site))) {
            let today = today(&site.zone, now_us);
            if !members.contains_key(&site.tenant) {
                members.insert(site.tenant.clone(), reading::members(config, &site.tenant, now_us, today)?);
            }
            let of_zone = (site.tenant.clone(), site.zone.clone());
            if !overdue.contains_key(&of_zone) {
                let due = reading::follow_ups(config, &site.tenant, &site.zone, today)?;
                let agents: BTreeSet<String> = due.into_iter().filter(|of| of.due.overdue).map(|of| of.agent).collect();
                overdue.insert(of_zone.clone(), agents);
            }
            let grooves = self.grooves(config, site, now_us)?;
            let (Some(members), Some(overdue)) = (members.get(&site.tenant), overdue.get(&of_zone)) else { continue };
            states.extend(team_states(&site.tenant, &site.site, members, overdue, grooves));
        }
        Ok(states)
    }

    /// Grooves of a site's whole weeks, read anew when they may be others.
    fn grooves(&mut self, config: &Config, site: &Site, now_us: i64) -> Result<&Grooves, Error> {
        static NONE: Grooves = Grooves { agents: BTreeMap::new(), teams: BTreeMap::new() };
        let key = (site.tenant.clone(), site.site.clone());
        let Some(latest) = reading::latest_day(config, &site.tenant, &site.site)? else { return Ok(&NONE) };
        let week_end = last_whole_week(latest);
        let fresh = |read: &ReadGrooves| read.week_end == week_end && now_us < read.at_us.saturating_add(GROOVES_EVERY_S * 1_000_000);
        if !self.grooves.get(&key).is_some_and(fresh) {
            let weeks = reading::agent_weeks(config, &site.tenant, &site.site, week_end - GROOVE_DAYS + 1, week_end)?;
            self.grooves.insert(key.clone(), ReadGrooves { week_end, at_us: now_us, found: grooves(&weeks) });
        }
        Ok(self.grooves.get(&key).map_or(&NONE, |read| &read.found))
    }
}

/// The day by a site's clock; a zone that nobody knows is UTC.
fn today(zone: &str, now_us: i64) -> i32 {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    day_number(jiff::Timestamp::from_microsecond(now_us).unwrap_or_default().to_zoned_datetime(zone).date())
}

fn wrong(error: prometheus::Error) -> Error {
    Error::new("HF-R002", error.to_string())
}

/// Starts the thread.
///
/// # Errors
/// If the gauges are there already, or no thread can be started.
pub fn watch(origin: Origin, process: &Process) -> Result<Vec<Running>, Error> {
    let mut watcher = Watcher {
        gauges: Gauges::new(&process.registry).map_err(wrong)?,
        upkeep: Upkeep::new(&process.registry).map_err(wrong)?,
        runtime: crate::commands::asynchronous()?,
        grooves: BTreeMap::new(),
        states: BTreeMap::new(),
        next_us: i64::MIN,
    };
    let name = "team-counts".to_owned();
    let pulse = process.health.pulse(name.clone(), SystemClock.now_ms());
    let process = process.clone();
    let body = move || {
        while !process.stopping() {
            // A site of thousands of agents takes longer than a loop may; the loop lives.
            pulse.turned(i64::MAX / 2, true);
            if let Ok(config) = crate::config::load(&origin)
                && let Err(error) = watcher.turn(&config, SystemClock.now_ms().saturating_mul(1_000))
            {
                tracing::error!(%error, "the counts of teams cannot be shown");
            }
            rest(&process, &pulse);
        }
        Ok(())
    };
    let thread = std::thread::Builder::new().name(name.clone()).spawn(body)?;
    // It holds nothing: an end of the process need not wait for an answer of ClickHouse.
    Ok(vec![Running { name, thread, idle: Arc::new(AtomicBool::new(true)) }])
}

/// Waits until the configuration is to be looked at again, or until the process ends.
fn rest(process: &Process, pulse: &Pulse) {
    let until = Instant::now() + LOOK_EVERY;
    while !process.stopping() && Instant::now() < until {
        pulse.turned(SystemClock.now_ms(), true);
        std::thread::park_timeout(Duration::from_millis(100));
    }
}

#[cfg(test)]
mod tests {
    use super::super::counting::TeamGroove;
    use super::*;

    /// What was read of red at north, which is judged, and of blue at south, which is not.
    #[test]
    fn the_gauges_follow_what_is_shown() {
        let name = |site: &str, team: &str| TeamName { tenant: "t".to_owned(), site: site.to_owned(), team: team.to_owned() };
        let groove = Some(TeamGroove { team: true, agents: 3 });
        let red = TeamState { follow_ups_overdue: 2, groove };
        let read =
            BTreeMap::from([(name("north", "red"), red), (name("south", "blue"), TeamState { follow_ups_overdue: 1, groove: None })]);
        let registry = prometheus::Registry::new();
        let mut gauges = Gauges::new(&registry).unwrap();
        let mut lines = |states: BTreeMap<TeamName, TeamState>| {
            gauges.show(states).unwrap();
            let mut found = Vec::new();
            for family in registry.gather() {
                for metric in family.get_metric() {
                    let labels: Vec<&str> = metric.get_label().iter().map(|label| label.value()).collect();
                    found.push(format!(
                        "{} {} {}",
                        family.name().trim_start_matches("holdfast_"),
                        labels.join(" "),
                        metric.get_gauge().get_value()
                    ));
                }
            }
            found
        };
        let all = [
            "attrition_follow_ups_overdue north red t 2",
            "attrition_follow_ups_overdue south blue t 1",
            "groove_agents north red t 3",
            "groove_team north red t 1",
        ];
        let config = |text: &str| toml::from_str::<Config>(text).unwrap();
        assert_eq!(lines(shown(&read, &config(""))), all);
        let off = config("[attrition.sites.north]\nenabled = false");
        assert_eq!(lines(shown(&read, &off)), all[1..2]);
        assert_eq!(lines(shown(&read, &config(""))), all, "on again");
        assert_eq!(lines(shown(&read, &config("[attrition]\nenabled = false"))), [""; 0]);
        lines(read.clone());
        // Too few weeks to judge red any more: no groove, and what is overdue stays.
        let mut unjudged = read;
        unjudged.insert(name("north", "red"), TeamState { groove: None, ..red });
        assert_eq!(lines(unjudged), all[..2]);
    }
}
