//! The files of a centre: the same from run to run, in order, and consistent with each other.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use simulator::centre::{Centre, CentrePlay};
use std::collections::BTreeMap;

fn files(centre: Centre) -> BTreeMap<String, String> {
    let mut play = CentrePlay::new(centre).unwrap();
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    while let Some(portion) = play.next_portion().unwrap() {
        for (name, text) in portion.files() {
            files.entry(name.to_owned()).or_default().push_str(text);
        }
    }
    files
}

fn rows(text: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &'_ str| -> usize { line.split(',').count() };
    assert!(lines.clone().all(|line| row(line) == header.len()), "{header:?}");
    text.lines().skip(1).map(|line| header.iter().copied().zip(line.split(',')).collect()).collect()
}

fn sum(text: &str, column: &str) -> i64 {
    rows(text).iter().map(|row| row[column].parse::<i64>().unwrap()).sum()
}

fn centre(seed: u64, days: u32) -> Centre {
    Centre { days, ..Centre::preset("centre", seed).unwrap() }
}

/// What every grain must agree on, and the order of every file of truth.
fn assert_consistent(files: &BTreeMap<String, String>) {
    for site in ["berlin", "boston", "manila"] {
        let file = |name: &str| files[&format!("truth/{site}/{name}.csv")].as_str();
        for column in ["offered", "answered", "abandoned", "flow_out", "blocked", "handled"] {
            assert_eq!(sum(file("queue-quarters"), column), sum(file("queue-days"), column), "{site} {column}");
        }
        let visits = rows(file("visits")).len() as i64;
        assert_eq!(visits, sum(file("queue-days"), "offered") + sum(file("queue-days"), "blocked"));
        let handlings = rows(file("handlings")).len() as i64;
        for name in ["queue-days", "agent-days", "team-days", "offer-days"] {
            assert_eq!(sum(file(name), "handled"), handlings, "{site} {name}");
        }
        for column in ["available_us", "ringing_us", "contact_us", "acw_us", "pause_us", "staffed_us"] {
            assert_eq!(sum(file("agent-days"), column), sum(file("team-days"), column), "{site} {column}");
        }
        let length = |row: &BTreeMap<&str, &str>| row["until_ms"].parse::<i64>().unwrap() - row["from_ms"].parse::<i64>().unwrap();
        let spans: i64 = rows(file("spans")).iter().map(length).sum();
        assert_eq!(spans * 1_000, sum(file("agent-days"), "staffed_us"), "{site}");
        let seconds = |row: &BTreeMap<&str, &str>, column: &str| row[column].parse::<i64>().unwrap();
        for (name, column) in [("visits", "entered_s"), ("handlings", "connected_s"), ("contacts", "started_s"), ("spans", "from_ms")] {
            assert!(rows(file(name)).is_sorted_by_key(|row| seconds(row, column)), "{site} {name}");
        }
        for kind in ["shift", "absence", "survey_invited", "survey_answered", "evaluation", "offer", "verification", "ticket", "dial"] {
            assert!(rows(file(&format!("observations-{kind}"))).is_sorted_by_key(|row| row["id"].to_owned()), "{site} {kind}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_files_and_another_one_others() {
    let first = files(centre(4, 1));
    assert_eq!(first, files(centre(4, 1)));
    assert_ne!(first["berlin/queue_log"], files(centre(5, 1))["berlin/queue_log"]);
}

/// Berlin's clock goes back on 25 October 2026: the hotline, open around the clock, has 100 quarter-hours on that day; from 2 to 3 o'clock
/// (midnight and 1 o'clock in UTC) callers come in both hours. Midnight is 1,792,879,200.
#[test]
fn an_hour_that_is_shown_twice_is_worked_twice() {
    let files = files(Centre { sites: centre(1, 3).sites.into_iter().take(1).collect(), ..centre(1, 3) }.times(4).unwrap());
    let hotline = |row: &&BTreeMap<&str, &str>| row["queue"] == "berlin-hotline" && row["offered"] != "0";
    let of_day = |row: &BTreeMap<&str, &str>| (row["start_s"].parse::<i64>().unwrap() - 1_792_879_200).div_euclid(900);
    let quarters: Vec<i64> = rows(&files["truth/berlin/queue-quarters.csv"]).iter().filter(hotline).map(of_day).collect();
    assert!(quarters.iter().filter(|quarter| (8..12).contains(*quarter)).count() > 1, "the first time");
    assert!(quarters.iter().filter(|quarter| (12..16).contains(*quarter)).count() > 1, "the second time");
    assert!(quarters.iter().filter(|quarter| (0..100).contains(*quarter)).count() > 80);
}

/// Whoever moves at noon of the second day is in two teams on that day, and in one before and after.
#[test]
fn the_first_agent_moves_at_noon() {
    let files = files(centre(1, 3));
    let moves: Vec<&str> = files["reference/agent.csv"].lines().filter(|line| line.starts_with("PJSIP/berlin-1001,")).collect();
    assert!(moves.len() >= 2 && moves[0].starts_with("PJSIP/berlin-1001,,berlin-team-01,"), "{moves:?}");
    // Noon of 25 October in Berlin, after the clock was put back.
    assert!(moves.iter().any(|line| line.starts_with("PJSIP/berlin-1001,2026-10-25T11:00:00Z,berlin-team-02,")), "{moves:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn every_grain_says_the_same(seed in any::<u64>(), days in 1_u32..4) {
        assert_consistent(&files(centre(seed, days)));
    }
}
