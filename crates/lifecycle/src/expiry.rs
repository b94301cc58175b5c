//! Ending what stays open for too long. The fold has no clock, so whoever holds the watermark asks [`overdue`] and
//! appends [`max_age_event`] at the time that it answers, then folds again. The time depends on the facts alone, not on
//! when one asks.

use crate::closing::MAX_AGE_REASON;
use crate::options::micros;
use crate::{Facts, Options};
use events::{CallEvent, CallVerb, ContactOutcome, HandlingEnd, VisitOutcome};

/// The time at which the first open thing of the contact became too old, if the watermark has reached it: a visit or a
/// talk at its beginning plus the channel's maximum age, after-call work at the end of talk plus its cap, a contact with
/// nothing else open at its start plus the maximum age. None: nothing is overdue.
pub fn overdue(facts: &Facts, watermark_us: i64, options: &Options) -> Option<i64> {
    due(facts, options).filter(|due_us| *due_us <= watermark_us)
}

/// The time at which [`overdue`] will answer, for a timer; none: the contact is settled.
pub fn due(facts: &Facts, options: &Options) -> Option<i64> {
    if facts.settled {
        return None;
    }
    let max_age_us = options.max_age_us(facts.contact.channel);
    let waiting = facts.visits.iter().filter(|visit| visit.outcome == VisitOutcome::Open);
    let talking = facts.handlings.iter().filter(|handling| handling.end == HandlingEnd::Open);
    let after = facts.handlings.iter().filter(|handling| handling.ended_us.is_none());
    let after = after.filter_map(|handling| {
        let talk_ended_us = handling.talk_ended_us?;
        Some(match options.acw_cap_ms {
            Some(cap_ms) => talk_ended_us.saturating_add(micros(cap_ms)),
            None => handling.connected_us.saturating_add(max_age_us),
        })
    });
    let began = waiting.map(|visit| visit.entered_us).chain(talking.map(|handling| handling.connected_us));
    let first = began.map(|began_us| began_us.saturating_add(max_age_us)).chain(after).min();
    let alone = (facts.contact.outcome == ContactOutcome::Open).then(|| facts.contact.started_us.saturating_add(max_age_us));
    first.or(alone)
}

/// The event to push for something overdue: a `source_restarted` of reason [`MAX_AGE_REASON`]. It ends only what is too
/// old at that time, and counts neither in the contact's events nor in its end. It names no contact: a push does not ask.
pub fn max_age_event(time_us: i64) -> CallEvent<'static> {
    CallEvent { event_time_us: time_us, verb: CallVerb::SourceRestarted, reason: Some(MAX_AGE_REASON), ..CallEvent::default() }
}
