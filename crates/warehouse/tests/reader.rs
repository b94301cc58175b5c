//! The readers of `runtime` on the real Kafka.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod common;

use common::topics::Topics;
use runtime::broker::FailureKind;
use runtime::kafka::lag::behind;
use runtime::reader::{GroupReader, Place, TopicReader};
use runtime::settings::KafkaSettings;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn texts(range: std::ops::Range<usize>) -> Vec<Vec<u8>> {
    range.map(|number| format!("{number:04}").into_bytes()).collect()
}

fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

/// Reads until `count` texts have come; returns them in order of text.
fn read_group(reader: &mut GroupReader, count: usize) -> Vec<String> {
    let (mut got, until) = (Vec::new(), deadline());
    while got.len() < count {
        assert!(Instant::now() < until, "only {} of {count} records came", got.len());
        reader
            .read(Duration::from_millis(100), 50, &mut |record| got.push(String::from_utf8(record.payload.unwrap().to_vec()).unwrap()))
            .unwrap();
    }
    got.sort();
    got
}

#[test]
fn a_topic_reader_has_caught_up_when_it_has_seen_every_end() {
    let topics = Topics::new("whole", 3);
    topics.send("contacts", 1, &texts(0..500));
    topics.send("handlings", 2, &texts(0..7));
    let names = [topics.kafka.name("contacts"), topics.kafka.name("handlings")];
    let mut reader = TopicReader::new(&topics.kafka, &names).unwrap();
    let (mut records, until) = (0, deadline());
    loop {
        let mut seen = 0;
        let read = reader.read(Duration::from_millis(50), 100, &mut |topic, _, value| {
            assert!(names.contains(&topic.to_owned()) && value.is_some());
            seen += 1;
        });
        let read = read.unwrap();
        assert_eq!(read.records, seen);
        records += seen;
        if read.caught_up {
            break;
        }
        assert!(Instant::now() < until, "{records} records, no end");
    }
    assert_eq!(records, 507, "caught up means that all of it was handed out");
    topics.send("contacts", 0, &texts(0..3));
    while records < 510 {
        assert!(Instant::now() < until, "new records come too");
        records += reader.read(Duration::from_millis(50), 100, &mut |_, _, _| {}).unwrap().records;
    }
    let missing = TopicReader::new(&topics.kafka, &[topics.kafka.name("nothing")]).err().expect("there is no such topic");
    assert!(missing.kind == FailureKind::Fatal && missing.text.contains("holdfast topics --create"), "{missing:?}");
}

#[test]
fn f17_a_group_reader_that_holds_reads_nothing_and_stays() {
    let topics = Topics::new("hold", 2);
    let names = [topics.kafka.name("contacts")];
    topics.send("contacts", 0, &texts(0..300));
    let mut reader = GroupReader::new(&topics.kafka, "held", &names).unwrap();
    let early = read_group(&mut reader, 100);
    // Longer than the session: without heartbeats and polls it would be thrown out.
    let until = Instant::now() + Duration::from_millis(topics.kafka.session_timeout_ms as u64 + 1_000);
    topics.send("contacts", 1, &texts(300..400));
    while Instant::now() < until {
        reader.hold(Duration::from_millis(200)).unwrap();
    }
    assert!(reader.take_revoked().is_empty(), "it is still a member");
    let mut all: BTreeSet<String> = early.into_iter().collect();
    let left = 400 - all.len();
    all.extend(read_group(&mut reader, left));
    assert_eq!(all.len(), 400, "what came while it held is read afterwards, once");
    assert_eq!(behind(&topics.kafka, "held", &names).unwrap(), 400, "nothing is committed unasked");
    reader.commit().unwrap();
    assert_eq!(behind(&topics.kafka, "held", &names).unwrap(), 0);
    reader.close();
}

#[test]
fn f03_f05_offsets_of_partitions_that_were_taken_away_are_not_committed() {
    let topics = Topics::new("revoked", 2);
    let names = [topics.kafka.name("contacts")];
    topics.send("contacts", 0, &texts(0..10));
    topics.send("contacts", 1, &texts(10..20));
    let mut one = GroupReader::new(&topics.kafka, "shared", &names).unwrap();
    read_group(&mut one, 20);
    let another = KafkaSettings { instance: "1".to_owned(), ..topics.kafka.clone() };
    let mut two = GroupReader::new(&another, "shared", &names).unwrap();
    let (mut lost, mut other, until): (Vec<Place>, Vec<String>, Instant) = (Vec::new(), Vec::new(), deadline());
    while lost.is_empty() || other.len() < 10 {
        assert!(Instant::now() < until, "no rebalance: {lost:?} {other:?}");
        one.read(Duration::from_millis(20), 10, &mut |record| panic!("{record:?} came twice")).unwrap();
        lost.extend(one.take_revoked());
        two.read(Duration::from_millis(20), 50, &mut |record| other.push(String::from_utf8(record.payload.unwrap().to_vec()).unwrap()))
            .unwrap();
    }
    assert_eq!(lost.len(), 1, "one partition moved, the other stayed: {lost:?}");
    one.commit().unwrap();
    assert_eq!(behind(&topics.kafka, "shared", &names).unwrap(), 10, "the first commits its own partition only");
    other.sort();
    let moved = if lost[0].1 == 0 { texts(0..10) } else { texts(10..20) };
    assert_eq!(other.iter().map(String::as_bytes).collect::<Vec<_>>(), moved, "the second read what the first had not committed");
    two.commit().unwrap();
    assert_eq!(behind(&topics.kafka, "shared", &names).unwrap(), 0);
    one.close();
    two.close();
}
