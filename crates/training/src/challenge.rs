//! Whether a model that nobody can explain would have ranked better: it is only told of, never used, and only where the difference is none of chance.

#[cfg(feature = "challenger")]
mod boosting;

#[cfg(feature = "challenger")]
pub use boosting::GradientBoosting;

use crate::error::Error;
use crate::learning::learn;
use crate::origins::{OriginSettings, by_agent, origin_days, split};
use crate::weeks::{Labels, Week, Weeks};
use attrition::features::Input;
use attrition::hazard::{HazardModel, InputValues};
use attrition::measures::{average_precision, bootstrap};

/// Standard errors by which it must be better.
const ERRORS: f64 = 2.0;
/// Origins, the latest, on each of which it must be.
const ORIGINS: usize = 2;

/// Another kind of model.
pub trait Challenger {
    /// For people.
    fn name(&self) -> &'static str;

    /// Learns from rows of inputs (missing: not a number) in the order of `inputs`, and scores others: higher is more likely to leave.
    ///
    /// # Errors
    /// [`Error::Challenger`].
    fn learn_and_score(&self, inputs: &[Input], training: &[(Vec<f64>, bool)], test: &[Vec<f64>]) -> Result<Vec<f64>, Error>;
}

/// Both at one origin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChallengeAtOrigin {
    /// The day.
    pub day: i32,
    /// Average precision of the product's model.
    pub own: f64,
    /// Of the challenger's.
    pub challenger: f64,
    /// Standard error of the difference, agents drawn anew.
    pub error: f64,
}

impl ChallengeAtOrigin {
    /// Whether the challenger is better by more than chance.
    #[must_use]
    pub fn won(&self) -> bool {
        self.challenger - self.own > ERRORS * self.error
    }
}

/// All of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Challenge {
    /// Name of the challenger.
    pub name: &'static str,
    /// The latest origins, by day.
    pub origins: Vec<ChallengeAtOrigin>,
}

impl Challenge {
    /// Whether it is to be shown: better by more than two standard errors on two origins.
    ///
    /// ```
    /// use training::{Challenge, ChallengeAtOrigin};
    /// let at = |day, challenger| ChallengeAtOrigin { day, own: 0.20, challenger, error: 0.01 };
    /// let challenge = |second| Challenge { name: "trees", origins: vec![at(100, 0.23), at(130, second)] };
    /// assert!(challenge(0.2201).is_shown());
    /// assert!(!challenge(0.22).is_shown(), "two standard errors are not more than two");
    /// assert!(!Challenge { name: "trees", origins: vec![at(100, 0.9)] }.is_shown(), "one origin is not enough");
    /// ```
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.origins.len() >= ORIGINS && self.origins.iter().all(ChallengeAtOrigin::won)
    }
}

/// Compares at the latest two origins, on the same rows.
///
/// # Errors
/// [`Error`].
pub fn challenge(
    weeks: &Weeks,
    labels: &Labels,
    shipped: &HazardModel,
    settings: &OriginSettings,
    known_until_day: i32,
    challenger: &dyn Challenger,
) -> Result<Challenge, Error> {
    let days = origin_days(weeks, settings, known_until_day);
    let mut found = Challenge { name: challenger.name(), origins: Vec::new() };
    for day in &days[days.len().saturating_sub(ORIGINS)..] {
        let (training, test) = split(weeks, labels, settings, *day, known_until_day);
        let own = learn(&training, shipped, &settings.learn)?.model;
        let allowed = settings.learn.inputs.clone().unwrap_or_else(Input::all);
        let dense =
            |week: &Week<'_>| -> Vec<f64> { allowed.iter().map(|input| week.row.inputs.get(input).copied().unwrap_or(f64::NAN)).collect() };
        let learned: Vec<(Vec<f64>, bool)> = training.iter().map(|week| (dense(week), week.left)).collect();
        let theirs = challenger.learn_and_score(&allowed, &learned, &test.iter().map(dense).collect::<Vec<_>>())?;
        let ours = test.iter().map(|week| own.score(&week.row.inputs, &InputValues::new()).log_odds);
        let both: Vec<(f64, f64, bool)> = ours.zip(theirs).zip(&test).map(|((own, other), week)| (own, other, week.left)).collect();
        found.origins.extend(at_origin(*day, &test, &both, settings.draws));
    }
    Ok(found)
}

/// `None` where nobody left.
fn at_origin(day: i32, test: &[Week<'_>], both: &[(f64, f64, bool)], draws: u32) -> Option<ChallengeAtOrigin> {
    let own = |rows: &[(f64, f64, bool)]| average_precision(&rows.iter().map(|(own, _, left)| (*own, *left)).collect::<Vec<_>>());
    let other = |rows: &[(f64, f64, bool)]| average_precision(&rows.iter().map(|(_, other, left)| (*other, *left)).collect::<Vec<_>>());
    let spread = bootstrap(&by_agent(test, both), draws, 1, |rows| Some(other(rows)? - own(rows)?))?;
    Some(ChallengeAtOrigin { day, own: own(both)?, challenger: other(both)?, error: spread.error })
}
