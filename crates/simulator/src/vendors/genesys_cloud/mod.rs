//! Genesys Cloud: one feed of detail events of conversations, presence and routing status of users, and conversation details.
//!
//! Forms and names of fields: the analytics API's conversation details and the notification service's topics, as published in the
//! vendor's SDKs and samples. What Genesys Cloud does not tell:
//! - a call refused at the door is one that the menu ended: no visit;
//! - who pressed a key, or found nobody there, flowed out of the queue: `overflow`;
//! - names of queues: they are ids.

mod detail_events;
mod details;
mod status;
mod users;

use super::facts::{Facts, Telling};
use super::story::{Call, Duty, Story, TalkEnd};
use crate::log::Line;
use crate::visit::{Ended, Outcome};
use serde_json::Value;
use status::Imposed;

pub(super) use status::NOT_RESPONDING;

/// Something that the organisation sends, or answers.
enum Message {
    Details(usize),
    Event { call: usize, event: detail_events::Event },
    User(users::UserMessage),
}

/// Everything, in the order of time.
pub(super) fn lines(story: Story) -> impl Iterator<Item = Line> {
    let mut messages: Vec<(i64, Message)> = Vec::new();
    for (number, call) in story.calls.iter().enumerate() {
        let event = |(time_us, event)| (time_us, Message::Event { call: number, event });
        messages.extend(detail_events::of(call).into_iter().map(event));
        messages.push((details::fetched_us(&story, call), Message::Details(number)));
    }
    messages.extend(users::messages(&story).into_iter().map(|message| (message.time_us, Message::User(message))));
    messages.retain(|(time_us, _)| *time_us < story.until_us);
    messages.sort_by_key(|(time_us, _)| *time_us);
    messages.into_iter().map(move |(time_us, message)| Line { time_us, text: text(&story, time_us, &message).to_string() })
}

fn text(story: &Story, time_us: i64, message: &Message) -> Value {
    let found = match message {
        Message::Details(call) => story.calls.get(*call).map(|call| details::conversation(story, call)),
        Message::Event { call, event } => story.calls.get(*call).map(|call| detail_events::text(story, call, event, time_us)),
        Message::User(message) => Some(users::text(story, message)),
    };
    found.unwrap_or_default()
}

fn conversation_id(story: &Story, call: &Call) -> String {
    story.keys.uuid("conversation", &call.name)
}

/// The caller's address, as the customer's session has it.
fn ani(call: &Call) -> String {
    call.caller.as_ref().map_or_else(|| "sip:anonymous@anonymous.invalid".to_owned(), |caller| format!("tel:{caller}"))
}

/// How the agent's session ended, in the vendor's words.
fn disconnect_of_agent(end: &TalkEnd) -> &'static str {
    match end.how {
        Ended::ByAgent => "client",
        Ended::ByCaller => "peer",
        Ended::BlindTransfer => "transfer",
        Ended::WarmTransfer => "consultTransfer",
    }
}

/// How the stay at this place ended, and what the vendor's metrics call it. Not of refusals and open stays.
fn disconnect_of_stay(call: &Call, place: usize) -> Option<(&'static str, &'static str)> {
    let goes_on = place + 1 < call.stays.len();
    match call.stays.get(place)?.outcome {
        Outcome::Answered => Some(("transfer", "tAnswered")),
        Outcome::Abandoned => Some(("peer", "tAbandon")),
        Outcome::TimedOut if !goes_on => Some(("timeout", "tFlowOut")),
        other if other.is_other_exit() => Some(("transfer", "tFlowOut")),
        _ => None,
    }
}

/// How the customer's session ended.
fn disconnect_of_customer(story: &Story, call: &Call) -> &'static str {
    let Some(last) = call.stays.last() else { return "system" };
    match (last.talk.as_ref().and_then(|talk| talk.end.as_ref()).map(|end| end.how), last.outcome) {
        (Some(Ended::ByAgent), _) => "peer",
        (Some(Ended::ByCaller), _) | (None, Outcome::Abandoned) => "endpoint",
        (Some(_), _) if story.keys.below(2, &["who hung up outside", &call.name]) == 0 => "peer",
        (Some(_), _) => "endpoint",
        _ => "system",
    }
}

/// When the customer had gone; none: not yet.
pub(super) fn gone_us(call: &Call) -> Option<i64> {
    let last = call.stays.last()?;
    match (&last.talk, last.is_admitted()) {
        (Some(talk), _) => talk.end.as_ref()?.gone_us,
        (None, true) => last.left_us,
        (None, false) => Some(last.entered_us),
    }
}

/// The facts, as the lines tell them.
pub(super) fn facts(story: &Story) -> Facts {
    super::facts::facts(story, &Genesys { story, imposed: status::imposed(story) })
}

struct Genesys<'s> {
    story: &'s Story,
    imposed: Imposed,
}

impl Telling for Genesys<'_> {
    fn contact(&self, call: &Call) -> String {
        conversation_id(self.story, call)
    }

    fn queue(&self, call: &Call, place: usize) -> String {
        call.stays.get(place).map(|stay| self.story.keys.uuid("queue", &stay.queue)).unwrap_or_default()
    }

    fn outcome(&self, call: &Call, place: usize) -> Option<&'static str> {
        let stay = call.stays.get(place).filter(|stay| stay.is_admitted())?;
        Some(match (disconnect_of_stay(call, place), stay.outcome) {
            (None, _) => "open",
            (_, Outcome::Answered) => "answered",
            (_, Outcome::Abandoned) => "abandoned",
            (Some(("timeout", _)), _) => "timeout",
            _ => "overflow",
        })
    }

    fn end(&self, call: &Call, place: usize) -> &'static str {
        match call.stays.get(place).and_then(|stay| Some(stay.talk.as_ref()?.end.as_ref()?.how)) {
            Some(Ended::ByAgent) => "agent",
            Some(Ended::ByCaller) => "customer",
            Some(Ended::BlindTransfer) => "transfer_blind",
            Some(Ended::WarmTransfer) => "transfer_warm",
            None => "open",
        }
    }

    fn pause(&self, reason: &'static str) -> &'static str {
        status::presence_of(reason)
    }

    fn imposed(&self, duty: &Duty) -> Vec<(i64, i64, &'static str)> {
        let spared = self.imposed.get(&duty.agent).into_iter().flatten();
        spared.map(|(from_us, until_us)| (*from_us, *until_us, status::NOT_RESPONDING)).collect()
    }
}
