//! Stages with several inputs: the group may give the inputs of one partition to different members.

use crate::world::{metrics, pace};
use runtime::changelog::OnMismatch;
use runtime::clock::ManualClock;
use runtime::driver::{Driver, Error, Pace, Stage};
use runtime::memory::{Cluster, Fault, MemoryConsumer, MemoryProducer, Plan};
use runtime::metrics::StageMetrics;
use runtime::task::{Output, OutputTopics, Record, Reject, Task};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

const GROUP: &str = "copiers";
const INPUTS: [&str; 2] = ["left", "right"];
const RECORDS: i64 = 9;

/// Copies each record, numbered per partition if it keeps state.
struct Copier {
    stateful: bool,
    count: i64,
    open: i64,
}

impl Task for Copier {
    fn restore(&mut self, _: usize, _: &[u8], value: Option<&[u8]>) -> Result<(), String> {
        let Some(value) = value else {
            self.count = 0;
            return Ok(());
        };
        self.count = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()).ok_or("no number")?;
        Ok(())
    }

    fn apply(&mut self, record: &Record<'_>, output: &mut Output<'_>) -> Result<(), Reject> {
        self.open += 1;
        let key = format!("{}/{}/{}", INPUTS[record.input], record.partition, record.offset);
        let number = self.count + self.open;
        output.bytes_to(0, record.partition, key.as_bytes(), Some(number.to_string().as_bytes()));
        if self.stateful {
            output.changelog(b"count", Some(number.to_string().as_bytes()));
        }
        Ok(())
    }

    fn flush(&mut self, _: i64, _: &mut Output<'_>) {}

    fn discard(&mut self, output: &mut Output<'_>) {
        output.changelog(b"count", None);
    }

    fn committed(&mut self) {
        self.count += std::mem::take(&mut self.open);
    }

    fn rolled_back(&mut self) {
        self.open = 0;
    }
}

type Loop = Driver<MemoryConsumer, MemoryProducer, ManualClock, Copier, fn(i32) -> Copier>;

#[derive(Clone)]
struct World {
    cluster: Cluster,
    stateful: bool,
    on_mismatch: OnMismatch,
    metrics: StageMetrics,
}

impl World {
    fn new(stateful: bool, metrics: &StageMetrics) -> Self {
        let cluster = Cluster::new();
        for topic in [INPUTS[0], INPUTS[1], "copies", "counts"] {
            cluster.create(topic, 2);
        }
        cluster.create("dead-letters", 1);
        for topic in INPUTS {
            for number in 0..2 * RECORDS {
                cluster.append(topic, (number % 2) as i32, b"k", Some(b"v"));
            }
        }
        World { cluster, stateful, on_mismatch: OnMismatch::Refuse, metrics: metrics.clone() }
    }

    fn start(&self, id: &str) -> Result<Loop, Error> {
        let (consumer, producer) = self.cluster.connect(GROUP, &INPUTS, id);
        let names = ["copies", "dead-letters", "counts"].map(str::to_owned).to_vec();
        let changelog = self.stateful.then_some(2);
        let stage = Stage {
            name: "copy",
            inputs: INPUTS.map(str::to_owned).to_vec(),
            layout: 2,
            outputs: OutputTopics { names, partitions: vec![2, 1, 2], dead_letters: 1, changelog },
            restores: changelog.map(|_| "counts".to_owned()).into_iter().collect(),
            generation: 0,
        };
        let make: fn(i32) -> Copier = match self.stateful {
            true => |_| Copier { stateful: true, count: 0, open: 0 },
            false => |_| Copier { stateful: false, count: 0, open: 0 },
        };
        Driver::new(
            stage,
            Pace { on_mismatch: self.on_mismatch, ..pace() },
            consumer,
            producer,
            self.cluster.clock(),
            self.metrics.clone(),
            make,
        )
    }

    /// True if the process has stopped.
    fn turn(&self, id: &str, process: &RefCell<Option<Loop>>) -> bool {
        let Ok(mut process) = process.try_borrow_mut() else { return false };
        let turned = match process.as_mut() {
            Some(driver) => driver.turn().map(|_| ()),
            None => self.start(id).map(|driver| *process = Some(driver)),
        };
        if turned.is_err() {
            *process = None;
            self.cluster.expire_gone();
            return true;
        }
        false
    }

