//! Days of an agent, written down by the clock, and their spans as text.
#![allow(dead_code, reason = "not every test needs everything")]

use lifecycle::activity::{ActivityOptions, AgentItems, Declared, Span, Work, inferred, spans};

/// A midnight, in seconds.
pub(crate) const DAY: i64 = 20_833 * 86_400;

/// "09:30" or "09:30:15" of the day in microseconds; hours may go beyond 24.
pub(crate) fn at(clock: &str) -> i64 {
    let parts: Vec<i64> = clock.split(':').map(|part| part.parse().unwrap()).collect();
    (DAY + parts[0] * 3600 + parts[1] * 60 + parts.get(2).copied().unwrap_or(0)) * 1_000_000
}

pub(crate) fn event(clock: &str, verb: events::AgentVerb) -> Declared {
    Declared {
        time_us: at(clock),
        sequence: 0,
        verb,
        queue: None,
        reason: None,
        duration_ms: None,
        source: "pbx1".into(),
        event_id: "".into(),
    }
}

pub(crate) fn because(clock: &str, verb: events::AgentVerb, reason: &str) -> Declared {
    Declared { reason: Some(reason.into()), ..event(clock, verb) }
}

pub(crate) fn in_queue(queue: &str, event: Declared) -> Declared {
    Declared { queue: Some(queue.into()), ..event }
}

pub(crate) fn lasting(duration_ms: i64, event: Declared) -> Declared {
    Declared { duration_ms: Some(duration_ms), ..event }
}

pub(crate) fn call(connected: &str, talk_ended: Option<&str>, ended: Option<&str>) -> Work {
    Work {
        contact_id: connected.into(),
        handling_number: 1,
        connected_us: at(connected),
        talk_ended_us: talk_ended.map(at),
        ended_us: ended.map(at),
        ..Work::default()
    }
}

pub(crate) fn agent(declared: Vec<Declared>, work: Vec<Work>) -> AgentItems {
    let mut items = AgentItems::default();
    for event in declared {
        assert!(items.push_declared(event));
    }
    for call in work {
        assert!(items.put_work(&call.contact_id.clone(), 1, Some(call)));
    }
    items
}

/// "09:00 09:30 contact", with the reason in brackets, bits by name, and ".." for what goes on.
pub(crate) fn shown(spans: &[Span]) -> Vec<String> {
    let clock = |time_us: i64| {
        let seconds = time_us / 1_000_000 - DAY;
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if rest == 0 { format!("{hours:02}:{minutes:02}") } else { format!("{hours:02}:{minutes:02}:{rest:02}") }
    };
    let line = |span: &Span| {
        let reason = span.reason.as_ref().map_or(String::new(), |reason| format!(" [{reason}]"));
        let bits = inferred::ALL.iter().filter(|(bit, _)| span.inferred & bit != 0);
        let bits: String = bits.map(|(_, name)| format!(" {name}")).collect();
        format!("{} {} {}{reason}{bits}", clock(span.started_us), span.ended_us.map_or_else(|| "..".into(), clock), span.activity.name())
    };
    spans.iter().map(line).collect()
}

pub(crate) fn day(declared: Vec<Declared>, work: Vec<Work>, until: &str) -> Vec<String> {
    shown(&spans(&agent(declared, work), at(until), &ActivityOptions::default()))
}
