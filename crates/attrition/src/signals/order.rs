//! By what agents stand in line for a budget: how probable leaving is, and a part of how much more probable it has become of late.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Days over which a rise is looked at.
pub const RISE_DAYS: i32 = 15;
/// A score of so many days ago at most is compared with: a week without rows in between is no gap.
const OLDEST_DAYS: i32 = RISE_DAYS + 6;

/// The latest scores of an agent, as far as a rise needs them.
///
/// ```
/// use attrition::signals::LatestScores;
/// let mut latest = LatestScores::default();
/// latest.remember(100, -3.0);
/// latest.remember(101, -2.5);
/// assert_eq!([114, 115, 116, 121, 122, 123].map(|day| latest.before(day)), [None, Some(-3.0), Some(-2.5), Some(-2.5), Some(-2.5), None]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LatestScores {
    /// Day and log-odds, the oldest first.
    scores: VecDeque<(i32, f64)>,
}

impl LatestScores {
    /// The log-odds of the latest score that is at least [`RISE_DAYS`] older than `day` and at most 21; none where there was none.
    #[must_use]
    pub fn before(&self, day: i32) -> Option<f64> {
        let age = |then: i32| day.saturating_sub(then);
        let latest = self.scores.iter().rev().find(|(then, _)| age(*then) >= RISE_DAYS);
        latest.filter(|(then, _)| age(*then) <= OLDEST_DAYS).map(|(_, log_odds)| *log_odds)
    }

    /// Takes the score of a day that is later than all before, and forgets what no later day can ask for.
    pub fn remember(&mut self, day: i32, log_odds: f64) {
        self.scores.retain(|(then, _)| day.saturating_sub(*then) < OLDEST_DAYS);
        self.scores.push_back((day, log_odds));
    }
}

/// What a score counts for a place under the budget: the log-odds, and `weight` times their rise since `before`. Of two agents who are equally likely to leave, the one
/// of whom that is new comes first; a score that falls counts less than it says. Without a score of before there is no rise.
///
/// ```
/// use attrition::signals::order;
/// assert_eq!(order(-2.0, Some(-3.0), 0.25), -1.75);
/// assert_eq!(order(-2.0, Some(-1.0), 0.25), -2.25);
/// assert_eq!(order(-2.0, None, 0.25), -2.0);
/// ```
#[must_use]
pub fn order(log_odds: f64, before: Option<f64>, weight: f64) -> f64 {
    before.map_or(log_odds, |before| log_odds + weight * (log_odds - before))
}
