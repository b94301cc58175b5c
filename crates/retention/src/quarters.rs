//! What stands beside a leader's leavers: what the leader can act on and what the leader did, by quarter. Each number is of the agents while that leader led
//! them; nothing is shown of a quarter with fewer than eight, and a mean only where it is one of eight.

use crate::FEWEST_AGENTS;
use attrition::numerics::median;
use std::collections::{BTreeMap, BTreeSet};

const DAYS_OF_MONTH: f64 = 365.25 / 12.0;
const DAY_S: f64 = 86_400.0;
const HOUR_MS: f64 = 3_600_000.0;

/// One agent under one leader in one quarter. Days are those on which the agent was employed, had not given notice and was in no long leave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedAgent {
    /// The leader.
    pub leader: String,
    /// First day of the quarter, days since 1970.
    pub quarter: i32,
    /// The agent.
    pub agent: String,
    /// Days led.
    pub days: u64,
    /// Of them: with paid time.
    pub worked_days: u64,
    /// Of those: with contact and after-call work in more than 90 % of it.
    pub overloaded_days: u64,
    /// Days of which the longest stretch without a pause is known.
    pub run_days: u64,
    /// Sum of those stretches, ms.
    pub run_ms: u64,
    /// Days on which the site had a schedule of the agent.
    pub scheduled_days: u64,
    /// Shifts that began less than 11 h after the one before had ended.
    pub quick_returns: u64,
    /// Coachings, whoever held them.
    pub coachings: u64,
    /// Targets that single days could be compared with.
    pub targets: u64,
    /// Of them: missed.
    pub targets_missed: u64,
    /// What comparable agents (same site, day and queue group) missed of as many targets, millionths of one.
    pub peers_missed_micro: u64,
}

/// A signal that was told to a leader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedSignal {
    /// Who led the agent when it opened.
    pub leader: String,
    /// First day of the quarter in which it opened, days since 1970.
    pub quarter: i32,
    /// Whether somebody talked.
    pub talked: bool,
    /// How long after it was told, seconds; `None`: nobody talked, or before that.
    pub talked_after_s: Option<i64>,
    /// How it ended, or `open`.
    pub outcome: String,
}

/// Those hired under one leader, on the first day, whose first 90 days ended in a quarter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedHires {
    /// The leader of the first day.
    pub leader: String,
    /// First day of the quarter in which the 90 days ended, days since 1970.
    pub quarter: i32,
    /// How many; without those who left within them otherwise than by own wish.
    pub hired: u64,
    /// Of them: left within them by own wish.
    pub left_early: u64,
}

/// A leader's quarter. A mean is `None` where fewer than eight agents have it.
#[derive(Clone, Debug, PartialEq)]
pub struct LeaderQuarter {
    /// Agents led on any day of it.
    pub agents: usize,
    /// Share of days worked with a utilisation above 90 %.
    pub overloaded_share: Option<f64>,
    /// Longest stretch of a day without a pause, mean, hours.
    pub longest_run_hours: Option<f64>,
    /// Shifts less than 11 h after the one before, of one agent in 28 days.
    pub quick_returns_28_days: Option<f64>,
    /// Coachings of one agent in a month.
    pub coachings_month: Option<f64>,
    /// Share of the targets of days that the agents reached, and the share that comparable agents reached.
    pub targets_reached: Option<(f64, f64)>,
    /// Signals told.
    pub signals: usize,
    /// Of them: somebody talked.
    pub talks: usize,
    /// Days from being told to the talk, median.
    pub days_to_talk: Option<f64>,
    /// Signals by how they ended.
    pub outcomes: BTreeMap<String, usize>,
    /// Hired under the leader 90 days before a day of the quarter.
    pub hired: u64,
    /// Of them: left within 90 days by own wish.
    pub left_early: u64,
}

/// Leader, and first day of the quarter.
pub type LeaderAndQuarter = (String, i32);

