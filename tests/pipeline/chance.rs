//! Seeded draws for tests: the seed is printed, `HOLDFAST_SEED` repeats a run.
#![allow(dead_code, reason = "each test uses its part")]

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// See the module.
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// Takes the seed from `HOLDFAST_SEED`, else from the clock, and prints it.
    pub fn new(what: &str) -> Self {
        let clock = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_micros() as u64;
        let seed = std::env::var("HOLDFAST_SEED").ok().map_or_else(clock, |text| text.parse().expect("HOLDFAST_SEED is a number"));
        println!("{what}: HOLDFAST_SEED={seed}");
        Chance(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Uniform in 0..`limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.0.next_u64() % limit.max(1) as u64) as usize
    }

    /// Uniform in `low`..`high`.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low)
    }

    /// True in so many percent of the draws.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}
