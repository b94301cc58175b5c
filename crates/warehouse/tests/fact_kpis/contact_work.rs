//! Work on contacts: holds, needless transfers, identity checks, contacts in parallel, rings that nobody answered.

use super::common::Database;
use super::facts::{at, cells, contact_of, encoded, fact, handling_of, observation, span, visit_of};
use events::{
    Contact, ContactOutcome, Handling, HandlingEnd, Observation, ObservationKind, QueueVisit, Reference, ReferenceKind, VisitOutcome,
};

/// 2 handlings with 2 and 1 holds of 90 s (the longest 70 s) and 30 s, and one without a hold; talk 60 s each, after-call work 20 s, 10 s and not known.
/// Handle time (180 + 120 + 30) / 3 = 110 s; hold 120 / 2 = 60 s of held, 40 s of all; 2 of 3 held; 1 hold each. One was ended by the agent. One
/// whose end was never seen is not handled.
#[test]
fn holds_are_averaged_over_held_and_over_all() {
    let database = Database::new("holds");
    let end_us = at(0, 10, 0, 0);
    let work = |id, (hold_ms, holds, longest_hold_ms), acw_ms, end| {
        fact(Handling { hold_ms, holds, longest_hold_ms, acw_ms, end, ..handling_of(id, "ann", end_us) })
    };
    let messages = [
        work("1", (90_000, 2, 70_000), Some(20_000), HandlingEnd::Agent),
        work("2", (30_000, 1, 30_000), Some(10_000), HandlingEnd::Customer),
        work("3", (0, 0, 0), None, HandlingEnd::Customer),
        work("4", (50_000, 1, 50_000), None, HandlingEnd::Lost),
    ];
    database.write(&messages).unwrap();
    let columns = "queue, agent, handled, aht, average_hold_held, average_hold_all, hold_rate, holds_per_contact, longest_hold_ms, acw_unknown, agent_first_disconnect_rate";
    let found = cells(&database, columns, "v_handling_days(zone = 'UTC')");
    assert_eq!(found, ["sales ann 3 110 60 40 0.6667 1 70000 1 0.3333"]);
}

/// The handlings of the test below, and the skills of the queues.
fn transferred_contacts() -> Vec<Vec<u8>> {
    let ten_us = at(0, 10, 0, 0);
    let first = |id| Handling { end: HandlingEnd::TransferBlind, ..handling_of(id, "ann", ten_us) };
    let then = |id, number, agent, queue, connected_us: i64, talk_ms: i64| Handling {
        handling_number: number,
        queue: Some(queue),
        connected_us,
        talk_ms: Some(talk_ms),
        hold_ms: 9_999,
        talk_ended_us: Some(at(1, 9, 0, 0)),
        ended_us: Some(at(1, 9, 0, 0)),
        ..handling_of(id, agent, ten_us)
    };
    let minute_us = 60_000_000;
    let mut handlings: Vec<Handling<'_>> =
        ["quick", "slow", "same", "alike", "back", "late", "queue", "outside", "open"].map(first).to_vec();
    handlings.extend([
        then("quick", 2, "dora", "tech", ten_us + minute_us, 20_000),
        then("slow", 2, "dora", "tech", ten_us + minute_us, 20_001),
        then("same", 2, "ben", "sales", ten_us + minute_us, 90_000),
        then("alike", 2, "ben", "outbound", ten_us + minute_us, 90_000),
        then("back", 2, "dora", "tech", ten_us + minute_us, 90_000),
        then("back", 3, "ann", "elsewhere", ten_us + 30 * minute_us, 90_000),
        then("late", 2, "dora", "tech", ten_us + minute_us, 90_000),
        then("late", 3, "ann", "sales", ten_us + 30 * minute_us + 1_000, 90_000),
        then("queue", 2, "dora", "tech", ten_us + minute_us, 90_000),
        then("queue", 3, "cid", "sales", ten_us + 10 * minute_us, 90_000),
        Handling {
            ended_us: None,
            talk_ended_us: None,
            talk_ms: None,
            end: HandlingEnd::Open,
            ..then("open", 2, "dora", "tech", ten_us, 0)
        },
    ]);
    let mut messages: Vec<Vec<u8>> = handlings.into_iter().map(fact).collect();
    for (id, skill) in [("sales", "sales"), ("outbound", "sales"), ("tech", "tech")] {
        let attributes = [("skill", skill)].into();
        messages.push(encoded(&Reference {
            tenant: "default",
            kind: ReferenceKind::Queue,
            id,
            attributes,
            revision: 1,
            ..Reference::default()
        }));
    }
    messages
}

