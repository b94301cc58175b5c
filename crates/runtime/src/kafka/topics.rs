//! Creates the topics that are missing and says how many partitions a topic has.

use super::failure;
use crate::broker::{Failure, FailureKind};
use crate::settings::KafkaSettings;
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::RDKafkaErrorCode;
use std::time::Duration;

/// A topic as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicPlan {
    /// Full name.
    pub name: String,
    /// Partitions.
    pub partitions: i32,
    /// Configuration: `cleanup.policy` and so on.
    pub settings: Vec<(String, String)>,
}

/// Partitions of a topic; none: it does not exist.
///
/// # Errors
/// [`Failure`] if the broker does not answer.
pub fn partitions(settings: &KafkaSettings, topic: &str) -> Result<Option<i32>, Failure> {
    let client: BaseConsumer = settings.observer().create().map_err(|error| failure(&error))?;
    let metadata = client
        .fetch_metadata(Some(topic), Duration::from_secs(10))
        .map_err(|error| Failure::new(FailureKind::Retriable, format!("no answer from Kafka at {}: {error}", settings.brokers)))?;
    let count = metadata.topics().iter().find(|found| found.name() == topic && found.error().is_none()).map_or(0, |t| t.partitions().len());
    Ok(i32::try_from(count).ok().filter(|count| *count > 0))
}

/// First offset and the one after the last, by partition; of a topic that does not exist none. Open transactions count.
///
/// # Errors
/// [`Failure`] if the broker does not answer.
pub fn watermarks(settings: &KafkaSettings, topic: &str) -> Result<Vec<(i64, i64)>, Failure> {
    let client: BaseConsumer = settings.observer().create().map_err(|error| failure(&error))?;
    let partitions = partitions(settings, topic)?.unwrap_or(0);
    (0..partitions)
        .map(|partition| client.fetch_watermarks(topic, partition, Duration::from_secs(10)).map_err(|error| failure(&error)))
        .collect()
}

/// Creates what is missing. Returns the names of the topics that it created.
///
/// # Errors
/// [`Failure`] if the broker refuses.
pub async fn create_missing(settings: &KafkaSettings, plans: &[TopicPlan]) -> Result<Vec<String>, Failure> {
    let config: ClientConfig = settings.observer();
    let admin: AdminClient<DefaultClientContext> = config.create().map_err(|error| failure(&error))?;
    let mut topics = Vec::new();
    for plan in plans {
        let mut topic = NewTopic::new(&plan.name, plan.partitions, TopicReplication::Fixed(settings.replication));
        for (key, value) in &plan.settings {
            topic = topic.set(key, value);
        }
        topics.push(topic);
    }
    let options = AdminOptions::new().operation_timeout(Some(Duration::from_secs(30)));
    let mut created = Vec::new();
    for result in admin.create_topics(&topics, &options).await.map_err(|error| failure(&error))? {
        match result {
            Ok(name) => created.push(name),
            Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((name, code)) => return Err(Failure::new(FailureKind::Fatal, format!("topic {name} cannot be created: {code}"))),
        }
    }
    await_visible(settings, plans).await?;
    Ok(created)
}

/// Brokers learn of new topics a little after the controller: waits until every partition is known, for at most ten seconds.
async fn await_visible(settings: &KafkaSettings, plans: &[TopicPlan]) -> Result<(), Failure> {
    let mut unknown: Vec<&TopicPlan> = plans.iter().collect();
    for _ in 0..200 {
        let mut still = Vec::new();
        for plan in unknown {
            if partitions(settings, &plan.name)?.is_none() {
                still.push(plan);
            }
        }
        if still.is_empty() {
            return Ok(());
        }
        unknown = still;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(Failure::new(FailureKind::Retriable, format!("topic {} was created but is not visible yet", unknown[0].name)))
}

/// Deletes topics; for tests and demos that clean up after themselves.
///
/// # Errors
/// [`Failure`] if the broker refuses.
pub async fn delete(settings: &KafkaSettings, names: &[&str]) -> Result<(), Failure> {
    let admin: AdminClient<DefaultClientContext> = settings.observer().create().map_err(|error| failure(&error))?;
    admin.delete_topics(names, &AdminOptions::new()).await.map_err(|error| failure(&error)).map(|_| ())
}
