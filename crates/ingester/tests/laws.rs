//! Laws that hold for every input: nothing panics, nothing impossible comes out, no number of a customer gets through.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::{Kept, adapter, record};
use ingester::Adapter;
use proptest::prelude::*;

/// A customer's number that must never be seen again.
const CANARY: &str = "04675425371";

const VERBS: [&str; 24] = [
    "ENTERQUEUE",
    "DID",
    "CONNECT",
    "COMPLETEAGENT",
    "COMPLETECALLER",
    "BLINDTRANSFER",
    "TRANSFER",
    "ATTENDEDTRANSFER",
    "ABANDON",
    "EXITWITHTIMEOUT",
    "EXITWITHKEY",
    "WITHDRAW",
    "RINGNOANSWER",
    "AGENTDUMP",
    "ADDMEMBER",
    "AGENTLOGOFF",
    "PAUSE",
    "QUEUESTART",
    "OUTCALL",
    "CALLOUTBOUND",
    "CALLSTATUS",
    "WRAPUPSTART",
    "PAUSEREASON",
    "SomethingNew",
];

fn adapters() -> Vec<Adapter> {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/sources");
    let mut adapters = vec![adapter("name = 'a'\nkind = 'avro'")];
    for options in ["", "queue_log.link_transfers = 'system'", "queue_log.form = 'csv'", "queue_log.form = 'json'"] {
        adapters.push(adapter(&format!("name = 'a'\nkind = 'queue_log'\ntimezone = 'Europe/Berlin'\n{options}")));
    }
    for mapping in ["anonymous-bank-1999", "simulated-call-centre-2021", "amazon-connect"] {
        adapters.push(adapter(&format!("name = 'a'\nkind = 'mapping'\nmapping_file = '{sources}/{mapping}.toml'")));
    }
    adapters
}

/// Applies a record and checks what holds for every record; returns everything that came out, as text.
fn checked(adapter: &mut Adapter, payload: &[u8]) -> String {
    let mut kept = Kept::default();
    // The key may hold what the record holds, as it stays with the raw record; here it only must not panic.
    drop(adapter.key(&record(payload, 1)));
    let result = adapter.apply(&record(payload, 1), &mut kept);
    for event in kept.calls.iter().chain(&kept.broadcasts) {
        for name in ["wait_ms", "ring_ms", "talk_ms", "hold_ms", "acw_ms"] {
            assert!(event[name].as_i64().unwrap_or(0) >= 0, "{name} is negative: {event}");
        }
        assert!(event["contact_id"].as_str().unwrap().starts_with("a/"), "{event}");
    }
    let mut ids: Vec<&serde_json::Value> =
        kept.calls.iter().chain(&kept.agents).chain(&kept.broadcasts).map(|event| &event["event_id"]).collect();
    let count = ids.len();
    ids.sort_by_key(|id| id.to_string());
    ids.dedup();
    assert_eq!(ids.len(), count, "two events of one record have the same id");
    if let Err(reject) = &result {
        assert_eq!(count, 0, "a rejected record left events");
        assert!(reject.redacted.len() <= 64 * 1024);
    }
    let redacted = result.map_err(|reject| format!("{}{}{}", reject.code, reject.reason, String::from_utf8_lossy(&reject.redacted)));
    format!("{kept:?}{redacted:?}")
}

fn line() -> impl Strategy<Value = String> {
    let time = prop_oneof![Just("1700000000".to_owned()), "[0-9]{1,13}", "-?[0-9]{1,3}\\.[0-9]{0,8}"];
    let call = prop_oneof![Just("NONE".to_owned()), Just("1700000000.17".to_owned()), "[0-9a-z.]{0,12}"];
    let field =
        prop_oneof![Just(CANARY.to_owned()), Just(format!("Ann {CANARY}")), "-?[0-9]{0,4}", "[a-zA-Z|\" ]{0,8}", Just("LINK".to_owned())];
    (time, call, 0..VERBS.len(), prop::collection::vec(field, 0..8))
        .prop_map(|(time, call, verb, data)| format!("{time}|{call}|sales|SIP/7|{}|{}", VERBS[verb], data.join("|")))
}

/// Data fields in which a number is by its meaning the company's own.
fn is_the_companys(line: &str) -> bool {
    line.contains("|DID|")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(payload in prop::collection::vec(any::<u8>(), 0..300)) {
        for adapter in &mut adapters() {
            checked(adapter, &payload);
        }
    }

    #[test]
    fn arbitrary_fields_never_panic(fields in prop::collection::vec("\\PC{0,12}|-?[0-9]{1,20}|[0-9:]{1,9}", 1..20), delimiter in "[|,\t]") {
        let payload = fields.join(&delimiter);
        for adapter in &mut adapters() {
            checked(adapter, payload.as_bytes());
        }
    }

    #[test]
    fn no_customer_number_gets_through_a_damaged_queue_log(line in line(), at in any::<prop::sample::Index>(), byte in any::<u8>(), damage in 0..4) {
        let mut bytes = line.clone().into_bytes();
        let at = at.index(bytes.len());
        match damage {
            0 => bytes[at] = byte,
            1 => bytes.insert(at, byte),
            2 => { bytes.remove(at); }
            _ => {}
        }
        if !is_the_companys(&line) {
            let out = checked(&mut adapters()[1], &bytes);
            prop_assert!(!out.contains(CANARY), "{} gave {}", line, out);
        }
    }

    #[test]
    fn no_customer_number_gets_through_a_row_of_the_table(line in line()) {
        let fields: Vec<&str> = line.split('|').collect();
        let names = ["time", "callid", "queuename", "agent", "event", "data1", "data2", "data3", "data4", "data5"];
        let json: serde_json::Map<String, serde_json::Value> =
            names.iter().zip(&fields).map(|(name, field)| ((*name).to_owned(), (*field).into())).collect();
        let json = serde_json::Value::Object(json).to_string();
        if !is_the_companys(&line) {
            let damaged = &json.as_bytes()[..json.len() - 1];
            for payload in [json.as_bytes(), damaged] {
                let out = checked(&mut adapters()[4], payload);
                prop_assert!(!out.contains(CANARY), "{} gave {}", json, out);
            }
        }
    }

    #[test]
    fn no_customer_number_gets_through_a_damaged_mapped_record(
        outcome in "AGENT|HANG|PHANTOM|LOST", clock in "[0-9]{1,2}:[0-9]{2}:[0-9]{2}|x", seconds in "-?[0-9]{1,3}|x", extra in 0..3_usize,
    ) {
        let mut fields = vec!["AA0101", "33116", CANARY, "2", "PS", "990101", &clock, &clock, "5", &clock, "0:03:09", &seconds, &outcome,
            "0:00:00", "0:00:00", &seconds, "AVI"];
        fields.truncate(18 - extra);
        fields.extend(vec!["more"; extra / 2]);
        let out = checked(&mut adapters()[5], fields.join("\t").as_bytes());
        prop_assert!(!out.contains(CANARY), "{}", out);
    }

    #[test]
    fn the_same_record_always_gives_the_same_events(line in line()) {
        let (first, second) = (checked(&mut adapters()[1], line.as_bytes()), checked(&mut adapters()[1], line.as_bytes()));
        prop_assert_eq!(first, second);
    }
}
