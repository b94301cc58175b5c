//! How long things are kept, and that all of an agent goes on request: with rows in every table that has any.

use crate::LEA;
use crate::centre::{AGENT, Centre, opened};
use events::SignalEvent;

/// 2026-03-01 is day 20 513: days of agents before 20 113 go, scores and signals before 20 148, the log of who read what before 19 784 (730 days before the end of the day).
const DAY_US: i64 = 86_400_000_000;

fn fill_signals(centre: &Centre) {
    let late = SignalEvent { kind: events::SignalKind::Expired, state: "expired", ..opened(AGENT, "s1", "concern", 20_148) };
    // s1 stays with its later event.
    let log =
        [opened(AGENT, "s1", "concern", 20_103), late, opened(AGENT, "s4", "concern", 20_147), opened("agent-102", "s2", "urgent", 20_500)];
    centre.tell(&log);
    for event in &log {
        let (kind, day) = (event.kind.name(), event.day);
        let values = format!("'default', 'north', '{}', '{}', 1, '{kind}', 'open', 'urgent', {day}, 1", event.agent, event.signal_id);
        centre.execute(&format!(
            "INSERT INTO signal_events (tenant, site, agent, signal_id, episode, kind, state, tier, day, version) VALUES ({values})"
        ));
    }
}

/// Of every table rows on both sides of its time, of AGENT and of another who stays, and of two who left 91 and 90 days before.
fn fill(centre: &Centre) {
    fill_signals(centre);
    let insert = |table: &str, columns: &str, rows: &[String]| {
        centre.execute(&format!("INSERT INTO {table} ({columns}) VALUES {}", rows.join(", ")));
    };
    let days = |first: i32| [(AGENT, first - 1), (AGENT, first), ("agent-102", first), ("left-1", 20_400), ("left-2", 20_400)];
    let scores = days(20_148).map(|(agent, day)| format!("('default', 'north', {day}, '{agent}', 'scored', 0.1, 0.1, 'm', 1, 1)"));
    insert("scores", "tenant, site, day, agent, standing, probability, base, model_id, feature_schema, version", &scores);
    let of_days = days(20_113).map(|(agent, day)| format!("('default', 'north', '{agent}', {day}, 'red', 'lea', 1)"));
    insert("agent_days", "tenant, site, agent, day, team, leader, version", &of_days);
    let groups = [AGENT, "agent-102", "left-1", "left-2"].map(|agent| format!("('default', '{agent}', 'age_band', '30-39', 1)"));
    insert("protected_groups", "tenant, agent, attribute, value, version", &groups);
    let notices = [("old", "began", 20_140), ("old", "ended", 20_147), ("late", "began", 20_147), ("late", "ended", 20_148)]
        .map(|(id, kind, day)| format!("('default', 'north', '{id}', '{kind}', 'team', 'red', 'measures', {day}, {day}, 9, 1)"));
    insert("group_notices", "tenant, site, notice_id, kind, group_kind, group_name, cause, day, began_day, agents, version", &notices);
    let looked = [(AGENT, 19_784 * DAY_US - 2), (AGENT, 19_784 * DAY_US - 1), ("agent-102", 19_790 * DAY_US)]
        .map(|(agent, at_us)| format!("('default', {at_us}, 'leader', 'lea', 'show', '{agent}', 'granted')"));
    insert("access_log", "tenant, at_us, role, person, action, agent, outcome", &looked);
}

const TABLES: [&str; 6] = ["agent_days", "scores", "signal_events", "group_notices", "protected_groups", "access_log"];

