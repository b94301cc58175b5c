//! The board: reads the compacted topics of panes and presents of queues and of agents, and reference data, whole, merges the partitions
//! in memory, and serves the KPI gauges, the JSON and the live page.
//!
//! A second board is a replica, not a shard. This crate decides no number: what a KPI is stands in `kpi`.
//!
//! ```
//! use board::{Merged, QueueName, Span};
//! use events::{QueueCounts, QueuePane};
//!
//! let mut merged = Merged::new(26);
//! let counts = QueueCounts { offered: 3, ..QueueCounts::default() };
//! for partition in 0..4 {
//!     merged.apply(&QueuePane { tenant: "acme", queue: "sales", partition, layout: 4, counts: counts.clone(), ..QueuePane::default() })?;
//! }
//! let sales = QueueName { tenant: "acme".to_owned(), queue: "sales".to_owned() };
//! assert_eq!(merged.total(&sales, Span { start_us: 0, end_us: 60_000_000 }).counts.offered, 12);
//! # Ok::<(), board::Error>(())
//! ```
#![warn(missing_docs)]

mod answer;
mod board;
mod error;
mod figures;
mod floor;
mod merged;
mod metrics;
mod present;
mod server;
mod settings;
mod window;

pub use board::{Board, Progress};
pub use error::Error;
pub use floor::{AgentDoing, Doing, Floor, TeamName, TeamView, UNASSIGNED};
pub use kpi::windows::Span;
pub use merged::{Applied, Merged, QueueName};
pub use metrics::Gauges;
pub use present::Now;
pub use server::{PAGE, router, site};
pub use settings::{BoardSettings, Target};
pub use window::{Window, day, day_of};
