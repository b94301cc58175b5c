//! What became of warnings at a site, counted once their time is over: how many came true, how many leavers had one, beside what chance would give; and whether
//! a site's warnings are good enough to be shown. `v_signal_quality` of the warehouse counts the same in SQL.
//!
//! A day is *matured* when [`OUTCOME_DAYS`] have passed since: what a warning of that day said has come true by then, or not. Everything is counted over matured days.

mod display;
#[cfg(test)]
mod tests;
mod uplift;

pub use display::{DisplayFacts, Unfit, WARNINGS_MIN, unfit};
pub use uplift::{Drawn, Share, Uplift};

use crate::measures::{lead_days, recall_of_random_alarms};
use crate::signals::Draw;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// A warning came true if the agent left of own will within so many days after it.
pub const OUTCOME_DAYS: i32 = 45;
/// Horizon of the probability of a score, days.
pub const HORIZON_DAYS: i32 = 30;
/// The last so many matured days decide whether warnings are shown: a quarter.
pub const RECENT_DAYS: i32 = 91;
/// Nothing is counted of fewer agents.
pub const AGENTS_MIN: u64 = 8;
/// Days of a month: 365.25 ÷ 12.
const DAYS_PER_MONTH: f64 = 30.4375;

/// A warning that was opened, unless the product took it back because the data of that day were wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// About whom.
    pub agent: String,
    /// Day of opening, days since 1970.
    pub opened_day: i32,
    /// Whole days from the opening to the first talk, from the escalation if it was silent before; `None`: there was none.
    pub days_to_talk: Option<i32>,
    /// What was drawn when it opened.
    pub draw: Draw,
    /// It became urgent, so that it was told even if it had been drawn silent.
    pub urgent: bool,
}

impl Warning {
    /// Whether anybody was told.
    #[must_use]
    pub const fn was_told(&self) -> bool {
        !self.draw.silent || self.urgent
    }
}

/// A site, for judging its warnings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The newest day that is known, days since 1970.
    pub newest_day: i32,
    /// Warnings.
    pub warnings: Vec<Warning>,
    /// Who left of own will, and when: agent and day. Other departures are none.
    pub left: Vec<(String, i32)>,
    /// Scores: agent, day, probability of leaving within [`HORIZON_DAYS`].
    pub scores: Vec<(String, i32, f64)>,
    /// Leaders and the days on which they led anybody; those on which the site was scored count.
    pub led: BTreeSet<(String, i32)>,
}

/// How good the warnings of some days were. A number that cannot be formed is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quality {
    /// Agents who were scored.
    pub agents: u64,
    /// Days of agents that were scored.
    pub agent_days: u64,
    /// Warnings.
    pub warnings: u64,
    /// Of them: the agent left of own will within [`OUTCOME_DAYS`].
    pub came_true: u64,
    /// Warnings that anybody was told of: all but those kept silent to their end.
    pub told: u64,
    /// Share of warnings that came true: of those kept silent, where there are [`AGENTS_MIN`], because a talk that helps makes a warning that was right look wrong; else of all.
    pub precision: Option<f64>,
    /// Those of which was drawn whether they are kept silent.
    pub drawn: Drawn,
    /// Who left of own will on these days, and was scored in the [`OUTCOME_DAYS`] before.
    pub leavers: u64,
    /// Of them: those with a warning in the [`OUTCOME_DAYS`] before.
    pub leavers_warned: u64,
    /// Share of leavers who had a warning.
    pub recall: Option<f64>,
    /// The same if as many warnings had been given at random.
    pub chance_recall: Option<f64>,
    /// Weeks of agents, of each the first day that was scored.
    pub agent_weeks: u64,
    /// Of them: the agent left within [`HORIZON_DAYS`].
    pub observed: u64,
    /// The same by the scores: the sum of the probabilities.
    pub expected: f64,
    /// Observed ÷ expected.
    pub observed_over_expected: Option<f64>,
    /// Of the weeks: the agent left within [`OUTCOME_DAYS`]. Divided by all of them it is the precision of a random warning.
    pub observed_outcome: u64,
    /// Warnings that were told and did not come true, for one leader and month.
    pub false_per_leader_month: Option<f64>,
    /// Days from the first warning to leaving, of leavers who had one: first quartile, median, third quartile.
    pub lead_days: Option<(f64, f64, f64)>,
    /// Warnings that were talked about.
    pub talked: u64,
    /// Days from the opening to the talk: first quartile, median, third quartile.
    pub days_to_talk: Option<(f64, f64, f64)>,
}

/// The last day that is matured.
///
/// ```
/// assert_eq!(attrition::quality::last_matured_day(20_045), 20_000);
/// ```
#[must_use]
pub const fn last_matured_day(newest_day: i32) -> i32 {
    newest_day - OUTCOME_DAYS
}

