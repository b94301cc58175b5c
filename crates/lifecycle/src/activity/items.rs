//! What is known of one agent: kept in order, stored in bytes, and forgotten without changing what came after.

use super::ActivityOptions;
use super::presence::standing;
use super::spans::OPEN;
use crate::bytes::{Error, Reader, put_signed, put_text, put_unsigned};
use events::{AgentEvent, AgentVerb, Observed};
use std::cmp::Ordering;

/// What is known of one agent: declared events, and the work that contacts show. Both are kept sorted and without
/// repetitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentItems {
    /// By time; at one time, what ends comes before what begins.
    pub declared: Vec<Declared>,
    /// By contact and number.
    pub work: Vec<Work>,
}

/// One event that the agent, or a system for him, declared.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "documented once, in schemas/agent_event.v1.avsc; source is the system, where that is known")]
pub struct Declared {
    pub time_us: i64,
    pub sequence: i64,
    pub verb: AgentVerb,
    pub queue: Option<Box<str>>,
    pub reason: Option<Box<str>>,
    pub duration_ms: Option<i64>,
    pub source: Box<str>,
    pub event_id: Box<str>,
}

impl Declared {
    /// What an event says, whoever tells it: of a system, and neither of a feed nor of a place in it. What two feeds of a system tell, or
    /// one tells twice, was declared once.
    pub fn told(event: &AgentEvent<'_>, system: &str) -> Self {
        Declared {
            time_us: event.event_time_us,
            sequence: 0,
            verb: event.verb,
            queue: event.queue.map(Into::into),
            reason: event.reason.map(Into::into),
            duration_ms: event.duration_ms,
            source: system.into(),
            event_id: "".into(),
        }
    }
}

/// One handling of this agent as its latest fact says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "documented once, in schemas/handling.v1.avsc")]
pub struct Work {
    pub contact_id: Box<str>,
    pub handling_number: i32,
    pub connected_us: i64,
    pub talk_ended_us: Option<i64>,
    pub ended_us: Option<i64>,
    /// The end was never seen.
    pub lost: bool,
    pub outbound: bool,
    /// It ended in a transfer.
    pub transferred: bool,
    /// Queue that it came from; kept only while the talk goes on.
    pub queue: Option<Box<str>>,
}

/// The verbs in order at one time, which is also their number in stored bytes. What ends comes before what begins:
/// stamps are whole seconds, and a new reason is often written as the end of the old pause and another one.
const VERBS: [AgentVerb; 10] = [
    AgentVerb::AcwEnded,
    AgentVerb::Unpaused,
    AgentVerb::QueueDeparted,
    AgentVerb::LoggedOut,
    AgentVerb::LoggedIn,
    AgentVerb::QueueJoined,
    AgentVerb::Paused,
    AgentVerb::AcwStarted,
    AgentVerb::StateChanged,
    AgentVerb::SideEvent,
];

impl Declared {
    fn rank(&self) -> u8 {
        (0..).zip(VERBS).find(|(_, verb)| *verb == self.verb).map_or(u8::MAX, |(rank, _)| rank)
    }

    /// At one time, a restart comes before what begins after it, the end of an observation before the next one, and an offer before what became
    /// of it.
    fn turn(&self) -> u8 {
        match self.observed() {
            Some(Observed::Restarted) => 0,
            Some(Observed::Nothing | Observed::OfferOver) => 1,
            Some(Observed::NotResponding | Observed::Communicating) => 3,
            _ => 2,
        }
    }

    /// What a system observed, if the event is a system's and not the agent's.
    pub fn observed(&self) -> Option<Observed> {
        self.reason.as_deref().filter(|_| self.verb == AgentVerb::SideEvent).and_then(Observed::parse)
    }

    /// The system that the event came from; none: it is not known.
    pub(super) fn system(&self) -> Option<&str> {
        Some(&*self.source).filter(|source| !source.is_empty())
    }

