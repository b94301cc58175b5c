//! The operator that turns changed facts into panes: one minute of one queue, as seen by one partition.
//!
//! It is linear: `pane += measures(after) − measures(before)`, so corrections, late events and retractions need no special
//! case. What a fact contributes is decided in `kpi`; this crate keeps the panes and writes those that changed.
//! It knows nothing of events.

mod now;
mod panes;
#[cfg(test)]
mod probe;

pub use panes::{Options, PaneTopics, Panes};

#[cfg(test)]
mod panes_tests;
