//! Scores and their reasons: by hand, and by the law that the parts are the whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "these values are exact by construction")]

use attrition::Error;
use attrition::features::{FEATURE_SCHEMA, Family, Feature, Input};
use attrition::hazard::{
    HazardModel, InputValues, MODEL_FORMAT, PRIOR_MODEL, PersonalLevels, Recalibration, Scaling, StageDay, StageFilter, StageParameters,
    Term, tenure_curve,
};
use attrition::reasons::explain;
use proptest::prelude::*;

fn term(input: Input, coefficient: f64, mean: f64, sd: f64) -> Term {
    Term { input, coefficient, scaling: Scaling { mean, sd } }
}

fn model(terms: Vec<Term>) -> HazardModel {
    HazardModel {
        format: MODEL_FORMAT,
        id: "test".to_owned(),
        prior: true,
        horizon_days: 30,
        feature_schema: FEATURE_SCHEMA,
        intercept: -3.0,
        terms,
        recalibration: Recalibration { intercept: 0.5, slope: 0.8 },
    }
}

#[test]
fn a_score_by_hand() {
    let (acw, exits) = (Input::Change(Feature::AfterCallWork), Input::Now(Feature::TeamExits));
    let model = model(vec![term(acw, 0.5, 0.2, 0.4), term(exits, 0.3, 0.05, 0.1)]);
    assert_eq!(model.check(), Ok(()));
    let values = InputValues::from([(acw, 1.4)]);
    let segment = InputValues::from([(acw, 0.6), (exits, 0.15)]);
    let score = model.score(&values, &segment);
    // Model: −3 + 0.5 · (1.4 − 0.2) / 0.4 + 0.3 · (0.15 − 0.05) / 0.1 = −3 + 1.5 + 0.3 = −1.2; recalibrated 0.5 + 0.8 · (−1.2) = −0.46.
    assert!((score.log_odds - -0.46).abs() < 1e-12);
    // Segment: −3 + 0.5 · 1 + 0.3 = −2.2 → 0.5 − 1.76 = −1.26. The difference, 0.8, is all of after-call work: 0.8 · 0.5 · 0.8 / 0.4.
    assert!((score.reference_log_odds - -1.26).abs() < 1e-12);
    assert!((score.contributions[0].log_odds - 0.8).abs() < 1e-12);
    assert_eq!(score.contributions[1].log_odds, 0.0, "what is missing is no reason");
    assert!((score.probability() - 1.0 / (1.0 + 0.46_f64.exp())).abs() < 1e-12);
}

#[test]
fn a_model_that_must_not_be_used_is_refused() {
    let acw = Input::Change(Feature::AfterCallWork);
    let refused = |model: HazardModel| matches!(model.check(), Err(Error::Model { .. }));
    assert!(refused(model(vec![term(acw, -0.1, 0.0, 1.0)])), "better work would raise the risk");
    assert!(!refused(model(vec![term(Input::Now(Feature::Overloaded), -0.1, 0.0, 1.0)])));
    assert!(refused(model(vec![term(acw, 0.1, 0.0, 1.0); 2])), "twice");
    assert!(refused(model(vec![term(acw, 0.1, 0.0, 0.0)])), "no spread");
    assert!(refused(model(vec![term(acw, f64::NAN, 0.0, 1.0)])));
    assert!(refused(HazardModel { format: MODEL_FORMAT + 1, ..model(vec![]) }));
    assert!(refused(HazardModel { feature_schema: FEATURE_SCHEMA + 1, ..model(vec![]) }));
    assert!(refused(HazardModel { recalibration: Recalibration { intercept: 0.0, slope: -1.0 }, ..model(vec![]) }));
    let stored = serde_json::to_string(&model(vec![term(acw, 0.5, 0.25, 1.5)])).unwrap();
    assert!(stored.contains("\"acw.change\"") && stored.contains("\"prior\":true"));
    assert_eq!(serde_json::from_str::<HazardModel>(&stored).unwrap(), model(vec![term(acw, 0.5, 0.25, 1.5)]));
    assert!(serde_json::from_str::<HazardModel>(&stored.replace("\"prior\":true,", "")).is_err(), "a file must say whether it is a prior");
}

