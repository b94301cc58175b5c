//! Charts and named rules of one agent: since when something changed. None of them alerts alone.

use crate::baseline::{RateSettings, Standardised};
use crate::detectors::{AbsenceChart, AbsenceSettings, Cusum, CusumSettings, Rule, RuleFacts, Swing};
use crate::features::{Feature, FeatureValues};
use crate::numerics::gain;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// Features with a chart of their level.
const CHARTED: [Feature; 5] = [Feature::HandleTime, Feature::AfterCallWork, Feature::Output, Feature::Pause, Feature::AdherenceGap];
/// Of them, those of pace that the rule of efficiency looks at.
const PACE: [Feature; 3] = [Feature::HandleTime, Feature::AfterCallWork, Feature::Output];
/// What swings: care as others judge it.
const SWINGING: [Feature; 3] = [Feature::Quality, Feature::Satisfaction, Feature::Complaint];
/// Days for which an alarm is remembered.
const REMEMBERED_DAYS: i32 = 28;
/// Worked days of the means of the rules.
const RULE_DAYS: usize = 14;
/// Worked days of which half may be overloaded.
const SHIFTS: u32 = 10;
const OVERLOADED_ABOVE: f64 = 0.5;
/// Half-life of the dispersion of care, in evaluations.
const SWING_HALF_LIFE: f64 = 7.0;
/// Everybody is absent so many times as often as usual: a wave.
const WAVE_FROM_TIMES: f64 = 1.5;

/// The state for one agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Charts {
    levels: Vec<Cusum>,
    absence: AbsenceChart,
    absence_onset: Option<i32>,
    swing: Swing,
    /// Mean of squared whitened residuals of care; `None` before the first.
    dispersion: Option<f64>,
    /// Days of the latest alarms: pace, absence, swing, any.
    alarmed: [Option<i32>; 4],
    pace: VecDeque<f64>,
    quality: VecDeque<f64>,
    /// Days of absences not approved in advance.
    absences: VecDeque<i32>,
    /// The latest shifts, the newest in the lowest bit: overloaded.
    overloaded: u16,
}

impl Default for Charts {
    fn default() -> Self {
        Self {
            levels: CHARTED.map(|_| Cusum::new(CusumSettings::LEVEL)).to_vec(),
            absence: AbsenceChart::new(AbsenceSettings::for_usual_rate(RateSettings::ABSENCE.mean())),
            absence_onset: None,
            swing: Swing::default(),
            dispersion: None,
            alarmed: [None; 4],
            pace: VecDeque::new(),
            quality: VecDeque::new(),
            absences: VecDeque::new(),
            overloaded: 0,
        }
    }
}

impl Charts {
    /// Takes a day: what it showed against the own usual, and `day_values` as they are (the overload of the day itself, not smoothed).
    pub(crate) fn observe(
        &mut self,
        day: i32,
        standardised: &BTreeMap<Feature, Standardised>,
        day_values: &FeatureValues,
        absence_rate: Option<f64>,
        times_absent: f64,
    ) {
        if standardised.values().any(|seen| seen.after_gap) {
            self.restart();
        }
        for (chart, feature) in self.levels.iter_mut().zip(CHARTED) {
            let Some(seen) = standardised.get(&feature).filter(|seen| !seen.quiet) else { continue };
            if chart.observe(day, seen.z).alarm {
                self.alarmed[3] = Some(day);
                if PACE.contains(&feature) {
                    self.alarmed[0] = Some(day);
                }
            }
        }
        for feature in SWINGING {
            let Some(seen) = standardised.get(&feature).filter(|seen| !seen.quiet) else { continue };
            let squared = seen.whitened * seen.whitened;
            self.dispersion = Some(self.dispersion.map_or(squared, |before| before + gain(SWING_HALF_LIFE) * (squared - before)));
            if feature == Feature::Quality && self.swing.observe(day, seen.whitened).alarm {
                (self.alarmed[2], self.alarmed[3]) = (Some(day), Some(day));
            }
        }
        let known = |feature| standardised.get(&feature).filter(|seen| !seen.quiet).map(|seen| seen.z);
        let pace: Vec<f64> = PACE.into_iter().filter_map(known).collect();
        if !pace.is_empty() {
            keep(&mut self.pace, pace.iter().sum::<f64>() / pace.len() as f64);
        }
        if let Some(z) = known(Feature::Quality) {
            keep(&mut self.quality, z);
        }
        if let Some(overloaded) = day_values.get(Feature::Overloaded) {
            self.overloaded = (self.overloaded << 1) | u16::from(overloaded > OVERLOADED_ABOVE);
        }
        // In a wave neither an absence nor a shift that was kept says anything about the agent.
        if let Some(absent) = day_values.get(Feature::Absent).filter(|_| times_absent < WAVE_FROM_TIMES) {
            self.observe_shift(day, absent > 0.0, absence_rate);
        }
    }

