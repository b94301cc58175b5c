//! The agent stage of one partition: what agents declare and what contacts show of them → activity spans → panes of agents, chained
//! without a hop.

use crate::topology::agents_output;
use aggregator::{AgentPaneTopics, AgentPanes, PresentSpan};
use enricher::{AgentChange, AgentOptions, Agents};
use events::schema::Kind;
use events::{AgentEvent, Change, Handling, codec};
use lifecycle::activity::ActivityOptions;
use runtime::task::{Output, Record, Reject, Task};
use std::collections::BTreeMap;

/// Items of agents that one partition keeps however old they are: about 30 MB.
const ITEMS_MIN: usize = 200_000;
/// Items above which a partition waits for no handlings any more: about 150 MB.
const ITEMS_MAX: usize = 1_000_000;

/// See the module.
pub struct AgentTask {
    agents: Agents,
    panes: AgentPanes,
    ahead_max_ms: i64,
}

impl AgentTask {
    /// An empty partition. Items of agents are kept for `retention_ms` (event time); event times further ahead of the record's stamp
    /// than `ahead_max_ms` are rejected.
    /// `rules` are those of the fold; `systems` names the system behind each source.
    pub fn new(retention_ms: i64, ahead_max_ms: i64, rules: ActivityOptions, systems: BTreeMap<String, String>) -> Self {
        let topic = agents_output::ACTIVITY_SPANS;
        let options = AgentOptions { retention_ms, items_min: ITEMS_MIN, items_max: ITEMS_MAX, topic, generation: 0, rules, systems };
        AgentTask::with(options, ahead_max_ms)
    }

    /// The usual rules with another number of items that are kept however old they are (tests).
    pub fn keeping(items_min: usize, retention_ms: i64, ahead_max_ms: i64) -> Self {
        let (rules, systems, topic) = (ActivityOptions::default(), BTreeMap::new(), agents_output::ACTIVITY_SPANS);
        AgentTask::with(AgentOptions { retention_ms, items_min, items_max: ITEMS_MAX, topic, generation: 0, rules, systems }, ahead_max_ms)
    }

    fn with(options: AgentOptions, ahead_max_ms: i64) -> Self {
        let topics = AgentPaneTopics { panes: agents_output::AGENT_PANES, agent_now: agents_output::AGENT_NOW };
        AgentTask { agents: Agents::new(options), panes: AgentPanes::new(topics, 0), ahead_max_ms }
    }

    /// Agents and panes that are kept.
    pub fn sizes(&self) -> (usize, usize) {
        (self.agents.len(), self.panes.len())
    }
}

impl Task for AgentTask {
    fn restore(&mut self, topic: usize, key: &[u8], value: Option<&[u8]>) -> Result<(), String> {
        if topic > 0 { self.panes.restore(key, value) } else { self.agents.restore(key, value) }
    }

    fn restored(&mut self) {
        self.agents.restored();
        self.panes.restored(self.agents.forgotten_before_us());
    }

    fn apply(&mut self, record: &Record<'_>, _: &mut Output<'_>) -> Result<(), Reject> {
        let payload = record.payload.ok_or_else(|| Reject::new("empty", "the record has no value"))?;
        let refused = |error: codec::Error| Reject::new(error.code(), error.to_string());
        if codec::split(payload).map_err(refused)?.0.source.kind == Kind::Handling {
            self.agents.worked(&codec::decode::<Change<Handling<'_>>>(payload).map_err(refused)?);
            return Ok(());
        }
        let event = codec::decode::<AgentEvent<'_>>(payload).map_err(refused)?;
        if record.timestamp_ms > 0 && event.event_time_us / 1_000 > record.timestamp_ms.saturating_add(self.ahead_max_ms) {
            return Err(Reject::new("time_ahead", "the event lies in the future of its record"));
        }
        self.agents.declared(&event)
    }

    fn flush(&mut self, _: i64, output: &mut Output<'_>) {
        let panes = &mut self.panes;
        self.agents.flush(output, &mut |change| match change {
            AgentChange::Span { before, after } => panes.span(before, after),
            AgentChange::Work { of, before, after } => panes.work(of, before, after),
            AgentChange::Present { of, after } => panes.present(
                of,
                after.map(|now| PresentSpan { span: now.span.clone(), queue: now.queue.map(Into::into), silent_us: now.silent_us }),
            ),
        });
        self.panes.flush(self.agents.event_time_us(), self.agents.forgotten_before_us(), output);
    }

    fn committed(&mut self) {
        self.agents.committed();
        self.panes.committed();
    }

    fn rolled_back(&mut self) {
        self.agents.rolled_back();
        self.panes.rolled_back();
    }

    fn discard(&mut self, output: &mut Output<'_>) {
        self.agents.discard(output);
        self.panes.discard(self.agents.names(), output);
    }

    fn event_time_us(&self) -> i64 {
        self.agents.event_time_us()
    }

    fn take_counts(&mut self, count: &mut dyn FnMut(&'static str, &'static str, u64)) {
        self.agents.take_counts(count);
        let gone = self.panes.take_gone();
        if gone > 0 {
            count("notes", "agent_pane_gone", gone);
        }
    }
}
