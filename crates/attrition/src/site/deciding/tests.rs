//! What becomes of a signal on a day, case by case.

use super::*;
use crate::hazard::Score;
use crate::reasons::explain;
use crate::signals::{State, Tier};

const DAY: i32 = 100;

fn facts(agent: &str) -> DayFacts {
    DayFacts {
        agent: agent.to_owned(),
        day: DAY,
        employed: true,
        leader: Some("lea".to_owned()),
        team: Some("red".to_owned()),
        ..DayFacts::default()
    }
}

/// A score of which nothing but its height and the hash of its inputs matters.
fn scored(probability: f64, tier: Option<Tier>, inputs_hash: u64) -> Scored {
    let explanation = explain(&Score { log_odds: 0.0, reference_log_odds: 0.0, contributions: Vec::new() });
    Scored { probability, base: 0.1, tier, explanation, families: Vec::new(), inputs_hash }
}

fn judged<'a>(facts: &'a DayFacts, scored: Option<&'a Scored>) -> Judged<'a> {
    Judged { facts, standing: Standing::Scored, worked_days: DAY as u32, scored, withheld: false }
}

/// An agent with a signal of concern since a day.
fn with_signal(opened_day: i32) -> AgentState {
    let mut state = AgentState::default();
    state.last_row_day = Some(DAY);
    state.tracker.open(opened_day, Tier::Concern, 0.4);
    state
}

/// What is decided about one agent whose day is this one.
fn decided(state: AgentState, facts: &DayFacts, scored: Option<&Scored>) -> Vec<(What, State, Tier)> {
    let (mut agents, judged) = (BTreeMap::from([(facts.agent.clone(), state)]), [judged(facts, scored)]);
    let noted = note(&SiteSettings::default(), DAY, &judged, &mut agents);
    let found = decide(DAY, &DayLog::default(), &judged, &noted, &mut agents, &mut Openings::new());
    found.into_iter().map(|decision| (decision.what, decision.state, decision.tier)).collect()
}

#[test]
fn a_signal_ends_for_what_has_happened() {
    let ann = facts("ann");
    let ended = |action, state| vec![(What::Ended(action), state, Tier::Concern)];
    let left = ended(Action::Close(Outcome::Left), State::Closed(Outcome::Left));
    assert_eq!(decided(with_signal(90), &DayFacts { employed: false, ..ann.clone() }, None), left);
    assert_eq!(decided(with_signal(90), &DayFacts { notice_given: true, ..ann.clone() }, None), left);
    let high = scored(0.4, Some(Tier::Concern), 1);
    assert_eq!(decided(with_signal(DAY - 45), &ann, Some(&high)), ended(Action::Expire, State::Expired));
    assert_eq!(decided(with_signal(DAY - 44), &ann, Some(&high)), []);
    let mut away = with_signal(90);
    away.last_row_day = Some(DAY - 7);
    assert_eq!(decided(away, &ann, Some(&high)), [], "a week away is not gone");
    let mut gone = with_signal(90);
    gone.last_row_day = Some(DAY - 8);
    assert_eq!(decided(gone, &ann, Some(&high)), ended(Action::Close(Outcome::Moved), State::Closed(Outcome::Moved)));
    let mut doubtful = with_signal(90);
    doubtful.doubtful = true;
    assert_eq!(decided(doubtful, &DayFacts { notice_given: true, ..ann.clone() }, None), ended(Action::Withdraw, State::Withdrawn));
}

#[test]
fn a_signal_grows_and_fades() {
    let (ann, urgent, low) = (facts("ann"), scored(0.5, Some(Tier::Urgent), 1), scored(0.1, None, 1));
    assert_eq!(decided(with_signal(90), &ann, Some(&urgent)), [(What::Escalated, State::Open, Tier::Urgent)]);
    let mut fading = with_signal(80);
    let day = |day: i32| Scoring { day, worked_days: day as u32, tier: None, probability: 0.1, muted: false };
    (91..DAY).for_each(|at| _ = fading.tracker.note(&Default::default(), &day(at)));
    let faded = Action::Close(Outcome::Faded);
    assert_eq!(decided(fading, &ann, Some(&low)), [(What::Ended(faded), State::Closed(Outcome::Faded), Tier::Concern)]);
}

#[test]
fn nothing_opens_of_who_is_muted_or_withheld_or_has_a_signal() {
    let (ann, urgent) = (facts("ann"), scored(0.5, Some(Tier::Urgent), 1));
    let opens = |judged: Judged<'_>| {
        let mut agents = BTreeMap::from([("ann".to_owned(), AgentState::default())]);
        note(&SiteSettings::default(), DAY, &[judged], &mut agents)["ann"].opens
    };
    assert_eq!(opens(judged(&ann, Some(&urgent))), Some(Tier::Urgent));
    assert_eq!(opens(Judged { standing: Standing::Muted, ..judged(&ann, Some(&urgent)) }), None);
    assert_eq!(opens(Judged { withheld: true, ..judged(&ann, Some(&urgent)) }), None);
    // What was told since would be told twice.
    let noted = BTreeMap::from([("ann".to_owned(), Noted { opens: Some(Tier::Urgent), ..Noted::default() })]);
    let mut agents = BTreeMap::from([("ann".to_owned(), with_signal(DAY))]);
    assert_eq!(decide(DAY, &DayLog::default(), &[judged(&ann, Some(&urgent))], &noted, &mut agents, &mut Openings::new()), []);
}

