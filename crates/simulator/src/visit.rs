//! What happened to one stay of one call in one queue.

use std::fmt;
use std::sync::Arc;

/// How a caller left the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
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
}

impl Outcome {
    /// Whether the caller left without hanging up and without an agent.
    #[must_use]
    pub fn is_other_exit(self) -> bool {
        matches!(self, Self::TimedOut | Self::PressedKey | Self::FoundEmpty)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Answered => "answered",
            Self::Abandoned => "abandoned",
            Self::TimedOut => "timed_out",
            Self::PressedKey => "pressed_key",
            Self::FoundEmpty => "found_empty",
        })
    }
}

/// How an answered visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// The agent hung up.
    ByAgent,
    /// The caller hung up.
    ByCaller,
    /// Transferred to a number outside the queues, unannounced.
    BlindTransfer,
    /// Transferred to a colleague who was asked first.
    AttendedTransfer,
    /// Transferred to another queue; the call's next visit is there.
    QueueTransfer,
}

impl fmt::Display for Ended {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::ByAgent => "by_agent",
            Self::ByCaller => "by_caller",
            Self::BlindTransfer => "blind_transfer",
            Self::AttendedTransfer => "attended_transfer",
            Self::QueueTransfer => "queue_transfer",
        })
    }
}

/// One stay of one call in one queue, as it was simulated.
///
/// ```
/// use simulator::{Ended, Outcome, Visit};
///
/// let visit = Visit {
///     call: "1772438400.17".into(),
///     visit_number: 1,
///     queue: "sales".into(),
///     agent: Some("PJSIP/1001".into()),
///     caller: "01715550199".into(),
///     entered_s: 1_772_438_410,
///     wait_s: 12,
///     outcome: Outcome::Answered,
///     talk_s: 95,
///     ended: Some(Ended::ByCaller),
/// };
/// assert_eq!((visit.left_s(), visit.ended_s()), (1_772_438_422, 1_772_438_517));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The call's identity in the log; a call transferred to another queue keeps it.
    pub call: Arc<str>,
    /// 1 for the call's first visit to any queue, 2 for the next.
    pub visit_number: u32,
    /// Name of the queue.
    pub queue: Arc<str>,
    /// Who answered; nobody when the visit was not answered.
    pub agent: Option<Arc<str>>,
    /// The caller's number as the log shows it: `anonymous` when withheld.
    pub caller: Arc<str>,
    /// Entry into the queue, Unix seconds.
    pub entered_s: i64,
    /// Seconds from entry until the caller left the queue, ringing included.
    pub wait_s: i64,
    /// How the caller left the queue.
    pub outcome: Outcome,
    /// Seconds of conversation; 0 when not answered.
    pub talk_s: i64,
    /// How the conversation ended; nothing when not answered.
    pub ended: Option<Ended>,
}

impl Visit {
    /// When the caller left the queue, Unix seconds.
    #[must_use]
    pub fn left_s(&self) -> i64 {
        self.entered_s + self.wait_s
    }

    /// When the visit was over, conversation included, Unix seconds.
    #[must_use]
    pub fn ended_s(&self) -> i64 {
        self.left_s() + self.talk_s
    }
}
