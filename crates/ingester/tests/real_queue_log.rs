//! Real `queue_log` data through the adapter, against figures that another program computed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/data.rs"]
mod data;

use common::{adapter, all, queue_log};

#[test]
fn the_log_of_2010_has_what_the_reference_counts() {
    let (Some(log), Some(totals)) = (data::text("asterisk-queue-log-2010/queue_log"), data::totals("expected/queue-log-2010.totals.json"))
    else {
        return;
    };
    let (kept, rejects) = all(&mut queue_log(), &log);
    assert_eq!(rejects, []);
    let expected = &totals["ALL"];
    assert_eq!(kept.count("queue_entered"), expected["offered"]);
    assert_eq!(kept.count("agent_connected"), expected["answered"]);
    assert_eq!(kept.count("queue_left"), expected["abandoned"]);
    assert_eq!(kept.count("contact_disconnected"), expected["handled"]);
    assert_eq!(kept.count("agent_missed"), 221);
    assert_eq!((kept.broadcasts.len(), kept.agents.len()), (2, 0));
    let talk_ms: i64 =
        kept.calls.iter().filter(|event| event["verb"] == "contact_disconnected").filter_map(|event| event["talk_ms"].as_i64()).sum();
    assert_eq!(talk_ms, expected["handle_s"].as_i64().unwrap() * 1000);
    let waits = kept.calls.iter().filter(|event| event["verb"] == "agent_connected").filter_map(|event| event["wait_ms"].as_i64());
    assert_eq!(waits.filter(|wait_ms| *wait_ms <= 20_000).count(), expected["answered_le_20"]);
    assert_eq!(kept.calls.len() + kept.broadcasts.len() + kept.notes.len(), log.lines().count());
}

/// A scenario's rows, as JSON and as CSV, in both forms of the data columns.
#[test]
fn rows_of_a_vendors_scenarios_are_read_in_every_form() {
    let Some(text) = data::text("wazo-queue-log-scenarios/queue_scenarios.json") else { return };
    let scenarios: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let columns = ["time", "callid", "queuename", "agent", "event", "data1", "data2", "data3", "data4", "data5"];
    let zone = "name = 'a'\nkind = 'queue_log'\ntimezone = 'America/Montreal'\n";
    let mut verbs = std::collections::BTreeMap::new();
    for scenario in scenarios {
        let entries = scenario["entries"].as_array().unwrap();
        let field = |entry: &serde_json::Value, name: &str| entry[name].as_str().unwrap().to_owned();
        let lines = |line: &dyn Fn(&serde_json::Value) -> String| entries.iter().map(|entry| line(entry) + "\n").collect::<String>();
        let json = lines(&|entry| entry.to_string());
        let csv = lines(&|entry| columns.map(|name| format!("\"{}\"", field(entry, name))).join(","));
        let one_column = lines(&|entry| {
            let data = columns[5..].iter().map(|name| field(entry, name)).collect::<Vec<_>>().join("|");
            columns[..5].iter().map(|name| field(entry, name)).chain([data]).collect::<Vec<_>>().join(",")
        });
        let file = lines(&|entry| columns.map(|name| field(entry, name)).join("|"));
        let (expected, rejects) = all(&mut adapter(zone), &file);
        assert_eq!(rejects, [], "{}", scenario["name"]);
        assert_eq!(all(&mut adapter(&format!("{zone}queue_log.form = 'json'")), &json).0.calls, expected.calls);
        let header = format!("{}\n", columns.join(","));
        let (from_csv, _) = all(&mut adapter(&format!("{zone}queue_log.form = 'csv'")), &format!("{header}{csv}"));
        assert_eq!(from_csv.described(), expected.described());
        let one_column_form =
            format!("{zone}queue_log.form = 'csv'\nqueue_log.columns = ['time', 'callid', 'queuename', 'agent', 'event', 'data']");
        assert_eq!(all(&mut adapter(&one_column_form), &one_column).0.described(), expected.described());
        for event in expected.calls {
            *verbs.entry(event["verb"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        }
    }
    let expected = [
        ("agent_connected", 12),
        ("agent_missed", 3),
        ("contact_disconnected", 13),
        ("queue_blocked", 22),
        ("queue_entered", 23),
        ("queue_left", 10),
    ];
    assert_eq!(verbs.into_iter().collect::<Vec<_>>(), expected.map(|(verb, count)| (verb.to_owned(), count)));
}