    /// A total order: two events are equal in it only if all their fields are.
    pub(super) fn order(&self, other: &Declared) -> Ordering {
        let first = |event: &Declared| (event.time_us, event.turn(), event.rank(), event.sequence);
        let ids = self.event_id.cmp(&other.event_id).then_with(|| self.source.cmp(&other.source));
        let rest = || (&self.queue, &self.reason, self.duration_ms).cmp(&(&other.queue, &other.reason, other.duration_ms));
        first(self).cmp(&first(other)).then(ids).then_with(rest)
    }

    /// The same event of the same source, told twice.
    fn repeats(&self, other: &Declared) -> bool {
        !self.event_id.is_empty() && self.event_id == other.event_id && self.source == other.source
    }

    /// The queue, unless the event is about the agent as a whole.
    pub(super) fn queue_name(&self) -> Option<&str> {
        self.queue.as_deref().filter(|queue| !queue.is_empty() && !queue.eq_ignore_ascii_case("NONE"))
    }
}

impl Work {
    fn key(&self) -> (&str, i32) {
        (&self.contact_id, self.handling_number)
    }

    /// Where the contact ends; [`OPEN`]: it goes on.
    pub(super) fn talk_to_us(&self) -> i64 {
        let end_us = match (self.talk_ended_us, self.lost) {
            (Some(talk_ended_us), _) => talk_ended_us,
            (None, true) => self.connected_us,
            (None, false) => self.ended_us.unwrap_or(OPEN),
        };
        end_us.max(self.connected_us)
    }

    /// Where everything ends that this shows. After-call work that goes on may last up to the cap; without one, [`OPEN`].
    pub(super) fn over_us(&self, cap_us: Option<i64>) -> i64 {
        let after_us = match (self.talk_ended_us, self.ended_us) {
            (Some(_), Some(ended_us)) => ended_us,
            (Some(talk_ended_us), None) if self.is_in_after_call_work() => {
                cap_us.map_or(OPEN, |cap_us| talk_ended_us.saturating_add(cap_us))
            }
            _ => i64::MIN,
        };
        self.talk_to_us().max(after_us)
    }

    /// The talk is over and the work on it is not. Where nothing is known of after-call work, the work ends with the talk.
    pub(super) fn is_in_after_call_work(&self) -> bool {
        self.talk_ended_us.is_some() && self.ended_us.is_none() && !self.lost
    }
}

impl AgentItems {
    /// Adds what an event says of a system: heartbeats as runs, all else as it is. False: nothing has changed.
    pub fn hear(&mut self, event: &AgentEvent<'_>, system: &str) -> bool {
        let declared = Declared::told(event, system);
        if declared.observed() == Some(Observed::Alive) && declared.duration_ms.is_none() {
            return self.push_heartbeat(declared.time_us, &declared.source);
        }
        self.push_declared(declared)
    }

    /// Adds an event. False: it is known already, by its source and id or by all its fields.
    pub fn push_declared(&mut self, declared: Declared) -> bool {
        if self.declared.iter().any(|known| known.repeats(&declared)) {
            return false;
        }
        match self.declared.binary_search_by(|known| known.order(&declared)) {
            Ok(_) => false,
            Err(place) => {
                self.declared.insert(place, declared);
                true
            }
        }
    }

    /// Puts what the latest fact says of a handling in place of what is known of it; none removes it. False: nothing has
    /// changed.
    pub fn put_work(&mut self, contact_id: &str, handling_number: i32, work: Option<Work>) -> bool {
        let place = self.work.binary_search_by(|known| known.key().cmp(&(contact_id, handling_number)));
        let work = work.map(|work| Work { contact_id: contact_id.into(), handling_number, ..work });
        match (place, work) {
            (Ok(place), Some(work)) => {
                let changed = self.work.get(place) != Some(&work);
                self.work.splice(place..=place, [work]).for_each(drop);
                changed
            }
            (Ok(place), None) => {
                self.work.remove(place);
                true
            }
            (Err(place), Some(work)) => {
                self.work.insert(place, work);
                true
            }
            (Err(_), None) => false,
        }
    }

    /// [`forget_before_with`](AgentItems::forget_before_with) the default options.
    pub fn forget_before(&mut self, time_us: i64) {
        self.forget_before_with(time_us, &ActivityOptions::default());
    }

