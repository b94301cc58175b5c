//! f10, f12, f13: what the loop refuses, and the ways out.

use crate::counter::Counter;
use crate::world::{GROUP, INPUT, Loop, Script, Shared, World, last_sums, pace};
use runtime::broker::FailureKind;
use runtime::changelog::OnMismatch;
use runtime::clock::Clock;
use runtime::driver::{Error, Pace};
use runtime::memory::{Fault, Plan};
use std::collections::BTreeMap;

/// A world in which all input has been counted and the process has stopped.
fn counted(script: &Script) -> World {
    let world = World::new(script);
    world.run("counter-0", "counted");
    world
}

fn first_error(mut driver: Loop) -> Option<Error> {
    (0..100).find_map(|_| driver.turn().err())
}

fn with(on_mismatch: OnMismatch) -> Pace {
    Pace { on_mismatch, ..pace() }
}

#[test]
fn f10_a_group_offset_that_is_not_the_states_is_refused() {
    let script = Script::small();
    for group in [None, Some(0), Some(9), Some(11)] {
        let world = counted(&script);
        world.cluster.reset_group_offset(GROUP, INPUT, 0, group);
        let before = world.outcome();
        let error = first_error(world.start("counter-0").unwrap()).expect("a refusal");
        assert_eq!(error, Error::Position { stage: "count", partition: 0, state: Some(10), group });
        assert!(error.to_string().contains("--rewind") && error.to_string().contains("--rebuild-state"), "{error}");
        world.cluster.expire_gone();
        assert_eq!(world.outcome(), before, "nothing was written");
    }
}

/// Between the question for the offset and the reading of the state another member went on (this one was cut off for so long): the offset that
/// was told is old, nothing is damaged. It is asked again, and the process does not stop.
#[test]
fn f04_a_group_that_went_on_while_the_state_was_read_is_no_mismatch() {
    let mut script = Script::small();
    let world = counted(&script);
    world.cluster.expire_gone();
    world.cluster.reset_group_offset(GROUP, INPUT, 0, Some(3));
    world.cluster.append(INPUT, 0, b"a", Some(b"256"));
    script.inputs[0].push(("a", "256"));
    let world = World { script, ..world };
    // init, poll, committed, assign.
    let (at, inside) = (world.cluster.steps() + 4, world.clone());
    world.cluster.plan(&[Plan { at, fault: Fault::Interrupt }]);
    world.cluster.on_interrupt(Box::new(move || {
        assert_eq!(inside.cluster.calls().last(), Some(&"assign"));
        inside.cluster.reset_group_offset(GROUP, INPUT, 0, Some(10));
    }));
    assert_eq!(world.run("counter-1", "went on"), 0, "the process did not stop");
    world.check("went on");
}

/// The changelog was deleted and made anew: the group's offset alone is no reason to go on with empty state.
#[test]
fn f12_a_lost_changelog_is_refused() {
    let script = Script::small();
    let world = counted(&script);
    world.cluster.create("state", 2);
    let error = first_error(world.start("counter-0").unwrap());
    assert_eq!(error, Some(Error::Position { stage: "count", partition: 0, state: None, group: Some(10) }));
    world.cluster.expire_gone();
    // Rewound, everything is counted anew from the beginning: the same sums as before.
    let world = World { script: Script { pace: with(OnMismatch::Rewind), ..script.clone() }, ..world };
    let mut driver = world.start("counter-0").unwrap();
    (0..60).for_each(|_| assert!(driver.turn().is_ok()));
    driver.shut_down().unwrap();
    assert_eq!(world.restored("rewound"), last_sums(&script));
    assert_eq!(world.outcome().digests, crate::world::expected(&script).digests);
}

#[test]
fn f10_rewind_reads_on_from_the_state() {
    for group in [None, Some(0), Some(11)] {
        let mut script = Script::small();
        let world = counted(&script);
        world.cluster.reset_group_offset(GROUP, INPUT, 0, group);
        for (key, value) in [("a", "256"), ("d", "1")] {
            world.cluster.append(INPUT, 0, key.as_bytes(), Some(value.as_bytes()));
            script.inputs[0].push((key, value));
        }
        script.pace = with(OnMismatch::Rewind);
        let world = World { script, ..world };
        assert_eq!(world.run("counter-0", "rewind"), 0);
        // Each record counts once, the old ones too; and the next start finds nothing to complain of.
        let world = World { script: Script { pace: pace(), ..world.script }, ..world };
        world.check("rewind");
    }
}

