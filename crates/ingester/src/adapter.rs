//! The adapter of one source: a raw record in, canonical events out.

use crate::Error;
use crate::amazon_connect::AmazonConnect;
use crate::canonical::CanonicalAvro;
use crate::config::{SourceConfig, SourceKind};
use crate::genesys_cloud::GenesysCloud;
use crate::mapping::Mapping;
use crate::queue_log::QueueLog;
use crate::reject::Reject;
use events::{AgentEvent, CallEvent, Observation};
use std::borrow::Cow;

/// One raw record: a line of a file, a row, a message.
#[derive(Clone, Copy, Debug)]
pub struct RawRecord<'a> {
    /// The bytes; one line, with or without its end.
    pub payload: &'a [u8],
    /// Name of the source, as configured.
    pub source: &'a str,
    /// Where it was: a file, or a topic with its partition. Together with `line` it identifies the record for good.
    pub file: &'a str,
    /// Line in the file, 1 for the first; or offset.
    pub line: u64,
}

/// Where events go.
pub trait EventSink {
    /// An event of one contact.
    fn call(&mut self, event: &CallEvent<'_>);
    /// An event of one agent.
    fn agent(&mut self, event: &AgentEvent<'_>);
    /// An event of all contacts of a system (it restarted): goes to every partition.
    fn broadcast(&mut self, event: &CallEvent<'_>);
    /// What another system reports whole: a survey's answer, an evaluation, a shift.
    fn observation(&mut self, observation: &Observation<'_>);
    /// Something worth counting: a stable label such as `clock_skew`.
    fn note(&mut self, what: &'static str);
}

/// What keeps raw records in order: records with the same key must stay in one partition. `None`: no need.
pub type Key<'a> = Option<Cow<'a, str>>;

/// The adapter of one source.
#[derive(Debug)]
pub enum Adapter {
    /// Asterisk's `queue_log`.
    QueueLog(Box<QueueLog>),
    /// Records described by a mapping.
    Mapping(Box<Mapping>),
    /// Canonical events.
    CanonicalAvro(CanonicalAvro),
    /// Amazon Connect's JSON.
    AmazonConnect(Box<AmazonConnect>),
    /// Genesys Cloud's JSON.
    GenesysCloud(Box<GenesysCloud>),
}

impl Adapter {
    /// The adapter that a source's configuration asks for. Reads the mapping file, nothing else.
    ///
    /// # Errors
    /// Every variant of [`Error`] but `Snapshot`.
    pub fn from_config(config: &SourceConfig) -> Result<Adapter, Error> {
        Ok(match config.kind {
            SourceKind::QueueLog => Adapter::QueueLog(Box::new(QueueLog::new(config)?)),
            SourceKind::Mapping => Adapter::Mapping(Box::new(Mapping::new(config)?)),
            SourceKind::Avro => Adapter::CanonicalAvro(CanonicalAvro::new(config)?),
            SourceKind::AmazonConnect => Adapter::AmazonConnect(Box::new(AmazonConnect::new(config)?)),
            SourceKind::GenesysCloud => Adapter::GenesysCloud(Box::new(GenesysCloud::new(config)?)),
        })
    }

    /// Turns one record into the events that it reports, none for a blank line or a header.
    ///
    /// # Errors
    /// A [`Reject`] if the record cannot be used; then no event of it was written.
    pub fn apply(&mut self, record: &RawRecord<'_>, sink: &mut impl EventSink) -> Result<(), Reject> {
        match self {
            Adapter::QueueLog(adapter) => adapter.apply(record, sink),
            Adapter::Mapping(adapter) => adapter.apply(record, sink),
            Adapter::CanonicalAvro(adapter) => adapter.apply(record, sink),
            Adapter::AmazonConnect(adapter) => adapter.apply(record, sink),
            Adapter::GenesysCloud(adapter) => adapter.apply(record, sink),
        }
    }

    /// The key under which to write the raw record, so that what belongs together stays in order.
    pub fn key<'a>(&self, record: &RawRecord<'a>) -> Key<'a> {
        match self {
            Adapter::QueueLog(adapter) => adapter.key(record),
            Adapter::Mapping(adapter) => adapter.key(record),
            Adapter::CanonicalAvro(adapter) => adapter.key(record),
            Adapter::AmazonConnect(adapter) => adapter.key(record),
            Adapter::GenesysCloud(adapter) => adapter.key(record),
        }
    }

    /// The open warm transfers, as small JSON; empty for adapters without state.
    pub fn snapshot(&self) -> Vec<u8> {
        match self {
            Adapter::QueueLog(adapter) => adapter.snapshot(),
            _ => Vec::new(),
        }
    }

    /// Grows with every change of what [`Adapter::snapshot`] would return.
    pub fn state_version(&self) -> u64 {
        match self {
            Adapter::QueueLog(adapter) => adapter.state_version(),
            _ => 0,
        }
    }

    /// Takes up the state of a snapshot; empty bytes: none.
    ///
    /// # Errors
    /// [`Error::Snapshot`] if the bytes are no snapshot.
    pub fn restore(&mut self, snapshot: &[u8]) -> Result<(), Error> {
        match self {
            Adapter::QueueLog(adapter) => adapter.restore(snapshot),
            _ => Ok(()),
        }
    }
}
