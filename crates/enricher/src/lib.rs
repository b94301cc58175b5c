//! The operator that turns canonical events into facts: it keeps the events of every contact of its partition, folds
//! the contacts that a transaction touched when the transaction ends, and hands on what changed, before and after.
//!
//! The fold itself is pure and lives in `lifecycle`; this crate keeps state, decides what is written when, and forgets
//! what is old. It knows nothing of KPIs.

mod agents;
#[cfg(test)]
mod agents_laws;
#[cfg(test)]
mod agents_system_tests;
#[cfg(test)]
mod agents_tests;
mod changes;
mod chunks;
mod contacts;
mod expiry;
mod marks;
mod names;
#[cfg(test)]
mod probe;
mod store;

pub use agents::{AgentChange, AgentOptions, Agents, Present};
pub use changes::{Emitted, FactTopics};
pub use contacts::{Contacts, Options};
