//! The report: each group beside the rest.

use super::AgentRecord;
use attrition::measures::{Interval, bootstrap, garwood, wilson};
use attrition::numerics::median;
use std::collections::BTreeMap;

/// Cells with fewer agents are hidden.
const FEWEST_AGENTS: usize = 30;
/// A warning is right if the agent leaves within so many days.
const HIT_DAYS: i32 = 45;
/// The four-fifths rule of the US guidelines on selection (29 CFR 1607.4(D)): a screen, not a judgement.
const SCREEN: f64 = 0.8;
const DAYS_PER_YEAR: f64 = 365.0;
const DRAWS: u32 = 400;

/// A share or rate with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Value.
    pub value: f64,
    /// 95 % interval.
    pub interval: Interval,
}

/// A ratio to the rest with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Value.
    pub value: f64,
    /// 95 % interval over agents drawn anew.
    pub interval: Option<Interval>,
}

impl Ratio {
    /// Outside four fifths and five fourths: look closer.
    #[must_use]
    pub fn is_conspicuous(&self) -> bool {
        !(SCREEN..=1.0 / SCREEN).contains(&self.value)
    }
}

/// A group.
#[derive(Clone, Debug, PartialEq)]
pub struct Reported {
    /// Agents.
    pub agents: usize,
    /// Warnings per agent-year.
    pub alert_rate: Option<Band>,
    /// Against all agents who are not in the group. `None` where too few are left.
    pub alert_rate_ratio: Option<Ratio>,
    /// Share of leavers with a warning in the 45 days before.
    pub recall: Option<Band>,
    /// Warnings per agent-year after which nobody left.
    pub false_alert_rate: Option<Band>,
    /// Share of warnings after which the agent left within 45 days.
    pub precision: Option<Band>,
    /// Weekly rows that left ÷ expected: whether probabilities mean the same in the group.
    pub observed_over_expected: Option<f64>,
    /// Median days from warning to leaving.
    pub lead_days: Option<f64>,
}

/// A group, or that it is too small.
#[derive(Clone, Debug, PartialEq)]
pub enum GroupReport {
    /// Fewer than thirty agents, or one could work out such a group from the rest.
    Hidden,
    /// The numbers.
    Shown(Box<Reported>),
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    alerts: u64,
    hits: u64,
    leavers: u64,
    found: u64,
    days: u64,
    observed: u64,
    expected: f64,
}

/// Compares the groups of one attribute. `group_of` gives the group of each agent; agents without one are counted in no group and in the rest of each.
/// If exactly one group is hidden, the smallest other one is hidden too: else it could be worked out as the remainder.
///
/// ```
/// use training::fairness::{AgentRecord, GroupReport, report};
/// let agent = |number: u32| AgentRecord {
///     agent: format!("a{number}"), scored_days: 365, alert_days: if number % 4 == 0 { vec![100] } else { vec![] }, left_day: None, expected: 0.0, observed: 0,
/// };
/// let records: Vec<AgentRecord> = (0..80).map(agent).collect();
/// let groups = report(&records, |agent| Some(if agent.len() == 2 { "few" } else { "many" }));
/// assert_eq!(groups["few"], GroupReport::Hidden, "ten agents");
/// ```
#[must_use]
pub fn report<'a>(records: &'a [AgentRecord], group_of: impl Fn(&'a str) -> Option<&'a str>) -> BTreeMap<String, GroupReport> {
    let mut groups: BTreeMap<&str, Vec<&AgentRecord>> = BTreeMap::new();
    for record in records {
        if let Some(group) = group_of(&record.agent) {
            groups.entry(group).or_default().push(record);
        }
    }
    let mut hidden: Vec<&str> = groups.iter().filter(|(_, members)| members.len() < FEWEST_AGENTS).map(|(group, _)| *group).collect();
    if hidden.len() == 1 {
        let others = groups.iter().filter(|(group, _)| !hidden.contains(group));
        hidden.extend(others.min_by_key(|(group, members)| (members.len(), **group)).map(|(group, _)| *group));
    }
    groups
        .iter()
        .map(|(group, members)| {
            let reported = if hidden.contains(group) {
                GroupReport::Hidden
            } else {
                let rest: Vec<&AgentRecord> = records.iter().filter(|record| group_of(&record.agent) != Some(*group)).collect();
                GroupReport::Shown(Box::new(reported(members, &rest)))
            };
            ((*group).to_owned(), reported)
        })
        .collect()
}

