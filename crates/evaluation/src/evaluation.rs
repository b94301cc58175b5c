//! One world with one seed, judged.

use crate::alerts::{AlertQuality, alert_quality};
use crate::collecting::collect;
use crate::error::Error;
use crate::parts::{PartQuality, part_quality};
use crate::quarters::{QuarterCalibration, quarters};
use crate::ranking::{RowErrors, RowQuality, row_errors, row_quality};
use crate::reasons::{ReasonQuality, reason_quality};
use crate::rows::{Collected, Row};
use crate::scorers::Scorer;
use crate::settings::Settings;
use crate::training::{log_odds, orders, train};
use attrition::hazard::HazardModel;
use attrition::numerics::probability;
use serde::Serialize;
use simulator::attrition::{HORIZON_DAYS, World};
use std::collections::BTreeMap;

const DAYS_PER_YEAR: f64 = 365.0;

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Seed of the world.
    pub seed: u64,
    /// What the world is like.
    pub world: WorldFacts,
    /// Rows by scorer.
    pub rows: Vec<ScorerRows>,
    /// Alarms by scorer and budget.
    pub alerts: Vec<ScorerAlerts>,
    /// The product by kind of agent, at the lowest budget.
    pub parts: Vec<PartQuality>,
}

/// What a world is like.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorldFacts {
    /// Departures per agent and year.
    pub leaving_per_year: f64,
    /// Share of departures by stage.
    pub by_stage: [f64; 4],
    /// Test rows.
    pub test_rows: u64,
    /// Training rows.
    pub training_rows: u64,
}

/// Rows of a scorer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScorerRows {
    /// Who scored.
    pub scorer: Scorer,
    /// How well.
    pub quality: RowQuality,
    /// How far the numbers would lie from themselves with other agents; only of the product.
    pub errors: Option<RowErrors>,
    /// Leavers against those expected, by quarter of the test days.
    pub quarters: Vec<QuarterCalibration>,
}

/// Alarms of a scorer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScorerAlerts {
    /// Who scored.
    pub scorer: Scorer,
    /// Share of agents flagged.
    pub budget: f64,
    /// How well.
    pub quality: AlertQuality,
    /// How true the reasons are that they give; only of the product at the lowest budget.
    pub reasons: Vec<ReasonQuality>,
}

/// Plays a world and judges every scorer. A scorer that cannot be fitted, because the world lacks its inputs, is left out; with [`Settings::model`] nothing is fitted.
///
/// # Errors
/// [`Error`]: the world cannot be played, the product's model cannot be fitted, or the model that is given may not be used.
pub fn evaluate(world: &World, settings: &Settings) -> Result<Evaluation, Error> {
    settings.model.as_ref().map_or(Ok(()), HazardModel::check)?;
    let collected = collect(world, settings)?;
    let left: Vec<bool> =
        collected.rows.iter().filter(|row| row.is_test()).map(|row| collected.left_within(row.person, row.day, HORIZON_DAYS)).collect();
    let (mut rows, mut alerts, mut parts) = (Vec::new(), Vec::new(), Vec::new());
    for scorer in Scorer::ALL {
        let fitted = match (scorer, &settings.model) {
            (Scorer::OracleS | Scorer::OracleF, _) => None,
            (Scorer::Product, Some(given)) => Some(given.clone()),
            (_, Some(_)) => continue,
            (model, None) => match train(&collected, settings, model) {
                Ok(fitted) => Some(fitted),
                Err(error) if model == Scorer::Product => return Err(error),
                Err(_) => continue,
            },
        };
        let oracle = |row: &Row| if scorer == Scorer::OracleS { row.oracle_s } else { row.oracle_f };
        // Only the product has an order of its own: an oracle, which bounds what can be known, goes by its probability.
        let (probabilities, line): (Vec<f64>, Vec<f64>) = match &fitted {
            Some(model) => {
                let scores = log_odds(&collected, model);
                let line = orders(&collected, &scores);
                (scores.into_iter().map(probability).collect(), line)
            }
            None => collected.rows.iter().filter(|row| row.is_test()).map(oracle).map(|known| (known, known)).unzip(),
        };
        let scored: Vec<(f64, bool)> = probabilities.iter().copied().zip(left.iter().copied()).collect();
        let errors = (scorer == Scorer::Product).then(|| row_errors(&by_person(&collected, &scored)));
        let days = collected.rows.iter().filter(|row| row.is_test()).map(|row| row.day);
        let by_day: Vec<_> = days.zip(&scored).map(|(day, (probability, left))| (day, *probability, *left)).collect();
        rows.push(ScorerRows { scorer, quality: row_quality(&scored), errors, quarters: quarters(&by_day, settings.test_days[0]) });
        if scorer == Scorer::Product {
            parts = part_quality(&collected, settings, &probabilities, &line, settings.budgets[0]);
        }
        if matches!(scorer, Scorer::OracleS | Scorer::OracleF | Scorer::Product) {
            for budget in settings.budgets {
                let quality = alert_quality(&collected, settings, &line, budget, f64::from(world.agents_per_team));
                let model = fitted.as_ref().filter(|_| budget.total_cmp(&settings.budgets[0]).is_eq());
                let reasons = model.map_or_else(Vec::new, |model| reason_quality(world, &collected, settings, model, &line, budget));
                alerts.push(ScorerAlerts { scorer, budget, quality, reasons });
            }
        }
    }
    Ok(Evaluation { seed: world.seed, world: facts(world, &collected), rows, alerts, parts })
}

/// Test rows by person.
fn by_person(collected: &Collected, scored: &[(f64, bool)]) -> Vec<Vec<(f64, bool)>> {
    let mut found: BTreeMap<u32, Vec<(f64, bool)>> = BTreeMap::new();
    for (row, scored) in collected.rows.iter().filter(|row| row.is_test()).zip(scored) {
        found.entry(row.person).or_default().push(*scored);
    }
    found.into_values().collect()
}

fn facts(world: &World, collected: &Collected) -> WorldFacts {
    let mut by_stage = [0.0; 4];
    for departure in collected.departures.iter().flatten() {
        by_stage[departure.stage.min(3)] += 1.0;
    }
    let all: f64 = by_stage.iter().sum();
    let years = f64::from(world.agents) * f64::from(world.days) / DAYS_PER_YEAR;
    WorldFacts {
        leaving_per_year: all / years,
        by_stage: by_stage.map(|count| if all > 0.0 { count / all } else { 0.0 }),
        test_rows: collected.rows.iter().filter(|row| row.is_test()).count() as u64,
        training_rows: collected.rows.iter().filter(|row| row.training).count() as u64,
    }
}
