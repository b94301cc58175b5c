//! What alarms at random would find, and how long before. Random alarms have the same lead time as good ones: it means nothing without precision beside it.

use crate::numerics::quantile;

/// The share of leavers who would have an alarm in the last `window` before leaving if alarms fell at random `rate` times per unit of the window
/// (Poisson): 1 − e^(−rate · window). The rate is that of those who stayed, or of all.
///
/// ```
/// // One alarm a year, judged over four weeks: 7.4 % of leavers by luck alone.
/// let chance = attrition::measures::recall_of_random_alarms(1.0 / 52.0, 4.0);
/// assert!((chance - 0.0740).abs() < 0.00005);
/// ```
#[must_use]
pub fn recall_of_random_alarms(rate: f64, window: f64) -> f64 {
    -libm::expm1(-rate * window)
}

/// First quartile, median and third quartile of the days between first alarm and leaving. `None` without any.
#[must_use]
pub fn lead_days(leads: &[f64]) -> Option<(f64, f64, f64)> {
    Some((quantile(leads, 0.25)?, quantile(leads, 0.5)?, quantile(leads, 0.75)?))
}
