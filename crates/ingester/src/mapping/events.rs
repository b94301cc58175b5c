//! The events of a mapping: which fields they take from a record.

use super::compile::{Compiler, Problem};
use super::specification::{AgentEventRule, EventRule, Text};
use super::text::{Conditions, Plan, Values};
use super::values::Found;
use crate::pseudonym::{Pseudonyms, is_external};
use crate::reject::Fault;
use crate::time::Clock;
use events::{AgentEvent, AgentVerb, CallEvent, CallVerb, Channel, Direction, Party};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as ValueError, StrDeserializer};
use std::borrow::Cow;

/// A duration of an event.
#[derive(Clone, Copy, Debug)]
pub(super) enum AmountPlan {
    Constant(i64),
    Slot(usize),
}

impl AmountPlan {
    /// What it is in a record.
    pub(super) fn of(plan: Option<Self>, found: &Found) -> Option<i64> {
        match plan? {
            AmountPlan::Constant(ms) => Some(ms),
            AmountPlan::Slot(slot) => found.durations_ms[slot],
        }
    }
}

/// An event of the contact.
#[derive(Clone, Debug)]
pub(super) struct EventPlan {
    verb: CallVerb,
    when: Conditions,
    time: usize,
    time_name: String,
    queue: Option<Plan>,
    agent: Option<Plan>,
    customer: Option<Plan>,
    channel: Option<Plan>,
    direction: Option<Plan>,
    wait: Option<AmountPlan>,
    ring: Option<AmountPlan>,
    talk: Option<AmountPlan>,
    hold: Option<AmountPlan>,
    acw: Option<AmountPlan>,
    reason: Option<Plan>,
    target: Option<Plan>,
    party: Option<Plan>,
    position: Option<Plan>,
    dnis: Option<Plan>,
}

/// An event of an agent.
#[derive(Clone, Debug)]
pub(super) struct AgentEventPlan {
    verb: AgentVerb,
    when: Conditions,
    time: usize,
    time_name: String,
    agent: Plan,
    queue: Option<Plan>,
    reason: Option<Plan>,
    duration: Option<AmountPlan>,
}

/// An event of the contact with its texts; borrowed from record and mapping where possible.
#[derive(Debug, Default)]
pub(super) struct Rendered<'a> {
    verb: CallVerb,
    event_time_us: i64,
    channel: Channel,
    direction: Direction,
    party: Option<Party>,
    position: Option<i32>,
    queue: Option<Cow<'a, str>>,
    agent: Option<Cow<'a, str>>,
    customer: Option<String>,
    reason: Option<Cow<'a, str>>,
    target: Option<Cow<'a, str>>,
    dnis: Option<Cow<'a, str>>,
    wait_ms: Option<i64>,
    ring_ms: Option<i64>,
    talk_ms: Option<i64>,
    hold_ms: Option<i64>,
    acw_ms: Option<i64>,
}

/// An event of an agent with its texts.
#[derive(Debug)]
pub(super) struct RenderedAgent<'a> {
    verb: AgentVerb,
    event_time_us: i64,
    agent: Cow<'a, str>,
    queue: Option<Cow<'a, str>>,
    reason: Option<Cow<'a, str>>,
    duration_ms: Option<i64>,
}

/// What rendering needs besides the record.
pub(super) struct Context<'c> {
    pub(super) clock: &'c Clock,
    pub(super) pseudonyms: &'c Pseudonyms,
    pub(super) extension_digits: u8,
    /// The system that contacts belong to.
    pub(super) system: &'c str,
}

impl EventPlan {
    pub(super) fn compile(rule: &EventRule, compiler: &mut Compiler) -> Result<Self, Problem> {
        Self::compile_fields(rule, compiler).map_err(|problem| (format!("event {:?} at {}", rule.verb, rule.time), problem))
    }

    fn compile_fields(rule: &EventRule, compiler: &mut Compiler) -> Result<Self, String> {
        let mut text = |text: &Option<Text>| text.as_ref().map(|text| compiler.text(text)).transpose();
        let (queue, agent, channel, direction) = (text(&rule.queue)?, text(&rule.agent)?, text(&rule.channel)?, text(&rule.direction)?);
        let (reason, party, position, dnis) = (text(&rule.reason)?, text(&rule.party)?, text(&rule.position)?, text(&rule.dnis)?);
        let mut personal = |text: &Option<Text>| text.as_ref().map(|text| compiler.personal_text(text)).transpose();
        let (customer, target) = (personal(&rule.customer)?, personal(&rule.target)?);
        Ok(EventPlan {
            verb: rule.verb,
            when: Conditions::compile(&rule.when, &mut compiler.columns)?,
            time: compiler.slot(&rule.time, "time")?,
            time_name: rule.time.clone(),
            queue,
            agent,
            customer,
            channel,
            direction,
            wait: compiler.amount(rule.wait.as_ref())?,
            ring: compiler.amount(rule.ring.as_ref())?,
            talk: compiler.amount(rule.talk.as_ref())?,
            hold: compiler.amount(rule.hold.as_ref())?,
            acw: compiler.amount(rule.acw.as_ref())?,
            reason,
            target,
            party,
            position,
            dnis,
        })
    }

