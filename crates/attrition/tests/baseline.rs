//! Baselines: peers, level, lag, freeze, shrinkage, spread, rates; by hand and by their laws.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "these values are exact by construction")]

mod draw;

use attrition::baseline::{
    AgentHistory, Baseline, BaselineSettings, HistorySettings, LearningCurve, PeerDay, PersonalRate, Pool, RateSettings, Recent, Seen,
    against_peers, moments,
};
use attrition::features::{Family, Feature, FeatureValues, Input};
use draw::Draw;
use proptest::prelude::*;

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn a_small_group_is_widened() {
    // Nine in sales of one site and one alone in another queue: the one is compared with all ten.
    let mut day: Vec<(Vec<&str>, f64)> = (1..=9).map(|value| (vec!["sales", "all"], f64::from(value))).collect();
    day.push((vec!["bills", "all"], 100.0));
    let adjusted = against_peers(&day);
    // Median of 1 to 9 is 5; of those and 100 it is 5.5.
    assert_eq!(adjusted[0].map(|a| (a.deviation, a.peers, a.widened, a.others)), Some((-4.0, 5.0, 0, 8)));
    assert_eq!(adjusted[9].map(|a| (a.deviation, a.peers, a.widened, a.others)), Some((94.5, 5.5, 1, 9)));
    // The same name at another width is another group.
    assert_eq!(against_peers(&vec![(vec!["x"], 1.0); 8])[0], None);
}

#[test]
fn a_shock_to_all_is_no_deviation() {
    let day = |shock: f64| -> Vec<(Vec<u8>, f64)> { (0..20).map(|agent| (vec![0], f64::from(agent) + shock)).collect() };
    for (calm, struck) in against_peers(&day(0.0)).into_iter().zip(against_peers(&day(40.0))) {
        assert!(near(calm.unwrap().deviation, struck.unwrap().deviation));
    }
}

#[test]
fn the_level_lags_and_shrinks() {
    let (settings, pool) = (BaselineSettings::default(), Pool::default());
    let mut baseline = Baseline::default();
    let first: Vec<_> = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0].iter().map(|value| baseline.observe(&settings, &pool, *value)).collect();
    // Nothing is usual on the first five days: z = value, held to 3.
    assert_eq!(first[..5].iter().map(|seen| seen.z).collect::<Vec<_>>(), [1.0, 2.0, 3.0, 3.0, 3.0]);
    // On the sixth the first is learned: level 1, one day of evidence: 1 · 1 / (1 + 8).
    assert!(near(first[5].usual, 1.0 / 9.0));
    // Whitened with φ 0.3: (2 − 0.3 · 1) / √0.91.
    assert!(near(first[0].whitened, 1.0) && near(first[1].whitened, 1.7 / 0.91_f64.sqrt()));
    // After the sixth: days 1 and 2 are learned, mean 1.5; own spread 1.4826 · MAD(1, 2) = 0.7413, n 2: √((20 + 2 · 0.7413²) / 22).
    assert_eq!(baseline.evidence_days(), 2);
    assert!(near(baseline.usual(&pool), 1.5 * 2.0 / 10.0));
    assert!(near(baseline.spread(&settings, &pool), ((20.0 + 2.0 * 0.7413_f64.powi(2)) / 22.0).sqrt()));
}

#[test]
fn one_wild_day_moves_the_level_little() {
    let (settings, pool) = (BaselineSettings { lag_days: 1, ..BaselineSettings::default() }, Pool::default());
    let mut baseline = Baseline::default();
    for _ in 0..200 {
        baseline.observe(&settings, &pool, 0.0);
    }
    // Own spread is 0, held to half the pooled: √((20 + 200 · 0.25) / 220) = 0.5641; a day of 1,000 counts as 3.5 of these, times the gain of 60 days.
    let before = baseline.spread(&settings, &pool);
    assert!(near(before, (70.0_f64 / 220.0).sqrt()));
    baseline.observe(&settings, &pool, 1000.0);
    let gain = 1.0 - 2.0_f64.powf(-1.0 / 60.0);
    assert!(near(baseline.usual(&pool), 3.5 * before * gain * 201.0 / 209.0));
}

