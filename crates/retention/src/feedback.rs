//! Whether a warning fulfils itself: is whoever is warned of given fewer hours, less training, more listening since? Measured is only what the organisation decides; what
//! agents do by themselves (pace, absence, quality against peers) is why the warning was given and gets worse or better without anybody's doing.
//!
//! Each agent's 28 days after a warning less the 28 days before, less the same of agents who were at the same place with nearly the same score and of whom nobody was told
//! (difference in differences); and, where signals were kept silent at random, less the same of those. An agent is one piece of evidence, however many warnings or
//! comparisons the agent has part in. What several measures say is judged together: of [`Measure::ALL`] one in twenty reports, and not one measure in twenty, says
//! `changed` by chance.

use crate::FEWEST_AGENTS;
use crate::difference::{Weighted, difference, mean};
use attrition::measures::Interval;
use std::collections::BTreeMap;

/// Days before the day of a warning, and after it. The day itself is neither: nobody has been told before it is over.
pub const WINDOW_DAYS: i32 = 28;
/// Days of a window that count, below which nothing is said of it: hours and shifts come by the week.
pub const FEWEST_DAYS: u32 = 7;
/// Of all measures together.
const CONFIDENCE: f64 = 0.95;
/// What is smaller, in hours, pieces or points, is rounding.
const NEGLIGIBLE: f64 = 1e-9;
const MS_PER_HOUR: f64 = 3_600_000.0;

/// What the organisation did with an agent in a window: sums over the days that count, on which the agent was employed, before notice and in no long leave.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    /// Days that count.
    pub days: u32,
    /// Of them: the site has a schedule.
    pub planned_days: u32,
    /// Scheduled in shifts, meals apart, ms.
    pub scheduled_ms: i64,
    /// Paid outside of scheduled activities, ms.
    pub overtime_ms: i64,
    /// Shifts that begin less than eleven hours after the one before.
    pub quick_returns: u32,
    /// Logged in at night, ms.
    pub night_ms: i64,
    /// Trainings and coachings.
    pub sessions: u32,
    /// Of them: nobody knows how long they took.
    pub untimed_sessions: u32,
    /// How long the others took, ms.
    pub session_ms: i64,
    /// Evaluations of any choice, but those that calibrate.
    pub evaluations: u32,
    /// Of them: with points.
    pub scored: u32,
    /// Sum of their points, of a hundred each.
    pub points: f64,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Hours scheduled.
    ScheduledHours,
    /// Hours paid outside of the schedule.
    OvertimeHours,
    /// Quick returns.
    QuickReturns,
    /// Hours at night.
    NightHours,
    /// Trainings and coachings.
    Sessions,
    /// Hours of them.
    SessionHours,
    /// Evaluations.
    Evaluations,
    /// Mean points of evaluations.
    EvaluationPoints,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 8] = [
        Self::ScheduledHours,
        Self::OvertimeHours,
        Self::QuickReturns,
        Self::NightHours,
        Self::Sessions,
        Self::SessionHours,
        Self::Evaluations,
        Self::EvaluationPoints,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ScheduledHours => "scheduled_hours",
            Self::OvertimeHours => "overtime_hours",
            Self::QuickReturns => "quick_returns",
            Self::NightHours => "night_hours",
            Self::Sessions => "sessions",
            Self::SessionHours => "session_hours",
            Self::Evaluations => "evaluations",
            Self::EvaluationPoints => "evaluation_points",
        }
    }

    /// Its value over a window: per 28 days that count, or points of a hundred. `None`: not known, or of too few days.
    ///
    /// ```
    /// use retention::feedback::{Measure, Window};
    /// // Left after 14 days, with 70 hours scheduled: as 140 in 28.
    /// let window = Window { days: 14, planned_days: 14, scheduled_ms: 70 * 3_600_000, ..Window::default() };
    /// assert_eq!(Measure::ScheduledHours.value(&window), Some(140.0));
    /// assert_eq!(Measure::EvaluationPoints.value(&window), None);
    /// assert_eq!(Measure::Evaluations.value(&Window { days: 6, ..window }), None);
    /// ```
    #[must_use]
    pub fn value(self, window: &Window) -> Option<f64> {
        let rate = |sum: f64, days: u32| (days >= FEWEST_DAYS).then(|| sum * f64::from(WINDOW_DAYS) / f64::from(days));
        let hours = |ms: i64| ms as f64 / MS_PER_HOUR;
        let Window { days, planned_days, .. } = *window;
        match self {
            Self::ScheduledHours => rate(hours(window.scheduled_ms), planned_days),
            Self::OvertimeHours => rate(hours(window.overtime_ms), planned_days),
            Self::QuickReturns => rate(f64::from(window.quick_returns), planned_days),
            Self::NightHours => rate(hours(window.night_ms), days),
            Self::Sessions => rate(f64::from(window.sessions), days),
            Self::SessionHours => rate(hours(window.session_ms), days).filter(|_| window.untimed_sessions == 0),
            Self::Evaluations => rate(f64::from(window.evaluations), days),
            Self::EvaluationPoints => (days >= FEWEST_DAYS && window.scored > 0).then(|| window.points / f64::from(window.scored)),
        }
    }
}

/// An agent before and after a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Around {
    /// The agent.
    pub agent: String,
    /// The days before.
    pub before: Window,
    /// The days after.
    pub after: Window,
}

impl Around {
    fn both(&self, measure: Measure) -> Option<[f64; 2]> {
        Some([measure.value(&self.before)?, measure.value(&self.after)?])
    }
}

