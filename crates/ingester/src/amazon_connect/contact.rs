//! The events of one leg.

use super::leg::Leg;
use crate::adapter::EventSink;
use crate::emit::Emitter;
use crate::pseudonym::{Pseudonyms, is_external};
use crate::time::SECOND_US;
use events::{CallEvent, CallVerb, Direction, Party};

/// What every event of the source has, and what its events are made with.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) tenant: &'a str,
    pub(super) source: &'a str,
    pub(super) system: &'a str,
    pub(super) sequence: i64,
    pub(super) pseudonyms: &'a Pseudonyms,
    pub(super) extension_digits: u8,
}

/// Stamps in whole seconds that differ by no more than this are of one moment.
const SAME_MOMENT_US: i64 = 2 * SECOND_US;

/// A callback must enter its queue this much after it was asked for, so that no fold takes the one for the other.
const CALLBACK_DELAY_MIN_US: i64 = 10 * SECOND_US;

/// Ends after which the agent has not passed the contact on, though it goes on under another id.
const NOT_PASSED_ON: [&str; 5] = ["CUSTOMER_DISCONNECT", "THIRD_PARTY_DISCONNECT", "TELECOM_PROBLEM", "BARGED", "EXPIRED"];

/// A text that people may have typed: kept if it is short and no number hides in it.
pub(super) fn free_text(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty() && text.len() <= 128 && !is_external(text, 6))
}

/// Writes the events of a leg.
pub(super) fn write<S: EventSink>(leg: &Leg<'_>, about: &About<'_>, emitter: &mut Emitter<'_, S>) {
    if leg.unlinked {
        emitter.note("chain_unlinked");
    }
    if leg.channel_unknown {
        emitter.note("unknown_channel");
    }
    let contact_id = format!("{}/{}", about.system, leg.root);
    let customer = leg.customer.as_deref().and_then(|address| about.pseudonyms.token(address));
    let target = leg.target.as_deref().and_then(|address| transfer_target(address, about));
    let base = CallEvent {
        tenant: about.tenant,
        source: about.source,
        contact_id: &contact_id,
        sequence: about.sequence,
        customer: customer.as_deref(),
        channel: leg.channel,
        direction: leg.direction(),
        leg: Some(&leg.id),
        revision: leg.revision,
        ..CallEvent::default()
    };
    match leg.method.as_str() {
        "MONITOR" => return supervised(leg, &base, emitter),
        // The line to a third person; the customer's leg goes on beside it.
        "EXTERNAL_OUTBOUND" if !leg.is_root() => return side(leg, &base, &leg.method, leg.initiated_us, emitter),
        _ => {}
    }
    initiated(leg, &base, emitter);
    if let Some(entered_us) = leg.entered_us() {
        emitter.call(&CallEvent { verb: CallVerb::QueueEntered, event_time_us: entered_us, queue: leg.queue.as_deref(), ..base.clone() });
    }
    match leg.handled_by() {
        Some(agent) => handled(leg, agent, target.as_deref(), &base, emitter),
        None if leg.entered_us().is_some() => left(leg, target.as_deref(), &base, emitter),
        None => never_queued(leg, target.as_deref(), &base, emitter),
    }
    beside(leg, &base, emitter);
}

/// Where a transfer went: numbers outside the house and addresses of people as pseudonyms.
fn transfer_target(address: &str, about: &About<'_>) -> Option<String> {
    if let Some((_, end)) = address.rsplit_once('/').filter(|_| address.starts_with("arn:")) {
        return Some(end.to_owned());
    }
    let outside = address.contains('@') || is_external(address, about.extension_digits);
    if outside { about.pseudonyms.token(address) } else { free_text(address).map(str::to_owned) }
}

fn side<S: EventSink>(leg: &Leg<'_>, base: &CallEvent<'_>, reason: &str, at_us: Option<i64>, emitter: &mut Emitter<'_, S>) {
    let Some(event_time_us) = at_us.or(leg.event_us).or(leg.initiated_us).or(leg.disconnected_us) else { return };
    let (reason, agent) = (free_text(reason), leg.agent.as_deref());
    emitter.call(&CallEvent { verb: CallVerb::SideEvent, event_time_us, reason, agent, ..base.clone() });
}

