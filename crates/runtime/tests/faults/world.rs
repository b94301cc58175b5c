//! A cluster with inputs, drivers that are restarted when they stop, and the check of everything that came out.

use crate::counter::Counter;
use events::DeadLetter;
use prometheus::Registry;
use runtime::changelog::{OnMismatch, Position, is_position};
use runtime::clock::ManualClock;
use runtime::driver::{Driver, Error, Pace, Stage};
use runtime::flood::FloodLimit;
use runtime::memory::{Cluster, MemoryConsumer, MemoryProducer, Plan, Stored};
use runtime::metrics::StageMetrics;
use runtime::task::OutputTopics;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

pub type Loop = Driver<MemoryConsumer, MemoryProducer, ManualClock, Counter, fn(i32) -> Counter>;

/// A process that other processes' interruptions can turn, too.
pub type Shared = Rc<RefCell<Option<Loop>>>;

pub const GROUP: &str = "counters";
pub const INPUT: &str = "numbers";
pub const CHANGELOG: &str = "state";

/// More turns than any run needs: who is not done by then never will be.
const TURNS_MAX: usize = 3_000;

/// What is the same in all runs of a test.
#[derive(Clone)]
pub struct Script {
    /// Key and value per partition.
    pub inputs: Vec<Vec<(&'static str, &'static str)>>,
    pub pace: Pace,
    pub metrics: StageMetrics,
}

impl Script {
    /// Two partitions, three keys, a bad record in each.
    pub fn small() -> Self {
        let first = [
            ("a", "1"),
            ("b", "2"),
            ("a", "bad"),
            ("a", "4"),
            ("c", "8"),
            ("b", "forget"),
            ("a", "16"),
            ("b", "32"),
            ("c", "64"),
            ("a", "128"),
        ];
        let second = [("x", "1"), ("x", "2"), ("y", "4"), ("x", "no"), ("z", "8"), ("x", "16"), ("y", "32"), ("z", "forget")];
        Script { inputs: vec![first.to_vec(), second.to_vec()], pace: pace(), metrics: metrics() }
    }
}

impl Script {
    /// One partition, few records: for runs in great number.
    pub fn tiny() -> Self {
        Script {
            inputs: vec![vec![("a", "1"), ("b", "bad"), ("a", "2"), ("b", "4")]],
            pace: Pace { records_max: 2, batch: 2, ..pace() },
            metrics: metrics(),
        }
    }
}

pub fn metrics() -> StageMetrics {
    StageMetrics::new("count", &Registry::new()).expect("a fresh registry")
}

/// Small transactions, so that a short run has several.
pub fn pace() -> Pace {
    let flood = FloodLimit { consecutive: 5, window: 1_000, percent: 90 };
    Pace { records_max: 4, batch: 4, flood, on_mismatch: OnMismatch::Refuse, ..Pace::default() }
}

#[derive(Clone)]
pub struct World {
    pub cluster: Cluster,
    pub script: Script,
}

/// What a read_committed reader finds at the end.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    pub log: Vec<Vec<(String, String)>>,
    pub sums: Vec<Vec<(String, String)>>,
    pub digests: Vec<BTreeMap<String, String>>,
    pub dead_letters: Vec<(i32, i64, String)>,
    pub offsets: Vec<Option<i64>>,
}

impl World {
    pub fn new(script: &Script) -> Self {
        let cluster = Cluster::new();
        for topic in [INPUT, "log", "sums", "digests", CHANGELOG] {
            cluster.create(topic, script.inputs.len());
        }
        cluster.create("dead-letters", 1);
        for (partition, records) in script.inputs.iter().enumerate() {
            for (key, value) in records {
                cluster.append(INPUT, partition as i32, key.as_bytes(), Some(value.as_bytes()));
            }
        }
        World { cluster, script: script.clone() }
    }

    pub fn with_plan(script: &Script, plans: &[Plan]) -> Self {
        let world = World::new(script);
        world.cluster.plan(plans);
        world
    }

    pub fn stage(&self) -> Stage {
        let count = self.script.inputs.len() as i32;
        let names = ["log", "sums", "digests", "dead-letters", CHANGELOG].map(str::to_owned).to_vec();
        let partitions = vec![count, count, count, 1, count];
        Stage {
            name: "count",
            inputs: vec![INPUT.to_owned()],
            layout: count,
            outputs: OutputTopics { names, partitions, dead_letters: 3, changelog: Some(4) },
            restores: vec![CHANGELOG.to_owned()],
            generation: 0,
        }
    }

