//! Panes of all partitions, added up in memory. Pure: messages come in as arguments, and so does the time.
//!
//! The sum is a function of the *set* of messages: any order and any duplication give the same totals, because a partial is
//! replaced only by a newer one of the same key and the totals take the difference.

use crate::present::Present;
use crate::{Error, Span};
use events::{QueueNow, QueuePane, codec};
use kpi::{MINUTE_US, Pane};
use rustc_hash::FxHashMap;

/// Minutes of an interval: what call centres report on.
const INTERVAL_MINUTES: i32 = (kpi::windows::INTERVAL_US / MINUTE_US) as i32;
/// Minute totals are kept ready for the longest rolling window and some late corrections; older minutes are added up on demand.
const RECENT_MINUTES: i32 = 120;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The totals take it into account.
    Changed,
    /// A newer message of the same key is known.
    Stale,
    /// Its minute is no longer kept.
    Gone,
}

/// A queue of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueueName {
    /// Whose calls they are.
    pub tenant: String,
    /// Name of the queue.
    pub queue: String,
}

/// What one partition said about one minute of one queue. The message is kept as it came: a tenth of the decoded size.
#[derive(Clone, Debug)]
struct Partial {
    partition: i32,
    layout: i32,
    generation: i32,
    version: i64,
    message: Box<[u8]>,
}

/// (number of the queue, minute since 1970).
type Key = (u32, i32);

/// See the module.
pub struct Merged {
    keep_minutes: i32,
    numbers: FxHashMap<Box<str>, FxHashMap<Box<str>, u32>>,
    names: Vec<QueueName>,
    partials: FxHashMap<Key, Vec<Partial>>,
    partials_held: usize,
    minutes: FxHashMap<Key, Pane>,
    intervals: FxHashMap<Key, Pane>,
    present: Present,
    newest_minute: Option<i32>,
    gone_before: i32,
    recent_from: i32,
    encoder: codec::Encoder,
}

impl Merged {
    /// Nothing yet; minutes older than `keep_hours` before the newest are forgotten by [`Merged::advance`].
    pub fn new(keep_hours: i64) -> Self {
        Merged {
            keep_minutes: i32::try_from(keep_hours.clamp(1, 24 * 366) * 60).unwrap_or(i32::MAX),
            numbers: FxHashMap::default(),
            names: Vec::new(),
            partials: FxHashMap::default(),
            partials_held: 0,
            minutes: FxHashMap::default(),
            intervals: FxHashMap::default(),
            present: Present::default(),
            newest_minute: None,
            gone_before: i32::MIN,
            recent_from: i32::MIN,
            encoder: codec::Encoder::default(),
        }
    }

    /// Takes a pane: replaces what the same partition said about the same minute, unless that was newer.
    ///
    /// # Errors
    /// [`Error::Pane`] if it cannot be written as a message or is inconsistent.
    pub fn apply(&mut self, pane: &QueuePane<'_>) -> Result<Applied, Error> {
        let mut message = Vec::new();
        self.encoder.encode(pane, &mut message).map_err(Error::pane)?;
        self.take(pane, &message)
    }

    /// Takes a pane as it came from the topic.
    ///
    /// # Errors
    /// [`Error::Pane`] if it is none.
    pub fn apply_message(&mut self, message: &[u8]) -> Result<Applied, Error> {
        let pane = codec::decode::<QueuePane<'_>>(message).map_err(Error::pane)?;
        self.take(&pane, message)
    }

    fn take(&mut self, pane: &QueuePane<'_>, message: &[u8]) -> Result<Applied, Error> {
        let sum = Pane::from_message(pane).map_err(Error::pane)?;
        let minute = minute_of(pane.window_start_us);
        if minute < self.gone_before {
            return Ok(Applied::Gone);
        }
        let key = (self.number(pane.tenant, pane.queue), minute);
        let partials = self.partials.entry(key).or_default();
        let stored = partials.iter().position(|partial| (partial.partition, partial.layout) == (pane.partition, pane.layout));
        if stored.is_some_and(|at| (partials[at].generation, partials[at].version) > (pane.generation, pane.version)) {
            return Ok(Applied::Stale);
        }
        let partial = Partial {
            partition: pane.partition,
            layout: pane.layout,
            generation: pane.generation,
            version: pane.version,
            message: message.into(),
        };
        self.newest_minute = self.newest_minute.max(Some(minute));
        let before = counted_layout(partials);
        let old = stored.map(|at| partials.swap_remove(at));
        self.partials_held += usize::from(old.is_none());
        partials.push(partial);
        let after = counted_layout(partials);
        if before.is_some() && before != after {
            // Another layout counts from now on.
            self.recount(key)?;
        } else if after == Some(pane.layout) {
            if let Some(old) = old {
                let old = decoded(&old.message)?;
                self.add(key, &old, -1);
            }
            self.add(key, &sum, 1);
        }
        Ok(Applied::Changed)
    }

