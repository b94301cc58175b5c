//! One insert per table and range of time.

use crate::Server;
use crate::batch::Batch;
use crate::rows::Keyed;
use clickhouse::error::Error;
use clickhouse::insert::Insert;
use clickhouse::{Row, RowOwned, RowWrite};
use std::collections::BTreeMap;
use std::time::Duration;

/// Tables are partitioned by month and a block may touch 100 of them: rows of one insert lie within so many days.
const DAYS_PER_INSERT: i64 = 2_400;
const DAY_US: i64 = 86_400_000_000;

/// Writes rows; returns only when ClickHouse has all of them. After a failure some may be written: insert them again.
///
/// # Errors
/// What the client gives: see `classify`.
pub(crate) async fn insert<'a, T>(server: &Server, rows: impl Iterator<Item = &'a T>, limit: Duration) -> Result<(), Error>
where
    T: Keyed + RowOwned + RowWrite + Row,
    for<'v> T: Row<Value<'v> = T>,
{
    let mut groups = BTreeMap::<i64, Vec<&T>>::new();
    for row in rows {
        let group = row.partition_time_us().map_or(0, |time_us| time_us.div_euclid(DAYS_PER_INSERT * DAY_US));
        groups.entry(group).or_default().push(row);
    }
    for rows in groups.values() {
        // The client's own limits do not cover its question for the columns.
        let whole = tokio::time::timeout(limit.saturating_mul(2), insert_group(server, rows, limit)).await;
        whole.map_err(|_| Error::TimedOut)??;
    }
    Ok(())
}

async fn insert_group<T>(server: &Server, rows: &[&T], limit: Duration) -> Result<(), Error>
where
    T: Keyed + RowOwned + RowWrite + Row,
    for<'v> T: Row<Value<'v> = T>,
{
    let insert: Insert<T> = server.bound().insert_unescaped::<T>(&server.table(T::TABLE)).await?;
    let mut insert = insert.with_timeouts(Some(limit), Some(limit));
    for row in rows {
        insert.write(row).await?;
    }
    insert.end().await
}

/// Writes messages of the fact, pane and dead-letter topics (payload, offset) outside of the loader: for imports and tests.
/// Returns the number of rows.
///
/// # Errors
/// [`crate::Error::Schema`] if a payload is no message of this version; what ClickHouse says.
pub async fn write<'a>(
    server: &Server,
    messages: impl IntoIterator<Item = (&'a [u8], i64)>,
    limit: Duration,
) -> Result<usize, crate::Error> {
    let mut batch = Batch::default();
    for (payload, offset) in messages {
        batch.add(payload, offset).map_err(|error| crate::Error::Schema(format!("a message at offset {offset}: {error}")))?;
    }
    let failed = |error: Error| crate::Error::failed("writing rows", &error);
    insert(server, batch.queue_visits.as_slice().iter(), limit).await.map_err(failed)?;
    insert(server, batch.handlings.as_slice().iter(), limit).await.map_err(failed)?;
    insert(server, batch.contacts.as_slice().iter(), limit).await.map_err(failed)?;
    insert(server, batch.queue_panes.as_slice().iter(), limit).await.map_err(failed)?;
    insert(server, batch.activity_spans.as_slice().iter(), limit).await.map_err(failed)?;
    insert(server, batch.agent_panes.as_slice().iter(), limit).await.map_err(failed)?;
    insert(server, batch.observations.as_slice().iter(), limit).await.map_err(failed)?;
    insert(server, batch.reference.as_slice().iter(), limit).await.map_err(failed)?;
    insert(server, batch.dead_letters.as_slice().iter(), limit).await.map_err(failed)?;
    Ok(batch.len())
}
