//! The tracks laid over each other: at every moment the strongest says what the agent does.

use super::items::{AgentItems, Work};
use super::presence::{Edges, Presence, presence};
use super::session::Base;
use super::transitions::is_usual;
use super::{Activity, ActivityOptions, Span, inferred};
use events::{AgentVerb, Observed};

/// The end of what goes on.
pub(super) const OPEN: i64 = i64::MAX;

/// A stretch that is never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval<T> {
    pub(super) from_us: i64,
    pub(super) to_us: i64,
    pub(super) value: T,
}

/// Appends a stretch unless it is empty.
pub(super) fn append<T>(list: &mut Vec<Interval<T>>, from_us: i64, to_us: i64, value: T) {
    if from_us < to_us {
        list.push(Interval { from_us, to_us, value });
    }
}

/// Spans of the agent up to the watermark: in order, not overlapping, never empty. Offline time is no span. Work outside
/// of any session shows itself and no more. Spans that follow each other differ in activity, reason or bits, unless a
/// session with something to remark begins or ends between them.
///
/// ```
/// use events::AgentVerb;
/// use lifecycle::activity::{Activity, ActivityOptions, AgentItems, Declared, Work, cut, spans};
///
/// let login = Declared {
///     time_us: 1_000_000, sequence: 1, verb: AgentVerb::LoggedIn, queue: None, reason: None, duration_ms: None,
///     source: "pbx1".into(), event_id: "1".into(),
/// };
/// let call = Work {
///     contact_id: "pbx1/17.4".into(), handling_number: 1, connected_us: 4_000_000, talk_ended_us: Some(9_000_000),
///     ended_us: Some(9_000_000), ..Work::default()
/// };
/// let mut agent = AgentItems::default();
/// agent.push_declared(login);
/// agent.put_work("pbx1/17.4", 1, Some(call));
///
/// let spans = spans(&agent, 12_000_000, &ActivityOptions::default());
/// let found: Vec<_> = spans.iter().map(|span| (span.started_us, span.ended_us, span.activity.name())).collect();
/// assert_eq!(found, [
///     (1_000_000, Some(4_000_000), "available"), (4_000_000, Some(9_000_000), "contact"), (9_000_000, None, "available"),
/// ]);
/// let mut waited_us = 0;
/// cut(&spans, 12_000_000, 10_000_000, &mut |_, activity, us| waited_us += if activity == Activity::Available { us } else { 0 });
/// assert_eq!(waited_us, 6_000_000);
/// ```
pub fn spans(items: &AgentItems, until_us: i64, options: &ActivityOptions) -> Vec<Span> {
    spans_and_next(items, until_us, options).0
}

/// The [`spans`], and when they will be others although nothing comes: what was planned is over, or a silence has lasted too long.
/// Folded up to any time before that, they are the same but for the end of what goes on; none: they stay so.
pub fn spans_and_next(items: &AgentItems, until_us: i64, options: &ActivityOptions) -> (Vec<Span>, Option<i64>) {
    let presence = presence(items, until_us, options);
    let united = United {
        contacts: united(items.work.iter().map(|work| (work.connected_us, work.talk_to_us()))),
        after: united(items.work.iter().map(|work| (work.talk_to_us(), after_call_to_us(items, work, options)))),
        not_responding: united(presence.seen.of(Observed::NotResponding)),
        dialing: united(presence.seen.of(Observed::Dialing)),
        communicating: united(presence.seen.of(Observed::Communicating)),
        ringing: united(presence.seen.of(Observed::Ringing)),
        capped: united(presence.seen.capped.iter().map(|capped| (capped.from_us, capped.to_us))),
    };
    let mut tracks = Tracks::new(&presence, &united);
    let next_us = tracks.edges().chain(presence.silent_us).filter(|edge_us| (until_us..OPEN).contains(edge_us)).min();
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for (from_us, to_us) in tracks.stretches(until_us) {
        if let Some(piece) = tracks.piece(from_us, to_us, until_us, options) {
            join(&mut pieces, piece, |one, next| one.session == next.session);
        }
    }
    mark(&mut pieces, &presence.sessions);
    let mut whole = Vec::with_capacity(pieces.len());
    for piece in pieces {
        join(&mut whole, piece, |one, next| one.session.is_none() || next.session.is_none() || one.session == next.session);
    }
    mark_unusual(&mut whole);
    (whole.into_iter().map(Piece::span).collect(), next_us)
}

