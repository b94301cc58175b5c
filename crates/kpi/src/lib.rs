//! The KPI catalogue and its algebra: what a fact contributes to a pane, how panes add up, and what the sums mean. Pure.
//!
//! A pane holds one minute of one queue as integers: counts, sums in ms, histograms, sketches. Adding panes is exact over
//! minutes and partitions; ratios are formed last, and without a denominator there is none.
//!
//! ```
//! use events::{Channel, Direction, QueueVisit, VisitOutcome};
//! use kpi::{Pane, PaneSink, QueueSettings};
//!
//! struct OnePane(Pane);
//! impl PaneSink for OnePane {
//!     fn pane(&mut self, _tenant: &str, _queue: &str, _window_start_us: i64) -> &mut Pane {
//!         &mut self.0
//!     }
//! }
//!
//! let visit = QueueVisit {
//!     tenant: "acme", contact_id: "1", visit_number: 1, source: "pbx", queue: "sales", channel: Channel::Voice,
//!     direction: Direction::Inbound, customer: None, entered_us: 0, left_us: Some(12_000_000), wait_ms: Some(12_000),
//!     outcome: VisitOutcome::Answered, reason: None, agent: None, transferred_in: false, missed_offers: 0, inferred: 0,
//! };
//! let mut sink = OnePane(Pane::default());
//! kpi::add_visit(&mut sink, &visit, 1, &QueueSettings::default());
//! assert_eq!(sink.0.counts.answered, 1);
//! assert_eq!(sink.0.histograms.answered_at_most(15_000), 1);
//! assert_eq!(sink.0.histograms.answered_at_most(10_000), 0);
//! ```

pub mod agent_pane;
pub mod agent_time;
pub mod cubes;
pub mod fact_kpis;
pub mod histogram;
pub mod sketch;
pub mod windows;

mod catalogue;
mod document;
mod error;
mod expression;
mod measures;
mod pane;
mod sql;
mod words;

pub use catalogue::{AssignedBy, Family, Grain, Kpi, Unit, Value, by_name, catalogue};
pub use document::markdown;
pub use error::Error;
pub use expression::{Expression, Limit, Measure, NowFigure, Parameters, SketchColumn};
pub use histogram::{Histogram, Histograms, WAIT_EDGES_S};
pub use measures::{PaneSink, QueueSettings, SHORT_TALK_MS, add_contact, add_handling, add_visit};
pub use pane::{MINUTE_US, Pane, minute_start_us};
pub use sketch::Sketch;
pub use sql::SqlParameters;
