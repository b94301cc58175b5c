//! The mappings in `deploy/sources` on real files: every call must be what another program takes it to be.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/data.rs"]
mod data;

use common::{Kept, adapter, all};
use ingester::Reject;
use serde_json::Value;
use std::collections::HashMap;

fn mapped(mapping: &str, text: &str) -> (Kept, Vec<Reject>) {
    let path = format!("{}/../../deploy/sources/{mapping}.toml", env!("CARGO_MANIFEST_DIR"));
    all(&mut adapter(&format!("name = 'a'\nkind = 'mapping'\nmapping_file = '{path}'")), text)
}

/// What one call amounts to, in the words of the reference.
#[derive(Debug, Default, PartialEq)]
struct Call {
    state: &'static str,
    queue: String,
    agent: String,
    entry_s: i64,
    wait_s: i64,
    handle_s: i64,
    left_s: i64,
    end_s: i64,
}

fn second(event: &Value) -> i64 {
    event["event_time_us"].as_i64().unwrap() / 1_000_000
}

fn calls(kept: &Kept) -> HashMap<String, Call> {
    let mut calls: HashMap<String, Call> = HashMap::new();
    for event in &kept.calls {
        let call = calls.entry(event["contact_id"].as_str().unwrap().to_owned()).or_default();
        let queue = event["queue"].as_str().unwrap_or_default();
        let seconds = |name: &str| event[name].as_i64().unwrap_or_default() / 1000;
        match event["verb"].as_str().unwrap() {
            "queue_entered" => (call.entry_s, call.queue) = (second(event), queue.to_owned()),
            "agent_connected" => {
                (call.state, call.wait_s, call.left_s) = ("answered", seconds("wait_ms"), second(event));
                call.agent = event["agent"].as_str().unwrap_or_default().to_owned();
            }
            "contact_disconnected" => (call.handle_s, call.end_s) = (seconds("talk_ms"), second(event)),
            "queue_left" => {
                (call.state, call.wait_s, call.left_s, call.end_s) = ("abandoned", seconds("wait_ms"), second(event), second(event))
            }
            "ivr_exited" if event["reason"] == "hangup" => {
                (call.state, call.queue) = ("ivr_abandoned", queue.to_owned());
                (call.entry_s, call.left_s, call.end_s) = (second(event), second(event), second(event));
            }
            "contact_excluded" => call.state = "ignored",
            _ => {}
        }
    }
    calls
}

/// Compares every call with the reference's own list of calls. Its times are local.
fn compare(kept: &Kept, expected: &str, id: impl Fn(&str) -> String, zone: &str) {
    let mut calls = calls(kept);
    let zone = jiff::tz::TimeZone::get(zone).unwrap();
    let second_of = |local: &str| zone.to_timestamp(local.parse().unwrap()).unwrap().as_second();
    let mut lines = expected.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    for line in lines {
        let fields: HashMap<&str, &str> = header.iter().copied().zip(line.split(',')).collect();
        let call = calls.remove(&id(fields["call"])).unwrap_or_else(|| panic!("no event of call {}", fields["call"]));
        assert_eq!(call.state, fields["state"], "{line}");
        if call.state != "ignored" {
            assert_eq!((call.queue.as_str(), call.entry_s), (fields["queue"], second_of(fields["entry"])), "{line}");
            assert_eq!((call.wait_s, call.handle_s), (fields["wait"].parse().unwrap(), fields["handle"].parse().unwrap()), "{line}");
            assert_eq!((call.left_s, call.end_s), (second_of(fields["left"]), second_of(fields["end"])), "{line}");
        }
        if call.state == "answered" {
            assert_eq!(call.agent.replace("NO_SERVER", ""), fields["agent"], "{line}");
        }
    }
    assert!(calls.is_empty(), "{} calls that the reference does not have", calls.len());
}

fn bank(file: &str, month: &str) {
    let totals = data::totals(&format!("expected/bank-1999-{month}.totals.json"));
    let (Some(text), Some(totals)) = (data::text(file), totals) else { return };
    let Some(expected) = data::unzipped(&format!("expected/bank-1999-{month}.calls.csv.gz")) else { return };
    let (kept, rejects) = mapped("anonymous-bank-1999", &text);
    assert_eq!(rejects, []);
    let states = &totals["ALL"]["by_state"];
    assert_eq!(kept.count("contact_initiated"), totals["ALL"]["records"]);
    assert_eq!(kept.count("queue_entered"), totals["ALL"]["offered"]);
    assert_eq!(kept.count("agent_connected"), states["answered"]);
    assert_eq!(kept.count("contact_disconnected"), states["answered"]);
    assert_eq!(kept.count("queue_left"), states["abandoned"]);
    assert_eq!(kept.count("contact_excluded"), states["ignored"]);
    compare(&kept, &expected, |call| format!("a/{call}"), "Asia/Jerusalem");
}

#[test]
fn every_call_of_the_banks_january_is_what_the_reference_says() {
    bank("anonymous-bank-1999-01/january.txt", "01");
}

#[test]
fn every_call_of_the_banks_february_is_what_the_reference_says() {
    bank("anonymous-bank-1999-02/data_anonymous_bank_february.txt", "02");
}

#[test]
fn every_simulated_call_is_what_the_reference_says() {
    let text = data::text("simulated-call-centre-2021/simulated_call_centre.csv");
    let (Some(text), Some(expected)) = (text, data::unzipped("expected/simulated-2021.calls.csv.gz")) else { return };
    let (kept, rejects) = mapped("simulated-call-centre-2021", &text);
    assert_eq!(rejects, []);
    assert_eq!(kept.count("queue_entered"), 51_708);
    compare(&kept, &expected, |call| format!("a/{call}"), "UTC");
}

#[test]
fn a_real_contact_record_of_amazon_connect_has_its_waits_and_works() {
    let Some(text) = data::text("amazon-connect/contact_record_2022.json") else { return };
    let (kept, rejects) = mapped("amazon-connect", text.trim());
    assert_eq!(rejects, []);
    let verbs: Vec<&str> = kept.calls.iter().map(|event| event["verb"].as_str().unwrap()).collect();
    let expected =
        ["contact_initiated", "queue_entered", "agent_connected", "contact_disconnected", "acw_started", "acw_ended", "contact_closed"];
    assert_eq!(verbs, expected);
    let event = |verb: &str| kept.calls.iter().find(|event| event["verb"] == verb).unwrap();
    assert_eq!(event("agent_connected")["wait_ms"], 7_000);
    assert_eq!((&event("contact_disconnected")["talk_ms"], &event("contact_disconnected")["party"]), (&33_000.into(), &"customer".into()));
    assert_eq!(event("acw_ended")["acw_ms"], 32_000);
    assert_eq!(second(event("acw_ended")) - second(event("contact_disconnected")), 32);
    assert!(!serde_json::to_string(&kept.calls).unwrap().contains("5555550103"), "the caller's number got through");
}