/// Sums of a partition as they are when only its records from `start` on count.
fn sums_from(script: &Script, start: usize) -> BTreeMap<String, i64> {
    let mut short = script.clone();
    short.inputs[0].drain(..start);
    last_sums(&short).swap_remove(0)
}

/// The state is forgotten for good, killed at whatever call while it is being done, and does not come back at a later restore.
#[test]
fn f10_rebuilt_state_forgets_the_old_one_at_every_step() {
    for (group, start) in [(Some(7), 7), (Some(9), 9), (None, 0)] {
        let script = Script::small();
        let rebuilding = Script { pace: with(OnMismatch::RebuildState), ..script.clone() };
        let mut steps = 1;
        let mut at = 0;
        while at <= steps {
            for fault in
                [Fault::CrashAfter, Fault::Fail(FailureKind::Abortable), Fault::FailAfter(FailureKind::Unclear), Fault::LoseAssignment]
            {
                let label = format!("group at {group:?}, {fault:?} at call {at} after the start");
                let world = counted(&script);
                world.cluster.reset_group_offset(GROUP, INPUT, 0, group);
                let began = world.cluster.steps();
                world.cluster.plan(&[Plan { at: began + at, fault }]);
                let rebuilding = World { script: rebuilding.clone(), ..world.clone() };
                rebuilding.run("counter-0", &label);
                steps = steps.max(if at == 0 { world.cluster.steps() - began } else { 0 });
                // Refuses nothing: position and offset agree again.
                world.cluster.plan(&[]);
                world.check_positions(&label);
                let restored = world.restored(&label);
                assert_eq!(restored[0], sums_from(&script, start), "{label}");
                assert_eq!(restored[1], last_sums(&script)[1], "{label}: the other partition keeps its state");
            }
            at += 1;
        }
        assert!(steps > 10);
    }
}

/// With nothing new to read, the tombstones are committed all the same.
#[test]
fn f10_rebuilt_state_is_forgotten_without_a_record() {
    let script = Script::small();
    let world = counted(&script);
    let end = script.inputs[0].len() as i64;
    world.cluster.append(INPUT, 0, b"a", Some(b"1"));
    world.cluster.reset_group_offset(GROUP, INPUT, 0, Some(end + 1));
    let mut driver = world.start_with("counter-0", with(OnMismatch::RebuildState)).unwrap();
    for _ in 0..30 {
        driver.turn().unwrap();
    }
    assert!(driver.task(0).is_some_and(|task| task.state.is_empty()));
    driver.shut_down().unwrap();
    let restored = world.restored("rebuilt");
    assert_eq!((restored[0].len(), &restored[1]), (0, &last_sums(&script)[1]));
}

#[test]
fn f12_another_number_of_partitions_is_refused() {
    for wish in [OnMismatch::Refuse, OnMismatch::Rewind] {
        let world = counted(&Script::small());
        let mut stage = world.stage();
        stage.layout = 3;
        let error = first_error(world.start_stage("counter-0", with(wish), stage).unwrap());
        assert_eq!(error, Some(Error::Layout { stage: "count", state: 2, now: 3 }));
    }
}

#[test]
fn f09_a_changelog_record_that_is_not_understood_is_refused() {
    let world = counted(&Script::small());
    world.cluster.append("state", 1, b"sx", Some(b"no total"));
    let error = first_error(world.start("counter-0").unwrap());
    assert_eq!(error, Some(Error::Restore { stage: "count", partition: 1, reason: "a total that is none".to_owned() }));
}

#[test]
fn f13_a_flood_stops_and_nothing_of_its_transaction_is_kept() {
    let good = [("a", "1"), ("a", "2"), ("a", "4")];
    let bad = [("a", "bad"); 6];
    let script = Script { inputs: vec![[good.as_slice(), &bad].concat()], ..Script::small() };
    let world = World::new(&script);
    let error = first_error(world.start("counter-0").unwrap());
    let reason = "a value that is no number".to_owned();
    assert_eq!(error, Some(Error::Flood { stage: "count", partition: 0, code: "no_number", reason }));
    let outcome = world.outcome();
    let kept = outcome.offsets[0].unwrap_or(0);
    assert!((4..9).contains(&kept), "the transactions before the flood are kept: {kept}");
    assert_eq!(outcome.dead_letters.len() as i64, kept - 3, "dead letters of committed records only: {outcome:?}");
    assert_eq!(outcome.log[0].len(), 3);
    assert_eq!(
        world.cluster.last_stable_offset("dead-letters", 0),
        world.cluster.high_watermark("dead-letters", 0),
        "aborted, not left open"
    );
}

