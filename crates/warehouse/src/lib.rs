//! ClickHouse: migrations, row types, the loader, views and the audit.
//!
//! Everything that is written can be written twice: natural keys and versions in `ReplacingMergeTree`. Views `v_…` hide
//! that and are the stable contract for SQL users. This crate knows nothing of calls, only of facts and panes.
//!
//! ```
//! // The version of a row grows with every change of its key, over replays too.
//! assert!(warehouse::version(1, 5) > warehouse::version(0, 1 << 40));
//! ```

pub mod attrition;
pub mod attrition_reports;
mod audit;
mod batch;
pub mod dbt;
mod error;
mod insert;
mod loader;
mod migrations;
mod pace;
pub mod privacy;
pub mod replayed;
mod rows;
mod server;
pub mod signals;
pub mod views;

pub use audit::{AgentDifference, AgentReport, Difference, Report, Scope, Span, audit_agents, audit_queues, audit_spans, fix, fix_agents};
pub use error::{Class, Error, classify, exception_code};
pub use insert::write;
pub use loader::{LOADER_GROUP, Loader, LoaderMetrics, LoaderOptions};
pub use migrations::{Migrated, migrate};
pub use rows::version;
pub use server::{Server, Settings};
