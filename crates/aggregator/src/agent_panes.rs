//! The panes of the agents of a partition, and what each agent does now: committed ones as the bytes that were written, those that change
//! decoded beside them.
//!
//! A pane is forgotten when nothing that is still accepted can change it: the enricher's horizon says so, and it lies in its changelog, so
//! nothing has to be noted here.

use crate::names::{Pairs, pane_key, parse_pane_key};
use events::{ActivitySpan, AgentNow, AgentPane as Message, codec};
use kpi::agent_pane::{AgentPane, AgentPaneSink, add_handled, add_span};
use lifecycle::activity::{Span, Work};
use runtime::task::Output;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Positions of the topics in the stage's outputs.
#[derive(Clone, Copy, Debug)]
pub struct AgentPaneTopics {
    /// Panes, compacted: output and changelog in one.
    pub panes: usize,
    /// What each agent does now, compacted.
    pub agent_now: usize,
}

/// (number of the tenant and agent, start of the window in minutes since 1970).
type Key = (u32, i32);

/// What is accepted after the horizon may be about a time so long before it: work that began before, a logout that says how long its
/// session was.
const REACH_BACK_US: i64 = 24 * 3_600_000_000;
const DAY_US: i64 = 24 * 3_600_000_000;
const MINUTE_US: i64 = 60_000_000;

/// The span of an agent that goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentSpan {
    /// The span.
    pub span: Span,
    /// Queue of the contact at hand; none: none, or not known.
    pub queue: Option<Box<str>>,
    /// If nothing more is heard until then, the session was over when the agent was last heard, µs since 1970.
    pub silent_us: i64,
}

/// See the module.
pub struct AgentPanes {
    topics: AgentPaneTopics,
    generation: i32,
    names: Pairs,
    committed: FxHashMap<Key, Box<[u8]>>,
    /// Panes that the open transaction touched: as they were, and as they are.
    open: BTreeMap<Key, (AgentPane, AgentPane)>,
    now: BTreeMap<u32, Option<PresentSpan>>,
    written: Vec<(Key, Box<[u8]>)>,
    /// Windows before this minute are gone.
    gone_before: i32,
    next_gone_before: i32,
    gone_counted: u64,
    /// Takes what belongs to a pane that is gone.
    lost: AgentPane,
}

impl AgentPaneSink for AgentPanes {
    fn pane(&mut self, tenant: &str, agent: &str, window_start_us: i64) -> &mut AgentPane {
        let minute = i32::try_from(window_start_us.div_euclid(MINUTE_US)).unwrap_or(i32::MAX);
        if minute < self.gone_before {
            self.gone_counted += 1;
            return &mut self.lost;
        }
        let key = (self.names.number(tenant, agent), minute);
        let committed = &self.committed;
        let fresh = || {
            let pane = committed.get(&key).and_then(|bytes| decode(bytes)).unwrap_or_default();
            (pane.clone(), pane)
        };
        &mut self.open.entry(key).or_insert_with(fresh).1
    }
}

