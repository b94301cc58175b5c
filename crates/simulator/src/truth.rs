//! What a correct reader of the log must find.

use crate::measures::Measures;
use crate::visit::Visit;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Seconds of a reporting interval; intervals begin at whole multiples of it since 1970 in UTC.
pub const INTERVAL_S: i64 = 900;

/// Which interval a count belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribution {
    /// Each count in the interval of its own event: offered at the entry, outcomes and waits when the caller left the queue,
    /// handled at the end of the conversation.
    Event,
    /// Everything in the interval of the visit's entry.
    Cohort,
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
    /// A member of the queues, from `ADDMEMBER` to `REMOVEMEMBER`.
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
    /// End, Unix seconds; nothing when it had not ended.
    pub until_s: Option<i64>,
}

/// What really happened in the simulated centre, recorded by the simulation itself and never read back from the log.
///
/// ```
/// use simulator::{Attribution, Measures, Scenario, simulate};
///
/// let simulation = simulate(&Scenario::preset("small", 1)?)?;
/// let truth = simulation.truth();
/// let mut sum = Measures::default();
/// for interval in truth.intervals(Attribution::Event) {
///     sum.merge(&interval.measures);
/// }
/// assert_eq!(sum, truth.totals());
/// # Ok::<(), simulator::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// All visits, by entry; refused ones are among them.
    pub visits: Vec<Visit>,
    /// All spans of logged-on and paused time, by begin.
    pub agent_spans: Vec<AgentSpan>,
}

impl Truth {
    pub(crate) fn new(mut visits: Vec<Visit>, mut agent_spans: Vec<AgentSpan>) -> Self {
        visits.sort_by_key(|visit| visit.entered_s);
        agent_spans.sort_by(|left, right| (left.from_s, &left.agent, left.activity).cmp(&(right.from_s, &right.agent, right.activity)));
        Self { visits, agent_spans }
    }

    /// The measures per quarter-hour (UTC) and queue in which anything happened, by time and then queue.
    #[must_use]
    pub fn intervals(&self, attribution: Attribution) -> Vec<Interval> {
        let mut measures: BTreeMap<(i64, &Arc<str>), Measures> = BTreeMap::new();
        for visit in &self.visits {
            let mut at = |event_s: i64, count: fn(&mut Measures, &Visit)| {
                let time_s = if attribution == Attribution::Event { event_s } else { visit.entered_s };
                let start_s = time_s.div_euclid(INTERVAL_S) * INTERVAL_S;
                count(measures.entry((start_s, &visit.queue)).or_default(), visit);
            };
            at(visit.entered_s, Measures::count_entry);
            if let Some(left_s) = visit.left_s() {
                at(left_s, Measures::count_leaving);
            }
            if let Some(ended_s) = visit.ended_s() {
                at(ended_s, Measures::count_handled);
            }
        }
        let rows = measures.into_iter();
        rows.map(|((start_s, queue), measures)| Interval { start_s, queue: Arc::clone(queue), measures }).collect()
    }

    /// The measures of all visits together.
    #[must_use]
    pub fn totals(&self) -> Measures {
        self.count(&self.visits)
    }

    /// The measures of each queue over the whole time, by name.
    #[must_use]
    pub fn queue_totals(&self) -> BTreeMap<Arc<str>, Measures> {
        let mut totals: BTreeMap<Arc<str>, Measures> = BTreeMap::new();
        for visit in &self.visits {
            totals.entry(Arc::clone(&visit.queue)).or_default().merge(&self.count([visit]));
        }
        totals
    }

    fn count<'a>(&self, visits: impl IntoIterator<Item = &'a Visit>) -> Measures {
        let mut measures = Measures::default();
        for visit in visits {
            measures.count_entry(visit);
            measures.count_leaving(visit);
            measures.count_handled(visit);
        }
        measures
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visit::{Ended, Outcome};

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
            missed_offers: 0,
            talk_s,
            hold_s: 0,
            ended: (outcome == Outcome::Answered).then_some(Ended::ByAgent),
        }
    }

    #[test]
    fn every_count_is_in_the_interval_of_its_own_event_or_of_the_entry() {
        let truth = Truth::new(vec![visit(899, 20, Outcome::Answered, 900)], Vec::new());
        let intervals = truth.intervals(Attribution::Event);
        assert_eq!(intervals.iter().map(|interval| interval.start_s).collect::<Vec<_>>(), [0, 900, 1_800]);
        assert_eq!(intervals[0].measures, Measures { offered: 1, ..Measures::default() });
        let longest = Some(20);
        let answered = Measures { answered: 1, answered_le_20: 1, wait_answered_s: 20, ..Measures::default() };
        assert_eq!(intervals[1].measures, Measures { max_wait_answered_s: longest, max_wait_s: longest, ..answered });
        assert_eq!(intervals[2].measures, Measures { handled: 1, handle_s: 900, ..Measures::default() });
        let cohort = truth.intervals(Attribution::Cohort);
        assert_eq!(cohort.iter().map(|interval| (interval.start_s, interval.measures)).collect::<Vec<_>>(), [(0, truth.totals())]);
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
    fn flow_out_counts_in_the_longest_wait_but_in_no_sum() {
        let truth = Truth::new(vec![visit(0, 300, Outcome::TimedOut, 0), visit(0, 0, Outcome::FoundEmpty, 0)], Vec::new());
        let totals = truth.totals();
        assert_eq!((totals.flow_out, totals.max_wait_s, totals.wait_abandoned_s), (2, Some(300), 0));
    }

    #[test]
    fn open_and_refused_visits_have_no_outcome() {
        let truth = Truth::new(vec![visit(0, 0, Outcome::Open, 0), visit(0, 0, Outcome::RefusedFull, 0)], Vec::new());
        assert_eq!(truth.totals(), Measures { offered: 1, open: 1, blocked: 1, ..Measures::default() });
    }
}
