//! The stored events of one contact: appended in order of arrival, compactly, and moved in and out of a store as bytes.

use crate::Names;
use crate::bytes::{Error, Name, Reader, put_name, put_text, put_unsigned};
use crate::event::{self, Event};
use events::{CallEvent, CallVerb};

/// A contact keeps at most this many events; whatever comes after is refused ([`Pushed::Full`]), but for what ends it
/// (`source_restarted`): there may be as many of those again, or what is open in a full contact would stay so for ever.
pub const MAX_EVENTS: usize = 2000;
/// A contact keeps at most about this many bytes.
pub const MAX_BYTES: usize = 1 << 20;
const VERSION: u8 = 1;

/// What became of a pushed event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// Stored.
    Appended,
    /// Refused, the contact has reached [`MAX_EVENTS`] or [`MAX_BYTES`]: count it.
    Full,
}

/// The stored events of one contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactEvents {
    /// Tenant and source (names), contact id (text), then the events.
    bytes: Vec<u8>,
    /// Where the events begin in `bytes`.
    events_at: u32,
    /// Bytes of the contact id, which ends there.
    id_bytes: u32,
    len: u32,
    /// Where the customer that was written last begins in `bytes`; 0: none was.
    customer_at: u32,
    /// Time of the first event by arrival: what stored times are relative to.
    base_us: i64,
    earliest_us: i64,
    latest_us: i64,
    /// Number of events whose facts were last written out. Kept for the caller.
    pub written: u32,
    /// An event came later than the horizon. Kept for the caller.
    pub late: bool,
}

/// What can be said of stored bytes without reading the events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// Whose contact it is.
    pub tenant: Name<'a>,
    /// Which feed reported it.
    pub source: Name<'a>,
    /// The root contact.
    pub contact_id: &'a str,
    /// Time of the earliest event.
    pub first_us: i64,
    /// Time of the latest event.
    pub latest_us: i64,
    /// Number of stored events.
    pub len: u32,
    /// Number of events whose facts were last written out.
    pub written: u32,
    /// The caller's mark.
    pub late: bool,
}

/// The numbers at the front of the stored bytes.
struct Front {
    late: bool,
    base_us: i64,
    earliest_us: i64,
    latest_us: i64,
    len: u32,
    written: u32,
}

impl Front {
    fn read(reader: &mut Reader) -> Result<Self, Error> {
        let version = reader.byte()?;
        if version != VERSION {
            return Err(Error::UnknownVersion(version));
        }
        let late = match reader.byte()? {
            0 => false,
            1 => true,
            _ => return Err(Error::BadNumber),
        };
        let base_us = i64::from_le_bytes(reader.take()?);
        let earliest_us = base_us.wrapping_sub(reader.unsigned()? as i64);
        let latest_us = base_us.wrapping_add(reader.unsigned()? as i64);
        let len = u32::try_from(reader.unsigned()?).map_err(|_| Error::BadNumber)?;
        let written = u32::try_from(reader.unsigned()?).map_err(|_| Error::BadNumber)?;
        Ok(Front { late, base_us, earliest_us, latest_us, len, written })
    }
}

/// Tenant, source and contact id.
fn identity<'a>(reader: &mut Reader<'a>) -> Result<(Name<'a>, Name<'a>, &'a str), Error> {
    Ok((reader.name()?, reader.name()?, reader.text()?))
}

/// Reading back for checks alone needs no names.
struct NoNames;

impl Names for NoNames {
    fn id(&mut self, _: &str) -> Option<u32> {
        None
    }
    fn text(&self, _: u32) -> &str {
        ""
    }
}

impl ContactEvents {
    /// A contact with its first event, which also names tenant, source and contact id.
    pub fn new(first: &CallEvent, names: &mut impl Names) -> Self {
        let mut bytes = Vec::with_capacity(96);
        put_name(&mut bytes, first.tenant, names);
        put_name(&mut bytes, first.source, names);
        put_text(&mut bytes, first.contact_id);
        let time = first.event_time_us;
        let events_at = bytes.len() as u32;
        let mut contact = ContactEvents {
            bytes,
            events_at,
            id_bytes: first.contact_id.len() as u32,
            len: 0,
            customer_at: 0,
            base_us: time,
            earliest_us: time,
            latest_us: time,
            written: 0,
            late: false,
        };
        // The first always fits: both bounds ask about what is stored already, and nothing is.
        contact.append(first, names);
        contact
    }

