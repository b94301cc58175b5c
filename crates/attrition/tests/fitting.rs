//! The fit against scikit-learn 1.9.1 and SciPy on a tiny data set (`fixtures/make_logistic.py`), against closed forms, and by its laws.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "these values are exact by construction")]

mod draw;
mod printed;

use attrition::hazard::{Fit, FitSettings, Recalibration, TrainingRows, fit};
use attrition::measures::{area_under_curve, average_precision, brier, log_loss};
use attrition::numerics::{logit, probability};
use draw::Draw;
use printed::assert_printed;
use proptest::prelude::*;

fn fixture() -> TrainingRows {
    let mut rows = TrainingRows::new(4);
    for line in include_str!("fixtures/logistic_rows.csv").lines().skip(1) {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        rows.push(&cells[..4], cells[4] > 0.5).unwrap();
    }
    rows
}

#[test]
fn the_coefficients_are_those_of_scikit_learn() {
    let fits: serde_json::Value = serde_json::from_str(include_str!("fixtures/logistic_fits.json")).unwrap();
    for expected in fits.as_array().unwrap() {
        let mut settings = FitSettings { not_negative: vec![false; 4], ..FitSettings::with_c(expected["c"].as_f64().unwrap()) };
        for column in expected["not_negative"].as_array().unwrap() {
            settings.not_negative[column.as_u64().unwrap() as usize] = true;
        }
        let found = fit(&fixture(), &settings).unwrap();
        let theirs: Vec<f64> = expected["coefficients"].as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect();
        assert!((found.intercept - expected["intercept"].as_f64().unwrap()).abs() < 1e-6, "{found:?} {expected}");
        assert!(found.coefficients.iter().zip(&theirs).all(|(ours, theirs)| (ours - theirs).abs() < 1e-6), "{found:?} {expected}");
        assert!(found.steps < 15, "{found:?}");
    }
}

#[test]
fn the_measures_are_those_of_scikit_learn() {
    let fixture: serde_json::Value = serde_json::from_str(include_str!("fixtures/scored_rows.json")).unwrap();
    let scores = fixture["scores"].as_array().unwrap().iter().map(|score| score.as_f64().unwrap());
    let rows: Vec<(f64, bool)> = scores.zip(fixture["left"].as_array().unwrap().iter().map(|left| left.as_u64() == Some(1))).collect();
    for (name, ours) in [
        ("area_under_curve", area_under_curve(&rows)),
        ("average_precision", average_precision(&rows)),
        ("brier", brier(&rows)),
        ("log_loss", log_loss(&rows)),
    ] {
        assert!((ours.unwrap() - fixture["measures"][name].as_f64().unwrap()).abs() < 1e-12, "{name}: {ours:?}");
    }
}

/// Weeks in remission (Freireich et al. 1963); minus = still in it. With 6-MP and with placebo.
const WEEKS: [(f64, [i32; 21]); 2] = [
    (0.0, [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]),
    (1.0, [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]),
];

/// One row per person and week at risk.
fn person_weeks() -> TrainingRows {
    let mut rows = TrainingRows::new(1);
    for (group, times) in WEEKS {
        for time in times {
            for week in 1..=time.abs() {
                rows.push(&[group], week == time).unwrap();
            }
        }
    }
    rows
}

#[test]
fn a_hazard_by_person_and_week() {
    let rows = person_weeks();
    assert_eq!(rows.counts(), (541, 30));
    // Closed form: 9 relapses in 359 weeks against 21 in 182: ln (9/350), ln (21/161) − ln (9/350).
    let free = fit(&rows, &FitSettings { penalty: 0.0, not_negative: Vec::new() }).unwrap();
    assert_printed(free.intercept, "-3.6607086", "intercept");
    assert_printed(free.coefficients[0], "1.6238266", "coefficient");
    assert!((free.coefficients[0] - ((21.0_f64 / 161.0).ln() - (9.0_f64 / 350.0).ln())).abs() < 1e-9);
    // scikit-learn at C = 1.
    let shrunk = fit(&rows, &FitSettings::with_c(1.0)).unwrap();
    assert_printed(shrunk.intercept, "-3.512326", "intercept, C 1");
    assert_printed(shrunk.coefficients[0], "1.397913", "coefficient, C 1");
}

