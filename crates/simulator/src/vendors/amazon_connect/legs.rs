//! One contact id of Connect: a stay in a queue, with the talk that it led to. A call that goes on to another queue goes on under
//! another contact id.

use super::SECOND_US;
use crate::vendors::story::{Call, Stay, Story};
use crate::visit::{Ended, Outcome};

/// The leg of a call at one of its stays.
pub(super) struct Leg<'s> {
    pub(super) story: &'s Story,
    pub(super) call: &'s Call,
    pub(super) place: usize,
    pub(super) stay: &'s Stay,
}

/// The contact id of the stay at this place; the first one is the contact's.
pub(super) fn contact_id(story: &Story, call: &Call, place: usize) -> String {
    story.keys.uuid("contact", &format!("{}/{place}", call.name))
}

impl<'s> Leg<'s> {
    /// # Panics
    /// Never: a call has at least one stay, and the last one stands for a place behind it.
    pub(super) fn of(story: &'s Story, call: &'s Call, place: usize) -> Self {
        let place = place.min(call.stays.len().saturating_sub(1));
        Leg { story, call, place, stay: &call.stays[place] }
    }

    pub(super) fn id(&self) -> String {
        contact_id(self.story, self.call, self.place)
    }

    /// The first id of the chain; none if this is it.
    pub(super) fn initial_id(&self) -> Option<String> {
        (self.place > 0).then(|| contact_id(self.story, self.call, 0))
    }

    pub(super) fn previous_id(&self) -> Option<String> {
        self.place.checked_sub(1).map(|before| contact_id(self.story, self.call, before))
    }

    pub(super) fn next_id(&self) -> Option<String> {
        (self.place + 1 < self.call.stays.len()).then(|| contact_id(self.story, self.call, self.place + 1))
    }

    pub(super) fn method(&self) -> &'static str {
        if self.place == 0 { "INBOUND" } else { "QUEUE_TRANSFER" }
    }

    pub(super) fn queue_id(&self) -> String {
        self.story.keys.uuid("queue", &self.stay.queue)
    }

    /// A later leg begins where the one before it ended.
    pub(super) fn initiated_us(&self) -> i64 {
        let before = self.place.checked_sub(1).and_then(|before| self.call.stays.get(before));
        before.map_or(self.call.initiated_us, |before| before.left_us.unwrap_or(self.stay.entered_us))
    }

    /// When the caller had gone from this leg; none: not yet.
    pub(super) fn disconnected_us(&self) -> Option<i64> {
        match (&self.stay.talk, self.stay.is_admitted()) {
            (Some(talk), _) => talk.end.as_ref().and_then(|end| end.gone_us),
            (None, true) => self.stay.left_us,
            (None, false) => Some(self.stay.entered_us),
        }
    }

    /// Why the leg was disconnected, in Connect's words.
    pub(super) fn disconnect_reason(&self) -> &'static str {
        let how = self.stay.talk.as_ref().and_then(|talk| talk.end.as_ref()).map(|end| end.how);
        match (how, self.stay.outcome) {
            (Some(Ended::ByAgent), _) => "AGENT_DISCONNECT",
            (Some(Ended::ByCaller), _) => "CUSTOMER_DISCONNECT",
            // In the talk outside either side may hang up.
            (Some(_), _) if self.story.keys.below(2, &["who hung up outside", &self.call.name]) == 0 => "THIRD_PARTY_DISCONNECT",
            (Some(_), _) | (None, Outcome::Abandoned) => "CUSTOMER_DISCONNECT",
            _ => "CONTACT_FLOW_DISCONNECT",
        }
    }

    /// The party that the reason names.
    pub(super) fn party(&self) -> &'static str {
        match self.disconnect_reason() {
            "AGENT_DISCONNECT" => "agent",
            "CUSTOMER_DISCONNECT" => "customer",
            _ => "system",
        }
    }

    /// When the contact and all work on it were over; none: not yet.
    pub(super) fn completed_us(&self) -> Option<i64> {
        let disconnected_us = self.disconnected_us()?;
        match &self.stay.talk {
            Some(talk) => talk.end.as_ref().and_then(|end| end.wrapped_us).map(|wrapped_us| wrapped_us.max(disconnected_us)),
            None => Some(disconnected_us),
        }
    }

    /// When the contact record is written, about a minute later: the published one has 68 s.
    pub(super) fn recorded_us(&self) -> Option<i64> {
        let delay_s = 50 + self.story.keys.below(40, &["record", &self.call.name, &self.place.to_string()]);
        self.completed_us().map(|completed_us| completed_us + delay_s * SECOND_US)
    }

    /// Whether the record is among the lines.
    pub(super) fn is_recorded(&self) -> bool {
        self.recorded_us().is_some_and(|recorded_us| recorded_us < self.story.until_us)
    }
}
