//! The state of one agent of a site, and what a day does to it before it is compared with others.

use super::charts::{Charts, OwnRates};
use super::former::Former;
use super::loads::Loads;
use super::measured::Naturals;
use super::starts::Starts;
use crate::baseline::{AgentHistory, BaselineSettings, HistorySettings, PeerDay, Standardised};
use crate::detectors::Rule;
use crate::features::{DayFacts, Feature, FeatureValues, Input};
use crate::hazard::{InputValues, StageDay, StageFilter, StageParameters};
use crate::reasons::month;
use crate::signals::{LatestScores, SignalTracker, Standing, StandingFacts, families_known, standing};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Shifts a week where nothing is scheduled.
const USUAL_SHIFTS: f64 = 5.0;
/// Tenure and occupancy that say nothing, for the stage filter where they are not known.
const SETTLED_DAYS: f64 = 1_000.0;
const USUAL_OCCUPANCY: f64 = 0.82;

/// Log-likelihood ratio from which on a measure is told as part of a pattern: it makes searching more likely by half.
const LEAST_EVIDENCE: f64 = 0.4;
/// No more measures are told of a pattern.
const MOST_TOLD: usize = 3;

/// The state of one agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct AgentState {
    history: AgentHistory,
    filter: StageFilter,
    /// Own usual deviation from peers as of the latest worked day, by standardised feature.
    usual: Vec<f64>,
    loads: Loads,
    starts: Starts,
    pub(crate) charts: Charts,
    pub(crate) naturals: Naturals,
    pub(crate) tracker: SignalTracker,
    pub(crate) latest: LatestScores,
    /// The latest day with a row, whatever it says.
    pub(crate) last_row_day: Option<i32>,
    /// The latest day that was looked at.
    last_day: Option<i32>,
    hired_day: Option<i32>,
    /// Days worked of the latest 28, the newest in the lowest bit, as of `last_day`.
    worked: u32,
    pub(crate) team: Option<String>,
    pub(crate) leader: Option<String>,
    /// Corrected data would not have opened the signal that lives.
    pub(crate) doubtful: bool,
    /// The signal that lives is of whoever had the id before.
    pub(crate) former: Option<Former>,
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

#[cfg(test)]
impl Surroundings {
    /// Nothing is known, and nobody is absent more than usual.
    pub(crate) const USUAL: Self = Self { occupancy: None, times_absent: 1.0 };
}

/// A day of an agent, ready to be scored.
#[derive(Clone, Debug)]
pub(crate) struct Observed {
    pub(crate) inputs: InputValues,
    pub(crate) standing: Standing,
    pub(crate) worked_days: u32,
    pub(crate) rules: Vec<Rule>,
    /// One of them says that something changed.
    pub(crate) changed: bool,
    /// Log-odds a fortnight ago, where there was a score.
    pub(crate) before: Option<f64>,
}

impl AgentState {
    pub(crate) fn usual(&self) -> Option<&[f64]> {
        (!self.usual.is_empty()).then_some(self.usual.as_slice())
    }

    /// The agent's own rate of absence as of the day before.
    pub(crate) fn absence_rate(&self) -> Option<f64> {
        self.history.rate(Feature::Absent)
    }