/// First and second derivative of the logarithm of Cox' partial likelihood by the coefficient of the group, ties as Efron has them: of `d` relapses in one week the n-th sees the
/// others of them with the weight `1 − n / d`.
fn partial_likelihood(coefficient: f64) -> (f64, f64) {
    let spells: Vec<(f64, i32, bool)> = WEEKS.iter().flat_map(|(group, times)| times.map(|time| (*group, time.abs(), time > 0))).collect();
    let (mut first, mut second) = (0.0, 0.0);
    for week in 1..=35 {
        // Sums of e^(coefficient · group), and of the same times the group, which is 0 or 1, so that its square is itself.
        let sums = |chosen: &dyn Fn(&(f64, i32, bool)) -> bool| {
            let of = spells.iter().filter(|spell| chosen(spell)).map(|(group, ..)| (coefficient * group).exp());
            let in_group = spells.iter().filter(|spell| chosen(spell) && spell.0 > 0.5).map(|_| coefficient.exp());
            (of.sum::<f64>(), in_group.sum::<f64>())
        };
        let relapses = |spell: &(f64, i32, bool)| spell.1 == week && spell.2;
        let (all, all_in_group) = sums(&|spell| spell.1 >= week);
        let (tied, tied_in_group) = sums(&relapses);
        let tied_relapses: Vec<f64> = spells.iter().filter(|spell| relapses(spell)).map(|(group, ..)| *group).collect();
        first += tied_relapses.iter().sum::<f64>();
        for place in 0..tied_relapses.len() {
            let seen = place as f64 / tied_relapses.len() as f64;
            let mean = (all_in_group - seen * tied_in_group) / (all - seen * tied);
            first -= mean;
            second -= mean * (1.0 - mean);
        }
    }
    (first, second)
}

/// lifelines 0.30.3 has 1.5721. The logistic regression by week, which the product fits, takes weeks for steps and has 1.6238: the same within a fraction of its standard error, 0.4.
#[test]
fn the_hazard_is_that_of_proportional_hazards() {
    let mut coefficient = 0.0;
    for _ in 0..20 {
        let (first, second) = partial_likelihood(coefficient);
        coefficient -= first / second;
    }
    assert_printed(coefficient, "1.5721", "Cox, Efron");
    let by_week = fit(&person_weeks(), &FitSettings { penalty: 0.0, not_negative: Vec::new() }).unwrap().coefficients[0];
    let error = (-1.0 / partial_likelihood(coefficient).1).sqrt();
    assert!((by_week - coefficient).abs() < 0.2 * error, "{by_week} and {coefficient} ± {error}");
}

#[test]
fn what_cannot_be_fitted_is_said() {
    let mut one_outcome = TrainingRows::new(1);
    one_outcome.push(&[1.0], false).unwrap();
    assert!(fit(&one_outcome, &FitSettings::with_c(1.0)).unwrap_err().to_string().contains("one outcome"));
    let mut separated = TrainingRows::new(1);
    for x in [-2.0, -1.0, 1.0, 2.0] {
        separated.push(&[x], x > 0.0).unwrap();
    }
    assert!(fit(&separated, &FitSettings { penalty: 0.0, not_negative: Vec::new() }).is_err());
    assert!(fit(&separated, &FitSettings::with_c(1.0)).is_ok());
    assert!(separated.push(&[f64::NAN], true).is_err());
}

