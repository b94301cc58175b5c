//! Tables of the early warning of attrition: scores, what happened to signals, and how they stand.

/// Statements that make them, apart at lines that end in a semicolon; `{database}` stands for the attrition database.
pub const SIGNAL_TABLES: &str = include_str!("../migrations/attrition/signals.sql");
