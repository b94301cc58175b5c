//! What the organisation did with agents around signals, and with whom they are compared, on the tables and views of the real database: worked out by hand.
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

use events::{Observation, ObservationKind};
use serde_json::{Value, json};
use site::Berlin;
use warehouse::attrition_reports::{FEEDBACK, Place, ask};

/// The day on which the signals opened: 12 January 2025.
const DAY: i32 = 20_100;
const HOUR_MS: i64 = 3_600_000;

fn insert(berlin: &Berlin, table: &str, rows: &[Value]) {
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    let sql = format!("INSERT INTO {{database}}.{table} FORMAT JSONEachRow\n{}", lines.join("\n"));
    berlin.wait(berlin.attrition.server().execute(&sql)).unwrap();
}

/// Rows of the period up to a day, as text: one line a window.
fn told(berlin: &Berlin, site: &str, last_day: i32) -> Vec<String> {
    let values = [
        ("tenant", Place::Text("default")),
        ("site", Place::Text(site)),
        ("zone", Place::Text("Europe/Berlin")),
        ("first_day", Place::Whole((DAY - 1).into())),
        ("last_day", Place::Whole(last_day.into())),
    ];
    let own = berlin.attrition.server().database.clone();
    let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let rows = berlin.database.wait(ask(&berlin.database.server, &own, FEEDBACK, &values)).unwrap();
    rows.iter().map(|row| row.values().map(cell).collect::<Vec<_>>().join(" ")).collect()
}

fn with(mut row: Value, more: &Value) -> Value {
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row
}

/// Days of an agent who is scheduled for eight hours on each, with what is otherwise on a day, counted from the opening.
fn days(agent: &str, more: impl Fn(i32) -> Value) -> Vec<Value> {
    let plain = json!({
        "tenant": "default", "site": "berlin", "agent": agent, "group": "sales", "tenure_days": 400, "employed": true, "scheduled_shifts_28d": 20,
        "scheduled_ms": 8 * HOUR_MS, "overtime_ms": 0, "quick_return": false, "version": 1
    });
    let on = |offset: i32| with(with(plain.clone(), &json!({"day": DAY + offset})), &more(offset));
    // Further than either window reaches, so that what lies beside them would show.
    (-31..=28).map(on).collect()
}

fn score(agent: &str, day: i32, probability: f64) -> Value {
    json!({"tenant": "default", "site": "berlin", "day": day, "agent": agent, "standing": "scored", "probability": probability, "version": 1})
}

/// Something that happened to the signal about an agent.
fn event(id: &str, agent: &str, kind: &str, day: i32, more: &Value) -> Value {
    let row = json!({
        "tenant": "default", "site": "berlin", "agent": agent, "signal_id": id, "episode": 1, "kind": kind, "state": kind, "tier": "concern", "day": day,
        "event_time": i64::from(day + 1) * 86_400, "actor": "system", "version": 1
    });
    with(row, more)
}

fn observed<'a>(id: &'a str, agent: &'a str, kind: ObservationKind, at_us: i64) -> Observation<'a> {
    Observation {
        tenant: "default",
        source: "school",
        observation_id: id,
        kind,
        observed_us: at_us,
        agent: Some(agent),
        ..Observation::default()
    }
}

fn session<'a>(id: &'a str, agent: &'a str, outcome: &'a str, at_us: i64, took_ms: Option<i64>) -> Vec<u8> {
    let of = observed(id, agent, ObservationKind::Other, at_us);
    facts::encoded(&Observation { dimension: Some("session"), outcome: Some(outcome), duration_ms: took_ms, ..of })
}

fn evaluation<'a>(id: &'a str, agent: &'a str, at_us: i64, points: Option<i64>, sampling: &'a str) -> Vec<u8> {
    let of = observed(id, agent, ObservationKind::Evaluation, at_us);
    let (score_milli, score_max_milli) = (points.map(|points| points * 500), points.map(|_| 50_000));
    facts::encoded(&Observation { score_milli, score_max_milli, sampling: Some(sampling), ..of })
}

