//! What the early warning may look at: a closed list, as data. Nothing else can enter a model: inputs are an enumeration, and names from outside are looked up
//! in [`Input::all`].

mod agent_day;
mod catalogue;
mod input;
mod never;

pub use agent_day::{AgentDay, FeatureValues};
pub use catalogue::{Fact, Family, Feature, FeatureSpec, Treatment, catalogue};
pub use input::{Input, TENURE_TERMS};
pub use never::{Exclusion, NEVER_INPUTS, OFF_BY_DEFAULT, excluded};

/// Version of the list and of how its values are formed; a model of another version is refused.
pub const FEATURE_SCHEMA: u32 = 1;
