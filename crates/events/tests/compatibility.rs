//! The schemas that were ever written, their fingerprints, and bytes that others made.
//!
//! `tests/fixtures/messages/*.java.hex` were encoded by Avro's Java reference implementation (`BinaryMessageEncoder`, every
//! field set, enums at their last symbol). They stay for ever: today's code reads every version.

use events::codec::{self, Encoder, Message};
use events::schema::{self, Kind, SOURCES};
use events::{
    ActivitySpan, AgentEvent, AgentNow, AgentPane, CallEvent, Change, Contact, DeadLetter, GroupNotice, Handling, Observation, QueueNow,
    QueuePane, QueueVisit, Reference, SignalEvent,
};
use serde::Deserialize;
use std::collections::BTreeSet;

fn fixture(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/messages").join(format!("{name}.java.hex"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let digits: Vec<u32> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

fn file_name(kind: Kind, version: u32) -> String {
    let name = match kind {
        Kind::CallEvent => "call_event",
        Kind::AgentEvent => "agent_event",
        Kind::QueueVisit => "queue_visit",
        Kind::Handling => "handling",
        Kind::Contact => "contact",
        Kind::QueuePane => "queue_pane",
        Kind::QueueNow => "queue_now",
        Kind::DeadLetter => "dead_letter",
        Kind::ActivitySpan => "activity_span",
        Kind::Observation => "observation",
        Kind::Reference => "reference",
        Kind::AgentPane => "agent_pane",
        Kind::AgentNow => "agent_now",
        Kind::SignalEvent => "signal_event",
        Kind::GroupNotice => "group_notice",
    };
    format!("{name}.v{version}")
}

/// Reads a message of Java's and writes it again: the same bytes, if the version is the newest.
fn read_and_write<'a, T: Message + Deserialize<'a>>(bytes: &'a [u8], newest: bool) {
    let message: T = codec::decode(bytes).unwrap_or_else(|error| panic!("{:?}: {error}", T::KIND));
    let mut again = Vec::new();
    Encoder::default().encode(&message, &mut again).unwrap();
    if newest {
        assert_eq!(again, bytes, "{:?} is written as Java writes it", T::KIND);
    }
    codec::decode::<T>(again.as_slice().to_vec().leak()).unwrap();
}

#[test]
fn every_version_of_every_message_from_java_is_read() {
    for source in SOURCES {
        let bytes = fixture(&file_name(source.kind, source.version));
        let newest = schema::newest(source.kind).source.version == source.version;
        match source.kind {
            Kind::CallEvent => read_and_write::<CallEvent<'_>>(&bytes, newest),
            Kind::AgentEvent => read_and_write::<AgentEvent<'_>>(&bytes, newest),
            Kind::QueueVisit => read_and_write::<Change<QueueVisit<'_>>>(&bytes, newest),
            Kind::Handling => read_and_write::<Change<Handling<'_>>>(&bytes, newest),
            Kind::Contact => read_and_write::<Change<Contact<'_>>>(&bytes, newest),
            Kind::QueuePane => read_and_write::<QueuePane<'_>>(&bytes, newest),
            Kind::QueueNow => read_and_write::<QueueNow<'_>>(&bytes, newest),
            Kind::DeadLetter => read_and_write::<DeadLetter<'_>>(&bytes, newest),
            Kind::ActivitySpan => read_and_write::<Change<ActivitySpan<'_>>>(&bytes, newest),
            Kind::Observation => read_and_write::<Observation<'_>>(&bytes, newest),
            Kind::Reference => read_and_write::<Reference<'_>>(&bytes, newest),
            Kind::AgentPane => read_and_write::<AgentPane<'_>>(&bytes, newest),
            Kind::AgentNow => read_and_write::<AgentNow<'_>>(&bytes, newest),
            Kind::SignalEvent => read_and_write::<SignalEvent<'_>>(&bytes, newest),
            Kind::GroupNotice => read_and_write::<GroupNotice<'_>>(&bytes, newest),
        }
    }
}

#[test]
fn fingerprints_are_distinct_and_equal_those_of_java() {
    let mut seen = BTreeSet::new();
    for entry in schema::table() {
        assert!(
            seen.insert(entry.header),
            "{:?} version {} has the fingerprint of another schema",
            entry.source.kind,
            entry.source.version
        );
        let bytes = fixture(&file_name(entry.source.kind, entry.source.version));
        assert_eq!(bytes[..10], entry.header, "{:?}: Java's header", entry.source.kind);
    }
}

/// Signals that were told before any could be kept silent are not: what the log says of them does not change with the version that reads it.
#[test]
fn a_signal_of_the_first_version_is_not_silent() {
    let (first, second) = (fixture("signal_event.v1"), fixture("signal_event.v2"));
    let of = |bytes| codec::decode::<SignalEvent<'_>>(bytes).map(|event| (event.silent, event.silent_share)).unwrap();
    assert_eq!((of(&first), of(&second)), ((false, None), (true, Some(0.125))));
}

/// Of signals that were told before there was any word of them: no rule, nothing against them, and probabilities that nobody vouches for.
#[test]
fn a_signal_of_an_earlier_version_has_no_rules() {
    let bytes = [1, 2, 3].map(|version| fixture(&file_name(Kind::SignalEvent, version)));
    let events = bytes.each_ref().map(|bytes| codec::decode::<SignalEvent<'_>>(bytes).unwrap());
    let of = |event: &SignalEvent<'_>| (event.rules.len(), event.lowering.len(), event.calibrated);
    assert_eq!(events.each_ref().map(of), [(0, 0, false), (0, 0, false), (2, 1, true)]);
    assert_eq!((&events[2].rules[..], events[2].lowering[0].text_zh), (&["rules", "rules"][..], "text_zh"));
}

/// A logical type is no part of the fingerprint (microseconds could become milliseconds in silence), and two libraries
/// disagree about schemas that have one. So no schema has one: units are in the names of the fields.
#[test]
fn no_field_has_a_logical_type() {
    for source in SOURCES {
        assert!(!source.text.contains("logicalType"), "{:?} version {}", source.kind, source.version);
    }
}

/// Every reader must understand every writer, in both directions, by Avro's own resolution.
#[test]
fn all_pairs_of_versions_resolve_both_ways() {
    for writer in SOURCES {
        for reader in SOURCES.iter().filter(|reader| reader.kind == writer.kind) {
            let writer_schema = apache_avro::Schema::parse_str(writer.text).unwrap();
            let reader_schema = apache_avro::Schema::parse_str(reader.text).unwrap();
            let bytes = fixture(&file_name(writer.kind, writer.version));
            let mut datum = &bytes[10..];
            let value = apache_avro::from_avro_datum(&writer_schema, &mut datum, Some(&reader_schema));
            value.unwrap_or_else(|error| {
                panic!("{:?}: written with {}, read with {}: {error}", writer.kind, writer.version, reader.version)
            });
            assert!(datum.is_empty(), "{:?}: bytes left over", writer.kind);
        }
    }
}