    fn observe_shift(&mut self, day: i32, absent: bool, rate: Option<f64>) {
        let reading = self.absence.observe(day, absent);
        self.absence_onset = reading.onset_day;
        if reading.alarm {
            (self.alarmed[1], self.alarmed[3]) = (Some(day), Some(day));
        }
        if reading.points == 0 || reading.alarm {
            // Between two runs the chart is set to what is usual for the agent by now.
            self.absence = AbsenceChart::new(AbsenceSettings::for_usual_rate(rate.unwrap_or_else(|| RateSettings::ABSENCE.mean())));
        }
        if absent {
            self.absences.push_back(day);
        }
        while self.absences.front().is_some_and(|first| first.saturating_add(REMEMBERED_DAYS) <= day) {
            self.absences.pop_front();
        }
    }

    fn restart(&mut self) {
        self.levels.iter_mut().for_each(Cusum::restart);
        self.absence.restart();
        self.swing.restart();
        self.absence_onset = None;
        self.pace.clear();
        self.quality.clear();
    }

    /// Dispersion of care so far.
    pub(crate) fn dispersion(&self) -> Option<f64> {
        self.dispersion
    }

    /// The latest day on which a chart alarmed.
    pub(crate) fn alarmed_day(&self) -> Option<i32> {
        self.alarmed[3]
    }

    /// Since when a feature may have been another, from its chart.
    pub(crate) fn since_day(&self, feature: Feature) -> Option<i32> {
        match feature {
            Feature::Absent | Feature::EdgeAbsent => self.absence_onset,
            other => CHARTED.iter().position(|charted| *charted == other).and_then(|at| self.levels.get(at)?.onset_day()),
        }
    }

    /// The named rules that hold as of a day.
    pub(crate) fn rules(&self, day: i32) -> Vec<Rule> {
        let lately = |alarmed: Option<i32>| alarmed.is_some_and(|alarmed| alarmed.saturating_add(REMEMBERED_DAYS) > day);
        let mean = |values: &VecDeque<f64>| (values.len() == RULE_DAYS).then(|| values.iter().sum::<f64>() / RULE_DAYS as f64);
        let facts = RuleFacts {
            pace_alarm: lately(self.alarmed[0]),
            pace_14: mean(&self.pace),
            absence_alarm: lately(self.alarmed[1]),
            unapproved_absences: self.absences.iter().filter(|absence| absence.saturating_add(REMEMBERED_DAYS) > day).count() as u32,
            swing_alarm: lately(self.alarmed[2]),
            quality_14: mean(&self.quality),
            overloaded_shifts: (self.overloaded & ((1 << SHIFTS) - 1)).count_ones(),
        };
        Rule::ALL.into_iter().filter(|rule| rule.holds(&facts)).collect()
    }
}

