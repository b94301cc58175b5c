//! librdkafka against its own mock cluster: no data to speak of, but the right errors. Whatever the broker answers must become the
//! right kind of failure, and no client may hang.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use runtime::broker::{Consumer, Failure, FailureKind, Outgoing, Producer, Rebalance, Sender};
use runtime::kafka::{KafkaConsumer, KafkaProducer};
use runtime::settings::KafkaSettings;
use std::time::{Duration, Instant};

fn cluster() -> (MockCluster<'static, DefaultProducerContext>, KafkaSettings) {
    let cluster = MockCluster::new(1).unwrap();
    let settings = KafkaSettings {
        brokers: cluster.bootstrap_servers(),
        prefix: String::new(),
        transaction_timeout_ms: 5_000,
        ..KafkaSettings::default()
    };
    for topic in ["in", "out"] {
        cluster.create_topic(topic, 2, 1).unwrap();
    }
    (cluster, settings)
}

/// A member that owns both partitions of `in`, from their beginning.
fn member(settings: &KafkaSettings) -> KafkaConsumer {
    let mut consumer = KafkaConsumer::new(settings, "group", &["in".to_owned()], false).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        if let Some(Rebalance::Assigned(partitions)) = consumer.poll(Duration::from_millis(20), 10, &mut |_| {}).unwrap() {
            let offsets = consumer.committed(&partitions).unwrap();
            assert!(offsets.iter().all(Option::is_none), "nothing was ever committed: {offsets:?}");
            let from: Vec<_> = partitions.iter().copied().zip(offsets).collect();
            consumer.assign(&from, false).unwrap();
            if partitions.len() == 2 {
                return consumer;
            }
        }
    }
    panic!("no assignment in 20 s");
}

/// Runs on a thread of its own; what does not end in time hangs.
fn within(limit: Duration, what: &str, work: impl FnOnce() + Send + 'static) {
    let (done, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        work();
        done.send(()).unwrap();
    });
    ended.recv_timeout(limit).unwrap_or_else(|_| panic!("{what} did not end within {limit:?}"));
}

#[test]
fn f27_a_consumer_that_is_dropped_with_its_partitions_ends() {
    let (_cluster, settings) = cluster();
    within(Duration::from_secs(30), "dropping", move || drop(member(&settings)));
}

#[test]
fn f26_a_consumer_that_is_closed_ends() {
    let (_cluster, settings) = cluster();
    within(Duration::from_secs(30), "closing", move || member(&settings).close());
}

#[test]
fn f02_offsets_are_not_sent_without_a_generation() {
    let (_cluster, settings) = cluster();
    let mut consumer = KafkaConsumer::new(&settings, "group", &["in".to_owned()], false).unwrap();
    let refused = consumer.metadata().err().expect("it has not joined yet");
    assert_eq!(refused.kind, FailureKind::Abortable);
    drop(consumer);
    assert!(member(&settings).metadata().is_ok());
}

/// Commits `count` records to partition 0 of `in`.
fn fill(settings: &KafkaSettings, count: usize) {
    let mut producer = KafkaProducer::new(settings, "upstream", &[]).unwrap();
    producer.init().unwrap();
    producer.begin().unwrap();
    for _ in 0..count {
        producer.send(&Outgoing { topic: "in", partition: 0, key: b"k", value: Some(b"v"), headers: &[] }).unwrap();
    }
    producer.commit().unwrap();
}

/// Offsets of partition 0 that come in 20 s, or until there are `count`.
fn read(consumer: &mut KafkaConsumer, count: usize) -> Result<Vec<i64>, Failure> {
    read_for(consumer, count, Duration::from_secs(20))
}

/// Offsets of partition 0 that come within `limit`, or until there are `count`.
fn read_for(consumer: &mut KafkaConsumer, count: usize, limit: Duration) -> Result<Vec<i64>, Failure> {
    let (mut offsets, deadline) = (Vec::new(), Instant::now() + limit);
    while offsets.len() < count && Instant::now() < deadline {
        consumer.poll(Duration::from_millis(20), 10, &mut |record| offsets.push(record.offset))?;
    }
    Ok(offsets)
}

#[test]
fn a_partition_is_read_from_its_beginning_again_after_a_seek_and_after_a_pause() {
    let (_cluster, settings) = cluster();
    fill(&settings, 30);
    let mut consumer = member(&settings);
    assert_eq!(read(&mut consumer, 15).unwrap()[..12], (0..12).collect::<Vec<i64>>());
    // What was fetched before the seek must not come after it.
    consumer.seek((0, 0), Some(5)).unwrap();
    assert_eq!(read(&mut consumer, 3).unwrap()[..3], [5, 6, 7]);
    // Giving a partition up ends in the background: taking it back at once must not race with that.
    for round in 0..40 {
        let paused = round % 2 == 0;
        consumer.unassign(&[(0, 0)]).unwrap();
        consumer.assign(&[((0, 0), None)], paused).unwrap();
        if paused {
            let mut early = 0;
            for _ in 0..5 {
                consumer.poll(Duration::from_millis(2), 10, &mut |_| early += 1).unwrap();
            }
            assert_eq!(early, 0, "it is paused");
            consumer.resume(&[(0, 0)]).unwrap();
        }
        assert_eq!(read(&mut consumer, 30).unwrap(), (0..30).collect::<Vec<i64>>(), "round {round}");
    }
}

