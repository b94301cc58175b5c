//! Panes of agents on the real engine: the audit finds what was planted, the repair repairs it, and SQL agrees with the `kpi` crate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod common;

use common::Database;
use common::contacts::encoded;
use events::{ActivitySpan, Change, Channel, Direction, Handling, HandlingEnd};
use kpi::agent_pane::{AgentPane, AgentPaneSink, add_handled, add_span};
use std::collections::BTreeMap;
use warehouse::{AgentReport, Span, audit_agents, audit_spans, fix_agents};

/// 2024-03-01 08:00 UTC.
const HOUR_US: i64 = 1_709_280_000_000_000;
const SECOND_US: i64 = 1_000_000;
const QUARTER_US: i64 = 900 * SECOND_US;

#[derive(Default)]
struct Panes(BTreeMap<(String, i64), AgentPane>);

impl AgentPaneSink for Panes {
    fn pane(&mut self, _: &str, agent: &str, window_start_us: i64) -> &mut AgentPane {
        self.0.entry((agent.to_owned(), window_start_us)).or_default()
    }
}

impl Panes {
    /// As the stage would write them.
    fn messages(&self, partition: i32) -> Vec<Vec<u8>> {
        let message = |((agent, at_us), pane): (&(String, i64), &AgentPane)| {
            let mut message = pane.to_message("acme", agent, *at_us);
            (message.partition, message.layout, message.version) = (partition, 4, 9);
            encoded(&message)
        };
        self.0.iter().map(message).collect()
    }
}

fn span(agent: &'static str, activity: &'static str, from_us: i64, to_us: Option<i64>) -> ActivitySpan<'static> {
    let ended_us = to_us.map(|to_us| HOUR_US + to_us);
    ActivitySpan { tenant: "acme", agent, started_us: HOUR_US + from_us, ended_us, activity, ..ActivitySpan::default() }
}

fn handling(agent: &'static str, contact_id: &'static str, ended_s: Option<i64>, end: HandlingEnd) -> Handling<'static> {
    let ended_us = ended_s.map(|ended_s| HOUR_US + ended_s * SECOND_US);
    Handling {
        tenant: "acme",
        contact_id,
        handling_number: 1,
        visit_number: None,
        source: "pbx",
        queue: None,
        agent,
        channel: Channel::Voice,
        direction: Direction::Inbound,
        connected_us: HOUR_US,
        talk_ended_us: ended_us,
        ended_us,
        talk_ms: None,
        hold_ms: 0,
        holds: 0,
        longest_hold_ms: 0,
        acw_ms: None,
        end,
        transfer_target: None,
        inferred: 0,
    }
}

/// Spans that end on edges, cross several, are no whole milliseconds, are empty, or go on; and what came after a span was moved.
fn spans() -> Vec<ActivitySpan<'static>> {
    let mut spans = vec![
        span("ann", "available", 0, Some(QUARTER_US)),
        span("ann", "contact", QUARTER_US, Some(4 * QUARTER_US + 400)),
        span("ann", "acw", 4 * QUARTER_US + 400, Some(4 * QUARTER_US + 1_600)),
        span("ann", "pause_meal", 5 * QUARTER_US - 999, None),
        span("bob", "back_office", 777, Some(777)),
        span("bob", "unknown", 30 * SECOND_US, Some(31 * SECOND_US + 1)),
    ];
    // A chain of odd lengths over eleven hours.
    let mut at_us = 0;
    for number in 0..400_i64 {
        let next_us = at_us + 1 + number * 977_123 % 200_000_000;
        spans.push(span("cid", ["available", "contact", "acw"][number as usize % 3], at_us, Some(next_us)));
        at_us = next_us;
    }
    spans
}

fn handlings() -> Vec<Handling<'static>> {
    use HandlingEnd::{Agent, Lost, Open, TransferBlind, TransferWarm};
    vec![
        handling("ann", "pbx/1", Some(899), Agent),
        handling("ann", "pbx/2", Some(900), TransferBlind),
        handling("ann", "pbx/3", Some(901), TransferWarm),
        handling("ann", "pbx/4", Some(902), Lost),
        handling("ann", "pbx/5", None, Open),
        handling("", "pbx/6", Some(903), Agent),
    ]
}

fn fact_messages() -> Vec<Vec<u8>> {
    let spans =
        spans().into_iter().map(|span| encoded(&Change { partition: 0, generation: 0, version: 1, before: None, after: Some(span) }));
    let handlings =
        handlings().into_iter().map(|one| encoded(&Change { partition: 0, generation: 0, version: 1, before: None, after: Some(one) }));
    spans.chain(handlings).collect()
}

fn panes() -> Panes {
    let mut panes = Panes::default();
    spans().iter().for_each(|span| add_span(&mut panes, span, 1));
    for handling in handlings().iter().filter(|handling| handling.end != HandlingEnd::Lost && !handling.agent.is_empty()) {
        let transferred = matches!(handling.end, HandlingEnd::TransferBlind | HandlingEnd::TransferWarm);
        if let Some(ended_us) = handling.ended_us {
            add_handled(&mut panes, ("acme", handling.agent), ended_us, transferred, 1);
        }
    }
    panes
}

fn audited(database: &Database) -> AgentReport {
    database.wait(audit_agents(&database.server, &Span::default(), 1_000_000)).unwrap()
}

