//! `holdfast replay`: everything worked out again from the raw records by groups of its own, into another number of partitions, comes to the same: facts, what is
//! observed, agents' days, scores and signals with their ids, people's actions included. A difference is found, and nothing of what was there is touched.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    unreachable_pub,
    missing_docs,
    reason = "a test may panic"
)]

#[path = "centre/play.rs"]
#[allow(dead_code, reason = "this test imports in its own way, too")]
mod play;
mod site;

use serde_json::Value;
use site::Site;
use std::process::Output;

/// Agents and days of a world that is played. A loud world has signals in few weeks.
#[derive(Clone, Copy, Debug)]
struct Size {
    agents: u32,
    days: u32,
    calls_a_day: u32,
}

const WEEKS: Size = Size { agents: 60, days: 75, calls_a_day: 4 };
const YEAR: Size = Size { agents: 24, days: 367, calls_a_day: 3 };

/// Days before the first one that is told: what the site has in common comes from 28.
const HISTORY_DAYS: u32 = 35;

/// A site that has read a world and told its early warnings, one of them acknowledged by its leader.
fn told_site(size: Size) -> Site {
    let folder = tempfile::tempdir().unwrap();
    let [agents, days, calls] = [size.agents, size.days, size.calls_a_day].map(|number| number.to_string());
    let arguments = ["--seed", "10", "--agents", &agents, "--days", &days, "--calls-a-day", &calls];
    play::simulate(folder.path(), &[&["--preset", "attrition", "--world", "loud"], &arguments[..]].concat());
    let mut site = Site::new("replay", &std::fs::read_to_string(folder.path().join("holdfast.toml")).unwrap());
    site.start_all();
    play::import(&site, folder.path());
    site.settle();
    let since = site.query(&format!("SELECT toString(toDate(min(entered_at)) + {HISTORY_DAYS}) AS day FROM queue_visits FINAL"));
    site.run(&["run", "signals", "--once", &format!("--since={}", since[0]["day"].as_str().unwrap())]);
    site.settle();
    let leaders = site.query(&format!("SELECT leader, signal_id FROM {}_attrition.v_signals WHERE state = 'open'", site.database));
    let of = |column: &str| leaders.first().expect("a signal is open")[column].as_str().unwrap().to_owned();
    let (leader, signal) = (format!("leader:{}", of("leader")), of("signal_id"));
    site.run(&["signals", "acknowledge", &signal, "--saw", "quieter than usual", "--as", &leader, "--purpose", "retention-talk"]);
    site.settle();
    site
}

fn replayed(site: &Site) -> (Output, Vec<Value>, Vec<Value>) {
    let output = site.output(&["replay", "--into", "again", "--partitions", "3", "--format", "json"]);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let mut tables = text.lines().map(|line| serde_json::from_str::<Vec<Value>>(line).expect("a table"));
    let (compared, examples) = (tables.next().unwrap_or_default(), tables.next().unwrap_or_default());
    println!("{compared:#?}\n{}", String::from_utf8_lossy(&output.stderr));
    (output, compared, examples)
}

fn count(row: &Value, column: &str) -> i64 {
    row[column].as_str().unwrap().parse().unwrap()
}

/// The same query in the database of the replay.
fn in_replay(site: &Site, sql: &str) -> i64 {
    site.number(&sql.replace("{facts}", &format!("{}_again", site.database)))
}

/// Replays a site and compares; returns the rows that were compared.
fn assert_replayed(site: &Site) -> Vec<Value> {
    let (output, compared, examples) = replayed(site);
    assert!(output.status.success() && examples.is_empty(), "{examples:#?}");
    assert_eq!(compared.len(), 10);
    for row in &compared {
        assert_eq!((count(row, "rows here"), "0", "0"), {
            let text = |column: &str| row[column].as_str().unwrap();
            (count(row, "rows replayed"), text("days that differ"), text("rows that differ"))
        });
        // No group of so small a site need have moved.
        assert!(row["what"] == "group_notices" || count(row, "rows here") > 1, "{row}");
    }
    compared
}

