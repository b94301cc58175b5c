//! What an event of a contact says of its agent: the telephone rang. The contact's own stage has no part in it.

use events::{AgentEvent, AgentVerb, CallEvent, CallVerb, Observed};

/// The ringing before an answer, or before the agent missed the offer, where the source says how long it was.
///
/// ```
/// use events::{CallEvent, CallVerb};
///
/// let missed = CallEvent { agent: Some("ann"), ring_ms: Some(15_000), event_time_us: 90_000_000, verb: CallVerb::AgentMissed, ..CallEvent::default() };
/// let rang = ingester::rang(&missed).expect("it rang");
/// assert_eq!((rang.agent, rang.event_time_us, rang.duration_ms), ("ann", 90_000_000, Some(15_000)));
/// assert!(ingester::rang(&CallEvent { ring_ms: None, ..missed }).is_none());
/// ```
pub fn rang<'a>(event: &CallEvent<'a>) -> Option<AgentEvent<'a>> {
    let agent = event.agent.filter(|agent| !agent.is_empty())?;
    let ring_ms = event.ring_ms.filter(|ring_ms| *ring_ms > 0)?;
    matches!(event.verb, CallVerb::AgentConnected | CallVerb::AgentMissed).then_some(AgentEvent {
        tenant: event.tenant,
        source: event.source,
        event_id: event.event_id,
        agent,
        event_time_us: event.event_time_us,
        sequence: event.sequence,
        verb: AgentVerb::SideEvent,
        queue: None,
        reason: Some(Observed::Ringing.reason()),
        duration_ms: Some(ring_ms),
    })
}