#[test]
fn an_open_warning_is_not_learned() {
    let (settings, pool) = (BaselineSettings::default(), Pool::default());
    let mut baseline = Baseline::default();
    for _ in 0..50 {
        baseline.observe(&settings, &pool, 0.0);
    }
    // Four bad days wait; then the warning opens.
    for _ in 50..54 {
        baseline.observe(&settings, &pool, 3.0);
    }
    baseline.freeze();
    let usual = baseline.usual(&pool);
    for _ in 54..90 {
        assert!(baseline.observe(&settings, &pool, 3.0).z > 2.9);
    }
    assert!(near(baseline.usual(&pool), usual) && near(usual, 0.0));
    baseline.thaw();
    for _ in 90..94 {
        baseline.observe(&settings, &pool, 3.0);
    }
    assert!(near(baseline.usual(&pool), 0.0), "four days after it they wait");
    baseline.observe(&settings, &pool, 3.0);
    assert!(baseline.usual(&pool) > 0.0);
}

#[test]
fn a_long_gap_makes_unsure_and_quiet() {
    let (settings, pool) = (BaselineSettings::default(), Pool::default());
    let mut baseline = Baseline::default();
    for _ in 0..100 {
        baseline.observe(&settings, &pool, 1.0);
    }
    assert_eq!(baseline.evidence_days(), 96);
    let usual = baseline.usual(&pool);
    baseline.returned(&settings);
    assert!(near(baseline.usual(&pool), usual) && usual > 0.9, "what was usual stays, and so does how sure it is");
    let back = baseline.observe(&settings, &pool, 2.0);
    assert!(baseline.evidence_days() == 96 && baseline.weight_days() == 30);
    assert!(near(back.whitened, back.z) && back.z > 0.5, "yesterday is too long ago to explain today");
    let mut moved = baseline.clone();
    moved.moved(&settings);
    assert_eq!(moved.weight_days(), 15);
    assert!(near(moved.usual(&pool), baseline.usual(&pool)), "the level itself stays");
    let mut young = Baseline::default();
    (0..10).for_each(|_| _ = young.observe(&settings, &pool, 1.0));
    young.returned(&settings);
    assert_eq!(young.weight_days(), 6, "a return makes nobody surer");
}

#[test]
fn rates_start_at_the_prior() {
    let rate = PersonalRate::new(RateSettings::ABSENCE);
    assert!(near(rate.long(), 2.0 / 42.0) && near(rate.change(), 0.0));
    let mut absent = rate;
    absent.observe(1.0);
    absent.observe(0.0);
    // Long: hits 2^(−1/90), shifts 2^(−1/90) + 1. Recent: r = 2/42; r += g (1 − r); r −= g r with g = 1 − 2^(−1/14).
    let (kept, g) = (2.0_f64.powf(-1.0 / 90.0), 1.0 - 2.0_f64.powf(-1.0 / 14.0));
    assert!(near(absent.long(), (2.0 + kept) / (43.0 + kept)));
    let recent = (2.0 / 42.0 + g * (1.0 - 2.0 / 42.0)) * (1.0 - g);
    assert!(near(absent.change(), ((recent + 0.02) / (absent.long() + 0.02)).ln()));
}

