//! A stream of agents' events in any order, cut into transactions anywhere, some of them aborted, some followed by a restart: the spans
//! that are left when all changes are applied are those of the whole stream at once.

use crate::probe::{Written, written_both};
use crate::{AgentOptions, Agents};
use events::{ActivitySpan, AgentEvent, AgentVerb, Change, Channel, Direction, EVERY_AGENT, Handling, HandlingEnd, Observed, codec};
use lifecycle::activity::ActivityOptions;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

const SECOND_US: i64 = 1_000_000;

/// One record of the topic.
#[derive(Clone, Debug)]
enum Told {
    Declared { agent: &'static str, source: &'static str, at_s: i64, verb: AgentVerb, reason: Option<&'static str>, lasts_s: Option<i64> },
    Worked { agent: &'static str, contact: u8, at_s: i64, talk_s: i64, after_s: i64 },
}

const VERBS: [AgentVerb; 11] = [
    AgentVerb::LoggedIn,
    AgentVerb::LoggedIn,
    AgentVerb::LoggedOut,
    AgentVerb::QueueJoined,
    AgentVerb::Paused,
    AgentVerb::Unpaused,
    AgentVerb::AcwStarted,
    AgentVerb::SideEvent,
    AgentVerb::SideEvent,
    AgentVerb::SideEvent,
    AgentVerb::SideEvent,
];

fn declared() -> impl Strategy<Value = Told> {
    let who = (select(&["ann", "bob", EVERY_AGENT][..]), select(&["feed1", "feed2", "other"][..]), 0i64..3_000);
    let what = (select(&VERBS[..]), select(&[None, Some("lunch"), Some("zumba")][..]), select(Observed::ALL));
    (who, what, select(&[None, None, Some(20), Some(400)][..])).prop_map(|((agent, source, at_s), (verb, reason, observed), lasts_s)| {
        let (verb, observed) = match agent {
            EVERY_AGENT => (AgentVerb::SideEvent, if at_s % 3 == 0 { Observed::Restarted } else { Observed::Alive }),
            _ => (verb, observed),
        };
        let (reason, lasts_s) = if verb == AgentVerb::SideEvent {
            (Some(observed.reason()), lasts_s.filter(|_| agent != EVERY_AGENT))
        } else {
            (reason, lasts_s)
        };
        // A heartbeat is a point; a run of them is ours.
        let lasts_s = lasts_s.filter(|_| reason != Some(Observed::Alive.reason()));
        Told::Declared { agent, source, at_s, verb, reason, lasts_s }
    })
}

fn worked() -> impl Strategy<Value = Told> {
    (select(&["ann", "bob"][..]), 0..6u8, 0i64..3_000).prop_map(|(agent, contact, at_s)| {
        // Of one handling the latest fact counts; here each is told in one way only.
        Told::Worked { agent, contact, at_s, talk_s: 1 + at_s * 7 % 300, after_s: at_s * 13 % 600 }
    })
}

fn tell(agents: &mut Agents, told: &Told) {
    match *told {
        Told::Declared { agent, source, at_s, verb, reason, lasts_s } => {
            let duration_ms = lasts_s.map(|lasts_s| lasts_s * 1_000);
            let event = AgentEvent {
                tenant: "t",
                source,
                agent,
                event_time_us: at_s * SECOND_US,
                verb,
                reason,
                duration_ms,
                ..AgentEvent::default()
            };
            agents.declared(&event).unwrap();
        }
        Told::Worked { agent, contact, at_s, talk_s, after_s } => {
            let contact_id = format!("pbx/{contact}");
            let (talk_us, over_us) = ((at_s + talk_s) * SECOND_US, (at_s + talk_s + after_s) * SECOND_US);
            let handling = Handling {
                tenant: "t",
                contact_id: &contact_id,
                handling_number: at_s as i32,
                visit_number: None,
                source: "feed1",
                queue: None,
                agent,
                channel: Channel::Voice,
                direction: Direction::Inbound,
                connected_us: at_s * SECOND_US,
                talk_ended_us: Some(talk_us),
                ended_us: Some(over_us),
                talk_ms: None,
                hold_ms: 0,
                holds: 0,
                longest_hold_ms: 0,
                acw_ms: None,
                end: HandlingEnd::Agent,
                transfer_target: None,
                inferred: 0,
            };
            agents.worked(&Change { partition: 0, generation: 0, version: 0, before: None, after: Some(handling) });
        }
    }
}

fn agents() -> Agents {
    let systems = [("feed1".to_owned(), "pbx".to_owned()), ("feed2".to_owned(), "pbx".to_owned())].into();
    let rules = ActivityOptions { session_max_ms: 1_500_000, ..ActivityOptions::default() };
    Agents::new(AgentOptions {
        retention_ms: 72 * 3_600_000,
        items_min: 1_000_000,
        items_max: 1_000_000,
        topic: 0,
        generation: 0,
        rules,
        systems,
    })
}

/// Spans by agent and begin: their end, activity and bits.
type Spans = BTreeMap<(String, i64), (Option<i64>, String, i32)>;

fn apply(out: &Written, spans: &mut Spans) {
    for (_, value) in out {
        let change = codec::decode::<Change<ActivitySpan<'_>>>(value.as_deref().unwrap()).unwrap();
        let row =
            |span: &ActivitySpan<'_>| ((span.agent.to_owned(), span.started_us), (span.ended_us, span.activity.to_owned(), span.inferred));
        if let Some((key, was)) = change.before.as_ref().map(row) {
            assert_eq!(spans.remove(&key), Some(was), "what is replaced is what was written");
        }
        spans.extend(change.after.as_ref().map(row));
    }
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    None,
    Commit,
    /// It is aborted, and its records are read again.
    Abort,
    /// It is committed, and the task is made anew from the changelog.
    Restart,
}

fn run(stream: &[(Told, End)]) -> Spans {
    let (mut agents, mut log, mut spans) = (self::agents(), Written::new(), Spans::new());
    let mut open: Vec<&Told> = Vec::new();
    for (told, end) in stream {
        tell(&mut agents, told);
        open.push(told);
        if *end == End::None {
            continue;
        }
        let [out, state] = written_both(|output| agents.flush(output, &mut |_| {}));
        if *end == End::Abort {
            agents.rolled_back();
            open.iter().for_each(|told| tell(&mut agents, told));
            continue;
        }
        agents.committed();
        open.clear();
        apply(&out, &mut spans);
        log.extend(state);
        if *end == End::Restart {
            agents = self::agents();
            for (key, value) in &log {
                agents.restore(key, value.as_deref()).unwrap();
            }
            agents.restored();
        }
    }
    let [out, _] = written_both(|output| agents.flush(output, &mut |_| {}));
    apply(&out, &mut spans);
    spans
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stream_cut_anywhere_in_any_order_equals_the_whole(
        (all, mixed) in prop::collection::vec(prop_oneof![4 => declared(), 1 => worked()], 1..25).prop_flat_map(|all| {
            let twice: Vec<_> = all.iter().chain(all.iter().take(5)).cloned().collect();
            (Just(all), Just(twice).prop_shuffle())
        }),
        ends in prop::collection::vec(select(&[End::None, End::None, End::Commit, End::Abort, End::Restart][..]), 30),
    ) {
        let whole: Vec<_> = all.into_iter().map(|told| (told, End::None)).collect();
        let cut: Vec<_> = mixed.into_iter().zip(ends).collect();
        prop_assert_eq!(run(&cut), run(&whole));
    }
}
