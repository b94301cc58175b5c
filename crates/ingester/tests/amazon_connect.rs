//! Contact records and contact events of Amazon Connect, folded into facts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod amazon_connect_folded;
mod common;

use amazon_connect_folded::{adapter, assert_facts, facts, kept, lines};
use common::{one, record};
use serde_json::{Value, json};

const CALL: &str = "15a5cf14-3212-45a1-9f86-a8e97db8afaf";

/// Queue 7 s, talk 33 s, after-call work 32 s: handle time 65 s, as the record says.
#[test]
fn the_real_record_has_its_waits_and_works() {
    assert_facts(
        &lines("contact_record_2022.json"),
        CALL,
        "visit BasicQueue 15:00:42-15:00:49 Answered wait=7000 agent=57db30ae
         handling 57db30ae BasicQueue 15:00:49-15:01:22-15:01:54 Customer talk=33000 hold=0 acw=32000
         contact Handled Voice Inbound 14:59:38-15:01:22 transfers=0 customer",
    );
    let kept = kept(&lines("contact_record_2022.json"));
    assert!(kept.calls.iter().all(|event| event["leg"] == CALL && event["revision"] == 1_649_430_182_000_000_i64), "{:?}", kept.calls);
    assert_eq!(kept.calls[0]["dnis"], "+15555550978");
    let everything = format!("{kept:?}");
    assert!(!everything.contains("5555550103") && !everything.contains("admin1"), "{everything}");
    assert!(kept.notes.is_empty(), "{:?}", kept.notes);
}

/// The same call from contact events alone: the queue has its id where the record has its name, and the wait is by stamps.
#[test]
fn contact_events_alone_give_the_same_facts() {
    let given = lines("contact_events.jsonl");
    let expected = "visit c677a7a5-1d56-4ce3-a890-79fc53f7fe3f 15:00:42-15:00:49 Answered wait=7000 agent=57db30ae [leave_from_connect]
         handling 57db30ae c677a7a5-1d56-4ce3-a890-79fc53f7fe3f 15:00:49-15:01:22-15:01:54 Customer talk=33000 hold=0 acw=32000
         contact Handled Voice Inbound 14:59:38-15:01:22 transfers=0 customer";
    assert_facts(&given, CALL, expected);
    // Each carries what came before it, so that lost events do no harm.
    assert_facts(&given[5..], CALL, expected);
    // Without the last, after-call work is not known yet.
    let so_far = &facts(&given[..5])[&format!("c/{CALL}")];
    assert!(so_far[1].contains("15:00:49-15:01:22-15:01:22 Customer talk=33000 hold=0 acw=? [acw_unknown]"), "{so_far:?}");
    assert!(kept(&given).calls.iter().all(|event| event["leg"] == CALL && event["revision"] == 0));
    assert!(kept(&given).notes.is_empty());
}

#[test]
fn a_record_sets_right_what_events_said() {
    let mut given = lines("contact_events.jsonl");
    let record = lines("contact_record_2022.json");
    given.insert(0, record[0].clone());
    assert_eq!(facts(&given), facts(&record));
}

#[test]
fn an_older_copy_of_a_record_changes_nothing_whenever_it_comes() {
    let record = &lines("contact_record_2022.json")[0];
    let mut older: Value = serde_json::from_str(record).unwrap();
    older["LastUpdateTimestamp"] = json!("2022-04-08T15:02:00Z");
    older["Agent"]["AfterContactWorkDuration"] = json!(1);
    older["Agent"]["AgentInteractionDuration"] = json!(31);
    let only = facts(std::slice::from_ref(record));
    assert_eq!(facts(&[record.clone(), older.to_string(), record.clone()]), only);
    assert_eq!(facts(&[older.to_string(), record.clone()]), only);
    assert_ne!(facts(&[older.to_string()]), only);
}

#[test]
fn names_of_fields_are_read_in_any_case_and_numbers_as_texts() {
    fn lower(value: &Value) -> Value {
        match value {
            Value::Object(map) => map.iter().map(|(name, value)| (name.to_lowercase(), lower(value))).collect(),
            Value::Number(number) => number.to_string().into(),
            other => other.clone(),
        }
    }
    let record = &lines("contact_record_2022.json")[0];
    let lower = lower(&serde_json::from_str(record).unwrap()).to_string();
    assert!(lower.contains("\"aftercontactworkduration\":\"32\""), "{lower}");
    assert_eq!(facts(&[lower]), facts(std::slice::from_ref(record)));
}

