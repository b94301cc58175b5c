//! Leavers against those expected, quarter by quarter of days that no model was fitted on: a mean over a year can be right while every quarter is wrong.

use attrition::measures::observed_over_expected;
use serde::Serialize;
use std::collections::BTreeMap;

/// Days of a quarter; the last one has those that are left.
const QUARTER_DAYS: u32 = 90;

/// A quarter of test rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct QuarterCalibration {
    /// Its first day, of the world.
    pub first_day: u32,
    /// Rows that left within the horizon.
    pub observed: u64,
    /// The sum of the probabilities.
    pub expected: f64,
    /// Observed ÷ expected. `None`: nobody was expected.
    pub observed_over_expected: Option<f64>,
}

/// Rows of (day, probability, left) by quarter from a day on; earlier ones are in none.
///
/// ```
/// use evaluation::quarters;
/// // Of the first quarter one of two left, of whom 0.8 were expected; of the second nobody of 0.5.
/// let found = quarters(&[(365, 0.5, true), (454, 0.3, false), (455, 0.5, false)], 365);
/// assert_eq!(found.iter().map(|of| of.first_day).collect::<Vec<_>>(), [365, 455]);
/// assert_eq!(found.iter().map(|of| of.observed_over_expected).collect::<Vec<_>>(), [Some(1.25), Some(0.0)]);
/// ```
#[must_use]
pub fn quarters(rows: &[(u32, f64, bool)], first_day: u32) -> Vec<QuarterCalibration> {
    let mut by_quarter: BTreeMap<u32, Vec<(f64, bool)>> = BTreeMap::new();
    for (day, probability, left) in rows.iter().filter(|(day, ..)| *day >= first_day) {
        by_quarter.entry((day - first_day) / QUARTER_DAYS).or_default().push((*probability, *left));
    }
    let quarter = |(number, scored): (u32, Vec<(f64, bool)>)| QuarterCalibration {
        first_day: first_day + number * QUARTER_DAYS,
        observed: scored.iter().filter(|(_, left)| *left).count() as u64,
        expected: scored.iter().map(|(probability, _)| probability).sum(),
        observed_over_expected: observed_over_expected(&scored),
    };
    by_quarter.into_iter().map(quarter).collect()
}
