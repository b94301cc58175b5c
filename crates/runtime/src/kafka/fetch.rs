//! Reads chosen records of a partition again, with their headers.

use super::{Quiet, failure};
use crate::broker::{Failure, FailureKind};
use crate::settings::KafkaSettings;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Headers as _};
use rdkafka::{Message as _, Offset, TopicPartitionList};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How long nothing may come before the broker counts as away.
const PATIENCE: Duration = Duration::from_secs(20);

/// A record as it lies in its topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Offset.
    pub offset: i64,
    /// Key.
    pub key: Vec<u8>,
    /// Value; none: a tombstone.
    pub payload: Option<Vec<u8>>,
    /// Headers, in order.
    pub headers: Vec<(String, Vec<u8>)>,
}

impl Stored {
    fn new(message: &BorrowedMessage<'_>) -> Self {
        let headers = message.headers().into_iter().flat_map(|headers| headers.iter());
        Stored {
            offset: message.offset(),
            key: message.key().unwrap_or_default().to_vec(),
            payload: message.payload().map(<[u8]>::to_vec),
            headers: headers.map(|header| (header.key.to_owned(), header.value.unwrap_or_default().to_vec())).collect(),
        }
    }
}

/// Hands the records at `offsets` of a partition to `visit`, in order; those that the broker has deleted are left out. Everything
/// between the first and the last is read.
///
/// # Errors
/// [`Failure`] if the broker does not answer.
pub fn fetch(
    settings: &KafkaSettings,
    topic: &str,
    partition: i32,
    offsets: &BTreeSet<i64>,
    visit: &mut dyn FnMut(Stored),
) -> Result<(), Failure> {
    let (Some(first), Some(last)) = (offsets.first(), offsets.last()) else { return Ok(()) };
    let consumer: BaseConsumer<Quiet> = settings.reader().create_with_context(Quiet::default()).map_err(|error| failure(&error))?;
    let (low, _) = consumer.fetch_watermarks(topic, partition, PATIENCE).map_err(|error| failure(&error))?;
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, partition, Offset::Offset(*first.max(&low))).map_err(|error| failure(&error))?;
    consumer.assign(&list).map_err(|error| failure(&error))?;
    let mut heard = Instant::now();
    loop {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(message)) => {
                heard = Instant::now();
                if offsets.contains(&message.offset()) {
                    visit(Stored::new(&message));
                }
                if message.offset() >= *last {
                    return Ok(());
                }
            }
            Some(Err(KafkaError::PartitionEOF(_))) => return Ok(()),
            Some(Err(error)) if failure(&error).kind == FailureKind::Fatal => return Err(failure(&error)),
            _ if heard.elapsed() > PATIENCE => {
                return Err(Failure::new(FailureKind::Retriable, format!("{topic}: the broker does not answer")));
            }
            _ => {}
        }
    }
}
