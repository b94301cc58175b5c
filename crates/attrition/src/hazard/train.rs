//! From agents' rows to a model that can be used: scaling, missing values, signs, and a refusal where there are too few leavers.

use super::fit::{FitSettings, TrainingRows, fit};
use super::model::{HazardModel, InputValues, MODEL_FORMAT, Term};
use super::recalibration::Recalibration;
use super::scaling::Scaling;
use crate::error::Error;
use crate::features::{FEATURE_SCHEMA, Input};

/// Leavers per coefficient: fewer, and the coefficients are chance.
const LEAVERS_PER_COEFFICIENT: usize = 10;

/// How to train.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainSettings {
    /// Name of the model.
    pub id: String,
    /// From simulated agents, not from those of a site.
    pub prior: bool,
    /// The event lies within so many days.
    pub horizon_days: u32,
    /// Inverse strength of the penalty, as in scikit-learn; 0.1 to 0.3 is usual.
    pub c: f64,
}

/// Trains on rows of (inputs, left), with these inputs. What a row lacks counts as the mean; an input that never differs is left out; signs are those of
/// [`Input::not_negative`]. No row is weighted or drawn twice: that does not improve the ranks and ruins the probabilities.
///
/// # Errors
/// [`Error::TooFewLeavers`] with fewer than ten leavers per coefficient: use shipped coefficients with [`Recalibration::intercept_only`]; [`Error::NoFit`].
pub fn train(rows: &[(InputValues, bool)], inputs: &[Input], settings: &TrainSettings) -> Result<HazardModel, Error> {
    let scaled: Vec<(Input, Scaling)> = inputs
        .iter()
        .filter_map(|input| {
            let values: Vec<f64> = rows.iter().filter_map(|(row, _)| row.get(input).copied()).collect();
            Some((*input, Scaling::of(&values)?))
        })
        .collect();
    let (leavers, needed) = (rows.iter().filter(|(_, left)| *left).count(), LEAVERS_PER_COEFFICIENT * scaled.len());
    if leavers < needed {
        return Err(Error::TooFewLeavers { leavers, needed });
    }
    let mut training = TrainingRows::new(scaled.len());
    for (row, left) in rows {
        let columns: Vec<f64> = scaled.iter().map(|(input, scaling)| row.get(input).map_or(0.0, |value| scaling.scale(*value))).collect();
        training.push(&columns, *left)?;
    }
    let not_negative = scaled.iter().map(|(input, _)| input.not_negative()).collect();
    let found = fit(&training, &FitSettings { not_negative, ..FitSettings::with_c(settings.c) })?;
    let terms = scaled.iter().zip(&found.coefficients).map(|((input, scaling), coefficient)| Term {
        input: *input,
        coefficient: *coefficient,
        scaling: *scaling,
    });
    Ok(HazardModel {
        format: MODEL_FORMAT,
        id: settings.id.clone(),
        prior: settings.prior,
        horizon_days: settings.horizon_days,
        feature_schema: FEATURE_SCHEMA,
        intercept: found.intercept,
        terms: terms.collect(),
        recalibration: Recalibration::NONE,
    })
}
