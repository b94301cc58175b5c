//! Activity spans of days whose times are worked out by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod agent_day;

use agent_day::*;
use events::AgentVerb::{AcwEnded, AcwStarted, LoggedIn, LoggedOut, Paused, QueueDeparted, QueueJoined, SideEvent, StateChanged, Unpaused};
use lifecycle::activity::{Activity, ActivityOptions, AgentItems, Declared, PauseKind, Work, cut, spans};
use std::collections::BTreeMap;

#[test]
fn a_whole_day() {
    let declared = vec![
        event("08:00", LoggedIn),
        because("10:00", Paused, "Break"),
        event("10:15", Unpaused),
        because("12:00", Paused, "Lunch"),
        event("12:45", Unpaused),
        event("17:00", LoggedOut),
    ];
    // Two calls with after-call work of 2 min and of 0.
    let work = vec![call("09:00", Some("09:10"), Some("09:12")), call("13:00", Some("13:20"), Some("13:20"))];
    let expected = [
        "08:00 09:00 available",
        "09:00 09:10 contact",
        "09:10 09:12 acw",
        "09:12 10:00 available",
        "10:00 10:15 pause_break [Break]",
        "10:15 12:00 available",
        "12:00 12:45 pause_meal [Lunch]",
        "12:45 13:00 available",
        "13:00 13:20 contact",
        "13:20 17:00 available",
    ];
    assert_eq!(day(declared, work, "20:00"), expected);
}

#[test]
fn what_goes_on_has_no_end() {
    assert_eq!(day(vec![event("08:00", LoggedIn)], vec![], "09:00"), ["08:00 .. available"]);
    let open = call("08:30", None, None);
    let expected = ["08:00 08:30 available", "08:30 .. contact"];
    assert_eq!(day(vec![event("08:00", LoggedIn)], vec![open.clone()], "09:00"), expected);
    // The same call given up as lost: he was free again, as far as anyone knows.
    assert_eq!(day(vec![event("08:00", LoggedIn)], vec![Work { lost: true, ..open }], "09:00"), ["08:00 .. available"]);
    // Nothing from after the watermark.
    assert_eq!(day(vec![event("08:00", LoggedIn)], vec![call("10:00", None, None)], "09:00"), ["08:00 .. available"]);
    assert_eq!(day(vec![event("08:00", LoggedIn), event("09:00", LoggedOut)], vec![], "09:00"), ["08:00 09:00 available"]);
}

#[test]
fn a_break_pressed_during_a_call_begins_after_it_and_its_after_call_work() {
    let declared = vec![event("08:00", LoggedIn), because("08:35", Paused, "break"), event("09:00", Unpaused), event("10:00", LoggedOut)];
    let expected =
        ["08:00 08:30 available", "08:30 08:40 contact", "08:40 08:42 acw", "08:42 09:00 pause_break [break]", "09:00 10:00 available"];
    assert_eq!(day(declared, vec![call("08:30", Some("08:40"), Some("08:42"))], "12:00"), expected);
    // Pressed and taken back within the call: no break at all.
    let declared = vec![event("08:00", LoggedIn), event("08:35", Paused), event("08:38", Unpaused), event("10:00", LoggedOut)];
    let expected = ["08:00 08:30 available", "08:30 08:40 contact", "08:40 10:00 available"];
    assert_eq!(day(declared, vec![call("08:30", Some("08:40"), Some("08:40"))], "12:00"), expected);
}

