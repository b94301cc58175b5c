//! What callers do: arrive, enter a queue, and leave it without having spoken to anybody.

use super::happening::Happening;
use super::people::{Call, Stage, Stay};
use super::{Engine, SECOND_US, seconds};
use crate::contact::{Contact, ContactOutcome};
use crate::draw::micros;
use crate::log::{ChannelId, NONE, Source};
use crate::table::{CallKey, QueueKey, VisitKey};
use crate::visit::{Ended, Outcome, Visit};
use std::sync::Arc;

/// A call is not sent on to yet another queue after so many.
const VISITS_MAX: usize = 5;

impl Engine {
    /// A channel that is made now.
    pub(super) fn channel(&mut self) -> ChannelId {
        self.channels += 1;
        ChannelId { made_s: self.now_s(), number: self.channels }
    }

    /// A call reaches the exchange, which greets the caller before it puts the call into the queue.
    pub(super) fn arrive(&mut self, queue: QueueKey, caller: Option<Arc<str>>) {
        let channel = self.channel();
        let caller = caller.unwrap_or_else(|| self.stranger());
        let name: Arc<str> = channel.to_string().into();
        let target = &self.queues[queue];
        let fact = Contact {
            call: Arc::clone(&name),
            caller: None,
            queue: Arc::clone(&target.name),
            arrived_s: self.now_s(),
            started_s: if target.plan.did.is_empty() { i64::MAX } else { self.now_s() },
            ended_s: i64::MIN,
            outcome: ContactOutcome::Blocked,
            talk_s: 0,
            visits: 0,
        };
        let call = self.calls.push(Call { channel, name, caller, entered: Vec::new(), fact, last: None, over: false });
        if !target.plan.did.is_empty() {
            let (name, did) = (Arc::clone(&target.name), target.plan.did.clone());
            self.log(Source::Call(channel), &name, NONE, "DID", format_args!("{did}"));
        }
        let greeting_us = 2 * SECOND_US + micros(self.caller_draw.lognormal(6.0, 0.5));
        self.agenda.enter(self.now_us + greeting_us, Happening::Enter { call, queue });
    }

    /// The number of somebody who calls for the first time.
    fn stranger(&mut self) -> Arc<str> {
        let digits = self.caller_draw.between(0, 99_999_999);
        let withheld = self.caller_draw.chance(self.scenario.anonymous_share);
        if withheld { "anonymous".into() } else { format!("{}{digits:08}", self.scenario.caller_prefix).into() }
    }

    /// The call enters the queue, if the queue lets it.
    pub(super) fn enter(&mut self, call: CallKey, queue: QueueKey) {
        let target = &self.queues[queue];
        let (empty, position) = (target.staffed == 0, target.waiting.len() + 1);
        let full = target.plan.waiting_max.is_some_and(|waiting_max| position > waiting_max as usize);
        let refused = match (empty && !target.plan.admits_when_empty, full) {
            (true, _) => Some(("JOINEMPTY", Outcome::RefusedEmpty)),
            (_, true) => Some(("FULL", Outcome::RefusedFull)),
            _ => None,
        };
        let visit = self.new_stay(call, queue, position);
        let (source, name) = (self.source(visit), Arc::clone(&self.queues[queue].name));
        if let Some((verb, outcome)) = refused {
            self.log(source, &name, NONE, verb, format_args!(""));
            self.stays[visit].stage = Stage::Over;
            self.stays[visit].fact.outcome = outcome;
            self.note_end(visit, None);
            self.may_redial(visit);
            return;
        }
        let caller = Arc::clone(&self.calls[call].caller);
        self.log(source, &name, NONE, "ENTERQUEUE", format_args!("|{caller}|{position}"));
        self.calls[call].entered.push(queue);
        self.calls[call].fact.caller = Some(caller).filter(|caller| &**caller != "anonymous");
        self.queues[queue].waiting.push_back(visit);
        self.plan_leaving(visit, empty);
        self.offer(visit);
    }

