//! Mean run lengths of the charts, equal to the published tables in every printed digit. Sources: the papers named at each table, as quoted in the manual of
//! the R package `spc` 0.7.2 (Knoth), all recomputed. `here` marks the few digits in which the integral equation differs from an older approximation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "these values are exact by construction")]

mod printed;

use attrition::detectors::AbsenceSettings;
use attrition::detectors::run_length::{
    bernoulli, cusum, cusum_limit, cusum_two_sided, ewma, ewma_reflected, ewma_reflected_width, poisson, shewhart,
};
use printed::{assert_printed, assert_row};

const SHIFTS: [f64; 11] = [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0];

#[test]
fn two_sided_cusum() {
    // Lucas & Crosier 1982, k 0.5, without and with a head start of h / 2.
    let row = |limit: f64, head: f64| SHIFTS.map(|shift| cusum_two_sided(0.5, limit, shift, head).unwrap());
    assert_row(row(4.0, 0.0), "168 74.2 26.6 13.3 8.38 4.75 3.34 2.62 2.19 1.71 1.31", "h 4");
    // The paper has 1.32 at shift 3; here 1.33.
    assert_row(row(4.0, 2.0), "149 62.7 20.1 8.97 5.29 2.86 2.01 1.59 1.33 1.07 1.01", "h 4, head start 2");
    assert_row(row(5.0, 0.0), "465.44 139.49 38.00 17.05 10.38 5.75 4.01 3.11 2.57 2.01 1.69", "h 5");
    assert_row(row(5.0, 2.5), "430.39 121.69 28.67 11.24 6.35 3.37 2.36 1.86 1.54 1.16 1.02", "h 5, head start 2.5");
    assert_printed(row(4.0, 0.0)[0], "167.68", "h 4 without change");
    assert_printed(row(4.0, 2.0)[0], "148.7", "h 4 without change, head start 2");
    assert_printed(cusum_two_sided(0.6, 3.0, -0.2, 0.0).unwrap(), "65.46", "k 0.6 h 3 at −0.2; the paper has 65.4");
}

#[test]
fn one_sided_cusum() {
    let run = |reference: f64, limit: f64, shift: f64| cusum(reference, limit, shift, 0.0).unwrap();
    // Brook & Evans 1972 print 117.59; Waldmann.
    assert_printed(run(0.5, 3.0, 0.0), "117.60", "k 0.5 h 3");
    assert_printed(run(0.5, 3.0, 1.5), "3.75", "k 0.5 h 3 at 1.5");
    assert_printed(run(0.5, 3.0, -0.5), "1962.8", "k 0.5 h 3 at −0.5");
    assert_printed(run(0.5, 3.0, 0.5), "17.35", "k 0.5 h 3 at 0.5");
    assert_printed(run(0.5, 4.0, 0.0), "335.37", "k 0.5 h 4");
    assert_printed(run(0.5, 5.0, 0.0), "930.89", "k 0.5 h 5");
    // Vance 1986 prints 2071.5 at −0.25; here 2071.57.
    let shifts = [-0.25, -0.125, 0.0, 0.125, 0.25, 0.5, 0.75, 1.0];
    assert_row(shifts.map(|shift| run(0.0, 10.0, shift)), "2071.57 400.28 124.66 59.30 36.71 20.37 14.06 10.75", "k 0 h 10");
    // SAS/QC print 4.1500836225 and 4.1061588.
    assert_printed(run(0.25, 8.0, 2.5), "4.15008373", "k 0.25 h 8 at 2.5");
    assert_printed(cusum(0.25, 8.0, 2.5, 0.1).unwrap(), "4.1061588", "the same, head start 0.1");
}

#[test]
fn limits_for_a_wanted_run_length() {
    let lengths = [250.0, 500.0, 1000.0, 2000.0];
    let delays =
        [(0.25, "5.994 7.267 8.585 9.931", "12.2"), (0.5, "3.716 4.389 5.071 5.757", "10.5"), (0.75, "2.626 3.080 3.538 3.999", "11.6")];
    for (reference, limits, delay) in delays {
        assert_row(lengths.map(|length| cusum_limit(reference, length)), limits, &format!("CUSUM k {reference}"));
        assert_printed(cusum(reference, cusum_limit(reference, 1000.0), 1.0, 0.0).unwrap(), delay, "delay at shift 1");
    }
    let delays =
        [(0.05, "2.246 2.554 2.830 3.081", "12.4"), (0.1, "2.462 2.740 2.992 3.223", "11.2"), (0.2, "2.616 2.870 3.103 3.317", "11.6")];
    for (weight, widths, delay) in delays {
        assert_row(lengths.map(|length| ewma_reflected_width(weight, length)), widths, &format!("EWMA λ {weight}"));
        assert_printed(ewma_reflected(weight, ewma_reflected_width(weight, 1000.0), 1.0).unwrap(), delay, "delay at shift 1");
    }
}

