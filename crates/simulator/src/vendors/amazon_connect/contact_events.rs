//! Contact events, as an EventBridge rule delivers them.

use super::legs::Leg;
use super::{ACCOUNT, Instance};
use crate::vendors::json::{millis_text, seconds_text};
use serde_json::{Map, Value, json};

/// A contact event that is due.
pub(super) struct ContactMessage {
    pub(super) call: usize,
    pub(super) place: usize,
    kind: Kind,
    time_us: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Initiated,
    Queued,
    Connected,
    Disconnected,
    Completed,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Initiated => "INITIATED",
            Kind::Queued => "QUEUED",
            Kind::Connected => "CONNECTED_TO_AGENT",
            Kind::Disconnected => "DISCONNECTED",
            Kind::Completed => "COMPLETED",
        }
    }
}

/// The events of a leg, in order.
pub(super) fn of(leg: &Leg<'_>, call: usize) -> Vec<(i64, ContactMessage)> {
    let times = [
        (Kind::Initiated, Some(leg.initiated_us())),
        (Kind::Queued, leg.stay.is_admitted().then_some(leg.stay.entered_us)),
        (Kind::Connected, leg.stay.talk.as_ref().map(|talk| talk.connected_us)),
        (Kind::Disconnected, leg.disconnected_us()),
        (Kind::Completed, leg.completed_us()),
    ];
    let due = times.into_iter().filter_map(|(kind, time_us)| Some((kind, time_us?)));
    due.map(|(kind, time_us)| (time_us, ContactMessage { call, place: leg.place, kind, time_us })).collect()
}

/// The event: everything that is known of the contact by then.
pub(super) fn event(leg: &Leg<'_>, message: &ContactMessage, instance: &Instance) -> Value {
    let (id, kind) = (leg.id(), message.kind.name());
    json!({
        "version": "0",
        "id": leg.story.keys.uuid("contact event", &format!("{id}/{kind}")),
        "detail-type": "Amazon Connect Contact Event",
        "source": "aws.connect",
        "account": ACCOUNT,
        "time": seconds_text(message.time_us),
        "region": "eu-central-1",
        "resources": [&instance.arn, instance.arn_of("contact", &id)],
        "detail": detail(leg, &id, message.kind, instance),
    })
}

fn detail(leg: &Leg<'_>, id: &str, kind: Kind, instance: &Instance) -> Value {
    let mut detail = Map::new();
    let mut add = |name: &str, value: Value| {
        detail.insert(name.to_owned(), value);
    };
    add("contactId", id.into());
    add("channel", "VOICE".into());
    add("instanceArn", instance.arn.as_str().into());
    add("initiationMethod", leg.method().into());
    add("eventType", kind.name().into());
    if let (Some(initial_id), Some(previous_id)) = (leg.initial_id(), leg.previous_id()) {
        add("initialContactId", initial_id.into());
        add("previousContactId", previous_id.into());
    }
    add("initiationTimestamp", millis_text(leg.initiated_us()).into());
    if kind > Kind::Initiated {
        add("connectedToSystemTimestamp", millis_text(leg.initiated_us()).into());
    }
    if let Some(caller) = &leg.call.caller {
        add("customerEndpoint", json!({"address": &**caller, "type": "TELEPHONE_NUMBER"}));
    }
    if let Some(dialled) = &leg.call.dialled {
        add("systemEndpoint", json!({"address": dialled, "type": "TELEPHONE_NUMBER"}));
    }
    if kind >= Kind::Queued && leg.stay.is_admitted() {
        let queue_arn = instance.arn_of("queue", &leg.queue_id());
        let entered = millis_text(leg.stay.entered_us);
        add("queueInfo", json!({"queueType": "STANDARD", "queueArn": queue_arn, "enqueueTimestamp": entered}));
    }
    if let Some(agent) = agent_info(leg, kind, instance) {
        add("agentInfo", agent);
    }
    if let Some(disconnected_us) = leg.disconnected_us().filter(|_| kind >= Kind::Disconnected) {
        add("disconnectTimestamp", millis_text(disconnected_us).into());
        add("disconnectReason", leg.disconnect_reason().into());
    }
    add("tags", json!({"aws:connect:instanceId": instance.arn.rsplit('/').next()}));
    Value::Object(detail)
}

/// Who has the contact; his after-call work is told when the contact is completed.
fn agent_info(leg: &Leg<'_>, kind: Kind, instance: &Instance) -> Option<Value> {
    let talk = leg.stay.talk.as_ref().filter(|_| kind >= Kind::Connected)?;
    let mut agent = json!({
        "agentArn": instance.arn_of("agent", &leg.story.keys.uuid("agent", &talk.agent)),
        "connectedToAgentTimestamp": millis_text(talk.connected_us),
        "hierarchyGroups": {},
    });
    let end = talk.end.as_ref().filter(|_| kind == Kind::Completed);
    if let (Some((at_us, wrapped_us)), Some(agent)) = (end.and_then(|end| Some((end.at_us, end.wrapped_us?))), agent.as_object_mut()) {
        agent.insert("afterContactWorkStartTimestamp".to_owned(), millis_text(at_us).into());
        agent.insert("afterContactWorkEndTimestamp".to_owned(), millis_text(wrapped_us).into());
        agent.insert("afterContactWorkDuration".to_owned(), ((wrapped_us - at_us) / 1_000_000).into());
    }
    Some(agent)
}