/// Puts everything together; `None` where a leader led fewer than eight agents in the quarter. The order of rows changes nothing.
///
/// ```
/// use retention::quarters::{LedAgent, quarters};
/// let led = |number: u64| LedAgent { leader: "lea".into(), quarter: 20_089, agent: format!("a{number}"), worked_days: 10, overloaded_days: number, ..LedAgent::default() };
/// let eight: Vec<_> = (0..8).map(led).collect();
/// // 0 + 1 + … + 7 of 80 days.
/// assert_eq!(quarters(&eight, &[], &[])[&("lea".into(), 20_089)].as_ref().unwrap().overloaded_share, Some(0.35));
/// assert_eq!(quarters(&eight[1..], &[], &[])[&("lea".into(), 20_089)], None);
/// ```
#[must_use]
pub fn quarters(led: &[LedAgent], signals: &[LedSignal], hires: &[LedHires]) -> BTreeMap<LeaderAndQuarter, Option<LeaderQuarter>> {
    let mut agents: BTreeMap<LeaderAndQuarter, Vec<&LedAgent>> = BTreeMap::new();
    led.iter().for_each(|one| agents.entry((one.leader.clone(), one.quarter)).or_default().push(one));
    let quarter = |(key, of): (LeaderAndQuarter, Vec<&LedAgent>)| {
        let signals: Vec<&LedSignal> = signals.iter().filter(|one| (&one.leader, one.quarter) == (&key.0, key.1)).collect();
        let hires: Vec<&LedHires> = hires.iter().filter(|one| (&one.leader, one.quarter) == (&key.0, key.1)).collect();
        let shown = (distinct(of.iter().copied()) >= FEWEST_AGENTS).then(|| describe(&of, &signals, &hires));
        (key, shown)
    };
    agents.into_iter().map(quarter).collect()
}

fn distinct<'a>(agents: impl Iterator<Item = &'a LedAgent>) -> usize {
    agents.map(|one| one.agent.as_str()).collect::<BTreeSet<_>>().len()
}

fn describe(led: &[&LedAgent], signals: &[&LedSignal], hires: &[&LedHires]) -> LeaderQuarter {
    let missed = mean(led, |one| (one.targets_missed, one.targets));
    let peers_missed = mean(led, |one| (one.peers_missed_micro, one.targets));
    let waits: Vec<f64> = signals.iter().filter_map(|one| Some(one.talked_after_s? as f64 / DAY_S)).collect();
    let mut outcomes = BTreeMap::new();
    signals.iter().for_each(|one| *outcomes.entry(one.outcome.clone()).or_default() += 1);
    LeaderQuarter {
        agents: distinct(led.iter().copied()),
        overloaded_share: mean(led, |one| (one.overloaded_days, one.worked_days)),
        longest_run_hours: mean(led, |one| (one.run_ms, one.run_days)).map(|run_ms| run_ms / HOUR_MS),
        quick_returns_28_days: mean(led, |one| (one.quick_returns, one.scheduled_days)).map(|a_day| a_day * 28.0),
        coachings_month: mean(led, |one| (one.coachings, one.days)).map(|a_day| a_day * DAYS_OF_MONTH),
        targets_reached: missed.zip(peers_missed).map(|(own, peers_micro)| (1.0 - own, 1.0 - peers_micro / 1e6)),
        signals: signals.len(),
        talks: signals.iter().filter(|one| one.talked).count(),
        days_to_talk: median(&waits),
        outcomes,
        hired: hires.iter().map(|one| one.hired).sum(),
        left_early: hires.iter().map(|one| one.left_early).sum(),
    }
}

/// Sum ÷ weight over all agents, so that every day counts alike; `None` where fewer than eight have a weight. Sums are whole numbers: their order is nothing.
fn mean(led: &[&LedAgent], of: impl Fn(&LedAgent) -> (u64, u64)) -> Option<f64> {
    let known: Vec<&LedAgent> = led.iter().copied().filter(|one| of(one).1 > 0).collect();
    let (sum, weight) = known.iter().map(|one| of(one)).fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    (distinct(known.iter().copied()) >= FEWEST_AGENTS).then(|| sum as f64 / weight as f64)
}
