//! Cohorts: of those hired together, how many are still there after so many days. Who has not been there so long yet counts as long as known.

use crate::FEWEST_AGENTS;
use attrition::measures::{Interval, kaplan_meier, wilson};
use attrition::numerics::normal_quantile;
use std::collections::BTreeMap;

/// Days since hiring at which survival is told.
pub const AT_DAYS: [u32; 5] = [30, 60, 90, 180, 365];
/// An early exit lies within so many days.
pub const EARLY_DAYS: u32 = 90;

/// One person's time, in days since hiring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// Until leaving, or until what is known.
    pub days: u32,
    /// Left by own wish. `false` is still there, or left otherwise: that tells nothing of the wish.
    pub left: bool,
}

/// Share with interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Share.
    pub value: f64,
    /// 95 %.
    pub interval: Interval,
}

/// A cohort.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohort {
    /// Persons.
    pub agents: usize,
    /// Share still there at each of [`AT_DAYS`] (product-limit estimate); `None` where nobody has been there so long yet.
    pub survival: [Option<Share>; AT_DAYS.len()],
    /// Of those whose first 90 days are over or ended by own wish: the share that left by own wish within them.
    pub early_exits: Option<Share>,
}

/// Puts spells together by cohort (month of hiring, batch, site …); cohorts of fewer than eight are `None`.
///
/// ```
/// use retention::cohorts::{Spell, cohorts};
/// let spells: Vec<_> = (0..10).map(|number| ("2026-01", Spell { days: if number < 2 { 20 } else { 100 }, left: number < 2 })).collect();
/// let cohort = cohorts(spells)["2026-01"].clone().unwrap();
/// assert_eq!(cohort.survival[0].unwrap().value, 0.8);
/// assert!(cohort.survival[3].is_none(), "nobody has been there for 180 days");
/// ```
#[must_use]
pub fn cohorts<C: Ord>(spells: impl IntoIterator<Item = (C, Spell)>) -> BTreeMap<C, Option<Cohort>> {
    let mut by_cohort: BTreeMap<C, Vec<Spell>> = BTreeMap::new();
    for (cohort, spell) in spells {
        by_cohort.entry(cohort).or_default().push(spell);
    }
    by_cohort.into_iter().map(|(cohort, spells)| (cohort, (spells.len() >= FEWEST_AGENTS).then(|| describe(&spells)))).collect()
}

fn describe(spells: &[Spell]) -> Cohort {
    let steps = kaplan_meier(&spells.iter().map(|spell| (spell.days, spell.left)).collect::<Vec<_>>());
    let longest = spells.iter().map(|spell| spell.days).max().unwrap_or(0);
    let survival = AT_DAYS.map(|at| {
        let last = steps.iter().rfind(|step| step.time <= at);
        let (value, error) = last.map_or((1.0, 0.0), |step| (step.survival, step.error));
        (longest >= at).then(|| Share { value, interval: log_log(value, error) })
    });
    // A competing end within the 90 days says nothing of the wish.
    let left = spells.iter().filter(|spell| spell.left && spell.days <= EARLY_DAYS).count() as u64;
    let known = left + spells.iter().filter(|spell| spell.days > EARLY_DAYS).count() as u64;
    let early_exits = wilson(left, known, 0.95).map(|interval| Share { value: left as f64 / known as f64, interval });
    Cohort { agents: spells.len(), survival, early_exits }
}

/// Interval of a survival on the scale of ln(−ln S), which never leaves 0 to 1 (Kalbfleisch & Prentice 1980). At 0 and 1 it is that point.
fn log_log(survival: f64, error: f64) -> Interval {
    if error <= 0.0 || survival <= 0.0 || survival >= 1.0 {
        return Interval { low: survival, high: survival };
    }
    let logarithm = libm::log(survival);
    let half = normal_quantile(0.975) * error / (survival * logarithm.abs());
    Interval { low: libm::exp(logarithm * libm::exp(half)), high: libm::exp(logarithm * libm::exp(-half)) }
}
