//! The verbs about an agent alone: logins, queue membership, pauses.

use super::line::{Line, duration_ms};
use super::verbs::Subject;
use crate::adapter::EventSink;
use crate::emit::Emitter;
use crate::pseudonym::is_external;
use crate::reject::Fault;
use events::{AgentEvent, AgentVerb};

/// A text that people typed: kept if it is short and no number hides in it.
pub(super) fn free_text(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty() && text.len() <= 128 && !is_external(text, 6))
}

/// Writes the event of one line. A line that names no agent says nothing that could be attributed.
pub(super) fn apply<S: EventSink>(line: &Line<'_>, subject: &Subject<'_>, emitter: &mut Emitter<'_, S>) -> Result<(), Fault> {
    let Some(agent) = subject.agent else {
        emitter.note("no_agent");
        return Ok(());
    };
    let text = free_text(line.field(0));
    let mut skewed = false;
    let (verb, reason, duration_ms) = match line.verb {
        "ADDMEMBER" => (AgentVerb::QueueJoined, text.filter(|flag| *flag == "PAUSED").map(|_| "paused"), None),
        "REMOVEMEMBER" => (AgentVerb::QueueDeparted, None, None),
        "AGENTLOGIN" | "AGENTCALLBACKLOGIN" => (AgentVerb::LoggedIn, None, None),
        "AGENTLOGOFF" | "AGENTCALLBACKLOGOFF" => (AgentVerb::LoggedOut, None, duration_ms(line, 1, 1000, &mut skewed)?),
        "PAUSE" | "PAUSEALL" => (AgentVerb::Paused, text, None),
        "UNPAUSE" | "UNPAUSEALL" => (AgentVerb::Unpaused, text, None),
        "PAUSEREASON" => (AgentVerb::StateChanged, text, None),
        "WRAPUPSTART" => (AgentVerb::AcwStarted, None, duration_ms(line, 0, 1000, &mut skewed)?),
        "PENALTY" => (AgentVerb::SideEvent, Some("PENALTY"), None),
        unknown => {
            emitter.note("unknown_verb");
            (AgentVerb::SideEvent, Some(unknown), None)
        }
    };
    if skewed {
        emitter.note("clock_skew");
    }
    emitter.agent(&AgentEvent {
        tenant: subject.tenant,
        source: subject.source,
        event_id: "",
        agent,
        event_time_us: subject.event_time_us,
        sequence: subject.sequence,
        verb,
        queue: line.queue_name(),
        reason,
        duration_ms,
    });
    Ok(())
}
