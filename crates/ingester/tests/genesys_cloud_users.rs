//! Presence, routing status and states of agents, as events and as the activity that they amount to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "genesys_cloud_support.rs"]
mod support;

use lifecycle::activity::{ActivityOptions, AgentItems, spans};
use serde::Deserialize;
use serde_json::{Value, json};
use support::*;

fn presence(word: &str, clock: &str) -> Value {
    let body = json!({"source": "PURECLOUD", "presenceDefinition": {"id": "d", "systemPresence": word}, "message": "call 030123456", "modifiedDate": at(clock)});
    json!({"topicName": "v2.users.u1.presence", "version": "2", "eventBody": body})
}

fn routing(word: &str, clock: &str) -> Value {
    json!({"topicName": "v2.users.u1.routingStatus", "eventBody": {"id": "u1", "routingStatus": {"userId": "u1", "status": word, "startTime": at(clock)}}})
}

fn state(word: &str, clock: &str) -> Value {
    json!({"topicName": "v2.detail.events.agent.u1.state", "eventBody": {"userId": "u1", "currentState": word, "currentStateStart": at(clock)}})
}

fn activity(word: &str, declared: &str, status: &str, routed: &str) -> Value {
    let body = json!({
        "id": "u1", "routingStatus": {"status": status, "startTime": at(routed)},
        "presence": {"presenceDefinition": {"systemPresence": word}, "modifiedDate": at(declared)},
        "outOfOffice": {"active": false}, "activeQueueIds": ["q"], "dateActiveQueuesChanged": at("0:00"),
    });
    json!({"topicName": "v2.users.u1.activity", "eventBody": body})
}

/// Verb, reason and time of every event; the agent must be u1.
fn events(record: &Value) -> Vec<String> {
    let written = applied(record);
    assert!(written.calls.is_empty());
    let line = |event: &Value| {
        assert_eq!(event["agent"], "u1");
        let seconds = (event["event_time_us"].as_i64().unwrap() - at_us("0:00")) as f64 / 1e6;
        format!("{} {} {seconds}", event["verb"].as_str().unwrap(), event["reason"].as_str().unwrap_or("-"))
    };
    written.agents.iter().map(line).collect()
}

#[test]
fn presences() {
    for word in ["ON_QUEUE", "On Queue", "onqueue"] {
        assert_eq!(events(&presence(word, "1:00.500")), ["queue_joined - 60.5", "unpaused - 60.5"], "{word}");
    }
    for word in ["AVAILABLE", "AWAY", "BREAK", "BUSY", "IDLE", "MEAL", "MEETING", "TRAINING", "Break"] {
        assert_eq!(events(&presence(word, "1:00")), ["queue_joined - 60".to_owned(), format!("paused {word} 60")]);
    }
    assert_eq!(events(&presence("OFFLINE", "1:00")), ["logged_out - 60"]);
    assert_eq!(events(&presence("YOGA", "1:00")), ["side_event YOGA 60"]);
    assert_eq!(applied(&presence("YOGA", "1:00")).notes, ["unknown_verb"]);
    // Free text of the agent stays with the vendor.
    assert!(!format!("{:?}", applied(&presence("BREAK", "1:00")).agents).contains("030123456"));
}

#[test]
fn routing_statuses() {
    let on_queue = ["queue_joined - 60", "unpaused - 60"];
    assert_eq!(events(&routing("IDLE", "1:00")), [&on_queue[..], &["side_event observed:nothing 60"]].concat());
    assert_eq!(events(&routing("NOT_RESPONDING", "1:00")), [&on_queue[..], &["side_event observed:not_responding 60"]].concat());
    for (word, observed) in [("OFF_QUEUE", "nothing"), ("INTERACTING", "nothing"), ("COMMUNICATING", "communicating")] {
        assert_eq!(events(&routing(word, "1:00")), [format!("side_event {word} 60"), format!("side_event observed:{observed} 60")]);
    }
    assert_eq!(events(&routing("DREAMING", "1:00")), ["side_event DREAMING 60"]);
}

#[test]
fn an_activity_tells_what_changed() {
    let together = ["queue_joined - 60", "unpaused - 60", "side_event INTERACTING 60.02", "side_event observed:nothing 60.02"];
    assert_eq!(events(&activity("ON_QUEUE", "1:00", "INTERACTING", "1:00.020")), together);
    let routed = ["side_event INTERACTING 300", "side_event observed:nothing 300"];
    assert_eq!(events(&activity("ON_QUEUE", "1:00", "INTERACTING", "5:00")), routed);
    assert_eq!(events(&activity("BREAK", "6:00", "OFF_QUEUE", "1:00")), ["queue_joined - 360", "paused BREAK 360"]);
}

