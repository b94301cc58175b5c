//! The state of one agent of a site, and what a day does to it before it is compared with others.

use super::charts::{Charts, OwnRates};
use super::former::Former;
use super::loads::Loads;
use super::measured::Naturals;
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
        let seen = StageFilter::channels().into_iter().chain([Feature::Absent, Feature::Late, Feature::Quality]);
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
        let [absent, late, early] = [Feature::Absent, Feature::Late, Feature::Early].map(|feature| self.history.rate(feature));
        let seen = self.history.observe(site, &day);
        let mut inputs = seen.inputs.clone();
        if facts.tenure_days.is_none() {
            inputs.retain(|input, _| !matches!(input, Input::Tenure(_)));
        }
        self.charts.observe(facts.day, &seen, own, OwnRates { absent, late, early }, times_absent);
        self.naturals.observe(facts, self.has_own_signal());
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
                late: own.get(Feature::Late).map(|minutes| minutes > 0.0),
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
mod tests {
    use super::*;
    use crate::baseline::Pool;
    use crate::signals::{Action, Tier};

    const FEATURES: [Feature; 3] = [Feature::HandleTime, Feature::Hold, Feature::Quality];

    /// A site on which two of everything are a usual day's deviation.
    fn site() -> HistorySettings {
        let pool = Pool { sd: 2.0, ..Pool::default() };
        HistorySettings { pools: FEATURES.map(|feature| (feature, pool)).into(), ..HistorySettings::default() }
    }

    fn worked(day: i32) -> DayFacts {
        DayFacts { day, staffed_ms: 1, employed: true, source_complete: true, scheduled_shifts_28d: Some(20), ..DayFacts::default() }
    }

    fn values(known: &[(Feature, f64)]) -> FeatureValues {
        let mut values = FeatureValues::default();
        known.iter().for_each(|(feature, value)| values.set(*feature, *value));
        values
    }

    fn take(state: &mut AgentState, facts: &DayFacts, known: &[(Feature, f64)]) -> Observed {
        let (site, stages) = (site(), StageParameters::default());
        let method = Method { history: &site, stages: &stages, features: &FEATURES };
        state.observe(method, facts, &values(known), values(known), Surroundings::USUAL)
    }

    const DAY: [(Feature, f64); 2] = [(Feature::HandleTime, 1.0), (Feature::Quality, -0.5)];

    fn standing_on(state: &mut AgentState, facts: &DayFacts) -> Standing {
        take(state, facts, &DAY).standing
    }

    #[test]
    fn after_more_than_twenty_days_ten_worked_ones_are_quiet() {
        let after = |gap: i32| {
            let mut state = AgentState::default();
            (0..30).for_each(|day| _ = take(&mut state, &worked(day), &DAY));
            // A shift that is not worked says that somebody is back, and quiet begins with it.
            let back = standing_on(&mut state, &DayFacts { staffed_ms: 0, ..worked(29 + gap) });
            let mut muted = (0..40).map(|day| standing_on(&mut state, &worked(30 + gap + day))).take_while(|one| *one == Standing::Muted);
            (back, muted.by_ref().count())
        };
        assert_eq!(after(19), (Standing::Scored, 0), "twenty days until the first that is worked");
        assert_eq!(after(20), (Standing::Scored, 10));
        assert_eq!(after(21), (Standing::Muted, 10));
    }

    #[test]
    fn without_a_schedule_the_worked_days_of_the_last_28_count() {
        let mut state = AgentState::default();
        let unplanned = |day: i32| DayFacts { scheduled_shifts_28d: None, ..worked(day) };
        for day in [0, 1, 2, 3, 20, 30, 35, 40, 45] {
            take(&mut state, &unplanned(day), &DAY);
        }
        let off = |day: i32| DayFacts { staffed_ms: 0, ..unplanned(day) };
        // Day 20 is the first of the 28 until day 47.
        assert_eq!(standing_on(&mut state.clone(), &off(47)), Standing::Scored);
        assert_eq!(standing_on(&mut state, &off(48)), Standing::NotAtRisk, "four are fewer than five");
    }

    #[test]
    fn a_day_is_seen_beside_the_score_of_a_fortnight_ago() {
        let mut state = AgentState::default();
        state.latest.remember(10, -3.0);
        assert_eq!(take(&mut state.clone(), &worked(24), &DAY).before, None);
        assert_eq!(take(&mut state, &worked(25), &DAY).before, Some(-3.0));
    }

