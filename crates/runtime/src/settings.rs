//! How to reach Kafka, and the settings of librdkafka that are ours and cannot be overridden.

use rdkafka::ClientConfig;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How to reach Kafka.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KafkaSettings {
    /// host:port, comma separated.
    pub brokers: String,
    /// Put before the name of every topic, group and transactional id; lets several installations share a cluster.
    pub prefix: String,
    /// Topics of another installation that take the place of this one's own: short name to full name, such as `raw = "holdfast.raw"`.
    pub topics: BTreeMap<String, String>,
    /// Name of this process among those of its stage; stable over restarts, unique among running ones.
    #[serde(deserialize_with = "text_or_number")]
    pub instance: String,
    /// Replicas of topics that are created.
    pub replication: i32,
    /// Longest life of a transaction, ms.
    pub transaction_timeout_ms: u32,
    /// A member that is silent for so long loses its partitions, ms.
    pub session_timeout_ms: u32,
    /// Passed through to librdkafka (TLS, SASL …); what is ours is refused.
    pub client: BTreeMap<String, String>,
}

impl Default for KafkaSettings {
    fn default() -> Self {
        KafkaSettings {
            brokers: "127.0.0.1:9092".to_owned(),
            prefix: "holdfast.".to_owned(),
            topics: BTreeMap::new(),
            instance: "0".to_owned(),
            replication: 1,
            transaction_timeout_ms: 30_000,
            session_timeout_ms: 10_000,
            client: BTreeMap::new(),
        }
    }
}

/// An instance is often an ordinal.
fn text_or_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum TextOrNumber {
        Text(String),
        Number(u64),
    }
    Ok(match TextOrNumber::deserialize(deserializer)? {
        TextOrNumber::Text(text) => text,
        TextOrNumber::Number(number) => number.to_string(),
    })
}

/// Settings of librdkafka on which exactly-once depends.
pub const OWNED: &[&str] = &[
    "acks",
    "allow.auto.create.topics",
    "auto.offset.reset",
    "bootstrap.servers",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "isolation.level",
    "message.timeout.ms",
    "partition.assignment.strategy",
    "session.timeout.ms",
    "transaction.timeout.ms",
    "transactional.id",
];

impl KafkaSettings {
    /// The full name of a topic, group or transactional id.
    ///
    /// ```
    /// let mut settings = runtime::settings::KafkaSettings { prefix: "new.".to_owned(), ..Default::default() };
    /// assert_eq!(settings.name("raw"), "new.raw");
    /// settings.topics.insert("raw".to_owned(), "holdfast.raw".to_owned());
    /// assert_eq!((settings.name("raw"), settings.name("calls")), ("holdfast.raw".to_owned(), "new.calls".to_owned()));
    /// ```
    pub fn name(&self, name: &str) -> String {
        self.topics.get(name).cloned().unwrap_or_else(|| format!("{}{name}", self.prefix))
    }

    /// Whether a topic belongs to another installation, which creates and deletes it.
    pub fn is_shared(&self, topic: &str) -> bool {
        self.topics.contains_key(topic)
    }

    /// Keys of `client` that may not be set, for the check of a configuration.
    pub fn refused(&self) -> Vec<&str> {
        self.client.keys().map(String::as_str).filter(|key| OWNED.contains(key)).collect()
    }

    fn base(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        for (key, value) in self.client.iter().filter(|(key, _)| !OWNED.contains(&key.as_str())) {
            config.set(key, value);
        }
        config.set("bootstrap.servers", &self.brokers);
        config.set("allow.auto.create.topics", "false");
        // A stage has several clients and asks one after the other: with the library's 10 s each, they would find a broker that has come
        // back only after the best part of a minute.
        if !self.client.contains_key("reconnect.backoff.max.ms") {
            config.set("reconnect.backoff.max.ms", "1000");
        }
        if !self.client.contains_key("log_level") {
            config.set("log_level", "4");
        }
        config
    }

    /// A client that only asks: metadata, watermarks with open transactions included.
    pub fn observer(&self) -> ClientConfig {
        let mut config = self.base();
        config.set("isolation.level", "read_uncommitted");
        config
    }

