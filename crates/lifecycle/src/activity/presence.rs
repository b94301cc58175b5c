//! The declared track: sessions from login to logout, pauses collapsed to the agent, declared after-call work. Work takes
//! part only as a sign of life: it keeps a session alive, and begins one if something declared follows.

use super::items::{AgentItems, Declared, Work};
use super::session::{Base, Press, Session, after_call, join};
use super::spans::{Interval, OPEN, append};
use super::{ActivityOptions, inferred};
use crate::options::micros;
use events::AgentVerb;

/// The bits for the first and for the last span of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edges {
    pub(super) begin: i32,
    pub(super) end: i32,
}

/// The tracks, each in order and without overlaps.
#[derive(Debug, Default)]
pub(super) struct Presence<'a> {
    pub(super) sessions: Vec<Interval<Edges>>,
    pub(super) base: Vec<Interval<Base<'a>>>,
    pub(super) acw: Vec<Interval<i32>>,
}

impl Presence<'_> {
    /// A session that follows the last one without a gap, and with nothing to remark, is the same session.
    fn add_session(&mut self, from_us: i64, to_us: i64, edges: Edges) {
        match self.sessions.last_mut() {
            Some(last) if (last.to_us, last.value.end, edges.begin) == (from_us, 0, 0) => {
                last.to_us = to_us;
                last.value.end = edges.end;
            }
            _ => append(&mut self.sessions, from_us, to_us, edges),
        }
    }
}

/// What is in force at a time, for forgetting what came before it.
pub(super) struct Standing {
    /// Offline, but something declared later would make the last work a login.
    pub(super) pending: bool,
    /// Declared after-call work goes on since then.
    pub(super) acw_since_us: Option<i64>,
    /// Events that bring an agent who is offline into this state.
    pub(super) declared: Vec<Declared>,
}

/// Folds everything up to the watermark.
pub(super) fn presence<'a>(items: &'a AgentItems, until_us: i64, options: &ActivityOptions) -> Presence<'a> {
    let mut machine = Machine::new(options);
    machine.run(items, until_us);
    machine.silence(until_us);
    machine.finish(until_us)
}

/// Folds everything before `cut_us`.
pub(super) fn standing(items: &AgentItems, cut_us: i64, options: &ActivityOptions) -> Standing {
    let mut machine = Machine::new(options);
    if let Some(last_us) = cut_us.checked_sub(1) {
        machine.run(items, last_us);
        machine.silence(cut_us);
    }
    let heard_us = machine.heard_us;
    let session = machine.session;
    let acw = session.as_ref().and_then(|session| session.acw).filter(|acw| acw.planned_us.is_none_or(|planned_us| planned_us >= cut_us));
    Standing {
        pending: machine.pending_us.is_some(),
        acw_since_us: acw.map(|acw| acw.since_us),
        declared: session.map_or_else(Vec::new, |session| session.declare(heard_us)),
    }
}

/// Things in order of time; at one time, what was declared comes first.
enum Mark<'a> {
    Declared(&'a Declared),
    Contact(&'a Work),
}

/// The state between two things.
struct Machine<'a> {
    silence_us: i64,
    cap_us: Option<i64>,
    session: Option<Session<'a>>,
    /// Offline, but working since then.
    pending_us: Option<i64>,
    heard_us: i64,
    ended_us: i64,
    presses: u32,
    presence: Presence<'a>,
}

impl<'a> Machine<'a> {
    fn new(options: &ActivityOptions) -> Self {
        Machine {
            silence_us: micros(options.session_max_ms).max(1),
            cap_us: options.acw_cap_us(),
            session: None,
            pending_us: None,
            heard_us: i64::MIN,
            ended_us: i64::MIN,
            presses: 0,
            presence: Presence::default(),
        }
    }

    fn run(&mut self, items: &'a AgentItems, last_us: i64) {
        let declared = items.declared.iter().map(|event| (event.time_us, Mark::Declared(event)));
        let contacts = items.work.iter().map(|work| (work.connected_us, Mark::Contact(work)));
        let mut marks: Vec<_> = declared.chain(contacts).filter(|(time_us, _)| *time_us <= last_us).collect();
        marks.sort_by_key(|(time_us, _)| *time_us);
        for (time_us, mark) in marks {
            self.silence(time_us);
            match mark {
                Mark::Declared(event) => self.declared(event),
                Mark::Contact(work) => self.contact(work),
            }
        }
    }

    /// Ends what has been silent for too long.
    fn silence(&mut self, time_us: i64) {
        if time_us.saturating_sub(self.heard_us) >= self.silence_us {
            self.pending_us = None;
            self.close(self.heard_us, inferred::LOGOUT_INFERRED);
        }
    }

    fn contact(&mut self, work: &Work) {
        match &mut self.session {
            Some(session) => session.end_acw(work.connected_us, &mut self.presence.acw),
            None => {
                self.pending_us.get_or_insert(work.connected_us);
            }
        }
        self.heard_us = self.heard_us.max(work.over_us(self.cap_us));
    }

