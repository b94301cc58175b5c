//! Handlings: connections, holds, ends of talk and after-call work, and which belongs to which.

use crate::Inferred;
use crate::event::Event;
use crate::fold::Draft;
use crate::options::micros;
use crate::visits::Leftover;
use events::{CallVerb, Handling, HandlingEnd};

/// What is known of a handling beside the fact itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct HandlingMark {
    /// Place of the event that ended the talk.
    pub(crate) end: Option<usize>,
    /// Joined an ongoing talk (conference, consultation): answers no visit and ends no other handling.
    pub(crate) joined: bool,
    /// The hold that goes on.
    pub(crate) hold_us: Option<i64>,
    /// A hold that began while one went on: in whole seconds one can end and the next begin at the same time.
    pub(crate) next_hold_us: Option<i64>,
    pub(crate) acw_started_us: Option<i64>,
    pub(crate) acw_planned_ms: Option<i64>,
    pub(crate) acw_ended_us: Option<i64>,
    pub(crate) acw_measured_ms: Option<i64>,
}

/// 2: the same, 1: one of them is unknown, 0: different.
fn agreement(event: Option<&str>, known: Option<&str>) -> u8 {
    match (event.filter(|text| !text.is_empty()), known.filter(|text| !text.is_empty())) {
        (Some(event), Some(known)) => 2 * u8::from(event == known),
        _ => 1,
    }
}

