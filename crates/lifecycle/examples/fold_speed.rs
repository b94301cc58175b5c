//! How long a push, a fold and a trip through storage take: `cargo run --release -p lifecycle --example fold_speed`.
#![allow(clippy::print_stdout, reason = "a program that prints")]

use events::{CallEvent, CallVerb, Party};
use lifecycle::{ContactEvents, NameTable, Options, Scratch, fold};
use std::hint::black_box;
use std::time::Instant;

const CONTACTS: usize = 20_000;
const ROUNDS: usize = 50;

/// A contact of four events: entered, rang in vain, answered, ended.
fn contact<'a>(number: usize, texts: &'a (String, String, String, String)) -> [CallEvent<'a>; 4] {
    let start_us = 1_266_833_911_000_000 + number as i64 * 1_370_000;
    let base = CallEvent { source: "pbx1", contact_id: &texts.0, queue: Some(&texts.1), ..CallEvent::default() };
    let at = |seconds: i64, verb| CallEvent { event_time_us: start_us + seconds * 1_000_000, verb, ..base.clone() };
    [
        CallEvent { customer: Some(&texts.3), position: Some(1), ..at(0, CallVerb::QueueEntered) },
        CallEvent { agent: Some("Local/2001@from-internal/n"), ring_ms: Some(5000), ..at(6, CallVerb::AgentMissed) },
        CallEvent { agent: Some(&texts.2), wait_ms: Some(13_000), ring_ms: Some(2_000), ..at(13, CallVerb::AgentConnected) },
        CallEvent { agent: Some(&texts.2), talk_ms: Some(217_000), party: Some(Party::Customer), ..at(230, CallVerb::ContactDisconnected) },
    ]
}

fn report(what: &str, started: Instant, times: usize) {
    println!("{what:<34} {:>7.1} ns", started.elapsed().as_nanos() as f64 / times as f64);
}

fn main() {
    let texts: Vec<_> = (0..CONTACTS)
        .map(|n| {
            (
                format!("pbx1/1266833{n:05}.{n}"),
                format!("queue{}", n % 40),
                format!("Local/{}@from-internal/n", n % 900),
                format!("k1:{n:016x}"),
            )
        })
        .collect();
    let calls: Vec<_> = texts.iter().enumerate().map(|(number, texts)| contact(number, texts)).collect();
    let mut names = NameTable::new(100_000);
    let (options, mut scratch) = (Options::default(), Scratch::default());
    let store = |names: &mut NameTable| -> Vec<ContactEvents> {
        let mut contacts: Vec<_> = calls.iter().map(|events| ContactEvents::new(&events[0], names)).collect();
        for (contact, events) in contacts.iter_mut().zip(&calls) {
            events[1..].iter().for_each(|event| {
                contact.push(event, names);
            });
        }
        contacts
    };
    let contacts = store(&mut names);
    let started = Instant::now();
    for _ in 0..ROUNDS {
        black_box(store(&mut names));
    }
    report("new or push, per event", started, CONTACTS * ROUNDS * 4);

    let started = Instant::now();
    for _ in 0..ROUNDS {
        for contact in &contacts {
            let facts = fold(black_box(contact), 4, &names, &mut scratch, &options);
            scratch.recycle(black_box(facts));
        }
    }
    report("fold of 4 events, recycled", started, CONTACTS * ROUNDS);

    let started = Instant::now();
    for _ in 0..ROUNDS {
        for contact in &contacts {
            black_box(fold(black_box(contact), 4, &names, &mut scratch, &options));
        }
    }
    report("fold of 4 events, not recycled", started, CONTACTS * ROUNDS);

    let mut bytes = Vec::new();
    let mut sizes = 0;
    let started = Instant::now();
    for _ in 0..ROUNDS {
        for contact in &contacts {
            bytes.clear();
            black_box(contact).encode(&mut bytes);
            sizes += bytes.len();
        }
    }
    report("encode", started, CONTACTS * ROUNDS);

    let encoded: Vec<Vec<u8>> = contacts
        .iter()
        .map(|contact| {
            let mut bytes = Vec::new();
            contact.encode(&mut bytes);
            bytes
        })
        .collect();
    let started = Instant::now();
    for _ in 0..ROUNDS {
        encoded.iter().for_each(|bytes| drop(black_box(ContactEvents::decode(bytes))));
    }
    report("decode", started, CONTACTS * ROUNDS);
    let started = Instant::now();
    for _ in 0..ROUNDS {
        encoded.iter().for_each(|bytes| {
            black_box(ContactEvents::header(bytes)).ok();
        });
    }
    report("header", started, CONTACTS * ROUNDS);
    let mut worst = contacts[0].clone();
    let entries = (0..).map(|n| CallEvent { event_time_us: n * 1_000_000, ..calls[0][0].clone() });
    for (entered, ended) in entries.zip(calls.iter().map(|events| &events[3])).take(1000) {
        worst.push(&entered, &mut names);
        worst.push(&CallEvent { event_time_us: entered.event_time_us * 3, agent: None, talk_ms: None, ..ended.clone() }, &mut names);
    }
    let started = Instant::now();
    for _ in 0..ROUNDS {
        let facts = fold(black_box(&worst), worst.len(), &names, &mut scratch, &options);
        scratch.recycle(black_box(facts));
    }
    report("fold of 2000 events that fit badly", started, ROUNDS);
    println!("{:<34} {:>7.1} bytes", "stored contact of 4 events", sizes as f64 / (CONTACTS * ROUNDS) as f64);
}
