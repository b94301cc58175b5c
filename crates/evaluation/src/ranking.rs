//! Quality by row: one agent on one day.

use attrition::hazard::Recalibration;
use attrition::measures::{area_under_curve, at_top, average_precision, bootstrap, brier, log_loss, observed_over_expected, reliability};
use attrition::numerics::logit;
use serde::Serialize;

/// How good scores are, row by row; what cannot be formed is not there.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RowQuality {
    /// Share of rows that left within the horizon.
    pub base_rate: f64,
    /// Area under the receiver operating characteristic.
    pub auc: Option<f64>,
    /// Average precision.
    pub average_precision: Option<f64>,
    /// Precision and recall at the highest 2, 5 and 10 % of rows.
    pub at_top: [Option<(f64, f64)>; 3],
    /// Brier score.
    pub brier: Option<f64>,
    /// Brier score of the base rate.
    pub brier_of_base_rate: f64,
    /// Logarithmic loss.
    pub log_loss: Option<f64>,
    /// Leavers ÷ expected.
    pub observed_over_expected: Option<f64>,
    /// Slope of calibration: 1 is right.
    pub slope: Option<f64>,
    /// Intercept of calibration beside it: 0 is right.
    pub intercept: Option<f64>,
    /// Mean probability and share that left, of rows in ten parts of equal size by rising probability; equal probabilities stay together, so there may be fewer.
    pub reliability: Vec<(f64, f64)>,
}

/// Standard errors with other agents of the same kind: agents are drawn anew, with all their rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RowErrors {
    /// Of the area under the receiver operating characteristic.
    pub auc: Option<f64>,
    /// Of the average precision.
    pub average_precision: Option<f64>,
    /// Of leavers ÷ expected.
    pub observed_over_expected: Option<f64>,
}

/// Draws of agents.
const DRAWS: u32 = 100;

/// Errors of (probability, left) rows by agent.
///
/// ```
/// let agents: Vec<_> = (0..40).map(|agent| vec![(f64::from(agent) / 50.0, agent % 3 == 0); 5]).collect();
/// let errors = evaluation::row_errors(&agents);
/// assert!(errors.auc.is_some_and(|error| error > 0.05 && error < 0.15), "{errors:?}");
/// ```
#[must_use]
pub fn row_errors(agents: &[Vec<(f64, bool)>]) -> RowErrors {
    let of = |measure: fn(&[(f64, bool)]) -> Option<f64>| bootstrap(agents, DRAWS, 1, measure).map(|spread| spread.error);
    RowErrors { auc: of(area_under_curve), average_precision: of(average_precision), observed_over_expected: of(observed_over_expected) }
}

/// Judges (probability, left) rows.
///
/// ```
/// let judged = evaluation::row_quality(&[(0.9, true), (0.5, false), (0.4, true), (0.1, false)]);
/// assert_eq!((judged.base_rate, judged.auc, judged.brier_of_base_rate), (0.5, Some(0.75), 0.25));
/// ```
#[must_use]
pub fn row_quality(scored: &[(f64, bool)]) -> RowQuality {
    let left = scored.iter().filter(|(_, left)| *left).count() as f64;
    let base_rate = if scored.is_empty() { 0.0 } else { left / scored.len() as f64 };
    let as_log_odds: Vec<(f64, bool)> =
        scored.iter().map(|(probability, left)| (logit(probability.clamp(1e-12, 1.0 - 1e-12)), *left)).collect();
    let calibration = Recalibration::from_matured(&as_log_odds).ok();
    RowQuality {
        base_rate,
        auc: area_under_curve(scored),
        average_precision: average_precision(scored),
        at_top: [0.02, 0.05, 0.10].map(|share| at_top(scored, share).map(|top| (top.precision, top.recall))),
        brier: brier(scored),
        brier_of_base_rate: base_rate * (1.0 - base_rate),
        log_loss: log_loss(scored),
        observed_over_expected: observed_over_expected(scored),
        slope: calibration.map(|line| line.slope),
        intercept: calibration.map(|line| line.intercept),
        reliability: reliability(scored, 10).into_iter().map(|bin| (bin.expected_share, bin.observed_share)).collect(),
    }
}
