//! Fitting: penalised logistic likelihood by projected Newton steps (Bertsekas 1982), some coefficients held at zero or above. The same rows in the same order
//! give the same bits; scikit-learn at equal settings gives the same coefficients to 1e-6 (`tests/fitting.rs`).

use crate::error::Error;
use crate::numerics::{probability, solve};

/// Steps after which something is wrong: ten are usual.
const MOST_STEPS: u32 = 100;

/// Log-odds of one in 500 million: no row of a model of persons has such, unless nothing holds the coefficients.
const CERTAIN_LOG_ODDS: f64 = 20.0;

/// Rows to fit on: scaled inputs and whether the agent left.
///
/// ```
/// use attrition::hazard::TrainingRows;
/// let mut rows = TrainingRows::new(2);
/// rows.push(&[0.5, -1.0], true).unwrap();
/// assert!(rows.push(&[0.5], true).is_err());
/// ```
#[derive(Clone, Debug)]
pub struct TrainingRows {
    columns: usize,
    /// Row by row.
    inputs: Vec<f64>,
    left: Vec<bool>,
}

impl TrainingRows {
    /// No rows yet, of so many columns.
    #[must_use]
    pub fn new(columns: usize) -> Self {
        Self { columns, inputs: Vec::new(), left: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`Error::Row`] if its width is another or a value is not finite.
    pub fn push(&mut self, inputs: &[f64], left: bool) -> Result<(), Error> {
        let row = self.left.len();
        if inputs.len() != self.columns {
            return Err(Error::Row { row, reason: "its width is another" });
        }
        if !inputs.iter().all(|value| value.is_finite()) {
            return Err(Error::Row { row, reason: "a value is not finite" });
        }
        self.inputs.extend_from_slice(inputs);
        self.left.push(left);
        Ok(())
    }

    /// Rows, and rows that left.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.left.len(), self.left.iter().filter(|left| **left).count())
    }

    fn row(&self, position: usize) -> &[f64] {
        &self.inputs[position * self.columns..(position + 1) * self.columns]
    }
}

/// How to fit.
#[derive(Clone, Debug, PartialEq)]
pub struct FitSettings {
    /// Strength of the penalty: λ in Σ loss + λ/2 Σ β². It is 1 ÷ C of scikit-learn; 0 is none. The intercept is never penalised.
    pub penalty: f64,
    /// Columns whose coefficient must not be negative.
    pub not_negative: Vec<bool>,
}

