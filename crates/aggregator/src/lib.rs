//! The operators that turn changed facts into panes: one minute of one queue, as seen by one partition, and one quarter of an hour of
//! one agent.
//!
//! They are linear: `pane += measures(after) − measures(before)`, so corrections, late events and retractions need no special
//! case. What a fact contributes is decided in `kpi`; this crate keeps the panes and writes those that changed.
//! It knows nothing of events.

mod agent_panes;
mod names;
mod now;
mod panes;
#[cfg(test)]
mod probe;

pub use agent_panes::{AgentPaneTopics, AgentPanes, PresentSpan};
pub use panes::{Options, PaneTopics, Panes};

#[cfg(test)]
mod agent_panes_tests;
#[cfg(test)]
mod panes_tests;
