//! What has happened to signals already. The log is fact: what was told is not decided again, and what people did has happened.

use super::group::Notice;
use super::outcome::What;
use crate::signals::{Action, Tier};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the log says that bears on one day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DayLog {
    /// The day has been told: the decisions below are all that there are of it.
    pub told: bool,
    /// What was decided about the day.
    pub decisions: Vec<Told>,
    /// What people did before the day could be scored and after the day before could.
    pub actions: Vec<PersonAction>,
    /// Agents for whose signal people did something that comes later: nothing is decided about these now, it would come too late.
    pub acted_later: BTreeSet<String>,
    /// What was told of groups on the day.
    pub notices: Vec<Notice>,
}

/// A decision that was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The agent's id.
    pub agent: String,
    /// What was decided.
    pub what: What,
    /// The tier.
    pub tier: Tier,
    /// Probability at that time.
    pub probability: f64,
    /// Hash of the inputs at that time; `None` where the model, the settings or the version of the product were others, so that nothing can be compared.
    pub inputs_hash: Option<u64>,
}

/// What a person did. Who may do what is checked before it is written ([`Action::may_be_done_by`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonAction {
    /// The agent's id.
    pub agent: String,
    /// What was done.
    pub action: Action,
}
