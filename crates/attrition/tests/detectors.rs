//! The charts step by step, against recursions worked out in textbooks or by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "these values are exact by construction")]

mod printed;

use attrition::detectors::{
    AbsenceChart, AbsenceSettings, AfterAlarm, Cusum, CusumReading, CusumSettings, Ewma, EwmaReading, EwmaSettings, Limits, Rule,
    RuleFacts, theil_sen,
};
use printed::assert_printed;
use proptest::prelude::*;

/// Montgomery's example (Introduction to Statistical Quality Control): target 10, standard deviation 1, twenty values in control and ten from a mean of 11.
const MONTGOMERY: [f64; 30] = [
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84,
    10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
];

fn cusum_of(values: impl Iterator<Item = f64>, settings: CusumSettings) -> Vec<CusumReading> {
    let mut chart = Cusum::new(settings);
    (1..).zip(values).map(|(day, value)| chart.observe(day, value)).collect()
}

#[test]
fn cusum_of_montgomery() {
    let settings = CusumSettings { reference: 0.5, limit: 5.0, head_start: 0.0, after_alarm: AfterAlarm::GoOn };
    let up = cusum_of(MONTGOMERY.iter().map(|x| x - 10.0), settings);
    let down = cusum_of(MONTGOMERY.iter().map(|x| 10.0 - x), settings);
    for (place, printed) in [(1, "0.05"), (2, "1.56"), (3, "1.77")] {
        assert_printed(down[place - 1].value, printed, &format!("C− {place}"));
    }
    for (place, printed) in [(5, "2.82"), (23, "1.79"), (27, "3.35"), (28, "4.47"), (29, "5.28"), (30, "5.30")] {
        assert_printed(up[place - 1].value, printed, &format!("C+ {place}"));
    }
    let first = up.iter().position(|reading| reading.alarm).unwrap();
    assert_eq!((first + 1, up[first].onset_day), (29, Some(23)));
    assert!(down.iter().all(|reading| !reading.alarm));
    // Begun anew after the alarm, the thirtieth value alone: 0.52 − 0.5.
    let restarted = cusum_of(MONTGOMERY.iter().map(|x| x - 10.0), CusumSettings { after_alarm: AfterAlarm::Restart, ..settings });
    assert_printed(restarted[29].value, "0.02", "after a restart");
    assert_eq!(restarted[29].onset_day, Some(30));
}

#[test]
fn ewma_of_montgomery() {
    let settings = EwmaSettings { weight: 0.1, width: 2.7, reflected: false, limits: Limits::Growing, after_alarm: AfterAlarm::GoOn };
    let mut chart = Ewma::new(settings);
    let readings: Vec<EwmaReading> = (1..).zip(MONTGOMERY).map(|(day, x)| chart.observe(day, x - 10.0)).collect();
    for (place, printed) in [(1, "9.945"), (2, "9.7495"), (3, "9.70355"), (5, "10.12528"), (28, "10.57314"), (29, "10.64682")] {
        assert_printed(10.0 + readings[place - 1].value, printed, &format!("z {place}"));
    }
    assert_printed(10.0 + readings[27].limit, "10.61857", "limit");
    assert_eq!(readings.iter().position(|reading| reading.alarm), Some(28));
}

#[test]
fn a_head_start_is_a_beginning_and_not_a_zero() {
    let settings = CusumSettings { reference: 0.5, limit: 4.0, head_start: 2.0, after_alarm: AfterAlarm::Restart };
    // 2 + 2 − 0.5 = 3.5, 3.5 + 1.1 − 0.5 = 4.1 > 4; after the alarm from zero: 2 − 0.5 = 1.5.
    let readings = cusum_of([2.0, 1.1, 2.0].into_iter(), settings);
    assert_eq!(readings.iter().map(|reading| reading.alarm).collect::<Vec<_>>(), [false, true, false]);
    assert_printed(readings[2].value, "1.5", "after the alarm");
}

#[test]
fn a_reflected_ewma_does_not_save_up_good_days() {
    let mut chart = Ewma::new(EwmaSettings::DRIFT);
    let good = (1..=50).map(|day| chart.observe(day, -3.0)).collect::<Vec<_>>();
    assert!(good.iter().all(|reading| reading.value == 0.0 && !reading.alarm));
    // Limit 2.99 · √(0.1 / 1.9) = 0.68594; 3 · (1 − 0.9^n) passes it at n = 3: 3 · 0.271 = 0.813.
    let bad: Vec<bool> = (51..=53).map(|day| chart.observe(day, 3.0).alarm).collect();
    assert_eq!(bad, [false, false, true]);
}

