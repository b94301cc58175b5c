//! Since when something changed, kept after the chart that said so has alarmed and begun anew.

use super::cusum::{Cusum, CusumReading, CusumSettings};
use serde::{Deserialize, Serialize};

/// Calendar days for which an alarm counts and its onset is told, the day of the alarm included.
pub const REMEMBERED_DAYS: i32 = 28;
/// A run that begins so many calendar days after an alarm, or sooner, is the same change going on: the chart was put to zero by its alarm, and a day or two as usual
/// keep it there.
const SAME_CHANGE_DAYS: i32 = 7;

/// The onset of the latest alarms of one chart.
///
/// ```
/// use attrition::detectors::Onset;
/// let mut onset = Onset::default();
/// onset.remember(20, 12);
/// // The run of the next alarm began within a week of the last one: the change goes on. The run of the third did not.
/// onset.remember(33, 27);
/// assert_eq!(onset.since_day(), Some(12));
/// onset.remember(50, 41);
/// assert_eq!(onset.since_day(), Some(41));
/// onset.forget(77);
/// assert_eq!(onset.since_day(), Some(41));
/// onset.forget(78);
/// assert_eq!(onset.since_day(), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Onset {
    alarm: Option<Alarm>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Alarm {
    day: i32,
    since_day: i32,
}

impl Onset {
    /// Takes an alarm of a day and since when the chart had been above zero. Days are counted in the site's zone.
    pub fn remember(&mut self, day: i32, since_day: i32) {
        let goes_on = self.alarm.filter(|before| since_day <= before.day.saturating_add(SAME_CHANGE_DAYS));
        self.alarm = Some(Alarm { day, since_day: goes_on.map_or(since_day, |before| before.since_day) });
    }

    /// Lets go what does not count any more as of a day.
    pub fn forget(&mut self, today: i32) {
        self.alarm = self.alarm.filter(|alarm| alarm.day.saturating_add(REMEMBERED_DAYS) > today);
    }

    /// Since when it has been so; `None` without an alarm that counts.
    #[must_use]
    pub fn since_day(&self) -> Option<i32> {
        self.alarm.map(|alarm| alarm.since_day)
    }
}

/// A CUSUM that remembers its onset at an alarm.
///
/// ```
/// use attrition::detectors::{CusumSettings, DatedCusum};
/// let mut chart = DatedCusum::new(CusumSettings::LEVEL);
/// // 2.25 a day: above 8 on the fourth. The chart begins anew, and the date stays for 28 days.
/// let alarms: Vec<bool> = (1..=4).map(|day| chart.observe(day, Some(3.0))).collect();
/// assert_eq!(alarms, [false, false, false, true]);
/// assert_eq!((chart.since_day(), chart.alarmed_since_day()), (Some(1), Some(1)));
/// chart.observe(31, None);
/// assert_eq!(chart.since_day(), Some(1));
/// chart.observe(32, None);
/// assert_eq!(chart.since_day(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DatedCusum {
    chart: Cusum,
    onset: Onset,
}

impl DatedCusum {
    /// A chart at its beginning.
    #[must_use]
    pub fn new(settings: CusumSettings) -> Self {
        Self { chart: Cusum::new(settings), onset: Onset::default() }
    }

    /// Takes a day and says whether it alarms; `None` where nothing was seen, on which only time goes by.
    pub fn observe(&mut self, day: i32, value: Option<f64>) -> bool {
        self.onset.forget(day);
        let Some(CusumReading { alarm, onset_day, .. }) = value.map(|value| self.chart.observe(day, value)) else { return false };
        if alarm {
            self.onset.remember(day, onset_day.unwrap_or(day));
        }
        alarm
    }

    /// Begins anew at zero. What was told by an alarm is remembered all the same.
    pub fn restart(&mut self) {
        self.chart.restart();
    }

    /// Since when the level may have been another: by the alarm that is remembered, else since the sum was last zero.
    #[must_use]
    pub fn since_day(&self) -> Option<i32> {
        self.alarmed_since_day().or_else(|| self.chart.onset_day())
    }

    /// The same where the chart has alarmed; while it has not, nothing.
    #[must_use]
    pub fn alarmed_since_day(&self) -> Option<i32> {
        self.onset.since_day()
    }
}