/// A supervisor who listens or barges in: no customer work. Under the customer's contact only a remark; where the record does
/// not say whose contact it was, there is no contact at all.
fn supervised<S: EventSink>(leg: &Leg<'_>, base: &CallEvent<'_>, emitter: &mut Emitter<'_, S>) {
    let verb = if leg.is_root() { CallVerb::ContactExcluded } else { CallVerb::SideEvent };
    let at_us = leg.initiated_us.or(leg.connected_us).or(leg.disconnected_us).or(leg.event_us).or(Some(leg.revision));
    let base = CallEvent { direction: Direction::default(), customer: None, ..base.clone() };
    if let Some(event_time_us) = at_us {
        emitter.call(&CallEvent { verb, event_time_us, reason: Some("MONITOR"), agent: leg.agent.as_deref(), ..base });
    }
}

fn initiated<S: EventSink>(leg: &Leg<'_>, base: &CallEvent<'_>, emitter: &mut Emitter<'_, S>) {
    let Some(event_time_us) = leg.initiated_us else { return };
    if leg.is_root() {
        // Outbound, the system's address is the caller id that is shown; of a callback it is the agent's phone.
        let dialled = leg.direction() == Direction::Inbound && leg.method != "CALLBACK";
        let dnis = leg.dialled.as_deref().filter(|_| dialled);
        return emitter.call(&CallEvent { verb: CallVerb::ContactInitiated, event_time_us, dnis, ..base.clone() });
    }
    side(leg, base, if leg.method.is_empty() { "INITIATED" } else { &leg.method }, leg.initiated_us, emitter);
    // Only the callback knows why the wait before it ended; the leg that waited says no more than that it went on.
    if leg.method == "CALLBACK" && leg.enqueued_us.is_some_and(|enqueued_us| enqueued_us - event_time_us >= CALLBACK_DELAY_MIN_US) {
        emitter.call(&CallEvent { verb: CallVerb::QueueLeft, event_time_us, reason: Some("callback"), ..base.clone() });
    }
}

/// An agent had it: connection, end, after-call work.
fn handled<S: EventSink>(leg: &Leg<'_>, agent: &str, target: Option<&str>, base: &CallEvent<'_>, emitter: &mut Emitter<'_, S>) {
    let wait_ms = leg.wait_ms.filter(|_| leg.entered_us().is_some());
    let base = CallEvent { queue: leg.queue.as_deref(), agent: Some(agent), ..base.clone() };
    if let Some(event_time_us) = leg.connected_us {
        emitter.call(&CallEvent { verb: CallVerb::AgentConnected, event_time_us, wait_ms, ..base.clone() });
    }
    if let Some(event_time_us) = end_us(leg) {
        // A record without after-call work says that there was none.
        let none_ms = (leg.is_record() && leg.acw_started_us.is_none()).then_some(0);
        let end = CallEvent {
            event_time_us,
            wait_ms,
            talk_ms: leg.talk_ms,
            hold_ms: leg.hold_ms,
            acw_ms: leg.acw_ms.or(none_ms),
            ..base.clone()
        };
        emitter.call(&match transfer_kind(leg, event_time_us) {
            Some(kind) => CallEvent { verb: CallVerb::TransferCompleted, reason: Some(kind), target, ..end },
            None => CallEvent { verb: CallVerb::ContactDisconnected, party: party(&leg.disconnect_reason), ..end },
        });
    }
    if let Some(event_time_us) = leg.acw_started_us {
        emitter.call(&CallEvent { verb: CallVerb::AcwStarted, event_time_us, ..base.clone() });
    }
    if let Some(event_time_us) = leg.acw_ended_us {
        emitter.call(&CallEvent { verb: CallVerb::AcwEnded, event_time_us, acw_ms: leg.acw_ms, ..base });
    }
}

/// When the agent's talk ended. The customer's end is later where the agent has passed him on.
fn end_us(leg: &Leg<'_>) -> Option<i64> {
    let work_ms = leg.talk_ms.map(|talk_ms| talk_ms.saturating_add(leg.hold_ms.unwrap_or(0)));
    let measured_us = leg.connected_us.zip(work_ms).map(|(connected_us, work_ms)| connected_us.saturating_add(work_ms * 1000));
    let stamps = [leg.disconnected_us, leg.transferred_us];
    match leg.acw_started_us.or_else(|| measured_us.filter(|_| leg.is_record())) {
        Some(end_us) => stamps.into_iter().flatten().find(|stamp_us| stamp_us.abs_diff(end_us) <= SAME_MOMENT_US as u64).or(Some(end_us)),
        None => leg.transferred_us.or(leg.disconnected_us),
    }
}

