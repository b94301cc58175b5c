//! `deploy/dbt/sources.yml` is what the migrations and views say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

#[test]
fn the_file_is_generated_from_the_migrations_and_views() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/dbt/sources.yml");
    let written = std::fs::read_to_string(path).unwrap();
    let hint = "run cargo run -p warehouse --example write_dbt > deploy/dbt/sources.yml";
    assert_eq!(written, warehouse::dbt::sources(), "deploy/dbt/sources.yml is not what the warehouse says: {hint}");
}

#[test]
fn every_table_and_every_view_without_parameters_is_in_it() {
    let file = warehouse::dbt::sources();
    let (file, own) = file.split_once("  - name: holdfast_attrition\n").expect("the early warning is a source of its own");
    for text in ["- name: v_signals\n", "- name: v_agent_days\n", "- name: v_team_burdens\n", "description: \"How it ended: faded,"] {
        assert!(own.contains(text), "{text}");
    }
    assert!(!own.contains("protected_groups") && !own.contains("v_attrition_labels"));
    let names: Vec<&str> = file.lines().filter_map(|line| line.strip_prefix("      - name: ")).collect();
    for name in ["v_contacts", "v_observations", "v_reference", "v_agents", "v_repeats", "contacts", "reference", "queue_panes"] {
        assert_eq!(names.iter().filter(|known| **known == name).count(), 1, "{name}");
    }
    assert!(!names.contains(&"v_agent_days"), "a view with parameters is no source");
    let contacts = file.split("- name: v_contacts\n").nth(1).unwrap();
    assert!(contacts.contains("combination_of_columns: [tenant, started_at, contact_id]"), "{contacts}");
    for test in [
        "{accepted_values: {values: [open, handled, abandoned, flow_out, blocked, ivr_abandoned, self_served, excluded, lost]}}",
        "{accepted_values: {values: [inbound, outbound, internal]}}",
    ] {
        assert!(contacts.split("- name: v_").next().unwrap().contains(test), "{test}");
    }
    let visits = file.split("- name: v_queue_visits\n").nth(1).unwrap().split("- name: v_").next().unwrap();
    assert!(visits.contains("{relationships: {to: \"source('holdfast', 'v_contacts')\", field: contact_id"), "{visits}");
}