    /// Appends an event of this contact (tenant, source and contact id of the event are not looked at again).
    pub fn push(&mut self, event: &CallEvent, names: &mut impl Names) -> Pushed {
        let room = if event.verb == CallVerb::SourceRestarted { 2 } else { 1 };
        if self.len() >= room * MAX_EVENTS || self.bytes.len() >= room * MAX_BYTES {
            return Pushed::Full;
        }
        self.append(event, names);
        Pushed::Appended
    }

    fn append(&mut self, event: &CallEvent, names: &mut impl Names) {
        let same_customer = event.customer.is_some() && event.customer == self.last_customer();
        let customer_at = event::write(&mut self.bytes, event, self.base_us, same_customer, names);
        if let Some(at) = customer_at {
            self.customer_at = at as u32;
        }
        self.len += 1;
        self.earliest_us = self.earliest_us.min(event.event_time_us);
        self.latest_us = self.latest_us.max(event.event_time_us);
    }

    /// The customer that was written last.
    fn last_customer(&self) -> Option<&str> {
        if self.customer_at == 0 {
            return None;
        }
        Reader::new(self.bytes.get(self.customer_at as usize..)?).text().ok()
    }

    /// Number of stored events.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether no event is stored (only after `truncate(0)`).
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Drops the events that were appended after the first `len`, as if they had never been pushed (after
    /// `truncate(0)` times are still relative to the first event that ever was).
    pub fn truncate(&mut self, len: usize) {
        if len >= self.len() {
            return;
        }
        let mut cursor = self.cursor(len, &NoNames);
        let mut range: Option<(i64, i64)> = None;
        for event in cursor.by_ref() {
            let (earliest, latest) = range.unwrap_or((event.time_us, event.time_us));
            range = Some((earliest.min(event.time_us), latest.max(event.time_us)));
        }
        let (end, customer_at) = (self.bytes.len() - cursor.reader.left(), cursor.customer_at(self.bytes.len()));
        (self.earliest_us, self.latest_us) = range.unwrap_or((self.base_us, self.base_us));
        self.len = len as u32;
        self.customer_at = customer_at;
        self.bytes.truncate(end);
    }

    /// Drops the events and their memory: afterwards this is a contact of nobody without events.
    pub fn clear(&mut self) {
        self.bytes = Vec::new();
        (self.events_at, self.id_bytes, self.len, self.customer_at) = (0, 0, 0, 0);
    }

    /// Whose contact it is.
    pub fn tenant<'a>(&'a self, names: &'a impl Names) -> &'a str {
        self.identity(names).0
    }

    /// Which feed reported it.
    pub fn source<'a>(&'a self, names: &'a impl Names) -> &'a str {
        self.identity(names).1
    }

    /// The root contact.
    pub fn contact_id<'a>(&'a self, names: &'a impl Names) -> &'a str {
        self.identity(names).2
    }

    /// Whether these are the events of that contact; cheaper than asking for tenant and contact id.
    ///
    /// ```
    /// use lifecycle::{ContactEvents, NameTable};
    /// let event = events::CallEvent { tenant: "acme", contact_id: "pbx1/17.4", ..events::CallEvent::default() };
    /// let mut names = NameTable::new(10);
    /// let contact = ContactEvents::new(&event, &mut names);
    /// assert!(contact.is_of("acme", "pbx1/17.4", &names));
    /// assert!(!contact.is_of("acme", "1/17.4", &names) && !contact.is_of("other", "pbx1/17.4", &names));
    /// ```
    pub fn is_of(&self, tenant: &str, contact_id: &str, names: &impl Names) -> bool {
        let identity = self.bytes.get(..self.events_at as usize).unwrap_or_default();
        self.id_bytes as usize == contact_id.len()
            && identity.ends_with(contact_id.as_bytes())
            && Reader::new(identity).name().is_ok_and(|name| name.text(names) == tenant)
    }

    /// Tenant, source and contact id.
    #[inline]
    pub(crate) fn identity<'a>(&'a self, names: &'a impl Names) -> (&'a str, &'a str, &'a str) {
        // They were written by `new` or checked by `decode`.
        identity(&mut Reader::new(&self.bytes)).map_or(("", "", ""), |(tenant, source, id)| (tenant.text(names), source.text(names), id))
    }

