//! The transactional producer. Deliveries are drained before a transaction ends: the library's own flush sleeps in steps
//! of 100 ms, and an abort hangs until its time-out while reports wait to be served.

use super::{failure, fatal_kind};
use crate::broker::{Failure, FailureKind, InputPartition, Outgoing, Producer, Sender};
use crate::settings::KafkaSettings;
use rdkafka::consumer::ConsumerGroupMetadata;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::util::Timeout;
use rdkafka::{Offset, TopicPartitionList};
use std::time::{Duration, Instant};

/// See the module.
pub struct KafkaProducer {
    settings: KafkaSettings,
    transactional_id: String,
    topics: Vec<String>,
    producer: Option<BaseProducer>,
    unpolled: u32,
}

impl KafkaProducer {
    /// A producer for `transactional_id`; `inputs` are the topics whose offsets it commits.
    ///
    /// # Errors
    /// [`Failure`] if the client cannot be made.
    pub fn new(settings: &KafkaSettings, transactional_id: &str, inputs: &[String]) -> Result<Self, Failure> {
        let producer = settings.producer(transactional_id).create().map_err(|error| failure(&error))?;
        let (settings, topics) = (settings.clone(), inputs.to_vec());
        Ok(KafkaProducer { settings, transactional_id: transactional_id.to_owned(), topics, producer: Some(producer), unpolled: 0 })
    }

    fn producer(&self) -> Result<&BaseProducer, Failure> {
        self.producer.as_ref().ok_or_else(|| Failure::bug("the producer is being made anew"))
    }

    /// Serves delivery reports until nothing is in flight.
    fn drain(&self) -> Result<(), Failure> {
        let producer = self.producer()?;
        let deadline = Instant::now() + Duration::from_millis(u64::from(self.settings.transaction_timeout_ms));
        while producer.in_flight_count() > 0 {
            producer.poll(Duration::from_millis(1));
            if Instant::now() > deadline {
                return Err(Failure::new(FailureKind::Abortable, "records were not delivered in the time of a transaction"));
            }
        }
        producer.poll(Duration::ZERO);
        Ok(())
    }

    pub(super) fn limit(&self) -> Duration {
        Duration::from_millis(u64::from(self.settings.transaction_timeout_ms))
    }
}

impl Sender for KafkaProducer {
    fn send(&mut self, outgoing: &Outgoing<'_>) -> Result<(), Failure> {
        let deadline = Instant::now() + self.limit();
        self.unpolled += 1;
        let poll_now = self.unpolled >= 1_000;
        if poll_now {
            self.unpolled = 0;
        }
        let producer = self.producer()?;
        if poll_now {
            producer.poll(Duration::ZERO);
        }
        loop {
            let mut record: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(outgoing.topic).partition(outgoing.partition).key(outgoing.key);
            record.payload = outgoing.value;
            record.headers = headers(outgoing.headers);
            match producer.send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) if Instant::now() < deadline => {
                    producer.poll(Duration::from_millis(1));
                }
                Err((error, _)) => return Err(send_failure(&error, producer.client().fatal_error())),
            }
        }
    }
}

fn headers(list: &[(&str, &[u8])]) -> Option<OwnedHeaders> {
    let fill = |headers: OwnedHeaders, (key, value): &(&str, &[u8])| headers.insert(Header { key, value: Some(*value) });
    (!list.is_empty()).then(|| list.iter().fold(OwnedHeaders::new_with_capacity(list.len()), fill))
}

/// A record that cannot be queued ends the transaction; what made the producer useless says more than the record's own error.
fn send_failure(error: &KafkaError, fatal: Option<(RDKafkaErrorCode, String)>) -> Failure {
    if let Some((code, text)) = fatal {
        return Failure::new(fatal_kind(code), text);
    }
    match error.rdkafka_error_code() {
        Some(RDKafkaErrorCode::MessageSizeTooLarge) => Failure::new(FailureKind::TooLarge, error.to_string()),
        Some(RDKafkaErrorCode::UnknownTopic | RDKafkaErrorCode::UnknownPartition) => Failure::new(FailureKind::Fatal, error.to_string()),
        _ => Failure::new(FailureKind::Abortable, error.to_string()),
    }
}

impl Producer for KafkaProducer {
    type Metadata = ConsumerGroupMetadata;

    fn init(&mut self) -> Result<(), Failure> {
        self.producer()?.init_transactions(self.limit()).map_err(|error| failure(&error))
    }

    fn begin(&mut self) -> Result<(), Failure> {
        self.producer()?.begin_transaction().map_err(|error| failure(&error))
    }

    fn send_offsets(&mut self, offsets: &[(InputPartition, i64)], metadata: &ConsumerGroupMetadata) -> Result<(), Failure> {
        let mut list = TopicPartitionList::with_capacity(offsets.len());
        for ((input, partition), offset) in offsets {
            let topic = self.topics.get(*input).ok_or_else(|| Failure::bug("no such input"))?;
            list.add_partition_offset(topic, *partition, Offset::Offset(*offset)).map_err(|error| failure(&error))?;
        }
        self.producer()?.send_offsets_to_transaction(&list, metadata, self.limit()).map_err(|error| failure(&error))
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.drain()?;
        // The library recommends to leave the time to `transaction.timeout.ms`: other values may lose track of the state.
        self.producer()?.commit_transaction(Timeout::Never).map_err(|error| match &error {
            KafkaError::Flush(_) => Failure::new(FailureKind::Unclear, error.to_string()),
            _ => failure(&error),
        })
    }

    fn abort(&mut self) -> Result<(), Failure> {
        if let Err(failure) = self.drain() {
            tracing::warn!(error = failure.text, "aborting with records in flight");
        }
        self.producer()?.abort_transaction(Timeout::Never).map_err(|error| failure(&error))
    }

    fn recreate(&mut self) -> Result<(), Failure> {
        self.producer = None;
        self.producer = Some(self.settings.producer(&self.transactional_id).create().map_err(|error| failure(&error))?);
        Ok(())
    }
}
