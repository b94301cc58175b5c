//! Laws of the adapter for Amazon Connect: order and repetition change nothing, nothing panics, no customer gets through.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod amazon_connect_folded;
mod common;

use amazon_connect_folded::{adapter, facts, lines};
use common::{Kept, record, reject};
use proptest::prelude::*;
use serde_json::Value;

const CANARY: &str = "04675425371";

const FIXTURES: [&str; 9] = [
    "contact_record_2022.json",
    "contact_events.jsonl",
    "agent_events.jsonl",
    "transfer_records.jsonl",
    "callback_records.jsonl",
    "transferred_out.json",
    "abandoned.json",
    "outbound.json",
    "monitor.json",
];

fn everything() -> Vec<String> {
    FIXTURES.iter().flat_map(|name| lines(name)).collect()
}

/// Applies a record and checks what holds for every record; returns everything that came out, as text.
fn checked(payload: &[u8]) -> String {
    let (mut adapter, mut kept) = (adapter(), Kept::default());
    let _ = adapter.key(&record(payload, 1));
    let result = adapter.apply(&record(payload, 1), &mut kept);
    for event in &kept.calls {
        for name in ["wait_ms", "ring_ms", "talk_ms", "hold_ms", "acw_ms"] {
            assert!(event[name].as_i64().unwrap_or(0) >= 0, "{name} is negative: {event}");
        }
        assert!(event["contact_id"].as_str().unwrap().starts_with("c/"), "{event}");
        assert!(event["leg"].as_str().is_some_and(|leg| !leg.is_empty()), "{event}");
    }
    assert!(result.is_ok() || kept.calls.len() + kept.agents.len() + kept.notes.len() == 0, "a rejected record left events");
    let rejected = result.map_err(|reject| format!("{}{}{}", reject.code, reject.reason, String::from_utf8_lossy(&reject.redacted)));
    format!("{kept:?}{rejected:?}")
}

/// The texts of a record that are not the company's own and not an id: places for a customer's number.
fn personal(value: &mut Value, path: &str, change: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                personal(value, &format!("{path}.{name}"), change);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| personal(value, path, change)),
        value => {
            let path = path.to_lowercase();
            let own = ["contactid", "arn", "queue.name", "systemendpoint"]
                .iter()
                .any(|own| path.ends_with(own) || path.contains("systemendpoint"));
            if !own {
                change(value);
            }
        }
    }
}

