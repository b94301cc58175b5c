//! What came of a change of targets: speed and care of the agents whom it concerned, eight weeks after against eight weeks before, less the same of agents of teams
//! that no change concerned (difference in differences). What moved everybody at the time moves both and is gone.
//!
//! Every agent is one number, the mean of the weeks after less that of the weeks before, and the effect is a difference of two means of such numbers. So its standard
//! error is exact in the number of agents (Welch), however much the weeks of one agent resemble each other (Bertrand, Duflo, Mullainathan 2004: weeks taken as if they
//! were independent find effects that are none); nothing is drawn, and no seed decides.

use crate::FEWEST_AGENTS;
use crate::difference::{Weighted, difference};
use crate::grooves::{AgentWeek, CARE, CLIP, MAD_TO_SD, SPEED};
use attrition::measures::Interval;
use attrition::numerics::{median, median_absolute_deviation};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Weeks before a change, and after it.
pub const WEEKS: i32 = 8;
/// Weeks on either side below which nothing is said.
const FEWEST_WEEKS: usize = 4;
/// Weeks on either side below which an agent does not count.
const FEWEST_WEEKS_OF_AGENT: usize = 2;
/// Standard errors that an effect must lie beyond.
const ERRORS: f64 = 2.0;

/// Whom a target is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Everybody.
    Everybody,
    /// Who is at the site.
    Site(String),
    /// Who is in the team.
    Team(String),
}

impl Scope {
    /// Whether a team of a site is meant.
    #[must_use]
    pub fn concerns(&self, site: &str, team: &str) -> bool {
        match self {
            Self::Everybody => true,
            Self::Site(own) => own == site,
            Self::Team(own) => own == team,
        }
    }
}

/// What a target is from a time on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub id: String,
    /// The KPI.
    pub kpi: String,
    /// What is asked, as people read it; empty: nothing any more.
    pub asked: String,
    /// Of whom.
    pub scope: Scope,
    /// Since when, microseconds since 1970; 0: always.
    pub since_us: i64,
    /// The local day of it, since 1970.
    pub since_day: i32,
}

/// A change of what is asked for one KPI on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// First local day on which the new one holds, since 1970.
    pub day: i32,
    /// The KPI.
    pub kpi: String,
    /// What was asked before and what since, of each target; empty: nothing.
    pub asked: BTreeSet<(String, String)>,
    /// Whom it concerns: who had the target before, or has it since.
    pub scopes: BTreeSet<Scope>,
}

impl Change {
    fn concerns(&self, site: &str, team: &str) -> bool {
        self.scopes.iter().any(|scope| scope.concerns(site, team))
    }
}

/// Changes of targets by day and KPI, from their entries in any order. What has always been so is no change, and neither is the same said again.
///
/// ```
/// use retention::target_changes::{Scope, Target, changes};
/// let target = |asked: &str, day: i32| Target {
///     id: "red/aht".to_owned(), kpi: "aht".to_owned(), asked: asked.to_owned(), scope: Scope::Team("red".to_owned()),
///     since_us: i64::from(day) * 86_400_000_000, since_day: day,
/// };
/// let found = changes(&[target("300", 0), target("240", 20_003), target("240", 20_010)]);
/// assert_eq!(found.len(), 1);
/// assert_eq!((found[0].day, found[0].asked.first().unwrap()), (20_003, &("300".to_owned(), "240".to_owned())));
/// ```
#[must_use]
pub fn changes(targets: &[Target]) -> Vec<Change> {
    // By id and day: of several of a day the last one holds.
    let mut held: BTreeMap<&str, BTreeMap<i32, &Target>> = BTreeMap::new();
    for target in targets {
        let of_day = held.entry(&target.id).or_default().entry(target.since_day).or_insert(target);
        if of_day.since_us < target.since_us {
            *of_day = target;
        }
    }
    let mut found: BTreeMap<(i32, &str), Change> = BTreeMap::new();
    for entries in held.values() {
        let mut before: Option<&Target> = None;
        for (&day, &since) in entries {
            if (before.is_some() || since.since_us > 0) && !before.is_some_and(|before| is_same(before, since)) {
                for (kpi, asked) in steps(before, since) {
                    let change = found.entry((day, kpi)).or_insert_with(|| Change {
                        day,
                        kpi: kpi.to_owned(),
                        asked: BTreeSet::new(),
                        scopes: BTreeSet::new(),
                    });
                    change.asked.insert(asked);
                    change.scopes.extend(before.into_iter().chain([since]).map(|target| target.scope.clone()));
                }
            }
            before = Some(since);
        }
    }
    found.into_values().collect()
}

