//! The measures of quality against published values and values of scikit-learn 1.9.1 and lifelines 0.30.3.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "these values are exact by construction")]

mod printed;

use attrition::measures::{
    Unit, area_under_curve, at_top, average_precision, brier, clopper_pearson, funnel, garwood, kaplan_meier, lead_days, log_loss,
    observed_over_expected, overdispersion, population_stability, reliability, wilson,
};
use printed::{assert_printed, assert_row};
use proptest::prelude::*;

/// Ten rows with ties among leavers and stayers.
fn ten() -> Vec<(f64, bool)> {
    let probabilities = [0.05, 0.10, 0.35, 0.20, 0.80, 0.30, 0.02, 0.60, 0.60, 0.15];
    let left = [0, 0, 1, 0, 1, 0, 0, 1, 0, 0];
    probabilities.into_iter().zip(left.map(|left| left == 1)).collect()
}

#[test]
fn scores_as_scikit_learn_has_them() {
    let rows = ten();
    assert_printed(area_under_curve(&rows).unwrap(), "0.9285714", "AUC");
    assert_printed(average_precision(&rows).unwrap(), "0.8055556", "AP");
    assert_printed(brier(&rows).unwrap(), "0.11479", "Brier");
    assert_printed(log_loss(&rows).unwrap(), "0.3619276", "log-loss");
    assert_printed(observed_over_expected(&rows).unwrap(), "0.9463722", "O/E");
}

#[test]
fn a_tie_at_the_border_counts_pro_rata() {
    // Top two of ten: 0.80, a leaver, and one of the two 0.60, of which one is a leaver: 1.5 of 2 flagged leave, 1.5 of 3 leavers are flagged.
    let top = at_top(&ten(), 0.2).unwrap();
    assert_eq!((top.flagged, top.precision, top.recall), (2, 0.75, 0.5));
    assert_eq!(at_top(&ten(), 0.05), None);
}

#[test]
fn intervals_as_published() {
    for (count, low, high) in
        [(0, "0", "3.6889"), (1, "0.0253", "5.5716"), (5, "1.6235", "11.6683"), (10, "4.7954", "18.3904"), (25, "16.1787", "36.9049")]
    {
        let interval = garwood(count, 0.95);
        assert_printed(interval.low, low, &format!("Garwood {count}"));
        assert_printed(interval.high, high, &format!("Garwood {count}"));
    }
    for (hits, trials, low, high) in
        [(81, 263, "0.2553", "0.3662"), (15, 148, "0.0624", "0.1605"), (0, 20, "0.0000", "0.1611"), (1, 29, "0.0061", "0.1718")]
    {
        let interval = wilson(hits, trials, 0.95).unwrap();
        assert_printed(interval.low, low, &format!("Wilson {hits} of {trials}"));
        assert_printed(interval.high, high, &format!("Wilson {hits} of {trials}"));
    }
    // Newcombe 1998, table I, method 5: exact intervals of the same four.
    for (hits, trials, low, high) in
        [(81, 263, "0.2527", "0.3676"), (15, 148, "0.0578", "0.1617"), (0, 20, "0.0000", "0.1684"), (1, 29, "0.0009", "0.1776")]
    {
        let interval = clopper_pearson(hits, trials, 0.95).unwrap();
        assert_printed(interval.low, low, &format!("Clopper–Pearson {hits} of {trials}"));
        assert_printed(interval.high, high, &format!("Clopper–Pearson {hits} of {trials}"));
    }
    assert_eq!(wilson(3, 0, 0.95), None);
    assert_eq!(clopper_pearson(3, 2, 0.95), None);
}

