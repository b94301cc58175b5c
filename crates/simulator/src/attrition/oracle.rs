//! What could be known at best. Who knows the stage (*Oracle-S*) bounds everything; who knows every number of the world, the personal levels and the shocks,
//! but sees only what is seen (*Oracle-F*), bounds every model of these observations. The distance of a model from Oracle-F is the price of not knowing the
//! baselines.

use super::day::TruthDay;
use super::stages::{chances, leaving_chances};
use super::world::{STAGES, World};

/// Days within which leaving counts.
pub const HORIZON_DAYS: u32 = 30;

/// Probability of leaving within the days after today (today's occupancy stays): the probabilities of the stages are carried forward day by day, first who
/// leaves, then who moves.
///
/// ```
/// use simulator::attrition::{World, leaving_probability};
/// // Nobody moves and 1 in 10 of the decided leaves each day: after 2 days 1 − 0.9² have left.
/// let mut world = World::default();
/// world.moves.decided_per_day = 0.0;
/// world.leaving.per_day = [0.0, 0.0, 0.0, 0.1];
/// world.leaving.early_per_day = 0.0;
/// let probability = leaving_probability(&world, [0.0, 0.0, 0.0, 1.0], 0.82, 0.0, 400.0, 0.0, 2);
/// assert!((probability - 0.19).abs() < 1e-12);
/// ```
#[must_use]
pub fn leaving_probability(
    world: &World,
    stages: [f64; STAGES],
    occupancy: f64,
    leader: f64,
    tenure_days: f64,
    frailty: f64,
    horizon_days: u32,
) -> f64 {
    let mut staying = stages;
    for ahead in 1..=horizon_days {
        let tenure_days = tenure_days + f64::from(ahead);
        let (by_stage, early) = leaving_chances(world, tenure_days, frailty);
        let moves = chances(world, occupancy, leader, tenure_days, frailty);
        staying = carried(staying, &by_stage, early, &moves);
    }
    1.0 - staying.iter().sum::<f64>()
}

/// Probabilities of the stages of one agent, given everything seen so far and everything about the world but the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    stages: [f64; STAGES],
}

impl Default for Filter {
    fn default() -> Self {
        Self { stages: [1.0, 0.0, 0.0, 0.0] }
    }
}

impl Filter {
    /// The probabilities.
    #[must_use]
    pub fn stages(&self) -> &[f64; STAGES] {
        &self.stages
    }

    /// Takes a day. A day of leave changes nothing: nobody leaves and no stage moves.
    pub fn observe(&mut self, world: &World, truth: &TruthDay, tenure_days: f64, on_leave: bool) {
        if on_leave {
            return;
        }
        if truth.hired_today {
            *self = Self::default();
        } else {
            let (by_stage, early) = leaving_chances(world, tenure_days, truth.frailty);
            let moves = chances(world, truth.occupancy, truth.leader, tenure_days, truth.frailty);
            self.stages = carried(self.stages, &by_stage, early, &moves);
        }
        let logs: [f64; STAGES] = std::array::from_fn(|stage| log_likelihood(world, truth, stage));
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for (probability, log) in self.stages.iter_mut().zip(logs) {
            *probability *= libm::exp(log - most);
        }
        let sum: f64 = self.stages.iter().sum();
        if sum > 0.0 {
            self.stages = self.stages.map(|probability| probability / sum);
        }
    }
}

/// One day on: who leaves is taken out, the others move.
fn carried(stages: [f64; STAGES], by_stage: &[f64; STAGES], early: f64, moves: &[[f64; STAGES]; STAGES]) -> [f64; STAGES] {
    let mut next = [0.0; STAGES];
    for ((probability, leaving), row) in stages.iter().zip(by_stage).zip(moves) {
        for (to, moved) in next.iter_mut().zip(row) {
            *to += probability * (1.0 - leaving - early) * moved;
        }
    }
    next
}

/// Of what was seen today, up to what is the same in all stages.
fn log_likelihood(world: &World, truth: &TruthDay, stage: usize) -> f64 {
    let signs = &world.signs;
    let mut log = 0.0;
    if let Some(deviations) = truth.deviations {
        log -= 0.5
            * deviations
                .iter()
                .zip(&signs.channel_shifts)
                .map(|(seen, shifts)| (seen - shifts[stage]) * (seen - shifts[stage]))
                .sum::<f64>();
    }
    if truth.shift {
        log += happened(truth.absent, absence_chance(world, truth.absence_rate, stage));
        if !truth.absent {
            log += happened(truth.late, lateness_chance(world, truth.lateness_rate, stage));
        }
    }
    if let Some(seen) = truth.quality_deviation {
        let standard = (seen - signs.quality_shift[stage]) / signs.quality_spread[stage];
        log -= 0.5 * standard * standard + libm::log(signs.quality_spread[stage]);
    }
    log
}

fn happened(it_did: bool, chance: f64) -> f64 {
    if it_did { libm::log(chance) } else { libm::log1p(-chance) }
}

/// Chance of missing a shift in a stage.
pub(super) fn absence_chance(world: &World, rate: f64, stage: usize) -> f64 {
    (rate * world.signs.absence_factor[stage]).clamp(1e-9, 0.6)
}

/// Chance of beginning it late.
pub(super) fn lateness_chance(world: &World, rate: f64, stage: usize) -> f64 {
    (rate * world.signs.lateness_factor[stage]).clamp(1e-9, 0.7)
}
