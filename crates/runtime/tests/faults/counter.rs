//! The task under test: sums numbers per key. It logs each record, publishes running sums at once and a digest per key that it
//! holds back for a while, so that apply, flush and a flush without records all write. `forget` drops a key.

use runtime::task::{Output, Record, Reject, Task};
use std::collections::BTreeMap;

/// Outputs of the counter, by number.
pub const LOG: usize = 0;
pub const SUMS: usize = 1;
pub const DIGESTS: usize = 2;

/// How long digests are held back, ms.
pub const HOLD_MS: i64 = 300;

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
    /// Changes of the open transaction; none: forgotten.
    overlay: BTreeMap<Vec<u8>, Option<Total>>,
    published_ms: i64,
    published_ms_open: Option<i64>,
}

impl Counter {
    fn get(&self, key: &[u8]) -> Total {
        self.overlay.get(key).copied().unwrap_or_else(|| self.state.get(key).copied()).unwrap_or_default()
    }

    fn set(&mut self, key: &[u8], total: Option<Total>, output: &mut Output<'_>) {
        self.overlay.insert(key.to_vec(), total);
        output.changelog(&state_key(key), total.map(Total::encode).as_deref().map(str::as_bytes));
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
        let partition = output.partition;
        let log_key = format!("{partition}/{}", record.offset);
        if text == "forget" {
            output.bytes_to(LOG, partition, log_key.as_bytes(), Some(text.as_bytes()));
            output.bytes_to(SUMS, partition, key, None);
            output.bytes_to(DIGESTS, partition, key, None);
            self.set(key, None, output);
            return Ok(());
        }
        let number: i64 = text.parse().map_err(|_| Reject::new("no_number", "a value that is no number"))?;
        let before = self.get(key);
        let total = Total { sum: before.sum + number, count: before.count + 1, held: true };
        output.bytes_to(LOG, partition, log_key.as_bytes(), Some(text.as_bytes()));
        output.bytes_to(SUMS, partition, key, Some(total.sum.to_string().as_bytes()));
        self.set(key, Some(total), output);
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
            self.set(&key, Some(total), output);
        }
    }

    fn committed(&mut self) {
        for (key, total) in std::mem::take(&mut self.overlay) {
            match total {
                Some(total) => self.state.insert(key, total),
                None => self.state.remove(&key),
            };
        }
        self.published_ms = self.published_ms_open.take().unwrap_or(self.published_ms);
    }

    fn rolled_back(&mut self) {
        self.overlay.clear();
        self.published_ms_open = None;
    }

    fn discard(&mut self, output: &mut Output<'_>) {
        for key in self.state.keys() {
            output.changelog(&state_key(key), None);
        }
    }

    fn wants_flush(&self, now_ms: i64) -> bool {
        now_ms >= self.published_ms + HOLD_MS && !self.held().is_empty()
    }
}
