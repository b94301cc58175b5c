//! Effects of sessions, on made-up agents: exact where it can be, and without the mistakes that such comparisons make.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use retention::effects::{Effect, EffectSettings, Series, Session, Touched, effect};
use std::collections::BTreeMap;

fn name(number: u32) -> String {
    format!("agent {number:03}")
}

/// Agents 0 to n − 1 of one group; each day's value is `value(agent, day)`. There are no sessions but those of day 50.
fn judged(agents: u32, coached: &[u32], value: impl Fn(u32, i32) -> f64) -> Option<Effect> {
    judged_among(agents, coached, &[], value)
}

/// The same where other agents had sessions of another kind, or held by somebody else, on the days beside them.
fn judged_among(agents: u32, coached: &[u32], others: &[(u32, i32)], value: impl Fn(u32, i32) -> f64) -> Option<Effect> {
    let groups: BTreeMap<String, String> = (0..agents).map(|number| (name(number), "sales".to_owned())).collect();
    let series: BTreeMap<String, Series> =
        (0..agents).map(|number| (name(number), (0..100).map(|day| (day, (value(number, day), 1.0))).collect())).collect();
    let sessions: Vec<Session> =
        coached.iter().map(|number| Session { agent: name(*number), group: "sales".to_owned(), day: 50 }).collect();
    let mut touched = Touched::new();
    for (number, day) in coached.iter().map(|number| (*number, 50)).chain(others.iter().copied()) {
        touched.entry(name(number)).or_default().insert(day);
    }
    effect(&sessions, &touched, &groups, &series, &EffectSettings::default())
}

fn near(value: f64, expected: f64) {
    assert!((value - expected).abs() < 1e-9, "{value} {expected}");
}

/// Everybody rises by 3 on day 50 (a new form); the ten who were coached by 2 more. The effect is 2, not 5. The day of the session itself counts for neither
/// window.
#[test]
fn what_happens_to_everybody_is_no_effect() {
    let coached: Vec<u32> = (0..10).collect();
    let value = |agent: u32, day: i32| match day {
        50 => 1_000.0,
        51.. => 73.0 + if agent < 10 { 2.0 } else { 0.0 },
        _ => 70.0,
    };
    let found = judged(40, &coached, value).unwrap();
    assert_eq!((found.sessions, found.agents), (10, 10));
    near(found.own.0, 70.0);
    near(found.own.1, 75.0);
    near(found.others.1, 73.0);
    near(found.effect, 2.0);
    // All are equal, so nothing is left to chance.
    near(found.interval.low, 2.0);
    assert!(found.is_beyond_chance());
}

/// Who had a bad month is coached, and everybody who had a bad month is better in the next: agents with even numbers are at 60 before and 70 after whether
/// coached or not, the others at 80 throughout. Compared with all others coaching would seem to help; compared with those who had a bad month too, it does
/// nothing.
#[test]
fn a_bad_month_that_passes_is_no_effect() {
    let coached: Vec<u32> = (0..10).map(|number| number * 2).collect();
    let found = judged(60, &coached, |agent, day| {
        if agent % 2 == 1 {
            80.0
        } else if day < 50 {
            60.0
        } else {
            70.0
        }
    })
    .unwrap();
    near(found.own.1 - found.own.0, 10.0);
    near(found.others.1 - found.others.0, 10.0);
    near(found.effect, 0.0);
    assert!(!found.is_beyond_chance());
}

/// Agents 0 to 9 differ in what it did: 0 for half, 4 for the others: 2 on average, with a standard error of 2 / √10 = 0.632; 95 % is about ± 1.24.
#[test]
fn the_interval_is_over_agents() {
    let coached: Vec<u32> = (0..10).collect();
    let found = judged(40, &coached, |agent, day| if day > 50 && agent < 10 && agent % 2 == 0 { 4.0 } else { 0.0 }).unwrap();
    near(found.effect, 2.0);
    assert!((found.interval.low - 0.8).abs() < 0.2 && (found.interval.high - 3.2).abs() < 0.2, "{found:?}");
}

/// Seven agents are too few; so are fewer than five others; others who had a session themselves are none.
#[test]
fn too_little_is_not_told() {
    assert_eq!(judged(40, &[0, 1, 2, 3, 4, 5, 6], |_, _| 1.0), None);
    let eight: Vec<u32> = (0..8).collect();
    assert!(judged(13, &eight, |_, _| 1.0).is_some());
    assert_eq!(judged(12, &eight, |_, _| 1.0), None);
}

/// Agents 0 to 9 were coached by an inspector and gained 2, agents 10 to 19 by their leader and gained 5, each from 60; agents 20 to 39 had nothing, were at 61
/// and stay there. What each role did is its own gain. Compared with those whom the other role coached, who are nearer, it would be 2 − 5 and 5 − 2.
#[test]
fn whom_another_role_coached_is_nobodys_measure() {
    let value = |agent: u32, day: i32| match agent {
        0..10 => 60.0 + if day > 50 { 2.0 } else { 0.0 },
        10..20 => 60.0 + if day > 50 { 5.0 } else { 0.0 },
        _ => 61.0,
    };
    let held_by = |own: std::ops::Range<u32>, other: std::ops::Range<u32>| {
        let others: Vec<(u32, i32)> = other.map(|number| (number, 50)).collect();
        judged_among(40, &own.collect::<Vec<_>>(), &others, value).unwrap()
    };
    for (found, expected) in [(held_by(0..10, 10..20), 2.0), (held_by(10..20, 0..10), 5.0)] {
        assert_eq!((found.sessions, found.agents), (10, 10));
        near(found.effect, expected);
        near(found.others.1, 61.0);
    }
}

/// Windows of 28 days from day 50, and a day until it shows: days 22 to 78. Who had a session on one of them is no measure, who had one a day before or after is.
#[test]
fn sessions_matter_as_far_as_the_windows_reach() {
    let coached: Vec<u32> = (0..8).collect();
    let others = |day: i32| {
        let touched: Vec<(u32, i32)> = (8..13).map(|number| (number, day)).collect();
        judged_among(13, &coached, &touched, |_, _| 1.0)
    };
    assert_eq!([21, 22, 50, 78, 79].map(|day| others(day).is_some()), [true, false, false, false, true]);
}
