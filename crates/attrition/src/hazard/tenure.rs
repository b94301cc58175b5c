//! The curve of tenure. The risk peaks in the first weeks, falls, and rises again: a straight line in tenure ranks worse than chance at the top.

use crate::features::TENURE_TERMS;

/// Knots, in days since hiring.
const KNOTS_DAYS: [f64; 6] = [7.0, 30.0, 90.0, 180.0, 365.0, 1000.0];
/// Time constant of the early exits, in days.
const EARLY_DAYS: f64 = 50.0;

/// The columns for an agent hired so many days ago: a natural cubic spline of ln(1 + days), which is straight outside its knots, and e^(−days ÷ 50).
/// Formula: Harrell, Regression Modeling Strategies, 2.4.5.
///
/// ```
/// let curve = attrition::hazard::tenure_curve(0.0);
/// assert_eq!((curve[0], curve[1], curve[5]), (0.0, 0.0, 1.0));
/// ```
#[must_use]
pub fn tenure_curve(days: f64) -> [f64; TENURE_TERMS as usize] {
    let days = days.max(0.0);
    let x = libm::log1p(days);
    let [first, .., before_last, last] = KNOTS_DAYS.map(libm::log1p);
    let cube = |knot: f64| {
        let above = (x - knot).max(0.0);
        above * above * above
    };
    let bend = |knot: f64| {
        let share = 1.0 / (last - before_last);
        let straightened = cube(knot) - cube(before_last) * (last - knot) * share + cube(last) * (before_last - knot) * share;
        straightened / ((last - first) * (last - first))
    };
    let [a, b, c, d, ..] = KNOTS_DAYS.map(|knot| bend(libm::log1p(knot)));
    [x, a, b, c, d, libm::exp(-days / EARLY_DAYS)]
}
