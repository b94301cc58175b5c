//! Numbered migrations with a ledger, and the views, which are made anew whenever their text has changed.

use crate::server::{quoted, text};
use crate::{Error, Server, views};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Every migration: never edited once released, only added to.
pub(crate) const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_facts", include_str!("../migrations/0001_facts.sql")),
    ("0002_panes", include_str!("../migrations/0002_panes.sql")),
    ("0003_dead_letters", include_str!("../migrations/0003_dead_letters.sql")),
    ("0004_activity", include_str!("../migrations/0004_activity.sql")),
    ("0005_observations", include_str!("../migrations/0005_observations.sql")),
    ("0006_agent_panes", include_str!("../migrations/0006_agent_panes.sql")),
];

/// Name of the views in the ledger.
const VIEWS: &str = "views";

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS {database}.migrations
(
    `name` String COMMENT 'Name of the migration or of the set of views.',
    `checksum` String COMMENT 'SHA-256 of its text.',
    `applied_at` DateTime64(6, 'UTC') DEFAULT now64(6) COMMENT 'When it was applied.'
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY (name)
COMMENT 'Ledger of what has been applied to this database.'";

/// What a migration run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migrated {
    /// Migrations that were applied now.
    pub applied: Vec<String>,
    /// The views were made anew.
    pub views: bool,
}

fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Statements of a file, apart at lines that end in a semicolon.
pub(crate) fn statements(text: &str) -> impl Iterator<Item = &str> {
    text.split(";\n").map(|statement| statement.trim().trim_end_matches(';')).filter(|statement| !statement.is_empty())
}

/// A statement that makes something, as it is for a cluster: on every server, tables replicated.
fn for_cluster(statement: &str, cluster: Option<&str>) -> String {
    let Some(cluster) = cluster else { return statement.to_owned() };
    let on_cluster = format!(" ON CLUSTER {}", quoted(cluster));
    let lines = statement.lines().map(|line| {
        let makes =
            ["CREATE DATABASE", "CREATE TABLE", "ALTER TABLE", "CREATE OR REPLACE VIEW"].iter().any(|start| line.starts_with(start));
        if !makes {
            return line.replacen("ENGINE = ReplacingMergeTree", "ENGINE = ReplicatedReplacingMergeTree", 1);
        }
        // The name is the word with the database; ON CLUSTER follows it.
        let end = line.find("{database}").map_or(line.len(), |at| line[at..].find(' ').map_or(line.len(), |length| at + length));
        format!("{}{on_cluster}{}", &line[..end], &line[end..])
    });
    lines.collect::<Vec<_>>().join("\n")
}

async fn make(server: &Server, statement: &str) -> Result<(), Error> {
    server.execute(&for_cluster(statement, server.cluster.as_deref())).await
}

/// What a database is made of.
pub(crate) struct Plan<'a> {
    /// What the database is for.
    pub(crate) comment: &'a str,
    /// Its migrations, in order.
    pub(crate) migrations: &'a [(&'a str, &'a str)],
    /// Its views, in an order in which they can be made.
    pub(crate) views: Vec<views::View>,
    /// What a column of a view is, where no table has it.
    pub(crate) column: fn(&str, &str) -> Option<&'static str>,
}

/// Brings the database up to this version. Run one at a time.
///
/// # Errors
/// [`Error::Changed`] if an applied migration has another text here; [`Error::ClickHouse`].
pub async fn migrate(server: &Server) -> Result<Migrated, Error> {
    let plan = Plan {
        comment: "Holdfast: facts and KPIs of the call centre.",
        migrations: MIGRATIONS,
        views: views::all(),
        column: views::comment,
    };
    carry_out(server, &plan).await
}

