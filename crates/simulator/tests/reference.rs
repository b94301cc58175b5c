//! The truth against a reference program that others wrote: reads the simulated log with pandas and must count the same.
//! Needs python3 with pandas (`HOLDFAST_PYTHON` names the interpreter) and the folder of reference data (`HOLDFAST_DATA`):
//! `cargo test -p simulator --test reference -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use simulator::{Scenario, simulate};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// (interval, queue) → column → value; zeros and empty fields left out.
type Table = BTreeMap<(String, String), BTreeMap<String, i64>>;

fn table(text: &str, columns: &[String]) -> Table {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let place = |name: &str| names.iter().position(|other| other == name).unwrap_or_else(|| panic!("no column {name}"));
    let (interval, queue) = (place("interval_utc"), place("queue"));
    let wanted: Vec<(usize, &String)> = columns.iter().map(|name| (place(name), name)).collect();
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        let value = |at: usize| row[at].parse::<f64>().ok().map(|value| value as i64).filter(|value| *value != 0);
        let counts = wanted.iter().filter_map(|(at, name)| Some(((*name).clone(), value(*at)?))).collect::<BTreeMap<_, _>>();
        ((row[interval].to_owned(), row[queue].to_owned()), counts)
    });
    rows.filter(|(_, counts)| !counts.is_empty()).collect()
}

/// The interpreter and the reference program, or why they cannot be used.
fn reference() -> Result<(String, PathBuf), String> {
    let folder = std::env::var("HOLDFAST_DATA").map_err(|_| "HOLDFAST_DATA is not set".to_owned())?;
    let program = Path::new(&folder).join("tools/interval_reference.py");
    if !program.exists() {
        return Err(format!("{} does not exist", program.display()));
    }
    let python = std::env::var("HOLDFAST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    match Command::new(&python).args(["-c", "import pandas"]).output() {
        Ok(output) if output.status.success() => Ok((python, program)),
        _ => Err(format!("{python} has no pandas")),
    }
}

fn unzipped(python: &str, path: &Path) -> String {
    let program = "import gzip, sys; sys.stdout.write(gzip.open(sys.argv[1], 'rt').read())";
    let output = Command::new(python).args(["-c", program]).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "needs pandas and the reference data"]
fn the_reference_program_counts_the_same() {
    let (python, program) = match reference() {
        Ok(found) => found,
        Err(why) => return eprintln!("SKIPPED: {why}"),
    };
    for (name, seed) in [("small", 1), ("day", 2), ("demo", 3)] {
        let folder = tempfile::tempdir().unwrap();
        let simulation = simulate(&Scenario::preset(name, seed).unwrap()).unwrap();
        let log = folder.path().join("queue_log");
        simulation.write_log(std::fs::File::create(&log).unwrap()).unwrap();
        let run = Command::new(&python).arg(&program).arg("queuelog").arg(&log).args(["--tz", "UTC", "--out"]).arg(folder.path()).output();
        let run = run.unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        assert!(String::from_utf8_lossy(&run.stdout).trim_end().ends_with("rejected 0"));
        let (mut event, mut cohort) = (Vec::new(), Vec::new());
        simulation.truth().write_event_csv(&mut event).unwrap();
        simulation.truth().write_cohort_csv(&mut cohort).unwrap();
        for (attribution, ours) in [("event", event), ("cohort", cohort)] {
            let ours = String::from_utf8(ours).unwrap();
            let header = ours.lines().next().unwrap_or_default().split(',').skip(2);
            // The reference knows neither holds nor refused joins.
            let columns: Vec<String> = header.filter(|name| !matches!(*name, "hold_s" | "blocked")).map(str::to_owned).collect();
            let theirs = unzipped(&python, &folder.path().join(format!("queuelog.{attribution}.csv.gz")));
            assert_eq!(table(&ours, &columns), table(&theirs, &columns), "{name}, {attribution}");
        }
    }
}
