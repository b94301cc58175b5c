//! The oracles on worlds that can be computed by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use simulator::attrition::{Centre, Filter, TruthDay, World, chances, leaving_chances, leaving_probability};

/// Nobody becomes strained newly; nobody leaves early.
fn still() -> World {
    let mut world = World::default();
    world.moves.strained_per_day = 0.0;
    world.moves.newcomer_excess = 0.0;
    world.leaving.early_per_day = 0.0;
    world
}

fn day(absent: bool) -> TruthDay {
    TruthDay {
        person: 0,
        stage: 0,
        hired_today: false,
        frailty: 0.0,
        leader: 0.0,
        occupancy: 0.82,
        deviations: None,
        quality_deviation: None,
        absence_rate: 0.1,
        lateness_rate: 0.05,
        shift: absent,
        absent,
        late: false,
        in_group: false,
        gaming: false,
    }
}

/// Searching: 0.004 leave a day; of those who stay 1/110 are calmed and 1/40 decide; decided leave by 0.08. After two days:
/// day 1: 0.996 stay, of them 0.0249 decided, 0.0090545… strained, the rest searching.
/// day 2: leaving 0.08 of the decided, 0.0006 of the strained, 0.004 of the searching.
#[test]
fn two_days_from_searching_are_as_by_hand() {
    let stays = 1.0 - 0.004;
    let (decided, strained) = (stays / 40.0, stays / 110.0);
    let searching = stays - decided - strained;
    let left = 0.004 + 0.08 * decided + 0.0006 * strained + 0.004 * searching;
    let found = leaving_probability(&still(), [0.0, 0.0, 1.0, 0.0], 0.82, 0.0, 400.0, 0.0, 2);
    assert!((found - left).abs() < 1e-15, "{found} {left}");
}

/// One absence on a day: a prior of one day's moves, then Bayes. From engaged (0.35/1000 leave) 0.0022 become strained: weights (1 − 0.0022) · 0.1 and 0.0022 · 0.14.
#[test]
fn a_day_of_the_filter_is_bayes() {
    let mut world = World::default();
    world.moves.newcomer_excess = 0.0;
    let mut filter = Filter::default();
    filter.observe(&world, &day(true), 1e6, false);
    let (engaged, strained) = ((1.0 - 0.0022) * 0.1, 0.0022 * 0.14);
    assert!((filter.stages()[1] - strained / (engaged + strained)).abs() < 1e-15, "{:?}", filter.stages());
}

#[test]
fn channels_and_quality_speak_with_their_likelihoods() {
    let mut world = World::default();
    world.moves.newcomer_excess = 0.0;
    let mut filter = Filter::default();
    let seen = TruthDay { deviations: Some([1.0, 0.0, 0.0, 0.0, 0.0]), quality_deviation: Some(-1.0), ..day(false) };
    filter.observe(&world, &seen, 1e6, false);
    // Strained: shifts .15 .15 .10 .15 .05, quality −.15 with spread 1.15.
    let channels = |shifts: [f64; 5]| -0.5 * ((1.0 - shifts[0]).powi(2) + shifts[1..].iter().map(|shift| shift * shift).sum::<f64>());
    let engaged = (1.0 - 0.0022) * (channels([0.0; 5]) - 0.5).exp();
    let strained = 0.0022 * (channels([0.15, 0.15, 0.10, 0.15, 0.05]) - 0.5 * (0.85_f64 / 1.15).powi(2)).exp() / 1.15;
    assert!((filter.stages()[1] - strained / (engaged + strained)).abs() < 1e-14);
}

#[test]
fn a_day_of_leave_changes_nothing_and_a_new_agent_is_engaged() {
    let world = World::default();
    let mut filter = Filter::default();
    (0..20).for_each(|_| filter.observe(&world, &day(true), 100.0, false));
    let before = filter.clone();
    filter.observe(&world, &day(true), 100.0, true);
    assert_eq!(filter, before);
    filter.observe(&world, &TruthDay { hired_today: true, ..day(false) }, 0.0, false);
    assert_eq!(filter.stages(), &[1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn chances_add_up_and_stay_within_their_bounds() {
    let world = World::default();
    for step in 0..200 {
        let x = f64::from(step) / 100.0 - 1.0;
        let moves = chances(&world, 0.6 + 0.19 * (x + 1.0), x, 100.0 * (x + 1.0), 3.0 * x);
        assert!(
            moves.iter().all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-12 && row.iter().all(|chance| (0.0..=1.0).contains(chance)))
        );
        let (by_stage, early) = leaving_chances(&world, 100.0 * (x + 1.0), 4.0 * x);
        assert!(by_stage.iter().all(|chance| chance + early <= 0.5));
    }
}

/// Both say how many leave: over all agent-days of a world the sum of the probabilities is the number that left, up to chance and to what occupancy does after today.
#[test]
fn both_oracles_are_calibrated() {
    let world = World::named("reference", 5, 400, 330).unwrap();
    let mut centre = Centre::open(&world).unwrap();
    let mut filters = vec![Filter::default(); 400];
    let mut rows = Vec::new();
    for day in centre.by_ref() {
        for (seat, filter) in day.seats.iter().zip(&mut filters) {
            let (truth, tenure_days) = (&seat.truth, f64::from(day.day) - f64::from(seat.seen.hired_day));
            filter.observe(&world, truth, tenure_days, false);
            if day.day.is_multiple_of(30) && (60..300).contains(&day.day) {
                let stages: [f64; 4] = std::array::from_fn(|stage| f64::from(u8::from(stage == truth.stage)));
                let of = |stages| leaving_probability(&world, stages, truth.occupancy, truth.leader, tenure_days, truth.frailty, 30);
                rows.push((truth.person, day.day, of(stages), of(*filter.stages())));
            }
        }
    }
    let left =
        |person: u32, day: u32| centre.departures().iter().any(|gone| gone.person == person && gone.day > day && gone.day <= day + 30);
    let observed = rows.iter().filter(|(person, day, ..)| left(*person, *day)).count() as f64;
    let (with_stage, without): (f64, f64) = rows.iter().fold((0.0, 0.0), |(s, f), row| (s + row.2, f + row.3));
    // About 120 departures: a standard error of 9 %.
    assert!((observed / with_stage - 1.0).abs() < 0.27 && (observed / without - 1.0).abs() < 0.27, "{observed} {with_stage} {without}");
}
