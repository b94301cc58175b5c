//! What leaders and sites are shown of staying and leaving, quarterly and not daily. Pure: counts and days come in, numbers go out.
//!
//! [`leaders`]: leavers of each leader against those expected from what a leader does not choose ([`mix`]), in a funnel and never as a league table; [`quarters`]:
//! what stands beside them, load and talks of each leader's agents; [`attainability`]: whether targets can be reached;
//! [`cohorts`]: how many of those hired together are still there; [`ramps`]: how fast they come to work as others do; [`grooves`]: teams and agents whose speed rises while their care falls; [`trends`]: both over the weeks; [`short_calls`]: talks of a few
//! seconds that agents end; [`scorecards`]:
//! targets that invite it; [`target_changes`]: what came of a change of targets; [`follow_ups`]: whom nobody has asked yet how it goes; [`effects`]: whether a session helped, against others like those who had
//! it; [`coaching_loop`]: what became of what evaluations found; [`plateaus`]: who is coached in vain; [`monitoring`]: what listening takes and says;
//! [`feedback`]: whether whoever is warned of is treated otherwise since. [`difference`] compares two sides of agents.
//!
//! No share or mean of fewer than eight agents is shown. Every one has its interval beside it, but those of [`quarters`] and [`ramps`]: they are counted of everybody, and
//! say what was and not what to expect. Who is to be asked, coached or trained is listed.

pub mod attainability;
pub mod coaching_loop;
pub mod cohorts;
pub mod difference;
pub mod effects;
pub mod feedback;
pub mod follow_ups;
pub mod grooves;
pub mod leaders;
pub mod mix;
pub mod monitoring;
pub mod plateaus;
pub mod quarters;
pub mod ramps;
pub mod scorecards;
pub mod short_calls;
pub mod target_changes;
pub mod trends;

/// Below so many agents nothing is shown.
pub const FEWEST_AGENTS: usize = 8;
