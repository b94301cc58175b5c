//! The shipped model: it may be used, and on a world that it was not fitted on it ranks leavers above stayers, through the product's own fold over a site.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use attrition::features::Input;
use attrition::hazard::{HazardModel, PRIOR_MODEL, is_training_day};
use attrition::measures::area_under_curve;
use attrition::site::{DayLog, Site, SiteSettings};
use evaluation::facts::{self, FIRST_DAY, agent_id};
use simulator::attrition::{Centre, HORIZON_DAYS, World};
use std::collections::BTreeMap;

fn shipped() -> HazardModel {
    serde_json::from_str(PRIOR_MODEL).unwrap()
}

#[test]
fn the_shipped_model_may_be_used_and_says_that_it_is_a_prior() {
    let model = shipped();
    model.check().unwrap();
    assert!(model.prior && model.horizon_days == HORIZON_DAYS && model.terms.len() >= 20);
    let usual = |input: Input| matches!(input, Input::Rate(_) | Input::RateChange(_));
    assert!(model.terms.iter().all(|term| !usual(term.input)), "what is usual of somebody on a site is nothing that a world knows");
}

#[test]
fn it_ranks_leavers_of_another_world() {
    let world = World::named("loud", 21, 200, 150).unwrap();
    let (mut centre, model, settings) = (Centre::open(&world).unwrap(), shipped(), SiteSettings::default());
    let (mut of_world, mut site, mut scores) = (facts::Site::default(), Site::default(), Vec::new());
    while let Some(day) = centre.next() {
        let today = of_world.facts(&centre, &day, world.teams() as usize);
        let result = site.take(&settings, &model, FIRST_DAY + day.day as i32, &today, &DayLog::default());
        if (60..world.days - HORIZON_DAYS).contains(&day.day) {
            let rows = result.scores.iter().filter(|score| is_training_day(&score.agent, result.day));
            scores.extend(rows.map(|score| (score.agent.clone(), day.day, score.probability)));
        }
    }
    let left: BTreeMap<String, u32> = centre.departures().iter().map(|departure| (agent_id(departure.person), departure.day)).collect();
    let rows: Vec<(f64, bool)> = scores
        .into_iter()
        .map(|(agent, day, probability)| (probability, left.get(&agent).is_some_and(|left| *left > day && *left <= day + HORIZON_DAYS)))
        .collect();
    assert!(rows.iter().filter(|(_, left)| *left).count() > 30, "{} rows", rows.len());
    let found = area_under_curve(&rows).unwrap();
    // By chance 0.5; signs are twice those of the world that it was fitted on.
    assert!(found > 0.65, "AUC {found}");
}
