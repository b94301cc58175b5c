//! The agent stage in the real loop: spans, panes and presents do not depend on where the process dies, which call fails, how the log is
//! cut into transactions or in which order it comes; every pane is the sum of its spans.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a test may panic and tell how it went")]

mod agent;

use agent::outcome::{Outcome, PaneTable};
use agent::world::World;
use events::codec::{Encoder, Message};
use events::{AgentEvent, AgentVerb, Change, Channel, Direction, Handling, HandlingEnd};
use kpi::agent_pane::{AgentPaneSink, add_handled};
use lifecycle::activity::{ActivityOptions, AgentItems, Work, cut, spans};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use runtime::broker::FailureKind;
use runtime::memory::{Fault, Plan};
use std::collections::BTreeMap;

const SECOND_US: i64 = 1_000_000;
const QUARTER_US: i64 = 900 * SECOND_US;
/// 2024-03-01 06:00 UTC.
const BASE_US: i64 = 1_709_272_800 * SECOND_US;

/// One record of the input.
#[derive(Clone, Debug)]
enum Said {
    Declared(AgentEvent<'static>),
    Worked(Handling<'static>),
}

fn bytes<T: Message>(message: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::default().encode(message, &mut bytes).unwrap();
    bytes
}

impl Said {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Said::Declared(event) => bytes(event),
            Said::Worked(handling) => {
                bytes(&Change { partition: 0, generation: 0, version: 0, before: None, after: Some(handling.clone()) })
            }
        }
    }

    fn agent(&self) -> &'static str {
        match self {
            Said::Declared(event) => event.agent,
            Said::Worked(handling) => handling.agent,
        }
    }
}

fn declared(agent: &'static str, at_s: i64, verb: AgentVerb, reason: Option<&'static str>, duration_ms: Option<i64>) -> Said {
    let event_time_us = BASE_US + at_s * SECOND_US;
    Said::Declared(AgentEvent { tenant: "acme", agent, event_time_us, verb, reason, duration_ms, ..AgentEvent::default() })
}

/// A handling: connected, end of talk, end of after-call work.
fn worked(agent: &'static str, contact_id: &'static str, times_s: (i64, Option<i64>, Option<i64>), end: HandlingEnd) -> Said {
    let at = |at_s: i64| BASE_US + at_s * SECOND_US;
    let (connected_s, talk_ended_s, ended_s) = times_s;
    Said::Worked(Handling {
        tenant: "acme",
        contact_id,
        handling_number: 1,
        visit_number: None,
        source: "pbx1",
        queue: Some("sales"),
        agent,
        channel: Channel::Voice,
        direction: Direction::Inbound,
        connected_us: at(connected_s),
        talk_ended_us: talk_ended_s.map(at),
        ended_us: ended_s.map(at),
        talk_ms: talk_ended_s.map(|ended_s| (ended_s - connected_s) * 1_000),
        hold_ms: 0,
        holds: 0,
        longest_hold_ms: 0,
        acw_ms: None,
        end,
        transfer_target: None,
        inferred: 0,
    })
}

/// Ann is logged in from 06:00 to 14:00 with a call over a quarter's edge, a lunch, and a transfer; Bob stays; Cid's after-call work is
/// planned and ends while nobody speaks of him; Dee forgets to log out.
fn day() -> Vec<Said> {
    use AgentVerb::{LoggedIn, LoggedOut, Paused, Unpaused};
    use HandlingEnd::{Agent, Open, TransferBlind};
    vec![
        declared("ann", 0, LoggedIn, None, None),
        declared("dee", 30, LoggedIn, None, None),
        worked("ann", "pbx1/1", (850, None, None), Open),
        worked("ann", "pbx1/1", (850, Some(950), Some(980)), Agent),
        declared("ann", 3_600, Paused, Some("lunch"), None),
        declared("bob", 3_700, LoggedIn, None, None),
        declared("ann", 5_400, Unpaused, None, None),
        declared("cid", 6_000, LoggedIn, None, None),
        worked("cid", "pbx1/2", (6_100, Some(6_200), Some(6_260)), Agent),
        // Twice, and a correction of the first call.
        worked("cid", "pbx1/2", (6_100, Some(6_200), Some(6_260)), Agent),
        worked("ann", "pbx1/1", (850, Some(940), Some(980)), TransferBlind),
        worked("bob", "pbx1/3", (7_000, None, None), Open),
        declared("ann", 28_800, LoggedOut, None, None),
        // Bob's call is over long after: Dee has been silent for more than 16 h.
        worked("bob", "pbx1/3", (7_000, Some(57_900), None), Open),
    ]
}

