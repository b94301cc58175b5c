//! The audit: every pane recomputed from the facts, in SQL, and compared measure by measure with what users see.

mod agents;
mod measures;
mod repair;
mod span;

pub use agents::{AgentDifference, AgentReport, audit_agents, fix_agents};
pub use measures::Scope;
pub use repair::fix;
pub use span::{Span, audit_spans};

use crate::server::{integer, text};
use crate::{Error, Server};

/// A measure of a pane that does not equal the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Tenant.
    pub tenant: String,
    /// Queue.
    pub queue: String,
    /// Minute, UTC, microseconds since 1970.
    pub minute_us: i64,
    /// Name of the measure; buckets as `wait_answered_histogram/3`, counted from 1, and `wait_sketch/130`.
    pub measure: String,
    /// From the facts.
    pub facts: i64,
    /// From the panes, all partitions and repairs together.
    pub panes: i64,
}

/// What the audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Facts that were read.
    pub facts: i64,
    /// Panes that were compared: minutes of queues.
    pub panes: i64,
    /// What does not fit, at most as many as were asked for.
    pub differences: Vec<Difference>,
    /// How many there are in all.
    pub total: i64,
}

impl Report {
    /// Adds what was found in another time.
    pub fn add(&mut self, other: Report, limit: usize) {
        (self.facts, self.panes, self.total) = (self.facts + other.facts, self.panes + other.panes, self.total + other.total);
        self.differences.extend(other.differences.into_iter().take(limit.saturating_sub(self.differences.len())));
    }
}

/// Recomputes the panes of a scope and lists at most `limit` differences.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn audit_queues(server: &Server, scope: &Scope, limit: usize) -> Result<Report, Error> {
    let rows = server.rows(&measures::differences(scope, limit.max(1))).await?;
    let counts = server.rows(&measures::counts(scope)).await?.into_iter().next().unwrap_or_default();
    let total = rows.first().map_or(0, |row| integer(row, "total"));
    let difference = |row: &serde_json::Map<String, serde_json::Value>| Difference {
        tenant: text(row, "tenant").to_owned(),
        queue: text(row, "queue").to_owned(),
        minute_us: integer(row, "minute_us"),
        measure: measures::name(integer(row, "measure")),
        facts: integer(row, "facts"),
        panes: integer(row, "panes"),
    };
    let differences = rows.iter().take(limit).map(difference).collect();
    Ok(Report { facts: integer(&counts, "facts"), panes: integer(&counts, "panes"), differences, total })
}
