//! Leaders against what is expected of their mix, with numbers that can be worked out by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use proptest::prelude::*;
use retention::leaders::{Led, place};
use retention::mix::{Cell, Mix, MixModel};
use std::collections::BTreeMap;

fn mix(tenure_band: i32, group: &str) -> Mix {
    Mix {
        tenure_band,
        group: group.to_owned(),
        site: "berlin".to_owned(),
        contract: "permanent".to_owned(),
        shifts: "5".to_owned(),
        month: 3,
    }
}

fn cell(tenure_band: i32, group: &str, days: u64, leavers: u64) -> Cell {
    Cell { mix: mix(tenure_band, group), days, leavers }
}

fn led(agents: u32, cells: Vec<Cell>, observed_90: u64) -> Led {
    Led { agents, cells, observed_90 }
}

/// Three leaders with the same mix and 30,000 agent-days each; 5, 10 and 15 left, so 10 are expected of each whatever the penalty. O/E 0.5, 1, 1.5. Garwood
/// of 5: 1.6235 to 11.6683, over 10. Beyond chance: 25 − 10 + 0 − 10 + 25 − 10 = 20 of ΣE² = 300: weight 15; shrunk (5 + 15) / 25 = 0.8 and 30 / 25 = 1.2.
#[test]
fn leaders_of_one_mix_are_compared_with_their_mean() {
    let leaders: BTreeMap<String, Led> = [("a", 5), ("b", 10), ("c", 15)]
        .map(|(leader, left)| (leader.to_owned(), led(20, vec![cell(90, "sales", 30_000, left)], left - 1)))
        .into();
    let found = place(&leaders).unwrap();
    assert_eq!(found.observed, 30);
    assert!((found.prior_weight - 15.0).abs() < 1e-6, "{}", found.prior_weight);
    let of = |leader: &str| found.leaders[leader].clone().unwrap();
    let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-4, "{value} {expected}");
    near(of("a").expected, 10.0);
    near(of("a").point.ratio, 0.5);
    near(of("a").point.interval.low, 0.16235);
    near(of("a").point.interval.high, 1.16683);
    near(of("a").point.shrunk, 0.8);
    near(of("c").point.shrunk, 1.2);
    assert_eq!((of("c").observed, of("c").observed_90), (15, 14));
    // Nobody is outside of the limits of chance: for a mean of 10 they are about 4 and 17.
    assert!(of("a").point.limits_95.low < 0.5 && of("c").point.limits_95.high > 1.5, "{:?}", of("a").point);
}

/// One leader has beginners only, of whom ten times as many leave; another has old hands only; a third leads both, so that mix and leader are not the same
/// thing. Each loses as many as the mix does: ratios of nearly 1 (the penalty is the rest), although 400 of one and 40 of the other left.
#[test]
fn the_mix_is_not_the_leaders_doing() {
    let leaders: BTreeMap<String, Led> = [
        ("of beginners", led(200, vec![cell(0, "sales", 100_000, 400)], 0)),
        ("of both", led(200, vec![cell(0, "sales", 50_000, 200), cell(1_000, "sales", 50_000, 20)], 0)),
        ("of old hands", led(200, vec![cell(1_000, "sales", 100_000, 40)], 0)),
    ]
    .map(|(leader, of)| (leader.to_owned(), of))
    .into();
    for (leader, point) in place(&leaders).unwrap().leaders {
        let ratio = point.unwrap().point.ratio;
        assert!((ratio - 1.0).abs() < 0.04, "{leader}: {ratio}");
    }
}

/// Seven agents, or less than one leaver expected: nothing is shown. Eight and one are enough.
#[test]
fn little_is_not_shown() {
    let leaders: BTreeMap<String, Led> = [
        ("seven agents", led(7, vec![cell(90, "sales", 1_000, 2)], 0)),
        ("too short", led(20, vec![cell(90, "sales", 499, 1)], 0)),
        ("enough", led(8, vec![cell(90, "sales", 501, 1)], 0)),
    ]
    .map(|(leader, of)| (leader.to_owned(), of))
    .into();
    let found = place(&leaders).unwrap();
    // Two in a thousand days: 2 expected, 0.998 and 1.002.
    let shown: Vec<(&str, bool)> = found.leaders.iter().map(|(leader, point)| (leader.as_str(), point.is_some())).collect();
    assert_eq!(shown, [("enough", true), ("seven agents", false), ("too short", false)]);
}

#[test]
fn where_nobody_left_nothing_is_expected() {
    let nobody: BTreeMap<String, Led> = [("a".to_owned(), led(20, vec![cell(90, "sales", 30_000, 0)], 0))].into();
    assert_eq!(place(&nobody), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// As many are expected of all cells together as left; more days, more expected; the order of cells changes nothing but the last bits.
    #[test]
    fn as_many_are_expected_as_left(counts in prop::collection::vec((0..6_usize, 0..3_u8, 1..20_000_u64, 0..30_u64), 1..40)) {
        let cells: Vec<Cell> =
            counts.iter().map(|(band, group, days, left)| cell(retention::mix::TENURE_BANDS[*band], &format!("queue {group}"), *days, *left)).collect();
        let left: u64 = cells.iter().map(|cell| cell.leavers).sum();
        prop_assume!(left > 0);
        let model = MixModel::fit(&cells).unwrap();
        let expected: f64 = cells.iter().map(|cell| model.expected(&cell.mix, cell.days)).sum();
        prop_assert!((expected - left as f64).abs() < 1e-6 * left as f64, "{expected} {left}");
        let turned: Vec<Cell> = cells.iter().rev().cloned().collect();
        let again = MixModel::fit(&turned).unwrap();
        for cell in &cells {
            let (one, other) = (model.expected(&cell.mix, 1_000), again.expected(&cell.mix, 1_000));
            prop_assert!((one - other).abs() < 1e-6 * one);
            prop_assert!(model.expected(&cell.mix, 2_000) > one);
        }
    }
}