    /// Time of the earliest event.
    pub fn first_us(&self) -> i64 {
        self.earliest_us
    }

    /// Time of the latest event.
    pub fn latest_us(&self) -> i64 {
        self.latest_us
    }

    /// The first `len` events in order of arrival.
    #[inline]
    pub(crate) fn cursor<'a, N: Names>(&'a self, len: usize, names: &'a N) -> Cursor<'a, N> {
        let events = self.bytes.get(self.events_at as usize..).unwrap_or_default();
        Cursor { reader: Reader::new(events), left: len.min(self.len()), base_us: self.base_us, customer: None, names }
    }

    /// Appends the bytes to store.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.reserve(32 + self.bytes.len());
        out.extend_from_slice(&[VERSION, u8::from(self.late)]);
        out.extend_from_slice(&self.base_us.to_le_bytes());
        put_unsigned(out, self.base_us.wrapping_sub(self.earliest_us) as u64);
        put_unsigned(out, self.latest_us.wrapping_sub(self.base_us) as u64);
        put_unsigned(out, u64::from(self.len));
        put_unsigned(out, u64::from(self.written));
        out.extend_from_slice(&self.bytes);
    }

    /// Reads stored bytes back, checking every length and every event.
    ///
    /// # Errors
    /// Every variant of [`Error`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        let front = Front::read(&mut reader)?;
        let stored = reader.rest();
        let (_, _, id) = identity(&mut reader)?;
        let events_at = (stored.len() - reader.left()) as u32;
        let mut customer = None;
        for _ in 0..front.len {
            event::read(&mut reader, front.base_us, &mut customer, &NoNames)?;
        }
        if reader.left() > 0 {
            return Err(Error::TrailingBytes(reader.left()));
        }
        Ok(ContactEvents {
            customer_at: customer.map_or(0, |read: event::Customer| (stored.len() - read.left) as u32),
            bytes: stored.to_vec(),
            events_at,
            id_bytes: id.len() as u32,
            len: front.len,
            base_us: front.base_us,
            earliest_us: front.earliest_us,
            latest_us: front.latest_us,
            written: front.written,
            late: front.late,
        })
    }

    /// Reads the front of stored bytes, without the events: enough to find, expire or count a contact.
    ///
    /// # Errors
    /// Every variant of [`Error`] but `TrailingBytes`.
    pub fn header(bytes: &[u8]) -> Result<Header<'_>, Error> {
        let mut reader = Reader::new(bytes);
        let front = Front::read(&mut reader)?;
        let (tenant, source, contact_id) = identity(&mut reader)?;
        let Front { late, earliest_us, latest_us, len, written, .. } = front;
        Ok(Header { tenant, source, contact_id, first_us: earliest_us, latest_us, len, written, late })
    }
}

/// Walks stored events in order of arrival; ends early at bytes that are none (`decode` refuses those).
pub(crate) struct Cursor<'a, N> {
    reader: Reader<'a>,
    left: usize,
    base_us: i64,
    customer: Option<event::Customer<'a>>,
    names: &'a N,
}

impl<N> Cursor<'_, N> {
    /// Where the last customer that was read begins, in bytes of this length; 0: none.
    fn customer_at(&self, length: usize) -> u32 {
        self.customer.map_or(0, |read| (length - read.left) as u32)
    }
}

impl<'a, N: Names> Iterator for Cursor<'a, N> {
    type Item = Event<'a>;

    #[inline]
    fn next(&mut self) -> Option<Event<'a>> {
        self.left = self.left.checked_sub(1)?;
        event::read(&mut self.reader, self.base_us, &mut self.customer, self.names).ok()
    }
}
