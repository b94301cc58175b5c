//! What each verb of `queue_log` means. The formats were read from Asterisk's `app_queue.c`, from Wazo's and
//! QueueMetrics' documentation, and from real logs; unknown verbs are kept as side events.

use super::line::Line;
use super::transfers::Transfers;
use super::{Scratch, agents, append_contact_id, call_verbs};
use crate::adapter::EventSink;
use crate::emit::Emitter;
use crate::pseudonym::{Pseudonyms, is_external};
use crate::reject::Fault;
use events::{CallEvent, CallVerb, Direction, NEXT_CONTACT_REASON};

/// What all events of a line share.
pub(super) struct Subject<'a> {
    pub(super) tenant: &'a str,
    pub(super) source: &'a str,
    pub(super) system: &'a str,
    pub(super) event_time_us: i64,
    pub(super) sequence: i64,
    /// Without technology prefix.
    pub(super) agent: Option<&'a str>,
    pub(super) extension_digits: u8,
    pub(super) one_call_per_agent: bool,
    pub(super) pseudonyms: &'a Pseudonyms,
}

/// True for verbs about an agent alone; their lines are kept in order by agent.
pub(super) fn is_about_agent(verb: &str) -> bool {
    matches!(
        verb,
        "ADDMEMBER"
            | "REMOVEMEMBER"
            | "AGENTLOGIN"
            | "AGENTLOGOFF"
            | "AGENTCALLBACKLOGIN"
            | "AGENTCALLBACKLOGOFF"
            | "PAUSE"
            | "UNPAUSE"
            | "PAUSEALL"
            | "UNPAUSEALL"
            | "PAUSEREASON"
            | "PENALTY"
            | "RINGINUSE"
    )
}

/// Writes the events of one line.
pub(super) fn apply<S: EventSink>(
    line: &Line<'_>,
    subject: &Subject<'_>,
    scratch: &mut Scratch,
    transfers: &mut Transfers,
    emitter: &mut Emitter<'_, S>,
) -> Result<(), Fault> {
    match line.verb {
        "QUEUESTART" => {
            transfers.restarted();
            restarted(subject, emitter);
        }
        "CONFIGRELOAD" | "RINGINUSE" => emitter.note("ignored_verb"),
        verb if is_about_agent(verb) => agents::apply(line, subject, emitter)?,
        verb => match line.call() {
            Some(call_id) => call_events(line, call_id, subject, scratch, transfers, emitter)?,
            // Wrap-up and unknown verbs may be about an agent only.
            None if verb == "WRAPUPSTART" || !call_verbs::is_known(verb) => agents::apply(line, subject, emitter)?,
            None => return Err(Fault::new("no_call_id", format!("field 2 of {verb}: no call id"))),
        },
    }
    Ok(())
}

fn restarted<S: EventSink>(subject: &Subject<'_>, emitter: &mut Emitter<'_, S>) {
    let contact_id = format!("{}/*", subject.system);
    let event = CallEvent { verb: CallVerb::SourceRestarted, ..base(subject, &contact_id) };
    emitter.broadcast(&event);
}

pub(super) fn base<'a>(subject: &Subject<'a>, contact_id: &'a str) -> CallEvent<'a> {
    CallEvent {
        tenant: subject.tenant,
        source: subject.source,
        contact_id,
        event_time_us: subject.event_time_us,
        sequence: subject.sequence,
        agent: subject.agent,
        ..CallEvent::default()
    }
}

fn call_events<S: EventSink>(
    line: &Line<'_>,
    call_id: &str,
    subject: &Subject<'_>,
    scratch: &mut Scratch,
    transfers: &mut Transfers,
    emitter: &mut Emitter<'_, S>,
) -> Result<(), Fault> {
    let Scratch { contact_id, caller_contact_id, customer, target } = scratch;
    let (mut skewed, mut other) = (false, None);
    let mut event = CallEvent { queue: line.queue_name(), ..base(subject, contact_id) };
    if !call_verbs::fill(line, &mut event, &mut skewed)? {
        event.reason = Some(line.verb);
        if line.verb != "INFO" {
            emitter.note("unknown_verb");
        }
    }
    match line.verb {
        "ENTERQUEUE" | "CALLOUTBOUND" => {
            customer.clear();
            let number = if line.verb == "ENTERQUEUE" { line.field(1) } else { line.field(0) };
            event.customer = subject.pseudonyms.append(number, customer).then_some(customer.as_str());
            if let (Some(queue), true) = (event.queue, event.customer.is_some() && !is_external(number, subject.extension_digits)) {
                transfers.entered(call_id, queue, event.event_time_us);
            }
        }
        "CONNECT" => other = transfers.connected(call_id, subject.agent.unwrap_or_default(), event.event_time_us),
        "COMPLETEAGENT" | "COMPLETECALLER" => transfers.ended(call_id, subject.agent.unwrap_or_default()),
        "BLINDTRANSFER" | "TRANSFER" => {
            transfers.ended(call_id, subject.agent.unwrap_or_default());
            event.target = transfer_target(line.field(0), subject, target);
        }
        "ATTENDEDTRANSFER" => {
            event.target = if line.field(0) == "APP" { transfer_target(line.field(1), subject, target) } else { None };
            if warm_into_queue(&event, call_id, subject, transfers, caller_contact_id, emitter) {
                return Ok(());
            }
            transfers.ended(call_id, subject.agent.unwrap_or_default());
        }
        "OUTCALL" => {
            outbound(line, &event, emitter);
            return Ok(());
        }
        _ if event.verb == CallVerb::QueueLeft => transfers.left(call_id),
        _ => {}
    }
    if skewed {
        emitter.note("clock_skew");
    }
    emitter.call(&event);
    if let Some((other, since_us)) = other.filter(|_| subject.one_call_per_agent) {
        caller_contact_id.clear();
        append_contact_id(caller_contact_id, subject.system, &other);
        ended_by_next(&event, caller_contact_id, since_us, subject, emitter);
    }
    Ok(())
}

