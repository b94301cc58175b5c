//! The agent event stream: every change of an agent's status and contacts with the snapshots before and after it, and a heartbeat
//! when nothing has happened for two minutes.

use super::legs::contact_id;
use super::snapshot::{Slot, Snapshot, State, Status};
use super::{ACCOUNT, Instance, SECOND_US, status_name};
use crate::vendors::json::millis_text;
use crate::vendors::story::{Call, Duty, Story, Stretch, Talk};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Connect sends a heartbeat when it has sent nothing for so long.
const HEARTBEAT_US: i64 = 120 * SECOND_US;

/// And goes on with it for so long after the logout.
const AFTER_LOGOUT_US: i64 = 3_600 * SECOND_US;

/// One event of the stream.
pub(super) struct AgentMessage {
    pub(super) time_us: i64,
    /// The agent as the log names him.
    agent: Arc<str>,
    /// Place among the events of the agent.
    number: usize,
    event_type: &'static str,
    before: Option<Snapshot>,
    now: Snapshot,
}

/// The name by which the agent signs in: personal data that no reader may pass on.
pub(super) fn username(agent: &str) -> String {
    format!("pat.example.{}", agent.rsplit('/').next().unwrap_or_default())
}

/// Something that changes a snapshot. Those of one time are applied in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    /// The contact leaves the agent: his after-call work is over.
    Gone(usize, usize),
    /// The status after a pause.
    Available,
    /// Signs in with the status Offline, to choose another one later.
    SignIn,
    /// Signs in, and may be given contacts.
    SignInAvailable,
    /// Chooses a pause that begins when the contacts have ended.
    Choose(&'static str),
    Pause(&'static str),
    Ring(usize, usize),
    Miss(usize, usize),
    Connect(usize, usize),
    Retrieve(usize, usize),
    Hold(usize, usize),
    End(usize, usize),
    /// After-call work that took no time is over.
    GoneAtOnce(usize, usize),
    Offline,
    SignOut,
}

/// The events of all agents, by agent and time.
pub(super) fn messages(story: &Story) -> Vec<AgentMessage> {
    let mut changes: BTreeMap<&Arc<str>, Vec<(i64, Change)>> = BTreeMap::new();
    let mut busy: BTreeMap<&Arc<str>, Vec<(i64, i64)>> = BTreeMap::new();
    for (call, told) in story.calls.iter().enumerate() {
        for (place, stay) in told.stays.iter().enumerate() {
            for ring in &stay.rings {
                let missed = [(ring.from_us, Change::Ring(call, place)), (ring.to_us, Change::Miss(call, place))];
                // He clears it away at once.
                let cleared = (ring.to_us, Change::GoneAtOnce(call, place));
                changes.entry(&ring.agent).or_default().extend(missed.into_iter().chain([cleared]));
            }
            if let Some(talk) = &stay.talk {
                changes.entry(&talk.agent).or_default().extend(of_talk(talk, call, place));
                let over_us = talk.end.as_ref().and_then(|end| end.wrapped_us).unwrap_or(i64::MAX);
                busy.entry(&talk.agent).or_default().push((talk.connected_us, over_us));
            }
        }
    }
    let mut messages = Vec::new();
    for duty in &story.duties {
        let mut of_agent = changes.remove(&duty.agent).unwrap_or_default();
        let busy = busy.get(&duty.agent).map_or(&[] as &[(i64, i64)], Vec::as_slice);
        of_agent.extend(declared(story, duty, busy));
        of_agent.retain(|(time_us, _)| *time_us < story.until_us);
        of_agent.sort_unstable();
        messages.extend(told(story, duty, &of_agent));
    }
    messages
}

fn of_talk(talk: &Talk, call: usize, place: usize) -> Vec<(i64, Change)> {
    let mut changes = vec![(talk.rang_us, Change::Ring(call, place)), (talk.connected_us, Change::Connect(call, place))];
    for (from_us, to_us) in &talk.holds {
        changes.extend([(*from_us, Change::Hold(call, place)), (*to_us, Change::Retrieve(call, place))]);
    }
    if let Some(end) = &talk.end {
        changes.push((end.at_us, Change::End(call, place)));
        let gone = if end.wrapped_us == Some(end.at_us) { Change::GoneAtOnce(call, place) } else { Change::Gone(call, place) };
        changes.extend(end.wrapped_us.map(|wrapped_us| (wrapped_us, gone)));
    }
    changes
}

/// What the agent declares. Half of the agents sign in with the status Offline some seconds before they begin, and all sign out
/// some seconds after they have ended.
fn declared(story: &Story, duty: &Duty, busy: &[(i64, i64)]) -> Vec<(i64, Change)> {
    let mut changes = Vec::new();
    let mut free_us = i64::MIN;
    for session in &duty.sessions {
        let early_us = story.keys.below(2, &["signs in early", &duty.agent]) * 20 * SECOND_US;
        if early_us > 0 && free_us < session.from_us - early_us {
            changes.extend([(session.from_us - early_us, Change::SignIn), (session.from_us, Change::Available)]);
        } else {
            changes.push((session.from_us, Change::SignInAvailable));
        }
        if let Some(until_us) = session.until_us {
            free_us = until_us + 3 * SECOND_US;
            let next = duty.sessions.iter().any(|next| (until_us..=free_us).contains(&next.from_us));
            changes.push((until_us, Change::Offline));
            changes.push((if next { until_us } else { free_us }, Change::SignOut));
        }
    }
    for (pause, reason) in &duty.pauses {
        changes.extend(of_pause(pause, status_name(reason), duty, busy));
    }
    changes
}

/// A pause that is chosen during a contact or its after-call work begins after them, if it then still lasts.
fn of_pause(pause: &Stretch, name: &'static str, duty: &Duty, busy: &[(i64, i64)]) -> Vec<(i64, Change)> {
    let during = busy.iter().find(|(from_us, to_us)| (*from_us..*to_us).contains(&pause.from_us));
    let begins_us = during.map_or(pause.from_us, |(_, to_us)| *to_us);
    let mut changes = Vec::new();
    if during.is_some() {
        changes.push((pause.from_us, Change::Choose(name)));
    }
    if pause.until_us.is_none_or(|until_us| begins_us < until_us) {
        changes.push((begins_us, Change::Pause(name)));
    }
    // Who goes home out of a pause does not come back before.
    let goes_home = duty.sessions.iter().any(|session| session.until_us.is_some() && session.until_us == pause.until_us);
    changes.extend(pause.until_us.filter(|until_us| !goes_home && begins_us < *until_us).map(|until_us| (until_us, Change::Available)));
    changes
}

/// The changes of an agent as events, with heartbeats between them.
fn told(story: &Story, duty: &Duty, changes: &[(i64, Change)]) -> Vec<AgentMessage> {
    let mut messages: Vec<AgentMessage> = Vec::new();
    let mut now = Snapshot::signed_out();
    // Until when there are heartbeats; none: for ever.
    let mut beats_until_us = Some(i64::MIN);
    let mut last_us = i64::MIN;
    let mut tell = |time_us: i64, event_type: &'static str, before: Option<Snapshot>, now: &Snapshot| {
        let number = messages.len();
        messages.push(AgentMessage { time_us, agent: Arc::clone(&duty.agent), number, event_type, before, now: now.clone() });
    };
    for (time_us, change) in changes.iter().copied().map(Some).chain([None]).map(|change| change.unzip()) {
        let stop_us = time_us.unwrap_or(story.until_us).min(beats_until_us.unwrap_or(i64::MAX));
        while last_us > i64::MIN && last_us + HEARTBEAT_US < stop_us {
            last_us += HEARTBEAT_US;
            tell(last_us, "HEART_BEAT", Some(now.clone()), &now);
        }
        let (Some(time_us), Some(change)) = (time_us, change) else { break };
        let before = now.clone();
        apply(&mut now, change, time_us);
        let (event_type, before) = match change {
            Change::SignIn | Change::SignInAvailable => ("LOGIN", None),
            Change::SignOut => ("LOGOUT", Some(before)),
            _ => ("STATE_CHANGE", Some(before)),
        };
        tell(time_us, event_type, before, &now);
        beats_until_us = if change == Change::SignOut { Some(time_us + AFTER_LOGOUT_US) } else { None };
        last_us = time_us;
    }
    messages
}

