//! Everything that crosses a topic: canonical events, facts, panes and dead letters, as Rust types over the Avro
//! schemas of `schemas/`, and the codec that writes and reads them.
//!
//! This crate knows nothing of Kafka, ClickHouse or any source system; it has no clock and does no I/O.
//!
//! ```
//! use events::{CallEvent, CallVerb, codec};
//!
//! let event = CallEvent { contact_id: "pbx1/17.4", verb: CallVerb::QueueEntered, queue: Some("sales"), ..CallEvent::default() };
//! let mut bytes = Vec::new();
//! codec::Encoder::default().encode(&event, &mut bytes)?;
//! assert_eq!(codec::decode::<CallEvent>(&bytes)?, event);
//! # Ok::<(), codec::Error>(())
//! ```

mod activity;
mod agent_event;
mod agent_pane;
mod call_event;
pub mod codec;
mod dead_letter;
mod facts;
mod notice;
mod observation;
mod observed;
mod pane;
mod reference;
pub mod schema;
mod signal;

pub use activity::{Activity, PauseKind};
pub use agent_event::{AgentEvent, AgentVerb};
pub use agent_pane::{AgentNow, AgentPane};
pub use call_event::{CallEvent, CallVerb, Channel, Direction, NEXT_CONTACT_REASON, Party};
pub use dead_letter::DeadLetter;
pub use facts::{ActivitySpan, Change, Contact, ContactOutcome, Handling, HandlingEnd, QueueVisit, VisitOutcome};
pub use notice::{GroupNotice, MovedMeasure, NoticeKind};
pub use observation::{Observation, ObservationKind};
pub use observed::{EVERY_AGENT, Observed};
pub use pane::{QueueCounts, QueueNow, QueuePane, SketchBucket, WaitingThreshold};
pub use reference::{Reference, ReferenceKind};
pub use signal::{SignalActor, SignalEvent, SignalKind, SignalReason};