#[test]
fn a_missing_logout_ends_with_the_last_thing_heard() {
    // The last call's work ended at 16:02; 16 h later is 32:02.
    let declared = || vec![event("08:00", LoggedIn), event("12:00", Paused), event("12:30", Unpaused)];
    let work = || vec![call("16:00", Some("16:01"), Some("16:02"))];
    let before = ["08:00 12:00 available", "12:00 12:30 pause_unspecified", "12:30 16:00 available", "16:00 16:01 contact"];
    let ended = [&before[..], &["16:01 16:02 acw logout_inferred"]].concat();
    assert_eq!(day(declared(), work(), "32:02"), ended);
    let open = [&before[..], &["16:01 16:02 acw", "16:02 .. available"]].concat();
    assert_eq!(day(declared(), work(), "32:01"), open);
    // A side event is no sign of life; an unpause the next evening comes too late to revive the session.
    let late = [declared(), vec![event("20:00", SideEvent), event("33:00", Unpaused)]].concat();
    assert_eq!(day(late, work(), "34:00"), ended);
}

#[test]
fn a_second_login_closes_the_first() {
    let declared = vec![event("08:00", LoggedIn), event("09:00", Paused), event("10:00", LoggedIn), event("11:00", LoggedOut)];
    let expected = ["08:00 09:00 available", "09:00 10:00 pause_unspecified second_login", "10:00 11:00 available"];
    assert_eq!(day(declared, vec![], "12:00"), expected);
}

#[test]
fn pauses_per_queue_are_one_only_together() {
    let joined = || vec![in_queue("a", event("08:00", QueueJoined)), in_queue("b", event("08:00", QueueJoined))];
    let more = vec![
        in_queue("a", because("09:00", Paused, "lunch")), // b is still served
        in_queue("b", because("09:05", Paused, "lunch")), // now none is
        in_queue("c", event("09:10", Unpaused)),          // not his queue
        in_queue("a", event("09:30", Unpaused)),
        in_queue("b", event("09:40", QueueDeparted)), // the one still paused is gone; a is left
        in_queue("a", event("10:00", QueueDeparted)), // the last: logout
    ];
    let expected = ["08:00 09:05 available", "09:05 09:30 pause_meal [lunch]", "09:30 10:00 available"];
    assert_eq!(day([joined(), more].concat(), vec![], "12:00"), expected);
    // Paused everywhere by one line, taken up again in one queue: available.
    let more = vec![in_queue("NONE", because("09:00", Paused, "tea")), in_queue("b", event("09:10", Unpaused))];
    let expected = ["08:00 09:00 available", "09:00 09:10 pause_break [tea]", "09:10 .. available"];
    assert_eq!(day([joined(), more.clone()].concat(), vec![], "10:00"), expected);
    // What is left of it is in force in the other queue, alone once b is left; and so is each queue's own reason.
    let left = vec![in_queue("b", event("09:20", QueueDeparted)), event("09:30", Unpaused)];
    let expected = [&expected[..2], &["09:10 09:20 available", "09:20 09:30 pause_break [tea]", "09:30 .. available"]].concat();
    assert_eq!(day([joined(), more, left].concat(), vec![], "10:00"), expected);
    let more = vec![
        in_queue("a", because("09:00", Paused, "tea")),
        in_queue("b", because("09:10", Paused, "lunch")),
        because("09:20", StateChanged, "meeting"), // of the latest pause, in b
        in_queue("b", event("09:30", QueueDeparted)),
    ];
    let expected =
        ["08:00 09:10 available", "09:10 09:20 pause_meal [lunch]", "09:20 09:30 pause_meeting [meeting]", "09:30 .. pause_break [tea]"];
    assert_eq!(day([joined(), more].concat(), vec![], "10:00"), expected);
    // Without any queue, a line about one is about the agent.
    let declared = vec![event("08:00", LoggedIn), in_queue("a", event("09:00", Paused)), in_queue("a", event("09:30", Unpaused))];
    assert_eq!(day(declared, vec![], "10:00"), ["08:00 09:00 available", "09:00 09:30 pause_unspecified", "09:30 .. available"]);
}