#[test]
fn moments_of_drawn_agents() {
    let mut draw = Draw::new(5);
    // Levels of variance 0.36, days of variance 0.64 with φ 0.33: intraclass correlation 0.36.
    let agents: Vec<Vec<f64>> = (0..400)
        .map(|_| {
            let level = 0.6 * draw.normal();
            let mut day = 0.8 * draw.normal();
            (0..60)
                .map(|_| {
                    day = 0.33 * day + 0.8 * (1.0 - 0.33_f64 * 0.33).sqrt() * draw.normal();
                    level + day
                })
                .collect()
        })
        .collect();
    let found = moments(&agents).unwrap();
    assert!((found.intraclass_correlation() - 0.36).abs() < 0.04 && (found.correlation - 0.33).abs() < 0.02, "{found:?}");
    assert!((found.shrinkage_days().unwrap() - 3.5).abs() < 0.7, "{found:?}");
    assert_eq!(moments(&agents[..1]), None);
    let days = |count: usize| agents[..2].iter().map(|days| days[..count].to_vec()).collect::<Vec<_>>();
    assert!(moments(&days(8)).is_some() && moments(&days(7)).is_none(), "eight days say something of an agent");
    // Agents who do not differ, ten days each: their means differ by a tenth of the variance of days, and that is chance.
    let alike: Vec<Vec<f64>> = (0..400).map(|_| (0..10).map(|_| draw.normal()).collect()).collect();
    let found = moments(&alike).unwrap();
    assert!(found.between < 0.04 && (found.within - 1.0).abs() < 0.1 && found.correlation.abs() < 0.06, "{found:?}");
}

#[test]
fn a_learning_curve_is_found() {
    let points: Vec<(f64, f64)> = (0..100).map(|day| (f64::from(day), 0.3 + 0.8 * (-f64::from(day) / 45.0).exp())).collect();
    let curve = LearningCurve::fit(&points).unwrap();
    assert!(near(curve.time_constant_days, 45.0) && (curve.level - 0.3).abs() < 1e-6 && (curve.excess - 0.8).abs() < 1e-6, "{curve:?}");
    // One who starts better than later has no learning to be taken off.
    let falling: Vec<(f64, f64)> = (0..100).map(|day| (f64::from(day), f64::from(day) / 100.0)).collect();
    assert_eq!(LearningCurve::fit(&falling).unwrap().expected_excess(0.0), 0.0);
    assert_eq!(LearningCurve::fit(&points[..19]), None);
}

fn peer_day(day: i32, acw: Option<f64>, absent: f64) -> PeerDay {
    let mut values = FeatureValues::default();
    if let Some(acw) = acw {
        values.set(Feature::AfterCallWork, acw);
    }
    values.set(Feature::Absent, absent);
    values.set(Feature::Overloaded, 0.4);
    PeerDay { day, month: 3, tenure_days: 100.0 + f64::from(day), worked: absent < 0.5, shifts_per_week: 5.0, values }
}

#[test]
fn inputs_say_what_is_missing() {
    let (settings, mut history) = (HistorySettings::default(), AgentHistory::default());
    let mut inputs = history.observe(&settings, &peer_day(0, Some(1.0), 0.0)).inputs;
    assert_eq!(inputs.get(&Input::Change(Feature::AfterCallWork)), None, "no own usual on the first day");
    assert_eq!((inputs[&Input::Missing(Family::Pace)], inputs[&Input::Missing(Family::Presence)]), (1.0, 0.0));
    assert_eq!((inputs[&Input::Young(Feature::Overloaded)], inputs[&Input::Now(Feature::Overloaded)]), (0.4, 0.4));
    assert_eq!((inputs[&Input::Month(3)], inputs[&Input::Month(4)]), (1.0, 0.0));
    for day in 1..30 {
        inputs = history.observe(&settings, &peer_day(day, Some(1.0), 0.0)).inputs;
    }
    assert!(inputs.contains_key(&Input::Change(Feature::AfterCallWork)) && inputs[&Input::Missing(Family::Pace)] == 0.0);
    assert_eq!(inputs[&Input::Young(Feature::Overloaded)], 0.0);
    for day in 30..50 {
        inputs = history.observe(&settings, &peer_day(day, None, 0.0)).inputs;
    }
    assert_eq!(inputs.get(&Input::Change(Feature::AfterCallWork)), None, "stale after twenty worked days without a value");
}

