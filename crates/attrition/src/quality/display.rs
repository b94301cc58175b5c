//! Whether a site's warnings are good enough to be shown: a function from what became of them to a decision.

use super::{Drawn, HORIZON_DAYS, OUTCOME_DAYS, Quality};
use crate::measures::{garwood, wilson};

/// Fewer warnings than this say nothing about their precision.
pub const WARNINGS_MIN: u64 = 20;
/// Observed ÷ expected must not be outside of this.
const OBSERVED_OVER_EXPECTED: (f64, f64) = (0.5, 2.0);
/// Warnings must come true so many times as often as random ones.
const TIMES_RANDOM: f64 = 2.0;
/// Chance must not switch anything off: what is too bad must be so at both ends of this interval.
const CONFIDENCE: f64 = 0.95;
/// Each leaver is in so many rows of one agent-week.
const WEEKS_PER_HORIZON: f64 = HORIZON_DAYS as f64 / 7.0;

/// What is decided by: the last quarter of matured days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DisplayFacts {
    /// Matured warnings.
    pub warnings: u64,
    /// Of them: the agent left of own will in time.
    pub came_true: u64,
    /// Those of which was drawn whether they are kept silent.
    pub drawn: Drawn,
    /// Weeks of agents.
    pub agent_weeks: u64,
    /// Of them: the agent left within the horizon of the probability.
    pub observed: u64,
    /// The sum of their probabilities.
    pub expected: f64,
    /// Of them: the agent left within the time in which a warning comes true.
    pub observed_outcome: u64,
    /// The probabilities are meant as such. Those of a model that no site's own leavers have calibrated are ranks, and are not judged.
    pub calibrated: bool,
}

impl DisplayFacts {
    /// Of counted warnings.
    #[must_use]
    pub const fn of(quality: &Quality, calibrated: bool) -> Self {
        let Quality { warnings, came_true, drawn, agent_weeks, observed, expected, observed_outcome, .. } = *quality;
        Self { warnings, came_true, drawn, agent_weeks, observed, expected, observed_outcome, calibrated }
    }
}

/// Why warnings are not shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unfit {
    /// Too few come true: certainly less than twice as often as warnings at random would.
    LittleBetterThanChance {
        /// Matured warnings.
        warnings: u64,
        /// Of them: came true.
        came_true: u64,
        /// Share of warnings at random that would have.
        random_share: f64,
    },
    /// Certainly fewer leave than half of those whom the probabilities expect, or more than twice as many.
    WrongProbabilities {
        /// Leavers ÷ leavers expected.
        observed_over_expected: f64,
    },
}

/// Why the warnings of a site must not be shown; nothing: they may. Too few of them say nothing, and scoring goes on, so that a site can recover.
///
/// ```
/// use attrition::quality::{DisplayFacts, Drawn, Unfit, unfit};
/// // 1 of 40 came true, where 5 of 100 leave anyway: Wilson's interval ends at 12.9 %, which is not below 10 %.
/// let drawn = Drawn::default();
/// let facts = DisplayFacts { warnings: 40, came_true: 1, drawn, agent_weeks: 1_000, observed: 33, expected: 33.0, observed_outcome: 50, calibrated: true };
/// assert_eq!(unfit(&facts), []);
/// // 1 of 80: it ends at 6.7 %.
/// assert!(matches!(unfit(&DisplayFacts { warnings: 80, ..facts })[..], [Unfit::LittleBetterThanChance { came_true: 1, .. }]));
/// // But of 10 that were kept silent 3 came true, for certain more often than by chance: it is the talks that keep the others from coming true.
/// let drawn = Drawn { told: 70, told_left: 1, silent: 10, silent_left: 3 };
/// assert_eq!(unfit(&DisplayFacts { warnings: 80, drawn, ..facts }), []);
/// ```
#[must_use]
pub fn unfit(facts: &DisplayFacts) -> Vec<Unfit> {
    [little_better(facts), wrong_probabilities(facts)].into_iter().flatten().collect()
}

/// Talks that help keep warnings from coming true, so those kept silent decide where they say anything for certain: too few of them come true, or more than by chance.
/// A handful of them that says nothing for certain changes nothing: no share of silent ones switches this off.
fn little_better(facts: &DisplayFacts) -> Option<Unfit> {
    let DisplayFacts { warnings, came_true, drawn, agent_weeks, observed_outcome, .. } = *facts;
    if agent_weeks == 0 {
        return None;
    }
    let random_share = observed_outcome as f64 / agent_weeks as f64;
    let too_few = |warnings: u64, came_true: u64| {
        let highest = wilson(came_true, warnings, CONFIDENCE).filter(|_| warnings >= WARNINGS_MIN)?.high;
        (highest < TIMES_RANDOM * random_share).then_some(Unfit::LittleBetterThanChance { warnings, came_true, random_share })
    };
    let silent_are_better = drawn.untouched().is_some_and(|untouched| untouched.interval.low > random_share);
    too_few(drawn.silent, drawn.silent_left).or_else(|| too_few(warnings, came_true).filter(|_| !silent_are_better))
}

/// Rows of one leaver hang together: the interval is that of as many leavers as there would be in one row per horizon.
fn wrong_probabilities(facts: &DisplayFacts) -> Option<Unfit> {
    let DisplayFacts { observed, expected, calibrated, .. } = *facts;
    if !calibrated || expected <= 0.0 {
        return None;
    }
    let interval = garwood(libm::round(observed as f64 / WEEKS_PER_HORIZON) as u64, CONFIDENCE);
    let expected_leavers = expected / WEEKS_PER_HORIZON;
    let (least, most) = OBSERVED_OVER_EXPECTED;
    let outside = interval.high < least * expected_leavers || interval.low > most * expected_leavers;
    outside.then_some(Unfit::WrongProbabilities { observed_over_expected: observed as f64 / expected })
}

const _: () = assert!(OUTCOME_DAYS > HORIZON_DAYS, "a day that is matured is so for both");
