//! Whether the reasons of alarms are true: counting by hand, and worlds of which it is known in which family agents change.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp, reason = "a test may panic")]

use attrition::features::{FEATURE_SCHEMA, Family, Feature, Input};
use attrition::hazard::{HazardModel, MODEL_FORMAT, Recalibration, Scaling, Term};
use evaluation::{Collected, Evaluation, Named, ReasonQuality, Row, Scorer, Settings, columns, evaluate, reason_quality, truly_shifted};
use simulator::attrition::{Cause, Departure, World};

/// Half a year of training on few agents, half a year of tests every 10 days.
fn small() -> Settings {
    Settings { train_days: [40, 200], test_days: [244, 400], score_every_days: 10, moment_days: 40, ..Settings::default() }
}

fn judged(world: &World) -> Evaluation {
    evaluate(world, &small()).unwrap()
}

fn of(reasons: &[ReasonQuality], named: Named, right_only: bool) -> ReasonQuality {
    reasons.iter().find(|of| of.named == named && of.right_only == right_only).unwrap().clone()
}

fn reasons(world: &World) -> Vec<ReasonQuality> {
    let of_product = judged(world).alerts.into_iter().filter(|alerts| alerts.scorer == Scorer::Product);
    let all: Vec<_> = of_product.map(|alerts| alerts.reasons).collect();
    assert!(!all[0].is_empty() && all[1].is_empty(), "judged at the lowest budget only");
    all[0].clone()
}

#[test]
fn which_signs_belong_to_which_family() {
    let families = [Family::Presence, Family::Pace, Family::Care, Family::Pattern];
    let shifted = |world: &World| families.map(|family| truly_shifted(world, family, 3, 0.9).unwrap());
    let without = || World::named("plain", 1, 10, 10).unwrap();
    assert_eq!(shifted(&World::default()), [true; 4]);
    assert_eq!(shifted(&without()), [false; 4]);
    // Handle time, after-call work and pauses are pace; adherence is presence; short or transferred calls are care.
    let (presence, pace, care) = ([true, false, false, true], [false, true, false, true], [false, false, true, true]);
    for (channel, expected) in [pace, pace, pace, presence, care].into_iter().enumerate() {
        let mut world = without();
        world.signs.channel_shifts[channel][3] = 0.1;
        assert_eq!(shifted(&world), expected, "channel {channel}");
        assert_eq!(families.map(|family| truly_shifted(&world, family, 2, 0.9).unwrap()), [false; 4], "only who has decided");
        // Better than usual is no reason to warn.
        world.signs.channel_shifts[channel][3] = -0.1;
        assert_eq!(shifted(&world), [false; 4], "channel {channel}");
    }
    let changed = |change: &dyn Fn(&mut World)| {
        let mut world = without();
        change(&mut world);
        shifted(&world)
    };
    assert_eq!(changed(&|world| world.signs.quality_shift[3] = -0.1), care);
    assert_eq!(changed(&|world| world.signs.quality_spread[3] = 1.1), care);
    assert_eq!(changed(&|world| world.signs.absence_factor[3] = 1.1), presence);
    assert_eq!(changed(&|world| world.signs.lateness_factor[3] = 1.1), presence);
    let world = World::default();
    assert_eq!([0.82, 0.83].map(|occupancy| truly_shifted(&world, Family::Load, 0, occupancy)), [Some(false), Some(true)]);
    assert_eq!([Family::Surroundings, Family::Career, Family::Calendar].map(|of| truly_shifted(&world, of, 3, 0.9)), [None; 3]);
}

/// A model that weighs handle time, the quality score and load.
fn model() -> HazardModel {
    let term = |input| Term { input, coefficient: 1.0, scaling: Scaling { mean: 0.0, sd: 1.0 } };
    HazardModel {
        format: MODEL_FORMAT,
        id: "by hand".to_owned(),
        prior: false,
        horizon_days: 30,
        feature_schema: FEATURE_SCHEMA,
        intercept: -3.0,
        terms: [Input::Slow(Feature::HandleTime), Input::Slow(Feature::Quality), Input::Now(Feature::Utilisation)].map(term).into(),
        recalibration: Recalibration::NONE,
    }
}

