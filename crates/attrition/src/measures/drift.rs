//! Whether the inputs of today still look like those that the model was fitted on.

/// Share given to an empty bin, so that one bin cannot make the index infinite.
const FEWEST: f64 = 1e-4;

/// Population stability index of counts in the same bins: Σ (now − then) · ln(now ÷ then) over the shares. Below 0.1 stable, above 0.25 another population
/// (usual reading in credit scoring). `None` if either is empty or the bins differ in number.
///
/// ```
/// use attrition::measures::population_stability;
/// assert_eq!(population_stability(&[10, 20, 70], &[1, 2, 7]), Some(0.0));
/// // (0.5 − 0.25) ln 2 + (0.5 − 0.75) ln (2 / 3)
/// assert!((population_stability(&[1, 3], &[2, 2]).unwrap() - 0.274_653).abs() < 1e-6);
/// ```
#[must_use]
pub fn population_stability(then: &[u64], now: &[u64]) -> Option<f64> {
    let (all_then, all_now) = (then.iter().sum::<u64>(), now.iter().sum::<u64>());
    if then.len() != now.len() || all_then == 0 || all_now == 0 {
        return None;
    }
    let share = |count: u64, all: u64| (count as f64 / all as f64).max(FEWEST);
    Some(
        then.iter()
            .zip(now)
            .map(|(then, now)| (share(*then, all_then), share(*now, all_now)))
            .map(|(then, now)| (now - then) * libm::log(now / then))
            .sum(),
    )
}

/// Borders between bins of equal size of these values; equal borders are merged.
///
/// ```
/// assert_eq!(attrition::measures::quantile_edges(&[1.0, 2.0, 3.0, 4.0, 5.0], 4), [2.0, 3.0, 4.0]);
/// ```
#[must_use]
pub fn quantile_edges(values: &[f64], bins: u32) -> Vec<f64> {
    let mut edges: Vec<f64> = (1..bins).filter_map(|bin| crate::numerics::quantile(values, f64::from(bin) / f64::from(bins))).collect();
    edges.dedup_by(|a, b| a.total_cmp(b).is_eq());
    edges
}
