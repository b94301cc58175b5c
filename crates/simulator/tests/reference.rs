//! The truth against the reference program that real logs are tested with: it reads the simulated log and must count the same.
//! Skipped with `HOLDFAST_DATA=none`; it needs pandas (`HOLDFAST_PANDAS_PYTHON`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../../../tests/real_data.rs"]
mod real_data;

use serde_json::Value;
use simulator::{Scenario, simulate};
use std::fs::File;
use std::path::PathBuf;
use std::process::Command;

/// The interpreter and the reference program; none: there are no real data.
fn reference() -> Option<(String, PathBuf)> {
    let program = real_data::file("tools/interval_reference.py")?;
    let python = std::env::var("HOLDFAST_PANDAS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import pandas"]).output();
    assert!(
        found.is_ok_and(|output| output.status.success()),
        "{python} has no pandas: set HOLDFAST_PANDAS_PYTHON to one that has, as tests/run does"
    );
    Some((python, program))
}

fn run(python: &str, args: &[&str]) -> String {
    let output = Command::new(python).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Equal, or numbers that differ by rounding in the sixth digit.
fn same(ours: &str, theirs: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    ours == theirs || matches!((number(ours), number(theirs)), (Some(a), Some(b)) if (a - b).abs() < 1.5e-6)
}

fn assert_same_table(ours: &str, theirs: &str) {
    let columns = theirs.lines().next().unwrap().split(',').count();
    assert_eq!(ours.lines().count(), theirs.lines().count());
    for (ours, theirs) in ours.lines().zip(theirs.lines()) {
        let cells: Vec<(&str, &str)> = ours.split(',').zip(theirs.split(',')).collect();
        assert!(cells.len() == columns && cells.iter().all(|(ours, theirs)| same(ours, theirs)), "ours:   {ours}\ntheirs: {theirs}");
    }
}

fn assert_same_totals(ours: &Value, theirs: &Value, of: &str) {
    match theirs {
        Value::Object(theirs) => theirs.iter().for_each(|(name, theirs)| assert_same_totals(&ours[name], theirs, &format!("{of} {name}"))),
        theirs => assert!(same(&ours.to_string(), &theirs.to_string()), "{of}: {ours} and {theirs}"),
    }
}

#[test]
fn the_reference_program_counts_the_same() {
    let Some((python, program)) = reference() else { return };
    for (preset, seed) in [("small", 1), ("demo", 2)] {
        let simulation = simulate(&Scenario::preset(preset, seed, 1_795_608_000_000_000).unwrap()).unwrap();
        let truth = simulation.truth();
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        simulation.write_log(File::create(path("queue_log")).unwrap()).unwrap();
        let (program, log) = (program.display().to_string(), path("queue_log"));
        let told = run(&python, &[&program, "queuelog", &log, "--tz", "UTC", "--name", "x", "--out", &path("")]);
        assert!(told.trim_end().ends_with("rejected 0"), "{told}");
        let theirs = |name: &str| {
            let unzip = "import gzip, sys; sys.stdout.write(gzip.open(sys.argv[1], 'rt').read())";
            run(&python, &["-c", unzip, &path(&format!("x.{name}.csv.gz"))])
        };
        let (mut event, mut cohort, mut calls) = (Vec::new(), Vec::new(), Vec::new());
        truth.write_event_csv(&mut event).unwrap();
        truth.write_cohort_csv(&mut cohort).unwrap();
        truth.write_calls_csv(&mut calls).unwrap();
        assert_same_table(&String::from_utf8(event).unwrap(), &theirs("event"));
        assert_same_table(&String::from_utf8(cohort).unwrap(), &theirs("cohort"));
        // The reference knows no refused joins, and ends its rows two columns earlier.
        let calls = String::from_utf8(calls).unwrap();
        let entered = calls.lines().filter(|row| row.split(',').nth(7) != Some("blocked"));
        let cut: Vec<String> = entered.map(|row| row.split(',').take(12).collect::<Vec<_>>().join(",")).collect();
        assert_same_table(&cut.join("\n"), &theirs("calls"));
        let totals: Value = serde_json::from_reader(File::open(path("x.totals.json")).unwrap()).unwrap();
        assert_same_totals(&truth.totals_json()["ALL"], &totals["ALL"], "ALL");
        assert_same_totals(&truth.totals_json()["queues"], &totals["queues"], "queues");
    }
}
