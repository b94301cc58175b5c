//! A vendor's lines through the product's own adapter and folds, written as rows that can be compared with the simulation's facts.
#![allow(dead_code, reason = "every test file uses its own part")]

use events::{AgentEvent, CallEvent, HandlingEnd, Observation, VisitOutcome};
use ingester::{Adapter, EventSink, RawRecord};
use lifecycle::activity::{Activity, ActivityOptions, AgentItems, Declared, Work, spans};
use lifecycle::{ContactEvents, Inferred, NameTable, Options, Pushed, Scratch, fold};
use simulator::vendors::{Facts, HandlingFact, Vendor, VendorActivity, VisitFact};
use simulator::{Scenario, Simulation, simulate};
use std::collections::BTreeMap;

/// 2026-11-25, 12:00 UTC, when the centres of the presets are at work.
pub(crate) const END_US: i64 = 1_795_608_000_000_000;

/// A small centre with more to do than it can, so that everything happens; it ends in the middle of the day, with open calls and
/// open pauses.
pub(crate) fn small(seed: u64) -> (Scenario, Simulation) {
    let mut scenario = Scenario::preset("small", seed, END_US).unwrap();
    for queue in &mut scenario.queues {
        queue.calls_per_day *= 1.6;
        queue.ring_no_answer_share = 0.08;
        queue.timeout_s = queue.timeout_s.map(|timeout_s| timeout_s.min(75));
    }
    let simulation = simulate(&scenario).unwrap();
    (scenario, simulation)
}

/// Facts as sorted rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) visits: Vec<String>,
    pub(crate) handlings: Vec<String>,
    pub(crate) activities: Vec<String>,
}

impl Rows {
    /// The rows of what the simulation knows.
    pub(crate) fn expected(facts: &Facts) -> Self {
        let activity = |fact: &simulator::vendors::ActivityFact| {
            let what = match fact.activity {
                VendorActivity::Contact => "contact".to_owned(),
                VendorActivity::AfterCallWork => "acw".to_owned(),
                VendorActivity::Ringing => "ringing".to_owned(),
                VendorActivity::Available => "available".to_owned(),
                VendorActivity::Paused(reason) => format!("paused {reason}"),
            };
            format!("{} {} {:?} {what}", fact.agent, fact.from_us, fact.until_us)
        };
        Rows {
            visits: facts.visits.iter().map(|visit| format!("{visit:?}")).collect(),
            handlings: facts.handlings.iter().map(|handling| format!("{handling:?}")).collect(),
            activities: facts.activities.iter().map(activity).collect(),
        }
        .sorted()
    }

    /// Only what is known of contacts.
    pub(crate) fn without_activities(&self) -> Self {
        Rows { visits: self.visits.clone(), handlings: self.handlings.clone(), activities: Vec::new() }
    }

    /// With ringing as a part of waiting: where stamps are whole seconds and the order is lost, two rings of one second cannot be told apart.
    pub(crate) fn without_ringing(&self) -> Self {
        let mut stretches: Vec<(String, i64, String, String)> = Vec::new();
        let mut rows: Vec<(String, i64, String, String)> = self.activities.iter().map(|row| stretch(row)).collect();
        rows.sort();
        for (agent, from_us, until, what) in rows {
            let what = if what == "ringing" { "available".to_owned() } else { what };
            match stretches.last_mut() {
                Some(last) if last.0 == agent && last.2 == format!("Some({from_us})") && last.3 == what && what == "available" => {
                    last.2 = until
                }
                _ => stretches.push((agent, from_us, until, what)),
            }
        }
        let activities = stretches.into_iter().map(|(agent, from_us, until, what)| format!("{agent} {from_us} {until} {what}")).collect();
        Rows { activities, ..self.without_activities() }.sorted()
    }

    fn sorted(mut self) -> Self {
        self.visits.sort();
        self.handlings.sort();
        self.activities.sort();
        self
    }