/// Four bad records in a row are no flood, however often they are read again after an abort.
#[test]
fn f13_records_read_again_count_once() {
    let script =
        Script { inputs: vec![vec![("a", "1"), ("a", "bad"), ("a", "bad"), ("a", "bad"), ("a", "bad"), ("a", "2")]], ..Script::small() };
    for at in 1..=crate::kills::straight(&script) {
        let label = format!("abort at call {at}");
        let world = World::with_plan(&script, &[Plan { at, fault: Fault::Fail(FailureKind::Abortable) }]);
        world.run("counter-0", &label);
        world.check(&label);
    }
}

/// After a flood the input is mended (here: the limit is raised), and the stage goes on where it was.
#[test]
fn f13_after_a_flood_the_stage_goes_on_where_it_was() {
    let script = Script { inputs: vec![[[("a", "bad"); 7].as_slice(), &[("a", "2")]].concat()], ..Script::small() };
    let world = World::new(&script);
    let error = first_error(world.start("counter-0").unwrap());
    assert!(matches!(error, Some(Error::Flood { .. })), "{error:?}");
    world.cluster.expire_gone();
    let mut mended = script.clone();
    mended.pace.flood.consecutive = 100;
    let world = World { script: mended, ..world };
    world.run_all(&[("counter-0", Shared::default())], "mended");
    world.check("mended");
}

/// Records that lead to something larger than the broker takes are dead-lettered, in whatever order they are found; the rest goes on.
#[test]
fn f14_a_record_too_large_to_write_on_is_dead_lettered_at_every_step() {
    const LONG: &str = "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001";
    let mut script = Script::small();
    for at in [2, 5, 6, 7, 8] {
        script.inputs[0].insert(at, ("a", LONG));
    }
    script.inputs[1].push(("x", LONG));
    // The long numbers count for nothing, as the bad ones; and their letters name another reason.
    let mut counted = script.clone();
    for (_, value) in counted.inputs.iter_mut().flatten().filter(|(_, value)| *value == LONG) {
        *value = "bad";
    }
    let mut wanted = crate::world::expected(&counted);
    for (partition, offset, code) in &mut wanted.dead_letters {
        let value = script.inputs[*partition as usize][*offset as usize].1;
        *code = if value == LONG { "too_large" } else { "no_number" }.to_owned();
    }
    let mut steps = 1;
    let mut at = 0;
    while at <= steps {
        let label = format!("killed at call {at}");
        let world = World::with_plan(&script, &[Plan { at, fault: Fault::CrashAfter }]);
        world.cluster.set_record_bytes_max("log", 100);
        world.run("counter-0", &label);
        steps = steps.max(if at == 0 { world.cluster.steps() } else { 0 });
        world.cluster.finish_markers();
        assert_eq!(world.outcome(), wanted, "{label}");
        assert_eq!(world.restored(&label), last_sums(&counted), "{label}");
        at += 1;
    }
    assert!(steps > 100 && script.metrics.transactions_total("aborted") > 300);
}

/// What can never be committed is given up in the end, with the reason.
#[test]
fn a_loop_that_only_aborts_stops_and_says_why() {
    let world = World::new(&Script::small());
    for topic in ["log", "dead-letters"] {
        world.cluster.set_record_bytes_max(topic, 1);
    }
    let mut driver = world.start("counter-0").unwrap();
    let error = (0..10_000).find_map(|_| {
        world.cluster.clock().advance_ms(1_000);
        driver.turn().err()
    });
    let Some(Error::Fatal(text)) = error else { panic!("{error:?}") };
    assert!(text.contains("aborted") && text.contains("bytes"), "{text}");
    let minutes = world.cluster.clock().now_ms() / 60_000;
    assert!((5..7).contains(&minutes), "{minutes} minutes");
    assert_eq!(world.outcome().offsets, [None, None]);
}

/// The state of a task that restores is not asked for: it is not complete.
#[test]
fn a_task_is_shown_only_once_its_state_is_complete() {
    let world = counted(&Script::small());
    let mut driver = world.start("counter-0").unwrap();
    let shown = |driver: &Loop| driver.task(0).map(|task: &Counter| task.state.len());
    while shown(&driver).is_none() {
        assert!(driver.turn().unwrap().running < 2);
    }
    assert_eq!(shown(&driver), Some(3));
}
