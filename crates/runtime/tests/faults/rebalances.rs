//! f02, f03, f04, f07: members come, go, fall silent and wake, and a twin takes the id, at every call of a run.

use crate::kills::straight;
use crate::world::{Script, Shared, World};
use runtime::driver::Error;
use runtime::memory::{Fault, Markers, Plan};
use std::cell::RefCell;
use std::rc::Rc;

const FIRST: &str = "counter-0";
const SECOND: &str = "counter-1";
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
    let (mut stale, mut unstable, mut both) = (0, 0, 0);
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
            both += usize::from(world.cluster.calls().iter().filter(|call| **call == "resume").count() > 2);
            world.check(&label);
        }
    }
    println!("{stale} stale generations, {unstable} unstable offsets, {both} runs in which a partition moved");
    assert!(stale > 10 && both > 100);
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

/// A process falls silent in the middle of any call; its session ends and the other one takes over and works; then it wakes.
#[test]
fn f02_a_zombie_wakes_at_every_call() {
    let script = Script::small();
    let (mut fenced, mut stale, mut time_outs) = (0, 0, 0);
    for markers in MARKERS {
        for turns in [1, 4, 8, 40] {
            for at in 1..=straight(&script) {
                let (first, second) = (Shared::default(), Shared::default());
                let other = Rc::clone(&second);
                let world = interrupted(&script, at, markers, move |world| {
                    world.expire(FIRST);
                    for _ in 0..turns {
                        assert_eq!(world.turn(SECOND, &other), None, "the second one is well");
                    }
                });
                let label = format!("zombie at call {at}, the other one takes {turns} turns, {markers:?}");
                while world.cluster.steps() < at && !world.done() {
                    world.turn(FIRST, &first);
                }
                world.run_all(&[(FIRST, first), (SECOND, second)], &label);
                world.check(&label);
                let counts = world.cluster.counts();
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
