//! Charts and named rules of one agent: since when something changed. None of them alerts alone.

use crate::baseline::Standardised;
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
/// Rate of absence before anything is known.
pub(super) const USUAL_ABSENCE: f64 = 0.048;
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
            absence: AbsenceChart::new(AbsenceSettings::for_usual_rate(USUAL_ABSENCE)),
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
            self.absence = AbsenceChart::new(AbsenceSettings::for_usual_rate(rate.unwrap_or(USUAL_ABSENCE)));
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
