//! Ringing, dialling, calls beside the queues, missed offers, silences and restarts: spans of days whose times are worked out by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod agent_day;

use agent_day::*;
use events::AgentVerb::{LoggedIn, LoggedOut, Paused, QueueJoined, SideEvent, Unpaused};
use events::Observed;
use events::Observed::{Communicating, Dialing, NotResponding, Nothing, OfferOver, Restarted, Ringing};
use lifecycle::activity::{ActivityOptions, AgentItems, Declared, Work, spans, spans_and_next};

/// From then on.
fn seen(clock: &str, what: Observed) -> Declared {
    because(clock, SideEvent, what.reason())
}

/// For so many seconds up to then.
fn lasted(seconds: i64, clock: &str, what: Observed) -> Declared {
    lasting(seconds * 1_000, seen(clock, what))
}

fn from(system: &str, event: Declared) -> Declared {
    Declared { source: system.into(), ..event }
}

/// A day from a login at 08:00 until 12:00, what goes on being shown so.
fn logged_in(events: Vec<Declared>, work: Vec<Work>) -> Vec<String> {
    day([vec![event("08:00", LoggedIn)], events].concat(), work, "12:00")
}

#[test]
fn a_phone_rings_until_it_is_answered_or_not() {
    // 09:00:00 answered after 20 s; 10:00 given up after 15 s, as queue_log tells it: at the end, with the length.
    let events = vec![lasted(20, "09:00", Ringing), lasted(15, "10:00", Ringing)];
    let expected = [
        "08:00 08:59:40 available",
        "08:59:40 09:00 ringing",
        "09:00 09:10 contact",
        "09:10 09:59:45 available",
        "09:59:45 10:00 ringing",
        "10:00 .. available",
    ];
    assert_eq!(logged_in(events, vec![call("09:00", Some("09:10"), Some("09:10"))]), expected);
    // Two queues ring at once, 15 and 25 s: the phone rings for 25.
    let events = vec![lasted(15, "10:00", Ringing), lasted(25, "10:00", Ringing)];
    assert_eq!(logged_in(events, vec![])[1], "09:59:35 10:00 ringing");
    // In the middle of a call, and in after-call work, it changes nothing; after it, the rest is ringing.
    let events = vec![lasted(20, "09:05", Ringing), lasted(60, "09:12:30", Ringing)];
    let expected = ["08:00 09:00 available", "09:00 09:10 contact", "09:10 09:12 acw", "09:12 09:12:30 ringing", "09:12:30 .. available"];
    assert_eq!(logged_in(events, vec![call("09:00", Some("09:10"), Some("09:12"))]), expected);
}

#[test]
fn ringing_goes_before_a_pause_and_is_nothing_outside_of_a_session() {
    let events = vec![event("09:00", Paused), lasted(10, "09:05", Ringing), event("09:30", Unpaused)];
    let expected = [
        "08:00 09:00 available",
        "09:00 09:04:50 pause_unspecified",
        "09:04:50 09:05 ringing unusual_transition",
        "09:05 09:30 pause_unspecified",
        "09:30 .. available",
    ];
    assert_eq!(logged_in(events, vec![]), expected);
    // Of 20 s of ringing, 5 were before the login.
    assert_eq!(
        day(vec![event("08:00", LoggedIn), lasted(20, "08:00:15", Ringing)], vec![], "09:00")[0],
        "08:00 08:00:15 ringing unusual_transition"
    );
    let nobody = day(vec![lasted(20, "08:00", Ringing), seen("08:10", Ringing)], vec![], "09:00");
    assert_eq!(nobody, [""; 0], "an offer is no login");
}

