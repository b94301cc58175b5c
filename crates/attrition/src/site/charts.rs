//! Charts and named rules of one agent: since when something changed. None of them alerts alone.

use super::levels::{LevelCharts, WholeChart};
use super::shift_chart::ShiftChart;
use crate::baseline::{RateSettings, Seen};
use crate::detectors::{Onset, REMEMBERED_DAYS, Rule, RuleFacts, Swing};
use crate::features::{Feature, FeatureValues};
use crate::numerics::gain;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Features of pace that the rule of efficiency looks at.
const PACE: [Feature; 3] = [Feature::HandleTime, Feature::AfterCallWork, Feature::Output];
/// What swings: care as others judge it.
const SWINGING: [Feature; 3] = [Feature::Quality, Feature::Satisfaction, Feature::Complaint];
/// Worked days of the means of the rules.
const RULE_DAYS: usize = 14;
/// Worked days of which half may be overloaded.
const SHIFTS: u32 = 10;
const OVERLOADED_ABOVE: f64 = 0.5;
/// Half-life of the dispersion of care, in evaluations.
const SWING_HALF_LIFE: f64 = 7.0;
/// Everybody is absent so many times as often as usual: a wave.
const WAVE_FROM_TIMES: f64 = 1.5;

/// An agent's own rates as of the day before, where they are known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OwnRates {
    pub(crate) absent: Option<f64>,
    pub(crate) late: Option<f64>,
    pub(crate) early: Option<f64>,
}

/// The state for one agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Charts {
    levels: LevelCharts,
    whole: WholeChart,
    absence: ShiftChart,
    late: ShiftChart,
    early: ShiftChart,
    swing: Swing,
    swing_onset: Onset,
    /// Mean of squared whitened residuals of care; `None` before the first.
    dispersion: Option<f64>,
    /// Days of the latest alarms: pace, absence, swing, any. The sum, lateness and what is only dated are not among them.
    alarmed: [Option<i32>; 4],
    pace: VecDeque<f64>,
    quality: VecDeque<f64>,
    /// Days of absences not approved in advance.
    absences: VecDeque<i32>,
    /// Days of shifts up to the latest, the newest in the lowest bit, and the own rate of absence before it.
    shifts: (i32, u32),
    absence_rate: f64,
    /// The latest shifts, the newest in the lowest bit: overloaded.
    overloaded: u16,
}

impl Default for Charts {
    fn default() -> Self {
        let lateness = ShiftChart::new(RateSettings::LATENESS.mean());
        Self {
            levels: LevelCharts::default(),
            whole: WholeChart::default(),
            absence: ShiftChart::new(RateSettings::ABSENCE.mean()),
            late: lateness.clone(),
            early: lateness,
            swing: Swing::default(),
            swing_onset: Onset::default(),
            dispersion: None,
            alarmed: [None; 4],
            pace: VecDeque::new(),
            quality: VecDeque::new(),
            absences: VecDeque::new(),
            shifts: (0, 0),
            absence_rate: RateSettings::ABSENCE.mean(),
            overloaded: 0,
        }
    }
}

