//! Random numbers for tests, the same on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A source of draws.
pub(crate) struct Draw(ChaCha8Rng);

#[allow(dead_code, reason = "every test file uses its own part")]
impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal (Box & Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        radius * libm::cos(2.0 * std::f64::consts::PI * self.unit())
    }

    /// Student's t with five degrees of freedom, scaled to variance 1.
    pub(crate) fn heavy_tailed(&mut self) -> f64 {
        // Four of the five squares are twice two exponential values.
        let squares = -2.0 * libm::log((1.0 - self.unit()) * (1.0 - self.unit())) + self.normal().powi(2);
        self.normal() / (squares / 5.0).sqrt() / (5.0_f64 / 3.0).sqrt()
    }
}