fn apply(now: &mut Snapshot, change: Change, time_us: i64) {
    match change {
        Change::Gone(call, place) | Change::GoneAtOnce(call, place) => now.slots.retain(|slot| (slot.call, slot.place) != (call, place)),
        Change::SignIn | Change::Offline | Change::SignOut if now.status == Status::Offline && now.since_us > 0 => {}
        Change::SignIn | Change::Offline | Change::SignOut => now.turn(Status::Offline, time_us),
        Change::Available | Change::SignInAvailable => now.turn(Status::Available, time_us),
        Change::Choose(name) => now.next = Some((name, time_us)),
        Change::Pause(name) => now.turn(Status::Custom(name), time_us),
        Change::Ring(call, place) => {
            now.slots.push(Slot { call, place, state: State::Connecting, since_us: time_us, connected_us: None });
        }
        Change::Miss(call, place) => now.move_slot(call, place, State::Missed, time_us),
        Change::Connect(call, place) | Change::Retrieve(call, place) => now.move_slot(call, place, State::Connected, time_us),
        Change::Hold(call, place) => now.move_slot(call, place, State::ConnectedOnHold, time_us),
        Change::End(call, place) => now.move_slot(call, place, State::Ended, time_us),
    }
}

/// The event as the stream has it.
pub(super) fn event(message: &AgentMessage, story: &Story, instance: &Instance) -> Value {
    let agent_arn = instance.arn_of("agent", &story.keys.uuid("agent", &message.agent));
    let shown = |snapshot: &Snapshot| shown(snapshot, message, story, instance);
    json!({
        "AWSAccountId": ACCOUNT,
        "AgentARN": agent_arn,
        "CurrentAgentSnapshot": shown(&message.now),
        "EventId": story.keys.uuid("agent event", &format!("{}/{}", message.agent, message.number)),
        "EventTimestamp": millis_text(message.time_us),
        "EventType": message.event_type,
        "InstanceARN": instance.arn,
        "PreviousAgentSnapshot": message.before.as_ref().map(shown),
        "Version": "2017-10-01",
    })
}

