//! Records of any delimited or JSON source, described by a mapping in TOML instead of by code. The mapping is checked and
//! its names are looked up once; a record is then read, its times and durations found, its events and observations rendered and written.

mod compile;
mod events;
mod numbers;
mod observations;
mod output;
mod record;
mod specification;
mod text;
mod values;

pub use specification::{
    AgentEventRule, Amount, Condition, DurationRule, EventRule, Format, ObservationRule, RejectRule, SkipRule, Specification, Tests, Text,
    TimeRule, Translation, Unit, When,
};

use crate::adapter::{EventSink, Key, RawRecord};
use crate::config::{self, SourceConfig};
use crate::emit::{Emitter, EventIds};
use crate::pseudonym::Pseudonyms;
use crate::reject::{Fault, Reject, text};
use crate::time::Clock;
use crate::{Error, mapping::compile::Compiled};
use ::events::CallEvent;
use output::Output;
use record::Reader;
use std::borrow::Cow;

/// The adapter for mapped records.
#[derive(Debug)]
pub struct Mapping {
    name: String,
    system: String,
    tenant: String,
    record_bytes_max: usize,
    extension_digits: u8,
    clock: Clock,
    pseudonyms: Pseudonyms,
    reader: Reader,
    compiled: Compiled,
    ids: EventIds,
}

impl Mapping {
    /// The adapter of a source of kind `mapping`.
    ///
    /// # Errors
    /// Every variant of [`Error`] but `Snapshot`.
    pub fn new(config: &SourceConfig) -> Result<Self, Error> {
        let specification = specification_of(config)?;
        let compiled = compile::compile(&specification).map_err(|(place, problem)| Error::Mapping {
            source_name: config.name.clone(),
            place,
            problem,
        })?;
        let zone = config.timezone.as_deref().or(specification.timezone.as_deref()).unwrap_or("UTC");
        Ok(Mapping {
            name: config.name.clone(),
            system: config.system().to_owned(),
            tenant: config.tenant.clone(),
            record_bytes_max: config.limits.record_bytes,
            extension_digits: config.extension_digits,
            clock: Clock::new(config, zone)?,
            pseudonyms: config::pseudonyms(config)?,
            reader: Reader::new(&specification, &compiled.columns),
            compiled,
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
        self.apply_text(text, record.line, sink).map_err(|fault| fault.reject(self.reader.redacted(text)))
    }

    fn apply_text(&mut self, text: &str, line: u64, sink: &mut impl EventSink) -> Result<(), Fault> {
        let Some(values) = self.reader.read(text, line)? else { return Ok(()) };
        let compiled = &self.compiled;
        if compiled.skips.iter().any(|conditions| conditions.hold(&values)) {
            sink.note("skipped_record");
            return Ok(());
        }
        if let Some((_, reason)) = compiled.rejects.iter().find(|(conditions, _)| conditions.hold(&values)) {
            return Err(Fault::new("mapping_reject", reason.clone()));
        }
        let found = values::find(&compiled.steps, &values, &self.clock)?;
        let id = compiled.contact_id.render(&values);
        if id.is_empty() && !compiled.events.is_empty() {
            return Err(Fault::new("no_call_id", "contact_id is empty"));
        }
        let context = events::Context {
            clock: &self.clock,
            pseudonyms: &self.pseudonyms,
            extension_digits: self.extension_digits,
            system: &self.system,
        };
        let output = Output::render(compiled, &values, &found, &context)?;
        let contact_id = format!("{}/{id}", self.system);
        let sequence = i64::try_from(line).unwrap_or(i64::MAX);
        let base = CallEvent { tenant: &self.tenant, source: &self.name, contact_id: &contact_id, sequence, ..CallEvent::default() };
        output.write(&base, &mut Emitter { sink, ids: &mut self.ids });
        if found.skewed || output.is_skewed() {
            sink.note("clock_skew");
        }
        Ok(())
    }

    /// As [`crate::Adapter::key`]: the contact; without events of contacts, what is observed, so that its corrections
    /// stay in order.
    pub fn key<'a>(&self, record: &RawRecord<'a>) -> Key<'a> {
        let text = text(record.payload, self.record_bytes_max).ok()?;
        let values = self.reader.read(text, record.line).ok()??;
        let compiled = &self.compiled;
        let observed = || compiled.observations.iter().map(|plan| plan.id(&values)).find(|id| !id.is_empty());
        let observed = if compiled.events.is_empty() { observed() } else { None };
        let id = observed.unwrap_or_else(|| compiled.contact_id.render(&values));
        (!id.is_empty()).then(|| Cow::Owned(id.into_owned()))
    }
}

fn specification_of(config: &SourceConfig) -> Result<Specification, Error> {
    let setting = |problem: &str| Error::Setting { source_name: config.name.clone(), problem: problem.to_owned() };
    match (&config.mapping, &config.mapping_file) {
        (Some(specification), None) => Ok(specification.clone()),
        (None, Some(path)) => {
            let text =
                std::fs::read_to_string(path).map_err(|error| Error::MappingFile { path: path.clone(), reason: error.to_string() })?;
            let syntax = |error: toml::de::Error| Error::MappingSyntax { source_name: config.name.clone(), reason: error.to_string() };
            toml::from_str(&text).map_err(syntax)
        }
        (Some(_), Some(_)) => Err(setting("both 'mapping' and 'mapping_file' are set; keep one")),
        (None, None) => Err(setting("kind 'mapping' needs 'mapping_file' or 'mapping'")),
    }
}
