//! The lines of the fairness report, worked out from the truth of the world: plain loops, and nothing of the code that makes the report but the intervals, which
//! have tests of their own against published values.

use crate::world::Played;
use attrition::hazard::is_training_day;
use attrition::measures::{Interval, bootstrap, garwood, wilson};
use std::collections::BTreeMap;

const FEWEST: usize = 30;

/// An agent who was scored: days scored, days of warnings, day of leaving by own wish, expected and observed leavers of the weekly rows.
struct Agent<'a> {
    group: Option<&'a str>,
    scored: usize,
    warned: Vec<i32>,
    left: Option<i32>,
    expected: f64,
    observed: u32,
}

impl Agent<'_> {
    /// The warnings after which the agent left within 45 days.
    fn right(&self) -> Vec<i32> {
        let Some(left) = self.left else { return Vec::new() };
        self.warned.iter().copied().filter(|day| left > *day && left - *day <= 45).collect()
    }
}

fn agents<'a>(played: &'a Played, attribute: &str, first: i32, last: i32) -> Vec<Agent<'a>> {
    let within = |day: &i32| *day >= first && *day <= last;
    let mut found = Vec::new();
    for (agent, scores) in &played.scores {
        let scores: Vec<(i32, f64)> = scores.iter().copied().filter(|(day, _)| within(day)).collect();
        if scores.is_empty() {
            continue;
        }
        let gone = played.left.get(agent);
        let known = gone.filter(|left| left.notice_day.unwrap_or(left.entered_day) <= last);
        let (mut expected, mut observed) = (0.0, 0);
        for (day, probability) in scores.iter().filter(|(day, _)| is_training_day(agent, *day)) {
            let after = known.filter(|left| left.day > *day);
            let soon = after.filter(|left| left.day <= day + 30);
            // Not over for two weeks yet, or ended otherwise: nobody can say.
            if day + 44 > last || soon.is_some_and(|left| !left.voluntary) {
                continue;
            }
            expected += probability;
            observed += u32::from(soon.is_some());
        }
        let warned: Vec<i32> = played.opened.get(agent).into_iter().flatten().copied().filter(|day| within(day)).collect();
        let left = gone.filter(|left| left.voluntary && within(&left.day)).map(|left| left.day);
        found.push(Agent { group: played.groups[attribute].get(agent).copied(), scored: scores.len(), warned, left, expected, observed });
    }
    found
}

fn interval(value: Option<Interval>) -> String {
    value.map_or_else(|| "–".to_owned(), |Interval { low, high }| format!("{low:.2} to {high:.2}"))
}

fn share(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    format!("{:.2} ({})", part as f64 / whole as f64, interval(wilson(part as u64, whole as u64, 0.95)))
}

fn per_year(count: usize, days: usize) -> String {
    let years = days as f64 / 365.0;
    let Interval { low, high } = garwood(count as u64, 0.95);
    format!("{:.2} ({})", count as f64 / years, interval(Some(Interval { low: low / years, high: high / years })))
}

/// Warnings a day of the group divided by those of everybody else, with an interval over agents drawn anew.
fn ratio(own: &[&Agent<'_>], rest: &[&Agent<'_>]) -> Option<(f64, Option<Interval>)> {
    let of = |rows: &[(bool, usize, usize)]| {
        let (mut sums, at) = ([[0; 2]; 2], |own: bool| usize::from(!own));
        for (own, warned, scored) in rows {
            sums[at(*own)] = [sums[at(*own)][0] + warned, sums[at(*own)][1] + scored];
        }
        let rate = |[warned, scored]: [usize; 2]| warned as f64 / scored as f64;
        (sums[0][1] > 0 && sums[1][0] > 0).then(|| rate(sums[0]) / rate(sums[1]))
    };
    let rows: Vec<Vec<(bool, usize, usize)>> = own
        .iter()
        .map(|agent| vec![(true, agent.warned.len(), agent.scored)])
        .chain(rest.iter().map(|agent| vec![(false, agent.warned.len(), agent.scored)]))
        .collect();
    let spread = bootstrap(&rows, 400, 1, of);
    Some((of(&rows.concat())?, spread.map(|spread| Interval { low: spread.low, high: spread.high })))
}

/// The lines of the report by group, cell by cell.
pub fn lines(played: &Played, attribute: &str, first: i32, last: i32) -> BTreeMap<String, Vec<String>> {
    let agents = agents(played, attribute, first, last);
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for group in agents.iter().filter_map(|agent| agent.group) {
        *sizes.entry(group).or_default() += 1;
    }
    let small: Vec<&str> = sizes.iter().filter(|(_, size)| **size < FEWEST).map(|(group, _)| *group).collect();
    let next = sizes.iter().filter(|(_, size)| **size >= FEWEST).min_by_key(|(group, size)| (**size, **group)).map(|(group, _)| *group);
    let hidden = |group: &str| small.contains(&group) || small.len() == 1 && next == Some(group);
    let line = |group: &&str| {
        if hidden(group) {
            return [&["–"; 8][..], &["hidden: too few"]].concat().into_iter().map(str::to_owned).collect();
        }
        let (own, rest): (Vec<&Agent<'_>>, Vec<&Agent<'_>>) = agents.iter().partition(|agent| agent.group == Some(*group));
        shown(&own, &rest)
    };
    sizes.keys().map(|group| ((*group).to_owned(), line(group))).collect()
}

fn shown(own: &[&Agent<'_>], rest: &[&Agent<'_>]) -> Vec<String> {
    let sum = |of: &dyn Fn(&Agent<'_>) -> usize| own.iter().map(|agent| of(agent)).sum::<usize>();
    let (warned, scored, right) = (sum(&|agent| agent.warned.len()), sum(&|agent| agent.scored), sum(&|agent| agent.right().len()));
    let (leavers, found) = (sum(&|agent| usize::from(agent.left.is_some())), sum(&|agent| usize::from(!agent.right().is_empty())));
    let expected: f64 = own.iter().map(|agent| agent.expected).sum();
    let observed: u32 = own.iter().map(|agent| agent.observed).sum();
    let mut leads: Vec<i32> = own.iter().filter_map(|agent| Some(agent.left? - agent.right().first()?)).collect();
    leads.sort_unstable();
    let middle = |leads: &[i32]| f64::from(leads[(leads.len() - 1) / 2] + leads[leads.len() / 2]) / 2.0;
    let ratio = if rest.len() < FEWEST { None } else { ratio(own, rest) };
    vec![
        own.len().to_string(),
        per_year(warned, scored),
        ratio.map_or_else(|| "–".to_owned(), |(ratio, of)| format!("{ratio:.2} ({})", interval(of))),
        share(found, leavers),
        per_year(warned - right, scored),
        share(right, warned),
        format!("{:.2}", f64::from(observed) / expected),
        if leads.is_empty() { "–".to_owned() } else { format!("{:.0}", middle(&leads)) },
        if ratio.is_some_and(|(ratio, _)| !(0.8..=1.25).contains(&ratio)) { "look closer" } else { "" }.to_owned(),
    ]
}