    /// Each record was copied once, those of one input partition in order, and numbered without a gap if there is state.
    fn check(&self, label: &str) {
        let offsets = self.cluster.group_offsets(GROUP);
        for partition in 0..2 {
            let copies = self.cluster.committed_records("copies", partition);
            let mut next = BTreeMap::<String, i64>::new();
            for (index, copy) in copies.iter().enumerate() {
                let key = String::from_utf8_lossy(copy.key.as_deref().unwrap()).into_owned();
                let (input, offset) = key.rsplit_once('/').unwrap();
                let expected = next.entry(input.to_owned()).or_default();
                assert_eq!(offset.parse::<i64>().unwrap(), *expected, "{label}: {input}");
                *expected += 1;
                if self.stateful {
                    let number = std::str::from_utf8(copy.value.as_deref().unwrap()).unwrap().parse::<usize>().unwrap();
                    assert_eq!(number, index + 1, "{label}: the count goes on over restarts");
                }
            }
            for input in INPUTS {
                assert_eq!(next.get(&format!("{input}/{partition}")), Some(&RECORDS), "{label}: {input}/{partition}");
                assert_eq!(offsets.get(&(input.to_owned(), partition)), Some(&RECORDS), "{label}: {input}/{partition}");
            }
        }
    }
}

/// A member joins at every call: it gets one input of a partition whose other input stays where it is.
#[test]
fn f03_inputs_of_a_partition_without_state_may_part() {
    let metrics = metrics();
    for at in 1..=90 {
        for fault in [Fault::Interrupt, Fault::LoseAssignment, Fault::CrashAfter] {
            let world = World::new(false, &metrics);
            let (first, second) = (RefCell::new(None), Rc::new(RefCell::new(None)));
            let (inside, joining) = (world.clone(), Rc::clone(&second));
            world.cluster.plan(&[Plan { at, fault }]);
            world.cluster.on_interrupt(Box::new(move || (0..3).for_each(|_| assert!(!inside.turn("copier-1", &joining)))));
            let label = format!("{fault:?} at call {at}");
            for turn in 0..200 {
                world.turn("copier-0", &first);
                if turn > 4 {
                    world.turn("copier-1", &second);
                }
            }
            world.check(&label);
        }
    }
    assert!(metrics.transactions_total("aborted") > 10);
}

/// With state, a partition waits until all its inputs are in one hand; nobody counts half of it.
#[test]
fn f03_inputs_of_a_partition_with_state_stay_together() {
    let metrics = metrics();
    for at in 1..=90 {
        for fault in [Fault::Interrupt, Fault::CrashAfter] {
            let world = World::new(true, &metrics);
            let (first, second) = (RefCell::new(None), Rc::new(RefCell::new(None)));
            let (inside, joining) = (world.clone(), Rc::clone(&second));
            world.cluster.plan(&[Plan { at, fault }]);
            world.cluster.on_interrupt(Box::new(move || (0..3).for_each(|_| assert!(!inside.turn("copier-1", &joining)))));
            let (label, mut stops) = (format!("{fault:?} at call {at}"), 0);
            for turn in 0..80 {
                stops += usize::from(world.turn("copier-0", &first));
                // Joins in the middle if it has not, and leaves again.
                if (3..20).contains(&turn) {
                    stops += usize::from(world.turn("copier-1", &second));
                }
                if turn >= 20
                    && let Some(driver) = second.take()
                {
                    driver.shut_down().unwrap();
                }
            }
            world.check(&label);
            assert!(stops <= usize::from(fault == Fault::CrashAfter), "{label}: nobody stops but by the crash");
        }
    }
    assert!(metrics.restored_total() > 100);
}

/// One input of a partition begins anew and is empty: its old position goes with the state, or the next start would refuse.
#[test]
fn f10_rebuilt_state_forgets_the_positions_of_all_inputs() {
    let world = World::new(true, &metrics());
    let process = RefCell::new(None);
    (0..40).for_each(|_| assert!(!world.turn("copier-0", &process)));
    process.take().unwrap().shut_down().unwrap();
    world.check("before");
    world.cluster.create("right", 2);
    for partition in 0..2 {
        world.cluster.reset_group_offset(GROUP, "right", partition, None);
        world.cluster.append("left", partition, b"k", Some(b"v"));
    }
    let rebuilding = World { on_mismatch: OnMismatch::RebuildState, ..world.clone() };
    (0..40).for_each(|_| assert!(!rebuilding.turn("copier-0", &process)));
    process.take().unwrap().shut_down().unwrap();
    let mut driver = world.start("copier-0").unwrap();
    (0..40).for_each(|_| assert!(driver.turn().is_ok()));
    assert_eq!((0..2).map(|partition| driver.task(partition).unwrap().count).collect::<Vec<_>>(), [1, 1]);
}
