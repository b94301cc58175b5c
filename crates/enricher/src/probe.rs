//! For tests: a real output of a real loop over the broker in memory, for code that writes to the changelog.

use prometheus::Registry;
use runtime::driver::{Driver, Pace, Stage};
use runtime::memory::Cluster;
use runtime::metrics::StageMetrics;
use runtime::task::{Output, OutputTopics, Record, Reject, Task};
use std::rc::Rc;

/// Key and value; no value: a tombstone.
pub(crate) type Written = Vec<(Vec<u8>, Option<Vec<u8>>)>;

struct Probe<F>(Rc<std::cell::RefCell<F>>);

impl<F: FnMut(&mut Output<'_>)> Task for Probe<F> {
    fn restore(&mut self, _: usize, _: &[u8], _: Option<&[u8]>) -> Result<(), String> {
        Ok(())
    }
    fn apply(&mut self, _: &Record<'_>, _: &mut Output<'_>) -> Result<(), Reject> {
        Ok(())
    }
    fn flush(&mut self, _: i64, output: &mut Output<'_>) {
        (self.0.borrow_mut())(output);
    }
    fn committed(&mut self) {}
    fn rolled_back(&mut self) {}
}

/// What `write` writes to the changelog in one transaction.
pub(crate) fn written(write: impl FnMut(&mut Output<'_>)) -> Written {
    let [_, state] = written_both(write);
    state
}

/// What `write` writes to the output number 0 and to the changelog in one transaction.
pub(crate) fn written_both(write: impl FnMut(&mut Output<'_>)) -> [Written; 2] {
    let cluster = Cluster::new();
    for topic in ["in", "out", "letters", "state"] {
        cluster.create(topic, 1);
    }
    cluster.append("in", 0, b"", Some(b"go"));
    let names = vec!["out".to_owned(), "letters".to_owned(), "state".to_owned()];
    let outputs = OutputTopics { names, partitions: vec![1, 1, 1], dead_letters: 1, changelog: Some(2) };
    let restores = vec!["state".to_owned()];
    let stage = Stage { name: "probe", inputs: vec!["in".to_owned()], layout: 1, outputs, restores, generation: 0 };
    let (consumer, producer) = cluster.connect("probe", &["in"], "probe-0");
    let metrics = StageMetrics::new("probe", &Registry::new()).expect("a fresh registry");
    let shared = Rc::new(std::cell::RefCell::new(write));
    let pace = Pace { records_max: 1, ..Pace::default() };
    let make = move |_| Probe(Rc::clone(&shared));
    let mut driver = Driver::new(stage, pace, consumer, producer, cluster.clock(), metrics, make).expect("a loop");
    while !driver.turn().expect("a turn").committed {}
    let read = |topic: &str| {
        let records = cluster.committed_records(topic, 0).into_iter();
        records.map(|stored| (stored.key.unwrap_or_default(), stored.value)).collect::<Written>()
    };
    // The loop's own record of its position is none of the operator's.
    let state = read("state").into_iter().filter(|(key, _)| key[0] != b'p').collect();
    [read("out"), state]
}