/// Brings a database up to its plan.
pub(crate) async fn carry_out(server: &Server, plan: &Plan<'_>) -> Result<Migrated, Error> {
    make(server, &format!("CREATE DATABASE IF NOT EXISTS {{database}} COMMENT {}", quoted(plan.comment))).await?;
    make(server, LEDGER).await?;
    let rows = server.rows("SELECT name, checksum FROM migrations FINAL").await?;
    let known: BTreeMap<&str, &str> = rows.iter().map(|row| (text(row, "name"), text(row, "checksum"))).collect();
    let changed = plan.migrations.iter().find(|(name, sql)| known.get(name).is_some_and(|applied| *applied != checksum(sql)));
    if let Some((name, _)) = changed {
        return Err(Error::Changed((*name).to_owned()));
    }
    let mut done = Migrated::default();
    for (name, sql) in plan.migrations.iter().filter(|(name, _)| !known.contains_key(name)) {
        for statement in statements(sql) {
            make(server, statement).await?;
        }
        record(server, name, &checksum(sql)).await?;
        done.applied.push((*name).to_owned());
    }
    let all = &plan.views;
    let sum = checksum(&all.iter().map(|view| view.sql.as_str()).collect::<Vec<_>>().join("\n"));
    if known.get(VIEWS) != Some(&sum.as_str()) || !done.applied.is_empty() {
        for view in all {
            make(server, &view.sql).await?;
        }
        comment_views(server, plan.column).await?;
        record(server, VIEWS, &sum).await?;
        done.views = true;
    }
    Ok(done)
}

async fn record(server: &Server, name: &str, checksum: &str) -> Result<(), Error> {
    server.execute(&format!("INSERT INTO {{database}}.migrations (name, checksum) VALUES ({}, '{checksum}')", quoted(name))).await
}

/// Columns of views have no comments of their own: they get that of the table's column of the same name.
async fn comment_views(server: &Server, described: fn(&str, &str) -> Option<&'static str>) -> Result<(), Error> {
    let columns = server.rows("SELECT table, name, comment FROM system.columns WHERE database = currentDatabase()").await?;
    let of_view = |row: &&serde_json::Map<String, serde_json::Value>| text(row, "table").starts_with("v_");
    let mut comments = BTreeMap::new();
    for row in columns.iter().filter(|row| !of_view(row)) {
        comments.insert((text(row, "table"), text(row, "name")), text(row, "comment"));
    }
    let comment = |view: &str, column: &str| {
        let same_table = comments.get(&(view.trim_start_matches("v_"), column)).copied();
        let any_table = || comments.iter().find(|((_, name), _)| *name == column).map(|(_, comment)| *comment);
        same_table.or_else(|| described(view, column)).or_else(any_table)
    };
    let mut by_view = BTreeMap::<&str, Vec<String>>::new();
    for row in columns.iter().filter(of_view) {
        let (view, column) = (text(row, "table"), text(row, "name"));
        if let Some(comment) = comment(view, column) {
            by_view.entry(view).or_default().push(format!("COMMENT COLUMN `{column}` {}", quoted(comment)));
        }
    }
    for (view, comments) in by_view {
        make(server, &format!("ALTER TABLE {{database}}.{view} {}", comments.join(",\n    "))).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_numbered_without_gaps() {
        for (at, (name, sql)) in MIGRATIONS.iter().enumerate() {
            assert!(name.starts_with(&format!("{:04}_", at + 1)), "{name}");
            assert!(statements(sql).all(|statement| statement.contains("{database}.")), "{name} names the database in every statement");
        }
    }

    #[test]
    fn on_a_cluster_everything_is_made_everywhere_and_replicated() {
        let made = for_cluster(LEDGER, Some("main"));
        assert!(made.starts_with("CREATE TABLE IF NOT EXISTS {database}.migrations ON CLUSTER 'main'\n("), "{made}");
        assert!(made.contains("\nENGINE = ReplicatedReplacingMergeTree(applied_at)\n"), "{made}");
        let made = for_cluster("CREATE OR REPLACE VIEW {database}.v AS\nSELECT 1", Some("main"));
        assert_eq!(made, "CREATE OR REPLACE VIEW {database}.v ON CLUSTER 'main' AS\nSELECT 1");
        assert_eq!(for_cluster(LEDGER, None), LEDGER);
        for (name, sql) in MIGRATIONS {
            for statement in statements(sql) {
                let made = for_cluster(statement, Some("main"));
                assert!(made.contains(" ON CLUSTER 'main'"), "{name}: {statement}");
                assert!(!made.contains("= ReplacingMergeTree"), "{name}: {statement}");
            }
        }
    }
}