    fn new_stay(&mut self, call: CallKey, queue: QueueKey, position: usize) -> VisitKey {
        let entered_s = self.now_s();
        let of_call = &self.calls[call];
        let earlier = of_call.entered.iter().filter(|entered| **entered == queue).count();
        let fact = Visit {
            call: Arc::clone(&of_call.name),
            number: u32::try_from(earlier + 1).unwrap_or(u32::MAX),
            queue: Arc::clone(&self.queues[queue].name),
            agent: None,
            caller: Arc::clone(&of_call.caller),
            entered_s,
            wait_s: 0,
            outcome: Outcome::Open,
            of_call: of_call.fact.visits + 1,
            missed_rings: 0,
            talk_s: 0,
            hold_s: 0,
            ended: None,
            wrapup_s: None,
        };
        let stage = Stage::Waiting;
        let will_end = Ended::ByCaller;
        let visit = self.stays.push(Stay { call, queue, stage, position, ring: 0, agent_channel: None, will_end, fact });
        let of_call = &mut self.calls[call];
        (of_call.last, of_call.over) = (Some(visit), false);
        of_call.fact.visits += 1;
        of_call.fact.started_s = of_call.fact.started_s.min(entered_s);
        visit
    }

    /// The call has left a queue, or a conversation of so many seconds; if nothing more follows, it is over.
    pub(super) fn note_end(&mut self, visit: VisitKey, talk_s: Option<i64>) {
        let now_s = self.now_s();
        let stay = &self.stays[visit];
        let outcome = match stay.fact.outcome {
            Outcome::Answered => ContactOutcome::Handled,
            Outcome::Abandoned => ContactOutcome::Abandoned,
            Outcome::RefusedFull | Outcome::RefusedEmpty => ContactOutcome::Blocked,
            _ => ContactOutcome::FlowOut,
        };
        let call = &mut self.calls[stay.call];
        call.fact.ended_s = call.fact.ended_s.max(now_s);
        call.fact.talk_s += talk_s.unwrap_or(0);
        call.fact.outcome = call.fact.outcome.min(outcome);
        call.over = true;
    }

    fn plan_leaving(&mut self, visit: VisitKey, empty: bool) {
        let plan = &self.queues[self.stays[visit].queue].plan;
        let draw = &mut self.caller_draw;
        // Some notice within seconds that they did not want to call at all.
        let patience_s = if draw.chance(0.02) { 1.0 + 4.0 * draw.unit() } else { 3.0 + draw.exponential(plan.mean_patience_s) };
        self.agenda.enter(self.now_us + micros(patience_s), Happening::Impatient { visit });
        if let Some(timeout_s) = plan.timeout_s {
            self.agenda.enter(self.now_us + i64::from(timeout_s) * SECOND_US, Happening::WaitedTooLong { visit });
        }
        if empty {
            self.agenda.enter(self.now_us + draw.between(0, 2 * SECOND_US), Happening::StillEmpty { visit });
        }
    }

    /// The second field of the visit's lines.
    pub(super) fn source(&self, visit: VisitKey) -> Source {
        Source::Call(self.calls[self.stays[visit].call].channel)
    }

    /// Whether the caller is still in the queue.
    fn waits(&self, visit: VisitKey) -> bool {
        self.stays.get(visit).is_some_and(|stay| matches!(stay.stage, Stage::Waiting | Stage::Ringing { .. }))
    }

    pub(super) fn lose_patience(&mut self, visit: VisitKey) {
        if !self.waits(visit) {
            return;
        }
        let released = self.cancel_ring(visit, "RINGCANCELED");
        let position = self.leave(visit);
        let stay = &self.stays[visit];
        let (entered_at, wait_s, queue) = (stay.position, stay.fact.wait_s, Arc::clone(&stay.fact.queue));
        let key_exit_share = self.queues[stay.queue].plan.key_exit_share;
        if self.caller_draw.chance(key_exit_share) {
            self.stays[visit].fact.outcome = Outcome::PressedKey;
            self.log(self.source(visit), &queue, NONE, "EXITWITHKEY", format_args!("1|{position}|{entered_at}|{wait_s}"));
            self.note_end(visit, None);
        } else {
            self.stays[visit].fact.outcome = Outcome::Abandoned;
            self.note_end(visit, None);
            self.log(self.source(visit), &queue, NONE, "ABANDON", format_args!("{position}|{entered_at}|{wait_s}"));
            self.may_redial(visit);
        }
        self.free(released);
    }

