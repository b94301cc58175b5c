//! What telling of signals changes: of those that were drawn, the share that left among those told and among those kept silent.

use super::AGENTS_MIN;
use crate::measures::{Interval, difference, wilson};

/// How sure the intervals are.
const CONFIDENCE: f64 = 0.95;

/// Signals of which was drawn, when they opened, whether they are kept silent, and how often the agent left in time. By what was drawn and not by what became of it: one that was
/// drawn silent and became urgent, and so was told after all, counts as silent, or only the milder ones would be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Drawn to be told.
    pub told: u64,
    /// Of them: the agent left of own will within [`super::OUTCOME_DAYS`].
    pub told_left: u64,
    /// Drawn to be kept silent.
    pub silent: u64,
    /// Of them: the agent left of own will within [`super::OUTCOME_DAYS`].
    pub silent_left: u64,
}

/// A share with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The share, 0 to 1.
    pub share: f64,
    /// Wilson's 95 % interval.
    pub interval: Interval,
}

/// What telling changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uplift {
    /// Of those told.
    pub told: Share,
    /// Of those kept silent.
    pub silent: Share,
    /// Share that left of those kept silent less that of those told, −1 to 1: above 0 telling keeps people.
    pub kept: f64,
    /// Newcombe's 95 % interval of it. If 0 is in it, nothing is shown yet.
    pub interval: Interval,
}

impl Drawn {
    /// What telling changes; `None`: fewer than [`AGENTS_MIN`] signals on either side.
    ///
    /// ```
    /// use attrition::quality::Drawn;
    /// // Newcombe 1998, method 10: 48 of 80 told and 56 of 70 kept silent.
    /// let uplift = Drawn { told: 80, told_left: 48, silent: 70, silent_left: 56 }.uplift().unwrap();
    /// assert!((uplift.kept - 0.2).abs() < 1e-12 && (uplift.interval.low - 0.0524).abs() < 5e-5 && (uplift.interval.high - 0.3339).abs() < 5e-5);
    /// assert_eq!(Drawn { told: 80, told_left: 48, silent: 7, silent_left: 7 }.uplift(), None);
    /// ```
    #[must_use]
    pub fn uplift(&self) -> Option<Uplift> {
        let Self { told, told_left, silent, silent_left } = *self;
        let (of_told, of_silent) = (self.acted_on()?, self.untouched()?);
        let interval = difference((silent_left, silent), (told_left, told), CONFIDENCE)?;
        Some(Uplift { told: of_told, silent: of_silent, kept: of_silent.share - of_told.share, interval })
    }

    /// Share of those told after which the agent left, with its interval. `None`: fewer than [`AGENTS_MIN`].
    #[must_use]
    pub fn acted_on(&self) -> Option<Share> {
        share(self.told_left, self.told)
    }

    /// Share of those kept silent after which the agent left, with its interval: how often warnings come true when nobody acts on them. `None`: fewer than [`AGENTS_MIN`].
    #[must_use]
    pub fn untouched(&self) -> Option<Share> {
        share(self.silent_left, self.silent)
    }
}

fn share(left: u64, of: u64) -> Option<Share> {
    let interval = wilson(left, of, CONFIDENCE).filter(|_| of >= AGENTS_MIN)?;
    Some(Share { share: left as f64 / of as f64, interval })
}
