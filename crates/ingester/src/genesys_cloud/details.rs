//! A whole conversation of the analytics API into events. It is a complete report: what a later answer says of the same
//! conversation, or what its notifications said, it replaces.

use super::conversation::{Activity, Conversation, Participant, Purpose, Segment};
use super::report::Report;
use super::words::{Disconnect, bare_address, flow_exit, plain};
use super::work::{Stay, Work, stays, works};
use events::{CallVerb, Channel, Direction};

const SECOND_US: i64 = 1_000_000;

/// After a menu, a transfer or a stay, what begins within this time is where the contact went.
const FOLLOWS_US: i64 = 60 * SECOND_US;

/// The events of a conversation.
pub(super) fn report<'a>(conversation: &Conversation<'a>, notes: &mut Vec<&'static str>) -> Report<'a> {
    let mut stays = stays(conversation, notes);
    let works = works(conversation, &mut stays);
    let mut report = Report {
        conversation: conversation.id,
        revision: conversation.latest_us,
        channel: channel(conversation),
        direction: direction(conversation),
        customer: customer(conversation),
        dnis: dnis(conversation),
        events: Vec::new(),
    };
    report.add(CallVerb::ContactInitiated, conversation.start_us);
    for participant in conversation.participants.iter().filter(|participant| participant.purpose == Purpose::Menu) {
        menu(&mut report, participant, &stays, &works);
    }
    for at in 0..stays.len() {
        stay(&mut report, at, &stays, conversation);
    }
    for work in &works {
        if work.agent.is_none() {
            notes.push("no_agent");
            answered_by_nobody(&mut report, work, &stays);
            continue;
        }
        offers(&mut report, work);
        if work.start_us.is_some() {
            talk(&mut report, work, &stays, &works);
        }
        wrapups(&mut report, work);
    }
    side_events(&mut report, conversation);
    if let Some(closed_us) = closed_us(conversation) {
        report.add(CallVerb::ContactClosed, closed_us);
    }
    report
}

/// The medium in which the customer came.
fn channel(conversation: &Conversation<'_>) -> Channel {
    let first = |purpose| conversation.sessions_of(purpose).next();
    let found = [Purpose::Outside, Purpose::Acd, Purpose::Agent].into_iter().find_map(first);
    found.or_else(|| conversation.sessions().map(|(_, session)| session).next()).map_or(Channel::Voice, |session| session.channel)
}

fn direction(conversation: &Conversation<'_>) -> Direction {
    if conversation.sessions().any(|(_, session)| session.campaign) {
        return Direction::Outbound;
    }
    let of = |purpose| conversation.sessions_of(purpose).find_map(|session| session.direction);
    let menu_or_queue = || of(Purpose::Menu).or_else(|| of(Purpose::Acd));
    let found = conversation.originating.or_else(|| of(Purpose::Outside)).or_else(menu_or_queue);
    found.unwrap_or_else(|| {
        let inside = |participant: &Participant<'_>| participant.purpose == Purpose::User;
        let internal = !conversation.participants.is_empty() && conversation.participants.iter().all(inside);
        if internal { Direction::Internal } else { Direction::Inbound }
    })
}

fn customer<'a>(conversation: &Conversation<'a>) -> Option<&'a str> {
    let of = |purpose| conversation.sessions_of(purpose).find_map(|session| session.address);
    let contact = || conversation.participants.iter().find_map(|participant| participant.external_contact);
    let found = of(Purpose::Outside).or_else(|| of(Purpose::Menu)).or_else(|| of(Purpose::Acd)).or_else(contact);
    found.map(bare_address)
}

fn dnis<'a>(conversation: &Conversation<'a>) -> Option<&'a str> {
    let of =
        |purpose| conversation.sessions_of(purpose).filter(|session| session.channel == Channel::Voice).find_map(|session| session.dnis);
    of(Purpose::Outside).or_else(|| of(Purpose::Menu)).or_else(|| of(Purpose::Acd)).map(bare_address)
}

/// A menu: from its first to its last segment, setting up aside.
fn menu<'a>(report: &mut Report<'a>, participant: &Participant<'a>, stays: &[Stay<'a>], works: &[Work<'a>]) {
    let wanted = |segment: &&Segment<'_>| segment.activity != Activity::Preparing;
    for session in &participant.sessions {
        let segments = || session.segments.iter().filter(wanted);
        let Some(start_us) = segments().map(|segment| segment.start_us).min() else { continue };
        report.add(CallVerb::IvrEntered, start_us);
        let Some(end_us) = segments().map(|segment| segment.end_us).collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max())
        else {
            continue;
        };
        let follows = |at_us: i64| (end_us - SECOND_US..end_us + FOLLOWS_US).contains(&at_us);
        let next = stays.iter().find(|stay| follows(stay.start_us));
        let disconnect = segments().filter_map(|segment| segment.disconnect).next_back();
        let reason = flow_exit(session.flow_exit, session.flow_transfer).unwrap_or_else(|| match disconnect {
            Some(Disconnect::Own | Disconnect::System | Disconnect::Timeout) => "self_served",
            Some(Disconnect::Peer) => "hangup",
            _ if next.is_some() => "to_queue",
            Some(_) => "diverted",
            None if works.iter().any(|work| work.start_us.is_some_and(follows)) => "diverted",
            None => "hangup",
        });
        let event = report.add(CallVerb::IvrExited, end_us);
        event.reason = Some(reason);
        event.queue = next.filter(|_| reason == "to_queue").map(|stay| stay.queue);
    }
}