fn reported(members: &[&AgentRecord], rest: &[&AgentRecord]) -> Reported {
    let own = counts(members.iter().copied());
    let leads: Vec<f64> = members.iter().filter_map(|record| lead_days(record)).map(f64::from).collect();
    Reported {
        agents: members.len(),
        alert_rate: per_year(own.alerts, own.days),
        alert_rate_ratio: (rest.len() >= FEWEST_AGENTS).then(|| ratio(members, rest)).flatten(),
        recall: share(own.found, own.leavers),
        false_alert_rate: per_year(own.alerts - own.hits, own.days),
        precision: share(own.hits, own.alerts),
        observed_over_expected: (own.expected > 0.0).then(|| own.observed as f64 / own.expected),
        lead_days: median(&leads),
    }
}

fn counts<'a>(records: impl Iterator<Item = &'a AgentRecord>) -> Counts {
    let mut sum = Counts::default();
    for record in records {
        sum.alerts += record.alert_days.len() as u64;
        sum.hits += record.alert_days.iter().filter(|day| is_hit(record, **day)).count() as u64;
        sum.leavers += u64::from(record.left_day.is_some());
        sum.found += u64::from(lead_days(record).is_some());
        sum.days += record.scored_days;
        sum.observed += record.observed;
        sum.expected += record.expected;
    }
    sum
}

fn is_hit(record: &AgentRecord, alert: i32) -> bool {
    record.left_day.is_some_and(|left| (alert + 1..=alert + HIT_DAYS).contains(&left))
}

/// Days from the first right warning to leaving.
fn lead_days(record: &AgentRecord) -> Option<i32> {
    let left = record.left_day?;
    record.alert_days.iter().filter(|day| is_hit(record, **day)).min().map(|day| left - day)
}

fn share(hits: u64, trials: u64) -> Option<Band> {
    Some(Band { value: hits as f64 / trials as f64, interval: wilson(hits, trials, 0.95)? })
}

fn per_year(count: u64, days: u64) -> Option<Band> {
    let years = days as f64 / DAYS_PER_YEAR;
    let Interval { low, high } = garwood(count, 0.95);
    (days > 0).then(|| Band { value: count as f64 / years, interval: Interval { low: low / years, high: high / years } })
}

/// Rate of warnings against the rest; whole agents are drawn anew.
fn ratio(members: &[&AgentRecord], rest: &[&AgentRecord]) -> Option<Ratio> {
    let of = |rows: &[(bool, u64, u64)]| {
        let sum = |member: bool| rows.iter().filter(|row| row.0 == member).fold((0, 0), |sum, row| (sum.0 + row.1, sum.1 + row.2));
        let ((own_alerts, own_days), (alerts, days)) = (sum(true), sum(false));
        (own_days > 0 && alerts > 0).then(|| (own_alerts as f64 / own_days as f64) / (alerts as f64 / days as f64))
    };
    let row = |member: bool| move |record: &&AgentRecord| vec![(member, record.alert_days.len() as u64, record.scored_days)];
    let agents: Vec<Vec<(bool, u64, u64)>> = members.iter().map(row(true)).chain(rest.iter().map(row(false))).collect();
    let spread = bootstrap(&agents, DRAWS, 1, of);
    let interval = spread.map(|spread| Interval { low: spread.low, high: spread.high });
    Some(Ratio { value: of(&agents.concat())?, interval })
}
