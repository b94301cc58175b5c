//! What a correct reader of the log must find.

use crate::activity::ActivitySpan;
use crate::contact::Contact;
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

/// The measures of one interval and queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// Begin, Unix seconds, a multiple of [`INTERVAL_S`].
    pub start_s: i64,
    /// Name of the queue.
    pub queue: Arc<str>,
    /// What happened in it.
    pub measures: Measures,
}

/// What a span of an agent's time was.
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
/// let simulation = simulate(&Scenario::preset("small", 1, 1_772_481_600_000_000)?)?;
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
    pub(crate) visits: Vec<Visit>,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) agent_spans: Vec<AgentSpan>,
    pub(crate) activities: Vec<ActivitySpan>,
}

impl Truth {
    /// Puts spans into the order of their begin.
    pub(crate) fn sort(&mut self) {
        self.agent_spans
            .sort_by(|left, right| (left.from_s, &left.agent, left.activity).cmp(&(right.from_s, &right.agent, right.activity)));
        self.activities.sort_by(|left, right| (left.from_ms, &left.agent).cmp(&(right.from_ms, &right.agent)));
    }

    /// Adds the time that follows.
    pub(crate) fn append(&mut self, later: Self) {
        self.visits.extend(later.visits);
        self.contacts.extend(later.contacts);
        self.agent_spans.extend(later.agent_spans);
        self.activities.extend(later.activities);
        self.sort();
    }

    /// All visits in order of entry; refused ones are among them.
    #[must_use]
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// All calls that are over, in order of their arrival.
    #[must_use]
    pub fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    /// What agents did, by begin.
    #[must_use]
    pub fn activities(&self) -> &[ActivitySpan] {
        &self.activities
    }

    /// All spans of logged-on and paused time, by begin.
    #[must_use]
    pub fn agent_spans(&self) -> &[AgentSpan] {
        &self.agent_spans
    }

    /// The measures per interval and queue in which anything happened, by time and then queue.
    #[must_use]
    pub fn intervals(&self, attribution: Attribution) -> Vec<Interval> {
        let mut measures: BTreeMap<(i64, &Arc<str>), Measures> = BTreeMap::new();
        for visit in &self.visits {
            let mut at = |event_s: Option<i64>, count: fn(&mut Measures, &Visit)| {
                if let Some(event_s) = event_s {
                    let time_s = if attribution == Attribution::Event { event_s } else { visit.entered_s };
                    let start_s = time_s.div_euclid(INTERVAL_S) * INTERVAL_S;
                    count(measures.entry((start_s, &visit.queue)).or_default(), visit);
                }
            };
            at(Some(visit.entered_s), Measures::count_entry);
            at(visit.left_s(), Measures::count_leaving);
            at(visit.handled_s(), Measures::count_handled);
        }
        let rows = measures.into_iter();
        rows.map(|((start_s, queue), measures)| Interval { start_s, queue: Arc::clone(queue), measures }).collect()
    }

    /// The measures of all visits together.
    #[must_use]
    pub fn totals(&self) -> Measures {
        measures(&self.visits)
    }
}

/// The measures of some visits.
pub(crate) fn measures<'a>(visits: impl IntoIterator<Item = &'a Visit>) -> Measures {
    let mut sum = Measures::default();
    for visit in visits {
        sum.count_entry(visit);
        sum.count_leaving(visit);
        sum.count_handled(visit);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visit::{Ended, Outcome};

    fn truth() -> Truth {
        let visit = Visit {
            call: "1.1".into(),
            number: 1,
            of_call: 1,
            queue: "sales".into(),
            agent: Some("PJSIP/1".into()),
            caller: "1".into(),
            entered_s: 899,
            wait_s: 20,
            outcome: Outcome::Answered,
            missed_rings: 0,
            talk_s: 900,
            hold_s: 0,
            ended: Some(Ended::ByAgent),
            wrapup_s: None,
        };
        Truth { visits: vec![visit], ..Truth::default() }
    }

    #[test]
    fn every_count_is_in_the_interval_of_its_own_event() {
        let intervals = truth().intervals(Attribution::Event);
        assert_eq!(intervals.iter().map(|interval| interval.start_s).collect::<Vec<_>>(), [0, 900, 1_800]);
        assert_eq!(intervals[0].measures, Measures { offered: 1, ..Measures::default() });
        assert_eq!((intervals[1].measures.answered_le_20, intervals[1].measures.wait_answered_s), (1, 20));
        assert_eq!(intervals[2].measures, Measures { handled: 1, handle_s: 900, ..Measures::default() });
    }

    #[test]
    fn a_cohort_is_whole() {
        let intervals = truth().intervals(Attribution::Cohort);
        assert_eq!(intervals.len(), 1);
        assert_eq!((intervals[0].start_s, intervals[0].measures), (0, truth().totals()));
    }
}
