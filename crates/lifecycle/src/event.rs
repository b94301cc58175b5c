//! One stored event: its bytes, its order among the others, and when two of them are the same.
//!
//! Layout: a byte with verb (5 bits) and unit of the time (2 bits), two bytes that say which fields follow, the time as
//! a difference to the contact's first event, then the fields. `event_id` and `sequence` are not kept: they never
//! decide a result.

use crate::Names;
use crate::bytes::{Error, Reader, put_name, put_signed, put_text};
use events::{CallEvent, CallVerb, Channel, Direction, Party};
use std::cmp::Ordering;

/// A stored event, read back. Same fields as [`CallEvent`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event<'a> {
    pub(crate) time_us: i64,
    pub(crate) verb: CallVerb,
    pub(crate) channel: Channel,
    pub(crate) direction: Direction,
    pub(crate) party: Option<Party>,
    pub(crate) position: Option<i32>,
    pub(crate) queue: Option<&'a str>,
    pub(crate) agent: Option<&'a str>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) customer: Option<&'a str>,
    pub(crate) target: Option<&'a str>,
    pub(crate) dnis: Option<&'a str>,
    pub(crate) wait_ms: Option<i64>,
    pub(crate) ring_ms: Option<i64>,
    pub(crate) talk_ms: Option<i64>,
    pub(crate) hold_ms: Option<i64>,
    pub(crate) acw_ms: Option<i64>,
    pub(crate) leg: Option<&'a str>,
    pub(crate) revision: i64,
}

const QUEUE: u16 = 1;
const AGENT: u16 = 1 << 1;
const REASON: u16 = 1 << 2;
const CUSTOMER: u16 = 1 << 3;
const SAME_CUSTOMER: u16 = 1 << 4;
const TARGET: u16 = 1 << 5;
const DNIS: u16 = 1 << 6;
const WAIT: u16 = 1 << 7;
const RING: u16 = 1 << 8;
const TALK: u16 = 1 << 9;
const HOLD: u16 = 1 << 10;
const ACW: u16 = 1 << 11;
const POSITION: u16 = 1 << 12;
/// One byte with channel, direction and party follows; absent: voice, inbound, no party.
const KINDS: u16 = 1 << 13;
const LEG: u16 = 1 << 14;
const REVISION: u16 = 1 << 15;

/// Units of a stored time difference, in microseconds.
const UNITS: [i64; 3] = [1, 1_000, 1_000_000];

const VERBS: [CallVerb; 20] = [
    CallVerb::SourceRestarted,
    CallVerb::ContactInitiated,
    CallVerb::IvrEntered,
    CallVerb::IvrExited,
    CallVerb::QueueBlocked,
    CallVerb::QueueEntered,
    CallVerb::AgentOffered,
    CallVerb::AgentMissed,
    CallVerb::AgentConnected,
    CallVerb::QueueLeft,
    CallVerb::HoldStarted,
    CallVerb::HoldEnded,
    CallVerb::TransferCompleted,
    CallVerb::ContactDisconnected,
    CallVerb::AcwStarted,
    CallVerb::AcwEnded,
    CallVerb::DispositionSet,
    CallVerb::ContactExcluded,
    CallVerb::ContactClosed,
    CallVerb::SideEvent,
];
const CHANNELS: [Channel; 5] = [Channel::Voice, Channel::Chat, Channel::Email, Channel::Callback, Channel::Task];
const DIRECTIONS: [Direction; 3] = [Direction::Inbound, Direction::Outbound, Direction::Internal];
const PARTIES: [Option<Party>; 4] = [None, Some(Party::Agent), Some(Party::Customer), Some(Party::System)];

fn kinds(event: &CallEvent) -> u8 {
    let party = match event.party {
        None => 0,
        Some(Party::Agent) => 1,
        Some(Party::Customer) => 2,
        Some(Party::System) => 3,
    };
    event.channel as u8 | (event.direction as u8) << 3 | party << 5
}

/// The largest unit that the difference is a whole number of.
fn unit_of(difference: i64) -> usize {
    if difference % UNITS[1] != 0 {
        0
    } else if difference % UNITS[2] != 0 {
        1
    } else {
        2
    }
}

/// A customer that was read, and how many bytes were left before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Customer<'a> {
    text: &'a str,
    pub(crate) left: usize,
}

/// Appends an event. `same_customer`: the customer is the last one that was written for this contact. Returns where the
/// customer was written, if it was.
pub(crate) fn write(out: &mut Vec<u8>, event: &CallEvent, base_us: i64, same_customer: bool, names: &mut impl Names) -> Option<usize> {
    let difference = event.event_time_us.wrapping_sub(base_us);
    let unit = unit_of(difference);
    let start = out.len();
    out.extend_from_slice(&[event.verb as u8 | (unit as u8) << 5, 0, 0]);
    put_signed(out, difference / UNITS[unit]);
    let mut fields = 0;
    for (field, name) in [(QUEUE, event.queue), (AGENT, event.agent), (REASON, event.reason), (TARGET, event.target), (DNIS, event.dnis)] {
        if let Some(name) = name {
            fields |= field;
            put_name(out, name, names);
        }
    }
    let mut customer_at = None;
    if let Some(customer) = event.customer {
        if same_customer {
            fields |= SAME_CUSTOMER;
        } else {
            fields |= CUSTOMER;
            customer_at = Some(out.len());
            put_text(out, customer);
        }
    }
    let position = event.position.map(i64::from);
    for (field, number) in [
        (WAIT, event.wait_ms),
        (RING, event.ring_ms),
        (TALK, event.talk_ms),
        (HOLD, event.hold_ms),
        (ACW, event.acw_ms),
        (POSITION, position),
    ] {
        if let Some(number) = number {
            fields |= field;
            put_signed(out, number);
        }
    }
    let kinds = kinds(event);
    if kinds != 0 {
        fields |= KINDS;
        out.push(kinds);
    }
    // A leg is as good as unique: no name for the table.
    if let Some(leg) = event.leg {
        fields |= LEG;
        put_text(out, leg);
    }
    if event.revision != 0 {
        fields |= REVISION;
        put_signed(out, event.revision);
    }
    if let Some(place) = out.get_mut(start + 1..start + 3) {
        place.copy_from_slice(&fields.to_le_bytes());
    }
    customer_at
}

