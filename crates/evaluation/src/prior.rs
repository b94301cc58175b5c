//! The shipped model: fitted on worlds that go through the product's own fold over a site, so that its inputs are formed as on a site.

use crate::error::Error;
use crate::facts::{FIRST_DAY, Site, agent_id};
use crate::rows::columns;
use attrition::features::Input;
use attrition::hazard::{HazardModel, InputValues, MODEL_FORMAT, Recalibration, TrainSettings, is_training_day, train};
use attrition::site::{DayLog, SiteSettings};
use simulator::attrition::{Centre, HORIZON_DAYS, World};
use std::collections::{BTreeMap, BTreeSet};

/// Days at the beginning of a world of which no row is formed: baselines are young.
const FIRST_ROWS_AFTER_DAYS: u32 = 60;
/// Inverse strength of the penalty.
const C: f64 = 0.1;

/// A model without inputs: with it a site can be folded before there is one.
#[must_use]
pub fn no_model() -> HazardModel {
    HazardModel {
        format: MODEL_FORMAT,
        id: "none".to_owned(),
        prior: true,
        horizon_days: HORIZON_DAYS,
        feature_schema: attrition::features::FEATURE_SCHEMA,
        intercept: 0.0,
        terms: Vec::new(),
        recalibration: Recalibration::NONE,
    }
}

/// Training rows of a world: inputs of one day a week of each agent, and whether the agent left within the horizon.
///
/// # Errors
/// [`Error::World`].
fn rows(world: &World) -> Result<Vec<(InputValues, bool)>, Error> {
    let (mut centre, model, settings) = (Centre::open(world)?, no_model(), SiteSettings::default());
    let (mut facts, mut site) = (Site::default(), attrition::site::Site::default());
    let mut found: Vec<(String, u32, InputValues)> = Vec::new();
    let used: BTreeSet<Input> = inputs().into_iter().collect();
    let matured = world.days.saturating_sub(HORIZON_DAYS);
    while let Some(day) = centre.next() {
        let today = facts.facts(&centre, &day, world.teams() as usize);
        let result = site.take(&settings, &model, FIRST_DAY + day.day as i32, &today, &DayLog { told: true, ..DayLog::default() });
        if (FIRST_ROWS_AFTER_DAYS..matured).contains(&day.day) {
            let rows = result.scores.into_iter().filter(|score| is_training_day(&score.agent, result.day));
            found.extend(rows.map(|mut score| {
                score.inputs.retain(|input, _| used.contains(input));
                (score.agent, day.day, score.inputs)
            }));
        }
    }
    let left: BTreeMap<String, u32> = centre.departures().iter().map(|departure| (agent_id(departure.person), departure.day)).collect();
    let leaves = |agent: &str, day: u32| left.get(agent).is_some_and(|left| *left > day && *left <= day + HORIZON_DAYS);
    Ok(found.into_iter().map(|(agent, day, inputs)| (inputs, leaves(&agent, day))).collect())
}

/// The prior model of some worlds. Inputs that a world does not give are left out.
///
/// # Errors
/// [`Error::World`], [`Error::Model`] with too few leavers.
pub fn prior_model(worlds: &[World]) -> Result<HazardModel, Error> {
    let mut all = Vec::new();
    for world in worlds {
        all.extend(rows(world)?);
    }
    let settings = TrainSettings { id: "prior-2".to_owned(), prior: true, horizon_days: HORIZON_DAYS, c: C };
    Ok(train(&all, &inputs(), &settings)?)
}

/// Inputs of the shipped model: without rates of absence and lateness. How often somebody is usually absent says something about leaving in a world because the world was made so;
/// on a site it may as well be the bus. And what is usual is known late, so that whoever is absent more often than others seems to have changed. The stage filter looks at
/// both by the agent's own rate; a site with leavers of its own can learn the rest (decision 0020).
fn inputs() -> Vec<Input> {
    columns().into_iter().filter(|input| !matches!(input, Input::Rate(_) | Input::RateChange(_))).collect()
}
