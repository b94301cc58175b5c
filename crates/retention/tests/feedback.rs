//! Whether warnings fulfil themselves, on made-up agents with numbers worked out by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use proptest::prelude::*;
use retention::feedback::{Around, Compared, Decision, Finding, Matched, Measure, Window, against_matched, against_silent};

const HOUR_MS: i64 = 3_600_000;

/// 28 days with so many hours scheduled.
fn window(hours: i64) -> Window {
    Window { days: 28, planned_days: 28, scheduled_ms: hours * HOUR_MS, ..Window::default() }
}

fn around(agent: &str, before: i64, after: i64) -> Around {
    Around { agent: agent.to_owned(), before: window(before), after: window(after) }
}

fn of(findings: &[Finding], measure: Measure) -> Finding {
    *findings.iter().find(|finding| finding.measure == measure).unwrap()
}

fn hours(findings: &[Finding]) -> Compared {
    of(findings, Measure::ScheduledHours).compared.unwrap()
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-4, "{found}, not {expected}");
}

/// Of `agents` warned of every other one is given 8 hours less and every other one 24; those of whom nobody was told are given 2 more.
fn cut(agents: usize) -> Vec<Matched> {
    let of = |number: usize| Matched {
        own: around(&format!("own {number}"), 160, if number.is_multiple_of(2) { 152 } else { 136 }),
        others: vec![around(&format!("other {number}"), 150, 152)],
    };
    (0..agents).map(of).collect()
}

/// −16 less +2. Variance 8 × 64 / 7 over eight agents: an error of √(64 / 7), seven degrees of freedom, and 3.85523 errors for a chance of 0.05 / 8.
#[test]
fn shifts_that_were_cut_are_found() {
    let findings = against_matched(&cut(8));
    let found = hours(&findings);
    assert_eq!((found.agents, found.others, found.own, found.of_others), (8, 8, [160.0, 144.0], [150.0, 152.0]));
    near(found.change, -18.0);
    near(found.interval.low, -18.0 - 11.65711);
    near(found.interval.high, -18.0 + 11.65711);
    assert_eq!(of(&findings, Measure::ScheduledHours).decision(), Decision::Changed);
    // Nothing else differs, and nobody was evaluated.
    let rest = [Measure::OvertimeHours, Measure::Sessions, Measure::Evaluations, Measure::EvaluationPoints];
    let decisions = rest.map(|measure| of(&findings, measure).decision());
    assert_eq!(decisions, [Decision::NotShown, Decision::NotShown, Decision::NotShown, Decision::TooFew]);
}

#[test]
fn fewer_than_eight_on_either_side_are_hidden() {
    assert!(against_matched(&cut(7)).iter().all(|finding| finding.decision() == Decision::TooFew && finding.compared.is_none()));
    // Eight, who are all matched with the same seven.
    let mut all = cut(8);
    all[7].others = vec![around("other 0", 150, 152)];
    assert_eq!(of(&against_matched(&all), Measure::ScheduledHours).decision(), Decision::TooFew);
    // One without anybody to compare with, or without a value, does not count.
    let mut all = cut(9);
    all[8].others.clear();
    assert_eq!(hours(&against_matched(&all)).agents, 8);
    all[7].own.after.planned_days = 6;
    assert_eq!(of(&against_matched(&all), Measure::ScheduledHours).decision(), Decision::TooFew);
    assert!(of(&against_matched(&all), Measure::NightHours).compared.is_some(), "days are known all the same");
}

/// The first agent has two warnings, −8 and −24 hours: −16, and one agent. The first is matched with two others, of whom one is given 4 hours more: as +1 of the warning, which
/// counts half, so that others are (0.25 × 4 + 0) / 8 = 0.125 hours up.
#[test]
fn an_agent_is_one_piece_of_evidence() {
    let other = |number: usize| format!("other {number}");
    let mut all: Vec<Matched> = (1..8)
        .map(|number| Matched { own: around(&format!("own {number}"), 160, 144), others: vec![around(&other(number), 150, 150)] })
        .collect();
    all.push(Matched { own: around("own 0", 160, 152), others: vec![around(&other(0), 150, 154), around(&other(1), 150, 150)] });
    all.push(Matched { own: around("own 0", 160, 136), others: vec![around(&other(2), 150, 150)] });
    let found = hours(&against_matched(&all));
    assert_eq!((found.agents, found.others), (8, 8));
    near(found.change, -16.125);
    // Own changes are all −16. Of the others weights are 0.25, 1.25, 1.5 and five times 1: 8 / 7 × ((0.25 × 3.875)² + 0.125² × (1.25² + 1.5² + 5)) / 64.
    let error = (8.0_f64 / 7.0 * ((0.25 * 3.875_f64).powi(2) + 0.125_f64.powi(2) * (1.25 * 1.25 + 2.25 + 5.0)) / 64.0).sqrt();
    // They are worth 64 / 8.875 agents: 4.05090 errors at 6.2113 degrees of freedom.
    near((found.interval.high - found.interval.low) / 2.0, 4.05090 * error);
    near(found.of_others[1] - found.of_others[0], 0.125);
}

