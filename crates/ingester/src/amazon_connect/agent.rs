//! The agent event stream: the declared track of an agent, and what happens to the contacts that he has.

use super::contact::{About, free_text};
use super::json::{Fields, Reader, arn_end};
use super::slots::{self, Slot};
use crate::adapter::EventSink;
use crate::emit::Emitter;
use crate::reject::Fault;
use events::{AgentEvent, AgentVerb, Observed};
use std::borrow::Cow;

/// One event of the stream.
#[derive(Debug)]
pub(super) struct AgentRecord<'j> {
    agent: Cow<'j, str>,
    event_us: i64,
    event_type: String,
    /// None: nothing can have changed.
    current: Option<Snapshot<'j>>,
    /// None: the event does not say what was before.
    previous: Option<Snapshot<'j>>,
}

/// An agent as he was before or after the event.
#[derive(Debug)]
struct Snapshot<'j> {
    status: Option<Status<'j>>,
    next: Option<Next<'j>>,
    slots: Vec<Slot<'j>>,
}

/// The status that the agent chose.
#[derive(Debug)]
struct Status<'j> {
    kind: Kind,
    name: Cow<'j, str>,
    since_us: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Routable,
    Custom,
    Offline,
}

/// The status that the agent will have when his contacts have ended.
#[derive(Debug)]
struct Next<'j> {
    name: Cow<'j, str>,
    chosen_us: Option<i64>,
}

impl<'j> Snapshot<'j> {
    fn read(fields: Fields<'j>, reader: &Reader<'_>) -> Result<Self, Fault> {
        let status = match fields.object("AgentStatus") {
            Some(status) => Some(Status::read(status, reader)?),
            None => None,
        };
        let next = match fields.object("NextAgentStatus") {
            Some(next) => Next::read(next, reader)?,
            None => None,
        };
        let slots = fields.objects("Contacts").into_iter().map(|slot| Slot::read(slot, reader)).collect::<Result<Vec<_>, _>>()?;
        Ok(Snapshot { status, next, slots: slots.into_iter().flatten().collect() })
    }
}

impl<'j> Status<'j> {
    fn read(fields: Fields<'j>, reader: &Reader<'_>) -> Result<Self, Fault> {
        let name = fields.text("Name").unwrap_or_default();
        let kind = match fields.symbol("Type").as_str() {
            "ROUTABLE" => Kind::Routable,
            "OFFLINE" => Kind::Offline,
            "CUSTOM" => Kind::Custom,
            // Versions before 2019 have no type; two names are fixed.
            _ if name.eq_ignore_ascii_case("Available") => Kind::Routable,
            _ if name.eq_ignore_ascii_case("Offline") => Kind::Offline,
            _ => Kind::Custom,
        };
        Ok(Status { kind, name, since_us: reader.time(Some(fields), "StartTimestamp")? })
    }

    fn is(&self, other: &Status<'_>) -> bool {
        self.kind == other.kind && self.name == other.name
    }
}

impl<'j> Next<'j> {
    fn read(fields: Fields<'j>, reader: &Reader<'_>) -> Result<Option<Self>, Fault> {
        let Some(name) = fields.text("Name") else { return Ok(None) };
        // The stream and its documentation spell the time differently.
        let chosen_us = match reader.time(Some(fields), "EnqueuedTimestamp")? {
            Some(chosen_us) => Some(chosen_us),
            None => reader.time(Some(fields), "EnqueueTimestamp")?,
        };
        Ok(Some(Next { name, chosen_us }))
    }
}