/// A feed in whole seconds: what begins and ends in one second has one time, and nothing says in which order. What was there before tells.
#[test]
fn what_begins_and_ends_in_one_second_was_nothing() {
    let ordinary = ["08:00 09:00 available", "09:00 09:10 contact", "09:10 .. available"];
    let answered = || vec![call("09:00", Some("09:10"), Some("09:10"))];
    assert_eq!(logged_in(vec![seen("09:00", Ringing), seen("09:00", Nothing)], answered()), ordinary);
    assert_eq!(logged_in(vec![seen("09:00", Nothing), seen("09:00", Ringing)], answered()), ordinary);
    // One call gives up and the next one rings in the same second.
    let twice = vec![seen("08:59:40", Ringing), seen("08:59:50", Nothing), seen("08:59:50", Ringing), seen("09:00", Nothing)];
    assert_eq!(logged_in(twice, answered())[1], "08:59:40 09:00 ringing");
    // Missed, and cleared away at once; missed, where only the offer is over.
    let missed = |end: Observed| logged_in(vec![seen("09:00", Ringing), seen("09:00:20", NotResponding), seen("09:00:20", end)], vec![]);
    assert_eq!(missed(Nothing), ["08:00 09:00 available", "09:00 09:00:20 ringing", "09:00:20 .. available"]);
    assert_eq!(missed(OfferOver)[2], "09:00:20 .. not_responding");
    // All of it in one second; and a system that says that nothing was the matter until then.
    let at_once = vec![seen("09:00", Ringing), seen("09:00", NotResponding), seen("09:00", Nothing)];
    assert_eq!(logged_in(at_once, vec![]), ["08:00 .. available"]);
    assert_eq!(
        logged_in(vec![seen("09:00", Nothing), seen("09:00", NotResponding)], vec![])[1],
        "09:00 .. not_responding unusual_transition"
    );
}

#[test]
fn what_goes_on_ends_with_the_next_observation_or_by_its_cap() {
    let events = vec![seen("09:00", Ringing), seen("09:00:20", NotResponding), seen("09:02", Nothing)];
    let expected = ["08:00 09:00 available", "09:00 09:00:20 ringing", "09:00:20 09:02 not_responding", "09:02 .. available"];
    assert_eq!(logged_in(events, vec![]), expected);
    // The end is lost: five minutes at most, and it says so. A call that was dialled is a contact when it is answered.
    let expected = ["08:00 09:00 available", "09:00 09:05 ringing offer_capped", "09:05 .. available"];
    assert_eq!(logged_in(vec![seen("09:00", Ringing)], vec![]), expected);
    let expected = ["08:00 09:00 available", "09:00 09:01 dialing", "09:01 09:03 contact", "09:03 .. available"];
    let dialled = vec![seen("09:00", Dialing), seen("09:01", Nothing)];
    assert_eq!(logged_in(dialled, vec![call("09:01", Some("09:03"), Some("09:03"))]), expected);
    // The end of the offer is told beside its fate, and before it or after it.
    let events = |over, missed| vec![seen("09:00", Ringing), seen(over, OfferOver), seen(missed, NotResponding), seen("09:02", Nothing)];
    let expected = ["08:00 09:00 available", "09:00 09:00:19 ringing", "09:00:19 09:02 not_responding", "09:02 .. available"];
    assert_eq!(logged_in(events("09:00:20", "09:00:19"), vec![]), expected);
    let found = logged_in(events("09:00:19", "09:00:20"), vec![]);
    let expected = ["09:00:19 09:00:20 available", "09:00:20 09:02 not_responding unusual_transition"];
    assert_eq!(found[2..4], expected, "a second in which he seems to wait");
    // Still before its cap: it goes on. No cap for who does not respond; a logout ends it.
    let ringing = vec![event("08:00", LoggedIn), seen("09:00", Ringing)];
    assert_eq!(day(ringing, vec![], "09:04"), ["08:00 09:00 available", "09:00 .. ringing"]);
    let missed = vec![seen("09:00", Ringing), seen("09:00:20", NotResponding), event("11:00", LoggedOut)];
    assert_eq!(logged_in(missed, vec![])[2], "09:00:20 11:00 not_responding");
}

