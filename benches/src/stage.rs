//! The contact stage over the mix, and a pass-through that copies every event: each as a process of its own, so that CPU
//! and memory are its own.

use crate::mix::PeerDecoder;
use crate::topic::{Outcome, text};
use holdfast::contact_task::{ContactOptions, ContactTask};
use holdfast::topology::{self, StagePlan};
use prometheus::Registry;
use runtime::clock::{Clock, SystemClock};
use runtime::driver::{Driver, Pace};
use runtime::kafka::{KafkaConsumer, KafkaProducer};
use runtime::metrics::StageMetrics;
use runtime::settings::KafkaSettings;
use runtime::task::{Output, Record, Reject, Task};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a stage process is asked to do.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Full name of the topic with the events.
    pub input: String,
    /// Write facts as well.
    pub facts: bool,
    /// Longest time between commits when behind, ms.
    pub catch_up_commit_ms: i64,
    /// Longest time between commits when keeping up, ms.
    pub commit_ms: i64,
    /// Stop when so many records have been applied and committed; none: at SIGTERM.
    pub until: Option<u64>,
}

/// The pass-through writes here.
const PASSED: &str = "passed";

/// Creates the outputs of a stage under the prefix of `kafka`, the contact stage's as the product does.
pub(crate) fn prepare(kafka: &KafkaSettings, partitions: i32) -> Outcome<()> {
    let names = outputs(kafka);
    let mut plans = topology::topics(kafka, partitions, partitions);
    plans.retain(|plan| names.contains(&plan.name));
    let mut passed = plans.first().cloned().ok_or("no topics")?;
    passed.name = kafka.name(PASSED);
    plans.push(passed);
    crate::topic::create(kafka, &plans)
}

/// Full names of the outputs, and of whatever else the loader reads.
pub(crate) fn outputs(kafka: &KafkaSettings) -> Vec<String> {
    let further = [topology::DEAD_LETTERS, topology::CONTACTS_CHANGELOG, PASSED];
    let names = topology::CONTACT.outputs.iter().chain(&further).chain(topology::LOADED);
    let distinct: std::collections::BTreeSet<String> = names.map(|name| kafka.name(name)).collect();
    distinct.into_iter().collect()
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    SystemClock.now_ms()
}

/// Runs the contact stage in this process.
pub(crate) fn contacts(kafka: &KafkaSettings, request: &Request) -> Outcome<()> {
    let options = ContactOptions {
        horizon_ms: 3_600_000,
        contacts_min: 0,
        contacts_max: 1_000_000,
        write_facts: request.facts,
        ahead_max_ms: i64::MAX / 4,
        ..ContactOptions::default()
    };
    PeerDecoder::new()?;
    let make = move |_| {
        // Made once above, so it parses.
        let decoder = PeerDecoder::new().unwrap_or_else(|error| fail(&error));
        ContactTask::with_decoder(&options, decoder)
    };
    let mut plan = topology::CONTACT;
    plan.name = "contacts";
    run(kafka, request, &plan, make)
}

fn fail(error: &str) -> ! {
    eprintln!("error: {error}");
    std::process::exit(1)
}

/// Copies every event to another topic, exactly once.
struct PassThrough;

impl Task for PassThrough {
    fn restore(&mut self, _: usize, _: &[u8], _: Option<&[u8]>) -> Result<(), String> {
        Ok(())
    }
    fn apply(&mut self, record: &Record<'_>, output: &mut Output<'_>) -> Result<(), Reject> {
        output.bytes_to(0, record.partition, record.key.unwrap_or_default(), record.payload);
        Ok(())
    }
    fn flush(&mut self, _: i64, _: &mut Output<'_>) {}
    fn committed(&mut self) {}
    fn rolled_back(&mut self) {}
}

/// Runs the pass-through in this process.
pub(crate) fn pass_through(kafka: &KafkaSettings, request: &Request) -> Outcome<()> {
    let plan = StagePlan { name: PASSED, inputs: topology::CONTACT.inputs, outputs: &[PASSED], restores: &[], with_headers: false };
    run(kafka, request, &plan, |_| PassThrough)
}

fn run<T: Task>(kafka: &KafkaSettings, request: &Request, plan: &StagePlan, make: impl FnMut(i32) -> T) -> Outcome<()> {
    let mut outputs = StagePlan { inputs: &[], ..*plan };
    outputs.inputs = plan.outputs.get(..1).unwrap_or_default();
    let mut stage = topology::resolve(&outputs, kafka, 0).map_err(|failure| failure.text)?;
    stage.inputs = vec![request.input.clone()];
    let stop = Arc::new(AtomicBool::new(false));
    signal_hook_stop(&stop)?;
    let consumer = KafkaConsumer::new(kafka, plan.name, &stage.inputs, false).map_err(|failure| failure.text)?;
    let producer = KafkaProducer::new(kafka, &format!("{}-0", plan.name), &stage.inputs).map_err(|failure| failure.text)?;
    let metrics = StageMetrics::new("bench", &Registry::new()).map_err(text)?;
    let pace = Pace { commit_ms: request.commit_ms, catch_up_commit_ms: request.catch_up_commit_ms, ..Pace::default() };
    let mut driver = Driver::new(stage, pace, consumer, producer, SystemClock, metrics, make).map_err(text)?;
    let (mut applied, mut committed, mut began_ms, mut running) = (0, 0, None, false);
    while !stop.load(Ordering::Relaxed) && request.until.is_none_or(|until| committed < until) {
        let turn = driver.turn().map_err(text)?;
        if turn.running > 0 && turn.restoring == 0 && !running {
            running = true;
            println!("RUNNING {}", SystemClock.now_ms());
        }
        if turn.records > 0 && began_ms.is_none() {
            began_ms = Some(SystemClock.now_ms());
            println!("FIRST {}", SystemClock.now_ms());
        }
        applied += turn.records as u64;
        if turn.committed {
            committed = applied;
        }
    }
    println!("LAST {} {committed}", SystemClock.now_ms());
    driver.shut_down().map_err(text)?;
    crate::machine::say_used();
    Ok(())
}

/// SIGTERM sets the flag.
fn signal_hook_stop(stop: &Arc<AtomicBool>) -> Outcome<()> {
    holdfast::stages::stop_at_signals(stop).map_err(text)
}
