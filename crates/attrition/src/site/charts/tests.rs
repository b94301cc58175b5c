//! Charts and dates case by case, worked out by hand.

use super::*;
use crate::baseline::Standardised;
use crate::hazard::InputValues;
use std::collections::BTreeMap;

const USUAL: Standardised = Standardised { z: 0.0, whitened: 0.0, usual: 0.0, spread: 1.0 };

/// What was measured on a usual day.
fn seen(standardised: BTreeMap<Feature, Standardised>) -> Seen {
    Seen { inputs: InputValues::new(), standardised, returned: false, quiet: false }
}

/// A day on which features were so far from the usual, with the rate of absence that is usual of all.
fn take(charts: &mut Charts, day: i32, seen: &[(Feature, f64)]) {
    let seen = seen.iter().map(|(feature, z)| (*feature, Standardised { z: *z, whitened: *z, ..USUAL })).collect();
    charts.observe(day, &super::tests::seen(seen), &FeatureValues::default(), OwnRates::default(), 1.0);
}

/// A shift that was kept or missed.
fn shift(charts: &mut Charts, day: i32, absent: bool, rate: Option<f64>) {
    let mut values = FeatureValues::default();
    values.set(Feature::Absent, f64::from(u8::from(absent)));
    charts.observe(day, &seen(BTreeMap::new()), &values, OwnRates { absent: rate, ..OwnRates::default() }, 1.0);
}

/// 2.25 a day above the reference of 0.75: 9 on the fourth day is above the limit of 8. What is only dated alarms nobody.
#[test]
fn a_level_alarms_and_says_since_when() {
    let mut charts = Charts::default();
    let both = [(Feature::AfterCallWork, 3.0), (Feature::Hold, 3.0)];
    (1..=3).for_each(|day| take(&mut charts, day, &both));
    let since = |charts: &Charts| [Feature::AfterCallWork, Feature::Hold, Feature::HandleTime].map(|feature| charts.since_day(feature));
    assert_eq!((since(&charts), charts.alarmed_day()), ([Some(1), Some(1), None], None));
    take(&mut charts, 4, &both[1..]);
    assert_eq!((since(&charts), charts.alarmed_day()), ([Some(1), Some(1), None], None), "hold alarms nobody");
    take(&mut charts, 5, &both[..1]);
    assert_eq!((since(&charts), charts.alarmed_day()), ([Some(1), Some(1), None], Some(5)));
    // The chart is at zero, and its date is told for 28 days, the day of the alarm included: of hold to day 31, of after-call work to day 32.
    for (day, expected) in [(31, [Some(1), Some(1), None]), (32, [Some(1), None, None]), (33, [None; 3])] {
        take(&mut charts, day, &[]);
        assert_eq!(since(&charts), expected, "day {day}");
    }
    // Better is no alarm, and what is quiet is not looked at.
    let mut better = Charts::default();
    (1..=20).for_each(|day| take(&mut better, day, &[(Feature::AfterCallWork, -3.0)]));
    let quiet = Seen { quiet: true, ..seen(BTreeMap::from([(Feature::AfterCallWork, Standardised { z: 3.0, whitened: 3.0, ..USUAL })])) };
    (21..=40).for_each(|day| better.observe(day, &quiet, &FeatureValues::default(), OwnRates::default(), 1.0));
    assert_eq!(better.alarmed_day(), None);
}

/// 0.75 a day: an alarm on day 11; with the mean of 14 days it is a rule on day 14, for 28 days from the alarm on.
#[test]
fn efficiency_is_an_alarm_and_the_mean_of_fourteen_days() {
    let mut charts = Charts::default();
    (1..=13).for_each(|day| take(&mut charts, day, &[(Feature::AfterCallWork, 1.5)]));
    assert_eq!((charts.alarmed_day(), charts.rules(13)), (Some(11), Vec::new()));
    take(&mut charts, 14, &[(Feature::AfterCallWork, 1.5)]);
    assert_eq!((charts.rules(14), charts.rules(38)), (vec![Rule::Efficiency], vec![Rule::Efficiency]));
    assert_eq!(charts.rules(39), [], "28 days later the alarm is over");
    // An alarm, and then 14 days at 0.6 in two measures of pace: 0.6 is less than 1.
    let mut milder = Charts::default();
    (1..=4).for_each(|day| take(&mut milder, day, &[(Feature::AfterCallWork, 3.0)]));
    (5..=18).for_each(|day| take(&mut milder, day, &[(Feature::AfterCallWork, 0.6), (Feature::HandleTime, 0.6)]));
    assert_eq!((milder.alarmed_day(), milder.rules(18)), (Some(4), Vec::new()));
    // The same pace, and an alarm of something that is no pace.
    let mut pauses = Charts::default();
    (1..=14).for_each(|day| take(&mut pauses, day, &[(Feature::Pause, 3.0), (Feature::HandleTime, 1.0)]));
    assert_eq!((pauses.alarmed_day(), pauses.rules(14)), (Some(12), Vec::new()));
}

