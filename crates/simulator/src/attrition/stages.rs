//! Chances of moving between stages and of leaving. One definition, for the centre and for who knows everything about it.

use super::world::{STAGES, World};

/// Chances in one day of moving from a stage (row) to a stage (column).
pub type Chances = [[f64; STAGES]; STAGES];

/// Most that becoming strained, searching and leaving can be, whatever drives them.
const MOST_STRAINED: f64 = 0.06;
const MOST_SEARCHING: f64 = 0.05;
const MOST_LEAVING: f64 = 0.5;

/// Chances of moving for an agent of this frailty and tenure (days), under this leader and smoothed occupancy of the team.
///
/// ```
/// use simulator::attrition::{World, chances};
/// // At the usual occupancy an old hand becomes strained on 0.22 % of days; every row adds up to 1.
/// let row = chances(&World::default(), 0.82, 0.0, 1e6, 0.0)[0];
/// assert!((row[1] - 0.0022).abs() < 1e-15 && (row.iter().sum::<f64>() - 1.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn chances(world: &World, occupancy: f64, leader: f64, tenure_days: f64, frailty: f64) -> Chances {
    let moves = &world.moves;
    let load = occupancy - moves.occupancy;
    let newcomer = 1.0 + moves.newcomer_excess * libm::exp(-tenure_days / moves.newcomer_days);
    let strained =
        (moves.strained_per_day * libm::exp(moves.strained_by_occupancy * load + leader + frailty) * newcomer).min(MOST_STRAINED);
    let searching = (moves.searching_per_day * libm::exp(moves.searching_by_occupancy * load + moves.searching_by_frailty * frailty))
        .min(MOST_SEARCHING);
    let (relieved, calmed, decided) = (moves.relieved_per_day, moves.calmed_per_day, moves.decided_per_day);
    [
        [1.0 - strained, strained, 0.0, 0.0],
        [relieved, 1.0 - relieved - searching, searching, 0.0],
        [0.0, calmed, 1.0 - calmed - decided, decided],
        [0.0, 0.0, 0.0, 1.0],
    ]
}

/// Chance in one day of leaving: for the reasons of each stage, and early regret on top.
///
/// ```
/// use simulator::attrition::{World, leaving_chances};
/// assert_eq!(leaving_chances(&World::default(), 0.0, 0.0), ([0.00035, 0.0006, 0.004, 0.08], 0.0035));
/// ```
#[must_use]
pub fn leaving_chances(world: &World, tenure_days: f64, frailty: f64) -> ([f64; STAGES], f64) {
    let leaving = &world.leaving;
    let early = leaving.early_per_day * libm::exp(-tenure_days / leaving.early_days + leaving.early_by_frailty * frailty);
    let factor = libm::exp(leaving.by_frailty * frailty);
    let early = early.min(MOST_LEAVING);
    (leaving.per_day.map(|chance| (chance * factor).min(MOST_LEAVING - early)), early)
}
