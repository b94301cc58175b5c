//! `holdfast attrition model` on scores, departures and days in ClickHouse, with numbers worked out by hand; and the recalibrated file, which `holdfast run signals` takes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    dead_code,
    reason = "a test may panic"
)]

mod site;

use attrition::hazard::{HazardModel, PRIOR_MODEL, is_training_day};
use serde_json::{Value, json};
use site::{Site, http};
use std::process::Output;

/// The newest day that is formed: 2026-03-31. Matured is what lies 44 days before it, and earlier.
const NEWEST: i32 = 20_543;
const AGENTS: usize = 210;

fn agent(number: usize) -> String {
    format!("person-{number}")
}

/// The day of the agent's score: his weekly one of the last matured week.
fn scored_day(number: usize) -> i32 {
    (NEWEST - 50..=NEWEST - 44).find(|day| is_training_day(&agent(number), *day)).unwrap()
}

/// Of a hundred whom log-odds of −1 were told 20 leave, of a hundred with +1 60. The last ten were talked with, and count for nothing.
fn leaves(number: usize) -> bool {
    number < 20 || (100..160).contains(&number) || number >= 200
}

fn date(day: i32) -> String {
    jiff::civil::date(1970, 1, 1).saturating_add(jiff::ToSpan::days(day)).to_string()
}

fn insert(table: &str, rows: impl Iterator<Item = Value>) {
    let lines: Vec<String> = rows.map(|row| row.to_string()).collect();
    let address = site::stack()["HOLDFAST__CLICKHOUSE__URL"].trim_start_matches("http://").trim_end_matches('/').to_owned();
    let answer = http(&address, "POST", &format!("/?query=INSERT%20INTO%20{table}%20FORMAT%20JSONEachRow"), &lines.join("\n")).unwrap();
    assert!(!answer.contains("Exception"), "{table}: {answer}");
}

fn stored(site: &Site, model: &str) {
    let own = format!("{}_attrition", site.database);
    let entry = |kind: &str, id: &str, from: &str, attributes: Value| json!({"tenant": "default", "kind": kind, "id": id, "valid_from": from, "attributes": attributes, "version": 1, "is_deleted": 0});
    let mut reference = vec![entry("site", "north", "2020-01-01 00:00:00", json!({"zone": "UTC"}))];
    for number in 0..AGENTS {
        let mut attributes = json!({"site": "north", "hire_date": "2024-01-01"});
        reference.push(entry("agent", &agent(number), "2024-01-01 00:00:00", attributes.clone()));
        if leaves(number) {
            let day = scored_day(number) + 10;
            attributes["left_date"] = date(day).into();
            attributes["notice_date"] = date(day).into();
            attributes["left_kind"] = "voluntary".into();
            reference.push(entry("agent", &agent(number), &format!("{} 12:00:00", date(day)), attributes));
        }
    }
    insert(&format!("{}.reference", site.database), reference.into_iter());
    insert(
        &format!("{own}.formed_days"),
        (NEWEST - 120..=NEWEST).map(|day| json!({"tenant": "default", "site": "north", "day": day, "version": 1})),
    );
    let probability = |number: usize| 1.0 / (1.0 + f64::exp(if number < 100 { 1.0 } else { -1.0 }));
    let score = |number: usize, day: i32, model: &str| {
        json!({"tenant": "default", "site": "north", "day": day, "agent": agent(number), "standing": "scored",
        "probability": probability(number), "model_id": model, "version": 1})
    };
    // Every agent on the own day, and on the day after it, which is nobody's weekly one; one long before, so that the model has a quarter; and seven by another model.
    let scores = (0..AGENTS).map(|number| score(number, scored_day(number), model));
    let daily = (0..AGENTS).map(|number| score(number, scored_day(number) + 1, model));
    let few = (0..7).map(|number| score(number, scored_day(number) - 7, "another"));
    insert(&format!("{own}.scores"), scores.chain(daily).chain(few).chain(std::iter::once(score(0, NEWEST - 140, model))));
    let talked = |number: usize| {
        json!({"tenant": "default", "site": "north", "agent": agent(number), "signal_id": number.to_string(), "kind": "talked", "state": "talked", "tier": "concern",
        "day": scored_day(number) - 1, "version": 1})
    };
    insert(&format!("{own}.signal_events"), (200..AGENTS).map(talked));
    // Fifteen weeks of two hundred agents, half and nine tenths of the time with customers; in the last week all of them nine tenths.
    let day = |number: usize, weeks_ago: i32| {
        let busy = weeks_ago == 0 || number >= 100;
        json!({"tenant": "default", "site": "north", "agent": agent(number), "day": NEWEST - 7 * weeks_ago, "employed": true, "source_complete": true,
            "paid_ms": 36_000_000, "utilised_ms": if busy { 32_400_000 } else { 18_000_000 }, "staffed_ms": 36_000_000, "night_ms": (number % 10) * 1_000_000, "version": 1})
    };
    insert(&format!("{own}.agent_days"), (0..200).flat_map(|number| (0..15).map(move |weeks_ago| day(number, weeks_ago))));
}

