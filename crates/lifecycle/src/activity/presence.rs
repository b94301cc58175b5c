//! The declared track: sessions from login to logout, pauses collapsed to the agent, declared after-call work. Work takes
//! part only as a sign of life: it keeps a session alive, and begins one if something declared follows.

use super::items::{AgentItems, Declared, Work};
use super::observed::{Observation, Over, Seen, cap_us};
use super::session::{Base, Press, Session, after_call, join};
use super::spans::{Interval, OPEN, append};
use super::{ActivityOptions, inferred};
use crate::options::micros;
use events::{AgentVerb, Observed};

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
    /// Nobody was heard of the agent.
    pub(super) unknown: Vec<Interval<()>>,
    /// What was observed, in no order, within sessions or not.
    pub(super) seen: Seen,
    /// When a silence will have lasted too long, if nothing comes before; none: no session.
    pub(super) silent_us: Option<i64>,
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
    /// Since then goes on what no few events can bring about: declared after-call work, an observation.
    pub(super) since_us: Option<i64>,
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
    let observed = session.as_ref().and_then(|session| session.observed).filter(|observed| observed.until_us >= cut_us);
    // A run of heartbeats across the time is one thing.
    let across = |event: &&Declared| event.observed() == Some(Observed::Alive) && event.time_us >= cut_us && event.since_us() < cut_us;
    let runs = items.declared.iter().filter(across).map(Declared::since_us);
    Standing {
        pending: machine.pending_us.is_some(),
        since_us: acw.map(|acw| acw.since_us).into_iter().chain(observed.map(|observed| observed.since_us)).chain(runs).min(),
        declared: session.map_or_else(Vec::new, |session| session.declare(heard_us)),
    }
}