fn is_same(one: &Target, other: &Target) -> bool {
    (&one.kpi, &one.asked, &one.scope) == (&other.kpi, &other.asked, &other.scope)
}

/// What was asked before and since, by KPI: of another KPI one ends and one begins.
fn steps<'a>(before: Option<&'a Target>, since: &'a Target) -> Vec<(&'a str, (String, String))> {
    match before {
        Some(before) if before.kpi != since.kpi => {
            vec![(&before.kpi, (before.asked.clone(), String::new())), (&since.kpi, (String::new(), since.asked.clone()))]
        }
        _ => vec![(&since.kpi, (before.map(|before| before.asked.clone()).unwrap_or_default(), since.asked.clone()))],
    }
}

/// How far one of the two moved, in standard deviations of agents' weeks; + is faster, or more careful.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
    /// Change of those concerned, less that of the others.
    pub effect: f64,
    /// Its standard error, by agents.
    pub error: f64,
}

impl Move {
    /// Two standard errors on either side.
    #[must_use]
    pub fn interval(&self) -> Interval {
        Interval { low: self.effect - ERRORS * self.error, high: self.effect + ERRORS * self.error }
    }
}

/// Those concerned beside the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// Agents whom the change concerned.
    pub agents: usize,
    /// Agents of teams that no change concerned in these weeks.
    pub others: usize,
    /// Speed.
    pub speed: Move,
    /// Care.
    pub care: Move,
    /// Another target of theirs changed in these weeks too: nobody can say which did it.
    pub overlaps: bool,
}

impl Compared {
    /// Faster and less careful, both beyond two standard errors.
    #[must_use]
    pub fn is_drift(&self) -> bool {
        self.speed.interval().low > 0.0 && self.care.interval().high < 0.0
    }
}

/// What is to be said of a change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// It concerned no team that is there.
    Nobody,
    /// Every team was concerned, or had another change in these weeks: there is nothing to compare with.
    NoOthers,
    /// So few weeks are known before and after.
    TooFewWeeks {
        /// Before.
        before: usize,
        /// After.
        after: usize,
    },
    /// Fewer than eight agents were concerned, or can be compared with.
    TooFewAgents,
    /// Both sides are known.
    Compared(Compared),
}

/// Weeks (of which 0 began on Monday, day −3) that count before and after a change. A week in which it began is neither, unless it began on a Monday.
#[must_use]
pub fn windows(day: i32) -> [Range<i32>; 2] {
    let week = (day + 3).div_euclid(7);
    let first_after = week + i32::from((day + 3).rem_euclid(7) != 0);
    [week - WEEKS..week, first_after..first_after + WEEKS]
}

/// Compares those concerned with the others. `weeks` are whole weeks of a site's agents, in any order; `all` are all changes, also those outside of what is asked for:
/// a team with a change of its own in these weeks is no measure for another. Who went from one side to the other, and who was there for less than two weeks before or after,
/// does not count.
#[must_use]
pub fn outcome(change: &Change, all: &[Change], site: &str, weeks: &[AgentWeek]) -> Outcome {
    let [before, after] = windows(change.day);
    let inside: Vec<&AgentWeek> =
        weeks.iter().filter(|week| !week.team.is_empty() && (before.contains(&week.week) || after.contains(&week.week))).collect();
    let teams: BTreeSet<&str> = inside.iter().map(|week| week.team.as_str()).collect();
    let beside: Vec<&Change> = all.iter().filter(|other| *other != change && is_within(other.day, &before, &after)).collect();
    let (own, rest): (BTreeSet<&str>, BTreeSet<&str>) = teams.iter().partition(|team| change.concerns(site, team));
    let is_changed = |team: &str| beside.iter().any(|other| other.concerns(site, team));
    let others: BTreeSet<&str> = rest.into_iter().filter(|team| !is_changed(team)).collect();
    let known =
        |window: &Range<i32>| inside.iter().map(|week| week.week).filter(|week| window.contains(week)).collect::<BTreeSet<i32>>().len();
    let (known_before, known_after) = (known(&before), known(&after));
    if known_before < FEWEST_WEEKS || known_after < FEWEST_WEEKS {
        return Outcome::TooFewWeeks { before: known_before, after: known_after };
    }
    if own.is_empty() {
        return Outcome::Nobody;
    }
    if others.is_empty() {
        return Outcome::NoOthers;
    }
    let sides = sides(&inside, &before, &own, &others);
    if sides.iter().any(|side| side.len() < FEWEST_AGENTS) {
        return Outcome::TooFewAgents;
    }
    let [agents, others] = &sides;
    let moved = |of: usize| {
        let values = |side: &[OwnChange]| side.iter().map(|change| Weighted { weight: 1.0, value: change[of] }).collect::<Vec<_>>();
        difference(&values(agents), &values(others)).map(|found| Move { effect: found.effect, error: found.error })
    };
    let (Some(speed), Some(care)) = (moved(0), moved(1)) else {
        return Outcome::TooFewAgents;
    };
    let overlaps = own.iter().any(|team| is_changed(team));
    Outcome::Compared(Compared { agents: agents.len(), others: others.len(), speed, care, overlaps })
}

