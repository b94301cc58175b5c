//! Step four: what never ended by itself ends with the contact, at a restart of the source, at its maximum age, or, for
//! a talk, with the next agent's connection. Whatever an event ended explicitly stays as it is, even if that event came
//! after a restart: evidence wins over inference.

use crate::Inferred;
use crate::fold::Draft;
use crate::talk;
use events::{HandlingEnd, Party, VisitOutcome};

/// Reason of the `source_restarted` event that a caller appends when something is overdue (see [`crate::overdue`]).
pub const MAX_AGE_REASON: &str = "max_age";

/// How far a closing reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClosingKind {
    /// The whole contact disconnected.
    Whole,
    /// A disconnection that fits no handling: ends waiting, in its queue if it names one.
    Waiting,
    /// The source said that nothing more will come.
    Closed,
    /// The source restarted.
    Restart,
    /// The clock passed the maximum age of something.
    MaxAge,
    /// The agent of the event, who has one contact at a time, is in another one.
    NextContact,
}

/// A time at which open things end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closing {
    pub(crate) time_us: i64,
    pub(crate) kind: ClosingKind,
    /// Place of the event.
    pub(crate) event: usize,
}

/// Closes visits, then ends handlings and works out their times.
pub(crate) fn close(draft: &mut Draft) {
    for at in 0..draft.visits.len() {
        if draft.visits.get(at).is_some_and(|visit| visit.outcome == VisitOutcome::Open) {
            close_visit(draft, at);
        }
    }
    talk::end_all(draft);
}

fn close_visit(draft: &mut Draft, at: usize) {
    let max_age_us = draft.options.max_age_us(draft.about.channel);
    let Some(visit) = draft.visits.get_mut(at) else { return };
    let entered_us = visit.entered_us;
    let reaches = |closing: &&Closing| match closing.kind {
        ClosingKind::Whole | ClosingKind::Closed => closing.time_us >= entered_us,
        ClosingKind::Waiting => {
            let queue = draft.events.get(closing.event).and_then(|event| event.queue);
            closing.time_us >= entered_us && queue.is_none_or(|queue| queue == visit.queue)
        }
        ClosingKind::Restart => closing.time_us > entered_us,
        ClosingKind::MaxAge => closing.time_us >= entered_us.saturating_add(max_age_us),
        ClosingKind::NextContact => false,
    };
    let Some(closing) = draft.closings.iter().find(reaches).copied() else { return };
    match closing.kind {
        ClosingKind::Restart | ClosingKind::MaxAge => {
            visit.outcome = VisitOutcome::Lost;
            visit.inferred |= lost_bit(closing.kind);
        }
        ClosingKind::Whole | ClosingKind::Waiting | ClosingKind::Closed | ClosingKind::NextContact => {
            visit.inferred |= Inferred::ABANDON_FROM_DISCONNECT;
            draft.close_visit(at, VisitOutcome::Abandoned, closing.time_us, None);
        }
    }
}

/// The bit of something lost.
pub(crate) fn lost_bit(kind: ClosingKind) -> i32 {
    if kind == ClosingKind::MaxAge { Inferred::LOST_AT_MAX_AGE } else { Inferred::LOST_AT_RESTART }
}

/// Who ended a talk.
pub(crate) fn ended_by(party: Option<Party>) -> HandlingEnd {
    match party {
        Some(Party::Agent) => HandlingEnd::Agent,
        Some(Party::Customer) => HandlingEnd::Customer,
        Some(Party::System) => HandlingEnd::System,
        None => HandlingEnd::Unknown,
    }
}