    pub(super) fn time_out(&mut self, visit: VisitKey) {
        if !self.waits(visit) {
            return;
        }
        let released = self.cancel_ring(visit, "RINGNOANSWER");
        self.exit(visit, Outcome::TimedOut, "EXITWITHTIMEOUT");
        let stay = &self.stays[visit];
        let call = stay.call;
        match self.queues[stay.queue].overflow.filter(|_| self.calls[call].entered.len() < VISITS_MAX) {
            Some(queue) => {
                self.calls[call].over = false;
                let announcement_us = SECOND_US / 2 + micros(self.caller_draw.exponential(1.0));
                self.agenda.enter(self.now_us + announcement_us, Happening::Enter { call, queue });
            }
            None => self.may_redial(visit),
        }
        self.free(released);
    }

    pub(super) fn leave_if_empty(&mut self, visit: VisitKey) {
        let waits = |stay: &&Stay| stay.stage == Stage::Waiting;
        if self.stays.get(visit).filter(waits).is_some_and(|stay| self.queues[stay.queue].staffed == 0) {
            self.exit(visit, Outcome::FoundEmpty, "EXITEMPTY");
            self.may_redial(visit);
        }
    }

    /// The last member has gone home: nobody may wait any longer.
    pub(super) fn send_away(&mut self, queue: QueueKey) {
        while let Some(visit) = self.queues[queue].waiting.front().copied() {
            self.exit(visit, Outcome::FoundEmpty, "EXITEMPTY");
            self.may_redial(visit);
        }
    }

    fn exit(&mut self, visit: VisitKey, outcome: Outcome, verb: &str) {
        let position = self.leave(visit);
        let stay = &mut self.stays[visit];
        stay.fact.outcome = outcome;
        let (entered_at, wait_s, queue) = (stay.position, stay.fact.wait_s, Arc::clone(&stay.fact.queue));
        self.log(self.source(visit), &queue, NONE, verb, format_args!("{position}|{entered_at}|{wait_s}"));
        self.note_end(visit, None);
    }

    /// Takes the visit out of the line and notes how long it waited; returns its last place.
    pub(super) fn leave(&mut self, visit: VisitKey) -> usize {
        let wait_s = seconds(self.now_us) - self.stays[visit].fact.entered_s;
        let stay = &mut self.stays[visit];
        stay.fact.wait_s = wait_s;
        stay.stage = Stage::Over;
        let waiting = &mut self.queues[stay.queue].waiting;
        let place = waiting.iter().position(|other| *other == visit).unwrap_or(0);
        waiting.remove(place);
        place + 1
    }

    /// Some of those who got nobody call again within minutes, unless they were told that nobody is there.
    fn may_redial(&mut self, visit: VisitKey) {
        let staffed = self.queues[self.stays[visit].queue].staffed > 0;
        if staffed && self.caller_draw.chance(self.scenario.redial_share) {
            let pause_us = 20 * SECOND_US + micros(self.caller_draw.exponential(240.0));
            self.call_again(visit, pause_us);
        }
    }

    /// Some of those who were served call again, in some hours or in the next days.
    pub(super) fn may_repeat(&mut self, visit: VisitKey) {
        if self.caller_draw.chance(self.scenario.repeat_share) {
            let days = self.caller_draw.between(0, 3);
            let (from_s, to_s) = if days == 0 { (1_800, 21_600) } else { (-3_600, 3_600) };
            let shift_us = self.caller_draw.between(from_s, to_s) * SECOND_US;
            self.call_again(visit, days * 86_400 * SECOND_US + shift_us);
        }
    }

    fn call_again(&mut self, visit: VisitKey, after_us: i64) {
        let (at_us, stay) = (self.now_us + after_us, &self.stays[visit]);
        if at_us < self.scenario.end_us {
            let (queue, caller) = (stay.queue, Some(Arc::clone(&stay.fact.caller)));
            self.agenda.enter(at_us, Happening::Arrive { queue, caller });
        }
    }
}
