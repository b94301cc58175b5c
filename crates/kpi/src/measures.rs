//! What each fact contributes to which minute. Definitions of the measures: `schemas/queue_pane.v1.avsc`.
//!
//! A contribution is a function of the fact alone, so a changed fact is taken away as it was and added as it is.

use crate::histogram::Histogram;
use crate::{Pane, minute_start_us};
use events::{Contact, ContactOutcome, Handling, HandlingEnd, QueueCounts, QueueVisit, VisitOutcome};

/// Talk of this length or less is short, ms.
pub const SHORT_TALK_MS: i64 = 10_000;

/// What is configured per queue and enters its panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueSettings {
    /// Threshold of service level 9, ms. The other service levels are read from histograms with any threshold.
    pub threshold_ms: i64,
}

impl Default for QueueSettings {
    /// 20 seconds.
    fn default() -> Self {
        QueueSettings { threshold_ms: 20_000 }
    }
}

/// Where panes are kept.
pub trait PaneSink {
    /// The pane of a queue and minute, empty if there was none.
    fn pane(&mut self, tenant: &str, queue: &str, window_start_us: i64) -> &mut Pane;
}

/// Adds `sign` times (1 or -1) what a queue visit contributes:
///
/// - offered by its entry; blocked instead, if it was refused; lost besides, if its end was never seen;
/// - outcome, wait and missed offers by its leaving, and outcome and wait a second time by its entry (cohort);
/// - service level 9 by its leaving or by entry + threshold, whichever is earlier. A visit that is still open cannot tell
///   which that will be, so it comes in when it has left (until then `queue-now` tells who waits beyond it); a lost one never does.
pub fn add_visit(sink: &mut impl PaneSink, visit: &QueueVisit<'_>, sign: i64, settings: &QueueSettings) {
    let entered = minute_start_us(visit.entered_us);
    let pane = sink.pane(visit.tenant, visit.queue, entered);
    if visit.outcome == VisitOutcome::Blocked {
        pane.counts.blocked += sign;
        return;
    }
    pane.counts.offered += sign;
    pane.counts.offered_transferred_in += sign * i64::from(visit.transferred_in);
    if visit.outcome == VisitOutcome::Lost {
        pane.counts.lost += sign;
    }
    let (Some(outcome), Some(left_us), Some(wait_ms)) = (Outcome::of(visit.outcome), visit.left_us, visit.wait_ms) else { return };
    add_cohort(pane, outcome, wait_ms, sign);

    let left = minute_start_us(left_us);
    let pane = if left == entered { pane } else { sink.pane(visit.tenant, visit.queue, left) };
    pane.wait_sketch.add(wait_ms, sign);
    pane.counts.missed_offers += sign * i64::from(visit.missed_offers);
    add_outcome(pane, outcome, wait_ms, sign);
    if outcome == Outcome::FlowOut {
        add_flow_out_kind(&mut pane.counts, visit.outcome, sign);
    }

    let threshold_us = visit.entered_us.saturating_add(settings.threshold_ms.saturating_mul(1_000));
    let decided = minute_start_us(left_us.min(threshold_us));
    let pane = if decided == left { pane } else { sink.pane(visit.tenant, visit.queue, decided) };
    pane.counts.threshold_base += sign;
    if outcome == Outcome::Answered && wait_ms <= settings.threshold_ms {
        pane.counts.threshold_met += sign;
    }
}

/// Adds `sign` times (1 or -1) what a handling contributes, by its end (after-call work included), to the queue that it
/// came from (the empty name: from none). One that goes on contributes nothing, one whose end was never seen only
/// `handling_lost`, by its connection.
pub fn add_handling(sink: &mut impl PaneSink, handling: &Handling<'_>, sign: i64) {
    let queue = handling.queue.unwrap_or_default();
    if handling.end == HandlingEnd::Lost {
        sink.pane(handling.tenant, queue, minute_start_us(handling.connected_us)).counts.handling_lost += sign;
        return;
    }
    let (Some(ended_us), Some(talk_ms)) = (handling.ended_us, handling.talk_ms) else { return };
    if handling.end == HandlingEnd::Open {
        return;
    }
    let pane = sink.pane(handling.tenant, queue, minute_start_us(ended_us));
    pane.talk_sketch.add(talk_ms, sign);
    let counts = &mut pane.counts;
    counts.handled += sign;
    counts.talk_ms += sign * talk_ms;
    counts.hold_ms += sign * handling.hold_ms;
    match handling.acw_ms {
        Some(acw_ms) => counts.acw_ms += sign * acw_ms,
        None => counts.acw_unknown += sign,
    }
    counts.held += sign * i64::from(handling.holds > 0);
    counts.holds += sign * i64::from(handling.holds);
    counts.short_talk += sign * i64::from(talk_ms <= SHORT_TALK_MS);
    match handling.end {
        HandlingEnd::Agent => counts.ended_by_agent += sign,
        HandlingEnd::Customer => counts.ended_by_customer += sign,
        HandlingEnd::TransferBlind => counts.transferred_blind += sign,
        HandlingEnd::TransferWarm => counts.transferred_warm += sign,
        HandlingEnd::System | HandlingEnd::Unknown | HandlingEnd::Open | HandlingEnd::Lost => {}
    }
}

