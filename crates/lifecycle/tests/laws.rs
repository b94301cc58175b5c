//! Laws: arrival order and repetition never matter, storage keeps everything, no bytes make it panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use events::{CallEvent, CallVerb, Channel, Direction, Party, VisitOutcome};
use lifecycle::{ContactEvents, NameTable, Names, Options, Pushed, Scratch, due, fold, max_age_event, overdue};
use proptest::prelude::*;
use proptest::sample::{Index, select};

const VERBS: [CallVerb; 18] = [
    CallVerb::SourceRestarted,
    CallVerb::IvrEntered,
    CallVerb::IvrExited,
    CallVerb::QueueBlocked,
    CallVerb::QueueEntered,
    CallVerb::QueueEntered,
    CallVerb::AgentMissed,
    CallVerb::AgentConnected,
    CallVerb::AgentConnected,
    CallVerb::QueueLeft,
    CallVerb::HoldStarted,
    CallVerb::HoldEnded,
    CallVerb::TransferCompleted,
    CallVerb::ContactDisconnected,
    CallVerb::AcwStarted,
    CallVerb::AcwEnded,
    CallVerb::ContactClosed,
    CallVerb::DispositionSet,
];

/// Usually small and whole, so that ties and matches are common; sometimes absurd.
fn time_us() -> impl Strategy<Value = i64> {
    prop_oneof![20 => (0i64..40).prop_map(|seconds| 1_266_833_911_000_000 + seconds * 1_000_000), 4 => 0i64..60_000_000, 1 => any::<i64>()]
}

fn duration_ms() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![4 => Just(None), 8 => (0i64..30).prop_map(|seconds| Some(seconds * 1000)), 1 => any::<i64>().prop_map(Some)]
}

fn text(choice: &'static [&'static str]) -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![1 => Just(None), 4 => select(choice).prop_map(Some)]
}

fn event() -> impl Strategy<Value = CallEvent<'static>> {
    let what = (time_us(), select(&VERBS[..]), text(&["a", "b"]), text(&["ann", "bob", ""]));
    let reasons = &["abandoned", "answered", "timeout", "warm", "conference", "hangup", "max_age", "?"];
    let more = (text(reasons), text(&["b"]), text(&["k1:x", "k1:y"]), select(&[None, Some(Party::Agent), Some(Party::Customer)][..]));
    let durations = (duration_ms(), duration_ms(), duration_ms(), duration_ms());
    let rare =
        (select(&[Channel::Voice, Channel::Chat][..]), select(&[Direction::Inbound, Direction::Outbound][..]), 0..3i32, any::<i64>());
    let report = (prop_oneof![6 => Just(None), 1 => select(&[Some("leg1"), Some("leg2")][..])], prop_oneof![8 => Just(0), 1 => 1..3i64]);
    (what, more, durations, rare, report).prop_map(|(what, more, durations, rare, report)| CallEvent {
        leg: report.0,
        revision: report.1,
        source: "pbx1",
        contact_id: "pbx1/17.4",
        event_time_us: what.0,
        verb: what.1,
        queue: what.2,
        agent: what.3,
        reason: more.0,
        target: more.1,
        customer: more.2,
        party: more.3,
        wait_ms: durations.0,
        talk_ms: durations.1,
        hold_ms: durations.2,
        acw_ms: durations.3,
        channel: rare.0,
        direction: rare.1,
        position: Some(rare.2).filter(|position| *position > 0),
        sequence: rare.3,
        ..CallEvent::default()
    })
}

/// The same event but for one field: the two are not one, unless the field is one that the source's own line has not.
fn twin(event: &CallEvent<'static>, field: u8) -> CallEvent<'static> {
    let mut twin = event.clone();
    match field {
        0 => twin.reason = Some("twin"),
        1 => twin.target = Some("twin"),
        2 => twin.party = Some(Party::System),
        3 => twin.position = Some(9),
        4 => twin.ring_ms = Some(9),
        5 => twin.customer = Some("k1:twin"),
        6 => twin.dnis = Some("twin"),
        7 => twin.channel = Channel::Task,
        8 => twin.direction = Direction::Internal,
        9 => twin.agent = Some("twin"),
        _ => twin.event_id = "twin",
    }
    twin
}

fn some_events() -> impl Strategy<Value = Vec<CallEvent<'static>>> {
    let twins = prop::collection::vec((any::<Index>(), 0..11u8), 0..4);
    (prop::collection::vec(event(), 1..14), twins).prop_map(|(mut events, twins)| {
        for (at, field) in twins {
            let twin = twin(at.get(&events), field);
            events.push(twin);
        }
        events
    })
}

