//! Panes of agents: what one agent did in one quarter of an hour, in numbers that can be added and taken away.
//!
//! A span of activity that has ended contributes its milliseconds, cut at the edges of the quarter hours; one that goes on contributes
//! nothing until it ends (until then `agent-now` tells of it). Stamps are cut to whole milliseconds before they are subtracted, so the
//! parts of a span add up to it, and consecutive spans to the time from the first to the last, whatever is cut where.

use crate::Error;
use crate::windows::{INTERVAL_US, Span};
use events::{Activity, ActivitySpan, AgentPane as Message};
use std::collections::BTreeMap;

/// Names of the activities in the numerator of occupancy.
///
/// ```
/// assert_eq!(kpi::agent_pane::occupied(), ["dialing", "contact", "acw"]);
/// ```
pub fn occupied() -> Vec<&'static str> {
    names(crate::agent_time::in_occupancy)
}

/// Names of those in its denominator: the same, and waiting for work. Pauses and ringing are in neither.
pub fn occupancy_base() -> Vec<&'static str> {
    names(Activity::in_occupancy_base)
}

fn names(holds: fn(Activity) -> bool) -> Vec<&'static str> {
    Activity::ALL.iter().filter(|activity| holds(**activity)).map(|activity| activity.name()).collect()
}

/// Whether time of an activity, by its name, is time logged in. One that is not known is not.
///
/// ```
/// assert!(kpi::agent_pane::is_staffed("pause_meal") && !kpi::agent_pane::is_staffed("unknown"));
/// ```
pub fn is_staffed(activity: &str) -> bool {
    Activity::parse(activity).is_some_and(Activity::staffed)
}

/// A count of a pane.
#[derive(Clone, Copy, Debug)]
pub struct AgentCount {
    /// Name of the measure.
    pub name: &'static str,
    /// What it counts.
    pub description: &'static str,
}

/// Every count. The other measures are the milliseconds of each activity: [`time_measure`].
pub const COUNTS: &[AgentCount] = &[
    AgentCount { name: "handled", description: "Handlings whose end was seen, by their end (after-call work included)." },
    AgentCount { name: "transferred", description: "Of handled: the agent passed the contact on, blind or warm." },
];

/// Name of the measure that holds the milliseconds of an activity.
///
/// ```
/// assert_eq!(kpi::agent_pane::time_measure("contact"), "contact_ms");
/// ```
pub fn time_measure(activity: &str) -> String {
    format!("{activity}{TIME}")
}

/// The activity whose milliseconds a measure holds; none: it is a count.
pub fn activity_of(measure: &str) -> Option<&str> {
    measure.strip_suffix(TIME)
}

const TIME: &str = "_ms";

/// Start of the quarter of an hour in which a time falls, µs since 1970.
///
/// ```
/// assert_eq!(kpi::agent_pane::quarter_start_us(901_000_000), 900_000_000);
/// ```
pub fn quarter_start_us(time_us: i64) -> i64 {
    time_us.div_euclid(INTERVAL_US).saturating_mul(INTERVAL_US)
}

/// Measures by name; none of them is 0. Adding is associative and commutative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentPane(BTreeMap<Box<str>, i64>);

impl AgentPane {
    /// Adds to a measure.
    pub fn add(&mut self, measure: &str, value: i64) {
        if value == 0 {
            return;
        }
        match self.0.get_mut(measure) {
            Some(sum) if *sum + value == 0 => _ = self.0.remove(measure),
            Some(sum) => *sum += value,
            None => _ = self.0.insert(measure.into(), value),
        }
    }

    /// Adds `sign` times `other` (`sign` is 1 or -1).
    ///
    /// ```
    /// use kpi::agent_pane::AgentPane;
    /// let (mut pane, mut other) = (AgentPane::default(), AgentPane::default());
    /// other.add("handled", 2);
    /// pane.merge(&other, 1);
    /// assert_eq!(pane.get("handled"), 2);
    /// pane.merge(&other, -1);
    /// assert!(pane.is_zero());
    /// ```
    pub fn merge(&mut self, other: &AgentPane, sign: i64) {
        other.0.iter().for_each(|(measure, value)| self.add(measure, sign * value));
    }

    /// A measure; 0 if it is not there.
    pub fn get(&self, measure: &str) -> i64 {
        self.0.get(measure).copied().unwrap_or(0)
    }

