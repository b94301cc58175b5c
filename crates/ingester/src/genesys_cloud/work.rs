//! Stays in queues and agents' work, as the sessions of a conversation show them.
//!
//! A stay is a run of `interact` segments of one queue in a session of the ACD: what comes before (`delay`) is routing,
//! and the vendor counts neither an offer nor waiting for it. An agent's work is the sessions of one participant that
//! overlap: a callback and the call that the agent dials inside it are one piece of work, not two.

use super::conversation::{Activity, Conversation, Participant, Purpose, Segment, Session};
use super::words::Disconnect;
use events::Channel;

/// An agent's connection and the end of the stay that it answers are stamped by different parts of the vendor's cloud.
const SAME_MOMENT_US: i64 = 10_000_000;

/// One stay in one queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stay<'a> {
    pub(super) queue: &'a str,
    pub(super) start_us: i64,
    pub(super) end_us: Option<i64>,
    pub(super) disconnect: Option<Disconnect>,
    pub(super) abandoned: bool,
    pub(super) flowed_out: bool,
    pub(super) channel: Channel,
    pub(super) answered: bool,
}

/// One agent's work on the conversation, or an offer that was not taken.
#[derive(Debug, Default)]
pub(super) struct Work<'a> {
    /// Place of the participant in the conversation.
    pub(super) participant: usize,
    pub(super) agent: Option<&'a str>,
    pub(super) queue: Option<&'a str>,
    /// Offers in order: beginning, end, how they ended. The last one was taken if there is a talk.
    pub(super) alerts: Vec<(i64, Option<i64>, Option<Disconnect>)>,
    /// Beginning of the talk.
    pub(super) start_us: Option<i64>,
    /// Its end; none while it goes on.
    pub(super) end_us: Option<i64>,
    pub(super) talk_us: i64,
    pub(super) hold_us: i64,
    pub(super) holds: Vec<(i64, Option<i64>)>,
    pub(super) wrapups: Vec<Segment<'a>>,
    pub(super) disconnect: Option<Disconnect>,
    pub(super) conference: bool,
    pub(super) failed: bool,
    /// The stay that this answered.
    pub(super) stay: Option<usize>,
    /// Began while another agent was talking, and answered no stay.
    pub(super) joined: bool,
}