fn decode(bytes: &[u8]) -> Option<AgentPane> {
    AgentPane::from_message(&codec::decode::<Message<'_>>(bytes).ok()?).ok()
}

/// Windows before this minute cannot change any more; whole days, so that the pass over all panes is rare.
fn gone_before(horizon_us: i64) -> i32 {
    let bound_us = horizon_us.saturating_sub(REACH_BACK_US);
    i32::try_from(bound_us.div_euclid(DAY_US).saturating_mul(DAY_US / MINUTE_US)).unwrap_or(i32::MIN)
}

impl AgentPanes {
    /// No panes yet.
    pub fn new(topics: AgentPaneTopics, generation: i32) -> Self {
        AgentPanes {
            topics,
            generation,
            names: Pairs::default(),
            committed: FxHashMap::default(),
            open: BTreeMap::new(),
            now: BTreeMap::new(),
            written: Vec::new(),
            gone_before: i32::MIN,
            next_gone_before: i32::MIN,
            gone_counted: 0,
            lost: AgentPane::default(),
        }
    }

    /// Panes that are kept.
    pub fn len(&self) -> usize {
        self.committed.len()
    }

    /// True if no pane is kept.
    pub fn is_empty(&self) -> bool {
        self.committed.is_empty()
    }

    /// A span changed.
    pub fn span(&mut self, before: Option<&ActivitySpan<'_>>, after: Option<&ActivitySpan<'_>>) {
        for (span, sign) in before.into_iter().map(|span| (span, -1)).chain(after.map(|span| (span, 1))) {
            add_span(self, span, sign);
        }
    }

    /// A handling of an agent changed.
    pub fn work(&mut self, of: (&str, &str), before: Option<&Work>, after: Option<&Work>) {
        for (work, sign) in before.into_iter().map(|work| (work, -1)).chain(after.map(|work| (work, 1))) {
            if let Some(ended_us) = work.ended_us.filter(|_| !work.lost) {
                add_handled(self, of, ended_us, work.transferred, sign);
            }
        }
    }

    /// What an agent does now; none: the agent is not logged in.
    pub fn present(&mut self, (tenant, agent): (&str, &str), now: Option<PresentSpan>) {
        let number = self.names.number(tenant, agent);
        self.now.insert(number, now);
    }

    /// The transaction ends: writes the panes and presents that changed. What lies before `horizon_us` is forgotten by whoever makes the
    /// spans.
    pub fn flush(&mut self, event_time_us: i64, horizon_us: i64, output: &mut Output<'_>) {
        self.next_gone_before = self.gone_before.max(gone_before(horizon_us));
        let (partition, layout, version) = (output.partition, output.layout, output.offset);
        let generation = self.generation;
        let mut topic_key = Vec::new();
        for (key, (before, after)) in &self.open {
            let Some((tenant, agent)) = self.names.texts.get(key.0 as usize).filter(|_| before != after) else { continue };
            let window_start_us = i64::from(key.1) * MINUTE_US;
            let message = Message { partition, layout, generation, version, ..after.to_message(tenant, agent, window_start_us) };
            let mut bytes = Vec::new();
            output.encode(&message, &mut bytes);
            pane_key(&mut topic_key, tenant, agent, Some(window_start_us), partition, layout);
            output.bytes_to(self.topics.panes, partition, &topic_key, Some(&bytes));
            self.written.push((*key, bytes.into_boxed_slice()));
        }
        for (number, now) in &self.now {
            let Some((tenant, agent)) = self.names.texts.get(*number as usize) else { continue };
            pane_key(&mut topic_key, tenant, agent, None, partition, layout);
            let Some(now) = now else {
                output.bytes_to(self.topics.agent_now, partition, &topic_key, None);
                continue;
            };
            let message = AgentNow {
                tenant,
                agent,
                partition,
                layout,
                generation,
                version,
                activity: now.span.activity.name(),
                since_us: now.span.started_us,
                reason: now.span.reason.as_deref(),
                queue: now.queue.as_deref(),
                silent_us: now.silent_us,
                event_time_us,
            };
            output.message_to(self.topics.agent_now, partition, &topic_key, &message);
        }
    }

    /// The transaction was committed.
    pub fn committed(&mut self) {
        self.committed.extend(self.written.drain(..));
        self.forget(self.next_gone_before);
        self.open.clear();
        self.now.clear();
    }

    fn forget(&mut self, before: i32) {
        if before > self.gone_before {
            self.gone_before = before;
            self.committed.retain(|(_, minute), _| *minute >= before);
        }
    }

    /// The transaction was aborted.
    pub fn rolled_back(&mut self) {
        self.open.clear();
        self.now.clear();
        self.written.clear();
        self.next_gone_before = self.gone_before;
        self.gone_counted = 0;
    }

    /// Reads a pane back; `value` none: it was deleted.
    ///
    /// # Errors
    /// A text if it is no pane, or the key of a deleted one is none.
    pub fn restore(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), String> {
        let Some(bytes) = value else {
            let (tenant, agent, minute) = parse_pane_key(key).ok_or("a deleted pane of an agent has a key of another form")?;
            let number = self.names.number(tenant, agent);
            self.committed.remove(&(number, minute));
            return Ok(());
        };
        let message = codec::decode::<Message<'_>>(bytes).map_err(|error| format!("a pane of an agent: {error}"))?;
        AgentPane::from_message(&message).map_err(|error| error.to_string())?;
        let minute = i32::try_from(message.window_start_us.div_euclid(MINUTE_US)).map_err(|_| "a pane has an impossible time")?;
        let key = (self.names.number(message.tenant, message.agent), minute);
        self.committed.insert(key, bytes.into());
        Ok(())
    }

    /// Everything is restored; `horizon_us` as at the last commit.
    pub fn restored(&mut self, horizon_us: i64) {
        self.forget(gone_before(horizon_us));
        self.next_gone_before = self.gone_before;
    }

    /// Writes tombstones for every pane that was read back, and for the presents of `agents`.
    pub fn discard<'a>(&mut self, agents: impl Iterator<Item = (&'a str, &'a str)>, output: &mut Output<'_>) {
        let mut topic_key = Vec::new();
        let mut layouts = std::collections::BTreeSet::from([(output.partition, output.layout)]);
        for bytes in self.committed.values() {
            // Written under another layout, perhaps: the message knows.
            let Ok(pane) = codec::decode::<Message<'_>>(bytes) else { continue };
            layouts.insert((pane.partition, pane.layout));
            pane_key(&mut topic_key, pane.tenant, pane.agent, Some(pane.window_start_us), pane.partition, pane.layout);
            output.bytes_to(self.topics.panes, output.partition, &topic_key, None);
        }
        for (tenant, agent) in agents {
            for (partition, layout) in &layouts {
                pane_key(&mut topic_key, tenant, agent, None, *partition, *layout);
                output.bytes_to(self.topics.agent_now, output.partition, &topic_key, None);
            }
        }
    }

    /// Contributions that fell into panes that are gone, since the last call.
    pub fn take_gone(&mut self) -> u64 {
        std::mem::take(&mut self.gone_counted)
    }
}
