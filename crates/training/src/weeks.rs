//! One row per agent and week, with what was known at a time and nothing later.

use crate::nameless::WEEK_DAYS;
use attrition::hazard::{InputValues, Leaving, is_training_day, outcome};
use std::collections::{BTreeMap, BTreeSet};

/// Days after a talk in which an agent is no example of either outcome: the talk changed it.
const AFTER_TALK_DAYS: i32 = 60;

/// How somebody left, and the day on which the personnel department knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// How, and when.
    pub leaving: Leaving,
    /// Since when it is known, days since 1970.
    pub known_day: i32,
}

impl Label {
    fn day(&self) -> i32 {
        match self.leaving {
            Leaving::Voluntary(day) | Leaving::Competing(day) => day,
        }
    }
}

/// What happened to whom: who left, and with whom a leader talked about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Labels {
    /// By agent; an id that was given to a second person has several.
    pub left: BTreeMap<String, Vec<Label>>,
    /// Days of talks, by agent.
    pub talks: BTreeMap<String, Vec<i32>>,
}

impl Labels {
    /// Whether the agent leaves by own wish within (day, day + horizon], as it was known on `known_until_day`. `None`: not known yet, ended otherwise, or
    /// changed by a talk.
    #[must_use]
    pub fn outcome(&self, agent: &str, day: i32, horizon_days: i32, known_until_day: i32) -> Option<bool> {
        let known = self.left.get(agent).into_iter().flatten().filter(|label| label.known_day <= known_until_day && label.day() > day);
        let next = known.min_by_key(|label| label.day());
        let talks = self.talks.get(agent).into_iter().flatten();
        let last = day.saturating_add(horizon_days);
        // A talk on the day of leaving or after it changed nothing.
        let before_leaving = |talk: &i32| next.is_none_or(|label| *talk < label.day());
        let touched = talks.filter(|talk| before_leaving(talk)).any(|talk| *talk <= last && *talk > day.saturating_sub(AFTER_TALK_DAYS));
        let found = outcome(day, next.map(|label| label.leaving), horizon_days, known_until_day)?;
        (!touched).then_some(found)
    }

    /// Agents who had left by own wish by then, as far as it was known.
    #[must_use]
    pub fn voluntary_leavers(&self, known_until_day: i32) -> usize {
        let voluntary = |label: &&Label| {
            matches!(label.leaving, Leaving::Voluntary(day) if day <= known_until_day) && label.known_day <= known_until_day
        };
        self.left.values().flatten().filter(voluntary).count()
    }
}

/// An agent at the end of a day that is one of his weekly ones.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentWeek {
    /// The agent, never a name.
    pub agent: String,
    /// Day, since 1970 in the site's zone.
    pub day: i32,
    /// What the model may see.
    pub inputs: InputValues,
    /// Of a row whose agent is forgotten: whether the agent left within the horizon. `None`: the labels say so.
    pub left: Option<bool>,
}

/// A row with its outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Week<'a> {
    /// The row.
    pub row: &'a AgentWeek,
    /// Left within the horizon.
    pub left: bool,
}

/// All rows of a site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weeks {
    rows: Vec<AgentWeek>,
}

impl Weeks {
    /// Takes a day: every agent at risk with the inputs as of its end, as the site's fold gives them. Only those whose weekly day it is are kept.
    ///
    /// ```
    /// use training::Weeks;
    /// let mut weeks = Weeks::default();
    /// for day in 0..28 {
    ///     weeks.take(day, [("a17", Default::default()), ("a18", Default::default())]);
    /// }
    /// assert_eq!(weeks.rows().len(), 8, "two agents, four weeks");
    /// ```
    pub fn take<A: AsRef<str> + Into<String>>(&mut self, day: i32, agents: impl IntoIterator<Item = (A, InputValues)>) {
        let own_day = agents.into_iter().filter(|(agent, _)| is_training_day(agent.as_ref(), day));
        self.rows.extend(own_day.map(|(agent, inputs)| AgentWeek { agent: agent.into(), day, inputs, left: None }));
    }

    /// The rows, by day.
    #[must_use]
    pub fn rows(&self) -> &[AgentWeek] {
        &self.rows
    }

    /// First and last day. `None` without rows.
    #[must_use]
    pub fn span(&self) -> Option<(i32, i32)> {
        Some((self.rows.iter().map(|row| row.day).min()?, self.rows.iter().map(|row| row.day).max()?))
    }

    /// Rows of these days whose outcome was known on `known_until_day`.
    #[must_use]
    pub fn known(&self, days: std::ops::RangeInclusive<i32>, labels: &Labels, horizon_days: i32, known_until_day: i32) -> Vec<Week<'_>> {
        let left = |row: &AgentWeek| match row.left {
            // Its own day may be the last of its week.
            Some(left) => outcome(row.day + WEEK_DAYS - 1, None, horizon_days, known_until_day).map(|_| left),
            None => labels.outcome(&row.agent, row.day, horizon_days, known_until_day),
        };
        let of = self.rows.iter().filter(|row| days.contains(&row.day));
        of.filter_map(|row| Some(Week { row, left: left(row)? })).collect()
    }

    pub(crate) const fn from_rows(rows: Vec<AgentWeek>) -> Self {
        Self { rows }
    }
}

/// Agents among rows.
pub(crate) fn agents<'a>(rows: &[Week<'a>]) -> BTreeSet<&'a str> {
    rows.iter().map(|week| week.row.agent.as_str()).collect()
}

/// Agents among rows that left.
pub(crate) fn leavers(rows: &[Week<'_>]) -> usize {
    rows.iter().filter(|week| week.left).map(|week| week.row.agent.as_str()).collect::<BTreeSet<_>>().len()
}