#[test]
fn few_families_are_shown_and_what_lowers_too() {
    let parts = [
        (Input::Change(Feature::Hold), 0.9),
        (Input::Slow(Feature::Hold), -0.1),
        (Input::Change(Feature::Quality), 0.7),
        (Input::RateChange(Feature::Absent), 0.6),
        (Input::Now(Feature::Overloaded), 0.5),
        (Input::Now(Feature::TeamExits), 0.4),
        (Input::Outlook, 0.3),
        (Input::Month(3), 0.1),
        (Input::Tenure(0), -0.2),
    ];
    let contributions = parts.map(|(input, log_odds)| attrition::hazard::Contribution { input, log_odds }).to_vec();
    let score = attrition::hazard::Score { log_odds: -3.0 + 3.2, reference_log_odds: -3.0, contributions };
    let shown = explain(&score);
    let families: Vec<Family> = shown.raising.iter().map(|reason| reason.family).collect();
    assert_eq!(families, [Family::Pace, Family::Care, Family::Presence, Family::Load, Family::Surroundings], "the sixth is not shown");
    assert_eq!(shown.raising_families, 6);
    assert_eq!(shown.lowering.iter().map(|reason| reason.family).collect::<Vec<_>>(), [Family::Career]);
    // Pattern 0.3 and month 0.1 are the rest.
    assert!((shown.rest - 0.4).abs() < 1e-12);
    assert!((shown.raising[0].log_odds - 0.8).abs() < 1e-12 && (shown.raising[0].factor - 0.8_f64.exp()).abs() < 1e-12);
    assert_eq!(shown.raising.iter().map(|reason| reason.organisation).collect::<Vec<_>>(), [false, false, false, true, true]);
}

#[test]
fn the_leading_input_goes_the_way_of_its_family() {
    let of = |parts: &[(Input, f64)]| {
        let contributions =
            parts.iter().map(|(input, log_odds)| attrition::hazard::Contribution { input: *input, log_odds: *log_odds }).collect();
        explain(&attrition::hazard::Score { log_odds: 0.0, reference_log_odds: 0.0, contributions })
    };
    let [hold, acw] = [Feature::Hold, Feature::AfterCallWork].map(Input::Change);
    assert_eq!(of(&[(acw, 0.1), (hold, -0.5)]).lowering[0].leading, hold);
    // Of equal ones the first in order, however they come.
    for parts in [[(acw, 0.25), (hold, 0.25)], [(hold, 0.25), (acw, 0.25)]] {
        assert_eq!(of(&parts).raising[0].leading, acw.min(hold));
    }
    // What is less than 0.15 is not shown and no reason for a warning.
    assert_eq!([0.149, 0.15].map(|log_odds| of(&[(acw, log_odds)]).raising_families), [0, 1]);
}

#[test]
fn the_curve_of_tenure_is_straight_outside_its_knots() {
    // In ln(1 + days) the curve has no bend below 7 and above 1,000 days, and bends between.
    let column = |x: f64, column: usize| tenure_curve(x.exp() - 1.0)[column];
    let bend = |x: f64, at: usize| column(x + 0.05, at) - 2.0 * column(x, at) + column(x - 0.05, at);
    for at in 0..5 {
        for x in [0.3, 1.5, 7.1, 8.5] {
            assert!(bend(x, at).abs() < 1e-9, "column {at} at {x}");
        }
    }
    assert!((1..5).all(|at| bend(6.0, at).abs() > 1e-6));
    // By hand at 1,000 days, the first bent column: x = ln 1001, knots ln 8 … ln 366, ln 1001:
    // (4.829313³ − 1.006114³ · 4.829313 / 1.006114) / 4.829313², that is (112.6313 − 4.888538) / 23.32226 = 4.61974.
    assert!((tenure_curve(1000.0)[1] - 4.61974).abs() < 5e-5, "{}", tenure_curve(1000.0)[1]);
    assert!((tenure_curve(50.0)[5] - (-1.0_f64).exp()).abs() < 1e-12);
    assert_eq!(tenure_curve(-3.0), tenure_curve(0.0));
}

