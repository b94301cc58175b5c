//! The operator that turns what agents declare and what contacts show of them into activity spans. It keeps the items of
//! every agent of its partition, folds those that a transaction touched when it ends, writes the spans that changed, and hands on what did.
//!
//! The fold is pure and lives in `lifecycle::activity`; time is event time alone.

use events::{ActivitySpan, AgentEvent, Change, Handling, HandlingEnd};
use lifecycle::activity::{ActivityOptions, AgentItems, Span, Work, inferred, spans, spans_and_next};
use runtime::task::{Output, Reject};
use std::collections::{BTreeMap, BTreeSet};

mod emitted;
mod rules;
mod shared;
mod state;

pub use emitted::{AgentChange, Present};

use emitted::{emit_present, emit_work};
use rules::RULES_KEY;
use state::{DAY_PREFIX, DAY_US, FOLDED_PREFIX, Key, MARKS_KEY, Marks, agent_key, day_key, days, number, parse_agent, write_days};

/// What the operator keeps and writes.
#[derive(Clone, Debug)]
pub struct AgentOptions {
    /// Items older than this are forgotten, event time, ms; it must exceed the longest session.
    pub retention_ms: i64,
    /// So many items of a partition are kept however old they are: a log that is read again comes in any order of its parts.
    pub items_min: usize,
    /// Handlings take longer to come than what agents declare, and much longer while a long log is read in; what is too young for them is
    /// kept. Above so many items of a partition it is not, so that a contact stage that stands still cannot fill the memory.
    pub items_max: usize,
    /// Position of the topic of spans in the stage's outputs.
    pub topic: usize,
    /// Replay generation.
    pub generation: i32,
    /// Rules of the fold.
    pub rules: ActivityOptions,
    /// The system behind each source; a source that is not named is its own system.
    pub systems: BTreeMap<String, String>,
}

/// An agent as of the last commit.
#[derive(Clone, Debug, Default)]
struct Known {
    items: AgentItems,
    /// The watermark of the last fold.
    watermark_us: i64,
    due_us: Option<i64>,
}

/// See the module.
pub struct Agents {
    options: AgentOptions,
    known: BTreeMap<Key, Known>,
    /// The rules under which the spans were written that are known; others than those of the options after a restart with a changed
    /// configuration, until everything is folded anew. None: nothing was written yet.
    written_rules: Option<ActivityOptions>,
    /// When an agent changes although nothing is heard of it: what was planned is over, a silence lasts too long, items grow too old.
    due: BTreeSet<(i64, Key)>,
    marks: Marks,
    /// The open transaction.
    open: BTreeMap<Key, AgentItems>,
    open_marks: Marks,
    staged: Vec<(Key, Option<Known>)>,
    counts: BTreeMap<&'static str, u64>,
}

