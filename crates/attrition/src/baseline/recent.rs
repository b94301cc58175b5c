//! Exponentially weighted means of the latest worked days.

use crate::numerics::gain;
use serde::{Deserialize, Serialize};

/// No half-life is longer than this in calendar days, or a part-timer's last week would be last season.
const LONGEST_CALENDAR_DAYS: f64 = 45.0;

/// A half-life in worked days, for an agent with so many shifts a week.
///
/// ```
/// use attrition::baseline::half_life_days;
/// assert_eq!(half_life_days(21.0, 5.0), 21.0);
/// // Two shifts a week: 21 worked days would be 73 calendar days; 45 are 12.9 worked ones.
/// assert!((half_life_days(21.0, 2.0) - 90.0 / 7.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn half_life_days(wanted: f64, shifts_per_week: f64) -> f64 {
    wanted.min(LONGEST_CALENDAR_DAYS * shifts_per_week / 7.0).max(1.0)
}

/// A mean that forgets. It begins at zero, the usual, so that one bad first day is not a bad week.
///
/// ```
/// let mut mean = attrition::baseline::Recent::default();
/// mean.observe(1.0, 3.0);
/// mean.observe(1.0, 3.0);
/// assert_eq!(mean.value(), 2.25);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recent {
    value: f64,
}

impl Recent {
    /// Takes one worked day.
    pub fn observe(&mut self, half_life_days: f64, value: f64) {
        self.value += gain(half_life_days) * (value - self.value);
    }

    /// The mean.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }
}
