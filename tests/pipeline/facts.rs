//! What a run came to, to be compared with another run: every fact and every minute's pane, as rows of text.
#![allow(dead_code, reason = "each test uses its part")]

use crate::chance::Chance;
use crate::site::Site;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// See the module.
#[derive(Debug, PartialEq, Eq)]
pub struct Facts {
    tables: Vec<(&'static str, BTreeSet<String>)>,
}

/// A fact may come from either feed of a system, and be flagged as late (bit 10); neither changes what it says.
const TABLES: &[(&str, &str)] = &[
    ("v_queue_visits", "* EXCEPT (source) REPLACE (bitAnd(inferred, 1023) AS inferred)"),
    ("v_handlings", "* EXCEPT (source) REPLACE (bitAnd(inferred, 1023) AS inferred)"),
    ("v_contacts", "* EXCEPT (source) REPLACE (bitAnd(inferred, 1023) AS inferred)"),
    ("v_activity_spans", "*"),
    ("v_queue_minutes", "*"),
];

impl Facts {
    /// Reads them.
    pub fn of(site: &Site) -> Self {
        let rows = |(table, columns): &(&'static str, &str)| {
            let text = site.run(&["warehouse", "query", "--format", "json", &format!("SELECT {columns} FROM {table}")]);
            (*table, text.lines().map(str::to_owned).collect())
        };
        Facts { tables: TABLES.iter().map(rows).collect() }
    }

    /// Rows of all tables.
    pub fn len(&self) -> usize {
        self.tables.iter().map(|(_, rows)| rows.len()).sum()
    }

    /// Asserts that these are the same as those of another run.
    pub fn assert_equal(&self, expected: &Facts, what: &str) {
        for ((table, have), (_, want)) in self.tables.iter().zip(&expected.tables) {
            let show = |rows: Vec<&String>| rows.iter().take(4).map(|row| format!("  {row}\n")).collect::<String>();
            let (missing, extra): (Vec<_>, Vec<_>) = (want.difference(have).collect(), have.difference(want).collect());
            assert!(
                missing.is_empty() && extra.is_empty(),
                "{what}: {table} has {} rows, the straight run {}; {} are missing, for example\n{}{} are not in the straight run, for example\n{}",
                have.len(),
                want.len(),
                missing.len(),
                show(missing.clone()),
                extra.len(),
                show(extra.clone())
            );
        }
        assert!(self.len() > 100, "{what}: {} rows prove nothing", self.len());
    }
}

/// Time of a line of the log, seconds since 1970.
pub fn seconds(line: &str) -> i64 {
    line.split('|').next().and_then(|time| time.parse().ok()).unwrap_or_else(|| panic!("a line without a time: {line}"))
}

/// Writes lines into a file of the site's folder.
pub fn write(site: &Site, name: &str, lines: &[String]) -> PathBuf {
    let file = site.folder.path().join(name);
    std::fs::write(&file, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).expect("a file");
    file
}

/// The lines out of order, none by more than `spread_s` of event time.
pub fn shuffled(lines: &[String], spread_s: usize, chance: &mut Chance) -> Vec<String> {
    let mut keyed: Vec<(i64, &String)> = lines.iter().map(|line| (seconds(line) + chance.below(spread_s) as i64, line)).collect();
    keyed.sort_by_key(|(at, _)| *at);
    keyed.into_iter().map(|(_, line)| line.clone()).collect()
}

/// The lines, so many percent of them once more, at any distance after the first time.
pub fn duplicated(lines: &[String], percent: usize, chance: &mut Chance) -> Vec<String> {
    let mut keyed: Vec<(usize, &String)> = lines.iter().enumerate().collect();
    for (at, line) in lines.iter().enumerate() {
        if chance.percent(percent) {
            keyed.push((chance.between(at, lines.len() + 1), line));
        }
    }
    keyed.sort_by_key(|(at, _)| *at);
    keyed.into_iter().map(|(_, line)| line.clone()).collect()
}
