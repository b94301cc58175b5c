//! The difference of two means of agents, each of whom is one number with a weight, and how sure it is (Welch).

use attrition::measures::Interval;
use attrition::numerics::{beta_below, increasing_root};

/// One agent's number and how much it counts, above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighted {
    /// How much it counts.
    pub weight: f64,
    /// The number.
    pub value: f64,
}

/// Mean of the ones less mean of the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The difference.
    pub effect: f64,
    /// Its standard error, by agents.
    pub error: f64,
    /// Degrees of freedom of the error (Welch and Satterthwaite); of unequal weights those of as many agents as they are worth.
    pub freedom: f64,
}

impl Difference {
    /// Interval by Student's distribution; `confidence` between 0 and 1.
    #[must_use]
    pub fn interval(&self, confidence: f64) -> Interval {
        let far = student_quantile(self.freedom, confidence) * self.error;
        Interval { low: self.effect - far, high: self.effect + far }
    }
}

/// Compares two sides, taken for independent. `None`: fewer than two agents on either.
///
/// ```
/// use retention::difference::{Weighted, difference};
/// let of = |values: &[f64]| values.iter().map(|&value| Weighted { weight: 1.0, value }).collect::<Vec<_>>();
/// // Variances 2 and 8 over two agents each: √(1 + 4); (1 + 4)² / (1² + 4²) degrees of freedom.
/// let found = difference(&of(&[4.0, 6.0]), &of(&[0.0, 4.0])).unwrap();
/// assert!((found.effect - 3.0).abs() < 1e-12 && (found.error - 5.0_f64.sqrt()).abs() < 1e-12 && (found.freedom - 25.0 / 17.0).abs() < 1e-12);
/// assert_eq!(difference(&of(&[4.0]), &of(&[0.0, 4.0])), None);
/// ```
#[must_use]
pub fn difference(ones: &[Weighted], others: &[Weighted]) -> Option<Difference> {
    let ([own, rest], [of_own, of_rest]) = ([mean(ones)?, mean(others)?], [spread(ones)?, spread(others)?]);
    let variance = of_own.variance + of_rest.variance;
    let squares = of_own.variance * of_own.variance / of_own.freedom + of_rest.variance * of_rest.variance / of_rest.freedom;
    // Without any spread the quantile does not matter: it is multiplied by an error of 0.
    let freedom = if squares > 0.0 { variance * variance / squares } else { of_own.freedom + of_rest.freedom };
    Some(Difference { effect: own - rest, error: libm::sqrt(variance), freedom })
}

/// Weighted mean; `None` of nobody.
#[must_use]
pub(crate) fn mean(agents: &[Weighted]) -> Option<f64> {
    let weight: f64 = agents.iter().map(|agent| agent.weight).sum();
    (weight > 0.0).then(|| agents.iter().map(|agent| agent.weight * agent.value).sum::<f64>() / weight)
}

struct Spread {
    /// Variance of the mean.
    variance: f64,
    freedom: f64,
}

/// Spread of the mean, agents being independent. With equal weights it is the variance between agents over their number.
fn spread(agents: &[Weighted]) -> Option<Spread> {
    let (mean, n) = (mean(agents)?, agents.len() as f64);
    if agents.len() < 2 {
        return None;
    }
    let weight: f64 = agents.iter().map(|agent| agent.weight).sum();
    let of_squares: f64 = agents.iter().map(|agent| agent.weight * agent.weight).sum();
    let apart: f64 = agents.iter().map(|agent| agent.weight * (agent.value - mean)).map(|apart| apart * apart).sum();
    let worth = weight * weight / of_squares;
    Some(Spread { variance: n / (n - 1.0) * apart / (weight * weight), freedom: (worth - 1.0).max(1.0) })
}

/// How far from 0 a variable with Student's distribution lies at most, with this probability.
fn student_quantile(freedom: f64, probability: f64) -> f64 {
    // P(|t| > x) = I(freedom / (freedom + x²); freedom / 2, 1 / 2). With one degree of freedom 10⁶ is not exceeded but once in a million times.
    let within = |x: f64| 1.0 - beta_below(freedom / 2.0, 0.5, freedom / (freedom + x * x));
    increasing_root(0.0, 1e6, |x| within(x) - probability)
}
