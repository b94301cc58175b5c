//! What the adapter's events amount to: folded, one line for each fact, times as times of day.
#![allow(dead_code, reason = "every test file uses its own part")]

use crate::common::{self, Kept, record};
use events::CallEvent;
use ingester::Adapter;
use lifecycle::{ContactEvents, Facts, Inferred, NameTable, Options, Scratch, fold};
use serde_json::Value;
use std::collections::BTreeMap;

/// A fixture, one record a line.
pub(crate) fn lines(name: &str) -> Vec<String> {
    let path = format!("{}/tests/data/amazon_connect/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().map(str::to_owned).collect()
}

pub(crate) fn adapter() -> Adapter {
    common::adapter("name = 'c'\nkind = 'amazon_connect'")
}

/// The events of records; none may be rejected.
pub(crate) fn kept(records: &[String]) -> Kept {
    let (mut adapter, mut kept) = (adapter(), Kept::default());
    for (line, payload) in (1..).zip(records) {
        adapter.apply(&record(payload.as_bytes(), line), &mut kept).unwrap_or_else(|reject| panic!("{payload}: {reject:?}"));
    }
    kept
}

/// The facts of every contact.
pub(crate) fn facts(records: &[String]) -> BTreeMap<String, Vec<String>> {
    facts_of(&kept(records).calls)
}

pub(crate) fn facts_of(calls: &[Value]) -> BTreeMap<String, Vec<String>> {
    let texts: Vec<String> = calls.iter().map(Value::to_string).collect();
    let mut contacts: BTreeMap<String, Vec<CallEvent>> = BTreeMap::new();
    for event in texts.iter().map(|text| serde_json::from_str::<CallEvent>(text).unwrap()) {
        contacts.entry(event.contact_id.to_owned()).or_default().push(event);
    }
    contacts.into_iter().map(|(contact_id, events)| (contact_id, folded(&events))).collect()
}

fn folded(events: &[CallEvent]) -> Vec<String> {
    let mut names = NameTable::new(1000);
    let mut contact = ContactEvents::new(&events[0], &mut names);
    for event in &events[1..] {
        contact.push(event, &mut names);
    }
    described(&fold(&contact, contact.len(), &names, &mut Scratch::default(), &Options::default()))
}

fn clock(time_us: Option<i64>) -> String {
    let Some(time_us) = time_us else { return "?".to_owned() };
    let (second, rest_us) = (time_us.div_euclid(1_000_000) % 86_400, time_us.rem_euclid(1_000_000));
    let rest = if rest_us == 0 { String::new() } else { format!(".{rest_us:06}") };
    format!("{:02}:{:02}:{:02}{rest}", second / 3600, second / 60 % 60, second % 60)
}

fn number(value: Option<i64>) -> String {
    value.map_or_else(|| "?".to_owned(), |value| value.to_string())
}

fn short(text: Option<&str>) -> String {
    text.map_or_else(|| "-".to_owned(), |text| text.chars().take(8).collect())
}

fn bits(inferred: i32) -> String {
    Inferred::names(inferred).map(|name| format!(" [{name}]")).collect()
}

fn described(facts: &Facts) -> Vec<String> {
    let visits = facts.visits.iter().map(|visit| {
        let (entered, left, wait) = (clock(Some(visit.entered_us)), clock(visit.left_us), number(visit.wait_ms));
        let why = visit.reason.map(|reason| format!(" why={reason}")).unwrap_or_default();
        let missed = if visit.missed_offers > 0 { format!(" missed={}", visit.missed_offers) } else { String::new() };
        let transferred = if visit.transferred_in { " in" } else { "" };
        let (queue, outcome, agent, bits) = (visit.queue, visit.outcome, short(visit.agent), bits(visit.inferred));
        format!("visit {queue} {entered}-{left} {outcome:?} wait={wait} agent={agent}{why}{missed}{transferred}{bits}")
    });
    let handlings = facts.handlings.iter().map(|handling| {
        let (connected, ended) = (clock(Some(handling.connected_us)), clock(handling.ended_us));
        let (talk_ended, talk, acw) = (clock(handling.talk_ended_us), number(handling.talk_ms), number(handling.acw_ms));
        let (agent, queue, end) = (short(Some(handling.agent)), handling.queue.unwrap_or("-"), handling.end);
        let (hold, bits) = (handling.hold_ms, bits(handling.inferred));
        let target = handling.transfer_target.map(|target| format!(" to={target}")).unwrap_or_default();
        format!("handling {agent} {queue} {connected}-{talk_ended}-{ended} {end:?} talk={talk} hold={hold} acw={acw}{target}{bits}")
    });
    let contact = &facts.contact;
    let (started, ended) = (clock(Some(contact.started_us)), clock(contact.ended_us));
    let (outcome, channel, direction) = (contact.outcome, contact.channel, contact.direction);
    let (transfers, open) = (contact.transfers, if facts.settled { "" } else { " unsettled" });
    let customer = if contact.customer.is_some() { " customer" } else { "" };
    let last = format!("contact {outcome:?} {channel:?} {direction:?} {started}-{ended} transfers={transfers}{customer}{open}");
    visits.chain(handlings).chain([last]).collect()
}

/// The facts of one contact as one text, for comparison with the expected one.
pub(crate) fn assert_facts(records: &[String], contact_id: &str, expected: &str) {
    let facts = facts(records);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(facts.get(&format!("c/{contact_id}")).unwrap_or_else(|| panic!("{facts:#?}")), &expected);
    assert_eq!(facts.len(), 1, "{facts:#?}");
}
