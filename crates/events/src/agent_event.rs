//! `AgentEvent`: one canonical event of an agent that belongs to no contact (`schemas/agent_event.v1.avsc`).

use serde::{Deserialize, Serialize};

/// What the agent, or the system for the agent, did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum AgentVerb {
    LoggedIn,
    LoggedOut,
    QueueJoined,
    QueueDeparted,
    Paused,
    Unpaused,
    AcwStarted,
    AcwEnded,
    StateChanged,
    #[default]
    SideEvent,
}

/// One canonical event of an agent. Field documentation and units: `schemas/agent_event.v1.avsc`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct AgentEvent<'a> {
    pub tenant: &'a str,
    pub source: &'a str,
    pub event_id: &'a str,
    pub agent: &'a str,
    pub event_time_us: i64,
    pub sequence: i64,
    pub verb: AgentVerb,
    #[serde(borrow)]
    pub queue: Option<&'a str>,
    #[serde(borrow)]
    pub reason: Option<&'a str>,
    pub duration_ms: Option<i64>,
}
