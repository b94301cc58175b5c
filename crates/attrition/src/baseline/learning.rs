//! A learning curve, so that a normal slow start is no decline, and the end of learning no improvement.

use crate::numerics::solve;
use serde::{Deserialize, Serialize};

/// level + excess · e^(−days ÷ time constant).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningCurve {
    /// Where it ends.
    pub level: f64,
    /// How much worse the first day is; not negative.
    pub excess: f64,
    /// Days in which the excess falls to 37 %.
    pub time_constant_days: f64,
}

impl LearningCurve {
    /// Default of a site that has not been fitted.
    pub const DEFAULT_TIME_CONSTANT_DAYS: f64 = 45.0;

    /// What is to be taken off a value of an agent hired so many days ago.
    ///
    /// ```
    /// use attrition::baseline::LearningCurve;
    /// let curve = LearningCurve { level: 0.2, excess: 0.8, time_constant_days: 45.0 };
    /// assert_eq!(curve.expected_excess(0.0), 0.8);
    /// assert!((curve.expected_excess(45.0) - 0.8 * (-1.0_f64).exp()).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn expected_excess(&self, days: f64) -> f64 {
        self.excess * libm::exp(-days.max(0.0) / self.time_constant_days)
    }

    /// Least squares over (days since hiring, value), the time constant the best of 15, 20 … 120 days. `None` with fewer than 20 points or where days do
    /// not differ.
    #[must_use]
    pub fn fit(points: &[(f64, f64)]) -> Option<Self> {
        const FEWEST: usize = 20;
        if points.len() < FEWEST {
            return None;
        }
        (3..=24).filter_map(|five| fit_one(points, f64::from(five) * 5.0)).min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, curve)| curve)
    }
}

/// Sum of squares and curve for one time constant.
fn fit_one(points: &[(f64, f64)], time_constant_days: f64) -> Option<(f64, LearningCurve)> {
    let fallen: Vec<f64> = points.iter().map(|(days, _)| libm::exp(-days.max(0.0) / time_constant_days)).collect();
    let n = points.len() as f64;
    let (sum, squares) = (fallen.iter().sum::<f64>(), fallen.iter().map(|x| x * x).sum::<f64>());
    let values: f64 = points.iter().map(|(_, value)| value).sum();
    let products: f64 = points.iter().zip(&fallen).map(|((_, value), x)| value * x).sum();
    let (level, excess) = match solve(vec![n, sum, sum, squares], vec![values, products])?.as_slice() {
        [level, excess] if *excess >= 0.0 => (*level, *excess),
        _ => (values / n, 0.0),
    };
    let curve = LearningCurve { level, excess, time_constant_days };
    let residuals = points.iter().map(|(days, value)| value - level - curve.expected_excess(*days));
    Some((residuals.map(|residual| residual * residual).sum(), curve))
}
