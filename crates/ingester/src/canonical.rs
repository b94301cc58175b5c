//! Canonical events that a source writes itself, Avro single-object encoded: checked, then passed on.

use crate::Error;
use crate::adapter::{EventSink, Key, RawRecord};
use crate::config::SourceConfig;
use crate::emit::{Emitter, EventIds};
use crate::reject::{Fault, Reject};
use crate::time::Clock;
use events::{CallEvent, CallVerb, codec};
use std::borrow::Cow;

/// Marker and fingerprint of an Avro single object.
const HEADER_BYTES: usize = 10;

/// The adapter for canonical call events.
#[derive(Debug)]
pub struct CanonicalAvro {
    name: String,
    record_bytes_max: usize,
    clock: Clock,
    ids: EventIds,
}

impl CanonicalAvro {
    /// The adapter of a source of kind `avro`.
    ///
    /// # Errors
    /// [`Error::Zone`] never, since Avro has no local times; kept for the common signature.
    pub fn new(config: &SourceConfig) -> Result<Self, Error> {
        Ok(CanonicalAvro {
            name: config.name.clone(),
            record_bytes_max: config.limits.record_bytes,
            clock: Clock::new(config, "UTC")?,
            ids: EventIds::default(),
        })
    }

    /// As [`crate::Adapter::apply`].
    ///
    /// # Errors
    /// As [`crate::Adapter::apply`].
    pub fn apply(&mut self, record: &RawRecord<'_>, sink: &mut impl EventSink) -> Result<(), Reject> {
        let event = self.checked(record.payload).map_err(|fault| {
            // Names of agents, and of customers where a source is wrong, lie in it in clear: nothing is kept but the header with the writer's schema, if it is one.
            let known = codec::split(record.payload).is_ok();
            fault.reject(record.payload.get(..HEADER_BYTES).filter(|_| known).unwrap_or_default().to_vec())
        })?;
        match (event.verb, event.event_id) {
            (CallVerb::SourceRestarted, "") => self.numbered(record, sink).broadcast(&event),
            (CallVerb::SourceRestarted, _) => sink.broadcast(&event),
            (_, "") => self.numbered(record, sink).call(&event),
            _ => sink.call(&event),
        }
        Ok(())
    }

    fn numbered<'e, S: EventSink>(&'e mut self, record: &RawRecord<'_>, sink: &'e mut S) -> Emitter<'e, S> {
        self.ids.start(&self.name, record);
        Emitter { sink, ids: &mut self.ids }
    }

    fn checked<'a>(&self, payload: &'a [u8]) -> Result<CallEvent<'a>, Fault> {
        if payload.len() > self.record_bytes_max {
            return Err(Fault::new("too_long", format!("the record has {} bytes, {} are allowed", payload.len(), self.record_bytes_max)));
        }
        let event: CallEvent<'a> = codec::decode(payload).map_err(|error| Fault::new(error.code(), error.to_string()))?;
        if event.contact_id.is_empty() && event.verb != CallVerb::SourceRestarted {
            return Err(Fault::new("no_call_id", "contact_id is empty"));
        }
        if event.customer.is_some_and(|customer| !is_pseudonym(customer)) {
            return Err(Fault::new("not_pseudonymised", "customer is no pseudonym 'key id:hash'; the source must not send numbers"));
        }
        for (name, value) in [
            ("wait_ms", event.wait_ms),
            ("ring_ms", event.ring_ms),
            ("talk_ms", event.talk_ms),
            ("hold_ms", event.hold_ms),
            ("acw_ms", event.acw_ms),
        ] {
            if value.is_some_and(i64::is_negative) {
                return Err(Fault::new("bad_number", format!("{name} is negative")));
            }
        }
        self.clock.plausible(event.event_time_us, "event_time_us")?;
        Ok(event)
    }

    /// As [`crate::Adapter::key`]: the contact.
    pub fn key<'a>(&self, record: &RawRecord<'a>) -> Key<'a> {
        codec::decode::<CallEvent<'a>>(record.payload).ok().map(|event| Cow::Borrowed(event.contact_id))
    }
}

/// `key id:hash`, the hash of at least 16 small letters and digits; "sip:0301234567" is none.
fn is_pseudonym(customer: &str) -> bool {
    customer.split_once(':').is_some_and(|(key_id, hash)| {
        let plain = hash.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let letters = hash.bytes().filter(u8::is_ascii_lowercase).count();
        !key_id.is_empty() && key_id.bytes().all(|byte| byte.is_ascii_alphanumeric()) && plain && hash.len() >= 16 && letters >= 4
    })
}