    /// Fails with the first rows that only one side has.
    pub(crate) fn assert_same(&self, found: &Rows) {
        for (what, expected, found) in [
            ("visits", &self.visits, &found.visits),
            ("handlings", &self.handlings, &found.handlings),
            ("activities", &self.activities, &found.activities),
        ] {
            let missing: Vec<&String> = expected.iter().filter(|row| found.binary_search(row).is_err()).collect();
            let unexpected: Vec<&String> = found.iter().filter(|row| expected.binary_search(row).is_err()).collect();
            assert!(
                expected == found,
                "{what}: {} expected, {} found\nmissing {}: {:#?}\nunexpected {}: {:#?}",
                expected.len(),
                found.len(),
                missing.len(),
                &missing[..missing.len().min(6)],
                unexpected.len(),
                &unexpected[..unexpected.len().min(6)]
            );
        }
    }
}

/// Agent, begin, end and what it was, of a row.
fn stretch(row: &str) -> (String, i64, String, String) {
    let mut words = row.splitn(4, ' ').map(str::to_owned);
    let mut word = || words.next().unwrap();
    (word(), word().parse().unwrap(), word(), word())
}

/// Everything that the adapter made of some lines.
pub(crate) struct Read {
    contacts: BTreeMap<String, ContactEvents>,
    names: NameTable,
    agents: BTreeMap<String, AgentItems>,
    pub(crate) notes: BTreeMap<&'static str, u64>,
    pub(crate) refused: BTreeMap<&'static str, u64>,
    /// All texts that left the adapter, for what must not.
    pub(crate) everything: String,
}

impl EventSink for Read {
    fn call(&mut self, event: &CallEvent<'_>) {
        if let Some(rang) = ingester::rang(event) {
            self.agent(&rang);
        }
        self.everything.push_str(&format!("{event:?}\n"));
        if let Some(contact) = self.contacts.get_mut(event.contact_id) {
            assert_eq!(contact.push(event, &mut self.names), Pushed::Appended);
        } else {
            self.contacts.insert(event.contact_id.to_owned(), ContactEvents::new(event, &mut self.names));
        }
    }
    fn agent(&mut self, event: &AgentEvent<'_>) {
        self.everything.push_str(&format!("{event:?}\n"));
        self.agents.entry(event.agent.to_owned()).or_default().push_declared(Declared {
            time_us: event.event_time_us,
            sequence: event.sequence,
            verb: event.verb,
            queue: event.queue.map(Into::into),
            reason: event.reason.map(Into::into),
            duration_ms: event.duration_ms,
            source: event.source.into(),
            event_id: event.event_id.into(),
        });
    }
    fn broadcast(&mut self, event: &CallEvent<'_>) {
        panic!("a broadcast: {event:?}");
    }
    fn observation(&mut self, observation: &Observation<'_>) {
        panic!("an observation: {observation:?}");
    }
    fn note(&mut self, what: &'static str) {
        *self.notes.entry(what).or_default() += 1;
    }
}

/// Reads lines as a source of the vendor's kind.
pub(crate) fn read<'l>(vendor: Vendor, lines: impl IntoIterator<Item = &'l str>) -> Read {
    let kind = match vendor {
        Vendor::AmazonConnect => "amazon_connect",
        Vendor::GenesysCloud => "genesys_cloud",
    };
    let limits = serde_json::json!({ "record_bytes": 65_536 });
    let config = serde_json::json!({ "name": "site", "kind": kind, "pseudonym_key": "a secret of the tests", "limits": limits });
    let mut adapter = Adapter::from_config(&serde_json::from_value(config).unwrap()).unwrap();
    let mut read = Read {
        contacts: BTreeMap::new(),
        names: NameTable::new(100_000),
        agents: BTreeMap::new(),
        notes: BTreeMap::new(),
        refused: BTreeMap::new(),
        everything: String::new(),
    };
    for (number, line) in (1..).zip(lines) {
        let record = RawRecord { payload: line.as_bytes(), source: "site", file: "site.jsonl", line: number };
        if let Err(reject) = adapter.apply(&record, &mut read) {
            *read.refused.entry(reject.code).or_default() += 1;
        }
    }
    read
}

