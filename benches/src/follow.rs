//! Follows the panes of a run as a dashboard would: a read_committed consumer that keeps how many contacts have ended in
//! each pane. What it has seen is the end of every measured path, for Holdfast as for its peers.

use crate::topic::{Outcome, text};
use events::codec;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::{Message, Offset, TopicPartitionList};
use runtime::kafka::topics;
use runtime::settings::KafkaSettings;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::time::Duration;

/// What is read of a pane; serde skips the rest.
#[derive(Deserialize)]
struct Seen<'a> {
    queue: &'a str,
    window_start_us: i64,
    partition: i32,
    counts: Ends,
}

#[derive(Deserialize)]
struct Ends {
    abandoned: i64,
    handled: i64,
}

/// A pane: queue, minute since 1970, partition.
pub(crate) type PaneKey = (String, i64, i32);

/// See the module.
pub(crate) struct Follower {
    consumer: BaseConsumer,
    ended: FxHashMap<PaneKey, i64>,
    /// Contacts that have ended, over all panes.
    pub total: i64,
    /// Panes read, each version counted.
    pub updates: u64,
}

impl Follower {
    /// Reads the panes under the prefix of `kafka` from their beginning. The broker holds an answer for `fetch_wait_ms` to gather more.
    pub(crate) fn new(kafka: &KafkaSettings, fetch_wait_ms: u32) -> Outcome<Self> {
        let topic = kafka.name(holdfast::topology::KPI_PANES);
        let mut config = kafka.reader();
        config.set("enable.partition.eof", "false").set("fetch.wait.max.ms", fetch_wait_ms.to_string());
        let consumer: BaseConsumer = config.create().map_err(text)?;
        let partitions =
            topics::partitions(kafka, &topic).map_err(|failure| failure.text)?.ok_or("the topic of the panes does not exist")?;
        let mut list = TopicPartitionList::new();
        for partition in 0..partitions {
            list.add_partition_offset(&topic, partition, Offset::Beginning).map_err(text)?;
        }
        consumer.assign(&list).map_err(text)?;
        Ok(Follower { consumer, ended: FxHashMap::default(), total: 0, updates: 0 })
    }

    /// Waits for the next pane. Returns it with the number of contacts that have ended in it.
    pub(crate) fn next(&mut self, wait: Duration) -> Outcome<Option<(PaneKey, i64)>> {
        let message = match self.consumer.poll(wait) {
            None => return Ok(None),
            Some(Err(KafkaError::MessageConsumption(code))) => return Err(format!("following the panes: {code}")),
            // Connection troubles are the client's business.
            Some(Err(_)) => return Ok(None),
            Some(Ok(message)) => message,
        };
        let Some(payload) = message.payload() else { return Ok(None) };
        let (entry, datum) = codec::split(payload).map_err(text)?;
        let seen: Seen<'_> = codec::decode_datum(datum, &entry.schema).map_err(text)?;
        let ended = seen.counts.abandoned + seen.counts.handled;
        let key = (seen.queue.to_owned(), seen.window_start_us.div_euclid(60_000_000), seen.partition);
        self.updates += 1;
        self.total += ended - self.ended.insert(key.clone(), ended).unwrap_or(0);
        Ok(Some((key, ended)))
    }

    /// Reads on until so many contacts have ended; an error if nothing new comes for `quiet`.
    pub(crate) fn until(&mut self, wanted: i64, quiet: Duration) -> Outcome<()> {
        let mut last = std::time::Instant::now();
        while self.total < wanted {
            if self.next(Duration::from_millis(200))?.is_some() {
                last = std::time::Instant::now();
            } else if last.elapsed() > quiet {
                return Err(format!(
                    "{} of {wanted} contacts have reached the panes, and for {} s no more came",
                    self.total,
                    quiet.as_secs()
                ));
            }
        }
        Ok(())
    }
}
