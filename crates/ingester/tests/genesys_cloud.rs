//! Conversation details of cases that the real conversations do not have, as events and as facts.
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
fn who_ended_the_talk_is_the_disconnect_type_of_the_agents_session() {
    for (disconnect, end) in [
        ("client", "agent"),
        ("endpoint", "agent"),
        ("PEER", "customer"),
        ("system", "system"),
        ("error", "system"),
        ("timeout", "system"),
        ("transport.failure", "system"),
        ("uncallable", "system"),
        ("spam", "system"),
        ("other", "unknown"),
        ("melted", "unknown"),
        ("transfer", "transfer_blind"),
        ("forwardTransfer", "transfer_blind"),
        ("noAnswerTransfer", "transfer_blind"),
        ("consultTransfer", "transfer_warm"),
        ("CONFERENCE_TRANSFER", "transfer_warm"),
    ] {
        let record = conversation("1:00", vec![customer("1:00", "peer"), acd("sales", "0:05", "0:15", "transfer"), ann(disconnect)]);
        let expected = [
            "visit sales 10000 answered ann".to_owned(),
            format!("handling ann sales 45000+0+20000 {end}"),
            "contact handled voice inbound".into(),
        ];
        assert_eq!(lines(&record), expected, "{disconnect}");
        let unknown = applied(&record).notes.contains(&"unknown_verb");
        assert_eq!(unknown, disconnect == "melted", "{disconnect}");
    }
}

#[test]
fn a_stay_that_no_agent_took() {
    for (disconnect, outcome, customer_end) in [
        ("peer", "abandoned", "endpoint"),
        ("client", "abandoned", "endpoint"),
        ("timeout", "timeout", "peer"),
        ("error", "system_error", "peer"),
        ("system", "system_error", "peer"),
        // The system's word for it, but the customer's own session says who hung up.
        ("system", "abandoned", "client"),
        ("transfer", "overflow", "peer"),
        ("other", "withdrawn", "peer"),
    ] {
        let record = conversation("0:42", vec![customer("0:42", customer_end), acd("sales", "0:05.250", "0:41.999", disconnect)]);
        assert_eq!(lines(&record)[0], format!("visit sales 36749 {outcome} null"), "{disconnect}");
    }
    // What the vendor measured outweighs the disconnect type.
    for (metric, outcome) in [("tAbandon", "abandoned"), ("tFlowOut", "overflow")] {
        let mut waiting = acd("sales", "0:05", "0:30", if metric == "tAbandon" { "transfer" } else { "peer" });
        waiting["sessions"][0]["metrics"] = json!([{"name": "nOffered", "value": 1}, {"name": metric, "value": 25000}]);
        assert_eq!(lines(&conversation("0:30", vec![customer("0:30", "peer"), waiting]))[0], format!("visit sales 25000 {outcome} null"));
    }
}

#[test]
fn routing_before_the_stay_is_no_waiting() {
    let delayed = voice(
        "acd",
        "",
        vec![segment("delay", "0:01", "0:05", in_queue("sales", "")), segment("interact", "0:05", "0:15", in_queue("sales", "transfer"))],
    );
    assert_eq!(lines(&conversation("1:00", vec![customer("1:00", "peer"), delayed, ann("client")]))[0], "visit sales 10000 answered ann");
    let never = voice("acd", "", vec![segment("delay", "0:01", "0:05", in_queue("sales", "peer"))]);
    assert_eq!(lines(&conversation("0:05", vec![customer("0:05", "endpoint"), never])), ["contact ivr_abandoned voice inbound"]);
}

