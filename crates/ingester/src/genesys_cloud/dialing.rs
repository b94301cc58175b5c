//! What an agent does before a call that he makes is answered: the conversation's own stage has no part in it.

use super::conversation::{Activity, Conversation, Purpose};
use super::words::normal;
use events::{AgentEvent, AgentVerb, Observed};

/// Dialling and contacting of every agent of a conversation, as far as they are over.
pub(super) fn dialed<'a>(conversation: &Conversation<'a>) -> Vec<AgentEvent<'a>> {
    let is_agent = |purpose: Purpose| matches!(purpose, Purpose::Agent | Purpose::User);
    let agents = conversation.participants.iter().filter(|participant| is_agent(participant.purpose));
    let segments = agents
        .filter_map(|participant| Some((participant.user?, &participant.sessions)))
        .flat_map(|(agent, sessions)| sessions.iter().flat_map(|session| &session.segments).map(move |segment| (agent, segment)));
    let dials = |word: &str| matches!(normal(word).as_str(), "dialing" | "contacting");
    let events = segments.filter(|(_, segment)| matches!(segment.activity, Activity::Other(word) if dials(word)));
    events
        .filter_map(|(agent, segment)| {
            let (verb, reason) = (AgentVerb::SideEvent, Some(Observed::Dialing.reason()));
            let duration_ms = Some(segment.lasted_us() / 1_000);
            Some(AgentEvent { agent, event_time_us: segment.end_us?, verb, reason, duration_ms, ..AgentEvent::default() })
        })
        .collect()
}
