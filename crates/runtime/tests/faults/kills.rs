//! f01: the process dies, or a call fails, at every single step of a run; and at pairs and handfuls of steps.

use crate::world::{Script, World};
use crate::{Dice, seed};
use runtime::broker::FailureKind;
use runtime::memory::{Fault, Markers, Plan};

/// Every fault that can strike a call.
pub const FAULTS: [Fault; 13] = [
    Fault::CrashBefore,
    Fault::CrashAfter,
    Fault::Fail(FailureKind::Retriable),
    Fault::Fail(FailureKind::Abortable),
    Fault::Fail(FailureKind::Unclear),
    Fault::Fail(FailureKind::Fenced),
    Fault::Fail(FailureKind::Fatal),
    Fault::FailAfter(FailureKind::Unclear),
    Fault::FailAfter(FailureKind::Retriable),
    Fault::Delay(1),
    Fault::Delay(9),
    Fault::LoseAssignment,
    Fault::Fence,
];

/// Calls of a run without faults.
pub fn straight(script: &Script) -> u64 {
    let world = World::new(script);
    assert_eq!(world.run("counter-0", "straight"), 0);
    let calls = world.cluster.calls();
    let last = calls.iter().rposition(|call| *call == "begin").unwrap();
    assert_eq!(calls[last - 2..last], ["poll", "poll"], "the last transaction writes only what was held back");
    world.check("straight");
    calls.len() as u64
}

#[test]
fn f01_kill_at_every_step() {
    let script = Script::small();
    let steps = straight(&script);
    let (mut stops, mut runs) = (0, 0);
    for at in 1..=steps {
        for fault in FAULTS {
            let label = format!("{fault:?} at call {at} of {steps}");
            let world = World::with_plan(&script, &[Plan { at, fault }]);
            stops += world.run("counter-0", &label);
            world.check(&label);
            runs += 1;
        }
    }
    let count = |outcome| script.metrics.transactions_total(outcome);
    println!("{runs} runs of {steps} calls: {stops} stops, {} aborted, {} unclear", count("aborted"), count("unclear"));
    assert!(stops > 2 * steps as usize && count("aborted") > 100 && count("unclear") > 20 && script.metrics.restored_total() > 1_000);
}

#[test]
fn f01_kill_at_every_pair_of_steps() {
    const KINDS: [Fault; 4] = [Fault::CrashAfter, Fault::FailAfter(FailureKind::Unclear), Fault::Delay(5), Fault::LoseAssignment];
    let script = Script::tiny();
    let steps = straight(&script);
    let (mut stops, mut runs) = (0, 0);
    for first in 1..=steps {
        // The second run through comes after the first kill.
        for second in first + 1..=first + steps {
            for kinds in 0..KINDS.len() * KINDS.len() {
                let plans = [Plan { at: first, fault: KINDS[kinds / KINDS.len()] }, Plan { at: second, fault: KINDS[kinds % KINDS.len()] }];
                let label = format!("{plans:?} of {steps} calls");
                let world = World::with_plan(&script, &plans);
                stops += world.run("counter-0", &label);
                world.check(&label);
                runs += 1;
            }
        }
    }
    println!("{runs} runs of {steps} calls: {stops} stops");
    assert!(stops > runs / 3);
}

#[test]
fn f01_handfuls_of_faults_by_seed() {
    let seed = seed();
    println!("HOLDFAST_SEED={seed}");
    let mut dice = Dice(seed);
    let script = Script::small();
    let steps = straight(&script);
    let mut stops = 0;
    for run in 0..1_500 {
        let mut plans = Vec::new();
        for _ in 0..2 + dice.below(5) {
            plans.push(Plan { at: 1 + dice.below(2 * steps), fault: dice.pick(&FAULTS) });
        }
        let markers = dice.pick(&[Markers::AtOnce, Markers::OffsetsFirst, Markers::OffsetsLast]);
        let label = format!("HOLDFAST_SEED={seed} run {run} {markers:?} {plans:?}");
        let world = World::with_plan(&script, &plans);
        world.cluster.set_markers(markers);
        stops += world.run("counter-0", &label);
        world.check(&label);
    }
    println!("{stops} stops");
    assert!(stops > 1_500);
}

/// A coordinator that moves or a broker that restarts: calls fail a few times, then work again, and nobody stops.
#[test]
fn f06_three_retriable_failures_at_every_step() {
    let script = Script::small();
    let steps = straight(&script);
    for kind in [FailureKind::Retriable, FailureKind::Unclear] {
        for at in 1..=steps {
            let plans: Vec<Plan> = (at..at + 3).map(|at| Plan { at, fault: Fault::Fail(kind) }).collect();
            let label = format!("{kind:?} at calls {at} to {}", at + 2);
            let world = World::with_plan(&script, &plans);
            let stops = world.run("counter-0", &label);
            world.check(&label);
            // What only tells the client something is no request that could be repeated.
            let local = ["assign", "unassign", "resume", "continue_restore", "close", "begin"];
            let failed: Vec<&str> = world.cluster.calls().into_iter().skip(at as usize - 1).take(3).collect();
            assert!(stops == 0 || failed.iter().any(|call| local.contains(call)), "{label} {failed:?}: nobody stops");
        }
    }
    assert!(script.metrics.transactions_total("aborted") > 50);
}
