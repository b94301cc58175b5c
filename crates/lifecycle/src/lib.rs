//! Events of a contact folded into facts: queue visits, handlings and the contact as a whole.
//!
//! [`ContactEvents`] keeps the events of one contact in a few bytes each, in order of arrival. [`fold`] turns them into
//! [`Facts`]: purely, so that any order of arrival and any repetition gives the same. Rules: domain.md 3.2–3.4; what
//! had to be inferred is marked with the bits of [`Inferred`]. No clock, no I/O: ages are ended by the caller
//! ([`overdue`]).
//!
//! ```
//! use events::{CallEvent, CallVerb, VisitOutcome};
//! use lifecycle::{ContactEvents, NameTable, Options, Scratch, fold};
//!
//! let event = CallEvent { contact_id: "pbx1/17.4", queue: Some("sales"), ..CallEvent::default() };
//! let entered = CallEvent { verb: CallVerb::QueueEntered, event_time_us: 5_000_000, ..event.clone() };
//! let left = CallEvent { verb: CallVerb::QueueLeft, event_time_us: 12_000_000, reason: Some("abandoned"), ..event };
//! let mut names = NameTable::new(1000);
//! let mut contact = ContactEvents::new(&left, &mut names);
//! contact.push(&entered, &mut names);
//!
//! let facts = fold(&contact, contact.len(), &names, &mut Scratch::default(), &Options::default());
//! assert_eq!((facts.visits[0].outcome, facts.visits[0].wait_ms), (VisitOutcome::Abandoned, Some(7_000)));
//! assert!(facts.settled);
//! ```

#![warn(missing_docs)]

pub mod activity;
mod apply;
mod bytes;
mod closing;
mod contact;
mod contact_events;
mod event;
mod expiry;
mod fold;
mod handlings;
mod inferred;
mod names;
mod options;
mod talk;
mod visits;

pub use bytes::{Error, Name};
pub use closing::MAX_AGE_REASON;
pub use contact_events::{ContactEvents, Header, MAX_BYTES, MAX_EVENTS, Pushed};
pub use expiry::{due, max_age_event, overdue};
pub use fold::{Facts, Scratch, fold};
pub use inferred::{Inferred, Rule};
pub use names::{NameTable, Names};
pub use options::Options;
