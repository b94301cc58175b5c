//! How far a group is behind. A group's offset rarely reaches the high watermark of a transactional topic: the last
//! offsets are commit markers. So a small gap is looked into: are there records in it?

use super::{Quiet, failure};
use crate::broker::Failure;
use crate::settings::KafkaSettings;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::{Offset, TopicPartitionList};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Gaps up to this many offsets are looked into.
const GAP_LOOKED_INTO: i64 = 2_000;

/// Records of `topics` (full names) that `group` (short name) has not committed yet. Exact when it is 0.
///
/// # Errors
/// [`Failure`] if the broker does not answer.
pub fn behind(settings: &KafkaSettings, group: &str, topics: &[String]) -> Result<i64, Failure> {
    let mut config = settings.reader();
    config.set("group.id", settings.name(group));
    let reader: BaseConsumer<Quiet> = config.create_with_context(Quiet::default()).map_err(|error| failure(&error))?;
    let mut asked = TopicPartitionList::new();
    for topic in topics {
        for partition in 0..super::topics::partitions(settings, topic)?.unwrap_or(0) {
            asked.add_partition(topic, partition);
        }
    }
    let committed = reader.committed_offsets(asked, Duration::from_secs(10)).map_err(|error| failure(&error))?;
    let observer: BaseConsumer = settings.observer().create().map_err(|error| failure(&error))?;
    let (mut behind, mut small) = (0, TopicPartitionList::new());
    for element in committed.elements() {
        let (topic, partition) = (element.topic(), element.partition());
        let (low, high) = observer.fetch_watermarks(topic, partition, Duration::from_secs(10)).map_err(|error| failure(&error))?;
        let next = match element.offset() {
            Offset::Offset(next) => next.max(low),
            _ => low,
        };
        if high - next > GAP_LOOKED_INTO {
            behind += high - next;
        } else if high > next {
            small.add_partition_offset(topic, partition, Offset::Offset(next)).map_err(|error| failure(&error))?;
        }
    }
    Ok(behind + count(&reader, &small)?)
}

/// Counts the committed records from the given offsets to the end of each partition.
fn count(reader: &BaseConsumer<Quiet>, from: &TopicPartitionList) -> Result<i64, Failure> {
    if from.count() == 0 {
        return Ok(0);
    }
    reader.assign(from).map_err(|error| failure(&error))?;
    let (mut records, mut ended) = (0, BTreeSet::new());
    let mut ends = 0;
    let deadline = Instant::now() + Duration::from_secs(10);
    while ends < from.count() && Instant::now() < deadline {
        match reader.poll(Duration::from_millis(100)) {
            Some(Ok(_)) => records += 1,
            // The event does not say of which topic, so ends are counted: each partition reports one.
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                ended.insert(partition);
                ends += 1;
            }
            Some(Err(error)) => return Err(failure(&error)),
            None => {}
        }
    }
    // An end that did not come means an open transaction: something is still to be read.
    Ok(if ends < from.count() { records.max(1) } else { records })
}
