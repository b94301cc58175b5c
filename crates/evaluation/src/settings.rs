//! When is trained and tested, and how alarms are counted.

/// Settings of an evaluation; the defaults are those of the published tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// First and last day of training rows. The last lies 44 days (30 of horizon, 14 until a departure is known) before the first test day.
    pub train_days: [u32; 2],
    /// First and last day of test rows.
    pub test_days: [u32; 2],
    /// Test rows are formed every so many days, and alarms with them.
    pub score_every_days: u32,
    /// Days at the beginning from which the moments of the site are taken.
    pub moment_days: u32,
    /// Strength of the penalty as C of scikit-learn.
    pub c: f64,
    /// Shares of agents that may be flagged.
    pub budgets: [f64; 2],
    /// Days without a further alarm for the same agent.
    pub cool_down_days: u32,
    /// An alarm is right if the agent leaves within so many days.
    pub hit_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            train_days: [60, 365 - 44],
            test_days: [365, 689],
            score_every_days: 5,
            moment_days: 90,
            c: 0.1,
            budgets: [0.02, 0.05],
            cool_down_days: 28,
            hit_days: 45,
        }
    }
}

impl Settings {
    /// Whether test rows are formed on a day.
    #[must_use]
    pub fn tests_on(&self, day: u32) -> bool {
        let [first, last] = self.test_days;
        (first..=last).contains(&day) && day % self.score_every_days == 0
    }

    /// Whether an agent has a training row on a day: one a week, on a weekday of the agent's own.
    #[must_use]
    pub fn trains_on(&self, day: u32, person: u32) -> bool {
        let [first, last] = self.train_days;
        // Neighbouring numbers fall on different weekdays (Knuth's multiplicative hash).
        (first..=last).contains(&day) && day % 7 == (person.wrapping_mul(2_654_435_761) >> 16) % 7
    }
}
