//! Puts files into the raw topic: lines, with source, file and line number as headers. How far a file has been read is
//! written in the same transaction, so an import can be broken off and taken up again, and a second import adds nothing.
//! Lines that Kafka did not take are kept and written again when it answers.

mod batch;

use crate::error::Error;
use crate::ingest_task::{FILE, LINE, SOURCE};
use crate::topology;
use batch::{Batch, Next, after};
use ingester::{Adapter, RawRecord, SourceConfig};
use runtime::broker::{Failure, FailureKind, Outgoing, Sender};
use runtime::kafka::KafkaProducer;
use runtime::partitioner;
use runtime::settings::KafkaSettings;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{BufRead, Read};
use std::time::Instant;

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
        producer.take_over()?;
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
        let mut batch = Batch::default();
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
            batch.push(now.lines, payload(&line));
            let stopping = stop();
            if batch.is_full() {
                imported.added += self.write(&At::new(name, &key, &now, &hash), &mut batch, stop)?;
                seen(now.bytes);
            }
            if stopping {
                break;
            }
        }
        imported.added += self.write(&At::new(name, &key, &now, &hash), &mut batch, stop)?;
        seen(now.bytes);
        Ok(imported)
    }

    /// Writes lines and how far the file is read with them, in one transaction, as often as it takes. Returns how many lines those were.
    fn write(&mut self, at: &At<'_>, batch: &mut Batch, stop: &dyn Fn() -> bool) -> Result<u64, Error> {
        if batch.len() == 0 {
            return Ok(0);
        }
        let begin = Instant::now();
        let mut written = self.try_to_write(at, batch);
        while let Err(failure) = written {
            match after(failure.kind, begin.elapsed(), stop()) {
                Next::Again => {
                    tracing::warn!(error = failure.text, seconds = begin.elapsed().as_secs(), "Kafka takes no lines; trying again")
                }
                Next::GiveUp => {
                    let text = format!("Kafka takes no lines ({}); run the same import again, it goes on where it stopped", failure.text);
                    return Err(Error::new("HF-I002", text));
                }
                Next::Stop => return Err(failure.into()),
            }
            written = self.is_written(at).and_then(|there| if there { Ok(()) } else { self.try_to_write(at, batch) });
        }
        self.progress.insert(at.key.to_owned(), at.progress.clone());
        let added = batch.len();
        batch.clear();
        Ok(added)
    }

    fn try_to_write(&mut self, at: &At<'_>, batch: &Batch) -> Result<(), Failure> {
        let progress = serde_json::to_vec(&at.progress).map_err(|error| Failure::bug(error.to_string()))?;
        let (raw, imports) = (self.kafka.name(topology::RAW), self.kafka.name(topology::IMPORTS));
        let (adapter, source, partitions) = (&self.adapter, &self.source.name, self.partitions);
        self.producer.all_or_nothing(|producer| {
            for (number, line) in batch.lines() {
                let record = RawRecord { payload: line, source, file: at.name, line: number };
                // Without a key of its own a record stays with its source: in order, so that no part of a file runs ahead of another.
                let key = adapter.key(&record).unwrap_or(Cow::Borrowed(source));
                let partition = partitioner::partition(key.as_bytes(), partitions);
                let number_text = number.to_string();
                let headers = [(SOURCE, source.as_bytes()), (FILE, at.name.as_bytes()), (LINE, number_text.as_bytes())];
                producer.send(&Outgoing { topic: &raw, partition, key: key.as_bytes(), value: Some(line), headers: &headers })?;
            }
            producer.send(&Outgoing { topic: &imports, partition: 0, key: at.key.as_bytes(), value: Some(&progress), headers: &[] })
        })
    }

    /// By a new client, which ends what the old one left open: whether the lines are in Kafka after all.
    fn is_written(&mut self, at: &At<'_>) -> Result<bool, Failure> {
        self.producer.renew()?;
        let known = read_progress(&self.kafka)?.remove(at.key);
        if known.as_ref() == Some(&at.progress) {
            return Ok(true);
        }
        if known.as_ref() == self.progress.get(at.key) {
            return Ok(false);
        }
        Err(Failure::new(FailureKind::Fenced, "another import of the same file is at work"))
    }
}

/// Which lines of which input are written.
struct At<'a> {
    name: &'a str,
    /// Under which its progress is kept.
    key: &'a str,
    /// How far the input is read with them.
    progress: Progress,
}

impl<'a> At<'a> {
    fn new(name: &'a str, key: &'a str, now: &Progress, hash: &Sha256) -> Self {
        At { name, key, progress: Progress { sha256: hexadecimal(&hash.clone().finalize()), ..now.clone() } }
    }
}

/// What is sent of a line: without its end, and no more than the topic takes.
fn payload(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| *byte != b'\n' && *byte != b'\r').map_or(0, |at| at + 1);
    &line[..end.min(LINE_BYTES_MAX)]
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_progress(kafka: &KafkaSettings) -> Result<HashMap<String, Progress>, Failure> {
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
