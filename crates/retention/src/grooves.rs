//! Grooves week by week: speed and care of each agent against the peers of the same week and queue group, and of teams. A change that hits everybody moves
//! nobody.

use crate::FEWEST_AGENTS;
use crate::scorecards::Pair;
use attrition::baseline::against_peers;
use attrition::groove::{GrooveWeek, is_groove};
use attrition::measures::Resamples;
use attrition::numerics::{gain, median_absolute_deviation};
use std::collections::{BTreeMap, BTreeSet};

/// Half-life of the exponentially weighted means: 28 days.
const HALF_LIFE_WEEKS: f64 = 4.0;
/// Factor from the median absolute deviation to a normal standard deviation.
pub(crate) const MAD_TO_SD: f64 = 1.4826;
/// Standardised values are held to ± this.
pub(crate) const CLIP: f64 = 3.0;
/// Weeks below which an agent or team is not judged.
pub(crate) const FEWEST_WEEKS: usize = 4;
const DRAWS: u32 = 200;
const SEED: u64 = 1;

/// Measures of speed, then of care, as an [`AgentWeek`] has them.
pub const SPEED: [&str; 3] = ["handle time", "after-call work", "contacts per hour"];
/// Measures of care.
pub const CARE: [&str; 6] = ["repeats", "transfers", "short talks", "quality", "satisfaction", "complaints"];

/// Which measure shows a KPI of a pair: its place in [`SPEED`], or in [`CARE`]. Transfers are of any kind, satisfaction is a mean.
const SPEED_OF: [(&str, usize); 3] = [("aht", 0), ("average_acw", 1), ("calls_per_hour", 2)];
const CARE_OF: [(&str, usize); 5] =
    [("repeat_rate_72h", 0), ("transfer_rate_blind", 1), ("short_talk_rate", 2), ("qa_score", 3), ("csat_top_two", 4)];

/// Which measures are looked at on either side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides {
    /// Places in [`SPEED`].
    speed: Vec<usize>,
    /// Places in [`CARE`].
    care: Vec<usize>,
}

impl Sides {
    /// All of speed, and all of care.
    #[must_use]
    pub fn all() -> Self {
        Self { speed: (0..SPEED.len()).collect(), care: (0..CARE.len()).collect() }
    }

    /// The two measures of a pair; `None` where an agent's week has no measure of one of them.
    ///
    /// ```
    /// use retention::grooves::Sides;
    /// use retention::scorecards::PAIRS;
    /// assert!(PAIRS.iter().filter(|pair| Sides::of_pair(pair).is_some()).all(|pair| pair.pushed != "occupancy"));
    /// ```
    #[must_use]
    pub fn of_pair(pair: &Pair) -> Option<Self> {
        let place = |of: &[(&str, usize)], kpi: &str| of.iter().find(|(name, _)| *name == kpi).map(|(_, place)| vec![*place]);
        Some(Self { speed: place(&SPEED_OF, pair.pushed)?, care: place(&CARE_OF, pair.at_the_cost_of)? })
    }
}

/// An agent's week. Each measure is oriented so that + is better; what was not measured is not there.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentWeek {
    /// The agent.
    pub agent: String,
    /// The team.
    pub team: String,
    /// Who it can be compared with: site and queue group.
    pub group: String,
    /// Number of the week.
    pub week: i32,
    /// In the order of [`SPEED`].
    pub speed: [Option<f64>; SPEED.len()],
    /// In the order of [`CARE`].
    pub care: [Option<f64>; CARE.len()],
}

/// An agent or a team in the latest week.
#[derive(Clone, Debug, PartialEq)]
pub struct Groove {
    /// Agents it is made of.
    pub agents: usize,
    /// The latest week.
    pub week: i32,
    /// Speed and care then.
    pub latest: GrooveWeek,
    /// Strong and weak apart for two weeks, beyond two standard errors.
    pub in_groove: bool,
    /// The measures that are furthest apart, as of the latest week: the highest of speed, and the lowest of care.
    pub apart: [Measured; 2],
}

/// A measure of [`SPEED`] or [`CARE`] in standard deviations from the peers, + = better, weeks weighing as in [`Groove`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Its name.
    pub name: &'static str,
    /// The mean.
    pub mean: f64,
}

/// Speed and care of a week, standardised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Both {
    week: i32,
    speed: f64,
    care: f64,
}

/// All agents, and teams of at least eight.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grooves {
    /// By agent; for the owner of the KPI and then for coaching, never for a ranking.
    pub agents: BTreeMap<String, Groove>,
    /// By team.
    pub teams: BTreeMap<String, Groove>,
}

