//! One agent: what the agent is like from the day of hiring on, and where the agent stands today.

use super::world::{CHANNELS, World};
use crate::draw::{Draw, Stream};

/// What an agent is like.
#[derive(Clone, Debug)]
pub(super) struct Traits {
    pub(super) frailty: f64,
    pub(super) levels: [f64; CHANNELS],
    pub(super) spreads: [f64; CHANNELS],
    pub(super) quality_level: f64,
    pub(super) absence_rate: f64,
    pub(super) lateness_rate: f64,
    pub(super) in_group: bool,
    /// First and last day of bending work to a target.
    pub(super) gaming: Option<(u32, u32)>,
}

/// An agent on a seat.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// Counts agents, from 0; never used twice.
    pub(super) number: u32,
    /// What the centre calls the agent.
    pub(super) id: u32,
    pub(super) hired_day: i32,
    pub(super) traits: Traits,
    pub(super) stage: usize,
    pub(super) drift: [f64; CHANNELS],
    /// First day after the leave that the agent is on.
    pub(super) back_day: u32,
    /// What the agent does.
    pub(super) draw: Draw,
    /// What happens to the agent besides; a stream of its own, so that disturbances leave the rest as it is.
    pub(super) besides: Draw,
}

impl Person {
    pub(super) fn new(world: &World, number: u32, id: u32, hired_day: i32, today: u32) -> Self {
        let mut draw = Draw::new(world.seed, Stream::Person(number));
        let mut besides = Draw::new(world.seed, Stream::BesidesPerson(number));
        let traits = Traits::draw(world, &mut draw, &mut besides, today);
        Self { number, id, hired_day, traits, stage: 0, drift: [0.0; CHANNELS], back_day: 0, draw, besides }
    }

    pub(super) fn tenure_days(&self, day: u32) -> f64 {
        f64::from(day) - f64::from(self.hired_day)
    }
}

impl Traits {
    fn draw(world: &World, draw: &mut Draw, besides: &mut Draw, today: u32) -> Self {
        let people = &world.people;
        let frailty = people.frailty_sd * draw.normal();
        let levels = std::array::from_fn(|_| people.level_sd * draw.normal());
        let spreads = std::array::from_fn(|_| libm::exp(people.spread_sd * draw.normal()));
        let quality_level = people.level_sd * draw.normal();
        let absence = beta(draw, people.absence_beta) * libm::exp(people.absence_by_frailty * frailty - 0.1);
        let lateness = beta(draw, people.lateness_beta) * libm::exp(people.lateness_by_frailty * frailty);
        // Drawn in every world, so that one with such a disturbance differs by it alone.
        let (grouped, bends, after) = (besides.unit(), besides.unit(), besides.unit());
        let group = world.disturbances.group.as_ref();
        let in_group = group.is_some_and(|group| grouped < group.share);
        let factor = group.filter(|_| in_group).map_or(1.0, |group| group.absence_factor);
        let gaming = world.disturbances.gaming.as_ref().filter(|gaming| bends < gaming.share).map(|gaming| {
            let begin = today.saturating_add((after * f64::from(gaming.latest_begin_day)) as u32);
            (begin, begin.saturating_add(gaming.lasting_days))
        });
        Self {
            frailty,
            levels,
            spreads,
            quality_level,
            absence_rate: (absence * factor).clamp(0.004, 0.25),
            lateness_rate: lateness.clamp(0.004, 0.3),
            in_group,
            gaming,
        }
    }

    pub(super) fn is_gaming(&self, day: u32) -> bool {
        self.gaming.is_some_and(|(begin, end)| (begin..end).contains(&day))
    }
}

/// Beta distribution with whole numbers: a gamma of n is the sum of n exponentials.
fn beta(draw: &mut Draw, [hits, misses]: [u32; 2]) -> f64 {
    let mut gamma = |n: u32| (0..n).map(|_| draw.exponential(1.0)).sum::<f64>();
    let (hits, misses) = (gamma(hits), gamma(misses));
    hits / (hits + misses)
}
