//! f09, f11: what a restore may find in a changelog: late markers, nothing but aborted transactions, a compacted head, tombstones,
//! a length that takes longer than the group would wait.

use crate::kills::straight;
use crate::world::{CHANGELOG, GROUP, INPUT, Script, Shared, World, last_sums};
use runtime::broker::{FailureKind, Outgoing, Producer, Sender};
use runtime::memory::{Fault, Markers, MemoryProducer, Plan};
use std::cell::Cell;
use std::rc::Rc;

/// A producer in the middle of a transaction that has written to `topic`, partition 0.
fn writing(world: &World, topic: &str, records: &[(&str, &str)]) -> MemoryProducer {
    let (_, mut producer) = world.cluster.connect("nobody", &[INPUT], "somebody");
    producer.init().unwrap();
    producer.begin().unwrap();
    for (key, value) in records {
        producer.send(&Outgoing { topic, partition: 0, key: key.as_bytes(), value: Some(value.as_bytes()), headers: &[] }).unwrap();
    }
    producer
}

/// Offsets of a commit are visible while its changelog is still open: the next owner must not start from the older state.
#[test]
fn f09_late_markers_are_waited_for() {
    // Both partitions in the first transaction, so that many markers are on their way.
    let mut script = Script::small();
    (script.pace.records_max, script.pace.commit_ms) = (100, 1_000);
    let world = World::new(&script);
    world.cluster.set_markers(Markers::OffsetsFirst);
    let first = Shared::default();
    while world.cluster.calls().last() != Some(&"commit") {
        assert_eq!(world.turn("counter-0", &first), None);
    }
    drop(first.take());
    world.cluster.expire_gone();
    for (partition, (key, value)) in [(0, ("a", "256")), (1, ("x", "256"))] {
        world.cluster.append(INPUT, partition, key.as_bytes(), Some(value.as_bytes()));
        script.inputs[partition as usize].push((key, value));
    }
    let world = World { script, ..world };
    // The next process calls init, poll, committed, assign, start_restore.
    let (at, inside) = (world.cluster.steps() + 5, world.clone());
    let late = Rc::new(Cell::new(false));
    let seen = Rc::clone(&late);
    world.cluster.plan(&[Plan { at, fault: Fault::Interrupt }]);
    world.cluster.on_interrupt(Box::new(move || {
        assert_eq!(inside.cluster.calls().last(), Some(&"start_restore"));
        let committed = inside.cluster.group_offset(GROUP, INPUT, 0).is_some_and(|offset| offset > 0);
        seen.set(committed && inside.cluster.last_stable_offset(CHANGELOG, 0) < inside.cluster.high_watermark(CHANGELOG, 0));
    }));
    world.run("counter-1", "late markers");
    assert!(late.get(), "the restore began while offsets were visible and the changelog was open");
    world.check("late markers");
}

#[test]
fn f09_a_changelog_of_nothing_but_aborted_records() {
    let script = Script::small();
    let world = World::new(&script);
    writing(&world, CHANGELOG, &[("sa", "1000 1 0"), ("sb", "1000 1 0")]).abort().unwrap();
    assert_eq!(world.cluster.high_watermark(CHANGELOG, 0), 3);
    world.run("counter-0", "aborted records");
    world.check("aborted records");
    // The same after compaction: nothing but the last marker is left.
    let world = World::new(&script);
    writing(&world, CHANGELOG, &[("sa", "1000 1 0")]).abort().unwrap();
    world.cluster.compact(CHANGELOG);
    world.run("counter-0", "one marker");
    world.check("one marker");
}

/// A transaction of a process that is gone ends only with its time-out; what it wrote must not be taken for state.
#[test]
fn f09_an_open_transaction_in_the_changelog_is_waited_for() {
    let script = Script::small();
    let world = World::new(&script);
    let hanging = writing(&world, CHANGELOG, &[("sa", "1000 1 0")]);
    world.run("counter-0", "open transaction");
    assert_eq!(world.cluster.counts().time_outs, 1);
    drop(hanging);
    world.check("open transaction");
}

/// Killed at every call, the changelog compacted before each restart: the newest of each key, tombstones, gaps.
#[test]
fn f09_a_compacted_changelog_at_every_step() {
    let script = Script::small();
    for at in 1..=straight(&script) {
        let label = format!("compacted after a kill at call {at}");
        let world = World::with_plan(&script, &[Plan { at, fault: Fault::CrashAfter }]);
        let process = Shared::default();
        while world.turn("counter-0", &process).is_none() && !world.done() {}
        world.cluster.compact(CHANGELOG);
        world.run_all(&[("counter-0", process)], &label);
        world.cluster.compact(CHANGELOG);
        world.check(&label);
    }
}

