//! Whether sessions (training, coaching) helped: change of those who had one, less the change of others like them over the same days. Who is picked for
//! coaching has often just had a bad month, and would have got better without; the others must have had one too.

use crate::FEWEST_AGENTS;
use attrition::measures::{Interval, bootstrap};
use std::collections::{BTreeMap, BTreeSet};

/// Others that each is compared with: the nearest in what they did before.
const OTHERS: usize = 5;
const DRAWS: u32 = 1_000;

/// Days of one agent: (sum, weight) of the measure by day, such as points and evaluations. What it is a mean of is the weight.
pub type Series = BTreeMap<i32, (f64, f64)>;

/// When is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EffectSettings {
    /// Days before the session, and after it.
    pub window_days: i32,
    /// Days from the session until it can show.
    pub wait_days: i32,
    /// Weight below which a window is not known.
    pub least_weight: f64,
}

impl Default for EffectSettings {
    fn default() -> Self {
        Self { window_days: 28, wait_days: 1, least_weight: 1.0 }
    }
}

impl EffectSettings {
    /// Days before the first session that matter to it.
    ///
    /// ```
    /// use retention::effects::EffectSettings;
    /// // A session on day 100 is compared over days 72 to 99, and 101 to 128.
    /// let settings = EffectSettings { window_days: 28, wait_days: 1, ..EffectSettings::default() };
    /// assert_eq!((100 - settings.days_before(), 100 + settings.days_after()), (72, 128));
    /// ```
    #[must_use]
    pub const fn days_before(&self) -> i32 {
        self.window_days
    }

    /// Days after the last session that matter to it.
    #[must_use]
    pub const fn days_after(&self) -> i32 {
        self.wait_days + self.window_days - 1
    }
}

/// A session of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The agent.
    pub agent: String,
    /// Who the agent can be compared with: site and queue group.
    pub group: String,
    /// Day.
    pub day: i32,
}

/// Days on which each agent had a session of any kind, whoever held it: also those that are not asked about, and those before and after the period, as far as
/// the windows reach ([`EffectSettings::days_before`], [`EffectSettings::days_after`]).
pub type Touched = BTreeMap<String, BTreeSet<i32>>;

/// What came of sessions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Sessions that could be compared.
    pub sessions: usize,
    /// Agents who had them.
    pub agents: usize,
    /// Mean before and after, of those who had one.
    pub own: (f64, f64),
    /// The same of the others.
    pub others: (f64, f64),
    /// Change less the others' change.
    pub effect: f64,
    /// Its 95 % interval, whole agents drawn anew.
    pub interval: Interval,
}

impl Effect {
    /// Whether zero is outside of the interval.
    #[must_use]
    pub fn is_beyond_chance(&self) -> bool {
        self.interval.low > 0.0 || self.interval.high < 0.0
    }
}

/// One session compared: before, after, the others' before and after.
type Compared = [f64; 4];

/// Compares sessions with others of the same group who had none at all from the first day of the window before to the last of the one after: each with the five
/// whose mean before was nearest. `sessions` are those whose effect is asked for, `touched` has those of everybody, also of other kinds and held by others: who
/// was trained in the time is nobody's measure for who was coached. `groups` is the group of every agent. `None` with fewer than eight agents who can be compared.
#[must_use]
pub fn effect(
    sessions: &[Session],
    touched: &Touched,
    groups: &BTreeMap<String, String>,
    series: &BTreeMap<String, Series>,
    settings: &EffectSettings,
) -> Option<Effect> {
    let mut by_agent: BTreeMap<&str, Vec<Compared>> = BTreeMap::new();
    for session in sessions {
        if let Some(compared) = compare(session, touched, groups, series, settings) {
            by_agent.entry(&session.agent).or_default().push(compared);
        }
    }
    if by_agent.len() < FEWEST_AGENTS {
        return None;
    }
    let agents: Vec<Vec<Compared>> = by_agent.into_values().collect();
    let all = agents.concat();
    let change = |rows: &[Compared]| Some((mean(rows, 1)? - mean(rows, 0)?) - (mean(rows, 3)? - mean(rows, 2)?));
    let spread = bootstrap(&agents, DRAWS, 1, change)?;
    Some(Effect {
        sessions: all.len(),
        agents: agents.len(),
        own: (mean(&all, 0)?, mean(&all, 1)?),
        others: (mean(&all, 2)?, mean(&all, 3)?),
        effect: change(&all)?,
        interval: Interval { low: spread.low, high: spread.high },
    })
}

fn mean(rows: &[Compared], of: usize) -> Option<f64> {
    (!rows.is_empty()).then(|| rows.iter().map(|row| row[of]).sum::<f64>() / rows.len() as f64)
}

fn compare(
    session: &Session,
    touched: &Touched,
    groups: &BTreeMap<String, String>,
    series: &BTreeMap<String, Series>,
    settings: &EffectSettings,
) -> Option<Compared> {
    let EffectSettings { wait_days, least_weight, .. } = *settings;
    let (before, after) =
        (session.day - settings.days_before()..session.day, session.day + wait_days..session.day + settings.days_after() + 1);
    let both = |agent: &str| {
        let days = series.get(agent)?;
        Some((over(days, &before, least_weight)?, over(days, &after, least_weight)?))
    };
    let (own_before, own_after) = both(&session.agent)?;
    let is_touched = |agent: &str| touched.get(agent).is_some_and(|days| days.range(before.start..after.end).next().is_some());
    let peers = groups.iter().filter(|(agent, group)| **group == session.group && **agent != session.agent && !is_touched(agent));
    let mut others: Vec<(f64, f64, &str)> =
        peers.filter_map(|(agent, _)| both(agent).map(|(before, after)| (before, after, agent.as_str()))).collect();
    // Who is nearest, and of equal ones who has the smaller id.
    others.sort_by(|a, b| (a.0 - own_before).abs().total_cmp(&(b.0 - own_before).abs()).then(a.2.cmp(b.2)));
    others.truncate(OTHERS);
    let n = others.len() as f64;
    let sum = others.iter().fold((0.0, 0.0), |sum, other| (sum.0 + other.0, sum.1 + other.1));
    (others.len() == OTHERS).then(|| [own_before, own_after, sum.0 / n, sum.1 / n])
}

/// Weighted mean over days; `None` with too little weight.
fn over(days: &Series, range: &std::ops::Range<i32>, least_weight: f64) -> Option<f64> {
    let (sum, weight) = days.range(range.clone()).fold((0.0, 0.0), |sum, (_, day)| (sum.0 + day.0, sum.1 + day.1));
    (weight >= least_weight && weight > 0.0).then(|| sum / weight)
}
