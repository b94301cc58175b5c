//! The open-loop load of the latency runs: contacts that live about four seconds, arriving at random times at a steady rate,
//! produced when they happen and not when the pipeline is ready for them.

use crate::mix::{self, Kind};
use crate::stage::now_ms;
use crate::topic::{Outcome, text};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer};
use runtime::settings::KafkaSettings;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

/// Every duration of the mix is shortened by this.
const SCALE: f64 = 0.02;
/// Events per contact, to turn the rate of events into one of contacts.
const EVENTS_PER_CONTACT: f64 = 4.4;

/// A contact's last event, at the moment before it is handed to the producer.
#[derive(Clone, Copy, Debug)]
pub struct End<'a> {
    /// Number within the contact's id.
    pub contact: i64,
    /// Queue.
    pub queue: &'a str,
    /// Event time of its first event, ms since 1970.
    pub began_ms: i64,
    /// Event time of its last one.
    pub ended_ms: i64,
    /// Partition of its events.
    pub partition: i32,
}

struct Sender<'a> {
    producer: ThreadedProducer<DefaultProducerContext>,
    topic: &'a str,
    writer: mix::Writer,
    bytes: Vec<u8>,
    partitions: i32,
    sent: u64,
}

impl Sender<'_> {
    fn send(&mut self, contact: u64, kind: Kind, began_ms: i64, time_ms: i64, on_end: &mut dyn FnMut(End<'_>)) -> Outcome<()> {
        let key = self.writer.write(contact, kind, time_ms, &mut self.bytes);
        let partition = runtime::partitioner::partition(&key, self.partitions);
        if matches!(kind, Kind::Abandoned | Kind::Wrapped) {
            let queue = self.writer.queue(contact);
            on_end(End { contact: i64::from_be_bytes(key), queue, began_ms, ended_ms: time_ms, partition });
        }
        let mut record = BaseRecord::to(self.topic).partition(partition).key(&key[..]).payload(&self.bytes[..]).timestamp(time_ms);
        loop {
            match self.producer.send(record) {
                Ok(()) => break,
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                    record = back;
                    std::thread::park_timeout(Duration::from_millis(1));
                }
                Err((error, _)) => return Err(text(error)),
            }
        }
        self.sent += 1;
        Ok(())
    }
}

/// Produces `rate` events per second for `seconds`, then no new contacts. `on_end` is told of each contact's last event. Returns
/// how many events were sent.
pub fn produce(
    kafka: &KafkaSettings,
    topic: &str,
    partitions: i32,
    rate: f64,
    seconds: u64,
    on_end: &mut dyn FnMut(End<'_>),
) -> Outcome<u64> {
    let mut config = kafka.importer();
    config.set("linger.ms", "2");
    let producer = config.create().map_err(text)?;
    let seed = now_ms() as u64;
    let mut sender = Sender { producer, topic, writer: mix::Writer::new(seed)?, bytes: Vec::new(), partitions, sent: 0 };
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut waiting, mut stages) = (BinaryHeap::new(), Vec::new());
    let (base_ms, begun, mut next_ms, mut contact) = (now_ms(), Instant::now(), 0.0, 0_u64);
    while begun.elapsed() < Duration::from_secs(seconds) {
        let now = now_ms() - base_ms;
        while next_ms <= now as f64 {
            mix::life(&mut random, SCALE, &mut stages);
            for (after_ms, kind) in &stages {
                waiting.push(Reverse((next_ms as i64 + after_ms, contact, *kind as u8, next_ms as i64)));
            }
            contact += 1;
            next_ms += -(1_000.0 * EVENTS_PER_CONTACT / rate) * (1.0 - random.random::<f64>()).ln();
        }
        while let Some(Reverse((at_ms, number, kind, began_ms))) = waiting.peek().copied().filter(|Reverse(event)| event.0 <= now) {
            waiting.pop();
            let kind = Kind::ALL.get(usize::from(kind)).copied().ok_or("no such kind")?;
            sender.send(number, kind, base_ms + began_ms, base_ms + at_ms, on_end)?;
        }
        std::thread::park_timeout(Duration::from_millis(1));
    }
    sender.producer.flush(Duration::from_secs(10)).map_err(text)?;
    Ok(sender.sent)
}
