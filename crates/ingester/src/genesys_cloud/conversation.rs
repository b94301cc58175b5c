//! A conversation of the analytics API, read into what the adapter needs of it.

use super::json::{duration_ms, flag, get, list, text, time_us, within, within_a_year};
use super::words::{Disconnect, channel, direction, normal};
use crate::reject::Fault;
use crate::time::Clock;
use events::{Channel, Direction};
use serde_json::Value;

/// What reading needs, and what it found worth counting.
pub(super) struct Reading<'c> {
    pub(super) clock: &'c Clock,
    pub(super) notes: Vec<&'static str>,
}

/// A conversation: everybody who took part in it.
#[derive(Debug)]
pub(super) struct Conversation<'a> {
    pub(super) id: &'a str,
    pub(super) start_us: i64,
    pub(super) end_us: Option<i64>,
    /// The largest time in it: what a later answer has more of.
    pub(super) latest_us: i64,
    pub(super) originating: Option<Direction>,
    pub(super) participants: Vec<Participant<'a>>,
}

/// What a participant is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The customer, or somebody else outside.
    Outside,
    Acd,
    /// A voice menu, a workflow, a bot.
    Menu,
    Agent,
    /// Somebody of the house who takes no contacts from queues.
    User,
    Voicemail,
    Other,
}

/// One participant.
#[derive(Debug)]
pub(super) struct Participant<'a> {
    pub(super) purpose: Purpose,
    pub(super) user: Option<&'a str>,
    pub(super) external_contact: Option<&'a str>,
    pub(super) sessions: Vec<Session<'a>>,
}

/// One connection of a participant over one medium.
#[derive(Debug)]
pub(super) struct Session<'a> {
    pub(super) channel: Channel,
    pub(super) direction: Option<Direction>,
    pub(super) campaign: bool,
    /// The customer's number or address if this is the customer's session.
    pub(super) address: Option<&'a str>,
    /// The number that the customer dialled; in a session of unknown direction it may be the customer's own.
    pub(super) dnis: Option<&'a str>,
    pub(super) flow_exit: Option<&'a str>,
    pub(super) flow_transfer: Option<&'a str>,
    /// Names of metrics, of which some say how a stay in a queue ended.
    pub(super) abandoned: bool,
    pub(super) flowed_out: bool,
    pub(super) segments: Vec<Segment<'a>>,
}

/// What went on in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activity<'a> {
    Interact,
    Hold,
    Alert,
    Wrapup,
    Menu,
    /// Routing before anybody can wait, or a callback's appointed time.
    Preparing,
    /// Anything else, by the vendor's word.
    Other(&'a str),
}

/// A stretch of a session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    pub(super) activity: Activity<'a>,
    pub(super) start_us: i64,
    pub(super) end_us: Option<i64>,
    pub(super) queue: Option<&'a str>,
    pub(super) code: Option<&'a str>,
    pub(super) disconnect: Option<Disconnect>,
    pub(super) failed: bool,
    pub(super) conference: bool,
}

impl Segment<'_> {
    /// How long it lasted; nothing while it goes on.
    pub(super) fn lasted_us(&self) -> i64 {
        self.end_us.map_or(0, |end_us| end_us - self.start_us)
    }
}

impl<'a> Conversation<'a> {
    /// Reads a conversation.
    pub(super) fn read(value: &'a Value, reading: &mut Reading<'_>) -> Result<Self, Fault> {
        if !value.is_object() {
            return Err(Fault::new("bad_json", "JSON, but a conversation is not an object"));
        }
        let id = conversation_id(value)?;
        let start_us = time_us(reading.clock, value, "conversationStart")?;
        let end_us = time_us(reading.clock, value, "conversationEnd")?;
        let mut participants = Vec::new();
        for (at, participant) in list(value, "participants").iter().enumerate() {
            participants.push(Participant::read(participant, reading).map_err(|fault| within(fault, "participants", at))?);
        }
        // The customer's first session says who called and how, so the order must not be the answer's.
        participants.sort_by_key(Participant::start_us);
        let segments =
            || participants.iter().flat_map(|participant: &Participant<'_>| participant.sessions.iter()).flat_map(|one| &one.segments);
        let earliest_us = segments().map(|segment| segment.start_us).chain(start_us).chain(end_us).min();
        let latest_us = segments().filter_map(|segment| segment.end_us).chain(segments().map(|segment| segment.start_us)).max();
        let Some(earliest_us) = earliest_us else {
            return Err(Fault::new("bad_time", "conversationStart: absent, and no segment has a segmentStart"));
        };
        Ok(Conversation {
            id,
            start_us: start_us.unwrap_or(earliest_us),
            end_us,
            latest_us: latest_us.into_iter().chain(end_us).chain(start_us).max().unwrap_or(earliest_us),
            originating: direction(text(value, "originatingDirection")),
            participants,
        })
    }

    /// Every session with its participant.
    pub(super) fn sessions(&self) -> impl Iterator<Item = (&Participant<'a>, &Session<'a>)> {
        self.participants.iter().flat_map(|participant| participant.sessions.iter().map(move |session| (participant, session)))
    }

    /// Sessions of participants of one purpose.
    pub(super) fn sessions_of(&self, purpose: Purpose) -> impl Iterator<Item = &Session<'a>> {
        self.sessions().filter(move |(participant, _)| participant.purpose == purpose).map(|(_, session)| session)
    }
}

/// The id that makes events of one conversation one contact.
pub(super) fn conversation_id(value: &Value) -> Result<&str, Fault> {
    let nested = || get(value, "conversation").and_then(|conversation| text(conversation, "id"));
    let id = text(value, "conversationId").or_else(nested);
    id.ok_or_else(|| Fault::new("no_call_id", "conversationId: absent or no text"))
}

