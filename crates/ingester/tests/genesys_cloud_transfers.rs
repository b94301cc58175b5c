//! Conversations with several talks: transfers, consultations, conferences, callbacks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "genesys_cloud_support.rs"]
mod support;

use serde_json::{Value, json};
use support::*;

fn agent(user: &str, segments: Vec<Value>) -> Value {
    voice("agent", user, segments)
}

fn in_queue(queue: &str, disconnect: &str) -> Value {
    if disconnect.is_empty() { json!({"queueId": queue}) } else { json!({"queueId": queue, "disconnectType": disconnect}) }
}

/// Rings from 0:10, talks from 0:15 to 1:00, wraps up for 20 s.
fn ann(disconnect: &str) -> Value {
    agent(
        "ann",
        vec![
            segment("alert", "0:10", "0:15", in_queue("sales", "")),
            segment("interact", "0:15", "1:00", in_queue("sales", disconnect)),
            segment("wrapup", "1:00.500", "1:20.500", json!({"queueId": "sales", "wrapUpCode": "sold", "disconnectType": disconnect})),
        ],
    )
}

#[test]
fn a_blind_transfer_into_another_queue() {
    let second = agent(
        "bob",
        vec![segment("alert", "1:05", "1:10", in_queue("help", "")), segment("interact", "1:10", "2:00", in_queue("help", "peer"))],
    );
    let record = conversation(
        "2:00",
        vec![
            customer("2:00", "endpoint"),
            acd("sales", "0:05", "0:15", "transfer"),
            ann("transfer"),
            acd("help", "1:00.100", "1:10", "transfer"),
            second,
        ],
    );
    assert_eq!(
        lines(&record),
        [
            "visit sales 10000 answered ann",
            "visit help 9900 answered bob",
            "handling ann sales 45000+0+20000 transfer_blind to help",
            "handling bob help 50000+0+null customer [acw_unknown]",
            "contact handled voice inbound"
        ]
    );
}

/// Ann holds the customer, speaks to Bob and passes the customer on: two agents at once, two talks, one answered stay.
#[test]
fn a_consult_transfer_with_two_agents_at_once() {
    let first = agent(
        "ann",
        vec![
            segment("interact", "0:15", "0:30", in_queue("sales", "")),
            segment("hold", "0:30", "1:00", in_queue("sales", "consultTransfer")),
            segment("wrapup", "1:00", "1:10", in_queue("sales", "")),
        ],
    );
    let second = agent(
        "bob",
        vec![segment("alert", "0:32", "0:35", json!({})), segment("interact", "0:35", "2:00", json!({"disconnectType": "client"}))],
    );
    let record = conversation("2:00", vec![customer("2:00", "peer"), acd("sales", "0:05", "0:15", "transfer"), first, second]);
    assert_eq!(
        lines(&record),
        [
            "visit sales 10000 answered ann",
            "handling ann sales 15000+30000+10000 transfer_warm to bob",
            "handling bob null 85000+0+null agent [acw_unknown]",
            "contact handled voice inbound"
        ]
    );
    let connected: Vec<_> = applied(&record)
        .calls
        .into_iter()
        .filter(|event| event["verb"] == "agent_connected")
        .map(|event| event["reason"].clone())
        .collect();
    assert_eq!(connected, [Value::Null, json!("consult")]);
}

/// Whoever is added to a conference answers no stay, though the segment names the queue.
#[test]
fn a_conference_does_not_answer_again() {
    let more = json!({"queueId": "sales", "conference": true, "disconnectType": "client"});
    let second = agent("bob", vec![segment("alert", "0:30", "0:32", in_queue("sales", "")), segment("interact", "0:32", "0:50", more)]);
    let record = conversation("1:00", vec![customer("1:00", "peer"), acd("sales", "0:05", "0:15", "transfer"), ann("client"), second]);
    assert_eq!(
        lines(&record),
        [
            "visit sales 10000 answered ann",
            "handling ann sales 45000+0+20000 agent",
            "handling bob sales 18000+0+null agent [acw_unknown]",
            "contact handled voice inbound"
        ]
    );
    assert!(applied(&record).calls.iter().any(|event| event["verb"] == "agent_connected" && event["reason"] == "conference"));
}

/// The same agent twice: his after-call work stays with the talk that it belongs to, even if it began before that ended.
#[test]
fn the_same_agent_twice() {
    let again = agent(
        "ann",
        vec![
            segment("interact", "1:40", "2:00", in_queue("sales", "client")),
            segment("wrapup", "1:59.900", "2:03.900", json!({"queueId": "sales", "wrapUpCode": "second"})),
        ],
    );
    let record = conversation(
        "2:00",
        vec![
            customer("2:00", "peer"),
            acd("sales", "0:05", "0:15", "transfer"),
            ann("transfer"),
            acd("sales", "1:00", "1:40", "transfer"),
            again,
        ],
    );
    let found = lines(&record);
    assert_eq!(found[2..4], ["handling ann sales 45000+0+20000 transfer_blind to sales", "handling ann sales 20000+0+4000 agent"]);
    assert_eq!(folded(&applied(&record).calls).contact["disposition"], "second");
}

