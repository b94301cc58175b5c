//! Signals: every state with every action, every tier at its border, and the laws of opening and ending.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "these values are exact by construction")]

use attrition::features::{Family, Feature, Input};
use attrition::hazard::InputValues;
use attrition::signals::{
    Action, Actor, Candidate, Opening, Outcome, Scoring, SignalTracker, Standing, StandingFacts, State, Team, Tier, TierSettings,
    TrackerEvent, TrackerSettings, admit, families_known, is_site_event, place, signal_id, standing,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn states() -> Vec<State> {
    let mut states = vec![
        State::Open,
        State::Acknowledged,
        State::Talked,
        State::ContestedOpen,
        State::ContestedAcknowledged,
        State::ContestedTalked,
        State::Expired,
        State::Withdrawn,
    ];
    states.extend(Outcome::ALL.map(State::Closed));
    states
}

fn actions() -> Vec<Action> {
    let mut actions = vec![
        Action::Acknowledge,
        Action::Talk,
        Action::Expire,
        Action::Contest,
        Action::RejectObjection,
        Action::UpholdObjection,
        Action::Withdraw,
    ];
    actions.extend(Outcome::ALL.map(Action::Close));
    actions
}

/// The table, written down a second time and in another form: what each state may become and by what.
fn allowed(state: State) -> Vec<(Action, State)> {
    let closes =
        |outcomes: &[Outcome]| outcomes.iter().map(|outcome| (Action::Close(*outcome), State::Closed(*outcome))).collect::<Vec<_>>();
    let ends = [(Action::Expire, State::Expired), (Action::Withdraw, State::Withdrawn)];
    let answered = |back: State| {
        vec![
            (Action::RejectObjection, back),
            (Action::UpholdObjection, State::Withdrawn),
            (Action::Withdraw, State::Withdrawn),
            (Action::Close(Outcome::Left), State::Closed(Outcome::Left)),
        ]
    };
    let by_itself = [Outcome::Faded, Outcome::Left, Outcome::Moved];
    match state {
        State::Open => {
            [vec![(Action::Acknowledge, State::Acknowledged), (Action::Contest, State::ContestedOpen)], closes(&by_itself), ends.to_vec()]
                .concat()
        }
        State::Acknowledged => [
            vec![(Action::Talk, State::Talked), (Action::Contest, State::ContestedAcknowledged)],
            closes(&by_itself),
            closes(&[Outcome::Dismissed]),
            ends.to_vec(),
        ]
        .concat(),
        State::Talked => [vec![(Action::Contest, State::ContestedTalked)], closes(&Outcome::ALL), ends.to_vec()].concat(),
        State::ContestedOpen => answered(State::Open),
        State::ContestedAcknowledged => answered(State::Acknowledged),
        State::ContestedTalked => answered(State::Talked),
        State::Closed(_) | State::Expired | State::Withdrawn => vec![],
    }
}

#[test]
fn every_state_with_every_action() {
    for state in states() {
        for action in actions() {
            let expected = allowed(state).iter().find(|(possible, _)| *possible == action).map(|(_, to)| *to);
            assert_eq!(state.after(action).ok(), expected, "{state:?} {action:?}");
            if let Err(forbidden) = state.after(action) {
                assert_eq!((forbidden.state, forbidden.action), (state, action));
            }
        }
        assert_eq!(state.is_over(), allowed(state).is_empty(), "{state:?}");
        assert_eq!(state.visible_to_leader(), !matches!(state, State::Withdrawn) && !state.is_contested(), "{state:?}");
    }
}

#[test]
fn every_action_by_every_actor() {
    use Actor::{Agent, HumanResources, Leader, System};
    let by = |action: Action| {
        [System, Leader, Agent, HumanResources].into_iter().filter(|actor| action.may_be_done_by(*actor)).collect::<Vec<_>>()
    };
    for action in actions() {
        let expected = match action {
            Action::Acknowledge | Action::Talk => vec![Leader],
            Action::Close(Outcome::Dismissed | Outcome::Agreed | Outcome::NothingToDo) => vec![Leader],
            Action::Close(Outcome::Left | Outcome::Moved) => vec![System, HumanResources],
            Action::Close(Outcome::Faded) | Action::Expire | Action::Withdraw => vec![System],
            Action::Contest => vec![Agent],
            Action::RejectObjection | Action::UpholdObjection => vec![HumanResources],
        };
        assert_eq!(by(action), expected, "{action:?}");
    }
}

#[test]
fn every_tier_at_its_border() {
    let usual = Candidate { probability: 0.01, base: 0.04, order: -5.0, families: 0, rule: false };
    let told = Candidate { families: 2, ..usual };
    let tier_of = |candidate: Candidate, above: usize| {
        let mut site = vec![usual; 100];
        site[..above].fill(Candidate { order: 1.0, ..usual });
        site[50] = candidate;
        place(&site, &TierSettings::default())[50]
    };
    // Second of 100 is urgent by place in line, third and fifth are of concern, sixth is only watched; whatever the probability of the others is.
    let told = Candidate { order: 0.0, ..told };
    let high = Candidate { probability: 0.10, ..told };
    for (above, expected) in [(0, Tier::Urgent), (1, Tier::Urgent), (2, Tier::Concern), (4, Tier::Concern), (5, Tier::Watch)] {
        assert_eq!(tier_of(high, above), Some(expected), "{above} are before");
    }
    // Twice the base rate, and two families.
    assert_eq!(tier_of(Candidate { probability: 0.08, ..told }, 2), Some(Tier::Concern));
    assert_eq!(tier_of(Candidate { probability: 0.08_f64.next_down(), ..told }, 2), None);
    assert_eq!(tier_of(Candidate { families: 1, ..high }, 0), Some(Tier::Watch));
    // Whatever the rank: 0.35, or a rule and four times the base rate.
    assert_eq!(tier_of(Candidate { probability: 0.35, ..usual }, 40), Some(Tier::Urgent));
    assert_eq!(tier_of(Candidate { probability: 0.35_f64.next_down(), ..usual }, 40), Some(Tier::Watch));
    assert_eq!(tier_of(Candidate { probability: 0.16, rule: true, ..usual }, 40), Some(Tier::Urgent));
    assert_eq!(tier_of(Candidate { probability: 0.16_f64.next_down(), rule: true, ..usual }, 40), Some(Tier::Watch));
    // Equal scores never exceed the budget: six of a hundred with the same score are one too many for 5 %.
    let mut site = vec![usual; 100];
    site[..6].fill(high);
    assert_eq!(place(&site, &TierSettings::default())[0], Some(Tier::Watch));
    assert_eq!(place(&[], &TierSettings::default()), []);
}

#[test]
fn capacity_is_kept_and_urgent_goes_first() {
    let opening = |agent: &str, tier, probability| Opening { agent: agent.to_owned(), tier, probability };
    let openings = [
        opening("a", Tier::Concern, 0.3),
        opening("b", Tier::Urgent, 0.2),
        opening("c", Tier::Concern, 0.1),
        opening("d", Tier::Urgent, 0.4),
    ];
    // Thirty agents: three talks. Both urgent, then the more probable of the others.
    assert_eq!(admit(&openings, Team { agents: 30, opened: 0 }), [true, true, false, true]);
    assert_eq!(admit(&openings, Team { agents: 30, opened: 1 }), [false, true, false, true]);
    assert_eq!(admit(&openings, Team { agents: 31, opened: 0 }), [true; 4]);
    assert_eq!(admit(&openings[..1], Team { agents: 3, opened: 0 }), [true], "a small team has one talk");
    // Of equal ones the first by id, in whichever order they come.
    let equal = ["b", "a", "c"].map(|agent| opening(agent, Tier::Concern, 0.3));
    assert_eq!(admit(&equal, Team { agents: 20, opened: 0 }), [true, true, false]);
    assert_eq!(admit(&equal, Team { agents: 20, opened: 1 }), [false, true, false]);
    assert_eq!(admit(&equal, Team { agents: 20, opened: 2 }), [false; 3]);
}

fn scoring(day: i32, tier: Option<Tier>, probability: f64) -> Scoring {
    Scoring { day, worked_days: day as u32, tier, probability, muted: false }
}

fn opened(number: u32, tier: Tier) -> Vec<TrackerEvent> {
    vec![TrackerEvent::Opened { number, tier }]
}

#[test]
fn concern_needs_two_scorings_within_three_worked_days() {
    let settings = TrackerSettings::default();
    let concern = |day: i32| scoring(day, Some(Tier::Concern), 0.2);
    let mut tracker = SignalTracker::default();
    assert_eq!(tracker.observe(&settings, &concern(10)), []);
    assert_eq!(tracker.observe(&settings, &scoring(11, Some(Tier::Watch), 0.1)), []);
    assert_eq!(tracker.clone().observe(&settings, &concern(12)), opened(1, Tier::Concern), "the third worked day");
    assert_eq!(tracker.observe(&settings, &concern(13)), [], "the fourth is too late");
    // Scored again on the same worked day, as late events make it, is not a second scoring.
    assert_eq!(tracker.observe(&settings, &concern(13)), []);
    assert_eq!(tracker.observe(&settings, &concern(14)), opened(1, Tier::Concern));
    let mut urgent = SignalTracker::default();
    assert_eq!(urgent.observe(&settings, &scoring(10, Some(Tier::Urgent), 0.4)), opened(1, Tier::Urgent));
    let mut muted = SignalTracker::default();
    assert_eq!(muted.observe(&settings, &Scoring { muted: true, ..scoring(10, Some(Tier::Urgent), 0.4) }), []);
}

fn with_signal(settings: &TrackerSettings, day: i32) -> SignalTracker {
    let mut tracker = SignalTracker::default();
    tracker.observe(settings, &scoring(day - 1, Some(Tier::Concern), 0.2));
    assert_eq!(tracker.observe(settings, &scoring(day, Some(Tier::Concern), 0.2)).len(), 1);
    tracker
}

#[test]
fn a_signal_fades_after_ten_low_worked_days_in_a_row() {
    let settings = TrackerSettings::default();
    let mut tracker = with_signal(&settings, 100);
    // Low is below 0.6 · 0.2 = 0.12, by however little.
    let low = (0.6_f64 * 0.2).next_down();
    for day in 101..110 {
        assert_eq!(tracker.observe(&settings, &scoring(day, None, low)), []);
    }
    assert_eq!(tracker.observe(&settings, &scoring(110, None, 0.6 * 0.2)), [], "not low: counting begins anew");
    let low: Vec<usize> = (111..=120).map(|day| tracker.observe(&settings, &scoring(day, None, low)).len()).collect();
    assert_eq!(low, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(tracker.episode(), None);
    // Cool-down of 28 days for concern: 148 is the first day. Urgent does not wait.
    assert_eq!(tracker.clone().observe(&settings, &scoring(121, Some(Tier::Urgent), 0.5)), opened(2, Tier::Urgent));
    for day in 140..148 {
        assert_eq!(tracker.observe(&settings, &scoring(day, Some(Tier::Concern), 0.2)), [], "{day}");
    }
    assert_eq!(tracker.observe(&settings, &scoring(148, Some(Tier::Concern), 0.2)), opened(2, Tier::Concern));
}

#[test]
fn a_signal_expires_after_45_days_but_not_while_contested() {
    let settings = TrackerSettings::default();
    let mut tracker = with_signal(&settings, 100);
    assert_eq!(tracker.observe(&settings, &scoring(144, Some(Tier::Concern), 0.2)), []);
    let mut contested = tracker.clone();
    let muted = Scoring { muted: true, ..scoring(145, None, 0.2) };
    assert!(tracker.clone().note(&settings, &muted).expired, "a day that says nothing of the agent is a day all the same");
    assert_eq!(
        tracker.observe(&settings, &scoring(145, None, 0.2)),
        [TrackerEvent::Changed { number: 1, from: State::Open, to: State::Expired }]
    );
    contested.act(Action::Contest, 144).unwrap();
    for day in 145..170 {
        assert_eq!(contested.observe(&settings, &scoring(day, None, 0.01)), [], "an objection is answered by a human, not by time");
    }
    assert_eq!(
        contested.observe(&settings, &scoring(170, Some(Tier::Urgent), 0.5)),
        [TrackerEvent::Escalated { number: 1 }],
        "it still counts"
    );
    contested.act(Action::RejectObjection, 170).unwrap();
    assert_eq!(
        contested.observe(&settings, &scoring(171, None, 0.2)),
        [TrackerEvent::Changed { number: 1, from: State::Open, to: State::Expired }]
    );
}

#[test]
fn only_urgent_is_told_of_a_signal_that_lives() {
    let settings = TrackerSettings::default();
    let mut tracker = with_signal(&settings, 100);
    tracker.act(Action::Acknowledge, 101).unwrap();
    assert_eq!(tracker.observe(&settings, &scoring(102, Some(Tier::Concern), 0.3)), []);
    assert_eq!(tracker.observe(&settings, &scoring(103, Some(Tier::Urgent), 0.4)), [TrackerEvent::Escalated { number: 1 }]);
    assert_eq!(tracker.observe(&settings, &scoring(104, Some(Tier::Urgent), 0.4)), []);
    assert!(tracker.act(Action::Acknowledge, 105).is_err());
    assert!(tracker.act(Action::Close(Outcome::Left), 105).is_ok());
    assert!(tracker.act(Action::Talk, 106).is_err(), "there is none any more");
}

#[test]
fn a_score_says_only_what_can_follow_from_it() {
    let settings = TrackerSettings::default();
    let mut urgent = with_signal(&settings, 100);
    assert!(urgent.note(&settings, &scoring(101, Some(Tier::Urgent), 0.4)).escalates);
    assert!(urgent.escalate().is_some() && urgent.escalate().is_none(), "it is urgent already");
    assert!(!urgent.note(&settings, &scoring(102, Some(Tier::Urgent), 0.4)).escalates);
    let mut contested = with_signal(&settings, 100);
    contested.act(Action::Contest, 101).unwrap();
    assert!((101..=120).all(|day| !contested.note(&settings, &scoring(day, None, 0.01)).faded), "an objection is answered first");
    contested.act(Action::RejectObjection, 120).unwrap();
    assert!(contested.note(&settings, &scoring(121, None, 0.01)).faded, "low days were counted");
}

/// Of a part-timer who worked two days since the opening: what led to the first signal is no scoring for a second one.
#[test]
fn what_opened_a_signal_opens_no_second_one() {
    let settings = TrackerSettings::default();
    let mut tracker = with_signal(&settings, 100);
    tracker.act(Action::Close(Outcome::Moved), 100).unwrap();
    let after = |day: i32, worked_days: u32| Scoring { worked_days, ..scoring(day, Some(Tier::Concern), 0.2) };
    assert_eq!(tracker.observe(&settings, &after(128, 101)), []);
    assert_eq!(tracker.observe(&settings, &after(129, 102)), opened(2, Tier::Concern));
}

/// FNV-1a 128 of the parts with the byte 1F between them and the day as four bytes, the highest first: ids are in the log, and must never become others.
#[test]
fn ids_stay_what_they_are() {
    assert_eq!(signal_id("acme", "17", 20_000), "f823dc3a4919ff409b0f2a04a65b883f");
}

#[test]
fn standing_at_every_border() {
    let usual = StandingFacts {
        employed: true,
        notice_given: false,
        on_leave: false,
        scheduled_shifts: 5,
        worked_days: 8,
        quiet: false,
        source_complete: true,
        families_known: 2,
    };
    assert_eq!(standing(&usual), Standing::Scored);
    for (facts, expected) in [
        (StandingFacts { employed: false, ..usual }, Standing::NotAtRisk),
        (StandingFacts { notice_given: true, ..usual }, Standing::NotAtRisk),
        (StandingFacts { on_leave: true, ..usual }, Standing::NotAtRisk),
        (StandingFacts { scheduled_shifts: 4, ..usual }, Standing::NotAtRisk),
        (StandingFacts { worked_days: 7, ..usual }, Standing::Unknown),
        (StandingFacts { families_known: 1, ..usual }, Standing::Unknown),
        (StandingFacts { quiet: true, ..usual }, Standing::Muted),
        (StandingFacts { source_complete: false, ..usual }, Standing::Muted),
    ] {
        assert_eq!(standing(&facts), expected, "{facts:?}");
    }
    let inputs = InputValues::from([
        (Input::Change(Feature::Hold), 0.0),
        (Input::Slow(Feature::Hold), 0.0),
        (Input::Tenure(0), 1.0),
        (Input::Month(1), 1.0),
        (Input::Outlook, -3.0),
        (Input::Missing(Family::Care), 1.0),
    ]);
    assert_eq!(families_known(&inputs), 1, "pace alone");
}

#[test]
fn a_site_event_is_more_than_three_in_ten() {
    let alarms: Vec<(u32, i32)> = (0..3).map(|agent| (agent, 10)).collect();
    assert!(!is_site_event(10, &alarms, 10) && is_site_event(9, &alarms, 10));
    assert!(is_site_event(9, &alarms, 12) && !is_site_event(9, &alarms, 13) && !is_site_event(9, &alarms, 9));
    assert!(!is_site_event(5, &[(1, 10), (1, 11), (1, 12)], 12), "one agent is no site");
}

fn tier() -> impl Strategy<Value = Option<Tier>> {
    prop_oneof![Just(None), Just(Some(Tier::Watch)), Just(Some(Tier::Concern)), Just(Some(Tier::Urgent))]
}

#[derive(Clone, Debug)]
enum Step {
    Score(Option<Tier>, f64, bool),
    Act(usize),
}

fn steps() -> impl Strategy<Value = Vec<(i32, Step)>> {
    let score =
        (tier(), 0.01_f64..0.6, prop::bool::weighted(0.1)).prop_map(|(tier, probability, muted)| Step::Score(tier, probability, muted));
    let step = prop_oneof![4 => score, 1 => (0_usize..13).prop_map(Step::Act)];
    prop::collection::vec((0_i32..4, step), 1..150)
}

proptest! {
    /// Whatever happens, a tracker takes only steps that are in the table; numbers rise; nothing of concern opens within 28 days of an end; an end is an end;
    /// and nothing opens while muted.
    #[test]
    fn no_forbidden_state_is_reached(steps in steps()) {
        let (settings, mut tracker) = (TrackerSettings::default(), SignalTracker::default());
        let (mut day, mut last_number, mut ended_day) = (0, 0, None);
        let mut over = BTreeSet::new();
        for (days, step) in steps {
            day += days;
            let (events, muted) = match step {
                Step::Score(tier, probability, muted) => {
                    (tracker.observe(&settings, &Scoring { muted, ..scoring(day, tier, probability) }), muted)
                }
                Step::Act(place) => (tracker.act(actions()[place], day).into_iter().collect(), false),
            };
            for event in events {
                match event {
                    TrackerEvent::Opened { number, tier } => {
                        prop_assert!(number == last_number + 1 && !muted && tier >= Tier::Concern);
                        prop_assert!(tier == Tier::Urgent || ended_day.is_none_or(|ended: i32| day - ended >= 28));
                        last_number = number;
                    }
                    TrackerEvent::Escalated { number } => prop_assert!(number == last_number && !over.contains(&number) && !muted),
                    TrackerEvent::Changed { number, from, to } => {
                        prop_assert!(allowed(from).iter().any(|(_, possible)| *possible == to), "{from:?} {to:?}");
                        prop_assert!(!over.contains(&number));
                        if to.is_over() {
                            over.insert(number);
                            ended_day = Some(day);
                        }
                    }
                }
            }
            if let Some(episode) = tracker.episode() {
                prop_assert!(!episode.state.is_over() && episode.number == last_number && !over.contains(&last_number));
            }
        }
    }

    /// The budget holds whatever the scores, and the order of agents changes nothing.
    #[test]
    fn the_budget_holds(site in prop::collection::vec((0_u8..34, 0_u8..34, 0_u32..4), 1..120), turn in 0_usize..120) {
        let site: Vec<Candidate> = site.into_iter()
            .map(|(percent, order, families)| Candidate {
                probability: f64::from(percent) / 100.0, base: 0.04, order: f64::from(order), families, rule: false,
            }).collect();
        let settings = TierSettings::default();
        let tiers = place(&site, &settings);
        let count = |least: Tier| tiers.iter().filter(|tier| **tier >= Some(least)).count() as f64;
        prop_assert!(count(Tier::Concern) <= 0.05 * site.len() as f64 && count(Tier::Urgent) <= 0.02 * site.len() as f64);
        let turn = turn % site.len();
        let mut turned = site.clone();
        turned.rotate_left(turn);
        let mut back = place(&turned, &settings);
        back.rotate_right(turn);
        prop_assert_eq!(tiers, back);
    }

    /// Which openings are admitted does not depend on their order.
    #[test]
    fn admission_has_no_order(openings in prop::collection::vec((0_u8..5, any::<bool>()), 1..12), agents in 1_u32..60, opened in 0_u32..4, turn in 0_usize..12) {
        let openings: Vec<Opening> = openings.into_iter().enumerate().map(|(agent, (tenths, urgent))| Opening {
            agent: format!("a{agent:02}"), tier: if urgent { Tier::Urgent } else { Tier::Concern }, probability: f64::from(tenths) / 10.0,
        }).collect();
        let admitted = admit(&openings, Team { agents, opened });
        let turn = turn % openings.len();
        let mut turned = openings.clone();
        turned.rotate_left(turn);
        let mut back = admit(&turned, Team { agents, opened });
        back.rotate_right(turn);
        prop_assert_eq!(&admitted, &back);
        let talks = agents.div_ceil(10);
        let concerns = openings.iter().zip(&admitted).filter(|(opening, admitted)| **admitted && opening.tier == Tier::Concern).count() as u32;
        prop_assert!(opened + concerns <= talks.max(opened));
        prop_assert!(openings.iter().zip(&admitted).all(|(opening, admitted)| *admitted || opening.tier == Tier::Concern));
    }
}