#[test]
fn queues_open_and_close_a_session_unless_a_login_did() {
    // Joined paused, and logged in besides: the last departure is no logout then.
    let declared = vec![
        in_queue("a", because("08:00", QueueJoined, "paused")),
        in_queue("a", event("08:10", Unpaused)),
        event("08:20", LoggedIn),
        in_queue("a", event("09:00", QueueDeparted)),
        event("09:30", LoggedOut),
    ];
    assert_eq!(day(declared, vec![], "12:00"), ["08:00 08:10 pause_unspecified", "08:10 09:30 available"]);
    // Left and joined within one second: one session.
    let declared = vec![
        in_queue("a", event("08:00", QueueJoined)),
        in_queue("a", event("09:00", QueueJoined)),
        in_queue("a", event("09:00", QueueDeparted)),
        in_queue("a", event("10:00", QueueDeparted)),
    ];
    assert_eq!(day(declared, vec![], "12:00"), ["08:00 10:00 available"]);
}

#[test]
fn reasons_change_and_need_not_be_known() {
    let declared = vec![
        event("08:00", LoggedIn),
        because("09:00", StateChanged, "lunch"), // not paused: nothing
        because("10:00", Paused, "zumba"),
        because("10:10", Paused, "Coaching"), // pressed again
        because("10:20", StateChanged, "tickets"),
        event("10:25", StateChanged), // no reason: nothing
        because("10:30", Paused, "wrap-up"),
        event("10:40", Unpaused),
    ];
    let expected = [
        "08:00 10:00 available",
        "10:00 10:10 pause_unspecified [zumba] unmapped_reason",
        "10:10 10:20 pause_coaching [Coaching]",
        "10:20 10:30 back_office [tickets]",
        "10:30 10:40 acw [wrap-up] unusual_transition",
        "10:40 .. available",
    ];
    assert_eq!(day(declared, vec![], "11:00"), expected);
}

#[test]
fn overlapping_contacts_count_once() {
    // 09:00-09:10 and 09:05-09:20, after-call work of the first until 09:25 and of the second until 09:21.
    let work = vec![call("09:00", Some("09:10"), Some("09:25")), call("09:05", Some("09:20"), Some("09:21"))];
    let declared = vec![event("08:00", LoggedIn), event("10:00", LoggedOut)];
    let expected = ["08:00 09:00 available", "09:00 09:20 contact", "09:20 09:25 acw", "09:25 10:00 available"];
    assert_eq!(day(declared, work, "12:00"), expected);
}

#[test]
fn declared_after_call_work_ends_by_what_comes_first() {
    let acw = || vec![event("08:00", LoggedIn), lasting(120_000, event("09:00", AcwStarted))];
    let with = |mut more: Vec<Declared>, work| {
        more.splice(0..0, acw());
        day(more, work, "10:00")
    };
    assert_eq!(with(vec![], vec![])[1..], ["09:00 09:02 acw acw_planned unusual_transition", "09:02 .. available"]);
    assert_eq!(with(vec![event("09:01", AcwEnded)], vec![])[1..], ["09:00 09:01 acw unusual_transition", "09:01 .. available"]);
    assert_eq!(with(vec![event("09:01", Unpaused)], vec![])[1..], ["09:00 09:01 acw unusual_transition", "09:01 .. available"]);
    let next = vec![call("09:01", Some("09:01:30"), Some("09:01:30"))];
    assert_eq!(with(vec![], next)[1..], ["09:00 09:01 acw unusual_transition", "09:01 09:01:30 contact", "09:01:30 .. available"]);
    // A pause waits for the end of it.
    let expected = ["09:00 09:02 acw acw_planned unusual_transition", "09:02 .. pause_unspecified"];
    assert_eq!(with(vec![event("09:01", Paused)], vec![])[1..], expected);
    assert_eq!(with(vec![event("09:01", LoggedOut)], vec![])[1..], ["09:00 09:01 acw unusual_transition"]);
    // No planned length: 15 minutes at most. A negative one counts as 0.
    let capped = vec![event("08:00", LoggedIn), event("09:00", AcwStarted)];
    assert_eq!(day(capped, vec![], "10:00")[1..], ["09:00 09:15 acw acw_capped unusual_transition", "09:15 .. available"]);
    let negative = vec![event("08:00", LoggedIn), lasting(-5, event("09:00", AcwStarted))];
    assert_eq!(day(negative, vec![], "10:00"), ["08:00 .. available"]);
}