/// Lines without the header; neither output names anybody.
fn lines(output: &Output) -> Vec<String> {
    let (out, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}");
    assert!(!out.contains("person-") && !told.contains("person-"), "{out}{told}");
    out.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_running_model_is_judged_and_recalibrated() {
    let site = Site::new("upkeep", "");
    let prior: HazardModel = serde_json::from_str(PRIOR_MODEL).unwrap();
    stored(&site, &prior.id);
    let told = |args: &[&str]| site.output(&[&["attrition", "model", "--format", "csv"], args].concat());

    // Through −ln 4 and ln 1.5: intercept −0.490, slope 0.896; of 100 expected 80 left (the borders are those of crates/attrition/tests/upkeep.rs).
    let report = told(&[]);
    let expected = format!(
        "north,{},2025-11-18,2026-02-15,200,200,80,80,100.0,0.80,0.63 to 1.00,-0.49,-0.81 to -0.17,0.90,0.58 to 1.21,recalibrate",
        prior.id
    );
    assert_eq!(lines(&report), [expected]);
    assert!(String::from_utf8_lossy(&report.stderr).contains("1 models that scored fewer than eight agents"), "seven are not shown");
    assert_eq!([lines(&told(&["--site", "south"])), lines(&told(&["--tenant", "another"]))], [[""; 0]; 2]);
    let off = site.output(&["--set", "attrition.sites.north.enabled=false", "attrition", "model", "--format", "csv"]);
    assert_eq!(lines(&off), [""; 0]);
    let asked = site.output(&["--set", "attrition.sites.north.enabled=false", "attrition", "model", "--site", "north"]);
    assert!(!asked.status.success() && String::from_utf8_lossy(&asked.stderr).contains("HF-P003"), "{asked:?}");

    // Half of the agents moved to where the other half was; nights are as they were.
    let drift = lines(&told(&["--drift"]));
    let of = |input: &str| drift.iter().find(|line| line.contains(&format!(",{input},"))).unwrap().clone();
    // Compared with the thirteen weeks from the first score on, seven of which have days.
    let compared = format!("north,{},util,{},{},1400,200,", prior.id, date(NEWEST - 140), date(NEWEST - 50));
    assert!(of("util").starts_with(&compared), "{drift:?}");
    assert!(of("util").ends_with(",another population") && of("night_share").ends_with(",stable"), "{drift:?}");

    written_is_taken(&site, &prior);
}

/// The file has the line on top of the model's own, a name of its own in the register, and a card that says from what; a process that scores takes it.
fn written_is_taken(site: &Site, prior: &HazardModel) {
    let file = site.folder.path().join("models/better.json");
    let path = file.to_str().unwrap();
    let own = format!("{}_attrition", site.database);
    for _ in 0..2 {
        lines(&site.output(&["attrition", "model", "--format", "csv", "--write", path]));
    }
    let written: HazardModel = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let (low, high) = (-(4.0_f64.ln()), 1.5_f64.ln());
    let slope = (high - low) / 2.0;
    assert!((written.recalibration.slope - slope * prior.recalibration.slope).abs() < 1e-6);
    assert!((written.recalibration.intercept - f64::midpoint(low, high) - slope * prior.recalibration.intercept).abs() < 1e-6);
    assert!(!written.prior && written.terms == prior.terms && written.id.starts_with("north-2026-03-31-"), "{}", written.id);
    let card = std::fs::read_to_string(file.with_extension("md")).unwrap();
    assert!(
        card.contains(&format!(
            "what {} had told at north from 2025-11-18 to 2026-02-15: 200 agent-weeks of 200 agents, 80 of whom left",
            prior.id
        )),
        "{card}"
    );
    assert_eq!(
        site.number(&format!("SELECT count() AS n FROM {own}.models FINAL WHERE model_id = '{}'", written.id)),
        1,
        "the same again is the same"
    );

    let setting = format!("attrition.model_file={path}");
    site.run(&["--set", &setting, "run", "signals", "--once"]);
    // Nobody whom the new one scored has left yet: there is nothing to put it on a line with.
    let again = site.output(&["--set", &setting, "attrition", "model", "--write", path]);
    assert!(
        !again.status.success() && String::from_utf8_lossy(&again.stderr).contains("HF-T001"),
        "{}",
        String::from_utf8_lossy(&again.stderr)
    );
}
