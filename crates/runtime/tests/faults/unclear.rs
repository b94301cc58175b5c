//! f05: nobody knows whether a request took effect, and it may still arrive long after its answer was given up.

use crate::kills::straight;
use crate::world::{Script, World};
use runtime::broker::FailureKind;
use runtime::memory::{Fault, Plan};

/// Numbers of the calls of a run with one of these names.
fn calls(script: &Script, names: &[&str]) -> Vec<u64> {
    let world = World::new(script);
    world.run("counter-0", "calls");
    let calls = world.cluster.calls();
    calls.iter().enumerate().filter(|(_, name)| names.contains(name)).map(|(index, _)| index as u64 + 1).collect()
}

/// A commit (or abort, or offsets) that arrives in a later transaction of the same producer would end that one in the middle:
/// half of it visible, half of it lost with a crash. The new epoch after an unclear answer keeps it out.
#[test]
fn f05_a_late_request_never_tears_a_later_transaction() {
    let script = Script::small();
    let (mut late, mut fenced, mut runs) = (0, 0, 0);
    for at in calls(&script, &["commit", "send_offsets"]) {
        for delay in 1..40 {
            for after in 0..6 {
                let plans = [Plan { at, fault: Fault::Delay(delay) }, Plan { at: at + delay + after, fault: Fault::CrashBefore }];
                let label = format!("{plans:?}");
                let world = World::with_plan(&script, &plans);
                world.run("counter-0", &label);
                world.check(&label);
                late += world.cluster.counts().late_requests;
                fenced += world.cluster.counts().late_fenced;
                runs += 1;
            }
        }
    }
    println!("{runs} runs: {late} requests late, {fenced} of them fenced");
    assert!(late > 1_000 && fenced > 500, "late requests happened and were kept out: {late}, {fenced}");
}

/// An abort that arrives late must not take the next transaction with it.
#[test]
fn f05_a_late_abort_never_takes_the_next_transaction_with_it() {
    let script = Script::small();
    for failing in calls(&script, &["send"]) {
        for delay in 1..30 {
            let plans =
                [Plan { at: failing, fault: Fault::Fail(FailureKind::Abortable) }, Plan { at: failing + 1, fault: Fault::Delay(delay) }];
            let label = format!("{plans:?}");
            let world = World::with_plan(&script, &plans);
            world.run("counter-0", &label);
            world.check(&label);
        }
    }
}

/// A commit that stays unclear to the last try, with effect at one of the tries or with none.
#[test]
fn f05_indefinite_commit() {
    let script = Script::small();
    straight(&script);
    let before = script.metrics.transactions_total("unclear");
    let mut runs = 0;
    for at in calls(&script, &["commit"]) {
        for effective in 0..=5 {
            let fault = |try_: u64| match try_ == effective {
                true => Fault::FailAfter(FailureKind::Unclear),
                false => Fault::Fail(FailureKind::Unclear),
            };
            let plans: Vec<Plan> = (0..5).map(|try_| Plan { at: at + try_, fault: fault(try_) }).collect();
            let label = format!("commit at call {at}, effective at try {effective} of 5");
            let world = World::with_plan(&script, &plans);
            assert_eq!(world.run("counter-0", &label), 0, "{label}: nobody stops");
            world.check(&label);
            runs += 1;
        }
    }
    assert_eq!(script.metrics.transactions_total("unclear") - before, runs, "each of them ended unclear");
}
