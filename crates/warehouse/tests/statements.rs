//! In which database a statement runs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod common;

use common::Database;

/// What names no database is meant for the configured one, whatever the statement does; nothing of it is left in `default`.
#[test]
fn a_statement_runs_in_the_database_whatever_it_does() {
    let database = Database::new("statements");
    let run = |sql: &str| database.wait(database.server.execute_inside(sql));
    let table = format!("made_by_{}", database.name());
    run(&format!("CREATE TABLE {table} (number UInt8) ENGINE = MergeTree ORDER BY number")).unwrap();
    run(&format!("INSERT INTO {table} VALUES (1), (2), (3)")).unwrap();
    run(&format!("ALTER TABLE {table} DELETE WHERE number = 1 SETTINGS mutations_sync = 2")).unwrap();
    assert_eq!(database.number(&format!("SELECT count() FROM {}.{table}", database.name())), 2);
    assert_eq!(database.number(&format!("SELECT count() FROM system.tables WHERE database = 'default' AND name = '{table}'")), 0);
    run(&format!("DROP TABLE {table}")).unwrap();
    assert_eq!(database.number(&format!("SELECT count() FROM system.tables WHERE name = '{table}'")), 0);
}

/// A database that is not there is no reason to run elsewhere; making and dropping it is what can be done without it.
#[test]
fn without_the_database_nothing_runs_but_what_makes_or_drops_one() {
    let database = Database::empty("nowhere");
    let run = |sql: &str| database.wait(database.server.execute_inside(sql));
    let table = format!("made_by_{}", database.name());
    let refused = run(&format!("CREATE TABLE {table} (number UInt8) ENGINE = Memory")).expect_err("there is no such database");
    assert!(refused.to_string().contains(database.name()), "{refused}");
    run(&format!("create  database {}", database.name())).unwrap();
    run(&format!("CREATE TABLE {table} (number UInt8) ENGINE = Memory")).unwrap();
    run(&format!("DROP DATABASE {}", database.name())).unwrap();
    run(&format!("DROP DATABASE IF EXISTS {}", database.name())).unwrap();
}
