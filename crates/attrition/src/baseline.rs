//! What is usual: first against the peers of the same day, then against the agent's own past, shrunk to the peers while little is known.
//!
//! The order matters. Peers take out outages, campaigns and launches, which hit everybody; without them a seventh of the skill is lost (average precision
//! 0.63 → 0.56 against the oracle of the reference world). All state counts *worked* days: who is on leave does not change.

mod common_rate;
mod history;
mod learning;
mod level;
mod moments;
mod peers;
mod rates;
mod recent;
mod shifts;

pub use common_rate::CommonRate;
pub use history::{AgentHistory, HistorySettings, PeerDay, Seen};
pub use learning::LearningCurve;
pub use level::{Baseline, BaselineSettings, Pool, Standardised};
pub use moments::{Moments, moments, shrinkage_days};
pub use peers::{Adjusted, FEWEST_PEERS, against_peers};
pub use rates::{PersonalRate, RateSettings};
pub use recent::{Recent, half_life_days};
pub use shifts::{GroupShift, ShiftSettings, against_followed};