/// All three kinds of one call, in any order, any of them twice: what the record says, and the offers.
fn call() -> Vec<String> {
    ["contact_record_2022.json", "contact_events.jsonl", "agent_events.jsonl"].iter().flat_map(|name| lines(name)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn all_three_kinds_agree_in_any_order(order in Just((0..18_usize).chain(0..18).collect::<Vec<_>>()).prop_shuffle(), dropped in 1..18_usize) {
        let records = call();
        prop_assert_eq!(records.len(), 18);
        // Any of them may be absent but the record, the first.
        let given: Vec<String> = order.iter().filter(|at| **at != dropped).map(|at| records[*at].clone()).collect();
        prop_assert_eq!(facts(&given), facts(&records[..1]));
    }

    #[test]
    fn events_alone_agree_in_any_order(order in Just((1..18_usize).chain(1..18).collect::<Vec<_>>()).prop_shuffle()) {
        let records = call();
        let given: Vec<String> = order.iter().map(|at| records[*at].clone()).collect();
        prop_assert_eq!(facts(&given), facts(&records[1..]));
    }

    #[test]
    fn chains_agree_in_any_order(order in Just((0..4_usize).chain(0..4).collect::<Vec<_>>()).prop_shuffle()) {
        let records = [lines("transfer_records.jsonl"), lines("callback_records.jsonl")].concat();
        let given: Vec<String> = order.iter().map(|at| records[*at].clone()).collect();
        prop_assert_eq!(facts(&given), facts(&records));
    }

    #[test]
    fn arbitrary_bytes_never_panic(payload in prop::collection::vec(any::<u8>(), 0..300)) {
        checked(&payload);
    }

    #[test]
    fn damaged_records_never_panic_and_leak_no_customer(which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>(), kind in 0..5) {
        let records = everything();
        let mut value: Value = serde_json::from_str(&records[which.index(records.len())]).unwrap();
        let mut places = 0;
        personal(&mut value, "", &mut |_| places += 1);
        let (chosen, mut at) = (place.index(places), 0);
        personal(&mut value, "", &mut |value| {
            if at == chosen {
                *value = match kind {
                    0 => CANARY.into(),
                    1 => format!("Ann {CANARY}").into(),
                    2 => Value::Null,
                    3 => serde_json::json!({"Address": CANARY}),
                    _ => 4_675_425_371_i64.into(),
                };
            }
            at += 1;
        });
        let text = value.to_string();
        let cut = cut.index(text.len());
        for payload in [text.as_bytes(), text.as_bytes().get(..cut).unwrap()] {
            let out = checked(payload);
            prop_assert!(!out.contains("4675425371") && !out.contains("5555550103"), "{} gave {}", text, out);
        }
    }
}

#[test]
fn poison_is_rejected_with_a_code_and_without_people() {
    let record = &lines("contact_record_2022.json")[0];
    let without = |name: &str| {
        let mut value: Value = serde_json::from_str(record).unwrap();
        value.as_object_mut().unwrap().remove(name);
        value.to_string()
    };
    let with = |from: &str, to: &str| record.replace(from, to);
    let agent = &lines("agent_events.jsonl")[1];
    for (payload, code, named) in [
        ("[]".to_owned(), "bad_json", "column"),
        ("null".to_owned(), "bad_json", "column"),
        (record[..900].to_owned(), "bad_json", "column"),
        ("[".repeat(10_000), "bad_json", "column"),
        ("{}".to_owned(), "not_amazon_connect", "ContactId"),
        ("{\"detail\":{\"some\":1}}".to_owned(), "not_amazon_connect", "ContactId"),
        (without("ContactId"), "not_amazon_connect", "ContactId"),
        (lines("contact_events.jsonl")[0].replace("contactId", "contactid_"), "no_call_id", "ContactId"),
        ("{\"ContactId\":\"1\",\"InitiationMethod\":\"INBOUND\"}".to_owned(), "no_time", "timestamps"),
        ("{\"ContactId\":\"1\",\"eventType\":\"QUEUED\"}".to_owned(), "no_time", "envelope"),
        (with("2022-04-08T15:00:42Z", "yesterday"), "bad_time", "EnqueueTimestamp"),
        (with("2022-04-08T15:00:42Z", "9999-01-01T00:00:00Z"), "time_out_of_range", "EnqueueTimestamp"),
        (with("\"Duration\":7", "\"Duration\":\"seven\""), "bad_number", "Queue.Duration"),
        (
            with("\"AgentInteractionDuration\":33", "\"AgentInteractionDuration\":99999999999"),
            "bad_number",
            "Agent.AgentInteractionDuration",
        ),
        (agent.replace("AgentARN", "Agent_"), "no_agent", "AgentARN"),
        (agent.replace("EventTimestamp", "Event_"), "no_time", "EventTimestamp"),
        (agent.replacen("2022-04-08T14:00:30.000Z", "soon", 1), "bad_time", "AgentStatus.StartTimestamp"),
    ] {
        let reject = reject(&mut adapter(), payload.as_bytes());
        assert_eq!(reject.code, code, "{payload}: {reject:?}");
        assert!(reject.reason.contains(named), "{payload}: {reject:?}");
        let redacted = String::from_utf8_lossy(&reject.redacted);
        for name in ["5555550103", "admin1", "Example"] {
            assert!(!redacted.contains(name), "{name} in {redacted}");
        }
    }
    let long = format!("{{\"x\":\"{}\"}}", "a".repeat(70_000));
    assert_eq!(reject(&mut adapter(), long.as_bytes()).code, "too_long");
}

#[test]
fn blank_lines_are_nothing_and_negative_durations_are_clipped() {
    assert_eq!(common::one(&mut adapter(), " \r\n"), [] as [&str; 0]);
    let record = lines("contact_record_2022.json")[0].replace("\"Duration\":7", "\"Duration\":-7");
    let kept = amazon_connect_folded::kept(&[record]);
    assert_eq!(kept.notes, ["clock_skew"]);
    assert_eq!(kept.calls[2]["wait_ms"], 0);
}