    /// What speaks most for the pattern of somebody who is searching, the strongest first, as far as it can be told in natural units.
    pub(crate) fn pattern(&self) -> Vec<Feature> {
        let late = if self.naturals.of(Feature::Late).is_some() { Feature::Late } else { Feature::LoginLate };
        let seen = StageFilter::channels().into_iter().chain([Feature::Absent, late, Feature::Quality]);
        let mut found: Vec<(Feature, f64)> = seen
            .zip(self.filter.evidence().iter().copied())
            .filter(|(feature, evidence)| *evidence >= LEAST_EVIDENCE && self.naturals.of(*feature).is_some())
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.into_iter().take(MOST_TOLD).map(|(feature, _)| feature).collect()
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
        hired.zip(self.hired_day.or_else(|| self.history.last_worked_day())).is_some_and(|(hired, before)| hired > before)
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
        let login_late = self.starts.observe(facts, site.baseline.gap_days, self.has_own_signal());
        let mut with_start = None;
        if let Some(minutes) = login_late {
            values.set(Feature::LoginLate, minutes);
            with_start.insert(own.clone()).set(Feature::LoginLate, minutes);
        }
        let own = with_start.as_ref().unwrap_or(own);
        let tenure_days = facts.tenure_days.map_or(SETTLED_DAYS, f64::from);
        let day = PeerDay {
            day: facts.day,
            month: month(facts.day),
            tenure_days,
            worked: facts.worked(),
            shifts_per_week: facts.shifts_per_week().unwrap_or(USUAL_SHIFTS),
            values,
        };
        // The rates as of yesterday: today is to be judged by them.
        let lateness = if login_late.is_some() { Feature::LoginLate } else { Feature::Late };
        let [absent, late, early] = [Feature::Absent, lateness, Feature::Early].map(|feature| self.history.rate(feature));
        let seen = self.history.observe(site, &day);
        let mut inputs = seen.inputs.clone();
        if facts.tenure_days.is_none() {
            inputs.retain(|input, _| !matches!(input, Input::Tenure(_)));
        }
        self.charts.observe(facts.day, &seen, own, OwnRates { absent, late, early }, times_absent);
        self.naturals.observe(facts, login_late, self.has_own_signal());
        let deviation = |feature: Feature| {
            seen.told(feature)?;
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
                late: own.get(lateness).map(|minutes| minutes > 0.0),
                late_by_habit: login_late.is_some(),
                channels: StageFilter::channels().map(deviation),
                quality: deviation(Feature::Quality),
            },
        );
        self.expect(method, &seen.standardised);
        inputs.insert(Input::Outlook, self.filter.leaving(stages, occupancy, tenure_days));
        let standing = self.standing(&site.baseline, facts, &inputs);
        let before = self.latest.before(facts.day);
        let (rules, changed) = (self.charts.rules(facts.day), self.charts.rule_of_change(facts.day));
        Observed { standing, worked_days: self.history.worked_days(), rules, changed, before, inputs }
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

    /// Team, leader, days worked.
    fn follow(&mut self, site: &HistorySettings, facts: &DayFacts) {
        // On the first day there is nothing yet that could count less.
        if self.team != facts.team || self.leader != facts.leader {
            self.history.moved(site);
        }
        (self.team, self.leader) = (facts.team.clone(), facts.leader.clone());
        self.hired_day = facts.hired_day.or(self.hired_day);
        let passed = self.last_day.map_or(0, |last| facts.day.saturating_sub(last)).clamp(0, 31);
        self.worked = (self.worked.checked_shl(passed as u32).unwrap_or(0) | u32::from(facts.worked())) & ((1 << 28) - 1);
        self.last_day = Some(facts.day);
    }

    fn standing(&self, settings: &BaselineSettings, facts: &DayFacts, inputs: &InputValues) -> Standing {
        standing(&StandingFacts {
            employed: facts.employed,
            notice_given: facts.notice_given,
            on_leave: facts.on_leave,
            // Without a schedule, the days that were worked.
            scheduled_shifts: facts.scheduled_shifts_28d.unwrap_or_else(|| self.worked.count_ones()),
            worked_days: self.history.worked_days(),
            // The gap begins to matter with the first row after it, worked or not.
            quiet: self.history.is_quiet() || self.history.is_away(settings, facts.day),
            source_complete: facts.source_complete,
            families_known: families_known(inputs),
        })
    }

    /// Whether what is usual learns nothing.
    pub(crate) fn hold_still(&mut self, still: bool) {
        self.history.set_frozen(still);
    }
}

#[cfg(test)]
mod tests;
