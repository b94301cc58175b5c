//! The topic of reference data: read whole, written in one transaction.

use super::{Change, Held};
use crate::error::Error;
use crate::topology;
use events::codec::{Encoder, decode};
use runtime::broker::{Failure, FailureKind, Outgoing, Producer, Sender};
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
        producer.init()?;
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
        self.repeat(|producer| producer.begin())?;
        for change in changes {
            let message = held.message(change, now_ms);
            let key = message.key();
            let sent = encoder.encode(&message, &mut bytes).map_err(|error| Failure::bug(error.to_string())).and_then(|()| {
                self.producer.send(&Outgoing { topic: &topic, partition: 0, key: key.as_bytes(), value: Some(&bytes), headers: &[] })
            });
            if let Err(failure) = sent {
                return Err(self.given_up(failure));
            }
        }
        self.repeat(|producer| producer.commit())
    }

    /// Nothing of an open transaction is ever read; ending it only spares its readers the wait for the time-out.
    fn given_up(&mut self, failure: Failure) -> Error {
        if let Err(other) = self.producer.abort() {
            tracing::warn!(error = other.text, "the transaction could not be aborted");
        }
        named(failure)
    }

    fn repeat(&mut self, mut call: impl FnMut(&mut KafkaProducer) -> Result<(), Failure>) -> Result<(), Error> {
        for _ in 0..runtime::transaction::TRIES {
            match call(&mut self.producer) {
                Ok(()) => return Ok(()),
                Err(failure) => match failure.kind {
                    FailureKind::Retriable | FailureKind::Unclear => tracing::warn!(error = failure.text, "retrying"),
                    FailureKind::Abortable | FailureKind::TooLarge => return Err(self.given_up(failure)),
                    _ => return Err(named(failure)),
                },
            }
        }
        Err(Error::new("HF-I006", "Kafka does not answer; load the same file again: what is there already is not written twice"))
    }
}

fn named(failure: Failure) -> Error {
    match failure.kind {
        FailureKind::Fenced => Error::new("HF-I006", format!("another load has begun meanwhile, nothing was written ({})", failure.text)),
        _ => Error::from(failure),
    }
}
