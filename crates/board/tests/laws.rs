//! Laws of the merge: the totals are a function of the set of messages, whatever their order and however often they come.

use board::{Applied, Merged, QueueName, Span};
use events::{QueueCounts, QueueNow, QueuePane, SketchBucket, WaitingThreshold};
use kpi::Pane;
use proptest::prelude::*;
use std::collections::BTreeMap;

const QUEUES: [&str; 3] = ["sales", "help", ""];
const MINUTE_US: i64 = 60_000_000;
/// A Tuesday; the minutes of the tests span several intervals around it.
const START_MINUTE: i64 = 29_400_000;

/// A message, small enough that keys collide often. The contents follow from the key and the version, as in life: one
/// version says one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Message {
    queue: usize,
    minute: i64,
    partition: i32,
    layout: i32,
    generation: i32,
    version: i64,
}

fn pane(message: &Message) -> QueuePane<'static> {
    let seed = message.version * 7 + i64::from(message.partition) * 3 + message.minute % 5 + i64::from(message.layout);
    let counts = QueueCounts { offered: seed, answered: seed / 2, wait_answered_ms: seed * 1_000, ..QueueCounts::default() };
    QueuePane {
        tenant: "acme",
        queue: QUEUES[message.queue],
        window_start_us: (START_MINUTE + message.minute) * MINUTE_US,
        partition: message.partition,
        layout: message.layout,
        generation: message.generation,
        version: message.version,
        counts,
        wait_answered_histogram: vec![seed / 4, seed / 4],
        wait_sketch: vec![SketchBucket { bucket: (seed % 7) as i32, count: 1 + seed / 2 }],
        ..QueuePane::default()
    }
}

/// A layout has one generation here: `replay` writes a new layout in a new generation.
fn messages() -> impl Strategy<Value = Vec<Message>> {
    let one = (0..QUEUES.len(), 0..40i64, 0..3i32, 0..2i32, 1..6i64);
    let message = one.prop_map(|(queue, minute, partition, newer, version)| Message {
        queue,
        minute,
        partition,
        layout: if newer == 1 { 2 } else { 8 },
        generation: newer,
        version,
    });
    prop::collection::vec(message, 1..120)
}

fn merged(messages: &[Message]) -> Merged {
    let mut merged = Merged::new(26);
    for message in messages {
        merged.apply(&pane(message)).unwrap();
    }
    merged
}

fn name(queue: usize) -> QueueName {
    QueueName { tenant: "acme".to_owned(), queue: QUEUES[queue].to_owned() }
}

fn span(from_minute: i64, to_minute: i64) -> Span {
    Span { start_us: (START_MINUTE + from_minute) * MINUTE_US, end_us: (START_MINUTE + to_minute) * MINUTE_US }
}

/// What the totals should be, by the definition: the newest message of each key, of the newest layout of each minute.
fn expected(messages: &[Message], queue: usize, from_minute: i64, to_minute: i64) -> Pane {
    let mut newest: BTreeMap<(i64, i32, i32), Message> = BTreeMap::new();
    for message in messages.iter().filter(|message| message.queue == queue && (from_minute..to_minute).contains(&message.minute)) {
        let stored = newest.entry((message.minute, message.layout, message.partition)).or_insert(*message);
        if (message.generation, message.version) > (stored.generation, stored.version) {
            *stored = *message;
        }
    }
    let mut total = Pane::default();
    for message in newest.values() {
        let layouts = newest.values().filter(|other| other.minute == message.minute).map(|other| (other.generation, other.layout));
        if layouts.max() == Some((message.generation, message.layout)) {
            total.merge(&Pane::from_message(&pane(message)).unwrap(), 1);
        }
    }
    total
}