impl Charts {
    /// Takes a day: what it showed against the own usual, and `day_values` as they are (the overload of the day itself, not smoothed).
    pub(crate) fn observe(&mut self, day: i32, seen: &Seen, day_values: &FeatureValues, rates: OwnRates, times_absent: f64) {
        self.swing_onset.forget(day);
        [&mut self.absence, &mut self.late, &mut self.early].into_iter().for_each(|chart| chart.forget(day));
        if seen.returned {
            self.restart();
        }
        let known = |feature| seen.told(feature).map(|seen| seen.z);
        for feature in self.levels.observe(day, known).into_iter().filter(|feature| LevelCharts::counts(*feature)) {
            self.alarmed[3] = Some(day);
            if PACE.contains(&feature) {
                self.alarmed[0] = Some(day);
            }
        }
        self.whole.observe(day, known);
        self.observe_swing(day, seen);
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
            self.observe_absence(day, absent > 0.0, rates.absent);
        }
        // A site has a schedule or has none: one of the two is known.
        let late = day_values.get(Feature::Late).or_else(|| day_values.get(Feature::LoginLate));
        observe_lateness(&mut self.late, day, late, rates.late);
        observe_lateness(&mut self.early, day, day_values.get(Feature::Early), rates.early);
    }

    fn observe_swing(&mut self, day: i32, seen: &Seen) {
        for feature in SWINGING {
            let Some(seen) = seen.told(feature) else { continue };
            let squared = seen.whitened * seen.whitened;
            self.dispersion = Some(self.dispersion.map_or(squared, |before| before + gain(SWING_HALF_LIFE) * (squared - before)));
            if feature == Feature::Quality {
                let reading = self.swing.observe(day, seen.whitened);
                if reading.alarm {
                    self.swing_onset.remember(day, reading.onset_day.unwrap_or(day));
                    (self.alarmed[2], self.alarmed[3]) = (Some(day), Some(day));
                }
            }
        }
    }

    fn observe_absence(&mut self, day: i32, absent: bool, rate: Option<f64>) {
        let rate = rate.unwrap_or_else(|| RateSettings::ABSENCE.mean());
        (self.shifts, self.absence_rate) = ((day, self.shifts_until(day) | 1), rate);
        if self.absence.observe(day, absent, rate) {
            (self.alarmed[1], self.alarmed[3]) = (Some(day), Some(day));
        }
        if absent {
            self.absences.push_back(day);
        }
        while self.absences.front().is_some_and(|first| first.saturating_add(REMEMBERED_DAYS) <= day) {
            self.absences.pop_front();
        }
    }

    /// Days of shifts until a day, it in the lowest bit.
    fn shifts_until(&self, day: i32) -> u32 {
        let (last, shifts) = self.shifts;
        shifts.checked_shl(day.saturating_sub(last).max(0).unsigned_abs()).unwrap_or(0) & ((1 << REMEMBERED_DAYS) - 1)
    }

    fn restart(&mut self) {
        self.levels.restart();
        self.whole.restart();
        [&mut self.absence, &mut self.late, &mut self.early].into_iter().for_each(ShiftChart::restart);
        self.swing.restart();
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

    /// Since when a feature may have been another. By its chart's last alarm of the last 28 days: the day on which the chart left zero before it. Without one, since
    /// when the chart is above zero. Of care these are the first day that was evaluated, rated or complained about, of absence and lateness the first
    /// time it happened. Swing has a date only by an alarm: the first evaluation of the window over which it was measured ([`crate::detectors::SwingReading`]).
    pub(crate) fn since_day(&self, feature: Feature) -> Option<i32> {
        match feature {
            Feature::Absent | Feature::EdgeAbsent => self.absence.since_day(),
            Feature::Late | Feature::LoginLate => self.late.since_day(),
            Feature::Early => self.early.since_day(),
            Feature::Swing => self.swing_onset.since_day(),
            other => self.levels.since_day(other),
        }
    }

    /// Since when the whole has been another, by the chart of the sum.
    pub(crate) fn whole_since_day(&self) -> Option<i32> {
        self.whole.since_day()
    }

    /// The named rules that hold as of a day.
    pub(crate) fn rules(&self, day: i32) -> Vec<Rule> {
        let facts = self.rule_facts(day);
        Rule::ALL.into_iter().filter(|rule| rule.holds(&facts)).collect()
    }

    /// Whether a named rule says that something changed.
    pub(crate) fn rule_of_change(&self, day: i32) -> bool {
        let facts = self.rule_facts(day);
        Rule::ALL.into_iter().any(|rule| rule.changed(&facts))
    }

    fn rule_facts(&self, day: i32) -> RuleFacts {
        let lately = |alarmed: Option<i32>| alarmed.is_some_and(|alarmed| alarmed.saturating_add(REMEMBERED_DAYS) > day);
        let mean = |values: &VecDeque<f64>| (values.len() == RULE_DAYS).then(|| values.iter().sum::<f64>() / RULE_DAYS as f64);
        RuleFacts {
            pace_alarm: lately(self.alarmed[0]),
            pace_14: mean(&self.pace),
            absence_alarm: lately(self.alarmed[1]),
            unapproved_absences: self.absences.iter().filter(|absence| absence.saturating_add(REMEMBERED_DAYS) > day).count() as u32,
            usual_absences: f64::from(self.shifts_until(day).count_ones()) * self.absence_rate,
            swing_alarm: lately(self.alarmed[2]),
            quality_14: mean(&self.quality),
            overloaded_shifts: (self.overloaded & ((1 << SHIFTS) - 1)).count_ones(),
        }
    }
}

/// Takes the minutes of a shift: a date is looked for, nobody is alarmed.
fn observe_lateness(chart: &mut ShiftChart, day: i32, minutes: Option<f64>, rate: Option<f64>) {
    if let Some(minutes) = minutes {
        chart.observe(day, minutes > 0.0, rate.unwrap_or_else(|| RateSettings::LATENESS.mean()));
    }
}

fn keep(values: &mut VecDeque<f64>, value: f64) {
    values.push_back(value);
    while values.len() > RULE_DAYS {
        values.pop_front();
    }
}

#[cfg(test)]
mod tests;
