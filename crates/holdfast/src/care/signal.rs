//! A signal as it stands: its events folded by the table of states. Whatever order and however often they come, the same signal comes out; what the
//! table forbids, or was not for that one to do, changes nothing.

use crate::signals::words;
use attrition::detectors::Rule;
use attrition::signals::{Action, Outcome, State, Tier};
use events::{SignalActor, SignalEvent, SignalKind};
use std::collections::BTreeMap;

/// Why, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// Family of inputs.
    pub family: String,
    /// In English.
    pub english: String,
    /// In Chinese.
    pub chinese: String,
    /// It is something for the organisation to change.
    pub organisation: bool,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When, microseconds since 1970.
    pub at_us: i64,
    /// Local day it belongs to, days since 1970.
    pub day: i32,
    /// What.
    pub kind: SignalKind,
    /// Who.
    pub actor: SignalActor,
    /// The person's id.
    pub actor_id: Option<String>,
    /// What was written.
    pub note: Option<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
}

/// A signal.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// Whose data.
    pub tenant: String,
    /// Site of the agent at the opening.
    pub site: String,
    /// The agent's id.
    pub agent: String,
    /// Stable id.
    pub id: String,
    /// Counts the agent's signals from 1.
    pub episode: i32,
    /// Day of opening, days since 1970.
    pub opened_day: i32,
    /// Team at the opening.
    pub team: Option<String>,
    /// Leader at the opening.
    pub leader: Option<String>,
    /// Probability at the opening, or at the escalation.
    pub probability: Option<f64>,
    /// The same of an agent of the same segment.
    pub base: Option<f64>,
    /// Model that gave it.
    pub model: Option<String>,
    /// Whether both are meant as such, and are no ranks.
    pub calibrated: bool,
    /// Why, the strongest first.
    pub reasons: Vec<Reason>,
    /// What speaks against it, the strongest first.
    pub lowering: Vec<Reason>,
    /// Named rules that hold.
    pub rules: Vec<Rule>,
    /// State.
    pub state: State,
    /// The highest tier so far.
    pub tier: Tier,
    /// It is kept silent: recorded, and told to nobody. One that becomes urgent is told from then on.
    pub silent: bool,
    /// Moment from which it is told, microseconds since 1970: the opening, or when it became urgent if it was silent before. While it is silent the opening.
    pub told_us: i64,
    /// All that counted, in order.
    pub steps: Vec<Step>,
}

/// An event with everything that is kept of it.
#[derive(Clone, Debug, PartialEq)]
struct Happened {
    step: Step,
    action: Option<Action>,
    shape: Signal,
}

/// All signals.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    /// By signal, then by the key of the record, which names the event.
    events: BTreeMap<String, BTreeMap<Vec<u8>, Happened>>,
    /// Keys of records that this version cannot read.
    unreadable: Vec<Vec<u8>>,
}

impl Signals {
    /// Takes a record of the topic; one with the same key takes the place of an earlier one, as it does when Kafka compacts the topic.
    pub fn take(&mut self, key: &[u8], event: &SignalEvent<'_>) {
        let happened = Happened { step: step(event), action: words::action(event), shape: shape(event) };
        self.events.entry(event.signal_id.to_owned()).or_default().insert(key.to_owned(), happened);
    }

    /// Notes the key of a record that cannot be read. No signal is made of it, but it is somebody's and can be erased.
    pub fn cannot_read(&mut self, key: Vec<u8>) {
        self.unreadable.push(key);
    }

    /// Takes a tombstone: the event was erased.
    pub fn forget(&mut self, key: &[u8]) {
        self.events.retain(|_, events| {
            events.remove(key);
            !events.is_empty()
        });
    }

