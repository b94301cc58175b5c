//! The loader from the real Kafka into the real engine, under faults.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod common;

use common::contacts::{Facts, START_US, encoded};
use common::topics::Topics;
use common::{Database, Fault, alone};
use events::{Change, DeadLetter, QueueVisit, VisitOutcome};
use prometheus::Registry;
use runtime::kafka::lag::behind;
use runtime::settings::KafkaSettings;
use std::time::{Duration, Instant};
use warehouse::{Class, LOADER_GROUP, Loader, LoaderMetrics, LoaderOptions};

/// A loader and what it reports.
struct Running {
    loader: Loader,
    metrics: LoaderMetrics,
    registry: Registry,
}

impl Running {
    fn new(topics: &Topics, database: &Database, options: LoaderOptions) -> Self {
        Running::named("0", topics, database, options)
    }

    fn named(instance: &str, topics: &Topics, database: &Database, options: LoaderOptions) -> Self {
        let kafka = KafkaSettings { instance: instance.to_owned(), ..topics.kafka.clone() };
        let registry = Registry::new();
        let metrics = LoaderMetrics::new(&registry).unwrap();
        let loader = Loader::new(&kafka, &topics.names(), database.server.clone(), options, metrics.clone()).unwrap();
        Running { loader, metrics, registry }
    }

    /// Turns until `done`.
    fn until(&mut self, what: &str, mut done: impl FnMut(&LoaderMetrics) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !done(&self.metrics) {
            assert!(Instant::now() < deadline, "{what}: not within 60 s; {:?}", self.values());
            self.loader.turn(&|| false).unwrap();
        }
    }

    /// Turns until everything that was sent is written and committed.
    fn until_caught_up(&mut self, topics: &Topics) {
        let (kafka, names) = (topics.kafka.clone(), topics.names());
        // Asking costs two clients, so not after every turn.
        let mut turns = 0;
        self.until("caught up", |_| {
            turns += 1;
            turns % 5 == 0 && behind(&kafka, LOADER_GROUP, &names).unwrap() == 0
        });
    }

    fn values(&self) -> Vec<String> {
        let text = prometheus::TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap();
        text.lines().filter(|line| !line.starts_with('#') && !line.contains("_bucket")).map(str::to_owned).collect()
    }
}

/// Quick back-offs, so that a test waits for no clock.
fn quick() -> LoaderOptions {
    LoaderOptions { flush_ms: 50, flush_max_ms: 400, back_off_max_ms: 50, ..LoaderOptions::default() }
}

/// Deals messages to the partitions of a topic.
fn deal(topics: &Topics, topic: &str, partitions: usize, messages: &[Vec<u8>]) {
    for partition in 0..partitions {
        let own: Vec<Vec<u8>> = messages.iter().skip(partition).step_by(partitions).cloned().collect();
        topics.send(topic, partition as i32, &own);
    }
}

fn send(topics: &Topics, facts: &Facts) {
    deal(topics, "queue-visits", 2, &facts.messages());
    deal(topics, "kpi-panes", 2, &facts.panes(2));
}

fn assert_complete(database: &Database, facts: &Facts) {
    let count = |view: &str| database.number(&format!("SELECT count() FROM {view}"));
    assert_eq!(count("v_queue_visits"), facts.visits.len() as i64, "queue visits");
    assert_eq!(count("v_handlings"), facts.handlings.len() as i64, "handlings");
    assert_eq!(count("v_contacts"), facts.contacts.len() as i64, "contacts");
    let offered = facts.visits.iter().filter(|visit| visit.outcome != VisitOutcome::Blocked).count() as i64;
    assert_eq!(database.number("SELECT sum(offered) FROM v_queue_minutes"), offered, "offered in panes");
}