#[test]
#[ignore = "a year takes long: cargo test --test pipeline_replay -- --ignored --nocapture a_year"]
fn a_year_gives_the_same_signals_with_the_same_ids() {
    let site = told_site(YEAR);
    let days = site.number(&format!("SELECT uniqExact(day) FROM {}_attrition.v_agent_days", site.database));
    assert!(days >= 365, "{days} days");
    let compared = assert_replayed(&site);
    let signals = compared.iter().find(|row| row["what"] == "signal_events").expect("events of signals");
    println!("{days} days, {} events of signals", count(signals, "rows here"));
    site.run(&["replay", "--into", "again", "--remove", "--yes"]);
}

#[test]
fn what_is_worked_out_again_from_the_raw_records_is_the_same() {
    let mut site = told_site(WEEKS);
    assert_replayed(&site);
    let acknowledged = format!("SELECT count() FROM {}_again_attrition.v_signals WHERE state = 'acknowledged'", site.database);
    assert_eq!(site.number(&acknowledged), 1, "what people did is part of it");
    assert_eq!(in_replay(&site, "SELECT uniqExact(layout) * 100 + max(layout) FROM {facts}.queue_panes"), 103, "it has its own partitions");

    differences_are_found(&site);
    let other = site.output(&["replay", "--into", "again", "--partitions", "5"]);
    let said = String::from_utf8_lossy(&other.stderr).into_owned();
    assert!(other.status.code() == Some(65) && said.contains("it was made with 3 partitions, not 5"), "{said}");
    what_was_made_is_removed(&site);
    site.alive();
}

/// One fact and one score are changed here: both are found, and only the fact is listed.
fn differences_are_found(site: &Site) {
    let agents = site.query(&format!("SELECT agent FROM {}_attrition.scores LIMIT 1", site.database));
    let agent = agents[0]["agent"].as_str().unwrap();
    let handlings = format!("{}.handlings", site.database);
    let changed = format!(
        "INSERT INTO {handlings} SELECT * REPLACE (talk_ms + 1 AS talk_ms, version + 1 AS version) FROM {handlings} FINAL ORDER BY connected_at LIMIT 1"
    );
    site.run(&["warehouse", "query", &changed]);
    let scores = format!("{}_attrition.scores", site.database);
    let changed = format!(
        "INSERT INTO {scores} SELECT * REPLACE (probability / 2 AS probability, version + 1 AS version) FROM {scores} FINAL WHERE agent = '{agent}' ORDER BY day LIMIT 1"
    );
    site.run(&["warehouse", "query", &changed]);
    let (output, compared, examples) = replayed(site);
    assert_eq!(output.status.code(), Some(1));
    let differing: Vec<&str> =
        compared.iter().filter(|row| count(row, "rows that differ") == 1).map(|row| row["what"].as_str().unwrap()).collect();
    assert_eq!(differing, ["handlings", "scores"]);
    assert_eq!(examples.len(), 1, "{examples:#?}");
    assert!(examples[0]["difference"].as_str().unwrap().starts_with("talk_ms: "), "{}", examples[0]);
}

fn what_was_made_is_removed(site: &Site) {
    let databases = format!("SELECT count() FROM system.databases WHERE name LIKE '{}%'", site.database.replace('_', "\\\\_"));
    assert_eq!(site.number(&databases), 4);
    assert_eq!(site.output(&["replay", "--into", "again", "--remove"]).status.code(), Some(1), "not without --yes");
    assert_eq!(site.number(&databases), 4);
    site.run(&["replay", "--into", "again", "--remove", "--yes"]);
    assert_eq!(site.number(&databases), 2);
    // Every topic of this installation is still there, the shared ones too.
    site.run(&["topics"]);
}
