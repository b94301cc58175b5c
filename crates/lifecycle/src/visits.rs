//! Queue visits: entries, and which outcome belongs to which.
//!
//! An outcome belongs to an open visit of its queue. With the source's own wait that is the visit whose entry plus wait
//! is nearest to the outcome's time; without, the one entered last before it. Then entered + wait is the time of
//! leaving, whatever the outcome's stamp says: durations of one clock are trusted over differences of two.

use crate::Inferred;
use crate::event::Event;
use crate::fold::Draft;
use crate::options::micros;
use events::{CallVerb, QueueVisit, VisitOutcome};

/// An outcome for which no visit was open when it was applied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leftover {
    /// Place of the event.
    pub(crate) event: usize,
    /// The handling that the connection began; none: the event is no connection.
    pub(crate) handling: Option<usize>,
}

/// What a `queue_left` means by its reason. An unknown reason is a withdrawal; none, by the customer, an abandonment.
fn outcome_of(event: &Event) -> VisitOutcome {
    match event.reason {
        Some("answered") => VisitOutcome::Answered,
        Some("abandoned") => VisitOutcome::Abandoned,
        Some("timeout") => VisitOutcome::Timeout,
        Some("key") => VisitOutcome::Key,
        Some("empty") => VisitOutcome::Empty,
        Some("callback") => VisitOutcome::Callback,
        Some("overflow") => VisitOutcome::Overflow,
        Some("system_error") => VisitOutcome::SystemError,
        None if event.party == Some(events::Party::Customer) => VisitOutcome::Abandoned,
        _ => VisitOutcome::Withdrawn,
    }
}

/// How far an outcome is from where the visit's entry and the source's wait put it, in microseconds.
fn distance(entered_us: i64, wait_ms: Option<i64>, time_us: i64) -> u64 {
    entered_us.saturating_add(micros(wait_ms.unwrap_or(0).max(0))).abs_diff(time_us)
}

