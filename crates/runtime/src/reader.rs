//! Reads whole topics, from the beginning and on: no group, nothing committed. What the board lives from.

use crate::broker::Failure;
use crate::kafka::{Quiet, failure, topics};
use crate::settings::KafkaSettings;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Message, Offset, TopicPartitionList};
use std::time::Duration;

/// Reads every partition of some topics.
pub struct TopicReader {
    consumer: BaseConsumer<Quiet>,
    partitions: usize,
    ends: usize,
}

/// What one call read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// Records.
    pub records: usize,
    /// The end of every partition has been seen at least once.
    pub caught_up: bool,
}

impl TopicReader {
    /// Begins at the beginning of every partition of `topics` (full names).
    ///
    /// # Errors
    /// [`Failure`] if a topic is missing or Kafka does not answer.
    pub fn new(settings: &KafkaSettings, names: &[String]) -> Result<Self, Failure> {
        let mut config = settings.reader();
        config.set("fetch.wait.max.ms", "20");
        let consumer: BaseConsumer<Quiet> = config.create_with_context(Quiet).map_err(|error| failure(&error))?;
        let mut list = TopicPartitionList::new();
        for name in names {
            let count = topics::partitions(settings, name)?
                .ok_or_else(|| Failure::new(crate::broker::FailureKind::Fatal, format!("topic {name} does not exist: run `holdfast topics --create`")))?;
            for partition in 0..count {
                list.add_partition_offset(name, partition, Offset::Beginning).map_err(|error| failure(&error))?;
            }
        }
        consumer.assign(&list).map_err(|error| failure(&error))?;
        Ok(TopicReader { partitions: list.count(), consumer, ends: 0 })
    }

    /// Hands at most `limit` records (topic, key, value) to `visit`; waits at most `wait` for the first.
    ///
    /// # Errors
    /// [`Failure`] if the reader can no longer work.
    pub fn read(&mut self, wait: Duration, limit: usize, visit: &mut dyn FnMut(&str, &[u8], Option<&[u8]>)) -> Result<Read, Failure> {
        let (mut records, mut patience) = (0, wait);
        while records < limit {
            match self.consumer.poll(patience) {
                Some(Ok(message)) => {
                    records += 1;
                    visit(message.topic(), message.key().unwrap_or_default(), message.payload());
                }
                Some(Err(KafkaError::PartitionEOF(_))) => self.ends += 1,
                Some(Err(error)) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::PartitionEOF) => {}
                Some(Err(error)) => {
                    let failed = failure(&error);
                    if failed.kind == crate::broker::FailureKind::Fatal {
                        return Err(failed);
                    }
                    tracing::warn!(%error, "Kafka, reading");
                }
                None => break,
            }
            patience = Duration::ZERO;
        }
        Ok(Read { records, caught_up: self.ends >= self.partitions })
    }
}
