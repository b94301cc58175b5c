//! As many coefficients as there are leavers for; else those that the product ships, with the level of the site.

use crate::error::Error;
use crate::weeks::{Week, leavers};
use attrition::features::{Family, Input};
use attrition::hazard::{HazardModel, InputValues, Recalibration, TrainSettings, train};
use std::collections::BTreeMap;

/// Leavers per coefficient. One agent who leaves gives four or five rows and is one event all the same.
const LEAVERS_PER_COEFFICIENT: usize = 10;
/// Leavers below which a site has no coefficients of its own, however few they are.
const FEWEST_FOR_OWN: usize = 300;
/// Leavers below which the probabilities of shipped coefficients are not shown.
const FEWEST_FOR_PROBABILITIES: usize = 50;
/// Days of rows from which on months are told from the load of that one year.
const DAYS_FOR_MONTHS: i32 = 730;

/// How to learn.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnSettings {
    /// Name of the model.
    pub id: String,
    /// The event lies within so many days.
    pub horizon_days: u32,
    /// Inverse strength of the penalty, as in scikit-learn.
    pub c: f64,
    /// Inputs that may be used; none given: all.
    pub inputs: Option<Vec<Input>>,
}

impl Default for LearnSettings {
    fn default() -> Self {
        Self { id: "unnamed".to_owned(), horizon_days: 30, c: 0.1, inputs: None }
    }
}

/// Which numbers of the model are the site's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learned {
    /// All of them, over every input.
    EveryInput,
    /// All of them, over the inputs of the shipped model: there are too few leavers for more.
    ShippedInputs,
    /// Intercept and slope of the shipped model.
    LevelAndSlope,
    /// Its intercept.
    Level,
    /// None: nobody has left yet.
    Nothing,
}

impl Learned {
    /// For people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EveryInput => "own coefficients over every input",
            Self::ShippedInputs => "own coefficients over the inputs of the shipped model",
            Self::LevelAndSlope => "shipped coefficients, own intercept and slope",
            Self::Level => "shipped coefficients, own intercept",
            Self::Nothing => "shipped as it is",
        }
    }
}

/// A model and what it was learned from.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatWasLearned {
    /// The model.
    pub model: HazardModel,
    /// Which of its numbers are the site's own.
    pub learned: Learned,
    /// Rows.
    pub rows: usize,
    /// Agents who left among them.
    pub leavers: usize,
}

/// Learns from rows whose outcome is known.
///
/// # Errors
/// [`Error::Model`] if the shipped model is of another version, or the fit fails.
pub fn learn(rows: &[Week<'_>], shipped: &HazardModel, settings: &LearnSettings) -> Result<WhatWasLearned, Error> {
    shipped.check()?;
    let leavers = leavers(rows);
    let pairs: Vec<(InputValues, bool)> = rows.iter().map(|week| (week.row.inputs.clone(), week.left)).collect();
    let every = candidates(rows, settings, Input::all());
    let of_shipped = candidates(rows, settings, shipped.terms.iter().map(|term| term.input).collect());
    let enough = |inputs: &[Input]| !inputs.is_empty() && leavers >= FEWEST_FOR_OWN.max(LEAVERS_PER_COEFFICIENT * inputs.len());
    let train_settings = TrainSettings { id: settings.id.clone(), prior: false, horizon_days: settings.horizon_days, c: settings.c };
    for (inputs, learned) in [(every, Learned::EveryInput), (of_shipped, Learned::ShippedInputs)] {
        if enough(&inputs) {
            return Ok(WhatWasLearned { model: train(&pairs, &inputs, &train_settings)?, learned, rows: rows.len(), leavers });
        }
    }
    let (recalibration, learned) = level(shipped, &pairs, leavers);
    let mut model = HazardModel { id: settings.id.clone(), prior: leavers < FEWEST_FOR_PROBABILITIES, recalibration, ..shipped.clone() };
    if let Some(allowed) = &settings.inputs {
        model.terms.retain(|term| allowed.contains(&term.input));
    }
    model.check()?;
    Ok(WhatWasLearned { model, learned, rows: rows.len(), leavers })
}

/// Inputs that may be used, that the rows have, and that differ between them.
fn candidates(rows: &[Week<'_>], settings: &LearnSettings, inputs: Vec<Input>) -> Vec<Input> {
    let days = || rows.iter().map(|week| week.row.day);
    let months = days().max().zip(days().min()).is_some_and(|(last, first)| last - first >= DAYS_FOR_MONTHS);
    let allowed = |input: &Input| settings.inputs.as_ref().is_none_or(|allowed| allowed.contains(input));
    let differs = |input: &Input| {
        let mut values = rows.iter().filter_map(|week| week.row.inputs.get(input)).filter(|value| value.is_finite());
        values.next().is_some_and(|first| values.any(|value| value.total_cmp(first).is_ne()))
    };
    inputs.into_iter().filter(|input| (months || !matches!(input, Input::Month(_))) && allowed(input) && differs(input)).collect()
}

/// Level of the shipped model on the site's rows: two coefficients need twice ten leavers.
fn level(shipped: &HazardModel, pairs: &[(InputValues, bool)], leavers: usize) -> (Recalibration, Learned) {
    let plain = HazardModel { recalibration: Recalibration::NONE, ..shipped.clone() };
    let scored: Vec<(f64, bool)> = pairs.iter().map(|(inputs, left)| (plain.score(inputs, &InputValues::new()).log_odds, *left)).collect();
    if leavers >= 2 * LEAVERS_PER_COEFFICIENT
        && let Ok(found) = Recalibration::from_matured(&scored)
        && found.slope > 0.0
    {
        return (found, Learned::LevelAndSlope);
    }
    match Recalibration::intercept_only(&scored) {
        Some(found) => (found, Learned::Level),
        None => (shipped.recalibration, Learned::Nothing),
    }
}

/// Inputs of a model by family: how many, and how far apart they place two agents who differ by one standard deviation in each (root of the summed squares).
///
/// ```
/// # use attrition::{features::{FEATURE_SCHEMA, Family, Feature, Input}, hazard::*};
/// let term = |input, coefficient| Term { input, coefficient, scaling: Scaling { mean: 0.0, sd: 1.0 } };
/// let model = HazardModel {
///     format: MODEL_FORMAT, id: "two".into(), prior: false, horizon_days: 30, feature_schema: FEATURE_SCHEMA, intercept: -3.0,
///     terms: vec![term(Input::Change(Feature::AfterCallWork), 0.3), term(Input::Slow(Feature::HandleTime), 0.4)],
///     recalibration: Recalibration::NONE,
/// };
/// assert_eq!(training::families(&model), [(Family::Pace, 2, 0.5)]);
/// ```
#[must_use]
pub fn families(model: &HazardModel) -> Vec<(Family, usize, f64)> {
    let mut found: BTreeMap<Family, (usize, f64)> = BTreeMap::new();
    for term in &model.terms {
        let (count, squares) = found.entry(term.input.family()).or_default();
        let effect = term.coefficient * model.recalibration.slope;
        (*count, *squares) = (*count + 1, *squares + effect * effect);
    }
    let mut by_family: Vec<(Family, usize, f64)> =
        found.into_iter().map(|(family, (count, squares))| (family, count, libm::sqrt(squares))).collect();
    by_family.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    by_family
}
