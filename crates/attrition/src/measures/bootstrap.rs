//! How far a number would lie from itself with other agents of the same kind (Efron 1979). Whole agents are drawn, because rows of one agent resemble each other.

use crate::numerics::quantile;
use std::collections::BTreeMap;

/// What repeated drawing gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Standard deviation over the draws: the standard error of the number.
    pub error: f64,
    /// 2.5 % of the draws lie below.
    pub low: f64,
    /// 2.5 % of the draws lie above.
    pub high: f64,
    /// Draws that had a number.
    pub draws: u32,
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed on every machine.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of so many, each as likely as the others (multiply and shift; the bias is below 2⁻⁴⁰ for up to sixteen million).
    fn below(&mut self, many: usize) -> usize {
        ((u128::from(self.next()) * many as u128) >> 64) as usize
    }
}

/// Draws as many agents as there are, with replacement, so many times, and measures the rows of those drawn. `agents` are rows by agent, in an order that does
/// not depend on chance. `None` if fewer than two draws have a number.
///
/// ```
/// use attrition::measures::bootstrap;
/// let mean = |rows: &[f64]| Some(rows.iter().sum::<f64>() / rows.len() as f64);
/// // 100 agents with one row each, half of them 0, half of them 2: the standard error of the mean is 1 / √100.
/// let agents: Vec<Vec<f64>> = (0..100).map(|agent| vec![f64::from(agent % 2) * 2.0]).collect();
/// let spread = bootstrap(&agents, 2_000, 1, mean).unwrap();
/// assert!((spread.error - 0.1).abs() < 0.005, "{spread:?}");
/// // The same agents with ten equal rows each know no more.
/// let repeated: Vec<Vec<f64>> = agents.iter().map(|rows| vec![rows[0]; 10]).collect();
/// assert!((bootstrap(&repeated, 2_000, 1, mean).unwrap().error - spread.error).abs() < 1e-12);
/// ```
#[must_use]
pub fn bootstrap<T: Copy>(agents: &[Vec<T>], draws: u32, seed: u64, measure: impl Fn(&[T]) -> Option<f64>) -> Option<Spread> {
    let mut numbers = Draws(seed);
    let mut rows = Vec::new();
    let mut found = Vec::new();
    for _ in 0..draws {
        rows.clear();
        for _ in 0..agents.len() {
            rows.extend_from_slice(&agents[numbers.below(agents.len())]);
        }
        found.extend(measure(&rows).filter(|value| value.is_finite()));
    }
    let n = found.len() as f64;
    if n < 2.0 {
        return None;
    }
    let mean = found.iter().sum::<f64>() / n;
    let squares: f64 = found.iter().map(|value| (value - mean) * (value - mean)).sum();
    Some(Spread {
        error: libm::sqrt(squares / (n - 1.0)),
        low: quantile(&found, 0.025)?,
        high: quantile(&found, 0.975)?,
        draws: found.len() as u32,
    })
}

/// Draws that are made once and used for many means. [`bootstrap`] begins with the same seed for each, so that all with as many parts have the same draws anyway; here
/// they are kept as how often each part is drawn, and a mean needs the sum and the weight of each part only.
#[derive(Clone, Debug)]
pub struct Resamples {
    draws: u32,
    seed: u64,
    /// By number of parts: how often each is drawn, draw after draw.
    times: BTreeMap<usize, Vec<f64>>,
}

impl Resamples {
    /// So many draws from a seed.
    #[must_use]
    pub const fn new(draws: u32, seed: u64) -> Self {
        Self { draws, seed, times: BTreeMap::new() }
    }

    /// The standard error of a weighted mean, from each part's weighted sum and weight: that of [`bootstrap`] with the same draws and seed. `None` if fewer than two
    /// draws have a weight.
    ///
    /// ```
    /// use attrition::measures::{Resamples, bootstrap};
    /// let parts: Vec<Vec<f64>> = (0..30).map(|part| vec![f64::from(part % 7), 1.0]).collect();
    /// let mean = |rows: &[f64]| Some(rows.iter().sum::<f64>() / rows.len() as f64);
    /// let sums: Vec<(f64, f64)> = parts.iter().map(|rows| (rows.iter().sum(), rows.len() as f64)).collect();
    /// let error = Resamples::new(200, 1).error_of_mean(&sums).unwrap();
    /// assert!((error - bootstrap(&parts, 200, 1, mean).unwrap().error).abs() < 1e-12);
    /// ```
    pub fn error_of_mean(&mut self, parts: &[(f64, f64)]) -> Option<f64> {
        let (draws, seed, many) = (self.draws, self.seed, parts.len());
        let times = self.times.entry(many).or_insert_with(|| drawn_times(draws, seed, many));
        let found: Vec<f64> = times
            .chunks_exact(many.max(1))
            .filter_map(|times| {
                let (sum, weight) =
                    times.iter().zip(parts).fold((0.0, 0.0), |all, (times, part)| (all.0 + times * part.0, all.1 + times * part.1));
                (weight > 0.0).then(|| sum / weight)
            })
            .filter(|mean| mean.is_finite())
            .collect();
        let n = found.len() as f64;
        if n < 2.0 {
            return None;
        }
        let mean = found.iter().sum::<f64>() / n;
        Some(libm::sqrt(found.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0)))
    }
}

/// How often each of so many parts is drawn, draw after draw.
fn drawn_times(draws: u32, seed: u64, many: usize) -> Vec<f64> {
    let mut numbers = Draws(seed);
    let mut times = vec![0.0; draws as usize * many];
    for draw in times.chunks_exact_mut(many.max(1)) {
        for _ in 0..many {
            draw[numbers.below(many)] += 1.0;
        }
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of very different weights, few parts and many: the error that drawing rows anew gives, for each of several in turn.
    #[test]
    fn shared_draws_give_the_error_of_own_draws() {
        let mut resamples = Resamples::new(200, 1);
        for (round, many) in [2_usize, 4, 5, 12, 52, 12, 4].into_iter().enumerate() {
            let value = |part: usize, row: usize| (((part * 31 + row * 17 + round * 101) * 7_919) % 1_000) as f64 / 250.0 - 2.0;
            let weight = |part: usize, row: usize| libm::pow(0.84, (part % 13 + row) as f64);
            let parts: Vec<Vec<(f64, f64)>> =
                (0..many).map(|part| (0..=part % 3).map(|row| (value(part, row), weight(part, row))).collect()).collect();
            let sums = |rows: &[(f64, f64)]| rows.iter().fold((0.0, 0.0), |all, (value, weight)| (all.0 + value * weight, all.1 + weight));
            let mean = |rows: &[(f64, f64)]| {
                let (sum, weight) = sums(rows);
                Some(sum / weight)
            };
            let own = bootstrap(&parts, 200, 1, mean).unwrap().error;
            let shared = resamples.error_of_mean(&parts.iter().map(|rows| sums(rows)).collect::<Vec<_>>()).unwrap();
            assert!(own > 0.01 && (own - shared).abs() < 1e-12, "{many} parts: {own} {shared}");
        }
        assert_eq!((resamples.error_of_mean(&[]), resamples.error_of_mean(&[(0.0, 0.0)])), (None, None));
        assert_eq!(resamples.times.len(), 7, "one set of draws for each number of parts");
    }
}
