//! Mean and standard deviation of a column, so that one penalty fits all columns.

use serde::{Deserialize, Serialize};

/// How a column is scaled.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scaling {
    /// Mean.
    pub mean: f64,
    /// Standard deviation, above 0.
    pub sd: f64,
}

impl Scaling {
    /// From the values of the training rows (divided by n − 1); `None` where they do not differ: such a column says nothing.
    ///
    /// ```
    /// let scaling = attrition::hazard::Scaling::of(&[1.0, 2.0, 3.0]).unwrap();
    /// assert_eq!((scaling.mean, scaling.sd, scaling.scale(3.0)), (2.0, 1.0, 1.0));
    /// assert_eq!(attrition::hazard::Scaling::of(&[5.0, 5.0]), None);
    /// ```
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let sd = libm::sqrt(squares / (n - 1.0));
        (sd.is_finite() && sd > 1e-12 * mean.abs().max(1e-12)).then_some(Self { mean, sd })
    }

    /// The value in standard deviations from the mean.
    #[must_use]
    pub fn scale(&self, value: f64) -> f64 {
        (value - self.mean) / self.sd
    }
}
