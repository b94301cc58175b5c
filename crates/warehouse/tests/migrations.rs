//! Migrations on the real engine: applied once, documented, and refused if an applied one was edited.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod common;

use common::Database;
use std::collections::BTreeMap;
use warehouse::{Error, migrate};

#[test]
fn they_are_applied_once_and_the_views_when_their_text_changes() {
    let database = Database::empty("migrations");
    let first = database.wait(migrate(&database.server)).unwrap();
    assert!(first.views && first.applied.first().is_some_and(|name| name == "0001_facts"), "{first:?}");
    let second = database.wait(migrate(&database.server)).unwrap();
    assert!(second.applied.is_empty() && !second.views, "{second:?}");
    database.execute("INSERT INTO {database}.migrations (name, checksum) VALUES ('views', 'older')");
    let third = database.wait(migrate(&database.server)).unwrap();
    assert!(third.applied.is_empty() && third.views, "{third:?}");
}

#[test]
fn f25_an_edited_migration_is_refused() {
    let database = Database::new("edited");
    database.execute("INSERT INTO {database}.migrations (name, checksum) VALUES ('0001_facts', 'edited')");
    let error = database.wait(migrate(&database.server)).unwrap_err();
    assert!(matches!(&error, Error::Changed(name) if name == "0001_facts"), "{error}");
    assert!(error.to_string().starts_with("HF-W002"), "{error}");
}

#[test]
fn every_table_and_column_has_a_comment() {
    let database = Database::new("comments");
    let tables = database.rows("SELECT name FROM system.tables WHERE database = currentDatabase() AND comment = ''");
    assert!(tables.is_empty(), "without a comment: {tables:?}");
    let columns = database.rows("SELECT table, name FROM system.columns WHERE database = currentDatabase() AND comment = ''");
    let names: Vec<String> = columns.iter().map(|row| format!("{}.{}", row["table"], row["name"])).collect();
    assert!(names.is_empty(), "{} columns without a comment: {:?}", names.len(), &names[..names.len().min(20)]);
}

/// What a schema says of a field: (field, doc), in records of every depth.
fn docs(schema: &serde_json::Value, found: &mut BTreeMap<String, String>) {
    match schema {
        serde_json::Value::Array(parts) => parts.iter().for_each(|part| docs(part, found)),
        serde_json::Value::Object(object) => {
            for field in object.get("fields").and_then(|fields| fields.as_array()).into_iter().flatten() {
                if let (Some(name), Some(doc)) = (field["name"].as_str(), field["doc"].as_str()) {
                    found.insert(name.to_owned(), doc.to_owned());
                }
                docs(&field["type"], found);
            }
            object.get("items").into_iter().for_each(|items| docs(items, found));
        }
        _ => {}
    }
}

#[test]
fn comments_say_what_the_schemas_say() {
    let database = Database::new("docs");
    use events::schema::Kind;
    for (kind, table) in
        [(Kind::QueueVisit, "queue_visits"), (Kind::Handling, "handlings"), (Kind::Contact, "contacts"), (Kind::QueuePane, "queue_panes")]
    {
        let schema: serde_json::Value = serde_json::from_str(events::schema::newest(kind).source.text).unwrap();
        let mut expected = BTreeMap::new();
        docs(&schema, &mut expected);
        let columns =
            database.rows(&format!("SELECT name, comment FROM system.columns WHERE database = currentDatabase() AND table = '{table}'"));
        let mut compared = 0;
        for column in &columns {
            // These say more than the schema, which knows no ClickHouse.
            let own = ["version", "source_partition", "queue", "layout"].contains(&column["name"].as_str());
            let field = column["name"].replace("_at", "_us");
            if let Some(doc) = expected.get(&column["name"]).or_else(|| expected.get(&field)).filter(|_| !own) {
                let doc = doc.replace("entered_us", "entered_at");
                assert_eq!(column["comment"], doc, "{table}.{}", column["name"]);
                compared += 1;
            }
        }
        assert!(compared > 1, "{table}: only {compared} comments were compared");
    }
}

#[test]
fn partitions_are_functions_of_the_sorting_key_and_versions_are_outside_of_it() {
    let database = Database::new("keys");
    let tables = database.rows("SELECT name, partition_key, sorting_key, engine_full FROM system.tables WHERE database = currentDatabase() AND engine = 'ReplacingMergeTree'");
    assert!(tables.len() >= 5, "{tables:?}");
    for table in tables {
        let key: Vec<&str> = table["sorting_key"].split(", ").collect();
        let column = table["partition_key"].trim_start_matches("toYYYYMM(").trim_end_matches(')');
        assert!(column.is_empty() || key.contains(&column), "{}: partitioned by {column}, sorted by {key:?}", table["name"]);
        assert!(!key.contains(&"version"), "{}", table["name"]);
    }
}
