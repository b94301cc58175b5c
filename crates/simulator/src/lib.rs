//! A call centre that behaves like one, with known truth.
//!
//! Give it a [`Scenario`] (a seed, a time span, queues with their demand and their agents) and it plays the centre event by
//! event: callers arrive along a double hump, wait in line, lose patience or press a key, agents log on, ring, answer, talk,
//! transfer, take breaks and go home. Out come two things that were written by the same events but never by each other:
//!
//! - the log an Asterisk would have written ([`Line`], native `queue_log` format, in time order), and
//! - the [`Truth`]: every queue visit as it was simulated, and the counts per quarter-hour and queue that any correct reader
//!   of the log must arrive at, to the last call and second.
//!
//! [`vendors`] tells the same day as Amazon Connect and Genesys Cloud would have, with what a reader of those must find.
//!
//! [`dirty`] then spoils the log the way networks and disks do: late lines, duplicates, junk.
//!
//! [`attrition`] is another kind of world: agents who wear out and leave, day by day, for judging early warnings.
//!
//! The crate is pure: the seed and the times come in, no clock is read, no file is opened. One scenario gives the same bytes
//! on every machine.
//!
//! ```
//! use simulator::{Scenario, simulate};
//!
//! let simulation = simulate(&Scenario::preset("small", 1, 1_772_481_600_000_000)?)?;
//! let totals = simulation.truth().totals();
//! assert_eq!(totals.offered, totals.answered + totals.abandoned + totals.other_exit + totals.open);
//! assert!(simulation.lines()[0].text.ends_with("|NONE|NONE|NONE|QUEUESTART|"));
//! # Ok::<(), simulator::Error>(())
//! ```

#![warn(missing_docs)]

mod activity;
pub mod attrition;
mod calendar;
pub mod centre;
mod contact;
mod demand;
mod dirt;
mod draw;
mod engine;
mod error;
mod log;
mod measures;
mod presets;
mod ratio;
mod roster;
mod scenario;
mod simulation;
mod table;
mod tables;
mod truth;
pub mod vendors;
mod visit;
mod zone;

pub use activity::{Activity, ActivitySpan};
pub use contact::{Contact, ContactOutcome};
pub use dirt::{Dirt, DirtTruth, dirty};
pub use engine::simulate;
pub use error::Error;
pub use log::Line;
pub use measures::Measures;
pub use scenario::{QueuePlan, Scenario};
pub use simulation::Simulation;
pub use truth::{AgentActivity, AgentSpan, Attribution, INTERVAL_S, Interval, Truth};
pub use visit::{Ended, Outcome, Visit};
pub use zone::Zone;
