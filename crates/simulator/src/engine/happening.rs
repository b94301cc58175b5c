//! What can happen, and the agenda that says when.

use crate::roster::{Duty, PlannedPause};
use crate::table::{AgentKey, CallKey, QueueKey, VisitKey};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// Something that is going to happen. What has become pointless by then (the caller is gone, the agent at home) does nothing.
#[derive(Debug, Clone)]
pub(super) enum Happening {
    /// A call reaches the exchange; a caller of whom nothing is known, or one who calls again.
    Arrive { queue: QueueKey, caller: Option<Arc<str>> },
    /// The call is put into the queue.
    Enter { call: CallKey, queue: QueueKey },
    /// The caller gives up.
    Impatient { visit: VisitKey },
    /// The queue's longest waiting time is over.
    WaitedTooLong { visit: VisitKey },
    /// The queue looks whether somebody is logged on by now.
    StillEmpty { visit: VisitKey },
    /// The agent whose telephone rings picks up.
    PickUp { visit: VisitKey, ring: u32 },
    /// The telephone has rung long enough.
    RingOver { visit: VisitKey, ring: u32 },
    /// The conversation is over.
    TalkEnds { visit: VisitKey },
    /// Wrap-up, or the rest after a missed ring, is over.
    Ready { agent: AgentKey, turn: u32 },
    /// The agent comes to work.
    ShiftBegins { agent: AgentKey, duty: Duty },
    /// The agent wants to go home.
    ShiftEnds { agent: AgentKey },
    /// The agent wants a pause.
    PauseDue { agent: AgentKey, shift: u32, pause: PlannedPause },
    /// The agent's pause is over.
    PauseEnds { agent: AgentKey, turn: u32 },
}

/// Happenings to come, in order of time; those of one instant in the order in which they were entered.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    heap: BinaryHeap<Entry>,
    entered: u64,
}

impl Agenda {
    pub(super) fn enter(&mut self, at_us: i64, happening: Happening) {
        self.entered += 1;
        self.heap.push(Entry { at_us, number: self.entered, happening });
    }

    /// The next one, if it happens before this instant, Unix microseconds.
    pub(super) fn next_before(&mut self, until_us: i64) -> Option<(i64, Happening)> {
        self.heap
            .peek()
            .is_some_and(|entry| entry.at_us < until_us)
            .then(|| self.heap.pop())
            .flatten()
            .map(|entry| (entry.at_us, entry.happening))
    }
}

#[derive(Debug)]
struct Entry {
    at_us: i64,
    number: u64,
    happening: Happening,
}

impl Ord for Entry {
    /// The earliest is the greatest, as the heap gives the greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at_us, other.number).cmp(&(self.at_us, self.number))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}