fn keep(values: &mut VecDeque<f64>, value: f64) {
    values.push_back(value);
    while values.len() > RULE_DAYS {
        values.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Standardised = Standardised { z: 0.0, whitened: 0.0, usual: 0.0, spread: 1.0, after_gap: false, quiet: false };

    /// A day on which features were so far from the usual, with the rate of absence that is usual of all.
    fn take(charts: &mut Charts, day: i32, seen: &[(Feature, f64)]) {
        let seen = seen.iter().map(|(feature, z)| (*feature, Standardised { z: *z, whitened: *z, ..USUAL })).collect();
        charts.observe(day, &seen, &FeatureValues::default(), None, 1.0);
    }

    /// A shift that was kept or missed.
    fn shift(charts: &mut Charts, day: i32, absent: bool, rate: Option<f64>) {
        let mut values = FeatureValues::default();
        values.set(Feature::Absent, f64::from(u8::from(absent)));
        charts.observe(day, &BTreeMap::new(), &values, rate, 1.0);
    }

    /// 2.25 a day above the reference of 0.75: 9 on the fourth day is above the limit of 8.
    #[test]
    fn a_level_alarms_and_says_since_when() {
        let mut charts = Charts::default();
        (1..=3).for_each(|day| take(&mut charts, day, &[(Feature::AfterCallWork, 3.0), (Feature::Hold, 3.0)]));
        assert_eq!(
            (charts.since_day(Feature::AfterCallWork), charts.since_day(Feature::Hold), charts.alarmed_day()),
            (Some(1), None, None)
        );
        take(&mut charts, 4, &[(Feature::AfterCallWork, 3.0)]);
        assert_eq!((charts.alarmed_day(), charts.since_day(Feature::AfterCallWork)), (Some(4), None), "after an alarm it begins anew");
        // Better is no alarm, and what is quiet is not looked at.
        let mut better = Charts::default();
        (1..=20).for_each(|day| take(&mut better, day, &[(Feature::AfterCallWork, -3.0)]));
        let quiet = BTreeMap::from([(Feature::AfterCallWork, Standardised { z: 3.0, whitened: 3.0, quiet: true, ..USUAL })]);
        (21..=40).for_each(|day| better.observe(day, &quiet, &FeatureValues::default(), None, 1.0));
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
        assert_eq!(
            (charts.rules(28), charts.rules(29)),
            (vec![Rule::Absence], Vec::new()),
            "three in 28 days, the first of which is day 1"
        );
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
    }

    /// Squares of 9 count as 4 at most: 0.4, 0.76, 1.084, above 0.9 on the third evaluation. Of customers' ratings there is the dispersion alone.
    #[test]
    fn quality_swings_or_is_low() {
        let mut charts = Charts::default();
        for (day, whitened) in [(1, 3.0), (2, -3.0), (3, 3.0)] {
            let seen = BTreeMap::from([(Feature::Quality, Standardised { whitened, ..USUAL })]);
            charts.observe(day, &seen, &FeatureValues::default(), None, 1.0);
        }
        assert_eq!((charts.alarmed_day(), charts.rules(3)), (Some(3), vec![Rule::Attitude]));
        let mut ratings = Charts::default();
        [1, 2, 3].into_iter().for_each(|day| take(&mut ratings, day, &[(Feature::Satisfaction, 3.0)]));
        assert_eq!((ratings.alarmed_day(), ratings.rules(3), ratings.dispersion()), (None, Vec::new(), Some(9.0)));
        take(&mut ratings, 4, &[(Feature::Complaint, 0.0)]);
        // A half-life of seven evaluations.
        assert!((ratings.dispersion().unwrap() - 9.0 * 2.0_f64.powf(-1.0 / 7.0)).abs() < 1e-12);
        let mut low = Charts::default();
        let seen = BTreeMap::from([(Feature::Quality, Standardised { z: 1.5, ..USUAL })]);
        (1..=14).for_each(|day| low.observe(day, &seen, &FeatureValues::default(), None, 1.0));
        assert_eq!(low.rules(14), [Rule::Attitude]);
    }

    #[test]
    fn five_of_ten_shifts_are_overload() {
        let mut charts = Charts::default();
        let mut work = |overloaded: f64| {
            let mut values = FeatureValues::default();
            values.set(Feature::Overloaded, overloaded);
            charts.observe(1, &BTreeMap::new(), &values, None, 1.0);
            charts.rules(1)
        };
        assert_eq!((1..=5).map(|_| work(1.0).len()).collect::<Vec<_>>(), [0, 0, 0, 0, 1]);
        // The first of the five is one of the last ten for five more.
        assert_eq!((1..=6).map(|_| work(0.0).len()).collect::<Vec<_>>(), [1, 1, 1, 1, 1, 0]);
    }

    /// After a long gap nothing of before counts on: each chart was one day short of its alarm.
    #[test]
    fn a_gap_begins_everything_anew() {
        let mut charts = Charts::default();
        let both = [(Feature::AfterCallWork, 3.0), (Feature::Quality, 3.0)];
        take(&mut charts, 1, &both[..1]);
        (2..=3).for_each(|day| take(&mut charts, day, &both));
        (1..=3).for_each(|day| shift(&mut charts, day, true, None));
        let gap = BTreeMap::from([(Feature::AfterCallWork, Standardised { after_gap: true, quiet: true, ..USUAL })]);
        charts.observe(60, &gap, &FeatureValues::default(), None, 1.0);
        assert_eq!(charts.since_day(Feature::Absent), None);
        take(&mut charts, 61, &both);
        shift(&mut charts, 61, true, None);
        assert_eq!(
            (charts.alarmed_day(), charts.since_day(Feature::AfterCallWork), charts.since_day(Feature::Absent)),
            (None, Some(61), Some(61))
        );
    }
}
