//! Survival of cohorts: how many are still there after so long, when some have not left yet.

use std::collections::BTreeMap;

/// The estimate from one time on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurvivalStep {
    /// Time since hiring at which some left.
    pub time: u32,
    /// Those who were there until then.
    pub at_risk: u64,
    /// Those who left then.
    pub leavers: u64,
    /// Share still there afterwards.
    pub survival: f64,
    /// Standard error of that share (Greenwood 1926).
    pub error: f64,
}

/// Product-limit estimate (Kaplan & Meier 1958) from (time, left): `false` is one who was last seen then and had not left. Who is lost at a time counts as
/// at risk then. One step per time at which somebody left.
///
/// ```
/// // Of three, one leaves after 10 days, one is there for 20 days so far, one leaves after 30.
/// let steps = attrition::measures::kaplan_meier(&[(10, true), (20, false), (30, true)]);
/// assert_eq!(steps.iter().map(|step| (step.time, step.at_risk)).collect::<Vec<_>>(), [(10, 3), (30, 1)]);
/// assert!((steps[0].survival - 2.0 / 3.0).abs() < 1e-15 && steps[1].survival == 0.0);
/// ```
#[must_use]
pub fn kaplan_meier(spells: &[(u32, bool)]) -> Vec<SurvivalStep> {
    let mut ends: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    for (time, left) in spells {
        let (leavers, all) = ends.entry(*time).or_default();
        *leavers += u64::from(*left);
        *all += 1;
    }
    let (mut at_risk, mut survival, mut variance) = (spells.len() as u64, 1.0, 0.0);
    let mut steps = Vec::new();
    for (time, (leavers, all)) in ends {
        if leavers > 0 {
            survival *= (at_risk - leavers) as f64 / at_risk as f64;
            // The last step down to zero has no error by Greenwood's formula.
            variance += if leavers < at_risk { leavers as f64 / (at_risk * (at_risk - leavers)) as f64 } else { 0.0 };
            steps.push(SurvivalStep { time, at_risk, leavers, survival, error: survival * libm::sqrt(variance) });
        }
        at_risk -= all;
    }
    steps
}
