//! Amazon Connect: one feed of contact records, contact events and agent events.
//!
//! Forms and names of fields: "Contact records data model", "Contact events" and "Agent event streams data model" of the
//! administrator guide; the published record of 2022 has all fields that are written here. What Connect does not tell:
//! - a call refused at the door has no queue: no visit;
//! - all ways out of a queue but the caller's hang-up and an agent are the flow's: `overflow` if the call goes on to another
//!   queue, else `withdrawn`;
//! - who was called by a transfer out of the queues: a short number.

mod agent_stream;
mod contact_events;
mod legs;
mod records;
mod snapshot;

use super::facts::{Facts, Telling};
use super::story::{Call, Duty, Story};
use crate::log::Line;
use crate::visit::{Ended, Outcome};
use agent_stream::AgentMessage;
use contact_events::ContactMessage;
use legs::Leg;
use serde_json::Value;

const SECOND_US: i64 = 1_000_000;

/// Something that Connect sends.
enum Message {
    Record { call: usize, place: usize },
    Contact(ContactMessage),
    Agent(Box<AgentMessage>),
}

/// Everything that the instance sends, in the order of time.
pub(super) fn lines(story: Story) -> impl Iterator<Item = Line> {
    let mut messages: Vec<(i64, Message)> = Vec::new();
    for (number, call) in story.calls.iter().enumerate() {
        for place in 0..call.stays.len() {
            let leg = Leg::of(&story, call, place);
            let contact = |(time_us, message)| (time_us, Message::Contact(message));
            messages.extend(contact_events::of(&leg, number).into_iter().map(contact));
            messages.extend(leg.recorded_us().map(|time_us| (time_us, Message::Record { call: number, place })));
        }
    }
    let agent = |message: AgentMessage| (message.time_us, Message::Agent(Box::new(message)));
    messages.extend(agent_stream::messages(&story).into_iter().map(agent));
    messages.retain(|(time_us, _)| *time_us < story.until_us);
    messages.sort_by_key(|(time_us, _)| *time_us);
    let instance = Instance::of(&story);
    messages.into_iter().map(move |(time_us, message)| Line { time_us, text: text(&story, &instance, &message).to_string() })
}

fn text(story: &Story, instance: &Instance, message: &Message) -> Value {
    let leg = |call: usize, place: usize| story.calls.get(call).map(|call| Leg::of(story, call, place));
    let found = match message {
        Message::Record { call, place } => leg(*call, *place).map(|leg| records::record(&leg, instance)),
        Message::Contact(message) => leg(message.call, message.place).map(|leg| contact_events::event(&leg, message, instance)),
        Message::Agent(message) => Some(agent_stream::event(message, story, instance)),
    };
    found.unwrap_or_default()
}

/// The instance that everything belongs to.
struct Instance {
    arn: String,
    routing_profile: String,
}

const ACCOUNT: &str = "012345678901";

impl Instance {
    fn of(story: &Story) -> Self {
        let arn = format!("arn:aws:connect:eu-central-1:{ACCOUNT}:instance/{}", story.keys.uuid("instance", ""));
        Instance { routing_profile: format!("{arn}/routing-profile/{}", story.keys.uuid("routing profile", "")), arn }
    }

    /// The name of something of the instance, such as a queue.
    fn arn_of(&self, kind: &str, id: &str) -> String {
        format!("{}/{kind}/{id}", self.arn)
    }
}

/// Connect's name of a status for a pause.
fn status_name(reason: &'static str) -> &'static str {
    reason
}

/// The facts, as the lines tell them.
pub(super) fn facts(story: &Story) -> Facts {
    super::facts::facts(story, &Connect { story })
}

struct Connect<'s> {
    story: &'s Story,
}

impl Telling for Connect<'_> {
    fn contact(&self, call: &Call) -> String {
        legs::contact_id(self.story, call, 0)
    }

    /// Events name a queue by its id; the record, once it is there, by its name.
    fn queue(&self, call: &Call, place: usize) -> String {
        let leg = Leg::of(self.story, call, place);
        if leg.is_recorded() { leg.stay.queue.to_string() } else { leg.queue_id() }
    }

    fn outcome(&self, call: &Call, place: usize) -> Option<&'static str> {
        let leg = Leg::of(self.story, call, place);
        match leg.stay.outcome {
            Outcome::Open => Some("open"),
            Outcome::Answered => Some("answered"),
            Outcome::Abandoned => Some("abandoned"),
            // Events do not tell that the contact goes on.
            Outcome::TimedOut if leg.next_id().is_some() && leg.is_recorded() => Some("overflow"),
            other if other.is_other_exit() => Some("withdrawn"),
            _ => None,
        }
    }

    fn end(&self, call: &Call, place: usize) -> &'static str {
        let leg = Leg::of(self.story, call, place);
        let how = leg.stay.talk.as_ref().and_then(|talk| talk.end.as_ref()).map(|end| (end.how, end.gone_us));
        match how {
            Some((Ended::ByAgent, _)) => "agent",
            Some((Ended::ByCaller, _)) => "customer",
            Some((Ended::BlindTransfer, _)) if leg.is_recorded() => "transfer_blind",
            Some((Ended::WarmTransfer, _)) if leg.is_recorded() => "transfer_warm",
            // Only the record knows of the transfer; until then there is the end of the customer's talk outside.
            Some((Ended::BlindTransfer | Ended::WarmTransfer, Some(_))) => leg.party(),
            _ => "unknown",
        }
    }

    fn pause(&self, reason: &'static str) -> &'static str {
        status_name(reason)
    }

    fn imposed(&self, _: &Duty) -> Vec<(i64, i64, &'static str)> {
        Vec::new()
    }
}