impl Read {
    /// The facts of everything, up to a time.
    pub(crate) fn rows(mut self, until_us: i64) -> Rows {
        let (mut visits, mut handlings) = (Vec::new(), Vec::new());
        for contact in self.contacts.values() {
            let facts = fold(contact, contact.len(), &self.names, &mut Scratch::default(), &Options::default());
            let id = |contact_id: &str| contact_id.strip_prefix("site/").unwrap().to_owned();
            for visit in &facts.visits {
                assert_plausible(visit.inferred, &facts);
                visits.push(VisitFact {
                    contact: id(visit.contact_id),
                    queue: visit.queue.to_owned(),
                    entered_us: visit.entered_us,
                    wait_ms: visit.wait_ms,
                    outcome: outcome(visit.outcome),
                    agent: visit.agent.map(str::to_owned),
                    missed_offers: visit.missed_offers,
                    customer_known: visit.customer.is_some(),
                });
                assert_eq!(visit.left_us, visit.wait_ms.map(|wait_ms| visit.entered_us + wait_ms * 1_000));
            }
            for handling in &facts.handlings {
                assert_plausible(handling.inferred, &facts);
                handlings.push(HandlingFact {
                    contact: id(handling.contact_id),
                    agent: handling.agent.to_owned(),
                    queue: handling.queue.unwrap_or("-").to_owned(),
                    connected_us: handling.connected_us,
                    talk_ended_us: handling.talk_ended_us,
                    talk_ms: handling.talk_ms,
                    hold_ms: handling.hold_ms,
                    acw_ms: handling.acw_ms,
                    end: end(handling.end),
                });
                let work = Work {
                    contact_id: handling.contact_id.into(),
                    handling_number: handling.handling_number,
                    connected_us: handling.connected_us,
                    talk_ended_us: handling.talk_ended_us,
                    ended_us: handling.ended_us,
                    lost: handling.end == HandlingEnd::Lost,
                    ..Work::default()
                };
                let items = self.agents.entry(handling.agent.to_owned()).or_default();
                items.put_work(handling.contact_id, handling.handling_number, Some(work));
            }
        }
        Rows {
            visits: visits.iter().map(|visit| format!("{visit:?}")).collect(),
            handlings: handlings.iter().map(|handling| format!("{handling:?}")).collect(),
            activities: self.agents.iter().flat_map(|(agent, items)| activities(agent, items, until_us)).collect(),
        }
        .sorted()
    }
}

/// A clean source contradicts itself nowhere.
fn assert_plausible(inferred: i32, facts: &lifecycle::Facts<'_>) {
    let never = Inferred::CLOCK_SKEW | Inferred::CONTRADICTION | Inferred::ENTRY_INFERRED | Inferred::CONNECT_INFERRED;
    assert_eq!(inferred & never, 0, "{:?}\n{facts:#?}", Inferred::names(inferred).collect::<Vec<_>>());
}

/// What the simulation tells of an agent's time: contacts, after-call work, rings, pauses, missed offers that are not cleared away at once, and
/// the rest, in which he waits.
fn activities(agent: &str, items: &AgentItems, until_us: i64) -> Vec<String> {
    let mut rows: Vec<(i64, Option<i64>, String)> = Vec::new();
    for span in spans(items, until_us, &ActivityOptions::default()) {
        let what = match span.activity {
            Activity::Contact | Activity::Acw | Activity::Available | Activity::Ringing => span.activity.name().to_owned(),
            Activity::NotResponding => "paused NOT_RESPONDING".to_owned(),
            _ => format!("paused {}", span.reason.as_deref().unwrap_or("-")),
        };
        rows.push((span.started_us, span.ended_us, what));
    }
    rows.into_iter().map(|(started_us, ended_us, what)| format!("{agent} {started_us} {ended_us:?} {what}")).collect()
}

fn outcome(outcome: VisitOutcome) -> &'static str {
    match outcome {
        VisitOutcome::Open => "open",
        VisitOutcome::Answered => "answered",
        VisitOutcome::Abandoned => "abandoned",
        VisitOutcome::Timeout => "timeout",
        VisitOutcome::Withdrawn => "withdrawn",
        VisitOutcome::Overflow => "overflow",
        other => panic!("{other:?}: not in these records"),
    }
}

fn end(end: HandlingEnd) -> &'static str {
    match end {
        HandlingEnd::Open => "open",
        HandlingEnd::Agent => "agent",
        HandlingEnd::Customer => "customer",
        HandlingEnd::System => "system",
        HandlingEnd::TransferBlind => "transfer_blind",
        HandlingEnd::TransferWarm => "transfer_warm",
        HandlingEnd::Unknown => "unknown",
        HandlingEnd::Lost => panic!("nothing gets lost"),
    }
}
