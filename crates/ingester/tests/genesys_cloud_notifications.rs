//! Detail events of the notification service, alone and together with the details that replace them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "genesys_cloud_support.rs"]
mod support;

use ingester::RawRecord;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::*;

/// One conversation as its details and as the notifications that came before, one record a line.
fn fixture() -> (Value, Vec<Value>) {
    let text = include_str!("data/genesys_cloud/conversation_with_notifications.jsonl");
    let mut records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (records.remove(0), records)
}

fn notification(kind: &str, clock: &str, more: Value) -> Value {
    let mut body = json!({"conversationId": "c1", "eventTime": at_us(clock) / 1000, "mediaType": "VOICE", "direction": "INBOUND"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"topicName": format!("v2.detail.events.conversation.c1.{kind}"), "version": "2", "eventBody": body})
}

fn all(records: &[Value]) -> Vec<Value> {
    records.iter().flat_map(|record| applied(record).calls).collect()
}

const EXPECTED: [&str; 6] = [
    "visit billing 12411 answered ann missed=1",
    "visit help 20500 answered bob",
    "handling ann billing 61000+15000+30000 transfer_blind",
    "handling bob help 44000+0+8000 customer",
    "contact handled voice inbound",
    "settled",
];

fn told(events: &[Value]) -> Vec<String> {
    let facts = folded(events);
    // Where a transfer goes only the details tell.
    let lines = facts.lines().into_iter().map(|line| line.replace(" to help", ""));
    lines.chain([if facts.settled { "settled" } else { "open" }.to_owned()]).collect()
}

