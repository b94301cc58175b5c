//! What stands beside the leavers of leaders, targets that are reached, and the work of new hires, on the tables and views of the real database: worked out by hand.
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

use events::{Observation, ObservationKind, Reference, ReferenceKind};
use serde_json::{Value, json};
use site::{Berlin, reference};
use warehouse::attrition_reports::{ATTAINMENT, LEADER_CELLS, LEADER_HIRES, LEADER_QUARTERS, LEADER_SIGNALS, Place, SPELLS, STARTED, ask};

/// 1 January 2025, the first day of a quarter; the next one begins 90 days later.
const FIRST: i32 = 20_089;

fn insert(berlin: &Berlin, table: &str, rows: &[Value]) {
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    let sql = format!("INSERT INTO {{database}}.{table} FORMAT JSONEachRow\n{}", lines.join("\n"));
    berlin.wait(berlin.attrition.server().execute(&sql)).unwrap();
}

/// Answers as text, one line a row.
fn told(berlin: &Berlin, statement: &str, more: &[(&str, Place<'_>)]) -> Vec<String> {
    let mut values = more.to_vec();
    values.extend([
        ("tenant", Place::Text("default")),
        ("site", Place::Text("berlin")),
        ("zone", Place::Text("Europe/Berlin")),
        ("sites_off", Place::Texts(&[])),
        ("first_day", Place::Whole(FIRST.into())),
        ("last_day", Place::Whole((FIRST + 119).into())),
    ]);
    let own = berlin.attrition.server().database.clone();
    let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let rows = berlin.database.wait(ask(&berlin.database.server, &own, statement, &values)).unwrap();
    rows.iter().map(|row| row.values().map(cell).collect::<Vec<_>>().join(" ")).collect()
}

/// A day of an agent with lea as leader: eight hours paid, four of them in contacts, two hours without a pause, five shifts a week.
fn day(agent: &str, day: i32, more: &Value) -> Value {
    let mut row = json!({
        "tenant": "default", "site": "berlin", "day": day, "agent": agent, "leader": "lea", "employed": true, "scheduled_shifts_28d": 20,
        "paid_ms": 28_800_000, "utilised_ms": 14_400_000, "longest_run_ms": 7_200_000, "quick_return": false, "version": 1
    });
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row
}

fn formed(days: std::ops::Range<i32>) -> Vec<Value> {
    let sites = [("default", "berlin"), ("default", "munich"), ("another", "berlin")];
    days.flat_map(|day| sites.map(|(tenant, site)| json!({"tenant": tenant, "site": site, "day": day, "version": 1}))).collect()
}

/// An entry of another tenant, which is nobody's business here.
fn of_another(kind: ReferenceKind, id: &str, valid_from_us: i64, attributes: &[(&str, &str)]) -> Vec<u8> {
    let attributes = attributes.iter().copied().collect();
    facts::encoded(&Reference { tenant: "another", kind, id, valid_from_us, attributes, removed: false, revision: 1 })
}

/// What begins half an hour after midnight in Berlin, on the day before in UTC.
fn session<'a>(id: &'a str, agent: &'a str, day: i32, outcome: &'a str) -> Observation<'a> {
    Observation {
        tenant: "default",
        source: "school",
        observation_id: id,
        kind: ObservationKind::Other,
        observed_us: i64::from(day) * 86_400_000_000 - 1_800_000_000,
        agent: Some(agent),
        dimension: Some("session"),
        outcome: Some(outcome),
        reason: Some("quality"),
        ..Observation::default()
    }
}

