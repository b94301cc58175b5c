//! Laws of activity: order and repetition never matter, nothing is lost in windows or storage, forgetting and the future
//! change no span that they must not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use events::{AgentVerb, Observed};
use lifecycle::activity::inferred::{LOGIN_INFERRED, LOGOUT_INFERRED, SECOND_LOGIN};
use lifecycle::activity::{Activity, ActivityOptions, AgentItems, Declared, Span, Work, cut, spans, spans_and_next};
use proptest::prelude::*;
use proptest::sample::select;

const VERBS: [AgentVerb; 20] = [
    AgentVerb::LoggedIn,
    AgentVerb::LoggedOut,
    AgentVerb::QueueJoined,
    AgentVerb::QueueJoined,
    AgentVerb::QueueDeparted,
    AgentVerb::Paused,
    AgentVerb::Paused,
    AgentVerb::Paused,
    AgentVerb::Unpaused,
    AgentVerb::Unpaused,
    AgentVerb::AcwStarted,
    AgentVerb::AcwStarted,
    AgentVerb::AcwEnded,
    AgentVerb::StateChanged,
    AgentVerb::StateChanged,
    // What is observed.
    AgentVerb::SideEvent,
    AgentVerb::SideEvent,
    AgentVerb::SideEvent,
    AgentVerb::SideEvent,
    AgentVerb::SideEvent,
];

const SECOND_US: i64 = 1_000_000;

/// Small and whole, so that ties and silences are common.
fn time_us() -> impl Strategy<Value = i64> {
    prop_oneof![9 => (0i64..60).prop_map(|seconds| seconds * SECOND_US), 1 => 0i64..60 * SECOND_US]
}

fn text(choice: &'static [&'static str]) -> impl Strategy<Value = Option<Box<str>>> {
    prop_oneof![2 => Just(None), 3 => select(choice).prop_map(|text| Some(text.into()))]
}

fn event() -> impl Strategy<Value = Declared> {
    let duration_ms = prop_oneof![3 => Just(None), 2 => (-2i64..20).prop_map(|seconds| Some(seconds * 1000))];
    let what = (time_us(), 0..3i64, select(&VERBS[..]), text(&["a", "b", "c", "NONE"]), text(&["lunch", "paused", "?", "wrapup"]));
    // Heartbeats more often: only runs of them, which need a duration, have more to say than one moment.
    let observed = prop_oneof![2 => select(Observed::ALL), 1 => Just(Observed::Alive)];
    let system = (observed, prop_oneof![9 => Just("pbx1"), 2 => Just("pbx2"), 1 => Just("")]);
    (what, duration_ms, system).prop_map(|((time_us, sequence, verb, queue, reason), duration_ms, (observed, source))| {
        let side = verb == AgentVerb::SideEvent;
        let reason = if side && reason.as_deref() != Some("?") { Some(observed.reason().into()) } else { reason };
        Declared { time_us, sequence, verb, queue, reason, duration_ms, source: source.into(), event_id: "".into() }
    })
}

fn work() -> impl Strategy<Value = Work> {
    let lasts = || prop_oneof![1 => Just(None), 6 => (-1i64..9).prop_map(|seconds| Some(seconds * SECOND_US))];
    let flags = (any::<bool>(), prop::bool::weighted(0.2));
    (select(&["x", "y", "z", "w"][..]), 1..3i32, time_us(), lasts(), lasts(), flags).prop_map(
        |(contact, number, at_us, talk, acw, flags)| {
            let talk_ended_us = talk.map(|talk_us| at_us + talk_us);
            Work {
                contact_id: contact.into(),
                handling_number: number,
                connected_us: at_us,
                talk_ended_us,
                ended_us: acw.map(|acw_us| talk_ended_us.unwrap_or(at_us) + acw_us),
                lost: flags.1,
                outbound: flags.0,
                transferred: number > 1,
                queue: acw.is_none().then(|| contact.into()),
            }
        },
    )
}

fn login(time_us: i64) -> Declared {
    let (queue, reason, duration_ms, source, event_id) = (None, None, None, "pbx1".into(), "".into());
    Declared { time_us, sequence: 0, verb: AgentVerb::LoggedIn, queue, reason, duration_ms, source, event_id }
}

fn gather(declared: &[Declared], work: &[Work]) -> AgentItems {
    let mut items = AgentItems::default();
    for event in declared {
        items.push_declared(event.clone());
    }
    for work in work {
        items.put_work(&work.contact_id, work.handling_number, Some(work.clone()));
    }
    items
}

fn events() -> impl Strategy<Value = Vec<Declared>> {
    prop::collection::vec(event(), 0..14)
}

