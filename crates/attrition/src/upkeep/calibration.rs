//! The probabilities that were told against who left: how many, and the line from the log-odds that were told to those that hold, with errors that know that rows of one agent hang
//! together.

use crate::hazard::Recalibration;
use crate::measures::{Interval, garwood};
use crate::numerics::{logit, probability};
use crate::quality::{AGENTS_MIN, HORIZON_DAYS};
use std::collections::{BTreeMap, BTreeSet};

/// A probability is held to this much from 0 and from 1, so that its log-odds are finite.
const EDGE: f64 = 1e-9;
/// 97.5 % of a normal distribution lie below.
const NORMAL_975: f64 = 1.959_963_984_540_054;
const CONFIDENCE: f64 = 0.95;
/// Rows of one leaver, where none has left: weeks of the horizon.
const WEEKS_PER_HORIZON: f64 = HORIZON_DAYS as f64 / 7.0;

/// A score as it was told, one a week and agent, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToldScore<'a> {
    /// About whom: rows of one agent are one piece of evidence.
    pub agent: &'a str,
    /// Probability of leaving within the horizon, 0 to 1.
    pub probability: f64,
    /// The agent left of own will within it.
    pub left: bool,
}

/// A number with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
}

impl Estimate {
    /// 95 % interval by the normal distribution.
    ///
    /// ```
    /// let interval = attrition::upkeep::Estimate { value: 1.0, error: 0.1 }.interval();
    /// assert!((interval.low - 0.804).abs() < 1e-4 && (interval.high - 1.196).abs() < 1e-4);
    /// ```
    #[must_use]
    pub fn interval(&self) -> Interval {
        Interval { low: self.value - NORMAL_975 * self.error, high: self.value + NORMAL_975 * self.error }
    }
}

/// The line from the log-odds that were told to those that hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// a: 0 is right.
    pub intercept: Estimate,
    /// b: 1 is right, below 1 the model says too much, above too little.
    pub slope: Estimate,
    /// Wald's statistic of a = 0 and b = 1 together: by chance above 5.99 once in twenty times.
    pub distance: f64,
}

impl Line {
    /// The line without its errors.
    #[must_use]
    pub const fn recalibration(&self) -> Recalibration {
        Recalibration { intercept: self.intercept.value, slope: self.slope.value }
    }
}

/// What was told against what happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// Agents.
    pub agents: u64,
    /// Weeks of agents.
    pub rows: u64,
    /// Agents who left within the horizon of one of their rows.
    pub leavers: u64,
    /// O: rows whose agent left within the horizon.
    pub observed: u64,
    /// E: the sum of the probabilities.
    pub expected: f64,
    /// `None`: no line can be fitted, because the scores do not differ, or separate leavers and stayers.
    pub line: Option<Line>,
}

impl Calibration {
    /// O ÷ E with its 95 % interval, by Garwood from as many leavers as there are: a leaver has several rows and is one event. `None`: nobody was expected.
    #[must_use]
    pub fn observed_over_expected(&self) -> Option<(f64, Interval)> {
        if self.expected <= 0.0 {
            return None;
        }
        let rows_each = if self.leavers > 0 { self.observed as f64 / self.leavers as f64 } else { WEEKS_PER_HORIZON };
        let expected = self.expected / rows_each;
        let counted = garwood(self.leavers, CONFIDENCE);
        Some((self.observed as f64 / self.expected, Interval { low: counted.low / expected, high: counted.high / expected }))
    }
}

/// What scores said against what happened. `None`: of fewer than eight agents.
///
/// ```
/// use attrition::upkeep::{ToldScore, calibration};
/// let agents: Vec<String> = (0..10).map(|number| format!("a{number}")).collect();
/// let told = |number: usize| ToldScore { agent: &agents[number], probability: 0.2, left: number < 3 };
/// let found = calibration(&(0..10).map(told).collect::<Vec<_>>()).unwrap();
/// assert_eq!((found.observed, found.leavers, found.line), (3, 3, None));
/// assert!((found.expected - 2.0).abs() < 1e-12);
/// assert_eq!(calibration(&(0..7).map(told).collect::<Vec<_>>()), None);
/// ```
#[must_use]
pub fn calibration(told: &[ToldScore<'_>]) -> Option<Calibration> {
    let agents = told.iter().map(|row| row.agent).collect::<BTreeSet<_>>().len() as u64;
    if agents < AGENTS_MIN {
        return None;
    }
    let left = told.iter().filter(|row| row.left);
    Some(Calibration {
        agents,
        rows: told.len() as u64,
        leavers: left.clone().map(|row| row.agent).collect::<BTreeSet<_>>().len() as u64,
        observed: left.count() as u64,
        expected: told.iter().map(|row| row.probability).sum(),
        line: line(told),
    })
}

/// A symmetric matrix of two rows: [[first, cross], [cross, second]].
#[derive(Clone, Copy)]
struct Symmetric {
    first: f64,
    cross: f64,
    second: f64,
}

impl Symmetric {
    const ZERO: Self = Self { first: 0.0, cross: 0.0, second: 0.0 };

    /// Adds weight · x xᵀ.
    fn add(&mut self, weight: f64, [first, second]: [f64; 2]) {
        self.first += weight * first * first;
        self.cross += weight * first * second;
        self.second += weight * second * second;
    }

    fn inverse(&self) -> Option<Self> {
        let determinant = self.first * self.second - self.cross * self.cross;
        // Rounded away against the product: the columns are the same but for a factor.
        (determinant > 1e-12 * self.first * self.second).then(|| Self {
            first: self.second / determinant,
            cross: -self.cross / determinant,
            second: self.first / determinant,
        })
    }

    fn times(&self, [first, second]: [f64; 2]) -> [f64; 2] {
        [self.first * first + self.cross * second, self.cross * first + self.second * second]
    }
}

/// The line with the covariance of Liang and Zeger (1986): H⁻¹ (Σ s sᵀ) H⁻¹ over the scores s of agents, times agents ÷ (agents − 1).
fn line(told: &[ToldScore<'_>]) -> Option<Line> {
    let row = |told: &ToldScore<'_>| (logit(told.probability.clamp(EDGE, 1.0 - EDGE)), told.left);
    let rows: Vec<(f64, bool)> = told.iter().map(row).collect();
    let found = Recalibration::from_matured(&rows).ok()?;
    let (mut curvature, mut of_agents) = (Symmetric::ZERO, BTreeMap::<&str, [f64; 2]>::new());
    for (told, (log_odds, left)) in told.iter().zip(&rows) {
        let expected = probability(found.apply(*log_odds));
        curvature.add(expected * (1.0 - expected), [1.0, *log_odds]);
        let residual = f64::from(u8::from(*left)) - expected;
        let sum = of_agents.entry(told.agent).or_default();
        *sum = [sum[0] + residual, sum[1] + residual * log_odds];
    }
    let (inverse, agents) = (curvature.inverse()?, of_agents.len() as f64);
    let mut covariance = Symmetric::ZERO;
    for sum in of_agents.values() {
        covariance.add(agents / (agents - 1.0), inverse.times(*sum));
    }
    let off = [found.intercept, found.slope - 1.0];
    let weighed = covariance.inverse()?.times(off);
    Some(Line {
        intercept: Estimate { value: found.intercept, error: libm::sqrt(covariance.first) },
        slope: Estimate { value: found.slope, error: libm::sqrt(covariance.second) },
        distance: off[0] * weighed[0] + off[1] * weighed[1],
    })
}
