//! A day of contacts from a number: facts, and panes computed from them by the `kpi` crate, as messages.

use events::{Change, Channel, Contact, ContactOutcome, Direction, Handling, HandlingEnd, QueueVisit, VisitOutcome, codec};
use kpi::{Pane, PaneSink, QueueSettings};
use std::collections::BTreeMap;

/// 2024-03-01 09:00 UTC.
pub const START_US: i64 = 1_709_283_600_000_000;
/// Threshold of the queue "billing", ms; others have 20 s.
pub const BILLING_THRESHOLD_MS: i64 = 30_000;

const QUEUES: [&str; 3] = ["billing", "sales", "it's \\ odd"];

/// A linear congruential generator: the same facts for the same number, everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 20) as i64) % bound
    }
}

/// Facts of a small centre.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub visits: Vec<QueueVisit<'static>>,
    pub handlings: Vec<Handling<'static>>,
    pub contacts: Vec<Contact<'static>>,
}

fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

impl Facts {
    /// `count` contacts over four hours.
    pub fn new(seed: u64, count: i64) -> Self {
        let mut numbers = Numbers(seed);
        let mut facts = Facts::default();
        for number in 0..count {
            facts.add_contact(&mut numbers, number);
        }
        facts
    }

    fn add_contact(&mut self, numbers: &mut Numbers, number: i64) {
        let contact_id = leaked(format!("pbx/{number}"));
        let queue = QUEUES[numbers.below(3) as usize];
        let entered_us = START_US + numbers.below(4 * 3_600_000_000);
        let wait_ms = [numbers.below(64), numbers.below(30_000), 20_000, numbers.below(900_000)][numbers.below(4) as usize];
        use VisitOutcome::*;
        let outcomes = [
            Answered,
            Answered,
            Answered,
            Answered,
            Abandoned,
            Abandoned,
            Timeout,
            Key,
            Empty,
            Withdrawn,
            Callback,
            Overflow,
            SystemError,
            Blocked,
            Lost,
            Open,
        ];
        let outcome = outcomes[numbers.below(16) as usize];
        let left = !matches!(outcome, Blocked | Lost | Open);
        let left_us = left.then_some(entered_us + wait_ms * 1_000);
        self.visits.push(QueueVisit {
            tenant: "acme",
            contact_id,
            visit_number: 1,
            source: "pbx",
            queue,
            channel: Channel::Voice,
            direction: Direction::Inbound,
            customer: (numbers.below(3) > 0).then(|| leaked(format!("k1:{}", numbers.below(count_of_customers())))),
            entered_us,
            left_us,
            wait_ms: left.then_some(wait_ms),
            outcome,
            reason: None,
            agent: (outcome == Answered).then_some("agent"),
            transferred_in: numbers.below(5) == 0,
            missed_offers: numbers.below(3) as i32,
            inferred: 0,
        });
        if outcome == Answered {
            self.add_handling(numbers, contact_id, queue, entered_us + wait_ms * 1_000);
        }
        let contact_outcome = match numbers.below(10) {
            0 => ContactOutcome::IvrAbandoned,
            1 => ContactOutcome::SelfServed,
            _ => ContactOutcome::Handled,
        };
        self.contacts.push(Contact {
            tenant: "acme",
            contact_id,
            source: "pbx",
            channel: Channel::Voice,
            direction: Direction::Inbound,
            customer: None,
            dnis: Some("100"),
            queue: (numbers.below(4) > 0).then_some(queue),
            started_us: entered_us - 5_000_000,
            ended_us: (numbers.below(9) > 0).then_some(entered_us + 1_000_000_000),
            outcome: contact_outcome,
            disposition: None,
            visits: 1,
            handlings: i32::from(outcome == Answered),
            transfers: 0,
            events: 4,
            inferred: 0,
        });
    }

