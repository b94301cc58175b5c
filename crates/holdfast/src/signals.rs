//! Early warnings of attrition as a process: agent-days from ClickHouse, site by site, through the pure fold (`attrition::site`) into the log of signals.
//!
//! `stage` is the loop; `calendar` says when a day is over; `history` sorts the log into days; `telling` makes events of decisions; `log` reads and writes
//! Kafka; `unreadable` is what becomes of records that it cannot read; `words` are the names that both crates share; `metrics` counts; `resting` waits between two turns.
//!
//! What is told once is fact: days up to the site's progress follow the log. Scores go to ClickHouse first, then events and progress in one transaction, so that
//! killed anywhere and started anew it says the same, once. [Decision 0016](../../../docs/decisions/0016-signals-are-a-fold-and-a-log.md).

pub mod calendar;
pub mod history;
pub mod log;
mod metrics;
mod resting;
pub mod stage;
pub mod telling;
pub mod unreadable;
pub mod words;
