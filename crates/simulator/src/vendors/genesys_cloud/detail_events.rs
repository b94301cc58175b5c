//! Detail events of conversations, as the notification service sends them.

use super::details::wrap_up_code;
use super::{ani, conversation_id, disconnect_of_agent, disconnect_of_customer, disconnect_of_stay, gone_us};
use crate::vendors::story::{Call, Stay, Story};
use serde_json::{Map, Value, json};

/// An event of a conversation; the numbers are the stay's place in the call, and the ring's among those in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    CustomerStart,
    FlowStart,
    FlowEnd,
    AcdStart(usize),
    RingStart(usize, usize),
    RingEnd(usize, usize),
    UserStart(usize),
    AcdEnd(usize),
    UserEnd(usize),
    CustomerEnd,
    AfterCallWork(usize),
}

/// The events of a conversation with their times; those of one time in the order in which they happen.
pub(super) fn of(call: &Call) -> Vec<(i64, Event)> {
    let mut events = vec![(call.initiated_us, Event::CustomerStart), (call.initiated_us, Event::FlowStart)];
    events.extend(call.stays.first().map(|first| (first.entered_us, Event::FlowEnd)));
    for (place, stay) in call.stays.iter().enumerate().filter(|(_, stay)| stay.is_admitted()) {
        events.push((stay.entered_us, Event::AcdStart(place)));
        for (number, ring) in stay.rings.iter().enumerate() {
            events.extend([(ring.from_us, Event::RingStart(place, number)), (ring.to_us, Event::RingEnd(place, number))]);
        }
        events.extend(stay.talk.as_ref().map(|talk| (talk.rang_us, Event::UserStart(place))));
        events.extend(stay.left_us.map(|left_us| (left_us, Event::AcdEnd(place))));
        let end = stay.talk.as_ref().and_then(|talk| talk.end.as_ref());
        events.extend(end.map(|end| (end.at_us, Event::UserEnd(place))));
        events.extend(end.and_then(|end| end.wrapped_us).map(|wrapped_us| (wrapped_us, Event::AfterCallWork(place))));
    }
    events.extend(gone_us(call).map(|gone_us| (gone_us, Event::CustomerEnd)));
    events
}

/// The event as it is sent.
pub(super) fn text(story: &Story, call: &Call, event: &Event, time_us: i64) -> Value {
    let conversation = conversation_id(story, call);
    let mut body = Map::new();
    let mut add = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    let (topic, role) = topic(event);
    let key = format!("{}/{role}", call.name);
    add("eventTime", (time_us / 1_000).into());
    add("conversationId", conversation.as_str().into());
    add("participantId", story.keys.uuid("participant", &key).into());
    add("sessionId", story.keys.uuid("session", &key).into());
    for (name, word) in [("mediaType", "VOICE"), ("provider", "Edge"), ("direction", "INBOUND")] {
        add(name, word.into());
    }
    add("ani", ani(call).into());
    if let Some(dialled) = &call.dialled {
        add("dnis", format!("tel:{dialled}").into());
    }
    if let Value::Object(own) = own(story, call, event) {
        body.extend(own);
    }
    json!({
        "topicName": format!("v2.detail.events.conversation.{conversation}.{topic}"),
        "version": "2",
        "eventBody": body,
        "metadata": { "CorrelationId": story.keys.uuid("correlation", &format!("{}/{event:?}", call.name)) },
    })
}

/// The topic's last words, and whose participant it is about.
fn topic(event: &Event) -> (&'static str, String) {
    match event {
        Event::CustomerStart => ("customer.start", "customer".to_owned()),
        Event::CustomerEnd => ("customer.end", "customer".to_owned()),
        Event::FlowStart => ("flow.start", "menu".to_owned()),
        Event::FlowEnd => ("flow.end", "menu".to_owned()),
        Event::AcdStart(place) => ("acd.start", format!("acd/{place}")),
        Event::AcdEnd(place) => ("acd.end", format!("acd/{place}")),
        Event::RingStart(place, number) => ("user.start", format!("missed/{place}/{number}")),
        Event::RingEnd(place, number) => ("user.end", format!("missed/{place}/{number}")),
        Event::UserStart(place) => ("user.start", format!("agent/{place}")),
        Event::UserEnd(place) => ("user.end", format!("agent/{place}")),
        Event::AfterCallWork(place) => ("acw", format!("agent/{place}")),
    }
}

/// The word as notifications spell it: `consultTransfer` is `CONSULT_TRANSFER`.
fn shouted(word: &str) -> String {
    let mut text = String::with_capacity(word.len() + 2);
    for letter in word.chars() {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_uppercase());
    }
    text
}

