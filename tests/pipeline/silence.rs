//! A telephone system that vouches for its agents (`alive_s`), falls silent, and restarts (QUEUESTART), through the whole pipeline: what nobody knows
//! is unknown, and sessions that the restart lost end there.
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

use site::{Site, integer};

/// 2024-03-01 08:00 UTC, in seconds. A call at 8:02, nothing from 8:04 until a call at 8:20, a restart at 8:22, after which only ann comes again.
const LOG: &str = "\
1709280000|NONE|sales|ann|ADDMEMBER|
1709280000|NONE|sales|bob|ADDMEMBER|
1709280120|c1|sales|NONE|ENTERQUEUE||
1709280130|c1|sales|ann|CONNECT|10|c1.1|3
1709280240|c1|sales|ann|COMPLETEAGENT|10|110|1
1709281200|c2|sales|NONE|ENTERQUEUE||
1709281205|c2|sales|ann|CONNECT|5|c2.1|3
1709281260|c2|sales|ann|COMPLETEAGENT|5|55|1
1709281320|NONE|NONE|NONE|QUEUESTART|
1709281380|NONE|sales|ann|ADDMEMBER|
1709281440|NONE|sales|ann|REMOVEMEMBER|
";

const SOURCE: &str = "[[sources]]\nname = \"pbx1\"\nkind = \"queue_log\"\ntimezone = \"UTC\"\nalive_s = 120\n";

/// The bits of `docs/agents.md`: an unknown span, a session that the restart lost.
const SOURCE_GAP: i64 = 1 << 6;
const SESSION_LOST: i64 = 1 << 7;

/// The system vouches at 8:02 and 8:04, and is missed for longer than 360 s after that. Unknown for each: 8:04 to 8:20, 960 s. Seconds are those after 8:00.
#[test]
fn a_silent_source_is_unknown_time_and_a_restart_ends_sessions() {
    let mut site = Site::new("silence", SOURCE);
    site.start_all();
    let log = site.folder.path().join("queue_log");
    std::fs::write(&log, LOG).unwrap();
    site.import("pbx1", &log);
    site.settle();
    let rows = site.query(&format!(
        "SELECT agent, toUnixTimestamp(started_at) - 1709280000 AS from_s, toUnixTimestamp(assumeNotNull(ended_at)) - 1709280000 AS until_s, activity,
             bitAnd(inferred, {SOURCE_GAP}) != 0 AS gap, bitAnd(inferred, {SESSION_LOST}) != 0 AS lost
         FROM v_activity_spans ORDER BY agent, started_at"
    ));
    let number = |row: &serde_json::Value, name: &str| integer(&row[name]).unwrap();
    let found: Vec<String> = rows
        .iter()
        .map(|row| {
            let marks = [(" gap", "gap"), (" lost", "lost")].map(|(mark, name)| if number(row, name) == 1 { mark } else { "" }).concat();
            let (agent, activity) = (row["agent"].as_str().unwrap(), row["activity"].as_str().unwrap());
            format!("{agent} {}-{} {activity}{marks}", number(row, "from_s"), number(row, "until_s"))
        })
        .collect();
    let expected = [
        "ann 0-127 available",
        "ann 127-130 ringing",
        "ann 130-240 contact",
        "ann 240-1200 unknown gap",
        "ann 1200-1202 available",
        "ann 1202-1205 ringing",
        "ann 1205-1260 contact",
        "ann 1260-1320 available lost",
        "ann 1380-1440 available",
        "bob 0-240 available",
        "bob 240-1200 unknown gap",
        "bob 1200-1320 available lost",
    ];
    assert_eq!(found, expected);
    let unknown = "SELECT sum(unknown_us) FROM v_agent_days(zone = 'UTC', paid_shift_s = 27000)";
    assert_eq!(site.number(unknown), 2 * 960 * 1_000_000);
}
