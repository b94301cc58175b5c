//! Exponentially weighted moving average (Roberts 1959), two-sided or reflected at zero: finds slow drift.

use super::cusum::AfterAlarm;
use serde::{Deserialize, Serialize};

/// How wide the limits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limits {
    /// Those of the steady state, from the first day on.
    Fixed,
    /// Those of the number of days observed.
    Growing,
}

/// Parameters of an EWMA.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EwmaSettings {
    /// Weight of the newest value.
    pub weight: f64,
    /// Width of the limit in standard deviations of the average.
    pub width: f64,
    /// Held at zero from below: only a change to the worse counts, and a good month does not hide it.
    pub reflected: bool,
    /// How wide the limits are.
    pub limits: Limits,
    /// What an alarm does to the chart.
    pub after_alarm: AfterAlarm,
}

impl EwmaSettings {
    /// On whitened days: a run length of 1,000 days without change, nominally.
    pub const DRIFT: Self = Self { weight: 0.10, width: 2.99, reflected: true, limits: Limits::Fixed, after_alarm: AfterAlarm::Restart };
    /// The same for slower drift.
    pub const SLOW_DRIFT: Self = Self { weight: 0.05, width: 2.83, ..Self::DRIFT };
}

/// The state of a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ewma {
    settings: EwmaSettings,
    value: f64,
    steps: u32,
    onset_day: Option<i32>,
}

/// What a chart shows after one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EwmaReading {
    /// The average.
    pub value: f64,
    /// Where its limit is; a two-sided chart has another at minus this.
    pub limit: f64,
    /// Whether the average is outside.
    pub alarm: bool,
    /// First observed day after the average was last at zero or below.
    pub onset_day: Option<i32>,
}

impl Ewma {
    /// A chart at its beginning.
    #[must_use]
    pub fn new(settings: EwmaSettings) -> Self {
        Self { settings, value: 0.0, steps: 0, onset_day: None }
    }

    /// Takes the value of one worked day.
    pub fn observe(&mut self, day: i32, value: f64) -> EwmaReading {
        let EwmaSettings { weight, reflected, .. } = self.settings;
        self.steps = self.steps.saturating_add(1);
        self.value += weight * (value - self.value);
        if reflected {
            self.value = self.value.max(0.0);
        }
        self.onset_day = if self.value > 0.0 { self.onset_day.or(Some(day)) } else { None };
        let limit = self.limit();
        let alarm = self.value > limit || (!reflected && self.value < -limit);
        let reading = EwmaReading { value: self.value, limit, alarm, onset_day: self.onset_day };
        if alarm && self.settings.after_alarm == AfterAlarm::Restart {
            self.restart();
        }
        reading
    }

    fn limit(&self) -> f64 {
        let EwmaSettings { weight, width, limits, .. } = self.settings;
        let reached = match limits {
            Limits::Fixed => 1.0,
            Limits::Growing => 1.0 - libm::pow(1.0 - weight, 2.0 * f64::from(self.steps)),
        };
        width * libm::sqrt(weight / (2.0 - weight) * reached)
    }

    /// Begins anew.
    pub fn restart(&mut self) {
        *self = Self::new(self.settings);
    }
}
