//! Puts files into the raw topic: lines, with source, file and line number as headers. How far a file has been read is
//! written in the same transaction, so an import can be broken off and taken up again, and a second import adds nothing.

use crate::error::Error;
use crate::ingest_task::{FILE, LINE, SOURCE};
use crate::topology;
use ingester::{Adapter, RawRecord, SourceConfig};
use runtime::broker::{Outgoing, Producer, Sender};
use runtime::kafka::KafkaProducer;
use runtime::partitioner;
use runtime::settings::KafkaSettings;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{BufRead, Read};

/// Lines in one transaction.
const BATCH_LINES: u64 = 20_000;
/// Longer lines are cut and so rejected by the adapter: the topic takes 4 MiB.
const LINE_BYTES_MAX: usize = 3 << 20;

/// How far a file has been imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes that are in the raw topic.
    pub bytes: u64,
    /// Lines that are in the raw topic.
    pub lines: u64,
    /// SHA-256 of those bytes.
    pub sha256: String,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Lines that were there already.
    pub skipped: u64,
    /// Lines that were added.
    pub added: u64,
}

/// Imports for one source.
pub struct Importer {
    kafka: KafkaSettings,
    source: SourceConfig,
    adapter: Adapter,
    producer: KafkaProducer,
    partitions: i32,
    progress: HashMap<String, Progress>,
}

impl Importer {
    /// Reads how far the source's files have been imported and takes the right to import for it.
    ///
    /// # Errors
    /// If Kafka cannot be reached, or the source is wrong.
    pub fn new(kafka: &KafkaSettings, source: &SourceConfig) -> Result<Self, Error> {
        let adapter = Adapter::from_config(source).map_err(|error| Error::new("HF-C004", format!("source {}: {error}", source.name)))?;
        let raw = kafka.name(topology::RAW);
        let partitions = runtime::kafka::topics::partitions(kafka, &raw)?
            .ok_or_else(|| Error::new("HF-K002", format!("topic {raw} does not exist: run `holdfast topics`")))?;
        let mut producer = KafkaProducer::new(kafka, &format!("import-{}", source.name), &[])?;
        producer.init()?;
        let progress = read_progress(kafka)?;
        Ok(Importer { kafka: kafka.clone(), source: source.clone(), adapter, producer, partitions, progress })
    }

    /// Imports what is new in `input`, which is called `name`; `seen` is told how many bytes have been read.
    ///
    /// # Errors
    /// If the input cannot be read, does not begin as it did the last time, or Kafka refuses.
    pub fn import(&mut self, name: &str, input: impl Read, seen: &mut dyn FnMut(u64), stop: &dyn Fn() -> bool) -> Result<Imported, Error> {
        let mut input = std::io::BufReader::with_capacity(1 << 20, input);
        let mut line = Vec::new();
        let mut hash = Sha256::new();
        let mut imported = Imported::default();
        let mut now = Progress::default();
        let first = input.fill_buf()?;
        let first = &first[..first.iter().position(|byte| *byte == b'\n').unwrap_or(first.len()).min(4_096)];
        let key = format!("{}/{name}/{}", self.source.name, hexadecimal(&Sha256::digest(first)[..8]));
        let before = self.progress.get(&key).cloned().unwrap_or_default();
        let mut pending = 0;
        loop {
            line.clear();
            let read = input.read_until(b'\n', &mut line)?;
            if read == 0 {
                break;
            }
            hash.update(&line);
            (now.bytes, now.lines) = (now.bytes + read as u64, now.lines + 1);
            if now.bytes <= before.bytes {
                imported.skipped += 1;
                if now.bytes == before.bytes && hexadecimal(&hash.clone().finalize()) != before.sha256 {
                    let text =
                        format!("{name} does not begin as it did when it was imported before; give it another name if it is another file");
                    return Err(Error::new("HF-I003", text));
                }
                continue;
            }
            if now.bytes - (read as u64) < before.bytes {
                // The last line had no end when it was imported; what follows it now belongs to a line that is in already.
                let text = format!("{name}: line {} was imported before it was complete; it has grown since", now.lines);
                return Err(Error::new("HF-I004", text));
            }
            if pending == 0 {
                self.repeat(|producer| producer.begin())?;
            }
            self.send(name, now.lines, &line)?;
            (pending, imported.added) = (pending + 1, imported.added + 1);
            if pending == BATCH_LINES {
                self.commit(&key, &mut now, &hash)?;
                pending = 0;
                seen(now.bytes);
            }
            if stop() {
                break;
            }
        }
        if pending > 0 {
            self.commit(&key, &mut now, &hash)?;
        }
        seen(now.bytes);
        Ok(imported)
    }

    fn send(&mut self, name: &str, number: u64, line: &[u8]) -> Result<(), Error> {
        let end = line.iter().rposition(|byte| *byte != b'\n' && *byte != b'\r').map_or(0, |at| at + 1);
        let payload = &line[..end.min(LINE_BYTES_MAX)];
        let number_text = number.to_string();
        let headers = [(SOURCE, self.source.name.as_bytes()), (FILE, name.as_bytes()), (LINE, number_text.as_bytes())];
        let record = RawRecord { payload, source: &self.source.name, file: name, line: number };
        let key = self.adapter.key(&record);
        // Without a key of its own a record stays with its source: in order, so that no part of a file runs ahead of another.
        let key = key.unwrap_or(std::borrow::Cow::Borrowed(&self.source.name));
        let partition = partitioner::partition(key.as_bytes(), self.partitions);
        let topic = self.kafka.name(topology::RAW);
        Ok(self.producer.send(&Outgoing { topic: &topic, partition, key: key.as_bytes(), value: Some(payload), headers: &headers })?)
    }

    fn commit(&mut self, key: &str, now: &mut Progress, hash: &Sha256) -> Result<(), Error> {
        now.sha256 = hexadecimal(&hash.clone().finalize());
        let topic = self.kafka.name(topology::IMPORTS);
        let value = serde_json::to_vec(now).map_err(|error| Error::new("HF-I001", error.to_string()))?;
        self.producer.send(&Outgoing { topic: &topic, partition: 0, key: key.as_bytes(), value: Some(&value), headers: &[] })?;
        self.repeat(|producer| producer.commit())?;
        self.progress.insert(key.to_owned(), now.clone());
        Ok(())
    }

    fn repeat(&mut self, call: impl FnMut(&mut KafkaProducer) -> Result<(), runtime::broker::Failure>) -> Result<(), Error> {
        self.producer.repeated(call).map_err(|failure| {
            if failure.is_no_answer() {
                Error::new("HF-I002", "Kafka does not answer; run the same import again, it goes on where it stopped")
            } else {
                Error::from(failure)
            }
        })
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_progress(kafka: &KafkaSettings) -> Result<HashMap<String, Progress>, Error> {
    let mut progress = HashMap::new();
    runtime::kafka::read_all(kafka, &kafka.name(topology::IMPORTS), 0, &mut |key, value| {
        let name = String::from_utf8_lossy(key).into_owned();
        match value.and_then(|bytes| serde_json::from_slice(bytes).ok()) {
            Some(entry) => progress.insert(name, entry),
            None => progress.remove(&name),
        };
        Ok(())
    })?;
    Ok(progress)
}
