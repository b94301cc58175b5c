//! Agents on the board, through the whole pipeline: a log and reference data in, panes in ClickHouse that equal the spans, and the board's
//! JSON by team.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "a test may panic"
)]

mod site;

use serde_json::{Value, json};
use site::{Site, http, until};
use std::time::Duration;

/// 2024-03-01 08:00 UTC, in seconds. Ann: on a call 08:14:05–08:16:05, lunch 08:20–08:30, on a call from 08:40:10 on; each rang for 3 s, which is
/// neither work nor waiting. Bob: logged in until 08:31.
const LOG: &str = "\
1709280000|NONE|sales|ann|ADDMEMBER|
1709280000|NONE|sales|bob|ADDMEMBER|
1709280840|c1|sales|NONE|ENTERQUEUE||
1709280845|c1|sales|ann|CONNECT|5|c1.1|3
1709280965|c1|sales|ann|COMPLETEAGENT|5|120|1
1709281200|NONE|NONE|ann|PAUSEALL|lunch
1709281800|NONE|NONE|ann|UNPAUSEALL|
1709281860|NONE|sales|bob|REMOVEMEMBER|
1709282400|c2|sales|NONE|ENTERQUEUE||
1709282410|c2|sales|ann|CONNECT|10|c2.1|3
1709282460|c3|sales|NONE|ENTERQUEUE||
";

const SOURCE: &str = "[[sources]]\nname = \"pbx1\"\nkind = \"queue_log\"\ntimezone = \"UTC\"\n";

fn file(site: &Site, name: &str, text: &str) -> std::path::PathBuf {
    let path = site.folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Agent, minute after 08:00, measures that are not 0.
fn panes(site: &Site) -> Vec<(String, i64, String)> {
    let rows = site.query(
        "SELECT agent, intDiv(toUnixTimestamp64Micro(interval_start) - 1709280000000000, 60000000) AS minute,
             arrayStringConcat(arrayMap(m -> concat(m.1, ' ', toString(m.2)), arraySort(arrayZip(mapKeys(measures), mapValues(measures)))), ', ') AS held
         FROM v_agent_panes ORDER BY agent, minute",
    );
    let cell = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (cell(row, "agent"), site::integer(&row["minute"]).unwrap(), cell(row, "held"))).collect()
}

fn teams(address: &str, query: &str) -> Value {
    serde_json::from_str(&http(address, "GET", &format!("/api/teams{query}"), "").unwrap()).unwrap()
}

#[test]
fn agents_are_seen_by_team_on_the_board_and_by_quarter_hour_in_clickhouse() {
    let mut site = Site::new("teams", SOURCE);
    let agents = file(&site, "agents.csv", "id,valid_from,team\nann,2024-01-01,red\nbob,2024-01-01,blue\n");
    site.run(&["reference", "load", "--kind", "agent", "--zone", "UTC", &agents.display().to_string()]);
    site.start_all();
    site.spawn("board", "0");
    let log = file(&site, "queue_log", LOG);
    site.import("pbx1", &log);
    // The audit, which recomputes the panes of agents too, finds nothing.
    site.settle();

    let expected = [
        ("ann", 0, "available_ms 842000, contact_ms 55000, ringing_ms 3000"),
        ("ann", 15, "available_ms 235000, contact_ms 65000, handled 1, pause_meal_ms 600000"),
        ("ann", 30, "available_ms 607000, ringing_ms 3000"),
        ("bob", 0, "available_ms 900000"),
        ("bob", 15, "available_ms 900000"),
        ("bob", 30, "available_ms 60000"),
    ];
    assert_eq!(panes(&site), expected.map(|(agent, minute, held)| (agent.to_owned(), minute, held.to_owned())));
    let difference = "SELECT (SELECT sum(arraySum(mapValues(mapFilter((k, v) -> endsWith(k, '_ms'), measures)))) FROM v_agent_panes) AS panes,
        (SELECT sum(dateDiff('millisecond', started_at, assumeNotNull(ended_at))) FROM v_activity_spans WHERE ended_at IS NOT NULL) AS spans";
    let sums = site.query(difference);
    assert_eq!(sums[0]["panes"], sums[0]["spans"]);

    // The board at 08:50: the call since 08:40:10 counts 290 s in the quarter of 08:30 and goes on.
    let file = site.address_file("board", "0");
    let address = until(Duration::from_secs(30), "the board is up", || std::fs::read_to_string(&file).ok());
    let at = "?at=2024-03-01T08:50:00Z";
    let seen = until(Duration::from_secs(30), "the board has read the agents", || {
        let seen = teams(&address, at);
        (seen["teams"].as_array().unwrap().len() == 2 && seen["teams"][1]["staffed"] == 1).then_some(seen)
    });
    let (blue, red) = (&seen["teams"][0], &seen["teams"][1]);
    assert_eq!((&blue["team"], &blue["staffed"], &red["team"]), (&json!("blue"), &json!(0), &json!("red")));
    assert_eq!(red["activities"], json!({ "contact": { "agents": 1, "oldest_since": "2024-03-01T08:40:10Z" } }));
    let occupancy = |team: &Value, window: &str| {
        let figure = &team["windows"][window]["figures"]["occupancy"];
        (figure["numerator_ms"].as_i64().unwrap(), figure["denominator_ms"].as_i64().unwrap())
    };
    assert_eq!((occupancy(red, "15m"), occupancy(red, "30m")), ((290_000, 897_000), (355_000, 1_197_000)));
    // Today: 55 + 65 + 590 s of work, and 842 + 235 + 607 s of waiting.
    assert_eq!(occupancy(red, "today"), (710_000, 2_394_000));
    assert_eq!(occupancy(blue, "today"), (0, 1_860_000));
    assert_eq!(red["agents"], json!([{ "agent": "ann", "activity": "contact", "since": "2024-03-01T08:40:10Z", "queue": "sales" }]));

    let metrics = http(&address, "GET", "/metrics", "").unwrap();
    assert!(metrics.contains("\nholdfast_board_agent_panes 6\n"), "{metrics}");
    assert!(metrics.contains("team=\"red\"") && !metrics.contains("ann\"") && !metrics.contains("bob\""), "{metrics}");
}