/// A journey that makes sense: stays in queues one after the other, some answered, some with holds and after-call work,
/// some events missing.
fn journey() -> impl Strategy<Value = Vec<CallEvent<'static>>> {
    let stay = (0i64..20, 0i64..40, select(&["a", "b"][..]), select(&["ann", "bob"][..]), 0..5u8, any::<u8>());
    prop::collection::vec(stay, 1..5).prop_map(|stays| {
        let (mut now_us, mut events) = (1_266_833_911_000_000, Vec::new());
        for (wait, talk, queue, agent, kind, missing) in stays {
            let base = CallEvent { source: "pbx1", contact_id: "pbx1/17.4", queue: Some(queue), ..CallEvent::default() };
            let at = |seconds: i64, verb| CallEvent { event_time_us: now_us + seconds * 1_000_000, verb, ..base.clone() };
            let mut stay = vec![at(0, CallVerb::QueueEntered)];
            if kind == 0 {
                stay.push(CallEvent { reason: Some("timeout"), wait_ms: Some(wait * 1000), ..at(wait, CallVerb::QueueLeft) });
            } else {
                let agent = Some(agent);
                stay.push(CallEvent { agent, wait_ms: Some(wait * 1000), ..at(wait, CallVerb::AgentConnected) });
                stay.push(CallEvent { agent, ..at(wait + talk / 3, CallVerb::HoldStarted) });
                stay.push(CallEvent { agent, ..at(wait + talk / 2, CallVerb::HoldEnded) });
                let verb = if kind == 1 { CallVerb::TransferCompleted } else { CallVerb::ContactDisconnected };
                stay.push(CallEvent { agent, talk_ms: Some(talk * 1000), ..at(wait + talk, verb) });
                stay.push(CallEvent { agent, acw_ms: Some(9000), ..at(wait + talk, CallVerb::AcwStarted) });
            }
            now_us += (wait + if kind == 0 { 0 } else { talk }) * 1_000_000;
            events.extend(stay.into_iter().enumerate().filter(|(place, _)| missing & 0x81 >> place == 0).map(|(_, event)| event));
        }
        if events.is_empty() {
            events.push(CallEvent { source: "pbx1", contact_id: "pbx1/17.4", ..CallEvent::default() });
        }
        events
    })
}

fn stored(events: &[CallEvent], names: &mut impl Names) -> ContactEvents {
    let mut contact = ContactEvents::new(&events[0], names);
    for event in &events[1..] {
        assert_eq!(contact.push(event, names), Pushed::Appended);
    }
    contact
}

/// The facts as text: complete, and free of lifetimes.
fn folded(events: &[CallEvent], names_limit: usize) -> String {
    let mut names = NameTable::new(names_limit);
    let contact = stored(events, &mut names);
    let options = Options { max_age_voice_ms: 20_000, ..Options::default() };
    let facts = fold(&contact, contact.len(), &names, &mut Scratch::default(), &options);
    assert_eq!(due(&facts, &options).is_none(), facts.settled, "something open must expire, and nothing else: {facts:?}");
    for (at, visit) in facts.visits.iter().enumerate() {
        assert_eq!(visit.visit_number as usize, at + 1);
        assert!(visit.wait_ms.is_none_or(|wait_ms| wait_ms >= 0));
    }
    assert!(facts.visits.is_sorted_by_key(|visit| (visit.entered_us, visit.queue)));
    assert!(facts.handlings.is_sorted_by_key(|handling| (handling.connected_us, handling.handling_number)));
    for handling in &facts.handlings {
        assert!(
            handling
                .visit_number
                .is_none_or(|number| facts.visits.get(number as usize - 1).is_some_and(|v| v.left_us == Some(handling.connected_us)))
        );
        assert!(
            handling.talk_ms.is_none_or(|talk_ms| talk_ms >= 0)
                && handling.hold_ms >= 0
                && handling.acw_ms.is_none_or(|acw_ms| acw_ms >= 0)
        );
    }
    format!("{facts:?}")
}

fn shuffled<T: Clone>(items: &[T], keys: &[Index], repeats: &[Index]) -> Vec<T> {
    let mut mixed: Vec<T> = items.to_vec();
    mixed.extend(repeats.iter().map(|repeat| repeat.get(items).clone()));
    for (at, key) in keys.iter().enumerate().take(mixed.len()) {
        let other = key.index(mixed.len());
        mixed.swap(at, other);
    }
    mixed
}

