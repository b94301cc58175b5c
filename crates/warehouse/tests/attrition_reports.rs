//! Statements of the reports on staying and leaving, against the real engine, with numbers worked out by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod common;

use common::Database;
use common::contacts::encoded;
use events::{Observation, ObservationKind, Reference, ReferenceKind};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use warehouse::attrition_reports::{
    AGENT_WEEKS, GROUPS, LABELS, LEADER_CELLS, LEADERS, MEASURE_DAYS, NEW_HIRES, Place, SESSIONS, SPELLS, TALKS, TARGETS, TrainedModel,
    WARNED, ask, write_model,
};

/// The columns of `v_agent_days` that are asked for, with their types.
const AGENT_DAYS: &str = "tenant String DEFAULT 'default', site String DEFAULT 'berlin', agent String, day Int32, team Nullable(String), leader Nullable(String),
    `group` Nullable(String), tenure_days Nullable(Int32), employed Bool DEFAULT true, notice_given Bool DEFAULT false, scheduled_shifts_28d Nullable(UInt32) DEFAULT 20,
    handled UInt32, productive_ms Int64, compared_calls UInt32, acw_compared_calls UInt32, ln_handle_residual_sum_micro Int64, ln_acw_residual_sum_micro Int64,
    repeats_matured Nullable(UInt32), repeats_72h Nullable(UInt32), repeats_72h_expected_micro Nullable(Int64), transfers UInt32,
    transfers_expected_micro Nullable(Int64), short_talks UInt32, short_talks_expected_micro Nullable(Int64), evaluations UInt32, quality_z_sum_micro Int64,
    surveys UInt32, satisfaction_z_sum_micro Int64, contacts UInt32, complaints UInt32, complaints_expected_micro Nullable(Int64)";

/// The same of `scores` and `signal_events`.
const SCORES: &str = "tenant String, site String, day Date32, agent String, probability Float64, version UInt64";
const SIGNALS: &str = "tenant String, site String, agent String, signal_id String, kind String, state String, day Date32, event_time DateTime64(6, 'UTC'), version UInt64";

struct Reports {
    database: Database,
    own: String,
}

impl Reports {
    fn new(name: &str) -> Self {
        let database = Database::new(name);
        let own = format!("{}_attrition", database.name());
        database.execute(&format!("CREATE DATABASE {own}"));
        database.execute(&format!(
            "CREATE TABLE {own}.v_agent_days ({AGENT_DAYS}) ENGINE = ReplacingMergeTree ORDER BY (tenant, site, agent, day)"
        ));
        database.execute(&format!(
            "CREATE TABLE {own}.labels (tenant String DEFAULT 'default', agent String, event_day Int32, kind String, known_day Int32) ENGINE = MergeTree ORDER BY agent"
        ));
        let view =
            "CREATE VIEW {own}.v_attrition_labels AS SELECT * FROM {own}.labels WHERE tenant = {tenant:String} AND {zone:String} != ''";
        database.execute(&view.replace("{own}", &own));
        database.execute(&format!(
            "CREATE TABLE {own}.scores ({SCORES}) ENGINE = ReplacingMergeTree(version) ORDER BY (tenant, site, day, agent)"
        ));
        database.execute(&format!("CREATE TABLE {own}.signal_events ({SIGNALS}) ENGINE = ReplacingMergeTree(version) ORDER BY (tenant, agent, signal_id, kind, day)"));
        for statement in include_str!("../migrations/attrition/0004_models.sql").replace("{database}", &own).split(";\n") {
            if statement.contains("CREATE") {
                database.execute(statement);
            }
        }
        Reports { database, own }
    }

    fn insert(&self, table: &str, columns: &str, select: &str) {
        self.database.execute(&format!("INSERT INTO {}.{table} ({columns}) {select}", self.own));
    }