#[test]
fn survival_of_the_6_mp_arm() {
    // Freireich et al. 1963; a minus sign marks those still in remission.
    let times: [i32; 21] = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35];
    let steps = kaplan_meier(&times.map(|time| (time.unsigned_abs(), time > 0)));
    assert_eq!(steps.iter().map(|step| step.time).collect::<Vec<_>>(), [6, 7, 10, 13, 16, 22, 23]);
    assert_row(steps.iter().map(|step| step.survival), "0.8571 0.8067 0.7529 0.6902 0.6275 0.5378 0.4482", "Kaplan–Meier");
    // Greenwood by hand at 6: 0.857143 · √(3 / (21 · 18)) = 0.076360.
    assert_printed(steps[0].error, "0.076360", "Greenwood");
}

#[test]
fn bins_of_a_tie_stay_together() {
    let rows = [(0.1, false), (0.5, true), (0.5, false), (0.5, false), (0.5, true), (0.9, true)];
    let bins = reliability(&rows, 3);
    // Places 0–1, 2–3 and 4–5 would be the bins; the four equal rows begin in the first.
    assert_eq!(bins.iter().map(|bin| (bin.rows, bin.leavers)).collect::<Vec<_>>(), [(5, 2), (1, 1)]);
    // Mean probability (0.1 + 4 · 0.5) / 5 = 0.42, observed 0.4, standard error √(0.42 · 0.58 / 5) = 0.22073: distance −0.0906.
    assert_printed(bins[0].distance.unwrap(), "-0.0906", "distance");
    assert!(bins[0].agrees(0.95));
}

#[test]
fn a_funnel_hides_what_is_too_small_and_widens_for_overdispersion() {
    let unit = |agents, observed, expected| Unit { agents, observed, expected };
    let alone = funnel(&[unit(10, 9, 4.0), unit(7, 9, 4.0), unit(10, 9, 0.9)], 4.0);
    let point = alone.points[0].unwrap();
    assert_eq!((alone.points[1], alone.points[2]), (None, None));
    assert!(funnel(&[unit(8, 9, 1.0)], 4.0).points[0].is_some(), "eight agents and one leaver expected are shown");
    assert_eq!((point.ratio, point.shrunk), (2.25, 1.625));
    // One unit, distance (9 − 4) / 2 = 2.5: overdispersion 6.25, limits 2.5 times as far from 1.
    assert_eq!(alone.overdispersion, 6.25);
    // Poisson 4: P(X ≤ 0) = 0.018316, P(X ≤ 1) = 0.091578; 0.025 lies at 0 + (0.025 − 0.018316) / 0.073263 = 0.0912, ratio 0.0228 → 1 − 2.5 · 0.9772 < 0.
    assert_eq!(point.limits_95.low, 0.0);
    // P(X ≤ 7) = 0.948866, P(X ≤ 8) = 0.978637; 0.975 lies at 7 + 0.026134 / 0.029770 = 7.8778, ratio 1.96946 → 1 + 2.5 · 0.96946 = 3.4237.
    assert_printed(point.limits_95.high, "3.4237", "upper limit");
    // Garwood for 9: 4.1154 … 17.0848, divided by 4.
    assert_printed(point.interval.low, "1.0288", "interval");
    assert!(point.limits_998.high > point.limits_95.high);
    // Distances that chance explains do not narrow the limits.
    assert_eq!(overdispersion(&[unit(10, 4, 4.0), unit(10, 5, 4.0)]), 1.0);
}

/// Of two equal bins one is empty now: (1 − ½) · ln 2, and (0.0001 − ½) · ln 0.0002 for the empty one, which counts as one in ten thousand.
#[test]
fn an_empty_bin_is_no_infinite_drift() {
    let found = population_stability(&[50, 50], &[100, 0]).unwrap();
    assert!((found - (0.5 * 2.0_f64.ln() - 0.4999 * 0.0002_f64.ln())).abs() < 1e-12, "{found}");
}

#[test]
fn lead_times_are_quartiles() {
    assert_eq!(lead_days(&[30.0, 10.0, 20.0]), Some((15.0, 20.0, 25.0)));
    assert_eq!(lead_days(&[]), None);
}

