//! What the tests of the contact stage share: events, a cluster that runs them, and what came out of it.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]

pub mod outcome;
pub mod script;
pub mod world;