/// The agent hands over to a colleague: two contact ids of Connect, one contact.
#[test]
fn a_transfer_inside_is_one_contact_with_two_visits_and_two_handlings() {
    assert_facts(
        &lines("transfer_records.jsonl"),
        "11111111-0000-4000-8000-000000000001",
        "visit Sales 10:00:00-10:00:20 Answered wait=20000 agent=aaaa1111
         visit Support 10:02:00-10:02:35 Answered wait=35000 agent=bbbb2222 in
         handling aaaa1111 Sales 10:00:20-10:02:30-10:02:40 TransferBlind talk=100000 hold=30000 acw=10000
         handling bbbb2222 Support 10:02:35-10:05:55-10:06:25 Customer talk=200000 hold=0 acw=30000
         contact Handled Voice Inbound 09:59:50-10:05:55 transfers=1 customer",
    );
}

/// Called at 11:35, asked for a callback at 11:37, in the queue again at 11:38:39, an agent at 11:39: the customer waited for
/// 4 minutes, in two visits.
#[test]
fn a_callback_is_one_contact_with_the_wait_before_it() {
    let expected = "visit Sales 11:35:00-11:37:00 Callback wait=120000 agent=- why=callback
         visit CallbackQueue 11:38:39-11:39:00 Answered wait=21000 agent=aaaa1111
         handling aaaa1111 CallbackQueue 11:39:00-11:40:00-11:40:15 Agent talk=60000 hold=0 acw=15000
         contact Handled Callback Inbound 11:35:00-11:40:00 transfers=0 customer";
    let records = lines("callback_records.jsonl");
    assert_facts(&records, "22222222-0000-4000-8000-000000000001", expected);
    // Until the second record comes, the first says that it went on, not that it was lost.
    assert_facts(
        &records[..1],
        "22222222-0000-4000-8000-000000000001",
        "visit Sales 11:35:00-11:37:03 Overflow wait=123000 agent=- why=overflow
         contact FlowOut Voice Inbound 11:35:00-11:37:03 transfers=0 customer",
    );
}

