//! The views on the real engine against the `kpi` crate, which computes the same from the same panes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod common;

use common::Database;
use common::contacts::{Facts, START_US};
use kpi::{Pane, Parameters};
use std::collections::BTreeMap;

/// Merged panes by (queue, start in seconds), as spans of `length_us` from `offset_us` have them.
fn merged(facts: &Facts, start_us: impl Fn(i64) -> i64) -> BTreeMap<(String, i64), Pane> {
    let mut spans = BTreeMap::<(String, i64), Pane>::new();
    for bytes in facts.panes(1) {
        let message: events::QueuePane<'_> = events::codec::decode(&bytes).unwrap();
        let pane = Pane::from_message(&message).unwrap();
        spans.entry((message.queue.to_owned(), start_us(message.window_start_us) / 1_000_000)).or_default().merge(&pane, 1);
    }
    spans
}

/// Compares every KPI of every row; returns how many cells had a number.
fn compare(
    database: &Database,
    grain: &str,
    zone: &str,
    (threshold_s, short_s): (i64, i64),
    expected: &BTreeMap<(String, i64), Pane>,
) -> usize {
    let parameters = Parameters::new(threshold_s * 1_000, short_s * 1_000).unwrap();
    let sql = format!(
        "SELECT *, toUnixTimestamp(start) AS start_s FROM v_kpis(grain = '{grain}', zone = '{zone}', threshold_s = {threshold_s}, short_abandon_s = {short_s})"
    );
    let rows = database.rows(&sql);
    assert_eq!(rows.len(), expected.len(), "rows at grain {grain}");
    let mut cells = 0;
    for row in rows {
        let key = (row["queue"].clone(), row["start_s"].parse::<i64>().unwrap());
        let pane = expected.get(&key).unwrap_or_else(|| panic!("{key:?} is not expected at grain {grain}"));
        for kpi in kpi::catalogue().filter(|kpi| row.contains_key(kpi.name)) {
            let value = kpi.evaluate(pane, &parameters).and_then(|value| value.in_unit(kpi.unit));
            let got = row[kpi.name].parse::<f64>().ok();
            let same = match (value, got) {
                (Some(value), Some(got)) => (value - got).abs() <= 1e-9 * value.abs().max(1.0),
                (None, None) => true,
                _ => false,
            };
            assert!(same, "{} of {key:?} at grain {grain}: the kpi crate says {value:?}, SQL {got:?}", kpi.name);
            cells += usize::from(got.is_some());
        }
    }
    cells
}

#[test]
fn kpis_in_sql_equal_those_in_memory_at_every_grain() {
    let (database, facts) = (Database::new("kpis"), Facts::new(11, 2_000));
    database.write(&facts.panes(3)).unwrap();
    let columns: Vec<String> = database
        .rows("DESCRIBE v_kpis(grain = 'all', zone = 'UTC', threshold_s = 20, short_abandon_s = 5)")
        .into_iter()
        .map(|row| row["name"].clone())
        .collect();
    let missing: Vec<&str> = kpi::catalogue().map(|kpi| kpi.name).filter(|name| !columns.contains(&(*name).to_owned())).collect();
    assert_eq!(missing, ["waiting_now", "longest_wait_now", "talking_now"], "all but those of the present");
    let span = |length_us: i64| move |time_us: i64| time_us.div_euclid(length_us) * length_us;
    let mut cells = compare(&database, "minute", "UTC", (20, 5), &merged(&facts, span(60_000_000)));
    cells += compare(&database, "interval", "UTC", (30, 10), &merged(&facts, span(900_000_000)));
    cells += compare(&database, "hour", "UTC", (600, 5), &merged(&facts, span(3_600_000_000)));
    cells += compare(&database, "all", "UTC", (5, 20), &merged(&facts, |_| 0));
    // A local day in Kathmandu begins at 18:15 UTC; the facts lie on one side of it.
    let day = (START_US - 18 * 3_600_000_000 - 900_000_000).div_euclid(86_400_000_000) * 86_400_000_000 + 18 * 3_600_000_000 + 900_000_000;
    cells += compare(&database, "day", "Asia/Kathmandu", (20, 5), &merged(&facts, |_| day));
    assert!(cells > 10_000, "only {cells} cells had a number");
}

#[test]
fn limits_off_the_edges_and_unknown_grains_are_refused() {
    let (database, facts) = (Database::new("refused"), Facts::new(12, 20));
    database.write(&facts.panes(1)).unwrap();
    let error = |sql: &str| database.wait(database.server.rows(sql)).unwrap_err().to_string();
    let text = error("SELECT service_level_1 FROM v_kpis(grain = 'hour', zone = 'UTC', threshold_s = 17, short_abandon_s = 5)");
    assert!(text.contains("threshold_s must be one of [5, 10, 15, 20,"), "{text}");
    let text = error("SELECT offered FROM v_kpis(grain = 'week', zone = 'UTC', threshold_s = 20, short_abandon_s = 5)");
    assert!(text.contains("grain must be minute, interval, hour, day or all"), "{text}");
}

