//! What a correct reader of the log must find.

use crate::visit::{Outcome, Visit};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Seconds of a reporting interval; intervals begin at whole multiples of it since 1970 in UTC.
pub const INTERVAL_S: i64 = 900;

/// Counts and sums over queue visits. They add up over intervals and queues; only `max_wait_s` merges by the maximum.
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
    /// Visits that began, counted at the entry.
    pub offered: u64,
    /// Visits taken by an agent, counted at the answer.
    pub answered: u64,
    /// Of these, after a wait of at most 20 s.
    pub answered_le_20: u64,
    /// Visits whose caller hung up, counted when that was.
    pub abandoned: u64,
    /// Of these, after a wait of at most 20 s.
    pub abandoned_le_20: u64,
    /// Of these, after a wait of at most 5 s.
    pub abandoned_le_5: u64,
    /// Visits that left by timeout, by key or because nobody was there, counted when that was.
    pub other_exit: u64,
    /// Seconds waited by the answered, counted at the answer.
    pub wait_answered_s: i64,
    /// Seconds waited by the abandoned, counted when they hung up.
    pub wait_abandoned_s: i64,
    /// Conversations that ended, counted at their end.
    pub handled: u64,
    /// Seconds of these conversations, counted at their end.
    pub handle_s: i64,
    /// Longest wait in seconds of all who left the queue, whichever way; nothing when nobody left.
    pub max_wait_s: Option<i64>,
}

impl Measures {
    /// Adds the other's counts.
    pub fn merge(&mut self, other: &Self) {
        self.offered += other.offered;
        self.answered += other.answered;
        self.answered_le_20 += other.answered_le_20;
        self.abandoned += other.abandoned;
        self.abandoned_le_20 += other.abandoned_le_20;
        self.abandoned_le_5 += other.abandoned_le_5;
        self.other_exit += other.other_exit;
        self.wait_answered_s += other.wait_answered_s;
        self.wait_abandoned_s += other.wait_abandoned_s;
        self.handled += other.handled;
        self.handle_s += other.handle_s;
        self.max_wait_s = self.max_wait_s.max(other.max_wait_s);
    }

    fn count_leaving(&mut self, visit: &Visit) {
        let wait_s = visit.wait_s;
        self.max_wait_s = self.max_wait_s.max(Some(wait_s));
        match visit.outcome {
            Outcome::Answered => {
                self.answered += 1;
                self.answered_le_20 += u64::from(wait_s <= 20);
                self.wait_answered_s += wait_s;
            }
            Outcome::Abandoned => {
                self.abandoned += 1;
                self.abandoned_le_20 += u64::from(wait_s <= 20);
                self.abandoned_le_5 += u64::from(wait_s <= 5);
                self.wait_abandoned_s += wait_s;
            }
            Outcome::TimedOut | Outcome::PressedKey | Outcome::FoundEmpty => self.other_exit += 1,
        }
    }
}

/// The measures of one quarter-hour and queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// Begin, Unix seconds, a multiple of [`INTERVAL_S`].
    pub start_s: i64,
    /// Name of the queue.
    pub queue: Arc<str>,
    /// What happened in it.
    pub measures: Measures,
}

/// What an agent's span of time was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AgentActivity {
    /// A member of the queues, from the first `ADDMEMBER` to the last `REMOVEMEMBER`.
    LoggedOn,
    /// Paused, for the reason given, from the key press to the end; a pause pressed in a call begins during the call.
    Paused(&'static str),
}

/// A span of an agent's time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentSpan {
    /// The agent as the log names it.
    pub agent: Arc<str>,
    /// What the span was.
    pub activity: AgentActivity,
    /// Begin, Unix seconds.
    pub from_s: i64,
    /// End, Unix seconds.
    pub until_s: i64,
}

/// What really happened in the simulated centre, recorded by the simulation itself and never read back from the log.
///
/// ```
/// use simulator::{Measures, Scenario, simulate};
///
/// let truth = simulate(&Scenario::small_site())?.truth;
/// let mut sum = Measures::default();
/// for interval in truth.intervals() {
///     sum.merge(&interval.measures);
/// }
/// assert_eq!(sum, truth.totals());
/// # Ok::<(), simulator::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// All visits, by entry.
    pub visits: Vec<Visit>,
    /// All spans of logged-on and paused time, by begin.
    pub agent_spans: Vec<AgentSpan>,
}

impl Truth {
    /// Puts visits and spans in order of time.
    #[must_use]
    pub fn new(mut visits: Vec<Visit>, mut agent_spans: Vec<AgentSpan>) -> Self {
        visits.sort_by_key(|visit| visit.entered_s);
        agent_spans.sort_by(|left, right| (left.from_s, &left.agent, left.activity).cmp(&(right.from_s, &right.agent, right.activity)));
        Self { visits, agent_spans }
    }

