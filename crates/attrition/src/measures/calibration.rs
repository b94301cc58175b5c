//! Whether probabilities mean what they say.

use crate::numerics::normal_quantile;

/// Mean squared distance of probability and outcome (Brier 1950). A constant prediction of the base rate π scores π (1 − π). `None` without rows.
///
/// ```
/// assert_eq!(attrition::measures::brier(&[(0.5, true), (0.5, false)]), Some(0.25));
/// ```
#[must_use]
pub fn brier(scored: &[(f64, bool)]) -> Option<f64> {
    mean(scored, |probability, left| (probability - outcome(left)) * (probability - outcome(left)))
}

/// Mean of −ln of the probability given to what happened. `None` without rows; infinite if something happened that was ruled out.
#[must_use]
pub fn log_loss(scored: &[(f64, bool)]) -> Option<f64> {
    mean(scored, |probability, left| if left { -libm::log(probability) } else { -libm::log1p(-probability) })
}

/// Leavers ÷ leavers expected (the sum of the probabilities): 1 is right, above 1 too few were expected. `None` if none were.
#[must_use]
pub fn observed_over_expected(scored: &[(f64, bool)]) -> Option<f64> {
    let expected: f64 = scored.iter().map(|(probability, _)| probability).sum();
    (expected > 0.0).then(|| scored.iter().filter(|(_, left)| *left).count() as f64 / expected)
}

/// Rows of neighbouring probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Rows.
    pub rows: u64,
    /// Rows that left.
    pub leavers: u64,
    /// Mean probability.
    pub expected_share: f64,
    /// Share that left.
    pub observed_share: f64,
    /// Distance of the two in standard errors of a binomial with the expected share; `None` at 0 and 1.
    pub distance: Option<f64>,
}

impl Bin {
    /// Whether the distance is within a normal interval of this confidence (0…1).
    #[must_use]
    pub fn agrees(&self, confidence: f64) -> bool {
        self.distance.is_none_or(|distance| distance.abs() <= normal_quantile(0.5 + confidence / 2.0))
    }
}

/// Rows in bins of equal size by rising probability; equal probabilities stay together, so there may be fewer bins.
///
/// ```
/// let bins = attrition::measures::reliability(&[(0.1, false), (0.8, true), (0.2, false), (0.6, false)], 2);
/// assert_eq!(bins.iter().map(|bin| (bin.rows, bin.leavers)).collect::<Vec<_>>(), [(2, 0), (2, 1)]);
/// ```
#[must_use]
pub fn reliability(scored: &[(f64, bool)], bins: u32) -> Vec<Bin> {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let bin_of = |position: usize| position as u64 * u64::from(bins) / sorted.len() as u64;
    let mut found: Vec<(u64, Vec<(f64, bool)>)> = Vec::new();
    let mut position = 0;
    for equal in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let bin = bin_of(position);
        match found.last_mut() {
            Some((last, rows)) if *last == bin => rows.extend_from_slice(equal),
            _ => found.push((bin, equal.to_vec())),
        }
        position += equal.len();
    }
    found.iter().map(|(_, rows)| describe(rows)).collect()
}

fn describe(rows: &[(f64, bool)]) -> Bin {
    let n = rows.len() as f64;
    let leavers = rows.iter().filter(|(_, left)| *left).count() as u64;
    let expected_share = rows.iter().map(|(probability, _)| probability).sum::<f64>() / n;
    let observed_share = leavers as f64 / n;
    let error = libm::sqrt(expected_share * (1.0 - expected_share) / n);
    let distance = (error > 0.0).then(|| (observed_share - expected_share) / error);
    Bin { rows: rows.len() as u64, leavers, expected_share, observed_share, distance }
}

fn outcome(left: bool) -> f64 {
    if left { 1.0 } else { 0.0 }
}

fn mean(scored: &[(f64, bool)], of: impl Fn(f64, bool) -> f64) -> Option<f64> {
    let sum: f64 = scored.iter().map(|(probability, left)| of(*probability, *left)).sum();
    (!scored.is_empty()).then(|| sum / scored.len() as f64)
}