fn indexes(most: usize) -> impl Strategy<Value = Vec<Index>> {
    prop::collection::vec(any::<Index>(), most / 2..most)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn arrival_order_and_repetition_do_not_matter(
        events in prop_oneof![some_events(), journey()], keys in indexes(30), repeats in indexes(8), limit in 0..12usize,
    ) {
        prop_assert_eq!(folded(&events, 100), folded(&shuffled(&events, &keys, &repeats), limit));
    }

    #[test]
    fn stored_bytes_read_back_the_same(events in some_events(), limit in 0..12usize, written in any::<u32>(), late in any::<bool>()) {
        let mut names = NameTable::new(limit);
        let mut contact = stored(&events, &mut names);
        (contact.written, contact.late) = (written, late);
        let mut bytes = Vec::new();
        contact.encode(&mut bytes);
        let mut read = ContactEvents::decode(&bytes).unwrap();
        prop_assert_eq!(&read, &contact);
        let header = ContactEvents::header(&bytes).unwrap();
        prop_assert_eq!((header.contact_id, header.tenant.text(&names), header.source.text(&names)), ("pbx1/17.4", "default", "pbx1"));
        prop_assert_eq!((header.first_us, header.latest_us), (contact.first_us(), contact.latest_us()));
        prop_assert_eq!((header.len as usize, header.written, header.late), (contact.len(), written, late));
        prop_assert_eq!(contact.latest_us(), events.iter().map(|event| event.event_time_us).max().unwrap());
        prop_assert_eq!(contact.first_us(), events.iter().map(|event| event.event_time_us).min().unwrap());
        // And it goes on the same.
        contact.push(&events[0], &mut names);
        read.push(&events[0], &mut names);
        prop_assert_eq!(read, contact);
    }

    #[test]
    fn truncated_is_as_never_pushed(events in some_events(), keep in any::<Index>(), limit in 0..12usize) {
        let keep = 1 + keep.index(events.len());
        let mut names = NameTable::new(limit);
        let mut contact = stored(&events, &mut names);
        let (options, mut scratch) = (Options::default(), Scratch::default());
        let prefix = format!("{:?}", fold(&contact, keep, &names, &mut scratch, &options));
        contact.truncate(keep);
        prop_assert_eq!(&contact, &stored(&events[..keep], &mut names));
        prop_assert_eq!(prefix, format!("{:?}", fold(&contact, keep, &names, &mut scratch, &options)));
        let last = &events[events.len() - 1];
        let mut again = stored(&events[..keep], &mut names);
        contact.push(last, &mut names);
        again.push(last, &mut names);
        prop_assert_eq!(contact, again);
    }

    #[test]
    fn no_bytes_make_it_panic(events in some_events(), damage in prop::collection::vec((any::<Index>(), any::<u8>()), 0..4), cut in any::<Index>()) {
        let mut names = NameTable::new(3);
        let mut bytes = Vec::new();
        stored(&events, &mut names).encode(&mut bytes);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for bytes in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
            if let Ok(contact) = ContactEvents::decode(bytes) {
                fold(&contact, contact.len(), &names, &mut Scratch::default(), &Options::default());
            }
            if let Ok(header) = ContactEvents::header(bytes) {
                prop_assert!(header.contact_id.len() < bytes.len());
            }
        }
    }

    #[test]
    fn whatever_is_open_expires_and_then_nothing_is(events in prop_oneof![some_events(), journey()], cap in select(&[None, Some(5_000)][..])) {
        let options = Options { max_age_voice_ms: 20_000, acw_cap_ms: cap, ..Options::default() };
        let mut names = NameTable::new(100);
        let mut contact = stored(&events, &mut names);
        let most = 2 * events.len() + 2;
        for step in 0.. {
            prop_assert!(step <= most, "still open after {step} expiries");
            let facts = fold(&contact, contact.len(), &names, &mut Scratch::default(), &options);
            let Some(time_us) = overdue(&facts, i64::MAX, &options) else {
                prop_assert!(facts.settled);
                break;
            };
            contact.push(&max_age_event(time_us), &mut names);
        }
    }

    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(ContactEvents::decode(&bytes).is_err() || bytes[0] == 1);
    }
}

#[test]
fn a_contact_takes_so_many_events_and_so_many_bytes() {
    let event = CallEvent { contact_id: "a/1", verb: CallVerb::QueueEntered, queue: Some("a"), ..CallEvent::default() };
    let mut names = NameTable::new(10);
    let mut contact = ContactEvents::new(&event, &mut names);
    for second in 1..lifecycle::MAX_EVENTS as i64 {
        let next = CallEvent { event_time_us: second * 1_000_000, ..event.clone() };
        assert_eq!(contact.push(&next, &mut names), Pushed::Appended);
    }
    assert_eq!(contact.push(&event, &mut names), Pushed::Full);
    assert_eq!(contact.len(), lifecycle::MAX_EVENTS);
    let facts = fold(&contact, contact.len(), &names, &mut Scratch::default(), &Options::default());
    assert_eq!(facts.visits.len(), lifecycle::MAX_EVENTS);
    // What is too old ends all the same.
    let due_us = lifecycle::due(&facts, &Options::default()).unwrap() + lifecycle::MAX_EVENTS as i64 * 1_000_000;
    drop(facts);
    assert_eq!(contact.push(&lifecycle::max_age_event(due_us), &mut names), Pushed::Appended);
    let facts = fold(&contact, contact.len(), &names, &mut Scratch::default(), &Options::default());
    assert!(facts.settled && facts.visits.iter().all(|visit| visit.outcome == VisitOutcome::Lost));

    let long = "x".repeat(lifecycle::MAX_BYTES);
    let mut contact = ContactEvents::new(&CallEvent { target: Some(&long), ..event.clone() }, &mut names);
    assert_eq!((contact.push(&event, &mut names), contact.len()), (Pushed::Full, 1));
}
