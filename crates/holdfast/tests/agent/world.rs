//! The real agent stage in the real loop over the broker in memory, restarted whenever it stops.

use holdfast::agent_task::AgentTask;
use holdfast::topology::{AGENT, AGENT_PANES, AGENTS, AGENTS_CHANGELOG, DEAD_LETTERS};
use prometheus::Registry;
use runtime::changelog::OnMismatch;
use runtime::clock::ManualClock;
use runtime::driver::{Driver, Error, Pace, Stage};
use runtime::memory::{Cluster, MemoryConsumer, MemoryProducer, Plan};
use runtime::metrics::StageMetrics;
use runtime::task::OutputTopics;

pub type Loop = Driver<MemoryConsumer, MemoryProducer, ManualClock, AgentTask, Box<dyn FnMut(i32) -> AgentTask>>;

/// More turns than any run needs: who is not done by then never will be.
const TURNS_MAX: usize = 2_000;
const RETENTION_MS: i64 = 72 * 3_600_000;

pub struct World {
    pub cluster: Cluster,
    partitions: i32,
    items_min: usize,
    pace: Pace,
    metrics: StageMetrics,
    pub driver: Option<Loop>,
    /// Processes that stopped.
    pub stops: usize,
}

impl World {
    /// `records_max`: records of a transaction; `items_min`: see `AgentTask::keeping`.
    pub fn new(partitions: i32, records_max: usize, items_min: usize) -> Self {
        let cluster = Cluster::new();
        for topic in AGENT.outputs.iter().chain(AGENT.inputs).chain(&AGENT.restores[..1]) {
            cluster.create(topic, partitions as usize);
        }
        cluster.create(DEAD_LETTERS, 1);
        let pace =
            Pace { records_max: records_max as u64, batch: records_max, commit_ms: 10, on_mismatch: OnMismatch::Refuse, ..Pace::default() };
        let metrics = StageMetrics::new("agents", &Registry::new()).expect("a fresh registry");
        World { cluster, partitions, items_min, pace, metrics, driver: None, stops: 0 }
    }

    fn stage(&self) -> Stage {
        let outputs = AGENT.outputs.len();
        let names: Vec<String> = AGENT.outputs.iter().chain(&[DEAD_LETTERS, AGENTS_CHANGELOG]).map(|name| (*name).to_owned()).collect();
        let mut partitions = vec![self.partitions; names.len()];
        partitions[outputs] = 1;
        Stage {
            name: AGENT.name,
            inputs: vec![AGENTS.to_owned()],
            layout: self.partitions,
            outputs: OutputTopics { names, partitions, dead_letters: outputs, changelog: Some(outputs + 1) },
            restores: AGENT.restores.iter().map(|name| (*name).to_owned()).collect(),
            generation: 0,
        }
    }

    fn start(&self) -> Result<Loop, Error> {
        let (consumer, producer) = self.cluster.connect(AGENT.name, &[AGENTS], "agents-0");
        let items_min = self.items_min;
        let make: Box<dyn FnMut(i32) -> AgentTask> = Box::new(move |_| AgentTask::keeping(items_min, RETENTION_MS, i64::MAX / 4));
        Driver::new(self.stage(), self.pace.clone(), consumer, producer, self.cluster.clock(), self.metrics.clone(), make)
    }

    /// Starts the process or turns it once; one that stops is gone.
    fn turn(&mut self) -> Option<Error> {
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

    fn done(&self) -> bool {
        let Some(driver) = &self.driver else { return false };
        (0..self.partitions).all(|partition| {
            let end = self.cluster.high_watermark(AGENTS, partition);
            let read = end == 0 || self.cluster.group_offset(AGENT.name, AGENTS, partition) == Some(end);
            let state = (AGENTS_CHANGELOG, partition);
            let settled = self.cluster.last_stable_offset(state.0, state.1) == self.cluster.high_watermark(state.0, state.1);
            read && settled && driver.task(partition).is_some()
        })
    }

    /// Runs, restarted whenever it stops, until all is done; what is restored from may be compacted at each stop.
    pub fn run(&mut self, compacted: bool, label: &str) {
        for _ in 0..TURNS_MAX {
            if self.done() {
                return;
            }
            if let Some(error) = self.turn() {
                let verdict = matches!(error, Error::Position { .. } | Error::Layout { .. } | Error::Flood { .. } | Error::Restore { .. });
                assert!(!verdict, "{label}: a restart does not cure this: {error}");
                if compacted {
                    self.cluster.compact(AGENTS_CHANGELOG);
                    self.cluster.compact(AGENT_PANES);
                }
            }
        }
        panic!("{label}: not done after {TURNS_MAX} turns and {} calls", self.cluster.steps());
    }

    /// Feeds the records (partition, value) and runs them to their end under a plan of faults.
    pub fn feed_and_run(&mut self, records: &[(i32, Vec<u8>)], plans: &[Plan], compacted: bool, label: &str) {
        for (partition, value) in records {
            self.cluster.append(AGENTS, *partition, b"", Some(value));
        }
        self.cluster.plan(plans);
        self.run(compacted, label);
        self.cluster.plan(&[]);
        self.cluster.finish_markers();
    }
}
