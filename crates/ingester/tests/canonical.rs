//! Canonical events that a source writes itself.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::{Kept, adapter, record, reject};
use events::{CallEvent, CallVerb, codec::Encoder};

fn encoded(event: &CallEvent<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::default().encode(event, &mut bytes).unwrap();
    bytes
}

fn entered() -> CallEvent<'static> {
    CallEvent {
        source: "other",
        contact_id: "x/1",
        event_time_us: common::BASE_S * 1_000_000,
        verb: CallVerb::QueueEntered,
        queue: Some("q"),
        ..CallEvent::default()
    }
}

#[test]
fn good_events_pass_and_get_an_id_if_they_have_none() {
    let mut adapter = adapter("name = 'a'\nkind = 'avro'");
    for (event, id) in
        [(entered(), "a:f:9#1"), (CallEvent { event_id: "mine", customer: Some("p1:iywmkm4hdebbfy3m"), ..entered() }, "mine")]
    {
        let (bytes, mut kept) = (encoded(&event), Kept::default());
        adapter.apply(&record(&bytes, 9), &mut kept).unwrap();
        assert!(kept.described()[0].starts_with("queue_entered queue=q"));
        assert_eq!(kept.calls[0]["event_id"], id);
        assert_eq!(adapter.key(&record(&bytes, 9)).as_deref(), Some("x/1"));
    }
    let mut kept = Kept::default();
    let restart = encoded(&CallEvent { contact_id: "x/*", verb: CallVerb::SourceRestarted, queue: None, ..entered() });
    adapter.apply(&record(&restart, 9), &mut kept).unwrap();
    assert_eq!(kept.described(), ["all:source_restarted x/*"]);
}

#[test]
fn damaged_and_implausible_events_are_rejected() {
    let mut adapter = adapter("name = 'a'\nkind = 'avro'\nlimits.record_bytes = 1000");
    let good = encoded(&entered());
    let mut unknown = good.clone();
    unknown[4] ^= 1;
    for (bytes, code) in [
        (b"1700000000|1.2|q|NONE|ABANDON".to_vec(), "not_avro"),
        (unknown, "unknown_fingerprint"),
        (good[..good.len() - 3].to_vec(), "malformed_avro"),
        ([good.clone(), vec![0]].concat(), "trailing_bytes"),
        (vec![0; 1001], "too_long"),
        (encoded(&CallEvent { contact_id: "", ..entered() }), "no_call_id"),
        (encoded(&CallEvent { customer: Some("0301234567"), ..entered() }), "not_pseudonymised"),
        (encoded(&CallEvent { customer: Some("sip:0301234567"), ..entered() }), "not_pseudonymised"),
        (encoded(&CallEvent { customer: Some("Ann Smith"), ..entered() }), "not_pseudonymised"),
        (encoded(&CallEvent { agent: Some("Ann Smith"), wait_ms: Some(-1), ..entered() }), "bad_number"),
        (b"Ann Smith, 0301234567".to_vec(), "not_avro"),
        (b"\xc3\x01Ann Smith".to_vec(), "unknown_fingerprint"),
        ([encoded(&CallEvent { agent: Some("Ann Smith"), ..entered() }), b"Ann".to_vec()].concat(), "trailing_bytes"),
        (encoded(&CallEvent { wait_ms: Some(-1), ..entered() }), "bad_number"),
        (encoded(&CallEvent { event_time_us: -1, ..entered() }), "time_out_of_range"),
        (encoded(&CallEvent { event_time_us: i64::MAX, ..entered() }), "time_out_of_range"),
    ] {
        let reject = reject(&mut adapter, &bytes);
        assert_eq!(reject.code, code);
        let redacted = String::from_utf8_lossy(&reject.redacted).into_owned();
        assert!(!redacted.contains("0301234567") && !redacted.contains("Ann"), "{code}: {redacted}");
        let ours = !matches!(code, "not_avro" | "unknown_fingerprint" | "too_long");
        assert_eq!(reject.redacted, if ours { &bytes[..10] } else { &[] }, "{code}: the header of a schema that is known");
    }
}