/// The agent's id.
pub(super) fn agent_of(fields: Fields<'_>) -> Option<Cow<'_, str>> {
    fields.text("AgentARN").and_then(arn_end)
}

impl<'j> AgentRecord<'j> {
    pub(super) fn read(fields: Fields<'j>, event_type: String, reader: &Reader<'_>) -> Result<Self, Fault> {
        let agent = agent_of(fields).ok_or_else(|| Fault::new("no_agent", "AgentARN is absent"))?;
        let event_us = reader.time(Some(fields), "EventTimestamp")?;
        let event_us = event_us.ok_or_else(|| Fault::new("no_time", "EventTimestamp is absent"))?;
        let snapshot = |name| fields.object(name).map(|fields| Snapshot::read(fields, reader)).transpose();
        let current = snapshot("CurrentAgentSnapshot")?;
        let previous = snapshot("PreviousAgentSnapshot")?;
        Ok(AgentRecord { agent, event_us, event_type, current, previous })
    }

    /// Writes what has changed.
    pub(super) fn write<S: EventSink>(&self, about: &About<'_>, emitter: &mut Emitter<'_, S>) {
        match self.event_type.as_str() {
            // Goes on for up to an hour after the logout, so it vouches for what is known and is no login.
            "HEART_BEAT" => {
                emitter.note("heartbeat");
                self.observe(Observed::Alive, self.event_us, about, emitter);
            }
            "LOGIN" => self.log_in(about, emitter),
            "LOGOUT" => self.declare(AgentVerb::LoggedOut, None, self.event_us, about, emitter),
            "STATE_CHANGE" => self.change(about, emitter),
            unknown => {
                emitter.note("unknown_event_type");
                self.declare(AgentVerb::SideEvent, free_text(unknown), self.event_us, about, emitter);
            }
        }
    }

    fn declare<S: EventSink>(
        &self,
        verb: AgentVerb,
        reason: Option<&str>,
        event_time_us: i64,
        about: &About<'_>,
        emitter: &mut Emitter<'_, S>,
    ) {
        let (tenant, source, agent, sequence) = (about.tenant, about.source, self.agent.as_ref(), about.sequence);
        emitter.agent(&AgentEvent { tenant, source, agent, event_time_us, sequence, verb, reason, ..AgentEvent::default() });
    }

    fn observe<S: EventSink>(&self, what: Observed, event_time_us: i64, about: &About<'_>, emitter: &mut Emitter<'_, S>) {
        self.declare(AgentVerb::SideEvent, Some(what.reason()), event_time_us, about, emitter);
    }

    /// Who is logged in with the status Offline is not at work: his session begins when he leaves that status.
    fn log_in<S: EventSink>(&self, about: &About<'_>, emitter: &mut Emitter<'_, S>) {
        match self.current.as_ref().and_then(|current| current.status.as_ref()) {
            Some(status) if status.kind == Kind::Offline => {
                self.declare(AgentVerb::SideEvent, Some("LOGIN"), self.event_us, about, emitter);
            }
            Some(status) if status.kind == Kind::Custom => {
                self.declare(AgentVerb::LoggedIn, None, self.event_us, about, emitter);
                self.declare(AgentVerb::Paused, free_text(&status.name), self.event_us, about, emitter);
            }
            _ => self.declare(AgentVerb::LoggedIn, None, self.event_us, about, emitter),
        }
    }

    fn change<S: EventSink>(&self, about: &About<'_>, emitter: &mut Emitter<'_, S>) {
        let previous = self.previous.as_ref();
        let Some(current) = &self.current else { return emitter.note("no_event") };
        let mut changed = false;
        if let Some(status) = &current.status {
            let before = previous.and_then(|previous| previous.status.as_ref());
            if before.is_none_or(|before| !before.is(status)) {
                changed = true;
                self.change_status(status, before, about, emitter);
            }
        }
        let before = previous.and_then(|previous| previous.next.as_ref());
        if let Some(next) = current.next.as_ref().filter(|next| before.is_none_or(|before| before.name != next.name)) {
            changed = true;
            let reason = format!("next: {}", free_text(&next.name).unwrap_or_default());
            self.declare(AgentVerb::SideEvent, Some(&reason), next.chosen_us.unwrap_or(self.event_us), about, emitter);
        }
        let before = previous.map_or(&[] as &[Slot], |previous| &previous.slots);
        changed |= slots::write(before, &current.slots, &self.agent, self.event_us, about, emitter);
        if let Some((what, at_us)) = slots::observed(before, &current.slots, self.event_us) {
            self.observe(what, at_us, about, emitter);
        }
        if !changed {
            // The routing profile, the language, a setting of the telephone.
            emitter.note("config_change");
        }
    }

    fn change_status<S: EventSink>(
        &self,
        status: &Status<'_>,
        before: Option<&Status<'_>>,
        about: &About<'_>,
        emitter: &mut Emitter<'_, S>,
    ) {
        let at_us = status.since_us.unwrap_or(self.event_us);
        let back = before.is_some_and(|before| before.kind == Kind::Offline) && status.kind != Kind::Offline;
        if back {
            self.declare(AgentVerb::LoggedIn, None, at_us, about, emitter);
        }
        match status.kind {
            Kind::Routable if back => {}
            Kind::Routable => self.declare(AgentVerb::Unpaused, None, at_us, about, emitter),
            Kind::Custom => self.declare(AgentVerb::Paused, free_text(&status.name), at_us, about, emitter),
            Kind::Offline => self.declare(AgentVerb::LoggedOut, None, at_us, about, emitter),
        }
    }
}
