//! Other sources through everything, to ClickHouse: Amazon Connect, Genesys Cloud, and systems beside the telephone by mapping files;
//! reference data beside them.

mod site;

use site::{Site, root};
use std::path::PathBuf;

fn fixture(path: &str) -> PathBuf {
    root().join("crates/ingester/tests/data").join(path)
}

/// The sources of this test: vendors, and every example mapping of `deploy/sources` for systems beside the telephone.
const BESIDE: [(&str, &str); 7] = [
    ("survey", "observations/survey.jsonl"),
    ("evaluation", "observations/evaluation.csv"),
    ("offers", "observations/offers.csv"),
    ("dialer", "observations/dialer.csv"),
    ("tickets", "observations/tickets.jsonl"),
    ("schedule", "observations/schedule.csv"),
    ("absences", "observations/absences.csv"),
];

fn sources() -> String {
    let mut toml =
        "[[sources]]\nname = \"connect\"\nkind = \"amazon_connect\"\n\n[[sources]]\nname = \"genesys\"\nkind = \"genesys_cloud\"\n"
            .to_owned();
    for (name, _) in BESIDE {
        let mapping = root().join(format!("deploy/sources/{name}.toml"));
        toml.push_str(&format!("\n[[sources]]\nname = \"{name}\"\nkind = \"mapping\"\nmapping_file = \"{}\"\n", mapping.display()));
    }
    toml
}

/// The answer of the vendor's interface as an import wants it: one conversation in each line.
fn conversations(site: &Site) -> PathBuf {
    let text = std::fs::read_to_string(fixture("genesys_cloud/conversation_details.json")).expect("the conversations");
    let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let lines: Vec<String> = answer["conversations"].as_array().expect("a list").iter().map(ToString::to_string).collect();
    let file = site.folder.path().join("conversations.jsonl");
    std::fs::write(&file, lines.join("\n") + "\n").expect("a file");
    file
}

fn one(site: &Site, sql: &str) -> String {
    let rows = site.query(sql);
    let row = rows.first().and_then(|row| row.as_object()).unwrap_or_else(|| panic!("no row: {sql}"));
    row.values().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect::<Vec<_>>().join(" ")
}

/// Connect's real record: 7 s of waiting, 33 s of talk, 32 s of after-call work. Genesys' 25 real conversations: 25 talks of 69,961,198 ms,
/// 169,428 ms of hold, 3,152,000 ms of after-call work, 21 waits of 320,655 ms: sums over the source's own segments. Everything once more
/// under another file name changes nothing.
#[test]
fn vendors_records_reach_the_warehouse_with_the_durations_of_the_source() {
    let mut site = Site::new("vendors", &sources());
    let (record, details) = (fixture("amazon_connect/contact_record_2022.json"), conversations(&site));
    assert_eq!(site.import("connect", &record), (1, 0));
    assert_eq!(site.import("genesys", &details), (25, 0));
    for (name, file) in BESIDE {
        assert!(site.import(name, &fixture(file)).0 > 0, "{name}");
    }
    site.start_all();
    site.settle();
    let facts = |site: &Site| {
        [
            "SELECT wait_ms, outcome FROM v_queue_visits WHERE source = 'connect'",
            "SELECT talk_ms, hold_ms, acw_ms FROM v_handlings WHERE source = 'connect'",
            "SELECT count(), sum(talk_ms), sum(hold_ms), sum(ifNull(acw_ms, 0)) FROM v_handlings WHERE source = 'genesys'",
            "SELECT countIf(wait_ms IS NOT NULL), sum(ifNull(wait_ms, 0)) FROM v_queue_visits WHERE source = 'genesys'",
            "SELECT count() FROM v_observations",
            "SELECT count() FROM v_dead_letters WHERE source IN ('connect', 'genesys')",
        ]
        .map(|sql| one(site, sql))
    };
    let found = facts(&site);
    assert_eq!(found[..4], ["7000 answered", "33000 0 32000", "25 69961198 169428 3152000", "21 320655"]);
    assert_eq!(found[5], "0");
    let kinds = one(&site, "SELECT arrayStringConcat(arraySort(groupUniqArray(kind)), ',') FROM v_observations");
    assert_eq!(kinds, "absence,dial,evaluation,offer,shift,survey_answered,survey_invited,ticket,verification");
    let again = site.folder.path().join("again.json");
    std::fs::copy(&record, &again).expect("a copy");
    assert_eq!(site.import("connect", &again), (1, 0));
    for (name, file) in BESIDE {
        let copy = site.folder.path().join(format!("again-{}", file.rsplit('/').next().unwrap_or_default()));
        std::fs::copy(fixture(file), &copy).expect("a copy");
        site.import(name, &copy);
    }
    site.settle();
    assert_eq!(facts(&site), found, "a second delivery changes nothing");
}
