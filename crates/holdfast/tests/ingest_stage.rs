//! The ingest stage in the real loop over the broker in memory: what it tells the agent stage beside what agents declare.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use events::{AgentEvent, codec};
use holdfast::config::Config;
use holdfast::ingest_task::{IngestTask, Sources};
use prometheus::Registry;
use runtime::driver::{Driver, Pace, Stage};
use runtime::memory::Cluster;
use runtime::metrics::StageMetrics;
use runtime::task::OutputTopics;
use std::sync::Arc;

const PARTITIONS: i32 = 2;

/// The events of agents that lines of a log give, by partition: "agent reason second duration".
fn agents_of(lines: &[&str], alive_s: Option<u32>) -> Vec<Vec<String>> {
    let cluster = Cluster::new();
    for (topic, partitions) in
        [("raw", 1), ("calls", PARTITIONS), ("agents", PARTITIONS), ("observations", 1), ("letters", 1), ("state", 1)]
    {
        cluster.create(topic, partitions as usize);
    }
    for text in lines {
        cluster.append("raw", 0, b"", Some(text.as_bytes()));
    }
    let alive = alive_s.map_or_else(String::new, |alive_s| format!("alive_s = {alive_s}"));
    // The broker in memory is given no headers, so this is the source without a name.
    let toml = format!("[[sources]]\nname = ''\nsystem = 'pbx'\nkind = 'queue_log'\npseudonym_key = 'a secret of this test'\n{alive}");
    let config: Config = toml::from_str(&toml).unwrap();
    let names: Vec<String> = ["calls", "agents", "observations", "letters", "state"].map(str::to_owned).into();
    let outputs = OutputTopics { names, partitions: vec![PARTITIONS, PARTITIONS, 1, 1, 1], dead_letters: 3, changelog: Some(4) };
    let stage =
        Stage { name: "ingest", inputs: vec!["raw".to_owned()], layout: 1, outputs, restores: vec!["state".to_owned()], generation: 0 };
    let (consumer, producer) = cluster.connect("ingest", &["raw"], "ingest-0");
    let metrics = StageMetrics::new("ingest", &Registry::new()).unwrap();
    let (sources, shared) = (Arc::new(Sources::new(&config).unwrap()), metrics.clone());
    let make = move |_| IngestTask::new(Arc::clone(&sources), shared.clone());
    let pace = Pace { records_max: lines.len() as u64, ..Pace::default() };
    let mut driver = Driver::new(stage, pace, consumer, producer, cluster.clock(), metrics, make).unwrap();
    while !driver.turn().unwrap().committed {}
    let event = |value: &[u8]| {
        let event = codec::decode::<AgentEvent<'_>>(value).unwrap();
        let reason = event.reason.unwrap_or("-");
        format!("{} {reason} {} {}", event.agent, event.event_time_us / 1_000_000, event.duration_ms.unwrap_or(0))
    };
    let partition =
        |partition| cluster.committed_records("agents", partition).iter().map(|record| event(record.value.as_deref().unwrap())).collect();
    (0..PARTITIONS).map(partition).collect()
}

/// Rang for 3 s before the answer, and for 15,000 ms before it was given up; an answer at once rang not at all.
#[test]
fn ringing_is_told_by_answers_and_misses() {
    let lines = [
        "1700000000|1.1|sales|NONE|ENTERQUEUE||0467500000|1",
        "1700000020|1.1|sales|Agent/ann|RINGNOANSWER|15000",
        "1700000030|1.1|sales|Agent/ann|CONNECT|30|1.2|3",
        "1700000090|1.1|sales|Agent/ann|COMPLETECALLER|30|60|1",
        "1700000100|2.1|sales|Agent/ann|CONNECT|0|2.2|0",
    ];
    let told: Vec<String> = agents_of(&lines, None).concat();
    assert_eq!(told, ["ann observed:ringing 1700000020 15000", "ann observed:ringing 1700000030 3000"]);
}

#[test]
fn a_restart_is_told_to_every_partition_of_agents() {
    let told = agents_of(&["1700000000|NONE|NONE|NONE|QUEUESTART|"], None);
    assert_eq!(told, [["* observed:restarted 1700000000 0"]; PARTITIONS as usize]);
}

/// Steps of 60 s begin at 1,699,999,980 and 1,700,000,040: the first and third line are the first of theirs, also out of order.
#[test]
fn a_source_that_vouches_does_so_once_in_a_step() {
    let line = |second: i64| format!("{second}|NONE|NONE|NONE|CONFIGRELOAD|");
    let event = |second: i64| format!("{second}|NONE|sales|Agent/ann|PAUSE|lunch");
    let lines =
        [event(1_700_000_000), event(1_700_000_030), event(1_700_000_100), event(1_700_000_050), event(1_700_000_051), line(1_700_000_200)];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let every = |told: Vec<String>| told.into_iter().filter(|event| event.starts_with('*')).collect::<Vec<_>>();
    let expected = ["* observed:alive 1700000000 0", "* observed:alive 1700000100 0", "* observed:alive 1700000050 0"];
    for told in agents_of(&lines, Some(60)) {
        assert_eq!(every(told), expected);
    }
    assert_eq!(every(agents_of(&lines, None).concat()), [""; 0]);
}
