//! Numbered migrations with a ledger, and the views, which are made anew whenever their text has changed.

use crate::server::text;
use crate::{Error, Server, views};
use sha2::{Digest, Sha256};

/// Every migration: never edited once released, only added to.
const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_facts", include_str!("../migrations/0001_facts.sql")),
    ("0002_panes", include_str!("../migrations/0002_panes.sql")),
    ("0003_dead_letters", include_str!("../migrations/0003_dead_letters.sql")),
];

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
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Statements of a file, apart at lines that end in a semicolon.
fn statements(text: &str) -> impl Iterator<Item = &str> {
    text.split(";\n").map(str::trim).filter(|statement| !statement.is_empty())
}

/// Brings the database up to this version.
///
/// # Errors
/// [`Error::Changed`] if an applied migration has another text here; [`Error::ClickHouse`].
pub async fn migrate(server: &Server) -> Result<Migrated, Error> {
    server.execute("CREATE DATABASE IF NOT EXISTS {database} COMMENT 'Holdfast: facts and KPIs of the call centre.'").await?;
    server.execute(LEDGER).await?;
    let rows = server.rows("SELECT name, checksum FROM migrations FINAL").await?;
        let known: std::collections::BTreeMap<String, String> =
        rows.iter().map(|row| (text(row, "name").to_owned(), text(row, "checksum").to_owned())).collect();
    let mut done = Migrated::default();
    for (name, sql) in MIGRATIONS {
        match known.get(*name) {
            Some(applied) if *applied != checksum(sql) => return Err(Error::Changed((*name).to_owned())),
            Some(_) => continue,
            None => {}
        }
        for statement in statements(sql) {
            server.execute(statement).await?;
        }
        record(server, name, &checksum(sql)).await?;
        done.applied.push((*name).to_owned());
    }
    let all = views::all();
    let sum = checksum(&all.iter().map(|view| view.sql.as_str()).collect::<Vec<_>>().join("\n"));
    if known.get("views") != Some(&sum) {
        for view in &all {
            server.execute(&view.sql).await?;
        }
        record(server, "views", &sum).await?;
        done.views = true;
    }
    Ok(done)
}

async fn record(server: &Server, name: &str, checksum: &str) -> Result<(), Error> {
    server.execute(&format!("INSERT INTO {{database}}.migrations (name, checksum) VALUES ('{name}', '{checksum}')")).await
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
}