#[test]
fn absences_count_in_points() {
    let mut chart = AbsenceChart::new(AbsenceSettings::RARE);
    // 16, 15, 31, 30, 46 ≥ 45.
    let readings: Vec<_> = [true, false, true, false, true].into_iter().zip(1..).map(|(absent, day)| chart.observe(day, absent)).collect();
    assert_eq!(readings.iter().map(|reading| reading.points).collect::<Vec<_>>(), [16, 15, 31, 30, 46]);
    assert_eq!(readings.iter().map(|reading| reading.alarm).collect::<Vec<_>>(), [false, false, false, false, true]);
    assert_eq!(readings[4].onset_day, Some(1));
    // After the alarm from zero; attended shifts do not go below it.
    assert_eq!((chart.observe(6, false).points, chart.observe(7, true).points), (0, 16));
    let of = AbsenceSettings::for_usual_rate;
    for (from, below, settings) in [
        (0.0, 0.0399, Some(AbsenceSettings::RARE)),
        (0.04, 0.0649, Some(AbsenceSettings::USUAL)),
        (0.065, 0.0999, Some(AbsenceSettings::FREQUENT)),
        (0.1, 0.1599, Some(AbsenceSettings::OFTEN)),
        (0.16, 1.0, None),
    ] {
        assert_eq!([of(from), of(below)], [settings; 2], "{from} to {below}");
    }
    // Exactly the limit alarms: 34 points are 10 · 3 + … with two lots of 7: 31 ≥ 31 needs 7 · 5 − 4.
    let mut frequent = AbsenceChart::new(AbsenceSettings::FREQUENT);
    let exact = [true, true, true, false, false, false, false, true, true]
        .into_iter()
        .zip(1..)
        .map(|(absent, day)| frequent.observe(day, absent))
        .last();
    assert_eq!(exact.map(|reading| (reading.points, reading.alarm)), Some((31, true)));
}

#[test]
fn a_slope_is_told_when_it_is_steep_and_certain() {
    let line = |per_day: f64, noise: f64| -> Vec<(i32, f64)> {
        (0..20).map(|day| (day, per_day * f64::from(day) + if day % 2 == 0 { noise } else { -noise })).collect()
    };
    assert!(theil_sen(&line(0.05, 0.1)).unwrap().is_drift());
    assert!(!theil_sen(&line(0.02, 0.0)).unwrap().is_drift(), "certain but not steep");
    assert_eq!([0.029, 0.031].map(|per_day| theil_sen(&line(per_day, 0.0)).unwrap().is_drift()), [false, true]);
    // Days that jump between −5 and 5 in no order: 7 · day modulo 11.
    let jumping: Vec<(i32, f64)> = (0..20).map(|day| (day, 0.2 * f64::from(day) + f64::from(day * 7 % 11) - 5.0)).collect();
    let slope = theil_sen(&jumping).unwrap();
    assert!(slope.per_day > 0.1 && !slope.is_drift(), "steep but not certain: {slope:?}");
    // One wild day among twenty moves the median slope by little: an outlier of 100 in least squares would add up to 1.4 a day.
    let mut wild = line(0.05, 0.0);
    wild[19].1 = 100.0;
    assert!((theil_sen(&wild).unwrap().per_day - 0.05).abs() < 1e-9);
    assert_eq!(theil_sen(&line(0.05, 0.0)[..7]), None);
}

#[test]
fn sen_interval_by_hand() {
    // Eight days, values 0 0 0 0 1 1 1 1: 28 pairs, of which 4 · 4 = 16 rise (by 1 over 1 to 7 days) and 12 are level.
    // Var S = 8 · 7 · 21 / 18 = 65.333, twice its root 16.166; (28 − 16.166) / 2 = 5.92 → the fifth from below and from above.
    // Slopes rising: 1/1 once, 1/2 twice, 1/3 three times, 1/4 four times … → fifth from above 1/3; fifth from below 0; median between the 14th and
    // 15th: 12 zeros, 1/7 once, 1/6 twice → both 1/6.
    let days: Vec<(i32, f64)> = (0..8).map(|day| (day, if day < 4 { 0.0 } else { 1.0 })).collect();
    let slope = theil_sen(&days).unwrap();
    assert!((slope.per_day - 1.0 / 6.0).abs() < 1e-12 && (slope.upper - 1.0 / 3.0).abs() < 1e-12 && slope.lower == 0.0, "{slope:?}");
    assert!(!slope.is_drift());
}

