//! The fairness report through the command, on a world with known truth in ClickHouse: every cell is the one worked out from the truth, groups that are too small
//! are hidden, and nothing but the report can see a group.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    unreachable_pub,
    missing_docs,
    dead_code,
    reason = "a test may panic; the care loop's helpers have more than is used here"
)]

#[path = "care/access.rs"]
mod access;
#[path = "care/centre.rs"]
mod centre;
#[path = "fairness/expected.rs"]
mod expected;
mod site;
#[path = "fairness/world.rs"]
mod world;

use access::Access;
use centre::{AGENT, Centre};
use evaluation::facts::FIRST_DAY;
use site::{Site, root};
use std::collections::BTreeMap;
use std::path::Path;
use world::{Played, date};

/// Cells of a line of CSV; what has a comma is quoted, and nothing here has a quote inside.
fn cells(line: &str) -> Vec<String> {
    line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect()
}

/// What the command prints of an attribute, by group; what it logs at the most talkative level names nobody.
fn reported(site: &Site, played: &Played, attribute: &str, first: i32, last: i32) -> BTreeMap<String, Vec<String>> {
    let (from, to) = (date(first), date(last));
    let words = ["attrition", "fairness", "--tenant", "world", "--site", "centre", "--attribute", attribute, "--from", &from, "--to", &to];
    let output = site.command(&[&words[..], &["--format", "csv"]].concat()).env("HOLDFAST_LOG", "trace").output().unwrap();
    let (out, log) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{log}");
    for agent in played.scores.keys() {
        assert!(!out.contains(agent.as_str()) && !log.contains(agent.as_str()), "{agent} is named");
    }
    for value in played.groups[attribute].values() {
        assert!(!log.contains(value), "a group is logged: {value}");
    }
    out.lines().skip(1).map(|line| (cells(line)[0].clone(), cells(line)[1..].to_vec())).collect()
}

#[test]
fn every_number_of_the_report_is_that_of_the_truth() {
    let played = Played::new();
    let (first, last) = (FIRST_DAY + 60, FIRST_DAY + played.days.len() as i32 - 1);
    let site = Site::new("fairness", "");
    played.store(&site);

    let expected = expected::lines(&played, "gender", first, last);
    println!("{expected:#?}");
    assert_eq!(expected.keys().map(String::as_str).collect::<Vec<_>>(), ["absent more", "others"]);
    for (group, cells) in &expected {
        assert!(
            cells[0].parse::<usize>().unwrap() >= 30 && cells[..8].iter().all(|cell| !cell.contains('–')),
            "{group} proves something: {cells:?}"
        );
    }
    assert_eq!(reported(&site, &played, "gender", first, last), expected);

    // A shorter period: other warnings, other leavers, other rows that are over.
    let expected = expected::lines(&played, "gender", first + 60, last - 30);
    assert_eq!(reported(&site, &played, "gender", first + 60, last - 30), expected);

    // One band of age is too small, so the next is hidden too.
    let expected = expected::lines(&played, "age_band", first, last);
    let hidden: Vec<&str> = expected.iter().filter(|(_, cells)| cells[8].starts_with("hidden")).map(|(group, _)| group.as_str()).collect();
    assert_eq!(hidden, ["few", "more"]);
    assert_eq!(reported(&site, &played, "age_band", first, last), expected);
}

#[test]
fn nothing_but_the_report_can_see_a_group() {
    let centre = Centre::new("groups");
    centre.execute(&format!("INSERT INTO protected_groups VALUES ('default', '{AGENT}', 'age_band', '50 to 59', 1)"));
    let access = Access::new(&centre);
    let groups = "SELECT value FROM holdfast_attrition.protected_groups";
    for role in ["operations", "teams", "leader", "service"] {
        let said = access.ask(role, groups).expect_err("no group is shown");
        assert!(said.contains("Not enough privileges"), "{role}: {said}");
        // Not by way of a view that runs with the rights of its owner, and not by making one.
        let made = access.ask(role, "CREATE VIEW holdfast_leaders.v_groups AS SELECT value FROM holdfast_attrition.protected_groups");
        assert!(made.is_err(), "{role}");
    }
    let seen = access.ask("fairness", groups).expect("the report reads them");
    assert!(seen.contains("50 to 59"), "{seen}");
    let report = "SELECT count() FROM holdfast_attrition.v_attrition_labels(tenant = 'default', zone = 'UTC')";
    access.ask("fairness", report).unwrap_or_else(|said| panic!("the report reads who left: {said}"));
    assert!(access.ask("fairness", "SELECT count() FROM holdfast_attrition.access_log").is_err(), "it has no business there");
    // An erasure finds the agent's rows, and no group.
    let rows = access.ask("service", &format!("SELECT count() FROM holdfast_attrition.protected_groups WHERE agent = '{AGENT}'"));
    assert_eq!(rows.expect("it may look for an agent").lines().last(), Some("1"));

    let views = format!(
        "SELECT name FROM system.tables WHERE startsWith(database, '{}') AND engine = 'View' AND position(create_table_query, 'protected_groups') > 0",
        centre.site.database
    );
    assert!(centre.rows(&views).is_empty(), "no view reads the groups: {:?}", centre.rows(&views));
    let reading: Vec<String> =
        sources(&root().join("crates")).into_iter().filter(|(_, text)| reads_groups(text)).map(|(path, _)| path).collect();
    assert_eq!(reading, ["holdfast/src/commands/staying/fairness.rs", "warehouse/src/attrition_reports/groups.sql"]);
}

/// A statement that reads the groups, or code that asks it.
fn reads_groups(text: &str) -> bool {
    text.contains(".protected_groups AS") || text.contains("FROM protected_groups") || text.contains("answer(config, GROUPS")
}

/// Sources of every crate, by their path, in order.
fn sources(crates: &Path) -> BTreeMap<String, String> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![crates.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.components().any(|part| part.as_os_str() == "src")
                && entry.extension().is_some_and(|kind| kind == "rs" || kind == "sql")
            {
                let name = entry.strip_prefix(crates).unwrap().display().to_string();
                found.insert(name, std::fs::read_to_string(&entry).unwrap());
            }
        }
    }
    found
}
