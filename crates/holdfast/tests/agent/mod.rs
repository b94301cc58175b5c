//! The agent stage in the real loop over the broker in memory: the world, and what a reader finds at its end.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test uses its part")]

pub mod outcome;
pub mod world;