/// A talk from 09:00 to 09:10 after which the agent still works: he is not available. At most for 15 minutes, and not beyond his
/// next contact.
#[test]
fn after_call_work_that_goes_on_is_shown_while_it_goes_on() {
    let shown = |until: &str, more: Vec<Work>| {
        let work = [vec![call("09:00", Some("09:10"), None)], more].concat();
        day(vec![event("08:00", LoggedIn)], work, until)[2..].to_vec()
    };
    assert_eq!(shown("09:12", vec![]), ["09:10 .. acw"]);
    assert_eq!(shown("10:00", vec![]), ["09:10 09:25 acw", "09:25 .. available"]);
    let next = vec![call("09:14", Some("09:15"), Some("09:16"))];
    assert_eq!(shown("10:00", next), ["09:10 09:14 acw", "09:14 09:15 contact", "09:15 09:16 acw", "09:16 .. available"]);
    // Nobody works on after he has logged out.
    let gone = vec![event("08:00", LoggedIn), event("09:12", LoggedOut)];
    assert_eq!(day(gone, vec![call("09:00", Some("09:10"), None)], "10:00")[2..], ["09:10 09:12 acw"]);
    // Whose end was lost is not at work.
    let lost = Work { lost: true, ..call("09:30", Some("09:31"), None) };
    assert_eq!(shown("10:00", vec![lost])[2..], ["09:30 09:31 contact", "09:31 .. available"]);
}

#[test]
fn work_while_offline() {
    let calls = || vec![call("09:00", Some("09:10"), Some("09:11")), call("09:30", Some("09:40"), Some("09:40"))];
    let alone =
        ["09:00 09:10 contact login_inferred", "09:10 09:11 acw logout_inferred", "09:30 09:40 contact login_inferred logout_inferred"];
    assert_eq!(day(vec![], calls(), "12:00"), alone);
    // A pause shows that he was there all the time; a login shows nothing of before.
    let expected = [
        "09:00 09:10 contact login_inferred",
        "09:10 09:11 acw",
        "09:11 09:30 available",
        "09:30 09:40 contact",
        "09:40 10:00 available",
        "10:00 .. pause_break [break]",
    ];
    assert_eq!(day(vec![because("10:00", Paused, "break")], calls(), "12:00"), expected);
    let expected = [&alone[..], &["10:00 .. available"]].concat();
    assert_eq!(day(vec![event("10:00", LoggedIn)], calls(), "12:00"), expected);
    // A call that outlasts the logout is seen to its end, and is no login.
    let declared = vec![event("08:00", LoggedIn), event("09:05", LoggedOut)];
    let expected = ["08:00 09:00 available", "09:00 09:10 contact", "09:10 09:11 acw"];
    assert_eq!(day(declared, vec![call("09:00", Some("09:10"), Some("09:11"))], "12:00"), expected);
}

#[test]
fn a_logout_that_says_how_long_the_session_was() {
    // 2 h before 10:00.
    assert_eq!(day(vec![lasting(7_200_000, event("10:00", LoggedOut))], vec![], "12:00"), ["08:00 10:00 available login_inferred"]);
    // Not into the session before; with a login it says nothing new.
    let declared = vec![event("08:00", LoggedIn), event("09:00", LoggedOut), lasting(7_200_000, event("10:00", LoggedOut))];
    assert_eq!(day(declared, vec![], "12:00"), ["08:00 09:00 available", "09:00 10:00 available login_inferred"]);
    let declared = vec![event("08:00", LoggedIn), lasting(7_200_000, event("09:00", LoggedOut))];
    assert_eq!(day(declared, vec![], "12:00"), ["08:00 09:00 available"]);
    // Work and a pause were seen before: the session began earlier still.
    let declared = vec![event("09:30", Paused), lasting(7_200_000, event("10:00", LoggedOut))];
    let expected =
        ["08:00 09:00 available login_inferred", "09:00 09:10 contact", "09:10 09:30 available", "09:30 10:00 pause_unspecified"];
    assert_eq!(day(declared, vec![call("09:00", Some("09:10"), Some("09:10"))], "12:00"), expected);
    assert_eq!(day(vec![lasting(-5, event("10:00", LoggedOut)), event("11:00", LoggedOut)], vec![], "12:00"), Vec::<String>::new());
}