/// Not responding goes before a contact, which goes before dialling, after-call work, a call beside the queues, ringing.
#[test]
fn the_stronger_wins() {
    let work = || vec![call("09:00", Some("09:10"), Some("09:20"))];
    let strong = |what| logged_in(vec![seen("08:50", what), seen("09:30", Nothing)], work());
    let expected = ["08:00 08:50 available", "08:50 09:30 not_responding unusual_transition", "09:30 .. available"];
    assert_eq!(strong(NotResponding), expected);
    let expected = [
        "08:00 08:50 available",
        "08:50 09:00 communicating",
        "09:00 09:10 contact",
        "09:10 09:20 acw",
        "09:20 09:30 communicating",
        "09:30 .. available",
    ];
    assert_eq!(strong(Communicating), expected);
    // Two minutes of dialling in after-call work.
    let events = vec![lasted(120, "09:17", Dialing)];
    let expected = ["09:00 09:10 contact", "09:10 09:15 acw", "09:15 09:17 dialing", "09:17 09:20 acw", "09:20 .. available"];
    assert_eq!(logged_in(events, work())[1..], expected);
    let both = vec![seen("09:00", Communicating), lasted(60, "09:30", Ringing)];
    assert_eq!(logged_in(both, vec![])[1..], ["09:00 .. communicating"], "who is on a call does not hear the other telephone");
}

/// 08:00 a login and heartbeats every two minutes until 09:00, the next at 09:30, then on until 10:00: half an hour is unknown.
#[test]
fn three_heartbeats_missed_and_nobody_knows() {
    let beats = |items: &mut AgentItems, minutes: std::ops::RangeInclusive<i64>| {
        for minute in minutes.step_by(2) {
            items.push_heartbeat(at("08:00") + minute * 60_000_000, "pbx1");
        }
    };
    let found = |items: &AgentItems, until: &str| shown(&spans(items, at(until), &ActivityOptions::default()));
    let mut items = agent(vec![event("08:00", LoggedIn)], vec![]);
    beats(&mut items, 2..=60);
    assert_eq!(found(&items, "09:05:59"), ["08:00 .. available"], "not three yet");
    assert_eq!(found(&items, "09:06"), ["08:00 09:00 available", "09:00 .. unknown source_gap"], "since the last that was heard");
    beats(&mut items, 90..=120);
    let expected = ["08:00 09:00 available", "09:00 09:30 unknown source_gap", "09:30 .. available"];
    assert_eq!(found(&items, "10:01"), expected);
    // A call that is known of lies in it; what the agent declared ends it.
    let mut busy = items.clone();
    busy.put_work("c", 1, Some(call("09:10", Some("09:12"), Some("09:12"))));
    let expected = [
        "08:00 09:00 available",
        "09:00 09:10 unknown source_gap",
        "09:10 09:12 contact",
        "09:12 09:30 unknown source_gap",
        "09:30 .. available",
    ];
    assert_eq!(found(&busy, "10:01"), expected);
    let mut paused = items.clone();
    paused.push_declared(event("09:20", Paused));
    let expected = ["08:00 09:00 available", "09:00 09:30 unknown source_gap", "09:30 .. pause_unspecified"];
    assert_eq!(found(&paused, "10:01"), expected, "from 09:20 to 09:30, too, nothing was heard for longer than three heartbeats");
    // The missing heartbeats come late: nothing was unknown.
    beats(&mut items, 62..=88);
    assert_eq!(found(&items, "10:01"), ["08:00 .. available"]);
    // Without heartbeats, silence is no news.
    assert_eq!(day(vec![event("08:00", LoggedIn), event("10:00", Paused)], vec![], "11:00").len(), 2);
}

#[test]
fn a_heartbeat_revives_nobody() {
    let mut items = agent(vec![event("08:00", LoggedIn), event("09:00", LoggedOut)], vec![]);
    for minute in 0..120 {
        items.push_heartbeat(at("08:00") + minute * 60_000_000, "pbx1");
    }
    let found = |items: &AgentItems| shown(&spans(items, at("12:00"), &ActivityOptions::default()));
    assert_eq!(found(&items), ["08:00 09:00 available"]);
    // It keeps a long session alive, though: 20 h, with heartbeats, is no forgotten logout.
    let mut night = agent(vec![event("08:00", LoggedIn), event("28:00", LoggedOut)], vec![]);
    for minute in 0..1_200 {
        night.push_heartbeat(at("08:00") + minute * 60_000_000, "pbx1");
    }
    assert_eq!(shown(&spans(&night, at("30:00"), &ActivityOptions::default())), ["08:00 28:00 available"]);
    assert!(night.declared.len() <= 24, "{} runs of an hour at most", night.declared.len());
    // Another system's heartbeats say nothing.
    let mut other = agent(vec![event("08:00", LoggedIn)], vec![]);
    other.push_heartbeat(at("08:02"), "pbx2");
    assert_eq!(found(&other), ["08:00 .. available"]);
}