/// A warning that was told, and agents of whom nobody was told, around the same day.
#[derive(Clone, Debug, PartialEq)]
pub struct Matched {
    /// Whom it was about.
    pub own: Around,
    /// The others.
    pub others: Vec<Around>,
}

/// What is to be said of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It changed otherwise than with the others: 0 is outside of the interval.
    Changed,
    /// That is not shown, which is no proof that it did not.
    NotShown,
    /// Fewer than eight agents on either side.
    TooFew,
}

impl Decision {
    /// In words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::NotShown => "not shown to change",
            Self::TooFew => "too few",
        }
    }
}

/// A measure on both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// Agents who were warned of.
    pub agents: usize,
    /// Agents to compare with.
    pub others: usize,
    /// Means before and after, of those warned of.
    pub own: [f64; 2],
    /// The same of the others, each as often as it was compared with.
    pub of_others: [f64; 2],
    /// Change less the others' change.
    pub change: f64,
    /// Its interval: 95 % for all measures together (Bonferroni), by Student's distribution.
    pub interval: Interval,
}

/// What is found of a measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding {
    /// The measure.
    pub measure: Measure,
    /// Both sides; `None`: fewer than eight agents on either.
    pub compared: Option<Compared>,
}

impl Finding {
    /// What is to be said of it.
    #[must_use]
    pub fn decision(&self) -> Decision {
        match self.compared {
            None => Decision::TooFew,
            Some(Compared { interval, .. }) if interval.low > NEGLIGIBLE || interval.high < -NEGLIGIBLE => Decision::Changed,
            Some(_) => Decision::NotShown,
        }
    }
}

/// Compares agents who were warned of with those they are matched with, by measure. A warning without a value on both sides does not count for the measure.
#[must_use]
pub fn against_matched(warnings: &[Matched]) -> Vec<Finding> {
    let of = |measure: Measure| {
        let known = warnings.iter().filter_map(|warning| {
            let others: Vec<(&str, [f64; 2])> = warning.others.iter().filter_map(|other| known(other, measure)).collect();
            known(&warning.own, measure).filter(|_| !others.is_empty()).map(|own| (own, others))
        });
        let known: Vec<_> = known.collect();
        let mut warnings_of: BTreeMap<&str, f64> = BTreeMap::new();
        known.iter().for_each(|((agent, _), _)| *warnings_of.entry(agent).or_default() += 1.0);
        let (mut own, mut rest) = (Side::default(), Side::default());
        for ((agent, both), others) in &known {
            // An agent with two warnings counts half with each, and so do those whom each is matched with.
            let weight = 1.0 / warnings_of[agent];
            own.add(agent, weight, *both);
            others.iter().for_each(|(other, both)| rest.add(other, weight / others.len() as f64, *both));
        }
        Finding { measure, compared: compare(&own, &rest) }
    };
    Measure::ALL.map(of).to_vec()
}

/// Compares agents of whom it was drawn by chance that they are told of with those of whom it was drawn that they are not, by measure. Nobody is to be matched.
#[must_use]
pub fn against_silent(told: &[Around], silent: &[Around]) -> Vec<Finding> {
    Measure::ALL.map(|measure| Finding { measure, compared: compare(&side(told, measure), &side(silent, measure)) }).to_vec()
}

/// Everybody alike, whatever the number of an agent's signals.
fn side(all: &[Around], measure: Measure) -> Side<'_> {
    let known: Vec<_> = all.iter().filter_map(|around| known(around, measure)).collect();
    let mut side = Side::default();
    for (agent, both) in &known {
        let signals = known.iter().filter(|(other, _)| other == agent).count();
        side.add(agent, 1.0 / signals as f64, *both);
    }
    side
}

fn known(around: &Around, measure: Measure) -> Option<(&str, [f64; 2])> {
    Some((around.agent.as_str(), around.both(measure)?))
}

/// Agents of one side: weight, and sums of before and after by weight.
#[derive(Default)]
struct Side<'a>(BTreeMap<&'a str, (f64, [f64; 2])>);

impl<'a> Side<'a> {
    fn add(&mut self, agent: &'a str, weight: f64, both: [f64; 2]) {
        let sums = self.0.entry(agent).or_default();
        sums.0 += weight;
        sums.1 = [sums.1[0] + weight * both[0], sums.1[1] + weight * both[1]];
    }

    fn weighted(&self, value: impl Fn([f64; 2]) -> f64) -> Vec<Weighted> {
        self.0
            .values()
            .map(|(weight, [before, after])| Weighted { weight: *weight, value: value([before / weight, after / weight]) })
            .collect()
    }

    fn means(&self) -> Option<[f64; 2]> {
        Some([mean(&self.weighted(|both| both[0]))?, mean(&self.weighted(|both| both[1]))?])
    }
}

fn compare(own: &Side<'_>, others: &Side<'_>) -> Option<Compared> {
    let (agents, of_others) = (own.0.len(), others.0.len());
    if agents.min(of_others) < FEWEST_AGENTS {
        return None;
    }
    let changes = |side: &Side<'_>| side.weighted(|[before, after]| after - before);
    let found = difference(&changes(own), &changes(others))?;
    let interval = found.interval(1.0 - (1.0 - CONFIDENCE) / Measure::ALL.len() as f64);
    Some(Compared { agents, others: of_others, own: own.means()?, of_others: others.means()?, change: found.effect, interval })
}