/// Accepted at 11:39:00, connected when the customer had picked up: durations are the record's, and the difference is marked.
#[test]
fn a_callback_that_was_dialled_for_a_while_keeps_its_durations() {
    let mut records = lines("callback_records.jsonl");
    records[1] = records[1]
        .replace(r#""ConnectedToAgentTimestamp":"2022-04-08T11:39:00Z""#, r#""ConnectedToAgentTimestamp":"2022-04-08T11:39:12Z""#);
    records[1] = records[1].replace(r#""AgentInteractionDuration":60"#, r#""AgentInteractionDuration":48"#);
    let facts = &facts(&records)["c/22222222-0000-4000-8000-000000000001"];
    assert_eq!(facts[1], "visit CallbackQueue 11:38:39-11:39:00 Answered wait=21000 agent=aaaa1111 [clock_skew]");
    assert!(facts[2].ends_with("Agent talk=48000 hold=0 acw=15000 [clock_skew]"), "{facts:?}");
}

/// The same from contact events, of which the first contact id's cannot say why it ended.
#[test]
fn a_callback_from_contact_events_alone() {
    let event = |event_type: &str, id: &str, rest: Value| {
        let mut event = json!({"eventType": event_type, "contactId": id, "channel": "VOICE", "initiationMethod": "INBOUND"});
        event.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        event.to_string()
    };
    let time = |time: &str| format!("2022-04-08T{time}.000Z");
    let queue = |entered: &str, name: &str| json!({"queueArn": format!("arn:queue/{name}"), "enqueueTimestamp": time(entered)});
    let first =
        json!({"initiationTimestamp": time("11:35:00"), "disconnectTimestamp": time("11:37:03"), "queueInfo": queue("11:35:00", "a")});
    let second = json!({"initialContactId": "1", "initiationMethod": "CALLBACK", "initiationTimestamp": time("11:37:00"), "queueInfo": queue("11:38:39", "b")});
    let asked = json!({"initialContactId": "1", "initiationMethod": "CALLBACK", "initiationTimestamp": time("11:37:00")});
    let mut given = vec![event("DISCONNECTED", "1", first), event("INITIATED", "2", asked), event("QUEUED", "2", second)];
    for _ in 0..3 {
        assert_facts(
            &given,
            "1",
            "visit a 11:35:00-11:37:00 Callback wait=120000 agent=- why=callback
             visit b 11:38:39-? Open wait=? agent=-
             contact Open Callback Inbound 11:35:00-? transfers=0 unsettled",
        );
        given.rotate_left(1);
    }
}

/// Talk 239 s and hold 221 s fill the 460 s from the connection to the transfer, so talk is without hold. The customer hung up
/// much later, in the talk with the third person.
#[test]
fn a_transfer_out_ends_the_handling_when_the_agent_left() {
    let records = lines("transferred_out.json");
    let event = &kept(&records).calls;
    let target = event.iter().find_map(|event| event["target"].as_str()).unwrap();
    assert!(target.starts_with("p1:"), "a number outside the house is a pseudonym: {target}");
    let expected = format!(
        "visit Sales 12:00:00-12:05:46 Answered wait=346000 agent=aaaa1111
         handling aaaa1111 Sales 12:05:46-12:13:26-12:13:31 TransferBlind talk=239000 hold=221000 acw=5000 to={target}
         contact Handled Voice Inbound 11:58:13-12:13:26 transfers=1 customer"
    );
    assert_facts(&records, "33333333-0000-4000-8000-000000000001", &expected);
    let warm = records[0]
        .replace(r#""TransferCompletedTimestamp":"2022-04-08T12:13:26Z""#, r#""TransferCompletedTimestamp":"2022-04-08T12:12:00Z""#);
    assert!(
        facts(std::slice::from_ref(&warm)).values().next().unwrap()[1].contains("12:05:46-12:13:26-12:13:31 TransferWarm"),
        "{:?}",
        facts(&[warm])
    );
    let inside = records[0].replace("+15555550199", "4711");
    assert!(facts(std::slice::from_ref(&inside)).values().next().unwrap()[1].ends_with("to=4711"), "{:?}", facts(&[inside]));
}

#[test]
fn who_leaves_the_queue_without_an_agent_leaves_it_for_a_reason() {
    let abandoned = &lines("abandoned.json")[0];
    let because = |reason: &str| abandoned.replace("\"CUSTOMER_DISCONNECT\"", reason);
    for (reason, expected) in [
        ("\"CUSTOMER_DISCONNECT\"", "Abandoned wait=45000 agent=- why=abandoned"),
        ("null", "Abandoned wait=45000 agent=- why=abandoned"),
        ("\"OTHER\"", "Abandoned wait=45000 agent=- why=abandoned"),
        ("\"TELECOM_PROBLEM\"", "SystemError wait=45000 agent=- why=system_error"),
        ("\"EXPIRED\"", "Timeout wait=45000 agent=- why=timeout"),
        ("\"CONTACT_FLOW_DISCONNECT\"", "Withdrawn wait=45000 agent=- why=withdrawn"),
        ("\"API\"", "Withdrawn wait=45000 agent=- why=withdrawn"),
        ("\"NEWER_THAN_US\"", "Withdrawn wait=45000 agent=- why=withdrawn"),
    ] {
        let found = &facts(&[because(reason)])["c/44444444-0000-4000-8000-000000000001"];
        assert_eq!(found[0], format!("visit Sales 13:00:00-13:00:45 {expected}"), "{reason}");
    }
    let on = because("null").replace("\"NextContactId\":null", "\"NextContactId\":\"x\"");
    assert!(facts(std::slice::from_ref(&on))["c/44444444-0000-4000-8000-000000000001"][0].contains("Overflow"), "{on}");
    let gone = because("\"CUSTOMER_DISCONNECT\"").replace("\"NextContactId\":null", "\"NextContactId\":\"x\"");
    assert!(facts(&[gone])["c/44444444-0000-4000-8000-000000000001"][0].contains("Abandoned"));
}

#[test]
fn an_agent_who_dials_makes_an_outbound_contact_without_a_visit() {
    assert_facts(
        &lines("outbound.json"),
        "55555555-0000-4000-8000-000000000001",
        "handling aaaa1111 BasicQueue 14:00:09-14:00:59-14:00:59 Agent talk=50000 hold=0 acw=0
         contact Handled Voice Outbound 14:00:00-14:00:59 transfers=0 customer",
    );
}

#[test]
fn a_supervisor_who_listens_is_no_customer_work() {
    let mut records = lines("contact_record_2022.json");
    let without = facts(&records);
    records.extend(lines("monitor.json"));
    assert_eq!(facts(&records), without);
    // It does not say whom he listened to: still no contact.
    let unlinked = lines("monitor.json")[0].replace(CALL, "").replace("\"InitialContactId\":\"\"", "\"InitialContactId\":null");
    assert_facts(&[unlinked], "66666666-0000-4000-8000-000000000001", "contact Excluded Voice Inbound 15:01:00-15:01:00 transfers=0");
}

#[test]
fn a_line_to_a_third_person_leaves_the_contact_alone() {
    let mut records = lines("contact_record_2022.json");
    let without = facts(&records);
    records.push(lines("monitor.json")[0].replace("\"MONITOR\"", "\"EXTERNAL_OUTBOUND\""));
    assert_eq!(facts(&records), without);
}

#[test]
fn channels_and_directions() {
    for (channel, method, expected) in [
        ("CHAT", "API", "Chat Inbound"),
        ("Chat", "INBOUND", "Chat Inbound"),
        ("TASK", "API", "Task Inbound"),
        ("EMAIL", "INBOUND", "Email Inbound"),
        ("EMAIL", "AGENT_REPLY", "Email Outbound"),
        ("VOICE", "API", "Voice Outbound"),
        ("VOICE", "WEBRTC_API", "Voice Inbound"),
        ("VOICE", "CALLBACK", "Callback Inbound"),
        ("HOLOGRAM", "INBOUND", "Voice Inbound"),
    ] {
        let record = lines("contact_record_2022.json")[0].replace("\"VOICE\"", &format!("\"{channel}\""));
        let record = record.replace("\"INBOUND\"", &format!("\"{method}\""));
        let found = &facts(std::slice::from_ref(&record))[&format!("c/{CALL}")];
        assert!(found.last().unwrap().contains(expected), "{channel} {method}: {found:?}");
        assert_eq!(kept(&[record]).notes, if channel == "HOLOGRAM" { vec!["unknown_channel"] } else { vec![] });
    }
}

#[test]
fn a_contact_that_stays_in_the_flow_has_no_visit() {
    let record = r#"{"ContactId":"1","InitiationMethod":"INBOUND","InitiationTimestamp":"2022-04-08T14:59:38Z",
        "DisconnectTimestamp":"2022-04-08T15:00:38Z","DisconnectReason":"CONTACT_FLOW_DISCONNECT"}"#
        .replace('\n', " ");
    let expected = "contact IvrAbandoned Voice Inbound 14:59:38-15:00:38 transfers=0";
    assert_facts(std::slice::from_ref(&record), "1", expected);
    // It went on under another id: the other leg must not end with it.
    let on = record.replace("\"ContactId\":\"1\"", "\"ContactId\":\"1\",\"NextContactId\":\"2\"");
    assert_facts(&[on], "1", "contact Open Voice Inbound 14:59:38-? transfers=0 unsettled");
}

#[test]
fn old_contact_events_have_their_time_in_the_envelope_only() {
    let event = r#"{"detail-type":"Amazon Connect Contact Event","time":"2023-11-14T22:13:20Z",
        "detail":{"EventType":"QUEUED","ContactId":"1","InitialContactId":"0","Channel":"Voice","QueueInfo":{"QueueArn":"a/queue/q1"}}}"#;
    assert_eq!(one(&mut adapter(), event), ["queue_entered queue=q1 leg=1"]);
    let unknown = event.replace("QUEUED", "TELEPORTED");
    assert_eq!(one(&mut adapter(), &unknown), ["side_event reason=TELEPORTED leg=1", "note:unknown_event_type"]);
    let evaluation = event.replace("Amazon Connect Contact Event", "Contact Lens Post Call Rules Matched");
    assert_eq!(one(&mut adapter(), &evaluation), ["note:skipped_record"]);
}

#[test]
fn the_result_of_dialling_is_kept_as_a_remark() {
    let event = r#"{"eventType":"CONNECTED_TO_SYSTEM","contactId":"1","channel":"VOICE","initiationMethod":"API",
        "connectedToSystemTimestamp":"2023-11-14T22:13:20.000Z","answeringMachineDetectionStatus":"VOICEMAIL_BEEP"}"#;
    assert_eq!(
        one(&mut adapter(), event),
        ["side_event direction=outbound reason=VOICEMAIL_BEEP leg=1", "side_event direction=outbound reason=CONNECTED_TO_SYSTEM leg=1"]
    );
}

