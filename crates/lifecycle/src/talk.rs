//! End of talk and after-call work of every handling, and their durations.
//!
//! The source's talk is taken as it is. Where hold is known too, it lies inside the talk if connection + talk is nearer
//! to the end's time than connection + talk + hold, and is then taken out of it; else beside it. Without the source's
//! talk, talk is the time from connection to end less hold.

use crate::Inferred;
use crate::closing::{Closing, ClosingKind, ended_by, lost_bit};
use crate::event::Event;
use crate::fold::Draft;
use crate::handlings::{HandlingMark, add_hold};
use crate::options::micros;
use events::{CallVerb, Handling, HandlingEnd};

/// How a talk ended for which no event says so.
#[derive(Clone, Copy)]
enum Stop {
    At(i64, HandlingEnd, i32),
    Lost(ClosingKind),
}

/// Ends every handling, latest connection first: each looks at the one that came after it.
pub(crate) fn end_all(draft: &mut Draft) {
    for handling in &mut draft.handlings {
        let visit = handling.visit_number.and_then(|at| draft.visits.get(usize::try_from(at).ok()?));
        handling.connected_us = visit.and_then(|visit| visit.left_us).unwrap_or(handling.connected_us);
    }
    draft.order.clear();
    draft.order.extend(0..draft.handlings.len() as u32);
    let handlings = &draft.handlings;
    draft.order.sort_by_key(|at| handlings.get(*at as usize).map(|handling| handling.connected_us));
    let mut next_us = None;
    for index in (0..draft.order.len()).rev() {
        let Some(at) = draft.order.get(index).map(|at| *at as usize) else { continue };
        let Some(mark) = draft.marks.get(at).copied() else { continue };
        end(draft, at, mark, next_us);
        if !mark.joined {
            next_us = draft.handlings.get(at).map(|handling| handling.connected_us);
        }
    }
}

fn end(draft: &mut Draft, at: usize, mark: HandlingMark, next_us: Option<i64>) {
    let event = mark.end.and_then(|place| draft.events.get(place)).copied();
    let stop = if event.is_some() { None } else { find_stop(draft, at, mark, next_us) };
    let rounding_ms = draft.options.rounding_ms;
    let Some(handling) = draft.handlings.get_mut(at) else { return };
    match (event, stop) {
        (Some(event), _) => end_by_event(handling, mark, &event, rounding_ms),
        (None, Some(Stop::At(time_us, end, inferred))) => {
            handling.end = end;
            handling.inferred |= inferred;
            end_by_stamp(handling, mark, time_us);
        }
        (None, Some(Stop::Lost(kind))) => {
            handling.end = HandlingEnd::Lost;
            handling.inferred |= lost_bit(kind);
        }
        (None, None) => {}
    }
    if let Some(talk_ended_us) = handling.talk_ended_us {
        after_call_work(draft, at, mark, event.and_then(|event| event.acw_ms), talk_ended_us);
    }
}

/// The earliest of: after-call work begins, the next agent connects, the agent is in another contact, the contact ends, the source
/// restarts, it is too old.
fn find_stop(draft: &Draft, at: usize, mark: HandlingMark, next_us: Option<i64>) -> Option<Stop> {
    let handling = draft.handlings.get(at)?;
    let connected_us = handling.connected_us;
    let too_old_us = connected_us.saturating_add(draft.options.max_age_us(draft.about.channel));
    let inferred = mark.acw_started_us.into_iter().chain(next_us).min();
    let closing = draft.closings.iter().find(|closing| match closing.kind {
        ClosingKind::Whole | ClosingKind::Closed => closing.time_us >= connected_us,
        ClosingKind::Waiting => false,
        ClosingKind::Restart => closing.time_us > connected_us,
        ClosingKind::MaxAge => closing.time_us >= too_old_us,
        ClosingKind::NextContact => closing.time_us > connected_us && is_of(draft, closing, handling.agent),
    });
    match (inferred, closing) {
        (Some(time_us), closing) if closing.is_none_or(|closing| time_us <= closing.time_us) => {
            Some(Stop::At(time_us, HandlingEnd::Unknown, Inferred::END_INFERRED))
        }
        (_, Some(closing)) => Some(match closing.kind {
            ClosingKind::Restart | ClosingKind::MaxAge => Stop::Lost(closing.kind),
            ClosingKind::Closed | ClosingKind::NextContact => Stop::At(closing.time_us, HandlingEnd::Unknown, Inferred::END_INFERRED),
            ClosingKind::Whole | ClosingKind::Waiting => {
                Stop::At(closing.time_us, ended_by(draft.events.get(closing.event).and_then(|event| event.party)), 0)
            }
        }),
        (_, None) => None,
    }
}

/// Whether a closing names this agent.
fn is_of(draft: &Draft, closing: &Closing, agent: &str) -> bool {
    draft.events.get(closing.event).and_then(|event| event.agent) == Some(agent)
}

