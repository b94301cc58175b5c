//! Bernoulli CUSUM in whole points, shift by shift: finds that absences (or late starts) became more frequent. Cause of an absence is never read.

use serde::{Deserialize, Serialize};

/// Points and limit of a chart: an absence adds, an attended shift takes one point off. Run lengths: [`super::run_length::bernoulli`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsenceSettings {
    /// Points of one absence.
    pub points: u32,
    /// Alarm at this many points.
    pub limit: u32,
}

impl AbsenceSettings {
    /// From 3 % to 10 %: about 1,090 shifts between false alarms, 54 to a true one.
    pub const RARE: Self = Self { points: 16, limit: 45 };
    /// From 5 % to 15 %: about 1,070 and 45 shifts.
    pub const USUAL: Self = Self { points: 10, limit: 34 };
    /// From 8 % to 20 %: about 1,080 and 45 shifts.
    pub const FREQUENT: Self = Self { points: 7, limit: 31 };
    /// From 12 % to 28 %: about 1,130 and 38 shifts.
    pub const OFTEN: Self = Self { points: 4, limit: 19 };

    /// The settings for an agent of whom this is the own, shrunk rate of what happens on a shift, absence or lateness. `None` from 16 % on: the points of
    /// [`Self::OFTEN`] rise by themselves above 20 %, and an alarm would say nothing. Up to each border there are 260 shifts or more between false alarms.
    ///
    /// ```
    /// use attrition::detectors::AbsenceSettings;
    /// let of = AbsenceSettings::for_usual_rate;
    /// assert_eq!([of(0.05), of(0.099), of(0.1), of(0.159)], [Some(AbsenceSettings::USUAL), Some(AbsenceSettings::FREQUENT), Some(AbsenceSettings::OFTEN), Some(AbsenceSettings::OFTEN)]);
    /// assert_eq!(of(0.16), None);
    /// ```
    #[must_use]
    pub fn for_usual_rate(rate: f64) -> Option<Self> {
        // Borders half-way between the rates that the classes are made for.
        [(0.04, Self::RARE), (0.065, Self::USUAL), (0.1, Self::FREQUENT), (0.16, Self::OFTEN)]
            .into_iter()
            .find_map(|(below, settings)| (rate < below).then_some(settings))
    }
}

/// The state of a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsenceChart {
    settings: AbsenceSettings,
    points: u32,
    onset_day: Option<i32>,
}

/// What a chart shows after one shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbsenceReading {
    /// Points.
    pub points: u32,
    /// Whether they have reached the limit; the chart then begins anew.
    pub alarm: bool,
    /// The first absence since the points were last zero.
    pub onset_day: Option<i32>,
}

impl AbsenceChart {
    /// A chart at its beginning.
    #[must_use]
    pub fn new(settings: AbsenceSettings) -> Self {
        Self { settings, points: 0, onset_day: None }
    }

    /// Takes one scheduled shift.
    ///
    /// ```
    /// use attrition::detectors::{AbsenceChart, AbsenceSettings};
    /// let mut chart = AbsenceChart::new(AbsenceSettings::USUAL);
    /// // 10, 20, 30 and then 40 points, which is over 34.
    /// assert_eq!((1..=4).map(|day| chart.observe(day, true).alarm).collect::<Vec<_>>(), [false, false, false, true]);
    /// ```
    pub fn observe(&mut self, day: i32, absent: bool) -> AbsenceReading {
        self.points = if absent { self.points.saturating_add(self.settings.points) } else { self.points.saturating_sub(1) };
        self.onset_day = if self.points > 0 { self.onset_day.or(Some(day)) } else { None };
        let reading = AbsenceReading { points: self.points, alarm: self.points >= self.settings.limit, onset_day: self.onset_day };
        if reading.alarm {
            self.restart();
        }
        reading
    }

    /// Begins anew.
    pub fn restart(&mut self) {
        *self = Self::new(self.settings);
    }
}