#[test]
fn windows_of_15_minutes_are_cut_at_their_edges() {
    // Available 08:50-09:07, contact 09:07-09:31:00.000001, then a break that goes on until 09:45:00.5.
    let mut long = call("09:07", None, None);
    long.talk_ended_us = Some(at("09:31") + 1);
    long.ended_us = long.talk_ended_us;
    let items = agent(vec![event("08:50", LoggedIn), event("09:20", Paused)], vec![long]);
    let until_us = at("09:45") + 500_000;
    let mut panes = BTreeMap::new();
    let found = spans(&items, until_us, &ActivityOptions::default());
    cut(&found, until_us, 900_000_000, &mut |window_us, activity, us| *panes.entry((window_us, activity)).or_insert(0) += us);
    let minutes = |count: i64| count * 60_000_000;
    let pause = Activity::Pause(PauseKind::Unspecified);
    let expected = [
        ((at("08:45"), Activity::Available), minutes(10)),
        ((at("09:00"), Activity::Available), minutes(7)),
        ((at("09:00"), Activity::Contact), minutes(8)),
        ((at("09:15"), Activity::Contact), minutes(15)),
        ((at("09:30"), Activity::Contact), minutes(1) + 1),
        ((at("09:30"), pause), minutes(14) - 1),
        ((at("09:45"), pause), 500_000),
    ];
    assert_eq!(panes.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn repetitions_and_changes_are_noticed() {
    let mut items = AgentItems::default();
    let login = Declared { event_id: "7".into(), ..event("08:00", LoggedIn) };
    assert!(items.push_declared(login.clone()));
    assert!(!items.push_declared(Declared { sequence: 9, ..login.clone() }));
    assert!(items.push_declared(Declared { source: "pbx2".into(), ..login }));
    assert!(items.push_declared(event("09:00", Paused)));
    assert!(!items.push_declared(event("09:00", Paused)));
    let one = call("09:00", None, None);
    assert!(!items.put_work("c", 1, None));
    assert!(items.put_work("c", 1, Some(one.clone())));
    assert!(!items.put_work("c", 1, Some(one.clone())));
    assert!(items.put_work("c", 1, Some(Work { outbound: true, ..one })));
    assert!(items.put_work("c", 1, None));
    assert_eq!((items.declared.len(), items.work.len()), (3, 0));
}

#[test]
fn what_is_forgotten_takes_no_room() {
    let declared = vec![
        event("08:00", LoggedIn),
        in_queue("a", event("08:00", QueueJoined)),
        because("09:00", Paused, "break"),
        event("09:30", Unpaused),
        in_queue("a", because("11:00", Paused, "lunch")),
        event("13:00", Unpaused),
    ];
    let mut items = agent(declared, vec![call("10:00", Some("10:10"), Some("10:11")), call("13:10", None, None)]);
    items.forget_before(at("12:00"));
    // Left: login, membership and pause of queue a, the unpause at 13:00 and one call.
    assert_eq!((items.declared.len(), items.work.len()), (4, 1));
    let found = shown(&spans(&items, at("14:00"), &ActivityOptions::default()));
    assert_eq!(found, ["11:00 13:00 pause_meal [lunch]", "13:00 13:10 available", "13:10 .. contact"]);
}
