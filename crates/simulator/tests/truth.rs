//! The truth against the log: what an independent reader of the lines counts is what the simulation says happened.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod reading;

use proptest::prelude::*;
use simulator::{Ended, Outcome, QueuePlan, Scenario, Simulation, simulate};
use std::collections::{BTreeSet, HashMap};

fn preset(name: &str, seed: u64) -> Simulation {
    simulate(&Scenario::preset(name, seed).unwrap()).unwrap()
}

fn lines(simulation: &Simulation) -> impl Iterator<Item = &str> {
    simulation.lines().map(|line| line.text.as_str())
}

fn log(simulation: &Simulation) -> Vec<u8> {
    let mut file = Vec::new();
    simulation.write_log(&mut file).unwrap();
    file
}

fn assert_truth_is_in_the_lines(simulation: &Simulation) {
    let reading = reading::read(lines(simulation));
    let (mut event, mut cohort) = (Vec::new(), Vec::new());
    simulation.truth().write_event_csv(&mut event).unwrap();
    simulation.truth().write_cohort_csv(&mut cohort).unwrap();
    assert_eq!(reading.table(false), reading::table_of_csv(&event));
    assert_eq!(reading.table(true), reading::table_of_csv(&cohort));
}

/// Agents take one call at a time and only while logged on; the number of lines about each is balanced.
fn assert_agents_behave(simulation: &Simulation) {
    let mut busy: HashMap<&str, &str> = HashMap::new();
    let mut on: HashMap<(&str, &str), bool> = HashMap::new();
    for line in simulation.lines() {
        let field: Vec<&str> = line.text.split('|').collect();
        let (call, queue, agent) = (field[1], field[2], field[3]);
        match field[4] {
            "ADDMEMBER" => assert_ne!(on.insert((queue, agent), true), Some(true), "logged on twice: {}", line.text),
            "REMOVEMEMBER" => {
                assert_eq!(on.insert((queue, agent), false), Some(true), "was not logged on: {}", line.text);
                assert!(!busy.contains_key(agent), "goes home in a call: {}", line.text);
            }
            "CONNECT" => {
                assert_eq!(on.get(&(queue, agent)), Some(&true), "not a member: {}", line.text);
                assert_eq!(busy.insert(agent, call), None, "two calls at once: {}", line.text);
            }
            "COMPLETEAGENT" | "COMPLETECALLER" | "BLINDTRANSFER" | "ATTENDEDTRANSFER" => {
                assert_eq!(busy.remove(agent), Some(call), "not in this call: {}", line.text);
            }
            _ => {}
        }
    }
}

#[test]
fn every_preset_tells_its_truth() {
    for name in ["small", "day", "demo"] {
        let simulation = preset(name, 3);
        assert_truth_is_in_the_lines(&simulation);
        assert_agents_behave(&simulation);
    }
}

#[test]
fn the_demo_shows_everything_that_a_centre_does() {
    let demos: Vec<Simulation> = (1..=5).map(|seed| preset("demo", seed)).collect();
    let verbs: BTreeSet<&str> = demos.iter().flat_map(lines).filter_map(|line| line.split('|').nth(4)).collect();
    let expected = "ABANDON ADDMEMBER ATTENDEDTRANSFER BLINDTRANSFER CALLEROFFHOLD CALLERONHOLD COMPLETEAGENT COMPLETECALLER CONNECT \
                    DID ENTERQUEUE EXITEMPTY EXITWITHKEY EXITWITHTIMEOUT FULL JOINEMPTY PAUSE PAUSEALL QUEUESTART REMOVEMEMBER \
                    RINGCANCELED RINGNOANSWER UNPAUSE UNPAUSEALL";
    assert_eq!(verbs.into_iter().collect::<Vec<_>>().join(" "), expected);
    let visits = || demos.iter().flat_map(|demo| &demo.truth().visits);
    assert!(visits().any(|visit| visit.outcome == Outcome::Answered && visit.ended.is_none()), "nobody talks at the end");
    assert!(visits().any(|visit| visit.outcome == Outcome::Open), "nobody waits at the end");
    assert!(visits().any(|visit| visit.ended == Some(Ended::QueueTransfer)), "nobody is sent on to another queue");
    assert!(visits().any(|visit| visit.visit_number > 2), "nobody is sent on twice");
}

/// The bytes are the same on every machine. A change of the model changes them: then check the new log and put its hash here.
#[test]
fn the_bytes_are_the_known_ones() {
    let hash =
        |bytes: Vec<u8>| bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    let hashes = ["small", "day", "demo"].map(|name| format!("{name} {:016x}", hash(log(&preset(name, 1)))));
    assert_eq!(hashes.join(", "), "small 6a8da0d831512717, day 33d60711ce9bcf6a, demo 4129c56000180f7f");
}