/// Noon in UTC, one in the afternoon in Berlin, so many days from the opening.
const fn noon(offset: i64) -> i64 {
    (DAY as i64 + offset) * 86_400_000_000 + 43_200_000_000
}

/// ann is told of on the day and given half the hours since, with overtime and a quick return; her session and evaluations are below. max is told of and leaves on the eighth day after.
/// bob is kept silent and urgent three days later, lee is kept silent. Of nat somebody was told five days before; ola's was taken back; rex's days after are not over.
fn around_signals(berlin: &Berlin) {
    let half = |offset: i32| match offset {
        1 => json!({"scheduled_ms": 4 * HOUR_MS, "overtime_ms": HOUR_MS, "quick_return": true}),
        2.. => json!({"scheduled_ms": 4 * HOUR_MS, "overtime_ms": HOUR_MS}),
        _ => json!({"night_ms": 1_000}),
    };
    let mut all = days("ann", half);
    all.extend(days("max", |offset| json!({"employed": offset < 8})));
    all.extend(["bob", "lee", "nat", "ola", "rex"].iter().flat_map(|agent| days(agent, |_| json!({}))));
    insert(berlin, "agent_days", &all);
    let places = [("ann", 0.2), ("max", 0.6), ("bob", 0.2), ("lee", 0.5), ("nat", 0.2), ("ola", 0.2)];
    let mut scores: Vec<Value> = places.iter().map(|(agent, probability)| score(agent, DAY, *probability)).collect();
    scores.push(score("rex", DAY + 1, 0.2));
    insert(berlin, "scores", &scores);
    let (told, silent) = (json!({"silent": false, "silent_share": 0.2}), json!({"silent": true, "silent_share": 0.2}));
    let events = [
        event("a", "ann", "opened", DAY, &told),
        event("a", "ann", "escalated", DAY + 9, &json!({"tier": "urgent"})),
        event("b", "bob", "opened", DAY, &silent),
        event("b", "bob", "escalated", DAY + 3, &json!({"tier": "urgent"})),
        event("l", "lee", "opened", DAY, &silent),
        event("m", "max", "opened", DAY, &json!({})),
        event("n1", "nat", "opened", DAY - 5, &told),
        event("n2", "nat", "opened", DAY, &told),
        event("o", "ola", "opened", DAY, &told),
        event("o", "ola", "withdrawn", DAY + 2, &json!({})),
        event("r", "rex", "opened", DAY + 1, &told),
    ];
    insert(berlin, "signal_events", &events);
    berlin.write(&[
        session("1", "ann", "training", noon(-3), Some(HOUR_MS)),
        // Half past midnight of the day itself in Berlin.
        session("2", "ann", "training", noon(-1) + 41_400_000_000, Some(HOUR_MS)),
        session("3", "ann", "coaching", noon(4), None),
        session("4", "ann", "follow_up", noon(5), Some(HOUR_MS)),
        session("5", "cal", "coaching", noon(5), Some(HOUR_MS)),
        evaluation("6", "ann", noon(-2), Some(80), "random"),
        evaluation("7", "ann", noon(2), Some(90), "targeted"),
        evaluation("8", "ann", noon(3), None, "targeted"),
        evaluation("9", "ann", noon(2), Some(10), "calibration"),
    ]);
}

