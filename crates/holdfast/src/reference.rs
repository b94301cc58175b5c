//! Reference data: what is known of sites, teams, agents, queues and the rest, and from when on. A file is compared with what the topic
//! holds, and only the difference is written, so a file can be loaded as often as one likes.
//!
//! What decides is pure: [`parse`] reads a file, [`difference`] compares, [`holding_at`] tells what holds at a time, [`Held`] which of
//! several revisions counts. [`Loader`] and [`read`] alone know Kafka.
//!
//! ```
//! use holdfast::reference::{Entries, Loading, difference, parse};
//!
//! let loading = Loading { tenant: "default", kind: events::ReferenceKind::Agent, zone: &jiff::tz::TimeZone::UTC, valid_from_us: 0 };
//! let parsed = parse(b"id,valid_from,team\nann,2024-03-01,blue\n", &loading).unwrap();
//! let changes = difference(&Entries::new(), &parsed.entries, &[]);
//! assert_eq!(changes[0].line(&jiff::tz::TimeZone::UTC), "+ agent ann from 2024-03-01: team=blue");
//! ```

mod as_of;
mod attributes;
mod delimited;
mod difference;
mod file;
mod held;
mod moment;
mod rows;
#[cfg(test)]
mod tests;
mod topic;

pub use as_of::{Holding, holding_at};
pub use difference::{Change, absent, apply, difference, words};
pub use file::{Loading, Parsed, Problem, parse};
pub use held::Held;
pub use moment::{ALWAYS_US, Moment, from, zone};
pub use topic::{Loader, read};

use events::ReferenceKind;
use std::collections::BTreeMap;

/// Names one entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Whose.
    pub tenant: String,
    /// What it is about.
    pub kind: ReferenceKind,
    /// Which one.
    pub id: String,
    /// Holds from here until the next one of the same id.
    pub valid_from_us: i64,
}

/// What an entry says; what it does not say is not known from then on.
pub type Attributes = BTreeMap<String, String>;

/// Entries, each once.
pub type Entries = BTreeMap<Key, Attributes>;
