//! Ramp of new hires: how fast those hired together come to work as others do, by weeks since hiring.

use crate::FEWEST_AGENTS;
use std::collections::{BTreeMap, BTreeSet};

/// Weeks since hiring after which a step ends: 4, 8, 13, 26, 52.
pub const STEP_WEEKS: [u32; 5] = [4, 8, 13, 26, 52];

/// The step in which a day lies, by days since hiring.
///
/// ```
/// use retention::ramps::step_of;
/// assert_eq!([0, 27, 28, 90, 91, 363, 364].map(step_of), [Some(0), Some(0), Some(1), Some(2), Some(3), Some(4), None]);
/// ```
#[must_use]
pub fn step_of(tenure_days: u32) -> Option<usize> {
    STEP_WEEKS.iter().position(|weeks| tenure_days < weeks * 7)
}

/// What an agent did in one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Started {
    /// With whom the agent was hired: month, training batch, recruiting source.
    pub cohort: String,
    /// The agent.
    pub agent: String,
    /// Place in [`STEP_WEEKS`].
    pub step: usize,
    /// Contacts handled.
    pub handled: u64,
    /// Productive time, ms.
    pub productive_ms: i64,
    /// Contacts that can be compared with usual ones.
    pub compared: u64,
    /// Sum over them of ln handle time less the usual one, millionths.
    pub ln_handle_micro: i64,
}

/// A cohort in one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ramp {
    /// Agents who worked in it.
    pub agents: usize,
    /// Contacts per productive hour, all together.
    pub contacts_per_hour: f64,
    /// Handle time as a multiple of what is usual for the same queue, channel and hours (geometric mean over contacts); `None`: of fewer than eight agents.
    pub handle_time_ratio: Option<f64>,
}

/// The ramp of each cohort; a step is `None` where fewer than eight agents worked in it. The order of rows changes nothing.
///
/// ```
/// use retention::ramps::{Started, ramps};
/// let started = |number: u32| Started { cohort: "2026-01".into(), agent: format!("a{number}"), handled: 5, productive_ms: 3_600_000, ..Started::default() };
/// let eight: Vec<_> = (0..8).map(started).collect();
/// assert_eq!(ramps(&eight)["2026-01"][0].unwrap().contacts_per_hour, 5.0);
/// assert!(ramps(&eight[1..])["2026-01"][0].is_none());
/// ```
#[must_use]
pub fn ramps(started: &[Started]) -> BTreeMap<String, [Option<Ramp>; STEP_WEEKS.len()]> {
    let mut cohorts: BTreeMap<String, [Vec<&Started>; STEP_WEEKS.len()]> = BTreeMap::new();
    for one in started.iter().filter(|one| one.productive_ms > 0) {
        if let Some(step) = cohorts.entry(one.cohort.clone()).or_default().get_mut(one.step) {
            step.push(one);
        }
    }
    cohorts.into_iter().map(|(cohort, steps)| (cohort, steps.map(|of| ramp(&of)))).collect()
}

fn ramp(of: &[&Started]) -> Option<Ramp> {
    let agents = distinct(of.iter().copied());
    if agents < FEWEST_AGENTS {
        return None;
    }
    let (handled, productive_ms) = of.iter().fold((0, 0), |sum, one| (sum.0 + one.handled, sum.1 + one.productive_ms));
    let (compared, ln_handle) = of.iter().fold((0, 0), |sum, one| (sum.0 + one.compared, sum.1 + one.ln_handle_micro));
    let known = distinct(of.iter().copied().filter(|one| one.compared > 0)) >= FEWEST_AGENTS;
    Some(Ramp {
        agents,
        contacts_per_hour: handled as f64 * 3_600_000.0 / productive_ms as f64,
        handle_time_ratio: known.then(|| libm::exp(ln_handle as f64 / 1e6 / compared as f64)),
    })
}

fn distinct<'a>(started: impl Iterator<Item = &'a Started>) -> usize {
    started.map(|one| one.agent.as_str()).collect::<BTreeSet<_>>().len()
}