#[test]
fn what_is_sent_arrives_once_and_a_crash_before_the_commit_replaces_it() {
    let (topics, database) = (Topics::new("crash", 2), Database::new("crash"));
    let facts = Facts::new(1, 300);
    send(&topics, &facts);
    // All rows are held back until the end, so nothing is committed when ClickHouse takes the first table and the loader dies.
    let _alone = alone();
    let mut first = Running::new(&topics, &database, quick());
    {
        let _fault = Fault::new(
            &format!("INSERT INTO `{}`.queue_panes", database.name()),
            r#""mode": "error", "code": 241, "name": "MEMORY_LIMIT_EXCEEDED""#,
        );
        first.until("facts are written, panes are not", |metrics| {
            metrics.rows_total("contacts") > 0 && metrics.retries_total(Class::RetrySlow) > 1
        });
        let visits = database.number("SELECT count() FROM queue_visits");
        assert!(visits > 0, "the first tables are written");
        assert!(behind(&topics.kafka, LOADER_GROUP, &topics.names()).unwrap() > 0, "but not committed");
        drop(first);
    }
    let mut second = Running::new(&topics, &database, quick());
    second.until_caught_up(&topics);
    assert_complete(&database, &facts);
    assert!(second.metrics.replayed_total("queue_visits") > 0, "rows were written twice: {:?}", second.values());
    second.loader.close();
    let mut third = Running::new(&topics, &database, quick());
    for _ in 0..20 {
        third.loader.turn(&|| false).unwrap();
    }
    assert_eq!(third.metrics.rows_total("queue_visits"), 0, "what is committed is not read again");
    third.loader.close();
}

