//! How often something happens to everybody these days: a wave of flu, a strike of the buses. What happens to an agent in it says little about the agent.

use serde::{Deserialize, Serialize};

/// Times it happened that weigh as much as what was seen: few agents say little about everybody.
const PRIOR: f64 = 5.0;
/// What is kept of yesterday.
const KEPT_PER_DAY: f64 = 0.5;
/// Days after which nothing is left of what was seen.
const FORGOTTEN_AFTER_DAYS: i32 = 60;

/// What happened lately, and what was to be expected: a Poisson rate with a gamma distribution that forgets (West and Harrison 1997, chapter 14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CommonRate {
    happened: f64,
    expected: f64,
    /// Days since 1970-01-01.
    day: i32,
}

impl CommonRate {
    /// Takes a day: for each agent with a shift whether it happened, and the agent's own usual rate. Says for each how many times as often as usual it happens to
    /// the others these days, never less than once: a quiet day makes nobody conspicuous.
    ///
    /// ```
    /// use attrition::baseline::CommonRate;
    /// let mut common = CommonRate::default();
    /// // A hundred agents with a rate of 5 %: five a day are usual, thirty are a wave. (5 + 30) ÷ (5 + 5), less what is the agent's own.
    /// let day = |absent: usize| (0..100).map(|agent| (agent < absent, 0.05)).collect::<Vec<_>>();
    /// assert!((CommonRate::default().observe(20_000, &day(5))[99] - 10.0 / 9.95).abs() < 1e-12);
    /// let wave = common.observe(20_000, &day(30));
    /// assert!((wave[0] - 34.0 / 9.95).abs() < 1e-12 && (wave[99] - 35.0 / 9.95).abs() < 1e-12);
    /// ```
    pub fn observe(&mut self, day: i32, shifts: &[(bool, f64)]) -> Vec<f64> {
        if shifts.is_empty() {
            return Vec::new();
        }
        let passed = day.saturating_sub(self.day).clamp(0, FORGOTTEN_AFTER_DAYS);
        let kept = libm::pow(KEPT_PER_DAY, f64::from(passed));
        self.day = day;
        self.happened = self.happened * kept + shifts.iter().filter(|(happened, _)| *happened).count() as f64;
        self.expected = self.expected * kept + shifts.iter().map(|(_, usual)| usual).sum::<f64>();
        let of = |(happened, usual): &(bool, f64)| {
            let others = self.happened - f64::from(u8::from(*happened));
            ((PRIOR + others) / (PRIOR + (self.expected - usual).max(0.0))).max(1.0)
        };
        shifts.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::CommonRate;

    fn day(agents: usize, absent: usize) -> Vec<(bool, f64)> {
        (0..agents).map(|agent| (agent < absent, 0.05)).collect()
    }

    /// Half of yesterday is kept: (5 + 20 + 10) of (5 + 2.5 + 5) less the agent's own 0.05.
    #[test]
    fn a_wave_lasts_into_the_next_day_and_is_over_soon() {
        let mut common = CommonRate::default();
        common.observe(0, &day(100, 40));
        assert!((common.observe(1, &day(100, 10))[99] - 35.0 / 12.45).abs() < 1e-12);
        // Ten days later a thousandth of it is left.
        assert!((common.observe(11, &day(100, 5))[99] - 1.0).abs() < 0.02);
    }

    #[test]
    fn few_agents_and_quiet_days_say_nothing() {
        // One of ten absent: the other nine see (5 + 1) ÷ (5 + 0.45), the absent one sees nothing of it.
        let found = CommonRate::default().observe(0, &day(10, 1));
        assert!(found[0] == 1.0 && (found[9] - 6.0 / 5.45).abs() < 1e-12);
        assert!(CommonRate::default().observe(0, &day(400, 0)).iter().all(|times| *times == 1.0));
        assert!(CommonRate::default().observe(0, &[]).is_empty());
    }
}
