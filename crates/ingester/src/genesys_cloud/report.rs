//! What one record says of one contact, before it is written.

use crate::emit::Emitter;
use crate::{EventSink, Pseudonyms};
use events::{AgentEvent, CallEvent, CallVerb, Channel, Direction};

/// Events of one contact with what they have in common.
#[derive(Debug, Default)]
pub(super) struct Report<'a> {
    /// The conversation's id: root of the contact, and the only leg that there is.
    pub(super) conversation: &'a str,
    pub(super) revision: i64,
    pub(super) channel: Channel,
    pub(super) direction: Direction,
    /// The customer's number or address in clear; it becomes a pseudonym when the events are written.
    pub(super) customer: Option<&'a str>,
    pub(super) dnis: Option<&'a str>,
    pub(super) events: Vec<CallEvent<'a>>,
}

impl<'a> Report<'a> {
    /// Adds an event at a time; the rest of its fields is for the caller to set.
    pub(super) fn add(&mut self, verb: CallVerb, event_time_us: i64) -> &mut CallEvent<'a> {
        let event = CallEvent { verb, event_time_us, channel: self.channel, direction: self.direction, ..CallEvent::default() };
        self.events.push(event);
        let last = self.events.len() - 1;
        &mut self.events[last]
    }
}

/// Everything that one record says. Nothing is written before all of it was read.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    pub(super) reports: Vec<Report<'a>>,
    pub(super) agents: Vec<AgentEvent<'a>>,
    pub(super) notes: Vec<&'static str>,
}

/// What all events of a source carry.
pub(super) struct Origin<'o> {
    pub(super) tenant: &'o str,
    pub(super) source: &'o str,
    pub(super) system: &'o str,
    pub(super) sequence: i64,
    pub(super) pseudonyms: &'o Pseudonyms,
}

impl Plan<'_> {
    /// Writes everything.
    pub(super) fn write<S: EventSink>(&self, origin: &Origin<'_>, emitter: &mut Emitter<'_, S>) {
        for report in &self.reports {
            let contact_id = format!("{}/{}", origin.system, report.conversation);
            let customer = report.customer.and_then(|number| origin.pseudonyms.token(number));
            // The company's own number; never the customer's, whatever the record says.
            let dnis = report.dnis.filter(|dnis| customer.is_none() || origin.pseudonyms.token(dnis) != customer);
            for event in &report.events {
                let first = matches!(event.verb, CallVerb::ContactInitiated | CallVerb::QueueEntered);
                emitter.call(&CallEvent {
                    tenant: origin.tenant,
                    source: origin.source,
                    contact_id: &contact_id,
                    sequence: origin.sequence,
                    customer: customer.as_deref().filter(|_| first),
                    dnis: dnis.filter(|_| first),
                    leg: Some(report.conversation),
                    revision: report.revision,
                    ..event.clone()
                });
            }
        }
        for event in &self.agents {
            emitter.agent(&AgentEvent { tenant: origin.tenant, source: origin.source, sequence: origin.sequence, ..event.clone() });
        }
        self.notes.iter().for_each(|note| emitter.note(note));
    }
}
