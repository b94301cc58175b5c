//! A dirty log has every good line still in it, and the bad ones are refused by the product's own adapter as the truth says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use events::{AgentEvent, CallEvent};
use ingester::{Adapter, EventSink, RawRecord};
use proptest::prelude::*;
use simulator::{Dirt, Line, Scenario, dirty, simulate};
use std::collections::BTreeMap;

const END_US: i64 = 1_795_608_000_000_000;

struct Nowhere;

impl EventSink for Nowhere {
    fn call(&mut self, _: &CallEvent<'_>) {}
    fn agent(&mut self, _: &AgentEvent<'_>) {}
    fn broadcast(&mut self, _: &CallEvent<'_>) {}
    fn observation(&mut self, _: &events::Observation<'_>) {}
    fn note(&mut self, _: &'static str) {}
}

fn adapter() -> Adapter {
    let config =
        serde_json::from_value(serde_json::json!({ "name": "pbx", "kind": "queue_log", "pseudonym_key": "a secret of the tests" }))
            .unwrap();
    Adapter::from_config(&config).unwrap()
}

/// The lines that the adapter takes, and how many it refused by code.
fn sorted_out(lines: &[String]) -> (Vec<&str>, BTreeMap<&'static str, u64>) {
    let (mut adapter, mut taken, mut refused) = (adapter(), Vec::new(), BTreeMap::new());
    for (number, text) in lines.iter().enumerate() {
        let record = RawRecord { payload: text.as_bytes(), source: "pbx", file: "queue_log", line: number as u64 + 1 };
        match adapter.apply(&record, &mut Nowhere) {
            Ok(()) => taken.push(text.as_str()),
            Err(reject) => *refused.entry(reject.code).or_default() += 1,
        }
    }
    (taken, refused)
}

fn small(seed: u64) -> Vec<Line> {
    simulate(&Scenario::preset("small", seed, END_US).unwrap()).unwrap().lines().to_vec()
}

#[test]
fn the_adapter_takes_every_clean_line() {
    for (preset, seed) in [("small", 1), ("day", 2), ("demo", 3)] {
        let simulation = simulate(&Scenario::preset(preset, seed, END_US).unwrap()).unwrap();
        let texts: Vec<String> = simulation.lines().iter().map(|line| line.text.clone()).collect();
        assert_eq!(sorted_out(&texts).1, BTreeMap::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn good_lines_stay_and_bad_ones_are_refused_as_told(
        seed in any::<u64>(),
        shuffle_within_s in 0_u32..300,
        duplicate_share in 0.0..0.3,
        bad_lines in 0_u32..60,
    ) {
        let lines = small(seed);
        let (spoilt, truth) = dirty(&lines, seed, &Dirt { shuffle_within_s, duplicate_share, bad_lines });
        prop_assert_eq!(spoilt.len() as u64, lines.len() as u64 + truth.duplicates + u64::from(bad_lines));
        let (taken, refused) = sorted_out(&spoilt);
        prop_assert_eq!(&refused, &truth.dead_letters);
        // Without one copy of each duplicate exactly the clean lines are left.
        let mut copies: BTreeMap<&str, i64> = BTreeMap::new();
        for text in taken {
            *copies.entry(text).or_default() += 1;
        }
        for line in &lines {
            *copies.entry(&line.text).or_default() -= 1;
        }
        prop_assert!(copies.values().all(|extra| *extra >= 0), "a line is lost");
        prop_assert_eq!(copies.values().sum::<i64>(), i64::try_from(truth.duplicates).unwrap());
        let same = dirty(&lines, seed, &Dirt { shuffle_within_s, duplicate_share, bad_lines });
        prop_assert_eq!((spoilt, truth), same);
    }
}
