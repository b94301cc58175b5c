//! What people were promised is watched: an objection that nobody answers in time, and retention that does not run.

use crate::centre::{AGENT, Centre, DAY, opened};
use crate::site::until;
use events::{SignalActor, SignalEvent, SignalKind};
use std::time::Duration;

/// One objection of long ago, one of now: the first is overdue until somebody answers.
#[test]
fn an_objection_that_nobody_answers_is_counted_until_somebody_does() {
    let centre = Centre::new("promises");
    let [first, second] = [opened(AGENT, "s1", "concern", DAY), opened("agent-102", "s2", "concern", DAY)];
    let contested = SignalEvent {
        kind: SignalKind::Contested,
        state: "contested_open",
        actor: SignalActor::Agent,
        actor_id: Some(AGENT),
        note: Some("the roster is wrong"),
        event_time_us: first.event_time_us + 1,
        reasons: Vec::new(),
        ..first.clone()
    };
    centre.tell(&[first, second, contested]);
    centre.json(&["contest", "s2", "--note", "no"], &["--as", "agent:agent-102", "--purpose", "objection"]);
    // Alertmanager is away: what is counted does not wait for it.
    let process = centre.alerts("http://127.0.0.1:9");
    let metric = "holdfast_attrition_objections_overdue{site=\"north\",tenant=\"default\"} ";
    let overdue = |count: &str| {
        let line = format!("{metric}{count}\n");
        until(Duration::from_secs(90), &line, || process.page("/metrics").contains(&line).then_some(()));
    };
    overdue("1");
    // It is read after the objections were counted.
    let never = "holdfast_attrition_retention_last_run_timestamp_seconds 0\n";
    until(Duration::from_secs(60), "it is known that retention has never run", || process.page("/metrics").contains(never).then_some(()));
    let page = process.page("/metrics");
    assert!(!page.contains(AGENT) && !page.contains("agent-102"), "{page}");
    let ran = || process.metric("holdfast_attrition_retention_last_run_timestamp_seconds ");

    centre.site.run(&["attrition", "retention", "--dry-run"]);
    let began = jiff::Timestamp::now().as_second() as f64;
    centre.site.run(&["attrition", "retention", "--as-of", "2024-04-01"]);
    centre.json(&["answer", "s1", "--reject", "--note", "it was right"], &["--as", "hr:hanna", "--purpose", "objection"]);
    overdue("0");
    until(Duration::from_secs(60), "it is known that retention ran", || (ran() > 0.0).then_some(()));
    assert!(ran() >= began, "a dry run is none");
}
