//! What an agent does by the log, stretch by stretch.

use std::sync::Arc;

/// What an agent does, as a reader of the log can know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Activity {
    /// Logged on and free.
    Available,
    /// The telephone rings.
    Ringing,
    /// In conversation.
    Contact,
    /// Wraps up.
    AfterCall,
    /// Let the telephone ring, and is spared by the system for a while. No log but a vendor's shows it.
    NotResponding,
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
    /// Begin, Unix milliseconds: whole seconds but where a ring begins, whose length the log has in milliseconds.
    pub from_ms: i64,
    /// End, Unix milliseconds; nothing when it had not ended.
    pub until_ms: Option<i64>,
}
