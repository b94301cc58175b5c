//! A PBX vendor's own acceptance cases for queue statistics, through the whole pipeline: Wazo's log entries in, Wazo's hourly
//! statistics out, computed in SQL over our facts. One source, and so one system, per scenario.

mod site;

use serde_json::Value;
use site::{Site, data};
use std::collections::BTreeMap;

/// A cell of Wazo's tables by its column.
type Row = BTreeMap<String, String>;

/// A table of statistics that a scenario expects.
struct Statistics {
    queue: String,
    /// First day.
    date: String,
    /// One row per day of a week instead of one per hour.
    weekly: bool,
    /// Hours of the day that count.
    hours: (u32, u32),
    rows: Vec<Row>,
}

/// The texts in quotation marks of a step such as `… statistics on "q01" on "2012-07-01" on configuration "test":`.
fn quoted(step: &Value) -> Vec<String> {
    step.as_str().expect("a step").split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn statistics(scenario: &Value) -> Vec<Statistics> {
    let steps = |part: &str| scenario[part].as_array().expect("steps").clone();
    // Given there is a statistic configuration "test" from "8:00" to "12:00" with queue "q01"
    let configured = |name: &str| {
        let given =
            steps("given").iter().map(|given| quoted(&given["step"])).find(|words| words.first().is_some_and(|first| first == name));
        let words = given.unwrap_or_else(|| panic!("no statistic configuration {name}"));
        let hour = |text: &str| text.split(':').next().and_then(|hour| hour.parse().ok()).expect("an hour");
        (hour(&words[1]), hour(&words[2]))
    };
    let table = |step: &Value| {
        let words = quoted(&step["step"]);
        let rows = step["rows"].as_array().expect("rows").iter().map(|row| serde_json::from_value(row.clone()).expect("a row")).collect();
        let weekly = step["step"].as_str().is_some_and(|text| text.contains("weekly"));
        Statistics { queue: words[0].clone(), date: words[1].clone(), weekly, hours: configured(&words[2]), rows }
    };
    steps("expected").iter().map(table).collect()
}

/// Wazo's statistics over our facts. Where Wazo defines differently, the mapping is here:
///
/// * Wazo gives everything about a call to the hour in which it came to the queue; our intervals give an outcome to the time of
///   leaving. So everything is grouped by `entered_at` (our *cohort* view).
/// * `Received` counts refused joins, our `offered` does not: all visits whatever their outcome.
/// * `Blocking`, `Closed` and `Saturated` split our `blocked` by the verb that refused, which we keep as `reason`:
///   JOINEMPTY and JOINUNAVAIL, CLOSED, and FULL, DIVERT_CA_RATIO and DIVERT_HOLDTIME.
/// * `Answered rate` is answered / (received − closed); our answer rate has answered + abandoned below.
/// * `QoS` is the share of answered calls within the target, so our SL5 (answered only), with our target of 20 s.
/// * `AWT` is the mean wait of everyone who waited, answered and abandoned alike; our ASA is of answered calls only.
/// * Wazo joins a call's lines in the order in which they were written, whatever their stamps say. One scenario answers three calls up
///   to two hours before they came. For us that is a visit whose entry is inferred from the answer (bit 0 of `inferred`) and another
///   one that stays open; here the two halves are put together again, at the time of the entry that was logged.
/// * Rates are whole percents, times are cut to whole seconds, and an empty denominator is an empty cell.
fn sql(source: &str, statistics: &Statistics) -> String {
    let Statistics { queue, date, weekly, hours: (from, to), .. } = statistics;
    let (days, label) = if *weekly {
        (7, "formatDateTime(at, '%W %e', 'UTC')".to_owned())
    } else {
        (1, "format('{}h-{}h', toString(toHour(at)), toString(toHour(at) + 1))".to_owned())
    };
    // A row without a call for every interval, so that an hour without calls is there as well.
    let step = if *weekly { 24 } else { 1 };
    let hours = if *weekly { format!("[{from}]") } else { format!("range({from}, {to}, {step})") };
    format!(
        "SELECT replaceAll(interval, '  ', ' ') AS interval, countIf(outcome != '') AS \"Received\",
    countIf(outcome = 'answered') AS \"Answered\", countIf(outcome = 'abandoned') AS \"Abandoned\",
    countIf(outcome = 'blocked' AND reason IN ('join_empty', 'join_unavailable')) AS \"Blocking\",
    countIf(outcome = 'blocked' AND reason = 'closed') AS \"Closed\",
    countIf(outcome = 'blocked' AND reason IN ('full', 'divert_ca_ratio', 'divert_holdtime')) AS \"Saturated\",
    if(\"Received\" = \"Closed\", '', concat(toString(toInt64(round(100 * \"Answered\" / (\"Received\" - \"Closed\")))), ' %')) AS \"Answered rate\",
    if(\"Answered\" = 0, '', concat(toString(toInt64(round(100 * countIf(outcome = 'answered' AND wait_ms <= 20000) / \"Answered\"))), ' %')) AS \"QoS\",
    if(countIf(wait_ms IS NOT NULL) = 0, '', formatDateTime(toDateTime(intDiv(assumeNotNull(sum(wait_ms)), 1000 * countIf(wait_ms IS NOT NULL)), 'UTC'), '%T')) AS \"AWT\"
FROM
(
    SELECT arrayJoin([{label}, 'Total']) AS interval, outcome, reason, wait_ms FROM
    (
        SELECT max(v.entered_at) AS at, argMin(v.outcome, v.outcome = 'open') AS outcome, any(v.reason) AS reason, max(v.wait_ms) AS wait_ms
        FROM v_queue_visits AS v WHERE v.source = '{source}' AND v.queue = '{queue}'
        GROUP BY v.contact_id, if(v.outcome = 'open' OR bitAnd(v.inferred, 1) = 1, 0, v.visit_number)
        HAVING toDate(at) >= '{date}' AND toDate(at) < toDate('{date}') + {days} AND toHour(at) >= {from} AND toHour(at) < {to}
        UNION ALL
        SELECT toDateTime64('{date} 00:00:00', 6, 'UTC') + toIntervalDay(day) + toIntervalHour(hour) AS at, '' AS outcome, NULL AS reason, NULL AS wait_ms
        FROM (SELECT arrayJoin(range(0, {days})) AS day, arrayJoin({hours}) AS hour)
    )
)
GROUP BY interval"
    )
}

/// Compares one table, every cell; returns how many were equal and what differs.
fn compare(site: &Site, source: &str, statistics: &Statistics, differences: &mut Vec<String>) -> usize {
    let rows = site.query(&sql(source, statistics));
    assert_eq!(rows.len(), statistics.rows.len(), "{source}: rows of {} on {}: {rows:?}", statistics.queue, statistics.date);
    let mut equal = 0;
    for expected in &statistics.rows {
        let found = rows.iter().find(|row| row["interval"] == expected["interval"].as_str());
        for (column, want) in expected {
            let have = found.and_then(|row| row.get(column)).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            if have.as_ref() == Some(want) {
                equal += 1;
            } else {
                differences
                    .push(format!("{source} {} {} {column}: Wazo {want:?}, our facts {have:?}", statistics.queue, expected["interval"]));
            }
        }
    }
    equal
}

#[test]
fn the_vendors_statistics_follow_from_our_facts() {
    let Some(data) = data() else { return };
    let text = std::fs::read_to_string(data.join("wazo-queue-log-scenarios/queue_scenarios.json")).expect("the scenarios");
    let scenarios: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let source = |number: usize| format!("wazo{number}");
    let sources: Vec<String> =
        (0..scenarios.len()).map(|number| format!("[[sources]]\nname = \"{}\"\nkind = \"queue_log\"\n", source(number))).collect();
    let mut site = Site::new("wazo", &sources.concat());
    site.start_all();
    for (number, scenario) in scenarios.iter().enumerate() {
        // Rows of the realtime table, as Wazo keeps them.
        let entries = scenario["entries"].as_array().expect("entries");
        let file = site.folder.path().join(format!("{}.json", source(number)));
        std::fs::write(&file, entries.iter().map(|entry| format!("{entry}\n")).collect::<String>()).expect("a file");
        site.run(&["import", "--source", &source(number), &file.display().to_string()]);
    }
    site.settle();
    assert_eq!(site.number("SELECT count() FROM v_dead_letters"), 0, "dead letters");
    let (mut equal, mut differences) = (0, Vec::new());
    for (number, scenario) in scenarios.iter().enumerate() {
        for statistics in statistics(scenario) {
            equal += compare(&site, &source(number), &statistics, &mut differences);
        }
    }
    assert!(differences.is_empty(), "{} cells differ:\n{}", differences.len(), differences.join("\n"));
    assert!(scenarios.len() >= 10 && equal > 100, "{} scenarios with {equal} cells are too few to prove anything", scenarios.len());
    println!("{} scenarios: {equal} cells are equal", scenarios.len());
}
