//! Latency at a steady rate: from handing a contact's last event to the producer until the pane that counts it has been
//! read, and until a query of ClickHouse finds its row.

use crate::follow::{Follower, PaneKey};
use crate::load::{self, End};
use crate::machine::cpu_seconds;
use crate::process::{Order, StageProcess};
use crate::rows::Rows;
use crate::stage;
use crate::throughput::{Bench, own_topics};
use crate::topic::{self, Outcome, text};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is dropped at the beginning, µs.
const WARM_UP_US: i64 = 15_000_000;
/// What is waited for at the end.
const GRACE: Duration = Duration::from_secs(15);

/// What a run is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// Events per second.
    pub rate: f64,
    /// How long, seconds.
    pub seconds: u64,
    /// The stage commits so often at the latest, ms.
    pub commit_ms: i64,
    /// URL of ClickHouse: with facts, the loader, and rows; none: panes only.
    pub clickhouse: Option<String>,
}

/// Percentiles of one path.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Latencies {
    what: &'static str,
    samples: usize,
    lost: usize,
    p50_ms: f64,
    p90_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    /// CPU seconds of the stage (of the loader, for rows).
    cpu_s: f64,
    broker_cpu_s: f64,
    memory_mb: f64,
    /// Panes, or answers of ClickHouse, that were read.
    updates: u64,
    events: u64,
}

/// Ends that are not visible yet.
#[derive(Default)]
pub struct Waiting {
    /// Per pane: when each end was handed over, µs, in order, and how many have been seen.
    panes: FxHashMap<PaneKey, (Vec<i64>, usize)>,
    /// For rows.
    pub rows: Rows,
}

/// What the threads of a run share.
pub struct Shared {
    begun: Instant,
    stop: AtomicBool,
    waiting: Mutex<Waiting>,
}

impl Shared {
    /// µs since the run began.
    pub fn now_us(&self) -> i64 {
        self.begun.elapsed().as_micros() as i64
    }

    /// What waits, locked.
    pub fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True when the run is over.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn ended(&self, end: &End<'_>, rows: bool) {
        let mut waiting = self.waiting();
        let key = (end.queue.to_owned(), end.ended_ms.div_euclid(60_000), end.partition);
        let at_us = self.now_us();
        waiting.panes.entry(key).or_default().0.push(at_us);
        if rows {
            waiting.rows.ended(end, at_us);
        }
    }
}

/// (handed over, µs; latency, µs).
pub type Samples = Vec<(i64, i64)>;

/// Follows the panes until the run is over.
fn follow(shared: &Shared, follower: &mut Follower) -> Outcome<Samples> {
    let mut samples = Vec::new();
    while !shared.stopped() {
        let Some((key, ended)) = follower.next(Duration::from_millis(20))? else { continue };
        let mut waiting = shared.waiting();
        let now_us = shared.now_us();
        if let Some((times, seen)) = waiting.panes.get_mut(&key) {
            let until = (ended.max(0) as usize).min(times.len());
            samples.extend(times.get(*seen..until).unwrap_or_default().iter().map(|at_us| (*at_us, now_us - at_us)));
            *seen = until.max(*seen);
        }
    }
    Ok(samples)
}

/// Runs and prints the latencies as JSON.
pub fn run(bench: &Bench<'_>, request: &Request) -> Outcome<()> {
    let own = own_topics(bench.kafka, "latency")?;
    let input = own.name(holdfast::topology::CALLS);
    topic::create(&own, &[topic::kept(&input, 8)])?;
    let with_rows = request.clickhouse.as_deref();
    if let Some(url) = with_rows {
        crate::rows::prepare(url)?;
    }
    let loader = with_rows.map(|url| {
        let order = Order { kind: "load", topic: &input, more: vec!["--clickhouse".to_owned(), url.to_owned()] };
        StageProcess::start(&own, &order)
    });
    let mut loader = loader.transpose()?;
    let kind = if with_rows.is_some() { "facts" } else { "contacts" };
    let order = Order { kind, topic: &input, more: vec!["--commit-ms".to_owned(), request.commit_ms.to_string()] };
    let mut stage = StageProcess::start(&own, &order)?;
    for process in [Some(&mut stage), loader.as_mut()].into_iter().flatten() {
        process.await_running(Duration::from_secs(30))?;
    }
    let mut follower = Follower::new(&own, 10)?;
    let shared = Shared { begun: Instant::now(), stop: AtomicBool::new(false), waiting: Mutex::default() };
    let broker_cpu_s = cpu_seconds(bench.broker_pid);
    let (panes, rows, events) = std::thread::scope(|scope| {
        let panes = scope.spawn(|| follow(&shared, &mut follower));
        let rows = with_rows.map(|url| scope.spawn(|| crate::rows::follow(&shared, url)));
        let sent = load::produce(&own, &input, 8, request.rate, request.seconds, &mut |end| shared.ended(&end, with_rows.is_some()));
        await_rest(&shared);
        shared.stop.store(true, Ordering::Relaxed);
        let panes = panes.join().map_err(|_| "the reader of panes panicked".to_owned())??;
        let rows = rows.map(|thread| thread.join().map_err(|_| "the reader of rows panicked".to_owned())?).transpose()?;
        Ok::<_, String>((panes, rows, sent?))
    })?;
    let broker_cpu_s = cpu_seconds(bench.broker_pid) - broker_cpu_s;
    let waiting = shared.waiting();
    let lost = waiting.panes.values().map(|(times, seen)| times.len() - seen).sum();
    let base = Latencies { broker_cpu_s, events, ..Latencies::default() };
    let said = stage.terminate()?;
    let what = if with_rows.is_some() { "holdfast-facts" } else { "holdfast" };
    let base_pane = Latencies { what, lost, cpu_s: said.cpu_s, memory_mb: said.memory_mb, updates: follower.updates, ..base.clone() };
    let mut answer = serde_json::json!({ "pane": percentiles(base_pane, panes) });
    if let (Some((samples, answers)), Some(loader)) = (rows, loader) {
        let said = loader.terminate()?;
        let lost = waiting.rows.len();
        let base_row = Latencies { what: "rows", lost, cpu_s: said.cpu_s, memory_mb: said.memory_mb, updates: answers, ..base };
        answer["row"] = serde_json::to_value(percentiles(base_row, samples)).map_err(text)?;
    }
    println!("{answer}");
    drop(follower);
    let mut gone = stage::outputs(&own);
    gone.push(input);
    topic::delete(&own, &gone)
}

/// Waits until nothing is pending, for at most [`GRACE`].
fn await_rest(shared: &Shared) {
    let deadline = Instant::now() + GRACE;
    while Instant::now() < deadline {
        let waiting = shared.waiting();
        if waiting.rows.is_empty() && waiting.panes.values().all(|(times, seen)| times.len() == *seen) {
            return;
        }
        drop(waiting);
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

fn percentiles(base: Latencies, mut samples: Samples) -> Latencies {
    samples.retain(|(at_us, _)| *at_us >= WARM_UP_US);
    let mut took: Vec<i64> = samples.into_iter().map(|(_, took_us)| took_us).collect();
    took.sort_unstable();
    let at = |share: f64| took.get(((took.len().max(1) - 1) as f64 * share) as usize).map_or(f64::NAN, |us| *us as f64 / 1e3);
    Latencies { samples: took.len(), p50_ms: at(0.5), p90_ms: at(0.9), p99_ms: at(0.99), max_ms: at(1.0), ..base }
}
