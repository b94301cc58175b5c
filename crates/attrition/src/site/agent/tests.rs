//! What a day does to the state of one agent.

use super::*;
use crate::baseline::Pool;
use crate::features::Family;
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
    let day = [(Feature::HandleTime, 3.0), (Feature::Quality, 1.0), (Feature::Absent, 0.0), (Feature::Late, 7.0), (Feature::Early, 0.0)];
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

/// Without a schedule presence is known by when the agent usually begins, from the fifth week on: a model's input, in words, and to the filter by half.
#[test]
fn without_a_schedule_a_late_start_is_one_beside_the_own_usual() {
    let (mut state, mut filter, stages) = (AgentState::default(), StageFilter::default(), StageParameters::default());
    let began = |week: i32, first_start_minute: u16| DayFacts {
        first_start_minute: Some(first_start_minute),
        scheduled_shifts_28d: None,
        ..worked(7 * week)
    };
    let seen =
        |late: Option<bool>| StageDay { occupancy: 0.82, tenure_days: 1_000.0, late, late_by_habit: late.is_some(), ..StageDay::default() };
    for week in 0..4 {
        let observed = take(&mut state, &began(week, 480), &[]);
        assert_eq!(observed.inputs[&Input::Missing(Family::Presence)], 1.0, "week {week}");
        filter.observe(&stages, &seen(None));
    }
    let observed = take(&mut state, &began(4, 500), &[]);
    filter.observe(&stages, &seen(Some(true)));
    assert_eq!((state.naturals.of(Feature::LoginLate), &state.filter), (Some((15.0, 15.0)), &filter));
    assert_eq!(observed.inputs[&Input::Missing(Family::Presence)], 0.0);
    assert!(observed.inputs[&Input::RateChange(Feature::LoginLate)] > 0.0 && !observed.inputs.contains_key(&Input::Rate(Feature::Late)));
    assert_eq!(state.charts.since_day(Feature::LoginLate), Some(28), "since when it has happened");
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
