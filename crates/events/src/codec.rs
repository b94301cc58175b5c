//! Avro single-object encoding by our own fingerprint table.
//!
//! A message is decoded with its *writer's* schema straight into the Rust type; fields that a later version added take
//! their default, fields it dropped are skipped. Bytes left over after the datum are an error.

use crate::schema::{self, Entry, Kind};
use crate::{
    ActivitySpan, AgentEvent, AgentNow, AgentPane, CallEvent, Change, Contact, DeadLetter, GroupNotice, Handling, Observation, QueueNow,
    QueuePane, QueueVisit, Reference, SignalEvent,
};
use serde::{Deserialize, Serialize};
use serde_avro_fast::de::{DeserializerState, read::SliceRead};
use serde_avro_fast::ser::SerializerConfig;
use std::io::BufRead;

/// Why bytes are no message of ours.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// Fewer bytes than the header has, or another marker than C3 01.
    #[error("not Avro single-object encoding: the first two bytes must be C3 01")]
    NotSingleObject,
    /// The writer's schema is not in the table.
    #[error("unknown schema fingerprint {0}: written by a newer version, or by something else")]
    UnknownFingerprint(String),
    /// A message of another kind.
    #[error("a {found:?} where a {expected:?} was expected")]
    WrongKind {
        /// What the caller asked for.
        expected: Kind,
        /// What the fingerprint says.
        found: Kind,
    },
    /// The datum breaks off or contradicts its schema. What the decoder said may quote what it met, somebody's name or number; it is not in the message, which goes
    /// into logs and dead letters.
    #[error("the datum does not follow its schema, or breaks off")]
    Malformed(String),
    /// More bytes than the datum has.
    #[error("{0} bytes left over after the datum")]
    TrailingBytes(usize),
    /// The value does not fit the schema (a bug of ours).
    #[error("cannot be encoded: {0}")]
    Encode(String),
}

impl Error {
    /// Short stable reason for counters and dead letters.
    pub fn code(&self) -> &'static str {
        match self {
            Error::NotSingleObject => "not_avro",
            Error::UnknownFingerprint(_) => "unknown_fingerprint",
            Error::WrongKind { .. } => "wrong_kind",
            Error::Malformed(_) => "malformed_avro",
            Error::TrailingBytes(_) => "trailing_bytes",
            Error::Encode(_) => "encode",
        }
    }
}

/// A Rust type that is a message.
pub trait Message: Serialize {
    /// What it is.
    const KIND: Kind;
}

impl Message for CallEvent<'_> {
    const KIND: Kind = Kind::CallEvent;
}
impl Message for AgentEvent<'_> {
    const KIND: Kind = Kind::AgentEvent;
}
impl Message for Change<QueueVisit<'_>> {
    const KIND: Kind = Kind::QueueVisit;
}
impl Message for Change<Handling<'_>> {
    const KIND: Kind = Kind::Handling;
}
impl Message for Change<Contact<'_>> {
    const KIND: Kind = Kind::Contact;
}
impl Message for Change<ActivitySpan<'_>> {
    const KIND: Kind = Kind::ActivitySpan;
}
impl Message for Observation<'_> {
    const KIND: Kind = Kind::Observation;
}
impl Message for Reference<'_> {
    const KIND: Kind = Kind::Reference;
}
impl Message for QueuePane<'_> {
    const KIND: Kind = Kind::QueuePane;
}
impl Message for QueueNow<'_> {
    const KIND: Kind = Kind::QueueNow;
}
impl Message for AgentPane<'_> {
    const KIND: Kind = Kind::AgentPane;
}
impl Message for AgentNow<'_> {
    const KIND: Kind = Kind::AgentNow;
}
impl Message for SignalEvent<'_> {
    const KIND: Kind = Kind::SignalEvent;
}
impl Message for GroupNotice<'_> {
    const KIND: Kind = Kind::GroupNotice;
}
impl Message for DeadLetter<'_> {
    const KIND: Kind = Kind::DeadLetter;
}

/// Writes messages in the newest version of their schema. Keep one per thread: it holds buffers.
pub struct Encoder {
    configs: Vec<SerializerConfig<'static>>,
}

impl Default for Encoder {
    fn default() -> Self {
        Encoder { configs: Kind::ALL.iter().map(|kind| SerializerConfig::new(&schema::newest(*kind).schema)).collect() }
    }
}

