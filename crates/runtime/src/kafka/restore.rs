//! Reads one partition of a changelog from its beginning to the high watermark that it had when the restore began.
//!
//! The end is the high watermark as a `read_uncommitted` client sees it: commit markers reach partitions one by one, so the
//! group's offset may already be visible while the changelog still has the same transaction open. Committed records are
//! then read until the position passes that end; the last offsets are control records, which only the end-of-partition event shows.

use super::batch::{BatchQueue, Event};
use super::outage::answered;
use super::{Quiet, failure, kind};
use crate::broker::{Failure, FailureKind, Restore};
use crate::settings::KafkaSettings;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::{Offset, TopicPartitionList};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A restore in progress.
pub struct RestoreReader {
    queue: BatchQueue<Quiet>,
    consumer: Arc<BaseConsumer<Quiet>>,
    end: i64,
    position: i64,
}

/// How long an answer is waited for, before the question is put again. A question that a broker took with it when it went is answered by
/// nobody; meanwhile the group hears nothing of this member, so it is well below a session and the time of a shutdown.
const ANSWER: Duration = Duration::from_secs(4);

impl RestoreReader {
    pub(super) fn new(settings: &KafkaSettings, observer: &BaseConsumer, topic: &str, partition: i32) -> Result<Self, Failure> {
        let (low, end) = answered(ANSWER, |left| observer.fetch_watermarks(topic, partition, left).map_err(|error| failure(&error)))?;
        let consumer: BaseConsumer<Quiet> = settings.reader().create_with_context(Quiet::default()).map_err(|error| failure(&error))?;
        let consumer = Arc::new(consumer);
        let queue = BatchQueue::new(Arc::clone(&consumer), false).ok_or_else(|| Failure::bug("no queue"))?;
        if end > low {
            // A new client that is assigned a partition before it knows the leader looks again only a second later.
            answered(ANSWER, |left| consumer.fetch_metadata(Some(topic), left).map_err(|error| failure(&error)))?;
            let mut list = TopicPartitionList::new();
            list.add_partition_offset(topic, partition, Offset::Offset(low)).map_err(|error| failure(&error))?;
            if !queue.forward(topic, partition) {
                return Err(Failure::bug(format!("partition {partition} of {topic} has no queue")));
            }
            consumer.assign(&list).map_err(|error| failure(&error))?;
        }
        Ok(RestoreReader { queue, consumer, end, position: if end > low { 0 } else { end } })
    }

    pub(super) fn read(
        &mut self,
        budget: Duration,
        visit: &mut impl FnMut(&[u8], Option<&[u8]>) -> Result<(), String>,
    ) -> Result<Restore, Failure> {
        self.read_placed(budget, &mut |_, key, value| visit(key, value))
    }

    fn read_placed(
        &mut self,
        budget: Duration,
        visit: &mut impl FnMut(i64, &[u8], Option<&[u8]>) -> Result<(), String>,
    ) -> Result<Restore, Failure> {
        let deadline = Instant::now() + budget;
        let mut failed: Option<Failure> = None;
        while self.position < self.end && failed.is_none() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Restore::Reading);
            }
            if let Some(Err(error)) = self.consumer.poll(Duration::ZERO)
                && self.consumer.context().outage.is_news(&error)
            {
                tracing::warn!(%error, "Kafka, restoring");
            }
            let position = &mut self.position;
            self.queue.consume(left.min(Duration::from_millis(20)), 4_096, &mut |event| match event {
                Event::Message(message) => {
                    *position = message.offset + 1;
                    if failed.is_none()
                        && let Err(reason) = visit(message.offset, message.key.unwrap_or_default(), message.payload)
                    {
                        failed = Some(Failure::new(FailureKind::Bug, reason));
                    }
                }
                Event::End { offset, .. } => *position = (*position).max(offset),
                Event::Error(code) => {
                    let error = KafkaError::MessageConsumption(code.into());
                    tracing::warn!(%error, "Kafka, restoring");
                    if failed.is_none() && matches!(kind(&error), FailureKind::Fatal | FailureKind::Fenced) {
                        failed = Some(failure(&error));
                    }
                }
            });
        }
        failed.map_or(Ok(Restore::Done), Err)
    }
}

/// Reads one partition of a topic from its beginning to its end of now.
///
/// # Errors
/// [`Failure`] if the broker does not answer, or what `visit` said.
pub fn read_all(
    settings: &KafkaSettings,
    topic: &str,
    partition: i32,
    visit: &mut impl FnMut(&[u8], Option<&[u8]>) -> Result<(), String>,
) -> Result<(), Failure> {
    read_all_placed(settings, topic, partition, &mut |_, key, value| visit(key, value))
}

/// The same, with the offset of each record.
///
/// # Errors
/// As [`read_all`].
pub fn read_all_placed(
    settings: &KafkaSettings,
    topic: &str,
    partition: i32,
    visit: &mut impl FnMut(i64, &[u8], Option<&[u8]>) -> Result<(), String>,
) -> Result<(), Failure> {
    let observer: BaseConsumer = settings.observer().create().map_err(|error| failure(&error))?;
    let mut reader = RestoreReader::new(settings, &observer, topic, partition)?;
    while reader.read_placed(Duration::from_secs(1), visit)? == Restore::Reading {}
    Ok(())
}
