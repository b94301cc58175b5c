//! Whether the inputs of the last week are still those of the quarter that the model knew, beyond what chance does to a week of few agents.

use crate::measures::population_stability;
use crate::numerics::{gamma_below, increasing_root};
use std::ops::RangeInclusive;

/// Above it an input moves.
pub const MOVING_ABOVE: f64 = 0.1;
/// Above it an input is of another population.
pub const ANOTHER_ABOVE: f64 = 0.25;
/// Days of the week that is looked at.
pub const WEEK_DAYS: i32 = 7;
/// Days that it is compared with: thirteen weeks.
pub const QUARTER_DAYS: i32 = 91;
/// Fewer days than this are no quarter to compare with.
const REFERENCE_DAYS_MIN: i32 = 28;
/// A bin for each ten values, at least two and at most ten: with more the index of a small site is mostly chance.
const VALUES_PER_BIN: u64 = 10;
const BINS: RangeInclusive<u64> = 2..=10;
/// Chance exceeds it once in a thousand times: twenty inputs are looked at every week.
const CHANCE: f64 = 0.999;

/// How far an input is from what it was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drift {
    /// Population stability index.
    pub stability: f64,
    /// What chance alone exceeds once in a thousand times, with so many values in so many bins.
    pub chance: f64,
    /// Bins that were compared.
    pub bins: u64,
    /// Values of the quarter: one for each agent and week.
    pub then: u64,
    /// Values of the week: one for each agent.
    pub now: u64,
}

/// What the drift of an input says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DriftLevel {
    /// At most 0.1, or no more than chance.
    Stable,
    /// Above 0.1.
    Moving,
    /// Above 0.25: another population.
    Another,
}

impl DriftLevel {
    /// As it is printed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Moving => "moving",
            Self::Another => "another population",
        }
    }
}

impl Drift {
    /// The index; 0 where chance alone can have made it.
    #[must_use]
    pub fn beyond_chance(&self) -> f64 {
        if self.stability > self.chance { self.stability } else { 0.0 }
    }

    /// What it says, by the bars that are usual in credit scoring.
    #[must_use]
    pub fn level(&self) -> DriftLevel {
        match self.beyond_chance() {
            index if index > ANOTHER_ABOVE => DriftLevel::Another,
            index if index > MOVING_ABOVE => DriftLevel::Moving,
            _ => DriftLevel::Stable,
        }
    }
}

/// Drift of counts in the same ordered bins, neighbours put together until each has its share of what was. Equal distributions of n and m values have an index of
/// (1/n + 1/m) χ² (bins − 1) (Yurdakul 2018). `None`: nothing was counted then or now, or the bins differ in number.
///
/// ```
/// use attrition::upkeep::{DriftLevel, drift};
/// // 1,000 agents, all of them where one in ten was.
/// let found = drift(&[11_700, 1_300], &[0, 1_000]).unwrap();
/// assert_eq!((found.bins, found.level()), (2, DriftLevel::Another));
/// // Eight agents: the same shares say nothing.
/// assert_eq!(drift(&[52, 52], &[6, 2]).unwrap().level(), DriftLevel::Stable);
/// ```
#[must_use]
pub fn drift(then: &[u64], now: &[u64]) -> Option<Drift> {
    let (all_then, all_now) = (then.iter().sum::<u64>(), now.iter().sum::<u64>());
    if then.len() != now.len() || all_then == 0 || all_now == 0 {
        return None;
    }
    let wanted = (all_then.min(all_now) / VALUES_PER_BIN).clamp(*BINS.start(), *BINS.end());
    let merged = merged(then, now, wanted);
    let (then, now): (Vec<u64>, Vec<u64>) = merged.into_iter().unzip();
    let bins = then.len() as u64;
    Some(Drift {
        stability: population_stability(&then, &now)?,
        chance: (1.0 / all_then as f64 + 1.0 / all_now as f64) * chi_squared_quantile(bins - 1, CHANCE),
        bins,
        then: all_then,
        now: all_now,
    })
}

/// Neighbouring bins put together until each has one part in `wanted` of what was; what is left over goes to the last, unless that is all there is.
fn merged(then: &[u64], now: &[u64], wanted: u64) -> Vec<(u64, u64)> {
    let all: u64 = then.iter().sum();
    let (mut found, mut open) = (Vec::new(), (0, 0));
    for (then, now) in then.iter().zip(now) {
        open = (open.0 + then, open.1 + now);
        if open.0 * wanted >= all {
            found.push(open);
            open = (0, 0);
        }
    }
    if open == (0, 0) {
        return found;
    }
    // Where everybody had the same value, who has another now is what there is to see.
    let alone = found.len() <= 1;
    match found.last_mut() {
        Some(last) if !alone => *last = (last.0 + open.0, last.1 + open.1),
        _ => found.push(open),
    }
    found
}

/// The value below which χ² of so many degrees of freedom lies with this probability; 0 without any.
fn chi_squared_quantile(degrees: u64, probability: f64) -> f64 {
    let shape = degrees as f64 / 2.0;
    if degrees == 0 { 0.0 } else { increasing_root(0.0, 200.0, |x| gamma_below(shape, x / 2.0) - probability) }
}

/// The days that a model's inputs are compared with: the quarter up to the last day of what was known when it was made, where that is written down; else the first quarter that
/// it scored. Never days of the week that is looked at. `None`: there are fewer than 28.
///
/// ```
/// use attrition::upkeep::reference_quarter;
/// assert_eq!(reference_quarter(Some(20_000), 20_010, 20_300), Some(19_910..=20_000));
/// assert_eq!(reference_quarter(None, 20_010, 20_300), Some(20_010..=20_100));
/// // The model has scored for 40 days: 33 of them before the last week.
/// assert_eq!(reference_quarter(None, 20_010, 20_049), Some(20_010..=20_042));
/// assert_eq!(reference_quarter(None, 20_010, 20_043), None);
/// ```
#[must_use]
pub fn reference_quarter(made_until_day: Option<i32>, first_scored_day: i32, newest_day: i32) -> Option<RangeInclusive<i32>> {
    let before = newest_day - WEEK_DAYS;
    let (first, last) = match made_until_day {
        Some(last) => (last - QUARTER_DAYS + 1, last.min(before)),
        None => (first_scored_day, (first_scored_day + QUARTER_DAYS - 1).min(before)),
    };
    (last - first + 1 >= REFERENCE_DAYS_MIN).then_some(first..=last)
}
