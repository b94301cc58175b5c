//! How a source is described in the configuration.

use jiff::civil::Date;
use serde::Deserialize;
use std::fmt;
use std::path::PathBuf;

/// Which adapter reads the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Asterisk's `queue_log`, as file lines or as rows of its realtime table.
    QueueLog,
    /// Delimited or JSON records, described by a mapping.
    Mapping,
    /// Canonical events, Avro single-object encoded.
    Avro,
    /// Amazon Connect: contact records, contact events, agent events, in their own JSON.
    AmazonConnect,
    /// Genesys Cloud: conversation details and notification events, in their own JSON.
    GenesysCloud,
}

/// One source of raw records.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// Unique name; becomes `source` of every event and part of its id.
    pub name: String,
    /// Name of the system behind it, default: `name`. Contacts are "system/id", so two sources of one system are one.
    #[serde(default)]
    pub system: Option<String>,
    /// Which adapter.
    pub kind: SourceKind,
    /// IANA zone of times without offset. Default: the mapping's own zone, else UTC.
    #[serde(default)]
    pub timezone: Option<String>,
    /// Whose contacts these are.
    #[serde(default = "default_tenant")]
    pub tenant: String,
    /// Kind `mapping`: file with the mapping.
    #[serde(default)]
    pub mapping_file: Option<PathBuf>,
    /// Kind `mapping`: the mapping itself, instead of a file.
    #[serde(default)]
    pub mapping: Option<crate::mapping::Specification>,
    /// Id of the key below, written into every pseudonym so that keys can be rotated.
    #[serde(default = "default_key_id")]
    pub pseudonym_key_id: String,
    /// Secret that customer numbers are hashed with, at least 16 bytes. Not needed by kind `avro`.
    #[serde(default)]
    pub pseudonym_key: Secret,
    /// A number with more digits than this is outside the house: as a transfer target it is pseudonymised.
    #[serde(default = "default_extension_digits")]
    pub extension_digits: u8,
    /// Bounds that a record must keep.
    #[serde(default)]
    pub limits: Limits,
    /// The source writes at least so often while it lives, seconds: what it writes vouches for all its agents. Where nothing of it is read
    /// for longer than `agents.heartbeats_missed_s`, their time is unknown. None: its silence says nothing.
    #[serde(default)]
    pub alive_s: Option<u32>,
    /// Kind `queue_log`: its options.
    #[serde(default)]
    pub queue_log: QueueLogOptions,
}

impl SourceConfig {
    /// The system that contacts belong to.
    pub fn system(&self) -> &str {
        self.system.as_deref().unwrap_or(&self.name)
    }
}

/// Bounds that a record must keep; beyond them it is rejected.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// First day (UTC) that an event may be on.
    pub earliest: Date,
    /// First day (UTC) that is too late for any event.
    pub latest: Date,
    /// Longest record in bytes.
    pub record_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { earliest: Date::constant(1995, 1, 1), latest: Date::constant(2100, 1, 1), record_bytes: 64 * 1024 }
    }
}

/// In which shape a `queue_log` arrives. A record that begins with `{` is always read as a JSON row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueLogForm {
    /// Lines of the file: `epoch|callid|queue|agent|verb|data…`.
    #[default]
    File,
    /// Comma-separated rows of the realtime table.
    Csv,
    /// JSON rows of the realtime table.
    Json,
}

/// How far warm transfers into another queue are linked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkTransfers {
    /// Lines are spread by call id; the consult leg is excluded, the caller's new visit is inferred from its CONNECT.
    Call,
    /// All lines of the system go to one partition, in order; the caller's transfer and new queue entry are written as well.
    #[default]
    System,
}

/// Options of kind `queue_log`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct QueueLogOptions {
    /// Shape of the records.
    pub form: QueueLogForm,
    /// Columns of form `csv`, in order. Names as in Asterisk's table; `data` instead of data1…data5 and others are allowed.
    pub columns: Vec<String>,
    /// Technology prefixes that are cut off an agent's name.
    pub strip_agent_prefixes: Vec<String>,
    /// How far warm transfers are linked.
    pub link_transfers: LinkTransfers,
    /// An agent is in one call at a time: a call whose end is missing ended when its agent was connected to the next.
    pub one_call_per_agent: bool,
}

impl Default for QueueLogOptions {
    fn default() -> Self {
        let columns = ["time", "callid", "queuename", "agent", "event", "data1", "data2", "data3", "data4", "data5"];
        QueueLogOptions {
            form: QueueLogForm::default(),
            columns: columns.map(str::to_owned).to_vec(),
            strip_agent_prefixes: vec!["Agent/".to_owned()],
            link_transfers: LinkTransfers::default(),
            one_call_per_agent: false,
        }
    }
}

/// A secret that does not show itself in logs.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Secret(secret.into())
    }

    /// Whether there is one.
    pub fn is_set(&self) -> bool {
        !self.0.is_empty()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_empty() { "Secret(not set)" } else { "Secret(set)" })
    }
}

fn default_tenant() -> String {
    "default".to_owned()
}

fn default_key_id() -> String {
    "1".to_owned()
}

fn default_extension_digits() -> u8 {
    6
}

/// The pseudonyms of a source.
pub(crate) fn pseudonyms(config: &SourceConfig) -> Result<crate::Pseudonyms, crate::Error> {
    let key = config.pseudonym_key.bytes();
    if key.len() < 16 {
        return Err(crate::Error::PseudonymKey { source_name: config.name.clone() });
    }
    Ok(crate::Pseudonyms::new(&config.pseudonym_key_id, key))
}
