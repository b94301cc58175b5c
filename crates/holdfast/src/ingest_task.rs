//! The ingest stage of one partition: raw records → canonical events, through the adapter of their source.

use crate::config::Config;
use crate::error::Error;
use crate::topology::ingest_output;
use events::{AgentEvent, AgentVerb, CallEvent, CallVerb, EVERY_AGENT, Observation, Observed};
use ingester::{Adapter, EventSink, RawRecord, SourceConfig};
use runtime::metrics::StageMetrics;
use runtime::task::{Output, Record, Reject, Task};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Header of a raw record: the configured source.
pub const SOURCE: &str = "source";
/// Header of a raw record: the file that it came from.
pub const FILE: &str = "file";
/// Header of a raw record: the line in that file.
pub const LINE: &str = "line";

/// The configured sources; a task makes its own adapter of each, when the first record comes.
pub struct Sources {
    configured: FxHashMap<String, SourceConfig>,
    ahead_max_ms: i64,
}

impl Sources {
    /// Takes the sources of a configuration and tries them out.
    ///
    /// # Errors
    /// HF-C004 with the source and what is wrong with it.
    pub fn new(config: &Config) -> Result<Self, Error> {
        let mut configured = FxHashMap::default();
        for source in &config.sources {
            Adapter::from_config(source).map_err(|error| Error::new("HF-C004", format!("source {}: {error}", source.name)))?;
            configured.insert(source.name.clone(), source.clone());
        }
        Ok(Sources { configured, ahead_max_ms: config.pipeline.ahead_max_minutes * 60_000 })
    }
}

/// See the module.
pub struct IngestTask {
    sources: Arc<Sources>,
    /// Adapters with the state of this partition.
    adapters: FxHashMap<String, Adapter>,
    /// Snapshots as of the last commit, for those that changed.
    touched: Vec<String>,
    snapshots: FxHashMap<String, Vec<u8>>,
    event_time_us: i64,
    counts: FxHashMap<&'static str, u64>,
    metrics: StageMetrics,
    pulses: Pulses,
}

impl IngestTask {
    /// A partition without state.
    pub fn new(sources: Arc<Sources>, metrics: StageMetrics) -> Self {
        IngestTask {
            sources,
            adapters: FxHashMap::default(),
            touched: Vec::new(),
            snapshots: FxHashMap::default(),
            event_time_us: i64::MIN,
            counts: FxHashMap::default(),
            metrics,
            pulses: Pulses::default(),
        }
    }
}

/// Events whose age every stage of agents must know: about every agent of a source.
fn of_every_agent<'a>(tenant: &'a str, source: &'a str, event_time_us: i64, what: Observed) -> AgentEvent<'a> {
    let (agent, verb, reason) = (EVERY_AGENT, AgentVerb::SideEvent, Some(what.reason()));
    AgentEvent { tenant, source, agent, event_time_us, verb, reason, ..AgentEvent::default() }
}

/// When each source that vouches for its agents has done so, in steps of its `alive_s`. Said again after a restart: that does no harm.
#[derive(Default)]
struct Pulses(FxHashMap<String, BTreeSet<i64>>);

/// So many steps of a source are remembered.
const PULSES_MAX: usize = 4_096;

impl Pulses {
    /// True if the step of a time is new.
    fn beat(&mut self, source: &str, time_us: i64, alive_s: u32) -> bool {
        let step = time_us.div_euclid(i64::from(alive_s.max(1)) * 1_000_000);
        let known = self.0.entry(source.to_owned()).or_default();
        let new = known.insert(step);
        if known.len() > PULSES_MAX {
            known.pop_first();
        }
        new
    }
}

/// Writes what an adapter says.
struct Sink<'a, 'o> {
    output: &'a mut Output<'o>,
    latest_us: i64,
    /// Events may not lie after this, microseconds.
    bound_us: i64,
    beyond: bool,
    counts: &'a mut FxHashMap<&'static str, u64>,
}

impl Sink<'_, '_> {
    fn admit(&mut self, time_us: i64) -> bool {
        if time_us > self.bound_us {
            self.beyond = true;
            return false;
        }
        self.latest_us = self.latest_us.max(time_us);
        true
    }
}

impl EventSink for Sink<'_, '_> {
    fn call(&mut self, event: &CallEvent<'_>) {
        if self.admit(event.event_time_us) {
            self.output.message(ingest_output::CALLS, event.contact_id.as_bytes(), event);
            if let Some(rang) = ingester::rang(event) {
                self.agent(&rang);
            }
        }
    }

    fn agent(&mut self, event: &AgentEvent<'_>) {
        if self.admit(event.event_time_us) {
            self.output.message(ingest_output::AGENTS, event.agent.as_bytes(), event);
        }
    }

    fn broadcast(&mut self, event: &CallEvent<'_>) {
        if self.admit(event.event_time_us) {
            self.output.message_to_all(ingest_output::CALLS, event.contact_id.as_bytes(), event);
            if event.verb == CallVerb::SourceRestarted {
                let restarted = of_every_agent(event.tenant, event.source, event.event_time_us, Observed::Restarted);
                self.output.message_to_all(ingest_output::AGENTS, EVERY_AGENT.as_bytes(), &restarted);
            }
        }
    }