/// Ten points an absence of whoever is absent as often as usual: four in a row are above 34, and the chart alarms beside the three of 28 days.
#[test]
fn absences_are_counted_and_charted() {
    let mut charts = Charts::default();
    [1, 10, 20].into_iter().for_each(|day| shift(&mut charts, day, true, None));
    assert_eq!((charts.since_day(Feature::Absent), charts.alarmed_day()), (Some(1), None));
    assert_eq!((charts.rules(28), charts.rules(29)), (vec![Rule::Absence], Vec::new()), "three in 28 days, the first of which is day 1");
    let mut four = Charts::default();
    (1..=4).for_each(|day| shift(&mut four, day, true, None));
    assert_eq!((four.alarmed_day(), four.since_day(Feature::EdgeAbsent)), (Some(4), Some(1)));
    // On day 31 only that of day 4 is one of the last 28 days: the alarm is as well.
    assert_eq!((four.rules(31), four.rules(32)), (vec![Rule::Absence], Vec::new()));
    // Of one who is hardly ever absent three in a row are 48, above 45.
    let mut rare = Charts::default();
    shift(&mut rare, 0, false, Some(0.01));
    (1..=3).for_each(|day| shift(&mut rare, day, true, Some(0.01)));
    assert_eq!(rare.alarmed_day(), Some(3));
    // The date of the alarm of day 4 stays, whatever is seen afterwards without another alarm.
    (5..=12).for_each(|day| shift(&mut four, day, day == 12, None));
    assert_eq!(four.since_day(Feature::Absent), Some(1));
    (13..=31).for_each(|day| shift(&mut four, day, false, None));
    assert_eq!(four.since_day(Feature::Absent), Some(1));
    shift(&mut four, 32, true, None);
    assert_eq!(four.since_day(Feature::Absent), Some(32), "28 days later the alarm is over, and a run of its own begins");
}

/// Ten points a late start, and one less for every other: 10, 20, 30, 29, 39 is above 34 on the fifth shift. It is a date and no alarm.
#[test]
fn lateness_has_a_date_and_no_alarm() {
    let shifts = |rate: Option<f64>, late: &[bool]| {
        let mut charts = Charts::default();
        for (day, late) in (1..).zip(late) {
            let mut values = FeatureValues::default();
            values.set(Feature::Late, if *late { 3.0 } else { 0.0 });
            values.set(Feature::Early, if *late { 0.0 } else { 3.0 });
            charts.observe(day, &seen(BTreeMap::new()), &values, OwnRates { late: rate, ..OwnRates::default() }, 1.0);
        }
        charts
    };
    let mut late = shifts(None, &[false, true, true, true, false, true]);
    assert_eq!((late.since_day(Feature::Late), late.since_day(Feature::Early), late.alarmed_day()), (Some(2), Some(1), None));
    assert_eq!(late.rules(6), []);
    take(&mut late, 33, &[]);
    assert_eq!(late.since_day(Feature::Late), Some(2));
    take(&mut late, 34, &[]);
    assert_eq!(late.since_day(Feature::Late), None, "28 days after the alarm of day 6");
    // One late start is a run that ends after ten others: on the twelfth shift the points are zero again.
    let once = |kept: usize| shifts(None, &[vec![true], vec![false; kept]].concat()).since_day(Feature::Late);
    assert_eq!((once(9), once(10)), (Some(1), None));
    // Of whoever is late on one shift of six nothing is looked for.
    assert_eq!(shifts(Some(0.16), &[true; 20]).since_day(Feature::Late), None);
    assert_eq!(shifts(Some(0.15), &[false, true]).since_day(Feature::Late), Some(2));
}

/// Care is dated by the days on which it was judged; swing by an alarm alone.
#[test]
fn care_has_dates() {
    let mut charts = Charts::default();
    [3, 10].into_iter().for_each(|day| take(&mut charts, day, &[(Feature::Quality, 2.0), (Feature::Complaint, 1.0)]));
    let since =
        |charts: &Charts| [Feature::Quality, Feature::Complaint, Feature::Satisfaction, Feature::Swing].map(|of| charts.since_day(of));
    // Squares of 4 are an excess of 2.33: an average of 0.233 and then 0.442, which is no alarm.
    assert_eq!(since(&charts), [Some(3), Some(3), None, None]);
    // 0.631, 0.800, 0.953 above 0.9 on the third; of the level it is 6.25 above the 1.25 a time, below 8.
    [17, 24, 31].into_iter().for_each(|day| take(&mut charts, day, &[(Feature::Quality, 2.0)]));
    assert_eq!((since(&charts), charts.alarmed_day()), ([Some(3), Some(3), None, Some(3)], Some(31)));
    take(&mut charts, 58, &[]);
    assert_eq!(charts.since_day(Feature::Swing), Some(3));
    take(&mut charts, 59, &[]);
    assert_eq!(charts.since_day(Feature::Swing), None);
}

