//! Visits, handlings, contacts and agents' spans, row by row.

use super::super::files::{Cell, Held, Portion};
use crate::activity::{Activity, ActivitySpan};
use crate::contact::{Contact, ContactOutcome};
use crate::truth::Truth;
use crate::visit::{Ended, Outcome, Visit};

/// Rows that wait for those before them.
#[derive(Debug)]
pub(super) struct Facts {
    site: String,
    visits: Held,
    handlings: Held,
    contacts: Held,
    spans: Held,
}

impl Facts {
    pub(super) fn new(site: &str, portion: &mut Portion) -> Self {
        let mut header = |file: &str, columns: &str| portion.line(&format!("truth/{site}/{file}.csv"), format_args!("{columns}"));
        header("visits", "entered_s,contact_id,visit_number,queue,agent,wait_ms,outcome,missed_offers");
        header("handlings", "connected_s,contact_id,queue,agent,ended_s,talk_ms,hold_ms,acw_ms,end");
        header("contacts", "started_s,contact_id,ended_s,queue,outcome,visits,known_customer");
        header("spans", "from_ms,agent,until_ms,activity,reason");
        let held = Held::default;
        Self { site: site.to_owned(), visits: held(), handlings: held(), contacts: held(), spans: held() }
    }

    pub(super) fn take(&mut self, truth: &Truth, start_s: i64, last: bool, portion: &mut Portion) {
        truth.visits().iter().for_each(|visit| self.visit(visit));
        truth.contacts().iter().for_each(|contact| self.contact(contact));
        truth.activities().iter().for_each(|span| self.span(span));
        let all = |bound_s: i64| if last { i64::MAX } else { bound_s };
        let entered_s = all(truth.visits().last().map_or(i64::MIN, |visit| visit.entered_s));
        let arrived_s = all(truth.contacts().last().map_or(i64::MIN, |contact| contact.arrived_s));
        let file = |name: &str| format!("truth/{}/{name}.csv", self.site);
        self.visits.release(entered_s, &file("visits"), portion);
        // An agent answers after the entry.
        self.handlings.release(entered_s, &file("handlings"), portion);
        self.contacts.release(arrived_s, &file("contacts"), portion);
        // Nobody does the same thing for a whole day.
        self.spans.release(all(start_s * 1_000), &file("spans"), portion);
    }

    fn visit(&mut self, visit: &Visit) {
        let contact = format!("{}/{}", self.site, visit.call);
        let wait_ms = (!visit.outcome.is_blocked()).then_some(visit.wait_s * 1_000);
        let row = format!(
            "{},{contact},{},{},{},{},{},{}",
            visit.entered_s,
            visit.of_call,
            visit.queue,
            Cell(visit.agent.as_deref()),
            Cell(wait_ms),
            outcome(visit.outcome),
            visit.missed_rings
        );
        self.visits.hold(visit.entered_s, format!("{contact} {:03}", visit.of_call), row);
        let (Some(ended), Some(handled_s), Some(agent)) = (visit.ended, visit.handled_s(), visit.agent.as_deref()) else { return };
        let connected_s = visit.entered_s + visit.wait_s;
        let (talk_ms, hold_ms) = ((visit.talk_s - visit.hold_s) * 1_000, visit.hold_s * 1_000);
        let acw_ms = visit.wrapup_s.map(|wrapup_s| wrapup_s * 1_000);
        let row =
            format!("{connected_s},{contact},{},{agent},{handled_s},{talk_ms},{hold_ms},{},{}", visit.queue, Cell(acw_ms), end(ended));
        self.handlings.hold(connected_s, contact, row);
    }

    fn contact(&mut self, contact: &Contact) {
        let id = format!("{}/{}", self.site, contact.call);
        let outcome = match contact.outcome {
            ContactOutcome::Handled => "handled",
            ContactOutcome::Abandoned => "abandoned",
            ContactOutcome::FlowOut => "flow_out",
            ContactOutcome::Blocked => "blocked",
        };
        let known = u8::from(contact.caller.is_some());
        let (started_s, ended_s) = (contact.started_s, contact.ended_s);
        let row = format!("{started_s},{id},{ended_s},{},{outcome},{},{known}", contact.queue, contact.visits);
        self.contacts.hold(started_s, id, row);
    }

    fn span(&mut self, span: &ActivitySpan) {
        let reason = if let Activity::Paused(reason) = span.activity { reason } else { "" };
        let row = format!("{},{},{},{},{reason}", span.from_ms, span.agent, Cell(span.until_ms), activity(span.activity));
        self.spans.hold(span.from_ms, span.agent.to_string(), row);
    }
}

/// The word that facts have for an activity.
pub(super) fn activity(activity: Activity) -> &'static str {
    match activity {
        Activity::Available => "available",
        Activity::Ringing => "ringing",
        Activity::Contact => "contact",
        Activity::AfterCall => "acw",
        Activity::NotResponding => "not_responding",
        Activity::Paused("Break" | "BREAK") => "pause_break",
        Activity::Paused("Lunch" | "MEAL") => "pause_meal",
        Activity::Paused("Training" | "TRAINING") => "pause_training",
        Activity::Paused(_) => "pause_unspecified",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Open => "open",
        Outcome::Answered => "answered",
        Outcome::Abandoned => "abandoned",
        Outcome::TimedOut => "timeout",
        Outcome::PressedKey => "key",
        Outcome::FoundEmpty => "empty",
        Outcome::Overflowed => "overflow",
        Outcome::Withdrawn => "withdrawn",
        Outcome::RefusedFull | Outcome::RefusedEmpty => "blocked",
    }
}

fn end(ended: Ended) -> &'static str {
    match ended {
        Ended::ByAgent => "agent",
        Ended::ByCaller => "customer",
        Ended::BlindTransfer => "transfer_blind",
        Ended::WarmTransfer => "transfer_warm",
    }
}