    fn ask(&self, statement: &str, values: &[(&str, Place<'_>)]) -> Vec<Map<String, Value>> {
        // Of two values of a name the first counts.
        let mut all = values.to_vec();
        all.extend([
            ("tenant", Place::Text("default")),
            ("site", Place::Text("berlin")),
            ("zone", Place::Text("UTC")),
            ("sites_off", Place::Texts(&[])),
        ]);
        self.database.wait(ask(&self.database.server, &self.own, statement, &all)).unwrap()
    }

    fn told(&self, statement: &str, values: &[(&str, Place<'_>)]) -> Vec<String> {
        let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.ask(statement, values).iter().map(|row| row.values().map(cell).collect::<Vec<_>>().join(" ")).collect()
    }
}

impl Drop for Reports {
    fn drop(&mut self) {
        self.database.execute(&format!("DROP DATABASE {}", self.own));
    }
}

const PERIOD: [(&str, Place<'_>); 2] = [("first_day", Place::Whole(20_000)), ("last_day", Place::Whole(20_099))];

/// Days 20,000 (2024-10-04) to 20,099. ann is led by lea until day 20,039 and by max from day 20,040 on, and gives notice on day 20,060: at risk on days
/// 20,000 to 20,059, which are 40 of lea and 20 of max; she counts on day 20,059, for max. Of the 90 days before, lea had 40 of 60 (that is more than half)
/// and max 20. bob is led by max all the time, and stays; cid leaves on day 20,010 and was dismissed; days before the period and of other tenants do not
/// count.
#[test]
fn leavers_belong_to_the_leader_of_the_last_day_at_risk() {
    let reports = Reports::new("leaders");
    let days = |agent: &str, leader: &str, first: i32, last: i32, more: &str| {
        format!(
            "SELECT '{agent}', {first} + number, {leader}, 'sales', 400 + number, {first} + number >= {more} FROM numbers({})",
            last - first + 1
        )
    };
    let columns = "agent, day, leader, `group`, tenure_days, notice_given";
    reports.insert("v_agent_days", columns, &days("ann", "if(number < 40, 'lea', 'max')", 20_000, 20_070, "20060"));
    reports.insert("v_agent_days", columns, &days("bob", "'max'", 19_990, 20_099, "99999"));
    reports.insert("v_agent_days", columns, &days("cid", "'max'", 20_000, 20_009, "99999"));
    reports.insert(
        "v_agent_days",
        &format!("tenant, {columns}"),
        "SELECT 'other', 'eve', 20000 + number, 'max', 'sales', 1, false FROM numbers(50)",
    );
    reports.insert(
        "labels",
        "agent, event_day, kind, known_day",
        "SELECT * FROM values('a String, b Int32, c String, d Int32', ('ann', 20060, 'voluntary', 20061), ('cid', 20010, 'competing', 20010), ('bob', 20200, 'voluntary', 20200))",
    );
    let cells = reports.ask(LEADER_CELLS, &PERIOD);
    let mut sums: BTreeMap<(String, i64), (i64, i64)> = BTreeMap::new();
    for row in &cells {
        let number = |name: &str| row[name].as_i64().or_else(|| row[name].as_str()?.parse().ok()).unwrap();
        assert_eq!(
            (row["queue_group"].as_str(), row["site"].as_str(), row["contract"].as_str(), row["shifts_per_week"].as_str()),
            (Some("sales"), Some("berlin"), Some(""), Some("5"))
        );
        let sum = sums.entry((row["leader"].as_str().unwrap().to_owned(), number("tenure_days_from"))).or_default();
        (sum.0, sum.1) = (sum.0 + number("days"), sum.1 + number("leavers"));
    }
    // max: 20 days of ann, 100 of bob, 10 of cid; all of 400 days of tenure and more.
    assert_eq!(sums, [(("lea".to_owned(), 365), (40, 0)), (("max".to_owned(), 365), (130, 1))].into());
    // October to December, by month of the day: 2024-10-04 is day 20,000.
    assert_eq!(cells.iter().filter(|row| row["leader"] == "max").count(), 4, "October, November, December, January");
    assert_eq!(reports.told(LEADERS, &PERIOD), ["lea 1 1", "max 3 0"]);
    assert_eq!(reports.told(LABELS, &[])[0], "ann 20060 1 20061");
    // Where early warnings are switched off nothing is counted.
    let off = |site: &str| {
        let sites = ["it's".to_owned(), site.to_owned()];
        let values = [PERIOD[0], PERIOD[1], ("sites_off", Place::Texts(&sites))];
        [reports.told(LEADERS, &values).len(), reports.told(LEADER_CELLS, &values).len()]
    };
    assert_eq!([off("berlin"), off("munich")], [[0, 0], [2, cells.len()]]);
}

/// One week of ann (Monday, day 20,003, to day 20,009) and the day before it. Handle: −(0.2 − 0.1) × 10⁶ / 10 calls = −10,000; contacts an hour: 30 in 4
/// hours; transfers −(3 − 1) × 10⁶ / 30; nobody evaluated: null, not zero. Repeats: 2 of 10, 1.5 expected: −50,000.
#[test]
fn a_week_has_the_means_of_what_was_done_in_it() {
    let reports = Reports::new("weeks");
    let columns = "agent, day, team, `group`, handled, productive_ms, compared_calls, ln_handle_residual_sum_micro, transfers, transfers_expected_micro, repeats_matured, repeats_72h, repeats_72h_expected_micro";
    reports.insert(
        "v_agent_days",
        columns,
        "SELECT * FROM values('a String, b Int32, c String, d String, e UInt32, f Int64, g UInt32, h Int64, i UInt32, j Nullable(Int64), k Nullable(UInt32), l Nullable(UInt32), m Nullable(Int64)',
            ('ann', 20002, 'red', 'sales', 99, 3600000, 9, 900000, 0, 0, NULL, NULL, NULL),
            ('ann', 20003, 'red', 'sales', 10, 7200000, 4, 200000, 1, 400000, 10, 2, 1500000),
            ('ann', 20009, 'blue', 'sales', 20, 7200000, 6, -100000, 2, 600000, NULL, NULL, NULL))",
    );
    let found = reports.ask(AGENT_WEEKS, &PERIOD);
    assert_eq!(found.len(), 2);
    let week = &found[1];
    let near = |name: &str, expected: f64| assert!((week[name].as_f64().unwrap() - expected).abs() < 1e-9, "{name}: {}", week[name]);
    assert_eq!((week["team"].as_str(), week["peers"].as_str()), (Some("blue"), Some("berlin/sales")));
    near("handle_time", -10_000.0);
    near("contacts_per_hour", 7.5);
    near("transfers", -2_000_000.0 / 30.0);
    near("repeats", -50_000.0);
    assert!(week["quality"].is_null() && week["after_call_work"].is_null());
    let measure = |name| reports.told(MEASURE_DAYS, &[("measure", Place::Text(name)), PERIOD[0], PERIOD[1]]);
    assert_eq!(measure("contacts_per_hour"), ["ann berlin/sales 20002 99 1", "ann berlin/sales 20003 10 2", "ann berlin/sales 20009 20 2"]);
    assert_eq!(measure("repeats")[1], "ann berlin/sales 20003 -0.5 10");
    assert!(measure("repeats")[0].ends_with(" 0") && measure("repeats")[2].ends_with(" 0"), "not known yet weighs nothing");
    assert_eq!(measure("handle_time")[1], "ann berlin/sales 20003 -0.2 4");
}

fn reference<'a>(kind: ReferenceKind, id: &'a str, attributes: &[(&'a str, &'a str)]) -> Vec<u8> {
    let attributes = attributes.iter().copied().collect();
    encoded(&Reference { tenant: "default", kind, id, valid_from_us: 0, attributes, removed: false, revision: 1 })
}

fn person<'a>(id: &'a str, attributes: &[(&'a str, &'a str)]) -> Vec<u8> {
    reference(ReferenceKind::Agent, id, attributes)
}

fn session<'a>(id: &'a str, agent: &'a str, outcome: &'a str, day: i64, role: &'a str) -> Vec<u8> {
    encoded(&Observation {
        tenant: "default",
        source: "school",
        observation_id: id,
        kind: ObservationKind::Other,
        observed_us: day * 86_400_000_000 + 3_600_000_000,
        agent: Some(agent),
        dimension: Some("session"),
        outcome: Some(outcome),
        reason: Some(role),
        ..Observation::default()
    })
}

/// Day 20,000 is 2024-10-04. ann was hired on it and left by own wish on day 20,030; bob on day 20,010 and dismissed on day 20,050; cid on day 20,060 and is
/// there on day 20,099: 39 days; dan was hired before. A session on day 20,067 counts for cid; sales talks are no sessions.
#[test]
fn persons_have_their_time_and_their_sessions() {
    let reports = Reports::new("persons");
    let messages = [
        person(
            "ann",
            &[("team", "red"), ("leader", "lea"), ("hire_date", "2024-10-04"), ("left_date", "2024-11-03"), ("left_kind", "voluntary")],
        ),
        person(
            "bob",
            &[("team", "red"), ("leader", "lea"), ("hire_date", "2024-10-14"), ("left_date", "2024-11-23"), ("left_kind", "involuntary")],
        ),
        person("cid", &[("team", "red"), ("leader", "lea"), ("hire_date", "2024-12-03")]),
        person("dan", &[("team", "red"), ("leader", "lea"), ("hire_date", "2023-01-01")]),
        session("1", "cid", "follow_up", 20_067, "leader"),
        session("2", "cid", "sales", 20_070, "leader"),
        session("3", "dan", "coaching", 20_080, "quality"),
    ];
    reports.database.write(&messages).unwrap();
    let spells: Vec<String> = reports.told(SPELLS, &PERIOD);
    assert_eq!(spells, ["2024-10-01  red ann 30 1  ", "2024-10-01  red bob 40 0  ", "2024-12-01  red cid 39 0  "]);
    assert_eq!(reports.told(NEW_HIRES, &[("today", Place::Whole(20_099))]), ["cid lea 20060 [20067]"]);
    // On day 20,029 ann is still there, and bob has begun.
    assert_eq!(reports.told(NEW_HIRES, &[("today", Place::Whole(20_029))]), ["ann lea 20000 []", "bob lea 20010 []"]);
    assert_eq!(reports.told(SESSIONS, &PERIOD), ["cid 20067 follow_up leader", "dan 20080 coaching quality"]);
    let target = |id, kpi| reference(ReferenceKind::Target, id, &[("kpi", kpi), ("value", "1")]);
    reports.database.write(&[target("agents/one", "aht"), target("agents/two", "qa_score"), target("alone", "csat")]).unwrap();
    assert_eq!(reports.told(TARGETS, &[]), [" csat 1", "agents aht 1", "agents qa_score 1"]);
}

/// Scores of three days and a signal that opened on the second: told once, although the row is there twice. Groups of one attribute only. A talk is a talk.
#[test]
fn warnings_and_groups_come_apart_and_are_joined_by_the_report_alone() {
    let reports = Reports::new("warned");
    reports.insert(
        "scores",
        "tenant, site, day, agent, probability, version",
        "SELECT 'default', 'berlin', toDate32('2024-10-04') + number, 'ann', 0.125 * (number + 1), 1 FROM numbers(3)",
    );
    let signal = "tenant, site, agent, signal_id, kind, state, day, event_time, version";
    for kind in ["opened", "opened", "talked"] {
        let version = if kind == "talked" { 2 } else { 1 };
        reports.insert(
            "signal_events",
            signal,
            &format!("SELECT 'default', 'berlin', 'ann', 's1', '{kind}', 'open', toDate32('2024-10-04') + {version}, now64(6), {version}"),
        );
    }
    reports.insert("protected_groups", "tenant, agent, attribute, value, version", "SELECT * FROM values('a String, b String, c String, d String, e UInt64', ('default', 'ann', 'age_band', '30-39', 1), ('default', 'ann', 'other', 'x', 1))");
    let found = reports.ask(WARNED, &PERIOD);
    assert_eq!(found.len(), 1);
    let text = serde_json::to_string(&found[0]).unwrap();
    assert_eq!(text, r#"{"agent":"ann","scored_days":3,"scores":[[20000,0.125],[20001,0.25],[20002,0.375]],"alert_days":[20001]}"#);
    assert_eq!(reports.told(GROUPS, &[("attribute", Place::Text("age_band"))]), ["ann 30-39"]);
    assert_eq!(reports.told(TALKS, &[]), ["ann 20002"]);
    for (name, statement) in
        [("leaders", LEADERS), ("cells", LEADER_CELLS), ("warned", WARNED), ("weeks", AGENT_WEEKS), ("hires", NEW_HIRES)]
    {
        assert!(!statement.contains("protected_groups"), "{name}");
    }
}

/// Text with quotes and braces comes back as it was; the same model again is one row.
#[test]
fn a_model_is_registered_once() {
    let reports = Reports::new("models");
    let row = TrainedModel {
        tenant: "default",
        site: "berlin",
        model_id: "berlin-2024-12-31-0011aabb",
        trained_until_day: 20_088,
        learned: "shipped coefficients, own intercept",
        rows: 1_234,
        leavers: 12,
        quality: [Some(0.75), None, Some(f64::NAN)],
        model: "{\"id\": \"it's \\\\ one\"}",
        card: "# Card\nline 'two'",
        code_version: "0.1.0",
    };
    for _ in 0..2 {
        reports.database.wait(write_model(&reports.database.server, &reports.own, &row)).unwrap();
    }
    let found = reports.database.rows(&format!(
        "SELECT model, card, auc, average_precision, observed_over_expected, toString(trained_until) AS until FROM {}.models FINAL",
        reports.own
    ));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0]["model"].as_str(), found[0]["card"].as_str()), (row.model, row.card));
    assert_eq!(
        (found[0]["auc"].as_str(), found[0]["average_precision"].as_str(), found[0]["observed_over_expected"].as_str()),
        ("0.75", "", "")
    );
    assert_eq!(found[0]["until"], "2024-12-31");
}
