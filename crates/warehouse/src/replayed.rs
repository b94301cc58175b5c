//! Whether two databases hold the same: the facts that a replay came to beside those that are there. First a digest of every day on both sides, which needs no memory, then
//! row by row only the days that differ.

use crate::audit::Span;
use crate::server::{integer, quoted, text};
use crate::{Error, Server};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A table whose rows do not depend on who worked them out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Name of the table or view.
    pub name: &'static str,
    /// `FINAL` where versions of a row are still beside each other.
    last: &'static str,
    /// What a row is known by.
    key: &'static str,
    /// Time of a row.
    time: &'static str,
    /// It is about employees: counted, never listed.
    pub restricted: bool,
}

const fn facts(name: &'static str, key: &'static str, time: &'static str) -> Table {
    Table { name, last: "FINAL", key, time, restricted: false }
}

const DAY: &str = "fromUnixTimestamp64Micro(toInt64(day) * 86400000000, 'UTC')";

/// Facts, and what is observed and known beside them.
pub const FACTS: [Table; 6] = [
    facts("queue_visits", "tenant, queue, entered_at, contact_id, visit_number", "entered_at"),
    facts("handlings", "tenant, queue, connected_at, contact_id, handling_number", "connected_at"),
    facts("contacts", "tenant, started_at, contact_id", "started_at"),
    facts("activity_spans", "tenant, agent, started_at", "started_at"),
    facts("observations", "tenant, kind, source, observation_id", "observed_at"),
    facts("reference", "tenant, kind, id, valid_from", "valid_from"),
];

/// What rests on them about employees.
pub const EARLY_WARNINGS: [Table; 4] = [
    Table { name: "v_agent_days", last: "", key: "tenant, site, day, agent", time: DAY, restricted: true },
    Table { name: "scores", last: "FINAL", key: "tenant, site, day, agent", time: DAY, restricted: true },
    Table { name: "signal_events", last: "FINAL", key: "tenant, agent, signal_id, kind, day", time: DAY, restricted: true },
    Table { name: "group_notices", last: "FINAL", key: "tenant, site, notice_id, kind", time: DAY, restricted: false },
];

/// Columns that say how a row came here, and not what it says.
const HOW_IT_CAME: &str = "'version', 'source_partition', 'is_deleted'";
/// Days that differ are looked at one by one up to here; of a replay that went wrong altogether the first ones tell enough.
const DAYS_LOOKED_INTO: usize = 31;

/// What a table holds on both sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Rows here.
    pub here: i64,
    /// Rows of the replay.
    pub there: i64,
    /// Days (UTC) that are not the same.
    pub days: usize,
    /// Rows that differ or are on one side only, of those days that were looked into.
    pub rows: i64,
    /// Some of them; none of a restricted table.
    pub examples: Vec<Differing>,
}

/// A row that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// Its key.
    pub key: String,
    /// What differs: `column: here, replayed`; or that it is on one side only.
    pub what: String,
}

/// Compares a table of two databases of one server.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn compare(here: &Server, there: &Server, table: &Table, span: &Span, examples: usize) -> Result<Compared, Error> {
    let columns = columns(here, table).await?;
    let (ours, theirs) = (days(here, table, &columns, span).await?, days(there, table, &columns, span).await?);
    let rows = |days: &BTreeMap<String, (i64, String)>| days.values().map(|(rows, _)| rows).sum();
    let differing = differing(&ours, &theirs);
    let mut compared = Compared { here: rows(&ours), there: rows(&theirs), days: differing.len(), ..Compared::default() };
    for day in differing.iter().take(DAYS_LOOKED_INTO) {
        let found = here.rows(&differences(here, there, table, &columns, (span, day), examples.max(1))).await?;
        compared.rows += found.first().map_or(0, |row| integer(row, "total"));
        let rest = if table.restricted { 0 } else { examples.saturating_sub(compared.examples.len()) };
        compared.examples.extend(found.iter().take(rest).map(|row| example(row, &columns)));
    }
    Ok(compared)
}

/// First and last day, since 1970-01-01, of which there are scores; none: there are no scores.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn days_told(attrition: &Server) -> Result<Option<(i32, i32)>, Error> {
    let sql = format!("SELECT count() AS scores, min(day) AS first, max(day) AS last FROM {}", attrition.table("scores"));
    let rows = attrition.rows(&sql).await?;
    let Some(row) = rows.first().filter(|row| integer(row, "scores") > 0) else { return Ok(None) };
    let day = |column: &str| i32::try_from(integer(row, column)).ok();
    Ok(day("first").zip(day("last")))
}

/// Who was erased here is erased in the replay: their days are not formed there either.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn copy_erasures(here: &Server, there: &Server) -> Result<(), Error> {
    let (ours, theirs) = (here.table("erasures"), there.table("erasures"));
    let known = format!("(o.tenant, o.agent_hash) IN (SELECT t.tenant, t.agent_hash FROM {theirs} AS t)");
    there.execute(&format!("INSERT INTO {theirs} SELECT o.* FROM {ours} AS o WHERE o.agent_hash != '' AND NOT {known}")).await
}

