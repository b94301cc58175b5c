//! The event mix of the peers' job: contact events in the peers' own Avro schema, so that every competitor reads the same
//! topic. Written from the description: 40 queues, 1,000 agents, six skills, about 4.4 events per contact, four hours of
//! event time, 0.5 % of the contacts up to 50 minutes late.

use events::{CallEvent, CallVerb, codec};
use holdfast::contact_task::Decoder;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use serde_avro_fast::Schema;

/// First instant, milliseconds since 1970: a whole minute.
pub(crate) const BEGIN_MS: i64 = 1_795_500_000_000;
/// Length of the event time, ms.
const SPAN_MS: f64 = 4.0 * 3_600_000.0;

const SCHEMA: &str = r#"{"type":"record","name":"ContactEvent","namespace":"peer.avro","fields":[
 {"name":"event_id","type":"string"},
 {"name":"contact_id","type":"long"},
 {"name":"type","type":{"type":"enum","name":"EventType","symbols":["OFFERED","QUEUED","ANSWERED","HOLD_START","HOLD_END","TRANSFERRED","ABANDONED","WRAPPED"]}},
 {"name":"queue","type":"string"},
 {"name":"agent","type":["null","string"],"default":null},
 {"name":"channel","type":{"type":"enum","name":"Channel","symbols":["VOICE","CHAT","EMAIL","CALLBACK"]}},
 {"name":"customer","type":{"type":"fixed","name":"CustomerHash","size":16}},
 {"name":"event_time","type":{"type":"long","logicalType":"timestamp-millis"}},
 {"name":"skill","type":["null","string"],"default":null}
]}"#;

/// What happened, by the peers' names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "the names say it")]
pub(crate) enum Kind {
    Offered,
    Queued,
    Answered,
    HoldStart,
    HoldEnd,
    Transferred,
    Abandoned,
    Wrapped,
}

impl Kind {
    /// By number.
    pub const ALL: [Kind; 8] =
        [Kind::Offered, Kind::Queued, Kind::Answered, Kind::HoldStart, Kind::HoldEnd, Kind::Transferred, Kind::Abandoned, Kind::Wrapped];
}

/// What this benchmark reads of an event.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Event<'a> {
    /// Contact.
    pub contact_id: i64,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Queue.
    pub queue: &'a str,
    /// Agent.
    #[serde(borrow)]
    pub agent: Option<&'a str>,
    /// Milliseconds since 1970.
    pub event_time: i64,
}

/// The peers' schema, parsed.
pub(crate) fn schema() -> Result<Schema, String> {
    SCHEMA.parse().map_err(|error| format!("{error}"))
}

/// Ten bytes before every event: marker and fingerprint.
pub(crate) fn header(schema: &Schema) -> [u8; 10] {
    let mut header = [0xC3, 0x01, 0, 0, 0, 0, 0, 0, 0, 0];
    header[2..].copy_from_slice(schema.rabin_fingerprint());
    header
}

/// Reads the peers' events as canonical ones.
pub(crate) struct PeerDecoder {
    schema: Schema,
    contact_id: String,
}

impl PeerDecoder {
    /// A decoder with its own buffer.
    ///
    /// # Errors
    /// If the schema does not parse.
    pub(crate) fn new() -> Result<Self, String> {
        Ok(PeerDecoder { schema: schema()?, contact_id: String::new() })
    }
}

