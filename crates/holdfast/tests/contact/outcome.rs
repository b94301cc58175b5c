//! What a `read_committed` reader finds: facts folded by their changes, panes and queues by their last message. Positions in the
//! log (versions) are left out: they tell how transactions were cut.

use events::{Change, Contact, DeadLetter, Handling, QueueNow, QueuePane, QueueVisit, codec};
use holdfast::topology::{CONTACTS, DEAD_LETTERS, HANDLINGS, KPI_PANES, QUEUE_NOW, QUEUE_VISITS};
use kpi::{Pane, PaneSink, QueueSettings};
use runtime::memory::Cluster;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Panes by queue and minute, those that hold something.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PaneTable(pub BTreeMap<(String, String, i64), Pane>);

impl PaneSink for PaneTable {
    fn pane(&mut self, tenant: &str, queue: &str, window_start_us: i64) -> &mut Pane {
        self.0.entry((tenant.to_owned(), queue.to_owned(), window_start_us)).or_default()
    }
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// By contact and number.
    pub visits: BTreeMap<(String, i32), String>,
    pub handlings: BTreeMap<(String, i32), String>,
    pub contacts: BTreeMap<String, String>,
    pub panes: PaneTable,
    /// Sum of what the facts contribute, but for the contacts that came after the horizon for the first time.
    pub measures: PaneTable,
    /// By queue and partition: waiting, entry of the longest waiting, talking; queues where something goes on.
    pub now: BTreeMap<(String, i32), (i64, Option<i64>, i64)>,
    /// Partition, offset, code.
    pub dead_letters: Vec<(i32, i64, String)>,
}

/// Contacts whose name says that they came after the horizon for the first time: in facts, in no pane.
fn is_late(contact_id: &str) -> bool {
    contact_id.ends_with("-late")
}

impl Outcome {
    /// `rebuilt`: state was discarded in between, so facts may be written again without a before.
    pub fn read(cluster: &Cluster, partitions: i32, rebuilt: bool, label: &str) -> Self {
        let mut outcome = Outcome::default();
        for partition in 0..partitions {
            outcome.read_facts(cluster, partition, rebuilt, label);
            outcome.read_panes(cluster, partition, label);
            let mut last = BTreeMap::new();
            for stored in cluster.committed_records(QUEUE_NOW, partition) {
                last.insert(stored.key.clone(), stored.value.clone());
            }
            for value in last.values().flatten() {
                let now: QueueNow<'_> = codec::decode(value).expect("a queue's present");
                assert!(now.waiting >= 0 && now.talking >= 0, "{label}: {now:?} has fewer than nobody");
                if (now.waiting, now.talking) != (0, 0) {
                    let key = (format!("{}/{}", now.tenant, now.queue), partition);
                    outcome.now.insert(key, (now.waiting, now.oldest_entered_us, now.talking));
                }
            }
        }
        for stored in cluster.committed_records(DEAD_LETTERS, 0) {
            let letter: DeadLetter<'_> = codec::decode(stored.value.as_deref().expect("a value")).expect("a dead letter");
            outcome.dead_letters.push((letter.partition, letter.offset, letter.code.to_owned()));
        }
        outcome.dead_letters.sort();
        if rebuilt {
            outcome.dead_letters.dedup();
        }
        outcome.measures.0.retain(|_, pane| !pane.is_zero());
        outcome
    }