    /// The event of a record; `None` where its condition does not hold.
    pub(super) fn render<'a>(
        &'a self,
        values: &'a Values<'_>,
        found: &Found,
        context: &Context<'_>,
    ) -> Result<Option<Rendered<'a>>, Fault> {
        if !self.when.hold(values) {
            return Ok(None);
        }
        let customer = text(&self.customer, values).and_then(|number| context.pseudonyms.token(&number));
        let target = text(&self.target, values).and_then(|target| {
            if is_external(&target, context.extension_digits) { context.pseudonyms.token(&target).map(Cow::Owned) } else { Some(target) }
        });
        Ok(Some(Rendered {
            verb: self.verb,
            event_time_us: event_time_us(self.time, &self.time_name, found, context.clock)?,
            channel: named("channel", &self.channel, values)?.unwrap_or_default(),
            direction: named("direction", &self.direction, values)?.unwrap_or_default(),
            party: named("party", &self.party, values)?,
            position: text(&self.position, values).and_then(|position| position.parse().ok()),
            queue: text(&self.queue, values),
            agent: text(&self.agent, values),
            customer,
            reason: text(&self.reason, values),
            target,
            dnis: text(&self.dnis, values),
            wait_ms: AmountPlan::of(self.wait, found),
            ring_ms: AmountPlan::of(self.ring, found),
            talk_ms: AmountPlan::of(self.talk, found),
            hold_ms: AmountPlan::of(self.hold, found),
            acw_ms: AmountPlan::of(self.acw, found),
        }))
    }
}

impl Rendered<'_> {
    /// The canonical event.
    pub(super) fn event<'a>(&'a self, base: &CallEvent<'a>) -> CallEvent<'a> {
        CallEvent {
            event_time_us: self.event_time_us,
            verb: self.verb,
            queue: self.queue.as_deref(),
            agent: self.agent.as_deref(),
            customer: self.customer.as_deref(),
            channel: self.channel,
            direction: self.direction,
            wait_ms: self.wait_ms,
            ring_ms: self.ring_ms,
            talk_ms: self.talk_ms,
            hold_ms: self.hold_ms,
            acw_ms: self.acw_ms,
            reason: self.reason.as_deref(),
            target: self.target.as_deref(),
            party: self.party,
            position: self.position,
            dnis: self.dnis.as_deref(),
            ..base.clone()
        }
    }
}

impl AgentEventPlan {
    pub(super) fn compile(rule: &AgentEventRule, compiler: &mut Compiler) -> Result<Self, Problem> {
        Self::compile_fields(rule, compiler).map_err(|problem| (format!("agent event {:?} at {}", rule.verb, rule.time), problem))
    }

    fn compile_fields(rule: &AgentEventRule, compiler: &mut Compiler) -> Result<Self, String> {
        let mut text = |text: &Option<Text>| text.as_ref().map(|text| compiler.text(text)).transpose();
        let (queue, reason) = (text(&rule.queue)?, text(&rule.reason)?);
        Ok(AgentEventPlan {
            verb: rule.verb,
            when: Conditions::compile(&rule.when, &mut compiler.columns)?,
            time: compiler.slot(&rule.time, "time")?,
            time_name: rule.time.clone(),
            agent: compiler.text(&rule.agent)?,
            queue,
            reason,
            duration: compiler.amount(rule.duration.as_ref())?,
        })
    }

    /// The event of a record; `None` where its condition does not hold or it names no agent.
    pub(super) fn render<'a>(
        &'a self,
        values: &'a Values<'_>,
        found: &Found,
        context: &Context<'_>,
    ) -> Result<Option<RenderedAgent<'a>>, Fault> {
        let agent = self.agent.render(values);
        if !self.when.hold(values) || agent.is_empty() {
            return Ok(None);
        }
        Ok(Some(RenderedAgent {
            verb: self.verb,
            event_time_us: event_time_us(self.time, &self.time_name, found, context.clock)?,
            agent,
            queue: text(&self.queue, values),
            reason: text(&self.reason, values),
            duration_ms: AmountPlan::of(self.duration, found),
        }))
    }
}

impl RenderedAgent<'_> {
    /// The canonical event.
    pub(super) fn event<'a>(&'a self, tenant: &'a str, source: &'a str, sequence: i64) -> AgentEvent<'a> {
        AgentEvent {
            tenant,
            source,
            event_id: "",
            agent: &self.agent,
            event_time_us: self.event_time_us,
            sequence,
            verb: self.verb,
            queue: self.queue.as_deref(),
            reason: self.reason.as_deref(),
            duration_ms: self.duration_ms,
        }
    }
}

/// The text of a field; `None` where it is empty.
pub(super) fn text<'a>(plan: &'a Option<Plan>, values: &'a Values<'_>) -> Option<Cow<'a, str>> {
    plan.as_ref().map(|plan| plan.render(values)).filter(|text| !text.is_empty())
}

/// A text that must be one of an enumeration's names.
fn named<'de, T: Deserialize<'de>>(field: &str, plan: &'de Option<Plan>, values: &'de Values<'_>) -> Result<Option<T>, Fault> {
    let Some(name) = text(plan, values) else { return Ok(None) };
    let deserializer: StrDeserializer<'_, ValueError> = name.as_ref().into_deserializer();
    // The error would quote the value; the field is enough.
    T::deserialize(deserializer)
        .map(Some)
        .map_err(|_| Fault::new("unknown_value", format!("{field} is none of its names; translate it with a map")))
}

/// A time that must be there, within the plausible bounds.
pub(super) fn event_time_us(slot: usize, name: &str, found: &Found, clock: &Clock) -> Result<i64, Fault> {
    let missing = || Fault::new("missing_value", format!("times.{name} is absent, but it is needed"));
    clock.plausible(found.times_us[slot].ok_or_else(missing)?, name)
}
