//! Catch-up with `kill -9` at half the work and an immediate restart: how long until everything is done, and is it exact?

use crate::follow::Follower;
use crate::machine::cpu_seconds;
use crate::process::{Order, StageProcess};
use crate::throughput::{Bench, own_topics};
use crate::topic::{self, Outcome, text};
use crate::{stage, truth};
use serde::Serialize;
use std::time::Duration;

#[derive(Debug, Serialize)]
struct Killed {
    what: &'static str,
    events: u64,
    killed_at_s: f64,
    restart_to_running_s: f64,
    restart_to_done_s: f64,
    launched_s: f64,
    /// CPU seconds of both lives.
    cpu_s: f64,
    broker_cpu_s: f64,
    memory_mb: f64,
    exact: bool,
    note: String,
}

/// One run, printed as JSON.
pub fn run(bench: &Bench<'_>, kind: &str) -> Outcome<()> {
    let truth = truth::compute(bench.kafka, bench.topic)?;
    let own = own_topics(bench.kafka, "kill")?;
    let broker_cpu_s = cpu_seconds(bench.broker_pid);
    let quiet = Duration::from_secs(60);
    let mut follower = Follower::new(&own, 50)?;
    let order = Order { kind, topic: bench.topic, more: Vec::new() };
    let now_s = || stage::now_ms() as f64 / 1e3;
    let launched_s = now_s();
    let first = StageProcess::start(&own, &order)?;
    follower.until(truth.ended / 2, quiet)?;
    let first_cpu_s = first.kill()?;
    let killed_s = now_s();
    let mut second = StageProcess::start(&own, &order)?;
    let restarted_s = now_s();
    follower.until(truth.ended, quiet)?;
    let done_s = now_s();
    second.await_running(quiet)?;
    let said = second.terminate()?;
    drop(follower);
    let different = truth::compare(&own, &truth)?;
    topic::delete(&own, &stage::outputs(&own))?;
    let killed = Killed {
        what: "holdfast",
        events: truth.events,
        killed_at_s: killed_s - launched_s,
        restart_to_running_s: said.running_ms / 1e3 - restarted_s,
        restart_to_done_s: done_s - restarted_s,
        launched_s: done_s - launched_s,
        cpu_s: first_cpu_s + said.cpu_s,
        broker_cpu_s: cpu_seconds(bench.broker_pid) - broker_cpu_s,
        memory_mb: said.memory_mb,
        exact: different.is_none(),
        note: different.unwrap_or_default(),
    };
    println!("{}", serde_json::to_string(&killed).map_err(text)?);
    Ok(())
}