impl Decoder for PeerDecoder {
    fn decode<'a>(&'a mut self, bytes: &'a [u8]) -> Result<CallEvent<'a>, codec::Error> {
        let datum = bytes.get(10..).ok_or(codec::Error::NotSingleObject)?;
        let event: Event<'a> = codec::decode_datum(datum, &self.schema)?;
        let (verb, reason, with_agent) = match event.kind {
            Kind::Offered => (CallVerb::QueueEntered, None, false),
            Kind::Queued => (CallVerb::SideEvent, Some("queued"), false),
            Kind::Answered => (CallVerb::AgentConnected, None, true),
            Kind::HoldStart => (CallVerb::HoldStarted, None, true),
            Kind::HoldEnd => (CallVerb::HoldEnded, None, true),
            // The peers' job goes on talking after a transfer.
            Kind::Transferred => (CallVerb::SideEvent, Some("transferred"), false),
            Kind::Abandoned => (CallVerb::QueueLeft, Some("abandoned"), false),
            Kind::Wrapped => (CallVerb::ContactDisconnected, None, true),
        };
        self.contact_id.clear();
        push_number(&mut self.contact_id, event.contact_id);
        Ok(CallEvent {
            source: "mix",
            contact_id: &self.contact_id,
            event_time_us: event.event_time * 1_000,
            verb,
            queue: Some(event.queue),
            agent: event.agent.filter(|_| with_agent),
            reason,
            ..CallEvent::default()
        })
    }
}

/// "mix/" and the digits: formatting through `core::fmt` would cost more than the decoding.
fn push_number(text: &mut String, number: i64) {
    let (mut digits, mut rest, mut at) = ([0_u8; 20], number.unsigned_abs(), 20);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    text.push_str("mix/");
    text.extend(digits[at..].iter().map(|digit| char::from(*digit)));
}

/// One event to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned {
    /// When it arrives, ms since 1970.
    pub arrives_ms: i64,
    /// When it happened, ms since 1970.
    pub time_ms: i64,
    /// Number of the contact.
    pub contact: u32,
    /// What happened.
    pub kind: Kind,
}

/// Exponentially distributed seconds.
fn exponential(random: &mut ChaCha8Rng, mean_s: f64) -> f64 {
    -mean_s * (1.0 - random.random::<f64>()).ln()
}

/// One contact's life: (ms after its beginning, kind). `scale` shortens every duration.
pub(crate) fn life(random: &mut ChaCha8Rng, scale: f64, into: &mut Vec<(i64, Kind)>) {
    into.clear();
    let ms = |seconds: f64| ((seconds * 1_000.0 * scale) as i64).max(1);
    let mut at = 0;
    into.push((at, Kind::Offered));
    at += ms(0.1 + exponential(random, 0.5));
    into.push((at, Kind::Queued));
    let (wait, patience) = (ms(1.0 + exponential(random, 24.0)), ms(5.0 + exponential(random, 290.0)));
    if patience < wait {
        into.push((at + patience, Kind::Abandoned));
        return;
    }
    at += wait;
    into.push((at, Kind::Answered));
    if random.random_bool(0.2) {
        at += ms(10.0 + exponential(random, 60.0));
        into.push((at, Kind::HoldStart));
        at += ms(5.0 + exponential(random, 30.0));
        into.push((at, Kind::HoldEnd));
    }
    if random.random_bool(0.1) {
        at += ms(20.0 + exponential(random, 60.0));
        into.push((at, Kind::Transferred));
    }
    at += ms(30.0 + exponential(random, 150.0));
    into.push((at, Kind::Wrapped));
}

/// At least `count` events of whole contacts, in order of arrival. The number of contacts comes with them.
pub(crate) fn plan(seed: u64, count: usize) -> (Vec<Planned>, u32) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut events, mut stages, mut contact) = (Vec::with_capacity(count + 16), Vec::new(), 0);
    while events.len() < count {
        // Two mild humps over the four hours.
        let share = loop {
            let share = random.random::<f64>();
            if random.random::<f64>() < 0.7 + 0.3 * (share * std::f64::consts::TAU - 1.2).sin() {
                break share;
            }
        };
        let begins_ms = BEGIN_MS + (share * SPAN_MS) as i64;
        let delay_ms = if random.random_bool(0.005) { random.random_range(0..50 * 60_000) } else { random.random_range(0..400) };
        life(&mut random, 1.0, &mut stages);
        for (after_ms, kind) in &stages {
            let time_ms = begins_ms + after_ms;
            events.push(Planned { arrives_ms: time_ms + delay_ms, time_ms, contact, kind: *kind });
        }
        contact += 1;
    }
    events.sort_by_key(|event| event.arrives_ms);
    (events, contact)
}

