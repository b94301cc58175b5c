//! Weeks of agents without agents: rows that may be kept when who left is forgotten, so that what is learned and judged over a longer time does not lack leavers.
//! A row has a week and no id, no team and no day; tenure is told in steps of 30 days, so that it is nobody's day of hiring. Numbers that only one agent had can still be
//! found again by whoever holds both: the rows are for the service alone.

use crate::weeks::{AgentWeek, Labels, Week, Weeks};
use attrition::features::Input;
use attrition::hazard::{InputValues, tenure_curve};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Days of a week. Weeks are numbered: the first day, since 1970, divided by this.
pub const WEEK_DAYS: i32 = 7;
/// A week of fewer agents is not kept.
const AGENTS_MIN: usize = 8;
/// Steps in which tenure is kept, days.
const TENURE_STEP_DAYS: f64 = 30.0;

/// What a model said of an agent on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct ToldOf {
    /// Name of the model.
    pub model: String,
    /// Probability of leaving within its horizon, 0 to 1.
    pub probability: f64,
}

/// A row without its agent.
#[derive(Clone, Debug, PartialEq)]
pub struct NamelessWeek {
    /// First day of the week, since 1970: a multiple of [`WEEK_DAYS`].
    pub day: i32,
    /// What the model may see.
    pub inputs: InputValues,
    /// 0: did not leave within the horizon. Else the agent did, and has so many rows of which that is true: leavers can be counted without knowing whose rows they are.
    pub rows_of_leaver: u32,
    /// What was said of the agent on that day. `None`: nothing.
    pub told: Option<ToldOf>,
}

/// Rows of these weeks whose outcome is known, without their agents, in an order that says nothing of these. Nothing of a week with fewer than eight agents.
///
/// ```
/// use training::{Labels, ToldOf, Weeks, nameless};
/// let mut weeks = Weeks::default();
/// for day in 70..84 {
///     weeks.take(day, (0..8).map(|agent| (format!("a{agent}"), Default::default())));
/// }
/// let told = |_: &str, _: i32| Some(ToldOf { model: "m".to_owned(), probability: 0.1 });
/// let rows = nameless(&weeks, &Labels::default(), told, &(10..=11), 30, 200);
/// assert_eq!((rows.len(), rows[0].day, rows[8].day, rows[0].rows_of_leaver), (16, 70, 77, 0));
/// assert!(nameless(&weeks, &Labels::default(), told, &(10..=11), 30, 100).is_empty(), "not known yet");
/// ```
#[must_use]
pub fn nameless(
    weeks: &Weeks,
    labels: &Labels,
    told: impl Fn(&str, i32) -> Option<ToldOf>,
    of: &RangeInclusive<i32>,
    horizon_days: i32,
    known_until_day: i32,
) -> Vec<NamelessWeek> {
    let known = weeks.known(i32::MIN..=i32::MAX, labels, horizon_days, known_until_day);
    let mut agents: BTreeMap<i32, BTreeSet<&str>> = BTreeMap::new();
    for week in &known {
        agents.entry(week.row.day.div_euclid(WEEK_DAYS)).or_default().insert(&week.row.agent);
    }
    // Also rows whose outcome is not known so soon: the last row before a leaving decides about all of them.
    let all = weeks.known(i32::MIN..=i32::MAX, labels, horizon_days, i32::MAX);
    let leaving = Leavings::of(all.iter().filter(|week| week.left).map(|week| (week.row.agent.as_str(), week.row.day)), horizon_days);
    let within = |week: &Week<'_>| of.contains(&leaving.decided_day(&week.row.agent, week.row.day, week.left).div_euclid(WEEK_DAYS));
    let enough = |day: i32| agents.get(&day.div_euclid(WEEK_DAYS)).is_some_and(|agents| agents.len() >= AGENTS_MIN);
    let mut rows: Vec<NamelessWeek> = known
        .iter()
        .filter(|week| within(week) && enough(week.row.day))
        .map(|week| NamelessWeek {
            day: week.row.day.div_euclid(WEEK_DAYS) * WEEK_DAYS,
            inputs: coarse(&week.row.inputs),
            rows_of_leaver: if week.left { leaving.rows(&week.row.agent, week.row.day) } else { 0 },
            told: told(&week.row.agent, week.row.day),
        })
        .collect();
    // By what they say, so that the order of agents is gone.
    let by = |row: &NamelessWeek| {
        (
            row.day,
            row.told.as_ref().map_or(0, |told| told.probability.to_bits()),
            row.inputs.values().map(|value| value.to_bits()).collect::<Vec<_>>(),
        )
    };
    rows.sort_by_key(by);
    rows
}

