//! The contact stage in the real loop: what comes out does not depend on where the process dies, which call fails, or what has been
//! compacted meanwhile, and every pane is the sum of its facts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a test may panic and tell how it went")]

mod contact;

use contact::outcome::Outcome;
use contact::script::two_sites;
use contact::world::run;
use holdfast::contact_task::ContactOptions;
use runtime::broker::FailureKind;
use runtime::memory::{Fault, Plan};

/// A small horizon, and nothing kept beyond it.
fn options() -> ContactOptions {
    ContactOptions { horizon_ms: 600_000, contacts_min: 0, open_facts_ms: 20, ahead_max_ms: i64::MAX / 4, ..ContactOptions::default() }
}

/// The run without faults: its outcome and its number of calls.
fn straight() -> (Outcome, u64) {
    let world = run(2, &two_sites(), &options(), &[], "straight");
    let outcome = world.outcome("straight");
    outcome.check_sums("straight");
    (outcome, world.cluster.steps())
}

#[test]
fn everything_that_was_meant_to_happen_happens() {
    let (outcome, steps) = straight();
    println!("{steps} calls, {} visits, {} handlings, {} contacts, {} panes", outcome.visits.len(), outcome.handlings.len(), outcome.contacts.len(), outcome.panes.0.len());
    println!("{:#?}", outcome.visits);
    println!("{:#?}", outcome.contacts);
    println!("{:#?} {:#?}", outcome.now, outcome.dead_letters);
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
