//! Random facts, and panes kept per queue and minute.
#![allow(dead_code, reason = "each test uses a part")]

use events::{Channel, Contact, ContactOutcome, Direction, Handling, HandlingEnd, QueueVisit, VisitOutcome};
use kpi::{MINUTE_US, Pane, PaneSink, QueueSettings};
use proptest::prelude::*;
use std::collections::BTreeMap;

pub(crate) const QUEUES: [&str; 2] = ["sales", "help"];
pub(crate) const SETTINGS: QueueSettings = QueueSettings { threshold_ms: 30_000 };

/// Panes by queue and start of the minute.
#[derive(Clone, Debug, Default)]
pub(crate) struct Panes(pub(crate) BTreeMap<(String, i64), Pane>);

impl PaneSink for Panes {
    fn pane(&mut self, _tenant: &str, queue: &str, window_start_us: i64) -> &mut Pane {
        assert_eq!(window_start_us % MINUTE_US, 0, "panes start at whole minutes");
        self.0.entry((queue.to_owned(), window_start_us)).or_default()
    }
}

impl Panes {
    /// The panes of one queue.
    pub(crate) fn queue(&self, queue: &str) -> BTreeMap<i64, Pane> {
        self.0.iter().filter(|((name, _), _)| name == queue).map(|((_, start_us), pane)| (*start_us, pane.clone())).collect()
    }

    /// Without panes that are zero.
    pub(crate) fn compact(mut self) -> BTreeMap<(String, i64), Pane> {
        self.0.retain(|_, pane| !pane.is_zero());
        self.0
    }

    pub(crate) fn add(&mut self, fact: &Fact, sign: i64) {
        match fact {
            Fact::Visit(visit) => kpi::add_visit(self, visit, sign, &SETTINGS),
            Fact::Handling(handling) => kpi::add_handling(self, handling, sign),
            Fact::Contact(contact) => kpi::add_contact(self, contact, sign),
        }
    }

    pub(crate) fn of(facts: &[Fact]) -> Self {
        let mut panes = Panes::default();
        facts.iter().for_each(|fact| panes.add(fact, 1));
        panes
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Fact {
    Visit(QueueVisit<'static>),
    Handling(Handling<'static>),
    Contact(Contact<'static>),
}

/// Waits around the edges and everywhere else.
fn wait_ms() -> impl Strategy<Value = i64> {
    let edge = (prop::sample::select(kpi::WAIT_EDGES_S.to_vec()), -1..=1i64).prop_map(|(edge_s, off)| edge_s * 1_000 + off);
    prop_oneof![edge, 0..2_000i64, 0..1_200_000i64]
}

pub(crate) fn visit() -> impl Strategy<Value = Fact> {
    use VisitOutcome::*;
    let outcomes = vec![Open, Answered, Abandoned, Timeout, Key, Empty, Withdrawn, Callback, Overflow, SystemError, Blocked, Lost];
    let outcome = prop_oneof![prop::sample::select(outcomes), Just(Answered), Just(Abandoned)];
    let entered_us = prop_oneof![0..40 * MINUTE_US, (0..40i64).prop_map(|minute| minute * MINUTE_US)];
    (0..QUEUES.len(), entered_us, wait_ms(), outcome, any::<bool>(), 0..3i32).prop_map(
        |(queue, entered_us, wait_ms, outcome, transferred_in, missed_offers)| {
            let ended = !matches!(outcome, Open | Blocked | Lost);
            Fact::Visit(QueueVisit {
                tenant: "acme",
                contact_id: "pbx/1",
                visit_number: 1,
                source: "pbx",
                queue: QUEUES[queue],
                channel: Channel::Voice,
                direction: Direction::Inbound,
                customer: None,
                entered_us,
                left_us: if outcome == Blocked { Some(entered_us) } else { ended.then_some(entered_us + wait_ms * 1_000) },
                wait_ms: ended.then_some(wait_ms),
                outcome,
                reason: None,
                agent: None,
                transferred_in,
                missed_offers,
                inferred: 0,
            })
        },
    )
}

pub(crate) fn handling() -> impl Strategy<Value = Fact> {
    use HandlingEnd::*;
    let end = prop::sample::select(vec![Open, Agent, Customer, System, TransferBlind, TransferWarm, Unknown, Lost]);
    let talk_ms = prop_oneof![9_999..=10_001i64, 0..900_000i64];
    let acw_ms = prop::option::of(0..120_000i64);
    (prop::option::of(0..QUEUES.len()), 0..40 * MINUTE_US, talk_ms, 0..3i32, acw_ms, end).prop_map(
        |(queue, connected_us, talk_ms, holds, acw_ms, end)| {
            let hold_ms = i64::from(holds) * 7_000;
            let ended = !matches!(end, Open | Lost);
            let talk_ended_us = connected_us + (talk_ms + hold_ms) * 1_000;
            Fact::Handling(Handling {
                tenant: "acme",
                contact_id: "pbx/1",
                handling_number: 1,
                visit_number: None,
                source: "pbx",
                queue: queue.map(|queue| QUEUES[queue]),
                agent: "ann",
                channel: Channel::Voice,
                direction: Direction::Inbound,
                connected_us,
                talk_ended_us: ended.then_some(talk_ended_us),
                ended_us: ended.then_some(talk_ended_us + acw_ms.unwrap_or(0) * 1_000),
                talk_ms: ended.then_some(talk_ms),
                hold_ms,
                holds,
                longest_hold_ms: hold_ms.min(7_000),
                acw_ms: acw_ms.filter(|_| ended),
                end,
                transfer_target: None,
                inferred: 0,
            })
        },
    )
}

pub(crate) fn contact() -> impl Strategy<Value = Fact> {
    use ContactOutcome::*;
    let outcome = prop::sample::select(vec![Open, Handled, Abandoned, FlowOut, Blocked, IvrAbandoned, SelfServed, Excluded, Lost]);
    (prop::option::of(0..QUEUES.len()), 0..40 * MINUTE_US, outcome).prop_map(|(queue, ended_us, outcome)| {
        Fact::Contact(Contact {
            tenant: "acme",
            contact_id: "pbx/1",
            source: "pbx",
            channel: Channel::Voice,
            direction: Direction::Inbound,
            customer: None,
            dnis: None,
            queue: queue.map(|queue| QUEUES[queue]),
            started_us: ended_us - 5,
            ended_us: (outcome != Open).then_some(ended_us),
            outcome,
            disposition: None,
            visits: 0,
            handlings: 0,
            transfers: 0,
            events: 1,
            inferred: 0,
        })
    })
}

pub(crate) fn fact() -> impl Strategy<Value = Fact> {
    prop_oneof![4 => visit(), 3 => handling(), 1 => contact()]
}

pub(crate) fn facts(most: usize) -> impl Strategy<Value = Vec<Fact>> {
    prop::collection::vec(fact(), 0..most)
}
