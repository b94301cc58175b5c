//! A fitted model as a file, and scoring with it.

use super::recalibration::Recalibration;
use super::scaling::Scaling;
use crate::error::Error;
use crate::features::{FEATURE_SCHEMA, Input, OLDEST_FEATURE_SCHEMA};
use crate::numerics::probability;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Version of the file's form.
pub const MODEL_FORMAT: u32 = 1;

/// The shipped model, in JSON: fitted on the reference world of the simulator and marked `prior`, for sites whose own leavers are still too few. Made by
/// `cargo run --release -p evaluation --example write_prior_model > crates/attrition/models/prior.json`.
pub const PRIOR_MODEL: &str = include_str!("../../models/prior.json");

/// Values of the inputs of one agent on one day; what is not there is missing.
pub type InputValues = BTreeMap<Input, f64>;

/// A model, as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardModel {
    /// Version of this form: [`MODEL_FORMAT`].
    pub format: u32,
    /// Name that every score carries.
    pub id: String,
    /// Shipped with the product and not fitted on this site: its probabilities are not shown, only its ranks.
    pub prior: bool,
    /// The event lies within so many days.
    pub horizon_days: u32,
    /// Version of the list of features: [`FEATURE_SCHEMA`].
    pub feature_schema: u32,
    /// Log-odds where every input is at its mean.
    pub intercept: f64,
    /// One per input.
    pub terms: Vec<Term>,
    /// Latest recalibration.
    pub recalibration: Recalibration,
}

/// What one input adds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The input.
    pub input: Input,
    /// Log-odds per standard deviation.
    pub coefficient: f64,
    /// Mean and standard deviation of the training rows.
    pub scaling: Scaling,
}

/// What one input contributed to a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// The input.
    pub input: Input,
    /// Log-odds against the segment.
    pub log_odds: f64,
}

/// A score with its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Log-odds.
    pub log_odds: f64,
    /// Log-odds of an agent who is as the segment on average.
    pub reference_log_odds: f64,
    /// One part per term; they and the reference add up to the log-odds.
    pub contributions: Vec<Contribution>,
}

impl Score {
    /// Probability of leaving within the horizon.
    #[must_use]
    pub fn probability(&self) -> f64 {
        probability(self.log_odds)
    }
}

impl HazardModel {
    /// Whether the model may be used.
    ///
    /// # Errors
    /// [`Error::Model`]: another form or list of features, an input twice, a number that is not finite, a standard deviation that is not above 0, or a
    /// negative coefficient where [`Input::not_negative`] forbids it.
    pub fn check(&self) -> Result<(), Error> {
        let refuse = |reason: String| Err(Error::Model { model: self.id.clone(), reason });
        if self.format != MODEL_FORMAT || !(OLDEST_FEATURE_SCHEMA..=FEATURE_SCHEMA).contains(&self.feature_schema) {
            return refuse(format!("it has format {} and feature schema {}", self.format, self.feature_schema));
        }
        let mut seen = BTreeSet::new();
        for Term { input, coefficient, scaling } in &self.terms {
            if !seen.insert(*input) {
                return refuse(format!("{input} is there twice"));
            }
            if !(coefficient.is_finite() && scaling.mean.is_finite() && scaling.sd.is_finite() && scaling.sd > 0.0) {
                return refuse(format!("the numbers of {input} are not usable"));
            }
            if input.not_negative() && *coefficient < 0.0 {
                return refuse(format!("{input} would say that doing better raises the risk"));
            }
        }
        let numbers = [self.intercept, self.recalibration.intercept, self.recalibration.slope];
        if !(numbers.iter().all(|number| number.is_finite()) && self.recalibration.slope > 0.0) {
            return refuse("its intercept or recalibration is not usable".to_owned());
        }
        Ok(())
    }

    /// The score of an agent whose segment (site, queue group, band of tenure) has these means. A missing input counts as the segment's mean, and where that
    /// is missing too, as the mean of the training rows: not knowing is never a reason.
    #[must_use]
    pub fn score(&self, values: &InputValues, segment: &InputValues) -> Score {
        let Recalibration { slope, .. } = self.recalibration;
        let usual = |term: &Term| segment.get(&term.input).copied().unwrap_or(term.scaling.mean);
        let of = |value: &dyn Fn(&Term) -> f64| {
            let sum: f64 = self.terms.iter().map(|term| term.coefficient * term.scaling.scale(value(term))).sum();
            self.recalibration.apply(self.intercept + sum)
        };
        let own = |term: &Term| values.get(&term.input).copied().unwrap_or_else(|| usual(term));
        let part = |term: &Term| slope * term.coefficient * (own(term) - usual(term)) / term.scaling.sd;
        Score {
            log_odds: of(&own),
            reference_log_odds: of(&usual),
            contributions: self.terms.iter().map(|term| Contribution { input: term.input, log_odds: part(term) }).collect(),
        }
    }
}