/// ann is led by lea on the first four days of 2025, and by max on the fifth. Of 8 h paid, 7 h 12 min are 90 % and no more; a minute more is. Days of notice, of a long leave,
/// before hiring, of another site that is switched off, not formed to the end, with nobody as leader, of another tenant and out of the period are nobody's. bob has no schedule
/// and no pay in the next quarter.
#[test]
fn each_day_counts_for_the_leader_of_the_day() {
    let berlin = Berlin::new("led");
    let days = [
        day(
            "ann",
            FIRST,
            &json!({"utilised_ms": 25_920_000, "quick_return": true, "targets": 2, "targets_missed": 1, "targets_missed_peers_share_micro": 250_000}),
        ),
        day(
            "ann",
            FIRST + 1,
            &json!({"utilised_ms": 25_980_000, "longest_run_ms": 10_800_000, "targets": 1, "targets_missed_peers_share_micro": 400_000}),
        ),
        day("ann", FIRST + 2, &json!({"paid_ms": 0, "utilised_ms": 0, "longest_run_ms": null, "quick_return": null})),
        day("ann", FIRST + 3, &json!({})),
        day("ann", FIRST + 4, &json!({"leader": "max"})),
        day("ann", FIRST + 5, &json!({"notice_given": true})),
        day("ann", FIRST + 6, &json!({"on_leave": true})),
        day("ann", FIRST + 7, &json!({"employed": false})),
        day("ann", FIRST + 8, &json!({"leader": null})),
        day("ann", FIRST + 9, &json!({"version": 0})),
        day("ann", FIRST - 1, &json!({})),
        day("ann", FIRST + 120, &json!({})),
        day("ann", FIRST + 10, &json!({"tenant": "another"})),
        day("bob", FIRST + 89, &json!({"site": "munich"})),
        day(
            "bob",
            FIRST + 90,
            &json!({"site": "munich", "scheduled_shifts_28d": null, "paid_ms": 0, "longest_run_ms": null, "quick_return": null}),
        ),
    ];
    insert(&berlin, "agent_days", &days);
    insert(&berlin, "formed_days", &formed(FIRST - 1..FIRST + 121));
    // Two coachings on a day with lea, one with max, one on a day of notice; training is none, and neither is what is no session or another tenant's.
    let sessions = [
        session("1", "ann", FIRST + 1, "coaching"),
        session("2", "ann", FIRST + 1, "coaching"),
        session("3", "ann", FIRST + 4, "coaching"),
        session("4", "ann", FIRST + 5, "coaching"),
        session("5", "ann", FIRST, "training"),
        Observation { tenant: "another", ..session("6", "ann", FIRST, "coaching") },
        Observation { dimension: Some("mood"), ..session("7", "ann", FIRST, "coaching") },
        Observation { kind: ObservationKind::Evaluation, ..session("8", "ann", FIRST, "coaching") },
    ];
    berlin.write(&sessions.map(|one| facts::encoded(&one)));
    let ann = [format!("lea {FIRST} ann 4 3 1 3 25200000 4 1 2 3 1 900000"), format!("max {FIRST} ann 1 1 0 1 7200000 1 0 1 0 0 0")];
    let bob = [format!("lea {FIRST} bob 1 1 0 1 7200000 1 0 0 0 0 0"), format!("lea {} bob 1 0 0 0 0 0 0 0 0 0 0", FIRST + 90)];
    assert_eq!(told(&berlin, LEADER_QUARTERS, &[]), [ann[0].clone(), bob[0].clone(), bob[1].clone(), ann[1].clone()]);
    let off = ["munich".to_owned()];
    assert_eq!(told(&berlin, LEADER_QUARTERS, &[("sites_off", Place::Texts(&off))]), ann);
}

/// Something that happened to a signal about an agent of lea: hours since the day began.
fn event(id: &str, kind: &str, day: i32, hour: i64, more: &Value) -> Value {
    let mut row = json!({
        "tenant": "default", "site": "berlin", "agent": id, "signal_id": id, "episode": 1, "kind": kind, "state": kind, "tier": "concern", "day": day,
        "event_time": i64::from(day) * 86_400 + hour * 3_600, "actor": "leader", "leader": "lea", "team": "red", "version": 1
    });
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row
}

