//! Runs stages: a thread per loop, signals, health pages, a bounded end.

use crate::agent_task::AgentTask;
use crate::config::Config;
use crate::contact_task::{ContactOptions, ContactTask};
use crate::error::Error;
use crate::ingest_task::{IngestTask, Sources};
use crate::topology::{self, StagePlan};
use prometheus::Registry;
use runtime::clock::{Clock, SystemClock};
use runtime::driver::{Driver, Pace};
use runtime::health::Health;
use runtime::kafka::{KafkaConsumer, KafkaProducer};
use runtime::metrics::StageMetrics;
use runtime::settings::KafkaSettings;
use runtime::task::Task;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What the threads of a process share.
#[derive(Clone)]
pub struct Process {
    /// Set once: everything ends.
    pub stop: Arc<AtomicBool>,
    /// Signs of life.
    pub health: Health,
    /// Metrics of the process.
    pub registry: Registry,
}

impl Process {
    /// A process that stops at SIGTERM and SIGINT; a second signal ends it at once.
    ///
    /// # Errors
    /// If the handlers cannot be set.
    pub fn start() -> Result<Self, Error> {
        let stop = Arc::new(AtomicBool::new(false));
        stop_at_signals(&stop)?;
        let registry = Registry::new();
        let process = prometheus::process_collector::ProcessCollector::for_self();
        registry.register(Box::new(process)).map_err(|error| Error::new("HF-R002", error.to_string()))?;
        Ok(Process { stop, health: Health::default(), registry })
    }

    /// True once the process is to end.
    pub fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Serves /livez, /readyz and /metrics until the process ends. Returns the address.
    ///
    /// # Errors
    /// If the address cannot be bound.
    pub fn serve(&self, listen: &str) -> Result<std::net::SocketAddr, Error> {
        let listener = bind(listen)?;
        let address = listener.local_addr()?;
        let router = runtime::health::router(self.health.clone(), self.registry.clone());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        std::thread::Builder::new().name("pages".to_owned()).spawn(move || {
            let served = runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, router).await
            });
            if let Err(error) = served {
                tracing::error!(%error, "the health pages ended");
            }
        })?;
        Ok(address)
    }
}

/// SIGTERM and SIGINT set the flag; a second one ends the process at once.
///
/// # Errors
/// If the handlers cannot be set.
pub fn stop_at_signals(stop: &Arc<AtomicBool>) -> Result<(), Error> {
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(stop))?;
        signal_hook::flag::register(signal, Arc::clone(stop))?;
    }
    Ok(())
}

