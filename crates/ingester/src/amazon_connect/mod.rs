//! The adapter for Amazon Connect: contact records, contact events and the agent event stream, in their own JSON, in any mixture.
//! What becomes what: `docs/sources-amazon-connect.md`. It remembers nothing: every record is read by itself.

mod agent;
mod contact;
mod json;
mod leg;
mod redact;
mod slots;

use crate::adapter::{EventSink, Key, RawRecord};
use crate::config::SourceConfig;
use crate::emit::{Emitter, EventIds};
use crate::pseudonym::Pseudonyms;
use crate::reject::{Fault, Reject, text};
use crate::time::Clock;
use crate::{Error, config};
use agent::AgentRecord;
use contact::About;
use json::{Fields, Reader};
use leg::Leg;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The adapter for Amazon Connect.
#[derive(Debug)]
pub struct AmazonConnect {
    name: String,
    system: String,
    tenant: String,
    extension_digits: u8,
    record_bytes_max: usize,
    clock: Clock,
    pseudonyms: Pseudonyms,
    ids: EventIds,
}

/// What a record is, by its shape.
enum Kind<'j> {
    /// A contact record, or a contact event if there is a type.
    Contact(Fields<'j>, Option<String>),
    Agent(Fields<'j>, String),
    /// Something else that EventBridge carries for Connect.
    Other,
}

impl AmazonConnect {
    /// The adapter of a source of this kind.
    ///
    /// # Errors
    /// [`Error::Zone`], [`Error::PseudonymKey`].
    pub fn new(config: &SourceConfig) -> Result<Self, Error> {
        Ok(AmazonConnect {
            name: config.name.clone(),
            system: config.system().to_owned(),
            tenant: config.tenant.clone(),
            extension_digits: config.extension_digits,
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
        self.ids.start(&self.name, record);
        self.apply_text(text, record, sink).map_err(|fault| fault.reject(redact::redact(text, &self.clock)))
    }

    fn apply_text(&mut self, text: &str, record: &RawRecord<'_>, sink: &mut impl EventSink) -> Result<(), Fault> {
        let whole = parse(text)?;
        let whole = Fields::new(&whole);
        let mut reader = Reader { clock: &self.clock, skewed: false };
        let about = About {
            tenant: &self.tenant,
            source: &self.name,
            system: &self.system,
            sequence: i64::try_from(record.line).unwrap_or(i64::MAX),
            pseudonyms: &self.pseudonyms,
            extension_digits: self.extension_digits,
        };
        // Everything is read before anything is written, so that a rejected record leaves no event behind.
        match kind_of(whole)? {
            Kind::Contact(fields, event_type) => {
                let sent_us = reader.time(Some(whole), "time")?;
                let leg = Leg::read(fields, event_type, sent_us, &mut reader)?;
                contact::write(&leg, &about, &mut Emitter { sink, ids: &mut self.ids });
            }
            Kind::Agent(fields, event_type) => {
                let agent = AgentRecord::read(fields, event_type, &reader)?;
                agent.write(&about, &mut Emitter { sink, ids: &mut self.ids });
            }
            Kind::Other => sink.note("skipped_record"),
        }
        if reader.skewed {
            sink.note("clock_skew");
        }
        Ok(())
    }

    /// As [`crate::Adapter::key`]: the first contact id of the chain, or the agent.
    pub fn key<'a>(&self, record: &RawRecord<'a>) -> Key<'a> {
        let whole = parse(text(record.payload, self.record_bytes_max).ok()?).ok()?;
        let key = match kind_of(Fields::new(&whole)).ok()? {
            Kind::Contact(fields, _) => leg::chain(fields, &fields.text("ContactId")?).0,
            Kind::Agent(fields, _) => agent::agent_of(fields)?,
            Kind::Other => return None,
        };
        Some(Cow::Owned(key.into_owned()))
    }
}

fn parse(text: &str) -> Result<Map<String, Value>, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::new("bad_json", format!("not a JSON object, column {}", error.column())))
}

/// Tells the three kinds apart, in EventBridge's envelope or without.
fn kind_of(whole: Fields<'_>) -> Result<Kind<'_>, Fault> {
    let envelope_of_another = whole.text("detail-type").is_some_and(|kind| !kind.eq_ignore_ascii_case("Amazon Connect Contact Event"));
    if envelope_of_another {
        return Ok(Kind::Other);
    }
    let fields = whole.object("detail").unwrap_or(whole);
    let event_type = Some(fields.symbol("EventType")).filter(|event_type| !event_type.is_empty());
    let of_agent = ["CurrentAgentSnapshot", "PreviousAgentSnapshot"].iter().any(|name| fields.object(name).is_some());
    match event_type {
        Some(event_type) if of_agent || (fields.text("AgentARN").is_some() && fields.text("ContactId").is_none()) => {
            Ok(Kind::Agent(fields, event_type))
        }
        None if fields.text("ContactId").is_none() => {
            let reason = "neither a contact record, a contact event nor an agent event: no ContactId, no eventType";
            Err(Fault::new("not_amazon_connect", reason))
        }
        event_type => Ok(Kind::Contact(fields, event_type)),
    }
}
