//! The audit on the real engine: it finds what was planted, the repair repairs it, and SQL agrees with the `kpi` crate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod common;

use common::Database;
use common::contacts::{BILLING_THRESHOLD_MS, Facts, START_US};
use warehouse::{Report, Scope, Span, audit_queues, fix};

const MINUTE_US: i64 = 60_000_000;

fn audited(database: &Database) -> Report {
    database.wait(audit_queues(&database.server, &scope(Span::default()), 1_000_000)).unwrap()
}

fn scope(span: Span) -> Scope {
    Scope { threshold_ms: vec![("billing".to_owned(), BILLING_THRESHOLD_MS)], default_threshold_ms: 20_000, span }
}

fn loaded(name: &str, seed: u64, contacts: i64) -> (Database, Facts) {
    let (database, facts) = (Database::new(name), Facts::new(seed, contacts));
    database.write(&facts.messages()).unwrap();
    database.write(&facts.panes(3)).unwrap();
    (database, facts)
}

fn assert_clean(report: &Report) {
    assert_eq!(report.total, 0, "{:#?}", &report.differences[..report.differences.len().min(10)]);
    assert!(report.differences.is_empty());
}

#[test]
fn panes_of_the_kpi_crate_equal_the_facts_in_sql() {
    let (database, facts) = loaded("equal", 7, 3_000);
    let report = audited(&database);
    assert_clean(&report);
    assert_eq!(report.facts, (facts.visits.len() + facts.handlings.len() + facts.contacts.len()) as i64);
    assert!(report.panes > 400, "{} panes", report.panes);
}

#[test]
fn a_planted_difference_is_found_where_it_is() {
    let (database, facts) = loaded("planted", 8, 200);
    // A visit that the panes have never heard of.
    let mut stray = facts.visits.iter().find(|visit| visit.wait_ms.is_some()).unwrap().clone();
    (stray.contact_id, stray.queue) = ("pbx/stray", "billing");
    let mut planted = Facts { visits: vec![stray.clone()], ..Facts::default() };
    database.write(&planted.messages()).unwrap();
    let report = audited(&database);
    assert!(report.total > 5 && report.differences.len() as i64 == report.total, "{report:?}");
    assert!(
        report.differences.iter().all(|found| found.tenant == "acme" && found.queue == "billing" && found.facts == found.panes + 1
            || found.measure.ends_with("_ms")
            || found.measure == "missed_offers"),
        "{report:#?}"
    );
    let offered = report.differences.iter().find(|found| found.measure == "offered").unwrap();
    assert_eq!(offered.minute_us, stray.entered_us.div_euclid(MINUTE_US) * MINUTE_US);
    let few = database.wait(audit_queues(&database.server, &scope(Span::default()), 2)).unwrap();
    assert_eq!((few.differences.len(), few.total > 2), (2, true), "the list is cut, the number is not");

    let repaired = database.wait(fix(&database.server, &report)).unwrap();
    assert!(repaired > 0);
    assert_clean(&audited(&database));
    assert_eq!(database.wait(fix(&database.server, &audited(&database))).unwrap(), 0, "nothing is left to repair");

    // The missing pane comes after all: the repair is taken back.
    planted.visits[0].contact_id = "pbx/stray";
    let mut late = planted.panes(1);
    assert!(!late.is_empty());
    relayout(&mut late);
    database.write(&late).unwrap();
    let report = audited(&database);
    assert!(report.total > 0, "the repair is now too much");
    database.wait(fix(&database.server, &report)).unwrap();
    assert_clean(&audited(&database));
}

/// Panes of a partition that has none yet, so that they replace nothing.
fn relayout(panes: &mut Vec<Vec<u8>>) {
    for pane in panes {
        let mut message: events::QueuePane<'_> = events::codec::decode(pane).unwrap();
        message.partition = 77;
        *pane = common::contacts::encoded(&message);
    }
}

#[test]
fn panes_without_facts_are_found_too() {
    let (database, _) = loaded("orphans", 9, 100);
    database.execute("ALTER TABLE {database}.handlings DELETE WHERE 1 SETTINGS mutations_sync = 2");
    database.execute("ALTER TABLE {database}.contacts DELETE WHERE 1 SETTINGS mutations_sync = 2");
    let report = audited(&database);
    assert!(report.differences.iter().any(|found| found.measure == "handled" && found.facts == 0 && found.panes > 0), "{report:?}");
    assert!(report.differences.iter().any(|found| found.measure.starts_with("talk_sketch/")));
    assert!(report.differences.iter().any(|found| found.measure == "ivr_abandoned"));
    database.wait(fix(&database.server, &report)).unwrap();
    assert_clean(&audited(&database));
    assert_eq!(database.number("SELECT sum(handled) FROM v_queue_minutes"), 0);
}

#[test]
fn a_scope_compares_its_minutes_only() {
    let (database, facts) = loaded("scope", 10, 300);
    database.execute("ALTER TABLE {database}.queue_visits DELETE WHERE 1 SETTINGS mutations_sync = 2");
    let total = |from_us, until_us| database.wait(audit_queues(&database.server, &scope(Span { from_us, until_us }), 1)).unwrap();
    let middle = START_US + 3_600_000_000;
    let (all, before, after) = (total(None, None), total(None, Some(middle)), total(Some(middle), None));
    assert!(before.total > 0 && after.total > 0, "{before:?} {after:?}");
    assert_eq!(before.total + after.total, all.total);
    assert_eq!(before.panes + after.panes, all.panes);
    assert_eq!(facts.visits.len(), 300);
    assert_eq!(total(Some(START_US - 86_400_000_000), Some(START_US - 86_000_000_000)).total, 0);
}
