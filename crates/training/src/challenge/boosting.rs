//! Gradient boosting by the crate `perpetual`, behind the feature `challenger`: the normal build does not pay for it.

use super::Challenger;
use crate::error::Error;
use attrition::features::Input;
use perpetual::objective::Objective;
use perpetual::{Matrix, PerpetualBooster};

/// How hard it tries: the larger, the more trees. 0.5 is what its authors begin with.
const BUDGET: f32 = 0.5;
/// Trees at most, so that the time is bounded.
const MOST_TREES: usize = 500;

/// Trees with the settings that its authors advise, one thread, one seed: the same rows give the same scores.
#[derive(Clone, Copy, Debug, Default)]
pub struct GradientBoosting;

impl Challenger for GradientBoosting {
    fn name(&self) -> &'static str {
        "gradient boosting (perpetual 3.0.0-rc.2)"
    }

    fn learn_and_score(&self, inputs: &[Input], training: &[(Vec<f64>, bool)], test: &[Vec<f64>]) -> Result<Vec<f64>, Error> {
        let rows: Vec<&[f64]> = training.iter().map(|(row, _)| row.as_slice()).collect();
        let left: Vec<f64> = training.iter().map(|(_, left)| f64::from(u8::from(*left))).collect();
        // A column without any value tells nothing, and its bins cannot be made.
        let used: Vec<usize> = (0..inputs.len()).filter(|column| rows.iter().any(|row| row[*column].is_finite())).collect();
        let (learned, asked) = (columns(&rows, &used), columns(&test.iter().map(Vec::as_slice).collect::<Vec<_>>(), &used));
        let mut booster = PerpetualBooster::default()
            .set_objective(Objective::LogLoss)
            .set_budget(BUDGET)
            .set_iteration_limit(Some(MOST_TREES))
            .set_num_threads(Some(1))
            .set_seed(1);
        booster
            .fit(&Matrix::new(&learned, rows.len(), used.len()), &left, None, None)
            .map_err(|error| Error::Challenger(error.to_string()))?;
        Ok(booster.predict(&Matrix::new(&asked, test.len(), used.len()), false))
    }
}

/// Column by column, as the crate wants them.
fn columns(rows: &[&[f64]], used: &[usize]) -> Vec<f64> {
    used.iter().flat_map(|column| rows.iter().map(move |row| row[*column])).collect()
}
