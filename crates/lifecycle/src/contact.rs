//! Step five: numbers for visits and handlings, and the contact as a whole.

use crate::closing::ClosingKind;
use crate::event::Event;
use crate::fold::{Draft, Facts};
use events::{CallVerb, Contact, ContactOutcome, HandlingEnd, VisitOutcome};

/// What the events say of the contact itself; restarts are not among them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Journey<'a> {
    events: i32,
    first_us: Option<i64>,
    last_us: Option<i64>,
    excluded: bool,
    in_menu: bool,
    menu_queue: Option<&'a str>,
    menu_left: Option<(i64, Option<&'a str>)>,
    disposition: Option<&'a str>,
    /// The last disconnection that ended no handling.
    pub(crate) hung_up_us: Option<i64>,
    closed_us: Option<i64>,
}

impl<'a> Journey<'a> {
    /// Notes an event; events come in order.
    #[inline]
    pub(crate) fn saw(&mut self, event: &Event<'a>) {
        self.events += 1;
        self.first_us = self.first_us.or(Some(event.time_us));
        self.last_us = Some(event.time_us);
        match event.verb {
            CallVerb::IvrEntered => self.in_menu = true,
            CallVerb::IvrExited => {
                self.in_menu = false;
                self.menu_left = Some((event.time_us, event.reason));
                self.menu_queue = self.menu_queue.or(event.queue);
            }
            CallVerb::DispositionSet => self.disposition = event.reason.or(self.disposition),
            CallVerb::ContactExcluded => self.excluded = true,
            CallVerb::ContactClosed => self.closed_us = Some(event.time_us),
            _ => {}
        }
    }

    /// When the contact ended by itself in the menu, or by a disconnection that ended nothing else.
    fn ended_us(&self) -> Option<i64> {
        let menu = self.menu_left.filter(|(_, reason)| matches!(reason, Some("self_served" | "hangup"))).map(|(time_us, _)| time_us);
        menu.max(self.hung_up_us).max(self.closed_us)
    }
}

/// Numbers visits by (entry, queue) and handlings by connection, and marks visits that an agent had sent on.
pub(crate) fn number(draft: &mut Draft) {
    for (at, visit) in draft.visits.iter_mut().enumerate() {
        visit.visit_number = at as i32;
    }
    if !draft.visits.is_sorted_by_key(|visit| (visit.entered_us, visit.queue)) {
        draft.visits.sort_by_key(|visit| (visit.entered_us, visit.queue));
    }
    draft.order.clear();
    draft.order.resize(draft.visits.len(), 0);
    for (at, visit) in draft.visits.iter_mut().enumerate() {
        if let Some(number) = draft.order.get_mut(visit.visit_number as usize) {
            *number = at as u32 + 1;
        }
        visit.visit_number = at as i32 + 1;
    }
    if !draft.handlings.is_sorted_by_key(|handling| handling.connected_us) {
        draft.handlings.sort_by_key(|handling| handling.connected_us);
    }
    for (at, handling) in draft.handlings.iter_mut().enumerate() {
        handling.handling_number = at as i32 + 1;
        handling.visit_number = handling.visit_number.and_then(|at| draft.order.get(at as usize)).map(|number| *number as i32);
    }
    let first_connected_us = draft.handlings.first().map(|handling| handling.connected_us);
    for visit in &mut draft.visits {
        visit.transferred_in = first_connected_us.is_some_and(|connected_us| connected_us < visit.entered_us);
    }
}

