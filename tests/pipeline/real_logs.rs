//! Real call logs through the whole pipeline: every interval of every queue equals the independent reference, in SQL over
//! ClickHouse, to the last count and second.

mod site;

use serde_json::Value;
use site::{Site, csv, data, integer};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Columns of the reference that are counts or seconds; ratios follow from them and are compared apart.
const COUNTS: &[&str] = &[
    "offered",
    "ivr_abandoned",
    "open",
    "answered",
    "answered_lt_20",
    "answered_le_20",
    "abandoned",
    "abandoned_lt_20",
    "abandoned_le_20",
    "abandoned_le_5",
    "other_exit",
    "wait_answered_s",
    "wait_abandoned_s",
    "handled",
    "handle_s",
];
const MAXIMA: &[&str] = &["max_wait_answered_s", "max_wait_abandoned_s", "max_wait_s"];
const RATIOS: &[&str] = &["sl1", "sl2", "sl3", "sl4", "sl5", "sl7", "sl8", "asa_s", "aht_s", "abandon_rate", "abandon_rate_s5"];

type Table = BTreeMap<(String, String), BTreeMap<String, String>>;

/// The reference's rows by (interval in UTC, queue), without the rows of all queues together.
fn expected(path: &Path) -> Table {
    let rows = csv(path);
    assert!(!rows.is_empty(), "{} has no rows", path.display());
    rows.into_iter().filter(|row| row["queue"] != "ALL").map(|row| ((row["interval_utc"].clone(), row["queue"].clone()), row)).collect()
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Compares a view with the reference, every cell; returns how many cells were equal.
fn compare(site: &Site, view: &str, path: &Path, skip: &[&str]) -> usize {
    let expected = expected(path);
    let rows = site.query(&format!(
        "SELECT formatDateTime(interval_start, '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS interval_utc, * FROM {view} ORDER BY interval_utc, queue"
    ));
    let mut got: BTreeMap<(String, String), Value> = BTreeMap::new();
    for row in rows {
        got.insert((cell(row.get("interval_utc")), cell(row.get("queue"))), row);
    }
    let (mut equal, mut different) = (0, Vec::new());
    for (key, row) in &expected {
        // A row that holds nothing but what this form of the source leaves out.
        if COUNTS.iter().filter(|name| !skip.contains(name)).all(|name| row[*name] == "0") {
            continue;
        }
        let Some(found) = got.get(key) else {
            different.push(format!("{key:?} is missing"));
            continue;
        };
        for name in COUNTS.iter().chain(MAXIMA).filter(|name| !skip.contains(name)) {
            let (want, have) = (row[*name].parse::<i64>().ok(), found.get(*name).and_then(integer));
            if want == have { equal += 1 } else { different.push(format!("{key:?} {name}: reference {want:?}, ClickHouse {have:?}")) }
        }
        for name in RATIOS.iter().filter(|name| !skip.contains(name)) {
            let want: Option<f64> = row[*name].parse().ok();
            let have = found.get(*name).and_then(|value| value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok())));
            let same = match (want, have) {
                (None, None) => true,
                // The reference is rounded to six digits.
                (Some(want), Some(have)) => (want - have).abs() <= 0.000_000_6,
                _ => false,
            };
            if same { equal += 1 } else { different.push(format!("{key:?} {name}: reference {want:?}, ClickHouse {have:?}")) }
        }
    }
    different.extend(got.keys().filter(|key| !expected.contains_key(*key)).map(|key| format!("{key:?} is not in the reference")));
    assert!(
        different.is_empty(),
        "{view}: {} differences, the first of them:\n{}",
        different.len(),
        different[..different.len().min(12)].join("\n")
    );
    equal
}

