//! When is trained and tested, and how alarms are counted.

use attrition::baseline::BaselineSettings;
use attrition::hazard::{HazardModel, PersonalLevels};

/// How the product's parts are put together.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// Peers are compared after each one's own usual deviation was taken off: what is left differs less between them, so that their median is surer.
    pub peers_after_own_level: bool,
    /// What the stage filter believes of how agents differ.
    pub levels: PersonalLevels,
    /// How baselines learn.
    pub baseline: BaselineSettings,
    /// Factor on the days of evidence at which own level and peers weigh the same.
    pub shrinkage_factor: f64,
}

impl Default for Method {
    fn default() -> Self {
        Self {
            peers_after_own_level: true,
            levels: PersonalLevels::default(),
            baseline: BaselineSettings::default(),
            shrinkage_factor: 1.0,
        }
    }
}

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
    /// How the product's parts are put together.
    pub method: Method,
    /// Beginnings of names of inputs that are left out, to see what they are worth.
    pub without: Vec<String>,
    /// A model that is judged as it is, in place of one that is fitted in the world; parts of the product are left out then. What it asks for and a world does not give
    /// ([`crate::unknown_inputs`]) counts as usual, as on a site.
    pub model: Option<HazardModel>,
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
            method: Method::default(),
            without: Vec::new(),
            model: None,
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
        (first..=last).contains(&day) && day.is_multiple_of(self.score_every_days)
    }

    /// Whether an agent has a training row on a day: one a week, on a weekday of the agent's own.
    #[must_use]
    pub fn trains_on(&self, day: u32, person: u32) -> bool {
        let [first, last] = self.train_days;
        // Neighbouring numbers fall on different weekdays (Knuth's multiplicative hash).
        (first..=last).contains(&day) && day % 7 == (person.wrapping_mul(2_654_435_761) >> 16) % 7
    }
}
