//! Where planted names and numbers are looked for, and that each place has something to be looked through.

use crate::site::{Site, http};
use crate::topics;
use std::process::Output;

/// Digits that all planted customer numbers share; separators are left out when they are searched for.
pub const CANARY: &str = "170912345";

/// A planted customer number.
pub fn canary(number: usize) -> String {
    format!("0{CANARY}{number:02}")
}

/// An agent whose lines cannot be used.
pub const NAME: &str = "Zebulon Quist";

/// Topics into which the test itself puts records with the name.
const PLANTED: [&str; 5] = ["calls", "agents", "queue-visits", "observations", "reference"];

fn has(bytes: &[u8], wanted: &str) -> bool {
    let plain: Vec<u8> = bytes.iter().filter(|byte| !b" -/._\\\"".contains(byte)).map(u8::to_ascii_lowercase).collect();
    plain.windows(wanted.len()).any(|window| window == wanted.as_bytes())
}

/// The text has a planted number, with or without separators.
pub fn has_number(bytes: &[u8]) -> bool {
    has(bytes, CANARY)
}

/// The text has the planted name, or either half of it.
pub fn has_name(bytes: &[u8]) -> bool {
    has(bytes, "zebulon") || has(bytes, "quist")
}

fn has_canary(bytes: &[u8]) -> bool {
    has_number(bytes) || has_name(bytes)
}

/// What was looked through, and where something was found.
#[derive(Default)]
struct Search {
    found: Vec<String>,
}

impl Search {
    fn look(&mut self, place: &str, bytes: &[u8]) {
        assert!(!bytes.is_empty(), "{place} has nothing to be looked through");
        if has_canary(bytes) {
            self.found.push(place.to_owned());
        }
    }
}

/// Of the topics only the raw one has numbers and names, and those into which the test put them.
fn topics_have_nobody(site: &Site, search: &mut Search) {
    let (mut names_in_raw, mut numbers_in_raw, mut names_planted, mut records, mut letters) = (0, 0, 0, 0, 0);
    let names = topics::names(site);
    assert!(names.len() >= 12, "{names:?}");
    for name in &names {
        let short = name.strip_prefix(&site.prefix).unwrap_or(name);
        let read = topics::read(name, &mut |message| {
            let bytes = topics::bytes(message);
            match short {
                "raw" => {
                    names_in_raw += usize::from(has_name(&bytes));
                    numbers_in_raw += usize::from(has_number(&bytes));
                }
                planted if PLANTED.contains(&planted) && !has_number(&bytes) => names_planted += usize::from(has_name(&bytes)),
                _ => search.look(&format!("topic {short}"), &bytes),
            }
        });
        records += read;
        letters += if short == "dead-letters" { read } else { 0 };
    }
    assert!(names_in_raw >= 30 && numbers_in_raw >= 30 && records > 200, "{names_in_raw} names and {numbers_in_raw} numbers in raw");
    assert!(names_planted >= 8, "{names_planted} records with names beside raw");
    assert!(letters >= 40, "{letters} dead letters were looked through");
}

/// Views show nothing that the tables do not hold.
fn tables_have_nobody(site: &Site, search: &mut Search) {
    let tables =
        site.query("SELECT name, total_rows AS rows FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'");
    let mut filled = Vec::new();
    for table in tables {
        let (name, rows) = (table["name"].as_str().expect("a name"), crate::site::integer(&table["rows"]).unwrap_or(0));
        let dump = site.run(&["warehouse", "query", "--format", "json", &format!("SELECT * FROM {name}")]);
        if rows > 0 {
            search.look(&format!("ClickHouse, {name}"), dump.as_bytes());
            filled.push(name.to_owned());
        }
    }
    assert!(filled.len() >= 5 && filled.iter().any(|name| name == "dead_letters"), "{filled:?}");
}

/// No planted name and no planted number is anywhere but where the test put it.
pub fn nobody_leaves_the_raw_topic(site: &Site, said: &Output) {
    let mut search = Search::default();
    topics_have_nobody(site, &mut search);
    tables_have_nobody(site, &mut search);
    for stage in ["ingest", "contacts", "agents", "load", "board"] {
        let address = std::fs::read_to_string(site.address_file(stage, "0")).expect("an address");
        let metrics = http(&address, "GET", "/metrics", "").expect("a page");
        assert!(metrics.contains("holdfast_"), "{stage}: {metrics}");
        let pages = ["/livez", "/readyz"].map(|page| http(&address, "GET", page, "").expect("a page")).concat();
        search.look(&format!("metrics of {stage}"), metrics.as_bytes());
        search.look(&format!("pages of {stage}"), pages.as_bytes());
        search.look(&format!("log of {stage}"), &std::fs::read(site.folder.path().join(format!("{stage}-0.log"))).expect("a log"));
    }
    for words in [&["dead-letters", "--list", "1000"][..], &["dead-letters"], &["dead-letters", "--format", "json"]] {
        search.look(&format!("holdfast {words:?}"), site.run(words).as_bytes());
    }
    let redrive = site.output(&["dead-letters", "redrive", "--dry-run"]);
    search.look("what a redrive says", &[redrive.stdout, redrive.stderr].concat());
    assert!(!said.status.success(), "the file of reference data is wrong");
    search.look("what a load of reference data says", &said.stderr);
    assert!(search.found.is_empty(), "a name or a number was found in: {:?}", search.found);
}
