//! What a run deleted, place by place, written to the table `erasures`.

use crate::error::Error;
use serde::Serialize;
use sha2::{Digest, Sha256};
use warehouse::Server;
use warehouse::privacy::Deleted;

/// A line of the proof. Its fields are the columns of `erasures`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// Whose data; empty: of every tenant.
    pub tenant: String,
    /// The run.
    pub run: String,
    /// When, microseconds since 1970.
    pub at_us: i64,
    /// retention, left or erasure.
    pub cause: String,
    /// Of whom, if of one; see [`agent_hash`].
    pub agent_hash: String,
    /// Table, or topic.
    pub place: String,
    /// Rows, or records, before.
    pub rows_before: u64,
    /// Those that went.
    pub rows_deleted: u64,
    /// Those that are left.
    pub rows_after: u64,
    /// The oldest day that is left; empty: none, or the place has no days.
    pub oldest_kept: String,
}

impl Proof {
    /// The line of what went from a table.
    #[must_use]
    pub fn of(&self, cause: &str, done: &Deleted, oldest_kept: String) -> Self {
        Self {
            cause: cause.to_owned(),
            place: done.table.clone(),
            rows_before: done.before,
            rows_deleted: done.deleted,
            rows_after: done.after,
            oldest_kept,
            ..self.clone()
        }
    }
}

/// What stands for an erased agent: SHA-256 of tenant and agent. Whoever knows the id can see that it was erased; that is what keeps it from being formed
/// again.
///
/// ```
/// let hash = holdfast::privacy::proof::agent_hash("default", "agent-101");
/// assert_eq!(hash.len(), 64);
/// assert_ne!(hash, holdfast::privacy::proof::agent_hash("other", "agent-101"));
/// ```
#[must_use]
pub fn agent_hash(tenant: &str, agent: &str) -> String {
    Sha256::digest(format!("{tenant}\u{1f}{agent}").as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The oldest day in a table; empty: none.
///
/// # Errors
/// HF-W001.
pub async fn oldest_day(attrition: &Server, table: &str, day: &str) -> Result<String, Error> {
    let rows = attrition.rows(&format!("SELECT if(count() = 0, '', toString(toDate32(min({day})))) AS oldest FROM {table}")).await?;
    Ok(rows.first().and_then(|row| row.get("oldest")).and_then(|value| value.as_str()).unwrap_or_default().to_owned())
}

/// Writes the proof.
///
/// # Errors
/// HF-W001.
pub async fn write(attrition: &Server, lines: &[Proof]) -> Result<(), Error> {
    let mut sql = "INSERT INTO {database}.erasures FORMAT JSONEachRow".to_owned();
    for line in lines {
        sql.push('\n');
        sql.push_str(&serde_json::to_string(line).map_err(|error| Error::new("HF-W001", error.to_string()))?);
    }
    if lines.is_empty() { Ok(()) } else { Ok(attrition.execute(&sql).await?) }
}
