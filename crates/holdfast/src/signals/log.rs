//! The log of signals in Kafka: read whole, in the order in which each agent's events were written; written in transactions, all or nothing.

use super::unreadable::Unreadable;
use crate::error::Error;
use crate::topology;
use events::codec::{Encoder, decode};
use events::{GroupNotice, SignalEvent};
use runtime::broker::{Failure, FailureKind, Outgoing, Sender};
use runtime::kafka::KafkaProducer;
use runtime::settings::KafkaSettings;
use std::collections::{BTreeMap, HashMap};

/// Hands every event of the log to `visit`; those of one agent in the order in which they were written, each once. Erased ones are not there. What cannot be
/// read is left out and comes back: see [`super::unreadable`].
///
/// # Errors
/// If Kafka cannot be reached or the topic is missing (HF-K002).
pub fn read(kafka: &KafkaSettings, visit: &mut dyn FnMut(&SignalEvent<'_>)) -> Result<Vec<Unreadable>, Error> {
    read_keyed(kafka, &mut |_, event| visit(event))
}

/// The same with the key of each record, which is what the event is known by. Of several with one key the last counts, as it is the one that Kafka keeps when it
/// compacts the topic, that ClickHouse keeps of its rows, and that [`crate::care`] takes: all who read the log agree, whenever they read it. The product writes
/// no second one that differs: what was told is not decided again, and people do the same thing to a signal once a day ([`crate::care::event`]).
///
/// # Errors
/// As [`read`].
pub fn read_keyed(kafka: &KafkaSettings, visit: &mut dyn FnMut(&[u8], &SignalEvent<'_>)) -> Result<Vec<Unreadable>, Error> {
    last_of_each_key(kafka, topology::ATTRITION_SIGNALS, &mut |key, value| {
        decode::<SignalEvent<'_>>(value).map(|event| visit(key, &event)).map_err(|error| error.code())
    })
}

/// Takes the key and the value of a record, or says by which code it cannot read it.
type Take<'v> = dyn FnMut(&[u8], &[u8]) -> Result<(), &'static str> + 'v;

/// Hands the last record of every key of a topic to `visit`, partition by partition in the order in which they were written; those that it cannot read come back,
/// with its code.
fn last_of_each_key(kafka: &KafkaSettings, topic: &str, visit: &mut Take<'_>) -> Result<Vec<Unreadable>, Error> {
    let topic = kafka.name(topic);
    let mut unreadable = Vec::new();
    for partition in 0..partitions(kafka, &topic)? {
        // An erasure is a record of its own until the topic is compacted: what it erases must be known before anything is handed on.
        let mut values: HashMap<Vec<u8>, (i64, Vec<u8>)> = HashMap::new();
        runtime::kafka::read_all_placed(kafka, &topic, partition, &mut |offset, key, value| {
            match value {
                Some(value) => _ = values.insert(key.to_vec(), (offset, value.to_vec())),
                None => _ = values.remove(key),
            }
            Ok(())
        })?;
        let mut records: Vec<(i64, Vec<u8>, Vec<u8>)> = values.into_iter().map(|(key, (offset, value))| (offset, key, value)).collect();
        records.sort_unstable();
        for (offset, key, value) in records {
            if let Err(code) = visit(&key, &value) {
                unreadable.push(Unreadable { partition, offset, code, key });
            }
        }
    }
    Ok(unreadable)
}

fn partitions(kafka: &KafkaSettings, topic: &str) -> Result<i32, Error> {
    runtime::kafka::topics::partitions(kafka, topic)?
        .ok_or_else(|| Error::new("HF-K002", format!("topic {topic} does not exist: run `holdfast topics --create`")))
}

/// Up to which local day (days since 1970-01-01) the warnings of each site have been told, by tenant and site.
///
/// # Errors
/// As [`read`].
pub fn progress(kafka: &KafkaSettings) -> Result<BTreeMap<(String, String), i32>, Error> {
    let topic = kafka.name(topology::ATTRITION_PROGRESS);
    partitions(kafka, &topic)?;
    let mut days = BTreeMap::new();
    runtime::kafka::read_all(kafka, &topic, 0, &mut |key, value| {
        let key = String::from_utf8_lossy(key);
        if let (Some((tenant, site)), Some(day)) =
            (key.split_once('\u{1f}'), value.and_then(|value| std::str::from_utf8(value).ok()?.parse().ok()))
        {
            days.insert((tenant.to_owned(), site.to_owned()), day);
        }
        Ok(())
    })?;
    Ok(days)
}

/// Hands every notice about a group to `visit`, in the order in which they were written, each once; those that were deleted are not there. Only the product writes
/// them. What cannot be read is left out and comes back: see [`super::unreadable`].
///
/// # Errors
/// As [`read`].
pub fn notices(kafka: &KafkaSettings, visit: &mut dyn FnMut(&GroupNotice<'_>)) -> Result<Vec<Unreadable>, Error> {
    last_of_each_key(kafka, topology::ATTRITION_NOTICES, &mut |_, value| {
        decode::<GroupNotice<'_>>(value).map(|notice| visit(&notice)).map_err(|error| error.code())
    })
}

/// What is written about a day that is told: events of signals, notices about groups, and (tenant, site, day) up to which the site has been told by them.
#[derive(Clone, Copy, Debug, Default)]
pub struct ToldDay<'a> {
    /// What happened to signals.
    pub events: &'a [SignalEvent<'a>],
    /// What is told of groups.
    pub notices: &'a [GroupNotice<'a>],
    /// Up to where.
    pub until: Option<(&'a str, &'a str, i32)>,
}

