//! Leavers of each leader against those expected. A leader is not judged by it alone, nothing is shown of fewer than eight agents or below one expected
//! leaver, and there is no rank.

use crate::mix::{Cell, MixModel};
use attrition::measures::{Funnel, FunnelPoint, Unit, funnel};
use std::collections::BTreeMap;

/// Weight that pulls a ratio towards one where little is known, in expected leavers; used where the leaders do not differ enough to tell.
const PRIOR_WEIGHT: f64 = 4.0;

/// What one leader had.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Led {
    /// Agents led on any day.
    pub agents: u32,
    /// Days and leavers by mix. A leaver belongs to the leader of the day of notice, or, where that is not known, of the last day worked.
    pub cells: Vec<Cell>,
    /// Second view: leavers whom the leader led on at least half of the 90 days before.
    pub observed_90: u64,
}

/// A leader in the funnel.
#[derive(Clone, Debug, PartialEq)]
pub struct LeaderPoint {
    /// Agents.
    pub agents: u32,
    /// Leavers, and expected ones.
    pub observed: u64,
    /// Sum of what the mix model expects.
    pub expected: f64,
    /// Second view, see [`Led::observed_90`].
    pub observed_90: u64,
    /// Ratio, interval, limits.
    pub point: FunnelPoint,
}

/// All leaders.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaders {
    /// Weight by which ratios are shrunk.
    pub prior_weight: f64,
    /// How many times the variance exceeds that of chance.
    pub overdispersion: f64,
    /// Leavers of all leaders; as many are expected.
    pub observed: u64,
    /// By leader; `None` where too little is known to show anything.
    pub leaders: BTreeMap<String, Option<LeaderPoint>>,
}

/// Places all leaders. `None` where nobody left.
#[must_use]
pub fn place(led: &BTreeMap<String, Led>) -> Option<Leaders> {
    let cells: Vec<Cell> = led.values().flat_map(|of| of.cells.clone()).collect();
    let model = MixModel::fit(&cells)?;
    let units: Vec<Unit> = led
        .values()
        .map(|of| Unit {
            agents: of.agents,
            observed: of.cells.iter().map(|cell| cell.leavers).sum(),
            expected: of.cells.iter().map(|cell| model.expected(&cell.mix, cell.days)).sum(),
        })
        .collect();
    let prior_weight = prior_weight(&units);
    let Funnel { overdispersion, points } = funnel(&units, prior_weight);
    let leaders = led.iter().zip(&units).zip(points).map(|(((leader, of), unit), point)| {
        let Unit { agents, observed, expected } = *unit;
        (leader.clone(), point.map(|point| LeaderPoint { agents, observed, expected, observed_90: of.observed_90, point }))
    });
    Some(Leaders { prior_weight, overdispersion, observed: cells.iter().map(|cell| cell.leavers).sum(), leaders: leaders.collect() })
}

/// Weight of the prior by moments: 1 ÷ variance of the true ratios, which is what the ratios vary beyond chance (Σ((O − E)² − E) ÷ ΣE², Böhning et al. 2004).
/// Four where they do not vary beyond chance: not to be different is not known to be equal.
///
/// ```
/// use attrition::measures::Unit;
/// let unit = |observed, expected| Unit { agents: 20, observed, expected };
/// // (10² − 10 + 10² − 10) ÷ (10² + 10²) = 0.9; 1 ÷ 0.9.
/// assert!((retention::leaders::prior_weight(&[unit(20, 10.0), unit(0, 10.0)]) - 1.0 / 0.9).abs() < 1e-12);
/// assert_eq!(retention::leaders::prior_weight(&[unit(11, 10.0), unit(9, 10.0)]), 4.0);
/// ```
#[must_use]
pub fn prior_weight(units: &[Unit]) -> f64 {
    let (beyond, squares) = units.iter().fold((0.0, 0.0), |(beyond, squares), unit| {
        let apart = unit.observed as f64 - unit.expected;
        (beyond + apart * apart - unit.expected, squares + unit.expected * unit.expected)
    });
    if beyond > 0.0 { squares / beyond } else { PRIOR_WEIGHT }
}
