//! The contacts in an agent's snapshots: what changed between two of them.

use super::contact::{About, free_text};
use super::json::{Fields, Reader};
use super::leg::{chain, channel, direction};
use crate::adapter::EventSink;
use crate::emit::Emitter;
use crate::reject::Fault;
use events::{CallEvent, CallVerb, Channel, Observed};
use std::borrow::Cow;

/// One contact of an agent.
#[derive(Debug)]
pub(super) struct Slot<'j> {
    id: Cow<'j, str>,
    root: Cow<'j, str>,
    /// How it was initiated, in upper case.
    method: String,
    channel: Channel,
    /// In upper case.
    state: String,
    since_us: Option<i64>,
    connected_us: Option<i64>,
}

impl<'j> Slot<'j> {
    /// None: a contact without id cannot be followed.
    pub(super) fn read(fields: Fields<'j>, reader: &Reader<'_>) -> Result<Option<Self>, Fault> {
        let Some(id) = fields.text("ContactId") else { return Ok(None) };
        let (root, _) = chain(fields, &id);
        let method = fields.symbol("InitiationMethod");
        let (channel, _) = channel(fields, &method);
        let since_us = reader.time(Some(fields), "StateStartTimestamp")?;
        let connected_us = reader.time(Some(fields), "ConnectedToAgentTimestamp")?;
        Ok(Some(Slot { id, root, method, channel, state: fields.symbol("State"), since_us, connected_us }))
    }

    fn is_talking(&self) -> bool {
        matches!(self.state.as_str(), "CONNECTED" | "CONNECTED_ONHOLD" | "PAUSED")
    }

    fn is_offered(&self) -> bool {
        matches!(self.state.as_str(), "INCOMING" | "PENDING" | "CONNECTING")
    }

    fn is_held(&self) -> bool {
        self.state == "CONNECTED_ONHOLD"
    }

    /// What the agent does on account of this contact, talk and after-call work apart.
    fn observed(&self) -> Observed {
        match self.state.as_str() {
            _ if self.is_beside() => Observed::Nothing,
            "MISSED" | "REJECTED" | "ERROR" => Observed::NotResponding,
            _ if self.is_offered() && self.method == "OUTBOUND" => Observed::Dialing,
            _ if self.is_offered() => Observed::Ringing,
            _ => Observed::Nothing,
        }
    }

    /// A supervisor's listening, or a line to a third person: no customer work.
    fn is_beside(&self) -> bool {
        self.method == "MONITOR" || (self.method == "EXTERNAL_OUTBOUND" && self.id != self.root)
    }
}

