//! A site's topics without the product in between: records are put in as they are, and everything is read back.
#![allow(dead_code, reason = "each test uses its part")]

use crate::site::{Site, stack, until};
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Header, Headers, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::{Message, Offset, TopicPartitionList};
use std::collections::BTreeSet;
use std::time::Duration;

fn client() -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &stack()["HOLDFAST__KAFKA__BROKERS"]);
    config
}

/// Puts records into a site's topics.
pub struct Injector {
    prefix: String,
    producer: BaseProducer,
}

impl Injector {
    pub fn new(site: &Site) -> Self {
        let producer = client().set("message.max.bytes", "4194304").create().expect("a producer");
        Injector { prefix: site.prefix.clone(), producer }
    }

    /// Writes one record and waits until Kafka has it.
    pub fn put(&self, topic: &str, partition: i32, payload: Option<&[u8]>, headers: &[(&str, &str)]) {
        self.put_keyed(topic, partition, b"key", payload, headers);
    }

    /// The same under a key.
    pub fn put_keyed(&self, topic: &str, partition: i32, key: &[u8], payload: Option<&[u8]>, headers: &[(&str, &str)]) {
        let topic = format!("{}{topic}", self.prefix);
        let mut all = OwnedHeaders::new_with_capacity(headers.len());
        for (key, value) in headers {
            all = all.insert(Header { key, value: Some(*value) });
        }
        let mut record = BaseRecord::<[u8], [u8]>::to(&topic).partition(partition).key(key).headers(all);
        record.payload = payload;
        self.producer.send(record).expect("the record is taken");
        self.producer.flush(Duration::from_secs(30)).expect("the record is written");
    }
}

/// A record as it lies in a topic: key, headers and value, one after the other.
pub fn bytes(message: &BorrowedMessage<'_>) -> Vec<u8> {
    let mut bytes = message.key().unwrap_or_default().to_vec();
    for header in message.headers().iter().flat_map(|headers| headers.iter()) {
        bytes.push(b'\n');
        bytes.extend_from_slice(header.key.as_bytes());
        bytes.extend_from_slice(header.value.unwrap_or_default());
    }
    bytes.push(b'\n');
    bytes.extend_from_slice(message.payload().unwrap_or_default());
    bytes
}

/// Full names of a site's topics.
pub fn names(site: &Site) -> Vec<String> {
    let consumer: BaseConsumer = client().set("group.id", "tests").create().expect("a consumer");
    let all = consumer.fetch_metadata(None, Duration::from_secs(30)).expect("the topics");
    all.topics().iter().map(|topic| topic.name().to_owned()).filter(|name| name.starts_with(&site.prefix)).collect()
}

/// Visits every record of a topic (full name), those of open and aborted transactions included. Returns how many there were.
pub fn read(topic: &str, visit: &mut dyn FnMut(&BorrowedMessage<'_>)) -> usize {
    read_with(topic, "read_uncommitted", visit)
}

/// Visits every committed record of a topic (full name). Returns how many there were.
pub fn read_committed(topic: &str, visit: &mut dyn FnMut(&BorrowedMessage<'_>)) -> usize {
    read_with(topic, "read_committed", visit)
}

fn read_with(topic: &str, isolation: &str, visit: &mut dyn FnMut(&BorrowedMessage<'_>)) -> usize {
    let mut config = client();
    config
        .set("group.id", "tests")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .set("fetch.wait.max.ms", "20")
        .set("isolation.level", isolation);
    let consumer: BaseConsumer = config.create().expect("a consumer");
    let metadata = consumer.fetch_metadata(Some(topic), Duration::from_secs(30)).expect("the topic");
    let partitions: Vec<i32> = metadata.topics()[0].partitions().iter().map(|partition| partition.id()).collect();
    let mut list = TopicPartitionList::new();
    for partition in &partitions {
        list.add_partition_offset(topic, *partition, Offset::Beginning).expect("a partition");
    }
    consumer.assign(&list).expect("the partitions");
    let (mut ended, mut records) = (BTreeSet::new(), 0);
    until(Duration::from_secs(60), &format!("{topic} is read"), || {
        while ended.len() < partitions.len() {
            match consumer.poll(Duration::from_millis(100))? {
                Ok(message) => {
                    records += 1;
                    visit(&message);
                }
                Err(KafkaError::PartitionEOF(partition)) => _ = ended.insert(partition),
                Err(error) => panic!("{topic}: {error}"),
            }
        }
        Some(())
    });
    records
}

/// Waits until a stage has read all of its input.
pub fn wait_for_lag(site: &Site, stage: &str) {
    until(Duration::from_secs(60), &format!("{stage} has caught up"), || {
        let text = String::from_utf8_lossy(&site.output(&["lag", "--format", "json"]).stdout).into_owned();
        let rows: Vec<serde_json::Value> = serde_json::from_str(&text).ok()?;
        rows.iter().any(|row| row["stage"] == stage && row["records behind"] == "0").then_some(())
    });
}

/// Sets a group's offsets of a topic, as an admin tool does. The group must have no members.
pub fn move_group(site: &Site, group: &str, topic: &str, offset: Offset) {
    let topic = format!("{}{topic}", site.prefix);
    let consumer: BaseConsumer =
        client().set("group.id", format!("{}{group}", site.prefix)).set("enable.auto.commit", "false").create().expect("a consumer");
    let metadata = consumer.fetch_metadata(Some(&topic), Duration::from_secs(30)).expect("the topic");
    let mut list = TopicPartitionList::new();
    for partition in metadata.topics()[0].partitions() {
        let (_, end) = consumer.fetch_watermarks(&topic, partition.id(), Duration::from_secs(30)).expect("watermarks");
        let at = if offset == Offset::End { Offset::Offset(end) } else { offset };
        list.add_partition_offset(&topic, partition.id(), at).expect("a partition");
    }
    // A member that has just left is forgotten a moment later.
    until(Duration::from_secs(20), "the group is empty", || consumer.commit(&list, rdkafka::consumer::CommitMode::Sync).ok());
}
