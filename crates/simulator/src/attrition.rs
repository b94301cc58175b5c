//! A centre whose agents wear out and leave, day by day, with known truth: what an early warning sees apart from what it is to find.
//!
//! Every agent has a hidden stage (engaged, strained, searching, decided). It moves with the team's occupancy, the leader and the agent's frailty, changes
//! what the agent does a little, and the chance of leaving a lot. Around it lies what makes warnings hard: personal levels and spreads, slow drift, shocks
//! that hit whole teams, learning, rare evaluations. About four of ten leave without any sign; nobody can warn of them.
//!
//! [`World`] holds every number of it and is a file; [`World::named`] gives the ready ones ([`WORLDS`]); [`Centre`] plays one, a day at a time; [`Filter`] and
//! [`leaving_probability`] say what could be known at best. The same world gives the same bytes on every machine. Every agent draws from a stream of its
//! own, so that a world with a disturbance differs from the one without by the disturbance only.
//!
//! ```
//! use simulator::attrition::{Centre, World};
//!
//! let world = World::named("reference", 7, 50, 30)?;
//! let mut centre = Centre::open(&world)?;
//! let worked = centre.by_ref().map(|day| day.seats.iter().filter(|seat| seat.seen.worked).count()).sum::<usize>();
//! assert!((900..1_100).contains(&worked), "{worked} of 50 seats, 30 days, 5 shifts of 7 days, 5 % absence");
//! # Ok::<(), simulator::Error>(())
//! ```

mod centre;
mod day;
mod disturbances;
mod events;
mod observing;
mod oracle;
mod person;
mod presets;
mod stages;
mod team;
mod world;

pub use centre::Centre;
pub use day::{AgentDay, Cause, Day, Departure, SeatDay, TruthDay};
pub use disturbances::{Disturbances, Gaming, Group, Outage, Season, SickLeave, Untidiness, Wave};
pub use events::{EventPlan, EventPlay, PlayedDay};
pub use observing::{as_seen, as_shifted};
pub use oracle::{Filter, HORIZON_DAYS, leaving_probability};
pub use presets::WORLDS;
pub use stages::{Chances, chances, leaving_chances};
pub use world::{CHANNELS, Leaving, Load, People, STAGES, Shocks, Signs, StageMoves, World};
