//! What listening to calls takes and gives: hours spent on evaluating and on coaching, and how many evaluations a mean needs. What is listened to beyond
//! that is time that could have gone into coaching.

use crate::coaching_loop::{Coaching, Evaluation};
use attrition::numerics::normal_quantile;
use libm::{ceil, sqrt};
use std::collections::BTreeMap;

/// A week of those who listen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Evaluations.
    pub evaluations: usize,
    /// How long those took of which that is known.
    pub listened_ms: i64,
    /// Of how many that is known.
    pub timed_evaluations: usize,
    /// Coachings.
    pub coachings: usize,
    /// How long those took of which that is known.
    pub coached_ms: i64,
    /// Of how many that is known.
    pub timed_coachings: usize,
}

impl Effort {
    /// Share of the time that went to people and not to recordings; none unless both are known of all.
    ///
    /// ```
    /// use retention::monitoring::Effort;
    /// let week = Effort { evaluations: 2, listened_ms: 3_000, timed_evaluations: 2, coachings: 1, coached_ms: 1_000, timed_coachings: 1 };
    /// assert_eq!(week.coaching_share(), Some(0.25));
    /// assert_eq!(Effort { timed_evaluations: 1, ..week }.coaching_share(), None);
    /// ```
    #[must_use]
    pub fn coaching_share(&self) -> Option<f64> {
        let known = self.timed_evaluations == self.evaluations && self.timed_coachings == self.coachings;
        let all_ms = self.listened_ms + self.coached_ms;
        (known && all_ms > 0).then(|| self.coached_ms as f64 / all_ms as f64)
    }
}

/// Weeks, by their Monday, days since 1970.
#[must_use]
pub fn weeks(evaluations: &[Evaluation], coachings: &[Coaching]) -> BTreeMap<i32, Effort> {
    let mut weeks: BTreeMap<i32, Effort> = BTreeMap::new();
    for one in evaluations {
        let week = weeks.entry(one.week).or_default();
        week.evaluations += 1;
        week.listened_ms += one.took_ms.unwrap_or(0);
        week.timed_evaluations += usize::from(one.took_ms.is_some());
    }
    for one in coachings {
        let week = weeks.entry(one.week).or_default();
        week.coachings += 1;
        week.coached_ms += one.took_ms.unwrap_or(0);
        week.timed_coachings += usize::from(one.took_ms.is_some());
    }
    weeks
}

/// How well a mean of points is known, and what it would take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Evaluations drawn at random, with points.
    pub evaluations: usize,
    /// Mean, percent.
    pub mean: f64,
    /// Standard deviation of one evaluation.
    pub deviation: f64,
    /// Half of the width of the mean's 95 % interval.
    pub margin: f64,
    /// Evaluations that give the margin asked for.
    pub needed: u64,
}

/// What so many evaluations say, and how many say as much as is wanted: n = (z · s ÷ margin)² (Cochran 1977, 4.4, without the correction for a finite
/// population). `None` with fewer than two, or without a margin.
///
/// ```
/// let sample = retention::monitoring::sample(&[70.0, 80.0, 90.0, 80.0], 2.0).unwrap();
/// assert_eq!((sample.mean, sample.evaluations, sample.needed), (80.0, 4, 65));
/// assert!((sample.deviation - 8.16497).abs() < 1e-5 && (sample.margin - 8.00152).abs() < 1e-5);
/// ```
#[must_use]
pub fn sample(points: &[f64], margin: f64) -> Option<Sample> {
    if points.len() < 2 || margin <= 0.0 {
        return None;
    }
    let n = points.len() as f64;
    let mean = points.iter().sum::<f64>() / n;
    let deviation = sqrt(points.iter().map(|one| (one - mean) * (one - mean)).sum::<f64>() / (n - 1.0));
    let z = normal_quantile(0.975);
    let needed = ceil((z * deviation / margin) * (z * deviation / margin)) as u64;
    Some(Sample { evaluations: points.len(), mean, deviation, margin: z * deviation / sqrt(n), needed: needed.max(2) })
}