/// Days whose rows are not the same on both sides.
fn differing<'a>(ours: &'a BTreeMap<String, (i64, String)>, theirs: &'a BTreeMap<String, (i64, String)>) -> BTreeSet<&'a str> {
    ours.keys().chain(theirs.keys()).filter(|day| ours.get(*day) != theirs.get(*day)).map(String::as_str).collect()
}

/// Names of the columns that are compared.
async fn columns(server: &Server, table: &Table) -> Result<Vec<String>, Error> {
    let sql = format!(
        "SELECT name FROM system.columns WHERE database = {} AND table = {} AND name NOT IN ({HOW_IT_CAME}) ORDER BY position",
        quoted(&server.database),
        quoted(table.name)
    );
    Ok(server.rows(&sql).await?.iter().map(|row| text(row, "name").to_owned()).collect())
}

/// A row as a JSON array, in the order of the columns.
fn row_sql(columns: &[String]) -> String {
    let names: Vec<String> = columns.iter().map(|name| format!("t.`{name}`")).collect();
    format!("formatRowNoNewline('JSONCompactEachRow', {})", names.join(", "))
}

/// Rows and a digest of each day.
async fn days(server: &Server, table: &Table, columns: &[String], span: &Span) -> Result<BTreeMap<String, (i64, String)>, Error> {
    let Table { last, time, name, .. } = table;
    // A sum of hashes, because rows have no order.
    let sql = format!(
        "SELECT toString(toDate({time})) AS replayed_day, count() AS rows, toString(sum(sipHash64({}))) AS digest FROM {} AS t {last} WHERE {} GROUP BY replayed_day",
        row_sql(columns),
        server.table(name),
        span.times_sql(time),
    );
    let row = |row: &Map<String, Value>| (text(row, "replayed_day").to_owned(), (integer(row, "rows"), text(row, "digest").to_owned()));
    Ok(server.rows(&sql).await?.iter().map(row).collect())
}

/// Rows of a day that differ, and how many there are in all.
fn differences(here: &Server, there: &Server, table: &Table, columns: &[String], (span, day): (&Span, &str), limit: usize) -> String {
    let Table { last, time, name, key, .. } = table;
    let side = |server: &Server, side: u8| {
        format!(
            "SELECT toString(tuple({key})) AS row_key, {} AS row_text, {side} AS side FROM {} AS t {last} WHERE toString(toDate({time})) = {} AND {}",
            row_sql(columns),
            server.table(name),
            quoted(day),
            span.times_sql(time)
        )
    };
    format!(
        "SELECT row_key, maxIf(row_text, side = 0) AS ours, maxIf(row_text, side = 1) AS theirs, count() OVER () AS total\nFROM ({}\nUNION ALL {})\n\
         GROUP BY row_key HAVING ours != theirs ORDER BY row_key LIMIT {limit}",
        side(here, 0),
        side(there, 1)
    )
}

fn example(row: &Map<String, Value>, columns: &[String]) -> Differing {
    Differing { key: text(row, "row_key").to_owned(), what: what_differs(text(row, "ours"), text(row, "theirs"), columns) }
}

/// What differs between two rows, each a JSON array or nothing.
fn what_differs(ours: &str, theirs: &str, columns: &[String]) -> String {
    let cells = |text: &str| serde_json::from_str::<Vec<Value>>(text).unwrap_or_default();
    if theirs.is_empty() {
        return "only here".to_owned();
    }
    if ours.is_empty() {
        return "only in the replay".to_owned();
    }
    let (ours, theirs) = (cells(ours), cells(theirs));
    let pairs = columns.iter().zip(ours.iter().zip(&theirs)).filter(|(_, (ours, theirs))| ours != theirs);
    pairs.map(|(column, (ours, theirs))| format!("{column}: {ours} here, {theirs} in the replay")).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digests(days: &[(&str, i64, &str)]) -> BTreeMap<String, (i64, String)> {
        days.iter().map(|(day, rows, digest)| ((*day).to_owned(), (*rows, (*digest).to_owned()))).collect()
    }

    #[test]
    fn a_day_differs_by_its_rows_by_what_they_say_and_by_being_there_at_all() {
        let ours = digests(&[("1", 5, "a"), ("2", 5, "b"), ("3", 5, "c"), ("4", 1, "d")]);
        let theirs = digests(&[("1", 5, "a"), ("2", 5, "x"), ("3", 6, "c"), ("5", 1, "d")]);
        assert_eq!(differing(&ours, &theirs), BTreeSet::from(["2", "3", "4", "5"]));
    }

    #[test]
    fn what_differs_is_named() {
        let columns = ["agent".to_owned(), "talk_ms".to_owned()];
        assert_eq!(what_differs("[\"a\",\"5\"]", "[\"a\",\"6\"]", &columns), "talk_ms: \"5\" here, \"6\" in the replay");
        assert_eq!(what_differs("[\"a\",\"5\"]", "", &columns), "only here");
        assert_eq!(what_differs("", "[\"a\",\"5\"]", &columns), "only in the replay");
    }
}