/// Where a partition without a committed offset begins is known before it is assigned: a lookup that is still on its way when the stage
/// goes back would win against the seek, and later again against what was read since (librdkafka asks again after 500 ms).
#[test]
fn f12_a_seek_right_after_the_assignment_holds() {
    let (cluster, settings) = cluster();
    fill(&settings, 30);
    let mut consumer = member(&settings);
    cluster.broker_round_trip_time(1, Duration::from_millis(100)).unwrap();
    consumer.unassign(&[(0, 0)]).unwrap();
    consumer.assign(&[((0, 0), None)], false).unwrap();
    consumer.seek((0, 0), Some(5)).unwrap();
    assert_eq!(read_for(&mut consumer, 26, Duration::from_millis(1_500)).unwrap(), (5..30).collect::<Vec<i64>>());
}

/// The committed offset is not there any more, or not yet: going back to the beginning in silence would count everything twice.
#[test]
fn f12_an_offset_that_the_topic_does_not_have_stops_the_stage() {
    let (_cluster, settings) = cluster();
    fill(&settings, 3);
    let mut consumer = member(&settings);
    consumer.seek((0, 0), Some(1_000)).unwrap();
    let failure = read(&mut consumer, 1).expect_err("no record, but a failure");
    assert_eq!(failure.kind, FailureKind::Fatal, "{failure:?}");
}

struct Broker {
    cluster: MockCluster<'static, DefaultProducerContext>,
    settings: KafkaSettings,
    consumer: KafkaConsumer,
    producers: u32,
}

impl Broker {
    /// Which call of a transaction fails, and how, if the broker answers the next request of one kind with an error.
    /// Partitions are added in the background, so that the next call after `send` is told of an error there, whichever that is: `send_offsets` or `commit`.
    fn transaction(&mut self, api: RDKafkaApiKey, error: RDKafkaRespErr) -> Result<(), (&'static str, FailureKind)> {
        let in_background = api == RDKafkaApiKey::AddPartitionsToTxn;
        let at = |call: &'static str| {
            let told = if in_background && ["send_offsets", "commit"].contains(&call) { "after send" } else { call };
            move |failure: Failure| (told, failure.kind)
        };
        self.producers += 1;
        let mut producer = KafkaProducer::new(&self.settings, &format!("writer-{}", self.producers), &["in".to_owned()]).unwrap();
        if api == RDKafkaApiKey::InitProducerId {
            self.cluster.request_errors(api, &[error]);
        }
        producer.init().map_err(at("init"))?;
        self.cluster.request_errors(api, &[error]);
        producer.begin().map_err(at("begin"))?;
        let record = Outgoing { topic: "out", partition: 0, key: b"k", value: Some(b"v"), headers: &[] };
        producer.send(&record).map_err(at("send"))?;
        let metadata = self.consumer.metadata().map_err(at("metadata"))?;
        producer.send_offsets(&[((0, 0), 1)], &metadata).map_err(at("send_offsets"))?;
        let ended = producer.commit().map_err(at("commit"));
        self.cluster.clear_request_errors(api);
        ended
    }
}

#[test]
fn errors_of_transactional_requests_become_the_right_kind() {
    use FailureKind::{Abortable, Fatal, Fenced, Unclear};
    use RDKafkaApiKey::{AddOffsetsToTxn, AddPartitionsToTxn, EndTxn, InitProducerId, TxnOffsetCommit};
    use RDKafkaRespErr as E;
    let loading = E::RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS;
    let moved = E::RD_KAFKA_RESP_ERR_NOT_COORDINATOR;
    let old_epoch = E::RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
    let fenced = E::RD_KAFKA_RESP_ERR_PRODUCER_FENCED;
    let forgotten = E::RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING;
    let wrong_state = E::RD_KAFKA_RESP_ERR_INVALID_TXN_STATE;
    let id_denied = E::RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
    let topic_denied = E::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    let group_denied = E::RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
    let generation = E::RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION;
    let member_unknown = E::RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID;
    let cases = [
        // f06: a coordinator that moves is looked for by the library.
        (InitProducerId, loading, Ok(())),
        (AddPartitionsToTxn, moved, Ok(())),
        (AddOffsetsToTxn, moved, Ok(())),
        (TxnOffsetCommit, loading, Ok(())),
        (EndTxn, moved, Ok(())),
        // f07: someone else has the id.
        (AddPartitionsToTxn, old_epoch, Err(("after send", Fenced))),
        (AddOffsetsToTxn, fenced, Err(("send_offsets", Fenced))),
        (TxnOffsetCommit, old_epoch, Err(("send_offsets", Fenced))),
        (EndTxn, old_epoch, Err(("commit", Fenced))),
        (EndTxn, fenced, Err(("commit", Fenced))),
        // f02, f04: the group has moved on.
        (TxnOffsetCommit, generation, Err(("send_offsets", Abortable))),
        (TxnOffsetCommit, member_unknown, Err(("send_offsets", Abortable))),
        // The broker forgot the producer, or lost count with it.
        (EndTxn, forgotten, Err(("commit", Abortable))),
        (EndTxn, wrong_state, Err(("commit", Unclear))),
        (AddPartitionsToTxn, wrong_state, Err(("after send", Unclear))),
        (TxnOffsetCommit, wrong_state, Err(("send_offsets", Unclear))),
        // f23: not allowed; trying again for ever would not help.
        (InitProducerId, id_denied, Err(("init", Fatal))),
        (EndTxn, id_denied, Err(("commit", Fatal))),
        (AddPartitionsToTxn, topic_denied, Err(("after send", Fatal))),
        (AddOffsetsToTxn, group_denied, Err(("send_offsets", Fatal))),
        (TxnOffsetCommit, group_denied, Err(("send_offsets", Fatal))),
    ];
    let (cluster, settings) = cluster();
    let consumer = member(&settings);
    let mut broker = Broker { cluster, settings, consumer, producers: 0 };
    for (api, error, expected) in cases {
        assert_eq!(broker.transaction(api, error), expected, "{api:?} answered by {error:?}");
    }
}
