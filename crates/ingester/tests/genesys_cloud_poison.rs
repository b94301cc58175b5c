//! Records that cannot be used, and records that somebody has damaged: a clear reject, no panic, and no customer's
//! number or name in anything that comes out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "genesys_cloud_support.rs"]
mod support;

use ingester::{Adapter, SourceConfig};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::*;

const NUMBER: &str = "4930987654321";
const NAME: &str = "Canary Smith";

/// A conversation with the customer's number and name wherever the vendor puts them.
fn personal() -> Value {
    let mut outside = customer("1:00", "endpoint");
    outside["participantName"] = json!(NAME);
    outside["attributes"] = json!({"account": NAME, NUMBER: NUMBER});
    let session = &mut outside["sessions"][0];
    session["ani"] = json!(format!("tel:+{NUMBER}"));
    session["remote"] = json!(NAME);
    session["callbackUserName"] = json!(NAME);
    session["callbackNumbers"] = json!([NUMBER]);
    session["addressFrom"] = json!(NUMBER);
    let mut called = customer("1:00", "peer");
    called["sessions"][0]["direction"] = json!("outbound");
    called["sessions"][0]["dnis"] = json!(format!("sip:+{NUMBER}@10.0.0.1"));
    let note = json!({"queueId": "sales", "wrapUpCode": "done", "wrapUpNote": format!("{NAME}, {NUMBER}"), "subject": NAME, "disconnectType": "peer"});
    let agent = voice(
        "agent",
        "ann",
        vec![segment("interact", "0:15", "0:50", json!({"queueId": "sales"})), segment("wrapup", "0:50", "1:00", note)],
    );
    conversation("1:00", vec![outside, called, acd("sales", "0:05", "0:15", "transfer"), agent])
}

fn clean(text: &str) {
    assert!(!text.contains(NUMBER) && !text.contains("Canary") && !text.contains("Smith"), "{text}");
}

fn checked(payload: &[u8]) {
    match apply(payload, 1) {
        Ok(written) => {
            clean(&serde_json::to_string(&written.calls).unwrap());
            clean(&serde_json::to_string(&written.agents).unwrap());
            for event in &written.calls {
                for name in ["wait_ms", "ring_ms", "talk_ms", "hold_ms", "acw_ms"] {
                    assert!(event[name].as_i64().is_none_or(|duration_ms| duration_ms >= 0), "{event}");
                }
                assert_eq!(event["leg"], event["contact_id"].as_str().unwrap()["cloud/".len()..]);
            }
            written.calls.iter().take(1).for_each(|first| {
                let same: Vec<Value> = written.calls.iter().filter(|event| event["contact_id"] == first["contact_id"]).cloned().collect();
                drop(folded(&same));
            });
        }
        Err(reject) => {
            clean(&reject.reason);
            clean(&String::from_utf8_lossy(&reject.redacted));
        }
    }
}

#[test]
fn the_customer_is_a_pseudonym_and_nothing_else() {
    let written = applied(&personal());
    clean(&serde_json::to_string(&written.calls).unwrap());
    let customer = |record: &Value| applied(record).calls[0]["customer"].clone();
    let token = customer(&personal());
    assert!(token.as_str().unwrap().starts_with("p1:"));
    // The same number is the same customer, called or calling, by whatever medium.
    for (field, value, direction) in [
        ("ani", format!("+{NUMBER}"), "inbound"),
        ("dnis", format!("tel:+{NUMBER}"), "outbound"),
        ("addressFrom", format!("+{NUMBER}"), "inbound"),
    ] {
        let mut session = session("voice", vec![segment("interact", "0:00", "1:00", json!({}))]);
        (session[field], session["direction"]) = (json!(value), json!(direction));
        let record = conversation("1:00", vec![participant("customer", "", vec![session])]);
        assert_eq!(customer(&record), token, "{field}");
        assert_eq!(applied(&record).calls[0]["dnis"], Value::Null, "{field}");
    }
    // Nobody says who called whom: the number dialled may be the customer's.
    let mut unsaid = conversation("1:00", vec![support::customer("1:00", "peer")]);
    unsaid["participants"][0]["sessions"][0]["direction"] = Value::Null;
    assert_eq!(applied(&unsaid).calls[0]["dnis"], Value::Null);
    // A customer's number in the place of the company's is not kept either.
    let mut swapped = conversation("1:00", vec![support::customer("1:00", "peer")]);
    swapped["participants"][0]["sessions"][0]["dnis"] = swapped["participants"][0]["sessions"][0]["ani"].clone();
    assert_eq!(applied(&swapped).calls[0]["dnis"], Value::Null);
    let event = json!({"topicName": "v2.detail.events.conversation.c.customer.start", "eventBody": {"conversationId": "c", "eventTime": at_us("0:00") / 1000, "direction": "INBOUND", "ani": format!("tel:+{NUMBER}"), "dnis": "tel:+498005555555", "callbackUserName": NAME}});
    let first = &applied(&event).calls[0];
    assert_eq!((&first["customer"], &first["dnis"]), (&token, &json!("+498005555555")));
}

