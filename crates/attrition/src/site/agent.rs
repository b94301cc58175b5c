//! The state of one agent of a site, and what a day does to it before it is compared with others.

use super::charts::Charts;
use super::loads::Loads;
use super::measured::Naturals;
use crate::baseline::{AgentHistory, HistorySettings, PeerDay, Standardised};
use crate::detectors::Rule;
use crate::features::{DayFacts, Feature, FeatureValues, Input};
use crate::hazard::{InputValues, StageDay, StageFilter, StageParameters};
use crate::reasons::month;
use crate::signals::{SignalTracker, Standing, StandingFacts, families_known, standing};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A gap of more calendar days, and the worked days after it in which nothing is told.
const GAP_DAYS: i32 = 20;
const QUIET_WORKED_DAYS: u32 = 10;
/// Shifts a week where nothing is scheduled.
const USUAL_SHIFTS: f64 = 5.0;
/// Tenure and occupancy that say nothing, for the stage filter where they are not known.
const SETTLED_DAYS: f64 = 1_000.0;
const USUAL_OCCUPANCY: f64 = 0.82;

/// The state of one agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct AgentState {
    history: AgentHistory,
    filter: StageFilter,
    /// Own usual deviation from peers as of the latest worked day, by standardised feature.
    usual: Vec<f64>,
    loads: Loads,
    pub(crate) charts: Charts,
    pub(crate) naturals: Naturals,
    pub(crate) tracker: SignalTracker,
    /// The latest day with a row, whatever it says.
    pub(crate) last_row_day: Option<i32>,
    /// The latest day that was looked at.
    last_day: Option<i32>,
    last_worked_day: Option<i32>,
    hired_day: Option<i32>,
    quiet_left: u32,
    /// Days worked of the latest 28, the newest in the lowest bit, as of `last_day`.
    worked: u32,
    pub(crate) team: Option<String>,
    pub(crate) leader: Option<String>,
    /// Corrected data would not have opened the signal that lives.
    pub(crate) doubtful: bool,
}

/// How days of a site become inputs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Method<'a> {
    pub(crate) history: &'a HistorySettings,
    pub(crate) stages: &'a StageParameters,
    /// Standardised features, in order.
    pub(crate) features: &'a [Feature],
}

/// What goes on around an agent on a day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings {
    /// Smoothed share of the team's paid time with customers.
    pub(crate) occupancy: Option<f64>,
    /// How many times as often as usual everybody is absent these days.
    pub(crate) times_absent: f64,
}

/// A day of an agent, ready to be scored.
#[derive(Clone, Debug)]
pub(crate) struct Observed {
    pub(crate) inputs: InputValues,
    pub(crate) standing: Standing,
    pub(crate) worked_days: u32,
    pub(crate) rules: Vec<Rule>,
}

impl AgentState {
    pub(crate) fn usual(&self) -> Option<&[f64]> {
        (!self.usual.is_empty()).then_some(self.usual.as_slice())
    }

    /// The agent's own rate of absence as of the day before.
    pub(crate) fn absence_rate(&self) -> Option<f64> {
        self.history.rate(Feature::Absent)
    }

    /// Days worked so far.
    pub(crate) fn worked_days(&self) -> u32 {
        self.history.worked_days()
    }

    /// Whether the id belongs to another employment than the one remembered: hired later than the one that was known, or, where none was, after the last day
    /// that was worked. Ids are given away again, and nobody is to be judged by what somebody else did. A date of hiring that is only corrected to a later one
    /// looks the same; then what is usual is learned anew, which harms nobody.
    pub(crate) fn is_of_another(&self, facts: &DayFacts) -> bool {
        let hired = facts.hired_day.filter(|hired| *hired <= facts.day);
        hired.zip(self.hired_day.or(self.last_worked_day)).is_some_and(|(hired, before)| hired > before)
    }

    /// Forgets everything but how many signals the id has had.
    pub(crate) fn begin_anew(&mut self) {
        *self = Self { tracker: self.tracker.of_another(), last_row_day: self.last_row_day, ..Self::default() };
    }