#[test]
fn details_alone_and_notifications_alone_tell_the_same() {
    let (details, notifications) = fixture();
    assert_eq!(told(&applied(&details).calls), EXPECTED);
    assert_eq!(told(&all(&notifications)), EXPECTED);
    let (known, heard) = (folded(&applied(&details).calls), folded(&all(&notifications)));
    for name in ["disposition", "customer", "dnis", "queue", "started_us"] {
        assert_eq!(known.contact[name], heard.contact[name], "{name}");
    }
    assert!(known.contact["customer"].as_str().unwrap().starts_with("p1:"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Notifications in any order, some missing, some twice, with the details anywhere among them: the details alone.
    #[test]
    fn the_details_replace_the_notifications_whatever_the_order(
        picks in proptest::collection::vec(0_usize..100, 0..40),
        places in proptest::collection::vec(0_usize..100, 1..3),
    ) {
        let (details, notifications) = fixture();
        let mut records: Vec<Value> = picks.iter().map(|pick| notifications[pick % notifications.len()].clone()).collect();
        for place in places {
            records.insert(place % (records.len() + 1), details.clone());
        }
        prop_assert_eq!(folded(&all(&records)), folded(&applied(&details).calls));
    }

    /// All notifications in any order, some twice: what they tell in order.
    #[test]
    fn the_order_of_notifications_makes_no_difference(
        order in Just((0..fixture().1.len()).collect::<Vec<_>>()).prop_shuffle(),
        again in proptest::collection::vec(0_usize..100, 0..10),
    ) {
        let notifications = fixture().1;
        let mut records: Vec<Value> = order.iter().map(|at| notifications[*at].clone()).collect();
        records.extend(again.iter().map(|pick| notifications[pick % notifications.len()].clone()));
        prop_assert_eq!(folded(&all(&records)), folded(&all(&notifications)));
    }
}

#[test]
fn a_bare_body_is_recognised_by_its_fields() {
    let (_, notifications) = fixture();
    for record in &notifications {
        let topic = record["topicName"].as_str().unwrap();
        // Nothing in the body of these tells them apart from others, and none of them has an effect.
        if topic.contains("voicemail") {
            continue;
        }
        assert_eq!(applied(&record["eventBody"]).calls, applied(record).calls, "{topic}");
        let bridged = json!({"version": "0", "detail-type": "v2.detail.events.conversation.{id}.x", "detail": record});
        assert_eq!(applied(&bridged).calls, applied(record).calls, "{topic}");
    }
}

#[test]
fn the_outcome_of_a_stay() {
    for (outcome, disconnect, expected) in [
        (json!("ABANDON"), "PEER", "abandoned"),
        (json!("ABANDON"), "SYSTEM", "abandoned"),
        (json!("FLOW_OUT"), "TRANSFER", "overflow"),
        (json!("FLOW_OUT"), "TIMEOUT", "timeout"),
        (json!("FLOW_OUT"), "ERROR", "system_error"),
        (json!("FLOW_OUT"), "PEER", "overflow"),
        (json!("ANSWERED"), "TRANSFER", "answered"),
        (Value::Null, "PEER", "abandoned"),
        (json!("SOMETHING_NEW"), "TRANSFER", "overflow"),
    ] {
        let start = notification("acd.start", "0:05", json!({"queueId": "sales"}));
        let end = notification(
            "acd.end",
            "0:25.010",
            json!({"queueId": "sales", "acdOutcome": outcome, "disconnectType": disconnect, "connectedDurationMs": "20000"}),
        );
        assert_eq!(folded(&all(&[start, end])).visits[0]["outcome"], expected, "{outcome} {disconnect}");
    }
}

#[test]
fn the_end_of_an_agents_session() {
    let user_end = |more: Value| {
        let mut more = more;
        more["userId"] = json!("ann");
        let events = applied(&notification("user.end", "1:00", more)).calls;
        events
            .iter()
            .map(|event| {
                format!("{} {} {} {} {}", event["verb"], event["reason"], event["party"], event["talk_ms"], event["ring_ms"])
                    .replace('"', "")
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        user_end(json!({"interactingDurationMs": 5000, "disconnectType": "PEER"})),
        ["contact_disconnected null customer 5000 null"]
    );
    assert_eq!(user_end(json!({"heldDurationMs": 5000, "disconnectType": "CLIENT"})), ["contact_disconnected null agent 0 null"]);
    assert_eq!(
        user_end(json!({"interactingDurationMs": 5000, "disconnectType": "CONSULT_TRANSFER"})),
        ["transfer_completed warm null 5000 null"]
    );
    assert_eq!(user_end(json!({"alertingDurationMs": 7000, "disconnectType": "SYSTEM"})), ["agent_missed no_answer null null 7000"]);
    assert_eq!(
        user_end(json!({"alertingDurationMs": 7000, "interactingDurationMs": 0, "disconnectType": "CLIENT"})),
        ["agent_missed rejected null null 7000"]
    );
    assert_eq!(
        user_end(json!({"dialingDurationMs": 100, "contactingDurationMs": 9000, "disconnectType": "UNCALLABLE"})),
        ["side_event dialing null null 100", "side_event contacting null null 9000"]
    );
    // No durations at all: the talk ends by its stamp.
    assert_eq!(user_end(json!({"disconnectType": "PEER"})), ["contact_disconnected null customer null null"]);
    // A negative duration lasts nothing, and is counted.
    let written = applied(&notification("user.end", "1:00", json!({"userId": "ann", "heldDurationMs": -5, "interactingDurationMs": 10})));
    assert_eq!((&written.calls[0]["hold_ms"], written.notes), (&json!(0), vec!["clock_skew"]));
}

/// The customer's end comes a moment before the agent's, which has the durations: those count.
#[test]
fn the_end_of_the_customers_session_ends_no_talk_by_its_stamp() {
    let records = [
        notification("acd.start", "0:05", json!({"queueId": "sales"})),
        notification(
            "acd.end",
            "0:15",
            json!({"queueId": "sales", "acdOutcome": "ANSWERED", "answeredUserId": "ann", "connectedDurationMs": 10000}),
        ),
        notification("customer.end", "1:00", json!({"disconnectType": "ENDPOINT"})),
        notification(
            "user.end",
            "1:00.002",
            json!({"userId": "ann", "queueId": "sales", "interactingDurationMs": 40002, "heldDurationMs": 5000, "disconnectType": "PEER"}),
        ),
    ];
    let facts = folded(&all(&records));
    assert_eq!(facts.lines()[1], "handling ann sales 40002+5000+null customer [acw_unknown]");
    // Until it comes, and if it never does, the talk is over with the customer.
    let facts = folded(&all(&records[..3]));
    assert_eq!(facts.lines()[1], "handling ann sales 45000+0+null unknown [end_inferred acw_unknown]");
    assert_eq!(applied(&records[2]).calls[0]["party"], "customer");
}

/// Nobody knows whose it is; as a disconnection it would end the whole contact.
#[test]
fn an_agents_event_without_an_agent_has_no_effect() {
    for kind in ["user.start", "user.end"] {
        let written = applied(&notification(kind, "1:00", json!({"interactingDurationMs": 5000})));
        assert_eq!((written.calls[0]["verb"].clone(), written.notes), (json!("side_event"), vec!["no_agent"]));
    }
}

#[test]
fn what_has_no_meaning_here_is_kept_as_a_side_event() {
    for (kind, note) in [
        ("flow.outcome", false),
        ("outbound", false),
        ("attributes", false),
        ("voicemail.start", false),
        ("voicemail.end", false),
        ("hologram.start", true),
    ] {
        let written = applied(&notification(kind, "1:00", json!({"attributes": {"name": "Ann Smith"}})));
        assert_eq!((&written.calls[0]["verb"], &written.calls[0]["reason"]), (&json!("side_event"), &json!(kind)));
        assert_eq!(written.notes.contains(&"unknown_verb"), note, "{kind}");
        assert!(!format!("{:?}", written.calls).contains("Smith"));
    }
    // A flow that plays while the contact waits is no menu.
    for (flow, verb) in
        [("INBOUNDCALL", "ivr_entered"), ("INQUEUECALL", "side_event"), ("SURVEYINVITE", "side_event"), ("SECURECALL", "ivr_entered")]
    {
        assert_eq!(applied(&notification("flow.start", "0:01", json!({"flowType": flow}))).calls[0]["verb"], verb, "{flow}");
    }
}

#[test]
fn flows_say_how_they_were_left() {
    for (exit, transfer, reason) in [
        ("TRANSFER", json!("ACD"), "to_queue"),
        ("TRANSFER", json!("NUMBER"), "diverted"),
        ("DISCONNECT", Value::Null, "hangup"),
        ("FLOW_DISCONNECT", Value::Null, "self_served"),
        ("FLOW_ERROR_DISCONNECT", Value::Null, "diverted"),
        ("SOMETHING_NEW", Value::Null, "diverted"),
    ] {
        let written =
            applied(&notification("flow.end", "0:09", json!({"flowType": "INBOUNDCALL", "exitReason": exit, "transferType": transfer})));
        assert_eq!((&written.calls[0]["verb"], &written.calls[0]["reason"]), (&json!("ivr_exited"), &json!(reason)), "{exit}");
    }
}

#[test]
fn other_topics_are_counted_not_rejected() {
    for (topic, note) in [
        ("channel.metadata", "skipped_record"),
        ("v2.users.u1.conversations", "unknown_verb"),
        ("v2.routing.queues.q.users", "unknown_verb"),
    ] {
        let written = applied(&json!({"topicName": topic, "eventBody": {"id": "x", "participants": []}}));
        assert_eq!((written.calls.len(), written.agents.len(), written.notes), (0, 0, vec![note]), "{topic}");
    }
}

#[test]
fn raw_records_of_one_conversation_or_user_stay_in_order() {
    let (details, notifications) = fixture();
    let adapter = adapter();
    let key = |record: &Value| {
        let payload = record.to_string();
        adapter.key(&RawRecord { payload: payload.as_bytes(), source: "gc", file: "f", line: 1 }).map(|key| key.into_owned())
    };
    for record in notifications.iter().chain([&details]) {
        assert_eq!(key(record).as_deref(), Some("3f1c2a7e-0a11-4f0e-9b61-6d1f0d5c7a01"));
    }
    assert_eq!(key(&json!({"topicName": "v2.users.u1.presence", "eventBody": {}})).as_deref(), Some("u1"));
    assert_eq!(key(&json!({"conversations": [details.clone(), details]})), None);
    assert_eq!(key(&json!([])), None);
}