proptest! {
    #[test]
    fn any_order_and_any_duplication_give_the_same_totals(
        messages in messages(),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
        shuffled in any::<u64>(),
        from in 0..40i64,
        length in 0..40i64,
        advances in any::<bool>(),
    ) {
        let mut delivered = messages.clone();
        delivered.extend(again.iter().map(|index| *index.get(&messages)));
        // A permutation that depends on the drawn number only.
        delivered.sort_by_key(|message| {
            let text = (message.minute, message.partition, message.version, message.layout);
            let mixed = (text.0 * 31 + i64::from(text.1) * 7 + text.2 * 13 + i64::from(text.3)) as u64;
            mixed.wrapping_mul(shuffled | 1) >> 7
        });
        let mut board = merged(&delivered);
        if advances {
            // Minute totals before the last two hours are dropped; the numbers stay.
            board.apply(&QueuePane { tenant: "acme", queue: "later", window_start_us: (START_MINUTE + 180) * MINUTE_US, ..QueuePane::default() }).unwrap();
            board.advance(i64::MAX);
        }
        for queue in 0..QUEUES.len() {
            prop_assert_eq!(board.total(&name(queue), span(from, from + length)), expected(&messages, queue, from, from + length));
        }
    }

    #[test]
    fn deleting_everything_leaves_nothing(messages in messages()) {
        let mut board = merged(&messages);
        for message in &messages {
            let key = format!(
                "acme\u{1f}{}\u{1f}{}\u{1f}{}\u{1f}{}", QUEUES[message.queue], START_MINUTE + message.minute, message.partition, message.layout
            );
            board.remove(key.as_bytes()).unwrap();
        }
        prop_assert_eq!(board.partials_held(), 0);
        for queue in 0..QUEUES.len() {
            prop_assert_eq!(board.total(&name(queue), span(0, 40)), Pane::default());
        }
    }

    #[test]
    fn minutes_add_up_to_any_span(messages in messages(), from in 0..40i64, length in 0..60i64) {
        let board = merged(&messages);
        let mut sum = Pane::default();
        for minute in from..from + length {
            sum.merge(&board.total(&name(0), span(minute, minute + 1)), 1);
        }
        prop_assert_eq!(board.total(&name(0), span(from, from + length)), sum);
    }
}

#[test]
fn every_span_has_its_minutes_and_no_other() {
    let messages: Vec<Message> = (0..46).map(|minute| Message { minute, ..one(1 + minute % 4) }).collect();
    let board = merged(&messages);
    for from in 0..46 {
        for to in from..=46 {
            assert_eq!(board.total(&name(0), span(from, to)), expected(&messages, 0, from, to), "{from} to {to}");
        }
    }
}

fn one(version: i64) -> Message {
    Message { queue: 0, minute: 3, partition: 1, layout: 8, generation: 0, version }
}

#[test]
fn a_partial_is_replaced_and_not_added() {
    let mut board = merged(&[one(1)]);
    assert_eq!(board.apply(&pane(&one(2))).unwrap(), Applied::Changed);
    assert_eq!(board.total(&name(0), span(0, 15)), Pane::from_message(&pane(&one(2))).unwrap());
    assert_eq!(board.apply(&pane(&one(1))).unwrap(), Applied::Stale);
    assert_eq!(board.total(&name(0), span(0, 15)), Pane::from_message(&pane(&one(2))).unwrap());
    assert_eq!(board.partials_held(), 1);
}

#[test]
fn two_layouts_never_mix_and_the_newer_generation_counts() {
    let old = one(9);
    let new = Message { layout: 2, generation: 1, partition: 0, version: 1, ..old };
    let both = merged(&[old, new]);
    assert_eq!(both.total(&name(0), span(0, 15)), Pane::from_message(&pane(&new)).unwrap());
    let mut undone = merged(&[old, new]);
    let key = format!("acme\u{1f}sales\u{1f}{}\u{1f}0\u{1f}2", START_MINUTE + 3);
    assert_eq!(undone.remove(key.as_bytes()).unwrap(), Applied::Changed);
    assert_eq!(undone.total(&name(0), span(0, 15)), Pane::from_message(&pane(&old)).unwrap());
}

#[test]
fn what_is_too_old_is_forgotten_and_stays_forgotten() {
    let mut board = Merged::new(1);
    board.apply(&pane(&Message { minute: 0, ..one(1) })).unwrap();
    board.apply(&pane(&Message { minute: 120, ..one(1) })).unwrap();
    board.advance((START_MINUTE + 120) * MINUTE_US);
    assert_eq!(board.total(&name(0), span(0, 15)), Pane::default());
    assert_eq!(board.apply(&pane(&Message { minute: 0, ..one(2) })).unwrap(), Applied::Gone);
    assert_eq!(board.partials_held(), 1);
}

