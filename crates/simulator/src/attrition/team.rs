//! A team: how busy it is, and what hits all of its agents alike.

use super::disturbances::year_sine;
use super::world::{CHANNELS, World};
use crate::draw::{Draw, Stream};

/// Half-life of the occupancy that wears agents out, in days.
const SMOOTHED_OVER_DAYS: f64 = 14.0;

#[derive(Clone, Debug)]
pub(super) struct Team {
    number: u32,
    /// Effect of the leader on the logarithm of becoming strained.
    pub(super) leader: f64,
    /// Occupancy today.
    pub(super) occupancy: f64,
    /// Exponentially weighted.
    pub(super) smoothed: Option<f64>,
    /// Shock of each channel today.
    pub(super) shock: [f64; CHANNELS],
    wandering: f64,
    overloaded_for_days: i64,
    lasting_shock: [f64; CHANNELS],
    draw: Draw,
}

impl Team {
    pub(super) fn new(world: &World, number: u32) -> Self {
        let mut draw = Draw::new(world.seed, Stream::Team(number));
        let leader = world.people.leader_sd * draw.normal();
        Self {
            number,
            leader,
            occupancy: 0.0,
            smoothed: None,
            shock: [0.0; CHANNELS],
            wandering: 0.0,
            overloaded_for_days: 0,
            lasting_shock: [0.0; CHANNELS],
            draw,
        }
    }

    /// The next day.
    pub(super) fn advance(&mut self, world: &World, day: u32) {
        let load = &world.load;
        self.wandering = load.memory * self.wandering + load.sd * self.draw.normal();
        let (begins, length) = (self.draw.chance(load.overload_per_day), {
            let [shortest, longest] = load.overload_days.map(i64::from);
            self.draw.between(shortest, longest)
        });
        self.overloaded_for_days = if begins { length } else { (self.overloaded_for_days - 1).max(0) };
        let rise = if self.overloaded_for_days > 0 { load.overload_rise } else { 0.0 };
        self.occupancy = (load.usual + load.season * year_sine(day) + self.wandering + rise).clamp(0.6, 0.98);
        let before = self.smoothed.unwrap_or(self.occupancy);
        self.smoothed = Some(before + (self.occupancy - before) * (1.0 - libm::exp2(-1.0 / SMOOTHED_OVER_DAYS)));
        let shocks = &world.shocks;
        let besides = world.disturbances.team_shock(day, self.number);
        for (lasting, shock) in self.lasting_shock.iter_mut().zip(&mut self.shock) {
            *lasting = shocks.memory * *lasting + shocks.sd * libm::sqrt(1.0 - shocks.memory * shocks.memory) * self.draw.normal();
            *shock = *lasting + shocks.daily_sd * self.draw.normal() + besides;
        }
    }

    pub(super) fn smoothed_occupancy(&self) -> f64 {
        self.smoothed.unwrap_or(self.occupancy)
    }
}