#[test]
fn observed_states_are_side_events() {
    let record = |word: &str| {
        let body = json!({"userId": "u1", "conversationId": "c", "queueId": "q", "currentState": word, "currentStateStart": at("1:00"), "mediaType": "VOICE"});
        json!({"topicName": "v2.detail.events.agent.u1.state", "eventBody": body})
    };
    for (word, observed) in
        [("HOLD", "offer_over"), ("ALERT", "ringing"), ("DIALING", "dialing"), ("CONTACTING", "dialing"), ("TERMINATED", "offer_over")]
    {
        assert_eq!(events(&record(word)), [format!("side_event {word} 60"), format!("side_event observed:{observed} 60")]);
    }
    assert_eq!(applied(&record("HOLD")).agents[0]["queue"], "q");
}

#[test]
fn bare_bodies_and_names_in_any_case() {
    let wrapped = routing("IDLE", "1:00");
    assert_eq!(applied(&wrapped["eventBody"]).agents, applied(&wrapped).agents);
    let wrapped = activity("BREAK", "6:00", "OFF_QUEUE", "1:00");
    assert_eq!(applied(&wrapped["eventBody"]).agents, applied(&wrapped).agents);
    let shouted = json!({"TOPICNAME": "V2.USERS.u1.PRESENCE", "EVENTBODY": {"PRESENCEDEFINITION": {"SYSTEMPRESENCE": "BREAK"}, "MODIFIEDDATE": at("1:00")}});
    assert_eq!(events(&shouted), ["queue_joined - 60", "paused BREAK 60"]);
}

#[test]
fn whom_it_is_about_and_when_must_be_known() {
    let mut nobody = presence("BREAK", "1:00");
    nobody.as_object_mut().unwrap().remove("topicName");
    assert_eq!(rejected(&nobody).code, "missing_value");
    let mut timeless = presence("BREAK", "1:00");
    timeless["eventBody"].as_object_mut().unwrap().remove("modifiedDate");
    let reject = rejected(&timeless);
    assert_eq!(reject.code, "bad_time");
    assert!(reject.reason.contains("modifiedDate"));
    assert!(!String::from_utf8(reject.redacted).unwrap().contains("030123456"));
}

/// What they amount to: a day without gap, no login or logout inferred, a second login nowhere.
#[test]
fn a_day_of_an_agent() {
    let records = [
        presence("AVAILABLE", "0:00"),
        presence("ON_QUEUE", "5:00"),
        activity("ON_QUEUE", "5:00", "IDLE", "5:00.030"),
        state("ALERT", "9:00"),
        state("TERMINATED", "10:00.010"),
        routing("NOT_RESPONDING", "10:00"),
        routing("IDLE", "12:00"),
        routing("COMMUNICATING", "14:00"),
        routing("IDLE", "16:00"),
        presence("BREAK", "20:00"),
        activity("BREAK", "20:00", "OFF_QUEUE", "20:00.010"),
        presence("ON_QUEUE", "30:00"),
        presence("MEAL", "40:00"),
        presence("OFFLINE", "50:00"),
        activity("OFFLINE", "50:00", "OFF_QUEUE", "50:00"),
    ];
    let mut items = AgentItems::default();
    for (line, record) in (1..).zip(&records) {
        for event in apply(record.to_string().as_bytes(), line).unwrap().agents {
            let event = events::AgentEvent::deserialize(&event).unwrap();
            items.hear(&event, event.source);
        }
    }
    let minute = |time_us: i64| (time_us - at_us("0:00")) / 60_000_000;
    let line = |span: &lifecycle::activity::Span| {
        let login_bits = lifecycle::activity::inferred::LOGIN_INFERRED
            | lifecycle::activity::inferred::LOGOUT_INFERRED
            | lifecycle::activity::inferred::SECOND_LOGIN;
        assert_eq!(span.inferred & login_bits, 0, "{span:?}");
        format!("{}-{} {}", minute(span.started_us), span.ended_us.map_or(-1, minute), span.activity.name())
    };
    let found: Vec<_> = spans(&items, at_us("59:00"), &ActivityOptions::default()).iter().map(line).collect();
    assert_eq!(
        found,
        [
            "0-5 pause_unspecified",
            "5-9 available",
            "9-10 ringing",
            "10-12 not_responding",
            "12-14 available",
            "14-16 communicating",
            "16-20 available",
            "20-30 pause_break",
            "30-40 available",
            "40-50 pause_meal"
        ]
    );
}
