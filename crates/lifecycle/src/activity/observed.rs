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

/// The end of an observation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Over {
    pub(super) time_us: i64,
    /// Whether everything is over, or an offer only.
    pub(super) by: Observed,
    /// What was going on; none: nothing.
    pub(super) of: Option<Observed>,
}

impl Over {
    /// Whether what began at a time was over in that same moment. Ends come before beginnings of one time, whichever came first; what was there
    /// before tells. What had been going on has begun anew. Where something else had, or an offer of that moment, the rest led to its end.
    /// Where nothing had, an offer was over at once; anything else began, since some systems say that nothing is the matter all the time.
    pub(super) fn has_ended(&mut self, what: Observed, time_us: i64) -> bool {
        let is_offer = matches!(what, Observed::Ringing | Observed::Dialing);
        let ended = match self.of {
            Some(of) => of != what && (self.by == Observed::Nothing || is_offer),
            None => is_offer,
        };
        if self.time_us != time_us || !ended {
            return false;
        }
        self.of.get_or_insert(what);
        true
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