fn handlings() -> impl Strategy<Value = Vec<Work>> {
    prop::collection::vec(work(), 0..5).prop_map(|mut all| {
        all.sort_by(|one, next| (&one.contact_id, one.handling_number).cmp(&(&next.contact_id, next.handling_number)));
        all.dedup_by(|one, next| (&one.contact_id, one.handling_number) == (&next.contact_id, next.handling_number));
        all
    })
}

fn items() -> impl Strategy<Value = AgentItems> {
    (events(), handlings()).prop_map(|(declared, work)| gather(&declared, &work))
}

/// Silences of 12 s end a session, or none within the times at hand; and the cap of after-call work.
fn limits() -> impl Strategy<Value = (i64, Option<i64>)> {
    (select(&[12_000, 3_600_000][..]), select(&[None, Some(5_000), Some(0)][..]))
}

fn options((session_max_ms, acw_cap_ms): (i64, Option<i64>)) -> ActivityOptions {
    ActivityOptions { session_max_ms, acw_cap_ms, offer_cap_ms: 4_000, heartbeats_missed_ms: 7_000, ..ActivityOptions::default() }
}

fn lengths(spans: &[Span], until_us: i64) -> i64 {
    spans.iter().map(|span| span.ended_us.unwrap_or(until_us) - span.started_us).sum()
}

type Seen = (i64, i64, Activity, Option<Box<str>>, Option<i32>);

/// The spans after a time. Of one that began before it, only the part after it counts, without its bits.
fn after(spans: &[Span], from_us: i64) -> Vec<Seen> {
    let seen = |span: &Span| {
        let bits = (span.started_us >= from_us).then_some(span.inferred);
        (span.started_us.max(from_us), span.ended_us.unwrap_or(i64::MAX), span.activity, span.reason.clone(), bits)
    };
    spans.iter().map(seen).filter(|part| part.0 < part.1).collect()
}