/// A stay that an agent answered ends with that agent's connection; every other one by itself.
fn stay<'a>(report: &mut Report<'a>, at: usize, stays: &[Stay<'a>], conversation: &Conversation<'a>) {
    let Some(stay) = stays.get(at) else { return };
    report.add(CallVerb::QueueEntered, stay.start_us).queue = Some(stay.queue);
    let Some(end_us) = stay.end_us.filter(|_| !stay.answered) else { return };
    let follows = |start_us: i64| (end_us - SECOND_US..end_us + FOLLOWS_US).contains(&start_us);
    let later = stays.iter().enumerate().filter(|(other, next)| *other != at && follows(next.start_us));
    let called_back = stay.channel != Channel::Callback && later.map(|(_, next)| next.channel).any(|channel| channel == Channel::Callback);
    let gone = conversation.sessions_of(Purpose::Outside).flat_map(|session| &session.segments).any(|segment| {
        segment.disconnect == Some(Disconnect::Own)
            && segment.end_us.is_some_and(|gone_us| gone_us.abs_diff(end_us) <= SECOND_US.unsigned_abs())
    });
    let by_disconnect = stay.disconnect.unwrap_or(Disconnect::Other).left();
    let reason = match by_disconnect {
        _ if stay.abandoned => "abandoned",
        _ if called_back => "callback",
        "abandoned" if stay.flowed_out => "overflow",
        "system_error" | "unknown" if gone && !stay.flowed_out => "abandoned",
        reason => reason,
    };
    let event = report.add(CallVerb::QueueLeft, end_us);
    event.queue = Some(stay.queue);
    event.wait_ms = Some((end_us - stay.start_us) / 1000);
    event.reason = Some(reason);
    event.party = (reason == "abandoned").then_some(events::Party::Customer);
}

/// A talk of nobody knows whom is no handling: nobody could be given it, and its end would be taken for the contact's.
fn answered_by_nobody<'a>(report: &mut Report<'a>, work: &Work<'a>, stays: &[Stay<'a>]) {
    let stay = work.stay.and_then(|at| stays.get(at));
    if let Some((stay, end_us)) = stay.and_then(|stay| Some((stay, stay.end_us?))) {
        let event = report.add(CallVerb::QueueLeft, end_us);
        (event.queue, event.reason) = (Some(stay.queue), Some("answered"));
        event.wait_ms = Some((end_us - stay.start_us) / 1000);
    }
}

fn offers<'a>(report: &mut Report<'a>, work: &Work<'a>) {
    for (at, (start_us, end_us, disconnect)) in work.alerts.iter().enumerate() {
        let event = report.add(CallVerb::AgentOffered, *start_us);
        (event.queue, event.agent) = (work.queue, work.agent);
        let taken = work.start_us.is_some() && at + 1 == work.alerts.len();
        let Some(end_us) = end_us.filter(|_| !taken) else { continue };
        let event = report.add(CallVerb::AgentMissed, end_us);
        (event.queue, event.agent) = (work.queue, work.agent);
        event.ring_ms = Some((end_us - start_us) / 1000);
        event.reason = if work.failed { Some("error") } else { disconnect.and_then(Disconnect::missed) };
    }
}