    pub fn start(&self, id: &str) -> Result<Loop, Error> {
        self.start_with(id, self.script.pace.clone())
    }

    pub fn start_with(&self, id: &str, pace: Pace) -> Result<Loop, Error> {
        self.start_stage(id, pace, self.stage())
    }

    pub fn start_stage(&self, id: &str, pace: Pace, stage: Stage) -> Result<Loop, Error> {
        let (consumer, producer) = self.cluster.connect(GROUP, &[INPUT], id);
        let make: fn(i32) -> Counter = |_| Counter::default();
        Driver::new(stage, pace, consumer, producer, self.cluster.clock(), self.script.metrics.clone(), make)
    }

    /// The session of a process ends although it lives.
    pub fn expire(&self, id: &str) {
        if let Some(member) = self.cluster.member_of(id) {
            self.cluster.expire(GROUP, member);
        }
    }

    /// True when all input is committed and no digest is held back.
    pub fn done(&self) -> bool {
        (0..self.script.inputs.len()).all(|partition| {
            let end = self.cluster.high_watermark(INPUT, partition as i32);
            let held = newest(&self.cluster.committed_records(CHANGELOG, partition as i32)).values().any(|value| value.ends_with(" 1"));
            let settled =
                self.cluster.last_stable_offset(CHANGELOG, partition as i32) == self.cluster.high_watermark(CHANGELOG, partition as i32);
            settled && !held && self.cluster.group_offset(GROUP, INPUT, partition as i32) == Some(end)
        })
    }

    /// Runs one process, restarted whenever it stops, until all is done; then stops it in order. Returns how often it stopped.
    pub fn run(&self, id: &str, label: &str) -> usize {
        self.run_all(&[(id, Shared::default())], label)
    }

    /// The same with several processes, turn by turn.
    pub fn run_all(&self, processes: &[(&str, Shared)], label: &str) -> usize {
        let mut stops = 0;
        for _ in 0..TURNS_MAX {
            if self.done() {
                for (_, shared) in processes {
                    stops += usize::from(shared.take().is_some_and(|driver| driver.shut_down().is_err()));
                }
                self.cluster.expire_gone();
                return stops;
            }
            for (id, shared) in processes {
                if let Some(error) = self.turn(id, shared) {
                    assert!(!is_verdict(&error), "{label}: {error}");
                    stops += 1;
                }
            }
        }
        panic!("{label}: not done after {TURNS_MAX} turns and {} calls", self.cluster.steps());
    }

    /// Starts a process or turns it once; one that stops is gone. Returns why it stopped. Nothing happens to a process that is
    /// in the middle of a call.
    pub fn turn(&self, id: &str, shared: &Shared) -> Option<Error> {
        let Ok(mut driver) = shared.try_borrow_mut() else { return None };
        let turned = match driver.as_mut() {
            Some(driver) => driver.turn().map(|_| ()),
            None => self.start(id).map(|started| *driver = Some(started)),
        };
        let error = turned.err()?;
        *driver = None;
        self.cluster.expire_gone();
        Some(error)
    }

    pub fn outcome(&self) -> Outcome {
        let partitions = 0..self.script.inputs.len() as i32;
        let read = |topic: &str, partition| text(&self.cluster.committed_records(topic, partition));
        let letters = self.cluster.committed_records("dead-letters", 0);
        let mut dead_letters: Vec<(i32, i64, String)> = letters
            .iter()
            .map(|stored| {
                let bytes = stored.value.as_deref().expect("a dead letter has a value");
                let letter: DeadLetter<'_> = events::codec::decode(bytes).expect("a dead letter");
                (letter.partition, letter.offset, letter.code.to_owned())
            })
            .collect();
        dead_letters.sort();
        Outcome {
            log: partitions.clone().map(|partition| read("log", partition)).collect(),
            sums: partitions.clone().map(|partition| read("sums", partition)).collect(),
            digests: partitions.clone().map(|partition| read("digests", partition).into_iter().collect()).collect(),
            dead_letters,
            offsets: partitions.map(|partition| self.cluster.group_offset(GROUP, INPUT, partition)).collect(),
        }
    }