#[test]
fn exact_kpis_come_from_the_visits() {
    let (database, facts) = (Database::new("exact"), Facts::new(13, 500));
    database.write(&facts.messages()).unwrap();
    let rows = database.rows("SELECT queue, max_wait, service_level_6 FROM v_kpis_exact(grain = 'all', zone = 'UTC', threshold_s = 20)");
    assert_eq!(rows.len(), 3);
    for row in rows {
        let waits: Vec<i64> = facts.visits.iter().filter(|visit| visit.queue == row["queue"]).filter_map(|visit| visit.wait_ms).collect();
        let longest = waits.iter().copied().max().unwrap() as f64 / 1e3;
        assert!((row["max_wait"].parse::<f64>().unwrap() - longest).abs() < 1e-9, "{row:?}");
        use events::VisitOutcome::{Abandoned, Answered, Callback};
        let removed =
            facts.visits.iter().filter(|visit| visit.queue == row["queue"] && matches!(visit.outcome, Answered | Abandoned | Callback));
        let share = removed.filter(|visit| visit.wait_ms.is_some_and(|wait_ms| wait_ms <= 20_000)).count() as f64 / waits.len() as f64;
        assert!((row["service_level_6"].parse::<f64>().unwrap() - share).abs() < 1e-9, "{row:?}, expected {share}");
    }
}

#[test]
fn a_local_day_with_a_change_of_clocks_has_its_hours() {
    let database = Database::new("clocks");
    // Facts at every half hour around the night of 31 March 2024 in Berlin, whose day has 23 hours.
    let mut facts = Facts::default();
    let begin_us = 1_711_749_600_000_000; // 2024-03-29 22:00 UTC
    let template = Facts::new(1, 1).visits.remove(0);
    for half_hour in 0..144 {
        let mut visit = template.clone();
        (visit.entered_us, visit.left_us, visit.wait_ms, visit.outcome, visit.queue) =
            (begin_us + half_hour * 1_800_000_000, None, None, events::VisitOutcome::Open, "sales");
        facts.visits.push(visit);
    }
    database.write(&facts.panes(2)).unwrap();
    let days = database.rows("SELECT day, offered FROM v_queue_days(zone = 'Europe/Berlin') ORDER BY day");
    let days: Vec<(&str, &str)> = days.iter().map(|row| (row["day"].as_str(), row["offered"].as_str())).collect();
    assert_eq!(days, [("2024-03-29", "2"), ("2024-03-30", "48"), ("2024-03-31", "46"), ("2024-04-01", "48")]);
    let starts = database.rows("SELECT toString(start) AS start, offered FROM v_kpis(grain = 'day', zone = 'Europe/Berlin', threshold_s = 20, short_abandon_s = 5) ORDER BY start");
    let starts: Vec<(&str, &str)> = starts.iter().map(|row| (row["start"].as_str(), row["offered"].as_str())).collect();
    assert_eq!(starts[1..3], [("2024-03-29 23:00:00", "48"), ("2024-03-30 23:00:00", "46")]);
}

/// What ann did around midnight of 31 March 2024 in Berlin (23:00 UTC): available from 22:50, in contact from 23:20, after-call work from
/// 23:40, at lunch from 23:50 and still so; the latest event, bob's, is of 00:05.
#[test]
fn spans_are_cut_at_quarter_hours_and_local_days() {
    let database = Database::new("agents");
    let minute_us = |minute: i64| 1_711_839_000_000_000 + minute * 60_000_000; // 22:50 UTC
    let span = |agent, from, to: Option<i64>, activity| events::ActivitySpan {
        tenant: "default",
        agent,
        started_us: minute_us(from),
        ended_us: to.map(minute_us),
        activity,
        ..events::ActivitySpan::default()
    };
    let spans = [
        span("ann", 0, Some(30), "available"),
        span("ann", 30, Some(50), "contact"),
        span("ann", 50, Some(60), "acw"),
        span("ann", 60, None, "pause_meal"),
        span("bob", 70, Some(75), "available"),
    ];
    let messages = spans.map(|after| {
        let mut bytes = Vec::new();
        let change = events::Change { partition: 0, generation: 0, version: 1, before: None, after: Some(after) };
        events::codec::Encoder::default().encode(&change, &mut bytes).unwrap();
        bytes
    });
    database.write(&messages).unwrap();
    let cells = |sql: &str| {
        let rows = database.rows(sql).into_iter().map(|row| row.into_values().collect::<Vec<_>>().join(" "));
        rows.collect::<Vec<_>>()
    };
    let quarters = cells(
        "SELECT formatDateTime(interval_start, '%H:%i') AS a, available_us / 60000000 AS b, contact_us / 60000000 AS c, acw_us / 60000000 AS d,
            meal_us / 60000000 AS e FROM v_agent_intervals WHERE agent = 'ann' ORDER BY interval_start",
    );
    assert_eq!(quarters, ["22:45 10 0 0 0", "23:00 15 0 0 0", "23:15 5 10 0 0", "23:30 0 10 5 0", "23:45 0 0 5 10", "00:00 0 0 0 5"]);
    let days = cells(
        "SELECT toString(day) AS a, staffed_us / 60000000 AS b, occupancy AS c, round(utilisation * 27000) AS d, pause_us / 60000000 AS e
            FROM v_agent_days(zone = 'Europe/Berlin', paid_shift_s = 27000) WHERE agent = 'ann' ORDER BY day",
    );
    // 31 March: 20 min available, 20 in contact, 10 after-call work, 15 at lunch: 30 of 50 minutes occupied, 1,800 s of the shift.
    assert_eq!(days, ["2024-03-30 10 0 0 0", "2024-03-31 65 0.6 1800 15"]);
    // The same 1,800 s of paid shifts of 2,400 (75 %), 2,250 (80 %), 2,000 (90 %) and 1,999 s.
    let band = |paid_shift_s: i64| {
        let rows = database.rows(&format!("SELECT utilisation_band AS band FROM v_agent_days(zone = 'Europe/Berlin', paid_shift_s = {paid_shift_s}) WHERE agent = 'ann' AND day = '2024-03-31'"));
        rows[0]["band"].clone()
    };
    assert_eq!([2_400, 2_250, 2_000, 1_999].map(band), ["below 76 %", "80 to 90 %", "80 to 90 %", "above 90 %"]);
}
