//! The log through the product's own adapter and fold: clean or dirty, they must arrive at the truth, visit by visit.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use events::{AgentEvent, CallEvent, HandlingEnd, VisitOutcome};
use ingester::{Adapter, EventSink, RawRecord};
use lifecycle::{ContactEvents, NameTable, Options, Scratch, fold};
use simulator::{Dirt, Ended, Outcome, Scenario, Simulation, dirty, simulate};
use std::collections::BTreeMap;

const END_US: i64 = 1_795_608_000_000_000;

/// The events of every contact.
struct Contacts {
    by_id: BTreeMap<String, ContactEvents>,
    names: NameTable,
    notes: Vec<&'static str>,
}

impl EventSink for Contacts {
    fn call(&mut self, event: &CallEvent<'_>) {
        if let Some(contact) = self.by_id.get_mut(event.contact_id) {
            contact.push(event, &mut self.names);
        } else {
            self.by_id.insert(event.contact_id.to_owned(), ContactEvents::new(event, &mut self.names));
        }
    }
    fn agent(&mut self, _: &AgentEvent<'_>) {}
    fn broadcast(&mut self, _: &CallEvent<'_>) {}
    fn observation(&mut self, _: &events::Observation<'_>) {}
    fn note(&mut self, what: &'static str) {
        self.notes.push(what);
    }
}

/// One visit from either side: contact, queue, entry, outcome, wait, missed rings, talk, end.
type Row = (String, String, i64, VisitOutcome, Option<i64>, i64, Option<i64>, Option<HandlingEnd>);

fn expected(simulation: &Simulation) -> Vec<Row> {
    let row = |visit: &simulator::Visit| {
        let outcome = match visit.outcome {
            Outcome::Open => VisitOutcome::Open,
            Outcome::Answered => VisitOutcome::Answered,
            Outcome::Abandoned => VisitOutcome::Abandoned,
            Outcome::TimedOut => VisitOutcome::Timeout,
            Outcome::PressedKey => VisitOutcome::Key,
            Outcome::FoundEmpty => VisitOutcome::Empty,
            Outcome::RefusedFull | Outcome::RefusedEmpty => VisitOutcome::Blocked,
            Outcome::Overflowed | Outcome::Withdrawn => panic!("no log tells it"),
        };
        let end = visit.ended.map(|ended| match ended {
            Ended::ByAgent => HandlingEnd::Agent,
            Ended::ByCaller => HandlingEnd::Customer,
            Ended::BlindTransfer => HandlingEnd::TransferBlind,
            Ended::WarmTransfer => HandlingEnd::TransferWarm,
        });
        let wait_s = visit.left_s().map(|left_s| left_s - visit.entered_s);
        let contact = format!("pbx/{}", visit.call);
        (contact, visit.queue.to_string(), visit.entered_s, outcome, wait_s, i64::from(visit.missed_rings), end.map(|_| visit.talk_s), end)
    };
    simulation.truth().visits().iter().map(row).collect()
}

fn found(lines: impl IntoIterator<Item = String>) -> (Vec<Row>, Vec<&'static str>) {
    let config =
        serde_json::from_value(serde_json::json!({ "name": "pbx", "kind": "queue_log", "pseudonym_key": "a secret of the tests" }));
    let mut adapter = Adapter::from_config(&config.unwrap()).unwrap();
    let mut contacts = Contacts { by_id: BTreeMap::new(), names: NameTable::new(100_000), notes: Vec::new() };
    for (number, line) in (1..).zip(lines) {
        let record = RawRecord { payload: line.as_bytes(), source: "pbx", file: "queue_log", line: number };
        // Refused lines are counted elsewhere; here only what is left matters.
        drop(adapter.apply(&record, &mut contacts));
    }
    let mut rows = Vec::new();
    for contact in contacts.by_id.values() {
        let facts = fold(contact, contact.len(), &contacts.names, &mut Scratch::default(), &Options::default());
        for visit in &facts.visits {
            let handling = facts.handlings.iter().find(|handling| handling.visit_number == Some(visit.visit_number));
            let ended = handling.filter(|handling| handling.end != HandlingEnd::Open);
            rows.push((
                visit.contact_id.to_owned(),
                visit.queue.to_owned(),
                visit.entered_us / 1_000_000,
                visit.outcome,
                visit.wait_ms.map(|wait_ms| wait_ms / 1_000).filter(|_| visit.outcome != VisitOutcome::Blocked),
                i64::from(visit.missed_offers),
                ended.and_then(|handling| handling.talk_ms).map(|talk_ms| talk_ms / 1_000),
                ended.map(|handling| handling.end),
            ));
        }
    }
    (rows, contacts.notes)
}

fn assert_same(expected: Vec<Row>, found: Vec<Row>) {
    let sorted = |rows: Vec<Row>| {
        let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
        rows.sort();
        rows
    };
    let (expected, found) = (sorted(expected), sorted(found));
    let missing: Vec<&String> = expected.iter().filter(|row| found.binary_search(row).is_err()).collect();
    let unexpected: Vec<&String> = found.iter().filter(|row| expected.binary_search(row).is_err()).collect();
    assert!(
        expected == found,
        "missing: {:#?}\nunexpected: {:#?}",
        &missing[..missing.len().min(4)],
        &unexpected[..unexpected.len().min(4)]
    );
}

#[test]
fn adapter_and_fold_find_every_visit() {
    for (preset, seed) in [("small", 1), ("day", 2), ("demo", 3)] {
        let simulation = simulate(&Scenario::preset(preset, seed, END_US).unwrap()).unwrap();
        let (rows, notes) = found(simulation.lines().iter().map(|line| line.text.clone()));
        assert_eq!(notes, Vec::<&str>::new());
        assert_same(expected(&simulation), rows);
    }
}

#[test]
fn dirt_changes_nothing() {
    let simulation = simulate(&Scenario::preset("demo", 6, END_US).unwrap()).unwrap();
    let (lines, _) = dirty(simulation.lines(), 6, &Dirt { shuffle_within_s: 60, duplicate_share: 0.05, bad_lines: 40 });
    assert_same(expected(&simulation), found(lines).0);
}
