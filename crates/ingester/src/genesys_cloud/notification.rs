//! Detail events of the notification service into events. They come while the conversation goes on and know less than
//! its details, which replace them.

use super::conversation::{Reading, address, clipped_ms, conversation_id, meaning};
use super::json::{get, list, text, time_us};
use super::report::Report;
use super::words::{Disconnect, bare_address, channel, direction, flow_exit, is_menu, plain};
use crate::reject::Fault;
use events::{CallVerb, Channel, Direction};
use serde_json::Value;

/// What a notification is about: the topic's words behind the conversation's id, or what its fields show.
pub(super) fn kind<'a>(topic: Option<&'a str>, body: &Value) -> &'a str {
    let named = topic.and_then(|topic| {
        let lower = topic.to_ascii_lowercase();
        let rest = lower.find(".conversation.").and_then(|at| topic.get(at + ".conversation.".len()..))?;
        rest.split_once('.').map(|(_, kind)| kind)
    });
    named.unwrap_or_else(|| shown(body))
}

/// A body without its topic. Fields of the end of something come with it alone.
fn shown(body: &Value) -> &'static str {
    let has = |names: &[&str]| names.iter().any(|name| get(body, name).is_some());
    let ended = has(&["disconnectType"]);
    if has(&["acdOutcome", "answeredUserId"]) {
        "acd.end"
    } else if has(&["wrapupDurationMs"]) {
        "acw"
    } else if has(&["wrapupCode"]) {
        "wrapup"
    } else if has(&["flowOutcomeId", "flowOutcomeValue"]) {
        "flow.outcome"
    } else if has(&["exitReason"]) || (has(&["flowId", "flowType"]) && ended) {
        "flow.end"
    } else if has(&["flowId", "flowType"]) {
        "flow.start"
    } else if has(&["attributes"]) {
        "attributes"
    } else if has(&["outboundCampaignId", "campaignId", "outboundContactListId"]) {
        "outbound"
    } else if has(&["userId"]) {
        if ended || has(&["interactingDurationMs", "alertingDurationMs", "heldDurationMs"]) { "user.end" } else { "user.start" }
    } else if has(&["queueId"]) {
        if ended || has(&["connectedDurationMs"]) { "acd.end" } else { "acd.start" }
    } else if ended {
        "customer.end"
    } else {
        "customer.start"
    }
}

/// The event's own fields, read once.
struct Notice<'a, 'r> {
    body: &'a Value,
    at_us: i64,
    queue: Option<&'a str>,
    agent: Option<&'a str>,
    disconnect: Option<Disconnect>,
    reading: &'r mut Vec<&'static str>,
}

/// The events of a notification about a conversation.
pub(super) fn report<'a>(kind: &'a str, body: &'a Value, reading: &mut Reading<'_>) -> Result<Report<'a>, Fault> {
    let conversation = conversation_id(body)?;
    let at_us = time_us(reading.clock, body, "eventTime")?.ok_or_else(|| Fault::new("bad_time", "eventTime: absent"))?;
    let mut report = common(conversation, body, reading);
    let disconnect = text(body, "disconnectType").map(|word| meaning(word, reading));
    let durations = Durations::read(body, reading)?;
    let notice = Notice { body, at_us, queue: text(body, "queueId"), agent: text(body, "userId"), disconnect, reading: &mut reading.notes };
    match kind.to_ascii_lowercase().as_str() {
        "customer.start" => {
            report.add(CallVerb::ContactInitiated, at_us);
        }
        // Not a disconnection: that would end, by its stamp, the talk whose own end comes a moment later with durations.
        "customer.end" => {
            let event = report.add(CallVerb::ContactClosed, at_us);
            event.party = disconnect.and_then(Disconnect::party_of_customer);
        }
        "acd.start" => notice.entered(&mut report),
        "acd.end" => notice.left(&durations, &mut report),
        "user.start" => notice.offered(&mut report),
        "user.end" => notice.ended(&durations, &mut report),
        "acw" => notice.after_call(&durations, &mut report),
        "wrapup" => notice.coded(&mut report),
        "flow.start" if is_menu(text(body, "flowType")) => {
            report.add(CallVerb::IvrEntered, at_us);
        }
        "flow.end" if is_menu(text(body, "flowType")) => notice.menu_left(&mut report),
        _ => notice.side(kind, &mut report),
    }
    Ok(report)
}