    fn read_facts(&mut self, cluster: &Cluster, partition: i32, rebuilt: bool, label: &str) {
        let settings = QueueSettings::default();
        let (visits, handlings, contacts) =
            (values(cluster, QUEUE_VISITS, partition), values(cluster, HANDLINGS, partition), values(cluster, CONTACTS, partition));
        let visits = changes::<QueueVisit<'_>, _>(&visits, |visit| (visit.contact_id.to_owned(), visit.visit_number), rebuilt, label);
        for (key, visit) in visits {
            if !is_late(visit.contact_id) {
                kpi::add_visit(&mut self.measures, &visit, 1, &settings);
            }
            self.visits.insert(key, format!("{visit:?}"));
        }
        let key = |handling: &Handling<'_>| (handling.contact_id.to_owned(), handling.handling_number);
        for (key, handling) in changes(&handlings, key, rebuilt, label) {
            if !is_late(handling.contact_id) {
                kpi::add_handling(&mut self.measures, &handling, 1);
            }
            self.handlings.insert(key, format!("{handling:?}"));
        }
        for (key, contact) in changes::<Contact<'_>, _>(&contacts, |contact| contact.contact_id.to_owned(), rebuilt, label) {
            if !is_late(contact.contact_id) {
                kpi::add_contact(&mut self.measures, &contact, 1);
            }
            self.contacts.insert(key, format!("{contact:?}"));
        }
    }

    fn read_panes(&mut self, cluster: &Cluster, partition: i32, label: &str) {
        let mut last = BTreeMap::new();
        for stored in cluster.committed_records(KPI_PANES, partition) {
            last.insert(stored.key.clone(), stored.value.clone());
        }
        for value in last.values().flatten() {
            let message: QueuePane<'_> = codec::decode(value).expect("a pane");
            let pane = Pane::from_message(&message).expect("a whole pane");
            if let Err(error) = pane.check() {
                panic!("{label}: pane of {} at {}: {error}", message.queue, message.window_start_us);
            }
            if !pane.is_zero() {
                self.panes.pane(message.tenant, message.queue, message.window_start_us).merge(&pane, 1);
            }
        }
    }

    /// The pane is the sum of what its facts contribute.
    pub fn check_sums(&self, label: &str) {
        for (key, pane) in &self.measures.0 {
            assert_eq!(self.panes.0.get(key), Some(pane), "{label}: pane {key:?} (left) is the sum of its facts (right)");
        }
        let more: Vec<_> = self.panes.0.keys().filter(|key| !self.measures.0.contains_key(*key)).collect();
        assert!(more.is_empty(), "{label}: panes without facts: {more:?}");
    }

    /// Everything is equal; says what is not.
    pub fn check_equal(&self, expected: &Outcome, label: &str) {
        differences("visit", &self.visits, &expected.visits, label);
        differences("handling", &self.handlings, &expected.handlings, label);
        differences("contact", &self.contacts, &expected.contacts, label);
        differences("pane", &self.panes.0, &expected.panes.0, label);
        differences("queue", &self.now, &expected.now, label);
        assert_eq!(self.dead_letters, expected.dead_letters, "{label}: dead letters");
    }
}

fn values(cluster: &Cluster, topic: &str, partition: i32) -> Vec<Vec<u8>> {
    cluster.committed_records(topic, partition).into_iter().filter_map(|stored| stored.value).collect()
}

/// The facts that are left: each change takes the fact before out and puts the fact after in. Checks that the one before was there,
/// and that nothing is overwritten that was not a before, but for contacts that are replayed after the horizon.
fn changes<'b, T, K>(values: &'b [Vec<u8>], key: impl Fn(&T) -> K, rebuilt: bool, label: &str) -> BTreeMap<K, T>
where
    Change<T>: events::codec::Message + Deserialize<'b>,
    T: PartialEq + std::fmt::Debug,
    K: Ord + std::fmt::Debug,
{
    let mut facts: BTreeMap<K, T> = BTreeMap::new();
    for value in values {
        let change: Change<T> = codec::decode(value).expect("a change");
        if let Some(before) = &change.before {
            let known = facts.remove(&key(before));
            assert_eq!(known.as_ref(), Some(before), "{label}: the fact as known (left) is the one before the change (right)");
        }
        if let Some(after) = change.after {
            let key = key(&after);
            let text = format!("{after:?}");
            let known = facts.insert(key, after);
            let fine = known.as_ref().is_none_or(|known| rebuilt || text.contains("-replayed") || format!("{known:?}") == text);
            assert!(fine, "{label}: {known:?} was overwritten by {text} without being its before");
        }
    }
    facts
}

fn differences<K: Ord + std::fmt::Debug, V: PartialEq + std::fmt::Debug>(
    what: &str,
    found: &BTreeMap<K, V>,
    expected: &BTreeMap<K, V>,
    label: &str,
) {
    for key in found.keys().chain(expected.keys()) {
        assert_eq!(found.get(key), expected.get(key), "{label}: {what} {key:?}, found (left) and expected (right)");
    }
}