#[test]
fn offers_that_were_not_taken() {
    for (disconnect, more, reason) in [
        (json!("client"), json!({}), json!("rejected")),
        (json!("peer"), json!({}), json!("caller_left")),
        (json!("system"), json!({}), json!("no_answer")),
        (json!("noAnswerTransfer"), json!({}), json!("no_answer")),
        (json!("error"), json!({}), json!("error")),
        (Value::Null, json!({"errorCode": "error.edge"}), json!("error")),
        (Value::Null, json!({}), Value::Null),
    ] {
        let mut alert = segment("alert", "0:06", "0:09.500", in_queue("sales", ""));
        alert["disconnectType"] = disconnect;
        alert.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let record = conversation(
            "1:00",
            vec![customer("1:00", "peer"), acd("sales", "0:05", "0:15", "transfer"), agent("bob", vec![alert]), ann("peer")],
        );
        let missed: Vec<_> = applied(&record).calls.into_iter().filter(|event| event["verb"] == "agent_missed").collect();
        assert_eq!(missed.len(), 1);
        assert_eq!((&missed[0]["agent"], &missed[0]["ring_ms"], &missed[0]["reason"]), (&json!("bob"), &json!(3500), &reason));
        assert_eq!(lines(&record)[0], "visit sales 10000 answered ann missed=1");
    }
}

#[test]
fn holds_are_beside_the_talk_however_the_clocks_of_queue_and_agent_differ() {
    // The queue says that the waiting ended 4 ms after the agent says that the talk began; one hold is shorter than that.
    let bob = agent(
        "bob",
        vec![
            segment("interact", "0:15", "0:20", in_queue("sales", "")),
            segment("hold", "0:20", "0:20.002", in_queue("sales", "")),
            segment("interact", "0:20.002", "0:30", in_queue("sales", "client")),
        ],
    );
    let record = conversation("0:30", vec![customer("0:30", "peer"), acd("sales", "0:05", "0:15.004", "transfer"), bob]);
    assert_eq!(lines(&record)[1], "handling bob sales 14998+2+null agent [acw_unknown]");
    // Several holds are counted one by one.
    let cid = agent(
        "cid",
        vec![
            segment("interact", "0:15", "0:20", in_queue("sales", "")),
            segment("hold", "0:20", "0:24", in_queue("sales", "")),
            segment("hold", "0:24", "0:25", in_queue("sales", "")),
            segment("interact", "0:25", "0:30", in_queue("sales", "peer")),
        ],
    );
    let record = conversation("0:30", vec![customer("0:30", "endpoint"), acd("sales", "0:05", "0:15", "transfer"), cid]);
    let handling = folded(&applied(&record).calls).handlings.remove(0);
    assert_eq!((&handling["holds"], &handling["hold_ms"], &handling["longest_hold_ms"]), (&json!(2), &json!(5000), &json!(4000)));
}

#[test]
fn menus_say_where_the_contact_went() {
    let menu = |disconnect: Value, flow: Value| {
        let mut menu = voice(
            "ivr",
            "",
            vec![
                segment("system", "0:00", "0:00.100", json!({})),
                segment("ivr", "0:00.100", "0:04", json!({"disconnectType": disconnect})),
            ],
        );
        menu["sessions"][0]["flow"] = flow;
        menu
    };
    for (disconnect, flow, queue, reason, outcome) in [
        (json!("transfer"), json!({"exitReason": "TRANSFER", "transferType": "ACD"}), true, "to_queue", "handled"),
        (Value::Null, Value::Null, true, "to_queue", "handled"),
        (json!("transfer"), json!({"exitReason": "TRANSFER", "transferType": "NUMBER"}), false, "diverted", "ivr_abandoned"),
        (json!("peer"), Value::Null, false, "hangup", "ivr_abandoned"),
        (json!("endpoint"), json!({"exitReason": "DISCONNECT"}), false, "hangup", "ivr_abandoned"),
        (json!("client"), json!({"exitReason": "FLOW_DISCONNECT"}), false, "self_served", "self_served"),
        (json!("system"), Value::Null, false, "self_served", "self_served"),
    ] {
        let mut participants = vec![customer(if queue { "1:00" } else { "0:04" }, "peer"), menu(disconnect.clone(), flow.clone())];
        if queue {
            participants.extend([acd("sales", "0:05", "0:15", "transfer"), ann("client")]);
        }
        let record = conversation(if queue { "1:00" } else { "0:04" }, participants);
        let exits: Vec<_> = applied(&record).calls.into_iter().filter(|event| event["verb"] == "ivr_exited").collect();
        assert_eq!((exits.len(), &exits[0]["reason"]), (1, &json!(reason)), "{disconnect} {flow}");
        assert_eq!(exits[0]["queue"], if reason == "to_queue" { json!("sales") } else { Value::Null });
        assert_eq!(folded(&applied(&record).calls).contact["outcome"], outcome, "{disconnect} {flow}");
    }
}