/// Σ over all frailties and paths of stages of the chance of the path and of what was seen: the filter must give the same posterior.
fn by_all_paths(parameters: &StageParameters, days: &[StageDay]) -> [f64; 4] {
    let moves = |day: &StageDay, frailty: f64, from: usize, to: usize| {
        let load = day.occupancy - 0.82;
        let strained = 0.0022 * (12.0 * load + frailty).exp() * (1.0 + 0.6 * (-day.tenure_days / 90.0).exp());
        let searching = (6.0 * load + 0.5 * frailty).exp() / 90.0;
        [
            [1.0 - strained, strained, 0.0, 0.0],
            [1.0 / 70.0, 1.0 - 1.0 / 70.0 - searching, searching, 0.0],
            [0.0, 1.0 / 110.0, 1.0 - 1.0 / 110.0 - 1.0 / 40.0, 1.0 / 40.0],
            [0.0, 0.0, 0.0, 1.0],
        ][from][to]
    };
    let (variance, sd) = (parameters.levels.day_variance, parameters.levels.day_variance.sqrt());
    let seen = |day: &StageDay, stage: usize| {
        let mut likelihood = 1.0;
        for (z, shifts) in day.channels.iter().zip(&parameters.shifts) {
            if let Some(z) = z {
                likelihood *= (-0.5 * (z - sd * shifts[stage]).powi(2) / variance).exp();
            }
        }
        if let Some(absent) = day.absent {
            let chance = 0.05 * parameters.absence_factor[stage];
            likelihood *= if absent { chance } else { 1.0 - chance };
        }
        if let Some(quality) = day.quality {
            let times = parameters.quality_sd[stage];
            likelihood *= (-0.5 * ((quality - sd * parameters.quality_shift[stage]) / times).powi(2) / variance).exp() / times;
        }
        likelihood
    };
    let mut posterior = [0.0; 4];
    // Three points stand for a normal distribution: its mean with 4 parts of 6, and √3 standard deviations to either side with one each.
    for (frailty, parts) in [(-(3.0_f64.sqrt()), 1.0), (0.0, 4.0), (3.0_f64.sqrt(), 1.0)] {
        let frailty = parameters.frailty_sd * frailty;
        for path in 0..4_usize.pow(days.len() as u32) {
            let (mut from, mut chance, mut rest) = (0, parts, path);
            for day in days {
                let to = rest % 4;
                rest /= 4;
                let early = parameters.early_exit * (0.3 * frailty - day.tenure_days / 50.0).exp();
                let leaving = parameters.leaving[from] * (0.5 * frailty).exp() + early;
                chance *= (1.0 - leaving) * moves(day, frailty, from, to) * seen(day, to);
                from = to;
            }
            posterior[from] += chance;
        }
    }
    let sum: f64 = posterior.iter().sum();
    posterior.map(|part| part / sum)
}

/// Where everybody is alike and rates and spreads are known, only stage and frailty are hidden.
fn alike() -> StageParameters {
    let levels = PersonalLevels {
        level_variance: 0.0,
        drift_variance: 0.0,
        day_variance_days: 1e15,
        peer_variance: 0.0,
        absence_prior: [0.05e15, 1e15],
        ..PersonalLevels::default()
    };
    StageParameters { levels, ..StageParameters::default() }
}

#[test]
fn the_stage_filter_equals_all_paths() {
    let parameters = alike();
    let day = |tenure_days: f64, z: f64| StageDay {
        occupancy: 0.88,
        tenure_days,
        absent: Some(z > 1.5),
        channels: [Some(z), None, Some(z - 0.5), Some(1.0), None],
        quality: (z > 1.0).then_some(1.8),
        ..StageDay::default()
    };
    let days: Vec<StageDay> = [2.0, 0.5, 1.2, 2.5, 1.8].into_iter().zip(0..).map(|(z, n)| day(200.0 + f64::from(n), z)).collect();
    let mut filter = StageFilter::default();
    days.iter().for_each(|day| filter.observe(&parameters, day));
    for (ours, theirs) in filter.stages().iter().zip(by_all_paths(&parameters, &days)) {
        assert!((ours - theirs).abs() < 1e-12, "{:?}", filter.stages());
    }
    // Levels are 0 here: what is expected is what the stages add.
    let added: f64 = filter.stages().iter().zip(parameters.shifts[2]).map(|(probability, shift)| probability * shift).sum();
    assert!((filter.expected(&parameters)[2] - parameters.levels.day_variance.sqrt() * added).abs() < 1e-12);
    assert!(filter.evidence()[0] > 0.0 && filter.evidence()[1] == 0.0, "a channel that was not seen says nothing");
}

