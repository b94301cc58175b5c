//! Differences of two sides of agents, worked out by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use retention::difference::{Difference, Weighted, difference};

fn of(agents: &[(f64, f64)]) -> Vec<Weighted> {
    agents.iter().map(|&(weight, value)| Weighted { weight, value }).collect()
}

/// Printed tables: 2.3646 for seven degrees of freedom and 95 %, 12.7062 for one, 3.4995 for seven and 99 %; of many it is the normal one.
#[test]
fn quantiles_are_those_of_the_tables() {
    for (freedom, probability, expected) in [(7.0, 0.95, 2.3646), (1.0, 0.95, 12.7062), (7.0, 0.99, 3.4995), (1e6, 0.95, 1.9600)] {
        let found = Difference { effect: 1.0, error: 1.0, freedom }.interval(probability);
        assert!(
            (found.high - 1.0 - expected).abs() < 5e-5 && (found.low - 1.0 + expected).abs() < 5e-5,
            "{freedom} {probability}: {found:?}"
        );
    }
}

/// Variances 2 and 8 over two agents each: √(1 + 4), and (1 + 4)² / (1² + 4²) degrees of freedom; of one agent alone nobody knows how sure it is.
#[test]
fn two_sides_have_the_error_of_both() {
    let (ones, others) = (of(&[(1.0, 4.0), (1.0, 6.0)]), of(&[(1.0, 0.0), (1.0, 4.0)]));
    let found = difference(&ones, &others).unwrap();
    assert!((found.effect - 3.0).abs() < 1e-12 && (found.error - 5.0_f64.sqrt()).abs() < 1e-12, "{found:?}");
    assert!((found.freedom - 25.0 / 17.0).abs() < 1e-12, "{found:?}");
    assert_eq!([difference(&ones[1..], &others), difference(&ones, &others[1..]), difference(&[], &others)], [None; 3]);
}

/// Weights 1, 1 and 2 of the values 0, 4 and 6: the mean is 16 / 4; 3/2 × (16 + 0 + 16) / 16 is its variance; they are worth 16 / 6 agents.
#[test]
fn who_counts_twice_is_still_one_agent() {
    let (ones, others) = (of(&[(1.0, 0.0), (1.0, 4.0), (2.0, 6.0)]), of(&[(1.0, 1.0), (1.0, 1.0)]));
    let found = difference(&ones, &others).unwrap();
    assert!((found.effect - 3.0).abs() < 1e-12 && (found.error - 3.0_f64.sqrt()).abs() < 1e-12, "{found:?}");
    assert!((found.freedom - (16.0 / 6.0 - 1.0)).abs() < 1e-12, "{found:?}");
    let interval = found.interval(0.95);
    assert!(interval.low < 0.0 && interval.high > 6.0 && (interval.low + interval.high - 6.0).abs() < 1e-9, "{interval:?}");
    // How much all of them count does not matter.
    let twice: Vec<Weighted> = ones.iter().map(|one| Weighted { weight: 10.0 * one.weight, ..*one }).collect();
    let again = difference(&twice, &others).unwrap();
    assert!((again.error - found.error).abs() < 1e-12 && (again.freedom - found.freedom).abs() < 1e-12);
}

#[test]
fn without_spread_there_is_no_error() {
    let found = difference(&of(&[(1.0, 2.0); 3]), &of(&[(1.0, 1.0); 3])).unwrap();
    assert_eq!((found.effect, found.error, found.interval(0.95).low), (1.0, 0.0, 1.0));
}