    /// The filter sees deviations in the usual day's; where occupancy and tenure are not known it takes those that say nothing.
    #[test]
    fn the_filter_sees_what_was_measured() {
        let (mut state, mut filter, stages) = (AgentState::default(), StageFilter::default(), StageParameters::default());
        let seen = StageDay { occupancy: 0.82, tenure_days: 1_000.0, absent: Some(false), late: Some(true), ..StageDay::default() };
        let day =
            [(Feature::HandleTime, 3.0), (Feature::Quality, 1.0), (Feature::Absent, 0.0), (Feature::Late, 7.0), (Feature::Early, 0.0)];
        let observed = take(&mut state, &worked(0), &day);
        filter.observe(&stages, &StageDay { channels: [Some(1.5), None, None, None, None], quality: Some(0.5), ..seen });
        assert_eq!(state.filter, filter);
        assert_eq!(observed.inputs[&Input::Outlook], filter.leaving(&stages, 0.82, 1_000.0));
        assert!(!observed.inputs.keys().any(|input| matches!(input, Input::Tenure(_))), "it is not known");
        let known = take(&mut state.clone(), &DayFacts { tenure_days: Some(50), ..worked(1) }, &day);
        assert!(known.inputs.contains_key(&Input::Tenure(0)));
        // Of a channel that is expected which the filter expects, of another what is usual.
        let expected = filter.expected(&stages)[0] * 2.0;
        assert_eq!(state.usual().map(|usual| (usual[0], usual[1])), Some((expected, 0.0)));
        assert!(expected > 0.1, "{expected}");
    }

    /// Shifts that were worked after a long gap are nobody's measure: the filter lets the stage move on, and learns nothing.
    #[test]
    fn the_filter_sees_no_quiet_day() {
        let (mut state, stages) = (AgentState::default(), StageParameters::default());
        (0..20).for_each(|day| _ = take(&mut state, &worked(day), &DAY));
        let mut filter = state.filter.clone();
        take(&mut state, &worked(60), &[(Feature::HandleTime, 9.0), (Feature::Quality, 9.0)]);
        filter.observe(&stages, &StageDay { occupancy: 0.82, tenure_days: 1_000.0, ..StageDay::default() });
        assert_eq!(state.filter, filter);
    }

    #[test]
    fn a_new_leader_makes_what_is_usual_less_sure_as_a_new_team_does() {
        let led = |leader: &str, team: &str| DayFacts { leader: Some(leader.to_owned()), team: Some(team.to_owned()), ..worked(0) };
        let run = |last: &DayFacts| {
            let mut state = AgentState::default();
            (0..60).for_each(|day| _ = take(&mut state, &DayFacts { day, ..led("lea", "red") }, &DAY));
            take(&mut state, &DayFacts { day: 60, ..last.clone() }, &DAY);
            state.history
        };
        let (same, leader, team) = (run(&led("lea", "red")), run(&led("leo", "red")), run(&led("lea", "blue")));
        assert!(same != leader && leader == team);
    }

    /// The chart of absences is set to the agent's own rate: of one who has kept two hundred shifts three absences in a row are an alarm. Of one who has missed every
    /// eleventh the rule is seen, and hurries nothing.
    #[test]
    fn absences_are_judged_by_the_own_rate() {
        let mut state = AgentState::default();
        (0..200).for_each(|day| _ = take(&mut state, &worked(day), &[(Feature::Absent, 0.0)]));
        let absent = |day: i32| DayFacts { staffed_ms: 0, ..worked(day) };
        (200..203).for_each(|day| _ = take(&mut state, &absent(day), &[(Feature::Absent, 1.0)]));
        assert_eq!(state.charts.alarmed_day(), Some(202));
        let mut often = AgentState::default();
        let on = |day: i32| {
            let missed = day % 11 == 0;
            let facts = DayFacts { staffed_ms: i64::from(!missed), ..worked(day) };
            take(&mut often, &facts, &[(Feature::Absent, f64::from(u8::from(missed)))])
        };
        let last = (0..=220).map(on).last().unwrap();
        assert_eq!((last.rules, last.changed), (vec![Rule::Absence], false));
    }

    /// While a signal lives neither what is usual nor what is shown as usual learns; when it has ended, nothing is doubtful.
    #[test]
    fn a_signal_that_lives_freezes_what_is_usual() {
        let run = |signal: bool| {
            let mut state = AgentState::default();
            let facts = |day: i32, hold_s: i64| DayFacts { handled: 10, hold_ms: hold_s * 10_000, ..worked(day) };
            (0..40).for_each(|day| _ = take(&mut state, &facts(day, 20), &[(Feature::Hold, 0.0)]));
            if signal {
                state.tracker.open(40, Tier::Concern, 0.2);
            }
            state.doubtful = true;
            state.freeze();
            assert_eq!(state.doubtful, signal);
            (40..80).for_each(|day| _ = take(&mut state, &facts(day, 60), &[(Feature::Hold, 2.0)]));
            let usual_s = state.naturals.of(Feature::Hold).unwrap().1;
            state.tracker.act(Action::Withdraw, 80).ok();
            state.freeze();
            assert!(!state.doubtful);
            (state.usual[1], usual_s)
        };
        assert_eq!(run(true), (0.0, 20.0));
        let (usual, usual_s) = run(false);
        assert!(usual > 0.2 && usual_s > 25.0, "{usual} {usual_s}");
    }

    #[test]
    fn the_swing_of_care_is_an_input() {
        let mut state = AgentState::default();
        (0..12).for_each(|day| _ = take(&mut state, &worked(day), &[(Feature::Quality, f64::from(day % 2 * 4 - 2))]));
        let observed = take(&mut state, &worked(12), &DAY);
        let before = observed.inputs[&Input::Now(Feature::Swing)];
        assert!(before > 0.5 && before != state.charts.dispersion().unwrap(), "that of the days before: {before}");
    }
}