fn run(said: &[Said], partitions: i32, records_max: usize, plans: &[Plan], compacted: bool, label: &str) -> (Outcome, World) {
    let mut world = World::new(partitions, records_max, 200_000);
    let place = |agent: &str| i32::from(agent.as_bytes()[0]) % partitions;
    let records: Vec<_> = said.iter().map(|said| (place(said.agent()), said.bytes())).collect();
    world.feed_and_run(&records, plans, compacted, label);
    let outcome = Outcome::read(&world.cluster, partitions, label);
    outcome.check_sums(label);
    (outcome, world)
}

/// Ann: available 06:00–06:14:10 = 850 s, contact to 06:15:40 as corrected, 50 + 40 s on both sides of 06:15, after-call work 40 s to
/// 06:16:20 (980 s), then available: quarter 06:15 has 900 − 40 − 40 = 820 s of it. Lunch 07:00–07:30.
#[test]
fn panes_hold_what_was_done_in_them() {
    let (outcome, _) = run(&day(), 1, 3, &[], false, "straight");
    let quarter = |agent: &str, number: i64| {
        let pane = &outcome.panes.0[&(agent.to_owned(), BASE_US + number * QUARTER_US)];
        pane.measures().map(|(measure, value)| format!("{measure} {value}")).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(quarter("ann", 0), "available_ms 850000, contact_ms 50000");
    assert_eq!(quarter("ann", 1), "acw_ms 40000, available_ms 820000, contact_ms 40000, handled 1, transferred 1");
    assert_eq!((quarter("ann", 4), quarter("ann", 5)), ("pause_meal_ms 900000".to_owned(), "pause_meal_ms 900000".to_owned()));
    // Cid: 6 000 s is 01:40 after the base, in quarter 6 (5 400–6 300): available 100 s, contact 100 s, planned after-call work 60 s.
    assert_eq!(quarter("cid", 6), "acw_ms 60000, available_ms 100000, contact_ms 100000, handled 1");
    // Dee was last heard at her login: a session of no length.
    assert!(outcome.panes.0.keys().all(|(agent, _)| agent != "dee"), "{:?}", outcome.panes);
    let at = |at_s: i64| BASE_US + at_s * SECOND_US;
    let limit_s = 16 * 3_600;
    let now = |name: &str| outcome.now.get(name).cloned();
    assert_eq!((now("ann"), now("dee")), (None, None));
    assert_eq!(now("cid"), Some(("available".to_owned(), at(6_260), None, at(6_260 + limit_s))));
    // The handling is still open: he is at its after-call work until its end is told.
    assert_eq!(now("bob"), Some(("acw".to_owned(), at(57_900), None, at(57_900 + limit_s))));
}

#[test]
fn a_contact_at_hand_tells_its_queue() {
    let said = [declared("bob", 0, AgentVerb::LoggedIn, None, None), worked("bob", "pbx1/3", (70, None, None), HandlingEnd::Open)];
    let (outcome, _) = run(&said, 1, 3, &[], false, "queue");
    let expected = ("contact".to_owned(), BASE_US + 70 * SECOND_US, Some("sales".to_owned()), BASE_US + (70 + 16 * 3_600) * SECOND_US);
    assert_eq!(outcome.now["bob"], expected);
}

/// The outcome under a fault at every call of the run.
fn at_every_step(fault: Fault) {
    let (expected, world) = run(&day(), 2, 3, &[], false, "straight");
    let (steps, mut stops) = (world.cluster.steps(), 0);
    assert!(steps > 50, "{steps}");
    for at in 1..=steps {
        let label = format!("{fault:?} at call {at} of {steps}");
        let (found, world) = run(&day(), 2, 3, &[Plan { at, fault }], at % 2 == 0, &label);
        assert_eq!(found, expected, "{label}");
        stops += world.stops;
    }
    println!("{fault:?}: {steps} runs, {stops} stops");
}

#[test]
fn a_crash_before_or_after_any_call_changes_nothing() {
    at_every_step(Fault::CrashBefore);
    at_every_step(Fault::CrashAfter);
}

#[test]
fn an_abort_or_an_unclear_answer_at_any_call_changes_nothing() {
    at_every_step(Fault::Fail(FailureKind::Abortable));
    at_every_step(Fault::FailAfter(FailureKind::Unclear));
}

/// Items are forgotten as soon as they are older than three days, panes a day later: what comes for a quarter that is gone does not
/// overwrite it, after a restart either.
#[test]
fn what_is_forgotten_is_neither_lost_nor_overwritten() {
    let mut world = World::new(1, 1, 0);
    let day_s = 86_400;
    let call = |day: i64, contact: &'static str| {
        worked("ann", contact, (day * day_s, Some(day * day_s + 60), Some(day * day_s + 60)), HandlingEnd::Agent)
    };
    let records = |said: &[Said]| said.iter().map(|said| (0, said.bytes())).collect::<Vec<_>>();
    world.feed_and_run(&records(&[call(0, "pbx1/0"), call(1, "pbx1/1"), call(6, "pbx1/6"), call(7, "pbx1/7")]), &[], false, "forgetting");
    let kept = world.driver.as_ref().unwrap().task(0).unwrap().sizes().1;
    assert_eq!(kept, 2, "the panes of days 0 and 1 are gone");
    for restart in [false, true] {
        if restart {
            world.kill();
        }
        world.feed_and_run(&records(&[call(0, "pbx1/late"), call(6, "pbx1/6")]), &[], false, "late");
        let outcome = Outcome::read(&world.cluster, 1, "late");
        outcome.check_sums("late");
        let handled: Vec<i64> = outcome.panes.0.values().map(|pane| pane.get("handled")).collect();
        assert_eq!(handled, [1, 1, 1, 1]);
        assert_eq!(world.driver.as_ref().unwrap().task(0).unwrap().sizes().1, 2, "restart: {restart}");
    }
}

