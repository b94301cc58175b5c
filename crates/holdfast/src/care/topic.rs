//! The topic of signals, folded: every signal as it stands.

use super::signal::Signals;
use crate::error::Error;
use crate::signals::log;
use crate::signals::unreadable::SaidOf;
use crate::topology;
use runtime::settings::KafkaSettings;

/// Under this name people's actions are written: a later command takes the right to write from an earlier one, so no two of them decide by the same state.
pub const WRITER: &str = "signal-actions";

/// Every signal as it stands.
///
/// # Errors
/// If Kafka cannot be reached or the topic is missing. Of what cannot be read is warned, by place and without contents; it is left out, but can be erased.
pub fn read(kafka: &KafkaSettings) -> Result<Signals, Error> {
    let mut signals = Signals::default();
    let unreadable = log::read_keyed(kafka, &mut |key, event| signals.take(key, event))?;
    SaidOf::default().warn(kafka, topology::ATTRITION_SIGNALS, &unreadable);
    unreadable.into_iter().for_each(|record| signals.cannot_read(record.key));
    Ok(signals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::SignalEvent;

    /// Whose they are stands in their keys; a key that is none of ours is nobody's.
    #[test]
    fn what_cannot_be_read_can_be_erased() {
        let of = |agent: &'static str, day| SignalEvent { tenant: "acme", agent, signal_id: "ab", day, ..SignalEvent::default() };
        let mut signals = Signals::default();
        [of("17", 20_000), of("170", 20_000), of("17", 20_001)].iter().for_each(|event| signals.cannot_read(event.key().into_bytes()));
        [&b"key"[..], b"\xff\x1f17", b"acme\x1f17"].iter().for_each(|key| signals.cannot_read(key.to_vec()));
        assert_eq!((signals.records(), signals.all().len()), (6, 0));
        let keys = signals.keys_of(|tenant, agent, day| tenant == "acme" && agent == "17" && day < 20_001);
        assert_eq!(keys, [(of("17", 20_000).key(), of("17", 0).agent_key())]);
    }
}