/// Opened in January: one talked about after two days and agreed on; one that is contested, so open; one that the personnel department took back. In February: one that
/// expired. In April: one of max, told because it became urgent, talked about six hours later, and one talked about before that. Not told of: one kept silent, one that the
/// product took back, one opened before, one after, one of nobody, one of another tenant, which took back one of its own of the same name.
#[test]
fn signals_count_for_the_leader_who_was_told() {
    let berlin = Berlin::new("told");
    let april = FIRST + 95;
    let max = json!({"leader": "max", "site": "munich"});
    let mut events = vec![
        event("a", "talked", FIRST + 12, 0, &json!({})),
        event("a", "closed", FIRST + 20, 0, &json!({"outcome": "agreed"})),
        event("b", "contested", FIRST + 12, 0, &json!({"state": "contested_open", "actor": "agent"})),
        event("c", "opened", FIRST + 40, 0, &json!({"actor": "system"})),
        event("c", "expired", FIRST + 60, 0, &json!({})),
        event("d", "withdrawn", FIRST + 30, 0, &json!({"actor": "human_resources"})),
        event("e", "withdrawn", FIRST + 11, 0, &json!({"actor": "system"})),
        event("h", "opened", april, 0, &json!({"leader": "max", "site": "munich", "silent": true, "silent_share": 0.2})),
        event("h", "escalated", april + 2, 0, &json!({"leader": "max", "site": "munich", "tier": "urgent"})),
        event("h", "talked", april + 2, 6, &max),
        event("l", "opened", april, 0, &json!({"leader": "max", "site": "munich", "silent": true, "silent_share": 0.2})),
        event("l", "talked", april + 1, 0, &max),
        event("l", "escalated", april + 2, 0, &json!({"leader": "max", "site": "munich", "tier": "urgent"})),
        event("f", "opened", FIRST + 10, 0, &json!({"silent": true, "silent_share": 0.2})),
        event("g", "opened", FIRST - 1, 0, &json!({})),
        event("i", "opened", FIRST + 10, 0, &json!({"leader": null})),
        event("j", "opened", FIRST + 120, 0, &json!({})),
        event("k", "opened", FIRST + 10, 0, &json!({"tenant": "another"})),
        event("a", "withdrawn", FIRST + 11, 0, &json!({"tenant": "another", "actor": "system"})),
    ];
    events.extend(["a", "b", "d", "e"].map(|id| event(id, "opened", FIRST + 10, 0, &json!({"actor": "system"}))));
    insert(&berlin, "signal_events", &events);
    let of_lea = ["1 172800 agreed", "0 null open", "0 null expired", "0 null withdrawn"].map(|of| format!("lea {FIRST} {of}"));
    let of_max = ["1 21600 open", "1 null open"].map(|of| format!("max {} {of}", FIRST + 90));
    let all = [&of_lea[..], &of_max[..]].concat();
    assert_eq!(told(&berlin, LEADER_SIGNALS, &[]), all);
    let off = ["munich".to_owned()];
    assert_eq!(told(&berlin, LEADER_SIGNALS, &[("sites_off", Place::Texts(&off))]), all[..4]);
}

/// The 90th day after 3 October 2024 is 1 January 2025. ann was hired on it, and left on the 90th day; bob too and left a day later; cid was dismissed after ten days; dan
/// stays, and was led by max from the second day on. eve was hired two days before: over on 30 December. fay was hired in January: over in April; gus at its end: over in May.
/// kim has an id that was somebody else's, whom max led. lou left before being hired, which cannot be. tom is another tenant's.
#[test]
fn early_exits_count_for_the_leader_of_the_first_day() {
    let berlin = Berlin::new("hires");
    let hired = |id: &'static str, date: &'static str, more: &[(&'static str, &'static str)]| {
        let attributes =
            [&[("team", "red"), ("leader", "lea"), ("site", "berlin"), ("contract", "permanent"), ("hire_date", date)], more].concat();
        reference(ReferenceKind::Agent, id, 0, &attributes)
    };
    // 2024-10-04 00:00 in Berlin.
    let second_day = 1_727_992_800_000_000;
    let of_max = |id: &str, since_us: i64, contract: &str| {
        let attributes = [("team", "red"), ("leader", "max"), ("site", "berlin"), ("contract", contract), ("hire_date", "2024-10-03")];
        reference(ReferenceKind::Agent, id, since_us, &attributes)
    };
    berlin.write(&[
        hired("ann", "2024-10-03", &[("left_date", "2025-01-01"), ("left_kind", "voluntary")]),
        hired("bob", "2024-10-03", &[("left_date", "2025-01-02"), ("left_kind", "voluntary")]),
        hired("cid", "2024-10-03", &[("left_date", "2024-10-13"), ("left_kind", "involuntary")]),
        hired("dan", "2024-10-03", &[]),
        of_max("dan", second_day, "agency"),
        of_max("dan", second_day + 3_600_000_000, "intern"),
        // The id was somebody else's, and is another tenant's.
        reference(
            ReferenceKind::Agent,
            "kim",
            0,
            &[("leader", "max"), ("site", "berlin"), ("hire_date", "2023-01-01"), ("left_date", "2023-06-01")],
        ),
        reference(
            ReferenceKind::Agent,
            "kim",
            second_day - 86_400_000_000,
            &[("leader", "lea"), ("site", "berlin"), ("hire_date", "2024-10-03")],
        ),
        of_another(ReferenceKind::Agent, "kim", 0, &[("leader", "leo"), ("site", "berlin")]),
        hired("lou", "2024-10-03", &[("left_date", "2024-09-01"), ("left_kind", "voluntary")]),
        hired("eve", "2024-10-01", &[]),
        hired("fay", "2025-01-05", &[]),
        hired("gus", "2025-01-31", &[]),
        of_another(ReferenceKind::Agent, "tom", 0, &[("leader", "max"), ("site", "berlin"), ("hire_date", "2024-10-03")]),
    ]);
    assert_eq!(told(&berlin, LEADER_HIRES, &[]), [format!("lea {FIRST} 4 1"), format!("lea {} 1 0", FIRST + 90)]);
    let off = ["berlin".to_owned()];
    assert_eq!(told(&berlin, LEADER_HIRES, &[("sites_off", Place::Texts(&off))]), [""; 0]);

    // The contract is that of the day: dan's first day was permanent; zoe is not in the reference data.
    let first = FIRST - 90;
    insert(&berlin, "agent_days", &[day("dan", first, &json!({})), day("dan", first + 1, &json!({})), day("zoe", first, &json!({}))]);
    insert(&berlin, "formed_days", &formed(first..first + 2));
    let cells = told(&berlin, LEADER_CELLS, &[("first_day", Place::Whole(first.into()))]);
    assert_eq!(cells, ["lea 0  berlin  5 10 1 0", "lea 0  berlin intern 5 10 1 0", "lea 0  berlin permanent 5 10 1 0"]);
}

