//! Catch-up: every event is in the topic already. The limits of the machine, a pass-through, and the contact stage.

use crate::follow::Follower;
use crate::machine::{Measured, cpu_seconds};
use crate::process::{Order, StageProcess};
use crate::topic::{self, Outcome, text};
use crate::truth::Truth;
use crate::{stage, truth};
use runtime::settings::KafkaSettings;
use std::time::Duration;

/// What is measured, by short name.
pub(crate) const STEPS: [&str; 5] = ["consume", "decode", "pass", "panes", "facts"];

/// The topic and where the broker is.
pub(crate) struct Bench<'a> {
    /// Settings; the prefix is that of all runs.
    pub kafka: &'a KafkaSettings,
    /// Process id of the broker.
    pub broker_pid: u32,
    /// Full name of the topic.
    pub topic: &'a str,
}

/// Measures the steps whose name contains `only`, `runs` times in turn, and prints them as JSON.
pub(crate) fn run(bench: &Bench<'_>, runs: u32, only: &str) -> Outcome<()> {
    let truth = truth::compute(bench.kafka, bench.topic)?;
    eprintln!("{} events of {} contacts, {} panes", truth.events, truth.ended, truth.panes.len());
    let mut all: Vec<Measured> = Vec::new();
    for run in 0..runs {
        for step in STEPS.into_iter().filter(|step| step.contains(only)) {
            let measured = match step {
                "consume" => topic::consume(bench.kafka, bench.topic, bench.broker_pid)?,
                "decode" => topic::decode(bench.kafka, bench.topic, bench.broker_pid)?,
                kind => stage_run(bench, kind, run, &truth)?,
            };
            eprintln!("{}", line(&measured));
            all.push(measured);
        }
    }
    println!("{}", serde_json::to_string_pretty(&all).map_err(text)?);
    Ok(())
}

/// One line for people.
fn line(measured: &Measured) -> String {
    let (per_second, per_cpu_second) = (measured.events as f64 / measured.wall_s / 1e3, measured.events as f64 / measured.cpu_s / 1e3);
    let exact = match measured.exact {
        Some(true) => "exact ",
        Some(false) => "NOT EXACT ",
        None => "",
    };
    format!(
        "{:9} {per_second:6.0} k events/s  {per_cpu_second:6.0} k events/CPU s  {:6.2} s wall  {:6.2} s CPU  {:5.2} s broker  {:5.0} MB  {exact}{}",
        measured.what, measured.wall_s, measured.cpu_s, measured.broker_cpu_s, measured.memory_mb, measured.note,
    )
}

/// Settings under a prefix of their own, with the topics made.
pub(crate) fn own_topics(kafka: &KafkaSettings, name: &str) -> Outcome<KafkaSettings> {
    let prefix = format!("{}{name}-{}.", kafka.prefix, std::process::id());
    let own = KafkaSettings { prefix, ..kafka.clone() };
    stage::prepare(&own, 8)?;
    Ok(own)
}

/// Runs a stage as a child, from its RUNNING until a read_committed consumer has seen every contact end in the panes.
fn stage_run(bench: &Bench<'_>, kind: &str, run: u32, truth: &Truth) -> Outcome<Measured> {
    let kafka = own_topics(bench.kafka, &format!("{kind}-{run}"))?;
    let broker_cpu_s = cpu_seconds(bench.broker_pid);
    let with_panes = kind != "pass";
    let mut follower = if with_panes { Some(Follower::new(&kafka, 50)?) } else { None };
    let order = Order {
        kind: if kind == "panes" { "contacts" } else { kind },
        topic: bench.topic,
        more: vec!["--until".to_owned(), truth.events.to_string()],
    };
    let launched_ms = stage::now_ms() as f64;
    let process = StageProcess::start(&kafka, &order)?;
    let mut seen_ms = None;
    if let Some(follower) = &mut follower {
        follower.until(truth.ended, Duration::from_secs(60))?;
        seen_ms = Some(stage::now_ms() as f64);
    }
    let said = process.wait()?;
    let done_ms = seen_ms.unwrap_or(said.last_ms);
    let broker_cpu_s = cpu_seconds(bench.broker_pid) - broker_cpu_s;
    let updates = follower.map(|follower| format!("{} pane updates", follower.updates));
    let different = if with_panes { Some(truth::compare(&kafka, truth)?) } else { None };
    topic::delete(&kafka, &stage::outputs(&kafka))?;
    Ok(Measured {
        what: kind.to_owned(),
        events: truth.events,
        wall_s: (done_ms - said.running_ms) / 1e3,
        launched_s: Some((done_ms - launched_ms) / 1e3),
        cpu_s: said.cpu_s,
        broker_cpu_s,
        memory_mb: said.memory_mb,
        exact: different.as_ref().map(Option::is_none),
        note: different.flatten().or(updates).unwrap_or_default(),
    })
}