/// Finds grooves in weeks of a site, in any order.
#[must_use]
pub fn grooves(weeks: &[AgentWeek]) -> Grooves {
    let measures = by_measure(weeks);
    let standardised = both_sides(weeks, &measures, &Sides::all());
    let (mut by_agent, mut at_agent, mut at_team): (BTreeMap<&str, Vec<Both>>, Places<'_>, Places<'_>) = Default::default();
    for (at, (of, both)) in weeks.iter().zip(&standardised).enumerate().filter(|(_, (_, both))| both.is_some()) {
        by_agent.entry(&of.agent).or_default().extend(both);
        at_agent.entry(&of.agent).or_default().push(at);
        at_team.entry(&of.team).or_default().push(at);
    }
    let mut resamples = resamples();
    let apart = |at: &Places<'_>, whose: &str, last: i32| apart(weeks, &measures, at.get(whose)?, last);
    Grooves {
        // An agent's weeks are drawn anew, of a team its agents.
        agents: by_agent
            .into_iter()
            .filter_map(|(agent, of)| {
                let of: Vec<Vec<Both>> = of.into_iter().map(|week| vec![week]).collect();
                let (week, latest, in_groove) = judge(&of, &mut resamples)?;
                Some((agent.to_owned(), Groove { agents: 1, week, latest, in_groove, apart: apart(&at_agent, agent, week)? }))
            })
            .collect(),
        teams: teams(weeks, &standardised)
            .into_iter()
            .filter_map(|(team, agents)| {
                let (week, latest, in_groove) = judge(&agents, &mut resamples)?;
                Some((team.to_owned(), Groove { agents: agents.len(), week, latest, in_groove, apart: apart(&at_team, team, week)? }))
            })
            .collect(),
    }
}

/// Whose weeks lie where.
type Places<'a> = BTreeMap<&'a str, Vec<usize>>;

/// The highest measure of speed and the lowest of care as of a week.
fn apart(weeks: &[AgentWeek], measures: &[Vec<Option<f64>>], at: &[usize], last: i32) -> Option<[Measured; 2]> {
    let keep = 1.0 - gain(HALF_LIFE_WEEKS);
    let mean = |column: &Vec<Option<f64>>| {
        let known = at.iter().filter_map(|&at| Some((libm::pow(keep, f64::from(last - weeks[at].week)), column[at]?)));
        let (sum, weight) = known.fold((0.0, 0.0), |(sum, all), (weight, value)| (sum + weight * value, all + weight));
        (weight > 0.0).then(|| sum / weight)
    };
    let named = |names: &[&'static str], from: usize| -> Vec<Measured> {
        let of = |(at, name): (usize, &&'static str)| Some(Measured { name, mean: mean(&measures[from + at])? });
        names.iter().enumerate().filter_map(of).collect()
    };
    let highest = named(&SPEED, 0).into_iter().max_by(|a, b| a.mean.total_cmp(&b.mean))?;
    let lowest = named(&CARE, SPEED.len()).into_iter().min_by(|a, b| a.mean.total_cmp(&b.mean))?;
    Some([highest, lowest])
}

pub(crate) fn resamples() -> Resamples {
    Resamples::new(DRAWS, SEED)
}

/// Teams of at least eight; the weeks of each of their agents.
pub(crate) fn teams<'a>(weeks: &'a [AgentWeek], standardised: &[Option<Both>]) -> BTreeMap<&'a str, Vec<Vec<Both>>> {
    let mut by_team: BTreeMap<&str, BTreeMap<&str, Vec<Both>>> = BTreeMap::new();
    for (of, both) in weeks.iter().zip(standardised) {
        if let Some(both) = both {
            by_team.entry(&of.team).or_default().entry(&of.agent).or_default().push(*both);
        }
    }
    let large = by_team.into_iter().filter(|(_, agents)| agents.len() >= FEWEST_AGENTS);
    large.map(|(team, agents)| (team, agents.into_values().collect())).collect()
}

/// Mean of the measures of speed and of care, each in robust standard deviations from the median of the peers of the week.
pub(crate) fn standardise(weeks: &[AgentWeek], sides: &Sides) -> Vec<Option<Both>> {
    both_sides(weeks, &by_measure(weeks), sides)
}

