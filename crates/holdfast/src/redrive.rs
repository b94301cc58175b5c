//! Puts records that ended as dead letters into their topics once more, after what was wrong has been put right.
//!
//! The record itself is taken from its topic, because a dead letter may hold a redacted copy only. That it was put there again is written
//! in the same transaction, so a second run, or one that was broken off, never puts it there twice. A record that fails again makes a
//! new dead letter, which can be re-driven again.

use crate::error::Error;
use crate::topology;
use events::{DeadLetter, codec};
use runtime::broker::{Outgoing, Producer, Sender};
use runtime::kafka::{KafkaProducer, Stored};
use runtime::settings::KafkaSettings;
use std::collections::{BTreeMap, BTreeSet};

/// Records in one transaction.
const BATCH: usize = 5_000;

/// Which dead letters; an empty filter takes all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Codes, such as `unknown_source`.
    pub codes: Vec<String>,
    /// Names of sources.
    pub sources: Vec<String>,
    /// Stages that refused them.
    pub stages: Vec<String>,
}

impl Filter {
    /// ```
    /// use holdfast::redrive::Filter;
    /// let letter = events::DeadLetter { stage: "ingest", code: "bad_time", source: "bank", ..events::DeadLetter::default() };
    /// assert!(Filter::default().takes(&letter));
    /// assert!(!Filter { codes: vec!["no_queue".to_owned()], ..Filter::default() }.takes(&letter));
    /// ```
    pub fn takes(&self, letter: &DeadLetter<'_>) -> bool {
        let among = |list: &[String], value: &str| list.is_empty() || list.iter().any(|one| one == value);
        among(&self.codes, letter.code) && among(&self.sources, letter.source) && among(&self.stages, letter.stage)
    }
}

/// Where a record lies: full name of the topic, partition.
type Place = (String, i32);

/// What is to be re-driven.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Offsets by place.
    pub records: BTreeMap<Place, BTreeSet<i64>>,
    /// Letters by stage, source and code.
    pub counts: BTreeMap<(String, String, String), u64>,
    /// Letters that the filter takes but that were re-driven before.
    pub done_before: u64,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Redriven {
    /// Records that are in their topics once more.
    pub records: u64,
    /// Records that Kafka has deleted by now.
    pub gone: u64,
}

/// Reads the dead letters and what was re-driven before.
///
/// # Errors
/// If Kafka does not answer.
pub fn plan(kafka: &KafkaSettings, filter: &Filter) -> Result<Plan, Error> {
    let done = done_before(kafka)?;
    let topic = kafka.name(topology::DEAD_LETTERS);
    let missing = || Error::new("HF-K002", format!("topic {topic} does not exist: run `holdfast topics --create`"));
    let partitions = runtime::kafka::topics::partitions(kafka, &topic)?.ok_or_else(missing)?;
    let mut plan = Plan::default();
    for partition in 0..partitions {
        runtime::kafka::read_all(kafka, &topic, partition, &mut |_, value| {
            let Some(Ok(letter)) = value.map(codec::decode::<DeadLetter<'_>>) else { return Ok(()) };
            if !filter.takes(&letter) {
                return Ok(());
            }
            if done.contains(&mark(letter.topic, letter.partition, letter.offset)) {
                plan.done_before += 1;
            } else if plan.records.entry((letter.topic.to_owned(), letter.partition)).or_default().insert(letter.offset) {
                let kind = (letter.stage.to_owned(), letter.source.to_owned(), letter.code.to_owned());
                *plan.counts.entry(kind).or_default() += 1;
            }
            Ok(())
        })?;
    }
    Ok(plan)
}

/// Carries it out; `told` hears how many records have been looked at.
///
/// # Errors
/// If Kafka refuses; what is done is done, and the same call goes on with the rest.
pub fn carry_out(kafka: &KafkaSettings, plan: &Plan, told: &mut dyn FnMut(u64)) -> Result<Redriven, Error> {
    let mut producer = KafkaProducer::new(kafka, "redrive", &[])?;
    producer.take_over()?;
    let (mut redriven, mut looked_at) = (Redriven::default(), 0);
    for ((topic, partition), offsets) in &plan.records {
        let offsets: Vec<i64> = offsets.iter().copied().collect();
        for batch in offsets.chunks(BATCH) {
            let mut stored = Vec::with_capacity(batch.len());
            runtime::kafka::fetch(kafka, topic, *partition, &batch.iter().copied().collect(), &mut |record| stored.push(record))?;
            producer.begin()?;
            for record in &stored {
                put_back(kafka, &mut producer, (topic, *partition), record)?;
            }
            producer.commit()?;
            redriven.records += stored.len() as u64;
            redriven.gone += (batch.len() - stored.len()) as u64;
            looked_at += batch.len() as u64;
            told(looked_at);
        }
    }
    Ok(redriven)
}

/// The record, and the mark that it was put back.
fn put_back(kafka: &KafkaSettings, producer: &mut KafkaProducer, (topic, partition): (&str, i32), record: &Stored) -> Result<(), Error> {
    let headers: Vec<(&str, &[u8])> = record.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
    producer.send(&Outgoing { topic, partition, key: &record.key, value: record.payload.as_deref(), headers: &headers })?;
    let (marks, mark) = (kafka.name(topology::IMPORTS), mark(topic, partition, record.offset));
    producer.send(&Outgoing { topic: &marks, partition: 0, key: mark.as_bytes(), value: Some(b"{}"), headers: &[] })?;
    Ok(())
}

/// Marks lie beside the progress of imports.
const MARK: &str = "redriven/";

fn mark(topic: &str, partition: i32, offset: i64) -> String {
    format!("{MARK}{topic}/{partition}/{offset}")
}

fn done_before(kafka: &KafkaSettings) -> Result<BTreeSet<String>, Error> {
    let mut done = BTreeSet::new();
    runtime::kafka::read_all(kafka, &kafka.name(topology::IMPORTS), 0, &mut |key, value| {
        if let Some(name) = std::str::from_utf8(key).ok().filter(|name| value.is_some() && name.starts_with(MARK)) {
            done.insert(name.to_owned());
        }
        Ok(())
    })?;
    Ok(done)
}
