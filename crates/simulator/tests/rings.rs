//! Ringing in the truth against the log: every ring is where its line says, so long as nothing stronger is, and nowhere else.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use simulator::{Activity, Scenario, Simulation, simulate};
use std::collections::BTreeMap;

const END_US: i64 = 1_795_608_000_000_000;

/// Stretches of time, Unix milliseconds.
type Stretches = Vec<(i64, i64)>;

/// What the log says of an agent: logged in; in contact or after-call work; ringing.
#[derive(Default)]
struct Told {
    sessions: Stretches,
    busy: Stretches,
    rings: Stretches,
}

/// Reads the log: a CONNECT has the seconds of its ring, a RINGNOANSWER and a RINGCANCELED their milliseconds, all up to the second of the line.
fn told(simulation: &Simulation) -> BTreeMap<String, Told> {
    let mut agents: BTreeMap<String, Told> = BTreeMap::new();
    for line in simulation.lines() {
        let fields: Vec<&str> = line.text.split('|').collect();
        let number = |at: usize| fields[at].parse::<i64>().unwrap();
        let (at_ms, agent) = (number(0) * 1_000, agents.entry(fields[3].to_owned()).or_default());
        let open = |stretches: &mut Stretches| stretches.push((at_ms, i64::MAX));
        let close = |stretches: &mut Stretches| stretches.iter_mut().filter(|(_, to)| *to == i64::MAX).for_each(|last| last.1 = at_ms);
        match fields[4] {
            "ADDMEMBER" => open(&mut agent.sessions),
            "REMOVEMEMBER" => close(&mut agent.sessions),
            "CONNECT" => {
                agent.rings.push((at_ms - number(7) * 1_000, at_ms));
                open(&mut agent.busy);
            }
            "COMPLETEAGENT" | "COMPLETECALLER" | "BLINDTRANSFER" | "ATTENDEDTRANSFER" => close(&mut agent.busy),
            "WRAPUPSTART" => agent.busy.push((at_ms, at_ms + number(5) * 1_000)),
            "RINGNOANSWER" | "RINGCANCELED" => agent.rings.push((at_ms - number(5), at_ms)),
            _ => {}
        }
    }
    agents
}

/// Millisecond by millisecond would take too long: between two edges nothing changes.
fn ringing(told: &Told) -> Stretches {
    let mut edges: Vec<i64> = [&told.sessions, &told.busy, &told.rings].into_iter().flatten().flat_map(|(from, to)| [*from, *to]).collect();
    edges.sort_unstable();
    edges.dedup();
    let covers = |stretches: &Stretches, at: i64| stretches.iter().any(|(from, to)| (*from..*to).contains(&at));
    let mut found: Stretches = Vec::new();
    for pair in edges.windows(2) {
        if covers(&told.rings, pair[0]) && covers(&told.sessions, pair[0]) && !covers(&told.busy, pair[0]) {
            match found.last_mut().filter(|last| last.1 == pair[0]) {
                Some(last) => last.1 = pair[1],
                None => found.push((pair[0], pair[1])),
            }
        }
    }
    found
}

#[test]
fn rings_are_where_the_log_says() {
    let (mut rings, mut into_pauses) = (0, 0);
    for seed in 1..=8 {
        let mut scenario = Scenario::preset("small", seed, END_US).unwrap();
        for queue in &mut scenario.queues {
            queue.calls_per_day *= 1.4;
            queue.ring_no_answer_share = 0.15;
            queue.logs_wrapup = true;
        }
        let simulation = simulate(&scenario).unwrap();
        let mut truth: BTreeMap<String, Stretches> = BTreeMap::new();
        for span in simulation.truth().activities().iter().filter(|span| span.activity == Activity::Ringing) {
            truth.entry(span.agent.to_string()).or_default().push((span.from_ms, span.until_ms.unwrap()));
        }
        let log = told(&simulation);
        for (agent, told) in log.iter().filter(|(_, told)| !told.sessions.is_empty()) {
            let found = truth.remove(agent).unwrap_or_default();
            assert_eq!(found, ringing(told), "seed {seed}, {agent}");
            rings += found.len();
        }
        assert!(truth.is_empty(), "{truth:?}");
        // Without overlap or gap: a ring that reaches back into a pause has cut it.
        let mut before: BTreeMap<&str, (i64, Activity)> = BTreeMap::new();
        for span in simulation.truth().activities() {
            let last = before.insert(&span.agent, (span.until_ms.unwrap_or(i64::MAX), span.activity));
            let (until_ms, activity) = last.unwrap_or((i64::MIN, Activity::Available));
            assert!(until_ms <= span.from_ms, "{span:?}");
            into_pauses += usize::from(until_ms == span.from_ms && until_ms % 1_000 != 0 && matches!(activity, Activity::Paused(_)));
        }
    }
    assert!(rings > 500 && into_pauses > 0, "{rings} rings, {into_pauses} of them begin in a pause");
}
