//! What counts of a signal at every border: on the day of leaving, of maturing, of the talk, of telling; and what has no denominator has no number.

use super::site::{Berlin, reference};
use super::{FIRST, VIEW, ask, date, event, insert};
use attrition::quality::{Record, quality};
use events::ReferenceKind;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Somebody who left, on a day that notice dates.
fn leaves(berlin: &Berlin, agent: &str, day: i32, kind: &str) {
    let left = date(day);
    let attributes = [("site", "berlin"), ("hire_date", "2024-01-01"), ("left_date", &left), ("left_kind", kind), ("notice_date", &left)];
    berlin.write(&[reference(ReferenceKind::Agent, agent, 0, &attributes)]);
}

/// An event at an hour of a day by UTC.
fn at(agent: &str, kind: &str, day: i32, hour: i64, more: Value) -> Value {
    let mut row = event(agent, FIRST, kind, day, more);
    row["event_time"] = ((i64::from(day) * 24 + hour) * 3_600).into();
    row
}

fn formed(berlin: &Berlin, day: i32) {
    insert(berlin, "formed_days", &[json!({"tenant": "default", "site": "berlin", "day": day, "version": 1})]);
}

/// Columns of every outcome, by agent, as text.
fn outcomes(berlin: &Berlin, columns: &str) -> BTreeMap<String, String> {
    let rows = ask(berlin, &format!("SELECT agent, {columns} FROM v_signal_outcomes{VIEW} AS o"));
    let cells =
        |row: &serde_json::Map<String, Value>| columns.split(", ").map(|column| row[column].to_string()).collect::<Vec<_>>().join(" ");
    rows.iter().map(|row| (row["agent"].as_str().unwrap().to_owned(), cells(row))).collect()
}

fn lines<const N: usize>(expected: [(&str, &str); N]) -> BTreeMap<String, String> {
    expected.into_iter().map(|(agent, text)| (agent.to_owned(), text.to_owned())).collect()
}

/// Everybody has a signal of the same day. It came true of who left of the own will on the days after it up to the 45th.
#[test]
fn a_signal_comes_true_from_the_next_day_to_the_45th() {
    let berlin = Berlin::new("borders");
    for (agent, days, kind) in [
        ("same day", 0, "voluntary"),
        ("day before", -1, "voluntary"),
        ("next day", 1, "voluntary"),
        ("44th", 44, "voluntary"),
        ("45th", 45, "voluntary"),
        ("46th", 46, "voluntary"),
        ("dismissed", 10, "dismissed"),
        ("retired", 10, "retired"),
    ] {
        leaves(&berlin, agent, FIRST + days + 1, kind);
        insert(&berlin, "signal_events", &[event(agent, FIRST + 1, "opened", FIRST + 1, json!({"actor": "system"}))]);
    }
    insert(&berlin, "signal_events", &[event("stays", FIRST + 1, "opened", FIRST + 1, json!({"actor": "system"}))]);
    formed(&berlin, FIRST + 46);
    let never = "0 null null";
    let came = |days: i32| format!("1 {} {days}", FIRST + 1 + days);
    let (next, last, end) = (came(1), came(44), came(45));
    let expected = lines([
        ("same day", never),
        ("day before", never),
        ("next day", &next),
        ("44th", &last),
        ("45th", &end),
        ("46th", never),
        ("dismissed", never),
        ("retired", never),
        ("stays", never),
    ]);
    assert_eq!(outcomes(&berlin, "came_true, left_day, lead_days"), expected);
}

/// Eight agents are scored on one day. Who leaves on it was not foreseen; within 30 days are two, within 45 four. A leaver was scored before the day of leaving and at most 45 days before:
/// four of them.
#[test]
fn a_score_is_of_those_who_leave_from_the_next_day_on() {
    let berlin = Berlin::new("weeks");
    let days = [Some(0), Some(1), Some(30), Some(31), Some(45), Some(46), None, None];
    for (number, days) in days.iter().enumerate() {
        let agent = format!("a{number}");
        insert(
            &berlin,
            "scores",
            &[
                json!({"tenant": "default", "site": "berlin", "day": FIRST, "agent": agent, "standing": "scored", "probability": 0.25, "base": 0.1, "version": 1}),
            ],
        );
        if let Some(days) = days {
            leaves(&berlin, &agent, FIRST + days, "voluntary");
        }
    }
    formed(&berlin, FIRST + 46 + 45);
    let columns = "agent_weeks, observed, observed_outcome, leavers, leavers_warned, expected, observed_over_expected";
    let rows = ask(&berlin, &format!("SELECT {columns} FROM v_signal_quality{VIEW} AS q WHERE q.period = 'all'"));
    let found: Vec<f64> = columns.split(", ").map(|column| rows[0][column].as_f64().unwrap()).collect();
    assert_eq!(found, [8.0, 2.0, 4.0, 4.0, 0.0, 2.0, 1.0]);
}

