//! Talks of a few seconds that agents end, by agent and month: calls that count and help nobody. Each agent against those of the same main queue and month, or of
//! the whole site where these are fewer than eight; with fewer than eight there too nobody is judged.

use crate::FEWEST_AGENTS;
use attrition::groove::{
    ChangePerCall, MonthOfCalls, ShortCallCount, ShortCallShare, agents_with_enough_calls, change_per_call, short_call_shares,
};
use std::collections::BTreeMap;

/// Calls of an agent in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentMonth {
    /// The agent.
    pub agent: String,
    /// The month, as 2024-03.
    pub month: String,
    /// The queue of which the agent handled most.
    pub queue: String,
    /// Calls, and those of them that were short and ended by the agent.
    pub count: ShortCallCount,
    /// What lies beside them.
    pub work: MonthOfCalls,
}

/// Who an agent was compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Agents of the same main queue.
    Queue,
    /// All agents of the site.
    Site,
}

/// What is to be said of an agent's month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// Compared with whom.
    pub group: Group,
    /// The agent's share, and what is usual.
    pub share: ShortCallShare,
}

/// Judges months of a site, in their order. `None`: fewer than 200 calls, or fewer than eight agents with as many to compare with.
#[must_use]
pub fn judge(months: &[AgentMonth]) -> Vec<Option<Judgement>> {
    let mut found = vec![None; months.len()];
    // Those of a queue come last: they say more.
    for group in [Group::Site, Group::Queue] {
        let mut members: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (position, of) in months.iter().enumerate() {
            let queue = if group == Group::Queue { of.queue.as_str() } else { "" };
            members.entry((&of.month, queue)).or_default().push(position);
        }
        for positions in members.into_values() {
            let counts: Vec<ShortCallCount> = positions.iter().map(|position| months[*position].count).collect();
            if agents_with_enough_calls(&counts) >= FEWEST_AGENTS {
                for (position, share) in positions.into_iter().zip(short_call_shares(&counts)) {
                    found[position] = share.map(|share| Judgement { group, share });
                }
            }
        }
    }
    found
}

/// Talk, hold and time not ready per call of each month against the same agent's month before, where both are there with enough calls.
#[must_use]
pub fn changes_per_call(months: &[AgentMonth]) -> Vec<Option<ChangePerCall>> {
    let by_month: BTreeMap<(&str, &str), &MonthOfCalls> =
        months.iter().map(|of| ((of.agent.as_str(), of.month.as_str()), &of.work)).collect();
    let found = |of: &AgentMonth| change_per_call(&of.work, by_month.get(&(of.agent.as_str(), month_before(&of.month)?.as_str()))?);
    months.iter().map(found).collect()
}

/// 2024-03 for 2024-04.
fn month_before(month: &str) -> Option<String> {
    let (year, month) = month.split_once('-')?;
    let months = 12 * year.parse::<i32>().ok()? + month.parse::<i32>().ok()? - 2;
    Some(format!("{:04}-{:02}", months.div_euclid(12), months.rem_euclid(12) + 1))
}
