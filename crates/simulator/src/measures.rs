//! Counts and sums over queue visits.

use crate::visit::{Outcome, Visit};

/// Counts and sums over queue visits. They add up over intervals and queues; the longest waits merge by the maximum.
///
/// ```
/// use simulator::Measures;
///
/// let mut hour = Measures { offered: 3, max_wait_s: Some(40), ..Measures::default() };
/// hour.merge(&Measures { offered: 2, max_wait_s: Some(15), ..Measures::default() });
/// assert_eq!((hour.offered, hour.max_wait_s), (5, Some(40)));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measures {
    /// Visits that began.
    pub offered: u64,
    /// Visits that were still waiting when the simulation was cut off.
    pub open: u64,
    /// Visits taken by an agent.
    pub answered: u64,
    /// Of these, after a wait of at most 20 s.
    pub answered_le_20: u64,
    /// Visits whose caller hung up.
    pub abandoned: u64,
    /// Of these, after a wait of at most 20 s.
    pub abandoned_le_20: u64,
    /// Of these, after a wait of at most 5 s.
    pub abandoned_le_5: u64,
    /// Visits that left by timeout, by key or because nobody was logged on.
    pub flow_out: u64,
    /// Seconds waited by the answered.
    pub wait_answered_s: i64,
    /// Seconds waited by the abandoned.
    pub wait_abandoned_s: i64,
    /// Conversations that ended.
    pub handled: u64,
    /// Seconds of these conversations, holds included.
    pub handle_s: i64,
    /// Of these, on hold.
    pub hold_s: i64,
    /// Refused joins. A log without `FULL` and `JOINEMPTY` shows nothing of them.
    pub blocked: u64,
    /// Longest wait in seconds of the answered; nothing when there were none.
    pub max_wait_answered_s: Option<i64>,
    /// Longest wait in seconds of the abandoned; nothing when there were none.
    pub max_wait_abandoned_s: Option<i64>,
    /// Longest wait in seconds of all who left the queue, whichever way; nothing when nobody left.
    pub max_wait_s: Option<i64>,
}

impl Measures {
    /// Adds the other's counts.
    pub fn merge(&mut self, other: &Self) {
        self.offered += other.offered;
        self.open += other.open;
        self.answered += other.answered;
        self.answered_le_20 += other.answered_le_20;
        self.abandoned += other.abandoned;
        self.abandoned_le_20 += other.abandoned_le_20;
        self.abandoned_le_5 += other.abandoned_le_5;
        self.flow_out += other.flow_out;
        self.wait_answered_s += other.wait_answered_s;
        self.wait_abandoned_s += other.wait_abandoned_s;
        self.handled += other.handled;
        self.handle_s += other.handle_s;
        self.hold_s += other.hold_s;
        self.blocked += other.blocked;
        self.max_wait_answered_s = self.max_wait_answered_s.max(other.max_wait_answered_s);
        self.max_wait_abandoned_s = self.max_wait_abandoned_s.max(other.max_wait_abandoned_s);
        self.max_wait_s = self.max_wait_s.max(other.max_wait_s);
    }

    /// Counts what is known when the call comes to the queue.
    pub(crate) fn count_entry(&mut self, visit: &Visit) {
        self.offered += u64::from(!visit.outcome.is_refused());
        self.open += u64::from(visit.outcome == Outcome::Open);
        self.blocked += u64::from(visit.outcome.is_refused());
    }

    /// Counts what is known when the caller leaves the queue.
    pub(crate) fn count_leaving(&mut self, visit: &Visit) {
        let wait_s = visit.wait_s;
        match visit.outcome {
            Outcome::Answered => {
                self.answered += 1;
                self.answered_le_20 += u64::from(wait_s <= 20);
                self.wait_answered_s += wait_s;
                self.max_wait_answered_s = self.max_wait_answered_s.max(Some(wait_s));
            }
            Outcome::Abandoned => {
                self.abandoned += 1;
                self.abandoned_le_20 += u64::from(wait_s <= 20);
                self.abandoned_le_5 += u64::from(wait_s <= 5);
                self.wait_abandoned_s += wait_s;
                self.max_wait_abandoned_s = self.max_wait_abandoned_s.max(Some(wait_s));
            }
            Outcome::TimedOut | Outcome::PressedKey | Outcome::FoundEmpty => self.flow_out += 1,
            Outcome::Open | Outcome::RefusedFull | Outcome::RefusedEmpty => return,
        }
        self.max_wait_s = self.max_wait_s.max(Some(wait_s));
    }

    /// Counts what is known when the conversation has ended.
    pub(crate) fn count_handled(&mut self, visit: &Visit) {
        if visit.ended.is_some() {
            self.handled += 1;
            self.handle_s += visit.talk_s;
            self.hold_s += visit.hold_s;
        }
    }
}