/// A signal is matured 45 days after it opened and not a day before; one that the product took back is none, one that an objection took back is; a contested one is, whatever becomes
/// of the objection; and of one that was erased, whose events are gone, nothing is left but that the agent has gone.
#[test]
fn which_signals_are_counted() {
    let berlin = Berlin::new("counted");
    let opened = |agent: &str| at(agent, "opened", FIRST, 0, json!({"actor": "system"}));
    let events = [
        opened("open"),
        opened("taken back"),
        at("taken back", "withdrawn", FIRST + 3, 0, json!({"actor": "system"})),
        opened("upheld"),
        at("upheld", "contested", FIRST + 1, 0, json!({"actor": "agent"})),
        at("upheld", "withdrawn", FIRST + 2, 0, json!({"actor": "human_resources"})),
        opened("contested"),
        at("contested", "contested", FIRST + 1, 0, json!({"actor": "agent", "state": "contested_open"})),
        opened("expired"),
        at("expired", "expired", FIRST + 45, 0, json!({"actor": "system"})),
        event("late", FIRST + 1, "opened", FIRST + 1, json!({"actor": "system"})),
        // The end of a signal whose beginning was erased is no signal.
        at("erased", "closed", FIRST + 5, 0, json!({"actor": "human_resources"})),
        event("elsewhere", FIRST, "opened", FIRST, json!({"actor": "system", "site": "munich"})),
    ];
    insert(&berlin, "signal_events", &events);
    leaves(&berlin, "erased", FIRST + 20, "voluntary");
    formed(&berlin, FIRST + 44);
    assert_eq!(outcomes(&berlin, "contested, expired, state"), lines([]), "45 days have not passed");
    formed(&berlin, FIRST + 45);
    let expected = lines([
        ("open", "0 0 \"opened\""),
        ("upheld", "1 0 \"withdrawn\""),
        ("contested", "1 0 \"contested_open\""),
        ("expired", "0 1 \"expired\""),
    ]);
    assert_eq!(outcomes(&berlin, "contested, expired, state"), expected);
    formed(&berlin, FIRST + 46);
    assert!(outcomes(&berlin, "state").contains_key("late"));
}

/// Whole days from telling to the first look and to the talk. Nobody answers what was not told: before a silent one became urgent, or of one that never did, nothing is counted.
#[test]
fn days_to_the_talk_are_those_since_it_was_told() {
    let berlin = Berlin::new("talks");
    let opened = |agent: &str| at(agent, "opened", FIRST, 0, json!({"actor": "system"}));
    let silent = |agent: &str| at(agent, "opened", FIRST, 0, json!({"actor": "system", "silent": true, "silent_share": 0.1}));
    let urgent = |agent: &str, kind: &str, day: i32, hour: i64| at(agent, kind, day, hour, json!({"tier": "urgent"}));
    let none = json!({});
    let events = [
        opened("none"),
        opened("at once"),
        at("at once", "talked", FIRST, 0, none.clone()),
        opened("same day"),
        at("same day", "acknowledged", FIRST, 1, none.clone()),
        at("same day", "talked", FIRST, 23, none.clone()),
        opened("next day"),
        at("next day", "acknowledged", FIRST, 23, none.clone()),
        at("next day", "talked", FIRST + 1, 0, none.clone()),
        opened("twice"),
        at("twice", "talked", FIRST + 3, 2, none.clone()),
        at("twice", "talked", FIRST + 9, 2, none.clone()),
        silent("silent"),
        at("silent", "talked", FIRST + 2, 0, none.clone()),
        silent("before"),
        at("before", "acknowledged", FIRST + 2, 22, none.clone()),
        at("before", "talked", FIRST + 2, 23, none),
        urgent("before", "escalated", FIRST + 3, 0),
        silent("after"),
        urgent("after", "escalated", FIRST + 3, 0),
        urgent("after", "acknowledged", FIRST + 3, 0),
        urgent("after", "talked", FIRST + 5, 1),
    ];
    insert(&berlin, "signal_events", &events);
    formed(&berlin, FIRST + 45);
    let expected = lines([
        ("none", "true null null"),
        ("at once", "true null 0"),
        ("same day", "true 0 0"),
        ("next day", "true 0 1"),
        ("twice", "true null 3"),
        ("silent", "false null null"),
        ("before", "true null null"),
        ("after", "true 0 2"),
    ]);
    assert_eq!(outcomes(&berlin, "told, days_to_acknowledge, days_to_talk"), expected);
}