    /// Every signal that has been opened, as it stands, by id.
    #[must_use]
    pub fn all(&self) -> BTreeMap<&str, Signal> {
        self.events.iter().filter_map(|(id, events)| Some((id.as_str(), fold(events.values())?))).collect()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Signal> {
        fold(self.events.get(id)?.values())
    }

    /// Records that are held.
    #[must_use]
    pub fn records(&self) -> usize {
        self.events.values().map(BTreeMap::len).sum::<usize>() + self.unreadable.len()
    }

    /// Keys of the records of those signals that `which` takes by tenant, agent and the local day of the last event, each with the key of its agent, as
    /// [`crate::signals::log::Writer::erase`] wants them.
    #[must_use]
    pub fn keys_of(&self, which: impl Fn(&str, &str, i32) -> bool) -> Vec<(String, String)> {
        let mut keys = Vec::new();
        for events in self.events.values() {
            let last_day = events.values().map(|one| one.step.day).max().unwrap_or(i32::MAX);
            for (key, one) in events {
                let Signal { tenant, agent, .. } = &one.shape;
                if which(tenant, agent, last_day) {
                    let of_agent = SignalEvent { tenant, agent, ..SignalEvent::default() }.agent_key();
                    keys.push((String::from_utf8_lossy(key).into_owned(), of_agent));
                }
            }
        }
        let unreadable = self.unreadable.iter().filter_map(|key| std::str::from_utf8(key).ok());
        keys.extend(unreadable.filter_map(|key| {
            // Whatever the record holds, its key says whose it is and of which day (`SignalEvent::key`).
            let (tenant, rest) = key.split_once('\u{1f}')?;
            let (agent, rest) = rest.split_once('\u{1f}')?;
            let day = rest.rsplit('\u{1f}').next()?.parse().ok()?;
            which(tenant, agent, day).then(|| (key.to_owned(), SignalEvent { tenant, agent, ..SignalEvent::default() }.agent_key()))
        }));
        keys
    }
}

fn fold<'e>(events: impl Iterator<Item = &'e Happened>) -> Option<Signal> {
    let mut order: Vec<&Happened> = events.collect();
    // Kinds are in the order of a life: of two at the same moment the earlier in it comes first.
    order.sort_by_key(|one| (one.step.at_us, one.step.kind));
    let opening = order.iter().position(|one| one.step.kind == SignalKind::Opened)?;
    let opened = order.remove(opening);
    let mut signal = opened.shape.clone();
    signal.steps.push(opened.step.clone());
    for happened in order {
        let step = &happened.step;
        match step.kind {
            SignalKind::Opened => continue,
            SignalKind::Escalated if signal.state.is_over() || step.actor != SignalActor::System => continue,
            SignalKind::Escalated => {
                signal.tier = Tier::Urgent;
                if std::mem::take(&mut signal.silent) {
                    signal.told_us = step.at_us;
                }
                why_it_is_urgent(&mut signal, happened.shape.clone());
            }
            _ => {
                let Some(action) = happened.action.filter(|action| action.may_be_done_by(words::actor(step.actor))) else { continue };
                let Ok(state) = signal.state.after(action) else { continue };
                signal.state = state;
            }
        }
        signal.steps.push(step.clone());
    }
    Some(signal)
}

/// An escalation tells anew of the score: probability, reasons and rules belong together.
fn why_it_is_urgent(signal: &mut Signal, told: Signal) {
    if told.probability.is_some() {
        (signal.probability, signal.base, signal.calibrated) = (told.probability, told.base.or(signal.base), told.calibrated);
    }
    if !told.reasons.is_empty() {
        (signal.reasons, signal.lowering, signal.rules) = (told.reasons, told.lowering, told.rules);
    }
}

fn step(event: &SignalEvent<'_>) -> Step {
    Step {
        at_us: event.event_time_us,
        day: event.day,
        kind: event.kind,
        actor: event.actor,
        actor_id: event.actor_id.map(str::to_owned),
        note: event.note.map(str::to_owned),
        outcome: event.outcome.and_then(Outcome::named),
    }
}

fn shape(event: &SignalEvent<'_>) -> Signal {
    let reason = |reason: &events::SignalReason<'_>| Reason {
        family: reason.family.to_owned(),
        english: reason.text_en.to_owned(),
        chinese: reason.text_zh.to_owned(),
        organisation: reason.organisation,
    };
    Signal {
        tenant: event.tenant.to_owned(),
        site: event.site.to_owned(),
        agent: event.agent.to_owned(),
        id: event.signal_id.to_owned(),
        episode: event.episode,
        opened_day: event.day,
        team: event.team.map(str::to_owned),
        leader: event.leader.map(str::to_owned),
        probability: event.probability,
        base: event.base,
        model: event.model_id.map(str::to_owned),
        calibrated: event.calibrated,
        reasons: event.reasons.iter().map(reason).collect(),
        lowering: event.lowering.iter().map(reason).collect(),
        rules: event.rules.iter().filter_map(|rule| Rule::named(rule)).collect(),
        state: State::Open,
        tier: Tier::named(event.tier).unwrap_or(Tier::Concern),
        silent: event.silent,
        told_us: event.event_time_us,
        steps: Vec::new(),
    }
}
