//! Speed and care of teams side by side over the weeks, or the two KPIs of one opposed pair; and which teams no other surpasses in both. A trend says where a team
//! comes from: a groove ([`crate::grooves`]) is where it is.

use crate::FEWEST_AGENTS;
use crate::grooves::{AgentWeek, FEWEST_WEEKS, Sides, as_of, resamples, standardise, teams, weeks_of};
use attrition::groove::GrooveWeek;

/// A team as of a week.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamWeek {
    /// The team.
    pub team: String,
    /// Number of the week; week 0 begins on 29 December 1969.
    pub week: i32,
    /// Agents it is made of until then.
    pub agents: usize,
    /// Both sides, against peers, exponentially weighted over 28 days; + = better.
    pub both: GrooveWeek,
    /// No other team is as good on both sides and better on one (Pareto): what can be had of the one without giving of the other.
    pub unsurpassed: bool,
}

/// Teams of at least eight agents in every week from their fourth on, by team and then by week.
///
/// ```
/// use retention::grooves::{AgentWeek, Sides};
/// use retention::trends::trends;
/// let week = |agent: usize, week: i32| AgentWeek {
///     agent: format!("a{agent}"), team: if agent < 8 { "red" } else { "blue" }.to_owned(), group: "sales".to_owned(), week,
///     speed: [Some(agent as f64), None, None], care: [None, None, None, Some(if agent < 8 { 1.0 } else { agent as f64 }), None, None],
/// };
/// let weeks: Vec<AgentWeek> = (0..5).flat_map(|at| (0..16).map(move |agent| week(agent, at))).collect();
/// let found = trends(&weeks, &Sides::all());
/// assert_eq!(found.iter().map(|of| (of.team.as_str(), of.week)).collect::<Vec<_>>(), [("blue", 3), ("blue", 4), ("red", 3), ("red", 4)]);
/// // Blue is faster and more careful, so that red is surpassed.
/// assert_eq!(found.iter().map(|of| of.unsurpassed).collect::<Vec<_>>(), [true, true, false, false]);
/// ```
#[must_use]
pub fn trends(weeks: &[AgentWeek], sides: &Sides) -> Vec<TeamWeek> {
    let standardised = standardise(weeks, sides);
    let mut resamples = resamples();
    let mut found = Vec::new();
    for (team, agents) in teams(weeks, &standardised) {
        for week in weeks_of(&agents).into_iter().skip(FEWEST_WEEKS - 1) {
            if let Some((count, both)) = as_of(&agents, week, &mut resamples).filter(|(count, _)| *count >= FEWEST_AGENTS) {
                found.push(TeamWeek { team: team.to_owned(), week, agents: count, both, unsurpassed: false });
            }
        }
    }
    let unsurpassed: Vec<bool> = found.iter().map(|of| !found.iter().any(|other| other.week == of.week && surpasses(other, of))).collect();
    found.iter_mut().zip(unsurpassed).for_each(|(of, unsurpassed)| of.unsurpassed = unsurpassed);
    found
}

fn surpasses(other: &TeamWeek, of: &TeamWeek) -> bool {
    let (theirs, own) = (&other.both, &of.both);
    theirs.strong >= own.strong && theirs.weak >= own.weak && (theirs.strong > own.strong || theirs.weak > own.weak)
}
