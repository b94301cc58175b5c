//! Rolling origins: on a day the model learns from what was known by then and is judged on the month after it, month after month. Rows are never divided by
//! chance: neighbouring rows of one agent on both sides would be known twice.

use crate::error::Error;
use crate::learning::{LearnSettings, Learned, learn};
use crate::weeks::{Labels, Week, Weeks, agents};
use attrition::hazard::{HazardModel, InputValues};
use attrition::measures::{Spread, area_under_curve, at_top, average_precision, bootstrap, observed_over_expected};
use std::collections::{BTreeMap, BTreeSet};

/// Days between horizon and test until the personnel department has entered what happened.
const LATE_ENTRY_DAYS: i32 = 14;

/// When is trained and tested.
#[derive(Clone, Debug, PartialEq)]
pub struct OriginSettings {
    /// Days between origins; each is judged on as many days after it.
    pub step_days: i32,
    /// Days of rows before the first origin.
    pub first_after_days: i32,
    /// Share of rows that is flagged.
    pub flagged_share: f64,
    /// Draws for the standard error of average precision.
    pub draws: u32,
    /// How to learn.
    pub learn: LearnSettings,
}

impl Default for OriginSettings {
    fn default() -> Self {
        Self { step_days: 30, first_after_days: 180, flagged_share: 0.05, draws: 200, learn: LearnSettings::default() }
    }
}

/// A model of one day, judged on the days after.
#[derive(Clone, Debug, PartialEq)]
pub struct AtOrigin {
    /// The day: training used what was known on it.
    pub day: i32,
    /// Which numbers of the model were the site's own.
    pub learned: Learned,
    /// Training rows, and agents who left among them.
    pub trained_on: (usize, usize),
    /// Test rows.
    pub rows: usize,
    /// Test rows that left.
    pub left: usize,
    /// Area under the curve.
    pub auc: Option<f64>,
    /// Average precision; its base is left ÷ rows.
    pub average_precision: Option<f64>,
    /// Its spread over agents.
    pub average_precision_spread: Option<Spread>,
    /// Precision where the highest share is flagged.
    pub precision: Option<f64>,
    /// Share of the leavers among the flagged. By chance it is the flagged share.
    pub recall: Option<f64>,
    /// Flagged ÷ rows: the recall of a random choice of as many.
    pub chance_recall: Option<f64>,
    /// Leavers ÷ expected.
    pub observed_over_expected: Option<f64>,
    /// Agents of the test whom the training rows do not have, and the area under the curve among them; none where some of the rows have no names.
    pub never_seen: (usize, Option<f64>),
}

/// All origins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rolled {
    /// By day.
    pub origins: Vec<AtOrigin>,
}

impl Rolled {
    /// Mean over the origins that have the number.
    #[must_use]
    pub fn mean(&self, of: impl Fn(&AtOrigin) -> Option<f64>) -> Option<f64> {
        let values: Vec<f64> = self.origins.iter().filter_map(of).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }

    /// Leavers and expected leavers over all origins together.
    #[must_use]
    pub fn observed_over_expected(&self) -> Option<f64> {
        let (mut left, mut expected) = (0.0, 0.0);
        for origin in &self.origins {
            if let Some(ratio) = origin.observed_over_expected.filter(|ratio| *ratio > 0.0) {
                (left, expected) = (left + origin.left as f64, expected + origin.left as f64 / ratio);
            }
        }
        (expected > 0.0).then(|| left / expected)
    }
}

/// The days at which a model can be judged, when the outcomes until `known_until_day` are known.
#[must_use]
pub(crate) fn origin_days(weeks: &Weeks, settings: &OriginSettings, known_until_day: i32) -> Vec<i32> {
    let Some((first, _)) = weeks.span() else { return Vec::new() };
    let horizon = settings.learn.horizon_days as i32;
    let last = known_until_day - horizon - LATE_ENTRY_DAYS - settings.step_days;
    let step = usize::try_from(settings.step_days.max(1)).unwrap_or(1);
    (first + settings.first_after_days..=last).step_by(step).collect()
}

