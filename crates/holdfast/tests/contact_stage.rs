//! The contact stage in the real loop: what comes out does not depend on where the process dies, which call fails, or what has been
//! compacted meanwhile, and every pane is the sum of its facts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a test may panic and tell how it went")]

mod contact;

use contact::outcome::Outcome;
use contact::script::{BASE_US, two_sites};
use contact::world::{options, run};
use lifecycle::Inferred;
use runtime::broker::FailureKind;
use runtime::memory::{Fault, Plan};
use std::collections::BTreeMap;

/// The run without faults: its outcome and its number of calls.
fn straight() -> (Outcome, u64) {
    let world = run(2, &two_sites(), &options(), &[], "straight");
    let outcome = world.outcome("straight");
    outcome.check_sums("straight");
    (outcome, world.cluster.steps())
}

#[test]
fn everything_that_was_meant_to_happen_happens() {
    let (outcome, _) = straight();
    let says = |facts: &BTreeMap<(String, i32), String>, contact: &str, number: i32, what: &str| {
        let fact = &facts[&(contact.to_owned(), number)];
        assert!(fact.contains(what), "{what} in {fact}");
    };
    says(&outcome.visits, "pbx1/a", 1, "wait_ms: Some(22000), outcome: Abandoned");
    says(&outcome.handlings, "pbx1/b-replayed", 1, "hold_ms: 15000, holds: 1, longest_hold_ms: 15000, acw_ms: Some(10000), end: Customer");
    says(&outcome.visits, "pbx1/c", 1, "outcome: Key");
    says(&outcome.visits, "pbx1/e", 1, "outcome: Answered");
    says(&outcome.handlings, "pbx1/f", 1, "end: TransferBlind");
    says(&outcome.visits, "pbx1/f", 2, "transferred_in: true");
    says(
        &outcome.visits,
        "pbx1/g",
        1,
        &format!(
            "outcome: Lost, reason: None, agent: None, transferred_in: false, missed_offers: 0, inferred: {}",
            Inferred::LOST_AT_RESTART
        ),
    );
    says(&outcome.handlings, "pbx1/h", 1, "end: Lost");
    says(
        &outcome.visits,
        "pbx1/k",
        1,
        &format!(
            "outcome: Lost, reason: None, agent: None, transferred_in: false, missed_offers: 0, inferred: {}",
            Inferred::LOST_AT_MAX_AGE
        ),
    );
    says(&outcome.visits, "pbx1/o-late", 1, "outcome: Abandoned");
    says(&outcome.visits, "pbx2/c", 1, "outcome: Lost");
    assert!(!outcome.contacts.contains_key("pbx1/j-late"), "one line of a contact that may have been forgotten writes nothing");
    assert!(outcome.contacts["pbx1/d"].contains("SelfServed") && outcome.contacts["pbx2/b"].contains("Excluded"));
    let now = |queue: &str, partition| outcome.now.get(&(format!("acme/{queue}"), partition)).copied();
    assert_eq!(now("sales", 0), Some((2, Some(BASE_US + 15_000 * 1_000_000), 0)));
    assert_eq!((now("support", 0), now("sales", 1)), (Some((0, None, 1)), Some((0, None, 1))));
    assert_eq!(outcome.dead_letters, [(0, 7, "not_avro".to_owned()), (0, 30, "no_contact".to_owned())]);
}

/// The outcome under a fault at every call of the run.
fn at_every_step(fault: Fault) {
    let (expected, steps) = straight();
    let records = two_sites();
    let mut stops = 0;
    for at in 1..=steps {
        let label = format!("{fault:?} at call {at} of {steps}");
        let world = run(2, &records, &options(), &[Plan { at, fault }], &label);
        let outcome = world.outcome(&label);
        outcome.check_equal(&expected, &label);
        outcome.check_sums(&label);
        stops += world.stops;
    }
    println!("{fault:?}: {steps} runs, {stops} stops");
}

#[test]
fn a_crash_before_any_call_changes_nothing() {
    at_every_step(Fault::CrashBefore);
}

#[test]
fn a_crash_after_any_call_changes_nothing() {
    at_every_step(Fault::CrashAfter);
}

#[test]
fn an_abort_at_any_call_changes_nothing() {
    at_every_step(Fault::Fail(FailureKind::Abortable));
}

#[test]
fn an_unclear_answer_at_any_call_changes_nothing() {
    at_every_step(Fault::Fail(FailureKind::Unclear));
    at_every_step(Fault::FailAfter(FailureKind::Unclear));
}