    /// A reader of committed records that is in no group.
    pub fn reader(&self) -> ClientConfig {
        let mut config = self.base();
        config.set("group.id", self.name("readers"));
        config.set("enable.auto.commit", "false");
        config.set("enable.auto.offset.store", "false");
        config.set("isolation.level", "read_committed");
        config.set("enable.partition.eof", "true");
        config.set("auto.offset.reset", "earliest");
        config.set("fetch.queue.backoff.ms", "10");
        // The end is only seen by a fetch that finds nothing, and that one waits for so long.
        config.set("fetch.wait.max.ms", "20");
        config
    }

    /// A member of a group that reads committed records.
    pub fn member(&self, group: &str) -> ClientConfig {
        let mut config = self.base();
        config.set("group.id", self.name(group));
        let member = format!("{}-{}", self.name(group), self.instance);
        config.set("client.id", &member);
        // Static membership: after a crash the process takes its place back at once, and nobody else's partitions move; otherwise the
        // whole group would wait for the session of the dead member. A clean end still leaves, since closing unsubscribes first.
        config.set("group.instance.id", &member);
        config.set("enable.auto.commit", "false");
        config.set("enable.auto.offset.store", "false");
        config.set("isolation.level", "read_committed");
        // Every offset is given explicitly. One that the broker does not have any more (or not yet: the topic was made anew) must not
        // lead back to the beginning in silence: everything would count twice.
        config.set("auto.offset.reset", "error");
        config.set("partition.assignment.strategy", "cooperative-sticky");
        config.set("session.timeout.ms", self.session_timeout_ms.to_string());
        config.set("heartbeat.interval.ms", (self.session_timeout_ms / 10).clamp(100, 3_000).to_string());
        config.set("fetch.queue.backoff.ms", "10");
        config.set("fetch.wait.max.ms", "20");
        // Memory, not speed, is bounded here: the queue refills faster than the stage empties it.
        config.set("queued.min.messages", "10000");
        config.set("queued.max.messages.kbytes", "8192");
        config.set("fetch.message.max.bytes", "262144");
        config.set("fetch.max.bytes", "8388608");
        config
    }

    /// A transactional producer.
    pub fn producer(&self, transactional_id: &str) -> ClientConfig {
        let mut config = self.base();
        config.set("transactional.id", self.name(transactional_id));
        config.set("transaction.timeout.ms", self.transaction_timeout_ms.to_string());
        config.set("message.timeout.ms", (self.transaction_timeout_ms * 4 / 5).to_string());
        config.set("enable.idempotence", "true");
        config.set("acks", "all");
        config.set("compression.type", "lz4");
        config.set("linger.ms", "5");
        config.set("batch.size", "262144");
        config.set("message.max.bytes", "4194304");
        config.set("queue.buffering.max.messages", "200000");
        config.set("queue.buffering.max.kbytes", "32768");
        config.set("delivery.report.only.error", "true");
        config
    }

    /// A producer without transactions that loses nothing: for importing into raw topics.
    pub fn importer(&self) -> ClientConfig {
        let mut config = self.base();
        config.set("enable.idempotence", "true");
        config.set("acks", "all");
        config.set("compression.type", "lz4");
        config.set("linger.ms", "20");
        config.set("batch.size", "262144");
        config.set("message.max.bytes", "4194304");
        config
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_exactly_once_needs_cannot_be_overridden() {
        let mut settings = KafkaSettings::default();
        for key in OWNED {
            settings.client.insert((*key).to_owned(), "evil".to_owned());
        }
        settings.client.insert("socket.keepalive.enable".to_owned(), "true".to_owned());
        assert_eq!(settings.refused().len(), OWNED.len());
        let member = settings.member("contacts");
        assert_eq!(member.get("isolation.level"), Some("read_committed"));
        assert_eq!(member.get("socket.keepalive.enable"), Some("true"));
        assert_ne!(settings.producer("x").get("acks"), Some("evil"));
    }
}