/// Things in order of time; at one time, what was declared comes first.
enum Mark<'a> {
    Declared(&'a Declared),
    /// A run of heartbeats begins, or ends.
    Alive(&'a Declared),
    Contact(&'a Work),
}

/// What an event of a system has to say in its turn: a run of heartbeats begins and ends.
fn marks_of(event: &Declared) -> impl Iterator<Item = (i64, Mark<'_>)> {
    let alive = event.observed() == Some(Observed::Alive);
    let last = (event.time_us, if alive { Mark::Alive(event) } else { Mark::Declared(event) });
    alive.then(|| (event.since_us(), Mark::Alive(event))).into_iter().chain([last])
}

/// The state between two things.
struct Machine<'a> {
    silence_us: i64,
    /// Without a heartbeat for so long, nobody knows.
    missed_us: i64,
    cap_us: Option<i64>,
    offer_cap_us: i64,
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
            missed_us: micros(options.heartbeats_missed_ms).max(1),
            offer_cap_us: cap_us(options.offer_cap_ms),
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
        let declared = items.declared.iter().flat_map(marks_of);
        let contacts = items.work.iter().map(|work| (work.connected_us, Mark::Contact(work)));
        let mut marks: Vec<_> = declared.chain(contacts).filter(|(time_us, _)| *time_us <= last_us).collect();
        marks.sort_by_key(|(time_us, _)| *time_us);
        for (time_us, mark) in marks {
            self.silence(time_us);
            match mark {
                Mark::Declared(event) if event.verb == AgentVerb::SideEvent => self.observed(event),
                Mark::Declared(event) => self.declared(event),
                Mark::Alive(run) => self.alive(time_us, run),
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

    /// Something was heard of the agent: if it was too long ago that heartbeats came, nobody knows what he did meanwhile.
    fn miss(&mut self, time_us: i64) {
        let missed = time_us.saturating_sub(self.heard_us) >= self.missed_us;
        if missed && self.session.as_ref().is_some_and(|session| session.alive) {
            append(&mut self.presence.unknown, self.heard_us, time_us, ());
        }
    }

    /// A run of heartbeats keeps a session of its system alive up to its end, and revives none. A session that began in its course
    /// hears of it when it ends.
    fn alive(&mut self, time_us: i64, run: &Declared) {
        if self.session.as_ref().is_none_or(|session| !session.is_of(run.system())) {
            return;
        }
        self.miss(time_us);
        self.session.iter_mut().for_each(|session| session.alive = true);
        self.heard_us = self.heard_us.max(run.time_us);
    }

    /// A side event: a word of the source changes nothing, an observation is no login.
    fn observed(&mut self, event: &Declared) {
        let (Some(what), time_us) = (event.observed(), event.time_us) else { return };
        if what == Observed::Restarted {
            if self.session.as_ref().is_some_and(|session| session.is_of(event.system())) {
                self.miss(time_us);
                self.close(time_us, inferred::SOURCE_RESTARTED);
            }
            self.pending_us = None;
            return;
        }
        if event.duration_ms.is_some() {
            self.presence.seen.add_past(what, event);
        }
        self.miss(time_us);
        let Some(session) = &mut self.session else { return };
        self.heard_us = self.heard_us.max(time_us);
        let outlasts = session.observed.is_some_and(|observed| observed.outlasts(what));
        if event.duration_ms.is_none() && !outlasts {
            let next = Observation::begin(what, event, self.offer_cap_us);
            if matches!(what, Observed::Nothing | Observed::OfferOver) {
                let told = session.over.filter(|over| over.time_us == time_us);
                let of = session.observed.map(|before| before.what).or_else(|| told.and_then(|over| over.of));
                let by = told.map_or(what, |over| if over.by == Observed::Nothing { over.by } else { what });
                session.over = Some(Over { time_us, by, of });
            } else if next.is_some() && session.over.as_mut().is_some_and(|over| over.has_ended(what, time_us)) {
                return;
            }
            if let Some(before) = std::mem::replace(&mut session.observed, next) {
                before.end(time_us, &mut self.presence.seen);
            }
        }
    }

    fn contact(&mut self, work: &Work) {
        self.miss(work.connected_us);
        match &mut self.session {
            Some(session) => session.end_acw(work.connected_us, &mut self.presence.acw),
            None => {
                self.pending_us.get_or_insert(work.connected_us);
            }
        }
        self.heard_us = self.heard_us.max(work.over_us(self.cap_us));
    }

    fn begin(&mut self, started_us: i64, bits: i32, by_login: bool, system: Option<&'a str>) {
        self.pending_us = None;
        self.session = Some(Session::new(started_us, bits, by_login, system));
    }

    fn close(&mut self, time_us: i64, end: i32) {
        if let Some(mut session) = self.session.take() {
            session.end_acw(time_us, &mut self.presence.acw);
            if let Some(observed) = session.observed {
                observed.end(time_us, &mut self.presence.seen);
            }
            append(&mut self.presence.base, session.base_since_us, time_us, session.base);
            self.presence.add_session(session.started_us, time_us, Edges { begin: session.begin, end });
            self.ended_us = time_us;
        }
    }

    fn declared(&mut self, event: &'a Declared) {
        let time_us = event.time_us;
        self.miss(time_us);
        match event.verb {
            AgentVerb::LoggedIn => self.log_in(event),
            AgentVerb::QueueJoined if self.session.is_none() => self.begin(time_us, 0, false, event.system()),
            AgentVerb::QueueJoined | AgentVerb::StateChanged | AgentVerb::SideEvent => {}
            AgentVerb::LoggedOut => return self.log_out(event),
            _ => self.presuppose(event),
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
    fn log_in(&mut self, event: &'a Declared) {
        let time_us = event.time_us;
        match &mut self.session {
            Some(session) if !session.by_login && !session.queues.is_empty() => {
                session.by_login = true;
                session.end_acw(time_us, &mut self.presence.acw);
            }
            _ => {
                self.close(time_us, inferred::SECOND_LOGIN);
                self.begin(time_us, 0, true, event.system());
            }
        }
    }

    /// Only who is logged in can do this: work since the last logout was a login. A pause is enough by itself.
    fn presuppose(&mut self, event: &'a Declared) {
        let since_us = self.pending_us.or_else(|| (event.verb == AgentVerb::Paused).then_some(event.time_us));
        if let Some(since_us) = since_us.filter(|_| self.session.is_none()) {
            self.begin(since_us, inferred::LOGIN_INFERRED, false, event.system());
        }
    }

    /// Ends the session. Where nobody saw its login, the duration that the source gives says when it began.
    fn log_out(&mut self, event: &'a Declared) {
        let time_us = event.time_us;
        self.presuppose(event);
        let began_us = event.since_us().max(self.ended_us);
        if self.session.is_none() {
            self.begin(time_us, inferred::LOGIN_INFERRED, false, event.system());
        }
        if let Some(session) = self.session.as_mut().filter(|session| session.begin != 0 && began_us < session.started_us) {
            append(&mut self.presence.base, began_us, session.started_us, Base::Available);
            session.started_us = began_us;
        }
        self.close(time_us, 0);
    }

    /// Notes a silence that goes on, and when it will have lasted too long.
    fn keep_silence(&mut self, alive: bool, until_us: i64) {
        let missed_us = Some(self.heard_us.saturating_add(self.missed_us)).filter(|_| alive);
        let unknown = missed_us.is_some_and(|missed_us| missed_us <= until_us);
        if unknown {
            append(&mut self.presence.unknown, self.heard_us, OPEN, ());
        }
        let over_us = self.heard_us.saturating_add(self.silence_us);
        self.presence.silent_us = Some(missed_us.filter(|_| !unknown).map_or(over_us, |missed_us| missed_us.min(over_us)));
    }

    fn finish(mut self, until_us: i64) -> Presence<'a> {
        if let Some(session) = self.session.take() {
            self.keep_silence(session.alive, until_us);
            if let Some(observed) = session.observed {
                observed.go_on(until_us, &mut self.presence.seen);
            }
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
