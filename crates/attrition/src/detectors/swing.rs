//! Growing dispersion of audited work ("violent fluctuation" of service quality): an average of squared whitened residuals, reflected at zero.

use serde::{Deserialize, Serialize};

/// Centre and scale of e² with which the run lengths below were measured (of a standard normal e clipped at ±3 they are 0.993 and 1.378: a centre slightly below
/// makes the chart a little quicker).
const MEAN: f64 = 0.974;
const SD: f64 = 1.30;
/// One wild evaluation counts no more than this.
const MOST: f64 = 4.0;
const WEIGHT: f64 = 0.1;
const LIMIT: f64 = 0.9;

/// The state of a chart. About 1,330 evaluations between false alarms; 27 when the standard deviation grows by half, 11 when it doubles. An agent has one
/// to three evaluations a week: this takes weeks.
///
/// ```
/// let mut chart = attrition::detectors::Swing::default();
/// // The same mean as ever, but swinging from one side to the other.
/// let alarm = (1..).find(|&day| chart.observe(day, if day % 2 == 0 { 2.0 } else { -2.0 }).alarm);
/// assert_eq!(alarm, Some(5));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Swing {
    value: f64,
    onset_day: Option<i32>,
}

/// What the chart shows after one evaluation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SwingReading {
    /// The average, in standard deviations of a squared residual.
    pub value: f64,
    /// Whether it is above the limit; the chart then begins anew.
    pub alarm: bool,
    /// First evaluation after the average was last zero: the beginning of the window in which evaluations differed more than usual. An average of squares
    /// leaves zero with one wild evaluation and is above it for weeks without any change, so this is a date only at an alarm, and then the first of the evaluations
    /// that led to it rather than the day on which something happened.
    pub onset_day: Option<i32>,
}

impl Swing {
    /// Takes one whitened residual of quality; its sign does not matter.
    pub fn observe(&mut self, day: i32, residual: f64) -> SwingReading {
        let excess = ((residual * residual - MEAN) / SD).min(MOST);
        self.value = (self.value + WEIGHT * (excess - self.value)).max(0.0);
        self.onset_day = if self.value > 0.0 { self.onset_day.or(Some(day)) } else { None };
        let reading = SwingReading { value: self.value, alarm: self.value > LIMIT, onset_day: self.onset_day };
        if reading.alarm {
            self.restart();
        }
        reading
    }

    /// Begins anew.
    pub fn restart(&mut self) {
        *self = Self::default();
    }
}
