//! What is to be done with a model: a function from what its scores came to, to a decision; and the recalibrated model.

use super::calibration::Line;
use crate::error::Error;
use crate::hazard::{HazardModel, Recalibration};

/// Of fewer leavers nothing is concluded.
pub const LEAVERS_MIN: u64 = 50;
/// χ² of two degrees of freedom, 95 %: −2 ln 0.05.
const BEYOND_CHANCE: f64 = 5.991_464_547_107_979;

/// What is decided by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UpkeepFacts {
    /// Agents who left.
    pub leavers: u64,
    /// The line from what was told to what holds; `None`: there is none.
    pub line: Option<Line>,
}

/// What is to be done with the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing yet: fewer than [`LEAVERS_MIN`] left.
    TooFew,
    /// Nothing: what differs from right is no more than chance.
    Keep,
    /// Its level or spread is off beyond chance, the slope within 0.7 to 1.3: new intercept and slope, same coefficients.
    Recalibrate,
    /// The slope is outside of 0.7 to 1.3, or the scores do not order leavers at all: the coefficients are no longer those of this site.
    Refit,
}

impl Verdict {
    /// As it is printed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooFew => "too few",
            Self::Keep => "keep",
            Self::Recalibrate => "recalibrate",
            Self::Refit => "refit",
        }
    }
}

/// What is to be done with a model whose scores came to this.
///
/// ```
/// use attrition::upkeep::{Estimate, Line, UpkeepFacts, Verdict, decide};
/// let line = |slope: f64, distance: f64| Some(Line {
///     intercept: Estimate { value: 0.2, error: 0.1 }, slope: Estimate { value: slope, error: 0.1 }, distance,
/// });
/// assert_eq!(decide(&UpkeepFacts { leavers: 80, line: line(0.9, 2.0) }), Verdict::Keep);
/// assert_eq!(decide(&UpkeepFacts { leavers: 80, line: line(0.8, 9.0) }), Verdict::Recalibrate);
/// assert_eq!(decide(&UpkeepFacts { leavers: 80, line: line(0.6, 9.0) }), Verdict::Refit);
/// ```
#[must_use]
pub fn decide(facts: &UpkeepFacts) -> Verdict {
    match facts.line {
        _ if facts.leavers < LEAVERS_MIN => Verdict::TooFew,
        None => Verdict::Refit,
        Some(line) if line.recalibration().needs_refit() => Verdict::Refit,
        Some(line) if line.distance > BEYOND_CHANCE => Verdict::Recalibrate,
        Some(_) => Verdict::Keep,
    }
}

/// The model with another level and spread: what it told is put on the line. It is no prior any more, because leavers of the site have said where its level lies.
///
/// # Errors
/// [`Error::Model`] if the slope is not above 0, which would turn the ranks around.
pub fn recalibrated(model: &HazardModel, line: &Recalibration, id: &str) -> Result<HazardModel, Error> {
    let recalibration = Recalibration {
        intercept: line.intercept + line.slope * model.recalibration.intercept,
        slope: line.slope * model.recalibration.slope,
    };
    let found = HazardModel { id: id.to_owned(), prior: false, recalibration, ..model.clone() };
    found.check()?;
    Ok(found)
}