/// Shares spans out to windows of `window_us`, which begin at multiples of it: calls `add(window_start_us, activity, us)`
/// for each part. Nothing is rounded: the parts of a span add up to it. What still goes on counts up to `until_us`. No
/// window is shorter than 1 µs.
pub fn cut(spans: &[Span], until_us: i64, window_us: i64, add: &mut impl FnMut(i64, Activity, i64)) {
    let window_us = window_us.max(1);
    for span in spans {
        let to_us = span.ended_us.unwrap_or(until_us);
        let mut from_us = span.started_us;
        while from_us < to_us {
            let window_start_us = from_us.saturating_sub(from_us.rem_euclid(window_us));
            let edge_us = window_start_us.saturating_add(window_us).min(to_us);
            add(window_start_us, span.activity, edge_us.saturating_sub(from_us));
            from_us = edge_us;
        }
    }
}

/// Where after-call work ends. Work that goes on is over at the latest when the agent's next contact begins, or he logs out.
fn after_call_to_us(items: &AgentItems, work: &Work, options: &ActivityOptions) -> i64 {
    let over_us = work.over_us(options.acw_cap_us());
    if !work.is_in_after_call_work() {
        return over_us;
    }
    let logouts = items.declared.iter().filter(|event| event.verb == AgentVerb::LoggedOut).map(|event| event.time_us);
    let connects = items.work.iter().map(|next| next.connected_us);
    let later = connects.chain(logouts).filter(|time_us| *time_us >= work.talk_to_us());
    later.min().map_or(over_us, |connected_us| over_us.min(connected_us))
}

/// Stretches that overlap or touch, made one.
fn united(stretches: impl Iterator<Item = (i64, i64)>) -> Vec<Interval<()>> {
    let mut sorted: Vec<_> = stretches.filter(|(from_us, to_us)| from_us < to_us).collect();
    sorted.sort_unstable();
    let mut list: Vec<Interval<()>> = Vec::with_capacity(sorted.len());
    for (from_us, to_us) in sorted {
        match list.last_mut() {
            Some(last) if from_us <= last.to_us => last.to_us = last.to_us.max(to_us),
            _ => append(&mut list, from_us, to_us, ()),
        }
    }
    list
}

/// A walk along a track: times must not go back.
struct Cursor<'t, T> {
    list: &'t [Interval<T>],
    next: usize,
}

impl<'t, T> Cursor<'t, T> {
    fn new(list: &'t [Interval<T>]) -> Self {
        Cursor { list, next: 0 }
    }

    fn at(&mut self, time_us: i64) -> Option<&'t Interval<T>> {
        while self.list.get(self.next).is_some_and(|interval| interval.to_us <= time_us) {
            self.next += 1;
        }
        self.list.get(self.next).filter(|interval| interval.from_us <= time_us)
    }

    fn edges(&self) -> impl Iterator<Item = i64> {
        self.list.iter().flat_map(|interval| [interval.from_us, interval.to_us])
    }
}

/// What may overlap, made one.
struct United {
    contacts: Vec<Interval<()>>,
    after: Vec<Interval<()>>,
    not_responding: Vec<Interval<()>>,
    dialing: Vec<Interval<()>>,
    communicating: Vec<Interval<()>>,
    ringing: Vec<Interval<()>>,
    capped: Vec<Interval<()>>,
}

