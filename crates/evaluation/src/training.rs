//! Fits the product's model on training rows, scores with it, and puts agents in line for alarms.

use crate::error::Error;
use crate::rows::{Collected, Row, columns};
use crate::scorers::Scorer;
use crate::settings::Settings;
use attrition::features::{FEATURE_SCHEMA, Input};
use attrition::hazard::{Fit, FitSettings, HazardModel, InputValues, MODEL_FORMAT, Recalibration, Scaling, Term, TrainingRows, fit};
use attrition::signals::{LatestScores, TierSettings, order};
use simulator::attrition::HORIZON_DAYS;
use std::collections::BTreeMap;

/// Fits on the training rows with the inputs that the scorer may use. Only departures that were known on the first test day count.
///
/// # Errors
/// [`Error::Model`].
pub fn train(collected: &Collected, settings: &Settings, scorer: Scorer) -> Result<HazardModel, Error> {
    let known_by_day = settings.test_days[0];
    let mut terms: Vec<(usize, Input, Scaling)> = Vec::new();
    for (position, input) in columns()
        .into_iter()
        .enumerate()
        .filter(|(_, input)| scorer.uses(*input) && !settings.without.iter().any(|name| input.to_string().starts_with(name.as_str())))
    {
        let values: Vec<f64> =
            collected.rows.iter().filter(|row| row.training).map(|row| row.inputs[position]).filter(|value| value.is_finite()).collect();
        terms.extend(Scaling::of(&values).map(|scaling| (position, input, scaling)));
    }
    let mut rows = TrainingRows::new(terms.len());
    for row in collected.rows.iter().filter(|row| row.training) {
        let scaled: Vec<f64> = terms
            .iter()
            .map(|(position, _, scaling)| if row.inputs[*position].is_finite() { scaling.scale(row.inputs[*position]) } else { 0.0 })
            .collect();
        let known = collected.departure(row.person).is_some_and(|departure| departure.reported_day < known_by_day);
        rows.push(&scaled, known && collected.left_within(row.person, row.day, HORIZON_DAYS))?;
    }
    let not_negative = terms.iter().map(|(_, input, _)| input.not_negative()).collect();
    let Fit { intercept, coefficients, .. } = fit(&rows, &FitSettings { penalty: 1.0 / settings.c, not_negative })?;
    let model = HazardModel {
        format: MODEL_FORMAT,
        id: format!("evaluation, {}", scorer.name()),
        prior: false,
        horizon_days: HORIZON_DAYS,
        feature_schema: FEATURE_SCHEMA,
        intercept,
        terms: terms.into_iter().zip(coefficients).map(|((_, input, scaling), coefficient)| Term { input, coefficient, scaling }).collect(),
        recalibration: Recalibration::NONE,
    };
    model.check()?;
    Ok(model)
}

/// Log-odds of every test row, in order.
#[must_use]
pub fn log_odds(collected: &Collected, model: &HazardModel) -> Vec<f64> {
    let columns = columns();
    let used: Vec<usize> = model.terms.iter().filter_map(|term| columns.iter().position(|input| *input == term.input)).collect();
    let segment = InputValues::new();
    collected
        .rows
        .iter()
        .filter(|row| row.is_test())
        .map(|row| {
            let values: InputValues = used
                .iter()
                .filter(|position| row.inputs[**position].is_finite())
                .map(|position| (columns[*position], row.inputs[*position]))
                .collect();
            model.score(&values, &segment).log_odds
        })
        .collect()
}

/// By what every test row stands in line for an alarm, in order, as on a site: see [`attrition::signals::order()`]. `scores` are its log-odds.
pub(crate) fn orders(collected: &Collected, scores: &[f64]) -> Vec<f64> {
    let mut latest: BTreeMap<u32, LatestScores> = BTreeMap::new();
    let place = |(row, score): (&Row, &f64)| {
        let (mine, day) = (latest.entry(row.person).or_default(), row.day as i32);
        let before = mine.before(day);
        mine.remember(day, *score);
        order(*score, before, TierSettings::default().rise_weight)
    };
    collected.rows.iter().filter(|row| row.is_test()).zip(scores).map(place).collect()
}

/// Inputs of a model that a world does not give.
///
/// ```
/// use attrition::hazard::{HazardModel, PRIOR_MODEL};
/// let shipped: HazardModel = serde_json::from_str(PRIOR_MODEL)?;
/// assert!(evaluation::unknown_inputs(&shipped).is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn unknown_inputs(model: &HazardModel) -> Vec<Input> {
    let known = columns();
    model.terms.iter().map(|term| term.input).filter(|input| !known.contains(input)).collect()
}