#[test]
fn a_restart_of_the_source_loses_the_sessions_that_are_open_in_it() {
    let restarted = || seen("10:00", Restarted);
    let expected = ["08:00 10:00 available session_lost", "10:30 .. available"];
    assert_eq!(logged_in(vec![restarted(), event("10:30", LoggedIn)], vec![]), expected);
    // A login in the same second is after it; a call that goes on is seen to its end.
    let expected = ["08:00 10:00 available session_lost", "10:00 .. available"];
    assert_eq!(logged_in(vec![restarted(), in_queue("a", event("10:00", QueueJoined))], vec![]), expected);
    let expected = ["08:00 09:50 available", "09:50 10:00 contact session_lost", "10:00 10:10 contact"];
    assert_eq!(logged_in(vec![restarted()], vec![call("09:50", Some("10:10"), Some("10:10"))]), expected);
    // Offline, in another system, and told twice.
    assert_eq!(logged_in(vec![event("09:00", LoggedOut), restarted()], vec![]), ["08:00 09:00 available"]);
    assert_eq!(logged_in(vec![from("pbx2", restarted())], vec![]), ["08:00 .. available"]);
    let mut items = agent(vec![event("08:00", LoggedIn), restarted()], vec![]);
    assert!(!items.push_declared(restarted()));
}

/// A calm day has nothing unusual; pressed in another order, it has.
#[test]
fn unusual_transitions_are_marked() {
    let usual = vec![
        lasted(10, "09:00", Ringing),
        event("09:15", Paused),
        event("09:30", Unpaused),
        seen("10:00", Ringing),
        seen("10:00:30", NotResponding),
        event("10:01", Paused),
        seen("10:02", Nothing),
    ];
    let found = logged_in(usual, vec![call("09:00", Some("09:10"), Some("09:11"))]);
    assert!(found.iter().all(|line| !line.contains("unusual")), "{found:?}");
    let found = logged_in(vec![event("09:00", Paused)], vec![call("09:10", Some("09:20"), Some("09:20"))]);
    let expected =
        ["08:00 09:00 available", "09:00 09:10 pause_unspecified", "09:10 09:20 contact unusual_transition", "09:20 .. pause_unspecified"];
    assert_eq!(found, expected);
}

/// 09:00 after-call work of 2 min is planned: the spans of 09:01 hold until 09:02. The logout is missing: until 16 h after 09:00.
#[test]
fn it_is_known_when_the_spans_will_be_others() {
    let next = |items: &AgentItems, until: &str| {
        let next_us = spans_and_next(items, at(until), &ActivityOptions::default()).1;
        next_us.map(|next_us| (next_us - at("00:00")) / 60_000_000)
    };
    let minutes = |hours: i64, minutes: i64| Some(hours * 60 + minutes);
    let items = agent(vec![event("08:00", LoggedIn), lasting(120_000, event("09:00", events::AgentVerb::AcwStarted))], vec![]);
    assert_eq!(next(&items, "09:01"), minutes(9, 2));
    assert_eq!(next(&items, "09:03"), minutes(25, 0));
    assert_eq!(next(&items, "25:00"), None, "closed");
    let mut items = agent(vec![event("08:00", LoggedIn), seen("09:00", Ringing)], vec![call("08:30", Some("08:40"), Some("09:30"))]);
    assert_eq!(next(&items, "09:01"), minutes(9, 5), "the cap, though after-call work hides it");
    assert_eq!(next(&items, "09:10"), minutes(9, 30), "the planned end of after-call work");
    items.push_heartbeat(at("09:00"), "pbx1");
    assert_eq!(next(&items, "09:32"), minutes(9, 36), "three heartbeats after what was planned");
    assert_eq!(next(&AgentItems::default(), "09:00"), None);
}