    /// Takes a day: `own` are its values as they are, from which deviations from peers were made in `values`.
    pub(crate) fn observe(
        &mut self,
        method: Method<'_>,
        facts: &DayFacts,
        own: &FeatureValues,
        mut values: FeatureValues,
        surroundings: Surroundings,
    ) -> Observed {
        let Surroundings { occupancy, times_absent } = surroundings;
        let Method { history: site, stages, .. } = method;
        self.follow(site, facts);
        self.loads.smooth(facts, &mut values);
        values.set(Feature::Swing, self.charts.dispersion().unwrap_or(f64::NAN));
        let tenure_days = facts.tenure_days.map_or(SETTLED_DAYS, f64::from);
        let day = PeerDay {
            day: facts.day,
            month: month(facts.day),
            tenure_days,
            worked: facts.worked(),
            shifts_per_week: facts.shifts_per_week().unwrap_or(USUAL_SHIFTS),
            values,
        };
        // The rate as of yesterday: today is to be judged by it.
        let absence_rate = self.absence_rate();
        let (mut inputs, standardised) = self.history.observe(site, &day);
        if facts.tenure_days.is_none() {
            inputs.retain(|input, _| !matches!(input, Input::Tenure(_)));
        }
        self.charts.observe(facts.day, &standardised, own, absence_rate, times_absent);
        self.naturals.observe(facts, self.tracker.episode().is_some());
        let deviation = |feature: Feature| {
            standardised.get(&feature).filter(|seen| !seen.quiet)?;
            Some(day.values.get(feature)? / site.pool(feature).sd)
        };
        let occupancy = occupancy.unwrap_or(USUAL_OCCUPANCY);
        self.filter.observe(
            stages,
            &StageDay {
                occupancy,
                tenure_days,
                absent: own.get(Feature::Absent).map(|absent| absent > 0.0),
                absence_excess: times_absent - 1.0,
                late: own.get(Feature::Late).map(|minutes| minutes > 0.0),
                channels: StageFilter::channels().map(deviation),
                quality: deviation(Feature::Quality),
            },
        );
        self.expect(method, &standardised);
        inputs.insert(Input::Outlook, self.filter.leaving(stages, occupancy, tenure_days));
        let standing = self.standing(facts, &inputs);
        Observed { standing, worked_days: self.history.worked_days(), rules: self.charts.rules(facts.day), inputs }
    }

    /// What is expected of the next day against peers: for what the stage filter looks at, what it expects; for the rest, what is usual.
    fn expect(&mut self, method: Method<'_>, standardised: &BTreeMap<Feature, Standardised>) {
        let expected = self.filter.expected(method.stages);
        self.usual.resize(method.features.len(), 0.0);
        for (usual, feature) in self.usual.iter_mut().zip(method.features) {
            if let Some(seen) = standardised.get(feature) {
                let channel = StageFilter::channels().iter().position(|channel| channel == feature);
                *usual = channel.map_or(seen.usual, |channel| expected[channel] * method.history.pool(*feature).sd);
            }
        }
    }

    /// Team, leader, days worked, return from a gap.
    fn follow(&mut self, site: &HistorySettings, facts: &DayFacts) {
        if self.last_day.is_some() && (self.team != facts.team || self.leader != facts.leader) {
            self.history.moved(site);
        }
        (self.team, self.leader) = (facts.team.clone(), facts.leader.clone());
        self.hired_day = facts.hired_day.or(self.hired_day);
        let passed = self.last_day.map_or(0, |last| facts.day.saturating_sub(last)).clamp(0, 31);
        self.worked = (self.worked.checked_shl(passed as u32).unwrap_or(0) | u32::from(facts.worked())) & ((1 << 28) - 1);
        self.last_day = Some(facts.day);
        if facts.worked() {
            self.quiet_left = self.quiet_left.saturating_sub(1);
            if self.last_worked_day.is_some_and(|last| facts.day.saturating_sub(last) > GAP_DAYS) {
                self.quiet_left = QUIET_WORKED_DAYS;
            }
            self.last_worked_day = Some(facts.day);
        }
    }

    fn standing(&self, facts: &DayFacts, inputs: &InputValues) -> Standing {
        standing(&StandingFacts {
            employed: facts.employed,
            notice_given: facts.notice_given,
            on_leave: facts.on_leave,
            // Without a schedule, the days that were worked.
            scheduled_shifts: facts.scheduled_shifts_28d.unwrap_or_else(|| self.worked.count_ones()),
            worked_days: self.history.worked_days(),
            // The gap begins to matter with the first row after it, worked or not.
            quiet: self.quiet_left > 0 || self.last_worked_day.is_some_and(|last| facts.day.saturating_sub(last) > GAP_DAYS),
            source_complete: facts.source_complete,
            families_known: families_known(inputs),
        })
    }

    /// While a signal lives, what is usual stands still.
    pub(crate) fn freeze(&mut self) {
        let lives = self.tracker.episode().is_some();
        self.history.set_frozen(lives);
        self.doubtful &= lives;
    }
}
