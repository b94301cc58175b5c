//! Deletes rows of the database of the early warning so that they are gone, and counts before and after.

use crate::server::{integer, quoted, text};
use crate::{Error, Server};

/// What a deletion came to in one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Table.
    pub table: String,
    /// Rows before, older versions of a row counted too.
    pub before: u64,
    /// Rows that fulfilled the condition.
    pub deleted: u64,
    /// Rows afterwards; before, where nothing was deleted yet.
    pub after: u64,
}

/// Tables of the database that have a column, in the order of their names.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn tables_with(server: &Server, column: &str) -> Result<Vec<String>, Error> {
    let sql = format!(
        "SELECT c.table AS name FROM system.columns AS c INNER JOIN system.tables AS t ON t.database = c.database AND t.name = c.table \
         WHERE c.database = currentDatabase() AND c.name = {} AND t.engine LIKE '%MergeTree' ORDER BY name",
        quoted(column)
    );
    Ok(server.rows(&sql).await?.iter().map(|row| text(row, "name").to_owned()).collect())
}

/// Counts what a condition would delete from a table.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn would_delete(server: &Server, table: &str, condition: &str) -> Result<Deleted, Error> {
    let rows = server.rows(&format!("SELECT count() AS before, countIf({condition}) AS deleted FROM {table}")).await?;
    let count = |name: &str| rows.first().map_or(0, |row| integer(row, name)).unsigned_abs();
    Ok(Deleted { table: table.to_owned(), before: count("before"), deleted: count("deleted"), after: count("before") })
}

/// Deletes what fulfils a condition, from disk, and waits until it is done.
///
/// # Errors
/// [`Error::ClickHouse`]; also if rows that fulfil the condition are still there afterwards.
pub async fn delete(server: &Server, table: &str, condition: &str) -> Result<Deleted, Error> {
    let mut done = would_delete(server, table, condition).await?;
    if done.deleted > 0 {
        server.execute(&format!("ALTER TABLE {{database}}.{table} DELETE WHERE {condition} SETTINGS mutations_sync = 2")).await?;
        let left = would_delete(server, table, condition).await?;
        if left.deleted > 0 {
            let text = format!("{} rows that were to be deleted are still there: run it again", left.deleted);
            return Err(Error::ClickHouse { what: format!("deleting from {table}"), text });
        }
        done.after = left.before;
    }
    Ok(done)
}
