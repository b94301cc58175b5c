//! A made-up site: agents 0 to n − 1, of whom the first so many leave on one day; the slower they work, the sooner.
#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

use attrition::features::{FEATURE_SCHEMA, Feature, Input};
use attrition::hazard::{HazardModel, InputValues, Leaving, MODEL_FORMAT, Recalibration, Scaling, Term};
use training::{Label, Labels, Weeks};

pub fn ids(agents: u32) -> Vec<String> {
    (0..agents).map(|number| format!("agent {number}")).collect()
}

/// Handle time falls with the number of the agent, and trembles a little.
pub fn inputs(number: u32, agents: u32, day: i32) -> InputValues {
    let slow = 2.0 - 4.0 * f64::from(number) / f64::from(agents);
    let trembling = f64::from((number * 7_919 + day as u32 * 104_729) % 100) / 100.0;
    [(Input::Slow(Feature::HandleTime), slow + trembling), (Input::Change(Feature::AfterCallWork), trembling - 0.5)].into()
}

/// So many weeks of all agents from a day on.
pub fn weeks(agents: u32, first_day: i32, weeks: i32) -> Weeks {
    let ids = ids(agents);
    let mut made = Weeks::default();
    for day in first_day..first_day + 7 * weeks {
        made.take(day, ids.iter().zip(0..).map(|(agent, number)| (agent.as_str(), inputs(number, agents, day))));
    }
    made
}

/// The first so many leave on a day, and it is known at once.
pub fn labels(agents: u32, leavers: u32, day: i32) -> Labels {
    let label = Label { leaving: Leaving::Voluntary(day), known_day: day };
    Labels { left: ids(agents).into_iter().take(leavers as usize).map(|agent| (agent, vec![label])).collect(), ..Labels::default() }
}

/// Handle time and after-call work, one twentieth at the mean.
pub fn shipped() -> HazardModel {
    let term = |input| Term { input, coefficient: 0.3, scaling: Scaling { mean: 0.0, sd: 1.0 } };
    HazardModel {
        format: MODEL_FORMAT,
        id: "shipped".to_owned(),
        prior: true,
        horizon_days: 30,
        feature_schema: FEATURE_SCHEMA,
        intercept: -3.0,
        terms: vec![term(Input::Slow(Feature::HandleTime)), term(Input::Change(Feature::AfterCallWork))],
        recalibration: Recalibration::NONE,
    }
}