/// A callback and the call that the agent dials inside it: one piece of work, whose time is counted once.
#[test]
fn the_call_inside_a_callback_is_not_counted_again() {
    let callback = session(
        "callback",
        vec![
            segment("alert", "5:00", "5:05", in_queue("sales", "")),
            segment("interact", "5:05", "8:05", in_queue("sales", "client")),
            segment("wrapup", "8:05", "8:30", json!({"queueId": "sales", "wrapUpCode": "done"})),
        ],
    );
    let mut call = session(
        "voice",
        vec![
            segment("dialing", "5:20", "5:25", json!({})),
            segment("contacting", "5:25", "5:40", json!({})),
            segment("interact", "5:40", "7:00", json!({})),
            segment("hold", "7:00", "7:30", json!({})),
            segment("interact", "7:30", "8:00", json!({"disconnectType": "peer"})),
        ],
    );
    call["direction"] = json!("outbound");
    let waiting =
        participant("acd", "", vec![session("callback", vec![segment("interact", "0:40", "5:05", in_queue("sales", "transfer"))])]);
    let record = conversation(
        "8:05",
        vec![
            customer("0:40", "endpoint"),
            acd("sales", "0:05", "0:40", "peer"),
            waiting,
            participant("agent", "ann", vec![callback, call]),
        ],
    );
    assert_eq!(
        lines(&record),
        [
            "visit sales 35000 callback null",
            "visit sales 265000 answered ann",
            "handling ann sales 150000+30000+25000 agent",
            "contact handled voice inbound"
        ]
    );
    let side: Vec<_> = applied(&record)
        .calls
        .into_iter()
        .filter(|event| event["verb"] == "side_event")
        .map(|event| (event["reason"].clone(), event["ring_ms"].clone()))
        .collect();
    assert_eq!(side, [(json!("dialing"), json!(5000)), (json!("contacting"), json!(15000))]);
    // The agent dialled until 5:25 and until 5:40.
    let seen: Vec<_> = applied(&record)
        .agents
        .into_iter()
        .map(|event| (event["agent"].clone(), event["reason"].clone(), event["event_time_us"].clone(), event["duration_ms"].clone()))
        .collect();
    let dialled = |clock, lasted_ms| (json!("ann"), json!("observed:dialing"), json!(at_us(clock)), json!(lasted_ms));
    assert_eq!(seen, [dialled("5:25", 5_000), dialled("5:40", 15_000)]);
}

/// A mail that was put aside for ten minutes: talk is what the segments say, but the fold knows no gaps, so it ends the
/// talk where it would have ended without one, and says that the stamps disagree.
#[test]
fn a_gap_inside_a_session() {
    let mail = session(
        "email",
        vec![
            segment("interact", "0:15", "1:15", in_queue("mail", "")),
            segment("parked", "1:15", "11:15", in_queue("mail", "")),
            segment("interact", "11:15", "12:15", in_queue("mail", "client")),
        ],
    );
    let waiting = participant("acd", "", vec![session("email", vec![segment("interact", "0:05", "0:15", in_queue("mail", "transfer"))])]);
    let mut outside = session("email", vec![segment("interact", "0:00", "12:15", json!({}))]);
    outside["addressFrom"] = json!("ann@example.com");
    let record = conversation("12:15", vec![participant("customer", "", vec![outside]), waiting, participant("agent", "ann", vec![mail])]);
    assert_eq!(
        lines(&record),
        [
            "visit mail 10000 answered ann",
            "handling ann mail 120000+0+null agent [acw_unknown clock_skew]",
            "contact handled email inbound"
        ]
    );
    let facts = folded(&applied(&record).calls);
    assert_eq!(facts.handlings[0]["talk_ended_us"], json!(at_us("2:15")));
    assert_eq!(facts.contact["ended_us"], json!(at_us("12:15")));
}

/// The customer is who came first, wherever the answer lists whom the agent called in.
#[test]
fn somebody_outside_who_is_called_in_is_not_the_customer() {
    let mut third = session("voice", vec![segment("interact", "0:40", "2:00", json!({}))]);
    (third["direction"], third["dnis"]) = (json!("outbound"), json!("tel:+498912345678"));
    let talk = agent("ann", vec![segment("interact", "0:15", "0:45", in_queue("sales", "consultTransfer"))]);
    let parts = vec![customer("2:00", "peer"), acd("sales", "0:05", "0:15", "transfer"), talk, participant("external", "", vec![third])];
    let reversed: Vec<Value> = parts.iter().rev().cloned().collect();
    let alone = applied(&conversation("2:00", vec![customer("2:00", "peer")])).calls[0]["customer"].clone();
    for parts in [parts, reversed] {
        let written = applied(&conversation("2:00", parts));
        assert_eq!((&written.calls[0]["customer"], &written.calls[0]["direction"]), (&alone, &json!("inbound")));
        assert_eq!(folded(&written.calls).lines()[1], "handling ann sales 30000+0+null transfer_warm [acw_unknown]");
    }
}
