//! Slope of the last worked days by Theil (1950) and Sen (1968): the median of the slopes of all pairs; a few wild days do not move it.

use crate::numerics::median;

/// A slope from this on, in standard deviations per day, is a drift if it is also certain.
pub const DRIFT_PER_DAY: f64 = 0.03;

/// A slope with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slope {
    /// Change per day.
    pub per_day: f64,
    /// Lower end at two standard errors (Sen 1968, from the variance of Kendall's S without ties).
    pub lower: f64,
    /// Upper end at two standard errors.
    pub upper: f64,
}

impl Slope {
    /// Steep enough to be told, and more than two standard errors above zero.
    #[must_use]
    pub fn is_drift(&self) -> bool {
        self.per_day > DRIFT_PER_DAY && self.lower > 0.0
    }
}

/// The slope of (day, value); `None` with fewer than 8 days of different date.
///
/// ```
/// let days: Vec<(i32, f64)> = (0..20).map(|day| (day, 0.05 * f64::from(day))).collect();
/// let slope = attrition::detectors::theil_sen(&days).unwrap();
/// assert!((slope.per_day - 0.05).abs() < 1e-12 && slope.is_drift());
/// ```
#[must_use]
pub fn theil_sen(days: &[(i32, f64)]) -> Option<Slope> {
    const FEWEST: usize = 8;
    let mut slopes = Vec::new();
    for (position, (first_day, first)) in days.iter().enumerate() {
        for (day, value) in &days[position + 1..] {
            if day != first_day {
                slopes.push((value - first) / (f64::from(*day) - f64::from(*first_day)));
            }
        }
    }
    if days.len() < FEWEST || slopes.len() < FEWEST * (FEWEST - 1) / 2 {
        return None;
    }
    slopes.sort_by(f64::total_cmp);
    let n = days.len() as f64;
    // Var S = n (n − 1) (2n + 5) / 18; the interval are the slopes two standard deviations of S away from the middle in rank.
    let reach = 2.0 * libm::sqrt(n * (n - 1.0) * (2.0 * n + 5.0) / 18.0);
    let outside = (slopes.len() as f64 - reach) / 2.0;
    let place = (libm::floor(outside).max(1.0) as usize - 1).min(slopes.len() - 1);
    Some(Slope { per_day: median(&slopes)?, lower: slopes[place], upper: slopes[slopes.len() - 1 - place] })
}
