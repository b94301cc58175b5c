//! What changed of an agent, handed on to whoever is chained behind: spans, work, and what the agent does now.

use super::state::Key;
use events::ActivitySpan;
use lifecycle::activity::{ActivityOptions, AgentItems, Span, Work};

/// A change; `before` is what was handed on last, none: nothing; `after` none: it is no more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AgentChange<'a> {
    /// A span of activity.
    Span {
        /// As it was.
        before: Option<&'a ActivitySpan<'a>>,
        /// As it is.
        after: Option<&'a ActivitySpan<'a>>,
    },
    /// A handling of an agent.
    Work {
        /// Tenant and agent.
        of: (&'a str, &'a str),
        /// As it was.
        before: Option<&'a Work>,
        /// As it is.
        after: Option<&'a Work>,
    },
    /// What the agent does now; none: not logged in.
    Present {
        /// Tenant and agent.
        of: (&'a str, &'a str),
        /// As it is.
        after: Option<Present<'a>>,
    },
}

/// The span of an agent that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present<'a> {
    /// The span.
    pub span: &'a Span,
    /// Queue of the contact at hand, of several the one connected last; none: none, or not known.
    pub queue: Option<&'a str>,
    /// If nothing more is heard until then, the session was over when the agent was last heard, µs since 1970.
    pub silent_us: i64,
}

impl<'a> Present<'a> {
    fn of(items: &'a AgentItems, spans: &'a [Span], rules: &ActivityOptions) -> Option<Self> {
        let span = spans.last().filter(|span| span.ended_us.is_none())?;
        let at_hand = items.work.iter().filter(|work| work.talk_ended_us.is_none() && work.ended_us.is_none() && !work.lost);
        let queue = at_hand.max_by_key(|work| work.connected_us).and_then(|work| work.queue.as_deref());
        Some(Present { span, queue, silent_us: heard_us(items).saturating_add(rules.session_max_ms.saturating_mul(1_000)) })
    }
}

/// When an agent was last heard, µs; `i64::MIN`: never.
pub(super) fn heard_us(items: &AgentItems) -> i64 {
    let declared = items.declared.last().map(|declared| declared.time_us);
    let worked = items.work.iter().map(|work| work.ended_us.or(work.talk_ended_us).unwrap_or(work.connected_us)).max();
    declared.max(worked).unwrap_or(i64::MIN)
}

fn key(work: &Work) -> (&str, i32) {
    (&work.contact_id, work.handling_number)
}

/// Work is sorted by contact and number.
pub(super) fn emit_work((tenant, agent): &Key, before: &AgentItems, after: &AgentItems, emit: &mut dyn FnMut(AgentChange<'_>)) {
    let (mut before, mut after) = (before.work.iter().peekable(), after.work.iter().peekable());
    loop {
        let (old, new) = (before.peek().map(|work| key(work)), after.peek().map(|work| key(work)));
        let takes_old = old.is_some() && (new.is_none() || old <= new);
        let takes_new = new.is_some() && (old.is_none() || new <= old);
        if !takes_old && !takes_new {
            return;
        }
        let old = if takes_old { before.next() } else { None };
        let new = if takes_new { after.next() } else { None };
        if old != new {
            emit(AgentChange::Work { of: (tenant, agent), before: old, after: new });
        }
    }
}

/// Items, their spans, and the rules of the spans.
type Folded<'a> = (&'a AgentItems, &'a [Span], &'a ActivityOptions);

pub(super) fn emit_present((tenant, agent): &Key, before: Folded<'_>, after: Folded<'_>, emit: &mut dyn FnMut(AgentChange<'_>)) {
    let present = Present::of(after.0, after.1, after.2);
    if Present::of(before.0, before.1, before.2) != present {
        emit(AgentChange::Present { of: (tenant, agent), after: present });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(contact_id: &str, ended_us: Option<i64>) -> Work {
        Work { contact_id: contact_id.into(), handling_number: 1, ended_us, ..Work::default() }
    }

    /// a and e are as they were, b changed, c is new, d and f, the last, are no more.
    #[test]
    fn work_that_changed_is_handed_on_and_no_other() {
        let items = |list: &[Work]| AgentItems { declared: Vec::new(), work: list.to_vec() };
        let before = items(&[work("a", None), work("b", None), work("d", None), work("e", Some(3)), work("f", None)]);
        let after = items(&[work("a", None), work("b", Some(5)), work("c", None), work("e", Some(3))]);
        let mut told = Vec::new();
        emit_work(&("t".into(), "ann".into()), &before, &after, &mut |change| {
            let AgentChange::Work { of, before, after } = change else { panic!("{change:?}") };
            assert_eq!(of, ("t", "ann"));
            told.push((before.map(|work| work.contact_id.to_string()), after.map(|work| work.contact_id.to_string())));
        });
        let name = |name: &str| Some(name.to_owned());
        assert_eq!(told, [(name("b"), name("b")), (None, name("c")), (name("d"), None), (name("f"), None)]);
    }
}
