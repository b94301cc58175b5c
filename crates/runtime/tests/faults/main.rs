//! The loop over the in-memory broker, with a fault at every call: whatever happens, each input counts exactly once.
//!
//! Tests carry the number of the fault they stand for (`f01` kill, `f02` stalled process, `f03` revoke, `f04` loss, `f05` unclear commit,
//! `f07` twin, `f09` restore, `f10` position, `f12` layout, `f13` poison). `HOLDFAST_SEED` chooses the sampled runs; it is printed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a test in several files")]
#![allow(unreachable_pub, reason = "its modules share what they need")]

mod counter;
mod inputs;
mod kills;
mod rebalances;
mod restores;
mod unclear;
mod verdicts;
mod world;

/// Seed of the sampled runs: `HOLDFAST_SEED`, or a fixed one.
fn seed() -> u64 {
    std::env::var("HOLDFAST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_125)
}

/// A small generator (splitmix64): the sampled runs need the same numbers on every machine, not good ones.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}
