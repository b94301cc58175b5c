//! `AgentPane` and `AgentNow`: what the agent stage hands to the board and the warehouse.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one agent did in one quarter of an hour. Field documentation: `schemas/agent_pane.v1.avsc`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct AgentPane<'a> {
    pub tenant: &'a str,
    pub agent: &'a str,
    pub window_start_us: i64,
    pub partition: i32,
    pub layout: i32,
    pub generation: i32,
    pub version: i64,
    #[serde(borrow)]
    pub measures: BTreeMap<&'a str, i64>,
}

/// What one agent does now. Field documentation: `schemas/agent_now.v1.avsc`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct AgentNow<'a> {
    pub tenant: &'a str,
    pub agent: &'a str,
    pub partition: i32,
    pub layout: i32,
    pub generation: i32,
    pub version: i64,
    pub activity: &'a str,
    pub since_us: i64,
    #[serde(borrow)]
    pub reason: Option<&'a str>,
    #[serde(borrow)]
    pub queue: Option<&'a str>,
    pub silent_us: i64,
    pub event_time_us: i64,
}
