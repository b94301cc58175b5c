//! Statements for the upkeep of models, on the tables as they are, with numbers worked out by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code,
    unused_imports,
    reason = "a test; each uses its part"
)]

mod common;
#[path = "fact_kpis/facts.rs"]
mod facts;
#[path = "attrition/site.rs"]
mod site;

use attrition::upkeep::{DriftLevel, drift};
use serde_json::{Map, Value, json};
use site::Berlin;
use std::collections::BTreeMap;
use warehouse::attrition_reports::{INPUT_BINS, MODEL_SPANS, Place, TOLD_SCORES, TrainedModel, ask, write_model};

fn insert(berlin: &Berlin, table: &str, rows: impl Iterator<Item = Value>) {
    let lines: Vec<String> = rows.map(|row| row.to_string()).collect();
    let sql = format!("INSERT INTO {{database}}.{table} FORMAT JSONEachRow\n{}", lines.join("\n"));
    berlin.wait(berlin.attrition.server().execute(&sql)).unwrap();
}

fn asked(berlin: &Berlin, statement: &str, values: &[(&str, i64)]) -> Vec<Map<String, Value>> {
    let mut all: Vec<(&str, Place<'_>)> = values.iter().map(|(name, value)| (*name, Place::Whole(*value))).collect();
    all.extend([("tenant", Place::Text("default")), ("site", Place::Text("berlin"))]);
    let own = format!("{}_attrition", berlin.database.name());
    berlin.database.wait(ask(&berlin.database.server, &own, statement, &all)).unwrap()
}

/// Every row as text, cells between blanks.
fn told(rows: &[Map<String, Value>]) -> Vec<String> {
    let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    rows.iter().map(|row| row.values().map(cell).collect::<Vec<_>>().join(" ")).collect()
}

fn score(site: &str, agent: &str, day: i32, model: &str, probability: f64) -> Value {
    json!({"tenant": "default", "site": site, "agent": agent, "day": day, "standing": "scored", "probability": probability, "model_id": model, "version": 1})
}

/// The same of another tenant, which is nobody's business here.
fn of_another(mut row: Value) -> Value {
    row["tenant"] = "another".into();
    row
}

/// The first model scored days 20,000 to 20,099 and is written down nowhere; the second the rest, and was made on what was known on day 20,060. Munich has another, and so has
/// another tenant.
#[test]
fn a_model_has_its_days_and_what_it_was_made_on() {
    let berlin = Berlin::new("spans");
    assert_eq!(told(&asked(&berlin, MODEL_SPANS, &[])), [""; 0]);
    let model = |day: i32| if day < 20_100 { "older" } else { "newer" };
    insert(&berlin, "scores", (20_000..20_120).map(|day| score("berlin", "ann", day, model(day), 0.1)));
    insert(
        &berlin,
        "scores",
        [score("munich", "bob", 20_130, "third", 0.1), of_another(score("berlin", "ann", 20_140, "newer", 0.1))].into_iter(),
    );
    let formed = |(site, day): (&str, i32)| json!({"tenant": "default", "site": site, "day": day, "version": 1});
    insert(&berlin, "formed_days", [("berlin", 20_119), ("berlin", 20_121), ("munich", 20_130)].into_iter().map(formed));
    insert(&berlin, "formed_days", std::iter::once(of_another(formed(("berlin", 20_150)))));
    for (tenant, site, day) in [("default", "berlin", 20_060), ("default", "munich", 20_099), ("another", "berlin", 20_098)] {
        let row = TrainedModel {
            tenant,
            site,
            model_id: "newer",
            trained_until_day: day,
            learned: "",
            rows: 1,
            leavers: 1,
            quality: [None; 3],
            model: "",
            card: "",
            code_version: "",
        };
        let own = format!("{}_attrition", berlin.database.name());
        berlin.database.wait(write_model(&berlin.database.server, &own, &row)).unwrap();
    }
    assert_eq!(told(&asked(&berlin, MODEL_SPANS, &[])), ["older 20000 20099 null 20121", "newer 20100 20119 20060 20121"]);
}

/// From the first day to the last, by agent and model, in the order of days; of a day that was scored again what it was told last.
#[test]
fn scores_are_those_that_were_told() {
    let berlin = Berlin::new("told");
    let mut before = score("berlin", "ann", 20_001, "first", 0.9);
    before["version"] = 0.into();
    insert(&berlin, "scores", [before, of_another(score("berlin", "ann", 20_002, "first", 0.9))].into_iter());
    let rows = [(20_003, "second"), (20_001, "first"), (20_002, "first"), (20_000, "first"), (20_004, "second")];
    insert(&berlin, "scores", rows.into_iter().map(|(day, model)| score("berlin", "ann", day, model, f64::from(day - 20_000) / 8.0)));
    insert(&berlin, "scores", [score("berlin", "bob", 20_002, "first", 0.5), score("munich", "cid", 20_002, "first", 0.5)].into_iter());
    let found = asked(&berlin, TOLD_SCORES, &[("first_day", 20_001), ("last_day", 20_003)]);
    let columns = |row: &Map<String, Value>| format!("{} {} {} {}", row["agent"], row["model"], row["days"], row["probabilities"]);
    let expected = [r#""ann" "first" [20001,20002] [0.125,0.25]"#, r#""ann" "second" [20003] [0.375]"#, r#""bob" "first" [20002] [0.5]"#];
    assert_eq!(found.iter().map(columns).collect::<Vec<_>>(), expected);
}

/// A day of an agent: how long with customers of ten hours, offers that were missed of ten, and whether absent; late by a few minutes, fewer if less was done. Whoever is less with
/// customers had five offers on the day on which none was missed, and fifteen on the other.
fn day(agent: &str, day: i32, utilised_h: i64, missed: u32, absent: Option<bool>) -> Value {
    json!({"tenant": "default", "site": "berlin", "agent": agent, "day": day, "employed": true, "source_complete": true, "paid_ms": 36_000_000,
        "utilised_ms": utilised_h * 3_600_000, "offers": match (utilised_h, missed) { (5, 0) => 5, (5, _) => 15, _ => 10 }, "missed_offers": missed, "absent": absent, "approved_leave": absent.map(|_| false), "late_ms": if utilised_h == 5 { 200_000 } else { 280_000 }, "version": 1})
}

fn counts(rows: &[Map<String, Value>], input: &str) -> (Vec<u64>, Vec<u64>) {
    let number = |row: &Map<String, Value>, name: &str| row[name].as_u64().or_else(|| row[name].as_str()?.parse().ok()).unwrap();
    rows.iter().filter(|row| row["input"] == input).map(|row| (number(row, "then"), number(row, "now"))).unzip()
}

/// Four weeks of ten agents and the week after it, two days each: half of the agents are with customers for five of ten hours and half for nine; in the last week all of them
/// for nine and one for five. Missed offers are summed, not averaged by day: who has 0 and 2 of 10 and who has 0 of 5 and 2 of 15 misses a tenth. Absence is known of one day
/// of each, and of a1's it is approved leave. a8 and a9 are overloaded on one day of two that are paid. Whoever was never employed, another tenant, Munich, and the days
/// between the weeks are not counted.
#[test]
fn inputs_are_counted_by_agent_and_week() {
    let berlin = Berlin::new("bins");
    let (then, now) = (20_000..=20_027, 20_035..=20_041);
    let values = [("then_first", 20_000), ("then_last", 20_027), ("now_first", 20_035), ("now_last", 20_041)];
    let put = |agents: std::ops::Range<usize>, parts: &[bool]| {
        let of = |number: usize, first: i32, hours: i64| {
            let agent = format!("a{number}");
            let mut week = vec![day(&agent, first, hours, 0, None), day(&agent, first + 6, hours, 2, Some(number < 2))];
            week[1]["approved_leave"] = (number == 1).into();
            // As busy in the week as the others, and not on each day.
            let busy = match (number, hours) {
                (1, 5) => vec![(5, 0), (15, 10)],
                (8.., _) => vec![(10, 10), (10, 8)],
                _ => vec![],
            };
            for (row, (paid_h, utilised_h)) in week.iter_mut().zip(busy) {
                (row["paid_ms"], row["utilised_ms"]) = ((paid_h * 3_600_000).into(), (utilised_h * 3_600_000).into());
            }
            if number == 8 {
                let mut unpaid = day(&agent, first + 3, 0, 0, None);
                (unpaid["paid_ms"], unpaid["offers"]) = (0.into(), 0.into());
                week.push(unpaid);
            }
            week
        };
        let weeks = agents.flat_map(|number| {
            let before = then.clone().step_by(7).flat_map(move |first| of(number, first, if number < 5 { 5 } else { 9 }));
            before.chain(of(number, *now.start(), if number == 0 { 5 } else { 9 }))
        });
        let weeks = weeks.filter(|row| parts.contains(&(row["day"].as_i64().unwrap() >= i64::from(*now.start()))));
        let rows: Vec<Value> = weeks.collect();
        let days: std::collections::BTreeSet<i64> = rows.iter().map(|row| row["day"].as_i64().unwrap()).collect();
        insert(&berlin, "agent_days", rows.into_iter());
        insert(
            &berlin,
            "formed_days",
            days.into_iter().map(|day| json!({"tenant": "default", "site": "berlin", "day": day, "version": 1})),
        );
    };
    put(0..7, &[false, true]);
    // The eighth was there in the week, not in the quarter: seven then or seven now are seven, however many weeks.
    put(7..8, &[true]);
    let turned = [("then_first", 20_035), ("then_last", 20_041), ("now_first", 20_000), ("now_last", 20_027)];
    assert_eq!([&values, &turned].map(|values| asked(&berlin, INPUT_BINS, values).len()), [0; 2], "of seven agents nothing is said");
    put(7..8, &[false]);
    assert_eq!(counts(&asked(&berlin, INPUT_BINS, &values), "util"), (vec![20, 12], vec![1, 7]), "of eight there is");
    put(8..10, &[false, true]);
    // In between, of somebody who is not employed, of another site and tenant: none is looked at.
    let mut others = vec![
        day("a0", 19_999, 1, 10, None),
        day("a0", 20_028, 1, 10, None),
        day("a0", 20_034, 1, 10, None),
        day("a0", 20_042, 1, 10, None),
    ];
    others.push(day("gone", 20_036, 1, 10, None));
    others[4]["employed"] = false.into();
    others.push(day("mia", 20_036, 1, 10, None));
    others[5]["site"] = "munich".into();
    others.push(of_another(day("a0", 20_036, 1, 10, None)));
    let days: Vec<Value> =
        others.iter().map(|row| json!({"tenant": row["tenant"], "site": row["site"], "day": row["day"], "version": 1})).collect();
    insert(&berlin, "agent_days", others.into_iter());
    insert(&berlin, "formed_days", days.into_iter());

    let found = asked(&berlin, INPUT_BINS, &values);
    assert_eq!(counts(&found, "util"), (vec![20, 20], vec![1, 9]));
    assert_eq!(counts(&found, "not_responding"), (vec![40], vec![10]), "everybody missed a tenth every week");
    let bins: Vec<&Value> = found.iter().filter(|row| row["input"] == "util").map(|row| &row["bin"]).collect();
    assert!(
        bins.iter().map(|bin| bin.to_string().replace('"', "")).eq(["0", "2"]),
        "half of the quarter lies between, and nobody there: {bins:?}"
    );
    assert_eq!(counts(&found, "absent"), (vec![32, 4], vec![8, 1]));
    // Overloaded is above nine tenths, not from nine tenths on; late by less than the five minutes that are tolerated.
    assert_eq!([counts(&found, "util90"), counts(&found, "late_min")], [(vec![32, 8], vec![8, 2]), (vec![40], vec![10])]);
    assert_eq!(
        [counts(&found, "aht"), counts(&found, "early_min")],
        [(vec![], vec![]), (vec![], vec![])],
        "nobody handled anything, and when anybody left is not known"
    );
    let (then, now) = counts(&found, "util");
    assert_eq!(drift(&then, &now).unwrap().level(), DriftLevel::Stable, "of ten agents it may be chance");
}