    /// The measures per quarter-hour (UTC) and queue in which anything happened, by time and then queue. Each count is in the
    /// interval of its own event: offered at the entry, outcomes and waits when the queue was left, handled at the end of talk.
    #[must_use]
    pub fn intervals(&self) -> Vec<Interval> {
        let mut measures: BTreeMap<(i64, &Arc<str>), Measures> = BTreeMap::new();
        for visit in &self.visits {
            let at = |time_s: i64| (time_s.div_euclid(INTERVAL_S) * INTERVAL_S, &visit.queue);
            measures.entry(at(visit.entered_s)).or_default().offered += 1;
            measures.entry(at(visit.left_s())).or_default().count_leaving(visit);
            if visit.outcome == Outcome::Answered {
                let ended = measures.entry(at(visit.ended_s())).or_default();
                ended.handled += 1;
                ended.handle_s += visit.talk_s;
            }
        }
        let rows = measures.into_iter();
        rows.map(|((start_s, queue), measures)| Interval { start_s, queue: Arc::clone(queue), measures }).collect()
    }

    /// The measures of all visits together, counted visit by visit without intervals.
    #[must_use]
    pub fn totals(&self) -> Measures {
        let with = |outcome| self.visits.iter().filter(move |visit| visit.outcome == outcome);
        let within = |outcome, limit_s| with(outcome).filter(|visit| visit.wait_s <= limit_s).count() as u64;
        let answered = with(Outcome::Answered).count() as u64;
        let abandoned = with(Outcome::Abandoned).count() as u64;
        Measures {
            offered: self.visits.len() as u64,
            answered,
            answered_le_20: within(Outcome::Answered, 20),
            abandoned,
            abandoned_le_20: within(Outcome::Abandoned, 20),
            abandoned_le_5: within(Outcome::Abandoned, 5),
            other_exit: self.visits.len() as u64 - answered - abandoned,
            wait_answered_s: with(Outcome::Answered).map(|visit| visit.wait_s).sum(),
            wait_abandoned_s: with(Outcome::Abandoned).map(|visit| visit.wait_s).sum(),
            handled: answered,
            handle_s: self.visits.iter().map(|visit| visit.talk_s).sum(),
            max_wait_s: self.visits.iter().map(|visit| visit.wait_s).max(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visit::Ended;

    fn visit(entered_s: i64, wait_s: i64, outcome: Outcome, talk_s: i64) -> Visit {
        Visit {
            call: "1.1".into(),
            visit_number: 1,
            queue: "q".into(),
            agent: None,
            caller: "1".into(),
            entered_s,
            wait_s,
            outcome,
            talk_s,
            ended: (outcome == Outcome::Answered).then_some(Ended::ByAgent),
        }
    }

    #[test]
    fn every_count_is_in_the_interval_of_its_own_event() {
        let truth = Truth::new(vec![visit(899, 20, Outcome::Answered, 900)], Vec::new());
        let intervals = truth.intervals();
        assert_eq!(intervals.iter().map(|interval| interval.start_s).collect::<Vec<_>>(), [0, 900, 1_800]);
        assert_eq!(intervals[0].measures, Measures { offered: 1, ..Measures::default() });
        let answered = Measures { answered: 1, answered_le_20: 1, wait_answered_s: 20, max_wait_s: Some(20), ..Measures::default() };
        assert_eq!(intervals[1].measures, answered);
        assert_eq!(intervals[2].measures, Measures { handled: 1, handle_s: 900, ..Measures::default() });
    }

    #[test]
    fn thresholds_include_their_edge() {
        let outcomes = [(5, Outcome::Abandoned), (6, Outcome::Abandoned), (21, Outcome::Abandoned), (21, Outcome::Answered)];
        let visits = outcomes.map(|(wait_s, outcome)| visit(0, wait_s, outcome, 0));
        let totals = Truth::new(visits.to_vec(), Vec::new()).totals();
        assert_eq!((totals.abandoned_le_5, totals.abandoned_le_20, totals.abandoned), (1, 2, 3));
        assert_eq!((totals.answered_le_20, totals.answered, totals.handled), (0, 1, 1));
    }

    #[test]
    fn other_exits_count_in_the_longest_wait_but_in_no_sum() {
        let truth = Truth::new(vec![visit(0, 300, Outcome::TimedOut, 0), visit(0, 0, Outcome::FoundEmpty, 0)], Vec::new());
        let totals = truth.totals();
        assert_eq!((totals.other_exit, totals.max_wait_s, totals.wait_abandoned_s), (2, Some(300), 0));
    }
}
