//! What is learned from whom, and when. Small made-up sites: numbers that can be counted, and inputs whose effect is known.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod made;

use attrition::features::{Feature, Input};
use attrition::hazard::{InputValues, Leaving};
use attrition::numerics::{logit, probability};
use made::{labels, shipped, weeks};
use proptest::prelude::*;
use training::{Label, Labels, LearnSettings, Learned, OriginSettings, Weeks, learn, origins};

fn voluntary(day: i32, known_day: i32) -> Label {
    Label { leaving: Leaving::Voluntary(day), known_day }
}

fn one(agent: &str, label: Label) -> Labels {
    Labels { left: [(agent.to_owned(), vec![label])].into(), ..Labels::default() }
}

/// Leaving on day 120 that is known on day 150. On day 144 a row of day 100 is mature (100 + 30 + 14), and the leaving is not known yet: a stayer then, a
/// leaver later.
#[test]
fn an_outcome_is_what_was_known_on_the_day() {
    let labels = one("a", voluntary(120, 150));
    assert_eq!(labels.outcome("a", 100, 30, 143), None);
    assert_eq!(labels.outcome("a", 100, 30, 144), Some(false));
    assert_eq!(labels.outcome("a", 100, 30, 150), Some(true));
    assert_eq!(labels.outcome("a", 89, 30, 150), Some(false), "119 is the last day of the horizon");
    assert_eq!(labels.outcome("b", 100, 30, 150), Some(false));
}

/// A talk on day 100 makes rows whose 30 days it lies in, and those of the 60 days from it on, examples of nothing. A talk on the day of leaving changed
/// nothing.
#[test]
fn a_talk_censors() {
    let labels = Labels { talks: [("a".to_owned(), vec![100])].into(), ..one("a", voluntary(200, 200)) };
    let of = |day| labels.outcome("a", day, 30, 1_000);
    assert_eq!([of(69), of(70), of(99), of(100), of(159), of(160)], [Some(false), None, None, None, None, Some(false)]);
    assert_eq!(of(180), Some(true));
    let on_the_day = Labels { talks: [("a".to_owned(), vec![200])].into(), ..labels };
    assert_eq!(on_the_day.outcome("a", 180, 30, 1_000), Some(true));
}

/// An id that was used again: the second person leaves on day 300, the first left on day 100.
#[test]
fn the_next_leaving_of_an_id_counts() {
    let labels = Labels { left: [("a".to_owned(), vec![voluntary(100, 100), voluntary(300, 300)])].into(), ..Labels::default() };
    assert_eq!([90, 110, 290].map(|day| labels.outcome("a", day, 30, 1_000)), [Some(true), Some(false), Some(true)]);
}

/// 19 leavers fit a level; 20 fit a slope too (ten per coefficient); 49 do not show probabilities and 50 do; 300 fit coefficients of their own, for as many
/// inputs as a tenth of them.
#[test]
fn as_many_coefficients_as_there_are_leavers_for() {
    let learned = |leavers: u32| {
        let (weeks, labels) = (weeks(1_000, 0, 8), labels(1_000, leavers, 40));
        let rows = weeks.known(0..=55, &labels, 30, 1_000);
        let found = learn(&rows, &shipped(), &LearnSettings::default()).unwrap();
        assert_eq!(found.leavers, leavers as usize, "an agent who leaves counts once");
        (found.learned, found.model.prior)
    };
    assert_eq!(learned(0), (Learned::Nothing, true));
    assert_eq!(learned(19), (Learned::Level, true));
    assert_eq!(learned(20), (Learned::LevelAndSlope, true));
    assert_eq!(learned(49), (Learned::LevelAndSlope, true));
    assert_eq!(learned(50), (Learned::LevelAndSlope, false));
    assert_eq!(learned(299), (Learned::LevelAndSlope, false));
    assert_eq!(learned(300), (Learned::EveryInput, false));
}

/// The shipped model says log-odds −3 at the mean for all. 100 agents with equal inputs, 8 weekly rows each; 10 leave on day 40, so that their rows of days
/// 10 to 39 are leavers'. The level of the site is the share of these rows, whatever the shipped one said.
#[test]
fn the_level_of_a_site_is_its_own() {
    let mut weeks = Weeks::default();
    for day in 0..56 {
        weeks.take(day, made::ids(100).iter().map(|agent| (agent.as_str(), InputValues::new())));
    }
    let labels = labels(100, 10, 40);
    let rows = weeks.known(0..=55, &labels, 30, 1_000);
    let left = rows.iter().filter(|week| week.left).count() as f64;
    let found = learn(&rows, &shipped(), &LearnSettings::default()).unwrap();
    assert_eq!(found.learned, Learned::Level);
    let score = found.model.score(&InputValues::new(), &InputValues::new());
    assert!((score.log_odds - logit(left / rows.len() as f64)).abs() < 1e-9, "{score:?}");
}