/// How good the warnings of the matured ones of these days were. `None`: fewer than [`AGENTS_MIN`] agents were scored on them.
#[must_use]
pub fn quality(record: &Record, days: RangeInclusive<i32>) -> Option<Quality> {
    let days = *days.start()..=(*days.end()).min(last_matured_day(record.newest_day));
    let scored: Vec<_> = record.scores.iter().filter(|(_, day, _)| days.contains(day)).collect();
    let agents = scored.iter().map(|(agent, _, _)| agent).collect::<BTreeSet<_>>().len() as u64;
    if agents < AGENTS_MIN {
        return None;
    }
    let mut found = Quality { agents, agent_days: scored.len() as u64, ..Quality::default() };
    judge_warnings(record, &days, &mut found);
    judge_leavers(record, &days, &mut found);
    judge_scores(record, &days, &mut found);
    Some(found)
}

fn judge_warnings(record: &Record, days: &RangeInclusive<i32>, found: &mut Quality) {
    let warnings: Vec<&Warning> = record.warnings.iter().filter(|warning| days.contains(&warning.opened_day)).collect();
    found.warnings = warnings.len() as u64;
    let count = |which: &dyn Fn(&Warning) -> bool| {
        let (mut all, mut came_true) = (0, 0);
        for warning in warnings.iter().filter(|warning| which(warning)) {
            all += 1;
            came_true += u64::from(left_within(record, &warning.agent, warning.opened_day, OUTCOME_DAYS));
        }
        (all, came_true)
    };
    found.came_true = count(&|_| true).1;
    let (told, silent) = (count(&|warning| warning.draw.share.is_some() && !warning.draw.silent), count(&|warning| warning.draw.silent));
    found.drawn = Drawn { told: told.0, told_left: told.1, silent: silent.0, silent_left: silent.1 };
    found.precision = found.drawn.untouched().map(|untouched| untouched.share).or_else(|| share(found.came_true, found.warnings));
    let talks: Vec<f64> = warnings.iter().filter_map(|warning| warning.days_to_talk).map(f64::from).collect();
    (found.talked, found.days_to_talk) = (talks.len() as u64, lead_days(&talks));
    let scored: BTreeSet<i32> = record.scores.iter().map(|(_, day, _)| *day).collect();
    let leader_days = record.led.iter().filter(|(_, day)| days.contains(day) && scored.contains(day)).count();
    let (told, told_came_true) = count(&Warning::was_told);
    found.told = told;
    let in_vain = (told - told_came_true) as f64;
    found.false_per_leader_month = (leader_days > 0).then(|| in_vain * DAYS_PER_MONTH / leader_days as f64);
}

fn judge_leavers(record: &Record, days: &RangeInclusive<i32>, found: &mut Quality) {
    let before = |day: i32| day - OUTCOME_DAYS..day;
    let scored = |agent: &str, day: i32| record.scores.iter().any(|(known, at, _)| known == agent && before(day).contains(at));
    let leavers: Vec<_> = record.left.iter().filter(|(agent, day)| days.contains(day) && scored(agent, *day)).collect();
    let lead = |agent: &str, day: i32| {
        let warnings = record.warnings.iter().filter(|warning| warning.agent == agent && before(day).contains(&warning.opened_day));
        warnings.map(|warning| f64::from(day - warning.opened_day)).reduce(f64::max)
    };
    let leads: Vec<f64> = leavers.iter().filter_map(|(agent, day)| lead(agent, *day)).collect();
    (found.leavers, found.leavers_warned) = (leavers.len() as u64, leads.len() as u64);
    found.recall = share(found.leavers_warned, found.leavers);
    found.lead_days = lead_days(&leads);
    let rate = share(found.warnings, found.agent_days);
    found.chance_recall = rate.map(|rate| recall_of_random_alarms(rate, f64::from(OUTCOME_DAYS)));
}

/// One row per agent and week: the first day of it that was scored.
fn judge_scores(record: &Record, days: &RangeInclusive<i32>, found: &mut Quality) {
    let mut weeks: BTreeMap<(&str, i32), (i32, f64)> = BTreeMap::new();
    for (agent, day, probability) in &record.scores {
        let week = weeks.entry((agent, day.div_euclid(7))).or_insert((*day, *probability));
        if *day < week.0 {
            *week = (*day, *probability);
        }
    }
    let weeks = weeks.iter().filter(|(_, (day, _))| days.contains(day));
    for ((agent, _), (day, probability)) in weeks {
        found.agent_weeks += 1;
        found.observed += u64::from(left_within(record, agent, *day, HORIZON_DAYS));
        found.observed_outcome += u64::from(left_within(record, agent, *day, OUTCOME_DAYS));
        found.expected += probability;
    }
    found.observed_over_expected = (found.expected > 0.0).then(|| found.observed as f64 / found.expected);
}

fn left_within(record: &Record, agent: &str, day: i32, within_days: i32) -> bool {
    record.left.iter().any(|(known, left)| known == agent && *left > day && *left <= day + within_days)
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