/// Totals of all queues against `totals.json`.
fn compare_totals(site: &Site, path: &Path) {
    let totals: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("totals")).expect("JSON");
    let row = site.query("SELECT * FROM v_totals_from_facts").into_iter().next().expect("one row");
    for name in [
        "offered",
        "answered",
        "abandoned",
        "other_exit",
        "handled",
        "answered_le_20",
        "answered_lt_20",
        "abandoned_le_20",
        "abandoned_le_5",
        "handle_s",
        "max_wait_s",
    ] {
        assert_eq!(row.get(name).and_then(integer), totals["ALL"][name].as_i64(), "{name} of all queues");
    }
    let rejected = totals["rejected_lines"].as_i64().unwrap_or(0);
    assert_eq!(site.number("SELECT count() FROM dead_letters FINAL"), rejected, "dead letters");
}

fn import_and_compare(site: &mut Site, source: &str, files: &[PathBuf], name: &str, data: &Path, skip: &[&str]) {
    let mut args = vec!["import", "--source", source];
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    args.extend(files.iter().map(String::as_str));
    site.start_all();
    site.run(&args);
    site.settle();
    let expected = data.join("expected");
    let event = compare(site, "v_queue_intervals_from_facts", &expected.join(format!("{name}.event.csv.gz")), skip);
    let cohort = compare(site, "v_queue_intervals_cohort_from_facts", &expected.join(format!("{name}.cohort.csv.gz")), skip);
    println!("{name}: {event} cells by event and {cohort} by cohort are equal");
    compare_agents(site);
}

/// The time that an agent's spans show in contact equals the union of the agent's talks, worked out from the handlings in SQL to the
/// microsecond, and no two spans of an agent overlap.
fn compare_agents(site: &Site) {
    let talks = "SELECT agent, toUnixTimestamp64Micro(connected_at) AS s, toUnixTimestamp64Micro(assumeNotNull(talk_ended_at)) AS e
        FROM v_handlings WHERE talk_ended_at IS NOT NULL AND agent != ''";
    let first = format!(
        "SELECT agent, s, e, s > max(e) OVER (PARTITION BY agent ORDER BY s, e ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS first FROM ({talks})"
    );
    let run =
        format!("SELECT agent, s, e, sum(first) OVER (PARTITION BY agent ORDER BY s, e ROWS UNBOUNDED PRECEDING) AS run FROM ({first})");
    let union = format!(
        "SELECT agent, sum(to_us - from_us) AS us FROM (SELECT agent, run, min(s) AS from_us, max(e) AS to_us FROM ({run}) GROUP BY agent, run) GROUP BY agent"
    );
    let spans = "SELECT agent, sum(contact_us) AS us FROM v_agent_intervals GROUP BY agent";
    assert_eq!(site.number("SELECT count() FROM v_activity_spans WHERE agent = ''"), 0, "a span of nobody");
    let different = format!("SELECT count() FROM ({union}) AS a FULL OUTER JOIN ({spans}) AS b USING agent WHERE a.us != b.us");
    assert_eq!(site.number(&different), 0, "agents whose time in contact differs from their talks");
    let agents = site.number(&format!("SELECT countIf(us > 0) FROM ({spans})"));
    assert_eq!(agents, site.number(&format!("SELECT countIf(us > 0) FROM ({union})")));
    let overlaps = "SELECT count() FROM (SELECT started_at, max(ended_at) OVER (PARTITION BY tenant, agent ORDER BY started_at
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM v_activity_spans) WHERE before > started_at";
    assert_eq!(site.number(overlaps), 0, "spans of an agent overlap");
    // Milliseconds between stamps cut to whole ones; a span that goes on is in no pane.
    let whole = "toInt64(intDiv(toUnixTimestamp64Micro(assumeNotNull(ended_at)), 1000) - intDiv(toUnixTimestamp64Micro(started_at), 1000))";
    let of_spans = format!(
        "SELECT agent, concat(activity, '_ms') AS measure, sum({whole}) AS ms FROM v_activity_spans WHERE ended_at IS NOT NULL GROUP BY agent, measure HAVING ms != 0"
    );
    let parts = "SELECT agent, arrayJoin(arrayZip(mapKeys(measures), mapValues(measures))) AS m FROM v_agent_panes";
    let of_panes =
        format!("SELECT agent, toString(m.1) AS measure, sum(m.2) AS ms FROM ({parts}) WHERE endsWith(m.1, '_ms') GROUP BY agent, measure");
    let different =
        format!("SELECT count() FROM ({of_spans}) AS a FULL OUTER JOIN ({of_panes}) AS b USING (agent, measure) WHERE a.ms != b.ms");
    assert_eq!(site.number(&different), 0, "agents whose panes do not add up to their spans");
    // A log without agents has none.
    assert_eq!(site.number("SELECT count() FROM v_agent_panes") > 0, agents > 0);
    println!("{agents} agents: time in contact equals the union of their talks");
}

