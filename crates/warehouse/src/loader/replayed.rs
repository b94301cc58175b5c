//! Which rows ClickHouse had already when a partition was assigned: a number for people, nothing depends on it.

use crate::rows::{ActivitySpanRow, AgentPaneRow, ContactRow, HandlingRow, Keyed, QueuePaneRow, QueueVisitRow};
use crate::server::{integer, text};
use crate::{Error, Server};
use std::collections::HashMap;
use std::time::Duration;

const TABLES: [&str; 6] =
    [QueueVisitRow::TABLE, HandlingRow::TABLE, ContactRow::TABLE, QueuePaneRow::TABLE, ActivitySpanRow::TABLE, AgentPaneRow::TABLE];

/// Highest version by table and partition of the topic calls.
#[derive(Debug, Default)]
pub(super) struct Replayed(HashMap<(&'static str, i32), u64>);

impl Replayed {
    /// Asks ClickHouse; knows nothing if it does not answer.
    pub(super) async fn ask(server: &Server, limit: Duration) -> Self {
        let part = |table| {
            format!(
                "SELECT '{table}' AS name, source_partition, max(version) AS highest FROM {table} WHERE source_partition >= 0 GROUP BY source_partition"
            )
        };
        let sql = TABLES.map(part).join("\nUNION ALL\n");
        let no_answer = |_| Err(Error::ClickHouse { what: "asking for the highest versions".to_owned(), text: "no answer".to_owned() });
        let rows = tokio::time::timeout(limit, server.rows(&sql)).await.unwrap_or_else(no_answer);
        let rows = rows.unwrap_or_else(|error| {
            tracing::warn!(%error, "rows that are read again will not be counted");
            Vec::new()
        });
        let entry = |row: &serde_json::Map<String, serde_json::Value>| {
            let table = TABLES.into_iter().find(|table| *table == text(row, "name"))?;
            let partition = i32::try_from(integer(row, "source_partition")).ok()?;
            Some(((table, partition), u64::try_from(integer(row, "highest")).ok()?))
        };
        Replayed(rows.iter().filter_map(entry).collect())
    }

    /// True if a row of its partition with a higher version was in ClickHouse: rows are written in the order of their versions.
    pub(super) fn has<T: Keyed>(&self, row: &T) -> bool {
        let place = row.source_partition().map(|partition| (T::TABLE, partition));
        place.and_then(|place| self.0.get(&place)).is_some_and(|highest| row.version() < *highest)
    }
}