#[test]
fn rejects_name_the_field() {
    let with = |path: &[&str], value: Value| {
        let mut record = personal();
        let place = path.iter().fold(&mut record, |at, step| match step.parse::<usize>() {
            Ok(index) => &mut at[index],
            Err(_) => &mut at[*step],
        });
        *place = value;
        record
    };
    let segment = ["participants", "3", "sessions", "0", "segments", "0"];
    let of_segment = |name: &'static str| [segment.as_slice(), &[name]].concat();
    for (record, code, field) in [
        (json!([]), "bad_json", "object"),
        (json!("x"), "bad_json", "object"),
        (json!({}), "no_call_id", "conversationId"),
        (with(&["conversationId"], Value::Null), "no_call_id", "conversationId"),
        (with(&["conversationId"], json!("  ")), "no_call_id", "conversationId"),
        (with(&["conversationId"], json!({"x": NAME})), "no_call_id", "conversationId"),
        (with(&["conversationStart"], json!(NAME)), "bad_time", "conversationStart"),
        (with(&["conversationEnd"], json!("1066-01-01T00:00:00Z")), "time_out_of_range", "conversationEnd"),
        (
            with(&of_segment("segmentStart"), json!(format!("+{NUMBER}"))),
            "time_out_of_range",
            "participants[3].sessions[0].segments[0].segmentStart",
        ),
        (with(&of_segment("segmentEnd"), json!(true)), "bad_time", "participants[3].sessions[0].segments[0].segmentEnd"),
        (with(&of_segment("segmentEnd"), json!("2026-01-01T00:00:00Z")), "bad_number", "segments[0].segmentEnd"),
        (json!({"conversationId": "c", "participants": []}), "bad_time", "conversationStart"),
        (json!({"conversations": [personal(), 7]}), "bad_json", "conversations[1]"),
        (json!({"conversations": [personal(), {"participants": []}]}), "no_call_id", "conversations[1].conversationId"),
        (json!({"conversationId": "c", "userId": "u"}), "bad_time", "eventTime"),
        (json!({"conversationId": "c", "userId": "u", "eventTime": NAME}), "bad_time", "eventTime"),
        (json!({"conversationId": "c", "userId": "u", "eventTime": 17}), "time_out_of_range", "eventTime"),
        (
            json!({"conversationId": "c", "userId": "u", "eventTime": at_us("0:00") / 1000, "heldDurationMs": NAME}),
            "bad_number",
            "heldDurationMs",
        ),
        (
            json!({"conversationId": "c", "userId": "u", "eventTime": at_us("0:00") / 1000, "heldDurationMs": 99_999_999_999_i64}),
            "bad_number",
            "heldDurationMs",
        ),
    ] {
        let reject = rejected(&record);
        assert_eq!(reject.code, code, "{field}: {reject:?}");
        assert!(reject.reason.contains(field), "{field}: {}", reject.reason);
        clean(&reject.reason);
        clean(&String::from_utf8(reject.redacted).unwrap());
    }
}

