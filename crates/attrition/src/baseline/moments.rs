//! How much agents differ from each other, from day to day, and how much a day is like the one before: from a site's own days.

/// Moments of one feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Variance between agents' levels.
    pub between: f64,
    /// Variance of an agent's days.
    pub within: f64,
    /// Correlation of neighbouring days.
    pub correlation: f64,
}

impl Moments {
    /// Days of evidence at which own level and peers weigh the same; `None` if agents do not differ, so that no evidence is ever enough.
    #[must_use]
    pub fn shrinkage_days(&self) -> Option<f64> {
        (self.between > 0.0).then(|| shrinkage_days(self.within / self.between, self.correlation))
    }

    /// Share of the variance that is between agents.
    #[must_use]
    pub fn intraclass_correlation(&self) -> f64 {
        self.between / (self.between + self.within)
    }
}

/// κ = (within ÷ between) · (1 + φ) ÷ (1 − φ): the second factor because days that resemble each other are less evidence.
///
/// ```
/// // Weekly performance at Ctrip: intraclass correlation 0.36, φ 0.33 → about 3.5 weeks.
/// let weeks = attrition::baseline::shrinkage_days(0.64 / 0.36, 0.33);
/// assert!((weeks - 3.53).abs() < 0.005);
/// ```
#[must_use]
pub fn shrinkage_days(within_per_between: f64, correlation: f64) -> f64 {
    within_per_between * (1.0 + correlation) / (1.0 - correlation)
}

/// Moments of agents' days, each agent's in order of time. Agents with fewer than eight days are left out; `None` with fewer than two others.
///
/// Within: mean variance of an agent's days (n − 1), pooled. φ: pooled lag-1 covariance over that, plus 1/n for the bias of short series. Between: variance of the
/// agents' means less what the days alone give them, within ÷ n · (1 + φ) ÷ (1 − φ).
#[must_use]
pub fn moments(agents: &[Vec<f64>]) -> Option<Moments> {
    const FEWEST_DAYS: usize = 8;
    let known: Vec<&Vec<f64>> = agents.iter().filter(|days| days.len() >= FEWEST_DAYS).collect();
    if known.len() < 2 {
        return None;
    }
    let (mut squares, mut freedom, mut products, mut pairs, mut days_inverse) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut means = Vec::with_capacity(known.len());
    for days in &known {
        let n = days.len() as f64;
        let mean = days.iter().sum::<f64>() / n;
        squares += days.iter().map(|day| (day - mean) * (day - mean)).sum::<f64>();
        products += days.windows(2).map(|pair| pair.iter().map(|day| day - mean).product::<f64>()).sum::<f64>();
        freedom += n - 1.0;
        pairs += n - 1.0;
        days_inverse += 1.0 / n;
        means.push(mean);
    }
    let agents = known.len() as f64;
    let within = squares / freedom;
    let correlation = if within > 0.0 { (products / pairs / within + days_inverse / agents).clamp(-0.9, 0.9) } else { 0.0 };
    let middle = means.iter().sum::<f64>() / agents;
    let of_means = means.iter().map(|mean| (mean - middle) * (mean - middle)).sum::<f64>() / (agents - 1.0);
    let by_chance = within * days_inverse / agents * (1.0 + correlation) / (1.0 - correlation);
    Some(Moments { between: (of_means - by_chance).max(0.0), within, correlation })
}
