//! The fold: stored events of a contact to facts, in five steps. Order the events and drop repeats; apply them one by
//! one; settle what came out of order; close what never ended by itself; number and summarise.

use crate::apply;
use crate::closing::{self, Closing};
use crate::contact::{self, Journey};
use crate::event::Event;
use crate::handlings::HandlingMark;
use crate::visits::Leftover;
use crate::{ContactEvents, Names, Options};
use events::{CallVerb, Channel, Contact, Direction, Handling, QueueVisit};

/// What a contact's events amount to.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts<'a> {
    /// Stays in queues, refused joins included; numbered from 1 by time of entry, then queue.
    pub visits: Vec<QueueVisit<'a>>,
    /// Agents' work on the contact, numbered from 1 by time of connection.
    pub handlings: Vec<Handling<'a>>,
    /// The contact as a whole.
    pub contact: Contact<'a>,
    /// Nothing is open: no visit, no talk, no after-call work, and the contact has an outcome.
    pub settled: bool,
}

/// Buffers that are used again from fold to fold. Keep one per thread.
#[derive(Debug, Default)]
pub struct Scratch {
    events: Vec<Event<'static>>,
    taken: Vec<bool>,
    marks: Vec<HandlingMark>,
    leftovers: Vec<Leftover>,
    closings: Vec<Closing>,
    order: Vec<u32>,
    visits: Vec<Vec<QueueVisit<'static>>>,
    handlings: Vec<Vec<Handling<'static>>>,
}

/// The emptied vector with its memory, free of the old lifetime: collecting in place keeps the allocation.
macro_rules! emptied {
    ($vector:expr) => {
        $vector.into_iter().filter_map(|_| None).collect()
    };
}

impl Scratch {
    /// Takes the memory of facts that are no longer needed. Optional: it saves two allocations per fold.
    pub fn recycle(&mut self, facts: Facts<'_>) {
        if self.visits.len() < 4 {
            self.visits.push(emptied!(facts.visits));
            self.handlings.push(emptied!(facts.handlings));
        }
    }
}

/// What every fact of the contact carries.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) source: &'a str,
    pub(crate) contact_id: &'a str,
    pub(crate) customer: Option<&'a str>,
    pub(crate) dnis: Option<&'a str>,
    pub(crate) channel: Channel,
    pub(crate) direction: Direction,
}

/// Facts in the making.
pub(crate) struct Draft<'a, 's> {
    pub(crate) options: &'s Options,
    pub(crate) about: About<'a>,
    pub(crate) events: &'s [Event<'a>],
    pub(crate) visits: Vec<QueueVisit<'a>>,
    /// Parallel to `visits`: a connection has claimed it.
    pub(crate) taken: &'s mut Vec<bool>,
    /// `visit_number` is the place in `visits` until the end.
    pub(crate) handlings: Vec<Handling<'a>>,
    /// Parallel to `handlings`.
    pub(crate) marks: &'s mut Vec<HandlingMark>,
    pub(crate) leftovers: &'s mut Vec<Leftover>,
    pub(crate) closings: &'s mut Vec<Closing>,
    pub(crate) order: &'s mut Vec<u32>,
    pub(crate) journey: Journey<'a>,
}

/// Facts from the first `len` events (by arrival) of the contact. Pure: the same events in any order, any of them
/// repeated, give the same facts (up to [`crate::MAX_EVENTS`]).
pub fn fold<'a>(events: &'a ContactEvents, len: usize, names: &'a impl Names, scratch: &mut Scratch, options: &Options) -> Facts<'a> {
    let mut buffer: Vec<Event<'a>> = std::mem::take(&mut scratch.events);
    let (mut ordered, mut corrected) = (true, false);
    for event in events.cursor(len, names) {
        corrected |= event.revision != 0;
        ordered &= buffer.last().is_none_or(|last: &Event| last.rank() < event.rank());
        buffer.push(event);
    }
    if !ordered {
        buffer.sort_unstable_by(Event::compare);
    }
    if corrected {
        drop_superseded(&mut buffer);
    }
    let about = about(events.identity(names), &buffer);
    if !ordered {
        buffer.dedup_by(|next, kept| next.same(kept));
    }
    scratch.taken.clear();
    scratch.marks.clear();
    scratch.leftovers.clear();
    scratch.closings.clear();
    let mut draft = Draft {
        options,
        about,
        events: &buffer,
        visits: scratch.visits.pop().unwrap_or_default(),
        taken: &mut scratch.taken,
        handlings: scratch.handlings.pop().unwrap_or_default(),
        marks: &mut scratch.marks,
        leftovers: &mut scratch.leftovers,
        closings: &mut scratch.closings,
        order: &mut scratch.order,
        journey: Journey::default(),
    };
    apply::all(&mut draft);
    draft.settle_leftovers();
    closing::close(&mut draft);
    contact::number(&mut draft);
    let facts = contact::facts(draft);
    scratch.events = emptied!(buffer);
    facts
}

/// Of the reports on one leg only those of its largest revision count: a vendor's record corrects what its events said, and a later
/// record an earlier one, whichever arrives first. A restart of the source is no report on a leg.
fn drop_superseded(events: &mut Vec<Event<'_>>) {
    let mut newest: Vec<(Option<&str>, i64)> = Vec::new();
    for event in events.iter().filter(|event| event.verb != CallVerb::SourceRestarted) {
        match newest.iter_mut().find(|(leg, _)| *leg == event.leg) {
            Some((_, revision)) => *revision = event.revision.max(*revision),
            None => newest.push((event.leg, event.revision)),
        }
    }
    events.retain(|event| event.verb == CallVerb::SourceRestarted || newest.contains(&(event.leg, event.revision)));
}

/// The source is the system in the contact id: several feeds may report one contact, in any order.
/// Customer, number dialled, channel and direction are the first that any event names; a channel or direction at its
/// default says nothing.
fn about<'a>((tenant, source, contact_id): (&'a str, &'a str, &'a str), events: &[Event<'a>]) -> About<'a> {
    let (channel, direction) = (Channel::default(), Direction::default());
    let source = contact_id.split_once('/').map_or(source, |(system, _)| system);
    let mut about = About { tenant, source, contact_id, customer: None, dnis: None, channel, direction };
    for event in events.iter().rev().filter(|event| event.verb != CallVerb::SourceRestarted) {
        about.customer = event.customer.or(about.customer);
        about.dnis = event.dnis.or(about.dnis);
        if event.channel != channel {
            about.channel = event.channel;
        }
        if event.direction != direction {
            about.direction = event.direction;
        }
    }
    about
}