/// Five measures at 1 are √5 a day, 1.736 above the reference of 0.5: 6.94 on the fourth day is above 6.71. None of them alarms, no rule holds, and nobody is alarmed.
#[test]
fn the_sum_says_since_when_the_whole_changed_and_nothing_else() {
    let all = WholeChart::summed().map(|feature| (feature, 1.0));
    let mut charts = Charts::default();
    (1..=3).for_each(|day| take(&mut charts, day, &all));
    assert_eq!(charts.whole_since_day(), None, "it has not alarmed");
    take(&mut charts, 4, &all);
    assert_eq!((charts.whole_since_day(), charts.alarmed_day(), charts.rules(4)), (Some(1), None, Vec::new()));
    take(&mut charts, 31, &[]);
    assert_eq!(charts.whole_since_day(), Some(1));
    take(&mut charts, 32, &[]);
    assert_eq!(charts.whole_since_day(), None);
    // What is quiet is not summed, and a return begins the sum anew.
    let then = |change: fn(&mut Seen)| {
        let mut charts = Charts::default();
        (1..=3).for_each(|day| take(&mut charts, day, &all));
        let mut day = seen(all.iter().map(|(feature, z)| (*feature, Standardised { z: *z, ..USUAL })).collect());
        change(&mut day);
        charts.observe(4, &day, &FeatureValues::default(), OwnRates::default(), 1.0);
        charts.whole_since_day()
    };
    assert_eq!([then(|_| ()), then(|day| day.quiet = true), then(|day| day.returned = true)], [Some(1), None, None]);
}

/// Squares of 9 count as 4 at most: 0.4, 0.76, 1.084, above 0.9 on the third evaluation. Of customers' ratings there is the dispersion alone.
#[test]
fn quality_swings_or_is_low() {
    let mut charts = Charts::default();
    for (day, whitened) in [(1, 3.0), (2, -3.0), (3, 3.0)] {
        let seen = seen(BTreeMap::from([(Feature::Quality, Standardised { whitened, ..USUAL })]));
        charts.observe(day, &seen, &FeatureValues::default(), OwnRates::default(), 1.0);
    }
    assert_eq!((charts.alarmed_day(), charts.rules(3)), (Some(3), vec![Rule::Attitude]));
    let mut ratings = Charts::default();
    [1, 2, 3].into_iter().for_each(|day| take(&mut ratings, day, &[(Feature::Satisfaction, 3.0)]));
    assert_eq!((ratings.alarmed_day(), ratings.rules(3), ratings.dispersion()), (None, Vec::new(), Some(9.0)));
    take(&mut ratings, 4, &[(Feature::Complaint, 0.0)]);
    // A half-life of seven evaluations.
    assert!((ratings.dispersion().unwrap() - 9.0 * 2.0_f64.powf(-1.0 / 7.0)).abs() < 1e-12);
    let mut low = Charts::default();
    let seen = seen(BTreeMap::from([(Feature::Quality, Standardised { z: 1.5, ..USUAL })]));
    (1..=14).for_each(|day| low.observe(day, &seen, &FeatureValues::default(), OwnRates::default(), 1.0));
    assert_eq!(low.rules(14), [Rule::Attitude]);
}

#[test]
fn five_of_ten_shifts_are_overload() {
    let mut charts = Charts::default();
    let mut work = |overloaded: f64| {
        let mut values = FeatureValues::default();
        values.set(Feature::Overloaded, overloaded);
        charts.observe(1, &seen(BTreeMap::new()), &values, OwnRates::default(), 1.0);
        charts.rules(1)
    };
    assert_eq!((1..=5).map(|_| work(1.0).len()).collect::<Vec<_>>(), [0, 0, 0, 0, 1]);
    // The first of the five is one of the last ten for five more.
    assert_eq!((1..=6).map(|_| work(0.0).len()).collect::<Vec<_>>(), [1, 1, 1, 1, 1, 0]);
}

