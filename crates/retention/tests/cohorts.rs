//! Survival and early exits of cohorts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use retention::cohorts::{Spell, cohorts};

fn spell(days: u32, left: bool) -> Spell {
    Spell { days, left }
}

/// Ten hired together. One leaves on day 10; one is moved to another post on day 20; two leave on day 40; one leaves on day 90, which is early still; one on
/// day 91, which is not; one has been there for 100 days; three for 200. Survival: 30 days 9/10; 60 days 0.9 × 6/8 = 0.675; 90 days 0.675 × 5/6 = 0.5625; 180
/// days 0.5625 × 4/5 = 0.45; 365 days not known. Early exits: 4 of 9 (the one who was moved tells nothing); Wilson 95 % of 4 of 9: 0.1888 to 0.7333.
/// Greenwood at 30 days: 0.9 √(1 / (10 × 9)) = 0.094868; ln(−ln 0.9) ± 1.95996 × 0.094868 / (0.9 × 0.1053605): the interval is 0.9^e^±1.9609 = 0.4730 and
/// 0.9853.
#[test]
fn survival_is_as_by_hand() {
    let spells = [
        spell(10, true),
        spell(20, false),
        spell(40, true),
        spell(40, true),
        spell(90, true),
        spell(91, true),
        spell(100, false),
        spell(200, false),
        spell(200, false),
        spell(200, false),
    ];
    let found = cohorts(spells.map(|spell| ("2026-01", spell)));
    let cohort = found["2026-01"].clone().unwrap();
    let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-4, "{value} {expected}");
    let values: Vec<f64> = cohort.survival.iter().flatten().map(|share| share.value).collect();
    assert_eq!((cohort.agents, values.len()), (10, 4));
    [0.9, 0.675, 0.5625, 0.45].into_iter().zip(&values).for_each(|(expected, value)| near(*value, expected));
    let early = cohort.early_exits.unwrap();
    near(early.value, 4.0 / 9.0);
    near(early.interval.low, 0.1888);
    near(early.interval.high, 0.7333);
    let first = cohort.survival[0].unwrap().interval;
    near(first.low, 0.4730);
    near(first.high, 0.9853);
}

/// Seven are not shown, eight are; nobody left: survival is 1, and no interval is made up.
#[test]
fn few_are_not_shown() {
    let of = |n: usize| cohorts((0..n).map(|_| ("a", spell(100, false))))["a"].clone();
    assert_eq!(of(7), None);
    let eight = of(8).unwrap();
    assert!(eight.survival[2].unwrap().value == 1.0 && eight.survival[2].unwrap().interval.low == 1.0);
    assert!(eight.early_exits.unwrap().interval.high > 0.3, "none of eight may still be three in ten");
}