impl<'a> Draft<'a, '_> {
    /// A new visit, open.
    pub(crate) fn new_visit(&mut self, queue: &'a str, entered_us: i64, inferred: i32) -> usize {
        let about = self.about;
        self.visits.push(QueueVisit {
            tenant: about.tenant,
            contact_id: about.contact_id,
            visit_number: 0,
            source: about.source,
            queue,
            channel: about.channel,
            direction: about.direction,
            customer: about.customer,
            entered_us,
            left_us: None,
            wait_ms: None,
            outcome: VisitOutcome::Open,
            reason: None,
            agent: None,
            transferred_in: false,
            missed_offers: 0,
            inferred,
        });
        self.taken.push(false);
        self.visits.len() - 1
    }

    pub(crate) fn enter(&mut self, event: &Event<'a>) {
        self.new_visit(event.queue.unwrap_or_default(), event.time_us, 0);
    }

    /// A refused join: at the door, so it left when it came and waited for nothing.
    pub(crate) fn block(&mut self, event: &Event<'a>) {
        let at = self.new_visit(event.queue.unwrap_or_default(), event.time_us, 0);
        if let Some(visit) = self.visits.get_mut(at) {
            visit.left_us = Some(event.time_us);
            visit.outcome = VisitOutcome::Blocked;
            visit.reason = event.reason;
        }
    }

    /// It rang in vain: counts for the visit that waits in the queue, else for the last one there. Where the ringing began before a
    /// visit did, it was not for that visit: another clock may stamp the end of ringing when the contact is in the next queue.
    pub(crate) fn miss(&mut self, event: &Event<'a>) {
        let rang_us = event.time_us.saturating_sub(micros(event.ring_ms.unwrap_or(0).max(0)));
        let latest_us = rang_us.saturating_add(micros(self.options.rounding_ms));
        let same = |visit: &QueueVisit<'_>| event.queue.is_none_or(|queue| visit.queue == queue);
        let rang_in = |visit: &QueueVisit<'_>| same(visit) && visit.entered_us <= latest_us;
        let open = self.find_visit(event.queue, event.time_us, None, false);
        let fits = open.filter(|at| self.visits.get(*at).is_some_and(rang_in));
        let at = fits.or_else(|| self.visits.iter().rposition(rang_in)).or(open).or_else(|| self.visits.iter().rposition(same));
        if let Some(visit) = at.and_then(|at| self.visits.get_mut(at)) {
            visit.missed_offers += 1;
        }
    }

    /// The visit that an outcome belongs to. `connecting`: a visit that was left as answered but that no connection has
    /// claimed will do as well.
    pub(crate) fn find_visit(&self, queue: Option<&str>, time_us: i64, wait_ms: Option<i64>, connecting: bool) -> Option<usize> {
        let mut best: Option<(u64, usize)> = None;
        for (at, visit) in self.visits.iter().enumerate().rev() {
            let waits = visit.outcome == VisitOutcome::Open || (connecting && visit.outcome == VisitOutcome::Answered);
            if !waits || self.taken.get(at) == Some(&true) || queue.is_some_and(|queue| visit.queue != queue) {
                continue;
            }
            let from_outcome = match wait_ms {
                Some(_) => distance(visit.entered_us, wait_ms, time_us),
                None => u64::from(visit.entered_us >= time_us),
            };
            if best.is_none_or(|(least, _)| from_outcome < least) {
                best = Some((from_outcome, at));
            }
        }
        best.map(|(_, at)| at)
    }

    /// The visit left at `time_us`, or after the source's wait.
    pub(crate) fn close_visit(&mut self, at: usize, outcome: VisitOutcome, time_us: i64, wait_ms: Option<i64>) {
        let rounding_us = micros(self.options.rounding_ms).unsigned_abs();
        let Some(visit) = self.visits.get_mut(at) else { return };
        let stamped_us = time_us.saturating_sub(visit.entered_us);
        let (wait_us, skewed) = match wait_ms {
            Some(wait_ms) => (micros(wait_ms.max(0)), wait_ms < 0 || distance(visit.entered_us, Some(wait_ms), time_us) > rounding_us),
            None => (stamped_us.max(0), stamped_us < 0),
        };
        visit.left_us = Some(visit.entered_us.saturating_add(wait_us));
        visit.wait_ms = Some(wait_us / 1000);
        visit.outcome = outcome;
        if skewed {
            visit.inferred |= Inferred::CLOCK_SKEW;
        }
    }

    /// An agent took the contact out of its queue.
    pub(crate) fn answer(&mut self, at: usize, event: &Event<'a>, handling: usize) {
        if self.visits.get(at).is_some_and(|visit| visit.outcome == VisitOutcome::Open) {
            self.close_visit(at, VisitOutcome::Answered, event.time_us, event.wait_ms);
            if event.wait_ms.is_none()
                && let Some(visit) = self.visits.get_mut(at)
            {
                visit.inferred |= Inferred::LEAVE_FROM_CONNECT;
            }
        }
        if let Some(taken) = self.taken.get_mut(at) {
            *taken = true;
        }
        let (Some(visit), Some(handling)) = (self.visits.get_mut(at), self.handlings.get_mut(handling)) else { return };
        visit.agent = event.agent;
        handling.visit_number = i32::try_from(at).ok();
        handling.queue = Some(visit.queue);
        handling.connected_us = visit.left_us.unwrap_or(event.time_us);
    }

    pub(crate) fn leave(&mut self, at: usize, event: &Event<'a>) {
        let outcome = outcome_of(event);
        if let Some(visit) = self.find_visit(event.queue, event.time_us, event.wait_ms, false) {
            self.leave_visit(visit, outcome, event);
        } else if outcome != VisitOutcome::Answered || !self.confirm_answer(event) {
            self.leftovers.push(Leftover { event: at, handling: None });
        }
    }

    fn leave_visit(&mut self, at: usize, outcome: VisitOutcome, event: &Event<'a>) {
        self.close_visit(at, outcome, event.time_us, event.wait_ms);
        if let Some(visit) = self.visits.get_mut(at).filter(|_| outcome != VisitOutcome::Answered) {
            visit.reason = event.reason;
        }
    }

    /// The queue confirms an answer that the connection already told; its own stamp or wait is the better time of
    /// leaving where the connection gave no wait.
    fn confirm_answer(&mut self, event: &Event<'a>) -> bool {
        let known = |visit: &QueueVisit| visit.outcome == VisitOutcome::Answered && event.queue.is_none_or(|queue| visit.queue == queue);
        let Some(at) = self.visits.iter().rposition(known) else { return false };
        if self.visits.get(at).is_some_and(|visit| visit.inferred & Inferred::LEAVE_FROM_CONNECT != 0) {
            self.close_visit(at, VisitOutcome::Answered, event.time_us, event.wait_ms);
            if let Some(visit) = self.visits.get_mut(at) {
                visit.inferred &= !Inferred::LEAVE_FROM_CONNECT;
            }
        }
        true
    }

    /// Step three: outcomes that came before their entry by clock skew, then those whose entry is missing.
    pub(crate) fn settle_leftovers(&mut self) {
        for index in 0..self.leftovers.len() {
            let Some(leftover) = self.leftovers.get(index).copied() else { continue };
            let Some(event) = self.events.get(leftover.event).copied() else { continue };
            if let Some(at) = self.skewed_visit(&event, leftover) {
                self.settle(at, &event, leftover);
                if let Some(visit) = self.visits.get_mut(at) {
                    visit.inferred |= Inferred::CLOCK_SKEW;
                }
            } else if let (Some(queue), Some(wait_ms)) = (event.queue, event.wait_ms) {
                let entered_us = event.time_us.saturating_sub(micros(wait_ms.max(0)));
                if !self.contradicts(queue, entered_us, &event) {
                    let at = self.new_visit(queue, entered_us, Inferred::ENTRY_INFERRED);
                    self.settle(at, &event, leftover);
                }
            }
        }
    }

    fn settle(&mut self, at: usize, event: &Event<'a>, leftover: Leftover) {
        match leftover.handling {
            Some(handling) => self.answer(at, event, handling),
            None => self.leave_visit(at, outcome_of(event), event),
        }
    }

    /// The open visit of the queue that the outcome misses by no more than the tolerated skew; or, for a connection, one
    /// entered while its talk went on: nobody enters a queue while an agent whom that queue gave is talking.
    fn skewed_visit(&self, event: &Event, leftover: Leftover) -> Option<usize> {
        let most = micros(self.options.clock_skew_ms).unsigned_abs();
        let end = leftover.handling.and_then(|handling| self.marks.get(handling)?.end).and_then(|end| self.events.get(end));
        let talking = |visit: &QueueVisit| end.is_some_and(|end| (event.time_us..end.time_us).contains(&visit.entered_us));
        let open = self.visits.iter().enumerate().filter(|(_, visit)| visit.outcome == VisitOutcome::Open);
        let same = open.filter(|(_, visit)| event.queue.is_none_or(|queue| visit.queue == queue));
        let near = same.map(|(at, visit)| (distance(visit.entered_us, event.wait_ms, event.time_us), at, talking(visit)));
        near.filter(|(distance, _, talking)| *talking || *distance <= most).min().map(|(_, at, _)| at)
    }

    /// A visit of the queue with that entry has its outcome: a second one is no second visit.
    fn contradicts(&mut self, queue: &str, entered_us: i64, event: &Event) -> bool {
        let most = micros(self.options.clock_skew_ms).unsigned_abs();
        let same = |visit: &&mut QueueVisit| visit.queue == queue && visit.entered_us.abs_diff(entered_us) <= most;
        let Some(visit) = self.visits.iter_mut().find(same) else { return false };
        if event.verb == CallVerb::AgentConnected || outcome_of(event) != visit.outcome {
            visit.inferred |= Inferred::CONTRADICTION;
        }
        true
    }
}