/// Inputs with tenure in steps of 30 days, at their middle: else tenure and week would say on which day somebody was hired.
fn coarse(inputs: &InputValues) -> InputValues {
    let mut coarse = inputs.clone();
    // The first term of the curve is ln(1 + days).
    let first = inputs.iter().find(|(input, _)| matches!(input, Input::Tenure(0))).map(|(_, value)| libm::expm1(*value));
    if let Some(days) = first {
        let step = libm::floor(libm::round(days) / TENURE_STEP_DAYS) * TENURE_STEP_DAYS + TENURE_STEP_DAYS / 2.0;
        for (term, value) in (0_u8..).zip(tenure_curve(step)) {
            coarse.entry(Input::Tenure(term)).and_modify(|known| *known = value);
        }
    }
    coarse
}

/// Days of rows whose agents left within the horizon, by agent. All rows before one leaving are kept at once, when the last of them is, so that no leaver counts twice:
/// once without a name and once with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leavings<'a> {
    days: BTreeMap<&'a str, Vec<i32>>,
    horizon_days: i32,
}

impl<'a> Leavings<'a> {
    /// Of rows of those who left: agent and day.
    #[must_use]
    pub fn of(rows: impl Iterator<Item = (&'a str, i32)>, horizon_days: i32) -> Self {
        let mut days: BTreeMap<&'a str, Vec<i32>> = BTreeMap::new();
        for (agent, day) in rows {
            days.entry(agent).or_default().push(day);
        }
        Self { days, horizon_days }
    }

    /// Rows before the same leaving lie within one horizon.
    fn same(&self, agent: &str, day: i32) -> impl Iterator<Item = i32> {
        let horizon_days = self.horizon_days;
        self.days.get(agent).into_iter().flatten().copied().filter(move |other| (other - day).abs() < horizon_days)
    }

    /// Rows before the leaving of this one.
    fn rows(&self, agent: &str, day: i32) -> u32 {
        u32::try_from(self.same(agent, day).count()).unwrap_or(u32::MAX)
    }

    /// The day whose week decides whether a row is kept without a name: its own, or that of the last row before the same leaving.
    ///
    /// ```
    /// let leavings = training::Leavings::of([("a", 70), ("a", 77), ("a", 84)].into_iter(), 30);
    /// assert_eq!((leavings.decided_day("a", 70, true), leavings.decided_day("a", 63, false)), (84, 63));
    /// ```
    #[must_use]
    pub fn decided_day(&self, agent: &str, day: i32, left: bool) -> i32 {
        if left { self.same(agent, day).max().unwrap_or(day) } else { day }
    }
}

/// Names for rows without agents: as many for those who left as leavers there were, each with as many rows as one had, and one for every other row. In the order of the rows.
///
/// ```
/// // Two leavers of two rows each, and somebody who stayed.
/// assert_eq!(training::stand_ins(&[2, 0, 2, 2, 2]), ["~left-2-0", "~1", "~left-2-0", "~left-2-1", "~left-2-1"]);
/// ```
#[must_use]
pub fn stand_ins(rows_of_leavers: &[u32]) -> Vec<String> {
    let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
    let mut name = |(index, rows): (usize, &u32)| match rows {
        0 => format!("~{index}"),
        rows => {
            let before = seen.entry(*rows).or_default();
            *before += 1;
            format!("~left-{rows}-{}", (*before - 1) / rows)
        }
    };
    rows_of_leavers.iter().enumerate().map(&mut name).collect()
}

impl Weeks {
    /// The rows with those that have no agents any more, in place of the rows of weeks up to that of `kept_until_day`: of these some leavers are missing. `labels` and
    /// `horizon_days` are those by which rows were kept.
    #[must_use]
    pub fn after(self, kept: &[NamelessWeek], kept_until_day: Option<i32>, labels: &Labels, horizon_days: i32) -> Self {
        let known = self.known(i32::MIN..=i32::MAX, labels, horizon_days, i32::MAX);
        let leavings =
            Leavings::of(known.iter().filter(|week| week.left).map(|week| (week.row.agent.as_str(), week.row.day)), horizon_days);
        let live = |row: &AgentWeek| {
            let left = labels.outcome(&row.agent, row.day, horizon_days, i32::MAX) == Some(true);
            kept_until_day.is_none_or(|last| leavings.decided_day(&row.agent, row.day, left) > last)
        };
        let live: Vec<AgentWeek> = self.rows().iter().filter(|row| live(row)).cloned().collect();
        let names = stand_ins(&kept.iter().map(|row| row.rows_of_leaver).collect::<Vec<_>>());
        let nameless = kept.iter().zip(names).map(|(row, agent)| AgentWeek {
            agent,
            day: row.day,
            inputs: row.inputs.clone(),
            left: Some(row.rows_of_leaver > 0),
        });
        Self::from_rows(nameless.chain(live).collect())
    }
}