    /// Everything that came out equals what the input says, computed here without the loop; a restore finds the same state.
    pub fn check(&self, label: &str) {
        self.cluster.plan(&[]);
        self.cluster.finish_markers();
        assert_eq!(self.outcome(), expected(&self.script), "{label}");
        self.check_positions(label);
        assert_eq!(self.restored(label), last_sums(&self.script), "{label}: state as restored");
    }

    /// Sums per key and partition as a new process restores them.
    pub fn restored(&self, label: &str) -> Vec<BTreeMap<String, i64>> {
        let mut driver = self.start("reader").unwrap_or_else(|error| panic!("{label}: {error}"));
        let partitions = self.script.inputs.len();
        for _ in 0..TURNS_MAX {
            let turn = driver.turn().unwrap_or_else(|error| panic!("{label}: the restore fails: {error}"));
            if turn.running == partitions {
                break;
            }
        }
        let sums = (0..partitions).map(|partition| {
            let task = driver.task(partition as i32).unwrap_or_else(|| panic!("{label}: partition {partition} does not run"));
            task.state.iter().map(|(key, total)| (String::from_utf8_lossy(key).into_owned(), total.sum)).collect()
        });
        let sums = sums.collect();
        driver.shut_down().unwrap_or_else(|error| panic!("{label}: {error}"));
        sums
    }

    /// The pair assertion: the position in the changelog is the group's offset.
    pub fn check_positions(&self, label: &str) {
        for partition in 0..self.script.inputs.len() as i32 {
            let records = self.cluster.committed_records(CHANGELOG, partition);
            let position = records.iter().rev().find(|stored| stored.key.as_deref().and_then(is_position) == Some(0));
            let position = position.and_then(|stored| Position::decode(stored.value.as_deref()?)).map(|position| position.offset_next);
            assert_eq!(position, self.cluster.group_offset(GROUP, INPUT, partition), "{label}: position of partition {partition}");
        }
    }
}

/// Errors that a restart would not cure: the loop refuses what it finds.
fn is_verdict(error: &Error) -> bool {
    matches!(error, Error::Position { .. } | Error::Layout { .. } | Error::Flood { .. } | Error::Restore { .. })
}

fn text(records: &[Stored]) -> Vec<(String, String)> {
    let string = |bytes: &Option<Vec<u8>>| String::from_utf8_lossy(bytes.as_deref().unwrap_or(b"-")).into_owned();
    records.iter().map(|stored| (string(&stored.key), string(&stored.value))).collect()
}

fn newest(records: &[Stored]) -> BTreeMap<String, String> {
    text(records).into_iter().filter(|(key, _)| key.starts_with('s')).collect()
}

/// What the input says, computed record by record.
pub fn expected(script: &Script) -> Outcome {
    let mut outcome = Outcome { log: vec![], sums: vec![], digests: vec![], dead_letters: vec![], offsets: vec![] };
    for (partition, records) in script.inputs.iter().enumerate() {
        let (mut log, mut sums, mut totals, mut forgotten) = (vec![], vec![], BTreeMap::<&str, i64>::new(), vec![]);
        for (offset, (key, value)) in records.iter().enumerate() {
            if *value == "forget" {
                log.push((format!("{partition}/{offset}"), (*value).to_owned()));
                sums.push(((*key).to_owned(), "-".to_owned()));
                totals.remove(key);
                forgotten.push(((*key).to_owned(), "-".to_owned()));
                continue;
            }
            let Ok(number) = value.parse::<i64>() else {
                outcome.dead_letters.push((partition as i32, offset as i64, "no_number".to_owned()));
                continue;
            };
            let total = totals.entry(key).or_default();
            *total += number;
            log.push((format!("{partition}/{offset}"), (*value).to_owned()));
            sums.push(((*key).to_owned(), total.to_string()));
        }
        outcome.log.push(log);
        outcome.sums.push(sums);
        let digests = totals.iter().map(|(key, total)| ((*key).to_owned(), total.to_string()));
        outcome.digests.push(forgotten.into_iter().chain(digests).collect());
        outcome.offsets.push(Some(records.len() as i64));
    }
    outcome
}

/// What is kept per key and partition at the end.
pub fn last_sums(script: &Script) -> Vec<BTreeMap<String, i64>> {
    let digests = expected(script).digests.into_iter();
    digests.map(|digests| digests.into_iter().filter_map(|(key, sum)| Some((key, sum.parse().ok()?))).collect()).collect()
}
