//! What a day of a site gives.

use super::group::Notice;
use crate::detectors::Rule;
use crate::features::Family;
use crate::hazard::InputValues;
use crate::signals::{Action, Standing, State, Tier};
use serde::{Deserialize, Serialize};

/// What a day of a site gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteDayResult {
    /// Days since 1970-01-01 in the site's zone.
    pub day: i32,
    /// Scores of agents at risk of whom enough is known, by agent.
    pub scores: Vec<AgentScore>,
    /// What is to be told, by agent. Nothing on a day that has been told.
    pub decisions: Vec<Decision>,
    /// What is to be told of groups that moved as a whole: that it began, or that it ended. Nothing on a day that has been told.
    pub notices: Vec<Notice>,
    /// Agents of whom no signal may open today, because too many of a group alarmed at once.
    pub withheld: usize,
}

/// The score of an agent on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentScore {
    /// The agent's id.
    pub agent: String,
    /// [`Standing::Scored`] or [`Standing::Muted`].
    pub standing: Standing,
    /// Probability of leaving within the model's horizon.
    pub probability: f64,
    /// The same of an agent who is as the segment on average.
    pub base: f64,
    /// Log-odds of both: base plus all families is the score.
    pub log_odds: [f64; 2],
    /// Tier, if any.
    pub tier: Option<Tier>,
    /// Named rules that hold.
    pub rules: Vec<Rule>,
    /// What each family adds to the log-odds.
    pub families: Vec<(Family, f64)>,
    /// Inputs of the model, for training.
    pub inputs: InputValues,
    /// Hash of those that the model used.
    pub inputs_hash: u64,
}

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// A signal opens.
    Opened,
    /// It becomes urgent.
    Escalated,
    /// It ends: closed (faded, left, moved), expired or withdrawn.
    Ended(Action),
}

/// A decision about a signal.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The agent's id.
    pub agent: String,
    /// Day of opening: with tenant and agent the signal's id.
    pub opened_day: i32,
    /// Counts the agent's signals from 1.
    pub episode: u32,
    /// What is decided.
    pub what: What,
    /// State after it.
    pub state: State,
    /// The highest tier so far.
    pub tier: Tier,
    /// Team as of the day.
    pub team: Option<String>,
    /// Leader as of the day.
    pub leader: Option<String>,
    /// Probability and base of the score, where there is one.
    pub score: Option<(f64, f64)>,
    /// Why; for an opening and an escalation, as is what follows.
    pub reasons: Vec<Reason>,
    /// What speaks against it, at most two, the strongest first.
    pub lowering: Vec<Reason>,
    /// Named rules that hold.
    pub rules: Vec<Rule>,
    /// Hash of the inputs, where there is a score.
    pub inputs_hash: Option<u64>,
}

/// Why a score is what it is: one family.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The input that contributed most.
    pub code: String,
    /// The family.
    pub family: Family,
    /// Log-odds of the family against the segment.
    pub contribution: f64,
    /// In words, English.
    pub english: String,
    /// In words, Chinese.
    pub chinese: String,
    /// It is something for the organisation to change.
    pub organisation: bool,
}
