//! The opposed pairs against the catalogue and against what is asked of scorecards.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use retention::scorecards::{Finding, PAIRS, lint};
use std::collections::BTreeSet;

/// Names of KPIs: of queues, of agents' time, of facts.
fn catalogue() -> BTreeSet<&'static str> {
    let of_facts = kpi::fact_kpis::TABLES.iter().flat_map(|table| table.kpis).map(|kpi| kpi.name);
    kpi::catalogue().map(|kpi| kpi.name).chain(kpi::agent_time::KPIS.iter().map(|kpi| kpi.name)).chain(of_facts).collect()
}

#[test]
fn every_name_is_in_the_catalogue() {
    let known = catalogue();
    let names = PAIRS.iter().flat_map(|pair| [pair.pushed, pair.at_the_cost_of]);
    let unknown: BTreeSet<&str> = names.filter(|name| !known.contains(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let once: BTreeSet<(&str, &str)> = PAIRS.iter().map(|pair| (pair.pushed, pair.at_the_cost_of)).collect();
    assert_eq!(once.len(), PAIRS.len(), "a pair is listed twice");
}

/// What is listed for people is what scorecards are asked for: alone the pushed one invites a groove, beside any of its own it does not, and beside one that is
/// no pair of it it does.
#[test]
fn what_is_listed_is_what_is_asked_for() {
    let pushed: BTreeSet<&str> = PAIRS.iter().map(|pair| pair.pushed).collect();
    let weak: BTreeSet<&str> = PAIRS.iter().map(|pair| pair.at_the_cost_of).collect();
    for &strong in &pushed {
        let alone = lint(&[(strong, 1)]);
        assert!(alone.iter().any(|finding| matches!(finding, Finding::Unopposed { kpi, .. } if kpi == strong)), "{strong}: {alone:?}");
        for &beside in &weak {
            let is_pair = PAIRS.iter().any(|pair| (pair.pushed, pair.at_the_cost_of) == (strong, beside));
            assert_eq!(lint(&[(strong, 1), (beside, 1)]).is_empty(), is_pair, "{strong} beside {beside}");
        }
    }
    // Sales per hour are sales first: short talks are no measure for them.
    assert!(!lint(&[("sales_per_hour", 1), ("short_talk_rate", 1)]).is_empty());
    assert_eq!(lint(&[("sales_per_hour", 1), ("complaint_rate", 1)]), []);
}