#[test]
fn a_conversation_that_goes_on_stays_open() {
    let talking =
        agent("ann", vec![segment("alert", "0:10", "0:15", in_queue("sales", "")), segment("interact", "0:15", "", in_queue("sales", ""))]);
    let record = conversation("", vec![customer("", "peer"), acd("sales", "0:05", "0:15", "transfer"), talking]);
    assert_eq!(lines(&record), ["visit sales 10000 answered ann", "handling ann sales null+0+null open", "contact open voice inbound"]);
    // Hung up, after-call work goes on: it has no end yet, not even that of the conversation.
    let wrapping = agent(
        "ann",
        vec![segment("interact", "0:15", "1:00", in_queue("sales", "peer")), segment("wrapup", "0:59.900", "", in_queue("sales", ""))],
    );
    let record = conversation("1:00", vec![customer("1:00", "endpoint"), acd("sales", "0:05", "0:15", "transfer"), wrapping]);
    assert_eq!(lines(&record)[1], "handling ann sales 45000+0+null customer");
    assert!(!folded(&applied(&record).calls).settled);
}

/// Everything in a record's revision grows with it: the end of after-call work comes after the end of the conversation.
#[test]
fn after_call_work_that_ends_after_the_conversation_makes_a_later_revision() {
    let with = |end: &str| {
        let wrapping = agent(
            "ann",
            vec![segment("interact", "0:15", "1:00", in_queue("sales", "peer")), segment("wrapup", "1:00.100", end, in_queue("sales", ""))],
        );
        applied(&conversation("1:00", vec![customer("1:00", "endpoint"), acd("sales", "0:05", "0:15", "transfer"), wrapping])).calls
    };
    let (early, late) = (with(""), with("1:30.100"));
    assert_eq!(late[0]["revision"], json!(at_us("1:30.100")));
    assert_eq!(early[0]["revision"], json!(at_us("1:00.100")));
    for both in [[early.clone(), late.clone()].concat(), [late.clone(), early].concat()] {
        assert_eq!(folded(&both), folded(&late));
    }
    assert_eq!(folded(&late).lines()[1], "handling ann sales 45000+0+30000 customer");
    let plain = applied(&conversation("1:30", vec![customer("1:00", "endpoint")])).calls;
    assert_eq!(
        (&plain[0]["revision"], &plain[0]["leg"], &plain[0]["contact_id"]),
        (&json!(at_us("1:30")), &json!("c1"), &json!("cloud/c1"))
    );
}

#[test]
fn channels_and_directions() {
    for (media, channel) in [
        ("voice", "voice"),
        ("VOICE", "voice"),
        ("chat", "chat"),
        ("message", "chat"),
        ("email", "email"),
        ("callback", "callback"),
        ("workitem", "task"),
        ("hologram", "voice"),
    ] {
        let record = conversation(
            "1:00",
            vec![participant("customer", "", vec![session(media, vec![segment("interact", "0:00", "1:00", json!({}))])])],
        );
        let written = applied(&record);
        assert_eq!(written.calls[0]["channel"], channel, "{media}");
        assert_eq!(written.notes.contains(&"unknown_verb"), media == "hologram");
    }
    let direction = |record: &Value| applied(record).calls[0]["direction"].clone();
    let mut record = conversation("1:00", vec![customer("1:00", "peer")]);
    assert_eq!(direction(&record), "inbound");
    record["participants"][0]["sessions"][0]["direction"] = json!("OUTBOUND");
    assert_eq!(direction(&record), "outbound");
    record["originatingDirection"] = json!("inbound");
    assert_eq!(direction(&record), "inbound");
    record["participants"][0]["sessions"][0]["outboundCampaignId"] = json!("campaign");
    assert_eq!(direction(&record), "outbound");
    let colleagues = ["ann", "bob"].map(|user| voice("user", user, vec![segment("interact", "0:00", "1:00", json!({}))]));
    assert_eq!(direction(&conversation("1:00", colleagues.to_vec())), "internal");
}