fn rows() -> impl Strategy<Value = Vec<(f64, bool)>> {
    // Few different scores, so that ties are frequent.
    prop::collection::vec(((1_u8..20).prop_map(|score| f64::from(score) / 20.0), any::<bool>()), 1..60)
}

proptest! {
    /// The order of the rows changes nothing; AUC is that of all pairs; turning the scores round turns the AUC round.
    #[test]
    fn order_changes_nothing(rows in rows(), turn in 0_usize..60) {
        let mut turned = rows.clone();
        turned.rotate_left(turn % rows.len());
        turned.reverse();
        prop_assert_eq!(area_under_curve(&rows), area_under_curve(&turned));
        prop_assert_eq!(average_precision(&rows), average_precision(&turned));
        prop_assert_eq!(at_top(&rows, 0.3), at_top(&turned, 0.3));
        prop_assert_eq!(reliability(&rows, 5).iter().map(|bin| bin.rows).collect::<Vec<_>>(), reliability(&turned, 5).iter().map(|bin| bin.rows).collect::<Vec<_>>());
        let pairs: Vec<f64> = rows.iter().filter(|(_, left)| *left)
            .flat_map(|(a, _)| rows.iter().filter(|(_, left)| !*left).map(move |(b, _)| if a > b { 1.0 } else if a < b { 0.0 } else { 0.5 })).collect();
        let brute = (!pairs.is_empty()).then(|| pairs.iter().sum::<f64>() / pairs.len() as f64);
        prop_assert_eq!(area_under_curve(&rows), brute);
        let negated: Vec<(f64, bool)> = rows.iter().map(|(score, left)| (-score, *left)).collect();
        if let (Some(a), Some(b)) = (brute, area_under_curve(&negated)) {
            prop_assert!((a + b - 1.0).abs() < 1e-12);
        }
    }

    /// Flagging everybody has the base rate as precision and finds all; average precision of constant scores is the base rate.
    #[test]
    fn flagging_all_is_the_base_rate(rows in rows()) {
        let leavers = rows.iter().filter(|(_, left)| *left).count() as f64;
        if let Some(all) = at_top(&rows, 1.0) {
            prop_assert!((all.precision - leavers / rows.len() as f64).abs() < 1e-12 && (all.recall - 1.0).abs() < 1e-12);
            let flat: Vec<(f64, bool)> = rows.iter().map(|(_, left)| (0.5, *left)).collect();
            prop_assert!((average_precision(&flat).unwrap() - all.precision).abs() < 1e-12);
        }
        prop_assert_eq!(reliability(&rows, 4).iter().map(|bin| bin.rows).sum::<u64>(), rows.len() as u64);
    }

    /// Intervals contain the estimate, grow with confidence, and the exact one is the wider in the middle.
    #[test]
    fn intervals_contain_the_estimate(hits in 0_u64..50, more in 0_u64..50) {
        let trials = (hits + more).max(1);
        let share = hits.min(trials) as f64 / trials as f64;
        for interval in [wilson(hits, trials, 0.9).unwrap(), clopper_pearson(hits, trials, 0.9).unwrap()] {
            prop_assert!(interval.low <= share + 1e-12 && share <= interval.high + 1e-12);
        }
        let (narrow, wide) = (clopper_pearson(hits, trials, 0.9).unwrap(), clopper_pearson(hits, trials, 0.99).unwrap());
        prop_assert!(wide.low <= narrow.low && narrow.high <= wide.high);
        let poisson = garwood(hits, 0.95);
        prop_assert!(poisson.low <= hits as f64 && hits as f64 <= poisson.high);
    }

    /// Survival without censoring is the share still there.
    #[test]
    fn survival_without_losses_is_a_share(times in prop::collection::vec(1_u32..20, 1..40)) {
        let spells: Vec<(u32, bool)> = times.iter().map(|time| (*time, true)).collect();
        for step in kaplan_meier(&spells) {
            let there = times.iter().filter(|time| **time > step.time).count() as f64 / times.len() as f64;
            prop_assert!((step.survival - there).abs() < 1e-12);
        }
    }
}
