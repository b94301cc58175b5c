//! Genesys Cloud: conversation details of its analytics API and events of its notification service into canonical events.
//! How to feed it and what becomes of every field: `docs/sources-genesys-cloud.md`.

mod conversation;
mod details;
mod dialing;
mod json;
mod notification;
mod redact;
mod report;
mod users;
mod words;
mod work;

use crate::adapter::{EventSink, Key, RawRecord};
use crate::config::SourceConfig;
use crate::emit::{Emitter, EventIds};
use crate::pseudonym::Pseudonyms;
use crate::reject::{Fault, Reject, text};
use crate::time::Clock;
use crate::{Error, config};
use conversation::{Conversation, Reading, conversation_id};
use json::{get, within};
use report::{Origin, Plan};
use serde_json::Value;
use std::borrow::Cow;

/// The adapter for Genesys Cloud. It keeps no state: records may come in any order, and again.
#[derive(Debug)]
pub struct GenesysCloud {
    name: String,
    system: String,
    tenant: String,
    record_bytes_max: usize,
    clock: Clock,
    pseudonyms: Pseudonyms,
    ids: EventIds,
}

impl GenesysCloud {
    /// The adapter of a source of this kind.
    ///
    /// # Errors
    /// [`Error::Zone`], [`Error::PseudonymKey`].
    pub fn new(config: &SourceConfig) -> Result<Self, Error> {
        Ok(GenesysCloud {
            name: config.name.clone(),
            system: config.system().to_owned(),
            tenant: config.tenant.clone(),
            record_bytes_max: config.limits.record_bytes,
            clock: Clock::new(config, config.timezone.as_deref().unwrap_or("UTC"))?,
            pseudonyms: config::pseudonyms(config)?,
            ids: EventIds::default(),
        })
    }

    /// As [`crate::Adapter::apply`].
    ///
    /// # Errors
    /// As [`crate::Adapter::apply`].
    pub fn apply(&mut self, record: &RawRecord<'_>, sink: &mut impl EventSink) -> Result<(), Reject> {
        let text = text(record.payload, self.record_bytes_max)?;
        if text.trim().is_empty() {
            return Ok(());
        }
        let refuse = |fault: Fault| fault.reject(redact::redact(text, &self.clock));
        let bad = |error: serde_json::Error| Fault::new("bad_json", format!("not JSON from column {} on", error.column()));
        let value: Value = serde_json::from_str(text).map_err(bad).map_err(refuse)?;
        let mut reading = Reading { clock: &self.clock, notes: Vec::new() };
        let mut plan = plan(&value, &mut reading).map_err(refuse)?;
        plan.notes = reading.notes;
        let sequence = i64::try_from(record.line).unwrap_or(i64::MAX);
        let (tenant, source, system) = (self.tenant.as_str(), self.name.as_str(), self.system.as_str());
        self.ids.start(source, record);
        let origin = Origin { tenant, source, system, sequence, pseudonyms: &self.pseudonyms };
        plan.write(&origin, &mut Emitter { sink, ids: &mut self.ids });
        Ok(())
    }

    /// As [`crate::Adapter::key`]: the conversation or the user. An answer with many conversations has none.
    pub fn key<'a>(&self, record: &RawRecord<'a>) -> Key<'a> {
        let value: Value = serde_json::from_str(text(record.payload, self.record_bytes_max).ok()?).ok()?;
        let (topic, body) = unwrapped(&value);
        let of_user = || users::subject(topic, body).and_then(|(_, agent)| agent);
        let found = of_user().or_else(|| conversation_id(body).ok())?;
        Some(Cow::Owned(found.to_owned()))
    }
}

/// The topic and the body inside the wrappings of EventBridge and of the notification service.
fn unwrapped(value: &Value) -> (Option<&str>, &Value) {
    let (mut topic, mut body) = (None, value);
    // A handful is more than anybody wraps.
    for _ in 0..4 {
        topic = json::text(body, "topicName").or_else(|| json::text(body, "detail-type")).or(topic);
        let inner = get(body, "eventBody").or_else(|| get(body, "detail"));
        match inner.filter(|inner| inner.is_object()) {
            Some(inner) => body = inner,
            None => break,
        }
    }
    (topic, body)
}

/// Everything that the record says.
fn plan<'a>(value: &'a Value, reading: &mut Reading<'_>) -> Result<Plan<'a>, Fault> {
    let mut plan = Plan::default();
    if !value.is_object() {
        return Err(Fault::new("bad_json", "JSON, but not an object"));
    }
    let (topic, body) = unwrapped(value);
    if let Some(conversations) = notification::answer(body) {
        for (at, one) in conversations.iter().enumerate() {
            let read = Conversation::read(one, reading).map_err(|fault| within(fault, "conversations", at))?;
            plan.agents.extend(dialing::dialed(&read));
            plan.reports.push(details::report(&read, &mut reading.notes));
        }
    } else if let Some((kind, agent)) = users::subject(topic, body) {
        plan.agents = users::events(kind, agent, body, reading)?;
    } else if notification::is_conversation(body) && (topic.is_none() || get(body, "conversationId").is_some()) {
        let read = Conversation::read(body, reading)?;
        plan.agents.extend(dialing::dialed(&read));
        plan.reports.push(details::report(&read, &mut reading.notes));
    } else if topic.is_some_and(|topic| topic.to_ascii_lowercase().starts_with("channel.")) {
        // The notification service's own heartbeat.
        reading.notes.push("skipped_record");
    } else if topic.is_none_or(is_of_conversation) {
        plan.reports.push(notification::report(notification::kind(topic, body), body, reading)?);
    } else {
        reading.notes.push("unknown_verb");
    }
    Ok(plan)
}

/// Topics of detail events; others, such as `v2.users.{id}.conversations`, tell the same in another form.
fn is_of_conversation(topic: &str) -> bool {
    topic.to_ascii_lowercase().starts_with("v2.detail.events.conversation.")
}