fn assert_clean(database: &Database) {
    let report = audited(database);
    assert_eq!((report.total, &report.differences[..report.differences.len().min(5)]), (0, &[][..]));
    assert!(report.panes > 40 && report.facts > 400, "{} panes of {} facts", report.panes, report.facts);
}

#[test]
fn panes_equal_spans_and_handlings_and_what_is_planted_is_found_and_repaired() {
    let database = Database::new("agentpanes");
    database.write(&fact_messages()).unwrap();
    database.write(&panes().messages(0)).unwrap();
    assert_clean(&database);

    // A span that the panes have never heard of: 08:14:59.5 to 08:15:00.25, in two quarters.
    let stray = span("dee", "contact", QUARTER_US - 500_000, Some(QUARTER_US + 250_000));
    database.write(&[encoded(&Change { partition: 0, generation: 0, version: 2, before: None, after: Some(stray.clone()) })]).unwrap();
    let report = audited(&database);
    let found: Vec<_> = report
        .differences
        .iter()
        .map(|one| (one.agent.as_str(), one.window_us - HOUR_US, one.measure.as_str(), one.facts, one.panes))
        .collect();
    assert_eq!(found, [("dee", 0, "contact_ms", 500, 0), ("dee", QUARTER_US, "contact_ms", 250, 0)]);
    assert_eq!(
        database.wait(audit_agents(&database.server, &Span::default(), 1)).map(|few| (few.differences.len(), few.total)).unwrap(),
        (1, 2)
    );
    // Part by part: each side of the border has its own.
    let border = Some(HOUR_US + QUARTER_US);
    let part = |from_us, until_us| database.wait(audit_agents(&database.server, &Span { from_us, until_us }, 10)).unwrap();
    let (before, after) = (part(None, border), part(border, None));
    assert_eq!((before.total, before.differences[0].facts, after.total, after.differences[0].facts), (1, 500, 1, 250));
    assert_eq!((before.panes + after.panes, before.facts + after.facts), (report.panes, report.facts));
    assert_eq!(database.wait(audit_spans(&database.server, Span::default())).unwrap(), [Span::default()], "a day is one part");
    assert_eq!(database.wait(fix_agents(&database.server, &report)).unwrap(), 2);
    assert_clean(&database);
    assert_eq!(database.wait(fix_agents(&database.server, &audited(&database))).unwrap(), 0);

    // The panes come after all: the repair is too much, and is taken back.
    let mut late = Panes::default();
    add_span(&mut late, &stray, 1);
    database.write(&late.messages(1)).unwrap();
    let report = audited(&database);
    assert_eq!(report.total, 2);
    database.wait(fix_agents(&database.server, &report)).unwrap();
    assert_clean(&database);

    // A pane of which no fact tells.
    database.execute("ALTER TABLE {database}.handlings DELETE WHERE contact_id = 'pbx/2' SETTINGS mutations_sync = 2");
    let orphans = audited(&database);
    let found: Vec<_> = orphans.differences.iter().map(|one| (one.measure.as_str(), one.facts, one.panes)).collect();
    assert_eq!(found, [("handled", 1, 2), ("transferred", 1, 2)]);
}

/// Ann 08:15–09:00 on a contact: three quarters of 900 000 ms; the stamp of 09:00:00.0004 is cut to 09:00. Handled in the second quarter:
/// two, both transferred.
#[test]
fn the_view_adds_up_what_sql_and_memory_know() {
    let database = Database::new("agentpaneview");
    database.write(&fact_messages()).unwrap();
    database.write(&panes().messages(0)).unwrap();
    let rows = database.rows(
        "SELECT toString(interval_start) AS at, occupied_ms, occupancy_base_ms, handled, transferred, measures['pause_meal_ms'] AS meal_ms
         FROM v_agent_panes WHERE agent = 'ann' ORDER BY interval_start",
    );
    let found: Vec<_> = rows
        .iter()
        .map(|row| ["at", "occupied_ms", "occupancy_base_ms", "handled", "transferred", "meal_ms"].map(|name| row[name].as_str()))
        .collect();
    let at = ["08:00", "08:15", "08:30", "08:45", "09:00"].map(|at| format!("2024-03-01 {at}:00.000000"));
    assert_eq!(
        found,
        [
            [at[0].as_str(), "0", "900000", "1", "0", "0"],
            [at[1].as_str(), "900000", "900000", "2", "2", "0"],
            [at[2].as_str(), "900000", "900000", "0", "0", "0"],
            [at[3].as_str(), "900000", "900000", "0", "0", "0"],
            // After-call work from 09:00:00.0004 to 09:00:00.0016.
            [at[4].as_str(), "1", "1", "0", "0", "0"],
        ]
    );
    // Whatever is cut where, the sum over panes is the sum over spans between whole milliseconds.
    let sums = "SELECT (SELECT sum(arraySum(mapValues(measures))) FROM v_agent_panes WHERE agent = 'cid') AS panes,
        (SELECT intDiv(toUnixTimestamp64Micro(max(ended_at)), 1000) - intDiv(toUnixTimestamp64Micro(min(started_at)), 1000) FROM v_activity_spans WHERE agent = 'cid') AS spans";
    let sums = database.rows(sums);
    assert_eq!(sums[0]["panes"], sums[0]["spans"]);
}
