//! What the tests of the Genesys Cloud adapter share: the adapter, a sink, the fold, and short ways to write records.
#![allow(dead_code, reason = "every test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use events::{AgentEvent, CallEvent, Observation};
use ingester::{Adapter, EventSink, RawRecord, Reject, SourceConfig};
use lifecycle::{ContactEvents, NameTable, Options, Scratch, fold};
use serde::Deserialize;
use serde_json::{Value, json};

/// Everything that came out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    pub(crate) calls: Vec<Value>,
    pub(crate) agents: Vec<Value>,
    pub(crate) notes: Vec<&'static str>,
}

impl EventSink for Written {
    fn call(&mut self, event: &CallEvent<'_>) {
        self.calls.push(serde_json::to_value(event).unwrap());
    }
    fn agent(&mut self, event: &AgentEvent<'_>) {
        self.agents.push(serde_json::to_value(event).unwrap());
    }
    fn broadcast(&mut self, event: &CallEvent<'_>) {
        panic!("{event:?}");
    }
    fn observation(&mut self, observation: &Observation<'_>) {
        panic!("{observation:?}");
    }
    fn note(&mut self, what: &'static str) {
        self.notes.push(what);
    }
}

pub(crate) fn adapter() -> Adapter {
    let config: SourceConfig = toml::from_str(
        "name = 'gc'\nkind = 'genesys_cloud'\nsystem = 'cloud'\npseudonym_key = 'a secret of the tests'\nlimits.record_bytes = 1000000",
    )
    .unwrap();
    Adapter::from_config(&config).unwrap()
}

/// The events of one record, or why it was rejected; a rejected one leaves no event behind.
pub(crate) fn apply(payload: &[u8], line: u64) -> Result<Written, Reject> {
    let (mut adapter, mut written) = (adapter(), Written::default());
    let record = RawRecord { payload, source: "gc", file: "f", line };
    let result = adapter.apply(&record, &mut written);
    assert!(result.is_ok() || (written.calls.is_empty() && written.agents.is_empty()), "a rejected record left events");
    result.map(|()| written)
}

pub(crate) fn applied(record: &Value) -> Written {
    apply(record.to_string().as_bytes(), 1).unwrap_or_else(|reject| panic!("{record}: {reject:?}"))
}

pub(crate) fn rejected(record: &Value) -> Reject {
    apply(record.to_string().as_bytes(), 1).unwrap_err()
}

/// Facts of one contact.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Folded {
    pub(crate) visits: Vec<Value>,
    pub(crate) handlings: Vec<Value>,
    pub(crate) contact: Value,
    pub(crate) settled: bool,
}

pub(crate) fn folded(calls: &[Value]) -> Folded {
    let mut names = NameTable::new(1000);
    let events: Vec<CallEvent<'_>> = calls.iter().map(|event| CallEvent::deserialize(event).unwrap()).collect();
    let mut contact = ContactEvents::new(&events[0], &mut names);
    for event in &events[1..] {
        assert_eq!(event.contact_id, events[0].contact_id);
        contact.push(event, &mut names);
    }
    let facts = fold(&contact, contact.len(), &names, &mut Scratch::default(), &Options::default());
    let values = |one: serde_json::Result<Value>| one.unwrap();
    Folded {
        visits: facts.visits.iter().map(|visit| values(serde_json::to_value(visit))).collect(),
        handlings: facts.handlings.iter().map(|handling| values(serde_json::to_value(handling))).collect(),
        contact: values(serde_json::to_value(facts.contact)),
        settled: facts.settled,
    }
}

impl Folded {
    /// Facts in short lines: visits "queue wait outcome agent", handlings "agent queue talk+hold+acw end", the outcome.
    pub(crate) fn lines(&self) -> Vec<String> {
        let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let visit = |one: &Value| {
            let missed = if one["missed_offers"] == 0 { String::new() } else { format!(" missed={}", one["missed_offers"]) };
            format!(
                "visit {} {} {} {}{missed}{}",
                word(&one["queue"]),
                one["wait_ms"],
                word(&one["outcome"]),
                word(&one["agent"]),
                bits(one)
            )
        };
        let handling = |one: &Value| {
            let target = one["transfer_target"].as_str().map_or(String::new(), |target| format!(" to {target}"));
            let durations = format!("{}+{}+{}", one["talk_ms"], one["hold_ms"], one["acw_ms"]);
            format!("handling {} {} {durations} {}{target}{}", word(&one["agent"]), word(&one["queue"]), word(&one["end"]), bits(one))
        };
        let contact =
            format!("contact {} {} {}", word(&self.contact["outcome"]), word(&self.contact["channel"]), word(&self.contact["direction"]));
        self.visits.iter().map(visit).chain(self.handlings.iter().map(handling)).chain([contact]).collect()
    }
}

fn bits(fact: &Value) -> String {
    let bits = i32::try_from(fact["inferred"].as_i64().unwrap()).unwrap();
    let names: Vec<_> = lifecycle::Inferred::names(bits).collect();
    if names.is_empty() { String::new() } else { format!(" [{}]", names.join(" ")) }
}

/// "1:05.250" is 09:01:05.250 of a day.
pub(crate) fn at(clock: &str) -> String {
    let (minutes, seconds) = clock.split_once(':').unwrap();
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "000"));
    format!("2024-03-04T09:{minutes:0>2}:{whole:0>2}.{fraction:0<3}Z")
}

pub(crate) fn at_us(clock: &str) -> i64 {
    at(clock).parse::<jiff::Timestamp>().unwrap().as_microsecond()
}

/// A segment; "" for an end that has not come.
pub(crate) fn segment(kind: &str, from: &str, to: &str, more: Value) -> Value {
    let mut segment = json!({"segmentType": kind, "segmentStart": at(from)});
    if !to.is_empty() {
        segment["segmentEnd"] = json!(at(to));
    }
    segment.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    segment
}

pub(crate) fn participant(purpose: &str, user: &str, sessions: Vec<Value>) -> Value {
    let mut participant = json!({"purpose": purpose, "participantId": format!("p-{purpose}-{user}"), "sessions": sessions});
    if !user.is_empty() {
        participant["userId"] = json!(user);
    }
    participant
}

/// A session with its medium.
pub(crate) fn session(media: &str, segments: Vec<Value>) -> Value {
    json!({"mediaType": media, "direction": "inbound", "sessionId": "s", "segments": segments})
}

/// Of a voice conversation, one session.
pub(crate) fn voice(purpose: &str, user: &str, segments: Vec<Value>) -> Value {
    participant(purpose, user, vec![session("voice", segments)])
}

pub(crate) fn customer(to: &str, disconnect: &str) -> Value {
    let mut session = session("voice", vec![segment("interact", "0:00", to, json!({"disconnectType": disconnect}))]);
    session["ani"] = json!("tel:+4930123456789");
    session["dnis"] = json!("tel:+498005555555");
    participant("customer", "", vec![session])
}

pub(crate) fn conversation(end: &str, participants: Vec<Value>) -> Value {
    let mut conversation = json!({"conversationId": "c1", "conversationStart": at("0:00"), "participants": participants});
    if !end.is_empty() {
        conversation["conversationEnd"] = json!(at(end));
    }
    conversation
}

pub(crate) fn acd(queue: &str, from: &str, to: &str, disconnect: &str) -> Value {
    voice("acd", "", vec![segment("interact", from, to, json!({"queueId": queue, "disconnectType": disconnect}))])
}

/// The facts of one record, in short lines.
pub(crate) fn lines(record: &Value) -> Vec<String> {
    folded(&applied(record).calls).lines()
}