/// Ten days as usual, then one of z: of five shifts a week the seven days of "recent" are seven worked ones and the 21 of "slow" 21; of two a week no half-life is longer
/// than 45 calendar days, 12.86 worked ones.
#[test]
fn recent_and_slow_have_their_half_lives() {
    for (shifts_per_week, slow_days) in [(5.0, 21.0), (2.0, 90.0 / 7.0)] {
        let (settings, mut history) = (HistorySettings::default(), AgentHistory::default());
        let mut take = |day: i32, acw: f64| history.observe(&settings, &PeerDay { shifts_per_week, ..peer_day(day, Some(acw), 0.0) });
        for day in 0..10 {
            take(day, 0.0);
        }
        let Seen { inputs, standardised, .. } = take(10, 1.0);
        let z = standardised[&Feature::AfterCallWork].z;
        let after = |half_life: f64| z * (1.0 - 2.0_f64.powf(-1.0 / half_life));
        assert!(z > 0.5 && near(inputs[&Input::Slow(Feature::AfterCallWork)], after(slow_days)), "{inputs:?}");
        assert!(near(inputs[&Input::Change(Feature::AfterCallWork)], after(7.0) - after(slow_days)));
    }
}

#[test]
fn who_is_new_is_so_for_fourteen_worked_days() {
    let (settings, mut history) = (HistorySettings::default(), AgentHistory::default());
    let young: Vec<f64> =
        (1..=16).map(|day| history.observe(&settings, &peer_day(day, Some(0.0), 0.0)).inputs[&Input::Young(Feature::Overloaded)]).collect();
    assert_eq!(young, [vec![0.4; 14], vec![0.0; 2]].concat());
}

/// Twenty calendar days without work are no long time. After more, the first ten worked days are quiet, also of what is measured once a month, and a shift that was missed is no
/// work, before nor after; the last day before explains nothing of the first. A measure that was not taken for long makes nothing quiet.
#[test]
fn the_first_ten_days_after_a_long_time_without_work_are_quiet() {
    let settings = HistorySettings::default();
    let seen = |days: &[(i32, Option<f64>)], missed: &[i32]| -> Vec<Seen> {
        let mut history = AgentHistory::default();
        let absent = |day: &i32| f64::from(u8::from(missed.contains(day)));
        days.iter().map(|(day, value)| history.observe(&settings, &peer_day(*day, *value, absent(day)))).collect()
    };
    let days =
        |days: &[(i32, Option<f64>)]| -> Vec<(bool, bool)> { seen(days, &[]).iter().map(|seen| (seen.returned, seen.quiet)).collect() };
    assert_eq!(days(&[(0, Some(1.0)), (20, Some(1.0))]), [(false, false); 2]);
    let back: Vec<(i32, Option<f64>)> =
        [(0, Some(1.0))].into_iter().chain((21..=31).map(|day| (day, (day == 21).then_some(1.0)))).collect();
    assert_eq!(days(&back), [vec![(false, false), (true, true)], vec![(false, true); 9], vec![(false, false)]].concat());
    let missing: Vec<(i32, Option<f64>)> = [0, 10].into_iter().chain(21..=32).map(|day| (day, None)).collect();
    let quiet: Vec<bool> = seen(&missing, &[10, 24]).iter().map(|seen| seen.quiet).collect();
    assert_eq!(quiet, [vec![false; 2], vec![true; 11], vec![false]].concat(), "ten worked days, and the one missed among them");
    let explained = |day: i32| {
        let last = seen(&[(0, Some(1.0)), (day, Some(1.0))], &[])[1].standardised[&Feature::AfterCallWork];
        last.whitened != last.z
    };
    assert_eq!([explained(20), explained(21)], [true, false]);
    let monthly: Vec<(i32, Option<f64>)> = (0..91).map(|day| (day, (day % 30 == 0).then_some(1.0))).collect();
    assert!(days(&monthly).iter().all(|seen| *seen == (false, false)));
}

#[test]
fn leave_changes_nothing() {
    let (settings, mut history) = (HistorySettings::default(), AgentHistory::default());
    for day in 0..40 {
        history.observe(&settings, &peer_day(day, Some(f64::from(day % 3)), 0.0));
    }
    let before = history.clone();
    // Sixty days of leave, of whatever kind: nothing scheduled, nothing worked.
    for day in 40..100 {
        history.observe(&settings, &PeerDay { worked: false, values: FeatureValues::default(), ..peer_day(day, None, 0.0) });
    }
    assert_eq!(history, before);
}

