//! How far a number would lie from itself with other agents of the same kind (Efron 1979). Whole agents are drawn, because rows of one agent resemble each other.

use crate::numerics::quantile;

/// What repeated drawing gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Standard deviation over the draws: the standard error of the number.
    pub error: f64,
    /// 2.5 % of the draws lie below.
    pub low: f64,
    /// 2.5 % of the draws lie above.
    pub high: f64,
    /// Draws that had a number.
    pub draws: u32,
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed on every machine.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of so many, each as likely as the others (multiply and shift; the bias is below 2⁻⁴⁰ for up to sixteen million).
    fn below(&mut self, many: usize) -> usize {
        ((u128::from(self.next()) * many as u128) >> 64) as usize
    }
}

/// Draws as many agents as there are, with replacement, so many times, and measures the rows of those drawn. `agents` are rows by agent, in an order that does
/// not depend on chance. `None` if fewer than two draws have a number.
///
/// ```
/// use attrition::measures::bootstrap;
/// let mean = |rows: &[f64]| Some(rows.iter().sum::<f64>() / rows.len() as f64);
/// // 100 agents with one row each, half of them 0, half of them 2: the standard error of the mean is 1 / √100.
/// let agents: Vec<Vec<f64>> = (0..100).map(|agent| vec![f64::from(agent % 2) * 2.0]).collect();
/// let spread = bootstrap(&agents, 2_000, 1, mean).unwrap();
/// assert!((spread.error - 0.1).abs() < 0.005, "{spread:?}");
/// // The same agents with ten equal rows each know no more.
/// let repeated: Vec<Vec<f64>> = agents.iter().map(|rows| vec![rows[0]; 10]).collect();
/// assert!((bootstrap(&repeated, 2_000, 1, mean).unwrap().error - spread.error).abs() < 1e-12);
/// ```
#[must_use]
pub fn bootstrap<T: Copy>(agents: &[Vec<T>], draws: u32, seed: u64, measure: impl Fn(&[T]) -> Option<f64>) -> Option<Spread> {
    let mut numbers = Draws(seed);
    let mut rows = Vec::new();
    let mut found = Vec::new();
    for _ in 0..draws {
        rows.clear();
        for _ in 0..agents.len() {
            rows.extend_from_slice(&agents[numbers.below(agents.len())]);
        }
        found.extend(measure(&rows).filter(|value| value.is_finite()));
    }
    let n = found.len() as f64;
    if n < 2.0 {
        return None;
    }
    let mean = found.iter().sum::<f64>() / n;
    let squares: f64 = found.iter().map(|value| (value - mean) * (value - mean)).sum();
    Some(Spread {
        error: libm::sqrt(squares / (n - 1.0)),
        low: quantile(&found, 0.025)?,
        high: quantile(&found, 0.975)?,
        draws: found.len() as u32,
    })
}
