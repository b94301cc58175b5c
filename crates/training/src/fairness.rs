//! Whether warnings treat groups alike. Groups come from a separate restricted table, are joined in here only, and reach nothing else; what has fewer than
//! thirty agents is hidden, so that no number points at a person.

mod report;

pub use report::{Band, GroupReport, Ratio, Reported, report};

/// An agent's scored time, with what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentRecord {
    /// The agent; used to draw whole agents only.
    pub agent: String,
    /// Days on which the agent was at risk and scored.
    pub scored_days: u64,
    /// Days on which a warning began.
    pub alert_days: Vec<i32>,
    /// Day of leaving by own wish.
    pub left_day: Option<i32>,
    /// Sum of the probabilities over weekly rows whose outcome is known, and how many of these left.
    pub expected: f64,
    /// Weekly rows that left within the horizon.
    pub observed: u64,
}