fn common<'a>(conversation: &'a str, body: &'a Value, reading: &mut Reading<'_>) -> Report<'a> {
    let (channel, known) = channel(text(body, "mediaType"));
    if !known {
        reading.notes.push("unknown_verb");
    }
    let said = direction(text(body, "direction"));
    let campaign = ["outboundCampaignId", "campaignId"].iter().any(|name| get(body, name).is_some());
    let dnis = text(body, "dnis").filter(|_| said == Some(Direction::Inbound) && channel == Channel::Voice);
    // In an agent's event the caller may be the agent's own station, so only customers, queues and menus name the customer.
    let customer = if get(body, "userId").is_some() { None } else { address(body, said) };
    Report {
        conversation,
        revision: 0,
        channel,
        direction: if campaign { Direction::Outbound } else { said.unwrap_or_default() },
        customer: customer.map(bare_address),
        dnis: dnis.filter(|_| get(body, "userId").is_none()).map(bare_address),
        events: Vec::new(),
    }
}

/// The durations that the event gives itself, in milliseconds.
struct Durations {
    connected: Option<i64>,
    interacting: Option<i64>,
    held: Option<i64>,
    alerting: Option<i64>,
    contacting: Option<i64>,
    dialing: Option<i64>,
    wrapup: Option<i64>,
}

impl Durations {
    fn read(body: &Value, reading: &mut Reading<'_>) -> Result<Self, Fault> {
        Ok(Durations {
            connected: clipped_ms(body, "connectedDurationMs", reading)?,
            interacting: clipped_ms(body, "interactingDurationMs", reading)?,
            held: clipped_ms(body, "heldDurationMs", reading)?,
            alerting: clipped_ms(body, "alertingDurationMs", reading)?,
            contacting: clipped_ms(body, "contactingDurationMs", reading)?,
            dialing: clipped_ms(body, "dialingDurationMs", reading)?,
            wrapup: clipped_ms(body, "wrapupDurationMs", reading)?,
        })
    }
}

