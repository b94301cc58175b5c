//! Panes: forgetting by number and age, what is gone stays gone, reading back, discarding.

use crate::probe::{Written, written};
use crate::{Options, PaneTopics, Panes};
use events::{CallEvent, CallVerb, QueuePane, codec};
use lifecycle::{ContactEvents, NameTable, Scratch, fold};

const MINUTE_US: i64 = 60_000_000;

/// At most about two panes, ten minutes.
fn options() -> Options {
    let topics = PaneTopics { panes: 0, queue_now: Some(1) };
    Options { horizon_ms: 600_000, panes_min: 1, topics, generation: 0, queues: Default::default() }
}

/// A contact waits in a queue from a minute on.
fn wait(panes: &mut Panes, queue: &'static str, minute: i64) {
    let verb = CallVerb::QueueEntered;
    let event = CallEvent { contact_id: "pbx1/1", queue: Some(queue), verb, event_time_us: minute * MINUTE_US, ..CallEvent::default() };
    let mut names = NameTable::new(9);
    let events = ContactEvents::new(&event, &mut names);
    panes.change(None, &fold(&events, 1, &names, &mut Scratch::default(), &lifecycle::Options::default()));
}

fn commit(panes: &mut Panes, event_minute: i64) -> Written {
    let records = written(|output| panes.flush(event_minute * MINUTE_US, output));
    panes.committed();
    records
}

/// Queue, minute and offered of the panes that were written.
fn offered(records: &Written) -> Vec<(String, i64, i64)> {
    let values = records.iter().filter(|(topic, ..)| *topic == "panes").filter_map(|(.., value)| value.as_deref());
    let panes = values.map(|value| codec::decode::<QueuePane<'_>>(value).unwrap());
    let mut found: Vec<_> = panes.map(|pane| (pane.queue.to_owned(), pane.window_start_us / MINUTE_US, pane.counts.offered)).collect();
    found.sort();
    found
}

fn restored(log: &Written) -> Panes {
    let mut panes = Panes::new(options());
    for (_, key, value) in log.iter().filter(|(topic, ..)| *topic == "state") {
        assert_eq!(panes.restore_note(key, value.as_deref()), Ok(true));
    }
    for (_, key, value) in log.iter().filter(|(topic, ..)| *topic == "panes") {
        panes.restore(key, value.as_deref()).unwrap();
    }
    panes.restored();
    panes
}

#[test]
fn a_pane_adds_up_over_transactions_and_an_abort_leaves_it() {
    let mut panes = Panes::new(options());
    wait(&mut panes, "sales", 7);
    assert_eq!(offered(&commit(&mut panes, 7)), [("sales".to_owned(), 7, 1)]);
    wait(&mut panes, "sales", 7);
    written(|output| panes.flush(7 * MINUTE_US, output));
    panes.rolled_back();
    wait(&mut panes, "sales", 7);
    assert_eq!(offered(&commit(&mut panes, 7)), [("sales".to_owned(), 7, 2)]);
}

#[test]
fn old_panes_are_forgotten_beyond_the_number_and_stay_forgotten() {
    let mut panes = Panes::new(options());
    let mut log = Written::new();
    for minute in [1, 2, 3] {
        wait(&mut panes, "sales", minute);
        log.extend(commit(&mut panes, minute));
    }
    wait(&mut panes, "sales", 9);
    log.extend(commit(&mut panes, 9));
    assert_eq!(panes.len(), 4, "none of them is older than the horizon");
    wait(&mut panes, "sales", 12);
    log.extend(commit(&mut panes, 12));
    assert_eq!(panes.len(), 4, "minute 1 is gone");
    for mut panes in [panes, restored(&log)] {
        assert_eq!(panes.len(), 4);
        wait(&mut panes, "sales", 1);
        assert_eq!(offered(&written(|output| panes.flush(12 * MINUTE_US, output))), [], "a part of a pane would overwrite the whole");
        assert_eq!(panes.take_gone(), 1);
        panes.rolled_back();
        // Another queue's minute is not gone.
        wait(&mut panes, "support", 1);
        assert_eq!(offered(&commit(&mut panes, 12)), [("support".to_owned(), 1, 1)]);
    }
}

#[test]
fn a_pane_that_changes_while_others_of_its_age_are_forgotten_stays() {
    let mut panes = Panes::new(options());
    let mut log = Written::new();
    for (queue, minute) in [("sales", 1), ("sales", 2), ("support", 2)] {
        wait(&mut panes, queue, minute);
        log.extend(commit(&mut panes, minute));
    }
    wait(&mut panes, "sales", 1);
    log.extend(commit(&mut panes, 50));
    // Support has gone; sales was touched at minute 1, so nothing from there on is gone.
    assert_eq!((panes.len(), restored(&log).len()), (2, 2));
    wait(&mut panes, "sales", 1);
    assert_eq!(offered(&commit(&mut panes, 1)), [("sales".to_owned(), 1, 3)]);
}

#[test]
fn an_abort_forgets_nothing() {
    let mut panes = Panes::new(options());
    for minute in [1, 2, 3] {
        wait(&mut panes, "sales", minute);
        commit(&mut panes, minute);
    }
    wait(&mut panes, "support", 50);
    written(|output| panes.flush(50 * MINUTE_US, output));
    panes.rolled_back();
    wait(&mut panes, "sales", 1);
    assert_eq!(offered(&commit(&mut panes, 1)), [("sales".to_owned(), 1, 2)]);
}

#[test]
fn discarded_panes_do_not_come_back_and_what_was_gone_is_not() {
    let mut panes = Panes::new(options());
    let mut log = Written::new();
    for minute in [1, 2, 3, 50] {
        wait(&mut panes, "sales", minute);
        log.extend(commit(&mut panes, minute));
    }
    let mut reading = Panes::new(options());
    for (topic, key, value) in &log {
        match *topic {
            "state" => _ = reading.restore_note(key, value.as_deref()).unwrap(),
            "panes" => reading.restore(key, value.as_deref()).unwrap(),
            _ => {}
        }
    }
    let tombstones = written(|output| reading.discard(output));
    assert!(tombstones.iter().all(|(.., value)| value.is_none()));
    assert!(tombstones.iter().any(|(topic, ..)| *topic == "now"), "who waited is forgotten, too");
    log.extend(tombstones);
    let mut panes = restored(&log);
    assert!(panes.is_empty());
    wait(&mut panes, "sales", 1);
    assert_eq!(offered(&commit(&mut panes, 1)), [("sales".to_owned(), 1, 1)]);
}

#[test]
fn damage_is_seen() {
    let mut panes = Panes::new(options());
    assert!(panes.restore(b"key", Some(b"no pane")).is_err());
    assert!(panes.restore(b"key", None).is_err());
    assert!(panes.restore_note(b"g", Some(&[0, 0, 0, 9, 1])).is_err());
    assert_eq!(panes.restore_note(b"m", None), Ok(false));
}