fn shown(snapshot: &Snapshot, message: &AgentMessage, story: &Story, instance: &Instance) -> Value {
    let contacts: Vec<Value> =
        snapshot.slots.iter().filter_map(|slot| Some(contact(slot, story.calls.get(slot.call)?, story, instance))).collect();
    let name = snapshot.status.name();
    json!({
        "AgentStatus": {
            "ARN": instance.arn_of("agent-state", &story.keys.uuid("agent state", name)),
            "Name": name,
            "StartTimestamp": millis_text(snapshot.since_us),
            "Type": snapshot.status.kind(),
        },
        "Configuration": {
            "AgentHierarchyGroups": null,
            "FirstName": "Pat",
            "LastName": "Example",
            "RoutingProfile": {"ARN": instance.routing_profile, "Concurrency": [{"AvailableSlots": 1, "Channel": "VOICE", "MaximumSlots": 1}], "Name": "Basic Routing Profile"},
            "Username": username(&message.agent),
        },
        "Contacts": contacts,
        "NextAgentStatus": snapshot.next.map(|(name, chosen_us)| json!({
            "ARN": instance.arn_of("agent-state", &story.keys.uuid("agent state", name)),
            "EnqueuedTimestamp": millis_text(chosen_us),
            "Name": name,
        })),
    })
}

fn contact(slot: &Slot, call: &Call, story: &Story, instance: &Instance) -> Value {
    let stay = call.stays.get(slot.place);
    json!({
        "Channel": "VOICE",
        "ConnectedToAgentTimestamp": slot.connected_us.map(millis_text),
        "ContactId": contact_id(story, call, slot.place),
        "InitialContactId": (slot.place > 0).then(|| contact_id(story, call, 0)),
        "InitiationMethod": if slot.place == 0 { "INBOUND" } else { "QUEUE_TRANSFER" },
        "Queue": stay.map(|stay| json!({"ARN": instance.arn_of("queue", &story.keys.uuid("queue", &stay.queue)), "Name": &*stay.queue})),
        "QueueTimestamp": stay.map(|stay| millis_text(stay.entered_us)),
        "State": slot.state.name(),
        "StateStartTimestamp": millis_text(slot.since_us),
    })
}
