//! The truth is what an independent reader finds in the log, and is consistent in itself.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod reader;

use proptest::prelude::*;
use reader::{Counts, intervals, read};
use simulator::{Attribution, Outcome, QueuePlan, Scenario, Simulation, simulate};
use std::collections::BTreeMap;

const END_US: i64 = 1_795_608_000_000_000;

fn simulation(preset: &str, seed: u64) -> Simulation {
    simulate(&Scenario::preset(preset, seed, END_US + seed as i64 * 7_777_777_777).unwrap()).unwrap()
}

fn texts(simulation: &Simulation) -> impl Iterator<Item = &str> {
    simulation.lines().iter().map(|line| line.text.as_str())
}

/// The count columns of an interval table by (begin, queue), zeros left out, `ALL` apart.
fn table(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> (BTreeMap<(i64, String), Counts>, BTreeMap<i64, Counts>) {
    let mut file = Vec::new();
    write(&mut file).unwrap();
    let text = String::from_utf8(file).unwrap();
    let names: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let (mut rows, mut all) = (BTreeMap::new(), BTreeMap::new());
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), names.len(), "{line}");
        let start_s = cells[1].parse::<jiff::Timestamp>().unwrap().as_second();
        let number = |(name, cell): (&&str, &&str)| cell.parse().ok().filter(|count| *count != 0).map(|count| ((*name).to_owned(), count));
        let counts: Counts = names[3..].iter().zip(&cells[3..]).filter_map(number).collect();
        if cells[2] == "ALL" {
            all.insert(start_s, counts)
        } else {
            rows.insert((start_s, cells[2].to_owned()), counts)
        };
    }
    (rows, all)
}

fn sum<'a>(rows: impl Iterator<Item = &'a Counts>) -> Counts {
    let mut sum = Counts::new();
    for (name, count) in rows.flatten() {
        let cell = sum.entry(name.clone()).or_default();
        *cell = if name.starts_with("max_") { (*cell).max(*count) } else { *cell + count };
    }
    sum
}

fn assert_truth_is_in_the_log(simulation: &Simulation) {
    let read = read(texts(simulation));
    let truth = simulation.truth();
    for cohort in [false, true] {
        let (rows, all) = table(|file| if cohort { truth.write_cohort_csv(file) } else { truth.write_event_csv(file) });
        let expected = intervals(&read, cohort);
        for (key, counts) in &expected {
            assert_eq!(rows.get(key), Some(counts), "{key:?}, cohort: {cohort}");
        }
        assert_eq!(rows.len(), expected.len());
        for (start_s, counts) in &all {
            assert_eq!(&sum(expected.iter().filter(|((at, _), _)| at == start_s).map(|(_, counts)| counts)), counts);
        }
        let totals = sum(expected.values());
        for name in ["offered", "answered", "abandoned", "other_exit", "handled", "handle_s", "answered_le_20", "max_wait_s", "open"] {
            assert_eq!(truth.totals_json()["ALL"][name].as_i64().unwrap_or(0), totals.get(name).copied().unwrap_or(0), "{name}");
        }
    }
    let entered: Vec<_> = truth.visits().iter().filter(|visit| !visit.outcome.is_blocked()).collect();
    assert_eq!((entered.len(), truth.visits().len()), (read.stays.len(), read.stays.len() + read.blocked.len()));
    let mut numbers: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for (visit, stay) in entered.iter().zip(&read.stays) {
        let number = numbers.entry((&stay.call, &stay.queue)).or_default();
        *number += 1;
        assert_eq!(visit.number, *number, "{visit:?}");
        let told = (&*visit.call, &*visit.queue, visit.entered_s, visit.left_s(), visit.ended_s(), visit.talk_s);
        assert_eq!(told, (stay.call.as_str(), stay.queue.as_str(), stay.entered_s, stay.left_s, stay.ended_s, stay.talk_s));
        assert_eq!((visit.outcome.verb().unwrap_or_default(), visit.ended.map_or("", |ended| ended.verb())), (&*stay.exit, &*stay.end));
    }
}

