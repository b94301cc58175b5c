//! Asterisk's `queue_log`: lines of the file or rows of the realtime table into canonical events.
//! Verbs and their data: `docs/sources.md`.

mod agents;
mod call_verbs;
mod line;
mod redact;
mod table;
mod transfers;
mod verbs;

use crate::adapter::{EventSink, Key, RawRecord};
use crate::config::{QueueLogForm, SourceConfig};
use crate::emit::{Emitter, EventIds};
use crate::pseudonym::Pseudonyms;
use crate::redact::shape;
use crate::reject::{Fault, Reject, text};
use crate::time::Clock;
use crate::{Error, config};
use line::Line;
use std::borrow::Cow;
use table::{Columns, Row};
use transfers::Transfers;

/// The adapter for `queue_log`.
#[derive(Debug)]
pub struct QueueLog {
    name: String,
    system: String,
    tenant: String,
    form: QueueLogForm,
    columns: Columns,
    prefixes: Vec<String>,
    extension_digits: u8,
    one_call_per_agent: bool,
    record_bytes_max: usize,
    clock: Clock,
    pseudonyms: Pseudonyms,
    transfers: Transfers,
    ids: EventIds,
    scratch: Scratch,
}

/// Buffers that live from record to record.
#[derive(Debug, Default)]
struct Scratch {
    contact_id: String,
    caller_contact_id: String,
    customer: String,
    target: String,
}

impl QueueLog {
    /// The adapter of a source of kind `queue_log`.
    ///
    /// # Errors
    /// [`Error::Zone`], [`Error::PseudonymKey`], [`Error::Setting`].
    pub fn new(config: &SourceConfig) -> Result<Self, Error> {
        Ok(QueueLog {
            name: config.name.clone(),
            system: config.system().to_owned(),
            tenant: config.tenant.clone(),
            form: config.queue_log.form,
            columns: Columns::new(config)?,
            prefixes: config.queue_log.strip_agent_prefixes.clone(),
            extension_digits: config.extension_digits,
            one_call_per_agent: config.queue_log.one_call_per_agent,
            record_bytes_max: config.limits.record_bytes,
            clock: Clock::new(config, config.timezone.as_deref().unwrap_or("UTC"))?,
            pseudonyms: config::pseudonyms(config)?,
            transfers: Transfers::new(config.queue_log.link_transfers),
            ids: EventIds::default(),
            scratch: Scratch::default(),
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
        self.apply_text(text, record, sink).map_err(|fault| fault.reject(self.redacted(text)))
    }

    fn redacted(&self, text: &str) -> Vec<u8> {
        if self.form == QueueLogForm::File && !text.starts_with('{') {
            return redact::redact(text, &self.clock);
        }
        match self.row(text) {
            Ok(Some(row)) => redact::redact(&row.joined(), &self.clock),
            _ => shape(text.as_bytes()),
        }
    }

    fn apply_text(&mut self, text: &str, record: &RawRecord<'_>, sink: &mut impl EventSink) -> Result<(), Fault> {
        if self.form == QueueLogForm::File && !text.starts_with('{') {
            let line = Line::split(text)?;
            return self.apply_line(&line, record, sink);
        }
        match self.row(text)? {
            Some(row) => row.with_line(|line| self.apply_line(&line, record, sink)),
            None => Ok(()),
        }
    }

    fn row<'a>(&self, text: &'a str) -> Result<Option<Row<'a>>, Fault> {
        if self.form == QueueLogForm::Csv && !text.starts_with('{') {
            Row::from_csv(text, &self.columns)
        } else {
            Row::from_json(text).map(Some)
        }
    }

    fn apply_line(&mut self, line: &Line<'_>, record: &RawRecord<'_>, sink: &mut impl EventSink) -> Result<(), Fault> {
        let event_time_us = self.clock.parse(line.time, "field 1 (time)")?;
        let agent = line.agent_name().map(|agent| strip_prefix(agent, &self.prefixes));
        self.scratch.contact_id.clear();
        if let Some(call_id) = line.call() {
            append_contact_id(&mut self.scratch.contact_id, &self.system, call_id);
        }
        let subject = verbs::Subject {
            tenant: &self.tenant,
            source: &self.name,
            system: &self.system,
            event_time_us,
            sequence: i64::try_from(record.line).unwrap_or(i64::MAX),
            agent,
            extension_digits: self.extension_digits,
            one_call_per_agent: self.one_call_per_agent,
            pseudonyms: &self.pseudonyms,
        };
        let mut emitter = Emitter { sink, ids: &mut self.ids };
        verbs::apply(line, &subject, &mut self.scratch, &mut self.transfers, &mut emitter)
    }

    /// As [`crate::Adapter::key`]: the call, else the agent; with `link_transfers = "system"` the system.
    pub fn key<'a>(&self, record: &RawRecord<'a>) -> Key<'a> {
        if self.transfers.whole_system() {
            return Some(Cow::Owned(self.system.clone()));
        }
        let text = text(record.payload, self.record_bytes_max).ok()?;
        if self.form == QueueLogForm::File && !text.starts_with('{') {
            return key_of(&Line::split(text).ok()?).map(Cow::Borrowed);
        }
        let row = self.row(text).ok()??;
        row.with_line(|line| Ok(key_of(&line).map(|key| Cow::Owned(key.to_owned())))).ok()?
    }

    pub(crate) fn snapshot(&self) -> Vec<u8> {
        self.transfers.snapshot()
    }

    pub(crate) fn state_version(&self) -> u64 {
        self.transfers.version()
    }

    pub(crate) fn restore(&mut self, snapshot: &[u8]) -> Result<(), Error> {
        self.transfers.restore(snapshot).map_err(|reason| Error::Snapshot { source_name: self.name.clone(), reason })
    }
}

fn key_of<'a>(line: &Line<'a>) -> Option<&'a str> {
    if verbs::is_about_agent(line.verb) { line.agent_name().or_else(|| line.call()) } else { line.call().or_else(|| line.agent_name()) }
}

fn append_contact_id(contact_id: &mut String, system: &str, call_id: &str) {
    contact_id.push_str(system);
    contact_id.push('/');
    contact_id.push_str(call_id);
}

/// Cuts a technology prefix, and with it the context of a local channel: `Local/2004@from-internal/n` → `2004`.
fn strip_prefix<'a>(agent: &'a str, prefixes: &[String]) -> &'a str {
    match prefixes.iter().find_map(|prefix| agent.strip_prefix(prefix.as_str())) {
        Some(bare) => bare.split_once('@').map_or(bare, |(name, _)| name),
        None => agent,
    }
}