#[test]
fn an_event_far_in_the_future_does_not_wipe_out_the_day() {
    let mut board = merged(&[one(1)]);
    board.apply(&pane(&Message { minute: 100_000, ..one(1) })).unwrap();
    board.advance((START_MINUTE + 10) * MINUTE_US);
    assert_eq!(board.total(&name(0), span(0, 15)), Pane::from_message(&pane(&one(1))).unwrap());
}

#[test]
fn a_key_that_is_none_is_refused() {
    for key in [&b"acme\x1fsales\x1fx\x1f0\x1f8"[..], b"acme", b"\xff"] {
        assert!(Merged::new(26).remove(key).unwrap_err().to_string().contains("not the key of a pane"));
    }
}

fn present(partition: i32, layout: i32, version: i64, waiting: i64, oldest_entered_us: Option<i64>) -> QueueNow<'static> {
    let generation = i32::from(layout == 2);
    QueueNow {
        tenant: "acme",
        queue: "sales",
        partition,
        layout,
        generation,
        version,
        waiting,
        oldest_entered_us,
        talking: 1,
        event_time_us: version,
        waiting_thresholds: Vec::new(),
    }
}

/// Two partitions, minutes 0 and 1: a visit that waits is a miss from the second in which it reaches the threshold, in the minute of that
/// second and no other; those of a layout that was left wait no more.
#[test]
fn who_waits_beyond_the_threshold_is_a_miss_at_once() {
    let thresholds = |list: &[(i64, i64)]| {
        list.iter().map(|(at_s, visits)| WaitingThreshold { at_s: START_MINUTE * 60 + at_s, visits: *visits }).collect()
    };
    let mut board = Merged::new(26);
    board.apply_now(&QueueNow { waiting_thresholds: thresholds(&[(30, 5)]), ..present(0, 4, 1, 5, Some(1)) });
    board.apply_now(&QueueNow { waiting_thresholds: thresholds(&[(30, 2), (59, 1), (60, 4)]), ..present(0, 8, 1, 7, Some(1)) });
    board.apply_now(&QueueNow { waiting_thresholds: thresholds(&[(31, 1)]), ..present(1, 8, 1, 1, Some(1)) });
    let missed =
        |from, to, at_s: i64| board.live_total(&name(0), span(from, to), (START_MINUTE * 60 + at_s) * 1_000_000).counts.threshold_base;
    let seen: Vec<i64> = [29, 30, 31, 59, 60, 999].into_iter().map(|at_s| missed(0, 2, at_s)).collect();
    assert_eq!(seen, [0, 2, 3, 4, 8, 8]);
    assert_eq!((missed(0, 1, 999), missed(1, 2, 999), missed(2, 9, 999)), (4, 4, 0));
    assert_eq!(board.total(&name(0), span(0, 2)), Pane::default(), "the panes do not know of them yet");
}

#[test]
fn the_present_adds_partitions_and_takes_the_oldest_wait() {
    let mut board = Merged::new(26);
    assert_eq!(board.now(&name(0)), None);
    board.apply_now(&present(0, 8, 5, 2, Some(70)));
    board.apply_now(&present(1, 8, 4, 1, Some(30)));
    board.apply_now(&present(2, 8, 9, 0, None));
    assert_eq!(board.apply_now(&present(1, 8, 3, 50, None)), Applied::Stale);
    let now = board.now(&name(0)).unwrap();
    assert_eq!((now.waiting, now.oldest_entered_us, now.talking, now.event_time_us), (3, Some(30), 3, 9));
    board.remove_now("acme\u{1f}sales\u{1f}0\u{1f}0\u{1f}8".as_bytes()).unwrap();
    assert_eq!(board.now(&name(0)).unwrap().waiting, 1);
}

#[test]
fn nobody_waits_in_a_layout_that_was_left() {
    let mut board = Merged::new(26);
    board.apply_now(&present(0, 8, 900, 7, Some(1)));
    board.apply_now(&present(0, 2, 1, 1, Some(60)));
    assert_eq!(board.now(&name(0)).unwrap().waiting, 1);
}
