//! The topic of a benchmark: created, filled, read to its end.

use crate::machine::{Measured, Meter};
use crate::mix;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer};
use rdkafka::{Offset, TopicPartitionList};
use runtime::broker::Failure;
use runtime::kafka::Quiet;
use runtime::kafka::topics::{self, TopicPlan};
use runtime::settings::KafkaSettings;
use std::time::Duration;

/// Any failure, as text: a benchmark has nobody to recover it.
pub(crate) type Outcome<T> = Result<T, String>;

/// Turns an error into text.
pub(crate) fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Creates topics; those that exist stay.
pub(crate) fn create(kafka: &KafkaSettings, plans: &[TopicPlan]) -> Outcome<()> {
    block_on(topics::create_missing(kafka, plans)).map(|_| ())
}

/// Deletes topics (full names).
pub(crate) fn delete(kafka: &KafkaSettings, names: &[String]) -> Outcome<()> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    block_on(topics::delete(kafka, &names))
}

fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Outcome<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(text)?;
    runtime.block_on(work).map_err(|failure| failure.text)
}

/// The topic that the mix goes to: kept for ever, in the order of arrival.
pub(crate) fn kept(name: &str, partitions: i32) -> TopicPlan {
    TopicPlan { name: name.to_owned(), partitions, settings: vec![("retention.ms".to_owned(), "-1".to_owned())] }
}

/// Deleting takes a moment.
fn await_gone(kafka: &KafkaSettings, topic: &str) -> Outcome<()> {
    for _ in 0..200 {
        if topics::partitions(kafka, topic).map_err(|failure| failure.text)?.is_none() {
            return Ok(());
        }
        std::thread::park_timeout(Duration::from_millis(50));
    }
    Err(format!("topic {topic} was not deleted within 10 s"))
}

/// How many records a topic has; none: it does not exist.
fn length(kafka: &KafkaSettings, topic: &str) -> Outcome<Option<i64>> {
    let Some(partitions) = topics::partitions(kafka, topic).map_err(|failure| failure.text)? else { return Ok(None) };
    let client: BaseConsumer = kafka.observer().create().map_err(text)?;
    let mut length = 0;
    for partition in 0..partitions {
        let (low, high) = client.fetch_watermarks(topic, partition, Duration::from_secs(10)).map_err(text)?;
        length += high - low;
    }
    Ok(Some(length))
}

/// Makes the topic hold exactly the mix of at least `count` events, unless it does already. Returns (events, contacts).
pub(crate) fn fill(kafka: &KafkaSettings, topic: &str, seed: u64, count: usize) -> Outcome<(u64, u32)> {
    let (events, contacts) = mix::plan(seed, count);
    let told = (events.len() as u64, contacts);
    match length(kafka, topic)? {
        Some(length) if length == events.len() as i64 => return Ok(told),
        // Left by a run that was broken off.
        Some(length) if length > 0 => {
            delete(kafka, &[topic.to_owned()])?;
            await_gone(kafka, topic)?;
        }
        _ => {}
    }
    create(kafka, &[kept(topic, 8)])?;
    let mut config = kafka.importer();
    config.set("queue.buffering.max.messages", "2000000").set("queue.buffering.max.kbytes", "1048576");
    let producer: ThreadedProducer<DefaultProducerContext> = config.create().map_err(text)?;
    let partitions = topics::partitions(kafka, topic).map_err(|failure| failure.text)?.ok_or("the topic does not exist")?;
    let mut writer = mix::Writer::new(seed)?;
    let mut bytes = Vec::new();
    for event in &events {
        let key = writer.write(u64::from(event.contact), event.kind, event.time_ms, &mut bytes);
        let partition = runtime::partitioner::partition(&key, partitions);
        let mut record = BaseRecord::to(topic).partition(partition).key(&key[..]).payload(&bytes[..]).timestamp(event.arrives_ms);
        loop {
            match producer.send(record) {
                Ok(()) => break,
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                    record = back;
                    producer.flush(Duration::from_millis(100)).or_else(|error| match error {
                        KafkaError::Flush(_) => Ok(()),
                        other => Err(text(other)),
                    })?;
                }
                Err((error, _)) => return Err(text(error)),
            }
        }
    }
    producer.flush(Duration::from_secs(120)).map_err(text)?;
    Ok(told)
}

/// Assigns every partition of a topic from its beginning.
pub(crate) fn assign_all(kafka: &KafkaSettings, consumer: &BaseConsumer<Quiet>, topic: &str) -> Outcome<usize> {
    let partitions = topics::partitions(kafka, topic).map_err(|failure| failure.text)?.ok_or("the topic does not exist")?;
    let mut list = TopicPartitionList::new();
    for partition in 0..partitions {
        list.add_partition_offset(topic, partition, Offset::Beginning).map_err(text)?;
    }
    consumer.assign(&list).map_err(text)?;
    Ok(partitions as usize)
}

/// Reads a topic from beginning to end, one message per call. Returns the number of messages.
pub(crate) fn drain(kafka: &KafkaSettings, topic: &str, visit: &mut dyn FnMut(&BorrowedMessage<'_>)) -> Outcome<u64> {
    let consumer: BaseConsumer<Quiet> = kafka.reader().create_with_context(Quiet::default()).map_err(text)?;
    let partitions = assign_all(kafka, &consumer, topic)?;
    let (mut ends, mut count) = (0, 0);
    while ends < partitions {
        match consumer.poll(Duration::from_millis(200)) {
            Some(Ok(message)) => {
                count += 1;
                visit(&message);
            }
            Some(Err(KafkaError::PartitionEOF(_))) => ends += 1,
            Some(Err(error)) => return Err(text(error)),
            None => {}
        }
    }
    Ok(count)
}

/// Raw consumption, one message per call.
pub(crate) fn consume(kafka: &KafkaSettings, topic: &str, broker: u32) -> Outcome<Measured> {
    let meter = Meter::start(broker);
    let count = drain(kafka, topic, &mut |_| {})?;
    Ok(meter.stop("consume", count))
}

/// Consumption and decoding.
pub(crate) fn decode(kafka: &KafkaSettings, topic: &str, broker: u32) -> Outcome<Measured> {
    use rdkafka::Message;
    let schema = mix::schema()?;
    let meter = Meter::start(broker);
    let mut bad = 0;
    let count = drain(kafka, topic, &mut |message| {
        let datum = message.payload().and_then(|bytes| bytes.get(10..)).unwrap_or_default();
        bad += u64::from(events::codec::decode_datum::<mix::Event<'_>>(datum, &schema).is_err());
    })?;
    if bad > 0 { Err(format!("{bad} events could not be decoded")) } else { Ok(meter.stop("decode", count)) }
}