    fn add_handling(&mut self, numbers: &mut Numbers, contact_id: &'static str, queue: &'static str, connected_us: i64) {
        use HandlingEnd::*;
        let end = [Agent, Customer, System, TransferBlind, TransferWarm, Unknown, Lost, Open][numbers.below(8) as usize];
        let talk_ms = [numbers.below(64), 10_000, numbers.below(1_000_000)][numbers.below(3) as usize];
        let open = end == Open;
        let holds = numbers.below(3) as i32;
        self.handlings.push(Handling {
            tenant: "acme",
            contact_id,
            handling_number: 1,
            visit_number: Some(1),
            source: "pbx",
            queue: (numbers.below(8) > 0).then_some(queue),
            agent: "agent",
            channel: Channel::Voice,
            direction: Direction::Inbound,
            connected_us,
            talk_ended_us: (!open).then_some(connected_us + talk_ms * 1_000),
            ended_us: (!open).then_some(connected_us + talk_ms * 1_000 + 7_000_000),
            talk_ms: (!open).then_some(talk_ms),
            hold_ms: i64::from(holds) * 1_500,
            holds,
            longest_hold_ms: 1_500,
            acw_ms: (numbers.below(3) > 0).then_some(7_000),
            end,
            transfer_target: None,
            inferred: 0,
        });
    }

    /// Messages of the facts, each for the first time; partition by contact.
    pub fn messages(&self) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        for (version, visit) in (0..).zip(&self.visits) {
            all.push(encoded(&Change {
                partition: (version % 3) as i32,
                generation: 0,
                version,
                before: None,
                after: Some(visit.clone()),
            }));
        }
        for (version, handling) in (0..).zip(&self.handlings) {
            all.push(encoded(&Change { partition: 0, generation: 0, version, before: None, after: Some(handling.clone()) }));
        }
        for (version, contact) in (0..).zip(&self.contacts) {
            all.push(encoded(&Change { partition: 0, generation: 0, version, before: None, after: Some(contact.clone()) }));
        }
        all
    }

    /// Their panes over `partitions` partitions, as the aggregator would write them.
    pub fn panes(&self, partitions: usize) -> Vec<Vec<u8>> {
        let mut sinks: Vec<Panes> = (0..partitions).map(|_| Panes::default()).collect();
        let mut next = (0..partitions).cycle();
        let mut sink = |sinks: &mut Vec<Panes>, add: &dyn Fn(&mut Panes)| add(&mut sinks[next.next().expect("endless")]);
        for visit in &self.visits {
            let threshold_ms = if visit.queue == "billing" { BILLING_THRESHOLD_MS } else { 20_000 };
            sink(&mut sinks, &|panes| kpi::add_visit(panes, visit, 1, &QueueSettings { threshold_ms }));
        }
        for handling in &self.handlings {
            sink(&mut sinks, &|panes| kpi::add_handling(panes, handling, 1));
        }
        for contact in &self.contacts {
            sink(&mut sinks, &|panes| kpi::add_contact(panes, contact, 1));
        }
        let mut all = Vec::new();
        for (partition, panes) in (0..).zip(&sinks) {
            for ((tenant, queue, window_start_us), pane) in &panes.0 {
                let mut message = pane.to_message(tenant, queue, *window_start_us);
                (message.partition, message.layout, message.version) = (partition, partitions as i32, 9);
                all.push(encoded(&message));
            }
        }
        all
    }
}

fn count_of_customers() -> i64 {
    40
}

/// Panes by tenant, queue and minute.
#[derive(Clone, Debug, Default)]
pub struct Panes(pub BTreeMap<(String, String, i64), Pane>);

impl PaneSink for Panes {
    fn pane(&mut self, tenant: &str, queue: &str, window_start_us: i64) -> &mut Pane {
        self.0.entry((tenant.to_owned(), queue.to_owned(), window_start_us)).or_default()
    }
}

/// A message in the newest version of its schema.
pub fn encoded<T: codec::Message>(message: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    codec::Encoder::default().encode(message, &mut bytes).expect("it fits its schema");
    bytes
}