fn is_within(day: i32, before: &Range<i32>, after: &Range<i32>) -> bool {
    (before.start..after.end).contains(&(day + 3).div_euclid(7))
}

/// By how much an agent's speed and care changed.
type OwnChange = [f64; 2];

/// Changes of the agents concerned, and of the others, by name.
fn sides(weeks: &[&AgentWeek], before: &Range<i32>, own: &BTreeSet<&str>, others: &BTreeSet<&str>) -> [Vec<OwnChange>; 2] {
    let mut by_agent: BTreeMap<&str, Vec<(&AgentWeek, OwnChange)>> = BTreeMap::new();
    for (week, both) in weeks.iter().zip(standardise(weeks, before)) {
        by_agent.entry(&week.agent).or_default().extend(both.map(|both| (*week, both)));
    }
    let mut found = [Vec::new(), Vec::new()];
    for of_agent in by_agent.values_mut() {
        of_agent.sort_by_key(|(week, _)| week.week);
        for (side, teams) in found.iter_mut().zip([own, others]) {
            if of_agent.iter().all(|(week, _)| teams.contains(week.team.as_str())) {
                side.extend(change_of(of_agent, before));
            }
        }
    }
    found
}

fn change_of(weeks: &[(&AgentWeek, OwnChange)], before: &Range<i32>) -> Option<OwnChange> {
    let (earlier, later): (Vec<_>, Vec<_>) = weeks.iter().partition(|(week, _)| before.contains(&week.week));
    let both = [&earlier, &later];
    if both.iter().any(|part| part.len() < FEWEST_WEEKS_OF_AGENT) {
        return None;
    }
    let means = both.map(|part| [0, 1].map(|of| part.iter().map(|(_, both)| both[of]).sum::<f64>() / part.len() as f64));
    Some([means[1][0] - means[0][0], means[1][1] - means[0][1]])
}

/// Speed and care of each agent's week: the means of their measures, each in robust standard deviations from the median of the queue group, both as they were before
/// the change. Peers of the same week are not taken out: where the change concerns most of a group, that would take the change out too; the other teams do it.
fn standardise(weeks: &[&AgentWeek], before: &Range<i32>) -> Vec<Option<OwnChange>> {
    let value = |week: &AgentWeek, measure: usize| week.speed.iter().chain(&week.care).nth(measure).copied().flatten();
    let mut found: Vec<[Vec<f64>; 2]> = vec![[Vec::new(), Vec::new()]; weeks.len()];
    for measure in 0..SPEED.len() + CARE.len() {
        let mut of_group: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for week in weeks.iter().filter(|week| before.contains(&week.week)) {
            of_group.entry(&week.group).or_default().extend(value(week, measure));
        }
        let usual: BTreeMap<&str, f64> = of_group.iter().filter_map(|(group, values)| Some((*group, median(values)?))).collect();
        let deviations: Vec<f64> = of_group
            .iter()
            .filter_map(|(group, values)| Some((usual.get(group)?, values)))
            .flat_map(|(usual, values)| values.iter().map(move |value| value - usual))
            .collect();
        let Some(spread) = median_absolute_deviation(&deviations).map(|spread| MAD_TO_SD * spread).filter(|spread| *spread > 0.0) else {
            continue;
        };
        for (week, of_week) in weeks.iter().zip(&mut found) {
            let standardised = value(week, measure).zip(usual.get(week.group.as_str())).map(|(value, usual)| (value - usual) / spread);
            of_week[usize::from(measure >= SPEED.len())].extend(standardised.map(|value| value.clamp(-CLIP, CLIP)));
        }
    }
    let mean = |values: &[f64]| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
    found.iter().map(|[speed, care]| Some([mean(speed)?, mean(care)?])).collect()
}
