//! Kafka behind the traits of `broker`, through librdkafka.

mod all_or_nothing;
mod batch;
mod consumer;
mod fetch;
pub mod lag;
pub(crate) mod outage;
mod producer;
mod restore;
pub mod topics;

pub use consumer::KafkaConsumer;
pub use fetch::{Stored, fetch};
pub use producer::KafkaProducer;
pub use restore::{read_all, read_all_placed};

use crate::broker::{Failure, FailureKind};
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// Turns an error of the library into what the caller can do about it.
pub(crate) fn failure(error: &KafkaError) -> Failure {
    Failure::new(kind(error), error.to_string())
}

/// The callback of a client only says that it is over; the client knows why.
pub(crate) fn cause<C: ConsumerContext>(consumer: &BaseConsumer<C>, error: &KafkaError) -> Failure {
    match consumer.client().fatal_error() {
        Some((code, reason)) => Failure::new(kind(&KafkaError::Global(code)), format!("{code}: {reason}")),
        None => failure(error),
    }
}

fn kind(error: &KafkaError) -> FailureKind {
    if let KafkaError::Transaction(inner) = error {
        return match inner.code() {
            code if inner.is_fatal() => fatal_kind(code),
            // Aborting would be followed by the same refusal, for ever.
            RDKafkaErrorCode::TopicAuthorizationFailed
            | RDKafkaErrorCode::GroupAuthorizationFailed
            | RDKafkaErrorCode::ClusterAuthorizationFailed
            | RDKafkaErrorCode::TransactionalIdAuthorizationFailed => FailureKind::Fatal,
            RDKafkaErrorCode::Fenced | RDKafkaErrorCode::ProducerFenced | RDKafkaErrorCode::InvalidProducerEpoch => FailureKind::Fenced,
            _ if inner.txn_requires_abort() => FailureKind::Abortable,
            RDKafkaErrorCode::OperationTimedOut | RDKafkaErrorCode::RequestTimedOut | RDKafkaErrorCode::MessageTimedOut => {
                FailureKind::Unclear
            }
            _ if inner.is_retriable() => FailureKind::Retriable,
            _ => FailureKind::Fatal,
        };
    }
    match error.rdkafka_error_code() {
        // A member of the group or a producer of the same name came.
        Some(RDKafkaErrorCode::Fenced | RDKafkaErrorCode::FencedInstanceId) => FailureKind::Fenced,
        Some(RDKafkaErrorCode::Fatal) => FailureKind::Fatal,
        Some(
            RDKafkaErrorCode::TopicAuthorizationFailed
            | RDKafkaErrorCode::GroupAuthorizationFailed
            | RDKafkaErrorCode::ClusterAuthorizationFailed
            | RDKafkaErrorCode::TransactionalIdAuthorizationFailed
            | RDKafkaErrorCode::SaslAuthenticationFailed
            | RDKafkaErrorCode::UnknownTopic
            | RDKafkaErrorCode::UnknownTopicOrPartition
            | RDKafkaErrorCode::AutoOffsetReset
            | RDKafkaErrorCode::InvalidConfig,
        ) => FailureKind::Fatal,
        Some(RDKafkaErrorCode::MessageSizeTooLarge) => FailureKind::Abortable,
        _ => FailureKind::Retriable,
    }
}

/// What a producer that is of no use any more means, by the error that made it so.
fn fatal_kind(code: RDKafkaErrorCode) -> FailureKind {
    match code {
        RDKafkaErrorCode::Fenced | RDKafkaErrorCode::ProducerFenced | RDKafkaErrorCode::InvalidProducerEpoch => FailureKind::Fenced,
        // The broker forgot the producer (idle for days, or its records expired), or lost count with it: a new one helps.
        RDKafkaErrorCode::InvalidProducerIdMapping
        | RDKafkaErrorCode::InvalidTransactionalState
        | RDKafkaErrorCode::OutOfOrderSequenceNumber
        | RDKafkaErrorCode::UnknownProducerId => FailureKind::Unclear,
        _ => FailureKind::Fatal,
    }
}

/// A client that does not log the end of a partition as an error: readers ask for it.
#[derive(Debug, Default)]
pub struct Quiet {
    pub(crate) outage: outage::Outage,
}

impl ClientContext for Quiet {
    fn error(&self, error: KafkaError, reason: &str) {
        if !matches!(error, KafkaError::Global(RDKafkaErrorCode::PartitionEOF)) && self.outage.is_news(&error) {
            tracing::warn!(%error, reason, "Kafka");
        }
    }
}

impl ConsumerContext for Quiet {}
