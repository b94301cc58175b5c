//! The same simulated centre as other systems tell it: Amazon Connect and Genesys Cloud, each in its own JSON.
//!
//! [`amazon_connect`] and [`genesys_cloud`] give the lines, one JSON object each, in the order of time; [`facts`] gives what a
//! correct reader must find in them, to the millisecond; [`dirty`] spoils the lines and says how. The forms are those that the
//! vendors publish (contact records, contact events and the agent event stream; conversation details, detail events and user
//! topics); `docs/sources-amazon-connect.md` and `docs/sources-genesys-cloud.md` say what a reader makes of each field.
//!
//! ```
//! use simulator::{Scenario, simulate, vendors};
//!
//! let scenario = Scenario::preset("small", 1, 1_772_481_600_000_000)?;
//! let simulation = simulate(&scenario)?;
//! let lines: Vec<_> = vendors::amazon_connect(&simulation, &scenario).collect();
//! assert!(lines.is_sorted_by_key(|line| line.time_us));
//! assert!(lines.iter().all(|line| line.text.starts_with('{') && line.text.ends_with('}')));
//! # Ok::<(), simulator::Error>(())
//! ```

mod amazon_connect;
mod dirt;
mod facts;
mod genesys_cloud;
mod identity;
mod json;
mod site;
mod story;

pub use dirt::{VendorDirt, VendorDirtTruth, dirty};
pub use facts::{ActivityFact, Facts, HandlingFact, VendorActivity, VisitFact};
pub use identity::{agent_id, queue_id};

use crate::log::Line;
use crate::scenario::Scenario;
use crate::simulation::Simulation;
use story::{Grain, Manner, Story};

pub(crate) use site::{contact_id, tell};

/// A system that runs a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    /// Amazon Connect: times in whole seconds.
    AmazonConnect,
    /// Genesys Cloud: times in milliseconds.
    GenesysCloud,
}

/// The simulated centre as an Amazon Connect instance would report it: contact records, contact events and the agent event stream
/// with its heartbeats, in the order of time. A record comes about a minute after its contact and all work on it are over, so those
/// of the last contacts are not among the lines.
///
/// `scenario` must be the one that was simulated; of two sites with different seeds no two ids are the same.
pub fn amazon_connect(simulation: &Simulation, scenario: &Scenario) -> impl Iterator<Item = Line> + use<> {
    amazon_connect::lines(Story::of(simulation, scenario, Manner::of(scenario, Grain::Second)))
}

/// The simulated centre as a Genesys Cloud organisation would report it: detail events of conversations, presence and routing status
/// of users, and the details of every conversation, fetched when it is over or, of those that go on, at the end.
///
/// `scenario` must be the one that was simulated; of two sites with different seeds no two ids are the same.
pub fn genesys_cloud(simulation: &Simulation, scenario: &Scenario) -> impl Iterator<Item = Line> + use<> {
    genesys_cloud::lines(Story::of(simulation, scenario, Manner::of(scenario, Grain::Millisecond)))
}

/// What a correct reader of the vendor's lines must find.
#[must_use]
pub fn facts(vendor: Vendor, simulation: &Simulation, scenario: &Scenario) -> Facts {
    match vendor {
        Vendor::AmazonConnect => amazon_connect::facts(&Story::of(simulation, scenario, Manner::of(scenario, Grain::Second))),
        Vendor::GenesysCloud => genesys_cloud::facts(&Story::of(simulation, scenario, Manner::of(scenario, Grain::Millisecond))),
    }
}
