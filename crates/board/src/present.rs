//! Who waits and who talks at this moment: one small record per queue and partition, added up when asked.

use crate::Span;
use crate::merged::Applied;
use events::{QueueNow, WaitingThreshold};
use rustc_hash::FxHashMap;

/// The present of one queue, all partitions together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Visits that are open.
    pub waiting: i64,
    /// Entry of the visit that has waited longest, µs since 1970; none: nobody waits.
    pub oldest_entered_us: Option<i64>,
    /// Handlings that are open.
    pub talking: i64,
    /// Latest event time of the partitions that told, µs since 1970.
    pub event_time_us: i64,
}

impl Now {
    /// As a message, for `kpi`.
    pub(crate) fn as_message(self) -> QueueNow<'static> {
        QueueNow { waiting: self.waiting, oldest_entered_us: self.oldest_entered_us, talking: self.talking, ..QueueNow::default() }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Now) -> Now {
        let oldest_entered_us = match (self.oldest_entered_us, other.oldest_entered_us) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Now {
            waiting: self.waiting + other.waiting,
            oldest_entered_us,
            talking: self.talking + other.talking,
            event_time_us: self.event_time_us.max(other.event_time_us),
        }
    }
}

/// What one partition said last.
#[derive(Clone, Debug)]
struct Told {
    partition: i32,
    layout: i32,
    generation: i32,
    version: i64,
    now: Now,
    thresholds: Vec<WaitingThreshold>,
}

/// By number of the queue.
#[derive(Debug, Default)]
pub(crate) struct Present(FxHashMap<u32, Vec<Told>>);

impl Present {
    pub(crate) fn apply(&mut self, queue: u32, message: &QueueNow<'_>) -> Applied {
        let now = Now {
            waiting: message.waiting,
            oldest_entered_us: message.oldest_entered_us,
            talking: message.talking,
            event_time_us: message.event_time_us,
        };
        let (partition, layout) = (message.partition, message.layout);
        let thresholds = message.waiting_thresholds.clone();
        let told = Told { partition, layout, generation: message.generation, version: message.version, now, thresholds };
        let list = self.0.entry(queue).or_default();
        match list.iter_mut().find(|stored| (stored.partition, stored.layout) == (partition, layout)) {
            Some(stored) if (stored.generation, stored.version) > (told.generation, told.version) => return Applied::Stale,
            Some(stored) => *stored = told,
            None => list.push(told),
        }
        Applied::Changed
    }

    pub(crate) fn remove(&mut self, queue: u32, partition: i32, layout: i32) -> Applied {
        let Some(list) = self.0.get_mut(&queue) else { return Applied::Gone };
        let before = list.len();
        list.retain(|told| (told.partition, told.layout) != (partition, layout));
        if list.len() == before { Applied::Gone } else { Applied::Changed }
    }

    /// Only the newest layout of the whole product counts: in an older one nobody would ever end what is open.
    pub(crate) fn total(&self, queue: u32) -> Option<Now> {
        let layout = self.layout()?;
        let list = self.0.get(&queue)?;
        list.iter().filter(|told| told.layout == layout).map(|told| told.now).reduce(Now::and)
    }

    /// Visits that still wait and reached their threshold in the span, up to `at_us`.
    pub(crate) fn waiting_beyond_threshold(&self, queue: u32, span: Span, at_us: i64) -> i64 {
        let (Some(layout), Some(list)) = (self.layout(), self.0.get(&queue)) else { return 0 };
        let reached = |threshold: &&WaitingThreshold| {
            let time_us = threshold.at_s.saturating_mul(1_000_000);
            (span.start_us..span.end_us).contains(&time_us) && time_us <= at_us
        };
        let counted = list.iter().filter(|told| told.layout == layout);
        counted.flat_map(|told| told.thresholds.iter().filter(reached)).map(|threshold| threshold.visits).sum()
    }

    pub(crate) fn newest_event_us(&self) -> Option<i64> {
        self.0.values().flatten().map(|told| told.now.event_time_us).max().filter(|time_us| *time_us > 0)
    }

    fn layout(&self) -> Option<i32> {
        self.0.values().flatten().map(|told| (told.generation, told.layout)).max().map(|(_, layout)| layout)
    }
}