    /// A pane was deleted. `key` as written by the aggregator: tenant, queue, minute, partition, layout, separated by U+001F.
    ///
    /// # Errors
    /// [`Error::Key`] if it is no such key.
    pub fn remove(&mut self, key: &[u8]) -> Result<Applied, Error> {
        let (name, [minute, partition, layout]) = parse_key(key)?;
        let Some(number) = self.known(&name) else { return Ok(Applied::Gone) };
        let key = (number, minute);
        let Some(partials) = self.partials.get_mut(&key) else { return Ok(Applied::Gone) };
        let before = partials.len();
        partials.retain(|partial| (partial.partition, partial.layout) != (partition, layout));
        if partials.len() == before {
            return Ok(Applied::Gone);
        }
        self.partials_held -= 1;
        self.recount(key)?;
        Ok(Applied::Changed)
    }

    /// Takes what a partition says about a queue's present.
    pub fn apply_now(&mut self, now: &QueueNow<'_>) -> Applied {
        let number = self.number(now.tenant, now.queue);
        self.present.apply(number, now)
    }

    /// Takes it as it came from the topic.
    ///
    /// # Errors
    /// [`Error::Now`] if it is none.
    pub fn apply_now_message(&mut self, message: &[u8]) -> Result<Applied, Error> {
        let now = codec::decode::<QueueNow<'_>>(message).map_err(|error| Error::Now(error.to_string()))?;
        Ok(self.apply_now(&now))
    }

    /// The present of a queue in one partition was deleted; `key` as for [`Merged::remove`].
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn remove_now(&mut self, key: &[u8]) -> Result<Applied, Error> {
        let (name, [_, partition, layout]) = parse_key(key)?;
        let Some(number) = self.known(&name) else { return Ok(Applied::Gone) };
        Ok(self.present.remove(number, partition, layout))
    }

    /// Forgets what is older than the hours that are kept, counted back from the newest minute, or from `now_us` if that is
    /// earlier: one event with a wrong time in the future must not wipe out the day.
    pub fn advance(&mut self, now_us: i64) {
        let Some(newest) = self.newest_minute else { return };
        let anchor = newest.min(minute_of(now_us));
        let gone_before = anchor.saturating_sub(self.keep_minutes);
        let gone_before = gone_before - gone_before.rem_euclid(INTERVAL_MINUTES);
        if gone_before > self.gone_before {
            self.gone_before = gone_before;
            self.partials.retain(|(_, minute), _| *minute >= gone_before);
            self.partials_held = self.partials.values().map(Vec::len).sum();
            self.intervals.retain(|(_, start), _| *start >= gone_before);
        }
        let recent_from = anchor.saturating_sub(RECENT_MINUTES);
        if recent_from > self.recent_from {
            self.recent_from = recent_from;
            self.minutes.retain(|(_, minute), _| *minute >= recent_from);
        }
    }

    /// Queues that are known, ordered by tenant and name.
    pub fn queues(&self) -> Vec<&QueueName> {
        let mut names: Vec<&QueueName> = self.names.iter().collect();
        names.sort_unstable();
        names
    }

    /// Everything of one queue in a span of whole minutes; an unknown queue has an empty pane.
    pub fn total(&self, name: &QueueName, span: Span) -> Pane {
        let mut total = Pane::default();
        let Some(number) = self.known(name) else { return total };
        let mut minute = minute_of(span.start_us);
        let end = minute_of(span.end_us);
        while minute < end {
            let interval_end = minute + INTERVAL_MINUTES;
            if minute.rem_euclid(INTERVAL_MINUTES) == 0 && interval_end <= end {
                if let Some(pane) = self.intervals.get(&(number, minute)) {
                    total.merge(pane, 1);
                }
                minute = interval_end;
            } else {
                self.add_minute((number, minute), &mut total);
                minute += 1;
            }
        }
        total
    }

    /// [`Merged::total`] as seen at `at_us`: a visit that waits beyond the threshold of service level 9 is a miss now. Its pane will
    /// say the same when it has left.
    pub fn live_total(&self, name: &QueueName, span: Span, at_us: i64) -> Pane {
        let mut total = self.total(name, span);
        if let Some(number) = self.known(name) {
            total.counts.threshold_base += self.present.waiting_beyond_threshold(number, span, at_us);
        }
        total
    }

