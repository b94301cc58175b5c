//! Intervals for shares and counts.

use crate::numerics::{beta_below, gamma_below, increasing_root, normal_quantile};

/// An interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Score interval of a share (Wilson 1927). `None` without trials or with more hits than trials.
///
/// ```
/// // Newcombe 1998: 81 of 263.
/// let interval = attrition::measures::wilson(81, 263, 0.95).unwrap();
/// assert!((interval.low - 0.2553).abs() < 5e-5 && (interval.high - 0.3662).abs() < 5e-5);
/// ```
#[must_use]
pub fn wilson(hits: u64, trials: u64, confidence: f64) -> Option<Interval> {
    if trials == 0 || hits > trials {
        return None;
    }
    let (n, z) = (trials as f64, normal_quantile(0.5 + confidence / 2.0));
    let share = hits as f64 / n;
    let half = z * libm::sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n));
    let (middle, scale) = (share + z * z / (2.0 * n), 1.0 + z * z / n);
    Some(Interval { low: ((middle - half) / scale).max(0.0), high: ((middle + half) / scale).min(1.0) })
}

/// Interval of one share less another of other people (Newcombe 1998, method 10: from the score intervals of both). `None` where either has none.
///
/// ```
/// // Newcombe 1998: 56 of 70 less 48 of 80.
/// let interval = attrition::measures::difference((56, 70), (48, 80), 0.95).unwrap();
/// assert!((interval.low - 0.0524).abs() < 5e-5 && (interval.high - 0.3339).abs() < 5e-5);
/// ```
#[must_use]
pub fn difference(one: (u64, u64), other: (u64, u64), confidence: f64) -> Option<Interval> {
    let (of_one, of_other) = (wilson(one.0, one.1, confidence)?, wilson(other.0, other.1, confidence)?);
    let (share, other_share) = (one.0 as f64 / one.1 as f64, other.0 as f64 / other.1 as f64);
    let far = |a: f64, b: f64| libm::sqrt(a * a + b * b);
    let (down, up) = (far(share - of_one.low, of_other.high - other_share), far(of_one.high - share, other_share - of_other.low));
    Some(Interval { low: share - other_share - down, high: share - other_share + up })
}

/// Exact interval of a share (Clopper & Pearson 1934). `None` without trials or with more hits than trials.
///
/// ```
/// // 0 of 20: the upper end is 1 − 0.025^(1/20).
/// let interval = attrition::measures::clopper_pearson(0, 20, 0.95).unwrap();
/// assert!(interval.low == 0.0 && (interval.high - (1.0 - 0.025_f64.powf(0.05))).abs() < 1e-12);
/// ```
#[must_use]
pub fn clopper_pearson(hits: u64, trials: u64, confidence: f64) -> Option<Interval> {
    if trials == 0 || hits > trials {
        return None;
    }
    let tail = (1.0 - confidence) / 2.0;
    let (hit, missed) = (hits as f64, (trials - hits) as f64);
    // P(X ≥ hits | p) = I_p(hits, missed + 1); P(X ≤ hits | p) = 1 − I_p(hits + 1, missed).
    let low = if hits == 0 { 0.0 } else { increasing_root(0.0, 1.0, |p| beta_below(hit, missed + 1.0, p) - tail) };
    let high = if hits == trials { 1.0 } else { increasing_root(0.0, 1.0, |p| beta_below(hit + 1.0, missed, p) - (1.0 - tail)) };
    Some(Interval { low, high })
}

/// Exact interval of the mean of a Poisson count (Garwood 1936).
///
/// ```
/// let interval = attrition::measures::garwood(10, 0.95);
/// assert!((interval.low - 4.7954).abs() < 5e-5 && (interval.high - 18.3904).abs() < 5e-5);
/// ```
#[must_use]
pub fn garwood(count: u64, confidence: f64) -> Interval {
    let (n, tail) = (count as f64, (1.0 - confidence) / 2.0);
    let far = n + 50.0 + 20.0 * libm::sqrt(n + 1.0);
    // P(X ≥ n | mean) = P(n, mean), the regularised gamma function.
    let low = if count == 0 { 0.0 } else { increasing_root(0.0, far, |mean| gamma_below(n, mean) - tail) };
    let high = increasing_root(0.0, far, |mean| gamma_below(n + 1.0, mean) - (1.0 - tail));
    Interval { low, high }
}