impl<'a> Draft<'a, '_> {
    fn new_handling(&mut self, event: &Event<'a>, connected_us: i64, inferred: i32, joined: bool) -> usize {
        let about = self.about;
        self.handlings.push(Handling {
            tenant: about.tenant,
            contact_id: about.contact_id,
            handling_number: 0,
            visit_number: None,
            source: about.source,
            queue: event.queue,
            agent: event.agent.unwrap_or_default(),
            channel: about.channel,
            direction: about.direction,
            connected_us,
            talk_ended_us: None,
            ended_us: None,
            talk_ms: None,
            hold_ms: 0,
            holds: 0,
            longest_hold_ms: 0,
            acw_ms: None,
            end: HandlingEnd::Open,
            transfer_target: None,
            inferred,
        });
        self.marks.push(HandlingMark { joined, ..HandlingMark::default() });
        self.handlings.len() - 1
    }

    /// An agent took the contact. A repeat by an agent who has it already, with nobody waiting, says nothing new.
    pub(crate) fn connect(&mut self, at: usize, event: &Event<'a>) {
        if matches!(event.reason, Some("conference" | "consult")) {
            self.new_handling(event, event.time_us, 0, true);
        } else if let Some(visit) = self.find_visit(event.queue, event.time_us, event.wait_ms, true) {
            let handling = self.new_handling(event, event.time_us, 0, false);
            self.answer(visit, event, handling);
        } else if !self.has_already(event) {
            let handling = self.new_handling(event, event.time_us, 0, false);
            self.leftovers.push(Leftover { event: at, handling: Some(handling) });
        }
    }

    fn has_already(&self, event: &Event) -> bool {
        let mut open = self.handlings.iter().zip(self.marks.iter()).filter(|(_, mark)| mark.end.is_none());
        open.any(|(handling, _)| agreement(event.agent, Some(handling.agent)) == 2 && agreement(event.queue, handling.queue) > 0)
    }

    /// The handling, not ended yet, that an event belongs to: same agent, then same queue, then the one whose connection
    /// plus the source's talk is nearest to the event, else the one connected last before it.
    fn find_handling(&self, event: &Event) -> Option<usize> {
        let mut best: Option<((u8, u8), u64, usize)> = None;
        for (at, (handling, mark)) in self.handlings.iter().zip(self.marks.iter()).enumerate().rev() {
            let fit = (agreement(event.agent, Some(handling.agent)), agreement(event.queue, handling.queue));
            if mark.end.is_some() || matches!(fit, (0, 0 | 1) | (1, 0)) {
                continue;
            }
            let distance = match event.talk_ms {
                Some(talk_ms) => talk_distance(handling, event, talk_ms),
                None => u64::from(handling.connected_us >= event.time_us),
            };
            if best.is_none_or(|(best_fit, least, _)| fit > best_fit || (fit == best_fit && distance < least)) {
                best = Some((fit, distance, at));
            }
        }
        best.map(|(_, _, at)| at)
    }

    pub(crate) fn start_hold(&mut self, event: &Event) {
        let Some(mark) = self.find_handling(event).and_then(|at| self.marks.get_mut(at)) else { return };
        if mark.hold_us.is_none() {
            mark.hold_us = Some(event.time_us);
        } else {
            mark.next_hold_us = Some(event.time_us);
        }
    }

    /// The hold that began last before this ends; one that began at this very time is the next hold. A hold that was
    /// still open when another began has no known end: it does not count.
    pub(crate) fn end_hold(&mut self, event: &Event) {
        let Some(at) = self.find_handling(event) else { return };
        let (Some(mark), Some(handling)) = (self.marks.get_mut(at), self.handlings.get_mut(at)) else { return };
        let began_us = match mark.next_hold_us.take() {
            Some(next_us) if next_us == event.time_us => mark.hold_us.replace(next_us),
            Some(next_us) => {
                mark.hold_us = None;
                Some(next_us)
            }
            None => mark.hold_us.take(),
        };
        let hold_ms = event.hold_ms.or_else(|| began_us.map(|began_us| event.time_us.saturating_sub(began_us) / 1000));
        if hold_ms.is_none() || (began_us.is_none() && event.hold_ms.is_none()) {
            handling.inferred |= Inferred::HOLD_INFERRED;
        }
        add_hold(handling, hold_ms.unwrap_or(0));
    }

    /// The end of a talk, by disconnection or transfer. Without a connection, but with agent and talk, the connection is
    /// inferred. Returns whether it ended (or had ended) a handling.
    pub(crate) fn end_talk(&mut self, at: usize, event: &Event<'a>) -> bool {
        let found = self.find_handling(event).or_else(|| self.infer_connect(event));
        if let Some(mark) = found.and_then(|found| self.marks.get_mut(found)) {
            mark.end = Some(at);
            return true;
        }
        event.talk_ms.is_some() && event.agent.is_some()
    }

    fn infer_connect(&mut self, event: &Event<'a>) -> Option<usize> {
        let (talk_ms, _) = event.talk_ms.zip(event.agent)?;
        let most = micros(self.options.clock_skew_ms).unsigned_abs();
        let known = |handling: &&mut Handling| {
            agreement(event.agent, Some(handling.agent)) == 2
                && agreement(event.queue, handling.queue) > 0
                && talk_distance(handling, event, talk_ms) <= most
        };
        if let Some(handling) = self.handlings.iter_mut().find(known) {
            handling.inferred |= Inferred::CONTRADICTION;
            return None;
        }
        let work_us = micros(talk_ms.max(0)).saturating_add(micros(event.hold_ms.unwrap_or(0).max(0)));
        let connected_us = event.time_us.saturating_sub(work_us);
        let handling = self.new_handling(event, connected_us, Inferred::CONNECT_INFERRED, false);
        let connect = Event { time_us: connected_us, verb: CallVerb::AgentConnected, ..*event };
        let visit = self.find_visit(event.queue, connected_us, event.wait_ms, true);
        let visit = visit.or_else(|| {
            let entered_us = connected_us.saturating_sub(micros(event.wait_ms?.max(0)));
            Some(self.new_visit(event.queue?, entered_us, Inferred::ENTRY_INFERRED))
        });
        if let Some(visit) = visit {
            self.answer(visit, &connect, handling);
            if let Some(visit) = self.visits.get_mut(visit) {
                visit.inferred |= Inferred::CONNECT_INFERRED;
            }
        }
        Some(handling)
    }

    pub(crate) fn start_acw(&mut self, event: &Event) {
        let Some(mark) = self.find_acw(event, |mark| mark.acw_started_us.is_none()) else { return };
        mark.acw_started_us = Some(event.time_us);
        mark.acw_planned_ms = event.acw_ms;
    }

    pub(crate) fn end_acw(&mut self, event: &Event) {
        let running = |mark: &HandlingMark| mark.acw_started_us.is_some() && mark.acw_ended_us.is_none();
        let Some(mark) = self.find_acw(event, running) else { return };
        mark.acw_ended_us = Some(event.time_us);
        // Told again without a length, by another clock: what was measured stays.
        mark.acw_measured_ms = event.acw_ms.or(mark.acw_measured_ms);
    }

    /// The handling that after-call work belongs to: of the same agent, if possible one where it can happen next
    /// (`expected`), talk over, connected before; then the latest.
    fn find_acw(&mut self, event: &Event, expected: impl Fn(&HandlingMark) -> bool) -> Option<&mut HandlingMark> {
        let fits = |handling: &Handling| agreement(event.agent, Some(handling.agent)) > 0 && agreement(event.queue, handling.queue) > 0;
        let candidates = self.handlings.iter().zip(self.marks.iter()).enumerate().filter(|(_, (handling, _))| fits(handling));
        let order = |(at, (handling, mark)): (usize, (&Handling, &HandlingMark))| {
            (expected(mark), mark.end.is_some(), handling.connected_us < event.time_us, at)
        };
        let (.., at) = candidates.map(order).max()?;
        self.marks.get_mut(at)
    }
}

/// How far the end is from where connection and the source's talk put it, in microseconds, with hold inside the talk or
/// beside it.
fn talk_distance(handling: &Handling, event: &Event, talk_ms: i64) -> u64 {
    let end_us = handling.connected_us.saturating_add(micros(talk_ms.max(0)));
    let hold_us = micros(event.hold_ms.unwrap_or(handling.hold_ms).max(0));
    end_us.abs_diff(event.time_us).min(end_us.saturating_add(hold_us).abs_diff(event.time_us))
}

/// Counts a hold; a negative one lasted 0.
pub(crate) fn add_hold(handling: &mut Handling, hold_ms: i64) {
    if hold_ms < 0 {
        handling.inferred |= Inferred::CLOCK_SKEW;
    }
    let hold_ms = hold_ms.max(0);
    handling.holds += 1;
    handling.hold_ms = handling.hold_ms.saturating_add(hold_ms);
    handling.longest_hold_ms = handling.longest_hold_ms.max(hold_ms);
}