/// What the agent did before a time, without bits: the next event can add one to what went on.
fn before(spans: &[Span], to_us: i64) -> Vec<Seen> {
    let mut parts: Vec<Seen> = Vec::new();
    for span in spans.iter().filter(|span| span.started_us < to_us) {
        let ended_us = span.ended_us.unwrap_or(i64::MAX).min(to_us);
        match parts.last_mut() {
            Some(last) if (last.1, last.2, &last.3) == (span.started_us, span.activity, &span.reason) => last.1 = ended_us,
            _ => parts.push((span.started_us, ended_us, span.activity, span.reason.clone(), None)),
        }
    }
    parts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_in_order_disjoint_and_not_empty(items in items(), until_us in 0..80 * SECOND_US, limits in limits()) {
        let found = spans(&items, until_us, &options(limits));
        for (place, span) in found.iter().enumerate() {
            prop_assert!(span.started_us < span.ended_us.unwrap_or(until_us));
            prop_assert!(span.ended_us.is_none_or(|ended_us| ended_us <= until_us));
            prop_assert!(span.activity != Activity::Offline);
            if let Some(next) = found.get(place + 1) {
                let ended_us = span.ended_us.expect("only the last goes on");
                prop_assert!(ended_us <= next.started_us);
                let same = span.activity == next.activity && span.reason == next.reason && span.inferred == next.inferred;
                let edge = LOGIN_INFERRED | LOGOUT_INFERRED | SECOND_LOGIN;
                prop_assert!(!(same && span.inferred & edge == 0 && ended_us == next.started_us), "not merged: {span:?} {next:?}");
            }
        }
    }

    #[test]
    fn windows_add_up_exactly(items in items(), until_us in 0..80 * SECOND_US, window_us in 20_000..90 * SECOND_US) {
        let found = spans(&items, until_us, &ActivityOptions::default());
        let mut sum_us = 0;
        let mut outside = 0;
        cut(&found, until_us, window_us, &mut |window_start_us, _, us| {
            sum_us += us;
            outside += i32::from(us <= 0 || us > window_us || window_start_us % window_us != 0);
        });
        prop_assert_eq!((sum_us, outside), (lengths(&found, until_us), 0));
    }

    #[test]
    fn order_and_repetition_of_arrival_do_not_matter(
        (declared, shuffled) in events().prop_flat_map(|all| {
            let twice: Vec<_> = all.iter().chain(&all).cloned().collect();
            (Just(all), Just(twice).prop_shuffle())
        }),
        (work, mixed) in handlings().prop_flat_map(|all| {
            let twice: Vec<_> = all.iter().chain(&all).cloned().collect();
            (Just(all), Just(twice).prop_shuffle())
        }),
        limits in limits(),
    ) {
        let (one, other, options) = (gather(&declared, &work), gather(&shuffled, &mixed), options(limits));
        prop_assert_eq!(&one, &other);
        let until_us = 70 * SECOND_US;
        prop_assert_eq!(spans(&one, until_us, &options), spans(&other, until_us, &options));
    }

    #[test]
    fn the_future_does_not_change_the_past(declared in events(), more in events(), seconds in 0..60i64) {
        // Silence never lasts long enough here; what ends it reaches back by nature, as do work and a logout's duration.
        let (options, time_us) = (ActivityOptions::default(), seconds * SECOND_US);
        let mut known = gather(&declared, &[]);
        known.declared.retain(|event| event.time_us < time_us);
        let mut all = known.clone();
        for event in more.into_iter().filter(|event| event.time_us >= time_us) {
            let reaches_back = matches!(event.verb, AgentVerb::LoggedOut | AgentVerb::SideEvent);
            let duration_ms = event.duration_ms.filter(|_| !reaches_back);
            all.push_declared(Declared { duration_ms, ..event });
        }
        let until_us = 70 * SECOND_US;
        let (one, other) = (spans(&known, until_us, &options), spans(&all, until_us, &options));
        prop_assert_eq!(before(&one, time_us), before(&other, time_us));
        prop_assert_eq!(before(&spans(&known, time_us, &options), time_us), before(&other, time_us));
    }

    #[test]
    fn forgetting_changes_nothing_later(items in items(), seconds in 0..70i64, second in 0..70i64, limits in limits()) {
        let (time_us, options) = (seconds * SECOND_US, options(limits));
        let mut less = items.clone();
        less.forget_before_with(time_us, &options);
        for until_us in [time_us + SECOND_US, 75 * SECOND_US, 200 * SECOND_US] {
            let (one, other) = (spans(&items, until_us, &options), spans(&less, until_us, &options));
            prop_assert_eq!(after(&one, time_us), after(&other, time_us), "left: {:?}", less);
        }
        // Sorted as before, and forgetting again later is forgetting once.
        let mut bytes = Vec::new();
        less.encode(&mut bytes);
        prop_assert_eq!(AgentItems::decode(&bytes), Ok(less.clone()));
        let later_us = time_us.max(second * SECOND_US);
        less.forget_before_with(later_us, &options);
        let until_us = 90 * SECOND_US;
        let (one, other) = (spans(&items, until_us, &options), spans(&less, until_us, &options));
        prop_assert_eq!(after(&one, later_us), after(&other, later_us));
    }

    #[test]
    fn what_comes_after_forgetting_finds_the_same_state(
        items in items(), more in events(), calls in handlings(), seconds in 0..40i64, limits in limits(),
    ) {
        let (time_us, options) = (seconds * SECOND_US, options(limits));
        let (mut all, mut less) = (items.clone(), items);
        less.forget_before_with(time_us, &options);
        // A run of heartbeats came before, if its first one did.
        let began_us = |event: &Declared| match event.reason.as_deref() == Some(Observed::Alive.reason()) {
            true => event.time_us - event.duration_ms.unwrap_or(0) * 1_000,
            false => event.time_us,
        };
        for event in more.into_iter().filter(|event| began_us(event) >= time_us) {
            all.push_declared(event.clone());
            less.push_declared(event);
        }
        for work in calls.into_iter().filter(|work| work.connected_us >= time_us) {
            let number = work.handling_number + 10;
            all.put_work(&work.contact_id, number, Some(work.clone()));
            less.put_work(&work.contact_id.clone(), number, Some(work));
        }
        let until_us = 90 * SECOND_US;
        let (one, other) = (spans(&all, until_us, &options), spans(&less, until_us, &options));
        prop_assert_eq!(after(&one, time_us), after(&other, time_us), "left: {:?}", less);
    }

    #[test]
    fn storage_keeps_everything_and_refuses_damage(items in items(), place in any::<prop::sample::Index>(), bit in 0..8u8) {
        let mut bytes = vec![9];
        items.encode(&mut bytes);
        bytes.remove(0);
        prop_assert_eq!(AgentItems::decode(&bytes), Ok(items));
        let place = place.index(bytes.len());
        prop_assert!(AgentItems::decode(&bytes[..place]).is_err());
        bytes[place] ^= 1 << bit;
        prop_assert!(AgentItems::decode(&bytes).is_err());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), version in any::<bool>()) {
        // With a true checksum, so that what lies behind it is reached.
        let mut bytes = bytes;
        if let (true, Some(first)) = (version, bytes.first_mut()) {
            *first = 1;
        }
        let sum = bytes.iter().fold(0x811c_9dc5, |sum: u32, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
        bytes.extend_from_slice(&sum.to_le_bytes());
        if let Ok(mut items) = AgentItems::decode(&bytes) {
            spans(&items, 0, &ActivityOptions::default());
            items.forget_before(0);
        }
    }

    #[test]
    fn absurd_times_do_not_panic(
        times in prop::collection::vec((any::<i64>(), any::<Option<i64>>(), event()), 0..8),
        calls in prop::collection::vec((any::<i64>(), any::<Option<i64>>(), any::<Option<i64>>(), work()), 0..4),
        until_us in any::<i64>(), forget_us in any::<i64>(),
    ) {
        let mut items = AgentItems::default();
        for (time_us, duration_ms, event) in times {
            items.push_declared(Declared { time_us, duration_ms, ..event });
        }
        for (connected_us, talk_ended_us, ended_us, work) in calls {
            items.put_work(&work.contact_id.clone(), 1, Some(Work { connected_us, talk_ended_us, ended_us, ..work }));
        }
        let found = spans(&items, until_us, &ActivityOptions::default());
        cut(&found, until_us, i64::MAX / 4, &mut |_, _, _| {});
        let mut bytes = Vec::new();
        items.encode(&mut bytes);
        prop_assert_eq!(AgentItems::decode(&bytes), Ok(items.clone()));
        items.forget_before(forget_us);
    }

    #[test]
    fn heartbeats_in_any_order_are_the_same_runs_and_hide_no_silence(
        (seconds, shuffled) in prop::collection::vec(0i64..20_000, 0..60).prop_flat_map(|all| {
            let twice: Vec<_> = all.iter().chain(&all).copied().collect();
            (Just(all), Just(twice).prop_shuffle())
        }),
        missed_s in 150i64..1_000,
    ) {
        let gather = |seconds: &[i64]| {
            let mut items = gather(&[login(0)], &[]);
            for second in seconds {
                items.push_heartbeat(second * SECOND_US, "pbx1");
            }
            items
        };
        let (one, other) = (gather(&seconds), gather(&shuffled));
        prop_assert_eq!(&one, &other);
        // What is unknown, worked out from the heartbeats themselves: all but the first have to follow within the silence allowed.
        let mut times = seconds;
        times.sort_unstable();
        let lasting = times.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap_s| *gap_s >= missed_s).sum::<i64>();
        let options = ActivityOptions { heartbeats_missed_ms: missed_s * 1_000, ..ActivityOptions::default() };
        let until_us = times.last().copied().unwrap_or(0) * SECOND_US + 1;
        let found = spans(&one, until_us, &options);
        let unknown = found.iter().filter(|span| span.activity == Activity::Unknown);
        prop_assert_eq!(unknown.map(|span| span.ended_us.unwrap_or(until_us) - span.started_us).sum::<i64>(), lasting * SECOND_US);
    }

    /// Whatever happens between a login and a logout, the spans fill the time between them, to the microsecond.
    #[test]
    fn spans_add_up_to_staffed_time(items in items(), limits in limits()) {
        let (from_us, to_us) = (100 * SECOND_US, 400 * SECOND_US + 123_456);
        let later = |time_us: i64| from_us + SECOND_US + time_us;
        let mut one = gather(&[login(from_us), Declared { time_us: to_us, verb: AgentVerb::LoggedOut, ..login(0) }], &[]);
        let ends = |verb: AgentVerb| matches!(verb, AgentVerb::LoggedIn | AgentVerb::LoggedOut);
        for event in items.declared.iter().filter(|event| !ends(event.verb) && event.reason.as_deref() != Some(Observed::Restarted.reason())) {
            one.push_declared(Declared { time_us: later(event.time_us), ..event.clone() });
        }
        for work in items.work.iter().filter(|work| work.talk_ended_us.is_some() || work.lost) {
            let end = |time_us: Option<i64>| time_us.map(later);
            let moved = Work { connected_us: later(work.connected_us), talk_ended_us: end(work.talk_ended_us), ended_us: end(work.ended_us), ..work.clone() };
            one.put_work(&work.contact_id, work.handling_number, Some(moved));
        }
        let options = ActivityOptions { session_max_ms: 3_600_000, ..options(limits) };
        let found = spans(&one, to_us + SECOND_US, &options);
        prop_assert_eq!(found.first().map(|span| span.started_us), Some(from_us));
        prop_assert_eq!(lengths(&found, to_us + SECOND_US), to_us - from_us);
    }

    /// Between a fold and the time that it names, nothing changes but the end of what goes on.
    #[test]
    fn spans_stay_as_they_are_until_the_time_that_is_named(items in items(), until_us in 0..80 * SECOND_US, share in 0.0..1.0f64, limits in limits()) {
        let mut known = items;
        known.declared.retain(|event| event.time_us < until_us);
        known.work.retain(|work| work.connected_us < until_us);
        let (now, next_us) = spans_and_next(&known, until_us, &options(limits));
        let last_us = next_us.unwrap_or(200 * SECOND_US) - 1;
        let later_us = until_us + ((last_us - until_us) as f64 * share) as i64;
        prop_assert_eq!(&spans(&known, later_us.max(until_us), &options(limits)), &now, "next {:?}", next_us);
        prop_assert!(next_us.is_none_or(|next_us| next_us >= until_us));
    }
}