/// A leader of two teams has one budget for both; decisions come in order of agents, ends and openings alike.
#[test]
fn a_leaders_talks_are_shared_by_the_teams() {
    let agents = ["ann", "ben", "cem"].map(|agent| DayFacts { team: Some(format!("team of {agent}")), ..facts(agent) });
    let concern = scored(0.3, Some(Tier::Concern), 1);
    let judged: Vec<Judged<'_>> = agents.iter().map(|facts| judged(facts, Some(&concern))).collect();
    let wish = Noted { opens: Some(Tier::Concern), ..Noted::default() };
    let noted = BTreeMap::from([("ann".to_owned(), wish), ("ben".to_owned(), wish)]);
    let mut states = BTreeMap::from(["ann", "ben"].map(|agent| (agent.to_owned(), AgentState::default())));
    let mut doubtful = with_signal(90);
    doubtful.doubtful = true;
    states.insert("cem".to_owned(), doubtful);
    let mut openings = Openings::new();
    let told = |found: Vec<Decision>| found.into_iter().map(|one| (one.agent, one.what)).collect::<Vec<_>>();
    let first = told(decide(DAY, &DayLog::default(), &judged, &noted, &mut states, &mut openings));
    assert_eq!(first, [("ann".to_owned(), What::Opened), ("cem".to_owned(), What::Ended(Action::Withdraw))], "three agents: one talk");
    // It is used up for fourteen days.
    forget(DAY + 13, &mut openings);
    assert_eq!(openings, [("lea".to_owned(), vec![DAY])].into());
    forget(DAY + 14, &mut openings);
    assert_eq!(openings, Openings::new());
}

/// Eleven agents of whom one is not scored are ten at risk: one talk, and with the eleventh two.
#[test]
fn talks_are_of_agents_at_risk() {
    let names: Vec<String> = (0..11).map(|number| format!("a{number:02}")).collect();
    let (days, concern) = (names.iter().map(|name| facts(name)).collect::<Vec<_>>(), scored(0.3, Some(Tier::Concern), 1));
    let opened = |at_risk: usize| {
        let judged: Vec<Judged<'_>> =
            days.iter().enumerate().map(|(at, facts)| judged(facts, (at < at_risk).then_some(&concern))).collect();
        let wish = Noted { opens: Some(Tier::Concern), ..Noted::default() };
        let noted = names[..3].iter().map(|name| (name.clone(), wish)).collect();
        let mut states = names.iter().map(|name| (name.clone(), AgentState::default())).collect();
        decide(DAY, &DayLog::default(), &judged, &noted, &mut states, &mut Openings::new()).len()
    };
    assert_eq!([9, 10, 11].map(opened), [1, 1, 2]);
}

/// A signal that was told is doubtful if its agent's own data are others now, and nothing would be told by them.
#[test]
fn what_was_told_is_doubtful_by_the_agents_own_data_alone() {
    let doubtful = |facts: &DayFacts, scored: Option<&Scored>, inputs_hash: Option<u64>| {
        let told = Told { agent: "ann".to_owned(), what: What::Opened, tier: Tier::Concern, probability: 0.4, inputs_hash };
        let log = DayLog { told: true, decisions: vec![told], ..DayLog::default() };
        let mut agents = BTreeMap::new();
        follow(&SiteSettings::default(), DAY, &log, &[judged(facts, scored)], &mut agents, &mut Openings::new());
        agents["ann"].doubtful
    };
    let (ann, low, high) = (facts("ann"), scored(0.19, None, 2), scored(0.2, None, 2));
    // Twice the base of 0.1 would be told.
    assert!(doubtful(&ann, Some(&low), Some(1)) && !doubtful(&ann, Some(&high), Some(1)));
    assert!(!doubtful(&ann, Some(&low), Some(2)), "the same data, and others around");
    assert!(!doubtful(&ann, Some(&low), None), "by another model");
    assert!(!doubtful(&ann, None, Some(1)), "too little is known is no other data");
    for gone in [
        DayFacts { notice_given: true, ..ann.clone() },
        DayFacts { on_leave: true, ..ann.clone() },
        DayFacts { employed: false, ..ann.clone() },
    ] {
        assert!(doubtful(&gone, None, Some(1)), "{gone:?}");
    }
    assert!(!doubtful(&facts("ben"), None, Some(1)), "no day of ann is kept");
}
