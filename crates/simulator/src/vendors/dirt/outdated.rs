//! Older versions of records: what the vendor wrote before it knew better.

use crate::vendors::Vendor;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// An older version of a record, which says something else. None: the line is no record, or has no older version.
pub(super) fn version(vendor: Vendor, text: &str) -> Option<String> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    match vendor {
        Vendor::AmazonConnect => record(&mut value)?,
        Vendor::GenesysCloud => details(&mut value)?,
    }
    Some(value.to_string())
}

/// A contact record half a minute before: nobody knew who hung up, and the durations were others.
fn record(value: &mut Value) -> Option<()> {
    let updated: Timestamp = value.get("LastUpdateTimestamp")?.as_str()?.parse().ok()?;
    let earlier = updated.checked_sub(SignedDuration::from_secs(30)).ok()?;
    value["LastUpdateTimestamp"] = json!(format!("{earlier:.0}"));
    value["DisconnectReason"] = Value::Null;
    for place in ["/Queue/Duration", "/Agent/AgentInteractionDuration", "/Agent/CustomerHoldDuration", "/Agent/AfterContactWorkDuration"] {
        if let Some(duration) = value.pointer_mut(place).filter(|duration| duration.is_i64()) {
            *duration = json!(duration.as_i64().unwrap_or(0) + 7);
        }
    }
    Some(())
}

/// Conversation details as of a moment ago: whatever ended last was still going on.
fn details(value: &mut Value) -> Option<()> {
    value.get("participants")?;
    let mut ends = Vec::new();
    each(value, &mut |name, text| {
        if matches!(name, "segmentEnd" | "segmentStart" | "conversationEnd" | "conversationStart") {
            ends.push((text.to_owned(), name == "segmentEnd" || name == "conversationEnd"));
        }
    });
    // Texts of one form compare as their times do.
    let latest = ends.iter().map(|(text, _)| text).max()?.clone();
    if ends.iter().any(|(text, is_end)| *text == latest && !is_end) {
        return None;
    }
    reopen(value, &latest);
    Some(())
}

/// Calls with every text of the value and the name of its field.
fn each(value: &Value, visit: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                match inner {
                    Value::String(text) => visit(name, text),
                    inner => each(inner, visit),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|inner| each(inner, visit)),
        _ => {}
    }
}

/// Takes away the ends at this time, and what comes with an end.
fn reopen(value: &mut Value, latest: &str) {
    match value {
        Value::Object(fields) => {
            if fields.get("conversationEnd").and_then(Value::as_str) == Some(latest) {
                fields.remove("conversationEnd");
            }
            if fields.get("segmentEnd").and_then(Value::as_str) == Some(latest) {
                for name in ["segmentEnd", "disconnectType", "wrapUpCode"] {
                    fields.remove(name);
                }
            }
            fields.remove("metrics");
            fields.values_mut().for_each(|inner| reopen(inner, latest));
        }
        Value::Array(values) => values.iter_mut().for_each(|inner| reopen(inner, latest)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_details_know_everything_but_the_last_end() {
        let segment = |from: &str, to: &str| json!({"segmentStart": from, "segmentEnd": to, "disconnectType": "peer"});
        let whole = json!({"conversationEnd": "b", "participants": [{"sessions": [{"segments": [segment("a", "b"), segment("b", "c")]}]}]});
        let older: Value = serde_json::from_str(&version(Vendor::GenesysCloud, &whole.to_string()).unwrap()).unwrap();
        let segments = [segment("a", "b"), json!({"segmentStart": "b"})];
        assert_eq!(older, json!({"conversationEnd": "b", "participants": [{"sessions": [{"segments": segments}]}]}));
        assert_eq!(version(Vendor::GenesysCloud, "{\"topicName\":\"x\"}"), None);
    }

    #[test]
    fn the_older_record_has_an_earlier_stamp() {
        let record = json!({"LastUpdateTimestamp": "2022-04-08T15:03:02Z", "Queue": {"Duration": 7}, "DisconnectReason": "API"});
        let older: Value = serde_json::from_str(&version(Vendor::AmazonConnect, &record.to_string()).unwrap()).unwrap();
        assert_eq!(older, json!({"LastUpdateTimestamp": "2022-04-08T15:02:32Z", "Queue": {"Duration": 14}, "DisconnectReason": null}));
    }
}
