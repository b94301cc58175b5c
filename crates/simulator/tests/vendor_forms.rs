//! What a simulated vendor writes has the form of what the vendor publishes: the fields of the real records and no others, the
//! real words, and a heartbeat whenever the agent stream would have been silent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod vendor_reader;

use serde_json::Value;
use simulator::vendors::{self, Vendor};
use std::collections::{BTreeMap, BTreeSet};
use vendor_reader::small;

/// The records of a published file, one a line or one in all.
fn published(name: &str) -> Vec<Value> {
    let path = format!("{}/../ingester/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).map_or_else(|_| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), |whole| vec![whole])
}

fn written(vendor: Vendor) -> Vec<Value> {
    let (scenario, simulation) = small(3);
    let parse = |line: simulator::Line| serde_json::from_str(&line.text).unwrap();
    match vendor {
        Vendor::AmazonConnect => vendors::amazon_connect(&simulation, &scenario).map(parse).collect(),
        Vendor::GenesysCloud => vendors::genesys_cloud(&simulation, &scenario).map(parse).collect(),
    }
}

/// The paths of all fields; places in lists do not count.
fn paths(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let path = format!("{path}/{name}");
                paths(inner, &path, found);
                found.insert(path);
            }
        }
        Value::Array(values) => values.iter().for_each(|inner| paths(inner, path, found)),
        _ => {}
    }
}

fn paths_of<'v>(values: impl IntoIterator<Item = &'v Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    values.into_iter().for_each(|value| paths(value, "", &mut found));
    found
}

#[test]
fn a_contact_record_has_the_fields_of_the_published_one() {
    let real = paths_of(&published("amazon_connect/contact_record_2022.json"));
    let ours = written(Vendor::AmazonConnect);
    let records: Vec<&Value> = ours.iter().filter(|value| value.get("LastUpdateTimestamp").is_some()).collect();
    assert!(records.len() > 300);
    for record in &records {
        let top: Vec<&String> = record.as_object().unwrap().keys().collect();
        let real_top: Vec<&str> = real.iter().filter(|path| path.matches('/').count() == 1).map(|path| &path[1..]).collect();
        assert_eq!(top, real_top, "in this order, too");
    }
    // A transfer's target is null in the published record.
    let own = ["/TransferredToEndpoint/Address", "/TransferredToEndpoint/Type"].map(str::to_owned);
    let expected: BTreeSet<String> = real.into_iter().chain(own).collect();
    assert_eq!(paths_of(records), expected);
}

#[test]
fn contact_events_and_agent_events_have_published_fields_only() {
    let ours = written(Vendor::AmazonConnect);
    let of = |name: &str| paths_of(ours.iter().filter(|value| value.get(name).is_some()));
    let real = paths_of(&published("amazon_connect/contact_events.jsonl"));
    let unknown: Vec<String> = of("detail").difference(&real).cloned().collect();
    // Of a contact that is not the first of its chain; the published one is.
    assert_eq!(unknown, ["/detail/initialContactId", "/detail/previousContactId"]);
    let real = paths_of(&published("amazon_connect/agent_events.jsonl"));
    let unknown: Vec<String> = of("AgentARN").difference(&real).cloned().collect();
    // Newer routing profiles say how many contacts an agent may have.
    assert!(unknown.iter().all(|path| path.contains("/RoutingProfile/Concurrency")), "{unknown:?}");
}

#[test]
fn the_agent_stream_is_never_silent_for_longer_than_two_minutes() {
    let mut last: BTreeMap<String, (jiff::Timestamp, String)> = BTreeMap::new();
    let mut heartbeats = 0;
    for event in written(Vendor::AmazonConnect).iter().filter(|value| value.get("AgentARN").is_some()) {
        let at: jiff::Timestamp = event["EventTimestamp"].as_str().unwrap().parse().unwrap();
        let kind = event["EventType"].as_str().unwrap().to_owned();
        heartbeats += u32::from(kind == "HEART_BEAT");
        let before = last.insert(event["AgentARN"].as_str().unwrap().to_owned(), (at, kind.clone()));
        if let Some((before, _)) = before.filter(|_| kind != "LOGIN") {
            assert!(at.duration_since(before).as_secs() <= 120, "{before} {at} {kind}");
        }
        // A change is told with what was before it, a login with nothing.
        assert_eq!(event["PreviousAgentSnapshot"].is_null(), kind == "LOGIN", "{kind}");
    }
    assert!(heartbeats > 1_000);
}

#[test]
fn conversations_have_published_fields_and_words_only() {
    let mut samples = published("genesys_cloud/conversation_with_notifications.jsonl");
    samples.extend(published("genesys_cloud/conversation_details.json").remove(0)["conversations"].as_array().unwrap().iter().cloned());
    let ours = written(Vendor::GenesysCloud);
    let contacts = || ours.iter().filter(|value| !value["topicName"].as_str().unwrap_or_default().starts_with("v2.users"));
    let unknown: Vec<String> = paths_of(contacts()).difference(&paths_of(&samples)).cloned().collect();
    assert_eq!(unknown, [] as [&str; 0]);
    let words = |values: Vec<&Value>, name: &str| -> BTreeSet<String> {
        let mut words = BTreeSet::new();
        for segment in values.iter().flat_map(|value| segments(value)) {
            words.extend(segment.get(name).and_then(Value::as_str).map(str::to_owned));
        }
        words
    };
    let known = words(samples.iter().collect(), "segmentType");
    assert!(words(contacts().collect(), "segmentType").is_subset(&known), "{known:?}");
    let known = words(samples.iter().collect(), "disconnectType");
    let unknown: Vec<String> = words(contacts().collect(), "disconnectType").difference(&known).cloned().collect();
    // Words of the vendor's list that the samples happen not to use.
    assert_eq!(unknown, ["consultTransfer", "noAnswerTransfer", "timeout"]);
}

fn segments(value: &Value) -> Vec<&Value> {
    let list = |value: &'_ Value, name: &str| value.get(name).and_then(Value::as_array).map_or(0, Vec::len);
    let mut found = Vec::new();
    for participant in 0..list(value, "participants") {
        for session in 0..list(&value["participants"][participant], "sessions") {
            found.extend(value["participants"][participant]["sessions"][session]["segments"].as_array().into_iter().flatten());
        }
    }
    found
}
