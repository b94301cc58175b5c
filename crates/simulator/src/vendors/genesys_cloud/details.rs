//! Conversation details, as the analytics API answers: participants with their sessions and segments.

use super::{ani, conversation_id, disconnect_of_agent, disconnect_of_customer, disconnect_of_stay, gone_us};
use crate::vendors::json::millis_text;
use crate::vendors::story::{Call, Ring, Stay, Story, Talk, TalkEnd};
use crate::visit::Ended;
use serde_json::{Map, Value, json};

/// When the details are fetched: within two minutes of the end of everything, after-call work included; of a conversation that
/// goes on, at the end of the simulated time.
pub(super) fn fetched_us(story: &Story, call: &Call) -> i64 {
    let wrapped_us = match call.stays.last().and_then(|stay| stay.talk.as_ref()) {
        Some(talk) => talk.end.as_ref().and_then(|end| end.wrapped_us),
        None => gone_us(call),
    };
    let over_us = gone_us(call).zip(wrapped_us).map(|(gone_us, wrapped_us)| gone_us.max(wrapped_us));
    let delay_us = (30 + story.keys.below(90, &["fetched", &call.name])) * 1_000_000;
    let at_the_end_us = story.until_us - 1_000;
    over_us.map_or(at_the_end_us, |over_us| (over_us + delay_us).min(at_the_end_us))
}

/// The details of a conversation.
pub(super) fn conversation(story: &Story, call: &Call) -> Value {
    let teller = Teller { story, call };
    let mut participants = vec![teller.customer()];
    participants.extend(teller.menu());
    for (place, stay) in call.stays.iter().enumerate().filter(|(_, stay)| stay.is_admitted()) {
        participants.push(teller.acd(place, stay));
        participants.extend(stay.rings.iter().enumerate().map(|(number, ring)| teller.missed(place, stay, number, ring)));
        if let Some(talk) = &stay.talk {
            participants.push(teller.agent(place, stay, talk));
            participants.extend(talk.end.as_ref().and_then(|end| teller.outside(place, end)));
        }
    }
    let mut conversation = Map::new();
    conversation.insert("conversationId".to_owned(), conversation_id(story, call).into());
    conversation.insert("conversationStart".to_owned(), millis_text(call.initiated_us).into());
    if let Some(gone_us) = gone_us(call) {
        conversation.insert("conversationEnd".to_owned(), millis_text(gone_us).into());
    }
    conversation.insert("originatingDirection".to_owned(), "inbound".into());
    conversation.insert("participants".to_owned(), participants.into());
    Value::Object(conversation)
}

/// A segment; one that goes on has no end and no reason for it.
fn segment(kind: &str, from_us: i64, until_us: Option<i64>, disconnect: Option<&str>, queue: Option<&str>) -> Value {
    let mut segment = json!({ "segmentType": kind, "segmentStart": millis_text(from_us), "conference": false });
    let ended = [
        ("segmentEnd", until_us.map(millis_text)),
        ("disconnectType", disconnect.filter(|_| until_us.is_some()).map(str::to_owned)),
        ("queueId", queue.map(str::to_owned)),
    ];
    for (name, text) in ended {
        if let (Some(text), Some(segment)) = (text, segment.as_object_mut()) {
            segment.insert(name.to_owned(), text.into());
        }
    }
    segment
}

/// A metric that is emitted when what it measures is over.
fn metric(name: &str, from_us: i64, until_us: i64) -> Value {
    json!({ "name": name, "value": (until_us - from_us) / 1_000, "emitDate": millis_text(until_us) })
}

struct Teller<'s> {
    story: &'s Story,
    call: &'s Call,
}