/// One day of ten agents, the first five with these inputs (pace, care, load), stage and occupancy; the others are as everybody and engaged. Five may be flagged.
#[test]
fn reasons_are_counted_as_by_hand() {
    let input = |input: Input| columns().iter().position(|column| *column == input).unwrap();
    let row = |person: u32, [pace, care, load]: [f64; 3], stage: usize, occupancy: f64| {
        let mut inputs = vec![f64::NAN; columns().len()];
        inputs[input(Input::Slow(Feature::HandleTime))] = pace;
        inputs[input(Input::Slow(Feature::Quality))] = care;
        inputs[input(Input::Now(Feature::Utilisation))] = load;
        Row {
            day: 100,
            person,
            tenure_days: 400.0,
            training: false,
            testing: true,
            inputs: inputs.into(),
            oracle_f: 0.0,
            oracle_s: 0.0,
            stage,
            occupancy,
            in_group: false,
            back_from_leave: false,
        }
    };
    // In this world who searches or has decided is slower, and only who has decided is careless.
    let mut world = World::named("plain", 1, 10, 200).unwrap();
    world.signs.channel_shifts[0] = [0.0, 0.0, 0.5, 0.5];
    world.signs.quality_shift[3] = -0.5;
    let mut rows = vec![
        row(0, [3.0, 1.0, 0.0], 2, 0.8),  // slow first: true
        row(1, [1.0, 3.0, 0.0], 2, 0.8),  // careless first: not, it is slow that they are
        row(2, [3.0, 0.0, 0.0], 0, 0.8),  // slow first: engaged, and not
        row(3, [2.0, 0.0, 3.0], 3, 0.85), // load first: true; slow after it: true
        row(4, [0.0, 0.0, 4.0], 3, 0.8),  // load first: not; nothing besides
    ];
    rows.extend((5..10).map(|person| row(person, [0.0; 3], 0, 0.8)));
    let mut departures = vec![None; 10];
    for (person, stage) in [(0, 2), (3, 3)] {
        let (cause, tenure_days) = (Cause::WornOut, 440);
        departures[person as usize] = Some(Departure { person, agent: person, day: 140, reported_day: 140, stage, cause, tenure_days });
    }
    let collected = Collected { rows, departures, agent_days: 10 };
    let scores: Vec<f64> = (0..10).map(|person| if person < 5 { 1.0 } else { 0.0 }).collect();
    let found = reason_quality(&world, &collected, &small(), &model(), &scores, 0.5);
    let shares = |named, right_only| {
        let of = of(&found, named, right_only);
        (of.alarms, of.share, of.hit, of.random_family, of.random_agent)
    };
    // Families that may be named and are in the model: pace and care. Of agents 0 to 2, in turn, 1, 1 and 0 of 2 are shifted; of all ten agents 1, 1, 0, 2 and 2.
    assert_eq!(shares(Named::First, false), (5, Some(0.6), Some(1.0 / 3.0), Some(1.0 / 3.0), Some(0.3)));
    // Agent 3 names pace behind load.
    assert_eq!(shares(Named::Measure, false), (5, Some(0.8), Some(0.5), Some(0.5), Some(0.3)));
    assert_eq!(shares(Named::Load, false), (5, Some(0.4), Some(0.5), None, Some(0.1)));
    // Only agents 0 and 3 left.
    assert_eq!(shares(Named::First, true), (2, Some(0.5), Some(1.0), Some(0.5), Some(0.3)));
    assert_eq!(shares(Named::Measure, true), (2, Some(1.0), Some(1.0), Some(0.75), Some(0.3)));
    assert_eq!(shares(Named::Load, true), (2, Some(0.5), Some(1.0), None, Some(0.1)));
}

#[test]
fn where_signs_are_loud_reasons_are_true_far_more_often_than_by_chance() {
    let found = reasons(&World::named("loud", 1, 250, 450).unwrap());
    for named in [Named::First, Named::Measure] {
        let (all, right) = (of(&found, named, false), of(&found, named, true));
        assert!(all.alarms >= 30 && right.alarms >= 15 && all.share > Some(0.8), "{all:?}");
        // Of all agents one in ten is past being engaged; of those who are warned of nine in ten, of those who then leave all.
        assert!(all.random_agent < Some(0.2) && all.hit > Some(0.75) && right.hit > Some(0.9), "{all:?} {right:?}");
        let shares: f64 = all.families.iter().filter_map(|(_, share)| *share).sum();
        assert!((shares - all.share.unwrap()).abs() < 1e-12);
    }
}

#[test]
fn where_nothing_shifts_no_reason_is_true() {
    let found = reasons(&World::named("plain", 1, 150, 450).unwrap());
    for of in found.iter().filter(|of| of.named != Named::Load) {
        assert!(of.hit.unwrap_or(0.0) == 0.0 && of.random_agent.unwrap_or(0.0) == 0.0, "{of:?}");
    }
}

/// A world in which only one family is shifted: there the choice of the family counts and not only that of the agent. Of three families one drawn at random is right a third as
/// often as the agent is past being engaged.
#[test]
fn where_one_family_shifts_that_one_is_named() {
    for family in [Family::Presence, Family::Pace, Family::Care] {
        let world = only(family, World::named("loud", 1, 200, 450).unwrap());
        let found = reasons(&world);
        let (all, right) = (of(&found, Named::Measure, false), of(&found, Named::Measure, true));
        assert!(all.alarms >= 30 && right.alarms >= 10, "{all:?} {right:?}");
        assert!(all.hit > all.random_family.map(|chance| 1.8 * chance), "{family:?}: {all:?}");
        assert!(right.hit > Some(0.8) && right.random_family < Some(0.36), "{family:?}: {right:?}");
    }
}

/// The signs of all other families taken out.
fn only(family: Family, mut world: World) -> World {
    let signs = &mut world.signs;
    if family != Family::Presence {
        signs.channel_shifts[3] = [0.0; 4];
        (signs.absence_factor, signs.lateness_factor) = ([1.0; 4], [1.0; 4]);
    }
    if family != Family::Pace {
        (0..3).for_each(|channel| signs.channel_shifts[channel] = [0.0; 4]);
    }
    if family != Family::Care {
        signs.channel_shifts[4] = [0.0; 4];
        (signs.quality_shift, signs.quality_spread) = ([0.0; 4], [1.0; 4]);
    }
    world
}