/// Who of the house talks to somebody outside works; who only calls in, or a colleague, does not.
#[test]
fn talks_of_users_without_a_queue() {
    let user = |disconnect: &str| {
        voice(
            "user",
            "eve",
            vec![
                segment("contacting", "0:01", "0:03", json!({})),
                segment("interact", "0:03", "0:33", json!({"disconnectType": disconnect})),
            ],
        )
    };
    let mut outside = customer("0:33", "peer");
    outside["purpose"] = json!("external");
    assert_eq!(
        lines(&conversation("0:33", vec![user("client"), outside])),
        ["handling eve null 30000+0+null agent [acw_unknown]", "contact handled voice inbound"]
    );
    assert_eq!(lines(&conversation("0:33", vec![user("client")])), ["contact ivr_abandoned voice internal"]);
}

#[test]
fn names_in_any_case_and_words_in_any_case_give_the_same() {
    let record = conversation("1:00", vec![customer("1:00", "peer"), acd("sales", "0:05", "0:15", "transfer"), ann("consultTransfer")]);
    fn spelled(value: &Value, upper: bool) -> Value {
        let spell = |text: &str| if upper { text.to_uppercase() } else { text.to_lowercase() };
        match value {
            Value::Object(object) => object
                .iter()
                .map(|(name, inner)| {
                    let word = ["purpose", "mediaType", "segmentType", "disconnectType", "direction"].contains(&name.as_str());
                    (spell(name), inner.as_str().filter(|_| word).map_or_else(|| spelled(inner, upper), |text| json!(spell(text))))
                })
                .collect(),
            Value::Array(items) => items.iter().map(|item| spelled(item, upper)).collect(),
            other => other.clone(),
        }
    }
    let plain = applied(&record);
    for upper in [true, false] {
        let written = applied(&spelled(&record, upper));
        assert_eq!((&written.calls, &written.notes), (&plain.calls, &plain.notes));
    }
}

#[test]
fn wrappings_are_taken_off() {
    let record = conversation("1:00", vec![customer("1:00", "peer"), acd("sales", "0:05", "0:15", "transfer"), ann("client")]);
    let plain = applied(&record).calls;
    for wrapped in [
        json!({"conversations": [record], "totalHits": 1}),
        json!({"detail-type": "conversation", "detail": record}),
        json!({"detail": {"eventBody": record}}),
    ] {
        assert_eq!(applied(&wrapped).calls, plain);
    }
    assert!(applied(&json!({"conversations": []})).calls.is_empty());
}

#[test]
fn missing_fields_leave_what_can_be_told() {
    assert_eq!(applied(&json!({"conversationId": "c", "conversationStart": at("0:00")})).calls.len(), 1);
    // No agent, no queue, no disconnect type, no medium; null and absent are the same.
    let bare = json!({"conversationId": "c", "participants": [
        {"purpose": "agent", "sessions": [{"segments": [segment("interact", "0:15", "1:00", json!({"queueId": null, "disconnectType": null}))]}]},
        {"sessions": null}, {"purpose": "acd", "sessions": [{"segments": [segment("interact", "0:00", "0:05", json!({}))]}]},
    ]});
    let written = applied(&bare);
    assert!(written.notes.contains(&"no_agent"), "{:?}", written.notes);
    assert!(folded(&written.calls).handlings.is_empty() && folded(&written.calls).visits.is_empty());
    // The stay was answered, nobody knows by whom.
    let nobody = agent("", vec![segment("interact", "0:15", "1:00", in_queue("sales", "peer"))]);
    assert_eq!(
        lines(&conversation("1:00", vec![customer("1:00", "endpoint"), acd("sales", "0:05", "0:15", "transfer"), nobody])),
        ["visit sales 10000 answered null", "contact ivr_abandoned voice inbound"]
    );
    // A segment without a beginning is left out, one that ends before it begins lasts nothing.
    let odd = conversation(
        "1:00",
        vec![agent(
            "ann",
            vec![json!({"segmentType": "interact"}), segment("interact", "0:30", "0:20", json!({"disconnectType": "peer"}))],
        )],
    );
    assert_eq!(applied(&odd).notes, ["no_event", "clock_skew"]);
    assert_eq!(lines(&odd)[0], "handling ann null 0+0+null customer [acw_unknown]");
}