    /// Milliseconds of the activities of which something holds.
    pub fn time_where(&self, holds: fn(Activity) -> bool) -> i64 {
        let held = |measure: &str| activity_of(measure).and_then(Activity::parse).is_some_and(holds);
        self.0.iter().filter(|(measure, _)| held(measure)).map(|(_, ms)| ms).sum()
    }

    /// Milliseconds of work and of work and waiting: the two parts of occupancy. A ratio is formed by whoever shows it, and there is none
    /// without a denominator.
    ///
    /// ```
    /// let mut pane = kpi::agent_pane::AgentPane::default();
    /// for (measure, ms) in [("contact_ms", 300), ("acw_ms", 60), ("available_ms", 40), ("pause_meal_ms", 500)] {
    ///     pane.add(measure, ms);
    /// }
    /// assert_eq!(pane.occupancy_ms(), (360, 400));
    /// ```
    pub fn occupancy_ms(&self) -> (i64, i64) {
        (self.time_where(crate::agent_time::in_occupancy), self.time_where(Activity::in_occupancy_base))
    }

    /// Milliseconds logged in, whatever the activity.
    pub fn staffed_ms(&self) -> i64 {
        self.time_where(Activity::staffed)
    }

    /// Every measure that is not 0.
    pub fn measures(&self) -> impl Iterator<Item = (&str, i64)> {
        self.0.iter().map(|(measure, value)| (measure.as_ref(), *value))
    }

    /// True if it is as if nothing had ever been counted.
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// As a message. Partition, layout, generation and version are left to the writer.
    pub fn to_message<'a>(&'a self, tenant: &'a str, agent: &'a str, window_start_us: i64) -> Message<'a> {
        Message { tenant, agent, window_start_us, measures: self.measures().collect(), ..Message::default() }
    }

    /// From a message.
    ///
    /// # Errors
    /// [`Error::AgentPane`] if it does not start at a quarter of an hour. The agent is not named.
    pub fn from_message(message: &Message<'_>) -> Result<AgentPane, Error> {
        if message.window_start_us != quarter_start_us(message.window_start_us) {
            return Err(Error::AgentPane { window_start_us: message.window_start_us });
        }
        let mut pane = AgentPane::default();
        message.measures.iter().for_each(|(measure, value)| pane.add(measure, *value));
        Ok(pane)
    }
}

/// Where panes of agents are kept.
pub trait AgentPaneSink {
    /// The pane of an agent and quarter of an hour, empty if there was none.
    fn pane(&mut self, tenant: &str, agent: &str, window_start_us: i64) -> &mut AgentPane;
}

/// Adds `sign` times (1 or -1) what a span contributes. One that goes on contributes nothing.
pub fn add_span(sink: &mut impl AgentPaneSink, span: &ActivitySpan<'_>, sign: i64) {
    let Some(ended_us) = span.ended_us else { return };
    let measure = time_measure(span.activity);
    for (window_start_us, ms) in cut(Span { start_us: span.started_us, end_us: ended_us }) {
        sink.pane(span.tenant, span.agent, window_start_us).add(&measure, sign * ms);
    }
}

/// Adds `sign` times (1 or -1) a handling that an agent ended; `ended_us`: after-call work included. The end of a lost one was never seen:
/// it does not count.
pub fn add_handled(sink: &mut impl AgentPaneSink, (tenant, agent): (&str, &str), ended_us: i64, transferred: bool, sign: i64) {
    let pane = sink.pane(tenant, agent, quarter_start_us(ended_us));
    pane.add("handled", sign);
    pane.add("transferred", sign * i64::from(transferred));
}

/// The parts of a stretch of time in each quarter of an hour: its start, and whole milliseconds.
///
/// ```
/// use kpi::windows::Span;
/// let parts: Vec<_> = kpi::agent_pane::cut(Span { start_us: 899_999_500, end_us: 900_001_900 }).collect();
/// // From 899 999 ms to 900 001 ms.
/// assert_eq!(parts, [(0, 1), (900_000_000, 1)]);
/// ```
pub fn cut(span: Span) -> impl Iterator<Item = (i64, i64)> {
    let whole_us = |time_us: i64| time_us.div_euclid(1_000) * 1_000;
    let (start_us, end_us) = (whole_us(span.start_us), whole_us(span.end_us));
    let first = Some(quarter_start_us(start_us)).filter(|_| start_us < end_us);
    let windows = std::iter::successors(first, move |window_us| window_us.checked_add(INTERVAL_US).filter(|next_us| *next_us < end_us));
    windows.map(move |window_us| (window_us, (end_us.min(window_us.saturating_add(INTERVAL_US)) - start_us.max(window_us)) / 1_000))
}
