//! Contact records (CTR), as the data stream writes them.

use super::legs::Leg;
use super::{ACCOUNT, Instance};
use crate::vendors::json::seconds_text;
use crate::vendors::story::{Talk, TalkEnd};
use crate::visit::Ended;
use serde_json::{Value, json};

fn time(time_us: Option<i64>) -> Value {
    time_us.map(seconds_text).into()
}

/// Whole seconds from one time to another.
fn seconds(from_us: i64, to_us: i64) -> i64 {
    (to_us - from_us) / 1_000_000
}

/// The record of a leg that is over.
pub(super) fn record(leg: &Leg<'_>, instance: &Instance) -> Value {
    let ended = leg.stay.talk.as_ref().and_then(|talk| talk.end.as_ref().map(|end| (talk, end)));
    let transfer = ended.map(|(_, end)| end).filter(|end| matches!(end.how, Ended::BlindTransfer | Ended::WarmTransfer));
    json!({
        "AWSAccountId": ACCOUNT,
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "Agent": ended.map(|(talk, end)| agent(leg, talk, end, instance)),
        "AgentConnectionAttempts": leg.stay.rings.len() + usize::from(ended.is_some()),
        "AnsweringMachineDetectionStatus": null,
        "Attributes": {"greetingPlayed": "true"},
        "Campaign": {"CampaignId": null},
        "Channel": "VOICE",
        "ConnectedToSystemTimestamp": seconds_text(leg.initiated_us()),
        "ContactDetails": {},
        "ContactId": leg.id(),
        "CustomerEndpoint": leg.call.caller.as_ref().map(|caller| endpoint(caller)),
        "DisconnectReason": leg.disconnect_reason(),
        "DisconnectTimestamp": time(leg.disconnected_us()),
        "InitialContactId": leg.initial_id(),
        "InitiationMethod": leg.method(),
        "InitiationTimestamp": seconds_text(leg.initiated_us()),
        "InstanceARN": instance.arn,
        "LastUpdateTimestamp": time(leg.recorded_us()),
        "MediaStreams": [{"Type": "AUDIO"}],
        "NextContactId": leg.next_id(),
        "PreviousContactId": leg.previous_id(),
        "Queue": leg.stay.is_admitted().then(|| queue(leg, instance)),
        "Recording": null,
        "Recordings": [],
        "References": [],
        "ScheduledTimestamp": null,
        "SystemEndpoint": leg.call.dialled.as_ref().map(|dialled| endpoint(dialled)),
        "TransferCompletedTimestamp": time(transfer.map(|end| end.reached_us)),
        "TransferredToEndpoint": transfer.map(|_| endpoint(&extension(leg))),
        "VoiceIdResult": null,
    })
}

fn endpoint(address: &str) -> Value {
    json!({"Address": address, "Type": "TELEPHONE_NUMBER"})
}

/// Where a transfer out of the queues goes: a telephone of the house.
fn extension(leg: &Leg<'_>) -> String {
    (400 + leg.story.keys.below(100, &["extension", &leg.call.name])).to_string()
}

fn queue(leg: &Leg<'_>, instance: &Instance) -> Value {
    let left_us = leg.stay.left_us;
    json!({
        "ARN": instance.arn_of("queue", &leg.queue_id()),
        "DequeueTimestamp": time(left_us),
        "Duration": left_us.map(|left_us| seconds(leg.stay.entered_us, left_us)),
        "EnqueueTimestamp": seconds_text(leg.stay.entered_us),
        "Name": &*leg.stay.queue,
    })
}

fn agent(leg: &Leg<'_>, talk: &Talk, end: &TalkEnd, instance: &Instance) -> Value {
    let hold_s = talk.hold_ms() / 1_000;
    let longest_s = talk.holds.iter().map(|(from_us, to_us)| seconds(*from_us, *to_us)).max().unwrap_or(0);
    json!({
        "ARN": instance.arn_of("agent", &leg.story.keys.uuid("agent", &talk.agent)),
        "AfterContactWorkDuration": end.wrapped_us.map(|wrapped_us| seconds(end.at_us, wrapped_us)),
        "AfterContactWorkEndTimestamp": time(end.wrapped_us),
        "AfterContactWorkStartTimestamp": seconds_text(end.at_us),
        "AgentInteractionDuration": seconds(talk.connected_us, end.at_us) - hold_s,
        "ConnectedToAgentTimestamp": seconds_text(talk.connected_us),
        "CustomerHoldDuration": hold_s,
        "HierarchyGroups": null,
        "LongestHoldDuration": longest_s,
        "NumberOfHolds": talk.holds.len(),
        "RoutingProfile": {"ARN": instance.routing_profile, "Name": "Basic Routing Profile"},
        "Username": super::agent_stream::username(&talk.agent),
    })
}
