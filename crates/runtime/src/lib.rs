//! What every stage runs on: one loop (poll → apply → produce → commit) with Kafka transactions, keyed state restored
//! from changelogs, dead letters, health and metrics.
//!
//! This crate knows nothing of calls, KPIs or ClickHouse. A stage is a [`driver::Stage`] and a [`task::Task`] per partition;
//! [`driver::Driver`] runs it over a [`broker`]: Kafka or memory.
//!
//! ```
//! // Facts in, decision out: nothing of what happens after a failure is hidden in the loop.
//! use runtime::{broker::FailureKind, transaction::{Call, Decision, decide}};
//! assert_eq!(decide(Call::SendOffsets, FailureKind::Abortable, 1), Decision::Abort);
//! ```

pub mod broker;
pub mod changelog;
pub mod clock;
pub mod driver;
pub mod flood;
pub mod health;
pub mod kafka;
pub mod memory;
pub mod metrics;
pub mod partitioner;
pub mod reader;
pub mod settings;
pub mod task;
pub mod transaction;
