//! The schemas of every message, all versions that were ever written, compiled in from `schemas/`.
//!
//! A message names its writer's schema by the Rabin fingerprint of Avro's single-object encoding. The table below is
//! ours: no registry is needed. A version, once released, stays for ever.

use serde_avro_fast::Schema;
use std::sync::OnceLock;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it")]
#[repr(u8)]
pub enum Kind {
    CallEvent,
    AgentEvent,
    QueueVisit,
    Handling,
    Contact,
    QueuePane,
    QueueNow,
    DeadLetter,
    ActivitySpan,
    Observation,
    Reference,
    AgentPane,
    AgentNow,
    SignalEvent,
    GroupNotice,
}

impl Kind {
    /// Every kind, in the order of the enum.
    pub const ALL: [Kind; 15] = [
        Kind::CallEvent,
        Kind::AgentEvent,
        Kind::QueueVisit,
        Kind::Handling,
        Kind::Contact,
        Kind::QueuePane,
        Kind::QueueNow,
        Kind::DeadLetter,
        Kind::ActivitySpan,
        Kind::Observation,
        Kind::Reference,
        Kind::AgentPane,
        Kind::AgentNow,
        Kind::SignalEvent,
        Kind::GroupNotice,
    ];
}

/// A schema of the table: what it describes, its version and its text.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// What it describes.
    pub kind: Kind,
    /// 1 for the first.
    pub version: u32,
    /// The `.avsc` text.
    pub text: &'static str,
}

/// Every version of every schema; the last of a kind is the one that is written.
pub const SOURCES: &[Source] = &[
    Source { kind: Kind::CallEvent, version: 1, text: include_str!("../../../schemas/call_event.v1.avsc") },
    Source { kind: Kind::CallEvent, version: 2, text: include_str!("../../../schemas/call_event.v2.avsc") },
    Source { kind: Kind::AgentEvent, version: 1, text: include_str!("../../../schemas/agent_event.v1.avsc") },
    Source { kind: Kind::QueueVisit, version: 1, text: include_str!("../../../schemas/queue_visit.v1.avsc") },
    Source { kind: Kind::Handling, version: 1, text: include_str!("../../../schemas/handling.v1.avsc") },
    Source { kind: Kind::Contact, version: 1, text: include_str!("../../../schemas/contact.v1.avsc") },
    Source { kind: Kind::QueuePane, version: 1, text: include_str!("../../../schemas/queue_pane.v1.avsc") },
    Source { kind: Kind::QueueNow, version: 1, text: include_str!("../../../schemas/queue_now.v1.avsc") },
    Source { kind: Kind::QueueNow, version: 2, text: include_str!("../../../schemas/queue_now.v2.avsc") },
    Source { kind: Kind::DeadLetter, version: 1, text: include_str!("../../../schemas/dead_letter.v1.avsc") },
    Source { kind: Kind::ActivitySpan, version: 1, text: include_str!("../../../schemas/activity_span.v1.avsc") },
    Source { kind: Kind::Observation, version: 1, text: include_str!("../../../schemas/observation.v1.avsc") },
    Source { kind: Kind::Reference, version: 1, text: include_str!("../../../schemas/reference.v1.avsc") },
    Source { kind: Kind::AgentPane, version: 1, text: include_str!("../../../schemas/agent_pane.v1.avsc") },
    Source { kind: Kind::AgentNow, version: 1, text: include_str!("../../../schemas/agent_now.v1.avsc") },
    Source { kind: Kind::SignalEvent, version: 1, text: include_str!("../../../schemas/signal_event.v1.avsc") },
    Source { kind: Kind::SignalEvent, version: 2, text: include_str!("../../../schemas/signal_event.v2.avsc") },
    Source { kind: Kind::SignalEvent, version: 3, text: include_str!("../../../schemas/signal_event.v3.avsc") },
    Source { kind: Kind::GroupNotice, version: 1, text: include_str!("../../../schemas/group_notice.v1.avsc") },
];

/// A parsed schema of the table.
pub struct Entry {
    /// Where it comes from.
    pub source: Source,
    /// Parsed.
    pub schema: Schema,
    /// The ten bytes before every datum: the marker C3 01 and the fingerprint.
    pub header: [u8; 10],
}

/// The parsed table, built at first use.
///
/// # Panics
/// If a compiled-in schema does not parse: a test parses them all.
#[allow(clippy::expect_used, reason = "compiled-in text, covered by a test")]
pub fn table() -> &'static [Entry] {
    static TABLE: OnceLock<Vec<Entry>> = OnceLock::new();
    TABLE.get_or_init(|| {
        SOURCES
            .iter()
            .map(|source| {
                let schema: Schema = source.text.parse().expect("a compiled-in schema parses");
                let mut header = [0xC3, 0x01, 0, 0, 0, 0, 0, 0, 0, 0];
                header[2..].copy_from_slice(schema.rabin_fingerprint());
                Entry { source: *source, schema, header }
            })
            .collect()
    })
}

/// The newest entry of a kind: the one that is written.
///
/// # Panics
/// If a kind has no schema: a test asks for them all.
#[allow(clippy::expect_used, reason = "the table is compiled in, covered by a test")]
pub fn newest(kind: Kind) -> &'static Entry {
    table().iter().rfind(|entry| entry.source.kind == kind).expect("every kind has a schema")
}

/// The entry whose header stands before a message; none: unknown fingerprint.
pub fn by_header(header: &[u8]) -> Option<&'static Entry> {
    table().iter().find(|entry| entry.header == header)
}