#[test]
fn every_rule_at_its_border() {
    let none = RuleFacts::default();
    let holds = |facts: RuleFacts| Rule::ALL.into_iter().filter(|rule| rule.holds(&facts)).collect::<Vec<_>>();
    assert_eq!(holds(none), []);
    // Pace needs both the chart and the size of the change.
    assert_eq!(holds(RuleFacts { pace_alarm: true, pace_14: Some(1.0), ..none }), [Rule::Efficiency]);
    assert_eq!(holds(RuleFacts { pace_alarm: true, pace_14: Some(0.99), ..none }), []);
    assert_eq!(holds(RuleFacts { pace_alarm: true, pace_14: None, ..none }), []);
    assert_eq!(holds(RuleFacts { pace_14: Some(3.0), ..none }), []);
    assert_eq!(holds(RuleFacts { absence_alarm: true, ..none }), [Rule::Absence]);
    assert_eq!(holds(RuleFacts { unapproved_absences: 3, ..none }), [Rule::Absence]);
    assert_eq!(holds(RuleFacts { unapproved_absences: 2, ..none }), []);
    assert_eq!(holds(RuleFacts { swing_alarm: true, ..none }), [Rule::Attitude]);
    assert_eq!(holds(RuleFacts { quality_14: Some(1.5), ..none }), [Rule::Attitude]);
    assert_eq!(holds(RuleFacts { quality_14: Some(1.49), ..none }), []);
    assert_eq!(holds(RuleFacts { overloaded_shifts: 5, ..none }), [Rule::Overload]);
    assert_eq!(holds(RuleFacts { overloaded_shifts: 4, ..none }), []);
}

proptest! {
    /// What a chart shows on a day depends on nothing that comes later, and a chart kept as text goes on as if it had never been stored.
    #[test]
    fn a_stored_chart_goes_on(eighths in prop::collection::vec(-24_i8..24, 2..80), cut in 0_usize..80) {
        // Eighths are exact; other fractions serde_json reads one unit off in the last place, so a store of state must not be JSON.
        let values: Vec<f64> = eighths.into_iter().map(|eighths| f64::from(eighths) / 8.0).collect();
        let cut = cut % values.len();
        let mut whole = Cusum::new(CusumSettings::WHITENED);
        let all: Vec<CusumReading> = (0..).zip(&values).map(|(day, value)| whole.observe(day, *value)).collect();
        let mut first = Cusum::new(CusumSettings::WHITENED);
        let begun: Vec<CusumReading> = (0..).zip(&values[..cut]).map(|(day, value)| first.observe(day, *value)).collect();
        prop_assert_eq!(&all[..cut], &begun[..]);
        let mut second: Cusum = serde_json::from_str(&serde_json::to_string(&first).unwrap()).unwrap();
        let rest: Vec<CusumReading> = (cut as i32..).zip(&values[cut..]).map(|(day, value)| second.observe(day, *value)).collect();
        prop_assert_eq!(&all[cut..], &rest[..]);
    }

    /// The onset lies between the last zero and today; worse days never lower a chart.
    #[test]
    fn onset_is_after_the_last_zero(values in prop::collection::vec(-2.0_f64..3.0, 1..80), worse in 0.0_f64..1.0) {
        let settings = CusumSettings { after_alarm: AfterAlarm::GoOn, ..CusumSettings::WHITENED };
        let readings = cusum_of(values.iter().copied(), settings);
        let heavier = cusum_of(values.iter().map(|value| value + worse), settings);
        let mut last_zero = 0;
        for (day, (reading, heavier)) in (1..).zip(readings.iter().zip(&heavier)) {
            if reading.value <= 0.0 { last_zero = day; }
            prop_assert_eq!(reading.onset_day, (reading.value > 0.0).then_some(last_zero + 1));
            prop_assert!(heavier.value >= reading.value - 1e-12);
        }
    }

    /// A slope does not depend on the order of the days, and follows scale and shift of the values.
    #[test]
    fn slopes_follow_the_values(values in prop::collection::vec(-3.0_f64..3.0, 8..25), turn in 0_usize..25) {
        let days: Vec<(i32, f64)> = (0..).zip(values.iter().copied()).collect();
        let slope = theil_sen(&days).unwrap();
        let mut turned = days.clone();
        turned.rotate_left(turn % days.len());
        prop_assert_eq!(theil_sen(&turned).unwrap(), slope);
        let scaled: Vec<(i32, f64)> = days.iter().map(|(day, value)| (*day, 2.0 * value + 5.0)).collect();
        prop_assert!((theil_sen(&scaled).unwrap().per_day - 2.0 * slope.per_day).abs() < 1e-9);
        prop_assert!(slope.lower <= slope.per_day && slope.per_day <= slope.upper);
    }
}