#[test]
fn retention_and_erasure_leave_counts_and_nothing_else() {
    let centre = Centre::new("erase");
    fill(&centre);
    let count = |table: &str| centre.number(&format!("SELECT count() FROM {table}"));
    let counts = || TABLES.map(count);
    let retention =
        |more: &[&str]| centre.site.run(&[&["attrition", "retention", "--as-of", "2026-03-01", "--format", "csv"], more].concat());
    let dry = retention(&["--dry-run"]);
    for line in ["agent_days,retention,5,1,5,", "scores,retention,5,1,5,", "scores,left,5,1,5,", "protected_groups,left,4,1,4,"] {
        assert!(dry.contains(line), "{line}: {dry}");
    }
    assert_eq!((counts(), count("erasures")), ([5, 5, 4, 4, 4, 3], 0), "a dry run does nothing");
    // left-1 left on 2025-11-30, 91 days before; left-2 on 2025-12-01, 90 days before.
    let done = retention(&[]);
    for line in [
        "agent_days,retention,5,1,4,2025-01-25",
        "agent_days,left,4,1,3,2025-01-25",
        "scores,retention,5,1,4,2025-03-01",
        "scores,left,4,1,3,2025-03-01",
        "signal_events,retention,4,1,3,",
        "signal_events,left,3,0,3,",
        "group_notices,retention,4,2,2,",
        "protected_groups,left,4,1,3,",
        "access_log,retention,3,1,2,",
    ] {
        assert!(done.contains(line), "{line}: {done}");
    }
    assert_eq!(counts(), [3, 3, 3, 2, 3, 2]);
    assert_eq!(centre.ids(), ["s1", "s2"], "s4 is gone from the topic");
    for table in ["agent_days", "scores", "protected_groups"] {
        let agents = centre.rows(&format!("SELECT agent FROM {table} ORDER BY agent"));
        let agents: Vec<&str> = agents.iter().filter_map(|row| row["agent"].as_str()).collect();
        assert_eq!(agents, [AGENT, "agent-102", "left-2"], "{table}: of each the row that is not yet too old");
    }
    assert_eq!(centre.number("SELECT countIf(notice_id = 'late') FROM group_notices"), 2, "the beginning stays with its end");
    assert_eq!(centre.number("SELECT min(at_us) FROM access_log"), 19_784 * DAY_US - 1);
    let again = retention(&[]);
    assert!(again.contains("scores,retention,3,0,3,") && again.contains("group_notices,retention,2,0,2,"), "{again}");
    assert_eq!(counts(), [3, 3, 3, 2, 3, 2], "once more there is nothing to do");
    everything_of_one_agent_goes(&centre);
}

/// AGENT has a row in every table that has agents, one in the log that is of two days ago, and two events of a signal in the topic; agent-102 and left-2 have theirs.
fn everything_of_one_agent_goes(centre: &Centre) {
    let count = |table: &str| centre.number(&format!("SELECT count() FROM {table}"));
    let counts = || TABLES.map(count);
    let erase = ["attrition", "erase", AGENT, "--as", "hr:hanna", "--reason", "asked"];
    centre.json(&["list"], &LEA);
    let looks = count("access_log");
    assert!(looks > 2, "a look is written down");
    centre.site.run(&[&erase[..], &["--dry-run"]].concat());
    assert_eq!((centre.ids(), counts()), (vec!["s1".to_owned(), "s2".to_owned()], [3, 3, 3, 2, 3, looks]));
    let leader = centre.site.output(&["attrition", "erase", AGENT, "--as", "leader:lea", "--reason", "x"]);
    assert!(!leader.status.success());
    centre.site.run(&erase);
    // That it was asked for is a line more in the log; of groups nobody is known, so nothing goes.
    assert_eq!((centre.ids(), counts()), (vec!["s2".to_owned()], [2, 2, 1, 2, 2, looks + 1]));
    for table in TABLES.into_iter().chain(["erasures"]) {
        let rows = centre.rows(&format!("SELECT * FROM {table}"));
        assert!(!rows.is_empty() && !rows.iter().any(|row| row.to_string().contains(AGENT)), "{table}: {rows:?}");
    }
    for table in ["agent_days", "scores", "signal_events", "protected_groups", "access_log"] {
        assert!(count(&format!("{table} WHERE agent = 'agent-102'")) > 0, "{table}: others stay");
    }
    let of = "SELECT place, rows_before, rows_deleted, rows_after FROM erasures WHERE cause = 'erasure' AND place IN \
              ('agent_days', 'protected_groups', 'scores', 'signal_events') ORDER BY place";
    let proof = |place: &str, [before, deleted, after]: [u32; 3]| serde_json::json!({"place": place, "rows_before": before, "rows_deleted": deleted, "rows_after": after});
    let expected = [("agent_days", [3, 1, 2]), ("protected_groups", [3, 1, 2]), ("scores", [3, 1, 2]), ("signal_events", [3, 2, 1])];
    assert_eq!(centre.rows(of), expected.map(|(place, rows)| proof(place, rows)));
}