proptest! {
    /// What is usual on a day knows nothing of it, nor of the four days before: with any other values on these it is the same.
    #[test]
    fn what_is_usual_knows_nothing_of_the_last_days(values in prop::collection::vec(-4.0_f64..4.0, 6..80), other in prop::collection::vec(-4.0_f64..4.0, 5)) {
        let (settings, pool) = (BaselineSettings::default(), Pool::default());
        let last = |values: &[f64]| {
            let mut baseline = Baseline::default();
            values.iter().map(|value| baseline.observe(&settings, &pool, *value)).last().unwrap()
        };
        let changed: Vec<f64> = values[..values.len() - 5].iter().chain(&other).copied().collect();
        let (one, two) = (last(&values), last(&changed));
        prop_assert_eq!((one.usual, one.spread), (two.usual, two.spread));
        prop_assert_eq!(settings.lag_days, 5);
    }

    /// A return from a long leave, of whatever kind, never raises an input by which a score could rise, however the first ten days back go.
    #[test]
    fn a_return_from_leave_raises_nothing(before in prop::collection::vec(-3.0_f64..3.0, 10..60), gap in 21_i32..400, back in prop::collection::vec(-3.0_f64..3.0, 1..10)) {
        let (settings, mut history) = (HistorySettings::default(), AgentHistory::default());
        let mut last = None;
        for (day, value) in (0..).zip(&before) {
            last = Some(history.observe(&settings, &peer_day(day, Some(*value), 0.0)).inputs);
        }
        let last = last.unwrap();
        for (day, value) in (before.len() as i32 + gap..).zip(&back) {
            let seen = history.observe(&settings, &peer_day(day, Some(*value), 0.0));
            prop_assert!(seen.quiet && seen.told(Feature::AfterCallWork).is_none());
            for (input, value) in seen.inputs.iter().filter(|(input, _)| input.not_negative()) {
                prop_assert!(*value <= last[input] + 1e-12, "{input} rose from {} to {value}", last[input]);
            }
        }
    }

    /// Standardised values are held to ±3, the level stays among the values seen, more evidence shrinks less, and an equal shift of all days is usual in the end.
    #[test]
    fn baselines_are_sane(values in prop::collection::vec(-4.0_f64..4.0, 1..120)) {
        let (settings, pool) = (BaselineSettings::default(), Pool::default());
        let mut baseline = Baseline::default();
        let mut share = 0.0;
        for value in &values {
            let seen = baseline.observe(&settings, &pool, *value);
            prop_assert!(seen.z.abs() <= 3.0 && seen.spread >= 0.5 && seen.usual.abs() <= 4.0);
            prop_assert!(baseline.known_share(&pool) >= share);
            share = baseline.known_share(&pool);
        }
    }

    /// Whatever the order of the agents, each gets the same deviation.
    #[test]
    fn order_of_agents_changes_nothing(values in prop::collection::vec((0_u8..3, -5.0_f64..5.0), 1..40), turn in 0_usize..40) {
        let day: Vec<(Vec<u8>, f64)> = values.into_iter().map(|(team, value)| (vec![team, 9], value)).collect();
        let mut turned = day.clone();
        let turn = turn % day.len();
        turned.rotate_left(turn);
        let mut back = against_peers(&turned);
        back.rotate_right(turn);
        prop_assert_eq!(against_peers(&day), back);
    }

    /// A mean that forgets stays between the usual and what it has seen.
    #[test]
    fn recent_means_stay_within(values in prop::collection::vec(0.0_f64..3.0, 1..50), half_life in 1.0_f64..30.0) {
        let mut mean = Recent::default();
        for value in &values {
            mean.observe(half_life, *value);
        }
        prop_assert!(mean.value() >= 0.0 && mean.value() <= values.iter().copied().fold(0.0, f64::max) + 1e-12);
    }
}