/// Binds an address before any other work, so that a clash shows at once.
///
/// # Errors
/// HF-C002 with the address.
pub fn bind(listen: &str) -> Result<std::net::TcpListener, Error> {
    let listener = std::net::TcpListener::bind(listen).map_err(|error| {
        Error::new("HF-C002", format!("{listen} cannot be listened on: {error}; choose another with --set pipeline.listen=HOST:PORT"))
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// What the operator asked for when offsets and state disagree.
pub use runtime::changelog::OnMismatch;

/// How the loop of a configuration paces itself.
pub fn pace(config: &Config, on_mismatch: OnMismatch) -> Pace {
    Pace {
        commit_ms: config.pipeline.commit_ms,
        catch_up_commit_ms: config.pipeline.catch_up_commit_ms,
        flood: config.pipeline.flood,
        on_mismatch,
        ..Pace::default()
    }
}

/// What the contact stage of a configuration keeps and writes.
pub fn contact_options(config: &Config) -> ContactOptions {
    let mut queues = rustc_hash::FxHashMap::default();
    for (name, queue) in &config.queues {
        let name = if name == "default" { "" } else { name };
        queues.insert(name.to_owned(), kpi::QueueSettings { threshold_ms: queue.threshold_s * 1_000 });
    }
    ContactOptions {
        horizon_ms: config.pipeline.horizon_minutes * 60_000,
        contacts_min: config.pipeline.contacts_min,
        contacts_max: config.pipeline.contacts_max,
        open_facts_ms: config.pipeline.open_facts_ms,
        ahead_max_ms: config.pipeline.ahead_max_minutes * 60_000,
        queues,
        ..ContactOptions::default()
    }
}

/// Starts the threads of the ingest stage.
///
/// # Errors
/// If a source is wrong, or Kafka cannot be reached.
pub fn ingest(config: &Config, process: &Process, on_mismatch: OnMismatch) -> Result<Vec<Running>, Error> {
    let sources = Arc::new(Sources::new(config)?);
    let metrics = metrics(topology::INGEST.name, process)?;
    let shared = metrics.clone();
    threads(config, process, &topology::INGEST, on_mismatch, metrics, move |_| IngestTask::new(Arc::clone(&sources), shared.clone()))
}

/// Starts the threads of the contact stage.
///
/// # Errors
/// If Kafka cannot be reached.
pub fn contacts(config: &Config, process: &Process, on_mismatch: OnMismatch) -> Result<Vec<Running>, Error> {
    let options = contact_options(config);
    let metrics = metrics(topology::CONTACT.name, process)?;
    threads(config, process, &topology::CONTACT, on_mismatch, metrics, move |_| ContactTask::new(&options))
}

/// Starts the threads of the agent stage.
///
/// # Errors
/// If Kafka cannot be reached.
pub fn agents(config: &Config, process: &Process, on_mismatch: OnMismatch) -> Result<Vec<Running>, Error> {
    let retention_ms = config.pipeline.agent_retention_hours * 3_600_000;
    let ahead_max_ms = config.pipeline.ahead_max_minutes * 60_000;
    let metrics = metrics(topology::AGENT.name, process)?;
    let rules = config.agents.rules().map_err(Error::configuration)?;
    let systems: BTreeMap<_, _> = config.sources.iter().map(|source| (source.name.clone(), source.system().to_owned())).collect();
    let make = move |_| AgentTask::new(retention_ms, ahead_max_ms, rules.clone(), systems.clone());
    threads(config, process, &topology::AGENT, on_mismatch, metrics, make)
}

fn metrics(stage: &'static str, process: &Process) -> Result<StageMetrics, Error> {
    StageMetrics::new(stage, &process.registry).map_err(|error| Error::new("HF-R002", error.to_string()))
}

/// A thread that runs a loop.
pub struct Running {
    /// Its name, for messages.
    pub name: String,
    /// The thread.
    pub thread: std::thread::JoinHandle<Result<(), Error>>,
    /// It holds nothing that is not in safety: an end of the process need not wait for it.
    pub idle: Arc<AtomicBool>,
}

/// Starts `pipeline.threads` loops of a stage.
///
/// # Errors
/// If Kafka cannot be reached or the topics do not fit.
pub fn threads<T, M>(
    config: &Config,
    process: &Process,
    plan: &StagePlan,
    on_mismatch: OnMismatch,
    metrics: StageMetrics,
    make_task: M,
) -> Result<Vec<Running>, Error>
where
    T: Task + 'static,
    M: Fn(i32) -> T + Clone + Send + 'static,
{
    let stage = topology::resolve(plan, &config.kafka, 0)?;
    let mut running = Vec::new();
    for number in 0..config.pipeline.threads {
        let name = format!("{}-{}-{number}", plan.name, config.kafka.instance);
        // A member of the group each: of one name, the broker would shut out all but the newest.
        let kafka = KafkaSettings { instance: format!("{}-{number}", config.kafka.instance), ..config.kafka.clone() };
        let (stage, pace) = (stage.clone(), pace(config, on_mismatch));
        let (process, metrics, make_task, plan) = (process.clone(), metrics.clone(), make_task.clone(), *plan);
        let pulse = process.health.pulse(name.clone(), SystemClock.now_ms());
        let id = name.clone();
        let idle = Arc::new(AtomicBool::new(true));
        let shared = Arc::clone(&idle);
        let body = move || {
            let work = || -> Result<(), Error> {
                let consumer = KafkaConsumer::new(&kafka, plan.name, &stage.inputs, plan.with_headers)?;
                let producer = KafkaProducer::new(&kafka, &id, &stage.inputs)?;
                let mut driver = Driver::new(stage, pace, consumer, producer, SystemClock, metrics, make_task)?;
                idle.store(false, Ordering::Relaxed);
                while !process.stopping() {
                    let turn = driver.turn()?;
                    pulse.turned(SystemClock.now_ms(), turn.restoring == 0);
                }
                driver.finish()?;
                // While the group waits for a member that died, the broker answers no one who wants to leave.
                idle.store(true, Ordering::Relaxed);
                Ok(driver.shut_down()?)
            };
            let ended = work();
            if let Err(error) = &ended {
                tracing::error!(stage = plan.name, %error, "the stage stopped");
            }
            // One loop down means a partition without an owner: the process ends and its supervisor starts it again.
            process.stop.store(true, Ordering::Relaxed);
            ended
        };
        let thread = std::thread::Builder::new().name(name.clone()).spawn(body)?;
        running.push(Running { name, thread, idle: shared });
    }
    Ok(running)
}

/// Waits until every thread has ended, for at most `limit` after the process was told to stop. The first error is returned.
///
/// # Errors
/// The first error of a thread; HF-R008 if one panicked or did not end in time.
pub fn wait(process: &Process, mut running: Vec<Running>, limit: Duration) -> Result<(), Error> {
    let mut first: Option<Error> = None;
    let mut deadline: Option<Instant> = None;
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    // The sender is kept: the channel serves as a bell that never rings, so that waiting does not spin.
    let _bell = sender;
    while !running.is_empty() {
        if process.stopping() {
            process.health.stop();
            deadline.get_or_insert_with(|| Instant::now() + limit);
        }
        let mut rest = Vec::new();
        for thread in running {
            if !thread.thread.is_finished() {
                rest.push(thread);
                continue;
            }
            match thread.thread.join() {
                Ok(Ok(())) => {}
                Ok(Err(error)) => first = first.or(Some(error)),
                Err(_) => {
                    process.stop.store(true, Ordering::Relaxed);
                    first = first.or_else(|| Some(Error::new("HF-R008", format!("thread {} panicked", thread.name))));
                }
            }
        }
        running = rest;
        if deadline.is_some_and(|deadline| Instant::now() > deadline) {
            let late = running.iter().filter(|thread| !thread.idle.load(Ordering::Relaxed));
            let names: Vec<&str> = late.map(|thread| thread.name.as_str()).collect();
            if names.is_empty() {
                tracing::info!("everything is committed; the group is left without its answer");
                return first.map_or(Ok(()), Err);
            }
            return Err(first.unwrap_or_else(|| Error::new("HF-R008", format!("did not end in {limit:?}: {}", names.join(", ")))));
        }
        match receiver.recv_timeout(Duration::from_millis(20)) {
            Ok(()) | Err(_) => {}
        }
    }
    first.map_or(Ok(()), Err)
}