    /// Who waits in a queue, all partitions together; none: nothing was ever said about its present.
    pub fn now(&self, name: &QueueName) -> Option<crate::Now> {
        self.present.total(self.known(name)?)
    }

    /// Latest event time that any partition has told, µs since 1970.
    pub fn newest_event_us(&self) -> Option<i64> {
        self.present.newest_event_us()
    }

    /// Start of the newest minute that has a pane, µs since 1970.
    pub fn newest_minute_us(&self) -> Option<i64> {
        self.newest_minute.map(|minute| i64::from(minute) * MINUTE_US)
    }

    /// Partials that are kept.
    pub fn partials_held(&self) -> usize {
        self.partials_held
    }

    fn add_minute(&self, key: Key, total: &mut Pane) {
        if key.1 >= self.recent_from {
            if let Some(pane) = self.minutes.get(&key) {
                total.merge(pane, 1);
            }
            return;
        }
        let Some(partials) = self.partials.get(&key) else { return };
        let layout = counted_layout(partials);
        for partial in partials.iter().filter(|partial| Some(partial.layout) == layout) {
            // What is kept was decoded before it was kept.
            if let Ok(pane) = decoded(&partial.message) {
                total.merge(&pane, 1);
            }
        }
    }

    /// Adds a partial to the totals of its minute and its interval, or takes it away.
    fn add(&mut self, key: Key, pane: &Pane, sign: i64) {
        if key.1 >= self.recent_from {
            self.minutes.entry(key).or_default().merge(pane, sign);
        }
        let start = key.1 - key.1.rem_euclid(INTERVAL_MINUTES);
        self.intervals.entry((key.0, start)).or_default().merge(pane, sign);
    }

    /// Adds up a minute and its interval from their partials.
    fn recount(&mut self, key: Key) -> Result<(), Error> {
        let start = key.1 - key.1.rem_euclid(INTERVAL_MINUTES);
        self.intervals.remove(&(key.0, start));
        let mut panes = Vec::new();
        for minute in start..start + INTERVAL_MINUTES {
            self.minutes.remove(&(key.0, minute));
            let Some(partials) = self.partials.get(&(key.0, minute)) else { continue };
            let layout = counted_layout(partials);
            for partial in partials.iter().filter(|partial| Some(partial.layout) == layout) {
                panes.push((minute, decoded(&partial.message)?));
            }
        }
        for (minute, pane) in panes {
            self.add((key.0, minute), &pane, 1);
        }
        Ok(())
    }

    fn known(&self, name: &QueueName) -> Option<u32> {
        self.numbers.get(name.tenant.as_str())?.get(name.queue.as_str()).copied()
    }

    fn number(&mut self, tenant: &str, queue: &str) -> u32 {
        if let Some(number) = self.numbers.get(tenant).and_then(|queues| queues.get(queue)) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(QueueName { tenant: tenant.to_owned(), queue: queue.to_owned() });
        self.numbers.entry(tenant.into()).or_default().insert(queue.into(), number);
        number
    }
}

/// The layout that counts: that of the newest generation, and the larger one of two. Two layouts never mix, because the
/// same contact would be in both.
fn counted_layout(partials: &[Partial]) -> Option<i32> {
    partials.iter().map(|partial| (partial.generation, partial.layout)).max().map(|(_, layout)| layout)
}

fn decoded(message: &[u8]) -> Result<Pane, Error> {
    let pane = codec::decode::<QueuePane<'_>>(message).map_err(Error::pane)?;
    Pane::from_message(&pane).map_err(Error::pane)
}

/// Minute since 1970 in which a time falls.
fn minute_of(time_us: i64) -> i32 {
    i32::try_from(time_us.div_euclid(MINUTE_US)).unwrap_or(if time_us < 0 { i32::MIN } else { i32::MAX })
}

/// Tenant and queue (or agent), then minute, partition, layout.
pub(crate) fn parse_key(key: &[u8]) -> Result<(QueueName, [i32; 3]), Error> {
    let wrong = || Error::Key(String::from_utf8_lossy(key).into_owned());
    let text = std::str::from_utf8(key).map_err(|_| wrong())?;
    let parts: Vec<&str> = text.split('\u{1f}').collect();
    let [tenant, queue, minute, partition, layout] = parts.as_slice() else { return Err(wrong()) };
    let number = |text: &str| text.parse::<i32>().map_err(|_| wrong());
    let name = QueueName { tenant: (*tenant).to_owned(), queue: (*queue).to_owned() };
    Ok((name, [number(minute)?, number(partition)?, number(layout)?]))
}