    fn observation(&mut self, observation: &Observation<'_>) {
        // Shifts lie ahead, and so may what is due: only what has happened may not.
        let ahead = matches!(observation.kind, events::ObservationKind::Shift | events::ObservationKind::Absence);
        if ahead || self.admit(observation.observed_us) {
            self.output.message(ingest_output::OBSERVATIONS, observation.key().as_bytes(), observation);
        }
    }

    fn note(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }
}

impl Task for IngestTask {
    fn restore(&mut self, _: usize, key: &[u8], value: Option<&[u8]>) -> Result<(), String> {
        let Some(name) = key.strip_prefix(b"a/").and_then(|name| std::str::from_utf8(name).ok()) else {
            return Err("a changelog record of the ingest stage has an unknown key".to_owned());
        };
        match value {
            Some(bytes) => self.snapshots.insert(name.to_owned(), bytes.to_vec()),
            None => self.snapshots.remove(name),
        };
        Ok(())
    }

    fn apply(&mut self, record: &Record<'_>, output: &mut Output<'_>) -> Result<(), Reject> {
        let (source, file) = (record.header(SOURCE).unwrap_or_default(), record.header(FILE).unwrap_or_default());
        let line = record.header(LINE).and_then(|line| line.parse().ok()).unwrap_or(0);
        let place =
            |code, reason, redacted| Reject { code, reason, redacted, source: source.to_owned(), file: file.to_owned(), line: line as i64 };
        let Some(payload) = record.payload else { return Err(place("empty", "the record has no value".to_owned(), Vec::new())) };
        let adapter = match self.adapters.get_mut(source) {
            Some(adapter) => adapter,
            None => {
                let Some(config) = self.sources.configured.get(source) else {
                    // What an unknown source holds is not known either: nothing of it is kept.
                    let reason = format!("no source named {source:?} is configured; add it to [[sources]], then re-drive the dead letter");
                    return Err(place("unknown_source", reason, Vec::new()));
                };
                let snapshot = self.snapshots.get(source).map_or(&[][..], Vec::as_slice);
                let made = Adapter::from_config(config).and_then(|mut adapter| adapter.restore(snapshot).map(|()| adapter));
                let adapter = match made {
                    Ok(adapter) => adapter,
                    Err(error) => return Err(place("source_damaged", error.to_string(), Vec::new())),
                };
                self.adapters.entry(source.to_owned()).or_insert(adapter)
            }
        };
        if self.touched.iter().all(|name| name != source) {
            self.touched.push(source.to_owned());
        }
        let now_ms = if record.timestamp_ms > 0 { record.timestamp_ms } else { i64::MAX / 2_000 };
        let bound_us = now_ms.saturating_add(self.sources.ahead_max_ms).saturating_mul(1_000);
        let mut sink = Sink { output, latest_us: i64::MIN, bound_us, beyond: false, counts: &mut self.counts };
        let raw = RawRecord { payload, source, file, line };
        let applied = adapter.apply(&raw, &mut sink);
        let (latest_us, beyond) = (sink.latest_us, sink.beyond);
        if latest_us > i64::MIN {
            let vouching = self.sources.configured.get(source).and_then(|config| Some((config, config.alive_s?)));
            if let Some((config, _)) = vouching.filter(|(_, alive_s)| self.pulses.beat(source, latest_us, *alive_s)) {
                let alive = of_every_agent(&config.tenant, source, latest_us, Observed::Alive);
                output.message_to_all(ingest_output::AGENTS, EVERY_AGENT.as_bytes(), &alive);
            }
            self.event_time_us = self.event_time_us.max(latest_us);
            self.metrics.source_seen(source, latest_us);
        }
        match applied {
            Ok(()) if beyond => Err(place("time_ahead", "the event lies in the future of its record".to_owned(), Vec::new())),
            Ok(()) => Ok(()),
            Err(reject) => Err(place(reject.code, reject.reason, reject.redacted)),
        }
    }

    fn flush(&mut self, _: i64, output: &mut Output<'_>) {
        for name in &self.touched {
            let snapshot = self.adapters.get(name).map(Adapter::snapshot).unwrap_or_default();
            if self.snapshots.get(name).map_or(&[][..], Vec::as_slice) != snapshot {
                output.changelog(format!("a/{name}").as_bytes(), Some(&snapshot));
            }
        }
    }

    fn committed(&mut self) {
        for name in self.touched.drain(..) {
            let snapshot = self.adapters.get(&name).map(Adapter::snapshot).unwrap_or_default();
            if !snapshot.is_empty() || self.snapshots.contains_key(&name) {
                self.snapshots.insert(name, snapshot);
            }
        }
    }

    fn rolled_back(&mut self) {
        // The next record makes the adapter again, from its last snapshot.
        for name in self.touched.drain(..) {
            self.pulses.0.remove(&name);
            self.adapters.remove(&name);
        }
    }

    fn discard(&mut self, output: &mut Output<'_>) {
        for name in self.snapshots.keys() {
            output.changelog(format!("a/{name}").as_bytes(), None);
        }
    }

    fn event_time_us(&self) -> i64 {
        self.event_time_us
    }

    fn take_counts(&mut self, count: &mut dyn FnMut(&'static str, &'static str, u64)) {
        for (what, increment) in self.counts.drain() {
            count("notes", what, increment);
        }
    }
}