/// The finished facts.
pub(crate) fn facts<'a>(mut draft: Draft<'a, '_>) -> Facts<'a> {
    if draft.journey.excluded {
        draft.visits.clear();
        draft.handlings.clear();
    }
    let (about, journey) = (draft.about, draft.journey);
    let outcome = outcome(&draft);
    let acw_open = draft.handlings.iter().any(|handling| handling.talk_ended_us.is_some() && handling.ended_us.is_none());
    let transfers = draft.handlings.iter().filter(|one| matches!(one.end, HandlingEnd::TransferBlind | HandlingEnd::TransferWarm)).count();
    let bits = draft.visits.iter().map(|visit| visit.inferred).chain(draft.handlings.iter().map(|handling| handling.inferred));
    let queue = draft.visits.first().map(|visit| visit.queue).or(journey.menu_queue);
    let contact = Contact {
        tenant: about.tenant,
        contact_id: about.contact_id,
        source: about.source,
        channel: about.channel,
        direction: about.direction,
        customer: about.customer,
        dnis: about.dnis,
        queue: queue.or_else(|| draft.handlings.first().and_then(|handling| handling.queue)),
        started_us: started_us(&draft).unwrap_or_default(),
        ended_us: if outcome == ContactOutcome::Open { None } else { ended_us(&draft) },
        outcome,
        disposition: journey.disposition,
        visits: draft.visits.len() as i32,
        handlings: draft.handlings.len() as i32,
        transfers: transfers as i32,
        events: journey.events,
        inferred: bits.fold(0, |all, bits| all | bits),
    };
    Facts { visits: draft.visits, handlings: draft.handlings, contact, settled: outcome != ContactOutcome::Open && !acw_open }
}

/// The first event, or an entry or connection that was inferred to lie before it. None: no event but restarts.
fn started_us(draft: &Draft) -> Option<i64> {
    let entered = draft.visits.first().map(|visit| visit.entered_us);
    let connected = draft.handlings.first().map(|handling| handling.connected_us);
    entered.into_iter().chain(connected).chain(draft.journey.first_us).min()
}

/// The customer's journey ends with the last stay, talk or stop in the menu; after-call work is the agent's. Where none
/// of them is known (lost, excluded), with the last event.
fn ended_us(draft: &Draft) -> Option<i64> {
    let left = draft.visits.iter().filter_map(|visit| visit.left_us);
    let talked = draft.handlings.iter().filter_map(|handling| handling.talk_ended_us);
    left.chain(talked).chain(draft.journey.ended_us()).max().or(draft.journey.last_us)
}

/// What became of the contact: what is open first, then the best that happened to it.
fn outcome(draft: &Draft) -> ContactOutcome {
    let visit = |wanted: VisitOutcome| draft.visits.iter().any(|visit| visit.outcome == wanted);
    let handling = |wanted: HandlingEnd| draft.handlings.iter().any(|handling| handling.end == wanted);
    let journey = &draft.journey;
    if journey.excluded {
        ContactOutcome::Excluded
    } else if visit(VisitOutcome::Open) || handling(HandlingEnd::Open) {
        ContactOutcome::Open
    } else if draft.handlings.iter().any(|handling| handling.end != HandlingEnd::Lost) {
        ContactOutcome::Handled
    } else if visit(VisitOutcome::Abandoned) {
        ContactOutcome::Abandoned
    } else if visit(VisitOutcome::Lost) || handling(HandlingEnd::Lost) {
        ContactOutcome::Lost
    } else if draft.visits.iter().any(|visit| visit.outcome.is_flow_out()) {
        ContactOutcome::FlowOut
    } else if visit(VisitOutcome::Answered) {
        // Left as answered, and the connection is not here yet.
        without_visits(draft)
    } else if visit(VisitOutcome::Blocked) {
        ContactOutcome::Blocked
    } else {
        without_visits(draft)
    }
}

/// No queue and no agent: what the menu says, else a hang-up before anything, else nothing yet.
fn without_visits(draft: &Draft) -> ContactOutcome {
    let journey = &draft.journey;
    let reason = journey.menu_left.filter(|_| !journey.in_menu).and_then(|(_, reason)| reason);
    let max_age_us = draft.options.max_age_us(draft.about.channel);
    let lost = started_us(draft).is_none_or(|started_us| {
        draft.closings.iter().any(|closing| match closing.kind {
            ClosingKind::Restart => closing.time_us > started_us,
            ClosingKind::MaxAge => closing.time_us >= started_us.saturating_add(max_age_us),
            _ => false,
        })
    });
    match reason {
        Some("self_served") => ContactOutcome::SelfServed,
        Some("hangup") => ContactOutcome::IvrAbandoned,
        _ if journey.hung_up_us.is_some() || journey.closed_us.is_some() => ContactOutcome::IvrAbandoned,
        _ if lost => ContactOutcome::Lost,
        _ => ContactOutcome::Open,
    }
}