/// The right to write to the log under a name: a later writer of the same name takes it away from an earlier one. The stage and the commands of people have
/// different names, so that nobody who acts stops the scoring.
pub struct Writer {
    signals: String,
    notices: String,
    progress: String,
    partitions: i32,
    producer: KafkaProducer,
    encoder: Encoder,
}

impl Writer {
    /// Takes the right to write. What is read of the log afterwards does not change by another writer of this name, or nothing is written.
    ///
    /// # Errors
    /// If Kafka cannot be reached or the topic is missing.
    pub fn new(kafka: &KafkaSettings, name: &str) -> Result<Self, Error> {
        let [signals, notices, progress] =
            [topology::ATTRITION_SIGNALS, topology::ATTRITION_NOTICES, topology::ATTRITION_PROGRESS].map(|name| kafka.name(name));
        let partitions = partitions(kafka, &signals)?;
        let mut producer = KafkaProducer::new(kafka, name, &[])?;
        producer.take_over()?;
        Ok(Writer { signals, notices, progress, partitions, producer, encoder: Encoder::default() })
    }

    /// Writes every event and, if given, up to which day a site (tenant, site, day) has been told by them: all or nothing.
    ///
    /// # Errors
    /// As [`Self::tell`].
    pub fn write(&mut self, events: &[SignalEvent<'_>], until: Option<(&str, &str, i32)>) -> Result<(), Error> {
        self.tell(&ToldDay { events, notices: &[], until })
    }

    /// Writes what is told of a day: all or nothing.
    ///
    /// # Errors
    /// HF-R001 if another writer of this name has begun meanwhile, HF-K001 if Kafka does not answer.
    pub fn tell(&mut self, day: &ToldDay<'_>) -> Result<(), Error> {
        let Writer { signals, notices, progress, partitions, producer, encoder } = self;
        let mut bytes = Vec::new();
        producer
            .all_or_nothing(|producer| {
                for event in day.events {
                    encoder.encode(event, &mut bytes).map_err(|error| Failure::bug(error.to_string()))?;
                    let partition = runtime::partitioner::partition(event.agent_key().as_bytes(), *partitions);
                    let key = event.key();
                    producer.send(&Outgoing { topic: signals, partition, key: key.as_bytes(), value: Some(&bytes), headers: &[] })?;
                }
                for notice in day.notices {
                    encoder.encode(notice, &mut bytes).map_err(|error| Failure::bug(error.to_string()))?;
                    let key = notice.key();
                    producer.send(&Outgoing { topic: notices, partition: 0, key: key.as_bytes(), value: Some(&bytes), headers: &[] })?;
                }
                let Some((tenant, site, day)) = day.until else { return Ok(()) };
                let (key, day) = (format!("{tenant}\u{1f}{site}"), day.to_string());
                producer.send(&Outgoing { topic: progress, partition: 0, key: key.as_bytes(), value: Some(day.as_bytes()), headers: &[] })
            })
            .map_err(named)
    }

    /// Erases events by their keys ([`SignalEvent::key`]) and the agent's ([`SignalEvent::agent_key`]).
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn erase(&mut self, keys: &[(String, String)]) -> Result<(), Error> {
        let Writer { signals, partitions, producer, .. } = self;
        producer
            .all_or_nothing(|producer| {
                keys.iter().try_for_each(|(key, agent_key)| {
                    let partition = runtime::partitioner::partition(agent_key.as_bytes(), *partitions);
                    producer.send(&Outgoing { topic: signals, partition, key: key.as_bytes(), value: None, headers: &[] })
                })
            })
            .map_err(named)
    }
}

impl Writer {
    /// Deletes notices about groups by their keys ([`GroupNotice::key`]).
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn delete_notices(&mut self, keys: &[String]) -> Result<(), Error> {
        let Writer { notices, producer, .. } = self;
        producer
            .all_or_nothing(|producer| {
                keys.iter().try_for_each(|key| {
                    producer.send(&Outgoing { topic: notices, partition: 0, key: key.as_bytes(), value: None, headers: &[] })
                })
            })
            .map_err(named)
    }
}

fn named(failure: Failure) -> Error {
    match failure.kind {
        FailureKind::Retriable | FailureKind::Unclear => {
            Error::new("HF-K001", format!("Kafka does not answer; what was not written is written when it is run again ({})", failure.text))
        }
        FailureKind::Fenced => {
            Error::new("HF-R001", format!("another process writes signals under the same name, nothing was written ({})", failure.text))
        }
        _ => Error::from(failure),
    }
}
