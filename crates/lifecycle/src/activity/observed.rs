//! What systems observe of an agent: ringing, dialling, calls beside the queues, offers that were missed.

use super::items::Declared;
use super::spans::{Interval, OPEN, append};
use crate::options::micros;
use events::Observed;

/// An observation that goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Observation {
    pub(super) what: Observed,
    pub(super) since_us: i64,
    /// Where it ends at the latest: ringing and dialling last no longer than the cap.
    pub(super) until_us: i64,
}

impl Observation {
    /// What a system says from the event's time on; none: nothing any more.
    pub(super) fn begin(what: Observed, event: &Declared, cap_us: i64) -> Option<Self> {
        let until_us = match what {
            Observed::Ringing | Observed::Dialing => event.time_us.saturating_add(cap_us),
            Observed::Communicating | Observed::NotResponding => OPEN,
            Observed::OfferOver | Observed::Nothing | Observed::Alive | Observed::Restarted => return None,
        };
        Some(Observation { what, since_us: event.time_us, until_us })
    }

    /// Whether another observation leaves it as it is.
    pub(super) fn outlasts(self, what: Observed) -> bool {
        what == Observed::OfferOver && !matches!(self.what, Observed::Ringing | Observed::Dialing)
    }

    /// What it amounts to when something ends it.
    pub(super) fn end(self, time_us: i64, seen: &mut Seen) {
        append(&mut seen.stretches, self.since_us, self.until_us.min(time_us), self.what);
        if self.until_us <= time_us {
            append(&mut seen.capped, self.since_us, self.until_us, ());
        }
    }

    /// What it amounts to up to a time at which it goes on, unless the cap has ended it.
    pub(super) fn go_on(self, time_us: i64, seen: &mut Seen) {
        if self.until_us <= time_us {
            self.end(time_us, seen);
        } else {
            append(&mut seen.stretches, self.since_us, self.until_us, self.what);
        }
    }
}

/// Everything that was observed, in no order and possibly at the same time.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) stretches: Vec<Interval<Observed>>,
    /// Those of them that the cap ended.
    pub(super) capped: Vec<Interval<()>>,
}

impl Seen {
    /// What a system says of the time up to the event's.
    pub(super) fn add_past(&mut self, what: Observed, event: &Declared) {
        append(&mut self.stretches, event.since_us(), event.time_us, what);
    }

    /// The stretches of one kind.
    pub(super) fn of(&self, what: Observed) -> impl Iterator<Item = (i64, i64)> {
        self.stretches.iter().filter(move |stretch| stretch.value == what).map(|stretch| (stretch.from_us, stretch.to_us))
    }
}

/// The cap in microseconds.
pub(super) fn cap_us(cap_ms: i64) -> i64 {
    micros(cap_ms.max(0))
}