/// Two members, a long changelog for partition 1; its owner leaves, and while the other member restores it, a record for partition 0
/// comes in. Returns the world, the member that stays, and how many calls there were when the owner had left.
fn long_restore(plans: &[Plan]) -> (World, Shared, usize) {
    let mut script = Script::small();
    script.inputs[1].extend((0..300).map(|number| (&*format!("key-{number}").leak(), "1")));
    let world = World::with_plan(&script, plans);
    let (first, second) = (Shared::default(), Shared::default());
    while !world.done() {
        world.turn("counter-0", &first);
        world.turn("counter-1", &second);
    }
    let (leaver, stayer) = if first.borrow().as_ref().unwrap().task(1).is_some() { (first, second) } else { (second, first) };
    leaver.take().unwrap().shut_down().unwrap();
    let before = world.cluster.steps() as usize;
    world.cluster.append(INPUT, 0, b"a", Some(b"256"));
    script.inputs[0].push(("a", "256"));
    while stayer.borrow().as_ref().unwrap().task(1).is_none() {
        assert_eq!(world.turn("stayer", &stayer), None);
    }
    (World { script, ..world }, stayer, before)
}

/// Between the slices of a long restore the loop polls, and the other partition goes on.
#[test]
fn f11_a_long_restore_stays_in_the_group_and_stops_nobody() {
    let (world, stayer, before) = long_restore(&[]);
    let calls = world.cluster.calls().split_off(before);
    let slices: Vec<usize> = calls.iter().enumerate().filter(|(_, call)| **call == "continue_restore").map(|(index, _)| index).collect();
    assert!(slices.len() > 50, "{} slices", slices.len());
    assert!(slices.windows(2).all(|pair| calls[pair[0]..pair[1]].contains(&"poll")), "a poll between any two slices");
    let during = &calls[slices[0]..slices[slices.len() - 1]];
    assert!(during.contains(&"commit"), "partition 0 went on meanwhile");
    assert_eq!(world.cluster.group_offset(GROUP, INPUT, 0), Some(world.script.inputs[0].len() as i64));
    world.run_all(&[("stayer", stayer)], "long restore");
    world.check("long restore");
}

/// The broker goes away while state is to be read, for longer than any other question would be repeated: the loop waits for it.
#[test]
fn f11_a_broker_that_is_away_while_state_is_to_be_read_stops_nobody() {
    let (world, _, before) = long_restore(&[]);
    let first = before + world.cluster.calls()[before..].iter().position(|call| *call == "start_restore").unwrap();
    let away = (1..=60).map(|call| Plan { at: (first + call) as u64, fault: Fault::Fail(FailureKind::Retriable) });
    let (world, stayer, before) = long_restore(&away.collect::<Vec<_>>());
    let asked = world.cluster.calls()[before..].iter().filter(|call| **call == "start_restore").count();
    assert!(asked > 20, "asked {asked} times");
    world.run_all(&[("stayer", stayer)], "away");
    world.check("away");
}

/// In the middle of a restore another partition's commit stays unclear: everything is restored anew, from its beginning.
#[test]
fn f11_a_restore_that_is_overtaken_begins_again() {
    let (world, _, before) = long_restore(&[]);
    let commit = before + world.cluster.calls()[before..].iter().position(|call| *call == "commit").unwrap();
    let plans: Vec<Plan> = (1..6).map(|try_| Plan { at: (commit + try_) as u64, fault: Fault::Fail(FailureKind::Unclear) }).collect();
    let (world, stayer, before) = long_restore(&plans);
    let calls = world.cluster.calls().split_off(before);
    assert_eq!(calls.iter().filter(|call| **call == "recreate").count(), 1);
    assert_eq!(calls.iter().filter(|call| **call == "start_restore").count(), 3, "once for nothing, once for each partition");
    world.run_all(&[("stayer", stayer)], "overtaken");
    world.check("overtaken");
}

/// Upstream leaves a transaction open: the loop waits at the last stable offset, and takes nothing of it if it aborts.
#[test]
fn f08_a_hanging_transaction_upstream_is_not_read() {
    for commit in [false, true] {
        let mut script = Script::small();
        let world = World::new(&script);
        let length = script.inputs[0].len() as i64;
        let mut upstream = writing(&world, INPUT, &[("a", "1000"), ("b", "1000")]);
        world.cluster.append(INPUT, 0, b"a", Some(b"5"));
        let process = Shared::default();
        for _ in 0..50 {
            assert_eq!(world.turn("counter-0", &process), None);
        }
        assert_eq!(world.cluster.group_offset(GROUP, INPUT, 0), Some(length), "up to the last stable offset");
        if commit {
            upstream.commit().unwrap()
        } else {
            upstream.abort().unwrap()
        }
        if commit {
            script.inputs[0].extend([("a", "1000"), ("b", "1000")]);
        }
        script.inputs[0].push(("a", "5"));
        for _ in 0..50 {
            assert_eq!(world.turn("counter-0", &process), None);
        }
        // The next offset is that after the last record, be there markers behind it.
        assert_eq!(world.cluster.group_offset(GROUP, INPUT, 0), Some(length + 3));
        process.take().unwrap().shut_down().unwrap();
        assert_eq!(world.restored("hanging transaction"), last_sums(&script));
    }
}