#[test]
fn two_sided_ewma() {
    let row = |weight: f64, width: f64| SHIFTS[..10].iter().map(|shift| ewma(weight, width, *shift).unwrap()).collect::<Vec<_>>();
    // Lucas & Saccucci 1990.
    assert_row(row(0.5, 3.071), "500 255 88.8 35.9 17.5 6.53 3.63 2.50 1.93 1.34", "λ 0.5");
    assert_row(row(0.03, 2.437), "500 76.7 29.3 17.6 12.6 8.07 5.99 4.80 4.03 3.11", "λ 0.03");
    // The pairs of λ and L are those of Montgomery's table.
    for (weight, width, printed) in [
        (0.4, 3.054, "499.95 223.73 71.20 28.42 14.26 5.87 3.52 2.54 2.02 1.44"),
        (0.25, 2.998, "499.84 170.30 48.29 20.11 11.14 5.46 3.61 2.74 2.26 1.73"),
        (0.2, 2.962, "499.74 150.22 41.76 18.15 10.54 5.50 3.74 2.88 2.38 1.86"),
        (0.1, 2.814, "499.58 106.32 31.30 15.85 10.33 6.08 4.36 3.44 2.87 2.19"),
        (0.05, 2.615, "499.93 84.01 28.76 16.37 11.38 7.11 5.22 4.17 3.50 2.69"),
    ] {
        assert_row(row(weight, width), printed, &format!("λ {weight}"));
    }
    // Crowder 1987, L 2; at λ 0.5 and shift 2 he prints 1.94, here 1.95.
    let at = |weight: f64, shifts: [f64; 5]| shifts.map(|shift| ewma(weight, 2.0, shift).unwrap());
    assert_row(at(0.5, [0.0, 0.5, 1.0, 2.0, 3.0]), "26.45 11.89 4.91 1.95 1.26", "Crowder λ 0.5");
    assert_row(at(0.05, [0.0, 0.5, 1.0, 2.0, 3.0]), "127.53 18.97 8.38 4.04 2.76", "Crowder λ 0.05");
    assert_printed(ewma(0.25, 3.0, 1.0).unwrap(), "11.154267016", "SAS/QC λ 0.25 L 3 at 1");
}

#[test]
fn whole_points() {
    // Lucas 1985: mean 0.25, k 0.25, h 10; in points: +4 per event, −1 per step, alarm at 40.
    assert_printed(poisson(0.25, 4, 40, 0).unwrap(), "438.12", "Poisson");
    assert_printed(poisson(0.25, 4, 40, 20).unwrap(), "333.12", "Poisson, from the middle");
    for (points, limit, rates) in [
        (16, 45, vec![(0.03, "1092"), (0.10, "54.1")]),
        (10, 34, vec![(0.05, "1069"), (0.15, "44.6"), (0.10, "109.1")]),
        (8, 24, vec![(0.05, "1076"), (0.20, "26.8")]),
        (7, 31, vec![(0.08, "1084"), (0.20, "45.2")]),
    ] {
        for (rate, printed) in rates {
            assert_printed(bernoulli(rate, points, limit).unwrap(), printed, &format!("+{points} to {limit} at {rate}"));
        }
    }
}

#[test]
fn single_values() {
    assert_printed(shewhart(3.0, 0.0), "370.398", "Shewhart");
    assert_printed(shewhart(3.0, 1.0), "43.895", "Shewhart at 1");
}

/// Of whatever own rate: no chart rises by itself, and false alarms are 260 shifts apart or more.
#[test]
fn no_chart_of_shifts_alarms_by_what_is_usual() {
    for at in 1..160 {
        let rate = f64::from(at) / 1000.0 + 0.0009;
        let Some(settings) = AbsenceSettings::for_usual_rate(rate) else {
            assert!(rate >= 0.16, "no chart at {rate}");
            continue;
        };
        assert!(f64::from(settings.points) * rate < 1.0 - rate, "{settings:?} rises at {rate}");
        let run = bernoulli(rate, settings.points, settings.limit).unwrap();
        assert!(run >= 260.0, "{settings:?} at {rate}: {run}");
    }
}