/// What the event has beside what all have.
fn own(story: &Story, call: &Call, event: &Event) -> Value {
    let flow = |exit: Option<&str>| {
        let flow_id = call.stays.first().map(|first| story.keys.uuid("flow", &first.queue));
        match exit {
            None => json!({ "flowType": "INBOUNDCALL", "flowId": flow_id }),
            Some(exit @ "TRANSFER") => json!({
                "flowType": "INBOUNDCALL", "flowId": flow_id, "exitReason": exit, "transferType": "ACD", "disconnectType": "TRANSFER",
            }),
            Some(exit) => json!({ "flowType": "INBOUNDCALL", "flowId": flow_id, "exitReason": exit, "disconnectType": "SYSTEM" }),
        }
    };
    match event {
        Event::CustomerStart => json!({}),
        Event::CustomerEnd => json!({ "disconnectType": shouted(disconnect_of_customer(story, call)) }),
        Event::FlowStart => flow(None),
        Event::FlowEnd if call.stays.first().is_some_and(Stay::is_admitted) => flow(Some("TRANSFER")),
        Event::FlowEnd => flow(Some("FLOW_DISCONNECT")),
        Event::AcdStart(place)
        | Event::AcdEnd(place)
        | Event::RingStart(place, _)
        | Event::RingEnd(place, _)
        | Event::UserStart(place)
        | Event::UserEnd(place)
        | Event::AfterCallWork(place) => call.stays.get(*place).map(|stay| of_stay(story, call, stay, event)).unwrap_or_default(),
    }
}

fn of_stay(story: &Story, call: &Call, stay: &Stay, event: &Event) -> Value {
    let queue = story.keys.uuid("queue", &stay.queue);
    let user = |agent: &str| story.keys.uuid("agent", agent);
    let talk = stay.talk.as_ref();
    let ring = |number: usize| stay.rings.get(number);
    let found = match event {
        Event::AcdEnd(place) => disconnect_of_stay(call, *place).map(|(disconnect, name)| {
            let waited_ms = stay.left_us.map(|left_us| (left_us - stay.entered_us) / 1_000);
            let answered_by = talk.map(|talk| user(&talk.agent));
            let outcome = match name {
                "tAnswered" => "ANSWERED",
                "tAbandon" => "ABANDON",
                _ => "FLOW_OUT",
            };
            json!({
                "queueId": queue, "acdOutcome": outcome, "answeredUserId": answered_by, "usedRouting": "STANDARD",
                "connectedDurationMs": waited_ms, "disconnectType": shouted(disconnect),
            })
        }),
        Event::RingStart(_, number) => ring(*number).map(|ring| json!({ "queueId": queue, "userId": user(&ring.agent) })),
        Event::RingEnd(_, number) => ring(*number).map(|ring| {
            let disconnect = if ring.caller_left { "PEER" } else { "NO_ANSWER_TRANSFER" };
            let rang_ms = (ring.to_us - ring.from_us) / 1_000;
            json!({ "queueId": queue, "userId": user(&ring.agent), "alertingDurationMs": rang_ms, "disconnectType": disconnect })
        }),
        Event::UserStart(_) => talk.map(|talk| json!({ "queueId": queue, "userId": user(&talk.agent) })),
        Event::UserEnd(_) => talk.and_then(|talk| Some((talk, talk.end.as_ref()?))).map(|(talk, end)| {
            json!({
                "queueId": queue, "userId": user(&talk.agent),
                "interactingDurationMs": (end.at_us - talk.connected_us) / 1_000 - talk.hold_ms(), "heldDurationMs": talk.hold_ms(),
                "alertingDurationMs": (talk.connected_us - talk.rang_us) / 1_000, "disconnectType": shouted(disconnect_of_agent(end)),
            })
        }),
        Event::AfterCallWork(_) => talk.and_then(|talk| Some((talk, talk.end.as_ref()?))).map(|(talk, end)| {
            let wrapped_ms = end.wrapped_us.map(|wrapped_us| (wrapped_us - end.at_us) / 1_000);
            let code = wrap_up_code(story, call);
            json!({ "queueId": queue, "userId": user(&talk.agent), "wrapupCode": code, "wrapupDurationMs": wrapped_ms })
        }),
        _ => Some(json!({ "queueId": queue, "requestedRoutings": ["STANDARD"] })),
    };
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::shouted;

    #[test]
    fn words_are_shouted_with_joints() {
        assert_eq!([shouted("consultTransfer"), shouted("peer")], ["CONSULT_TRANSFER", "PEER"]);
    }
}