/// Nobody was told of these within 28 days. Log-odds of 0.2 are −1.386: cal is as near as can be, ida 0.06, dan 0.29, abe 0.44 and so the fourth. eve's are 0.53 below max's. fay is of another queue
/// group, gus of another band of tenure. Of hal somebody was told 28 days before, of ida 29; of jo 28 days after, of ned by a signal that was silent until then.
fn others(berlin: &Berlin) {
    let mut all = days("cal", |offset| json!({"on_leave": (1..=10).contains(&offset)}));
    all.extend(days("dan", |offset| json!({"notice_given": offset >= 20})));
    all.extend(days("ida", |offset| {
        if offset > 0 { json!({"scheduled_shifts_28d": null, "scheduled_ms": null, "overtime_ms": null}) } else { json!({}) }
    }));
    all.extend(["abe", "eve", "hal", "jo", "ned"].iter().flat_map(|agent| days(agent, |_| json!({}))));
    all.extend(days("fay", |_| json!({"group": "service"})));
    all.extend(days("gus", |_| json!({"tenure_days": 300})));
    insert(berlin, "agent_days", &all);
    let places = [
        ("cal", 0.2),
        ("ida", 0.21),
        ("dan", 0.25),
        ("abe", 0.28),
        ("eve", 0.47),
        ("fay", 0.2),
        ("gus", 0.2),
        ("hal", 0.2),
        ("jo", 0.2),
        ("ned", 0.2),
    ];
    insert(berlin, "scores", &places.map(|(agent, probability)| score(agent, DAY, probability)));
    let events = [
        event("h", "hal", "opened", DAY - 28, &json!({})),
        event("i", "ida", "opened", DAY - 29, &json!({})),
        event("j", "jo", "opened", DAY + 28, &json!({})),
        event("n", "ned", "opened", DAY - 40, &json!({"silent": true, "silent_share": 0.2})),
        event("n", "ned", "escalated", DAY - 10, &json!({"tier": "urgent"})),
    ];
    insert(berlin, "signal_events", &events);
    let formed =
        (-31..=28).map(|offset| json!({"tenant": "default", "site": "berlin", "day": DAY + offset, "version": 1})).collect::<Vec<_>>();
    insert(berlin, "formed_days", &formed);
}

#[test]
fn each_signal_stands_beside_those_of_whom_nobody_was_told() {
    let berlin = Berlin::new("feedback");
    around_signals(&berlin);
    others(&berlin);
    // signal, own, agent, silent, drawn, after; days, planned; ms scheduled, overtime; quick returns, ms at night; sessions, untimed, ms; evaluations, scored, points.
    let plain = "28 28 806400000 0 0 0 0 0 0 0 0 0";
    let expected = [
        "a true ann false true false 28 28 806400000 0 0 28000 1 0 3600000 1 1 80".to_owned(),
        "a true ann false true true 28 28 403200000 100800000 1 0 1 1 0 2 1 90".to_owned(),
        format!("a false cal false true false {plain}"),
        // Ten days on leave, and the coaching on one of them.
        "a false cal false true true 18 18 518400000 0 0 0 0 0 0 0 0 0".to_owned(),
        format!("a false dan false true false {plain}"),
        "a false dan false true true 19 19 547200000 0 0 0 0 0 0 0 0 0".to_owned(),
        format!("a false ida false true false {plain}"),
        "a false ida false true true 28 0 0 0 0 0 0 0 0 0 0 0".to_owned(),
        format!("b true bob true true false {plain}"),
        format!("b true bob true true true {plain}"),
        format!("l true lee true true false {plain}"),
        format!("l true lee true true true {plain}"),
        format!("m true max false false false {plain}"),
        "m true max false false true 7 7 201600000 0 0 0 0 0 0 0 0 0".to_owned(),
        // Nobody was told of lee.
        format!("m false lee false false false {plain}"),
        format!("m false lee false false true {plain}"),
    ];
    assert_eq!(told(&berlin, "berlin", DAY), expected);
    // The 28 days after rex's are formed up to the 27th.
    assert_eq!(told(&berlin, "berlin", DAY + 1), expected);
    assert_eq!(told(&berlin, "munich", DAY), [""; 0]);
    insert(&berlin, "formed_days", &[json!({"tenant": "default", "site": "berlin", "day": DAY + 29, "version": 1})]);
    assert_eq!(told(&berlin, "berlin", DAY + 1).len(), expected.len() + 2);
}