fn bank_as_queue_log(data: &Path, folder: &Path, month: &str, file: &str) -> PathBuf {
    let out = folder.join("queue_log");
    let script = data.join("tools/bank_to_queue_log.py");
    let python = std::env::var("HOLDFAST_PANDAS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let made = Command::new(python).arg(script).arg(&out).arg(data.join(month).join(file)).output().expect("python runs");
    assert!(made.status.success(), "bank_to_queue_log.py needs pandas: {}", String::from_utf8_lossy(&made.stderr));
    out
}

const QUEUE_LOG: &str = "[[sources]]\nname = \"bank\"\nkind = \"queue_log\"\n";

fn bank_queue_log(name: &str, month: &str, file: &str) {
    let Some(data) = data() else { return };
    let mut site = Site::new(&name.replace('-', "_"), QUEUE_LOG);
    let log = bank_as_queue_log(&data, site.folder.path(), month, file);
    // The rewritten log leaves out what never reached a queue.
    import_and_compare(&mut site, "bank", &[log], name, &data, &["ivr_abandoned"]);
}

#[test]
fn bank_january_as_queue_log_equals_the_reference() {
    bank_queue_log("bank-1999-01", "anonymous-bank-1999-01", "january.txt");
}

#[test]
fn bank_february_as_queue_log_equals_the_reference() {
    bank_queue_log("bank-1999-02", "anonymous-bank-1999-02", "data_anonymous_bank_february.txt");
}

fn mapped(name: &str, mapping: &str, source: &str, files: &[PathBuf], data: &Path, flood: &str) {
    let mapping = site::root().join("deploy/sources").join(mapping);
    let toml = format!(
        "[pipeline.flood]\n{flood}\n\n[[sources]]\nname = \"{source}\"\nkind = \"mapping\"\nmapping_file = \"{}\"\n",
        mapping.display()
    );
    let mut site = Site::new(&name.replace('-', "_"), &toml.replace("[pipeline.flood]\n\n", ""));
    import_and_compare(&mut site, source, files, name, data, &[]);
    compare_totals(&site, &data.join("expected").join(format!("{name}.totals.json")));
}

#[test]
fn bank_january_by_its_own_columns_equals_the_reference() {
    let Some(data) = data() else { return };
    mapped("bank-1999-01", "anonymous-bank-1999.toml", "bank", &[data.join("anonymous-bank-1999-01/january.txt")], &data, "");
}

#[test]
fn bank_february_by_its_own_columns_equals_the_reference() {
    let Some(data) = data() else { return };
    mapped(
        "bank-1999-02",
        "anonymous-bank-1999.toml",
        "bank",
        &[data.join("anonymous-bank-1999-02/data_anonymous_bank_february.txt")],
        &data,
        "",
    );
}

#[test]
fn simulated_centre_of_2021_by_mapping_equals_the_reference() {
    let Some(data) = data() else { return };
    let file = data.join("simulated-call-centre-2021/simulated_call_centre.csv");
    mapped("simulated-2021", "simulated-call-centre-2021.toml", "simulated", &[file], &data, "");
}

#[test]
fn asterisk_log_of_2010_equals_the_reference() {
    let Some(data) = data() else { return };
    let mut site = Site::new("queue_log_2010", "[[sources]]\nname = \"pbx\"\nkind = \"queue_log\"\n");
    import_and_compare(&mut site, "pbx", &[data.join("asterisk-queue-log-2010/queue_log")], "queue-log-2010", &data, &[]);
    compare_totals(&site, &data.join("expected/queue-log-2010.totals.json"));
}
