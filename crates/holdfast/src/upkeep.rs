//! Whether the models that score still hold: what they told against who left, and their inputs against those of the quarter they knew. For `holdfast attrition model`, and once a
//! day for the gauges beside the counts of teams ([`crate::staying`]).
//!
//! What is concluded is decided by [`attrition::upkeep`], which is pure; `reading` asks ClickHouse, `watching` has the gauges. No agent is in a label, and nothing is counted of a
//! site of fewer than eight.

pub(crate) mod reading;
mod watching;

pub(crate) use watching::Upkeep;