/// An agent has one call at a time, and two are known without an end: the earlier ended when the later began. Its own end, if it
/// comes after all, outweighs this.
fn ended_by_next<S: EventSink>(connected: &CallEvent<'_>, other: &str, since_us: i64, subject: &Subject<'_>, emitter: &mut Emitter<'_, S>) {
    let connected_us = connected.event_time_us;
    let (earlier, event_time_us) = if since_us <= connected_us { (other, connected_us) } else { (connected.contact_id, since_us) };
    emitter.note("ended_by_next_contact");
    let (verb, reason) = (CallVerb::SourceRestarted, Some(NEXT_CONTACT_REASON));
    emitter.call(&CallEvent { verb, reason, event_time_us, ..base(subject, earlier) });
}

/// A number of the house or a name is kept; a customer's number becomes a pseudonym.
fn transfer_target<'t>(number: &'t str, subject: &Subject<'_>, target: &'t mut String) -> Option<&'t str> {
    if !is_external(number, subject.extension_digits) {
        return (!number.is_empty()).then_some(number);
    }
    target.clear();
    subject.pseudonyms.append(number, target).then_some(target.as_str())
}

/// If the line transfers a call into another queue, writes what that means and returns true: the consult call is no
/// customer; the caller leaves the agent and is in the new queue since the consult call entered it.
fn warm_into_queue<S: EventSink>(
    event: &CallEvent<'_>,
    call_id: &str,
    subject: &Subject<'_>,
    transfers: &mut Transfers,
    caller_contact_id: &mut String,
    emitter: &mut Emitter<'_, S>,
) -> bool {
    let consult = transfers.consult(call_id, event.queue.unwrap_or_default(), subject.agent.unwrap_or_default());
    let Some((waiting, caller)) = consult else { return false };
    emitter.call(&CallEvent { verb: CallVerb::ContactExcluded, reason: Some("consult"), ..base(subject, event.contact_id) });
    let Some(caller) = caller else {
        emitter.note("consult_unlinked");
        return true;
    };
    caller_contact_id.clear();
    append_contact_id(caller_contact_id, subject.system, &caller);
    emitter.call(&CallEvent { contact_id: caller_contact_id, target: Some(&waiting.queue), ..event.clone() });
    emitter.call(&CallEvent {
        verb: CallVerb::QueueEntered,
        event_time_us: waiting.entered_us,
        queue: Some(&waiting.queue),
        agent: None,
        ..base(subject, caller_contact_id)
    });
    true
}

/// A call that an agent made is logged once, at its end.
fn outbound<S: EventSink>(line: &Line<'_>, event: &CallEvent<'_>, emitter: &mut Emitter<'_, S>) {
    let talk_ms = event.talk_ms.unwrap_or_default();
    let begin_us = event.event_time_us - talk_ms * 1000;
    let call = CallEvent { direction: Direction::Outbound, talk_ms: None, ..event.clone() };
    emitter.call(&CallEvent { verb: CallVerb::ContactInitiated, event_time_us: begin_us, ..call.clone() });
    if talk_ms > 0 || line.field(0) == "ANSWER" {
        emitter.call(&CallEvent { verb: CallVerb::AgentConnected, event_time_us: begin_us, ..call.clone() });
        emitter.call(&CallEvent { verb: CallVerb::ContactDisconnected, talk_ms: event.talk_ms, ..call.clone() });
    }
    emitter.call(&CallEvent { verb: CallVerb::ContactClosed, ..call });
}
