//! Dashboards and rules ask only for metrics that a board exports.

use board::{Board, BoardSettings, Gauges, Window};
use events::{AgentNow, AgentPane, QueueCounts, QueueNow, QueuePane, SketchBucket, codec::Encoder};
use prometheus::Registry;
use runtime::clock::SystemClock;
use std::collections::BTreeSet;
use std::path::Path;

/// Names of the families of a board that has something to say in each of them.
fn exported() -> BTreeSet<String> {
    let mut settings = BoardSettings::in_zone("UTC").unwrap();
    settings.metric_windows = Window::ALL.to_vec();
    let board = Board::new(settings, SystemClock);
    let minute_us = board.now_us().div_euclid(60_000_000) * 60_000_000 - 60_000_000;
    // Every count is one, handled two, because unknown after-call work is taken off it: no denominator is zero.
    let mut counts = QueueCounts { handled: 1, ..QueueCounts::default() };
    let ones = QueueCounts::NAMES.iter().map(|name| format!("\"{name}\": 1")).collect::<Vec<_>>().join(",");
    counts.add(&serde_json::from_str::<QueueCounts>(&format!("{{{ones}}}")).unwrap(), 1);
    let histogram = || vec![0, 0, 0, 1];
    let pane = QueuePane {
        tenant: "acme",
        queue: "sales",
        window_start_us: minute_us,
        layout: 1,
        counts,
        wait_answered_histogram: histogram(),
        wait_abandoned_histogram: histogram(),
        wait_flow_out_histogram: histogram(),
        cohort_answered_histogram: histogram(),
        cohort_abandoned_histogram: histogram(),
        cohort_flow_out_histogram: histogram(),
        wait_sketch: vec![SketchBucket { bucket: 9, count: 3 }],
        talk_sketch: vec![SketchBucket { bucket: 9, count: 1 }],
        ..QueuePane::default()
    };
    let now = QueueNow {
        tenant: "acme",
        queue: "sales",
        layout: 1,
        waiting: 1,
        oldest_entered_us: Some(minute_us),
        event_time_us: minute_us,
        ..QueueNow::default()
    };
    let mut bytes = Vec::new();
    Encoder::default().encode(&pane, &mut bytes).unwrap();
    board.take_pane(b"", Some(&bytes));
    Encoder::default().encode(&now, &mut bytes).unwrap();
    board.take_now(b"", Some(&bytes));
    let agent = AgentPane {
        tenant: "acme",
        agent: "ann",
        window_start_us: minute_us.div_euclid(900_000_000) * 900_000_000,
        measures: [("contact_ms", 1), ("handled", 1)].into(),
        ..AgentPane::default()
    };
    Encoder::default().encode(&agent, &mut bytes).unwrap();
    board.take_agent_pane(b"", Some(&bytes));
    let doing =
        AgentNow { tenant: "acme", agent: "ann", activity: "contact", since_us: minute_us, silent_us: i64::MAX, ..AgentNow::default() };
    Encoder::default().encode(&doing, &mut bytes).unwrap();
    board.take_agent_now(b"", Some(&bytes));
    board.progress.asked(1, true);
    let registry = Registry::new();
    Gauges::register(board, &registry).unwrap();
    registry.gather().iter().map(|family| family.name().to_owned()).collect()
}

/// Names in a text that begin with `holdfast_queue_`, `holdfast_team_` or `holdfast_board_` and are no recording rule.
fn asked_for(text: &str) -> BTreeSet<&str> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':';
    let words = text.split(|character: char| !character.is_ascii() || !letter(character as u8));
    let of_board = |word: &&str| ["holdfast_queue_", "holdfast_team_", "holdfast_board_"].iter().any(|start| word.starts_with(start));
    words.filter(of_board).filter(|word| !word.contains(':')).collect()
}

#[test]
fn dashboards_and_rules_name_only_what_is_exported() {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    let exported = exported();
    for file in ["grafana/dashboards/operations.json", "grafana/dashboards/pipeline.json", "prometheus/holdfast.rules.yml"] {
        let text = std::fs::read_to_string(deploy.join(file)).unwrap();
        let asked = asked_for(&text);
        let unknown: Vec<_> = asked
            .iter()
            .filter(|name| !exported.contains(**name) && !["holdfast_queue_alerts", "holdfast_team_alerts"].contains(*name))
            .collect();
        assert!(unknown.is_empty(), "{file} asks for {unknown:?}, which no board exports");
        assert!(asked.len() > 1, "{file}: {asked:?}");
    }
}

#[test]
fn names_follow_prometheus_practice() {
    for name in exported() {
        assert!(name.starts_with("holdfast_"), "{name}");
        let bad = ["_ms", "_us", "_percent", "_count", "_minutes"].into_iter().find(|unit| name.ends_with(unit));
        assert_eq!(bad, None, "{name}: base units, and no suffix that histograms use");
    }
}

#[test]
fn every_kpi_of_the_catalogue_has_its_metric() {
    let exported = exported();
    for kpi in kpi::catalogue() {
        let name = format!("{}{}", kpi.metric_base(), kpi.unit.suffix());
        assert!(exported.contains(&name), "{name} is documented but not exported");
    }
}
