//! What lies beside short calls, and entries of targets, against the real engine: worked out by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod common;

use common::Database;
use common::contacts::encoded;
use common::made::{at, contact, entry, fact, handling, span};
use events::{Channel, Contact, ContactOutcome, Direction, Handling, HandlingEnd, Reference, ReferenceKind};
use serde_json::Value;
use warehouse::attrition_reports::{Place, SHORT_CALLS, TARGET_ENTRIES, ask};

fn told(database: &Database, statement: &str, values: &[(&str, Place<'_>)]) -> Vec<String> {
    let shared = [("tenant", Place::Text("default")), ("site", Place::Text("berlin")), ("short_ms", Place::Whole(10_000))];
    // Of two values of a name the first counts. None of these reads the attrition database.
    let rows = database.wait(ask(&database.server, "none", statement, &[values, &shared].concat())).unwrap();
    let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    rows.iter().map(|row| row.values().map(cell).collect::<Vec<_>>().join(" ")).collect()
}

/// An entry of another tenant.
fn of_another(kind: ReferenceKind, id: &str, attributes: &[(&str, &str)]) -> Vec<u8> {
    let attributes = attributes.iter().copied().collect();
    encoded(&Reference { tenant: "another", kind, id, valid_from_us: 0, attributes, removed: false, revision: 1 })
}

/// A call of five seconds that ann ended then, and the contact that ended with it.
fn short(id: &'static str, customer: Option<&'static str>, ended_us: i64) -> [Vec<u8>; 2] {
    let talk = Handling { end: HandlingEnd::Agent, ..handling(id, 1, "ann", ended_us, 5_000) };
    [fact(talk), fact(contact(id, customer, ended_us - 6_000_000, ended_us, ContactOutcome::Handled))]
}

/// A minute in which ann transferred, and who had the contact next, in which queue.
fn transfer(id: &'static str, end: HandlingEnd, then: &[(&'static str, &'static str)]) -> Vec<Vec<u8>> {
    let first = Handling { end, ..handling(id, 1, "ann", at(0, 12, 0, 0), 60_000) };
    let next = |(number, (agent, queue)): (usize, &(&'static str, &'static str))| {
        let number = i32::try_from(number).unwrap() + 2;
        fact(Handling { queue: Some(queue), ..handling(id, number, agent, at(0, 12, 2 * i64::from(number), 0), 60_000) })
    };
    std::iter::once(fact(first)).chain(then.iter().enumerate().map(next)).collect()
}

/// Of ann, on 28 March 2024. The caller of s1 is back ten minutes later to the second, on the next day, that of s2 a millisecond too late, that of s3 is not known, of s4's two
/// more calls one is no inbound and one was excluded; s5 the customer ended; of s6 ten minutes are not over yet, for the newest contact began nine minutes after it. Known are
/// s1, s2 and s4; of s7, which was excluded, nothing. A call of ten seconds is not short, and one that begins as the talk ends is no other call; what is no inbound call with a
/// talk that has ended, what ann did at Munich and what another tenant has is nothing. Of the transfers t1 comes to sales again and t3 to ann; t2 to another queue, and so does
/// t5, whatever comes after it; what became of t4 nobody knows; of t6 neither part has a queue. Sixteen calls with the second part of t3 and one in the last hours of March by
/// UTC; 7 × 5, 10 and 8 × 60 s. Bob is at another site. Not ready from the end of a contact on: 30 s of a break, 20 s of not responding, 10 s of an unexplained pause after
/// after-call work; not a meal, not a break a second later, not one after being available, none of bob's.
#[test]
fn what_lies_beside_short_calls_is_counted() {
    let database = Database::new("groove");
    let (ended, again) =
        (at(0, 10, 0, 0), |id, customer, at_us| contact(id, Some(customer), at_us, at_us + 60_000_000, ContactOutcome::Abandoned));
    let mut messages = vec![
        entry(ReferenceKind::Agent, "ann", 0, &[("site", "berlin"), ("team", "red")]),
        entry(ReferenceKind::Agent, "ann", at(10, 12, 0, 0), &[("site", "munich"), ("team", "blue")]),
        entry(ReferenceKind::Agent, "bob", 0, &[("site", "munich"), ("team", "blue")]),
        of_another(ReferenceKind::Agent, "ann", &[("site", "berlin"), ("team", "red")]),
        fact(Handling { tenant: "another", ..handling("theirs", 1, "ann", ended, 60_000) }),
        fact(Handling { tenant: "another", ..handling("t4", 2, "ann", at(0, 12, 4, 0), 60_000) }),
        fact(Contact { tenant: "another", ..again("theirs", "k1:b", ended + 60_000_000) }),
        fact(Contact { tenant: "another", ..again("newest", "k1:z", at(1, 12, 0, 0)) }),
        fact(again("b2", "k1:b", ended)),
        fact(contact("s7", Some("k1:g"), ended - 6_000_000, ended, ContactOutcome::Excluded)),
        fact(again("a1", "k1:a", at(1, 0, 5, 0))),
        fact(again("a2", "k1:b", ended + 600_001_000)),
        fact(Contact { direction: Direction::Outbound, ..again("a4", "k1:d", ended + 1_000_000) }),
        fact(Contact { outcome: ContactOutcome::Excluded, ..again("b4", "k1:d", ended + 2_000_000) }),
        fact(again("a5", "k1:e", ended + 60_000_000)),
        fact(again("a6", "k1:f", at(0, 23, 57, 0))),
        fact(handling("s5", 1, "ann", ended, 5_000)),
        fact(contact("s5", Some("k1:e"), ended - 6_000_000, ended, ContactOutcome::Handled)),
        fact(Handling { hold_ms: 7_000, ..handling("april", 1, "ann", at(10, 10, 0, 0), 60_000) }),
        fact(handling("late", 1, "ann", at(3, 22, 30, 0), 60_000)),
        fact(handling("munich", 1, "ann", at(10, 13, 0, 0), 60_000)),
        fact(Handling { end: HandlingEnd::TransferBlind, queue: None, ..handling("t6", 1, "ann", at(0, 12, 0, 0), 60_000) }),
        fact(Handling { queue: None, ..handling("t6", 2, "bob", at(0, 12, 4, 0), 60_000) }),
    ];
    let stretches = [
        ("contact", 100, "pause_break", 130),
        ("acw", 200, "pause_unspecified", 210),
        ("contact", 300, "not_responding", 320),
        ("contact", 400, "pause_meal", 440),
        ("available", 500, "pause_personal", 540),
    ];
    for agent in ["ann", "bob"] {
        for (before, end_s, then, until_s) in stretches {
            let second = |s: i64| at(0, 14, 0, 0) + s * 1_000_000;
            messages.extend([span(agent, second(end_s - 40), second(end_s), before), span(agent, second(end_s), second(until_s), then)]);
        }
        messages.push(span(agent, at(0, 15, 0, 0), at(0, 15, 1, 0), "contact"));
        messages.push(span(agent, at(0, 15, 1, 1), at(0, 15, 2, 0), "pause_break"));
    }
    let ended_by_ann = |id, talk_ms| Handling { end: HandlingEnd::Agent, ..handling(id, 1, "ann", ended, talk_ms) };
    messages.extend([
        fact(ended_by_ann("s7", 5_000)),
        fact(ended_by_ann("ten", 10_000)),
        fact(Handling { channel: Channel::Chat, ..ended_by_ann("chat", 5_000) }),
        fact(Handling { direction: Direction::Outbound, ..ended_by_ann("outbound", 5_000) }),
        fact(Handling { talk_ms: None, ..ended_by_ann("no talk", 5_000) }),
        fact(Handling { end: HandlingEnd::Open, ..ended_by_ann("open", 5_000) }),
        fact(Handling { end: HandlingEnd::Lost, ..ended_by_ann("lost", 5_000) }),
    ]);
    messages.extend(
        short("s1", Some("k1:a"), at(0, 23, 55, 0)).into_iter().chain(short("s2", Some("k1:b"), ended)).chain(short("s3", None, ended)),
    );
    messages.extend(short("s4", Some("k1:d"), ended).into_iter().chain(short("s6", Some("k1:f"), at(0, 23, 56, 0))));
    use HandlingEnd::{TransferBlind, TransferWarm};
    messages.extend(transfer("t1", TransferBlind, &[("bob", "sales")]));
    messages.extend(transfer("t2", TransferWarm, &[("bob", "care")]));
    messages.extend(transfer("t3", TransferBlind, &[("ann", "care")]));
    messages.extend(transfer("t4", TransferBlind, &[]));
    messages.extend(transfer("t5", TransferBlind, &[("bob", "care"), ("bob", "sales")]));
    database.write(&messages).unwrap();
    let of = |zone: &str, first: i64, last: i64| {
        told(&database, SHORT_CALLS, &[("zone", Place::Text(zone)), ("first_day", Place::Whole(first)), ("last_day", Place::Whole(last))])
    };
    let march = "ann 2024-03 sales 15 6 465000 0 3 1 5 2 60000";
    assert_eq!(of("UTC", 19_810, 19_820), ["ann 2024-03 sales 16 6 525000 0 3 1 5 2 60000", "ann 2024-04 sales 1 0 60000 7000 0 0 0 0 0"]);
    assert_eq!(of("Europe/Berlin", 19_810, 19_820), [march, "ann 2024-04 sales 2 0 120000 7000 0 0 0 0 0"]);
    // What comes on the day after the last one is looked at, too.
    assert_eq!(of("UTC", 19_810, 19_810), [march]);
}

/// In Berlin 28 March begins an hour earlier. What will hold is not told yet.
#[test]
fn entries_of_targets_are_told_with_whom_they_are_for() {
    let database = Database::new("target_entries");
    let target = |id, since_us, attributes: &[(&'static str, &'static str)]| entry(ReferenceKind::Target, id, since_us, attributes);
    database
        .write(&[
            target("red/aht", 0, &[("kpi", "aht"), ("value", "300"), ("team", "red")]),
            target("red/aht", at(-1, 23, 0, 0), &[("kpi", "aht"), ("value", "240"), ("weight", "2"), ("team", "red")]),
            target("red/aht", 4_000_000_000_000_000, &[("kpi", "aht"), ("value", "200"), ("team", "red")]),
            target("all", at(0, 0, 0, 0), &[("kpi", "csat"), ("value", "0.9"), ("site", "berlin")]),
            of_another(ReferenceKind::Target, "theirs", &[("kpi", "aht"), ("value", "100")]),
            entry(ReferenceKind::Agent, "ann", 0, &[("site", "berlin")]),
        ])
        .unwrap();
    let since = at(-1, 23, 0, 0);
    assert_eq!(
        told(&database, TARGET_ENTRIES, &[("zone", Place::Text("Europe/Berlin"))]),
        [
            format!("all csat 0.9   berlin {} 19810", at(0, 0, 0, 0)),
            "red/aht aht 300  red  0 0".to_owned(),
            format!("red/aht aht 240 2 red  {since} 19810")
        ]
    );
    assert!(told(&database, TARGET_ENTRIES, &[("zone", Place::Text("UTC"))])[2].ends_with(" 19809"));
}