impl FitSettings {
    /// A penalty in scikit-learn's terms, no signs.
    #[must_use]
    pub fn with_c(c: f64) -> Self {
        Self { penalty: 1.0 / c, not_negative: Vec::new() }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Intercept.
    pub intercept: f64,
    /// One coefficient per column.
    pub coefficients: Vec<f64>,
    /// Steps it took.
    pub steps: u32,
}

impl Fit {
    /// Log-odds of a row.
    #[must_use]
    pub fn log_odds(&self, inputs: &[f64]) -> f64 {
        self.intercept + self.coefficients.iter().zip(inputs).map(|(coefficient, input)| coefficient * input).sum::<f64>()
    }
}

/// Fits.
///
/// ```
/// use attrition::hazard::{FitSettings, TrainingRows, fit};
/// // Without columns the intercept is the logit of the share that left: ln (1 / 3).
/// let mut rows = TrainingRows::new(0);
/// for left in [true, false, false, false] {
///     rows.push(&[], left).unwrap();
/// }
/// assert!((fit(&rows, &FitSettings::with_c(1.0)).unwrap().intercept - (1.0_f64 / 3.0).ln()).abs() < 1e-12);
/// ```
///
/// # Errors
/// [`Error::NoFit`] with rows of one outcome only, or where leavers and stayers are separated and nothing is penalised.
pub fn fit(rows: &TrainingRows, settings: &FitSettings) -> Result<Fit, Error> {
    let (all, leavers) = rows.counts();
    if leavers == 0 || leavers == all {
        return Err(Error::NoFit("there are rows of one outcome only"));
    }
    let share = leavers as f64 / all as f64;
    // First the intercept, then one parameter per column.
    let mut parameters = vec![0.0; rows.columns + 1];
    parameters[0] = libm::log(share / (1.0 - share));
    let held = |position: usize| position > 0 && settings.not_negative.get(position - 1).copied().unwrap_or(false);
    let tolerance = 1e-11 * all as f64;
    for step in 0..MOST_STEPS {
        let (gradient, hessian) = derivatives(rows, settings.penalty, &parameters);
        let free: Vec<usize> = (0..parameters.len())
            .filter(|&position| !(held(position) && parameters[position] <= 0.0 && gradient[position] > 0.0))
            .collect();
        let steepest = free.iter().map(|&position| gradient[position].abs()).fold(0.0, f64::max);
        if steepest <= tolerance {
            // Without a penalty separated rows look converged when the exponentials have run out.
            let certain = |position: usize| log_odds(&parameters, rows.row(position)).abs() > CERTAIN_LOG_ODDS;
            if settings.penalty <= 0.0 && (0..all).any(certain) {
                break;
            }
            let intercept = parameters.remove(0);
            return Ok(Fit { intercept, coefficients: parameters, steps: step });
        }
        let direction = newton_direction(&gradient, &hessian, &free).ok_or(Error::NoFit("the rows do not determine the coefficients"))?;
        parameters = improve(rows, settings.penalty, &parameters, &gradient, &direction, held).ok_or(Error::NoFit("no step improves"))?;
        if parameters.iter().any(|parameter| !parameter.is_finite() || parameter.abs() > 1e6) {
            break;
        }
    }
    Err(Error::NoFit("leavers and stayers are separated"))
}

/// −H⁻¹g over the free parameters, 0 for the others.
fn newton_direction(gradient: &[f64], hessian: &[f64], free: &[usize]) -> Option<Vec<f64>> {
    let n = gradient.len();
    let matrix = free.iter().flat_map(|&row| free.iter().map(move |&column| hessian[row * n + column])).collect();
    let solution = solve(matrix, free.iter().map(|&position| -gradient[position]).collect())?;
    let mut direction = vec![0.0; n];
    for (&position, step) in free.iter().zip(solution) {
        direction[position] = step;
    }
    Some(direction)
}

/// The longest of the steps 1, 1/2, 1/4 … along the projected direction that improves enough (Armijo).
fn improve(
    rows: &TrainingRows,
    penalty: f64,
    parameters: &[f64],
    gradient: &[f64],
    direction: &[f64],
    held: impl Fn(usize) -> bool,
) -> Option<Vec<f64>> {
    let before = objective(rows, penalty, parameters);
    let mut length = 1.0;
    for _ in 0..60 {
        let next: Vec<f64> = parameters
            .iter()
            .zip(direction)
            .map(|(parameter, step)| parameter + length * step)
            .enumerate()
            .map(|(position, moved)| if held(position) { moved.max(0.0) } else { moved })
            .collect();
        let promised: f64 = next.iter().zip(parameters).zip(gradient).map(|((next, parameter), slope)| (next - parameter) * slope).sum();
        // Near the optimum the sums of the objective are rounded more coarsely than the gain of a step.
        if objective(rows, penalty, &next) <= before + 1e-4 * promised + 1e-13 * before.abs() {
            return Some(next);
        }
        length /= 2.0;
    }
    None
}

fn log_odds(parameters: &[f64], row: &[f64]) -> f64 {
    parameters[0] + parameters[1..].iter().zip(row).map(|(coefficient, input)| coefficient * input).sum::<f64>()
}

fn objective(rows: &TrainingRows, penalty: f64, parameters: &[f64]) -> f64 {
    let loss: f64 = (0..rows.left.len())
        .map(|position| {
            let log_odds = log_odds(parameters, rows.row(position));
            let softplus = log_odds.max(0.0) + libm::log1p(libm::exp(-log_odds.abs()));
            if rows.left[position] { softplus - log_odds } else { softplus }
        })
        .sum();
    loss + penalty / 2.0 * parameters[1..].iter().map(|coefficient| coefficient * coefficient).sum::<f64>()
}

/// Gradient and matrix of second derivatives, row by row.
fn derivatives(rows: &TrainingRows, penalty: f64, parameters: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let n = parameters.len();
    let (mut gradient, mut hessian) = (vec![0.0; n], vec![0.0; n * n]);
    let mut extended = vec![1.0; n];
    for position in 0..rows.left.len() {
        extended[1..].copy_from_slice(rows.row(position));
        let expected = probability(log_odds(parameters, rows.row(position)));
        let residual = expected - if rows.left[position] { 1.0 } else { 0.0 };
        let weight = expected * (1.0 - expected);
        for (row, input) in extended.iter().enumerate() {
            gradient[row] += residual * input;
            for (sum, other) in hessian[row * n..row * n + row + 1].iter_mut().zip(&extended) {
                *sum += weight * input * other;
            }
        }
    }
    for (row, parameter) in parameters.iter().enumerate() {
        for column in row + 1..n {
            hessian[row * n + column] = hessian[column * n + row];
        }
        if row > 0 {
            gradient[row] += penalty * parameter;
            hessian[row * n + row] += penalty;
        }
    }
    (gradient, hessian)
}
