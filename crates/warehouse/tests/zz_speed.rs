#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]
mod common;
use common::{Database, contacts::Facts, topics::Topics};
use warehouse::*;
#[test]
fn speed() {
    let (topics, database) = (Topics::new("speed", 2), Database::new("speed"));
    let facts = Facts::new(1, 150_000);
    let m = facts.messages();
    let panes = facts.panes(2);
    println!("{} facts {} panes", m.len(), panes.len());
    topics.send("queue-visits", 0, &m);
    for _ in 0..20 { topics.send("kpi-panes", 1, &panes); }
    let registry = prometheus::Registry::new();
    let metrics = LoaderMetrics::new(&registry).unwrap();
    let mut loader = Loader::new(&topics.kafka, &topics.names(), database.server.clone(), LoaderOptions::default(), metrics.clone()).unwrap();
    let begun = std::time::Instant::now();
    let mut first = None;
    while metrics.rows_total("contacts") < facts.contacts.len() as u64 {
        loader.turn(&|| false).unwrap();
        if first.is_none() && metrics.rows_total("queue_visits") > 0 { first = Some(begun.elapsed()); }
    }
    println!("first {first:?} all {:?}", begun.elapsed());
    let text = prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    for l in text.lines().filter(|l| !l.starts_with('#') && !l.contains("_bucket")) { println!("{l}"); }
    loader.close();
}
