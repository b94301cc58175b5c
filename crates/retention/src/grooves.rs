//! Grooves week by week: speed and care of each agent against the peers of the same week and queue group, and of teams. A change that hits everybody moves
//! nobody.

use crate::FEWEST_AGENTS;
use attrition::baseline::against_peers;
use attrition::groove::{GrooveWeek, is_groove};
use attrition::measures::Resamples;
use attrition::numerics::{gain, median_absolute_deviation};
use std::collections::BTreeMap;

/// Half-life of the exponentially weighted means: 28 days.
const HALF_LIFE_WEEKS: f64 = 4.0;
/// Factor from the median absolute deviation to a normal standard deviation.
pub(crate) const MAD_TO_SD: f64 = 1.4826;
/// Standardised values are held to ± this.
pub(crate) const CLIP: f64 = 3.0;
/// Weeks below which an agent or team is not judged.
const FEWEST_WEEKS: usize = 4;
const DRAWS: u32 = 200;
const SEED: u64 = 1;

/// Measures of speed, then of care, as an [`AgentWeek`] has them.
pub const SPEED: [&str; 3] = ["handle time", "after-call work", "contacts per hour"];
/// Measures of care.
pub const CARE: [&str; 6] = ["repeats", "transfers", "short talks", "quality", "satisfaction", "complaints"];

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
}

/// Speed and care of a week, standardised.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Both {
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
    let standardised = standardise(weeks);
    let mut by_agent: BTreeMap<&str, Vec<Both>> = BTreeMap::new();
    let mut by_team: BTreeMap<&str, BTreeMap<&str, Vec<Both>>> = BTreeMap::new();
    for (of, both) in weeks.iter().zip(standardised) {
        if let Some(both) = both {
            by_agent.entry(&of.agent).or_default().push(both);
            by_team.entry(&of.team).or_default().entry(&of.agent).or_default().push(both);
        }
    }
    let mut resamples = Resamples::new(DRAWS, SEED);
    Grooves {
        // An agent's weeks are drawn anew, of a team its agents.
        agents: by_agent
            .into_iter()
            .filter_map(|(agent, of)| {
                Some((agent.to_owned(), judge(1, &of.into_iter().map(|week| vec![week]).collect::<Vec<_>>(), &mut resamples)?))
            })
            .collect(),
        teams: by_team
            .into_iter()
            .filter(|(_, agents)| agents.len() >= FEWEST_AGENTS)
            .filter_map(|(team, agents)| {
                Some((team.to_owned(), judge(agents.len(), &agents.into_values().collect::<Vec<_>>(), &mut resamples)?))
            })
            .collect(),
    }
}

/// Mean of the measures of speed and of care, each in robust standard deviations from the median of the peers of the week.
fn standardise(weeks: &[AgentWeek]) -> Vec<Option<Both>> {
    let mut of_week: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (position, week) in weeks.iter().enumerate() {
        of_week.entry(week.week).or_default().push(position);
    }
    let values: Vec<Vec<Option<f64>>> = weeks.iter().map(|week| week.speed.iter().chain(&week.care).copied().collect()).collect();
    // By measure, then by agent-week.
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
    let mean = |of: &[Vec<Option<f64>>], at: usize| {
        let known: Vec<f64> = of.iter().filter_map(|column| column[at]).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    let (speed, care) = found.split_at(SPEED.len());
    let both = |(at, week): (usize, &AgentWeek)| Some(Both { week: week.week, speed: mean(speed, at)?, care: mean(care, at)? });
    weeks.iter().enumerate().map(both).collect()
}

/// The latest two weeks with their errors. `None` with too few weeks. Each part (a week of an agent, an agent of a team) goes in with its sums: the draws of
/// [`Resamples`] are the same for everybody with as many parts, so that they are made once and not once for each of a hundred thousand agents.
fn judge(agents: usize, parts: &[Vec<Both>], resamples: &mut Resamples) -> Option<Groove> {
    let mut weeks: Vec<i32> = parts.iter().flatten().map(|both| both.week).collect();
    weeks.sort_unstable();
    weeks.dedup();
    let last = *weeks.last().filter(|_| weeks.len() >= FEWEST_WEEKS)?;
    let mut at = |week: i32| {
        let sums: Vec<Sums> = parts.iter().map(|part| Sums::of(part, week)).filter(|sums| sums.weight > 0.0).collect();
        let weight: f64 = sums.iter().map(|sums| sums.weight).sum();
        let mut mean = |pick: fn(&Sums) -> f64| {
            let of: Vec<(f64, f64)> = sums.iter().map(|sums| (pick(sums), sums.weight)).collect();
            let sum: f64 = of.iter().map(|(sum, _)| sum).sum();
            Some(((weight > 0.0).then(|| sum / weight)?, resamples.error_of_mean(&of)?))
        };
        let ((strong, strong_error), (weak, weak_error)) = (mean(|sums| sums.speed)?, mean(|sums| sums.care)?);
        Some(GrooveWeek { strong, strong_error, weak, weak_error })
    };
    let latest = at(last)?;
    let in_groove = at(last - 1).is_some_and(|before| is_groove(&[before, latest]));
    Some(Groove { agents, week: last, latest, in_groove })
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