#[test]
fn recalibration_finds_the_line() {
    // Log-odds that say twice too much and half a unit too little.
    let mut draw = Draw::new(3);
    let rows: Vec<(f64, bool)> = (0..20_000)
        .map(|_| {
            let said = 2.0 * draw.normal() - 1.0;
            (said, draw.unit() < probability(0.5 + 0.5 * said))
        })
        .collect();
    let found = Recalibration::from_matured(&rows).unwrap();
    assert!((found.intercept - 0.5).abs() < 0.06 && (found.slope - 0.5).abs() < 0.03, "{found:?}");
    assert!(found.needs_refit() && !Recalibration::NONE.needs_refit());
    assert!(!Recalibration { slope: 0.7, ..found }.needs_refit() && Recalibration { slope: 1.301, ..found }.needs_refit());
    assert!(!Recalibration { slope: 1.3, ..found }.needs_refit() && Recalibration { slope: 0.699, ..found }.needs_refit());
    // Recalibrated, as many are expected as left.
    let expected: f64 = rows.iter().map(|(said, _)| probability(found.apply(*said))).sum();
    assert!((expected - rows.iter().filter(|(_, left)| *left).count() as f64).abs() < 1e-4);
    let alone = Recalibration::intercept_only(&rows).unwrap();
    let expected: f64 = rows.iter().map(|(said, _)| probability(alone.apply(*said))).sum();
    assert!((expected - rows.iter().filter(|(_, left)| *left).count() as f64).abs() < 1e-6);
    assert_eq!(Recalibration::intercept_only(&rows[..0]), None);
    assert!((logit(probability(1.7)) - 1.7).abs() < 1e-12);
}

type Rows = Vec<(Vec<f64>, bool)>;

fn training() -> impl Strategy<Value = (Rows, f64, Vec<bool>)> {
    let row = (prop::collection::vec(-3.0_f64..3.0, 3), any::<bool>());
    (prop::collection::vec(row, 10..60), 0.05_f64..5.0, prop::collection::vec(any::<bool>(), 3))
        .prop_filter("both outcomes", |(rows, ..)| rows.iter().any(|row| row.1) && rows.iter().any(|row| !row.1))
}

fn fitted(rows: &[(Vec<f64>, bool)], penalty: f64, not_negative: &[bool]) -> Fit {
    let mut training = TrainingRows::new(3);
    for (inputs, left) in rows {
        training.push(inputs, *left).unwrap();
    }
    fit(&training, &FitSettings { penalty, not_negative: not_negative.to_vec() }).unwrap()
}

proptest! {
    /// What is found satisfies the conditions of the optimum (Karush, Kuhn & Tucker), and as many are expected as left.
    #[test]
    fn the_optimum_is_one((rows, penalty, not_negative) in training()) {
        let found = fitted(&rows, penalty, &not_negative);
        let residuals: Vec<f64> = rows.iter().map(|(inputs, left)| probability(found.log_odds(inputs)) - f64::from(u8::from(*left))).collect();
        prop_assert!(residuals.iter().sum::<f64>().abs() < 1e-6);
        for (column, held) in not_negative.iter().enumerate() {
            let slope: f64 = rows.iter().zip(&residuals).map(|((inputs, _), residual)| inputs[column] * residual).sum::<f64>() + penalty * found.coefficients[column];
            if *held && found.coefficients[column] <= 0.0 {
                prop_assert!(found.coefficients[column] == 0.0 && slope > -1e-6, "held at zero against its will: {slope}");
            } else {
                prop_assert!(slope.abs() < 1e-6, "{slope}");
            }
        }
    }

    /// The order of agents changes nothing, and neither does a copy of every row at twice the penalty.
    #[test]
    fn order_changes_nothing((rows, penalty, not_negative) in training(), turn in 0_usize..60) {
        let found = fitted(&rows, penalty, &not_negative);
        let mut turned = rows.clone();
        turned.rotate_left(turn % rows.len());
        let doubled: Vec<_> = rows.iter().chain(&rows).cloned().collect();
        for other in [fitted(&turned, penalty, &not_negative), fitted(&doubled, 2.0 * penalty, &not_negative)] {
            prop_assert!((other.intercept - found.intercept).abs() < 1e-6);
            prop_assert!(other.coefficients.iter().zip(&found.coefficients).all(|(a, b)| (a - b).abs() < 1e-6), "{other:?} {found:?}");
        }
    }
}