/// Rows to learn from on a day, and rows to judge by after it. The first end 44 days before the day and count only what was known on it; the second are judged
/// by all that is known now.
#[must_use]
pub(crate) fn split<'a>(
    weeks: &'a Weeks,
    labels: &Labels,
    settings: &OriginSettings,
    day: i32,
    known_until_day: i32,
) -> (Vec<Week<'a>>, Vec<Week<'a>>) {
    let horizon = settings.learn.horizon_days as i32;
    (
        weeks.known(i32::MIN..=day - horizon - LATE_ENTRY_DAYS, labels, horizon, day),
        weeks.known(day + 1..=day + settings.step_days, labels, horizon, known_until_day),
    )
}

/// Learns and judges at every origin. Origins without leavers or stayers to learn from use the shipped model as it is.
///
/// # Errors
/// [`Error::Model`].
pub fn origins(
    weeks: &Weeks,
    labels: &Labels,
    shipped: &HazardModel,
    settings: &OriginSettings,
    known_until_day: i32,
) -> Result<Rolled, Error> {
    let mut rolled = Rolled::default();
    for day in origin_days(weeks, settings, known_until_day) {
        let (training, test) = split(weeks, labels, settings, day, known_until_day);
        if test.is_empty() {
            continue;
        }
        let found = learn(&training, shipped, &settings.learn)?;
        let probabilities: Vec<f64> =
            test.iter().map(|week| found.model.score(&week.row.inputs, &InputValues::new()).probability()).collect();
        let judged =
            judge(&test, &probabilities, (!training.iter().any(|week| week.row.left.is_some())).then(|| agents(&training)), settings);
        rolled.origins.push(AtOrigin { day, learned: found.learned, trained_on: (found.rows, found.leavers), ..judged });
    }
    Ok(rolled)
}

/// `seen`: agents of the training rows. `None`: of some of these rows nobody knows whose they are.
fn judge(test: &[Week<'_>], probabilities: &[f64], seen: Option<BTreeSet<&str>>, settings: &OriginSettings) -> AtOrigin {
    let scored: Vec<(f64, bool)> = probabilities.iter().copied().zip(test.iter().map(|week| week.left)).collect();
    let top = at_top(&scored, settings.flagged_share);
    let is_new = |week: &Week<'_>| seen.as_ref().is_some_and(|seen| week.row.left.is_none() && !seen.contains(week.row.agent.as_str()));
    let new: Vec<(f64, bool)> = scored.iter().zip(test).filter(|(_, week)| is_new(week)).map(|(scored, _)| *scored).collect();
    let never_seen = test.iter().filter(|week| is_new(week)).map(|week| week.row.agent.as_str()).collect::<BTreeSet<_>>().len();
    AtOrigin {
        day: 0,
        learned: Learned::Nothing,
        trained_on: (0, 0),
        rows: scored.len(),
        left: scored.iter().filter(|(_, left)| *left).count(),
        auc: area_under_curve(&scored),
        average_precision: average_precision(&scored),
        average_precision_spread: bootstrap(&by_agent(test, &scored), settings.draws, 1, average_precision),
        precision: top.map(|top| top.precision),
        recall: top.map(|top| top.recall),
        chance_recall: top.map(|top| top.flagged as f64 / scored.len() as f64),
        observed_over_expected: observed_over_expected(&scored),
        never_seen: (never_seen, area_under_curve(&new)),
    }
}

/// What belongs to rows, by agent, agents in order of their ids.
pub(crate) fn by_agent<T: Copy>(rows: &[Week<'_>], of: &[T]) -> Vec<Vec<T>> {
    let mut found: BTreeMap<&str, Vec<T>> = BTreeMap::new();
    for (week, value) in rows.iter().zip(of) {
        found.entry(&week.row.agent).or_default().push(*value);
    }
    found.into_values().collect()
}