/// Every track of an agent.
struct Tracks<'t, 'a> {
    not_responding: Cursor<'t, ()>,
    contacts: Cursor<'t, ()>,
    after: Cursor<'t, ()>,
    unknown: Cursor<'t, ()>,
    dialing: Cursor<'t, ()>,
    acw: Cursor<'t, i32>,
    communicating: Cursor<'t, ()>,
    ringing: Cursor<'t, ()>,
    capped: Cursor<'t, ()>,
    base: Cursor<'t, Base<'a>>,
    sessions: Cursor<'t, Edges>,
}

impl<'t, 'a> Tracks<'t, 'a> {
    fn new(presence: &'t Presence<'a>, united: &'t United) -> Self {
        Tracks {
            not_responding: Cursor::new(&united.not_responding),
            contacts: Cursor::new(&united.contacts),
            after: Cursor::new(&united.after),
            unknown: Cursor::new(&presence.unknown),
            dialing: Cursor::new(&united.dialing),
            acw: Cursor::new(&presence.acw),
            communicating: Cursor::new(&united.communicating),
            ringing: Cursor::new(&united.ringing),
            capped: Cursor::new(&united.capped),
            base: Cursor::new(&presence.base),
            sessions: Cursor::new(&presence.sessions),
        }
    }

    /// Where a track begins or ends.
    fn edges(&self) -> impl Iterator<Item = i64> {
        let work = self.contacts.edges().chain(self.after.edges()).chain(self.unknown.edges());
        let declared = self.acw.edges().chain(self.base.edges()).chain(self.sessions.edges());
        let observed = [&self.not_responding, &self.dialing, &self.communicating, &self.ringing, &self.capped];
        work.chain(declared).chain(observed.into_iter().flat_map(Cursor::edges))
    }

    /// The stretches up to the watermark in which no track changes.
    fn stretches(&self, until_us: i64) -> Vec<(i64, i64)> {
        let mut edges: Vec<i64> = self.edges().filter(|edge_us| *edge_us < until_us).collect();
        edges.push(until_us);
        edges.sort_unstable();
        edges.dedup();
        edges.iter().copied().zip(edges.iter().copied().skip(1)).collect()
    }

    fn piece(&mut self, from_us: i64, to_us: i64, until_us: i64, options: &ActivityOptions) -> Option<Piece<'a>> {
        let session = self.sessions.at(from_us).map(|session| session.from_us);
        let (cover_us, activity, reason, bits) = self.strongest(from_us, session.is_some(), options)?;
        let open = to_us == until_us && cover_us > until_us;
        Some(Piece { from_us, to_us, activity, reason, bits, session, open }).filter(|piece| piece.activity != Activity::Offline)
    }

    /// What the agent does at a time, until when at most, for which reason, and with which bits. What is only observed is nothing
    /// outside of a session, and nothing while nobody is heard.
    fn strongest(&mut self, at_us: i64, in_session: bool, options: &ActivityOptions) -> Option<(i64, Activity, Option<&'a str>, i32)> {
        let unknown = self.unknown.at(at_us).filter(|_| in_session);
        let observed = |track: &mut Cursor<'t, ()>| track.at(at_us).filter(|_| in_session && unknown.is_none());
        let capped = self.capped.at(at_us).map_or(0, |_| inferred::OFFER_CAPPED);
        if let Some(missed) = observed(&mut self.not_responding) {
            return Some((missed.to_us, Activity::NotResponding, None, 0));
        }
        if let Some(contact) = self.contacts.at(at_us) {
            return Some((contact.to_us, Activity::Contact, None, 0));
        }
        if let Some(dialing) = observed(&mut self.dialing) {
            return Some((dialing.to_us, Activity::Dialing, None, capped));
        }
        if let Some(after) = self.after.at(at_us) {
            return Some((after.to_us, Activity::Acw, None, 0));
        }
        if let Some(unknown) = unknown {
            return Some((unknown.to_us, Activity::Unknown, None, inferred::SOURCE_GAP));
        }
        if let Some(acw) = self.acw.at(at_us) {
            return Some((acw.to_us, Activity::Acw, None, acw.value));
        }
        if let Some(call) = observed(&mut self.communicating) {
            return Some((call.to_us, Activity::Communicating, None, 0));
        }
        if let Some(ringing) = observed(&mut self.ringing) {
            return Some((ringing.to_us, Activity::Ringing, None, capped));
        }
        let base = self.base.at(at_us)?;
        Some(match base.value {
            Base::Available => (base.to_us, Activity::Available, None, 0),
            Base::Paused(reason) => {
                let (activity, mapped) = options.reasons.activity(reason);
                (base.to_us, activity, reason, if mapped { 0 } else { inferred::UNMAPPED_REASON })
            }
        })
    }
}

