//! Laws of the contact stage: how a log is cut into transactions, which of them are aborted, where the process is restarted, and in
//! which order the events within the horizon arrive, all of it leaves the same facts and panes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod contact;

use contact::outcome::Outcome;
use contact::script::{BASE_US, bytes, event};
use contact::world::World;
use events::{CallEvent, CallVerb, Party};
use holdfast::contact_task::ContactOptions;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use runtime::broker::FailureKind;
use runtime::driver::Pace;
use runtime::memory::{Fault, Plan};

const CONTACTS: [&str; 6] = ["pbx1/1", "pbx1/2", "pbx1/3", "pbx2/1", "pbx2/2", "plain"];
const VERBS: [CallVerb; 14] = [
    CallVerb::IvrEntered,
    CallVerb::IvrExited,
    CallVerb::QueueEntered,
    CallVerb::QueueEntered,
    CallVerb::QueueEntered,
    CallVerb::QueueLeft,
    CallVerb::AgentConnected,
    CallVerb::AgentConnected,
    CallVerb::HoldStarted,
    CallVerb::TransferCompleted,
    CallVerb::ContactDisconnected,
    CallVerb::ContactDisconnected,
    CallVerb::AcwStarted,
    CallVerb::AcwEnded,
];
const REASONS: [Option<&str>; 5] = [None, Some("abandoned"), Some("timeout"), Some("self_served"), Some("warm")];

/// Within ten minutes, so that events meet.
fn at_s() -> impl Strategy<Value = i64> {
    0i64..600
}

/// What lets the time of every system pass until all that is open is too old.
fn ends() -> [CallEvent<'static>; 3] {
    ["pbx1/end", "pbx2/end", "end"].map(|contact| event(contact, 20_001, CallVerb::SideEvent))
}

fn call() -> impl Strategy<Value = CallEvent<'static>> {
    let names = (select(&CONTACTS[..]), select(&["sales", "support"][..]), select(&["ann", "bob"][..]));
    let what = (select(&VERBS[..]), select(&REASONS[..]), select(&[None, Some(Party::Agent), Some(Party::Customer)][..]));
    (names, what, at_s()).prop_map(|((contact, queue, agent), (verb, reason, party), at_s)| CallEvent {
        queue: Some(queue),
        agent: Some(agent).filter(|_| verb > CallVerb::QueueEntered && verb != CallVerb::QueueLeft),
        reason,
        party,
        ..event(contact, at_s, verb)
    })
}

fn restart() -> impl Strategy<Value = CallEvent<'static>> {
    (select(&["pbx1/*", "pbx2/*"][..]), at_s()).prop_map(|(system, at_s)| event(system, at_s, CallVerb::SourceRestarted))
}

/// A log of a few contacts, with restarts and repetitions.
fn log() -> impl Strategy<Value = Vec<CallEvent<'static>>> {
    let events = prop::collection::vec(prop_oneof![25 => call(), 1 => restart()], 1..60);
    (events, prop::collection::vec(any::<Index>(), 0..6)).prop_map(|(mut events, again)| {
        for at in again {
            events.push(at.get(&events).clone());
        }
        events
    })
}

fn options() -> ContactOptions {
    ContactOptions { open_facts_ms: 20, ahead_max_ms: i64::MAX / 4, ..ContactOptions::default() }
}

fn outcome(events: &[CallEvent<'static>], records_max: usize, plans: &[Plan], compacted: bool, label: &str) -> Outcome {
    let pace = Pace { records_max: records_max as u64, batch: records_max, commit_ms: 10, ..Pace::default() };
    let mut world = World::new(1, &options(), &pace);
    let records: Vec<_> = events.iter().map(|event| (0, bytes(event))).collect();
    world.feed(&records);
    world.cluster.plan(plans);
    for _ in 0..plans.len() {
        world.run_until_stop();
        if compacted && world.driver.is_none() {
            world.compact();
        }
    }
    world.run(label);
    world.cluster.plan(&[]);
    let outcome = world.outcome(label);
    outcome.check_sums(label);
    outcome
}

fn fault() -> impl Strategy<Value = Fault> {
    select(&[Fault::CrashAfter, Fault::CrashBefore, Fault::Fail(FailureKind::Abortable), Fault::FailAfter(FailureKind::Unclear)][..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn transactions_aborts_and_restarts_never_matter(
        log in log(),
        to_the_end in any::<bool>(),
        records_max in 1usize..12,
        faults in prop::collection::vec((1u64..400, fault()), 0..6),
        compacted in any::<bool>(),
    ) {
        let plans: Vec<Plan> = faults.iter().map(|(at, fault)| Plan { at: *at, fault: *fault }).collect();
        let events: Vec<_> = log.into_iter().chain(ends().into_iter().filter(|_| to_the_end)).collect();
        let expected = outcome(&events, 100_000, &[], false, "one transaction");
        let found = outcome(&events, records_max, &plans, compacted, "many transactions");
        found.check_equal(&expected, "many transactions");
    }

    #[test]
    fn the_order_of_arrival_never_matters(log in log(), seeds in prop::collection::vec(any::<u32>(), 70), records_max in 1usize..12) {
        let mut shuffled: Vec<_> = log.iter().cloned().zip(&seeds).collect();
        shuffled.sort_by_key(|(_, seed)| **seed);
        let shuffled: Vec<_> = shuffled.into_iter().map(|(event, _)| event).chain(ends()).collect();
        let mut ordered: Vec<_> = log.into_iter().chain(ends()).collect();
        ordered.sort_by_key(|event| (event.event_time_us - BASE_US, event.verb));
        let expected = outcome(&ordered, 100_000, &[], false, "in order");
        let found = outcome(&shuffled, records_max, &[], false, "shuffled");
        found.check_equal(&expected, "shuffled");
    }
}
