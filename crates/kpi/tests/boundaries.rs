//! Where one off would change a number: ranks, replay generations, limits in SQL, contradictions by one.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod common;

use common::{Panes, SETTINGS};
use events::{Channel, Direction, Handling, HandlingEnd, QueuePane};
use kpi::windows::merge_partitions;
use kpi::{Histogram, Pane, SqlParameters, sketch};

#[test]
fn a_rank_is_rounded_up_by_the_smallest_excess() {
    // 667 thousandths of 3 are 2.001: two values are not enough.
    assert_eq!((sketch::rank(3, 666), sketch::rank(3, 667)), (2, 3));
    assert_eq!((sketch::rank(1_000, 900), sketch::rank(1_001, 900)), (900, 901));
}

#[test]
fn a_replay_counts_though_its_offsets_are_smaller() {
    let message = |generation, version, offered| {
        let mut pane = Pane::default();
        pane.counts.offered = offered;
        QueuePane { layout: 8, generation, version, ..pane.to_message("acme", "sales", 0) }
    };
    let messages = [message(1, 20, 5), message(0, 9_000, 70)];
    assert_eq!(merge_partitions(&messages).unwrap().counts.offered, 5);
    assert_eq!(merge_partitions(messages.iter().rev()).unwrap().counts.offered, 5);
}

#[test]
fn sql_with_limits_of_its_caller_stops_off_the_edges() {
    let parameters = SqlParameters::new("{threshold_s:UInt32}", "{short_abandon_s:UInt32}");
    let sql = |name: &str| kpi::by_name(name).unwrap().to_sql(&parameters).unwrap();
    for (name, limit) in [("service_level_1", "threshold_s"), ("short_abandoned", "short_abandon_s")] {
        let stop = format!(
            "throwIf(indexOf([5, 10, 15, 20, 25, 30, 45, 60, 90, 120, 180, 240, 300, 600], {{{limit}:UInt32}}) = 0, '{limit} must be"
        );
        assert!(sql(name).contains(&stop), "{}", sql(name));
    }
}

#[test]
fn a_handling_that_goes_on_counts_nowhere_even_in_after_call_work() {
    let handling = Handling {
        tenant: "acme",
        contact_id: "pbx/1",
        handling_number: 1,
        visit_number: Some(1),
        source: "pbx",
        queue: Some("sales"),
        agent: "ann",
        channel: Channel::Voice,
        direction: Direction::Inbound,
        connected_us: 0,
        talk_ended_us: Some(90_000_000),
        ended_us: Some(90_000_000),
        talk_ms: Some(90_000),
        hold_ms: 0,
        holds: 0,
        longest_hold_ms: 0,
        acw_ms: None,
        end: HandlingEnd::Open,
        transfer_target: None,
        inferred: 0,
    };
    let mut panes = Panes::default();
    kpi::add_handling(&mut panes, &handling, 1);
    assert!(panes.compact().is_empty());
    let mut panes = Panes::default();
    kpi::add_handling(&mut panes, &Handling { end: HandlingEnd::Unknown, ..handling }, 1);
    let counts = &panes.0[&("sales".to_owned(), 60_000_000)].counts;
    assert_eq!((counts.handled, counts.talk_ms, counts.acw_unknown, counts.ended_by_agent), (1, 90_000, 1, 0));
}

#[test]
fn one_more_than_the_whole_is_a_contradiction() {
    let mut pane = Pane::default();
    (pane.counts.offered, pane.counts.offered_transferred_in) = (1, 1);
    assert_eq!(pane.check(), Ok(()));
    pane.counts.offered_transferred_in = 2;
    assert!(pane.check().unwrap_err().to_string().contains("offered_transferred_in = 2, more than offered = 1"));
}

#[test]
fn a_visit_decided_at_the_threshold_counts_in_that_minute() {
    // Entered at 0:59.9, threshold 30 s: decided at 1:29.9, though it waits until 5:00.
    let mut panes = Panes::default();
    let visit = events::QueueVisit {
        tenant: "acme",
        contact_id: "pbx/1",
        visit_number: 1,
        source: "pbx",
        queue: "sales",
        channel: Channel::Voice,
        direction: Direction::Inbound,
        customer: None,
        entered_us: 59_900_000,
        left_us: Some(300_000_000),
        wait_ms: Some(240_100),
        outcome: events::VisitOutcome::Answered,
        reason: None,
        agent: Some("ann"),
        transferred_in: false,
        missed_offers: 2,
        inferred: 0,
    };
    kpi::add_visit(&mut panes, &visit, 1, &SETTINGS);
    let of = |minute: i64| panes.0.get(&("sales".to_owned(), minute * 60_000_000)).cloned().unwrap_or_default();
    assert_eq!((of(0).counts.offered, of(0).counts.cohort_answered, of(0).counts.threshold_base), (1, 1, 0));
    assert_eq!((of(1).counts.threshold_base, of(1).counts.threshold_met, of(1).counts.answered), (1, 0, 0));
    assert_eq!((of(5).counts.answered, of(5).counts.missed_offers, of(5).counts.threshold_base), (1, 2, 0));
    assert_eq!((of(5).histograms.total(Histogram::WaitAnswered), of(0).histograms.total(Histogram::WaitAnswered)), (1, 0));
}