/// How the agent passed the contact on, if he did. Out of Connect the record says so; inside, it goes on under another id though
/// nobody but the agent has left.
fn transfer_kind(leg: &Leg<'_>, end_us: i64) -> Option<&'static str> {
    match leg.transferred_us {
        // The other side was reached while the agent was still there.
        Some(transferred_us) if end_us - transferred_us > SAME_MOMENT_US => Some("warm"),
        Some(_) => Some("blind"),
        None => (leg.goes_on && !NOT_PASSED_ON.contains(&leg.disconnect_reason.as_str())).then_some("blind"),
    }
}

fn party(disconnect_reason: &str) -> Option<Party> {
    match disconnect_reason {
        "" => None,
        "CUSTOMER_DISCONNECT" => Some(Party::Customer),
        "AGENT_DISCONNECT" => Some(Party::Agent),
        _ => Some(Party::System),
    }
}

/// It waited, and no agent had it.
fn left<S: EventSink>(leg: &Leg<'_>, target: Option<&str>, base: &CallEvent<'_>, emitter: &mut Emitter<'_, S>) {
    let over = leg.disconnected_us.is_some() || (leg.is_record() && (leg.goes_on || leg.dequeued_us.is_some()));
    let at_us = leg.dequeued_us.or(leg.transferred_us).or(leg.disconnected_us).filter(|_| over);
    let Some(event_time_us) = at_us else { return };
    let reason = match leg.disconnect_reason.as_str() {
        "CUSTOMER_DISCONNECT" => "abandoned",
        "TELECOM_PROBLEM" => "system_error",
        _ if leg.goes_on || leg.transferred_us.is_some() => "overflow",
        "EXPIRED" => "timeout",
        "" | "OTHER" => "abandoned",
        // The flow, an API or an agent ended the wait.
        _ => "withdrawn",
    };
    // Where it goes on, a callback may know a better reason: without a wait the two do not contradict each other.
    let wait_ms = leg.wait_ms.filter(|_| !leg.goes_on);
    let (verb, reason, queue, party) = (CallVerb::QueueLeft, Some(reason), leg.queue.as_deref(), party(&leg.disconnect_reason));
    emitter.call(&CallEvent { verb, event_time_us, reason, queue, party, wait_ms, target, ..base.clone() });
}

/// Neither queue nor agent: it ended in the flow, or nobody answered the phone that was dialled.
fn never_queued<S: EventSink>(leg: &Leg<'_>, target: Option<&str>, base: &CallEvent<'_>, emitter: &mut Emitter<'_, S>) {
    if let Some(event_time_us) = leg.transferred_us {
        emitter.call(&CallEvent { verb: CallVerb::IvrExited, event_time_us, reason: Some("diverted"), target, ..base.clone() });
    }
    let Some(event_time_us) = leg.disconnected_us else { return };
    if leg.is_root() && !leg.goes_on {
        let party = party(&leg.disconnect_reason);
        emitter.call(&CallEvent { verb: CallVerb::ContactDisconnected, event_time_us, party, ..base.clone() });
    } else {
        // The other legs must not end with this one.
        side(leg, base, "DISCONNECTED", leg.disconnected_us, emitter);
    }
}

/// What has no verb of its own.
fn beside<S: EventSink>(leg: &Leg<'_>, base: &CallEvent<'_>, emitter: &mut Emitter<'_, S>) {
    if let Some(status) = leg.machine_detection.as_deref() {
        side(leg, base, status, leg.system_us, emitter);
    }
    match leg.event_type.as_deref() {
        None | Some("INITIATED" | "QUEUED" | "CONNECTED_TO_AGENT" | "DISCONNECTED" | "COMPLETED") => {}
        Some("CONNECTED_TO_SYSTEM") => side(leg, base, "CONNECTED_TO_SYSTEM", leg.system_us, emitter),
        Some(known @ ("CONTACT_DATA_UPDATED" | "AMD_DISABLED" | "PAUSED" | "RESUMED" | "WEBRTC_API")) => {
            side(leg, base, known, leg.event_us, emitter);
        }
        Some(unknown) => {
            emitter.note("unknown_event_type");
            side(leg, base, unknown, leg.event_us, emitter);
        }
    }
}
