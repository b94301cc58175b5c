//! Counts and sums over visits.

use crate::visit::{Outcome, Visit};

/// Counts and sums over visits. They add up over intervals and queues; the longest waits merge by the maximum.
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
    pub offered: i64,
    /// Visits that were still waiting when the log ended.
    pub open: i64,
    /// Visits taken by an agent.
    pub answered: i64,
    /// Of these, after a wait of less than 20 s.
    pub answered_lt_20: i64,
    /// Of these, after a wait of at most 20 s.
    pub answered_le_20: i64,
    /// Visits whose caller hung up.
    pub abandoned: i64,
    /// Of these, after a wait of less than 20 s.
    pub abandoned_lt_20: i64,
    /// Of these, after a wait of at most 20 s.
    pub abandoned_le_20: i64,
    /// Of these, after a wait of at most 5 s.
    pub abandoned_le_5: i64,
    /// Visits that left by timeout, by key or because nobody was logged on.
    pub other_exit: i64,
    /// Seconds waited by the answered.
    pub wait_answered_s: i64,
    /// Seconds waited by the abandoned.
    pub wait_abandoned_s: i64,
    /// Conversations that ended.
    pub handled: i64,
    /// Seconds of these conversations, wrap-up that the log shows included.
    pub handle_s: i64,
    /// Refused joins; they are not offered.
    pub blocked: i64,
    /// Longest wait of the answered, seconds; nothing when there were none.
    pub max_wait_answered_s: Option<i64>,
    /// Longest wait of the abandoned, seconds; nothing when there were none.
    pub max_wait_abandoned_s: Option<i64>,
    /// Longest wait of all who left the queue, whichever way, seconds; nothing when nobody left.
    pub max_wait_s: Option<i64>,
}

impl Measures {
    /// Adds the other's counts.
    pub fn merge(&mut self, other: &Self) {
        self.offered += other.offered;
        self.open += other.open;
        self.answered += other.answered;
        self.answered_lt_20 += other.answered_lt_20;
        self.answered_le_20 += other.answered_le_20;
        self.abandoned += other.abandoned;
        self.abandoned_lt_20 += other.abandoned_lt_20;
        self.abandoned_le_20 += other.abandoned_le_20;
        self.abandoned_le_5 += other.abandoned_le_5;
        self.other_exit += other.other_exit;
        self.wait_answered_s += other.wait_answered_s;
        self.wait_abandoned_s += other.wait_abandoned_s;
        self.handled += other.handled;
        self.handle_s += other.handle_s;
        self.blocked += other.blocked;
        self.max_wait_answered_s = self.max_wait_answered_s.max(other.max_wait_answered_s);
        self.max_wait_abandoned_s = self.max_wait_abandoned_s.max(other.max_wait_abandoned_s);
        self.max_wait_s = self.max_wait_s.max(other.max_wait_s);
    }

    /// Counts what is known when the call comes to the queue.
    pub(crate) fn count_entry(&mut self, visit: &Visit) {
        self.offered += i64::from(!visit.outcome.is_blocked());
        self.open += i64::from(visit.outcome == Outcome::Open);
        self.blocked += i64::from(visit.outcome.is_blocked());
    }

    /// Counts what is known when the caller leaves the queue.
    pub(crate) fn count_leaving(&mut self, visit: &Visit) {
        let wait_s = visit.wait_s;
        match visit.outcome {
            Outcome::Answered => {
                self.answered += 1;
                self.answered_lt_20 += i64::from(wait_s < 20);
                self.answered_le_20 += i64::from(wait_s <= 20);
                self.wait_answered_s += wait_s;
                self.max_wait_answered_s = self.max_wait_answered_s.max(Some(wait_s));
            }
            Outcome::Abandoned => {
                self.abandoned += 1;
                self.abandoned_lt_20 += i64::from(wait_s < 20);
                self.abandoned_le_20 += i64::from(wait_s <= 20);
                self.abandoned_le_5 += i64::from(wait_s <= 5);
                self.wait_abandoned_s += wait_s;
                self.max_wait_abandoned_s = self.max_wait_abandoned_s.max(Some(wait_s));
            }
            Outcome::TimedOut | Outcome::PressedKey | Outcome::FoundEmpty | Outcome::Overflowed | Outcome::Withdrawn => {
                self.other_exit += 1
            }
            Outcome::Open | Outcome::RefusedFull | Outcome::RefusedEmpty => return,
        }
        self.max_wait_s = self.max_wait_s.max(Some(wait_s));
    }

    /// Counts what is known when the conversation has ended.
    pub(crate) fn count_handled(&mut self, visit: &Visit) {
        if visit.ended.is_some() {
            self.handled += 1;
            self.handle_s += visit.talk_s + visit.wrapup_s.unwrap_or(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(outcome: Outcome, wait_s: i64) -> Measures {
        let visit = Visit {
            call: "1.1".into(),
            number: 1,
            of_call: 1,
            queue: "sales".into(),
            agent: None,
            caller: "1".into(),
            entered_s: 0,
            wait_s,
            outcome,
            missed_rings: 0,
            talk_s: 0,
            hold_s: 0,
            ended: None,
            wrapup_s: None,
        };
        let mut measures = Measures::default();
        measures.count_leaving(&visit);
        measures
    }

    #[test]
    fn thresholds_have_their_edge_where_their_name_says() {
        let answered = |wait_s| (counted(Outcome::Answered, wait_s).answered_lt_20, counted(Outcome::Answered, wait_s).answered_le_20);
        assert_eq!((answered(19), answered(20), answered(21)), ((1, 1), (0, 1), (0, 0)));
        let abandoned = |wait_s| {
            let measures = counted(Outcome::Abandoned, wait_s);
            (measures.abandoned_le_5, measures.abandoned_lt_20, measures.abandoned_le_20)
        };
        assert_eq!((abandoned(5), abandoned(6), abandoned(20), abandoned(21)), ((1, 1, 1), (0, 1, 1), (0, 0, 1), (0, 0, 0)));
    }

    #[test]
    fn other_exits_count_in_the_longest_wait_of_all_only() {
        let measures = counted(Outcome::TimedOut, 300);
        assert_eq!((measures.other_exit, measures.max_wait_s, measures.max_wait_abandoned_s), (1, Some(300), None));
    }
}