/// Nine contacts that ann transfers at 10:00 from sales (skill sales) on the day before; the next handling ends on this day.
/// quick: dora in tech is done after 29,999 ms of talk and hold; slow: after 30,000 ms, which was worth it. same: to ben in sales. alike: to outbound,
/// which asks for the skill sales. back: tech, then ann again at 10:30:00, exactly 1,800 s after; late: again a millisecond after that. queue: tech, then cid in sales at 10:10.
/// outside: to a number. open: dora is not done yet: not there. Needless: quick, same, alike, back, queue: 5 of 7, 2 of 7 came back.
#[test]
fn a_transfer_is_needless_if_quickly_done_to_the_same_skill_or_back_again() {
    let database = Database::new("transfers");
    database.write(&transferred_contacts()).unwrap();
    let flags = "contact_id, quick_close, same_skill, came_back, needless";
    let found = cells(&database, flags, "v_transfers(quick_close_s = 30, came_back_s = 1800) WHERE seen ORDER BY contact_id");
    let expected = ["alike 0 1 0 1", "back 0 0 1 1", "late 0 0 0 0", "queue 0 0 1 1", "quick 1 0 0 1", "same 0 1 0 1", "slow 0 0 0 0"];
    assert_eq!(found, expected);
    let columns =
        "day, to_queue, transfers, transfers_unseen, quick_closes, same_skill, came_back, needless, needless_transfer_rate, ping_pong_rate";
    let days = cells(&database, columns, "v_transfer_days(zone = 'UTC', quick_close_s = 30, came_back_s = 1800) ORDER BY day, to_queue");
    let expected = [
        "2024-03-28 - 0 1 0 0 0 0 - -",
        "2024-03-29 outbound 1 0 0 1 0 1 1 0",
        "2024-03-29 sales 1 0 0 1 0 1 1 0",
        "2024-03-29 tech 5 0 1 0 2 3 0.6 0.4",
    ];
    assert_eq!(days, expected);
}

/// Five handled contacts: two about the bill, which needs a check (one was checked twice, 40 s passed and 20 s failed), two about opening hours, which
/// need none, one of them checked all the same for a time that is not known, and one whose matter is not known. One check of 30 s belongs to no known contact.
/// Bill: 1 of 2 verified, 30 s per check, half failed. A contact that was abandoned is in nothing.
#[test]
fn identity_checks_are_measured_against_the_contacts_that_need_them() {
    let database = Database::new("checks");
    let end_us = at(0, 10, 0, 0);
    let done = |id, disposition| {
        fact(Contact { disposition, ..contact_of(id, Some("k1:x"), end_us - 60_000_000, end_us, ContactOutcome::Handled) })
    };
    let check = |id, contact_id, outcome, duration_ms| {
        let checked = observation(ObservationKind::Verification, id, at(0, 9, 59, 0));
        let about = Observation { contact_id, agent: Some("ann"), queue: Some("sales"), outcome: Some(outcome), duration_ms, ..checked };
        encoded(&about)
    };
    let mut messages = vec![
        done("1", Some("bill")),
        done("2", Some("bill")),
        done("3", Some("hours")),
        done("4", None),
        done("6", Some("hours")),
        fact(contact_of("5", None, end_us - 60_000_000, end_us, ContactOutcome::Abandoned)),
        check("a", Some("1"), "passed", Some(40_000)),
        check("b", Some("1"), "failed", Some(20_000)),
        check("c", Some("3"), "passed", None),
        check("d", None, "passed", Some(30_000)),
    ];
    messages.extend(["1", "2", "3", "4", "6"].map(|id| fact(handling_of(id, "ann", end_us))));
    for (id, needed) in [("bill", "yes"), ("hours", "no")] {
        let attributes = [("verification", needed)].into();
        messages.push(encoded(&Reference {
            tenant: "default",
            kind: ReferenceKind::Reason,
            id,
            attributes,
            revision: 1,
            ..Reference::default()
        }));
    }
    database.write(&messages).unwrap();
    let columns = "reason, handled, verified, needing, verification_rate, verification_rate_needing, verification_rate_not_needing, verifications, average_verification_s, longest_verification_ms, verification_failure_rate";
    let found = cells(&database, columns, "v_verification_days(zone = 'UTC') ORDER BY reason");
    assert_eq!(found, ["- 1 0 0 0 - - 1 30 30000 0", "bill 2 1 2 0.5 0.5 - 2 30 40000 0.5", "hours 2 1 0 0.5 - 0.5 1 - - 0"]);
}

