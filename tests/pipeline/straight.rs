//! A straight run over the beginning of a bank's month, to compare other runs with; it equals the independent reference itself.

use crate::facts::{Facts, seconds, write};
use crate::site::{Site, csv, data, integer};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// One feed of a queue log.
pub const ONE_FEED: &str = "[[sources]]\nname = \"bank\"\nkind = \"queue_log\"\n";

/// The log and what a straight run makes of it.
pub struct Straight {
    pub lines: Vec<String>,
    pub facts: Facts,
}

/// The straight run over so many lines, made once in a process. None: there are no real data.
pub fn straight(count: usize) -> Option<&'static Straight> {
    static STRAIGHT: OnceLock<Straight> = OnceLock::new();
    let data = data()?;
    let make = || {
        let mut site = Site::new("straight", ONE_FEED);
        let lines = bank_february(&data, site.folder.path(), count);
        assert_eq!(lines.len(), count, "the log is shorter than this test needs");
        site.start_all();
        assert_eq!(site.import("bank", &write(&site, "queue_log", &lines)), (count as u64, 0));
        site.settle();
        equals_the_reference(&site, &data, seconds(&lines[count - 1]));
        Straight { lines, facts: Facts::of(&site) }
    };
    Some(STRAIGHT.get_or_init(make))
}

/// The bank's February, rewritten as a `queue_log`; its first `lines`.
fn bank_february(data: &Path, folder: &Path, lines: usize) -> Vec<String> {
    let out = folder.join("february");
    let python = std::env::var("HOLDFAST_PANDAS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let file = data.join("anonymous-bank-1999-02/data_anonymous_bank_february.txt");
    let made = Command::new(python).arg(data.join("tools/bank_to_queue_log.py")).arg(&out).arg(file).output().expect("python runs");
    assert!(made.status.success(), "bank_to_queue_log.py needs pandas: {}", String::from_utf8_lossy(&made.stderr));
    let text = std::fs::read_to_string(&out).expect("the log");
    text.lines().take(lines).map(str::to_owned).collect()
}

/// Every interval that was over when the log was cut, against the independent reference.
fn equals_the_reference(site: &Site, data: &Path, cut_s: i64) {
    let columns =
        ["offered", "answered", "answered_le_20", "abandoned", "wait_answered_s", "wait_abandoned_s", "handled", "handle_s", "max_wait_s"];
    let sql = format!(
        "SELECT concat(formatDateTime(interval_start, '%Y-%m-%dT%H:%i:%SZ', 'UTC'), ' ', queue) AS at, {} FROM v_queue_intervals_from_facts
         WHERE interval_start + INTERVAL 15 MINUTE <= toDateTime({cut_s}) ORDER BY at",
        columns.join(", ")
    );
    let rows = site.query(&sql);
    let last = rows.last().and_then(|row| row["at"].as_str()).expect("intervals").split(' ').next().expect("a time").to_owned();
    let reference = csv(&data.join("expected/bank-1999-02.event.csv.gz"));
    let mut found = rows.iter();
    for want in reference.iter().filter(|row| row["queue"] != "ALL" && row["interval_utc"] <= last) {
        if columns.iter().all(|column| want[*column].is_empty() || want[*column] == "0") {
            continue;
        }
        let have = found.next().expect("as many intervals as the reference has");
        assert_eq!(have["at"], format!("{} {}", want["interval_utc"], want["queue"]));
        for column in columns {
            assert_eq!(integer(&have[column]), want[column].parse().ok(), "{column} of {}", have["at"]);
        }
    }
    assert!(found.next().is_none() && rows.len() > 300, "{} intervals", rows.len());
    println!("the straight run: {} intervals equal the reference", rows.len());
}
