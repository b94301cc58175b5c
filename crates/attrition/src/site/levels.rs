//! Charts of an agent's measures: one of each, and one of their sum.

use crate::detectors::{CusumSettings, DatedCusum};
use crate::features::Feature;
use crate::hazard::StageFilter;
use serde::{Deserialize, Serialize};

/// Features whose alarms count for the rules and for what moves a group.
const COUNTED: [Feature; 5] = [Feature::HandleTime, Feature::AfterCallWork, Feature::Output, Feature::Pause, Feature::AdherenceGap];
/// Features whose charts say since when, and nothing else.
const DATED: [Feature; 9] = [
    Feature::Hold,
    Feature::PauseCount,
    Feature::NotResponding,
    Feature::Quality,
    Feature::Satisfaction,
    Feature::Complaint,
    Feature::Repeat,
    Feature::Transfer,
    Feature::ShortCall,
];

/// A one-sided CUSUM of every standardised feature of an agent. Of care it counts days that were evaluated, rated or complained about: its onset is the first of these.
///
/// ```
/// use attrition::{detectors::CusumSettings, features::Feature, site::LevelCharts};
/// let mut charts = LevelCharts::new(CusumSettings::LEVEL);
/// let slow = |feature: Feature| (feature == Feature::HandleTime).then_some(3.0);
/// let alarms: Vec<Feature> = (1..=4).flat_map(|day| charts.observe(day, slow)).collect();
/// assert_eq!((alarms, charts.since_day(Feature::HandleTime)), (vec![Feature::HandleTime], Some(1)));
/// assert!(LevelCharts::counts(Feature::HandleTime) && !LevelCharts::counts(Feature::Hold));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelCharts {
    charts: Vec<DatedCusum>,
}

impl Default for LevelCharts {
    fn default() -> Self {
        Self::new(CusumSettings::LEVEL)
    }
}

impl LevelCharts {
    /// Charts at their beginning.
    #[must_use]
    pub fn new(settings: CusumSettings) -> Self {
        Self { charts: charted().map(|_| DatedCusum::new(settings)).collect() }
    }

    /// Takes a day (in the site's zone) and says of which features the chart alarms; `z` is how far a feature is from the usual, in standard deviations and + worse,
    /// `None` where it is not known.
    pub fn observe(&mut self, day: i32, z: impl Fn(Feature) -> Option<f64>) -> Vec<Feature> {
        let alarmed = |(chart, feature): (&mut DatedCusum, Feature)| chart.observe(day, z(feature)).then_some(feature);
        self.charts.iter_mut().zip(charted()).filter_map(alarmed).collect()
    }

    /// Whether an alarm of the feature counts for the rules and for what moves a group; else its chart only says since when.
    #[must_use]
    pub fn counts(feature: Feature) -> bool {
        COUNTED.contains(&feature)
    }

    /// Begins anew, after a long gap. What was told by an alarm is remembered: of whoever was away for longer than 20 days nothing is told before it is forgotten.
    pub fn restart(&mut self) {
        self.charts.iter_mut().for_each(DatedCusum::restart);
    }

    /// Since when a feature may have been another; `None` where its chart shows nothing, or it has none.
    #[must_use]
    pub fn since_day(&self, feature: Feature) -> Option<i32> {
        charted().position(|charted| charted == feature).and_then(|at| self.charts.get(at)?.since_day())
    }
}

fn charted() -> impl Iterator<Item = Feature> {
    COUNTED.into_iter().chain(DATED)
}

/// A one-sided CUSUM of the sum of an agent's measures: since when the whole changed. It opens no signal and counts for no rule; it is the date of the reason *pattern*.
///
/// Summed is what the stage filter looks at beside absence and quality: handle time, after-call work, pauses, adherence, short calls.
///
/// ```
/// use attrition::{features::Feature, site::WholeChart};
/// let mut chart = WholeChart::default();
/// // Five measures at 1 are √5 = 2.24, 1.74 above the reference: 6.94 on the fourth day is above 6.71. The chart of one of them takes 33.
/// let alarm = (10..).find(|&day| chart.observe(day, |_| Some(1.0)));
/// assert_eq!((alarm, chart.since_day()), (Some(13), Some(10)));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WholeChart {
    chart: DatedCusum,
}

impl Default for WholeChart {
    fn default() -> Self {
        Self::new(CusumSettings::SUM)
    }
}

impl WholeChart {
    /// A chart at its beginning.
    #[must_use]
    pub fn new(settings: CusumSettings) -> Self {
        Self { chart: DatedCusum::new(settings) }
    }

    /// What is summed.
    #[must_use]
    pub fn summed() -> [Feature; 5] {
        StageFilter::channels()
    }

    /// The one number of a day: the sum of what is known ÷ √(how many that are), so that its spread is the same whatever is missing; `None` where nothing is known.
    ///
    /// ```
    /// use attrition::{features::Feature, site::WholeChart};
    /// let known = |feature: Feature| (feature != Feature::Pause).then_some(1.5);
    /// assert_eq!((WholeChart::sum(known), WholeChart::sum(|_| None)), (Some(3.0), None));
    /// ```
    pub fn sum(z: impl Fn(Feature) -> Option<f64>) -> Option<f64> {
        let known: Vec<f64> = Self::summed().into_iter().filter_map(z).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / libm::sqrt(known.len() as f64))
    }

    /// Takes a day as [`LevelCharts::observe`] does, and says whether the chart alarms.
    pub fn observe(&mut self, day: i32, z: impl Fn(Feature) -> Option<f64>) -> bool {
        self.chart.observe(day, Self::sum(z))
    }

    /// Begins anew, after a long gap.
    pub fn restart(&mut self) {
        self.chart.restart();
    }

    /// Since when the whole has been another. Only of a chart that alarmed: the sum of five measures is above zero on most days of anybody.
    #[must_use]
    pub fn since_day(&self) -> Option<i32> {
        self.chart.alarmed_since_day()
    }
}
