//! The contact stage restored from what it wrote: compacted or not, once or again and again, and with state that the operator had
//! discarded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a test may panic and tell how it went")]

mod contact;

use contact::outcome::Outcome;
use contact::script::{bytes, event, story, two_sites};
use contact::world::{World, options, pace, run};
use events::CallVerb;
use holdfast::topology::{CALLS, CONTACT};
use runtime::changelog::OnMismatch;
use runtime::memory::{Fault, Plan};

fn straight() -> (Outcome, u64) {
    let world = run(2, &two_sites(), &options(), &[], "straight");
    (world.outcome("straight"), world.cluster.steps())
}

#[test]
fn a_compacted_changelog_at_every_step_and_a_second_restart() {
    let (expected, steps) = straight();
    for at in 1..=steps {
        let label = format!("compacted after a crash at call {at} of {steps}");
        let mut world = World::new(2, &options(), &pace());
        world.feed(&two_sites());
        world.cluster.plan(&[Plan { at, fault: Fault::CrashAfter }]);
        world.run_until_stop();
        world.cluster.plan(&[]);
        world.compact();
        // The second restart comes when the first has restored and applied a little.
        for _ in 0..10 {
            assert_eq!(world.turn(), None, "{label}");
        }
        world.kill();
        world.compact();
        world.run(&label);
        world.outcome(&label).check_equal(&expected, &label);
        world.outcome(&label).check_sums(&label);
    }
}

/// Nothing came, nothing was held back: a restart writes nothing but what it must, and the state is the same as before.
#[test]
fn restarts_without_input() {
    let mut world = run(2, &two_sites(), &options(), &[], "idle");
    let (expected, sizes) = (world.outcome("idle"), world.sizes());
    for round in 0..4 {
        let label = format!("idle restart {round}");
        world.kill();
        if round % 2 == 1 {
            world.compact();
        }
        world.run(&label);
        world.outcome(&label).check_equal(&expected, &label);
        assert_eq!(world.sizes(), sizes, "{label}: contacts and panes in memory");
    }
}

/// A chunk lives as long as one of its contacts, and may hold an old state of another that has ended and been forgotten since: its
/// newer chunk is gone after a compaction. That old state must not come back to life.
#[test]
fn an_old_state_of_a_forgotten_contact_does_not_come_back() {
    let (stays, ends, other) = (story("pbx1/stays"), story("pbx1/ends"), story("pbx1/other"));
    let first = [stays.entered(1), ends.entered(2)];
    let second = [ends.left(30, "abandoned")];
    let third = [other.entered(1_200), other.left(1_201, "timeout")];
    let last = [event("pbx1/z", 15_000, CallVerb::SideEvent), stays.left(15_001, "key")];
    let mut outcomes = Vec::new();
    for restarts in [false, true] {
        let mut world = World::new(1, &options(), &pace());
        for events in [&first[..], &second, &third, &last] {
            let records: Vec<_> = events.iter().map(|event| (0, bytes(event))).collect();
            world.feed(&records);
            world.run("old state");
            if restarts {
                world.kill();
                world.compact();
            }
        }
        world.run("old state");
        let outcome = world.outcome("old state");
        outcome.check_sums("old state");
        outcomes.push((outcome, world.sizes()));
    }
    let (with, without) = (outcomes.pop().unwrap(), outcomes.pop().unwrap());
    with.0.check_equal(&without.0, "with restarts");
    assert_eq!(with.1, without.1, "contacts and panes in memory");
}

/// Runs the first part of the log, then goes back (or forth) with the group's offset and forgets the state.
fn rebuilding(first: usize, offset: Option<i64>, plans: &[(u64, Fault)], compacted: bool, label: &str) -> World {
    let records = two_sites();
    let mut world = run(2, &records[..first], &options(), &[], label);
    world.kill();
    for partition in 0..2 {
        world.cluster.reset_group_offset(CONTACT.name, CALLS, partition, offset.map(|offset| offset >> (2 * partition)));
    }
    world.pace.on_mismatch = OnMismatch::RebuildState;
    let steps = world.cluster.steps();
    let plans: Vec<Plan> = plans.iter().map(|(at, fault)| Plan { at: steps + at, fault: *fault }).collect();
    world.cluster.plan(&plans);
    world.run_until_stop();
    world.cluster.plan(&[]);
    if compacted {
        world.compact();
    }
    world.run(label);
    // Restored again, now with nothing to disagree about.
    world.kill();
    if compacted {
        world.compact();
    }
    world.feed(&records[first..]);
    world.run(label);
    world
}

#[test]
fn discarded_state_is_built_again_from_the_beginning() {
    let (expected, _) = straight();
    let first = 60;
    let steps = rebuilding(first, Some(0), &[], false, "rebuilt").cluster.steps() as usize
        - run(2, &two_sites()[..first], &options(), &[], "first").cluster.steps() as usize;
    for at in (0..=steps as u64).step_by(3) {
        for compacted in [false, true] {
            let label = format!("rebuilt from the beginning, crash at call {at} of {steps}, compacted: {compacted}");
            let world = rebuilding(first, Some(0), &[(at, Fault::CrashAfter)], compacted, &label);
            world.outcome(&label).check_equal(&expected, &label);
            world.outcome(&label).check_sums(&label);
        }
    }
}

/// The state is given up for what the group had skipped; a restart must find the state that the process had, not the one before.
#[test]
fn discarded_state_does_not_come_back_with_a_restart() {
    for offset in [12, 25] {
        let expected = rebuilding(60, Some(offset), &[], false, "rebuilt").outcome("rebuilt");
        for at in (0..160).step_by(3) {
            for compacted in [false, true] {
                let label = format!("rebuilt from offset {offset}, crash at call {at}, compacted: {compacted}");
                let world = rebuilding(60, Some(offset), &[(at, Fault::CrashAfter)], compacted, &label);
                let outcome = world.outcome(&label);
                outcome.check_equal(&expected, &label);
            }
        }
    }
}
