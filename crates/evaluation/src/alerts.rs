//! Quality by alarm: the first share of agents in line is flagged on every day of scoring, each agent at most once in a while.

use crate::rows::{Collected, Row};
use crate::settings::Settings;
use attrition::measures::{lead_days, recall_of_random_alarms};
use serde::Serialize;
use std::collections::BTreeMap;

const DAYS_PER_YEAR: f64 = 365.0;
const WEEKS_PER_YEAR: f64 = 52.0;

/// How good the alarms are; what cannot be formed is not there.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AlertQuality {
    /// Alarms per agent and year.
    pub alerts_per_agent_year: f64,
    /// Of these, those after which the agent did not leave in time.
    pub false_per_agent_year: f64,
    /// The same per week for a leader of one team.
    pub false_per_leader_week: f64,
    /// Share of alarms after which the agent left in time.
    pub precision: Option<f64>,
    /// Share of leavers with an alarm in time before.
    pub recall: Option<f64>,
    /// The same for as many random alarms.
    pub chance_recall: f64,
    /// Recall among those who were searching or had decided.
    pub signed_recall: Option<f64>,
    /// Recall among those who left while engaged.
    pub sudden_recall: Option<f64>,
    /// First quartile, median and third quartile of days from the first alarm in time to leaving. Means nothing without precision: random alarms have the same.
    pub lead_days: Option<(f64, f64, f64)>,
}

/// The alarms: positions among the test rows of the highest `budget` of each day, without those of an agent who had an alarm lately. `scores` (of whatever kind) belong
/// to the test rows, in order; equal scores go by number of person.
pub(crate) fn flagged(tests: &[&Row], settings: &Settings, scores: &[f64], budget: f64) -> Vec<usize> {
    let scored: Vec<(usize, &Row, f64)> = tests.iter().zip(scores).enumerate().map(|(at, (row, score))| (at, *row, *score)).collect();
    let mut latest: BTreeMap<u32, u32> = BTreeMap::new();
    let mut found = Vec::new();
    for today in scored.chunk_by(|(_, a, _), (_, b, _)| a.day == b.day) {
        let mut order: Vec<&(usize, &Row, f64)> = today.iter().collect();
        order.sort_by(|(_, a, a_score), (_, b, b_score)| b_score.total_cmp(a_score).then(a.person.cmp(&b.person)));
        for (at, row, _) in order.into_iter().take(libm::floor(budget * today.len() as f64) as usize) {
            if latest.get(&row.person).is_none_or(|last| row.day >= last + settings.cool_down_days) {
                latest.insert(row.person, row.day);
                found.push(*at);
            }
        }
    }
    found
}

/// Flags the highest `budget` of test rows on each day and judges it. `scores` belong to the test rows, in order; equal scores go by number of person.
#[must_use]
pub fn alert_quality(collected: &Collected, settings: &Settings, scores: &[f64], budget: f64, agents_per_team: f64) -> AlertQuality {
    let tests: Vec<&Row> = collected.rows.iter().filter(|row| row.is_test()).collect();
    let mut alarms: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for position in flagged(&tests, settings, scores, budget) {
        alarms.entry(tests[position].person).or_default().push(tests[position].day);
    }
    let first_day = tests.iter().map(|row| row.day).min().unwrap_or(u32::MAX);
    let last_day = tests.iter().map(|row| row.day).max().unwrap_or(0);
    let hit_days = settings.hit_days;
    let all: f64 = alarms.values().map(Vec::len).sum::<usize>() as f64;
    let hits = alarms.iter().flat_map(|(person, days)| days.iter().map(|day| (*person, *day)));
    let hits = hits.filter(|(person, day)| collected.left_within(*person, *day, hit_days)).count() as f64;
    let years = tests.len() as f64 * f64::from(settings.score_every_days) / DAYS_PER_YEAR;
    // Only leavers who could have had an alarm on each day before.
    let judged = first_day.saturating_add(hit_days)..=last_day;
    let leavers: Vec<_> = collected.departures.iter().flatten().filter(|departure| judged.contains(&departure.day)).collect();
    let lead = |person: u32, day: u32| {
        alarms
            .get(&person)?
            .iter()
            .filter(|alarm| (day.saturating_sub(hit_days)..day).contains(alarm))
            .min()
            .map(|alarm| f64::from(day - alarm))
    };
    let recall = |of: &dyn Fn(usize) -> bool| {
        let chosen: Vec<_> = leavers.iter().filter(|departure| of(departure.stage)).collect();
        let found = chosen.iter().filter(|departure| lead(departure.person, departure.day).is_some()).count();
        (!chosen.is_empty()).then(|| found as f64 / chosen.len() as f64)
    };
    let leads: Vec<f64> = leavers.iter().filter_map(|departure| lead(departure.person, departure.day)).collect();
    let per_year = |count: f64| if years > 0.0 { count / years } else { 0.0 };
    AlertQuality {
        alerts_per_agent_year: per_year(all),
        false_per_agent_year: per_year(all - hits),
        false_per_leader_week: per_year(all - hits) * agents_per_team / WEEKS_PER_YEAR,
        precision: (all > 0.0).then(|| hits / all),
        recall: recall(&|_| true),
        chance_recall: recall_of_random_alarms(per_year(all) / DAYS_PER_YEAR, f64::from(hit_days)),
        signed_recall: recall(&|stage| stage >= 2),
        sudden_recall: recall(&|stage| stage == 0),
        lead_days: lead_days(&leads),
    }
}
