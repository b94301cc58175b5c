//! What happened to one visit of one call to one queue.

use std::sync::Arc;

/// How a caller left the queue, or why the call never got in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Still waiting when the log ended.
    Open,
    /// An agent took the call.
    Answered,
    /// The caller hung up.
    Abandoned,
    /// The queue's longest waiting time was over.
    TimedOut,
    /// The caller pressed a key to leave.
    PressedKey,
    /// No agent was logged on to the queue.
    FoundEmpty,
    /// The system sent the call on, by the word of a vendor who tells no more. Not of the engine.
    Overflowed,
    /// The system took the call out of the queue, by the word of a vendor who tells no more. Not of the engine.
    Withdrawn,
    /// Refused: too many were waiting. Not offered.
    RefusedFull,
    /// Refused: no agent was logged on. Not offered.
    RefusedEmpty,
}

impl Outcome {
    /// Whether the caller left the queue without hanging up and without an agent.
    #[must_use]
    pub fn is_other_exit(self) -> bool {
        matches!(self, Self::TimedOut | Self::PressedKey | Self::FoundEmpty | Self::Overflowed | Self::Withdrawn)
    }

    /// Whether the call never entered the queue.
    #[must_use]
    pub fn is_blocked(self) -> bool {
        matches!(self, Self::RefusedFull | Self::RefusedEmpty)
    }

    /// The state that reports count it under.
    ///
    /// ```
    /// assert_eq!(simulator::Outcome::TimedOut.state(), "other_exit");
    /// ```
    #[must_use]
    pub fn state(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Abandoned => "abandoned",
            Self::TimedOut | Self::PressedKey | Self::FoundEmpty | Self::Overflowed | Self::Withdrawn => "other_exit",
            Self::RefusedFull | Self::RefusedEmpty => "blocked",
        }
    }

    /// The verb by which the log tells it; nothing while open, and of outcomes that only vendors tell.
    #[must_use]
    pub fn verb(self) -> Option<&'static str> {
        Some(match self {
            Self::Open | Self::Overflowed | Self::Withdrawn => return None,
            Self::Answered => "CONNECT",
            Self::Abandoned => "ABANDON",
            Self::TimedOut => "EXITWITHTIMEOUT",
            Self::PressedKey => "EXITWITHKEY",
            Self::FoundEmpty => "EXITEMPTY",
            Self::RefusedFull => "FULL",
            Self::RefusedEmpty => "JOINEMPTY",
        })
    }
}

/// How the conversation of an answered visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// The agent hung up.
    ByAgent,
    /// The caller hung up.
    ByCaller,
    /// Transferred to a number outside the queues, unannounced.
    BlindTransfer,
    /// Transferred to a colleague who was asked first.
    WarmTransfer,
}

impl Ended {
    /// The verb by which the log tells it.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::ByAgent => "COMPLETEAGENT",
            Self::ByCaller => "COMPLETECALLER",
            Self::BlindTransfer => "BLINDTRANSFER",
            Self::WarmTransfer => "ATTENDEDTRANSFER",
        }
    }
}

/// One visit of one call to one queue, as it was simulated, in the whole seconds that the log shows.
///
/// ```
/// use simulator::{Scenario, simulate};
///
/// let simulation = simulate(&Scenario::preset("small", 1, 1_772_481_600_000_000)?)?;
/// let visit = simulation.truth().visits().iter().find(|visit| visit.ended.is_some());
/// assert!(visit.is_some_and(|visit| visit.ended_s() == Some(visit.entered_s + visit.wait_s + visit.talk_s)));
/// # Ok::<(), simulator::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The call's identity in the log; a call that goes on to another queue keeps it.
    pub call: Arc<str>,
    /// 1 for the call's first visit to this queue, 2 for the next; refused joins count with the visit that follows.
    pub number: u32,
    /// 1 for the call's first visit to any queue, refused joins included.
    pub of_call: u32,
    /// Name of the queue.
    pub queue: Arc<str>,
    /// Who answered; nobody when the visit was not answered.
    pub agent: Option<Arc<str>>,
    /// The caller's number as the log shows it: `anonymous` when withheld.
    pub caller: Arc<str>,
    /// Entry into the queue (or refusal), Unix seconds.
    pub entered_s: i64,
    /// Seconds from entry until the caller left the queue, ringing included; 0 while open and when refused.
    pub wait_s: i64,
    /// How the caller left the queue.
    pub outcome: Outcome,
    /// Rings at agents that ended without an answer during this visit.
    pub missed_rings: u32,
    /// Seconds of conversation; 0 when there was none or it had not ended.
    pub talk_s: i64,
    /// Of them, seconds on hold; the log knows none.
    pub hold_s: i64,
    /// How the conversation ended; nothing when there was none or it had not ended.
    pub ended: Option<Ended>,
    /// Seconds of wrap-up after it; nothing when the log does not show them.
    pub wrapup_s: Option<i64>,
}

impl Visit {
    /// When the caller left the queue, Unix seconds; nothing while open and when refused.
    #[must_use]
    pub fn left_s(&self) -> Option<i64> {
        (self.outcome != Outcome::Open && !self.outcome.is_blocked()).then_some(self.entered_s + self.wait_s)
    }

    /// When the conversation was over, Unix seconds; nothing when there was none or it had not ended.
    #[must_use]
    pub fn ended_s(&self) -> Option<i64> {
        self.ended.map(|_| self.entered_s + self.wait_s + self.talk_s)
    }

    /// When the agent was done with it, wrap-up that the log shows included, Unix seconds: what was handled counts here.
    #[must_use]
    pub fn handled_s(&self) -> Option<i64> {
        self.ended_s().map(|ended_s| ended_s + self.wrapup_s.unwrap_or(0))
    }
}