/// Writes events in the peers' form; what is constant for a contact is drawn from its number.
pub(crate) struct Writer {
    header: [u8; 10],
    queues: Vec<String>,
    agents: Vec<String>,
    random: ChaCha8Rng,
}

const SKILLS: [&str; 6] = ["billing", "sales", "support-1", "support-2", "retention", "german"];

impl Writer {
    /// A writer with the names of queues and agents.
    ///
    /// # Errors
    /// If the schema does not parse.
    pub(crate) fn new(seed: u64) -> Result<Self, String> {
        Ok(Writer {
            header: header(&schema()?),
            queues: (0..40).map(|number| format!("queue-{number:02}")).collect(),
            agents: (0..1_000).map(|number| format!("agent-{number:04}")).collect(),
            random: ChaCha8Rng::seed_from_u64(seed),
        })
    }

    /// Replaces `bytes` by the event; returns its key.
    pub(crate) fn write(&mut self, contact: u64, kind: Kind, time_ms: i64, bytes: &mut Vec<u8>) -> [u8; 8] {
        let mut own = ChaCha8Rng::seed_from_u64(contact.wrapping_mul(7_919) + 13);
        let share: f64 = own.random();
        let queue = &self.queues[((share * share) * 40.0) as usize % 40];
        let agent = own.random_range(0..1_000);
        let channel = match own.random_range(0..10) {
            0 => 1,
            1 => 2,
            2 => 3,
            _ => 0,
        };
        let mut customer = [0_u8; 16];
        own.fill_bytes(&mut customer);
        let skill = own.random_bool(0.6).then(|| SKILLS[own.random_range(0..6)]);
        let agent = match kind {
            Kind::Offered | Kind::Queued | Kind::Abandoned => None,
            Kind::Transferred => Some(self.agents[(agent + 1) % 1_000].as_str()),
            _ => Some(self.agents[agent].as_str()),
        };
        let contact_id = 1_000_000_000_000 + contact as i64;
        let mut id = [0_u8; 36];
        for (at, byte) in id.iter_mut().enumerate() {
            *byte = if matches!(at, 8 | 13 | 18 | 23) { b'-' } else { b"0123456789abcdef"[self.random.random_range(0..16)] };
        }
        bytes.clear();
        bytes.extend_from_slice(&self.header);
        put_bytes(bytes, &id);
        put_number(bytes, contact_id);
        put_number(bytes, kind as i64);
        put_bytes(bytes, queue.as_bytes());
        put_option(bytes, agent);
        put_number(bytes, channel);
        bytes.extend_from_slice(&customer);
        put_number(bytes, time_ms);
        put_option(bytes, skill);
        contact_id.to_be_bytes()
    }

    /// The queue of a contact.
    pub(crate) fn queue(&self, contact: u64) -> &str {
        let share: f64 = ChaCha8Rng::seed_from_u64(contact.wrapping_mul(7_919) + 13).random();
        &self.queues[((share * share) * 40.0) as usize % 40]
    }
}

fn put_number(bytes: &mut Vec<u8>, number: i64) {
    let mut zigzag = ((number << 1) ^ (number >> 63)) as u64;
    while zigzag >= 0x80 {
        bytes.push(zigzag as u8 | 0x80);
        zigzag >>= 7;
    }
    bytes.push(zigzag as u8);
}

fn put_bytes(bytes: &mut Vec<u8>, text: &[u8]) {
    put_number(bytes, text.len() as i64);
    bytes.extend_from_slice(text);
}

fn put_option(bytes: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => put_number(bytes, 0),
        Some(text) => {
            put_number(bytes, 1);
            put_bytes(bytes, text.as_bytes());
        }
    }
}
