//! Every measure against its definition in `schemas/queue_pane.v1.avsc`, computed from the facts by filter and sum.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod common;

use common::{Fact, Panes, QUEUES, SETTINGS, facts};
use events::{Contact, ContactOutcome, Handling, HandlingEnd, QueueCounts, QueueVisit, VisitOutcome};
use kpi::windows::{Span, total};
use kpi::{MINUTE_US, WAIT_EDGES_S};
use proptest::prelude::*;

/// At which time a fact counts, and how much.
type Share = Option<(i64, i64)>;

fn visit_share(name: &str, visit: &QueueVisit<'_>) -> Share {
    use VisitOutcome::*;
    let entered_us = visit.entered_us;
    let left = |wanted: &[VisitOutcome], amount: i64| wanted.contains(&visit.outcome).then(|| (visit.left_us.unwrap(), amount));
    let cohort = |wanted: &[VisitOutcome], amount: i64| wanted.contains(&visit.outcome).then_some((entered_us, amount));
    let flow_out = [Timeout, Key, Empty, Withdrawn, Callback, Overflow, SystemError];
    let ended = [Answered, Abandoned, Timeout, Key, Empty, Withdrawn, Callback, Overflow, SystemError];
    let wait_ms = visit.wait_ms.unwrap_or(0);
    let threshold_us = entered_us + SETTINGS.threshold_ms * 1_000;
    let decided = |wanted: &[VisitOutcome], amount| left(wanted, amount).map(|(left_us, amount)| (left_us.min(threshold_us), amount));
    match name {
        "offered" => (visit.outcome != Blocked).then_some((entered_us, 1)),
        "offered_transferred_in" => (visit.outcome != Blocked && visit.transferred_in).then_some((entered_us, 1)),
        "answered" => left(&[Answered], 1),
        "abandoned" => left(&[Abandoned], 1),
        "flow_out" => left(&flow_out, 1),
        "flow_out_timeout" => left(&[Timeout], 1),
        "flow_out_key" => left(&[Key], 1),
        "flow_out_empty" => left(&[Empty], 1),
        "flow_out_withdrawn" => left(&[Withdrawn], 1),
        "flow_out_callback" => left(&[Callback], 1),
        "flow_out_overflow" => left(&[Overflow], 1),
        "flow_out_system_error" => left(&[SystemError], 1),
        "blocked" => cohort(&[Blocked], 1),
        "lost" => cohort(&[Lost], 1),
        "missed_offers" => left(&ended, i64::from(visit.missed_offers)),
        "wait_answered_ms" => left(&[Answered], wait_ms),
        "wait_abandoned_ms" => left(&[Abandoned], wait_ms),
        "wait_flow_out_ms" => left(&flow_out, wait_ms),
        "threshold_base" => decided(&ended, 1),
        "threshold_met" => decided(&[Answered], i64::from(wait_ms <= SETTINGS.threshold_ms)),
        "cohort_answered" => cohort(&[Answered], 1),
        "cohort_abandoned" => cohort(&[Abandoned], 1),
        "cohort_flow_out" => cohort(&flow_out, 1),
        "cohort_wait_answered_ms" => cohort(&[Answered], wait_ms),
        _ => None,
    }
}

fn handling_share(name: &str, handling: &Handling<'_>) -> Share {
    let amount = match name {
        "handling_lost" => return (handling.end == HandlingEnd::Lost).then_some((handling.connected_us, 1)),
        "handled" => 1,
        "talk_ms" => handling.talk_ms.unwrap_or(0),
        "hold_ms" => handling.hold_ms,
        "acw_ms" => handling.acw_ms.unwrap_or(0),
        "acw_unknown" => i64::from(handling.acw_ms.is_none()),
        "held" => i64::from(handling.holds > 0),
        "holds" => i64::from(handling.holds),
        "transferred_blind" => i64::from(handling.end == HandlingEnd::TransferBlind),
        "transferred_warm" => i64::from(handling.end == HandlingEnd::TransferWarm),
        "ended_by_agent" => i64::from(handling.end == HandlingEnd::Agent),
        "ended_by_customer" => i64::from(handling.end == HandlingEnd::Customer),
        "short_talk" => i64::from(handling.talk_ms.is_some_and(|talk_ms| talk_ms <= 10_000)),
        _ => return None,
    };
    handling.ended_us.map(|ended_us| (ended_us, amount))
}