    /// Drops what ended before a time, and leaves a few events that bring about what is in force then. Spans after that
    /// time stay as they are, folded with the same options: when a silent session ends is part of what is in force.
    ///
    /// Work that goes on at that time, declared after-call work, and what is observed then, is kept with everything that came after it began. Who
    /// was offline leaves nothing. What is older than that time must not be pushed any more: it would come before the
    /// events that are left here, and be taken as new.
    pub fn forget_before_with(&mut self, time_us: i64, options: &ActivityOptions) {
        let mut cut_us = time_us;
        let cap_us = options.acw_cap_us();
        let standing = loop {
            let across = self.work.iter().filter(|work| work.connected_us < cut_us && work.over_us(cap_us) >= cut_us);
            if let Some(began_us) = across.map(|work| work.connected_us).min() {
                cut_us = began_us;
                continue;
            }
            let standing = standing(self, cut_us, options);
            match standing.since_us.filter(|since_us| *since_us < cut_us) {
                Some(since_us) => cut_us = since_us,
                None => break standing,
            }
        };
        let before = self.work.iter().filter(|work| work.connected_us < cut_us);
        let last = before.max_by_key(|work| work.over_us(cap_us)).filter(|_| standing.pending).map(|work| work.key());
        let kept = self.work.iter().filter(|work| work.connected_us >= cut_us || Some(work.key()) == last);
        self.work = kept.cloned().collect();
        self.declared.retain(|event| event.time_us >= cut_us);
        self.declared.extend(standing.declared);
        self.declared.sort_by(Declared::order);
    }

    /// Appends the stored form: a version, the items, a checksum.
    pub fn encode(&self, bytes: &mut Vec<u8>) {
        let start = bytes.len();
        bytes.push(VERSION);
        put_unsigned(bytes, self.declared.len() as u64);
        let mut texts = Vec::new();
        let mut before_us = 0;
        for event in &self.declared {
            put_declared(bytes, event, before_us, &mut texts);
            before_us = event.time_us;
        }
        put_unsigned(bytes, self.work.len() as u64);
        for work in &self.work {
            put_one_work(bytes, work);
        }
        let sum = checksum(bytes.get(start..).unwrap_or_default());
        bytes.extend_from_slice(&sum.to_le_bytes());
    }

    /// Reads what [`encode`](AgentItems::encode) wrote. Damaged bytes are refused, and so are those of another version.
    pub fn decode(bytes: &[u8]) -> Result<AgentItems, String> {
        let (body, sum) = bytes.split_last_chunk::<4>().ok_or_else(|| refused("the bytes end too early"))?;
        match body.first() {
            Some(&VERSION) => {}
            Some(version) => return Err(refused(&format!("version {version} is unknown; upgrade, or rebuild the state"))),
            None => return Err(refused("the bytes end too early")),
        }
        if checksum(body) != u32::from_le_bytes(*sum) {
            return Err(refused("the checksum differs"));
        }
        let items = read(body).map_err(|error| refused(&error.to_string()))?;
        let ordered = items.declared.is_sorted_by(|one, next| one.order(next) == Ordering::Less);
        if !ordered || !items.work.is_sorted_by(|one, next| one.key() < next.key()) {
            return Err(refused("the items are out of order"));
        }
        Ok(items)
    }
}

const VERSION: u8 = 1;

fn refused(why: &str) -> String {
    format!("stored agent: {why}; restore the state from its changelog")
}

/// FNV-1a: enough to notice damage, not forgery.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum: u32, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// A text that comes again and again: 0 and the text at first sight, then its place plus one.
fn put_repeated<'a>(bytes: &mut Vec<u8>, text: &'a str, texts: &mut Vec<&'a str>) {
    match texts.iter().position(|known| *known == text) {
        Some(place) => put_unsigned(bytes, place as u64 + 1),
        None => {
            bytes.push(0);
            put_text(bytes, text);
            texts.push(text);
        }
    }
}

fn repeated<'a>(reader: &mut Reader<'a>, texts: &mut Vec<&'a str>) -> Result<Box<str>, Error> {
    let Some(place) = reader.unsigned()?.checked_sub(1) else {
        let text = reader.text()?;
        texts.push(text);
        return Ok(text.into());
    };
    let place = usize::try_from(place).map_err(|_| Error::BadNumber)?;
    texts.get(place).map(|text| (*text).into()).ok_or(Error::BadNumber)
}