/// One channel, one stage: the filter is a Kalman filter, and that is a normal posterior. Level of variance 0.64 and no drift; three days of variance 1.1 (0.1 of it the peers') at 1, 2 and 0.6:
/// mean 3.6 ÷ (3 + 1.1 ÷ 0.64) = 3.6 ÷ 4.71875 = 0.762914.
#[test]
fn a_level_is_learned_as_a_normal_mean() {
    let levels = PersonalLevels {
        level_variance: 0.64,
        drift_variance: 0.0,
        day_variance: 1.0,
        day_variance_days: 1e15,
        peer_variance: 0.1,
        ..PersonalLevels::default()
    };
    let mut parameters = StageParameters { levels, ..StageParameters::default() };
    parameters.shifts = [[0.0; 4]; 5];
    let mut filter = StageFilter::default();
    for seen in [1.0, 2.0, 0.6] {
        filter.observe(&parameters, &StageDay { channels: [None, Some(seen), None, None, None], ..StageDay::default() });
    }
    let [other, learned, ..] = filter.expected(&parameters);
    assert!((learned - 0.762_914).abs() < 1e-6 && other == 0.0, "{learned} {other}");
}

/// Who always differs a lot from day to day shows less with the same day than who never does.
#[test]
fn a_day_says_less_of_whoever_differs_much() {
    let parameters = StageParameters::default();
    let after = |usual: f64| {
        let mut filter = StageFilter::default();
        let day = |seen: f64| StageDay { occupancy: 0.8, tenure_days: 400.0, channels: [Some(seen); 5], ..StageDay::default() };
        (0..200).for_each(|at| filter.observe(&parameters, &day(if at % 2 == 0 { usual } else { -usual })));
        (0..10).for_each(|_| filter.observe(&parameters, &day(1.0)));
        filter.leaving(&parameters, 0.8, 400.0)
    };
    let (steady, changing) = (after(0.3), after(1.5));
    assert!(steady > changing + 0.5, "{steady} {changing}");
}

/// With levels of nobody's kind but one's own: whoever was always so is not worn out, whoever became so is; a drift alone is between the two.
#[test]
fn change_is_a_sign_and_level_is_none() {
    let parameters = StageParameters::default();
    let after = |days: &[(f64, u32)]| {
        let mut filter = StageFilter::default();
        for (seen, count) in days {
            let day = StageDay { occupancy: 0.8, tenure_days: 400.0, channels: [Some(*seen); 5], ..StageDay::default() };
            (0..*count).for_each(|_| filter.observe(&parameters, &day));
        }
        filter.leaving(&parameters, 0.8, 400.0)
    };
    let (usual, always, became) = (after(&[(0.0, 200)]), after(&[(0.6, 200)]), after(&[(0.0, 180), (0.6, 20)]));
    assert!(usual <= always && always + 0.5 < became, "{usual} {always} {became}");
}

/// The model that is shipped, an agent within four standard deviations of its training rows and a segment within one of them; some inputs are missing.
fn scored_by_the_prior() -> impl Strategy<Value = (HazardModel, InputValues, InputValues)> {
    let model: HazardModel = serde_json::from_str(PRIOR_MODEL).unwrap();
    let (own, usual) = (prop::option::of(-4.0_f64..4.0), prop::option::of(-1.0_f64..1.0));
    (prop::collection::vec(own, model.terms.len()), prop::collection::vec(usual, model.terms.len())).prop_map(move |(own, usual)| {
        let some = |places: Vec<Option<f64>>| {
            let of = |(term, place): (&Term, Option<f64>)| Some((term.input, term.scaling.mean + term.scaling.sd * place?));
            model.terms.iter().zip(places).filter_map(of).collect()
        };
        (model.clone(), some(own), some(usual))
    })
}