impl Agents {
    /// No agents yet.
    pub fn new(options: AgentOptions) -> Self {
        Agents {
            written_rules: None,
            options,
            known: BTreeMap::new(),
            due: BTreeSet::new(),
            marks: Marks::default(),
            open: BTreeMap::new(),
            open_marks: Marks::default(),
            staged: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Agents that are kept.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// True if no agent is kept.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Latest event time, the open transaction included, µs.
    pub fn event_time_us(&self) -> i64 {
        self.open_marks.watermark_us
    }

    /// Takes what an agent, or a system for the agent, declared.
    ///
    /// # Errors
    /// [`Reject`] if the event names no agent.
    pub fn declared(&mut self, event: &AgentEvent<'_>) -> Result<(), Reject> {
        if event.agent.is_empty() {
            return Err(Reject::new("no_agent", "the event names no agent"));
        }
        let system = self.options.systems.get(event.source).map_or(event.source, String::as_str).to_owned();
        let changed = self.touch(event.tenant, event.agent, event.event_time_us).is_some_and(|items| items.hear(event, &system));
        if changed && event.agent == events::EVERY_AGENT {
            self.bring_in_all_of(event.tenant, &system);
        }
        Ok(())
    }

    /// Takes a handling as its latest fact says.
    pub fn worked(&mut self, change: &Change<Handling<'_>>) {
        let (Some(handling), removed) = (change.after.as_ref().or(change.before.as_ref()), change.after.is_none()) else { return };
        let work = Work {
            contact_id: handling.contact_id.into(),
            handling_number: handling.handling_number,
            connected_us: handling.connected_us,
            talk_ended_us: handling.talk_ended_us,
            ended_us: handling.ended_us,
            lost: handling.end == HandlingEnd::Lost,
            outbound: handling.direction == events::Direction::Outbound,
            transferred: matches!(handling.end, HandlingEnd::TransferBlind | HandlingEnd::TransferWarm),
            queue: handling.queue.filter(|_| handling.talk_ended_us.is_none()).map(Into::into),
        };
        // After-call work may be planned: its end lies in the future and is no progress.
        let time_us = handling.talk_ended_us.unwrap_or(handling.connected_us);
        self.open_marks.handled(change.partition, time_us);
        if let Some(items) = self.touch(handling.tenant, handling.agent, time_us) {
            items.put_work(handling.contact_id, handling.handling_number, (!removed).then_some(work));
        }
    }

    /// The items of an agent in the open transaction; none: the time lies before what is kept.
    fn touch(&mut self, tenant: &str, agent: &str, time_us: i64) -> Option<&mut AgentItems> {
        if time_us < self.marks.horizon_us {
            *self.counts.entry("agent_late").or_default() += 1;
            return None;
        }
        self.open_marks.watermark_us = self.open_marks.watermark_us.max(time_us);
        let key = (tenant.into(), agent.into());
        let known = &self.known;
        Some(self.open.entry(key).or_insert_with_key(|key| known.get(key).map(|known| known.items.clone()).unwrap_or_default()))
    }

    /// What lies before this is forgotten, the open transaction included, µs; `i64::MIN`: nothing is.
    pub fn forgotten_before_us(&self) -> i64 {
        self.open_marks.horizon_us
    }

    /// Every agent that is kept: tenant and agent.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.known.keys().map(|(tenant, agent)| (tenant.as_ref(), agent.as_ref()))
    }

    /// Items of all agents.
    pub(crate) fn items(&self) -> usize {
        self.known.values().map(|known| known.items.declared.len() + known.items.work.len()).sum()
    }

    /// Before which time items are forgotten, as far as there are more than the minimum.
    fn horizon_us(&self) -> i64 {
        let (items, horizon_us) = (self.items(), self.open_marks.horizon_us);
        if items <= self.options.items_min {
            return horizon_us;
        }
        let heard_us = if items <= self.options.items_max { self.open_marks.complete_us() } else { self.open_marks.watermark_us };
        horizon_us.max(heard_us.saturating_sub(self.options.retention_ms.saturating_mul(1_000)))
    }

    /// The transaction ends: folds every agent that was touched or is due, writes the spans that changed and the new state. `emit` takes
    /// whatever changed.
    pub fn flush(&mut self, output: &mut Output<'_>, emit: &mut dyn FnMut(AgentChange<'_>)) {
        self.bring_in_due(self.event_time_us());
        self.bring_in_for_new_rules(output);
        if self.open.is_empty() {
            return;
        }
        self.open_marks.horizon_us = self.horizon_us();
        let open = std::mem::take(&mut self.open);
        let said = self.said_of_all(&open);
        for (key, mut items) in open {
            if let Some(said) = said.get(&key.0).filter(|_| !shared::is_every(&key)) {
                shared::add(&mut items, said, self.marks.horizon_us);
            }
            let staged = self.fold(&key, items, output, emit);
            self.staged.push((key, staged));
        }
        output.changelog(MARKS_KEY, Some(&self.open_marks.encode()));
    }

    fn bring_in_due(&mut self, watermark_us: i64) {
        for (due_us, key) in &self.due {
            if *due_us > watermark_us {
                break;
            }
            let Some(known) = self.known.get(key) else { continue };
            self.open.entry(key.clone()).or_insert_with(|| known.items.clone());
        }
    }

