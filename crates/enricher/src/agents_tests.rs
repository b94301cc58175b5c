//! Agents: spans change as little as their facts do, an abort leaves no trace, what is read back goes on, what is old is forgotten.

use crate::probe::{Written, written_both};
use crate::{AgentOptions, Agents};
use events::{ActivitySpan, AgentEvent, AgentVerb, Change, Channel, Direction, Handling, HandlingEnd, codec};
use lifecycle::activity::ActivityOptions;

const SECOND_US: i64 = 1_000_000;
const HOUR_S: i64 = 3_600;

fn options() -> AgentOptions {
    let (rules, systems) =
        (ActivityOptions::default(), [("feed2".to_owned(), "pbx".to_owned()), ("feed1".to_owned(), "pbx".to_owned())].into());
    AgentOptions { retention_ms: 72 * 3_600_000, items_min: 2, items_max: 40, topic: 0, generation: 0, rules, systems }
}

fn agents() -> Agents {
    Agents::new(options())
}

fn declare(agents: &mut Agents, at_s: i64, verb: AgentVerb, reason: Option<&str>) {
    let event_id = format!("{at_s}");
    let event = AgentEvent {
        tenant: "t",
        agent: "ann",
        event_id: &event_id,
        event_time_us: at_s * SECOND_US,
        verb,
        reason,
        ..AgentEvent::default()
    };
    agents.declared(&event).unwrap();
}

fn talk(agents: &mut Agents, contact_id: &str, from_s: i64, to_s: Option<i64>) {
    let handling = Handling {
        tenant: "t",
        contact_id,
        handling_number: 1,
        visit_number: None,
        source: "pbx1",
        queue: None,
        agent: "ann",
        channel: Channel::Voice,
        direction: Direction::Inbound,
        connected_us: from_s * SECOND_US,
        talk_ended_us: to_s.map(|to_s| to_s * SECOND_US),
        ended_us: to_s.map(|to_s| to_s * SECOND_US),
        talk_ms: None,
        hold_ms: 0,
        holds: 0,
        longest_hold_ms: 0,
        acw_ms: None,
        end: if to_s.is_some() { HandlingEnd::Agent } else { HandlingEnd::Open },
        transfer_target: None,
        inferred: 0,
    };
    agents.worked(&Change { partition: 0, generation: 0, version: 0, before: None, after: Some(handling) });
}

/// Commits; returns what was written: changes as text, and the changelog.
fn commit(agents: &mut Agents) -> (Vec<String>, Written) {
    let [out, state] = written_both(|output| agents.flush(output, &mut |_| {}));
    agents.committed();
    (shown(&out), state)
}

fn shown(out: &Written) -> Vec<String> {
    let show = |span: &Option<ActivitySpan<'_>>| {
        let end = |span: &ActivitySpan<'_>| span.ended_us.map_or_else(|| "…".to_owned(), |ended_us| (ended_us / SECOND_US).to_string());
        span.as_ref().map_or_else(|| "-".to_owned(), |span| format!("{}–{} {}", span.started_us / SECOND_US, end(span), span.activity))
    };
    let changes = out.iter().map(|(_, value)| codec::decode::<Change<ActivitySpan<'_>>>(value.as_deref().unwrap()).unwrap());
    changes.map(|change| format!("{} → {}", show(&change.before), show(&change.after))).collect()
}

#[test]
fn only_the_spans_that_change_are_written() {
    let mut agents = agents();
    declare(&mut agents, 100, AgentVerb::LoggedIn, None);
    assert_eq!(commit(&mut agents).0, ["- → 100–… available"]);
    talk(&mut agents, "a/1", 200, None);
    assert_eq!(commit(&mut agents).0, ["100–… available → 100–200 available", "- → 200–… contact"]);
    talk(&mut agents, "a/1", 200, Some(260));
    assert_eq!(commit(&mut agents).0, ["200–… contact → 200–260 contact", "- → 260–… available"]);
    // The same again changes nothing, and neither does a transaction without an event.
    talk(&mut agents, "a/1", 200, Some(260));
    assert_eq!(commit(&mut agents).0, [""; 0]);
    assert_eq!(commit(&mut agents).0, [""; 0]);
}

#[test]
fn an_abort_leaves_no_trace() {
    let mut agents = agents();
    declare(&mut agents, 100, AgentVerb::LoggedIn, None);
    commit(&mut agents);
    declare(&mut agents, 300, AgentVerb::LoggedOut, None);
    let [out, _] = written_both(|output| agents.flush(output, &mut |_| {}));
    assert_eq!(shown(&out), ["100–… available → 100–300 available"]);
    agents.rolled_back();
    declare(&mut agents, 200, AgentVerb::LoggedOut, None);
    assert_eq!(commit(&mut agents).0, ["100–… available → 100–200 available"]);
}

#[test]
fn what_was_read_back_goes_on_where_it_stopped() {
    let script = |agents: &mut Agents, from: usize| {
        let mut shown = Vec::new();
        let mut log = Written::new();
        for step in from..4 {
            match step {
                0 => declare(agents, 100, AgentVerb::LoggedIn, None),
                1 => talk(agents, "a/1", 200, Some(260)),
                2 => declare(agents, 300, AgentVerb::Paused, Some("lunch")),
                _ => declare(agents, 200_000, AgentVerb::LoggedIn, None),
            }
            let (changes, state) = commit(agents);
            shown.push(changes);
            log.extend(state);
        }
        (shown, log)
    };
    let (expected, log) = script(&mut agents(), 0);
    // Each step writes the agent's day, when it was folded, and the marks.
    assert_eq!(log.len(), 12);
    for from in 1..4 {
        let mut restored = agents();
        for (key, value) in log.iter().take(3 * from) {
            restored.restore(key, value.as_deref()).unwrap();
        }
        restored.restored();
        assert_eq!(script(&mut restored, from).0, expected[from..], "after {from} steps");
    }
}