/// Adds `sign` times (1 or -1) what a contact contributes, by its end: whether it stayed inside the menu. It counts for the
/// queue that it was meant for (the empty name: none).
pub fn add_contact(sink: &mut impl PaneSink, contact: &Contact<'_>, sign: i64) {
    let Some(ended_us) = contact.ended_us else { return };
    let in_menu = matches!(contact.outcome, ContactOutcome::IvrAbandoned | ContactOutcome::SelfServed);
    if !in_menu {
        return;
    }
    let pane = sink.pane(contact.tenant, contact.queue.unwrap_or_default(), minute_start_us(ended_us));
    if contact.outcome == ContactOutcome::SelfServed {
        pane.counts.self_served += sign;
    } else {
        pane.counts.ivr_abandoned += sign;
    }
}

/// The three outcomes that have a wait.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Answered,
    Abandoned,
    FlowOut,
}

impl Outcome {
    fn of(outcome: VisitOutcome) -> Option<Self> {
        match outcome {
            VisitOutcome::Answered => Some(Outcome::Answered),
            VisitOutcome::Abandoned => Some(Outcome::Abandoned),
            _ => outcome.is_flow_out().then_some(Outcome::FlowOut),
        }
    }
}

fn add_cohort(pane: &mut Pane, outcome: Outcome, wait_ms: i64, sign: i64) {
    let counts = &mut pane.counts;
    let histogram = match outcome {
        Outcome::Answered => {
            counts.cohort_answered += sign;
            counts.cohort_wait_answered_ms += sign * wait_ms;
            Histogram::CohortAnswered
        }
        Outcome::Abandoned => {
            counts.cohort_abandoned += sign;
            Histogram::CohortAbandoned
        }
        Outcome::FlowOut => {
            counts.cohort_flow_out += sign;
            Histogram::CohortFlowOut
        }
    };
    pane.histograms.add(histogram, wait_ms, sign);
}

fn add_outcome(pane: &mut Pane, outcome: Outcome, wait_ms: i64, sign: i64) {
    let counts = &mut pane.counts;
    let (count, sum_ms, histogram) = match outcome {
        Outcome::Answered => (&mut counts.answered, &mut counts.wait_answered_ms, Histogram::WaitAnswered),
        Outcome::Abandoned => (&mut counts.abandoned, &mut counts.wait_abandoned_ms, Histogram::WaitAbandoned),
        Outcome::FlowOut => (&mut counts.flow_out, &mut counts.wait_flow_out_ms, Histogram::WaitFlowOut),
    };
    *count += sign;
    *sum_ms += sign * wait_ms;
    pane.histograms.add(histogram, wait_ms, sign);
}

fn add_flow_out_kind(counts: &mut QueueCounts, outcome: VisitOutcome, sign: i64) {
    let kind = match outcome {
        VisitOutcome::Timeout => &mut counts.flow_out_timeout,
        VisitOutcome::Key => &mut counts.flow_out_key,
        VisitOutcome::Empty => &mut counts.flow_out_empty,
        VisitOutcome::Withdrawn => &mut counts.flow_out_withdrawn,
        VisitOutcome::Callback => &mut counts.flow_out_callback,
        VisitOutcome::Overflow => &mut counts.flow_out_overflow,
        VisitOutcome::SystemError => &mut counts.flow_out_system_error,
        VisitOutcome::Open | VisitOutcome::Answered | VisitOutcome::Abandoned | VisitOutcome::Blocked | VisitOutcome::Lost => return,
    };
    *kind += sign;
}