/// Three absences in twenty shifts are the rule of everybody. At the usual rate of 1 in 21 chance gives them to 7 of 100, and something changed; of whoever is absent at twice that rate to 30, and
/// it takes five. The chart of absence knows the own rate by itself and is short of its alarm; where it alarmed something changed, however few absences are left of it.
#[test]
fn who_is_usually_absent_is_not_hurried_for_it() {
    let after = |absences: i32, rate: f64| {
        let mut charts = Charts::default();
        (1..=20).for_each(|day| shift(&mut charts, day, day % 4 == 0 && day / 4 <= absences, Some(rate)));
        (charts.alarmed_day(), charts.rules(20), charts.rule_of_change(20))
    };
    let usual = RateSettings::ABSENCE.mean();
    assert_eq!(after(2, usual), (None, Vec::new(), false));
    assert_eq!(after(3, usual), (None, vec![Rule::Absence], true));
    assert_eq!(after(3, 2.0 * usual), (None, vec![Rule::Absence], false));
    assert_eq!(after(4, 2.0 * usual), (None, vec![Rule::Absence], false));
    assert_eq!(after(5, 2.0 * usual), (None, vec![Rule::Absence], true));
    // Of fewer shifts fewer absences are usual: what was four weeks ago is forgotten.
    let mut charts = Charts::default();
    (1..=17).for_each(|day| shift(&mut charts, day, false, Some(2.0 * usual)));
    [40, 41, 42].into_iter().for_each(|day| shift(&mut charts, day, true, Some(2.0 * usual)));
    assert!(charts.rules(42) == [Rule::Absence] && charts.rule_of_change(42));
    let mut alarmed = Charts::default();
    (1..=31).for_each(|day| shift(&mut alarmed, day, day <= 4, Some(usual)));
    assert_eq!((alarmed.alarmed_day(), alarmed.rule_of_change(31), alarmed.rule_of_change(32)), (Some(4), true, false));
    // 28 shifts at 1 in 26 are 1.08, at 1 in 25 1.12, and up to 1.10 chance gives three to no more than one in ten. A day later a shift less is one of the last 28 days.
    let in_29_days = |rate: f64| {
        let mut charts = Charts::default();
        (1..=29).for_each(|day| shift(&mut charts, day, [10, 20, 29].contains(&day), Some(rate)));
        assert_eq!(charts.alarmed_day(), None);
        [29, 30].map(|day| charts.rule_of_change(day))
    };
    assert_eq!([in_29_days(1.0 / 26.0), in_29_days(1.0 / 25.0)], [[true, true], [false, true]]);
}

/// Absent on every seventh shift: set to 7 points an absence (own rate 9 %) the chart gains one each time and alarms again and again; set to 4, as at the true rate, it loses two. At one in five the 4
/// would gain nothing and lose nothing, and there no chart runs, nor does what it had begun go on.
#[test]
fn who_is_usually_absent_does_not_alarm_by_it() {
    let every = |apart: i32, rate: f64| {
        let mut charts = Charts::default();
        shift(&mut charts, 0, false, Some(rate));
        (1..=700).for_each(|day| shift(&mut charts, day, day % apart == 0, Some(rate)));
        charts
    };
    assert_eq!(every(7, 1.0 / 7.0).alarmed_day(), None);
    assert!(every(7, 0.09).alarmed_day().is_some(), "seven points an absence rise by themselves");
    let often = every(5, 0.2);
    assert_eq!((often.alarmed_day(), often.since_day(Feature::Absent), often.rules(700)), (None, None, vec![Rule::Absence]));
    assert!(!often.rule_of_change(700), "four in twenty are what is usual of one in five");
    // More than usual of such an agent is seen by the count alone.
    let mut more = often.clone();
    (701..=712).for_each(|day| shift(&mut more, day, true, Some(0.2)));
    assert_eq!((more.alarmed_day(), more.rule_of_change(712)), (None, true));
    // 10, 20, 30 points, then nothing, then 10, 20, 30: four in a row would have been an alarm.
    let mut between = Charts::default();
    (1..=3).for_each(|day| shift(&mut between, day, true, None));
    shift(&mut between, 4, true, Some(0.16));
    (5..=7).for_each(|day| shift(&mut between, day, true, None));
    assert_eq!((between.alarmed_day(), between.since_day(Feature::Absent)), (None, Some(5)));
}

/// After a long gap nothing of before counts on: each chart was one day short of its alarm.
#[test]
fn a_gap_begins_everything_anew() {
    let mut charts = Charts::default();
    let both = [(Feature::AfterCallWork, 3.0), (Feature::Quality, 3.0)];
    take(&mut charts, 1, &both[..1]);
    (2..=3).for_each(|day| take(&mut charts, day, &both));
    (1..=3).for_each(|day| shift(&mut charts, day, true, None));
    let back = Seen { returned: true, quiet: true, ..seen(BTreeMap::from([(Feature::AfterCallWork, USUAL)])) };
    charts.observe(60, &back, &FeatureValues::default(), OwnRates::default(), 1.0);
    assert_eq!(charts.since_day(Feature::Absent), None);
    take(&mut charts, 61, &both);
    shift(&mut charts, 61, true, None);
    assert_eq!(
        (charts.alarmed_day(), charts.since_day(Feature::AfterCallWork), charts.since_day(Feature::Absent)),
        (None, Some(61), Some(61))
    );
}