#[test]
fn a_reader_finds_the_truth_in_every_preset() {
    for (preset, seed) in [("small", 1), ("small", 2), ("day", 3), ("demo", 4)] {
        assert_truth_is_in_the_log(&simulation(preset, seed));
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_one_others() {
    let bytes = |seed| {
        let simulation = simulate(&Scenario::preset("demo", seed, END_US).unwrap()).unwrap();
        let (mut log, mut calls) = (Vec::new(), Vec::new());
        simulation.write_log(&mut log).unwrap();
        simulation.truth().write_calls_csv(&mut calls).unwrap();
        (log, calls)
    };
    assert_eq!(bytes(5), bytes(5));
    assert_ne!(bytes(5).0, bytes(6).0);
}

#[test]
fn nothing_gets_lost_between_entry_and_exit() {
    let simulation = simulation("demo", 7);
    for interval in simulation.truth().intervals(Attribution::Cohort) {
        let m = interval.measures;
        assert_eq!(m.offered, m.answered + m.abandoned + m.other_exit + m.open, "{} {}", interval.start_s, interval.queue);
        assert!(m.handled <= m.answered && m.answered_lt_20 <= m.answered_le_20 && m.abandoned_le_5 <= m.abandoned_le_20);
    }
}

#[test]
fn lines_are_within_the_span_in_order_and_stamped_in_whole_seconds() {
    let scenario = Scenario::preset("demo", 8, END_US + 1_234_567).unwrap();
    let simulation = simulate(&scenario).unwrap();
    assert!(simulation.lines().is_sorted_by_key(|line| line.time_us));
    for line in simulation.lines() {
        assert!(line.text.starts_with(&format!("{}|", line.time_us / 1_000_000)) && line.time_us % 1_000_000 == 0, "{line:?}");
        assert!((scenario.start_us - 999_999..scenario.end_us).contains(&line.time_us), "{line:?}");
    }
}

#[test]
fn the_demo_has_everything_in_it_and_believable_service_levels() {
    let simulation = simulation("demo", 1);
    let verbs: Vec<&str> = texts(&simulation).filter_map(|text| text.split('|').nth(4)).collect();
    for verb in [
        "QUEUESTART",
        "DID",
        "ENTERQUEUE",
        "CONNECT",
        "COMPLETEAGENT",
        "COMPLETECALLER",
        "BLINDTRANSFER",
        "ATTENDEDTRANSFER",
        "ABANDON",
        "EXITWITHKEY",
        "EXITWITHTIMEOUT",
        "EXITEMPTY",
        "FULL",
        "JOINEMPTY",
        "RINGNOANSWER",
        "RINGCANCELED",
        "ADDMEMBER",
        "REMOVEMEMBER",
        "PAUSE",
        "PAUSEALL",
        "UNPAUSE",
        "UNPAUSEALL",
    ] {
        assert!(verbs.contains(&verb), "no {verb}");
    }
    let totals = simulation.truth().totals_json();
    let queues = totals["queues"].as_object().unwrap();
    assert_eq!(queues.len(), 8);
    for (queue, of_queue) in queues {
        let level = of_queue["sl2"].as_f64().unwrap();
        assert!((0.6..0.95).contains(&level), "{queue}: {level}");
    }
    let running = |outcome| simulation.truth().visits().iter().any(|visit| visit.outcome == outcome && visit.ended.is_none());
    assert!(running(Outcome::Answered), "nobody talks at the end");
}

#[test]
fn pauses_and_stays_of_agents_are_those_of_the_log() {
    let simulation = simulation("small", 9);
    let count = |verb: &str| texts(&simulation).filter(|text| text.split('|').nth(4) == Some(verb)).count();
    let spans = simulation.truth().agent_spans();
    let pauses = spans.iter().filter(|span| span.activity != simulator::AgentActivity::LoggedOn);
    assert_eq!(count("PAUSEALL"), pauses.clone().count());
    assert_eq!(count("UNPAUSEALL"), pauses.filter(|span| span.until_s.is_some()).count());
    let mut file = Vec::new();
    simulation.truth().write_agents_csv(&mut file).unwrap();
    assert_eq!(String::from_utf8(file).unwrap().lines().count(), spans.len() + 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_reader_finds_the_truth_of_any_centre(
        seed in any::<u64>(),
        hours in 1_i64..40,
        offset_min in -840..=840,
        calls in 0.0..900.0,
        agents in 0_u32..9,
        patience_s in 5.0..300.0,
        timeout_s in proptest::option::of(1_u32..200),
        waiting_max in proptest::option::of(0_u32..6),
        admits_when_empty: bool,
    ) {
        let plan = QueuePlan { mean_patience_s: patience_s, timeout_s, waiting_max, admits_when_empty, ..QueuePlan::new("a", calls, agents) };
        let overflow = QueuePlan { overflow_to: Some("a".to_owned()), opens_min: 0, closes_min: 1_440, name: "b".to_owned(), ..plan.clone() };
        let scenario = Scenario {
            start_us: END_US - hours * 3_600_000_000,
            east_of_utc_min: offset_min,
            queues: vec![QueuePlan { overflow_to: Some("b".to_owned()), ..plan }, overflow],
            blind_transfer_share: 0.2,
            warm_transfer_share: 0.2,
            ..Scenario::preset("small", seed, END_US).unwrap()
        };
        assert_truth_is_in_the_log(&simulate(&scenario).unwrap());
    }
}