/// Eight agents whose scores are all zero, of whom nobody leaves, has a signal or a leader: what would be divided by nothing is null, in SQL and in code, and no interval is made up.
#[test]
fn what_has_no_denominator_has_no_number() {
    let berlin = Berlin::new("nothing");
    let score = |number: i32| json!({"tenant": "default", "site": "berlin", "day": FIRST, "agent": format!("a{number}"), "standing": "scored", "probability": 0.0, "base": 0.1, "version": 1});
    insert(&berlin, "scores", &(0..8).map(score).collect::<Vec<_>>());
    formed(&berlin, FIRST + 45);
    let nulls = "precision, recall, observed_over_expected, false_per_leader_month, talked_share, told_left_share, told_left_low, told_left_high, silent_left_share, \
                 silent_left_low, silent_left_high, kept_share, kept_low, kept_high";
    let rows = ask(
        &berlin,
        &format!(
            "SELECT {nulls}, lead_days_quartiles, days_to_talk_quartiles, chance_recall, chance_precision, precision_of, signals, leavers FROM v_signal_quality{VIEW} AS q"
        ),
    );
    assert_eq!(rows.len(), 3, "all, recent and a quarter: {rows:?}");
    for row in &rows {
        for column in nulls.split(", ") {
            assert_eq!(row[column], Value::Null, "{column}");
        }
        let rest =
            ["lead_days_quartiles", "days_to_talk_quartiles", "chance_recall", "chance_precision", "precision_of", "signals", "leavers"];
        let expected = [json!([]), json!([]), json!(0), json!(0), json!("all"), json!(0), json!(0)];
        let found = rest.map(|column| match row[column].as_f64() {
            Some(0.0) => json!(0),
            _ => row[column].clone(),
        });
        assert_eq!(found, expected);
    }
    let scores = (0..8).map(|number| (format!("a{number}"), FIRST, 0.0)).collect();
    let expected = quality(&Record { newest_day: FIRST + 45, scores, ..Record::default() }, 0..=i32::MAX).unwrap();
    let found = berlin.wait(berlin.attrition.signal_quality(&berlin.site)).unwrap();
    assert!(found.iter().all(|row| row.quality == expected), "{found:?}");
    // Seven signals told and one more: shares from the eighth on, and of those kept silent still none.
    let told = |number: i32| {
        event(&format!("a{number}"), FIRST, "opened", FIRST, json!({"actor": "system", "silent": false, "silent_share": 0.1}))
    };
    for (signals, share) in [(0..7, Value::Null), (7..8, json!(0))] {
        insert(&berlin, "signal_events", &signals.map(told).collect::<Vec<_>>());
        let rows = ask(
            &berlin,
            &format!(
                "SELECT told_left_share, silent_left_share, kept_share, precision, talked_share FROM v_signal_quality{VIEW} AS q WHERE q.period = 'all'"
            ),
        );
        let found =
            ["told_left_share", "silent_left_share", "kept_share", "precision", "talked_share"].map(|column| rows[0][column].as_f64());
        assert_eq!(found, [share.as_f64(), None, None, Some(0.0), Some(0.0)]);
    }
    // One of the eight is talked about; a ninth that is kept silent is none of those who could be.
    let more = [
        at("a0", "talked", FIRST + 1, 0, json!({})),
        event("a8", FIRST, "opened", FIRST, json!({"actor": "system", "silent": true, "silent_share": 0.1})),
    ];
    insert(&berlin, "signal_events", &more);
    let rows = ask(&berlin, &format!("SELECT signals, told, talked, talked_share FROM v_signal_quality{VIEW} AS q WHERE q.period = 'all'"));
    assert_eq!(["signals", "told", "talked", "talked_share"].map(|column| rows[0][column].as_f64()), [9.0, 8.0, 1.0, 0.125].map(Some));
}
