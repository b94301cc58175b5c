//! Presence, routing status and states of agents into agents' events.
//!
//! Presence is what the agent declared; the adapter keeps no state, so every presence says as much as a reader needs who
//! knows nothing of the agent: whoever is on queue is logged in and not paused, whoever is off queue is logged in and
//! paused. `queue_joined` without a queue is a login that does not end the session of somebody who is logged in already.

use super::conversation::Reading;
use super::json::{get, text, time_us};
use super::words::{normal, plain};
use crate::reject::Fault;
use events::{AgentEvent, AgentVerb, Observed};
use serde_json::Value;

/// Of an `activity`, which repeats what has not changed, parts that are older than the newest by more than this are known.
const SAME_CHANGE_US: i64 = 5_000_000;

/// A topic about an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Presence,
    RoutingStatus,
    Activity,
    State,
}

/// The agent whom a topic or a body is about, and what it says of him; none: it is about no agent.
pub(super) fn subject<'a>(topic: Option<&'a str>, body: &'a Value) -> Option<(Kind, Option<&'a str>)> {
    let words: Vec<&str> = topic.unwrap_or_default().split('.').collect();
    let is = |at: usize, word: &str| words.get(at).is_some_and(|found| found.eq_ignore_ascii_case(word));
    let last = words.last().copied().unwrap_or_default().to_ascii_lowercase();
    let named = |at: usize| words.get(at).copied().filter(|id| !id.is_empty() && !id.starts_with('{'));
    let of_body = || text(body, "userId").or_else(|| text(body, "agentId"));
    if is(1, "users") {
        let kind = match last.as_str() {
            "presence" => Kind::Presence,
            "routingstatus" => Kind::RoutingStatus,
            "activity" => Kind::Activity,
            _ => return None,
        };
        return Some((kind, named(2).or_else(of_body).or_else(|| text(body, "id"))));
    }
    if is(1, "detail") && is(3, "agent") && last == "state" {
        return Some((Kind::State, of_body().or_else(|| named(4))));
    }
    if topic.is_some() {
        return None;
    }
    let bare = |kind| Some((kind, of_body().or_else(|| text(body, "id"))));
    match (get(body, "presenceDefinition").is_some(), get(body, "presence").is_some(), get(body, "routingStatus").is_some()) {
        (true, ..) => Some((Kind::Presence, of_body())),
        (_, true, _) => bare(Kind::Activity),
        (_, _, true) => bare(Kind::RoutingStatus),
        _ if get(body, "currentState").is_some() => Some((Kind::State, of_body())),
        _ => None,
    }
}

/// The events of one record about an agent.
pub(super) fn events<'a>(
    kind: Kind,
    agent: Option<&'a str>,
    body: &'a Value,
    reading: &mut Reading<'_>,
) -> Result<Vec<AgentEvent<'a>>, Fault> {
    let agent = agent.ok_or_else(|| Fault::new("missing_value", "userId: absent, and the topic names no user"))?;
    let mut events = Vec::new();
    match kind {
        Kind::Presence => {
            let presence = get(body, "presence").unwrap_or(body);
            let at_us = required_us(presence, &["modifiedDate", "eventTime"], reading)?;
            events.extend(declared(presence, at_us, reading));
        }
        Kind::RoutingStatus => {
            let routing = get(body, "routingStatus").filter(|found| found.is_object()).unwrap_or(body);
            let at_us = required_us(routing, &["startTime", "eventTime"], reading)?;
            events.extend(routed(routing, at_us, reading));
        }
        Kind::Activity => events.extend(activity(body, reading)?),
        Kind::State => {
            let at_us = required_us(body, &["currentStateStart", "eventTime"], reading)?;
            let state = text(body, "currentState").and_then(plain).unwrap_or("unknown");
            events.push(event(AgentVerb::SideEvent, at_us, Some(state)));
            events.push(observed(in_session(state), at_us));
        }
    }
    let queue = if kind == Kind::State { text(body, "queueId") } else { None };
    Ok(events.into_iter().map(|event| AgentEvent { agent, queue, ..event }).collect())
}

fn required_us(value: &Value, names: &[&str; 2], reading: &Reading<'_>) -> Result<i64, Fault> {
    for name in names {
        if let Some(at_us) = time_us(reading.clock, value, name)? {
            return Ok(at_us);
        }
    }
    Err(Fault::new("bad_time", format!("{}: absent", names[0])))
}