impl Teller<'_> {
    fn queue(&self, stay: &Stay) -> String {
        self.story.keys.uuid("queue", &stay.queue)
    }

    /// A participant with one session. `role` tells it from the others of the conversation.
    fn participant(&self, purpose: &str, role: &str, segments: &[Value], metrics: &[Value]) -> Value {
        let key = format!("{}/{role}", self.call.name);
        let mut session = json!({
            "mediaType": "voice",
            "direction": "inbound",
            "sessionId": self.story.keys.uuid("session", &key),
            "ani": ani(self.call),
            "provider": "Edge",
            "segments": segments,
        });
        if let (Some(session), Some(dialled)) = (session.as_object_mut(), &self.call.dialled) {
            session.insert("dnis".to_owned(), format!("tel:{dialled}").into());
        }
        if let Some(session) = session.as_object_mut().filter(|_| !metrics.is_empty()) {
            session.insert("metrics".to_owned(), metrics.into());
        }
        json!({ "participantId": self.story.keys.uuid("participant", &key), "purpose": purpose, "sessions": [session] })
    }

    fn of_user(&self, agent: &str, participant: Value) -> Value {
        let mut participant = participant;
        if let Some(participant) = participant.as_object_mut() {
            participant.insert("userId".to_owned(), self.story.keys.uuid("agent", agent).into());
        }
        participant
    }

    fn customer(&self) -> Value {
        let disconnect = disconnect_of_customer(self.story, self.call);
        let segment = segment("interact", self.call.initiated_us, gone_us(self.call), Some(disconnect), None);
        let mut customer = self.participant("customer", "customer", &[segment], &[]);
        if let Some(customer) = customer.as_object_mut() {
            // Personal data that no reader may pass on.
            customer.insert("participantName".to_owned(), "Kim Example".into());
        }
        customer
    }

    /// The greeting, which lets the call into its first queue or not.
    fn menu(&self) -> Option<Value> {
        let first = self.call.stays.first()?;
        let (exit, disconnect) = if first.is_admitted() { ("TRANSFER", "transfer") } else { ("FLOW_DISCONNECT", "system") };
        let segments = [segment("ivr", self.call.initiated_us, Some(first.entered_us), Some(disconnect), None)];
        let mut menu = self.participant("ivr", "menu", &segments, &[]);
        let flow_id = self.story.keys.uuid("flow", &first.queue);
        let flow = if first.is_admitted() {
            json!({ "flowId": flow_id, "flowType": "INBOUNDCALL", "exitReason": exit, "transferType": "ACD" })
        } else {
            json!({ "flowId": flow_id, "flowType": "INBOUNDCALL", "exitReason": exit })
        };
        if let Some(session) = menu.pointer_mut("/sessions/0").and_then(Value::as_object_mut) {
            session.insert("flow".to_owned(), flow);
        }
        Some(menu)
    }

    fn acd(&self, place: usize, stay: &Stay) -> Value {
        let told = disconnect_of_stay(self.call, place);
        let queue = self.queue(stay);
        let segments = [segment("interact", stay.entered_us, stay.left_us, told.map(|(disconnect, _)| disconnect), Some(&queue))];
        let mut metrics = vec![json!({ "name": "nOffered", "value": 1, "emitDate": millis_text(stay.entered_us) })];
        if let (Some((_, name)), Some(left_us)) = (told, stay.left_us) {
            metrics.extend(["tWait", "tAcd", name].map(|name| metric(name, stay.entered_us, left_us)));
        }
        self.participant("acd", &format!("acd/{place}"), &segments, &metrics)
    }

    fn missed(&self, place: usize, stay: &Stay, number: usize, ring: &Ring) -> Value {
        let disconnect = if ring.caller_left { "peer" } else { "noAnswerTransfer" };
        let segments = [segment("alert", ring.from_us, Some(ring.to_us), Some(disconnect), Some(&self.queue(stay)))];
        let mut metrics = vec![metric("tAlert", ring.from_us, ring.to_us)];
        if !ring.caller_left {
            metrics.push(metric("tNotResponding", ring.from_us, ring.to_us));
        }
        self.of_user(&ring.agent, self.participant("agent", &format!("missed/{place}/{number}"), &segments, &metrics))
    }

    fn agent(&self, place: usize, stay: &Stay, talk: &Talk) -> Value {
        let queue = self.queue(stay);
        let mut segments = vec![segment("alert", talk.rang_us, Some(talk.connected_us), None, Some(&queue))];
        let mut metrics = vec![metric("tAlert", talk.rang_us, talk.connected_us), metric("tAnswered", stay.entered_us, talk.connected_us)];
        let mut since_us = talk.connected_us;
        for (from_us, to_us) in &talk.holds {
            segments.push(segment("interact", since_us, Some(*from_us), None, Some(&queue)));
            segments.push(segment("hold", *from_us, Some(*to_us), None, Some(&queue)));
            metrics.push(metric("tHeld", *from_us, *to_us));
            since_us = *to_us;
        }
        let end = talk.end.as_ref();
        let disconnect = end.map(disconnect_of_agent);
        segments.push(segment("interact", since_us, end.map(|end| end.at_us), disconnect, Some(&queue)));
        if let Some(end) = end {
            metrics.extend(of_end(talk, end));
            let mut wrapup = segment("wrapup", end.at_us, end.wrapped_us, disconnect, Some(&queue));
            if let Some(wrapup) = wrapup.as_object_mut().filter(|_| end.wrapped_us.is_some()) {
                wrapup.insert("wrapUpCode".to_owned(), wrap_up_code(self.story, self.call).into());
            }
            segments.push(wrapup);
        }
        self.of_user(&talk.agent, self.participant("agent", &format!("agent/{place}"), &segments, &metrics))
    }

    /// The third person with whom the caller goes on talking after a transfer.
    fn outside(&self, place: usize, end: &TalkEnd) -> Option<Value> {
        if matches!(end.how, Ended::ByAgent | Ended::ByCaller) {
            return None;
        }
        let segments = [segment("interact", end.reached_us, end.gone_us, Some("peer"), None)];
        let mut outside = self.participant("external", &format!("outside/{place}"), &segments, &[]);
        if let Some(session) = outside.pointer_mut("/sessions/0").and_then(Value::as_object_mut) {
            session.insert("direction".to_owned(), "outbound".into());
        }
        Some(outside)
    }
}

/// The metrics of a talk that has ended.
fn of_end(talk: &Talk, end: &TalkEnd) -> Vec<Value> {
    let talk_ms = (end.at_us - talk.connected_us) / 1_000 - talk.hold_ms();
    let mut metrics = vec![json!({ "name": "tTalkComplete", "value": talk_ms, "emitDate": millis_text(end.at_us) })];
    if !talk.holds.is_empty() {
        metrics.push(json!({ "name": "tHeldComplete", "value": talk.hold_ms(), "emitDate": millis_text(end.at_us) }));
    }
    if let Some(wrapped_us) = end.wrapped_us {
        metrics.extend([metric("tAcw", end.at_us, wrapped_us), metric("tHandle", talk.connected_us, wrapped_us)]);
    }
    metrics
}

/// The code that the agent chose.
pub(super) fn wrap_up_code(story: &Story, call: &Call) -> &'static str {
    match story.keys.below(3, &["wrap-up code", &call.name]) {
        0 => "solved",
        1 => "passed-on",
        _ => "call-again",
    }
}
