//! The topic of signals, folded: every signal as it stands.

use super::signal::Signals;
use crate::error::Error;
use crate::topology;
use events::SignalEvent;
use events::codec::decode;
use runtime::settings::KafkaSettings;

/// Under this name people's actions are written: a later command takes the right to write from an earlier one, so no two of them decide by the same state.
pub const WRITER: &str = "signal-actions";

/// Every signal as it stands.
///
/// # Errors
/// If Kafka cannot be reached or the topic is missing. What cannot be read is counted in a warning and left out.
pub fn read(kafka: &KafkaSettings) -> Result<Signals, Error> {
    let topic = kafka.name(topology::ATTRITION_SIGNALS);
    let missing = || Error::new("HF-K002", format!("topic {topic} does not exist: run `holdfast topics --create`"));
    let partitions = runtime::kafka::topics::partitions(kafka, &topic)?.ok_or_else(missing)?;
    let (mut signals, mut unreadable) = (Signals::default(), 0_u64);
    for partition in 0..partitions {
        runtime::kafka::read_all(kafka, &topic, partition, &mut |key, value| {
            match value.map(decode::<SignalEvent<'_>>) {
                Some(Ok(event)) => signals.take(key, &event),
                Some(Err(_)) => unreadable += 1,
                None => signals.forget(key),
            }
            Ok(())
        })?;
    }
    if unreadable > 0 {
        tracing::warn!(unreadable, topic, "records that are no signal events of this version");
    }
    Ok(signals)
}