impl<'a> Notice<'a, '_> {
    fn entered(self, report: &mut Report<'a>) {
        match self.queue {
            Some(queue) => report.add(CallVerb::QueueEntered, self.at_us).queue = Some(queue),
            None => self.side("acd.start", report),
        }
    }

    /// The end of waiting. The queue knows who answered and how long it took; the agent's own event comes only with the
    /// end of the talk.
    fn left(self, durations: &Durations, report: &mut Report<'a>) {
        let Some(queue) = self.queue else { return self.side("acd.end", report) };
        let answered_by = text(self.body, "answeredUserId");
        let outcome = text(self.body, "acdOutcome").map(super::words::normal);
        let by_disconnect = self.disconnect.unwrap_or(Disconnect::Other).left();
        let reason = match outcome.as_deref() {
            Some("answered") => "answered",
            Some("abandon" | "abandoned") => "abandoned",
            Some("flowout") if matches!(by_disconnect, "abandoned" | "unknown") => "overflow",
            None if answered_by.is_some() => "answered",
            _ => by_disconnect,
        };
        let verb = if reason == "answered" && answered_by.is_some() { CallVerb::AgentConnected } else { CallVerb::QueueLeft };
        let event = report.add(verb, self.at_us);
        (event.queue, event.wait_ms) = (Some(queue), durations.connected);
        if verb == CallVerb::AgentConnected {
            event.agent = answered_by;
        } else {
            event.reason = Some(reason);
            event.party = (reason == "abandoned").then_some(events::Party::Customer);
        }
    }

    /// A session of an agent begins with the offer, or with dialling; the talk begins later, if at all.
    fn offered(self, report: &mut Report<'a>) {
        if self.agent.is_none() {
            self.reading.push("no_agent");
            return self.side("user.start", report);
        }
        let event = report.add(CallVerb::AgentOffered, self.at_us);
        (event.queue, event.agent) = (self.queue, self.agent);
    }

    fn ended(self, durations: &Durations, report: &mut Report<'a>) {
        if self.agent.is_none() {
            // Without agent and queue a disconnection would end the whole contact.
            self.reading.push("no_agent");
            return self.side("user.end", report);
        }
        for (reason, lasted) in [("dialing", durations.dialing), ("contacting", durations.contacting)] {
            if let Some(lasted_ms) = lasted.filter(|lasted_ms| *lasted_ms > 0) {
                let event = report.add(CallVerb::SideEvent, self.at_us);
                (event.queue, event.agent, event.reason, event.ring_ms) = (self.queue, self.agent, Some(reason), Some(lasted_ms));
            }
        }
        let talked = durations.interacting.unwrap_or(0) > 0 || durations.held.unwrap_or(0) > 0;
        let measured = durations.interacting.is_some() || durations.held.is_some();
        let rang = durations.alerting.is_some_and(|alerting_ms| alerting_ms > 0);
        let called = durations.dialing.or(durations.contacting).is_some_and(|lasted_ms| lasted_ms > 0);
        if !talked && (rang || (measured && !called)) {
            let event = report.add(CallVerb::AgentMissed, self.at_us);
            (event.queue, event.agent, event.ring_ms) = (self.queue, self.agent, durations.alerting);
            event.reason = self.disconnect.and_then(Disconnect::missed);
        } else if talked || !called {
            self.talk_ended(durations, talked, report);
        }
    }

    fn talk_ended(self, durations: &Durations, talked: bool, report: &mut Report<'a>) {
        let transfer = self.disconnect.and_then(Disconnect::transfer);
        let verb = if transfer.is_some() { CallVerb::TransferCompleted } else { CallVerb::ContactDisconnected };
        let event = report.add(verb, self.at_us);
        (event.queue, event.agent, event.reason) = (self.queue, self.agent, transfer);
        event.party = self.disconnect.and_then(Disconnect::party);
        if talked {
            event.talk_ms = Some(durations.interacting.unwrap_or(0));
            event.hold_ms = Some(durations.held.unwrap_or(0));
        }
    }

    fn after_call(self, durations: &Durations, report: &mut Report<'a>) {
        if self.agent.is_none() {
            self.reading.push("no_agent");
        }
        let event = report.add(CallVerb::AcwEnded, self.at_us);
        (event.queue, event.agent, event.acw_ms) = (self.queue, self.agent, durations.wrapup);
        if text(self.body, "wrapupCode").is_some() {
            self.coded(report);
        }
    }

    fn coded(self, report: &mut Report<'a>) {
        let event = report.add(CallVerb::DispositionSet, self.at_us);
        (event.queue, event.agent, event.reason) = (self.queue, self.agent, text(self.body, "wrapupCode"));
    }

    fn menu_left(self, report: &mut Report<'a>) {
        let by_disconnect = match self.disconnect {
            Some(Disconnect::Peer) => "hangup",
            Some(Disconnect::Own | Disconnect::System | Disconnect::Timeout) => "self_served",
            _ => "diverted",
        };
        let reason = flow_exit(text(self.body, "exitReason"), text(self.body, "transferType")).unwrap_or(by_disconnect);
        let event = report.add(CallVerb::IvrExited, self.at_us);
        event.reason = Some(reason);
        event.queue = self.queue.filter(|_| reason == "to_queue");
    }

    /// Kept, without effect: what it was is the reason.
    fn side(self, kind: &'a str, report: &mut Report<'a>) {
        const KNOWN: [&str; 9] =
            ["acd.start", "acd.end", "user.start", "user.end", "flow.start", "flow.end", "flow.outcome", "outbound", "attributes"];
        if !KNOWN.iter().any(|known| kind.eq_ignore_ascii_case(known)) && !kind.to_ascii_lowercase().starts_with("voicemail") {
            self.reading.push("unknown_verb");
        }
        let event = report.add(CallVerb::SideEvent, self.at_us);
        (event.queue, event.agent, event.reason) = (self.queue, self.agent, Some(plain(kind).unwrap_or("unknown")));
    }
}

/// Whether a body is a whole conversation rather than an event of one.
pub(super) fn is_conversation(body: &Value) -> bool {
    get(body, "participants").is_some() || (get(body, "conversationStart").is_some() && get(body, "eventTime").is_none())
}

/// The conversations of an answer; none if it is no answer.
pub(super) fn answer(body: &Value) -> Option<&[Value]> {
    get(body, "conversations")?.as_array().map(|_| list(body, "conversations"))
}
