//! The little mathematics that the rest needs: distributions, roots, quadrature, linear systems, medians. Software floating point throughout.

mod distributions;
mod linear_system;
mod order;
mod quadrature;
mod root;

pub use distributions::{beta_below, gamma_below, normal_above, normal_below, normal_density, normal_quantile};
pub use linear_system::solve;
pub use order::{median, median_absolute_deviation, quantile};
pub use quadrature::gauss_legendre;
pub use root::increasing_root;

/// Natural logarithm of odds; infinite at 0 and 1.
///
/// ```
/// assert!((attrition::numerics::logit(0.75) - 3.0_f64.ln()).abs() < 1e-15);
/// ```
#[must_use]
pub fn logit(probability: f64) -> f64 {
    libm::log(probability) - libm::log1p(-probability)
}

/// The probability with these log-odds.
///
/// ```
/// assert_eq!(attrition::numerics::probability(0.0), 0.5);
/// assert_eq!(attrition::numerics::probability(-800.0), 0.0);
/// ```
#[must_use]
pub fn probability(log_odds: f64) -> f64 {
    if log_odds >= 0.0 {
        1.0 / (1.0 + libm::exp(-log_odds))
    } else {
        let odds = libm::exp(log_odds);
        odds / (1.0 + odds)
    }
}

/// The gain of an exponentially weighted mean with this half-life, in the units of its steps.
///
/// ```
/// // After one half-life of one step the old value has half its weight.
/// assert!((attrition::numerics::gain(1.0) - 0.5).abs() < 1e-15);
/// ```
#[must_use]
pub fn gain(half_life: f64) -> f64 {
    1.0 - libm::exp2(-1.0 / half_life)
}
