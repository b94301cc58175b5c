//! The board of a process: merged panes behind a lock, settings, and how far the reader has come.

use crate::floor::Floor;
use crate::{BoardSettings, Error, Merged};
use runtime::clock::Clock;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// How far the reader has come; written by the reading thread only.
#[derive(Debug, Default)]
pub struct Progress {
    caught_up: AtomicBool,
    polled_ms: AtomicI64,
    message_ms: AtomicI64,
    messages: AtomicU64,
    skipped: AtomicU64,
}

impl Progress {
    /// The topics were asked at `now_ms`; `caught_up`: everything that was there when reading began has been read.
    pub fn asked(&self, now_ms: i64, caught_up: bool) {
        self.polled_ms.store(now_ms, Ordering::Relaxed);
        self.caught_up.store(caught_up, Ordering::Relaxed);
    }

    /// The same as [`Progress::asked`]; the number is not used.
    #[doc(hidden)]
    pub fn polled(&self, now_ms: i64, caught_up: bool, _lag: i64) {
        self.asked(now_ms, caught_up);
    }

    /// A message was taken at `now_ms`.
    pub fn message(&self, now_ms: i64) {
        self.message_ms.store(now_ms, Ordering::Relaxed);
        self.messages.fetch_add(1, Ordering::Relaxed);
    }

    /// A message could not be used.
    pub fn skipped(&self) {
        self.skipped.fetch_add(1, Ordering::Relaxed);
    }

    /// Everything that was in the topics when reading began has been read.
    pub fn is_caught_up(&self) -> bool {
        self.caught_up.load(Ordering::Relaxed)
    }

    /// When the topics were asked last, ms since 1970; none: never.
    pub fn polled_ms(&self) -> Option<i64> {
        Some(self.polled_ms.load(Ordering::Relaxed)).filter(|ms| *ms > 0)
    }

    /// When a message was taken last, ms since 1970; none: never.
    pub fn message_ms(&self) -> Option<i64> {
        Some(self.message_ms.load(Ordering::Relaxed)).filter(|ms| *ms > 0)
    }

    /// Messages taken.
    pub fn messages(&self) -> u64 {
        self.messages.load(Ordering::Relaxed)
    }

    /// Messages that could not be used.
    pub fn skips(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }
}

/// See the module. Shared by the reading thread, the pages and the metrics.
pub struct Board {
    /// What can be set.
    pub settings: BoardSettings,
    /// How far the reader has come.
    pub progress: Progress,
    merged: RwLock<Merged>,
    floor: RwLock<Floor>,
    clock: Box<dyn Clock + Send + Sync>,
}

impl Board {
    /// An empty board.
    pub fn new(settings: BoardSettings, clock: impl Clock + Send + Sync + 'static) -> Arc<Self> {
        let merged = RwLock::new(Merged::new(settings.keep_hours));
        let floor = RwLock::new(Floor::new(settings.keep_hours));
        Arc::new(Board { settings, progress: Progress::default(), merged, floor, clock: Box::new(clock) })
    }

    /// The merged panes, to be read.
    pub fn merged(&self) -> RwLockReadGuard<'_, Merged> {
        self.merged.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What agents do, to be read.
    pub fn floor(&self) -> RwLockReadGuard<'_, Floor> {
        self.floor.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wall time, µs since 1970.
    pub fn now_us(&self) -> i64 {
        self.clock.now_ms() * 1_000
    }

    /// A message of the pane topic; `value` none: the key was deleted. What cannot be used is counted and logged.
    pub fn take_pane(&self, key: &[u8], value: Option<&[u8]>) {
        let mut merged = self.merged_mut();
        let taken = match value {
            Some(bytes) => merged.apply_message(bytes),
            None => merged.remove(key),
        };
        self.took(taken.map(|_| ()));
    }

    /// A message of the topic of presents; `value` none: the key was deleted.
    pub fn take_now(&self, key: &[u8], value: Option<&[u8]>) {
        let mut merged = self.merged_mut();
        let taken = match value {
            Some(bytes) => merged.apply_now_message(bytes),
            None => merged.remove_now(key),
        };
        self.took(taken.map(|_| ()));
    }

    /// A message of the topic of agents' panes; `value` none: the key was deleted.
    pub fn take_agent_pane(&self, key: &[u8], value: Option<&[u8]>) {
        let mut floor = self.floor_mut();
        let taken = match value {
            Some(bytes) => floor.apply_pane(bytes),
            None => floor.remove_pane(key),
        };
        self.took(taken.map(|_| ()));
    }

    /// A message of the topic of agents' presents; `value` none: the agent logged out.
    pub fn take_agent_now(&self, key: &[u8], value: Option<&[u8]>) {
        let mut floor = self.floor_mut();
        let taken = match value {
            Some(bytes) => floor.apply_now(bytes),
            None => floor.remove_now(key),
        };
        self.took(taken.map(|_| ()));
    }

    /// A message of the topic of reference data; `value` none: the key was deleted.
    pub fn take_reference(&self, key: &[u8], value: Option<&[u8]>) {
        let taken = self.floor_mut().apply_reference(key, value);
        self.took(taken.map(|_| ()));
    }

    /// Forgets what is too old.
    pub fn advance(&self) {
        self.merged_mut().advance(self.now_us());
        self.floor_mut().advance(self.now_us());
    }

    fn floor_mut(&self) -> RwLockWriteGuard<'_, Floor> {
        self.floor.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn merged_mut(&self) -> RwLockWriteGuard<'_, Merged> {
        self.merged.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn took(&self, taken: Result<(), Error>) {
        match taken {
            Ok(()) => self.progress.message(self.clock.now_ms()),
            Err(error) => {
                self.progress.skipped();
                tracing::warn!(%error, "a message is skipped");
            }
        }
    }
}
