//! f02, f03, f04, f07: members come, go, fall silent and wake, and a twin takes the id, at every call of a run.

use crate::kills::{FAULTS, straight};
use crate::world::{INPUT, Script, Shared, World};
use crate::{Dice, seed};
use runtime::broker::FailureKind;
use runtime::driver::Error;
use runtime::memory::{Fault, Markers, Plan};
use std::cell::RefCell;
use std::rc::Rc;

const FIRST: &str = "counter-0";
const SECOND: &str = "counter-1";
const NEWER: [(&str, &str); 2] = [("a", "1000"), ("x", "1000")];
const MARKERS: [Markers; 3] = [Markers::AtOnce, Markers::OffsetsFirst, Markers::OffsetsLast];

/// A world in which something happens in the middle of call `at`.
fn interrupted(script: &Script, at: u64, markers: Markers, happens: impl Fn(&World) + 'static) -> World {
    let world = World::with_plan(script, &[Plan { at, fault: Fault::Interrupt }]);
    world.cluster.set_markers(markers);
    let inside = world.clone();
    world.cluster.on_interrupt(Box::new(move || happens(&inside)));
    world
}

#[test]
fn f03_a_second_member_joins_at_every_call() {
    let script = Script::small();
    let (mut stale, mut unstable, mut both, mut committed) = (0, 0, 0, 0);
    for markers in MARKERS {
        for at in 1..=straight(&script) {
            let (first, second) = (Shared::default(), Shared::default());
            let joining = Rc::clone(&second);
            let world = interrupted(&script, at, markers, move |world| {
                for _ in 0..3 {
                    world.turn(SECOND, &joining);
                }
            });
            let label = format!("join at call {at}, {markers:?}");
            world.turn(FIRST, &first);
            while first.borrow().is_some() && world.cluster.steps() < at && !world.done() {
                world.turn(FIRST, &first);
            }
            assert_eq!(world.run_all(&[(FIRST, first), (SECOND, second)], &label), 0, "{label}: nobody stops");
            stale += world.cluster.counts().stale_generations;
            unstable += world.cluster.counts().unstable_offsets;
            let calls = world.cluster.calls();
            both += usize::from(calls.iter().filter(|call| **call == "resume").count() > 2);
            committed += usize::from(calls.windows(2).any(|pair| pair == ["commit", "unassign"]));
            world.check(&label);
        }
    }
    println!("{stale} stale generations, {unstable} unstable offsets, {both} partitions moved, {committed} after a commit on revoke");
    assert!(stale > 10 && both > 100 && committed > 5, "{stale} {both} {committed}");
}

#[test]
fn f03_a_member_leaves_at_every_call() {
    let script = Script::small();
    let mut left = 0;
    for markers in MARKERS {
        for at in 1..=2 * straight(&script) {
            let (first, second) = (Shared::default(), Shared::default());
            let (leaving, gone) = (Rc::clone(&second), Rc::new(RefCell::new(0)));
            let seen = Rc::clone(&gone);
            let world = interrupted(&script, at, markers, move |_| {
                // It cannot leave in the middle of its own call.
                if let Some(driver) = leaving.try_borrow_mut().ok().and_then(|mut driver| driver.take()) {
                    driver.shut_down().unwrap();
                    *seen.borrow_mut() += 1;
                }
            });
            let label = format!("leave at call {at}, {markers:?}");
            assert_eq!(world.run_all(&[(FIRST, first), (SECOND, second)], &label), 0, "{label}: nobody stops");
            world.check(&label);
            left += *gone.borrow();
        }
    }
    println!("{left} left");
    assert!(left > 100);
}

/// Three members that come and go, with failures and kills at any call.
#[test]
fn f03_rebalances_with_faults_by_seed() {
    let seed = seed();
    println!("HOLDFAST_SEED={seed}");
    let mut dice = Dice(seed ^ 3);
    let script = Script { inputs: vec![Script::small().inputs[0].clone(); 4], ..Script::small() };
    let steps = 300;
    let (mut stops, mut stale, mut recreated) = (0, 0, 0);
    for run in 0..600 {
        let mut plans: Vec<Plan> = (0..1 + dice.below(4)).map(|_| Plan { at: 1 + dice.below(steps), fault: dice.pick(&FAULTS) }).collect();
        // A commit, most often, that stays unclear to the end: a new producer and a restore, also in the middle of a rebalance.
        let at = 1 + dice.below(steps);
        plans.extend((at..at + 12).map(|at| Plan { at, fault: Fault::Fail(FailureKind::Unclear) }));
        let world = World::with_plan(&script, &plans);
        world.cluster.set_markers(dice.pick(&MARKERS));
        let label = format!("HOLDFAST_SEED={seed} run {run} {plans:?}");
        let processes: Vec<(&str, Shared)> = [FIRST, SECOND, "counter-2"].map(|id| (id, Shared::default())).to_vec();
        for _ in 0..dice.below(120) {
            let (id, process) = &processes[dice.below(3) as usize];
            match dice.below(20) {
                0 => stops += usize::from(process.take().is_some_and(|driver| driver.shut_down().is_err())),
                1 => world.expire(id),
                2 => drop(process.take()),
                _ => stops += usize::from(world.turn(id, process).is_some()),
            }
            world.cluster.expire_gone();
        }
        stops += world.run_all(&processes, &label);
        stale += world.cluster.counts().stale_generations;
        recreated += world.cluster.calls().iter().filter(|call| **call == "recreate").count();
        world.check(&label);
    }
    println!("{stops} stops, {stale} stale generations, {recreated} new producers");
    assert!(stops > 300 && stale > 100 && recreated > 100);
}