fn contact_share(name: &str, contact: &Contact<'_>) -> Share {
    let wanted = match name {
        "ivr_abandoned" => ContactOutcome::IvrAbandoned,
        "self_served" => ContactOutcome::SelfServed,
        _ => return None,
    };
    (contact.outcome == wanted).then(|| (contact.ended_us.unwrap(), 1))
}

/// Sum of a measure over the facts of a queue whose time lies in the span.
fn defined(name: &str, facts: &[Fact], queue: &str, span: Span) -> i64 {
    let share = |fact: &Fact| match fact {
        Fact::Visit(visit) => (visit.queue == queue).then(|| visit_share(name, visit))?,
        Fact::Handling(handling) => (handling.queue.unwrap_or("") == queue).then(|| handling_share(name, handling))?,
        Fact::Contact(contact) => (contact.queue.unwrap_or("") == queue).then(|| contact_share(name, contact))?,
    };
    facts.iter().filter_map(share).filter(|(time_us, _)| (span.start_us..span.end_us).contains(time_us)).map(|(_, amount)| amount).sum()
}

proptest! {
    #[test]
    fn every_measure_is_what_the_schema_says(facts in facts(60), from in 0..45i64, length in 0..30i64) {
        let span = Span { start_us: from * MINUTE_US, end_us: (from + length) * MINUTE_US };
        let panes = Panes::of(&facts);
        for queue in QUEUES.iter().chain(&[""]) {
            let pane = total(&panes.queue(queue), span);
            for (name, value) in QueueCounts::NAMES.iter().zip(pane.counts.values()) {
                prop_assert_eq!(value, defined(name, &facts, queue, span), "{} of {:?}", name, queue);
            }
        }
    }

    #[test]
    fn waits_at_an_edge_are_within_it(facts in facts(60), edge in 0..14usize) {
        let limit_ms = WAIT_EDGES_S[edge] * 1_000;
        let panes = Panes::of(&facts).queue("sales");
        let pane = total(&panes, Span { start_us: 0, end_us: 100 * MINUTE_US });
        let within = |wanted: VisitOutcome| {
            let visits = facts.iter().filter_map(|fact| if let Fact::Visit(visit) = fact { Some(visit) } else { None });
            let wanted = visits.filter(|visit| visit.queue == "sales" && visit.outcome == wanted);
            wanted.filter(|visit| visit.wait_ms.is_some_and(|wait_ms| wait_ms <= limit_ms)).count() as i64
        };
        prop_assert_eq!(pane.histograms.answered_at_most(limit_ms), within(VisitOutcome::Answered));
        prop_assert_eq!(pane.histograms.at_most(kpi::Histogram::WaitAbandoned, limit_ms), within(VisitOutcome::Abandoned));
        prop_assert_eq!(pane.histograms.at_most(kpi::Histogram::CohortAnswered, limit_ms), within(VisitOutcome::Answered));
        prop_assert_eq!(pane.histograms.at_most(kpi::Histogram::CohortAbandoned, limit_ms), within(VisitOutcome::Abandoned));
    }
}

#[test]
fn every_measure_has_a_definition_here() {
    let all: Vec<Fact> = sample();
    let span = Span { start_us: 0, end_us: i64::MAX };
    let never: Vec<_> = QueueCounts::NAMES.iter().filter(|name| defined(name, &all, "sales", span) == 0).collect();
    assert!(never.is_empty(), "{never:?} never count");
}

/// Enough facts of each kind for every measure to count.
fn sample() -> Vec<Fact> {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    (0..3_000).map(|_| common::fact().new_tree(&mut runner).unwrap().current()).collect()
}