/// Every way in which an insert can fail: the rows are kept, and in the end they are there once.
#[test]
fn f17_f18_f19_whatever_clickhouse_answers_the_batch_is_kept() {
    let _alone = alone();
    let (topics, database) = (Topics::new("faults", 2), Database::new("faults"));
    let facts = Facts::new(2, 60);
    let mut running = Running::new(&topics, &database, LoaderOptions { insert_timeout_ms: 400, ..quick() });
    let error = |code: u32, name: &str| format!(r#""mode": "error", "code": {code}, "name": "{name}", "count": 3"#);
    let cases = [
        (Class::RetrySlow, error(252, "TOO_MANY_PARTS")),
        (Class::RetrySlow, error(241, "MEMORY_LIMIT_EXCEEDED")),
        (Class::RetrySlow, error(242, "TABLE_IS_READ_ONLY")),
        (Class::RetrySlow, error(319, "UNKNOWN_STATUS_OF_INSERT")),
        (Class::RetrySlow, error(999, "KEEPER_EXCEPTION")),
        (Class::UnknownOutcome, error(209, "SOCKET_TIMEOUT")),
        (Class::Schema, error(60, "UNKNOWN_TABLE")),
        (Class::UnknownOutcome, r#""mode": "cut_after_bytes", "bytes": 700, "count": 2"#.to_owned()),
        (Class::RetrySlow, r#""mode": "write_then_error", "code": 159, "name": "TIMEOUT_EXCEEDED", "count": 2"#.to_owned()),
        (Class::UnknownOutcome, r#""mode": "write_then_error", "close": true, "count": 2"#.to_owned()),
        (Class::RetrySlow, r#""mode": "exception_in_body", "code": 241, "name": "MEMORY_LIMIT_EXCEEDED", "count": 2"#.to_owned()),
        (Class::UnknownOutcome, r#""mode": "delay_ms", "delay_ms": 1500, "count": 1"#.to_owned()),
        (Class::UnknownOutcome, r#""mode": "down", "count": 2"#.to_owned()),
    ];
    send(&topics, &facts);
    running.until_caught_up(&topics);
    for (class, fields) in cases {
        let before = running.metrics.retries_total(class);
        let _fault = Fault::new(&format!("INSERT INTO `{}`.", database.name()), &fields);
        send(&topics, &facts);
        running.until(&fields, |metrics| metrics.retries_total(class) > before);
        running.until_caught_up(&topics);
        assert_complete(&database, &facts);
    }
    running.loader.close();
}

#[test]
fn f17_a_refused_connection_is_tried_again_at_once() {
    let topics = Topics::new("refused", 1);
    let settings = warehouse::Settings {
        url: "http://127.0.0.1:9".to_owned(),
        database: "d".to_owned(),
        user: "default".to_owned(),
        password: String::new(),
    };
    let registry = Registry::new();
    let metrics = LoaderMetrics::new(&registry).unwrap();
    let mut loader = Loader::new(&topics.kafka, &topics.names(), warehouse::Server::new(&settings), quick(), metrics.clone()).unwrap();
    topics.send("queue-visits", 0, &Facts::new(3, 5).messages());
    let deadline = Instant::now() + Duration::from_secs(60);
    while metrics.retries_total(Class::RetryFast) < 3 {
        assert!(Instant::now() < deadline, "no retries");
        loader.turn(&|| false).unwrap();
    }
    assert_eq!(metrics.retries_total(Class::UnknownOutcome), 0, "nothing was sent");
    loader.close();
}

fn visit(entered_us: i64, queue: &'static str) -> QueueVisit<'static> {
    let mut visit = Facts::new(1, 1).visits.remove(0);
    (visit.entered_us, visit.left_us, visit.wait_ms, visit.outcome, visit.queue) = (entered_us, None, None, VisitOutcome::Open, queue);
    visit
}

#[test]
fn corrections_that_move_the_key_leave_one_row() {
    let (topics, database) = (Topics::new("moved", 1), Database::new("moved"));
    let steps = [
        Some((START_US, "sales")),
        Some((START_US + 1, "sales")),
        Some((START_US + 40 * 86_400_000_000, "billing")),
        Some((START_US, "sales")),
        None,
    ];
    let mut running = Running::new(&topics, &database, quick());
    let (mut before, mut messages) = (None, Vec::new());
    for (version, step) in (1..).zip(steps) {
        let after = step.map(|(entered_us, queue)| visit(entered_us, queue));
        messages.push(encoded(&Change { partition: 0, generation: 0, version, before: before.clone(), after: after.clone() }));
        topics.send("queue-visits", 0, &messages[messages.len() - 1..]);
        running.until_caught_up(&topics);
        let rows = database.rows("SELECT toUnixTimestamp64Micro(entered_at) AS entered_us, queue FROM v_queue_visits");
        let got: Vec<(i64, &str)> = rows.iter().map(|row| (row["entered_us"].parse().unwrap(), row["queue"].as_str())).collect();
        assert_eq!(got, step.into_iter().collect::<Vec<_>>(), "after step {version}");
        before = after;
    }
    // All of it again, in one batch and out of order: nothing comes back.
    messages.reverse();
    topics.send("queue-visits", 0, &messages);
    running.until_caught_up(&topics);
    assert_eq!(database.number("SELECT count() FROM v_queue_visits"), 0);
    running.loader.close();
}

#[test]
fn f20_a_column_that_is_missing_waits_for_a_migration() {
    let (topics, database) = (Topics::new("drift", 1), Database::new("drift"));
    let facts = Facts::new(4, 40);
    let mut running = Running::new(&topics, &database, quick());
    topics.send("queue-visits", 0, &facts.messages());
    running.until_caught_up(&topics);
    database.execute("ALTER TABLE {database}.queue_visits ADD COLUMN remark String DEFAULT 'none'");
    database.execute("ALTER TABLE {database}.handlings RENAME COLUMN holds TO number_of_holds");
    topics.send("queue-visits", 0, &facts.messages());
    topics.send("kpi-panes", 0, &facts.panes(1));
    running.until("the schema does not fit", |metrics| metrics.retries_total(Class::Schema) > 2);
    assert!(behind(&topics.kafka, LOADER_GROUP, &topics.names()).unwrap() > 0, "nothing is committed");
    assert_eq!(database.number("SELECT count() FROM dead_letters"), 0, "it is no dead letter");
    database.execute("ALTER TABLE {database}.handlings RENAME COLUMN number_of_holds TO holds");
    // Another type that takes the same values: the loader must ask for the columns again.
    database.execute("ALTER TABLE {database}.contacts MODIFY COLUMN dnis LowCardinality(Nullable(String))");
    database.execute("ALTER TABLE {database}.contacts MODIFY COLUMN outcome String");
    running.until_caught_up(&topics);
    assert_complete(&database, &facts);
    running.loader.close();
}

#[test]
fn f21_a_replay_of_twenty_years_is_taken() {
    let (topics, database) = (Topics::new("years", 1), Database::new("years"));
    let month_us = 31 * 86_400_000_000;
    let visits = (0..240).map(|month| visit(START_US - month * month_us, "sales"));
    let change = |(version, visit)| encoded(&Change { partition: 0, generation: 0, version, before: None, after: Some(visit) });
    topics.send("queue-visits", 0, &(0..).zip(visits).map(change).collect::<Vec<_>>());
    let mut running = Running::new(&topics, &database, quick());
    running.until_caught_up(&topics);
    assert_eq!(database.number("SELECT count() FROM v_queue_visits"), 240);
    assert!(
        database.number("SELECT uniqExact(partition_id) FROM system.parts WHERE database = currentDatabase() AND table = 'queue_visits'")
            > 200
    );
    running.loader.close();
}

#[test]
fn f03_two_loaders_share_the_partitions_and_lose_nothing_when_one_goes() {
    let (topics, database) = (Topics::new("rebalance", 4), Database::new("rebalance"));
    let facts = Facts::new(5, 400);
    let messages = facts.messages();
    let (early, late) = messages.split_at(messages.len() / 2);
    // The second gets half of all partitions, of whichever topics: facts lie in all of them, as messages say what they are.
    let places: Vec<(&str, i32)> =
        ["queue-visits", "handlings", "contacts", "kpi-panes"].into_iter().flat_map(|name| (0..4).map(move |at| (name, at))).collect();
    let deal_all = |messages: &[Vec<u8>]| {
        for (at, (topic, partition)) in places.iter().enumerate() {
            topics.send(topic, *partition, &messages.iter().skip(at).step_by(places.len()).cloned().collect::<Vec<_>>());
        }
    };
    let mut one = Running::new(&topics, &database, quick());
    deal_all(early);
    one.until("the first works", |metrics| metrics.rows_total("queue_visits") > 0);
    let mut two = Running::named("1", &topics, &database, quick());
    let deadline = Instant::now() + Duration::from_secs(60);
    // Both turn while partitions move; facts go on coming. The first is dropped without a last commit.
    let written =
        |metrics: &LoaderMetrics| ["queue_visits", "handlings", "contacts"].map(|table| metrics.rows_total(table)).iter().sum::<u64>();
    while written(&two.metrics) == 0 {
        assert!(Instant::now() < deadline, "the second got nothing: {:?}", two.values());
        deal_all(&late[..late.len() / 2]);
        one.loader.turn(&|| false).unwrap();
        two.loader.turn(&|| false).unwrap();
    }
    deal_all(late);
    one.loader.turn(&|| false).unwrap();
    drop(one);
    deal(&topics, "kpi-panes", 4, &facts.panes(1));
    two.until_caught_up(&topics);
    assert_complete(&database, &facts);
    two.loader.close();
}

#[test]
fn dead_letters_arrive_with_their_bytes_and_strangers_are_counted() {
    let (topics, database) = (Topics::new("letters", 1), Database::new("letters"));
    let letter = DeadLetter {
        stage: "ingest",
        code: "not_a_line",
        reason: "it's odd",
        source: "pbx",
        source_line: 7,
        topic: "raw",
        partition: 3,
        offset: 9,
        payload: b"\xff\x00'x",
        payload_size: 4,
        ..DeadLetter::default()
    };
    topics.send("dead-letters", 0, &[encoded(&letter), encoded(&letter), b"no message of ours".to_vec()]);
    let mut running = Running::new(&topics, &database, quick());
    running.until_caught_up(&topics);
    let rows = database.rows("SELECT topic, source_partition, source_offset, code, reason, hex(payload) AS payload FROM v_dead_letters");
    assert_eq!(rows.len(), 1, "a letter that came twice is one");
    assert_eq!((rows[0]["payload"].as_str(), rows[0]["reason"].as_str(), rows[0]["source_offset"].as_str()), ("FF002778", "it's odd", "9"));
    assert!(running.values().iter().any(|line| line == r#"holdfast_loader_skipped_total{code="not_avro"} 1"#), "{:?}", running.values());
    running.loader.close();
}
