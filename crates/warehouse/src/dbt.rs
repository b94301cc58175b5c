//! `deploy/dbt/sources.yml`, written from the migrations and the views: tables and views with their descriptions and tests.

use crate::migrations::MIGRATIONS;
use crate::{attrition, views};
use std::fmt::Write;

/// A table as its migration makes it.
struct Table<'a> {
    name: &'a str,
    comment: &'a str,
    /// Name, comment, and whether it may be null.
    columns: Vec<(&'a str, String, bool)>,
    sorting_key: Vec<&'a str>,
}

/// The text between two others; none: they are not there.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let from = text.find(begin)? + begin.len();
    let length = text[from..].find(end)?;
    Some(&text[from..from + length])
}

fn table(statement: &str) -> Option<Table<'_>> {
    let name = between(statement, "CREATE TABLE IF NOT EXISTS {database}.", "\n")?.trim();
    let column = |line| {
        let line: &str = line;
        let name = line.trim_start().strip_prefix('`')?.split('`').next()?;
        let comment = line.split_once("COMMENT '")?.1.trim_end_matches(',').trim_end_matches('\'');
        Some((name, comment.replace("''", "'").replace("\\'", "'"), line.contains("Nullable(")))
    };
    let tail = statement.rsplit_once("COMMENT '")?.1;
    let sorting_key = between(statement, "ORDER BY (", ")")?.split(',').map(str::trim).collect();
    Some(Table { name, comment: tail.trim_end_matches('\''), columns: statement.lines().filter_map(column).collect(), sorting_key })
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The whole file. Write it with `cargo run -p warehouse --example write_dbt > deploy/dbt/sources.yml`.
///
/// ```
/// assert!(warehouse::dbt::sources().contains("- name: v_contacts"));
/// ```
pub fn sources() -> String {
    let mut page = String::from(
        "# Generated from crates/warehouse: cargo run -p warehouse --example write_dbt > deploy/dbt/sources.yml\n\
         # The tests over several columns need the package dbt-labs/dbt_utils. Views with parameters, such as\n\
         # v_agent_days(zone = 'Europe/Berlin', paid_shift_s = 27000), are called in a model: they are no sources.\n\
         version: 2\n\nsources:\n  - name: holdfast\n    description: \"Holdfast: facts and KPIs of the call centre.\"\n    schema: holdfast\n    tables:\n",
    );
    let statements = MIGRATIONS.iter().flat_map(|(_, sql)| crate::migrations::statements(sql));
    let tables: Vec<Table<'_>> = statements.filter_map(table).collect();
    let all = views::all();
    for view in all.iter().filter(|view| !view.has_parameters()) {
        // Writing to a String cannot fail.
        _ = write!(page, "      - name: {}\n        description: {}\n", view.name, quoted(&view.comment));
        let Some(table) = tables.iter().find(|table| view.name.strip_prefix("v_") == Some(table.name)) else { continue };
        _ = writeln!(
            page,
            "        tests:\n          - dbt_utils.unique_combination_of_columns:\n              combination_of_columns: [{}]",
            table.sorting_key.join(", ")
        );
        columns(&mut page, table);
    }
    for table in &tables {
        let use_view = if all.iter().any(|view| view.name == format!("v_{}", table.name)) { "" } else { " It has no view of its own." };
        _ = write!(page, "      - name: {}\n        description: {}\n", table.name, quoted(&format!("{}{use_view}", table.comment)));
    }
    early_warning(&mut page);
    page
}

/// The views of the early warning: a source of its own, because few may read it.
fn early_warning(page: &mut String) {
    page.push_str(
        "  - name: holdfast_attrition\n    description: \"Holdfast: early warning of attrition, for keeping people only. Few may read it: deploy/clickhouse/attrition_access.sql.\"\n    schema: holdfast_attrition\n    tables:\n",
    );
    let statements = attrition::MIGRATIONS.iter().flat_map(|(_, sql)| crate::migrations::statements(sql));
    let tables: Vec<Table<'_>> = statements.filter_map(table).collect();
    for view in attrition::views().iter().filter(|view| !view.has_parameters()) {
        // Writing to a String cannot fail.
        _ = write!(page, "      - name: {}\n        description: {}\n", view.name, quoted(&view.comment));
        if let Some(table) = tables.iter().find(|table| view.name.strip_prefix("v_") == Some(table.name)) {
            columns(page, table);
            continue;
        }
        let described = attrition::columns_of_view(&view.name);
        page.push_str(if described.is_empty() { "" } else { "        columns:\n" });
        for (name, comment) in described {
            _ = write!(page, "          - name: {name}\n            description: {}\n", quoted(comment));
        }
    }
}

fn columns(page: &mut String, table: &Table<'_>) {
    page.push_str("        columns:\n");
    for (name, comment, nullable) in table.columns.iter().filter(|(name, ..)| !["version", "is_deleted"].contains(name)) {
        _ = write!(page, "          - name: {name}\n            description: {}\n", quoted(comment));
        let mut tests = Vec::new();
        if !nullable {
            tests.push("not_null".to_owned());
        }
        if let Some(values) = accepted(comment) {
            tests.push(format!("{{accepted_values: {{values: [{}]}}}}", values.join(", ")));
        }
        if *name == "contact_id" && CONTACTS_OWN.contains(&table.name) {
            // A fact of an open contact can be there before the contact is.
            tests.push(
                "{relationships: {to: \"source('holdfast', 'v_contacts')\", field: contact_id, config: {severity: warn}}}".to_owned(),
            );
        }
        if !tests.is_empty() {
            _ = writeln!(page, "            tests: [{}]", tests.join(", "));
        }
    }
}

/// Tables whose rows belong to a contact.
const CONTACTS_OWN: [&str; 2] = ["queue_visits", "handlings"];

/// The values of a column whose comment is nothing but their list: `voice, chat, email, callback or task.`
fn accepted(comment: &str) -> Option<Vec<&str>> {
    let (most, last) = comment.strip_suffix('.')?.split_once(" or ")?;
    let values: Vec<&str> = most.split(", ").chain([last]).collect();
    let is_value = |value: &&str| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    values.iter().all(is_value).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_list_of_values_is_one() {
        assert_eq!(accepted("inbound, outbound or internal."), Some(vec!["inbound", "outbound", "internal"]));
        for text in
            ["available, contact, pause_… or unknown; offline has no span.", "End of after-call work, or of talk.", "Queue.", "a or b"]
        {
            assert_eq!(accepted(text), None, "{text}");
        }
    }
}