fn event(verb: AgentVerb, event_time_us: i64, reason: Option<&str>) -> AgentEvent<'_> {
    AgentEvent { verb, event_time_us, reason, ..AgentEvent::default() }
}

/// Both parts where they changed together, else the one that changed last.
fn activity<'a>(body: &'a Value, reading: &mut Reading<'_>) -> Result<Vec<AgentEvent<'a>>, Fault> {
    let presence = get(body, "presence").unwrap_or(&Value::Null);
    let routing = get(body, "routingStatus").unwrap_or(&Value::Null);
    let declared_us = time_us(reading.clock, presence, "modifiedDate")?;
    let routed_us = time_us(reading.clock, routing, "startTime")?;
    let Some(newest_us) = declared_us.max(routed_us) else {
        return Err(Fault::new("bad_time", "presence.modifiedDate and routingStatus.startTime: absent"));
    };
    let mut events = Vec::new();
    let changed = |at_us: &i64| newest_us - at_us <= SAME_CHANGE_US;
    if let Some(at_us) = declared_us.filter(changed) {
        events.extend(declared(presence, at_us, reading));
    }
    if let Some(at_us) = routed_us.filter(changed) {
        events.extend(routed(routing, at_us, reading));
    }
    Ok(events)
}

/// A presence: `systemPresence`, to which every presence that a site defines belongs.
fn declared<'a>(presence: &'a Value, at_us: i64, reading: &mut Reading<'_>) -> Vec<AgentEvent<'a>> {
    let definition = get(presence, "presenceDefinition").unwrap_or(presence);
    let word = text(definition, "systemPresence").unwrap_or("unknown");
    match normal(word).as_str() {
        "onqueue" => on_queue(at_us),
        "offline" => vec![event(AgentVerb::LoggedOut, at_us, None)],
        "available" | "away" | "break" | "busy" | "idle" | "meal" | "meeting" | "training" => {
            vec![event(AgentVerb::QueueJoined, at_us, None), event(AgentVerb::Paused, at_us, plain(word))]
        }
        _ => unknown(word, at_us, reading),
    }
}

/// What the state of one session says of the agent. Talk, hold and after-call work are known from the conversation; an agent may have
/// several sessions, so they say no more than that what rang is over.
fn in_session(state: &str) -> Observed {
    match normal(state).as_str() {
        "alert" | "alerting" => Observed::Ringing,
        "dialing" | "contacting" => Observed::Dialing,
        _ => Observed::OfferOver,
    }
}

fn observed(what: Observed, at_us: i64) -> AgentEvent<'static> {
    event(AgentVerb::SideEvent, at_us, Some(what.reason()))
}

/// A routing status. One who does not respond is given no contacts until he is idle again or off the queues; who is interacting is
/// known from the conversation.
fn routed<'a>(routing: &'a Value, at_us: i64, reading: &mut Reading<'_>) -> Vec<AgentEvent<'a>> {
    let word = text(routing, "status").unwrap_or("unknown");
    match normal(word).as_str() {
        "idle" => [on_queue(at_us), vec![observed(Observed::Nothing, at_us)]].concat(),
        "notresponding" => [on_queue(at_us), vec![observed(Observed::NotResponding, at_us)]].concat(),
        "offqueue" | "interacting" => vec![event(AgentVerb::SideEvent, at_us, plain(word)), observed(Observed::Nothing, at_us)],
        "communicating" => vec![event(AgentVerb::SideEvent, at_us, plain(word)), observed(Observed::Communicating, at_us)],
        _ => unknown(word, at_us, reading),
    }
}

fn on_queue<'a>(at_us: i64) -> Vec<AgentEvent<'a>> {
    vec![event(AgentVerb::QueueJoined, at_us, None), event(AgentVerb::Unpaused, at_us, None)]
}

fn unknown<'a>(word: &'a str, at_us: i64, reading: &mut Reading<'_>) -> Vec<AgentEvent<'a>> {
    reading.notes.push("unknown_verb");
    vec![event(AgentVerb::SideEvent, at_us, Some(plain(word).unwrap_or("unknown")))]
}
