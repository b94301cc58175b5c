//! Personal rates of things that happen on some shifts: absence, lateness.

use crate::numerics::gain;
use serde::{Deserialize, Serialize};

/// Added to rates before their logarithm, so that never is not minus infinity.
const OFFSET: f64 = 0.02;
/// Half-life of the long rate, in shifts.
const LONG_SHIFTS: f64 = 90.0;
/// Half-life of the recent rate, in shifts.
const RECENT_SHIFTS: f64 = 14.0;

/// What agents have in common: a beta distribution of rates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateSettings {
    /// Shifts on which it happened, before anything is known.
    pub prior_hits: f64,
    /// Shifts on which it did not.
    pub prior_misses: f64,
}

impl RateSettings {
    /// Absence: 4.8 %.
    pub const ABSENCE: Self = Self { prior_hits: 2.0, prior_misses: 40.0 };
    /// Lateness: 6.3 %.
    pub const LATENESS: Self = Self { prior_hits: 2.0, prior_misses: 30.0 };

    /// The rate before anything is known.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.prior_hits / (self.prior_hits + self.prior_misses)
    }
}

/// The state for one agent.
///
/// ```
/// use attrition::baseline::{PersonalRate, RateSettings};
/// let mut rate = PersonalRate::new(RateSettings::ABSENCE);
/// rate.observe(1.0);
/// // (2 + 1) of (42 + 1) shifts.
/// assert!((rate.long() - 3.0 / 43.0).abs() < 1e-12 && rate.change() > 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonalRate {
    settings: RateSettings,
    hits: f64,
    shifts: f64,
    recent: f64,
}

impl PersonalRate {
    /// Nothing known yet.
    #[must_use]
    pub fn new(settings: RateSettings) -> Self {
        Self { settings, hits: 0.0, shifts: 0.0, recent: settings.mean() }
    }

    /// Takes one scheduled shift: 1 if it happened, less where it happens to everybody ([`super::CommonRate`]), 0 if it did not.
    pub fn observe(&mut self, hit: f64) {
        let kept = 1.0 - gain(LONG_SHIFTS);
        self.hits = self.hits * kept + hit;
        self.shifts = self.shifts * kept + 1.0;
        self.recent += gain(RECENT_SHIFTS) * (hit - self.recent);
    }

    /// The personal rate, shrunk to that of all.
    #[must_use]
    pub fn long(&self) -> f64 {
        (self.settings.prior_hits + self.hits) / (self.settings.prior_hits + self.settings.prior_misses + self.shifts)
    }

    /// ln(long rate + 0.02), an input of the model.
    #[must_use]
    pub fn log_long(&self) -> f64 {
        libm::log(self.long() + OFFSET)
    }

    /// ln((recent rate + 0.02) ÷ (long rate + 0.02)), an input of the model: 0 as usual, + more often.
    #[must_use]
    pub fn change(&self) -> f64 {
        libm::log((self.recent + OFFSET) / (self.long() + OFFSET))
    }
}