/// Reads the next event. `customer` is the last customer that was read, and is kept up to date.
#[inline]
pub(crate) fn read<'a>(
    reader: &mut Reader<'a>,
    base_us: i64,
    customer: &mut Option<Customer<'a>>,
    names: &'a impl Names,
) -> Result<Event<'a>, Error> {
    let [head, low, high] = reader.take::<3>()?;
    let fields = u16::from_le_bytes([low, high]);
    let verb = *VERBS.get(usize::from(head & 31)).ok_or(Error::BadNumber)?;
    let unit = *UNITS.get(usize::from(head >> 5)).ok_or(Error::BadNumber)?;
    let time_us = base_us.wrapping_add(reader.signed()?.wrapping_mul(unit));
    let name = |reader: &mut Reader<'a>, field: u16| -> Result<Option<&'a str>, Error> {
        if fields & field == 0 { Ok(None) } else { Ok(Some(reader.name()?.text(names))) }
    };
    let queue = name(reader, QUEUE)?;
    let agent = name(reader, AGENT)?;
    let reason = name(reader, REASON)?;
    let target = name(reader, TARGET)?;
    let dnis = name(reader, DNIS)?;
    if fields & CUSTOMER != 0 {
        let left = reader.left();
        *customer = Some(Customer { text: reader.text()?, left });
    }
    let number = |reader: &mut Reader<'a>, field: u16| -> Result<Option<i64>, Error> {
        if fields & field == 0 { Ok(None) } else { reader.signed().map(Some) }
    };
    let wait_ms = number(reader, WAIT)?;
    let ring_ms = number(reader, RING)?;
    let talk_ms = number(reader, TALK)?;
    let hold_ms = number(reader, HOLD)?;
    let acw_ms = number(reader, ACW)?;
    let position = number(reader, POSITION)?.map(i32::try_from).transpose().map_err(|_| Error::BadNumber)?;
    let kinds = if fields & KINDS == 0 { 0 } else { reader.byte()? };
    let leg = if fields & LEG == 0 { None } else { Some(reader.text()?) };
    let revision = if fields & REVISION == 0 { 0 } else { reader.signed()? };
    Ok(Event {
        time_us,
        verb,
        channel: *CHANNELS.get(usize::from(kinds & 7)).ok_or(Error::BadNumber)?,
        direction: *DIRECTIONS.get(usize::from(kinds >> 3 & 3)).ok_or(Error::BadNumber)?,
        party: *PARTIES.get(usize::from(kinds >> 5)).ok_or(Error::BadNumber)?,
        position,
        queue,
        agent,
        reason,
        customer: if fields & (CUSTOMER | SAME_CUSTOMER) == 0 { None } else { customer.map(|read| read.text) },
        target,
        dnis,
        wait_ms,
        ring_ms,
        talk_ms,
        hold_ms,
        acw_ms,
        leg,
        revision,
    })
}

impl Event<'_> {
    /// Event time and verb rank.
    #[inline]
    pub(crate) fn rank(&self) -> (i64, CallVerb) {
        (self.time_us, self.verb)
    }

    /// Order of two events of the same rank, by what they say. Texts are compared, not their numbers: numbers depend on
    /// the order of arrival.
    fn compare_content(&self, other: &Self) -> Ordering {
        (self.queue, self.agent, self.wait_ms, self.ring_ms, self.talk_ms, self.hold_ms, self.acw_ms)
            .cmp(&(other.queue, other.agent, other.wait_ms, other.ring_ms, other.talk_ms, other.hold_ms, other.acw_ms))
            .then_with(|| {
                (self.reason, self.target, self.party, self.position).cmp(&(other.reason, other.target, other.party, other.position))
            })
    }

    /// The order in which events are applied: time, verb, content. Never arrival.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank()).then_with(|| self.compare_content(other)).then_with(|| {
            (self.customer, self.dnis, self.channel, self.direction, self.leg).cmp(&(
                other.customer,
                other.dnis,
                other.channel,
                other.direction,
                other.leg,
            ))
        })
    }

    /// Whether the two are one event that arrived twice. Ids are not asked: the same line can arrive under two. The
    /// price: two real entries into one queue within the clock's resolution, alike in everything, count once.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.rank() == other.rank() && self.compare_content(other) == Ordering::Equal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_channels_and_directions_are_listed_in_the_order_of_their_numbers() {
        assert!(VERBS.iter().enumerate().all(|(at, verb)| *verb as usize == at));
        assert!(CHANNELS.iter().enumerate().all(|(at, channel)| *channel as usize == at));
        assert!(DIRECTIONS.iter().enumerate().all(|(at, direction)| *direction as usize == at));
    }
}
