//! A call centre that behaves like one, with known truth.
//!
//! Give it a [`Scenario`] (a seed, a time zone, queues with their demand and their agents) and it plays the centre event by
//! event: callers arrive along a double hump, wait in line, lose patience or press a key, agents log on, ring, answer, talk,
//! transfer, take breaks and go home. Out come two things that were written by the same events but never by each other:
//!
//! - the log an Asterisk would have written ([`LogLine`], native `queue_log` format, in time order), and
//! - the [`Truth`]: every queue visit as it was simulated, and the counts per quarter-hour and queue that any correct reader
//!   of the log must arrive at, to the last call.
//!
//! [`dirty`] then spoils the log the way networks and disks do: late lines, duplicates, junk.
//!
//! The crate is pure: the seed and the start come in, no clock is read, no file is opened, time zones are compiled in. One
//! scenario gives the same bytes on every machine.
//!
//! ```
//! use simulator::{Scenario, simulate};
//!
//! let simulated = simulate(&Scenario::small_site())?;
//! let totals = simulated.truth.totals();
//! assert_eq!(totals.offered, totals.answered + totals.abandoned + totals.other_exit);
//! assert!(simulated.log.lines().next().is_some_and(|line| line.ends_with("|NONE|NONE|NONE|QUEUESTART|")));
//! # Ok::<(), simulator::Error>(())
//! ```

mod calendar;
mod csv;
mod demand;
mod dirty;
mod draw;
mod engine;
mod error;
mod log;
mod presets;
mod roster;
mod scenario;
mod table;
mod truth;
mod visit;

pub use dirty::{DirtOptions, Dirty, Junk, JunkKind, dirty};
pub use engine::{Simulated, Simulator, simulate};
pub use error::Error;
pub use log::{LogLine, QueueLog};
pub use scenario::{QueuePlan, Scenario};
pub use truth::{AgentActivity, AgentSpan, INTERVAL_S, Interval, Measures, Truth};
pub use csv::TruthTable;
pub use visit::{Ended, Outcome, Visit};