/// Told and silent, eight each: −16 on the mean against nothing.
#[test]
fn those_told_of_stand_beside_those_kept_silent() {
    let told: Vec<Around> = cut(8).into_iter().map(|matched| matched.own).collect();
    let silent: Vec<Around> = (0..8).map(|number| around(&format!("silent {number}"), 160, 160)).collect();
    let found = hours(&against_silent(&told, &silent));
    assert_eq!((found.agents, found.others), (8, 8));
    near(found.change, -16.0);
    near(found.interval.high, -16.0 + 11.65711);
    assert!(against_silent(&told, &silent[1..]).iter().all(|finding| finding.compared.is_none()));
    // The same one twice is still one.
    let twice = [&silent[1..], &silent[1..2]].concat();
    assert!(against_silent(&told, &twice).iter().all(|finding| finding.compared.is_none()));
    // 0 and 16 more hours of one agent are 8 more, 1 on the mean of eight.
    let twice = [&silent[..], &[around("silent 0", 160, 176)]].concat();
    let found = hours(&against_silent(&told, &twice));
    assert_eq!(found.others, 8);
    near(found.change, -17.0);
}

/// 14 of the 28 days after count, because the agent left: sums are half, and rates are not. A session without a known length leaves its hours unknown.
#[test]
fn rates_are_of_the_days_that_count() {
    let window = Window {
        days: 14,
        planned_days: 14,
        scheduled_ms: 80 * HOUR_MS,
        overtime_ms: HOUR_MS,
        quick_returns: 1,
        night_ms: 3 * HOUR_MS,
        sessions: 2,
        untimed_sessions: 0,
        session_ms: HOUR_MS,
        evaluations: 3,
        scored: 2,
        points: 150.0,
    };
    let values = |window: &Window| Measure::ALL.map(|measure| measure.value(window));
    assert_eq!(values(&window), [160.0, 2.0, 2.0, 6.0, 4.0, 2.0, 6.0, 75.0].map(Some));
    let untimed = values(&Window { untimed_sessions: 1, ..window });
    assert_eq!((untimed[4], untimed[5]), (Some(4.0), None));
    assert_eq!(values(&Window { planned_days: 0, ..window })[..4], [None, None, None, Some(6.0)]);
    assert_eq!(values(&Window { days: 6, planned_days: 6, ..window }), [None; 8]);
}

/// A tenth of a point more on both sides, of which the last bits differ: without any spread that would be beyond chance.
#[test]
fn what_is_lost_in_rounding_is_no_change() {
    let judged = |points: f64| Window { days: 28, scored: 1, points, ..Window::default() };
    let of = |agent: String, [before, after]: [f64; 2]| Around { agent, before: judged(before), after: judged(after) };
    let one = |number: usize| Matched {
        own: of(format!("own {number}"), [70.1, 70.2]),
        others: vec![of(format!("other {number}"), [50.1, 50.2])],
    };
    let findings = against_matched(&(0..8).map(one).collect::<Vec<_>>());
    let found = *findings.iter().find(|finding| finding.measure == Measure::EvaluationPoints).unwrap();
    assert!(found.compared.unwrap().change != 0.0, "{found:?}");
    assert_eq!(found.decision(), Decision::NotShown);
}

/// Hours before, and what of them chance gives or takes after: one warned of and one other.
fn pairs() -> impl Strategy<Value = Vec<[i64; 4]>> {
    prop::collection::vec([0..300_i64, -20..20_i64, 0..300_i64, -20..20_i64], 8..30)
}

fn matched(pairs: &[[i64; 4]], own_cut: i64, others_cut: i64) -> Vec<Matched> {
    let one = |(number, [own, own_by, other, other_by]): (usize, &[i64; 4])| Matched {
        own: around(&format!("own {number}"), *own, own + own_by - own_cut),
        others: vec![around(&format!("other {number}"), *other, other + other_by - others_cut)],
    };
    pairs.iter().enumerate().map(one).collect()
}

proptest! {
    /// What happens to everybody alike is no change, in whatever order they come; what happens to those warned of alone is the change.
    #[test]
    fn only_what_differs_is_a_change(pairs in pairs(), cut in 0..100_i64) {
        let plain = hours(&against_matched(&matched(&pairs, 0, 0)));
        let everybody = hours(&against_matched(&matched(&pairs, cut, cut)));
        prop_assert!((everybody.change - plain.change).abs() < 1e-9);
        prop_assert!((everybody.interval.low - plain.interval.low).abs() < 1e-6);
        let alone = hours(&against_matched(&matched(&pairs, cut, 0)));
        prop_assert!((alone.change - plain.change + cut as f64).abs() < 1e-9);
        let mut turned = matched(&pairs, cut, 0);
        turned.reverse();
        prop_assert_eq!(hours(&against_matched(&turned)), alone);
        // Alike to the hour, nothing is shown.
        let quiet: Vec<[i64; 4]> = pairs.iter().map(|pair| [pair[0], 0, pair[2], 0]).collect();
        prop_assert!(against_matched(&matched(&quiet, cut, cut)).iter().all(|finding| finding.decision() != Decision::Changed));
    }
}