/// A span in the making.
#[derive(Clone, Copy, Debug)]
struct Piece<'a> {
    from_us: i64,
    to_us: i64,
    activity: Activity,
    reason: Option<&'a str>,
    bits: i32,
    /// Where its session began; none: work outside of any.
    session: Option<i64>,
    open: bool,
}

impl Piece<'_> {
    fn span(self) -> Span {
        Span {
            started_us: self.from_us,
            ended_us: (!self.open).then_some(self.to_us),
            activity: self.activity,
            reason: self.reason.map(Into::into),
            inferred: self.bits,
        }
    }
}

/// Appends a piece, or makes the last one longer if this is more of the same.
fn join<'a>(pieces: &mut Vec<Piece<'a>>, next: Piece<'a>, also: impl Fn(&Piece<'_>, &Piece<'_>) -> bool) {
    let same = |one: &Piece<'_>| (one.to_us, one.activity, one.reason, one.bits) == (next.from_us, next.activity, next.reason, next.bits);
    match pieces.last_mut() {
        Some(last) if same(last) && also(last, &next) => {
            *last = Piece { from_us: last.from_us, ..next };
        }
        _ => pieces.push(next),
    }
}

/// Sets the bits of sessions on their first and last pieces. Work that begins while he is offline was a login, and its
/// end a logout; work that only outlasts a session is neither.
fn mark(pieces: &mut [Piece<'_>], sessions: &[Interval<Edges>]) {
    let mut sessions = Cursor::new(sessions);
    let mut before_us = None;
    let mut alone = false;
    let mut rest = pieces;
    while let [piece, tail @ ..] = rest {
        let next_us = tail.first().map(|next| next.from_us);
        match piece.session.and_then(|_| sessions.at(piece.from_us)) {
            Some(session) => {
                alone = false;
                piece.bits |= if piece.from_us == session.from_us { session.value.begin } else { 0 };
                piece.bits |= if piece.to_us == session.to_us { session.value.end } else { 0 };
            }
            None => {
                let begins = before_us != Some(piece.from_us);
                alone |= begins;
                piece.bits |= if begins { inferred::LOGIN_INFERRED } else { 0 };
                let ends = alone && !piece.open && next_us != Some(piece.to_us);
                piece.bits |= if ends { inferred::LOGOUT_INFERRED } else { 0 };
            }
        }
        before_us = Some(piece.to_us);
        rest = tail;
    }
}

/// Marks what does not usually follow what was before. Work outside of a session that was seen says so itself.
fn mark_unusual(pieces: &mut [Piece<'_>]) {
    let mut before: Option<Piece<'_>> = None;
    for piece in pieces {
        let one_session = |one: &Piece<'_>| one.session.is_none() || piece.session.is_none() || one.session == piece.session;
        let from = before.filter(|one| one.to_us == piece.from_us && one_session(one)).map_or(Activity::Offline, |one| one.activity);
        if piece.bits & inferred::LOGIN_INFERRED == 0 && !is_usual(from, piece.activity) {
            piece.bits |= inferred::UNUSUAL_TRANSITION;
        }
        before = Some(*piece);
    }
}
