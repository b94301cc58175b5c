//! Training on drawn agents with known coefficients: what comes out can be used, finds them, and refuses where there is too little.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "these values are exact by construction")]

mod draw;

use attrition::Error;
use attrition::features::{Feature, Input};
use attrition::hazard::{HazardModel, InputValues, Leaving, TrainSettings, is_training_day, outcome, train};
use attrition::measures::{area_under_curve, observed_over_expected};
use attrition::numerics::probability;
use attrition::reasons::explain;
use draw::Draw;
use proptest::prelude::*;
use std::collections::BTreeSet;

const CHANGE: Input = Input::Change(Feature::AfterCallWork);
const SLOW: Input = Input::Slow(Feature::AfterCallWork);
const LOAD: Input = Input::Now(Feature::Overloaded);
const NEVER_DIFFERS: Input = Input::Now(Feature::LeaderChanged);

/// Rows of which the log-odds are −2.5 + 1.2 · change − 0.8 · slow + 3 · load; a tenth have no load.
fn rows(seed: u64, count: u32) -> Vec<(InputValues, bool)> {
    let mut draw = Draw::new(seed);
    (0..count)
        .map(|_| {
            let (change, slow, load) = (0.5 * draw.normal(), 0.4 * draw.normal(), draw.unit());
            let left = draw.unit() < probability(-2.5 + 1.2 * change - 0.8 * slow + 3.0 * (load - 0.5));
            let mut row = InputValues::from([(CHANGE, change), (SLOW, slow), (NEVER_DIFFERS, 0.0)]);
            if draw.unit() > 0.1 {
                row.insert(LOAD, load);
            }
            (row, left)
        })
        .collect()
}

fn trained(rows: &[(InputValues, bool)]) -> Result<HazardModel, Error> {
    train(rows, &[CHANGE, SLOW, LOAD, NEVER_DIFFERS], &TrainSettings { id: "test".to_owned(), prior: true, horizon_days: 30, c: 0.3 })
}

/// Coefficient per unit of the input.
fn per_unit(model: &HazardModel, input: Input) -> f64 {
    model.terms.iter().find(|term| term.input == input).map(|term| term.coefficient / term.scaling.sd).unwrap()
}

#[test]
fn a_trained_model_can_be_used() {
    let model = trained(&rows(1, 20_000)).unwrap();
    assert_eq!(model.check(), Ok(()));
    assert_eq!(model.terms.len(), 3, "what never differs is left out");
    assert!((per_unit(&model, CHANGE) - 1.2).abs() < 0.15 && (per_unit(&model, LOAD) - 3.0).abs() < 0.3, "{model:?}");
    // Drawn with −0.8: better work must not raise the risk, so it is held at zero.
    assert_eq!(per_unit(&model, SLOW), 0.0);
    // On other agents: calibrated, and better than chance.
    let scored: Vec<(f64, bool)> =
        rows(2, 20_000).iter().map(|(row, left)| (model.score(row, &InputValues::new()).probability(), *left)).collect();
    assert!((observed_over_expected(&scored).unwrap() - 1.0).abs() < 0.1);
    assert!(area_under_curve(&scored).unwrap() > 0.7);
    // Stored and read, it says the same, and its reasons add up.
    let again: HazardModel = serde_json::from_str(&serde_json::to_string(&model).unwrap()).unwrap();
    let row = InputValues::from([(CHANGE, 1.0), (LOAD, 0.9)]);
    let (one, other) = (model.score(&row, &InputValues::new()), again.score(&row, &InputValues::new()));
    assert!((one.log_odds - other.log_odds).abs() < 1e-12);
    let shown = explain(&one);
    let sum: f64 = shown.raising.iter().chain(&shown.lowering).map(|reason| reason.log_odds).sum::<f64>() + shown.rest;
    assert!((shown.reference_log_odds + sum - one.log_odds).abs() < 1e-12 && shown.raising_families == 2);
}

#[test]
fn too_few_leavers_are_refused() {
    let few = rows(3, 150);
    let leavers = few.iter().filter(|(_, left)| *left).count();
    assert!(leavers < 30);
    assert_eq!(trained(&few), Err(Error::TooFewLeavers { leavers, needed: 30 }));
}

#[test]
fn only_what_is_known_is_learned() {
    let voluntary = |day| Some(Leaving::Voluntary(day));
    let competing = |day| Some(Leaving::Competing(day));
    for (leaving, expected) in [
        (None, Some(false)),
        (voluntary(101), Some(true)),
        (voluntary(130), Some(true)),
        (voluntary(131), Some(false)),
        (voluntary(100), None),
        (competing(100), None),
        (competing(101), None),
        (competing(130), None),
        (competing(131), Some(false)),
    ] {
        assert_eq!(outcome(100, leaving, 30, 144), expected, "{leaving:?}");
        assert_eq!(outcome(100, leaving, 30, 143), None, "not known yet: {leaving:?}");
    }
    // Agents are spread over the week.
    let weekdays: BTreeSet<i32> =
        (0..50).flat_map(|agent| (0..7).filter(move |day| is_training_day(&format!("agent {agent}"), *day))).collect();
    assert_eq!(weekdays.len(), 7);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The order of rows and of inputs changes nothing that matters.
    #[test]
    fn order_changes_nothing(seed in 0_u64..50, turn in 1_usize..900) {
        let all = rows(seed, 900);
        let mut turned = all.clone();
        turned.rotate_left(turn);
        let settings = TrainSettings { id: "test".to_owned(), prior: false, horizon_days: 30, c: 0.3 };
        if let (Ok(one), Ok(other)) = (trained(&all), train(&turned, &[LOAD, SLOW, CHANGE], &settings)) {
            for input in [CHANGE, SLOW, LOAD] {
                prop_assert!((per_unit(&one, input) - per_unit(&other, input)).abs() < 1e-6);
            }
        }
    }
}
