//! Early warnings of attrition as a process: agent-days from ClickHouse through the pure fold into the log of signals.

pub mod log;
pub mod words;
