//! What a `read_committed` reader finds: spans folded by their changes, panes and presents by their last message. Positions in the log
//! (versions) are left out: they tell how transactions were cut.

use events::{ActivitySpan, AgentNow, AgentPane as Message, Change, DeadLetter, codec};
use holdfast::topology::{ACTIVITY_SPANS, AGENT_NOW, AGENT_PANES, DEAD_LETTERS};
use kpi::agent_pane::{AgentPane, AgentPaneSink, add_span};
use runtime::memory::Cluster;
use std::collections::BTreeMap;

/// Panes by agent and start of the window, those that hold something.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PaneTable(pub BTreeMap<(String, i64), AgentPane>);

impl AgentPaneSink for PaneTable {
    fn pane(&mut self, _: &str, agent: &str, window_start_us: i64) -> &mut AgentPane {
        self.0.entry((agent.to_owned(), window_start_us)).or_default()
    }
}

impl PaneTable {
    /// Without the counts: milliseconds alone.
    pub fn times(&self) -> Self {
        let times = |pane: &AgentPane| {
            let mut times = AgentPane::default();
            pane.measures().filter(|(measure, _)| measure.ends_with("_ms")).for_each(|(measure, ms)| times.add(measure, ms));
            times
        };
        let panes = self.0.iter().map(|(key, pane)| (key.clone(), times(pane)));
        PaneTable(panes.filter(|(_, pane)| !pane.is_zero()).collect())
    }
}

/// End, activity, reason, bits.
type SpanSeen = (Option<i64>, String, Option<String>, i32);

/// See the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// By agent and begin.
    pub spans: BTreeMap<(String, i64), SpanSeen>,
    pub panes: PaneTable,
    /// By agent: activity, since, queue, end of the session if nothing is heard.
    pub now: BTreeMap<String, (String, i64, Option<String>, i64)>,
    /// Offset and code.
    pub dead_letters: Vec<(i64, String)>,
}

fn last(cluster: &Cluster, topic: &str, partition: i32) -> Vec<Vec<u8>> {
    let mut last = BTreeMap::new();
    for stored in cluster.committed_records(topic, partition) {
        last.insert(stored.key.clone(), stored.value.clone());
    }
    last.into_values().flatten().collect()
}

impl Outcome {
    pub fn read(cluster: &Cluster, partitions: i32, label: &str) -> Self {
        let mut outcome = Outcome::default();
        for partition in 0..partitions {
            for value in last(cluster, AGENT_PANES, partition) {
                let message: Message<'_> = codec::decode(&value).expect("a pane");
                let pane = AgentPane::from_message(&message).expect("a whole pane");
                assert!(pane.measures().all(|(_, value)| value > 0), "{label}: {pane:?}");
                if !pane.is_zero() {
                    let known = outcome.panes.0.insert((message.agent.to_owned(), message.window_start_us), pane);
                    assert_eq!(known, None, "{label}: an agent in two partitions");
                }
            }
            for value in last(cluster, AGENT_NOW, partition) {
                let now: AgentNow<'_> = codec::decode(&value).expect("a present");
                let told = (now.activity.to_owned(), now.since_us, now.queue.map(str::to_owned), now.silent_us);
                outcome.now.insert(now.agent.to_owned(), told);
            }
        }
        outcome.read_spans(cluster, partitions, label);
        for stored in cluster.committed_records(DEAD_LETTERS, 0) {
            let letter: DeadLetter<'_> = codec::decode(stored.value.as_deref().expect("a value")).expect("a dead letter");
            outcome.dead_letters.push((letter.offset, letter.code.to_owned()));
        }
        outcome
    }

    fn read_spans(&mut self, cluster: &Cluster, partitions: i32, label: &str) {
        let key = |span: &ActivitySpan<'_>| (span.agent.to_owned(), span.started_us);
        let told = |span: &ActivitySpan<'_>| (span.ended_us, span.activity.to_owned(), span.reason.map(str::to_owned), span.inferred);
        for stored in (0..partitions).flat_map(|partition| cluster.committed_records(ACTIVITY_SPANS, partition)) {
            let value = stored.value.expect("a value");
            let change: Change<ActivitySpan<'_>> = codec::decode(&value).expect("a change");
            let known = change.before.as_ref().map(|before| (self.spans.remove(&key(before)), told(before)));
            if let Some((known, before)) = known {
                assert_eq!(known, Some(before), "{label}: the span as known (left) is the one before the change (right)");
            }
            if let Some(after) = &change.after {
                assert_eq!(self.spans.insert(key(after), told(after)), None, "{label}: overwritten without being its before");
            }
        }
    }

    /// What the spans contribute, by the definition.
    pub fn of_spans(&self) -> PaneTable {
        let mut panes = PaneTable::default();
        for ((agent, started_us), (ended_us, activity, ..)) in &self.spans {
            let span = ActivitySpan { agent, started_us: *started_us, ended_us: *ended_us, activity, ..ActivitySpan::default() };
            add_span(&mut panes, &span, 1);
        }
        panes
    }

    /// Panes are the sums of the spans, and who has a span that goes on is told of.
    pub fn check_sums(&self, label: &str) {
        assert_eq!(self.panes.times(), self.of_spans().times(), "{label}: panes (left) are the sums of the spans (right)");
        let open = self.spans.iter().filter(|(_, (ended_us, ..))| ended_us.is_none());
        let open: BTreeMap<_, _> = open.map(|((agent, since_us), (_, activity, ..))| (agent, (activity, since_us))).collect();
        let now: BTreeMap<_, _> = self.now.iter().map(|(agent, (activity, since_us, ..))| (agent, (activity, since_us))).collect();
        assert_eq!(now, open, "{label}: what agents do now (left) are the spans that go on (right)");
    }
}