const VERBS: [AgentVerb; 9] = [
    AgentVerb::LoggedIn,
    AgentVerb::LoggedIn,
    AgentVerb::LoggedOut,
    AgentVerb::Paused,
    AgentVerb::Unpaused,
    AgentVerb::AcwStarted,
    AgentVerb::AcwEnded,
    AgentVerb::StateChanged,
    AgentVerb::SideEvent,
];

fn say() -> impl Strategy<Value = Said> {
    let agent = || select(&["ann", "bob", "cid"][..]);
    let at_s = || 0i64..8_000;
    let lasts_ms = prop::option::of((0i64..2_000).prop_map(|seconds| seconds * 1_000));
    let events = (agent(), at_s(), select(&VERBS[..]), select(&[None, Some("lunch"), Some("wrapup")][..]), lasts_ms)
        .prop_map(|(agent, at_s, verb, reason, lasts_ms)| declared(agent, at_s, verb, reason, lasts_ms));
    let ends = select(&[HandlingEnd::Agent, HandlingEnd::TransferWarm, HandlingEnd::Lost][..]);
    let contact = select(&[("ann", "pbx1/1"), ("ann", "pbx1/2"), ("bob", "pbx1/3"), ("bob", "pbx1/4"), ("cid", "pbx1/5")][..]);
    let lengths = (prop::option::weighted(0.8, 0i64..2_000), prop::option::weighted(0.8, 0i64..3_000));
    let works = (contact, at_s(), lengths, ends).prop_map(|((agent, contact), at_s, (talk_s, acw_s), end)| {
        let talk_ended_s = talk_s.map(|talk_s| at_s + talk_s);
        let ended_s = talk_ended_s.and_then(|talk_ended_s| Some(talk_ended_s + acw_s?));
        worked(agent, contact, (at_s, talk_ended_s, ended_s), if talk_s.is_none() { HandlingEnd::Open } else { end })
    });
    prop_oneof![events, works]
}