/// ann chats from 23:50 to 0:20 and with another customer from 23:55 to 0:10, then works after them until 0:25. Day 0: 10 + 5 minutes of contacts in 10
/// minutes: 1.5. Day 1: 20 + 10 in 20: 1.5, two handled in 20 + 5 minutes, 750 s each. A handling whose end was never seen has no length.
#[test]
fn contacts_at_once_share_the_agents_time() {
    let database = Database::new("parallel");
    let chat = |id, connected_us, ended_us| Handling { connected_us, ..handling_of(id, "ann", ended_us) };
    let lost = Handling { end: HandlingEnd::Lost, talk_ended_us: None, talk_ms: None, ended_us: None, ..chat("3", at(0, 12, 0, 0), 0) };
    let messages = [
        fact(chat("1", at(0, 23, 50, 0), at(1, 0, 20, 0))),
        fact(chat("2", at(0, 23, 55, 0), at(1, 0, 10, 0))),
        fact(lost),
        span("ann", at(0, 23, 50, 0), at(1, 0, 20, 0), "contact"),
        span("ann", at(1, 0, 20, 0), at(1, 0, 25, 0), "acw"),
    ];
    database.write(&messages).unwrap();
    let columns = "day, contact_time_us, with_contact_us, handled, concurrency, agent_time_per_handled_s";
    let found = cells(&database, columns, "v_concurrency_days(zone = 'UTC') ORDER BY day");
    assert_eq!(found, ["2024-03-28 900000000 600000000 0 1.5 -", "2024-03-29 1800000000 1200000000 2 1.5 750"]);
}

/// Two visits were answered, one of them after 2 rings at others; one customer gave up after 3. 5 of 7 rings were missed; without the rings at the customer
/// who gave up 2 of 4. A visit that waits still has no say.
#[test]
fn missed_rings_are_counted_with_and_without_those_of_customers_who_gave_up() {
    let database = Database::new("rings");
    let visit = |id, outcome, missed_offers, wait_ms| fact(QueueVisit { missed_offers, ..visit_of(id, at(0, 10, 0, 0), wait_ms, outcome) });
    let messages = [
        visit("1", VisitOutcome::Answered, 2, Some(60_000)),
        visit("2", VisitOutcome::Answered, 0, Some(60_000)),
        visit("3", VisitOutcome::Abandoned, 3, Some(60_000)),
        visit("4", VisitOutcome::Open, 4, None),
    ];
    database.write(&messages).unwrap();
    let columns = "answered, missed_offers, missed_offers_of_abandoned, not_responding_rate, not_responding_rate_without_abandons";
    assert_eq!(cells(&database, columns, "v_ring_days(zone = 'UTC')"), ["2 5 3 0.7143 0.5"]);
}
