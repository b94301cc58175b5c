//! Leaders in a funnel: leavers against those expected from the mix alone (tenure, queue, site, contract, month), never as a league table
//! (Spiegelhalter 2005).

use super::intervals::{Interval, garwood};
use crate::numerics::{increasing_root, quantile};

/// Below this expectation nothing is shown.
const LEAST_EXPECTED: f64 = 1.0;
/// Below this many agents nothing is shown: a number would point at persons.
const FEWEST_AGENTS: u32 = 8;
/// Share of units at each end whose distance is pulled in before the overdispersion is estimated.
const WINSORISED: f64 = 0.1;

/// A leader, team or site.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// Agents.
    pub agents: u32,
    /// Voluntary leavers.
    pub observed: u64,
    /// Sum of the probabilities from a model of what the leader does not choose.
    pub expected: f64,
}

/// One unit in the funnel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FunnelPoint {
    /// Observed ÷ expected.
    pub ratio: f64,
    /// Its exact interval at 95 %.
    pub interval: Interval,
    /// Pulled towards 1 by the prior weight.
    pub shrunk: f64,
    /// Where 95 % of ratios lie if only chance differs.
    pub limits_95: Interval,
    /// Where 99.8 % lie.
    pub limits_998: Interval,
}

/// All units on the same scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Funnel {
    /// How many times the variance exceeds that of chance, never below 1; the limits are widened by its root.
    pub overdispersion: f64,
    /// One per unit, in order; `None` where too little is known to show anything.
    pub points: Vec<Option<FunnelPoint>>,
}

/// (observed + weight) ÷ (expected + weight): a ratio that small numbers pull towards 1; weight 4 by default.
///
/// ```
/// assert_eq!(attrition::measures::shrunk_ratio(4, 1.0, 4.0), 1.6);
/// ```
#[must_use]
pub fn shrunk_ratio(observed: u64, expected: f64, weight: f64) -> f64 {
    (observed as f64 + weight) / (expected + weight)
}

/// Mean of the squared distances (O − E) ÷ √E after pulling in the outermost tenth on each side, at least 1; 1 without units.
#[must_use]
pub fn overdispersion(units: &[Unit]) -> f64 {
    let distances: Vec<f64> =
        units.iter().filter(|unit| shown(unit)).map(|unit| (unit.observed as f64 - unit.expected) / libm::sqrt(unit.expected)).collect();
    let (Some(low), Some(high)) = (quantile(&distances, WINSORISED), quantile(&distances, 1.0 - WINSORISED)) else { return 1.0 };
    (distances.iter().map(|z| z.clamp(low, high)).map(|z| z * z).sum::<f64>() / distances.len() as f64).max(1.0)
}

/// Every unit with its limits; `prior_weight` as in [`shrunk_ratio`].
///
/// ```
/// use attrition::measures::{Unit, funnel};
/// let shown = funnel(&[Unit { agents: 12, observed: 3, expected: 2.0 }, Unit { agents: 5, observed: 3, expected: 2.0 }], 4.0);
/// assert_eq!(shown.points[0].unwrap().ratio, 1.5);
/// assert_eq!(shown.points[1], None);
/// ```
#[must_use]
pub fn funnel(units: &[Unit], prior_weight: f64) -> Funnel {
    let overdispersion = overdispersion(units);
    let point = |unit: &Unit| {
        let exact = garwood(unit.observed, 0.95);
        FunnelPoint {
            ratio: unit.observed as f64 / unit.expected,
            interval: Interval { low: exact.low / unit.expected, high: exact.high / unit.expected },
            shrunk: shrunk_ratio(unit.observed, unit.expected, prior_weight),
            limits_95: limits(unit.expected, 0.95, overdispersion),
            limits_998: limits(unit.expected, 0.998, overdispersion),
        }
    };
    Funnel { overdispersion, points: units.iter().map(|unit| shown(unit).then(|| point(unit))).collect() }
}

fn shown(unit: &Unit) -> bool {
    unit.agents >= FEWEST_AGENTS && unit.expected >= LEAST_EXPECTED
}

/// Limits of the ratio: the exact ones of a Poisson count, interpolated between counts (Spiegelhalter's appendix A.1.1), their distance from 1 widened for
/// overdispersion.
fn limits(expected: f64, confidence: f64, overdispersion: f64) -> Interval {
    let tail = (1.0 - confidence) / 2.0;
    // The count at which the interpolated distribution function of a Poisson count reaches a probability.
    let count = |probability: f64| {
        increasing_root(-1.0, expected + 60.0 + 20.0 * libm::sqrt(expected), |count| at_most(count, expected) - probability)
    };
    let widen = |count: f64| 1.0 + (count / expected - 1.0) * libm::sqrt(overdispersion);
    Interval { low: widen(count(tail).max(0.0)).max(0.0), high: widen(count(1.0 - tail)) }
}

/// P(X ≤ count) of a Poisson count, linear between whole counts.
fn at_most(count: f64, mean: f64) -> f64 {
    let whole = libm::floor(count);
    let cumulative = |count: f64| if count < 0.0 { 0.0 } else { 1.0 - crate::numerics::gamma_below(count + 1.0, mean) };
    let below = cumulative(whole);
    below + (cumulative(whole + 1.0) - below) * (count - whole)
}
