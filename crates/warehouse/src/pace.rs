//! How often the loader writes, and how long it waits after a failure. Pure: durations in, durations out.

use crate::Class;
use std::time::Duration;

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    flush_min: Duration,
    flush_max: Duration,
    back_off_max: Duration,
    flush: Duration,
    /// Wait after the last failure; none: the last insert worked.
    back_off: Option<Duration>,
}

impl Pace {
    pub(crate) fn new(flush_min: Duration, flush_max: Duration, back_off_max: Duration) -> Self {
        Pace { flush_min, flush_max: flush_max.max(flush_min), back_off_max, flush: flush_min, back_off: None }
    }

    /// How long rows are gathered.
    pub(crate) fn flush(&self) -> Duration {
        self.flush
    }

    /// A batch went out in `took`: rows are gathered for at least half as long, so that ClickHouse works two thirds of the time
    /// at most; what a failure added goes again by half.
    pub(crate) fn succeeded(&mut self, took: Duration) {
        self.back_off = None;
        self.flush = (self.flush / 2).max(took / 2).clamp(self.flush_min, self.flush_max);
    }

    /// How long to wait before the next try: doubled each time. An overloaded ClickHouse gets fewer, larger batches.
    pub(crate) fn failed(&mut self, class: Class) -> Duration {
        let first = match class {
            Class::RetryFast => Duration::from_millis(100),
            Class::UnknownOutcome => Duration::from_millis(500),
            Class::RetrySlow => Duration::from_secs(1),
            Class::Schema => Duration::from_secs(5),
        };
        if class == Class::RetrySlow {
            self.flush = (self.flush * 2).min(self.flush_max);
        }
        let wait = self.back_off.map_or(first, |last| (last * 2).max(first)).min(self.back_off_max);
        self.back_off = Some(wait);
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn waits_double_up_to_the_limit_and_begin_anew_after_a_success() {
        let mut pace = Pace::new(ms(250), ms(8_000), ms(30_000));
        let waits: Vec<Duration> = (0..10).map(|_| pace.failed(Class::RetryFast)).collect();
        assert_eq!(waits[..4], [ms(100), ms(200), ms(400), ms(800)]);
        assert_eq!(waits[9], ms(30_000));
        pace.succeeded(ms(10));
        assert_eq!(pace.failed(Class::RetrySlow), ms(1_000));
        assert_eq!(pace.failed(Class::Schema), ms(5_000), "a graver failure waits for its own time at least");
    }

    #[test]
    fn batches_grow_while_clickhouse_is_slow_and_shrink_again() {
        let mut pace = Pace::new(ms(250), ms(4_000), ms(30_000));
        pace.failed(Class::UnknownOutcome);
        assert_eq!(pace.flush(), ms(250));
        for _ in 0..10 {
            pace.failed(Class::RetrySlow);
        }
        assert_eq!(pace.flush(), ms(4_000));
        pace.succeeded(ms(3_000));
        assert_eq!(pace.flush(), ms(2_000));
        pace.succeeded(ms(3_000));
        assert_eq!(pace.flush(), ms(1_500), "half as long as an insert takes");
        (0..10).for_each(|_| pace.succeeded(ms(1)));
        assert_eq!(pace.flush(), ms(250));
    }
}
