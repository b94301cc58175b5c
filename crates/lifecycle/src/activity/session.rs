//! One session, from login to logout: what is paused where, and the after-call work that was declared.

use super::inferred;
use super::items::Declared;
use super::observed::{Observation, Over};
use super::spans::{Interval, append};
use crate::options::micros;
use events::{AgentVerb, Observed};
use std::collections::BTreeMap;

/// What the agent declared to be doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base<'a> {
    Available,
    Paused(Option<&'a str>),
}

/// A pause in force; the latest press gives the reason.
#[derive(Clone, Copy, Debug)]
pub(super) struct Press<'a> {
    pub(super) reason: Option<&'a str>,
    pub(super) order: u32,
}

/// Declared after-call work that goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct AfterCall {
    pub(super) since_us: i64,
    pub(super) planned_us: Option<i64>,
    /// The bit if the plan ends it.
    pub(super) bit: i32,
}

/// From login to logout.
#[derive(Debug)]
pub(super) struct Session<'a> {
    pub(super) started_us: i64,
    /// The bits for its first span: none if the login was seen.
    pub(super) begin: i32,
    /// Not only by joining a queue: leaving the last one is no logout then.
    pub(super) by_login: bool,
    pub(super) queues: BTreeMap<&'a str, Option<Press<'a>>>,
    /// The pause of the agent as a whole.
    pub(super) agent: Option<Press<'a>>,
    pub(super) base: Base<'a>,
    pub(super) base_since_us: i64,
    pub(super) acw: Option<AfterCall>,
    /// Of the event that opened it, where that is known.
    pub(super) system: Option<&'a str>,
    pub(super) observed: Option<Observation>,
    /// What was said to be over last.
    pub(super) over: Option<Over>,
    /// Heartbeats come, so silence says something.
    pub(super) alive: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(started_us: i64, begin: i32, by_login: bool, system: Option<&'a str>) -> Self {
        Session {
            started_us,
            begin,
            by_login,
            queues: BTreeMap::new(),
            agent: None,
            base: Base::Available,
            base_since_us: started_us,
            acw: None,
            system,
            observed: None,
            over: None,
            alive: false,
        }
    }

    /// Whether what a system says concerns this session. Where either is not known, it does.
    pub(super) fn is_of(&self, system: Option<&str>) -> bool {
        self.system.zip(system).is_none_or(|(own, other)| own == other)
    }

    /// Paused for the agent as a whole, or in every queue that he joined.
    pub(super) fn is_paused(&self) -> bool {
        self.agent.is_some() || (!self.queues.is_empty() && self.queues.values().all(Option::is_some))
    }

    /// The latest press in force.
    pub(super) fn latest(&self) -> Option<Press<'a>> {
        self.queues.values().flatten().chain(&self.agent).max_by_key(|press| press.order).copied()
    }

    /// A pause. In a queue that is not his it is nothing, unless no queue is his: then it is one of the agent.
    pub(super) fn press(&mut self, queue: Option<&'a str>, press: Press<'a>) {
        match queue {
            Some(queue) if !self.queues.is_empty() => {
                if let Some(pause) = self.queues.get_mut(queue) {
                    *pause = Some(press);
                }
            }
            _ => self.agent = Some(press),
        }
    }

    /// The end of a pause, in one queue or everywhere.
    pub(super) fn release(&mut self, queue: Option<&'a str>) {
        let Some(queue) = queue.filter(|_| !self.queues.is_empty()) else {
            self.agent = None;
            self.queues.values_mut().for_each(|pause| *pause = None);
            return;
        };
        if !self.queues.contains_key(queue) {
            return;
        }
        // A pause of the agent is one of every queue: what is left of it is in the other queues.
        let whole = self.agent.take();
        for (name, pause) in &mut self.queues {
            *pause = if *name == queue { None } else { pause.or(whole) };
        }
    }

    /// Another reason for the pause that gives the reason.
    pub(super) fn change_reason(&mut self, reason: &'a str) {
        let order = self.latest().map(|press| press.order);
        for press in self.queues.values_mut().flatten().chain(&mut self.agent) {
            if Some(press.order) == order {
                press.reason = Some(reason);
            }
        }
    }

    /// Ends declared after-call work, or has it ended where it was planned to if that is earlier.
    pub(super) fn end_acw(&mut self, time_us: i64, track: &mut Vec<Interval<i32>>) {
        if let Some(acw) = self.acw.take() {
            let planned_us = acw.planned_us.filter(|planned_us| *planned_us <= time_us);
            append(track, acw.since_us, planned_us.unwrap_or(time_us), planned_us.map_or(0, |_| acw.bit));
        }
    }

    /// Keeps the stretch that ends here if what is declared has changed.
    pub(super) fn refresh(&mut self, time_us: i64, track: &mut Vec<Interval<Base<'a>>>) {
        let paused = self.latest().filter(|_| self.is_paused());
        let base = paused.map_or(Base::Available, |press| Base::Paused(press.reason));
        if base != self.base {
            append(track, self.base_since_us, time_us, self.base);
            self.base = base;
            self.base_since_us = time_us;
        }
    }

    /// The fewest events that bring an agent who is offline into this session, at the time he was last heard.
    pub(super) fn declare(&self, heard_us: i64) -> Vec<Declared> {
        let event = |verb, queue: Option<&str>, reason: Option<&str>| Declared {
            time_us: heard_us,
            sequence: 0,
            verb,
            queue: queue.map(Into::into),
            reason: reason.map(Into::into),
            duration_ms: None,
            source: self.system.unwrap_or_default().into(),
            event_id: "".into(),
        };
        let mut events = Vec::new();
        if self.by_login {
            events.push(event(AgentVerb::LoggedIn, None, None));
        } else if self.queues.is_empty() && self.agent.is_none() {
            // A session that nobody opened: only a pause opens one without a login.
            events.push(Declared { time_us: heard_us.saturating_sub(1), ..event(AgentVerb::Paused, None, None) });
            events.push(event(AgentVerb::Unpaused, None, None));
        }
        events.extend(self.queues.keys().map(|queue| event(AgentVerb::QueueJoined, Some(queue), None)));
        let in_queues = self.queues.iter().filter_map(|(queue, pause)| pause.map(|press| (press, Some(*queue))));
        let mut presses: Vec<_> = in_queues.chain(self.agent.map(|press| (press, None))).collect();
        presses.sort_by_key(|(press, _)| press.order);
        for (sequence, (press, queue)) in (1..).zip(presses) {
            events.push(Declared { sequence, ..event(AgentVerb::Paused, queue, press.reason) });
        }
        if self.alive {
            let reason = Some(Observed::Alive.reason());
            events.push(Declared { duration_ms: Some(0), ..event(AgentVerb::SideEvent, None, reason) });
        }
        events
    }
}

/// A member of a queue without a name is logged in, and no more.
pub(super) fn join<'a>(session: &mut Session<'a>, event: &'a Declared, press: Press<'a>) {
    let press = press.reason.is_some_and(|reason| reason.eq_ignore_ascii_case("paused")).then_some(Press { reason: None, ..press });
    match event.queue_name() {
        Some(queue) => {
            let pause = session.queues.entry(queue).or_default();
            *pause = press.or(*pause);
        }
        None => session.agent = press.or(session.agent),
    }
}

/// After-call work that begins: of the length that the source plans, else up to the cap.
pub(super) fn after_call(event: &Declared, cap_us: Option<i64>) -> AfterCall {
    let planned_us = event.duration_ms.map(|duration_ms| micros(duration_ms.max(0)));
    let bit = if planned_us.is_some() { inferred::ACW_PLANNED } else { inferred::ACW_CAPPED };
    let lasts_us = planned_us.or(cap_us);
    AfterCall { since_us: event.time_us, planned_us: lasts_us.map(|lasts_us| event.time_us.saturating_add(lasts_us)), bit }
}
