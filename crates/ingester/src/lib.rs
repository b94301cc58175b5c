//! Source adapters: a raw line or record into canonical events and observations. Pure but for reading a mapping file at start: no Kafka,
//! no clock. How to describe a new source: `docs/sources.md`.
//!
//! ```
//! use ingester::{Adapter, EventSink, RawRecord, SourceConfig};
//!
//! #[derive(Default)]
//! struct Verbs(Vec<events::CallVerb>);
//! impl EventSink for Verbs {
//!     fn call(&mut self, event: &events::CallEvent<'_>) {
//!         self.0.push(event.verb);
//!     }
//!     fn agent(&mut self, _: &events::AgentEvent<'_>) {}
//!     fn broadcast(&mut self, _: &events::CallEvent<'_>) {}
//!     fn observation(&mut self, _: &events::Observation<'_>) {}
//!     fn note(&mut self, _: &'static str) {}
//! }
//!
//! let config: SourceConfig = toml::from_str("name = 'pbx1'\nkind = 'queue_log'\npseudonym_key = 'a secret of the site'")?;
//! let mut adapter = Adapter::from_config(&config)?;
//! let mut verbs = Verbs::default();
//! let payload = b"1266833911|1266833905.2|9000|NONE|ENTERQUEUE||0467500000";
//! adapter.apply(&RawRecord { payload, source: "pbx1", file: "queue_log", line: 5 }, &mut verbs).unwrap();
//! assert_eq!(verbs.0, [events::CallVerb::QueueEntered]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![warn(missing_docs)]

mod adapter;
mod amazon_connect;
mod canonical;
mod config;
mod delimited;
mod emit;
mod error;
mod genesys_cloud;
pub mod mapping;
mod offers;
mod pseudonym;
mod queue_log;
mod redact;
mod reject;
mod time;

pub use adapter::{Adapter, EventSink, Key, RawRecord};
pub use amazon_connect::AmazonConnect;
pub use canonical::CanonicalAvro;
pub use config::{Limits, LinkTransfers, QueueLogForm, QueueLogOptions, Secret, SourceConfig, SourceKind};
pub use error::Error;
pub use genesys_cloud::GenesysCloud;
pub use mapping::Mapping;
pub use offers::rang;
pub use pseudonym::Pseudonyms;
pub use queue_log::QueueLog;
pub use reject::Reject;