/// Each measure in robust standard deviations from the median of the peers of the week: by measure, those of speed first, then by agent-week.
fn by_measure(weeks: &[AgentWeek]) -> Vec<Vec<Option<f64>>> {
    let mut of_week: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (position, week) in weeks.iter().enumerate() {
        of_week.entry(week.week).or_default().push(position);
    }
    let values: Vec<Vec<Option<f64>>> = weeks.iter().map(|week| week.speed.iter().chain(&week.care).copied().collect()).collect();
    let mut found: Vec<Vec<Option<f64>>> = vec![vec![None; weeks.len()]; SPEED.len() + CARE.len()];
    for positions in of_week.values() {
        for (measure, column) in found.iter_mut().enumerate() {
            let there: Vec<(usize, f64)> = positions.iter().filter_map(|&at| Some((at, values[at][measure]?))).collect();
            let grouped: Vec<(Vec<&str>, f64)> = there.iter().map(|(at, value)| (vec![weeks[*at].group.as_str()], *value)).collect();
            let deviations = against_peers(&grouped);
            let known: Vec<f64> = deviations.iter().flatten().map(|adjusted| adjusted.deviation).collect();
            let Some(spread) = median_absolute_deviation(&known).map(|spread| MAD_TO_SD * spread).filter(|spread| *spread > 0.0) else {
                continue;
            };
            for ((at, _), adjusted) in there.iter().zip(deviations) {
                column[*at] = adjusted.map(|adjusted| (adjusted.deviation / spread).clamp(-CLIP, CLIP));
            }
        }
    }
    found
}

fn both_sides(weeks: &[AgentWeek], measures: &[Vec<Option<f64>>], sides: &Sides) -> Vec<Option<Both>> {
    let mean = |of: &[Vec<Option<f64>>], places: &[usize], at: usize| {
        let known: Vec<f64> = places.iter().filter_map(|&place| of[place][at]).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    let (speed, care) = measures.split_at(SPEED.len());
    let both = |(at, week): (usize, &AgentWeek)| {
        Some(Both { week: week.week, speed: mean(speed, &sides.speed, at)?, care: mean(care, &sides.care, at)? })
    };
    weeks.iter().enumerate().map(both).collect()
}

/// The latest week with its errors, and whether it and the one before are in a groove. `None` with too few weeks.
fn judge(parts: &[Vec<Both>], resamples: &mut Resamples) -> Option<(i32, GrooveWeek, bool)> {
    let weeks = weeks_of(parts);
    let last = *weeks.last().filter(|_| weeks.len() >= FEWEST_WEEKS)?;
    let (_, latest) = as_of(parts, last, resamples)?;
    let in_groove = as_of(parts, last - 1, resamples).is_some_and(|(_, before)| is_groove(&[before, latest]));
    Some((last, latest, in_groove))
}

/// The weeks in which any part was measured, in order.
pub(crate) fn weeks_of(parts: &[Vec<Both>]) -> Vec<i32> {
    let weeks: BTreeSet<i32> = parts.iter().flatten().map(|both| both.week).collect();
    weeks.into_iter().collect()
}

/// A week with its errors, and how many parts there were until then. Each part (a week of an agent, an agent of a team) goes in with its sums: the draws of
/// [`Resamples`] are the same for everybody with as many parts, so that they are made once and not once for each of a hundred thousand agents.
pub(crate) fn as_of(parts: &[Vec<Both>], week: i32, resamples: &mut Resamples) -> Option<(usize, GrooveWeek)> {
    let sums: Vec<Sums> = parts.iter().map(|part| Sums::of(part, week)).filter(|sums| sums.weight > 0.0).collect();
    let weight: f64 = sums.iter().map(|sums| sums.weight).sum();
    let mut mean = |pick: fn(&Sums) -> f64| {
        let of: Vec<(f64, f64)> = sums.iter().map(|sums| (pick(sums), sums.weight)).collect();
        let sum: f64 = of.iter().map(|(sum, _)| sum).sum();
        Some(((weight > 0.0).then(|| sum / weight)?, resamples.error_of_mean(&of)?))
    };
    let ((strong, strong_error), (weak, weak_error)) = (mean(|sums| sums.speed)?, mean(|sums| sums.care)?);
    Some((sums.len(), GrooveWeek { strong, strong_error, weak, weak_error }))
}

/// Weighted sums of a part as of a week, each earlier one weighing less.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    speed: f64,
    care: f64,
    weight: f64,
}

impl Sums {
    fn of(part: &[Both], week: i32) -> Self {
        let keep = 1.0 - gain(HALF_LIFE_WEEKS);
        part.iter().filter(|both| both.week <= week).fold(Self::default(), |sums, both| {
            let weight = libm::pow(keep, f64::from(week - both.week));
            Self { speed: sums.speed + weight * both.speed, care: sums.care + weight * both.care, weight: sums.weight + weight }
        })
    }
}
