//! How good the product is for some of the agents: the newly hired, those back from leave, the group of which a report of fairness asks. Everybody stands in one line
//! for alarms; only the counting is apart.

use crate::alerts::flagged;
use crate::rows::{Collected, Row};
use crate::settings::Settings;
use attrition::measures::{area_under_curve, observed_over_expected, recall_of_random_alarms};
use serde::Serialize;
use simulator::attrition::HORIZON_DAYS;
use std::collections::BTreeMap;

const DAYS_PER_YEAR: f64 = 365.0;
/// Days after hiring in which quality is told apart.
const NEW_DAYS: f64 = 90.0;

/// Some of the agents, on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Hired at most 90 days ago.
    New,
    /// Hired longer ago.
    Settled,
    /// Back from leave for at most 30 days.
    BackFromLeave,
    /// In the protected group of the world.
    InGroup,
    /// Not in it.
    OutsideGroup,
}

impl Part {
    /// All.
    pub const ALL: [Self; 5] = [Self::New, Self::Settled, Self::BackFromLeave, Self::InGroup, Self::OutsideGroup];

    /// For people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "hired at most 90 days ago",
            Self::Settled => "hired longer ago",
            Self::BackFromLeave => "back from leave for 30 days",
            Self::InGroup => "in the protected group",
            Self::OutsideGroup => "outside of it",
        }
    }

    /// Stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Settled => "settled",
            Self::BackFromLeave => "back_from_leave",
            Self::InGroup => "in_group",
            Self::OutsideGroup => "outside_group",
        }
    }

    fn has(self, row: &Row) -> bool {
        match self {
            Self::New => row.tenure_days <= NEW_DAYS,
            Self::Settled => row.tenure_days > NEW_DAYS,
            Self::BackFromLeave => row.back_from_leave,
            Self::InGroup => row.in_group,
            Self::OutsideGroup => !row.in_group,
        }
    }
}

/// How good scores and alarms are for a part; what cannot be formed is not there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartQuality {
    /// Of whom.
    pub part: Part,
    /// Test rows.
    pub rows: u64,
    /// Share of rows that left within the horizon.
    pub base_rate: Option<f64>,
    /// Area under the receiver operating characteristic among these rows.
    pub auc: Option<f64>,
    /// The same of Oracle-F.
    pub best_auc: Option<f64>,
    /// Leavers ÷ expected.
    pub observed_over_expected: Option<f64>,
    /// Alarms per agent and year.
    pub alerts_per_agent_year: Option<f64>,
    /// Share of alarms after which the agent left in time.
    pub precision: Option<f64>,
    /// Share of leavers with an alarm in time before; a leaver belongs to where the last row before leaving does.
    pub recall: Option<f64>,
    /// The same for as many random alarms of the part.
    pub chance_recall: Option<f64>,
}

/// Judges the parts at a budget. `probabilities` and `line`, by which agents stand in line for alarms, belong to the test rows, in order.
#[must_use]
pub fn part_quality(collected: &Collected, settings: &Settings, probabilities: &[f64], line: &[f64], budget: f64) -> Vec<PartQuality> {
    let tests: Vec<&Row> = collected.rows.iter().filter(|row| row.is_test()).collect();
    let alarms: Vec<&Row> = flagged(&tests, settings, line, budget).into_iter().map(|at| tests[at]).collect();
    let mut alarm_days: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    alarms.iter().for_each(|row| alarm_days.entry(row.person).or_default().push(row.day));
    let leavers = leavers(collected, settings, &tests);
    let judge = |part: Part| {
        let mine: Vec<(&Row, f64)> = tests.iter().copied().zip(probabilities.iter().copied()).filter(|(row, _)| part.has(row)).collect();
        let left = |row: &Row| collected.left_within(row.person, row.day, HORIZON_DAYS);
        let scored: Vec<(f64, bool)> = mine.iter().map(|(row, probability)| (*probability, left(row))).collect();
        let best: Vec<(f64, bool)> = mine.iter().map(|(row, _)| (row.oracle_f, left(row))).collect();
        let years = mine.len() as f64 * f64::from(settings.score_every_days) / DAYS_PER_YEAR;
        let alarmed = || alarms.iter().filter(|row| part.has(row));
        let rate = (years > 0.0).then(|| alarmed().count() as f64 / years);
        let in_time = |(row, day): &&(&Row, u32)| {
            let days = alarm_days.get(&row.person).into_iter().flatten();
            days.into_iter().any(|alarm| (day.saturating_sub(settings.hit_days)..*day).contains(alarm))
        };
        let gone = || leavers.iter().filter(|(row, _)| part.has(row));
        PartQuality {
            part,
            rows: mine.len() as u64,
            base_rate: share(scored.iter().filter(|(_, left)| *left).count(), scored.len()),
            auc: area_under_curve(&scored),
            best_auc: area_under_curve(&best),
            observed_over_expected: observed_over_expected(&scored),
            alerts_per_agent_year: rate,
            precision: share(
                alarmed().filter(|row| collected.left_within(row.person, row.day, settings.hit_days)).count(),
                alarmed().count(),
            ),
            recall: share(gone().filter(in_time).count(), gone().count()),
            chance_recall: rate.map(|rate| recall_of_random_alarms(rate / DAYS_PER_YEAR, f64::from(settings.hit_days))),
        }
    };
    Part::ALL.into_iter().map(judge).collect()
}

/// Who could have had an alarm on each day before leaving: the last row before, and the day of leaving.
fn leavers<'a>(collected: &Collected, settings: &Settings, tests: &[&'a Row]) -> Vec<(&'a Row, u32)> {
    let (Some(first), Some(last)) = (tests.iter().map(|row| row.day).min(), tests.iter().map(|row| row.day).max()) else {
        return Vec::new();
    };
    let mut latest: BTreeMap<u32, &Row> = BTreeMap::new();
    for row in tests.iter().copied().filter(|row| collected.departure(row.person).is_some_and(|departure| row.day < departure.day)) {
        latest.insert(row.person, row);
    }
    let judged = first.saturating_add(settings.hit_days)..=last;
    let of = |departure: &simulator::attrition::Departure| Some((*latest.get(&departure.person)?, departure.day));
    collected.departures.iter().flatten().filter(|departure| judged.contains(&departure.day)).filter_map(of).collect()
}

fn share(of: usize, all: usize) -> Option<f64> {
    (all > 0).then(|| of as f64 / all as f64)
}
