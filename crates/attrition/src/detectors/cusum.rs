//! One-sided CUSUM (Page 1954): finds a lasting shift of level, and dates it by its last zero.

use serde::{Deserialize, Serialize};

/// What a chart does after an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterAlarm {
    /// Begin anew at zero, so that alarms can be counted.
    Restart,
    /// Go on, as on the charts of textbooks.
    GoOn,
}

/// Parameters of a CUSUM, in standard deviations of what it observes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CusumSettings {
    /// Taken off every value: half the shift to be found.
    pub reference: f64,
    /// Alarm above this.
    pub limit: f64,
    /// Value at the beginning; half the limit finds a shift that is there from the start sooner (Lucas & Crosier 1982).
    pub head_start: f64,
    /// What an alarm does to the chart.
    pub after_alarm: AfterAlarm,
}

impl CusumSettings {
    /// On standardised days: 0.22 alarms per agent-year at lag-1 correlation 0.33 with a robust baseline of 60 days.
    pub const LEVEL: Self = Self { reference: 0.75, limit: 8.0, head_start: 0.0, after_alarm: AfterAlarm::Restart };
    /// On the sum of an agent's standardised measures ÷ √(their number): half an alarm per agent-year where nothing changes (simulated world `plain`).
    pub const SUM: Self = Self { reference: 0.5, limit: 6.71, ..Self::LEVEL };
    /// On whitened days; for comparison only.
    pub const WHITENED: Self = Self { reference: 0.5, limit: 6.0, ..Self::LEVEL };
}

/// The state of a chart: all that a restart needs.
///
/// ```
/// use attrition::detectors::{Cusum, CusumSettings};
/// let mut chart = Cusum::new(CusumSettings::WHITENED);
/// assert!((chart.observe(1, 2.0).value - 1.5).abs() < 1e-12);
/// assert_eq!(chart.observe(2, -3.0).value, 0.0);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cusum {
    settings: CusumSettings,
    value: f64,
    onset_day: Option<i32>,
}

/// What a chart shows after one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CusumReading {
    /// The sum, never below zero.
    pub value: f64,
    /// Whether it is above the limit.
    pub alarm: bool,
    /// First observed day after the sum was last zero: since when the level may have been another.
    pub onset_day: Option<i32>,
}

impl Cusum {
    /// A chart at its beginning.
    #[must_use]
    pub fn new(settings: CusumSettings) -> Self {
        Self { settings, value: settings.head_start, onset_day: None }
    }

    /// Takes the value of one worked day; `day` counts days in the site's zone.
    pub fn observe(&mut self, day: i32, value: f64) -> CusumReading {
        self.value = (self.value + value - self.settings.reference).max(0.0);
        self.onset_day = if self.value > 0.0 { self.onset_day.or(Some(day)) } else { None };
        let reading = CusumReading { value: self.value, alarm: self.value > self.settings.limit, onset_day: self.onset_day };
        if reading.alarm && self.settings.after_alarm == AfterAlarm::Restart {
            self.restart();
        }
        reading
    }

    /// Begins anew at zero: after an alarm, a long leave or a change of the source.
    pub fn restart(&mut self) {
        (self.value, self.onset_day) = (0.0, None);
    }

    /// Since when the sum has been above zero.
    #[must_use]
    pub fn onset_day(&self) -> Option<i32> {
        self.onset_day
    }
}