impl Encoder {
    /// Replaces the contents of `bytes` by the encoded message, header included.
    ///
    /// # Errors
    /// [`Error::Encode`] if the value does not fit its schema.
    pub fn encode<T: Message>(&mut self, message: &T, bytes: &mut Vec<u8>) -> Result<(), Error> {
        bytes.clear();
        bytes.extend_from_slice(&schema::newest(T::KIND).header);
        let config = self.configs.get_mut(T::KIND as usize).ok_or_else(|| Error::Encode("no schema".to_owned()))?;
        serde_avro_fast::to_datum(message, &mut *bytes, config).map_err(|e| Error::Encode(e.to_string()))?;
        Ok(())
    }
}

/// The table's entry for a message, and the datum behind the header.
///
/// # Errors
/// [`Error::NotSingleObject`], [`Error::UnknownFingerprint`].
pub fn split(bytes: &[u8]) -> Result<(&'static Entry, &[u8]), Error> {
    let (header, datum) = bytes.split_at_checked(10).ok_or(Error::NotSingleObject)?;
    if header[..2] != [0xC3, 0x01] {
        return Err(Error::NotSingleObject);
    }
    let entry = schema::by_header(header).ok_or_else(|| Error::UnknownFingerprint(hexadecimal(&header[2..])))?;
    Ok((entry, datum))
}

/// Reads a message of the expected kind, in whatever version it was written. Text borrows from `bytes`.
///
/// # Errors
/// Every variant of [`Error`] but `Encode`.
pub fn decode<'a, T: Message + Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Error> {
    let (entry, datum) = split(bytes)?;
    if entry.source.kind != T::KIND {
        return Err(Error::WrongKind { expected: T::KIND, found: entry.source.kind });
    }
    decode_datum(datum, &entry.schema)
}

/// Reads a bare datum with its writer's schema; for foreign schemas (benchmarks, migrations).
///
/// # Errors
/// [`Error::Malformed`], [`Error::TrailingBytes`].
pub fn decode_datum<'a, T: Deserialize<'a>>(datum: &'a [u8], schema: &serde_avro_fast::Schema) -> Result<T, Error> {
    let mut state: DeserializerState<'_, SliceRead<'a>> = DeserializerState::from_slice(datum, schema);
    let value = T::deserialize(state.deserializer()).map_err(|e| Error::Malformed(e.to_string()))?;
    let left = state.into_reader().fill_buf().map_or(0, <[u8]>::len);
    if left > 0 { Err(Error::TrailingBytes(left)) } else { Ok(value) }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(event: &CallEvent) -> Vec<u8> {
        let mut bytes = Vec::new();
        Encoder::default().encode(event, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn damaged_bytes_are_told_apart() {
        let bytes = encoded(&CallEvent { contact_id: "a/1", queue: Some("q"), ..CallEvent::default() });
        let code = |bytes: &[u8]| decode::<CallEvent>(bytes).unwrap_err().code();
        assert_eq!(code(b""), "not_avro");
        assert_eq!(code(b"1266833911|x"), "not_avro");
        assert_eq!(code(&bytes[..bytes.len() - 1]), "malformed_avro");
        assert_eq!(code(&[bytes.clone(), vec![0]].concat()), "trailing_bytes");
        let mut other = bytes.clone();
        other[5] ^= 1;
        assert_eq!(code(&other), "unknown_fingerprint");
        assert_eq!(decode::<AgentEvent>(&bytes).unwrap_err().code(), "wrong_kind");
    }

    #[test]
    fn every_message_survives_the_round_trip() {
        let pane = QueuePane {
            queue: "q",
            wait_answered_histogram: vec![0, 3],
            wait_sketch: vec![crate::SketchBucket { bucket: 9, count: 2 }],
            ..QueuePane::default()
        };
        let mut bytes = Vec::new();
        let mut encoder = Encoder::default();
        encoder.encode(&pane, &mut bytes).unwrap();
        assert_eq!(decode::<QueuePane>(&bytes).unwrap(), pane);
        let letter = DeadLetter { code: "x", payload: b"\xff\x00", ..DeadLetter::default() };
        encoder.encode(&letter, &mut bytes).unwrap();
        assert_eq!(decode::<DeadLetter>(&bytes).unwrap(), letter);
        let visit = QueueVisit {
            tenant: "default",
            contact_id: "a/1",
            visit_number: 1,
            source: "a",
            queue: "q",
            channel: crate::Channel::Chat,
            direction: crate::Direction::Inbound,
            customer: None,
            entered_us: 5,
            left_us: Some(6),
            wait_ms: Some(1),
            outcome: crate::VisitOutcome::SystemError,
            reason: None,
            agent: Some("x"),
            transferred_in: true,
            missed_offers: 2,
            inferred: 0,
        };
        let change = Change { partition: 3, generation: 0, version: 9, before: None, after: Some(visit) };
        encoder.encode(&change, &mut bytes).unwrap();
        assert_eq!(decode::<Change<QueueVisit>>(&bytes).unwrap(), change);
    }
}