impl<'a> Participant<'a> {
    fn read(value: &'a Value, reading: &mut Reading<'_>) -> Result<Self, Fault> {
        let purpose = match text(value, "purpose").map(normal).as_deref() {
            Some("customer" | "external") => Purpose::Outside,
            Some("acd") => Purpose::Acd,
            Some("ivr" | "workflow" | "botflow" | "bot") => Purpose::Menu,
            Some("agent") => Purpose::Agent,
            Some("user") => Purpose::User,
            Some("voicemail") => Purpose::Voicemail,
            Some("outbound" | "campaign" | "dialer" | "group" | "station" | "api" | "inbound" | "fax" | "manual") => Purpose::Other,
            _ => {
                reading.notes.push("unknown_verb");
                Purpose::Other
            }
        };
        let mut sessions = Vec::new();
        for (at, session) in list(value, "sessions").iter().enumerate() {
            sessions.push(Session::read(session, reading).map_err(|fault| within(fault, "sessions", at))?);
        }
        sessions.sort_by_key(Session::start_us);
        Ok(Participant { purpose, user: text(value, "userId"), external_contact: text(value, "externalContactId"), sessions })
    }

    fn start_us(&self) -> i64 {
        self.sessions.first().map_or(i64::MAX, Session::start_us)
    }
}

impl<'a> Session<'a> {
    /// When it began; what has no segments comes last.
    fn start_us(&self) -> i64 {
        self.segments.first().map_or(i64::MAX, |segment| segment.start_us)
    }

    fn read(value: &'a Value, reading: &mut Reading<'_>) -> Result<Self, Fault> {
        let (channel, known) = channel(text(value, "mediaType"));
        if !known {
            reading.notes.push("unknown_verb");
        }
        let mut segments = Vec::new();
        for (at, segment) in list(value, "segments").iter().enumerate() {
            segments.extend(Segment::read(segment, reading).map_err(|fault| within(fault, "segments", at))?);
        }
        segments.sort_by_key(|segment| segment.start_us);
        let flow = get(value, "flow").unwrap_or(&Value::Null);
        let direction = direction(text(value, "direction"));
        Ok(Session {
            channel,
            direction,
            campaign: get(value, "outboundCampaignId").is_some(),
            address: address(value, direction),
            dnis: text(value, "dnis").or_else(|| text(value, "sessionDnis")).filter(|_| direction == Some(Direction::Inbound)),
            flow_exit: text(flow, "exitReason"),
            flow_transfer: text(flow, "transferType"),
            abandoned: has_metric(value, "tabandon"),
            flowed_out: has_metric(value, "tflowout"),
            segments,
        })
    }
}

/// The customer's number or address in the customer's session, or in an event about it: the caller's where the customer
/// called, the called one where the centre did.
pub(super) fn address(value: &Value, direction: Option<Direction>) -> Option<&str> {
    let names = match direction {
        Some(Direction::Outbound) => ["dnis", "addressTo", "addressOther"],
        _ => ["ani", "addressFrom", "addressOther"],
    };
    let callback = || list(value, "callbackNumbers").first().and_then(Value::as_str);
    names.iter().find_map(|name| text(value, name)).or_else(callback)
}

fn has_metric(session: &Value, wanted: &str) -> bool {
    list(session, "metrics").iter().filter_map(|metric| text(metric, "name")).any(|name| normal(name) == wanted)
}

impl<'a> Segment<'a> {
    /// Reads a segment; one without a beginning says nothing that could be placed.
    fn read(value: &'a Value, reading: &mut Reading<'_>) -> Result<Option<Self>, Fault> {
        let Some(start_us) = time_us(reading.clock, value, "segmentStart")? else {
            reading.notes.push("no_event");
            return Ok(None);
        };
        let mut end_us = time_us(reading.clock, value, "segmentEnd")?;
        if end_us.is_some_and(|end_us| end_us < start_us) {
            reading.notes.push("clock_skew");
            end_us = Some(start_us);
        }
        within_a_year((end_us.unwrap_or(start_us) - start_us) / 1000, "segmentEnd")?;
        let disconnect = text(value, "disconnectType").map(|word| meaning(word, reading));
        Ok(Some(Segment {
            activity: activity(text(value, "segmentType").unwrap_or("unknown")),
            start_us,
            end_us,
            queue: text(value, "queueId"),
            code: text(value, "wrapUpCode"),
            disconnect,
            failed: text(value, "errorCode").is_some(),
            conference: flag(value, "conference"),
        }))
    }
}

/// The meaning of a `disconnectType`; an unknown word is counted.
pub(super) fn meaning(word: &str, reading: &mut Reading<'_>) -> Disconnect {
    let (disconnect, known) = Disconnect::parse(word);
    if !known {
        reading.notes.push("unknown_verb");
    }
    disconnect
}

fn activity(word: &str) -> Activity<'_> {
    match normal(word).as_str() {
        "interact" => Activity::Interact,
        "hold" => Activity::Hold,
        "alert" => Activity::Alert,
        "wrapup" => Activity::Wrapup,
        "ivr" => Activity::Menu,
        "delay" | "system" | "scheduled" => Activity::Preparing,
        _ => Activity::Other(word),
    }
}

/// A duration of an event, clipped at 0; a negative one is counted.
pub(super) fn clipped_ms(value: &Value, name: &str, reading: &mut Reading<'_>) -> Result<Option<i64>, Fault> {
    let duration = duration_ms(value, name)?;
    if duration.is_some_and(i64::is_negative) {
        reading.notes.push("clock_skew");
    }
    Ok(duration.map(|duration_ms| duration_ms.max(0)))
}
