//! What became of one call as a whole.

use std::sync::Arc;

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContactOutcome {
    /// An agent spoke with the caller.
    Handled,
    /// The caller hung up in a queue.
    Abandoned,
    /// The caller left the last queue otherwise.
    FlowOut,
    /// No queue let the call in.
    Blocked,
}

/// One call from its first line to its last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The call's identity in the log.
    pub call: Arc<str>,
    /// The caller's number; nothing when it is withheld, and when no queue let the call in, so that the log does not show it.
    pub caller: Option<Arc<str>>,
    /// The first queue.
    pub queue: Arc<str>,
    /// When the call reached the exchange, Unix seconds; calls are in this order.
    pub arrived_s: i64,
    /// First line of the call, Unix seconds.
    pub started_s: i64,
    /// When the caller left the last queue or the last conversation, Unix seconds.
    pub ended_s: i64,
    /// How it ended.
    pub outcome: ContactOutcome,
    /// Seconds of conversation.
    pub talk_s: i64,
    /// Visits to queues, refused joins included.
    pub visits: u32,
}