/// The verb's number takes four bits; the others say which fields follow.
fn put_declared<'a>(bytes: &mut Vec<u8>, event: &'a Declared, before_us: i64, texts: &mut Vec<&'a str>) {
    let optional = [event.queue.is_some(), event.reason.is_some(), event.duration_ms.is_some()];
    bytes.push(event.rank() | bits(optional) << 4);
    put_signed(bytes, event.time_us.wrapping_sub(before_us));
    put_signed(bytes, event.sequence);
    put_repeated(bytes, &event.source, texts);
    put_text(bytes, &event.event_id);
    for text in event.queue.iter().chain(&event.reason) {
        put_repeated(bytes, text, texts);
    }
    if let Some(duration_ms) = event.duration_ms {
        put_signed(bytes, duration_ms);
    }
}

fn put_one_work(bytes: &mut Vec<u8>, work: &Work) {
    let optional = [work.talk_ended_us.is_some(), work.ended_us.is_some()];
    bytes.push(bits([optional[0], optional[1], work.lost, work.outbound, work.transferred, work.queue.is_some()]));
    put_text(bytes, &work.contact_id);
    put_signed(bytes, i64::from(work.handling_number));
    put_signed(bytes, work.connected_us);
    for time_us in work.talk_ended_us.iter().chain(&work.ended_us) {
        put_signed(bytes, time_us.wrapping_sub(work.connected_us));
    }
    if let Some(queue) = &work.queue {
        put_text(bytes, queue);
    }
}

fn bits<const N: usize>(flags: [bool; N]) -> u8 {
    flags.iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(*flag))
}

fn read(body: &[u8]) -> Result<AgentItems, Error> {
    let mut reader = Reader::new(body);
    reader.byte()?;
    let mut items = AgentItems::default();
    let mut texts = Vec::new();
    let mut before_us = 0;
    for _ in 0..reader.unsigned()? {
        let event = declared(&mut reader, before_us, &mut texts)?;
        before_us = event.time_us;
        items.declared.push(event);
    }
    for _ in 0..reader.unsigned()? {
        items.work.push(work(&mut reader)?);
    }
    match reader.left() {
        0 => Ok(items),
        left => Err(Error::TrailingBytes(left)),
    }
}

fn declared<'a>(reader: &mut Reader<'a>, before_us: i64, texts: &mut Vec<&'a str>) -> Result<Declared, Error> {
    let first = reader.byte()?;
    let verb = *VERBS.get(usize::from(first & 0xf)).filter(|_| first < 0x80).ok_or(Error::BadNumber)?;
    Ok(Declared {
        verb,
        time_us: reader.signed()?.wrapping_add(before_us),
        sequence: reader.signed()?,
        source: repeated(reader, texts)?,
        event_id: reader.text()?.into(),
        queue: (first & 0x10 != 0).then(|| repeated(reader, texts)).transpose()?,
        reason: (first & 0x20 != 0).then(|| repeated(reader, texts)).transpose()?,
        duration_ms: (first & 0x40 != 0).then(|| reader.signed()).transpose()?,
    })
}

fn work(reader: &mut Reader<'_>) -> Result<Work, Error> {
    let first = reader.byte()?;
    if first > 0x3f {
        return Err(Error::BadNumber);
    }
    let contact_id = reader.text()?.into();
    let handling_number = i32::try_from(reader.signed()?).map_err(|_| Error::BadNumber)?;
    let connected_us = reader.signed()?;
    let mut time_us = |bit: u8| (first & bit != 0).then(|| reader.signed().map(|after| after.wrapping_add(connected_us))).transpose();
    let (talk_ended_us, ended_us) = (time_us(1)?, time_us(2)?);
    Ok(Work {
        contact_id,
        handling_number,
        connected_us,
        talk_ended_us,
        ended_us,
        lost: first & 4 != 0,
        outbound: first & 8 != 0,
        transferred: first & 0x10 != 0,
        queue: (first & 0x20 != 0).then(|| reader.text().map(Into::into)).transpose()?,
    })
}