#[test]
fn seeds_decide_everything_and_nothing_else_does() {
    for name in ["small", "demo"] {
        let (first, again, other) = (preset(name, 11), preset(name, 11), preset(name, 12));
        assert_eq!(log(&first), log(&again));
        assert_eq!(first.truth(), again.truth());
        assert_ne!(log(&first), log(&other));
    }
}

#[test]
fn lines_are_in_order_and_begin_with_their_second() {
    let simulation = preset("day", 2);
    assert!(simulation.lines().is_sorted_by_key(|line| line.time_us));
    assert!(simulation.lines().all(|line| line.text.starts_with(&format!("{}|", line.time_us / 1_000_000))));
}

#[test]
fn a_cut_log_is_the_beginning_of_the_whole_one() {
    let whole = Scenario::preset("small", 4).unwrap();
    let cut = Scenario { until_s: Some(whole.start_s + 2 * 86_400 + 11 * 3_600), ..whole.clone() };
    let (whole, cut) = (simulate(&whole).unwrap(), simulate(&cut).unwrap());
    assert!(cut.lines().len() > 1_000 && cut.lines().eq(whole.lines().take(cut.lines().len())));
    assert_truth_is_in_the_lines(&cut);
}

#[test]
fn the_demo_can_end_at_any_instant_and_is_busy_then() {
    for hour in [0, 7, 13, 22] {
        let end_s = 1_790_000_000 + hour * 3_600;
        let simulation = simulate(&Scenario::demo(1, end_s)).unwrap();
        let last = simulation.lines().last().unwrap();
        assert!((end_s - 60..end_s).contains(&(last.time_us / 1_000_000)), "{}", last.text);
        let talking = simulation.truth().visits.iter().filter(|visit| visit.agent.is_some() && visit.ended.is_none()).count();
        assert!(talking > 15, "{talking} conversations at the end");
    }
}

fn scenarios() -> impl Strategy<Value = Scenario> {
    let queue = (10.0..400.0, 0_u32..9, 20.0..400.0, 5.0..200.0, prop::option::of(1_u32..120), prop::option::of(1_u32..6), any::<bool>());
    let shares = prop::array::uniform6(0.0..0.3_f64);
    (any::<u64>(), prop::collection::vec(queue, 1..5), shares, any::<bool>(), prop::option::of(0_i64..90_000)).prop_map(
        |(seed, queues, shares, logs_refused_joins, until)| {
            let small = Scenario::preset("small", seed).unwrap();
            let plans = queues.into_iter().enumerate().map(|(number, queue)| {
                let (calls_per_day, agents, mean_talk_s, mean_patience_s, timeout_s, waiting_max, admits_when_empty) = queue;
                let overflow_to = (number > 0).then(|| "q0".to_owned());
                let plan = QueuePlan {
                    mean_talk_s,
                    mean_patience_s,
                    timeout_s,
                    waiting_max,
                    admits_when_empty,
                    overflow_to,
                    ring_no_answer_share: shares[0],
                    key_exit_share: shares[1],
                    night_share: shares[2],
                    ..QueuePlan::new(&format!("q{number}"), calls_per_day, agents)
                };
                if number % 2 == 1 { QueuePlan { opens_minute: 0, closes_minute: 1_440, wrapup_s: 0, ..plan } } else { plan }
            });
            Scenario {
                queues: plans.collect(),
                days: 1,
                until_s: until.map(|until| small.start_s + until),
                blind_transfer_share: shares[3],
                attended_transfer_share: shares[4],
                queue_transfer_share: shares[5],
                hold_share: shares[0] * 3.0,
                logs_refused_joins,
                ..small
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_centre_tells_its_truth(scenario in scenarios()) {
        let simulation = simulate(&scenario).unwrap();
        if scenario.logs_refused_joins || simulation.truth().totals().blocked == 0 {
            assert_truth_is_in_the_lines(&simulation);
        }
        assert_agents_behave(&simulation);
    }

    #[test]
    fn every_cohort_is_conserved(scenario in scenarios()) {
        let simulation = simulate(&scenario).unwrap();
        for interval in simulation.truth().intervals(simulator::Attribution::Cohort) {
            let counts = interval.measures;
            prop_assert_eq!(counts.offered, counts.answered + counts.abandoned + counts.flow_out + counts.open);
            prop_assert!(counts.handled <= counts.answered && counts.answered_le_20 <= counts.answered);
            prop_assert!(counts.abandoned_le_5 <= counts.abandoned_le_20 && counts.abandoned_le_20 <= counts.abandoned);
            prop_assert!(scenario.until_s.is_some() || (counts.open == 0 && counts.handled == counts.answered));
        }
    }
}