    fn begin(&mut self, started_us: i64, bits: i32, by_login: bool) {
        self.pending_us = None;
        self.session = Some(Session::new(started_us, bits, by_login));
    }

    fn close(&mut self, time_us: i64, end: i32) {
        if let Some(mut session) = self.session.take() {
            session.end_acw(time_us, &mut self.presence.acw);
            append(&mut self.presence.base, session.base_since_us, time_us, session.base);
            self.presence.add_session(session.started_us, time_us, Edges { begin: session.begin, end });
            self.ended_us = time_us;
        }
    }

    fn declared(&mut self, event: &'a Declared) {
        let time_us = event.time_us;
        match event.verb {
            AgentVerb::SideEvent => return,
            AgentVerb::LoggedIn => self.log_in(time_us),
            AgentVerb::QueueJoined if self.session.is_none() => self.begin(time_us, 0, false),
            AgentVerb::QueueJoined | AgentVerb::StateChanged => {}
            AgentVerb::LoggedOut => return self.log_out(time_us, event.duration_ms),
            verb => self.presuppose(time_us, verb),
        }
        self.presses = self.presses.saturating_add(1);
        let press = Press { reason: event.reason.as_deref(), order: self.presses };
        let Some(session) = &mut self.session else { return };
        match event.verb {
            AgentVerb::QueueJoined => join(session, event, press),
            AgentVerb::QueueDeparted => {
                event.queue_name().map(|queue| session.queues.remove(queue));
            }
            AgentVerb::Paused => session.press(event.queue_name(), press),
            AgentVerb::Unpaused => {
                session.end_acw(time_us, &mut self.presence.acw);
                session.release(event.queue_name());
            }
            AgentVerb::AcwEnded => session.end_acw(time_us, &mut self.presence.acw),
            AgentVerb::AcwStarted => {
                session.end_acw(time_us, &mut self.presence.acw);
                session.acw = Some(after_call(event, self.cap_us));
            }
            AgentVerb::StateChanged => {
                if let Some(reason) = press.reason.filter(|_| session.is_paused()) {
                    session.change_reason(reason);
                }
            }
            AgentVerb::LoggedIn | AgentVerb::LoggedOut | AgentVerb::SideEvent => {}
        }
        session.refresh(time_us, &mut self.presence.base);
        let left = event.verb == AgentVerb::QueueDeparted && !session.by_login && session.queues.is_empty();
        self.heard_us = self.heard_us.max(time_us);
        if left {
            self.close(time_us, 0);
        }
    }

    /// A session that queues opened goes on; any other ends where the next one begins.
    fn log_in(&mut self, time_us: i64) {
        match &mut self.session {
            Some(session) if !session.by_login && !session.queues.is_empty() => {
                session.by_login = true;
                session.end_acw(time_us, &mut self.presence.acw);
            }
            _ => {
                self.close(time_us, inferred::SECOND_LOGIN);
                self.begin(time_us, 0, true);
            }
        }
    }

    /// Only who is logged in can do this: work since the last logout was a login. A pause is enough by itself.
    fn presuppose(&mut self, time_us: i64, verb: AgentVerb) {
        let since_us = self.pending_us.or_else(|| (verb == AgentVerb::Paused).then_some(time_us));
        if let Some(since_us) = since_us.filter(|_| self.session.is_none()) {
            self.begin(since_us, inferred::LOGIN_INFERRED, false);
        }
    }

    /// Ends the session. Where nobody saw its login, the duration that the source gives says when it began.
    fn log_out(&mut self, time_us: i64, duration_ms: Option<i64>) {
        self.presuppose(time_us, AgentVerb::LoggedOut);
        let lasted_us = micros(duration_ms.unwrap_or(0).max(0));
        let began_us = time_us.saturating_sub(lasted_us).max(self.ended_us);
        if self.session.is_none() {
            self.begin(time_us, inferred::LOGIN_INFERRED, false);
        }
        if let Some(session) = self.session.as_mut().filter(|session| session.begin != 0 && began_us < session.started_us) {
            append(&mut self.presence.base, began_us, session.started_us, Base::Available);
            session.started_us = began_us;
        }
        self.close(time_us, 0);
    }

    fn finish(mut self, until_us: i64) -> Presence<'a> {
        if let Some(session) = self.session.take() {
            if let Some(acw) = session.acw {
                let bit = if acw.planned_us.is_some_and(|planned_us| planned_us <= until_us) { acw.bit } else { 0 };
                append(&mut self.presence.acw, acw.since_us, acw.planned_us.unwrap_or(OPEN), bit);
            }
            append(&mut self.presence.base, session.base_since_us, OPEN, session.base);
            self.presence.add_session(session.started_us, OPEN, Edges { begin: session.begin, end: 0 });
        }
        self.presence.base.sort_by_key(|base| base.from_us);
        self.presence
    }
}