fn end_by_event<'a>(handling: &mut Handling<'a>, mark: HandlingMark, event: &Event<'a>, rounding_ms: i64) {
    handling.transfer_target = event.target;
    handling.end = match (event.verb, event.reason) {
        (CallVerb::TransferCompleted, Some("warm")) => HandlingEnd::TransferWarm,
        (CallVerb::TransferCompleted, _) => HandlingEnd::TransferBlind,
        _ => ended_by(event.party),
    };
    let Some(talk_ms) = event.talk_ms else {
        if let Some(hold_ms) = event.hold_ms {
            take_hold(handling, hold_ms);
            return end_by_stamp(handling, HandlingMark { hold_us: None, next_hold_us: None, ..mark }, event.time_us);
        }
        return end_by_stamp(handling, mark, event.time_us);
    };
    match event.hold_ms {
        Some(hold_ms) => take_hold(handling, hold_ms),
        None => end_open_hold(handling, mark, event.time_us),
    }
    let plain_us = handling.connected_us.saturating_add(micros(talk_ms.max(0)));
    let with_hold_us = plain_us.saturating_add(micros(handling.hold_ms));
    let inside = handling.hold_ms > 0 && plain_us.abs_diff(event.time_us) < with_hold_us.abs_diff(event.time_us);
    let talk_ended_us = if inside { plain_us } else { with_hold_us };
    handling.talk_ms = Some(if inside { talk_ms.saturating_sub(handling.hold_ms).max(0) } else { talk_ms.max(0) });
    handling.talk_ended_us = Some(talk_ended_us);
    if talk_ms < 0 || talk_ended_us.abs_diff(event.time_us) > micros(rounding_ms).unsigned_abs() {
        handling.inferred |= Inferred::CLOCK_SKEW;
    }
}

fn end_by_stamp(handling: &mut Handling<'_>, mark: HandlingMark, time_us: i64) {
    end_open_hold(handling, mark, time_us);
    let work_us = time_us.saturating_sub(handling.connected_us);
    let talk_ms = (work_us / 1000).saturating_sub(handling.hold_ms);
    if work_us < 0 || talk_ms < 0 {
        handling.inferred |= Inferred::CLOCK_SKEW;
    }
    handling.talk_ms = Some(talk_ms.max(0));
    handling.talk_ended_us = Some(time_us.max(handling.connected_us));
}

/// The source's own hold of the whole handling replaces what hold events say; it is at least one hold.
fn take_hold(handling: &mut Handling<'_>, hold_ms: i64) {
    let seen = handling.holds;
    handling.hold_ms = 0;
    if hold_ms != 0 || seen > 0 {
        let longest_ms = if seen > 0 { handling.longest_hold_ms } else { 0 };
        add_hold(handling, hold_ms);
        handling.holds = seen.max(1);
        handling.longest_hold_ms = if seen > 0 { longest_ms.min(hold_ms.max(0)) } else { handling.longest_hold_ms };
    }
}

fn end_open_hold(handling: &mut Handling<'_>, mark: HandlingMark, time_us: i64) {
    if let Some(began_us) = mark.next_hold_us.or(mark.hold_us) {
        add_hold(handling, time_us.saturating_sub(began_us) / 1000);
        handling.inferred |= Inferred::HOLD_INFERRED;
    }
}

/// Measured by the source, else by stamps, else planned; else assumed, unknown, or going on.
fn after_call_work(draft: &mut Draft, at: usize, mark: HandlingMark, with_end_ms: Option<i64>, talk_ended_us: i64) {
    let by_stamps = mark.acw_ended_us.map(|ended_us| ended_us.saturating_sub(mark.acw_started_us.unwrap_or(talk_ended_us)) / 1000);
    let measured_ms = mark.acw_measured_ms.or(by_stamps).or(with_end_ms).or(mark.acw_planned_ms);
    let (acw_ms, inferred) = match (measured_ms, mark.acw_started_us) {
        (Some(acw_ms), _) => (Some(acw_ms), 0),
        (None, Some(started_us)) => match end_of_open_acw(draft, at, started_us, talk_ended_us) {
            Some(end) => end,
            None => return,
        },
        (None, None) => (draft.options.wrap_up_ms, Inferred::ACW_ASSUMED),
    };
    let Some(handling) = draft.handlings.get_mut(at) else { return };
    handling.acw_ms = acw_ms.map(|acw_ms| acw_ms.max(0));
    handling.ended_us = Some(talk_ended_us.saturating_add(micros(handling.acw_ms.unwrap_or(0))));
    handling.inferred |= match acw_ms {
        None => Inferred::ACW_UNKNOWN,
        Some(acw_ms) if acw_ms < 0 => inferred | Inferred::CLOCK_SKEW,
        Some(_) => inferred,
    };
}

/// After-call work that began and was not seen to end: duration and bits, or none while it may go on.
fn end_of_open_acw(draft: &Draft, at: usize, started_us: i64, talk_ended_us: i64) -> Option<(Option<i64>, i32)> {
    let handling = draft.handlings.get(at)?;
    let connected_us = handling.connected_us;
    let max_age_us = draft.options.max_age_us(draft.about.channel);
    let due_us = match draft.options.acw_cap_ms {
        Some(cap_ms) => talk_ended_us.saturating_add(micros(cap_ms)),
        None => connected_us.saturating_add(max_age_us),
    };
    let closing = draft.closings.iter().find(|closing| match closing.kind {
        ClosingKind::Closed => closing.time_us >= started_us,
        ClosingKind::Restart => closing.time_us > started_us,
        ClosingKind::MaxAge => closing.time_us >= due_us,
        ClosingKind::NextContact => closing.time_us >= started_us && is_of(draft, closing, handling.agent),
        ClosingKind::Whole | ClosingKind::Waiting => false,
    })?;
    Some(match closing.kind {
        ClosingKind::Closed | ClosingKind::NextContact => (Some(closing.time_us.saturating_sub(started_us) / 1000), Inferred::ACW_ASSUMED),
        ClosingKind::MaxAge => (draft.options.acw_cap_ms, Inferred::ACW_ASSUMED),
        _ => (None, 0),
    })
}
