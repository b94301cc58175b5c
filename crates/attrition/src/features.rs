//! What the early warning may look at: a closed list, as data. Nothing else can enter a model: inputs are an enumeration, and names from outside are looked up
//! in [`Input::all`].

mod agent_day;
mod catalogue;
mod day_facts;
mod input;
mod never;
mod of_day;

pub use agent_day::{AgentDay, FeatureValues};
pub use catalogue::{Fact, Family, Feature, FeatureSpec, Treatment, catalogue};
pub use day_facts::DayFacts;
pub use input::{Input, TENURE_TERMS};
pub use never::{Exclusion, NEVER_INPUTS, OFF_BY_DEFAULT, excluded};
pub use of_day::{NOT_OF_A_DAY, features_of};

/// Version of the list and of how its values are formed. 2: lateness by the own usual start, where nothing is scheduled.
pub const FEATURE_SCHEMA: u32 = 2;
/// A model of this version or a later one, up to [`FEATURE_SCHEMA`], is used: what it names is there and formed as it was. Others are refused.
pub const OLDEST_FEATURE_SCHEMA: u32 = 1;
