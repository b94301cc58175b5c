//! The verbs about one call: which canonical verb, and which data field is what.

use super::agents::free_text;
use super::line::{Line, duration_ms, position};
use crate::reject::Fault;
use events::{CallEvent, CallVerb, Direction, Party};

/// True for verbs that this adapter gives a meaning, all of which need a call.
pub(super) fn is_known(verb: &str) -> bool {
    fill(&Line::of_verb(verb), &mut CallEvent::default(), &mut false).unwrap_or(true)
}

/// Fills verb, reason, durations, position and party of an event. False: the verb is unknown, nothing was filled.
pub(super) fn fill<'a>(line: &Line<'a>, event: &mut CallEvent<'a>, skewed: &mut bool) -> Result<bool, Fault> {
    match line.verb {
        "RINGNOANSWER" => missed(line, event, "no_answer", skewed)?,
        "ENTERQUEUE" => {
            event.verb = CallVerb::QueueEntered;
            event.agent = None;
            event.position = position(line.field(2));
            if event.queue.is_none() {
                return Err(Fault::new("no_queue", "field 3 of ENTERQUEUE: no queue"));
            }
        }
        "CONNECT" => {
            event.verb = CallVerb::AgentConnected;
            event.wait_ms = duration_ms(line, 0, 1000, skewed)?;
            event.ring_ms = duration_ms(line, 2, 1000, skewed)?;
        }
        "COMPLETEAGENT" => completed(line, event, Party::Agent, skewed)?,
        "COMPLETECALLER" => completed(line, event, Party::Customer, skewed)?,
        "ABANDON" => left(line, event, "abandoned", 0, skewed)?,
        "EXITWITHTIMEOUT" => left(line, event, "timeout", 0, skewed)?,
        "EXITWITHKEY" => left(line, event, "key", 1, skewed)?,
        "EXITEMPTY" | "LEAVEEMPTY" => left(line, event, "empty", 0, skewed)?,
        "WITHDRAW" => left(line, event, "withdrawn", 0, skewed)?,
        "SYSCOMPAT" => (event.verb, event.reason) = (CallVerb::QueueLeft, Some("system_error")),
        "RINGCANCELED" => missed(line, event, "caller_left", skewed)?,
        "AGENTDUMP" => (event.verb, event.reason) = (CallVerb::AgentMissed, Some("dumped")),
        "BLINDTRANSFER" | "TRANSFER" => transferred(line, event, "blind", 2, skewed)?,
        "ATTENDEDTRANSFER" => transferred(line, event, "warm", warm_durations_at(line), skewed)?,
        "DID" => {
            (event.verb, event.reason) = (CallVerb::SideEvent, Some("DID"));
            event.dnis = Some(line.field(0)).filter(|dnis| !dnis.is_empty());
        }
        _ => return fill_dialect(line, event, skewed),
    }
    Ok(true)
}

/// What Wazo, QueueMetrics and QueueUpdate add.
fn fill_dialect<'a>(line: &Line<'a>, event: &mut CallEvent<'a>, skewed: &mut bool) -> Result<bool, Fault> {
    match line.verb {
        "FULL" => blocked(event, "full"),
        "CLOSED" => blocked(event, "closed"),
        "JOINEMPTY" => blocked(event, "join_empty"),
        "JOINUNAVAIL" => blocked(event, "join_unavailable"),
        "DIVERT_CA_RATIO" => blocked(event, "divert_ca_ratio"),
        "DIVERT_HOLDTIME" => blocked(event, "divert_holdtime"),
        "WRAPUPSTART" => {
            event.verb = CallVerb::AcwStarted;
            event.acw_ms = duration_ms(line, 0, 1000, skewed)?;
        }
        "CALLERONHOLD" => event.verb = CallVerb::HoldStarted,
        "CALLEROFFHOLD" => {
            event.verb = CallVerb::HoldEnded;
            event.hold_ms = duration_ms(line, 0, 1000, skewed)?;
        }
        "CALLSTATUS" => {
            event.verb = CallVerb::DispositionSet;
            event.reason = free_text(line.field(0));
        }
        "CALLOUTBOUND" => (event.verb, event.direction) = (CallVerb::ContactInitiated, Direction::Outbound),
        "OUTCALL" => event.talk_ms = duration_ms(line, 1, 1000, skewed)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn missed<'a>(line: &Line<'a>, event: &mut CallEvent<'a>, reason: &'static str, skewed: &mut bool) -> Result<(), Fault> {
    (event.verb, event.reason) = (CallVerb::AgentMissed, Some(reason));
    // Milliseconds here, though CONNECT gives its ring time in seconds.
    event.ring_ms = duration_ms(line, 0, 1, skewed)?;
    Ok(())
}

fn completed<'a>(line: &Line<'a>, event: &mut CallEvent<'a>, party: Party, skewed: &mut bool) -> Result<(), Fault> {
    (event.verb, event.party) = (CallVerb::ContactDisconnected, Some(party));
    event.wait_ms = duration_ms(line, 0, 1000, skewed)?;
    event.talk_ms = duration_ms(line, 1, 1000, skewed)?;
    Ok(())
}

/// Data: position, original position, wait; one field later where a key comes first. Old versions give no wait.
fn left<'a>(line: &Line<'a>, event: &mut CallEvent<'a>, reason: &'static str, at: usize, skewed: &mut bool) -> Result<(), Fault> {
    (event.verb, event.reason) = (CallVerb::QueueLeft, Some(reason));
    event.position = position(line.field(at));
    event.wait_ms = duration_ms(line, at + 2, 1000, skewed)?;
    Ok(())
}

fn transferred<'a>(line: &Line<'a>, event: &mut CallEvent<'a>, reason: &'static str, at: usize, skewed: &mut bool) -> Result<(), Fault> {
    (event.verb, event.reason) = (CallVerb::TransferCompleted, Some(reason));
    event.wait_ms = duration_ms(line, at, 1000, skewed)?;
    event.talk_ms = duration_ms(line, at + 1, 1000, skewed)?;
    Ok(())
}

/// Where the wait of a warm transfer is: the last three fields are wait, talk and position, whatever the method is
/// (`BRIDGE|id`, `APP|name`, `LINK|channel|channel`, or two empty fields).
fn warm_durations_at(line: &Line<'_>) -> usize {
    match line.field(0) {
        "LINK" => 3,
        "BRIDGE" | "APP" | "" => 2,
        _ => line.data().len().saturating_sub(3),
    }
}

fn blocked(event: &mut CallEvent<'_>, reason: &'static str) {
    (event.verb, event.reason, event.agent) = (CallVerb::QueueBlocked, Some(reason), None);
}