/// Connection, holds and end. What belongs to a talk is written with its end: talk, hold and after-call work as the
/// segments add up, so that nothing is told from differences of stamps.
fn talk<'a>(report: &mut Report<'a>, work: &Work<'a>, stays: &[Stay<'a>], works: &[Work<'a>]) {
    let Some(start_us) = work.start_us else { return };
    let stay = work.stay.and_then(|at| stays.get(at));
    let waited_us = stay.and_then(|stay| Some(stay.end_us? - stay.start_us));
    let event = report.add(CallVerb::AgentConnected, start_us);
    (event.queue, event.agent) = (work.queue, work.agent);
    event.wait_ms = waited_us.map(|waited_us| waited_us / 1000);
    event.ring_ms = work.alerts.last().and_then(|(start_us, end_us, _)| Some((end_us.as_ref()? - start_us) / 1000));
    event.reason = work.joined.then_some(if work.conference { "conference" } else { "consult" });
    for (hold_us, ended_us) in &work.holds {
        let event = report.add(CallVerb::HoldStarted, *hold_us);
        (event.queue, event.agent) = (work.queue, work.agent);
        if let Some(ended_us) = ended_us {
            let event = report.add(CallVerb::HoldEnded, *ended_us);
            (event.queue, event.agent) = (work.queue, work.agent);
            event.hold_ms = Some((ended_us - hold_us) / 1000);
        }
    }
    let Some(end_us) = work.end_us else { return };
    // The fold lets a talk begin where the waiting ended, by the clock of the queue. Were the end stamped a moment before
    // that beginning plus talk plus hold, the hold would seem to lie inside the talk.
    let connected_us = stay.zip(waited_us).map_or(start_us, |(stay, waited_us)| stay.start_us + waited_us);
    let at_us = if work.hold_us > 0 { end_us.max(connected_us + work.talk_us + work.hold_us) } else { end_us };
    let transfer = work.disconnect.and_then(Disconnect::transfer);
    let verb = if transfer.is_some() { CallVerb::TransferCompleted } else { CallVerb::ContactDisconnected };
    let target = transfer.and_then(|kind| target(work, end_us, kind == "warm", stays, works));
    let event = report.add(verb, at_us);
    (event.queue, event.agent, event.reason, event.target) = (work.queue, work.agent, transfer, target);
    event.party = work.disconnect.and_then(Disconnect::party);
    event.talk_ms = Some(work.talk_us / 1000);
    event.hold_ms = Some(work.hold_us / 1000);
    let done = !work.wrapups.is_empty() && work.wrapups.iter().all(|wrapup| wrapup.end_us.is_some());
    event.acw_ms = done.then(|| work.wrapups.iter().map(Segment::lasted_us).sum::<i64>() / 1000);
}

/// Where a transfer went: after speaking to the next, to whoever was there already; else to whatever began then.
fn target<'a>(work: &Work<'a>, end_us: i64, warm: bool, stays: &[Stay<'a>], works: &[Work<'a>]) -> Option<&'a str> {
    let others = || works.iter().filter(|other| other.participant != work.participant);
    if warm {
        let there = others().filter(|other| other.start_us.is_some_and(|start_us| start_us <= end_us));
        let stayed = there.filter(|other| other.end_us.is_none_or(|other_us| other_us > end_us));
        return stayed.max_by_key(|other| other.start_us).and_then(|other| other.agent);
    }
    let window = end_us - SECOND_US..end_us + FOLLOWS_US;
    let queues = stays.iter().map(|stay| (stay.start_us, Some(stay.queue)));
    let direct = others().filter(|other| other.stay.is_none()).filter_map(|other| Some((other.start_us?, other.agent)));
    queues.chain(direct).filter(|(start_us, _)| window.contains(start_us)).min().and_then(|(_, name)| name)
}

/// After-call work that goes on, and the codes that the agent gave.
fn wrapups<'a>(report: &mut Report<'a>, work: &Work<'a>) {
    for wrapup in &work.wrapups {
        if wrapup.end_us.is_none() {
            let event = report.add(CallVerb::AcwStarted, wrapup.start_us);
            (event.queue, event.agent) = (work.queue, work.agent);
        }
        if let Some(code) = wrapup.code {
            let event = report.add(CallVerb::DispositionSet, wrapup.end_us.unwrap_or(wrapup.start_us));
            (event.queue, event.agent, event.reason) = (work.queue, work.agent, Some(code));
        }
    }
}

/// Dialling, contacting, monitoring, voicemail and whatever the vendor adds: kept, without effect.
fn side_events<'a>(report: &mut Report<'a>, conversation: &Conversation<'a>) {
    for participant in &conversation.participants {
        if !matches!(participant.purpose, Purpose::Agent | Purpose::User | Purpose::Voicemail) {
            continue;
        }
        for segment in participant.sessions.iter().flat_map(|session| &session.segments) {
            let voicemail = participant.purpose == Purpose::Voicemail;
            let reason = match segment.activity {
                Activity::Other(word) => plain(word).unwrap_or("unknown"),
                Activity::Interact if voicemail => "voicemail",
                _ => continue,
            };
            let event = report.add(CallVerb::SideEvent, segment.start_us);
            (event.queue, event.agent, event.reason) = (segment.queue, participant.user, Some(reason));
            event.ring_ms = segment.end_us.map(|end_us| (end_us - segment.start_us) / 1000);
        }
    }
}

/// When the conversation was over; none while somebody is in it, after-call work included.
fn closed_us(conversation: &Conversation<'_>) -> Option<i64> {
    let segments = || conversation.sessions().flat_map(|(_, session)| &session.segments);
    let goes_on = |segment: &Segment<'_>| segment.end_us.is_none();
    if segments().any(|segment| goes_on(segment) && (conversation.end_us.is_none() || segment.activity == Activity::Wrapup)) {
        return None;
    }
    let contact = segments().filter(|segment| segment.activity != Activity::Wrapup);
    conversation.end_us.or_else(|| contact.filter_map(|segment| segment.end_us).max())
}
