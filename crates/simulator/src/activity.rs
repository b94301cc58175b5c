//! What an agent does by the log, stretch by stretch.

use std::sync::Arc;

/// What an agent does, as a reader of the log can know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Activity {
    /// Logged on and free, or ringing.
    Available,
    /// In conversation.
    Contact,
    /// Wraps up.
    AfterCall,
    /// Paused, for the reason given, and not in conversation.
    Paused(&'static str),
}

/// A stretch of one activity of an agent; stretches of an agent do not overlap, and those that meet differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivitySpan {
    /// The agent as the log names it.
    pub agent: Arc<str>,
    /// What the agent did.
    pub activity: Activity,
    /// Begin, Unix seconds.
    pub from_s: i64,
    /// End, Unix seconds; nothing when it had not ended.
    pub until_s: Option<i64>,
}