/// Four targets: handle time, of 300 s until 10 January and of 280 s from then on; contacts per hour; adherence; and one that no single agent has. ann handles ten contacts of
/// 290 s a day and is where the schedule says for seven hours of eight less twenty minutes; bob has a day without any, and one of which no productive time is known. The queue
/// group is that of the last day on which the target held, the level that of the last entry in the period. Other sites and tenants, who is not employed, and days out of the
/// period are not looked at.
#[test]
fn agents_stand_beside_targets_while_they_hold() {
    let berlin = Berlin::new("attained");
    let target =
        |id: &str, from_us: i64, kpi: &str, value: &str| reference(ReferenceKind::Target, id, from_us, &[("kpi", kpi), ("value", value)]);
    // 2025-01-10 00:00 in Berlin is 23:00 of the day before in UTC.
    let tenth = i64::from(FIRST + 9) * 86_400_000_000 - 3_600_000_000;
    berlin.write(&[
        target("agents/aht", 0, "aht", "300"),
        target("agents/aht", tenth, "aht", "280"),
        target("agents/pace", 0, "calls_per_hour", "1.25"),
        target("agents/where", 0, "adherence", "0.9"),
        target("site", 0, "service_level", "0.8"),
        // A queue that is measured by something has no target by it.
        reference(ReferenceKind::Queue, "sales", 0, &[("kpi", "aht"), ("value", "1")]),
        reference(ReferenceKind::Agent, "ann", 0, &[("site", "berlin"), ("level", "1")]),
        reference(ReferenceKind::Agent, "ann", tenth, &[("site", "berlin"), ("level", "2")]),
        // 2025-05-01 00:00 in Berlin: the day after the last one.
        reference(
            ReferenceKind::Agent,
            "ann",
            i64::from(FIRST + 120) * 86_400_000_000 - 7_200_000_000,
            &[("site", "berlin"), ("level", "3")],
        ),
        of_another(ReferenceKind::Target, "theirs", 0, &[("kpi", "aht"), ("value", "100")]),
        of_another(ReferenceKind::Agent, "ann", tenth + 1, &[("site", "berlin"), ("level", "9")]),
    ]);
    let adherent = json!({"in_adherence_ms": 25_200_000, "adherence_scheduled_ms": 27_600_000});
    let mut work = json!({"group": "sales", "handled": 10, "handle_ms": 2_900_000, "productive_ms": 28_800_000});
    work.as_object_mut().unwrap().extend(adherent.as_object().unwrap().clone());
    let mut days: Vec<Value> = (FIRST..FIRST + 11).map(|on| day("ann", on, &work)).collect();
    days.push(day("ann", FIRST + 11, &json!({"group": "service", "handled": 10, "handle_ms": 2_900_000, "productive_ms": 28_800_000})));
    days.push(day("bob", FIRST, &json!({"productive_ms": 28_800_000})));
    days.push(day("bob", FIRST + 1, &json!({"handled": 3, "handle_ms": 600_000})));
    days.push(day("cid", FIRST, &json!({"site": "munich", "handled": 1, "handle_ms": 1})));
    days.push(day("eve", FIRST, &json!({"handled": 1, "handle_ms": 1, "employed": false})));
    days.push(day("ann", FIRST, &json!({"handled": 1, "handle_ms": 1, "tenant": "another"})));
    days.extend([FIRST - 1, FIRST + 120].map(|on| day("ann", on, &work)));
    insert(&berlin, "agent_days", &days);
    insert(&berlin, "formed_days", &formed(FIRST - 1..FIRST + 121));
    // ann: nine days at 300, three at 280. Contacts × 3,600,000 ms ÷ productive ms.
    let expected = [
        "agents/aht aht 280000000 service 2 ann 3 8700000 30000",
        "agents/aht aht 300000000 sales 2 ann 9 26100000 90000",
        "agents/aht aht 300000000   bob 1 600000 3000",
        "agents/pace calls_per_hour 1250000 service 2 ann 12 432000000 345600000",
        "agents/pace calls_per_hour 1250000   bob 1 0 28800000",
        "agents/where adherence 900000 service 2 ann 11 277200000 303600000",
        "agents/where adherence 900000   bob 0 0 0",
    ];
    assert_eq!(told(&berlin, ATTAINMENT, &[]), expected);
}

