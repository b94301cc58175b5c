//! The topic of reference data: read whole, written in one transaction.

use super::{Change, Held};
use crate::error::Error;
use crate::topology;
use events::codec::{Encoder, decode};
use runtime::broker::{Failure, FailureKind, Outgoing, Sender};
use runtime::kafka::KafkaProducer;
use runtime::settings::KafkaSettings;

/// What the topic holds now.
///
/// # Errors
/// If Kafka cannot be reached, the topic is missing, or something lies in it that is no reference data.
pub fn read(kafka: &KafkaSettings) -> Result<Held, Error> {
    let topic = kafka.name(topology::REFERENCE);
    runtime::kafka::topics::partitions(kafka, &topic)?
        .ok_or_else(|| Error::new("HF-K002", format!("topic {topic} does not exist: run `holdfast topics --create`")))?;
    let (mut held, mut unreadable) = (Held::default(), None);
    runtime::kafka::read_all(kafka, &topic, 0, &mut |key, value| {
        match value.map(decode) {
            Some(Ok(message)) => held.take(&message),
            Some(Err(error)) => _ = unreadable.get_or_insert(error),
            None => held.forget(key),
        }
        Ok(())
    })?;
    match unreadable {
        // What cannot be read cannot be compared with, and a newer version may know more than this one.
        Some(error) => Err(Error::new("HF-I007", format!("topic {topic}: {error}"))),
        None => Ok(held),
    }
}

/// The right to write reference data: a later loader takes it away from an earlier one.
pub struct Loader {
    kafka: KafkaSettings,
    producer: KafkaProducer,
}

impl Loader {
    /// Takes the right to write. What is read afterwards does not change under the reader, or it is not written.
    ///
    /// # Errors
    /// If Kafka cannot be reached.
    pub fn new(kafka: &KafkaSettings) -> Result<Self, Error> {
        let mut producer = KafkaProducer::new(kafka, topology::REFERENCE, &[])?;
        producer.take_over()?;
        Ok(Loader { kafka: kafka.clone(), producer })
    }

    /// Writes every change, or none.
    ///
    /// # Errors
    /// HF-I006 if another load has begun meanwhile or Kafka does not answer; otherwise what Kafka says.
    pub fn write(&mut self, held: &Held, changes: &[Change], now_ms: i64) -> Result<(), Error> {
        let topic = self.kafka.name(topology::REFERENCE);
        let mut encoder = Encoder::default();
        let mut bytes = Vec::new();
        self.producer
            .all_or_nothing(|producer| {
                changes.iter().try_for_each(|change| {
                    let message = held.message(change, now_ms);
                    encoder.encode(&message, &mut bytes).map_err(|error| Failure::bug(error.to_string()))?;
                    let key = message.key();
                    producer.send(&Outgoing { topic: &topic, partition: 0, key: key.as_bytes(), value: Some(&bytes), headers: &[] })
                })
            })
            .map_err(named)
    }
}

fn named(failure: Failure) -> Error {
    match failure.kind {
        FailureKind::Fenced => Error::new("HF-I006", format!("another load has begun meanwhile, nothing was written ({})", failure.text)),
        FailureKind::Retriable | FailureKind::Unclear => Error::new(
            "HF-I006",
            format!("Kafka does not answer; load the same file again: what is there already is not written twice ({})", failure.text),
        ),
        _ => Error::from(failure),
    }
}