/// What is left of a reject is enough to see what happened. An agent's id is an agent's, and a name is none of the vendor's words even in their place.
#[test]
fn a_redacted_record_keeps_shape_ids_times_and_words() {
    let mut record = personal();
    record["conversationEnd"] = json!("yesterday");
    let id = "8c88c7aa-0000-4000-8000-1234567890ab";
    record["participants"][3]["userId"] = json!(id);
    record["participants"][3]["participantId"] = json!(id);
    record["participants"][3]["sessions"][0]["segments"][1]["disconnectType"] = json!("Canary");
    record["participants"][3]["agentScore"] = json!(4_711);
    let kept: Value = serde_json::from_slice(&rejected(&record).redacted).unwrap();
    assert_eq!(kept["conversationEnd"], "a");
    assert_eq!(kept["conversationStart"], record["conversationStart"]);
    assert_eq!(kept["participants"][0]["attributes"], "a");
    assert_eq!((&kept["participants"][3]["userId"], &kept["participants"][3]["participantId"]), (&json!("9a9a9a-9-9-9-9a"), &json!(id)));
    assert_eq!(kept["participants"][3]["agentScore"], "9");
    let segment = &kept["participants"][3]["sessions"][0]["segments"][1];
    assert_eq!(
        (&segment["segmentType"], &segment["disconnectType"], &segment["wrapUpNote"]),
        (&json!("wrapup"), &json!("a"), &json!("a a, 9"))
    );
}

#[test]
fn what_cannot_be_read_is_rejected_without_its_texts() {
    let text = personal().to_string();
    let (cut, latin) = (&text.as_bytes()[..text.len() - 3], [text.as_bytes(), b"\xff"].concat());
    for (payload, code) in [(cut, "bad_json"), (latin.as_slice(), "bad_utf8"), (b"Canary Smith|4930987654321".as_slice(), "bad_json")] {
        let reject = apply(payload, 1).unwrap_err();
        assert_eq!(reject.code, code);
        clean(&String::from_utf8_lossy(&reject.redacted));
    }
    let config: SourceConfig =
        toml::from_str("name = 'gc'\nkind = 'genesys_cloud'\npseudonym_key = 'a secret of the tests'\nlimits.record_bytes = 1500").unwrap();
    let record = ingester::RawRecord { payload: text.as_bytes(), source: "gc", file: "f", line: 1 };
    let reject = Adapter::from_config(&config).unwrap().apply(&record, &mut Written::default()).unwrap_err();
    assert_eq!(reject.code, "too_long");
    clean(&String::from_utf8_lossy(&reject.redacted));
    assert!(apply(b" \r\n", 1).unwrap().calls.is_empty(), "a blank line is nothing");
}

/// Replaces the value at some place in the tree.
fn damage(value: &mut Value, steps: &[usize], junk: &Value) {
    let Some((step, rest)) = steps.split_first() else {
        *value = junk.clone();
        return;
    };
    match value {
        Value::Object(object) if !object.is_empty() => {
            let at = step % object.len();
            damage(object.values_mut().nth(at).unwrap(), rest, junk);
        }
        Value::Array(items) if !items.is_empty() => {
            let at = step % items.len();
            damage(&mut items[at], rest, junk);
        }
        other => *other = junk.clone(),
    }
}

fn junk() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!({})),
        Just(json!([])),
        Just(json!([null, 1, "x"])),
        Just(json!("")),
        Just(json!("transfer")),
        Just(json!("interact")),
        Just(json!("agent")),
        Just(json!(at("0:30"))),
        Just(json!(1e300)),
        Just(json!(true)),
        any::<i64>().prop_map(|number| json!(number)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn damaged_conversations_never_panic_and_never_tell(hits in proptest::collection::vec((proptest::collection::vec(0_usize..12, 0..9), junk()), 1..5)) {
        let mut record = personal();
        for (steps, junk) in &hits {
            damage(&mut record, steps, junk);
        }
        checked(record.to_string().as_bytes());
    }

    #[test]
    fn cut_and_garbled_bytes_never_panic_and_never_tell(cut in 0_usize..4000, at in 0_usize..4000, byte in any::<u8>()) {
        let text = personal().to_string();
        checked(&text.as_bytes()[..cut.min(text.len())]);
        let mut bytes = text.into_bytes();
        let at = at % bytes.len();
        // Only quotes, brackets and control bytes: another digit in the number would be another number.
        bytes[at] = if byte.is_ascii_alphanumeric() || byte == b'+' { b'"' } else { byte };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if text.contains(NUMBER) && text.contains(NAME) {
            checked(&bytes);
        }
    }
}
