//! The task under test: sums numbers per key. It logs each record, publishes running sums at once and a digest per key that it
//! holds back for a while, so that apply, flush and a flush without records all write.

use runtime::task::{Output, Record, Reject, Task};
use std::collections::BTreeMap;

/// Outputs of the counter, by number.
pub const LOG: usize = 0;
pub const SUMS: usize = 1;
pub const DIGESTS: usize = 2;

/// How long digests are held back, ms.
pub const HOLD_MS: i64 = 120;

/// State of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    pub sum: i64,
    pub count: i64,
    /// The digest is still to be published.
    pub held: bool,
}

impl Total {
    fn encode(self) -> String {
        format!("{} {} {}", self.sum, self.count, i32::from(self.held))
    }

    fn decode(bytes: &[u8]) -> Option<Total> {
        let mut parts = std::str::from_utf8(bytes).ok()?.split(' ').map(|part| part.parse::<i64>().ok());
        Some(Total { sum: parts.next()??, count: parts.next()??, held: parts.next()?? == 1 })
    }
}

#[derive(Default)]
pub struct Counter {
    pub state: BTreeMap<Vec<u8>, Total>,
    overlay: BTreeMap<Vec<u8>, Total>,
    published_ms: i64,
    published_ms_open: Option<i64>,
}

impl Counter {
    fn get(&self, key: &[u8]) -> Total {
        self.overlay.get(key).or_else(|| self.state.get(key)).copied().unwrap_or_default()
    }

    fn set(&mut self, key: &[u8], total: Total, output: &mut Output<'_>) {
        self.overlay.insert(key.to_vec(), total);
        output.changelog(&state_key(key), Some(total.encode().as_bytes()));
    }

    fn held(&self) -> Vec<Vec<u8>> {
        let mut keys: Vec<Vec<u8>> = self.state.keys().chain(self.overlay.keys()).cloned().collect();
        keys.sort();
        keys.dedup();
        keys.retain(|key| self.get(key).held);
        keys
    }
}

fn state_key(key: &[u8]) -> Vec<u8> {
    [b"s", key].concat()
}

impl Task for Counter {
    fn restore(&mut self, topic: usize, key: &[u8], value: Option<&[u8]>) -> Result<(), String> {
        assert_eq!(topic, 0, "there is one restore topic");
        let key = key.strip_prefix(b"s").ok_or("a key without its prefix")?.to_vec();
        match value {
            Some(value) => self.state.insert(key, Total::decode(value).ok_or("a total that is none")?),
            None => self.state.remove(&key),
        };
        Ok(())
    }

    fn apply(&mut self, record: &Record<'_>, output: &mut Output<'_>) -> Result<(), Reject> {
        let key = record.key.ok_or_else(|| Reject::new("no_key", "a record without key"))?;
        let text = record.payload.and_then(|payload| std::str::from_utf8(payload).ok()).unwrap_or("");
        let number: i64 = text.parse().map_err(|_| Reject::new("no_number", "a value that is no number"))?;
        let before = self.get(key);
        let total = Total { sum: before.sum + number, count: before.count + 1, held: true };
        let partition = output.partition;
        output.bytes_to(LOG, partition, format!("{partition}/{}", record.offset).as_bytes(), Some(text.as_bytes()));
        output.bytes_to(SUMS, partition, key, Some(total.sum.to_string().as_bytes()));
        self.set(key, total, output);
        Ok(())
    }

    fn flush(&mut self, now_ms: i64, output: &mut Output<'_>) {
        if !self.wants_flush(now_ms) {
            return;
        }
        self.published_ms_open = Some(now_ms);
        for key in self.held() {
            let total = Total { held: false, ..self.get(&key) };
            output.bytes_to(DIGESTS, output.partition, &key, Some(total.sum.to_string().as_bytes()));
            self.set(&key, total, output);
        }
    }

    fn committed(&mut self) {
        self.state.append(&mut self.overlay);
        self.published_ms = self.published_ms_open.take().unwrap_or(self.published_ms);
    }

    fn rolled_back(&mut self) {
        self.overlay.clear();
        self.published_ms_open = None;
    }

    fn wants_flush(&self, now_ms: i64) -> bool {
        now_ms >= self.published_ms + HOLD_MS && !self.held().is_empty()
    }
}
