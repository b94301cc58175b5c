//! What a client remembers of a time when no broker answered: how often it is told, and what may follow from it.

use crate::broker::{Failure, FailureKind};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// An outage is told again after so long; the library reports it at every poll.
const TOLD_AGAIN: Duration = Duration::from_secs(10);

/// A coordinator that crashed may still believe in a membership that this process has replaced, for so long after the outage.
const AFTERMATH: Duration = Duration::from_secs(60);

/// A question that comes back at once with an error that passes is put again after so long.
const PAUSE: Duration = Duration::from_millis(50);

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Outage {
    last: Mutex<Times>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Times {
    seen: Option<Instant>,
    told: Option<Instant>,
}

impl Outage {
    /// Notes an error. False: it says what was said a moment ago, so there is no need to log it.
    pub(crate) fn is_news(&self, error: &KafkaError) -> bool {
        if !matches!(error.rdkafka_error_code(), Some(RDKafkaErrorCode::AllBrokersDown | RDKafkaErrorCode::BrokerTransportFailure)) {
            return true;
        }
        let now = Instant::now();
        let mut times = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        times.seen = Some(now);
        let news = times.told.is_none_or(|told| now - told >= TOLD_AGAIN);
        if news {
            times.told = Some(now);
        }
        news
    }

    /// True if a member of a group that Kafka has shut out may come back: see [`comes_back`].
    pub(crate) fn comes_back(&self, kind: FailureKind) -> bool {
        let times = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        comes_back(kind, times.seen.map(|seen| seen.elapsed()))
    }
}

/// Whether a member that Kafka has shut out joins again, by how long ago no broker answered.
///
/// A process that is started takes over the membership of the one before it. When the broker crashes right after that, its log may
/// lack the takeover, and the coordinator shuts the living process out in favour of the dead one. Without an outage, being shut out
/// means that another process runs under the same name; then this one ends, or both would take turns for ever. If there is another
/// one in spite of the outage, it shuts this one out again.
fn comes_back(kind: FailureKind, outage_ago: Option<Duration>) -> bool {
    kind == FailureKind::Fenced && outage_ago.is_some_and(|ago| ago < AFTERMATH)
}

/// Puts a question until it is answered, or fails for good, or `limit` is over; `ask` is given what is left of it. A broker that has
/// just come back answers within a millisecond that it does not lead a partition or coordinate a group yet.
#[allow(clippy::disallowed_methods, reason = "a broker tells nobody when it is ready again")]
pub(crate) fn answered<T>(limit: Duration, mut ask: impl FnMut(Duration) -> Result<T, Failure>) -> Result<T, Failure> {
    let deadline = Instant::now() + limit;
    loop {
        match ask(deadline.saturating_duration_since(Instant::now())) {
            Err(failure) if failure.kind == FailureKind::Retriable && Instant::now() + PAUSE < deadline => std::thread::sleep(PAUSE),
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_was_shut_out_after_an_outage_comes_back() {
        let kinds = [
            FailureKind::Retriable,
            FailureKind::Unclear,
            FailureKind::Abortable,
            FailureKind::Fenced,
            FailureKind::Fatal,
            FailureKind::TooLarge,
            FailureKind::Bug,
        ];
        for kind in kinds {
            for ago in [None, Some(Duration::ZERO), Some(AFTERMATH - PAUSE), Some(AFTERMATH)] {
                let expected = kind == FailureKind::Fenced && ago.is_some_and(|ago| ago < AFTERMATH);
                assert_eq!(comes_back(kind, ago), expected, "{kind:?} {ago:?}");
            }
        }
    }

    #[test]
    fn an_outage_is_told_once_and_remembered() {
        let outage = Outage::default();
        let down = KafkaError::Global(RDKafkaErrorCode::AllBrokersDown);
        assert!(!outage.comes_back(FailureKind::Fenced));
        assert_eq!([outage.is_news(&down), outage.is_news(&down)], [true, false]);
        assert!(outage.is_news(&KafkaError::Global(RDKafkaErrorCode::NotCoordinator)));
        assert!(outage.comes_back(FailureKind::Fenced));
    }

    #[test]
    fn a_quick_error_that_passes_is_asked_again_and_one_that_stays_ends_it() {
        let mut tries = 0;
        let late = answered(Duration::from_secs(30), |_| {
            tries += 1;
            if tries < 4 { Err(Failure::new(FailureKind::Retriable, "not leader")) } else { Ok(tries) }
        });
        assert_eq!(late.unwrap(), 4);
        let never = answered(Duration::from_millis(120), |_| Err::<(), _>(Failure::new(FailureKind::Retriable, "not leader")));
        assert_eq!(never.unwrap_err().kind, FailureKind::Retriable);
        let mut tries = 0;
        let fatal = answered(Duration::from_secs(30), |_| {
            tries += 1;
            Err::<(), _>(Failure::new(FailureKind::Fatal, "no right"))
        });
        assert_eq!((fatal.unwrap_err().kind, tries), (FailureKind::Fatal, 1));
    }
}