/// Writes the events of all contacts that differ; true if any differs.
pub(super) fn write<S: EventSink>(
    before: &[Slot<'_>],
    now: &[Slot<'_>],
    agent: &str,
    event_us: i64,
    about: &About<'_>,
    emitter: &mut Emitter<'_, S>,
) -> bool {
    let mut changed = false;
    for slot in now {
        let known = before.iter().find(|known| known.id == slot.id);
        if known.is_none_or(|known| known.state != slot.state || known.since_us != slot.since_us) {
            changed = true;
            Writer::new(slot, agent, about, emitter).entered(known, slot.since_us.unwrap_or(event_us));
        }
    }
    for gone in before.iter().filter(|known| now.iter().all(|slot| slot.id != known.id)) {
        changed = true;
        Writer::new(gone, agent, about, emitter).vanished(event_us);
    }
    changed
}

/// What the agent does on account of all contacts, if that has changed, and since when: of several, the strongest (domain.md 3.1).
pub(super) fn observed(before: &[Slot<'_>], now: &[Slot<'_>], event_us: i64) -> Option<(Observed, i64)> {
    let strength = |what: &Observed| [Observed::Ringing, Observed::Dialing, Observed::NotResponding].iter().position(|other| other == what);
    let strongest = |slots: &[Slot<'_>]| slots.iter().map(Slot::observed).max_by_key(strength).unwrap_or(Observed::Nothing);
    let what = strongest(now);
    if what == strongest(before) {
        return None;
    }
    // It began with the contact that shows it; it is over when the last that showed it has another state, or is gone.
    let at_us = if what == Observed::Nothing {
        let shown = before.iter().filter(|slot| slot.observed() != Observed::Nothing);
        shown.map(|slot| now.iter().find(|other| other.id == slot.id).and_then(|other| other.since_us).unwrap_or(event_us)).max()
    } else {
        now.iter().filter(|slot| slot.observed() == what).filter_map(|slot| slot.since_us).min()
    };
    Some((what, at_us.unwrap_or(event_us)))
}

/// Writes events of one contact of one agent. They name no queue: a contact is in one queue at a time, and what contact events
/// call by its id goes by its name here.
struct Writer<'w, 'e, S> {
    slot: &'w Slot<'w>,
    agent: &'w str,
    about: &'w About<'w>,
    emitter: &'w mut Emitter<'e, S>,
}

/// What an event says beside its verb.
#[derive(Default)]
struct Said<'s> {
    reason: Option<&'s str>,
    ring_ms: Option<i64>,
}

impl<'w, 'e, S: EventSink> Writer<'w, 'e, S> {
    fn new(slot: &'w Slot<'w>, agent: &'w str, about: &'w About<'w>, emitter: &'w mut Emitter<'e, S>) -> Self {
        Writer { slot, agent, about, emitter }
    }

    fn call(&mut self, verb: CallVerb, event_time_us: i64) {
        self.call_with(verb, event_time_us, Said::default());
    }

    fn side(&mut self, reason: &str, event_time_us: i64) {
        self.call_with(CallVerb::SideEvent, event_time_us, Said { reason: free_text(reason), ring_ms: None });
    }

    /// Offers go into a leg of their own: contact records do not know them, and must not wipe them out.
    fn call_with(&mut self, verb: CallVerb, event_time_us: i64, said: Said<'_>) {
        let slot = self.slot;
        if slot.is_beside() {
            return;
        }
        let contact_id = format!("{}/{}", self.about.system, slot.root);
        let offer = matches!(verb, CallVerb::AgentOffered | CallVerb::AgentMissed | CallVerb::SideEvent);
        let leg = if offer { Cow::Owned(format!("{}/offers", slot.id)) } else { Cow::Borrowed(slot.id.as_ref()) };
        self.emitter.call(&CallEvent {
            tenant: self.about.tenant,
            source: self.about.source,
            contact_id: &contact_id,
            event_time_us,
            sequence: self.about.sequence,
            verb,
            agent: Some(self.agent),
            channel: slot.channel,
            direction: direction(&slot.method, slot.channel, slot.id == slot.root),
            leg: Some(&leg),
            reason: said.reason,
            ring_ms: said.ring_ms,
            ..CallEvent::default()
        });
    }

    /// The contact came into its state.
    fn entered(&mut self, known: Option<&Slot<'_>>, at_us: i64) {
        let slot = self.slot;
        let was_talking = known.is_some_and(Slot::is_talking);
        let was_offered = known.is_some_and(Slot::is_offered);
        let was_held = known.is_some_and(Slot::is_held);
        if was_held && !slot.is_held() {
            self.call(CallVerb::HoldEnded, at_us);
        }
        match slot.state.as_str() {
            // An agent who dials is offered nothing.
            "INCOMING" | "CONNECTING" if slot.method == "OUTBOUND" => self.side(&slot.state, at_us),
            "INCOMING" | "CONNECTING" if !was_offered => self.call(CallVerb::AgentOffered, at_us),
            "INCOMING" | "CONNECTING" | "PENDING" => {}
            "MISSED" | "REJECTED" | "ERROR" if !was_talking => {
                let rang_us = known.filter(|_| was_offered).and_then(|known| known.since_us);
                let ring_ms = rang_us.map(|rang_us| at_us.saturating_sub(rang_us).max(0) / 1000);
                self.call_with(CallVerb::AgentMissed, at_us, Said { reason: Some(&slot.state.to_ascii_lowercase()), ring_ms });
            }
            // The contact event of the connection may be lost.
            "CONNECTED" if !was_talking => self.call(CallVerb::AgentConnected, slot.connected_us.unwrap_or(at_us)),
            "CONNECTED" => {}
            "CONNECTED_ONHOLD" if !was_held => self.call(CallVerb::HoldStarted, at_us),
            "CONNECTED_ONHOLD" => {}
            // It may end without ever having been connected.
            "ENDED" if was_talking || slot.connected_us.is_some() => self.call(CallVerb::AcwStarted, at_us),
            state => self.side(state, at_us),
        }
    }

    /// The contact is gone from the agent: his after-call work is over, or there was none.
    fn vanished(&mut self, event_us: i64) {
        let slot = self.slot;
        if slot.is_held() {
            self.call(CallVerb::HoldEnded, event_us);
        }
        if slot.is_talking() {
            self.call(CallVerb::AcwStarted, event_us);
        }
        if slot.is_talking() || slot.state == "ENDED" {
            self.call(CallVerb::AcwEnded, event_us);
        }
    }
}