/// A session without an end ends at the last thing heard when it becomes too long, although nothing is heard of this agent.
#[test]
fn a_forgotten_session_ends_and_an_old_agent_is_forgotten() {
    let mut agents = Agents::new(AgentOptions { items_max: 2, ..options() });
    declare(&mut agents, 100, AgentVerb::LoggedIn, None);
    talk(&mut agents, "a/1", 200, Some(260));
    commit(&mut agents);
    let other = |agents: &mut Agents, at_s: i64| {
        let event =
            AgentEvent { tenant: "t", agent: "bob", event_time_us: at_s * SECOND_US, verb: AgentVerb::SideEvent, ..AgentEvent::default() };
        agents.declared(&event).unwrap();
        commit(agents)
    };
    assert_eq!(other(&mut agents, 259 + 16 * HOUR_S).0, [""; 0], "a second less than allowed");
    // The event of somebody else shows that the time has come.
    assert_eq!(
        other(&mut agents, 260 + 16 * HOUR_S).0,
        ["200–260 contact → 200–260 contact", "260–… available → -"],
        "it ends where ann was last heard, and says so"
    );
    assert_eq!(agents.len(), 2);
    other(&mut agents, 300 + 200 * HOUR_S);
    assert_eq!(agents.len(), 1, "ann is forgotten");
}

#[test]
fn what_is_older_than_everything_kept_is_counted_and_left_out() {
    let mut agents = agents();
    talk(&mut agents, "a/2", 80 * HOUR_S, Some(80 * HOUR_S + 60));
    commit(&mut agents);
    // There is room: age alone forgets nothing.
    talk(&mut agents, "a/0", 6 * HOUR_S, Some(6 * HOUR_S + 60));
    talk(&mut agents, "a/3", 81 * HOUR_S, Some(81 * HOUR_S + 60));
    assert_eq!(commit(&mut agents).0.len(), 2);
    // The minimum is exceeded at the end of a transaction, and told by the next.
    talk(&mut agents, "a/4", 82 * HOUR_S, Some(82 * HOUR_S + 60));
    commit(&mut agents);
    talk(&mut agents, "a/1", 7 * HOUR_S, Some(7 * HOUR_S + 60));
    assert_eq!(commit(&mut agents).0, [""; 0]);
    let mut counts = Vec::new();
    agents.take_counts(&mut |counter, label, number| counts.push((counter, label, number)));
    // Four calls of somebody who never logged in were within reach.
    assert_eq!(counts, [("notes", "agent_late", 1), ("notes", "login_inferred", 4), ("notes", "logout_inferred", 4)]);
}

/// While a long log is read in, what agents declare is ahead of the handlings, by 300 h here: it is kept until they have come, but not for
/// ever.
#[test]
fn what_agents_declare_waits_for_the_handlings() {
    let mut agents = agents();
    for day in 0..12 {
        declare(&mut agents, day * 24 * HOUR_S, AgentVerb::LoggedIn, None);
        declare(&mut agents, day * 24 * HOUR_S + HOUR_S, AgentVerb::LoggedOut, None);
        commit(&mut agents);
    }
    for day in 0..12 {
        let from_s = day * 24 * HOUR_S + 600;
        talk(&mut agents, &format!("a/{day}"), from_s, Some(from_s + 60));
        let written = commit(&mut agents).0;
        assert_eq!(written.len(), 3, "available, contact, available: {written:?}");
    }
    // The handlings are at 264 h, so that what lies before 192 h is forgotten: four days of two events and a handling are left, and the
    // ends of the day before.
    assert!((12..=14).contains(&agents.items()), "{}", agents.items());
    for day in 12..40 {
        declare(&mut agents, day * 24 * HOUR_S, AgentVerb::LoggedIn, None);
        declare(&mut agents, day * 24 * HOUR_S + HOUR_S, AgentVerb::LoggedOut, None);
        commit(&mut agents);
    }
    assert!(agents.items() <= 42, "handlings that never come are waited for no longer: {}", agents.items());
    let mut late = Vec::new();
    agents.take_counts(&mut |_, label, number| late.extend((label == "agent_late").then_some(number)));
    assert_eq!(late, [0_u64; 0]);
}

/// The horizon (24 h 30 min) lies in a session that began at 23 h, on the day before: it is still known after a restart.
#[test]
fn a_session_across_the_horizon_survives_a_restart() {
    let (mut agents, mut log) = (agents(), Written::new());
    declare(&mut agents, 23 * HOUR_S, AgentVerb::LoggedIn, None);
    talk(&mut agents, "a/1", 25 * HOUR_S, Some(25 * HOUR_S + 60));
    declare(&mut agents, 30 * HOUR_S, AgentVerb::LoggedOut, None);
    log.extend(commit(&mut agents).1);
    for contact in ["a/2", "a/3"] {
        talk(&mut agents, contact, 96 * HOUR_S, Some(96 * HOUR_S + 1_800));
        log.extend(commit(&mut agents).1);
    }
    let mut restored = self::agents();
    for (key, value) in &log {
        restored.restore(key, value.as_deref()).unwrap();
    }
    restored.restored();
    let late = |agents: &mut Agents| {
        talk(agents, "a/4", 24 * HOUR_S + 2_400, Some(24 * HOUR_S + 2_460));
        commit(agents).0
    };
    let expected = late(&mut agents);
    assert_eq!(expected.len(), 3, "the available span is cut in three: {expected:?}");
    assert_eq!(late(&mut restored), expected);
}
