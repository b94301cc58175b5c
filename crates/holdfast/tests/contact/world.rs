//! The real contact stage in the real loop over the broker in memory, restarted whenever it stops.

use super::outcome::Outcome;
use holdfast::contact_task::{ContactOptions, ContactTask};
use holdfast::topology::{CALLS, CONTACT, CONTACTS_CHANGELOG, DEAD_LETTERS, KPI_PANES};
use prometheus::Registry;
use runtime::changelog::OnMismatch;
use runtime::clock::{Clock, ManualClock};
use runtime::driver::{Driver, Error, Pace, Stage};
use runtime::memory::{Cluster, MemoryConsumer, MemoryProducer, Plan};
use runtime::metrics::StageMetrics;
use runtime::task::{OutputTopics, Task};

pub type Loop = Driver<MemoryConsumer, MemoryProducer, ManualClock, ContactTask, Box<dyn FnMut(i32) -> ContactTask>>;

/// More turns than any run needs: who is not done by then never will be.
const TURNS_MAX: usize = 2_000;

pub struct World {
    pub cluster: Cluster,
    pub partitions: i32,
    pub options: ContactOptions,
    pub pace: Pace,
    pub metrics: StageMetrics,
    pub driver: Option<Loop>,
    /// Processes that stopped.
    pub stops: usize,
}

/// Small transactions, so that a short run has several.
pub fn pace() -> Pace {
    Pace { records_max: 5, batch: 5, on_mismatch: OnMismatch::Refuse, ..Pace::default() }
}

/// A small horizon, and nothing kept beyond it.
pub fn options() -> ContactOptions {
    ContactOptions { horizon_ms: 600_000, contacts_min: 0, open_facts_ms: 20, ahead_max_ms: i64::MAX / 4, ..ContactOptions::default() }
}

impl World {
    pub fn new(partitions: i32, options: &ContactOptions, pace: &Pace) -> Self {
        let cluster = Cluster::new();
        for topic in CONTACT.outputs.iter().chain(CONTACT.inputs).chain(CONTACT.restores) {
            cluster.create(topic, partitions as usize);
        }
        cluster.create(DEAD_LETTERS, 1);
        let metrics = StageMetrics::new("contacts", &Registry::new()).expect("a fresh registry");
        World { cluster, partitions, options: options.clone(), pace: pace.clone(), metrics, driver: None, stops: 0 }
    }

    /// Appends records to the input.
    pub fn feed(&self, records: &[(i32, Vec<u8>)]) {
        for (partition, value) in records {
            self.cluster.append(CALLS, *partition, b"", Some(value));
        }
    }

    fn stage(&self) -> Stage {
        let outputs = CONTACT.outputs.len();
        let names: Vec<String> = CONTACT.outputs.iter().chain(&[DEAD_LETTERS, CONTACTS_CHANGELOG]).map(|name| (*name).to_owned()).collect();
        let mut partitions = vec![self.partitions; names.len()];
        partitions[outputs] = 1;
        Stage {
            name: CONTACT.name,
            inputs: vec![CALLS.to_owned()],
            layout: self.partitions,
            outputs: OutputTopics { names, partitions, dead_letters: outputs, changelog: Some(outputs + 1) },
            restores: CONTACT.restores.iter().map(|name| (*name).to_owned()).collect(),
            generation: 0,
        }
    }

    fn start(&self) -> Result<Loop, Error> {
        let (consumer, producer) = self.cluster.connect(CONTACT.name, &[CALLS], "contacts-0");
        let options = self.options.clone();
        let make: Box<dyn FnMut(i32) -> ContactTask> = Box::new(move |_| ContactTask::new(&options));
        Driver::new(self.stage(), self.pace.clone(), consumer, producer, self.cluster.clock(), self.metrics.clone(), make)
    }

    /// Starts the process or turns it once; one that stops is gone. Returns why it stopped.
    pub fn turn(&mut self) -> Option<Error> {
        let turned = match self.driver.as_mut() {
            Some(driver) => driver.turn().map(|_| ()),
            None => self.start().map(|started| self.driver = Some(started)),
        };
        let error = turned.err()?;
        self.kill();
        Some(error)
    }

    /// The process dies.
    pub fn kill(&mut self) {
        self.driver = None;
        self.cluster.expire_gone();
        self.stops += 1;
    }

    /// True when all input is committed, every partition runs and nothing is held back.
    pub fn done(&self) -> bool {
        let Some(driver) = &self.driver else { return false };
        let later_ms = self.cluster.clock().now_ms() + self.options.open_facts_ms;
        (0..self.partitions).all(|partition| {
            let end = self.cluster.high_watermark(CALLS, partition);
            let read = end == 0 || self.cluster.group_offset(CONTACT.name, CALLS, partition) == Some(end);
            let settled = self.cluster.last_stable_offset(CONTACTS_CHANGELOG, partition)
                == self.cluster.high_watermark(CONTACTS_CHANGELOG, partition);
            read && settled && driver.task(partition).is_some_and(|task| !task.wants_flush(later_ms))
        })
    }

    /// Runs, restarted whenever it stops, until all is done.
    pub fn run(&mut self, label: &str) {
        for _ in 0..TURNS_MAX {
            if self.done() {
                return;
            }
            if let Some(error) = self.turn() {
                let verdict = matches!(error, Error::Position { .. } | Error::Layout { .. } | Error::Flood { .. } | Error::Restore { .. });
                assert!(!verdict, "{label}: a restart does not cure this: {error}");
            }
        }
        panic!("{label}: not done after {TURNS_MAX} turns and {} calls", self.cluster.steps());
    }

    /// Turns until the process stops or all is done.
    pub fn run_until_stop(&mut self) {
        for _ in 0..TURNS_MAX {
            if self.done() || self.turn().is_some() {
                return;
            }
        }
        panic!("neither stopped nor done after {TURNS_MAX} turns");
    }

    /// Compacts what is restored from.
    pub fn compact(&self) {
        self.cluster.compact(CONTACTS_CHANGELOG);
        self.cluster.compact(KPI_PANES);
    }

    /// Contacts and panes in memory, by partition.
    pub fn sizes(&self) -> Vec<(usize, usize)> {
        let driver = self.driver.as_ref().expect("a process runs");
        (0..self.partitions).map(|partition| driver.task(partition).expect("the partition runs").sizes()).collect()
    }

    pub fn outcome(&self, label: &str) -> Outcome {
        self.cluster.finish_markers();
        Outcome::read(&self.cluster, self.partitions, self.pace.on_mismatch == OnMismatch::RebuildState, label)
    }
}

/// Runs the records to their end under a plan of faults.
pub fn run(partitions: i32, records: &[(i32, Vec<u8>)], options: &ContactOptions, plans: &[Plan], label: &str) -> World {
    let mut world = World::new(partitions, options, &pace());
    world.feed(records);
    world.cluster.plan(plans);
    world.run(label);
    world.cluster.plan(&[]);
    world
}
