//! Random draws that are the same on every machine.
//!
//! `ChaCha8` gives the bits; logarithm, exponential and cosine come from `libm`, which computes them in software, because the
//! platforms' own differ in the last digit and one different digit is a different log.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Independent streams of one seed, so that a change to one part of the model leaves the others' draws alone.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    /// What callers and their calls do.
    Calls,
    /// What agents do from moment to moment.
    Agents,
    /// Who comes when, day by day.
    Shifts,
    /// What the agents of the queue with this position in the scenario are like.
    Traits(usize),
    /// What the people of a site are like, and how they change.
    People,
    /// What customers and graders say.
    Opinions,
    /// What is offered, promised and left to do.
    Work,
    /// An outbound dialler.
    Dialler,
    /// Disorder, duplicates and junk.
    Dirt,
    /// Arrivals of the queue with this position in the scenario.
    Arrivals(usize),
    /// A team in a world of agents who leave.
    Team(u32),
    /// What the agent with this number does there.
    Person(u32),
    /// What happens to that agent besides.
    BesidesPerson(u32),
    /// How that agent's days become events.
    EventsOfPerson(u32),
}

/// A source of draws.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    source: ChaCha8Rng,
}

impl Draw {
    pub(crate) fn new(seed: u64, stream: Stream) -> Self {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        source.set_stream(match stream {
            Stream::Calls => 1,
            Stream::Agents => 2,
            Stream::Shifts => 3,
            Stream::Dirt => 4,
            Stream::People => 5,
            Stream::Opinions => 6,
            Stream::Work => 7,
            Stream::Dialler => 8,
            Stream::Arrivals(position) => 1_000_000 + position as u64,
            Stream::Traits(position) => 2_000_000 + position as u64,
            Stream::Team(number) => (1 << 33) + u64::from(number),
            Stream::Person(number) => (1 << 34) + u64::from(number),
            Stream::BesidesPerson(number) => (1 << 35) + u64::from(number),
            Stream::EventsOfPerson(number) => (1 << 36) + u64::from(number),
        });
        Self { source }
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.source.next_u64()
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with this probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number from `low` to `high`, both included; `low` when the range is empty.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let choices = high.saturating_sub(low).saturating_add(1).max(1);
        low + ((self.unit() * choices as f64) as i64).min(choices - 1)
    }

    /// Exponential with this mean.
    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.unit())
    }

    /// Log-normal with this mean; `spread` is the standard deviation of its logarithm.
    pub(crate) fn lognormal(&mut self, mean: f64, spread: f64) -> f64 {
        mean * libm::exp(spread * self.normal() - spread * spread / 2.0)
    }

    /// Standard normal (Box and Muller, one of the pair).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }
}

/// The whole part of a number that is not negative; anything below 0 (or no number at all) is 0, the top is 10⁹.
pub(crate) fn whole(number: f64) -> i64 {
    number.clamp(0.0, 1e9) as i64
}

/// Microseconds of a number of seconds, from 0 to 10⁶ s.
pub(crate) fn micros(seconds: f64) -> i64 {
    (seconds.clamp(0.0, 1e6) * 1e6) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_of(draws: u32, mut draw: impl FnMut() -> f64) -> f64 {
        (0..draws).map(|_| draw()).sum::<f64>() / f64::from(draws)
    }

    #[test]
    fn means_are_the_means_asked_for() {
        let mut draw = Draw::new(7, Stream::Calls);
        assert!((mean_of(20_000, || draw.exponential(90.0)) - 90.0).abs() < 2.5);
        assert!((mean_of(20_000, || draw.lognormal(240.0, 0.8)) - 240.0).abs() < 6.0);
        assert!((mean_of(20_000, || f64::from(u8::from(draw.chance(0.3)))) - 0.3).abs() < 0.015);
    }

    #[test]
    fn between_reaches_both_ends_and_never_leaves_them() {
        let mut draw = Draw::new(7, Stream::Agents);
        let seen: std::collections::BTreeSet<i64> = (0..500).map(|_| draw.between(-1, 3)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [-1, 0, 1, 2, 3]);
        assert_eq!(draw.between(5, 4), 5);
    }

    #[test]
    fn streams_of_one_seed_differ_and_repeat() {
        let bits = |stream| Draw::new(1, stream).bits();
        assert_ne!(bits(Stream::Calls), bits(Stream::Agents));
        assert_ne!(bits(Stream::Arrivals(0)), bits(Stream::Arrivals(1)));
        assert_eq!(bits(Stream::Calls), bits(Stream::Calls));
    }

    #[test]
    fn whole_clamps() {
        assert_eq!([whole(2.9), whole(-3.0), whole(f64::NAN), whole(1e30)], [2, 0, 0, 1_000_000_000]);
    }
}