fn scored() -> impl Strategy<Value = (HazardModel, InputValues, InputValues)> {
    let all = Input::all();
    let number = -4.0_f64..4.0;
    let terms = prop::collection::vec((number.clone(), number.clone(), 0.1_f64..3.0), all.len());
    let some = || prop::collection::vec(prop::option::of(-4.0_f64..4.0), all.len());
    (terms, some(), some(), 0.5_f64..1.5).prop_map(move |(terms, values, segment, slope)| {
        let terms = all.iter().zip(terms).map(|(input, (coefficient, mean, sd))| {
            term(*input, if input.not_negative() { coefficient.abs() } else { coefficient }, mean, sd)
        });
        let some = |values: Vec<Option<f64>>| all.iter().zip(values).filter_map(|(input, value)| Some((*input, value?))).collect();
        let mut model = model(terms.collect());
        model.recalibration.slope = slope;
        (model, some(values), some(segment))
    })
}

proptest! {
    /// Reference and contributions, by input and by family, add up to the score.
    #[test]
    fn the_parts_are_the_whole((model, values, segment) in scored()) {
        prop_assert_eq!(model.check(), Ok(()));
        let score = model.score(&values, &segment);
        // As a share of the sizes that are added: hundreds of log-odds in these made-up models.
        let sizes: f64 = score.contributions.iter().map(|part| part.log_odds.abs()).sum::<f64>() + score.reference_log_odds.abs() + 1.0;
        let by_input: f64 = score.contributions.iter().map(|part| part.log_odds).sum();
        prop_assert!((score.reference_log_odds + by_input - score.log_odds).abs() < 1e-12 * sizes);
        let shown = explain(&score);
        let by_family: f64 = shown.raising.iter().chain(&shown.lowering).map(|reason| reason.log_odds).sum::<f64>() + shown.rest;
        prop_assert!((shown.reference_log_odds + by_family - shown.log_odds).abs() < 1e-12 * sizes);
        prop_assert!(shown.raising.len() <= 5 && shown.raising.iter().all(|reason| reason.log_odds >= 0.15));
    }

    /// What is shown of the shipped model's scores adds up to 10⁻¹², whatever the sizes: its log-odds are of the size of 10, and of 27 parts each rounds by less than 10⁻¹⁵.
    #[test]
    fn the_shipped_parts_are_the_whole((model, values, segment) in scored_by_the_prior()) {
        let score = model.score(&values, &segment);
        let by_input: f64 = score.contributions.iter().map(|part| part.log_odds).sum();
        prop_assert!((score.reference_log_odds + by_input - score.log_odds).abs() < 1e-12, "{score:?}");
        let shown = explain(&score);
        let by_family: f64 = shown.raising.iter().chain(&shown.lowering).map(|reason| reason.log_odds).sum::<f64>() + shown.rest;
        prop_assert!((shown.reference_log_odds + by_family - shown.log_odds).abs() < 1e-12, "{shown:?}");
    }

    /// An agent who is as the segment has its score and no reasons; worse work never lowers a score.
    #[test]
    fn worse_is_never_better((model, values, segment) in scored(), place in 0_usize..200, worse in 0.0_f64..3.0) {
        let usual = model.score(&segment, &segment);
        prop_assert!((usual.log_odds - usual.reference_log_odds).abs() < 1e-9);
        prop_assert!(explain(&usual).raising.is_empty());
        let held: Vec<Input> = values.keys().copied().filter(|input| input.not_negative()).collect();
        if let Some(input) = held.get(place % held.len().max(1)) {
            let mut worsened = values.clone();
            worsened.insert(*input, values[input] + worse);
            prop_assert!(model.score(&worsened, &segment).log_odds >= model.score(&values, &segment).log_odds - 1e-9);
        }
    }

    /// Stages are probabilities on every day.
    #[test]
    fn stages_are_probabilities(days in prop::collection::vec((-3.0_f64..3.0, any::<bool>(), 0.6_f64..1.0), 1..60)) {
        let parameters = StageParameters::default();
        let day = |(z, absent, occupancy): &(f64, bool, f64)| StageDay {
            occupancy: *occupancy, tenure_days: 30.0, absent: Some(*absent), late: Some(!*absent), channels: [Some(*z); 5],
            quality: Some(*z), ..StageDay::default()
        };
        let mut filter = StageFilter::default();
        for seen in &days {
            filter.observe(&parameters, &day(seen));
            let stages = filter.stages();
            prop_assert!(stages.iter().all(|share| (0.0..=1.0).contains(share)) && (stages.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }
}