/// Inputs that are not allowed are not there, in own coefficients and in shipped ones.
#[test]
fn what_is_not_allowed_is_not_used() {
    let settings = LearnSettings { inputs: Some(vec![Input::Slow(Feature::HandleTime)]), ..LearnSettings::default() };
    for leavers in [30, 400] {
        let (weeks, labels) = (weeks(1_000, 0, 8), labels(1_000, leavers, 40));
        let rows = weeks.known(0..=55, &labels, 30, 1_000);
        let found = learn(&rows, &shipped(), &settings).unwrap();
        assert_eq!(found.model.terms.iter().map(|term| term.input).collect::<Vec<_>>(), [Input::Slow(Feature::HandleTime)], "{leavers}");
    }
}

/// Origins on days 180, 210, 240 …: one needs 30 days of tests and 44 until their outcome is known, so that with knowledge until day 330 the last is day 256
/// or before: 180, 210, 240.
#[test]
fn origins_lie_where_they_can_be_judged() {
    let (weeks, labels) = (weeks(60, 0, 48), labels(60, 12, 220));
    let found = origins(&weeks, &labels, &shipped(), &OriginSettings { draws: 10, ..OriginSettings::default() }, 330).unwrap();
    assert_eq!(found.origins.iter().map(|origin| origin.day).collect::<Vec<_>>(), [180, 210, 240]);
    // All leave on day 220. Of the tests after day 180 (181 to 210), rows from day 190 on left; those after day 240 none.
    assert!(found.origins[0].left > 0 && found.origins[2].left == 0);
    assert_eq!(found.origins[2].average_precision, None, "nobody left: nothing, not zero");
    // On day 180 nobody had left, on day 210 neither: day 220 is not over. Later than 14 days after it the rows of days before 196 count.
    assert_eq!(found.origins.iter().map(|origin| origin.trained_on.1).collect::<Vec<_>>(), [0, 0, 12]);
}

/// Eight leave on day 120, and the personnel department enters it on day 200: on day 180 nobody has left as far as is known, on day 210 eight have. Judged is
/// by what is known at the end.
#[test]
fn what_was_entered_late_is_learned_late() {
    let mut late = labels(80, 8, 120);
    late.left.values_mut().flatten().for_each(|label| label.known_day = 200);
    let found = origins(&weeks(80, 0, 48), &late, &shipped(), &OriginSettings { draws: 2, ..OriginSettings::default() }, 330).unwrap();
    assert_eq!(found.origins.iter().map(|origin| (origin.day, origin.trained_on.1)).collect::<Vec<_>>(), [(180, 0), (210, 8), (240, 8)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Nothing that becomes known after an origin, and no row after it, changes what is learned there.
    #[test]
    fn the_future_changes_nothing(later in 181..400_i32, more in 1..20_u32, shift in -2.0..2.0_f64) {
        let settings = OriginSettings { draws: 2, ..OriginSettings::default() };
        let (past, labels) = (weeks(80, 0, 26), labels(80, 8, 120));
        let mut told = labels.clone();
        for number in 20..20 + more {
            // Leaving early, and known late.
            told.left.insert(made::ids(80)[number as usize].clone(), vec![voluntary(100 + number as i32, later)]);
        }
        let mut whole = past.clone();
        for day in 182..240 {
            let inputs: InputValues = [(Input::Slow(Feature::HandleTime), shift * f64::from(day % 5))].into();
            whole.take(day, made::ids(80).iter().map(|agent| (agent.as_str(), inputs.clone())));
        }
        let model = |weeks: &Weeks, labels: &Labels| learn(&weeks.known(i32::MIN..=180 - 44, labels, 30, 180), &shipped(), &settings.learn).unwrap();
        prop_assert_eq!(model(&past, &labels), model(&whole, &told));
        prop_assert!(model(&past, &labels).leavers > 0);
    }
}

/// Better scores give better numbers, and beside them stands chance: where the input says who leaves, recall of the highest 5 % is above 5 %.
#[test]
fn a_sign_is_found_and_chance_is_told() {
    let (weeks, labels) = (weeks(200, 0, 60), labels(200, 60, 300));
    let settings = OriginSettings { draws: 20, first_after_days: 255, ..OriginSettings::default() };
    let found = origins(&weeks, &labels, &shipped(), &settings, 345).unwrap();
    let first = &found.origins[0];
    assert_eq!(first.day, 255);
    assert!(first.left > 0 && first.auc.unwrap() > 0.8, "{first:?}");
    assert!((first.chance_recall.unwrap() - 0.05).abs() < 0.005 && first.recall.unwrap() > 2.0 * first.chance_recall.unwrap(), "{first:?}");
    assert!(first.average_precision_spread.unwrap().error > 0.0);
    assert!(probability(0.0) > first.left as f64 / first.rows as f64);
}
