//! Lines that no adapter can use, each with the reject code that it must get. The kinds take turns.

use crate::vendors::Vendor;
use crate::vendors::json::millis_text;
use serde_json::json;

/// The line with this number.
pub(super) fn line(vendor: Vendor, number: u32, time_us: i64) -> (String, &'static str) {
    match vendor {
        Vendor::AmazonConnect => of_connect(number, &millis_text(time_us)),
        Vendor::GenesysCloud => of_genesys(number, &millis_text(time_us)),
    }
}

fn of_connect(number: u32, time: &str) -> (String, &'static str) {
    let id = format!("junk-{number}");
    let (value, code) = match number % 9 {
        0 => return (format!("{{\"ContactId\":\"{id}\",\"Queue\":{{\"Dura"), "bad_json"),
        1 => (json!({"status": "ok", "time": time}), "not_amazon_connect"),
        2 => (json!({"eventType": "QUEUED", "queueInfo": {"enqueueTimestamp": time}}), "no_call_id"),
        3 => (json!({"EventType": "STATE_CHANGE", "EventTimestamp": time, "CurrentAgentSnapshot": {"Contacts": []}}), "no_agent"),
        4 => (json!({"ContactId": id, "Channel": "VOICE"}), "no_time"),
        5 => (json!({"ContactId": id, "InitiationTimestamp": "yesterday"}), "bad_time"),
        6 => (json!({"ContactId": id, "InitiationTimestamp": "2399-01-01T00:00:00Z"}), "time_out_of_range"),
        7 => (json!({"ContactId": id, "InitiationTimestamp": time, "Queue": {"Name": "sales", "Duration": "soon"}}), "bad_number"),
        _ => (json!({"ContactId": id, "InitiationTimestamp": time, "Attributes": {"note": "x".repeat(70_000)}}), "too_long"),
    };
    (value.to_string(), code)
}

fn of_genesys(number: u32, time: &str) -> (String, &'static str) {
    let id = format!("junk-{number}");
    let (value, code) = match number % 8 {
        0 => return (format!("{{\"conversationId\":\"{id}\",\"partici"), "bad_json"),
        1 => (json!([id, time]), "bad_json"),
        2 => (json!({"conversationStart": time, "participants": []}), "no_call_id"),
        3 => (json!({"conversationId": id, "conversationStart": "yesterday", "participants": []}), "bad_time"),
        4 => (json!({"presenceDefinition": {"systemPresence": "BREAK"}, "modifiedDate": time}), "missing_value"),
        5 => (json!({"conversationId": id, "eventTime": time, "userId": "x", "interactingDurationMs": "long"}), "bad_number"),
        6 => (json!({"conversationId": id, "conversationStart": "2399-01-01T00:00:00Z", "participants": []}), "time_out_of_range"),
        _ => (json!({"conversationId": id, "conversationStart": time, "note": "x".repeat(70_000)}), "too_long"),
    };
    (value.to_string(), code)
}