/// Each commit on revoke in turn stays unclear: the partitions that leave are not read again, and those that stay lose nothing.
#[test]
fn f05_indefinite_commit_on_revoke() {
    let script = Script::small();
    let mut unclear = 0;
    for joins in 1..=straight(&script) {
        let (first, second) = (Shared::default(), Shared::default());
        let label = format!("join at call {joins}");
        let joined = |plans: &[Plan]| {
            let world = World::with_plan(&script, plans);
            while world.cluster.steps() < joins && !world.done() {
                world.turn(FIRST, &first);
            }
            world
        };
        // Where the first commit after the join is, the same run says that goes on without a fault.
        let world = joined(&[]);
        world.run_all(&[(SECOND, second.clone()), (FIRST, first.clone())], &label);
        let calls = world.cluster.calls();
        let Some(at) = calls.windows(2).position(|pair| pair == ["commit", "unassign"]) else { continue };
        let plans: Vec<Plan> = (1..6).map(|try_| Plan { at: at as u64 + try_, fault: Fault::Fail(FailureKind::Unclear) }).collect();
        let world = joined(&plans);
        assert_eq!(world.run_all(&[(SECOND, second), (FIRST, first)], &label), 0, "{label}: nobody stops");
        unclear += world.cluster.calls().iter().filter(|call| **call == "recreate").count();
        world.check(&label);
    }
    println!("{unclear} unclear commits on revoke");
    assert!(unclear > 20);
}

/// A process falls silent in the middle of any call; its session ends, the other one takes over and counts new records; then the
/// first one wakes, with results that are old by now.
#[test]
fn f02_a_zombie_wakes_at_every_call() {
    let script = Script::small();
    let (mut fenced, mut stale, mut time_outs) = (0, 0, 0);
    for markers in MARKERS {
        for turns in [1, 4, 8, 40] {
            // The last call leaves the group: then nobody is left to wake.
            for at in 1..straight(&script) {
                let (first, second) = (Shared::default(), Shared::default());
                let other = Rc::clone(&second);
                let mut longer = script.clone();
                let world = interrupted(&script, at, markers, move |world| {
                    world.expire(FIRST);
                    for (partition, (key, value)) in [(0, NEWER[0]), (1, NEWER[1])] {
                        world.cluster.append(INPUT, partition, key.as_bytes(), Some(value.as_bytes()));
                    }
                    for _ in 0..turns {
                        assert_eq!(world.turn(SECOND, &other), None, "the second one is well");
                    }
                });
                let label = format!("zombie at call {at}, the other one takes {turns} turns, {markers:?}");
                while world.cluster.steps() < at && !world.done() {
                    world.turn(FIRST, &first);
                }
                world.run_all(&[(FIRST, first), (SECOND, second)], &label);
                let counts = world.cluster.counts();
                longer.inputs[0].push(NEWER[0]);
                longer.inputs[1].push(NEWER[1]);
                World { script: longer, ..world }.check(&label);
                fenced += counts.fenced;
                stale += counts.stale_generations;
                time_outs += counts.time_outs;
            }
        }
    }
    println!("{fenced} fenced, {stale} stale generations, {time_outs} transactions timed out");
    assert!(fenced > 10 && stale > 10 && time_outs > 10);
}

/// The session ends at any call while the process goes on: it aborts, drops its state and joins again.
#[test]
fn f04_assignment_lost_at_every_call_of_two_members() {
    let script = Script::small();
    let mut stale = 0;
    for markers in MARKERS {
        for at in 1..=2 * straight(&script) {
            let label = format!("lost at call {at}, {markers:?}");
            let world = World::with_plan(&script, &[Plan { at, fault: Fault::LoseAssignment }]);
            world.cluster.set_markers(markers);
            assert_eq!(world.run_all(&[(FIRST, Shared::default()), (SECOND, Shared::default())], &label), 0, "{label}: nobody stops");
            stale += world.cluster.counts().stale_generations;
            world.check(&label);
        }
    }
    assert!(stale > 20, "offsets of the lost member were refused {stale} times");
}

/// A second process with the same transactional id: the first one stops at its next transactional call and writes nothing more.
#[test]
fn f07_a_twin_takes_the_id_at_every_call() {
    let script = Script::small();
    let mut stopped = 0;
    for at in 1..=straight(&script) {
        for takes_over in [false, true] {
            let (first, twin) = (Shared::default(), Shared::default());
            let other = Rc::clone(&twin);
            let world = interrupted(&script, at, Markers::AtOnce, move |world| {
                if takes_over {
                    world.expire(FIRST);
                }
                for _ in 0..6 {
                    assert_eq!(world.turn(FIRST, &other), None, "the twin is well");
                }
            });
            let label = format!("twin at call {at}, takes over: {takes_over}");
            let mut ended = None;
            for _ in 0..400 {
                // Once it has stopped, nobody starts it again: that would be a duel.
                let Ok(mut driver) = first.try_borrow_mut() else { break };
                let turned = match driver.as_mut() {
                    Some(driver) => driver.turn().map(|_| ()),
                    None => world.start(FIRST).map(|started| *driver = Some(started)),
                };
                ended = turned.err();
                if ended.is_some() || world.done() {
                    break;
                }
                drop(driver);
                if twin.borrow().is_some() {
                    world.turn(FIRST, &twin);
                }
            }
            match ended {
                Some(Error::Fenced(_)) => stopped += 1,
                Some(error) => panic!("{label}: {error}"),
                None => assert!(world.done(), "{label}: neither fenced nor done"),
            }
            first.take();
            world.cluster.expire_gone();
            world.run_all(&[(FIRST, twin)], &label);
            world.check(&label);
        }
    }
    println!("{stopped} stopped");
    assert!(stopped > 100);
}
