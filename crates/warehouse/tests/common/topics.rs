//! Topics of one test on the real Kafka, and a producer for them.

use super::stack;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use runtime::kafka::topics::{TopicPlan, create_missing, delete};
use runtime::settings::KafkaSettings;
use std::time::Duration;

/// Short names of the loader's topics.
pub const TOPICS: [&str; 6] = ["queue-visits", "handlings", "contacts", "kpi-panes", "activity-spans", "dead-letters"];

/// Topics under a prefix of their own, deleted at the end.
pub struct Topics {
    pub kafka: KafkaSettings,
    producer: BaseProducer,
    runtime: tokio::runtime::Runtime,
}

impl Topics {
    /// Every topic with so many partitions.
    pub fn new(name: &str, partitions: i32) -> Self {
        let prefix = format!("test.{name}.{}.", std::process::id());
        let brokers = stack()["HOLDFAST__KAFKA__BROKERS"].clone();
        let kafka = KafkaSettings { brokers, prefix, session_timeout_ms: 6_000, ..KafkaSettings::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let plan = |name: &str| TopicPlan { name: kafka.name(name), partitions, settings: Vec::new() };
        let plans: Vec<TopicPlan> = TOPICS.iter().map(|name| plan(name)).collect();
        let created = runtime.block_on(create_missing(&kafka, &plans)).expect("topics are created");
        assert_eq!(created.len(), TOPICS.len(), "topics of an earlier run are in the way");
        let producer = kafka.importer().create().expect("a producer");
        Topics { kafka, producer, runtime }
    }

    /// Full names.
    pub fn names(&self) -> Vec<String> {
        TOPICS.iter().map(|name| self.kafka.name(name)).collect()
    }

    /// Writes messages to a partition of a topic and waits until Kafka has them.
    pub fn send(&self, topic: &str, partition: i32, messages: &[Vec<u8>]) {
        let topic = self.kafka.name(topic);
        for message in messages {
            let mut record = BaseRecord::<(), [u8]>::to(&topic).partition(partition).payload(message);
            while let Err((error, back)) = self.producer.send(record) {
                assert_eq!(error.rdkafka_error_code(), Some(rdkafka::types::RDKafkaErrorCode::QueueFull), "{error}");
                self.producer.poll(Duration::from_millis(10));
                record = back;
            }
        }
        self.producer.flush(Duration::from_secs(30)).expect("Kafka takes the messages");
    }
}

impl Drop for Topics {
    fn drop(&mut self) {
        let names = self.names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if let Err(failure) = self.runtime.block_on(delete(&self.kafka, &names)) {
            eprintln!("topics were not deleted: {}", failure.text);
        }
    }
}
