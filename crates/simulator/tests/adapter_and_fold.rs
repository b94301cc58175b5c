//! The simulated log through the product's own adapter and fold: clean or dirty, they must arrive at the truth, visit by
//! visit, and refuse exactly the bad lines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use events::{AgentEvent, CallEvent, HandlingEnd, VisitOutcome};
use ingester::{Adapter, EventSink, RawRecord};
use lifecycle::{ContactEvents, NameTable, Options, Scratch, fold};
use simulator::{Dirt, Ended, Outcome, Scenario, Simulation, dirty, simulate};
use std::collections::BTreeMap;

/// Keeps the events of every contact.
struct Contacts {
    by_id: BTreeMap<String, ContactEvents>,
    names: NameTable,
    notes: Vec<&'static str>,
}

impl EventSink for Contacts {
    fn call(&mut self, event: &CallEvent<'_>) {
        match self.by_id.get_mut(event.contact_id) {
            Some(contact) => drop(contact.push(event, &mut self.names)),
            None => drop(self.by_id.insert(event.contact_id.to_owned(), ContactEvents::new(event, &mut self.names))),
        }
    }

    fn agent(&mut self, _: &AgentEvent<'_>) {}

    fn broadcast(&mut self, _: &CallEvent<'_>) {}

    fn note(&mut self, what: &'static str) {
        self.notes.push(what);
    }
}

/// One visit, from either side: (call, queue, entered, outcome, wait, missed offers, talk with holds, hold, end).
type Row = (String, String, i64, String, Option<i64>, u32, Option<i64>, i64, String);

fn expected(simulation: &Simulation) -> Vec<Row> {
    let visits = simulation.truth().visits.iter();
    let rows = visits.map(|visit| {
        let outcome = match visit.outcome {
            Outcome::RefusedFull | Outcome::RefusedEmpty => "blocked".to_owned(),
            outcome => outcome.to_string(),
        };
        let end = match visit.ended {
            None => "",
            Some(Ended::ByAgent) => "Agent",
            Some(Ended::ByCaller) => "Customer",
            Some(Ended::WarmTransfer) => "TransferWarm",
            Some(Ended::BlindTransfer | Ended::QueueTransfer) => "TransferBlind",
        };
        let wait_s = (visit.outcome != Outcome::Open && !visit.outcome.is_refused()).then_some(visit.wait_s);
        let (call, queue) = (format!("a/{}", visit.call), visit.queue.to_string());
        let talk_s = visit.ended.map(|_| visit.talk_s);
        let hold_s = if talk_s.is_some() { visit.hold_s } else { 0 };
        (call, queue, visit.entered_s, outcome, wait_s, visit.missed_offers, talk_s, hold_s, end.to_owned())
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.sort();
    rows
}

/// What adapter and fold make of the lines, the rejects' (position, code), and the adapter's notes.
fn processed(lines: &[String]) -> (Vec<Row>, Vec<(usize, &'static str)>, Vec<&'static str>) {
    let config = toml::from_str("name = 'a'\nkind = 'queue_log'\npseudonym_key = 'a secret of the tests'").unwrap();
    let mut adapter = Adapter::from_config(&config).unwrap();
    let mut contacts = Contacts { by_id: BTreeMap::new(), names: NameTable::new(100_000), notes: Vec::new() };
    let mut rejects = Vec::new();
    for (position, line) in lines.iter().enumerate() {
        let record = RawRecord { payload: line.as_bytes(), source: "a", file: "queue_log", line: position as u64 + 1 };
        rejects.extend(adapter.apply(&record, &mut contacts).err().map(|reject| (position, reject.code)));
    }
    let mut rows = Vec::new();
    for contact in contacts.by_id.values() {
        let facts = fold(contact, contact.len(), &contacts.names, &mut Scratch::default(), &Options::default());
        for visit in &facts.visits {
            let handling = facts.handlings.iter().find(|handling| handling.visit_number == Some(visit.visit_number));
            let ended = handling.filter(|handling| handling.end != HandlingEnd::Open);
            let talk_s = ended.and_then(|handling| Some((handling.talk_ms? + handling.hold_ms) / 1_000));
            let wait_s = visit.wait_ms.map(|wait_ms| wait_ms / 1_000).filter(|_| visit.outcome != VisitOutcome::Blocked);
            rows.push((
                visit.contact_id.to_owned(),
                visit.queue.to_owned(),
                visit.entered_us / 1_000_000,
                format!("{:?}", visit.outcome).to_lowercase(),
                wait_s,
                u32::try_from(visit.missed_offers).unwrap(),
                talk_s,
                ended.map_or(0, |handling| handling.hold_ms / 1_000),
                ended.map(|handling| format!("{:?}", handling.end)).unwrap_or_default(),
            ));
        }
    }
    rows.sort();
    (rows, rejects, contacts.notes)
}

fn assert_same(expected: &[Row], got: &[Row]) {
    let missing: Vec<&Row> = expected.iter().filter(|row| got.binary_search(row).is_err()).collect();
    let unexpected: Vec<&Row> = got.iter().filter(|row| expected.binary_search(row).is_err()).collect();
    let some = |rows: &[&Row]| rows.iter().take(4).map(|row| format!("\n  {row:?}")).collect::<String>();
    assert!(
        missing.is_empty() && unexpected.is_empty() && expected.len() == got.len(),
        "{} visits, {} differ\nmissing:{}\nunexpected:{}",
        expected.len(),
        missing.len(),
        some(&missing),
        some(&unexpected)
    );
}

#[test]
fn adapter_and_fold_find_every_visit() {
    for (name, seed) in [("small", 1), ("day", 2), ("demo", 3)] {
        let scenario = Scenario { logs_refused_joins: true, ..Scenario::preset(name, seed).unwrap() };
        let simulation = simulate(&scenario).unwrap();
        let lines: Vec<String> = simulation.lines().map(|line| line.text.clone()).collect();
        let (rows, rejects, notes) = processed(&lines);
        assert_eq!((rejects, notes), (Vec::new(), Vec::new()));
        assert_same(&expected(&simulation), &rows);
    }
}

#[test]
fn dirt_changes_nothing_but_the_rejects() {
    let simulation = simulate(&Scenario::preset("demo", 6).unwrap()).unwrap();
    let (lines, truth) = dirty(simulation.lines().map(|line| line.text.as_str()), 6, &Dirt { bad_lines: 45, ..Dirt::default() });
    let (rows, rejects, _) = processed(&lines);
    assert_eq!(rejects, truth.poison.iter().map(|poison| (poison.position, poison.code)).collect::<Vec<_>>());
    assert_same(&expected(&simulation), &rows);
}