/// ann was hired on 1 January with the spring batch, which is known from the fourth day on, and for a day was taken for the winter's; before, the id was that of somebody else,
/// of the autumn. Her eighth day is one of the second week; a day without productive time is none, and neither is one before she was hired, one after the last, one without
/// employment, or another tenant's; after a year nothing is counted. ben was dismissed after 19 days, cat left after 31 by her own wish; dot was hired a day before the first.
#[test]
fn those_hired_have_their_batch_and_their_weeks() {
    let berlin = Berlin::new("batches");
    let of = |from_us: i64, more: &[(&str, &str)]| {
        reference(ReferenceKind::Agent, "ann", from_us, &[&[("team", "red"), ("site", "berlin")], more].concat())
    };
    let hired =
        |id: &str, more: &[(&str, &str)]| reference(ReferenceKind::Agent, id, 0, &[&[("team", "red"), ("site", "berlin")], more].concat());
    let on = |day: i32| i64::from(day) * 86_400_000_000;
    berlin.write(&[
        of(
            0,
            &[
                ("hire_date", "2023-09-01"),
                ("left_date", "2024-01-01"),
                ("left_kind", "voluntary"),
                ("training_batch", "autumn"),
                ("recruit_source", "agency"),
            ],
        ),
        of(on(FIRST - 1), &[("hire_date", "2025-01-01")]),
        of(on(FIRST + 2), &[("hire_date", "2025-01-01"), ("training_batch", "winter")]),
        of(on(FIRST + 3), &[("hire_date", "2025-01-01"), ("training_batch", "spring")]),
        of(on(FIRST + 4), &[("hire_date", "2025-01-01")]),
        hired("ben", &[("hire_date", "2025-01-01"), ("left_date", "2025-01-20"), ("left_kind", "involuntary")]),
        hired("cat", &[("hire_date", "2025-01-01"), ("left_date", "2025-02-01"), ("left_kind", "voluntary")]),
        hired("dot", &[("hire_date", "2024-12-31")]),
        of_another(
            ReferenceKind::Agent,
            "ann",
            on(FIRST + 5),
            &[("site", "berlin"), ("hire_date", "2025-01-01"), ("training_batch", "theirs")],
        ),
        of_another(ReferenceKind::Agent, "tom", 0, &[("site", "berlin"), ("hire_date", "2025-01-01")]),
    ]);
    let spells = ["ann 119 0 spring ", "ben 19 0  ", "cat 31 1  "].map(|of| format!("2025-01-01 berlin red {of}"));
    assert_eq!(told(&berlin, SPELLS, &[]), spells);
    let worked = |on: i32, handled: i32| {
        let more = json!({"handled": handled, "productive_ms": 3_600_000 * i32::from(handled > 0), "compared_calls": handled, "ln_handle_residual_sum_micro": -handled * 1_000});
        day("ann", on, &more)
    };
    insert(
        &berlin,
        "agent_days",
        &[worked(FIRST - 1, 9), worked(FIRST, 5), worked(FIRST + 6, 7), worked(FIRST + 7, 8), worked(FIRST + 14, 0)],
    );
    let mut others = [worked(FIRST + 1, 1), worked(FIRST + 1, 1), worked(FIRST + 120, 2), worked(FIRST + 363, 3), worked(FIRST + 364, 4)];
    (others[0]["employed"], others[1]["tenant"]) = (false.into(), "another".into());
    insert(&berlin, "agent_days", &others);
    insert(&berlin, "formed_days", &formed(FIRST - 1..FIRST + 365));
    let weeks = ["ann berlin 0 12 7200000 12 -12000", "ann berlin 1 8 3600000 8 -8000"];
    assert_eq!(told(&berlin, STARTED, &[]), weeks);
    let later = ["ann berlin 17 2 3600000 2 -2000", "ann berlin 51 3 3600000 3 -3000"];
    assert_eq!(told(&berlin, STARTED, &[("last_day", Place::Whole((FIRST + 400).into()))]), [weeks, later].concat());
}