    /// Writes what changed for one agent; returns its new state, or none if nothing is left of it.
    fn fold(&mut self, key: &Key, mut items: AgentItems, output: &mut Output<'_>, emit: &mut dyn FnMut(AgentChange<'_>)) -> Option<Known> {
        let Marks { watermark_us, horizon_us, .. } = self.open_marks;
        let known = self.known.get(key).cloned().unwrap_or_default();
        // Forgetting comes after: what is forgotten now may have changed for the last time.
        let (after, next_us) = spans_and_next(&items, until_us(watermark_us), &self.options.rules);
        let before = spans(&known.items, until_us(known.watermark_us), self.written_rules());
        self.write(key, &before, &after, output, emit);
        emit_work(key, &known.items, &items, emit);
        let (was, is) = ((&known.items, &*before, self.written_rules()), (&items, &*after, &self.options.rules));
        emit_present(key, was, is, emit);
        self.count_inferred(&before, &after);
        items.forget_before_with(horizon_us, &self.options.rules);
        // Exactly what is kept: a session in force may have begun before the horizon.
        write_days(key, &known.items, &items, output);
        if items == AgentItems::default() {
            output.changelog(&agent_key(FOLDED_PREFIX, key), None);
            return None;
        }
        output.changelog(&agent_key(FOLDED_PREFIX, key), Some(&watermark_us.to_be_bytes()));
        let due_us = due(&items, next_us, watermark_us, &self.options);
        Some(Known { items, watermark_us, due_us })
    }

    /// Counts what the rules had to assume, or found unusual, in more spans than before: logins that nobody saw, unmapped reasons, silences.
    fn count_inferred(&mut self, before: &[Span], after: &[Span]) {
        for (bit, name) in inferred::ALL {
            let marked = |spans: &[Span]| spans.iter().filter(|span| span.inferred & bit != 0).count();
            let more = marked(after).saturating_sub(marked(before));
            if more > 0 {
                *self.counts.entry(name).or_default() += more as u64;
            }
        }
    }

    /// Spans are known by their beginning.
    fn write(&self, key: &Key, before: &[Span], after: &[Span], output: &mut Output<'_>, emit: &mut dyn FnMut(AgentChange<'_>)) {
        let by_start = |spans: &'_ [Span]| spans.iter().enumerate().map(|(at, span)| (span.started_us, at)).collect::<BTreeMap<_, _>>();
        let (old, new) = (by_start(before), by_start(after));
        let starts: BTreeSet<i64> = old.keys().chain(new.keys()).copied().collect();
        for started_us in starts {
            let find = |spans: &'_ BTreeMap<i64, usize>| spans.get(&started_us).copied();
            let (old, new) = (find(&old).and_then(|at| before.get(at)), find(&new).and_then(|at| after.get(at)));
            if old != new {
                let (partition, generation, version) = (output.partition, self.options.generation, output.offset);
                let (before, after) = (old.map(|span| message(key, span)), new.map(|span| message(key, span)));
                emit(AgentChange::Span { before: before.as_ref(), after: after.as_ref() });
                output.message(self.options.topic, key.1.as_bytes(), &Change { partition, generation, version, before, after });
            }
        }
    }

    /// The transaction was committed.
    pub fn committed(&mut self) {
        for (key, known) in self.staged.drain(..) {
            let due_us = known.as_ref().and_then(|known| known.due_us);
            let before = match known {
                Some(known) => self.known.insert(key.clone(), known),
                None => self.known.remove(&key),
            };
            if let Some(due_us) = before.and_then(|known| known.due_us) {
                self.due.remove(&(due_us, key.clone()));
            }
            if let Some(due_us) = due_us {
                self.due.insert((due_us, key));
            }
        }
        self.marks = self.open_marks.clone();
        if self.written_rules.as_ref() != Some(&self.options.rules) {
            self.written_rules = Some(self.options.rules.clone());
        }
        self.open.clear();
    }

    /// The transaction was aborted.
    pub fn rolled_back(&mut self) {
        self.open.clear();
        self.staged.clear();
        self.counts.clear();
        self.open_marks = self.marks.clone();
    }

    /// Reads a record of the changelog back.
    ///
    /// # Errors
    /// A text if it is none of this operator's.
    pub fn restore(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), String> {
        let damaged = || "a changelog record of the agent stage is damaged".to_owned();
        if key == MARKS_KEY {
            self.marks = value.map_or_else(|| Some(Marks::default()), Marks::decode).ok_or_else(damaged)?;
            self.open_marks = self.marks.clone();
            return Ok(());
        }
        if key == RULES_KEY {
            self.written_rules = value.map(|value| rules::decode(value).ok_or_else(damaged)).transpose()?;
            return Ok(());
        }
        let (prefix, rest) = key.split_first().ok_or_else(damaged)?;
        let (rest, day) = match (*prefix, rest.split_last_chunk::<8>()) {
            (FOLDED_PREFIX, _) => (rest, None),
            (DAY_PREFIX, Some((rest, day))) => (rest, Some(i64::from_be_bytes(*day))),
            _ => return Err("a changelog record of the agent stage has an unknown key".to_owned()),
        };
        let key = parse_agent(rest).ok_or_else(damaged)?;
        let known = self.known.entry(key).or_default();
        match (day, value) {
            (Some(day), value) => {
                known.items.declared.retain(|declared| declared.time_us.div_euclid(DAY_US) != day);
                known.items.work.retain(|work| work.connected_us.div_euclid(DAY_US) != day);
                let items = value.map_or_else(|| Ok(AgentItems::default()), AgentItems::decode)?;
                for declared in items.declared {
                    known.items.push_declared(declared);
                }
                for work in items.work {
                    known.items.put_work(&work.contact_id.clone(), work.handling_number, Some(work));
                }
            }
            (None, Some(mut value)) => known.watermark_us = number(&mut value).ok_or_else(damaged)?,
            (None, None) => {}
        }
        Ok(())
    }

    /// Everything is restored.
    pub fn restored(&mut self) {
        self.known.retain(|_, known| known.items != AgentItems::default());
        if self.written_rules.is_none() && !self.known.is_empty() {
            // Nothing but other rules than these is worth a record.
            self.written_rules = Some(ActivityOptions::default());
        }
        let written = self.written_rules().clone();
        let (options, due_set) = (&self.options, &mut self.due);
        for (key, known) in &mut self.known {
            let (_, next_us) = spans_and_next(&known.items, until_us(known.watermark_us), &written);
            known.due_us = due(&known.items, next_us, known.watermark_us, options);
            due_set.extend(known.due_us.map(|due_us| (due_us, key.clone())));
        }
    }

    /// Writes tombstones for everything that was read back.
    pub fn discard(&mut self, output: &mut Output<'_>) {
        for (key, known) in &self.known {
            for day in days(&known.items).into_keys() {
                output.changelog(&day_key(key, day), None);
            }
            output.changelog(&agent_key(FOLDED_PREFIX, key), None);
        }
        output.changelog(MARKS_KEY, None);
        output.changelog(RULES_KEY, None);
    }

    /// Counters since the last call.
    pub fn take_counts(&mut self, count: &mut dyn FnMut(&'static str, &'static str, u64)) {
        for (what, number) in std::mem::take(&mut self.counts) {
            count("notes", what, number);
        }
    }
}

fn message<'a>((tenant, agent): &'a Key, span: &'a Span) -> ActivitySpan<'a> {
    ActivitySpan {
        tenant,
        agent,
        started_us: span.started_us,
        ended_us: span.ended_us,
        activity: span.activity.name(),
        reason: span.reason.as_deref(),
        inferred: span.inferred,
    }
}

/// Time up to which spans are known: what begins with the latest event has begun.
fn until_us(watermark_us: i64) -> i64 {
    watermark_us.saturating_add(1)
}

/// When something changes although nothing is heard: by the rules, or because the last item becomes too old. None: never.
fn due(items: &AgentItems, next_us: Option<i64>, watermark_us: i64, options: &AgentOptions) -> Option<i64> {
    // One step later: what is exactly as old as allowed is still kept. What is still kept then because handlings are waited for is looked
    // at again after as long a time.
    let retention_us = options.retention_ms.saturating_mul(1_000);
    let old_us = emitted::heard_us(items).max(watermark_us.saturating_sub(retention_us)).saturating_add(retention_us).saturating_add(1);
    next_us.into_iter().chain([old_us]).filter(|due_us| *due_us > watermark_us).min()
}
