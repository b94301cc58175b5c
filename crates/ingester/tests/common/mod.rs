//! A sink that keeps what it is given, as short readable texts.
#![allow(dead_code, reason = "every test file uses its own part")]

use events::{AgentEvent, CallEvent, Observation};
use ingester::{Adapter, EventSink, RawRecord, Reject, SourceConfig};
use serde_json::Value;

/// The second that `describe` leaves out.
pub(crate) const BASE_S: i64 = 1_700_000_000;

#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) calls: Vec<Value>,
    pub(crate) agents: Vec<Value>,
    pub(crate) broadcasts: Vec<Value>,
    pub(crate) observations: Vec<Value>,
    pub(crate) notes: Vec<&'static str>,
}

impl EventSink for Kept {
    fn call(&mut self, event: &CallEvent<'_>) {
        self.calls.push(serde_json::to_value(event).unwrap());
    }
    fn agent(&mut self, event: &AgentEvent<'_>) {
        self.agents.push(serde_json::to_value(event).unwrap());
    }
    fn broadcast(&mut self, event: &CallEvent<'_>) {
        self.broadcasts.push(serde_json::to_value(event).unwrap());
    }
    fn observation(&mut self, observation: &Observation<'_>) {
        self.observations.push(serde_json::to_value(observation).unwrap());
    }
    fn note(&mut self, what: &'static str) {
        self.notes.push(what);
    }
}

impl Kept {
    /// Every event in one line: `verb key=value …`; agents' events begin with `agent:`, broadcasts with `all:`,
    /// observations with `observation:`.
    pub(crate) fn described(&self) -> Vec<String> {
        let calls = self.calls.iter().map(describe);
        let agents = self.agents.iter().map(|event| format!("agent:{}", describe(event)));
        let broadcasts = self.broadcasts.iter().map(|event| format!("all:{} {}", describe(event), event["contact_id"].as_str().unwrap()));
        let observations = self.observations.iter().map(describe_observation);
        calls.chain(agents).chain(broadcasts).chain(observations).chain(self.notes.iter().map(|note| format!("note:{note}"))).collect()
    }

    pub(crate) fn count(&self, verb: &str) -> usize {
        self.calls.iter().filter(|event| event["verb"] == verb).count()
    }
}

fn describe(event: &Value) -> String {
    let mut text = event["verb"].as_str().unwrap().to_owned();
    let time_us = event["event_time_us"].as_i64().unwrap();
    if time_us != BASE_S * 1_000_000 {
        text.push_str(&format!(" {:+}", (time_us - BASE_S * 1_000_000) as f64 / 1e6));
    }
    let defaults = [("channel", "voice"), ("direction", "inbound")];
    let skipped = ["tenant", "source", "event_id", "contact_id", "event_time_us", "sequence", "verb"];
    for (name, value) in event.as_object().unwrap() {
        let default =
            value.is_null() || (name == "revision" && value == 0) || defaults.iter().any(|(key, text)| key == name && value == text);
        if !default && !skipped.contains(&name.as_str()) {
            text.push_str(&format!(" {name}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        }
    }
    text
}

/// `observation:kind time id=… key=value …`: times as UTC, what is empty left out.
fn describe_observation(observation: &Value) -> String {
    let time = |us: &Value| jiff::Timestamp::from_microsecond(us.as_i64().unwrap()).unwrap();
    let mut text = format!("observation:{} {}", observation["kind"].as_str().unwrap(), time(&observation["observed_us"]));
    let skipped = ["tenant", "source", "kind", "observed_us"];
    for (name, value) in observation.as_object().unwrap() {
        let is_default = value.is_null() || value == false || (name == "revision" && value == 0);
        if is_default || skipped.contains(&name.as_str()) {
            continue;
        }
        let (name, value) = match (name.strip_suffix("_us"), value) {
            (Some(name), us) => (name, time(us).to_string()),
            (None, Value::String(text)) => (name.strip_prefix("observation_").unwrap_or(name), text.clone()),
            (None, value) => (name.as_str(), value.to_string()),
        };
        text.push_str(&format!(" {name}={value}"));
    }
    text
}

pub(crate) const KEY: &str = "pseudonym_key = 'a secret of the tests'\n";

pub(crate) fn config(toml: &str) -> SourceConfig {
    toml::from_str(&format!("{KEY}{toml}")).unwrap()
}

pub(crate) fn adapter(toml: &str) -> Adapter {
    Adapter::from_config(&config(toml)).unwrap()
}

pub(crate) fn queue_log() -> Adapter {
    adapter("name = 'a'\nkind = 'queue_log'")
}

pub(crate) fn record(payload: &[u8], line: u64) -> RawRecord<'_> {
    RawRecord { payload, source: "a", file: "f", line }
}

/// The events of one record; it must not be rejected.
pub(crate) fn one(adapter: &mut Adapter, payload: &str) -> Vec<String> {
    let mut kept = Kept::default();
    adapter.apply(&record(payload.as_bytes(), 1), &mut kept).unwrap_or_else(|reject| panic!("{payload}: {reject:?}"));
    kept.described()
}

/// The reject of one record; it must leave no event behind.
pub(crate) fn reject(adapter: &mut Adapter, payload: &[u8]) -> Reject {
    let mut kept = Kept::default();
    let reject = adapter.apply(&record(payload, 1), &mut kept).unwrap_err();
    assert_eq!(kept.described(), Vec::<String>::new(), "a rejected record left events");
    reject
}

/// All lines of a text.
pub(crate) fn all(adapter: &mut Adapter, text: &str) -> (Kept, Vec<Reject>) {
    let (mut kept, mut rejects) = (Kept::default(), Vec::new());
    for (line, payload) in (1..).zip(text.split_inclusive('\n')) {
        rejects.extend(adapter.apply(&record(payload.as_bytes(), line), &mut kept).err());
    }
    (kept, rejects)
}