#[test]
fn a_chain_without_its_beginning_is_noted() {
    let record = lines("transfer_records.jsonl")[1].replace("\"InitialContactId\":\"11111111-0000-4000-8000-000000000001\",", "");
    let kept = kept(&[record]);
    assert_eq!(kept.notes, ["chain_unlinked"]);
    assert_eq!(kept.calls[0]["contact_id"], "c/11111111-0000-4000-8000-000000000002");
    let callback = lines("callback_records.jsonl")[1].replace("\"InitialContactId\":\"22222222-0000-4000-8000-000000000001\",", "");
    let kept = amazon_connect_folded::kept(&[callback]);
    assert_eq!((kept.notes.as_slice(), kept.count("queue_left")), (["chain_unlinked"].as_slice(), 0));
    assert_eq!(kept.calls[0]["dnis"], Value::Null, "the agent's telephone was not dialled by the customer");
}

#[test]
fn raw_records_are_kept_in_order_by_chain_or_agent() {
    let key = |payload: &str| adapter().key(&record(payload.as_bytes(), 1)).map(|key| key.into_owned());
    assert_eq!(key(&lines("transfer_records.jsonl")[1]).as_deref(), Some("11111111-0000-4000-8000-000000000001"));
    assert_eq!(key(&lines("contact_events.jsonl")[0]).as_deref(), Some(CALL));
    assert_eq!(key(&lines("agent_events.jsonl")[3]).as_deref(), Some("57db30ae-8c01-44e6-abd5-80b7b51944cf"));
    assert_eq!(key("{}"), None);
    assert_eq!(key("x"), None);
}
