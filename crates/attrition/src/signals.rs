//! From scores to the few that are worth a talk, and what becomes of each: a budget instead of a threshold, hysteresis instead of flicker, a life with states
//! instead of a list. Everything here is a function from facts to a decision.

mod capacity;
mod episode;
mod group_event;
mod identity;
mod order;
mod silent;
mod site_event;
mod standing;
mod tiers;
mod tracker;

pub use capacity::{Opening, Team, admit};
pub use episode::{Action, Actor, Forbidden, Outcome, State};
pub use group_event::{
    Distance, Ending, FEWEST_IN_EVENT, GroupDecision, GroupFacts, Living, Strength, decide_group, strength_of_absence, strength_of_alarms,
    strength_of_measures,
};
pub(crate) use identity::hash128;
pub use identity::{notice_id, signal_id};
pub use order::{LatestScores, RISE_DAYS, order};
pub use silent::{Draw, SILENT_SHARE_MAX, draw};
pub use site_event::{SITE_EVENT_SHARE, is_site_event};
pub use standing::{Standing, StandingFacts, families_known, standing};
pub use tiers::{Candidate, Tier, TierSettings, place};
pub use tracker::{Episode, Noted, Scoring, SignalTracker, TrackerEvent, TrackerSettings};
