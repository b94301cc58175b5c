//! The mix model: how many would leave by what nobody's leader chooses, which is tenure, queue group, site, contract (its kind, and shifts a week) and month.
//! Not load and not behaviour: those are partly the leader's doing. Not the reason of contacts either: a reason is of a contact, agents are counted by days, and
//! what customers come for is the queue group's; what is left of it within a queue is chosen by the agent who enters it.
//!
//! Counts of leavers in cells of agent-days, Poisson with a log link (the usual model of standardised ratios: Breslow & Day 1987), small penalty on
//! everything but the level. So the expected leavers of all cells are together exactly as many as left.

use attrition::numerics::solve;
use std::collections::BTreeMap;

/// Penalty on the square of each coefficient, halved: as if each level had been seen with a standard deviation of one around the whole.
const PENALTY: f64 = 1.0;
/// Newton steps after which something is wrong.
const MOST_STEPS: u32 = 100;

/// Bands of tenure, by their first day.
pub const TENURE_BANDS: [i32; 6] = [0, 30, 90, 180, 365, 1000];

/// What no leader chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mix {
    /// First day of the band of tenure, see [`tenure_band`].
    pub tenure_band: i32,
    /// Main queue.
    pub group: String,
    /// Site.
    pub site: String,
    /// Kind of contract, as reference data call it; empty: not known.
    pub contract: String,
    /// Shifts a week.
    pub shifts: String,
    /// Month of the year, 1 to 12.
    pub month: u8,
}

/// Agent-days of one mix, and who left on them.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The mix.
    pub mix: Mix,
    /// Agent-days at risk.
    pub days: u64,
    /// Agents who left by their own wish.
    pub leavers: u64,
}

/// The first day of the band that a tenure lies in.
///
/// ```
/// use retention::mix::tenure_band;
/// assert_eq!([0, 29, 30, 400, 5_000].map(tenure_band), [0, 0, 30, 365, 1000]);
/// ```
#[must_use]
pub fn tenure_band(tenure_days: i32) -> i32 {
    TENURE_BANDS.into_iter().rev().find(|first| tenure_days >= *first).unwrap_or(0)
}

/// A fitted mix model: leavers per agent-day.
#[derive(Clone, Debug, PartialEq)]
pub struct MixModel {
    level: f64,
    effects: BTreeMap<(usize, String), f64>,
}

impl Mix {
    /// Each attribute with its value, as columns of the model.
    fn levels(&self) -> [(usize, String); 6] {
        [
            (0, self.tenure_band.to_string()),
            (1, self.group.clone()),
            (2, self.site.clone()),
            (3, self.contract.clone()),
            (4, self.month.to_string()),
            (5, self.shifts.clone()),
        ]
    }
}

impl MixModel {
    /// Fits. `None` where nobody left or nobody was there: then nothing can be expected.
    ///
    /// ```
    /// use retention::mix::{Cell, Mix, MixModel};
    /// let cell = |tenure_band, days, leavers| Cell { mix: Mix { tenure_band, ..Mix::default() }, days, leavers };
    /// let cells = [cell(0, 1_000, 40), cell(365, 9_000, 10)];
    /// let model = MixModel::fit(&cells).unwrap();
    /// let expected: f64 = cells.iter().map(|cell| model.expected(&cell.mix, cell.days)).sum();
    /// assert!((expected - 50.0).abs() < 1e-9, "as many as left");
    /// ```
    #[must_use]
    pub fn fit(cells: &[Cell]) -> Option<Self> {
        let (days, leavers) = cells.iter().fold((0, 0), |sum, cell| (sum.0 + cell.days, sum.1 + cell.leavers));
        if days == 0 || leavers == 0 {
            return None;
        }
        let mut columns: BTreeMap<(usize, String), usize> = BTreeMap::new();
        for level in cells.iter().flat_map(|cell| cell.mix.levels()) {
            let next = columns.len() + 1;
            columns.entry(level).or_insert(next);
        }
        let rows: Vec<(Vec<usize>, f64, f64)> = cells
            .iter()
            .filter(|cell| cell.days > 0)
            .map(|cell| {
                let of = cell.mix.levels().iter().filter_map(|level| columns.get(level).copied()).collect();
                (of, cell.days as f64, cell.leavers as f64)
            })
            .collect();
        let mut parameters = vec![0.0; columns.len() + 1];
        parameters[0] = libm::log(leavers as f64 / days as f64);
        for _ in 0..MOST_STEPS {
            let step = newton_step(&rows, &parameters)?;
            let largest = step.iter().fold(0.0_f64, |largest, part| largest.max(part.abs()));
            // Steps of more than one, in logarithms, overshoot.
            let length = if largest > 1.0 { 1.0 / largest } else { 1.0 };
            parameters.iter_mut().zip(&step).for_each(|(parameter, part)| *parameter += length * part);
            if largest < 1e-12 {
                let effects = columns.into_iter().map(|(level, column)| (level, parameters[column])).collect();
                return Some(Self { level: parameters[0], effects });
            }
        }
        None
    }

    /// Leavers expected of so many agent-days of a mix. A value that the model has never seen counts as the average.
    #[must_use]
    pub fn expected(&self, mix: &Mix, days: u64) -> f64 {
        let effects: f64 = mix.levels().iter().filter_map(|level| self.effects.get(level)).sum();
        days as f64 * libm::exp(self.level + effects)
    }
}

/// The step to the optimum of the second-order approximation.
fn newton_step(rows: &[(Vec<usize>, f64, f64)], parameters: &[f64]) -> Option<Vec<f64>> {
    let n = parameters.len();
    let (mut slope, mut curvature) = (vec![0.0; n], vec![0.0; n * n]);
    for (columns, days, leavers) in rows {
        let expected = days * libm::exp(parameters[0] + columns.iter().map(|column| parameters[*column]).sum::<f64>());
        let all = || std::iter::once(&0).chain(columns);
        for row in all() {
            slope[*row] += leavers - expected;
            all().for_each(|column| curvature[row * n + column] += expected);
        }
    }
    for position in 1..n {
        slope[position] -= PENALTY * parameters[position];
        curvature[position * n + position] += PENALTY;
    }
    solve(curvature, slope)
}
