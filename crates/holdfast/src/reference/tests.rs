//! Whole files, and laws of the difference.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use super::*;
use ReferenceKind::{Agent, Calendar, Queue, Site, Target, Team};
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn read_as(kind: ReferenceKind, text: &str) -> Result<Parsed, Vec<String>> {
    let zone = zone("Europe/Berlin").unwrap();
    let loading = Loading { tenant: "acme", kind, zone: &zone, valid_from_us: 7 };
    parse(text.as_bytes(), &loading).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

fn lines(entries: &Entries) -> Vec<String> {
    let changes = difference(&Entries::new(), entries, &[]);
    changes.iter().map(|change| change.line(&zone("Europe/Berlin").unwrap())).collect()
}

#[test]
fn both_forms_of_a_file_say_the_same() {
    let csv = "id,valid_from,team,level,full_time_share\nann,2024-03-01,blue,2,0.5\nann,1970-01-01,red,,\n\"ben\",,\"blue, or red\",,1\n";
    let json = r#"{"id": "ann", "valid_from": "2024-03-01", "team": "blue", "level": 2, "full_time_share": 0.5}

        {"id": "ben", "team": " blue, or red ", "level": null, "full_time_share": 1}
        {"id": "ann", "valid_from": "1970-01-01", "team": "red", "level": ""}"#;
    let parsed = read_as(Agent, csv).unwrap();
    assert_eq!(
        lines(&parsed.entries),
        [
            "+ agent ann always: team=red",
            "+ agent ann from 2024-03-01: full_time_share=0.5 level=2 team=blue",
            "+ agent ben from 1970-01-01T01:00:00.000007+01:00: full_time_share=1 team=\"blue, or red\"",
        ]
    );
    assert_eq!(parsed, read_as(Agent, json).unwrap());
    assert_eq!(
        parsed,
        read_as(Agent, &csv.replace("blue, or red", "blue; or red").replace(',', ";").replace("blue; or", "blue, or")).unwrap()
    );
    assert_eq!(parsed, read_as(Agent, &format!("\u{feff}{}", csv.replace('\n', "\r\n"))).unwrap());
    assert_eq!(read_as(Calendar, r#"{"id": "2024-12-24", "working": false}"#), read_as(Calendar, "id,working\n2024-12-24,no"));
}

#[test]
fn everything_that_is_wrong_is_told_at_once_by_line_and_column() {
    let csv = "id,valid_from,team,hire_date,left_date,left_kind,full_time_share\n\
        ann,yesterday,red,2024-13-01,,fired,2\n\
        ,,red,,,,\n\
        ben,,red\n\
        cid,,red,2024-03-01,2024-02-01,,\n\
        dan,,red,,,,\n\
        dan,1970-01-01T00:00:00.000007Z,blue,,,,\n\
        dan,,red,,,,\n";
    assert_eq!(
        read_as(Agent, csv).unwrap_err(),
        [
            "line 2, column full_time_share: write a number from 0 to 1 such as 0.75",
            "line 2, column hire_date: write a date as 2024-03-01",
            "line 2, column left_kind: write one of voluntary, involuntary, move",
            "line 2, column valid_from: write a date as 2024-03-01, or a time with its offset as 2024-03-01T08:00:00+01:00",
            "line 3, column id: every row needs an id",
            "line 4: 3 cells where the header has 7; put values with a delimiter in them into quotes",
            "line 5, column left_date: nobody leaves before the hire_date",
            "line 7: the same id and valid_from as on line 6, with other values; keep one of the two",
        ]
    );
    let json = "{\"id\": \"ann\", \"skills\": [\"sales\"]}\n{\"id\": \"ben\"\n[1]\n";
    assert_eq!(
        read_as(Agent, json).unwrap_err(),
        [
            "line 1, column skills: write a text or a number, no list and no object",
            "line 2: write one whole JSON object on each line",
            "line 3: write one whole JSON object on each line",
        ]
    );
}

#[test]
fn a_file_that_is_none_is_refused() {
    for (text, says) in [
        ("", "line 1: the file is empty"),
        (" \n\n", "line 1: the file is empty"),
        ("Ann Example,red\nben,blue\n", "line 1: the first line must be a header with a column id"),
        ("id,team,team\nann,red,blue\n", "line 1, column team: the header has this column twice"),
        ("id,,team\nann,x,blue\n", "line 1: column 2 of the header has no name"),
        ("id,team\nann,\"red\n", "line 2: a quote is opened and not closed"),
    ] {
        let problems = read_as(Agent, text).unwrap_err();
        assert!(problems.len() == 1 && problems[0].starts_with(says), "{text:?}: {problems:?}");
        assert!(!problems[0].contains("Ann"), "{problems:?}");
    }
    let loading = Loading { tenant: "acme", kind: Agent, zone: &TimeZone::UTC, valid_from_us: 0 };
    let problems = parse(b"id,team\nann,red\nben,gr\xfcn\n", &loading).unwrap_err();
    assert_eq!(problems[0].to_string(), "line 3: this is no UTF-8: save the file as UTF-8");
    assert_eq!(read_as(Agent, "id,team\n").unwrap(), Parsed::default());
    assert_eq!(read_as(Target, "id,value\nx,1\n").unwrap_err(), ["line 2, column kpi: a target without it says nothing"]);
}

#[test]
fn unknown_columns_are_kept_and_warned_about_once() {
    let parsed = read_as(Agent, "id,tema,shirt\nann,red,L\nben,blue,M\ncid,,\n").unwrap();
    let told = parsed.warnings;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1] == "column \"tema\" is not known of agents, it is kept as it is; did you mean team?", "{told:?}");
    assert_eq!(lines(&parsed.entries)[0].split_once(": ").unwrap().1, "shirt=L tema=red");
}

#[test]
fn the_examples_can_be_loaded() {
    for (kind, text, rows) in [
        (Site, include_str!("../../../../deploy/reference/sites.csv"), 2),
        (Team, include_str!("../../../../deploy/reference/teams.csv"), 3),
        (Agent, include_str!("../../../../deploy/reference/agents.csv"), 5),
        (Queue, include_str!("../../../../deploy/reference/queues.csv"), 3),
        (Target, include_str!("../../../../deploy/reference/targets.csv"), 3),
        (Calendar, include_str!("../../../../deploy/reference/calendar.csv"), 5),
    ] {
        let parsed = read_as(kind, text).unwrap();
        assert_eq!((parsed.entries.len(), parsed.warnings), (rows, vec![]), "{kind:?}");
    }
}

#[test]
fn changes_are_told_in_a_line() {
    let held = read_as(Agent, "id,valid_from,team,level\nann,2024-03-01,red,1\nben,2024-03-01,red,\ncid,2024-03-01,red,").unwrap().entries;
    let wanted =
        read_as(Agent, "id,valid_from,team,skills\nann,2024-03-01,dark blue,sales\ncid,2024-03-01,red,\ndan,1970-01-01,,").unwrap().entries;
    let told = |gone: &[Key]| -> Vec<String> {
        difference(&held, &wanted, gone).iter().map(|change| change.line(&zone("Europe/Berlin").unwrap())).collect()
    };
    let changed = "~ agent ann from 2024-03-01: level 1 → (none), skills (none) → sales, team red → \"dark blue\"";
    assert_eq!(told(&[]), [changed, "+ agent dan always"]);
    let gone = absent(&held, &wanted, "acme", Agent);
    assert_eq!(told(&gone), [changed, "- agent ben from 2024-03-01: team=red", "+ agent dan always"]);
    assert!(absent(&held, &wanted, "other", Agent).is_empty() && absent(&held, &wanted, "acme", Site).is_empty());
}

fn some_entries() -> impl Strategy<Value = Entries> {
    let key = (0..2_usize, 0..2_usize, 0..3_usize, 0..3_i64).prop_map(|(tenant, kind, id, valid_from_us)| Key {
        tenant: ["acme", "other"][tenant].to_owned(),
        kind: [Agent, Site][kind],
        id: ["ann", "ben", "cid"][id].to_owned(),
        valid_from_us,
    });
    let attributes = proptest::collection::btree_map("[ab]", "[xy]", 0..3);
    proptest::collection::btree_map(key, attributes, 0..12)
}

proptest! {
    /// With every entry that the new set does not have pruned, the difference leads from any set to any other.
    #[test]
    fn a_difference_leads_from_the_old_to_the_new(held in some_entries(), wanted in some_entries()) {
        let gone: Vec<Key> = held.keys().filter(|key| !wanted.contains_key(key)).cloned().collect();
        let changes = difference(&held, &wanted, &gone);
        prop_assert_eq!(&apply(&held, &changes), &wanted);
        prop_assert!(difference(&wanted, &wanted, &gone).is_empty());
        prop_assert!(changes.is_sorted_by_key(|change| change.key().clone()));
    }

    /// Without pruning nothing is lost; with it only the same tenant and kind is.
    #[test]
    fn pruning_stays_within_tenant_and_kind(held in some_entries(), mut wanted in some_entries()) {
        wanted.retain(|key, _| key.tenant == "acme" && key.kind == Agent);
        let kept = apply(&held, &difference(&held, &wanted, &[]));
        prop_assert!(held.keys().chain(wanted.keys()).all(|key| kept.contains_key(key)));
        prop_assert!(wanted.iter().all(|(key, attributes)| kept.get(key) == Some(attributes)));
        let gone = absent(&held, &wanted, "acme", Agent);
        let pruned = apply(&held, &difference(&held, &wanted, &gone));
        let within = |key: &Key| key.tenant == "acme" && key.kind == Agent;
        prop_assert_eq!(pruned.iter().filter(|(key, _)| within(key)).collect::<Vec<_>>(), wanted.iter().collect::<Vec<_>>());
        prop_assert!(held.iter().filter(|(key, _)| !within(key)).all(|(key, attributes)| pruned.get(key) == Some(attributes)));
    }

    /// What the topic holds after the messages of a difference is what the difference leads to, whatever the clock says.
    #[test]
    fn messages_bring_about_what_the_difference_says(first in some_entries(), second in some_entries(), now_ms in 0..3_i64) {
        let mut held = Held::default();
        for (entries, now_ms) in [(&first, 2), (&second, now_ms), (&first, now_ms)] {
            let before = held.entries();
            let gone: Vec<Key> = before.keys().cloned().collect();
            let changes = difference(&before, entries, &gone);
            let mut after = held.clone();
            changes.iter().for_each(|change| after.take(&held.message(change, now_ms)));
            // Records of one transaction may be read by others in an order of their own.
            let mut backwards = held.clone();
            changes.iter().rev().for_each(|change| backwards.take(&held.message(change, now_ms)));
            prop_assert_eq!(&after, &backwards);
            held = after;
            prop_assert_eq!(&held.entries(), entries);
        }
    }

    #[test]
    fn the_order_of_lines_does_not_matter(
        rows in proptest::collection::vec((0..5_usize, 0..3_usize, "[a-z]{0,3}", "[a-z ,\"]{0,4}"), 0..20),
        seed in any::<proptest::sample::Index>(),
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let text = |rows: &[(usize, usize, String, String)]| {
            let day = |at: usize| ["", "2024-03-01", "2024-02-29T23:00:00Z"][at];
            let line = |(id, at, team, skills): &(usize, usize, String, String)| format!("a{id},{},{team},{}\n", day(*at), quoted(skills));
            format!("id,valid_from,team,skills\n{}", rows.iter().map(line).collect::<String>())
        };
        let mut turned = rows.clone();
        turned.rotate_left(if rows.is_empty() { 0 } else { seed.index(rows.len()) });
        turned.reverse();
        let (one, other) = (read_as(Agent, &text(&rows)), read_as(Agent, &text(&turned)));
        match (one, other) {
            (Ok(one), Ok(other)) => prop_assert_eq!(one, other),
            // Which of two lines is the second depends on the order; that there are two does not.
            (one, other) => prop_assert!(one.is_err() && other.is_err()),
        }
    }
}
