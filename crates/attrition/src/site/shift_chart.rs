//! The chart of what happens on some shifts of an agent, absence or lateness: set to what is usual for the agent, with the onset of its alarms.

use crate::detectors::{AbsenceChart, AbsenceSettings, Onset};
use serde::{Deserialize, Serialize};

/// The state for one agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ShiftChart {
    chart: AbsenceChart,
    run_since_day: Option<i32>,
    onset: Onset,
}

impl ShiftChart {
    /// For an agent of whom nothing is known yet, with the rate of all.
    pub(crate) fn new(rate: f64) -> Self {
        let usual = AbsenceSettings::for_usual_rate(rate).unwrap_or(AbsenceSettings::OFTEN);
        Self { chart: AbsenceChart::new(usual), run_since_day: None, onset: Onset::default() }
    }

    /// Lets go the onset of an alarm that does not count any more as of a day.
    pub(crate) fn forget(&mut self, today: i32) {
        self.onset.forget(today);
    }

    /// Takes a shift of an agent of this own rate and says whether the chart alarms. Between two runs it is set to what is usual by now; where it happens too often
    /// for a chart ([`AbsenceSettings::for_usual_rate`]) none runs.
    pub(crate) fn observe(&mut self, day: i32, happened: bool, rate: f64) -> bool {
        let Some(usual) = AbsenceSettings::for_usual_rate(rate) else {
            self.restart();
            return false;
        };
        let reading = self.chart.observe(day, happened);
        self.run_since_day = reading.onset_day.filter(|_| !reading.alarm);
        if reading.alarm {
            self.onset.remember(day, reading.onset_day.unwrap_or(day));
        }
        if reading.points == 0 || reading.alarm {
            self.chart = AbsenceChart::new(usual);
        }
        reading.alarm
    }

    /// Begins anew. What was told by an alarm is remembered.
    pub(crate) fn restart(&mut self) {
        self.chart.restart();
        self.run_since_day = None;
    }

    /// Since when it has happened more often: by the alarm that is remembered, else the first time since the points were last zero.
    pub(crate) fn since_day(&self) -> Option<i32> {
        self.onset.since_day().or(self.run_since_day)
    }
}
