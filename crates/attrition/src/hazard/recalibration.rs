//! Recalibration: log-odds of new days are a + b times those of the model (Cox 1958). Ranks stay, base rates follow.

use super::fit::{FitSettings, TrainingRows, fit};
use crate::error::Error;
use crate::numerics::{increasing_root, probability};
use serde::{Deserialize, Serialize};

/// The straight line from the model's log-odds to those that hold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recalibration {
    /// a.
    pub intercept: f64,
    /// b: 1 is right, below 1 the model says too much, above too little.
    pub slope: f64,
}

impl Recalibration {
    /// Changes nothing.
    pub const NONE: Self = Self { intercept: 0.0, slope: 1.0 };

    /// From matured rows of (log-odds of the model, left). These are also the intercept and slope of calibration by which a model is judged.
    ///
    /// # Errors
    /// [`Error::NoFit`] with rows of one outcome only or where the log-odds separate them, [`Error::Row`] if one is not finite.
    pub fn from_matured(rows: &[(f64, bool)]) -> Result<Self, Error> {
        let mut training = TrainingRows::new(1);
        for (log_odds, left) in rows {
            training.push(&[*log_odds], *left)?;
        }
        let found = fit(&training, &FitSettings { penalty: 0.0, not_negative: Vec::new() })?;
        Ok(Self { intercept: found.intercept, slope: found.coefficients.first().copied().unwrap_or(1.0) })
    }

    /// The intercept alone, such that as many are expected as left: what a site with few leavers may change. `None` with rows of one outcome only.
    ///
    /// ```
    /// use attrition::hazard::Recalibration;
    /// // The model says even odds; one of four left.
    /// let found = Recalibration::intercept_only(&[(0.0, true), (0.0, false), (0.0, false), (0.0, false)]).unwrap();
    /// assert!((found.intercept - (1.0_f64 / 3.0).ln()).abs() < 1e-12 && found.slope == 1.0);
    /// ```
    #[must_use]
    pub fn intercept_only(rows: &[(f64, bool)]) -> Option<Self> {
        let leavers = rows.iter().filter(|(_, left)| *left).count();
        let expected = |intercept: f64| rows.iter().map(|(log_odds, _)| probability(intercept + log_odds)).sum::<f64>();
        (leavers > 0 && leavers < rows.len())
            .then(|| Self { intercept: increasing_root(-40.0, 40.0, |intercept| expected(intercept) - leavers as f64), slope: 1.0 })
    }

    /// The recalibrated log-odds.
    #[must_use]
    pub fn apply(&self, log_odds: f64) -> f64 {
        self.intercept + self.slope * log_odds
    }

    /// The model must be fitted anew: the slope is outside 0.7…1.3.
    #[must_use]
    pub fn needs_refit(&self) -> bool {
        !(0.7..=1.3).contains(&self.slope)
    }
}
