//! What changed of an agent, handed on to whoever is chained behind: spans, work, and what the agent does now.

use super::state::Key;
use events::{ActivitySpan, AgentVerb};
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

/// When after-call work that has begun will be over, if nothing is heard: the earliest end that is planned, or capped, after the
/// watermark. None: nothing is planned.
pub(super) fn planned_us(items: &AgentItems, watermark_us: i64, rules: &ActivityOptions) -> Option<i64> {
    let worked = items.work.iter().filter_map(|work| work.ended_us);
    let begun = items.declared.iter().filter(|declared| declared.verb == AgentVerb::AcwStarted);
    let declared = begun.filter_map(|declared| {
        let lasts_ms = declared.duration_ms.or(rules.acw_cap_ms)?;
        Some(declared.time_us.saturating_add(lasts_ms.saturating_mul(1_000)))
    });
    // What ends with the step after the watermark has ended.
    worked.chain(declared).filter(|over_us| *over_us > watermark_us.saturating_add(1)).min()
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

pub(super) fn emit_present(
    (tenant, agent): &Key,
    before: (&AgentItems, &[Span]),
    after: (&AgentItems, &[Span]),
    rules: &ActivityOptions,
    emit: &mut dyn FnMut(AgentChange<'_>),
) {
    let present = Present::of(after.0, after.1, rules);
    if Present::of(before.0, before.1, rules) != present {
        emit(AgentChange::Present { of: (tenant, agent), after: present });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifecycle::activity::Declared;

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

    /// Declared at 10 s for 5 s, at 20 s without a length (15 min by the cap), and a handling that is over at 12 s. What is over with the
    /// step after the watermark has been folded as over.
    #[test]
    fn planned_work_is_due_when_it_is_over() {
        let declared = |at_s: i64, duration_ms| Declared {
            time_us: at_s * 1_000_000,
            sequence: 0,
            verb: AgentVerb::AcwStarted,
            queue: None,
            reason: None,
            duration_ms,
            source: "".into(),
            event_id: "".into(),
        };
        let items = AgentItems { declared: vec![declared(10, Some(5_000)), declared(20, None)], work: vec![work("a", Some(12_000_000))] };
        let due = |watermark_us| planned_us(&items, watermark_us, &ActivityOptions::default());
        assert_eq!([due(10_000_000), due(11_999_998), due(11_999_999)], [Some(12_000_000), Some(12_000_000), Some(15_000_000)]);
        assert_eq!([due(15_000_000), due(920_000_000)], [Some(920_000_000), None]);
        let uncapped = ActivityOptions { acw_cap_ms: None, ..ActivityOptions::default() };
        assert_eq!(planned_us(&items, 15_000_000, &uncapped), None);
    }
}