/// Every stay in a queue, by its beginning.
pub(super) fn stays<'a>(conversation: &Conversation<'a>, notes: &mut Vec<&'static str>) -> Vec<Stay<'a>> {
    let mut stays: Vec<Stay<'a>> = Vec::new();
    for session in conversation.sessions_of(Purpose::Acd) {
        let first = stays.len();
        let fallback = session.segments.iter().find_map(|segment| segment.queue);
        for segment in session.segments.iter().filter(|segment| segment.activity == Activity::Interact) {
            let Some(queue) = segment.queue.or(fallback) else {
                notes.push("no_event");
                continue;
            };
            match stays.get_mut(first..).and_then(<[Stay<'_>]>::last_mut).filter(|stay| stay.queue == queue) {
                Some(stay) => {
                    stay.end_us = stay.end_us.zip(segment.end_us).map(|(one, next)| one.max(next));
                    stay.disconnect = segment.disconnect.or(stay.disconnect);
                }
                None => stays.push(Stay {
                    queue,
                    start_us: segment.start_us,
                    end_us: segment.end_us,
                    disconnect: segment.disconnect,
                    abandoned: session.abandoned,
                    flowed_out: session.flowed_out,
                    channel: session.channel,
                    answered: false,
                }),
            }
        }
    }
    stays.sort_by_key(|stay| (stay.start_us, stay.queue));
    stays
}

/// Every agent's work, by its beginning; the stays that were answered are marked.
pub(super) fn works<'a>(conversation: &Conversation<'a>, stays: &mut [Stay<'a>]) -> Vec<Work<'a>> {
    let outside = conversation.participants.iter().any(|participant| participant.purpose == Purpose::Outside);
    let mut works = Vec::new();
    for (at, participant) in conversation.participants.iter().enumerate() {
        match participant.purpose {
            Purpose::Agent => of_participant(at, participant, &mut works),
            // Somebody of the house who called in is the caller; who talks with somebody outside is at work.
            Purpose::User if outside => of_participant(at, participant, &mut works),
            _ => {}
        }
    }
    works.sort_by_key(|work| (work.start_us.or_else(|| work.alerts.first().map(|alert| alert.0)), work.participant));
    for work in &mut works {
        answer(work, stays);
    }
    for at in 0..works.len() {
        let joined = works.get(at).is_some_and(|work| joins(work, &works));
        if let Some(work) = works.get_mut(at) {
            work.joined = joined;
        }
    }
    works
}

fn is_work(segment: &Segment<'_>) -> bool {
    matches!(segment.activity, Activity::Interact | Activity::Hold)
}

/// When the talk of a session began and ended; none: no talk. An end of none: it goes on.
fn talk_of(session: &Session<'_>) -> Option<(i64, Option<i64>)> {
    let talk = || session.segments.iter().filter(|segment| is_work(segment));
    let start_us = talk().map(|segment| segment.start_us).min()?;
    let open = talk().any(|segment| segment.end_us.is_none());
    Some((start_us, if open { None } else { talk().filter_map(|segment| segment.end_us).max() }))
}

/// Sessions of one participant whose talks overlap are one piece of work; sessions without a talk are offers, or
/// after-call work of the talk before them.
fn of_participant<'a>(place: usize, participant: &Participant<'a>, works: &mut Vec<Work<'a>>) {
    let mut talks: Vec<(i64, Option<i64>, &Session<'a>)> = Vec::new();
    for session in &participant.sessions {
        talks.extend(talk_of(session).map(|(start_us, end_us)| (start_us, end_us, session)));
    }
    talks.sort_by_key(|(start_us, ..)| *start_us);
    let first = works.len();
    let mut group: Vec<&Session<'a>> = Vec::new();
    let mut until_us = Some(i64::MIN);
    for (start_us, end_us, session) in talks {
        if until_us.is_some_and(|until_us| start_us >= until_us) && !group.is_empty() {
            works.push(of_sessions(place, participant, &group));
            group.clear();
            until_us = Some(i64::MIN);
        }
        until_us = until_us.zip(end_us).map(|(one, next)| one.max(next));
        group.push(session);
    }
    if !group.is_empty() {
        works.push(of_sessions(place, participant, &group));
    }
    for session in participant.sessions.iter().filter(|session| talk_of(session).is_none()) {
        let wrapups = session.segments.iter().filter(|segment| segment.activity == Activity::Wrapup);
        match works.get_mut(first..).and_then(<[Work<'_>]>::last_mut) {
            Some(last) => last.wrapups.extend(wrapups),
            None if session.segments.iter().any(|segment| segment.activity == Activity::Alert) => {
                works.push(of_sessions(place, participant, &[session]));
            }
            None => {}
        }
    }
}

fn of_sessions<'a>(place: usize, participant: &Participant<'a>, sessions: &[&Session<'a>]) -> Work<'a> {
    let mut work = Work { participant: place, agent: participant.user, ..Work::default() };
    let segments = || sessions.iter().flat_map(|session| session.segments.iter());
    let talk = || segments().filter(|segment| is_work(segment));
    work.queue = segments().find_map(|segment| segment.queue);
    work.start_us = talk().map(|segment| segment.start_us).min();
    if !talk().any(|segment| segment.end_us.is_none()) {
        work.end_us = talk().filter_map(|segment| segment.end_us).max();
    }
    let of = |activity: Activity<'static>| segments().filter(move |segment| segment.activity == activity);
    if sessions.len() == 1 {
        work.talk_us = of(Activity::Interact).map(Segment::lasted_us).sum();
        work.hold_us = of(Activity::Hold).map(Segment::lasted_us).sum();
    } else {
        // Time that two sessions share is spent once.
        work.hold_us = united_us(of(Activity::Hold));
        work.talk_us = united_us(talk()) - work.hold_us;
    }
    work.holds = of(Activity::Hold).map(|segment| (segment.start_us, segment.end_us)).collect();
    work.wrapups = of(Activity::Wrapup).copied().collect();
    work.alerts = of(Activity::Alert).map(|segment| (segment.start_us, segment.end_us, segment.disconnect)).collect();
    work.alerts.sort_by_key(|(start_us, ..)| *start_us);
    let last = talk().filter(|segment| segment.disconnect.is_some()).max_by_key(|segment| segment.end_us);
    work.disconnect = last.and_then(|segment| segment.disconnect).or_else(|| segments().find_map(|segment| segment.disconnect));
    work.conference = talk().next().is_some_and(|segment| segment.conference);
    work.failed = segments().any(|segment| segment.failed);
    work
}

/// The time that is covered at least once.
fn united_us<'s, 'a: 's>(segments: impl Iterator<Item = &'s Segment<'a>>) -> i64 {
    let mut stretches: Vec<(i64, i64)> = segments.filter_map(|segment| Some((segment.start_us, segment.end_us?))).collect();
    stretches.sort_unstable();
    let (mut sum_us, mut until_us) = (0, i64::MIN);
    for (start_us, end_us) in stretches {
        sum_us += (end_us - start_us.max(until_us)).max(0);
        until_us = until_us.max(end_us);
    }
    sum_us
}

/// Finds the stay that a talk answered: of the same queue, over at about the moment at which the talk began.
fn answer<'a>(work: &mut Work<'a>, stays: &mut [Stay<'a>]) {
    let Some(start_us) = work.start_us else { return };
    let fits = |stay: &Stay<'_>| !stay.answered && work.queue.is_none_or(|queue| stay.queue == queue) && stay.start_us <= start_us;
    let near = stays.iter().enumerate().filter(|(_, stay)| fits(stay) && !stay.abandoned && !stay.flowed_out);
    let near = near.filter_map(|(at, stay)| Some((stay.end_us?.abs_diff(start_us), at)));
    let found = near.filter(|(distance_us, _)| *distance_us <= SAME_MOMENT_US.unsigned_abs()).min();
    if let Some((at, stay)) = found.and_then(|(_, at)| Some((at, stays.get_mut(at)?))) {
        stay.answered = true;
        work.stay = Some(at);
        work.queue = Some(stay.queue);
    }
}

/// Whether the talk began while another agent's went on, without having come out of a queue.
fn joins(work: &Work<'_>, works: &[Work<'_>]) -> bool {
    let Some(start_us) = work.start_us.filter(|_| work.stay.is_none()) else { return false };
    works.iter().filter(|other| other.participant != work.participant).any(|other| {
        let began_before = other.start_us.is_some_and(|other_us| (other_us, other.participant) < (start_us, work.participant));
        began_before && other.end_us.is_none_or(|end_us| end_us > start_us)
    })
}