fn log() -> impl Strategy<Value = Vec<Said>> {
    (prop::collection::vec(say(), 1..40), prop::collection::vec(any::<Index>(), 0..6)).prop_map(|(mut said, again)| {
        for at in again {
            // Handlings are told by their latest fact: an older one does not come again.
            if let event @ Said::Declared(_) = at.get(&said).clone() {
                said.push(event);
            }
        }
        said
    })
}

/// By brute force: everything that was said of each agent, folded once at the end, shared out by `lifecycle`.
fn brute(said: &[Said]) -> PaneTable {
    let mut agents: BTreeMap<&str, AgentItems> = BTreeMap::new();
    let mut watermark_us = i64::MIN;
    for said in said {
        let items = agents.entry(said.agent()).or_default();
        match said {
            Said::Declared(event) => {
                watermark_us = watermark_us.max(event.event_time_us);
                items.hear(event, "");
            }
            Said::Worked(handling) => {
                watermark_us = watermark_us.max(handling.talk_ended_us.unwrap_or(handling.connected_us));
                let (connected_us, talk_ended_us, ended_us) = (handling.connected_us, handling.talk_ended_us, handling.ended_us);
                let lost = handling.end == HandlingEnd::Lost;
                let transferred = handling.end == HandlingEnd::TransferWarm;
                let work = Work { connected_us, talk_ended_us, ended_us, lost, transferred, ..Work::default() };
                items.put_work(handling.contact_id, 1, Some(work));
            }
        }
    }
    let mut panes = PaneTable::default();
    for (agent, items) in &agents {
        let folded = spans(items, watermark_us + 1, &ActivityOptions::default());
        let ended: Vec<_> = folded.into_iter().filter(|span| span.ended_us.is_some()).collect();
        cut(&ended, watermark_us, QUARTER_US, &mut |window_us, activity, us| {
            panes.pane("acme", agent, window_us).add(&format!("{}_ms", activity.name()), us / 1_000);
        });
        for work in items.work.iter().filter(|work| !work.lost) {
            if let Some(ended_us) = work.ended_us {
                add_handled(&mut panes, ("acme", agent), ended_us, work.transferred, 1);
            }
        }
    }
    panes
}

fn fault() -> impl Strategy<Value = Fault> {
    select(&[Fault::CrashAfter, Fault::CrashBefore, Fault::Fail(FailureKind::Abortable), Fault::FailAfter(FailureKind::Unclear)][..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn panes_are_what_brute_force_finds(
        log in log(),
        records_max in 1usize..12,
        faults in prop::collection::vec((1u64..300, fault()), 0..4),
        compacted in any::<bool>(),
    ) {
        let plans: Vec<Plan> = faults.iter().map(|(at, fault)| Plan { at: *at, fault: *fault }).collect();
        let (found, _) = run(&log, 1, records_max, &plans, compacted, "cut and broken");
        prop_assert_eq!(&found.panes, &brute(&log));
        let (whole, _) = run(&log, 1, 100_000, &[], false, "one transaction");
        prop_assert_eq!(found, whole);
    }

    #[test]
    fn the_order_of_what_is_declared_never_matters(log in log(), seeds in prop::collection::vec(any::<u32>(), 60), records_max in 1usize..12) {
        let is_event = |said: &&Said| matches!(said, Said::Declared(_));
        let mut events: Vec<_> = log.iter().filter(is_event).zip(&seeds).collect();
        events.sort_by_key(|(_, seed)| **seed);
        // Facts of a handling come in their order, each after whatever has been declared by chance.
        let mut shuffled: Vec<Said> = log.iter().filter(|said| !is_event(said)).cloned().collect();
        for (event, seed) in events {
            shuffled.insert(*seed as usize % (shuffled.len() + 1), event.clone());
        }
        let (found, _) = run(&shuffled, 1, records_max, &[], false, "shuffled");
        prop_assert_eq!(&found.panes, &brute(&log));
        let (ordered, _) = run(&log, 1, 100_000, &[], false, "as it came");
        prop_assert_eq!(found, ordered);
    }
}
