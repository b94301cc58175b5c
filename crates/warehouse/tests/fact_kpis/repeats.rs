//! Repeats, true containment and dropped lines: where their windows begin and end, and what counts as coming back.

use super::common::Database;
use super::facts::{at, cells, contact_of, fact, handling_of};
use events::{Contact, ContactOutcome, Handling};

const MS: i64 = 1_000;
const HOUR_US: i64 = 3_600_000_000;

/// Two callers who are not known, ten minutes apart: nobody can say that the second is the first. One of them was served by the menu.
#[test]
fn callers_who_are_not_known_never_come_again() {
    use ContactOutcome::{Handled, SelfServed};
    let database = Database::new("unknown");
    let t = |hour, minute| at(0, hour, minute, 0);
    let contacts = [
        contact_of("1", None, t(10, 0), t(10, 5), Handled),
        contact_of("2", None, t(10, 10), t(10, 15), SelfServed),
        contact_of("3", None, t(10, 20), t(10, 25), Handled),
        contact_of("newest", Some("k1:x"), at(9, 0, 0, 0), at(9, 0, 1, 0), Handled),
    ];
    database.write(&contacts.map(fact)).unwrap();
    let columns =
        "handled, anonymous, matured_24h, repeats_24h, repeats_7d, self_served_returned_24h, menu_matured_24h, known_contacts, callers";
    assert_eq!(cells(&database, columns, "v_repeat_days(zone = 'UTC') WHERE day = '2024-03-28'"), ["2 2 0 0 0 0 0 0 0"]);
    assert_eq!(cells(&database, "contact_id", "v_repeats WHERE next_contact_id IS NOT NULL"), [""; 0]);
}

/// A contact that took five minutes and ended then.
fn ended<'a>(id: &'a str, customer: &'a str, queue: &'a str, ended_us: i64, outcome: ContactOutcome) -> Contact<'a> {
    Contact { queue: Some(queue), ..contact_of(id, Some(customer), ended_us - 300_000_000, ended_us, outcome) }
}

/// A contact that began then.
fn began<'a>(id: &'a str, customer: &'a str, started_us: i64, outcome: ContactOutcome) -> Contact<'a> {
    Contact { queue: Some("later"), ..contact_of(id, Some(customer), started_us, started_us + 60_000_000, outcome) }
}

/// Every queue has two customers whose contacts ended at 10:00: of `24h` one comes again exactly 24 h later, the other a millisecond after
/// that; so too for 72 h, 7 days, and for 60 min and 24 h after an abandon. In time is who comes exactly at the end of the window: of 24h 1 within 24 h, 2 within
/// 72 h and 7 days; of 72h none, 1, 2; of 7d none, none, 1. All windows are over.
#[test]
fn a_window_ends_exactly_and_one_millisecond_later_is_too_late() {
    use ContactOutcome::{Abandoned, Handled};
    let database = Database::new("windows");
    let end_us = at(0, 10, 0, 0);
    let windows = [
        ("24h", 24, Handled, ["1", "2", "3", "4"]),
        ("72h", 72, Handled, ["5", "6", "7", "8"]),
        ("7d", 168, Handled, ["9", "10", "11", "12"]),
        ("a1h", 1, Abandoned, ["13", "14", "15", "16"]),
        ("a24h", 24, Abandoned, ["17", "18", "19", "20"]),
    ];
    let mut contacts = vec![contact_of("newest", None, at(15, 0, 0, 0), at(15, 0, 1, 0), Handled)];
    for (queue, hours, outcome, ids) in windows {
        contacts.push(ended(ids[0], ids[0], queue, end_us, outcome));
        contacts.push(ended(ids[1], ids[1], queue, end_us, outcome));
        contacts.push(began(ids[2], ids[0], end_us + hours * HOUR_US, Handled));
        contacts.push(began(ids[3], ids[1], end_us + hours * HOUR_US + MS, Handled));
    }
    database.write(&contacts.into_iter().map(fact).collect::<Vec<_>>()).unwrap();
    let columns = "queue, matured_24h, repeats_24h, repeats_72h, repeats_7d, fcr_7d, abandoned_matured_60m, repeats_after_abandon_60m, abandoned_matured_24h, repeats_after_abandon_24h";
    let found = cells(&database, columns, "v_repeat_days(zone = 'UTC') WHERE day = '2024-03-28' AND queue != 'later' ORDER BY queue");
    assert_eq!(
        found,
        ["24h 2 1 2 2 0 0 0 0 0", "72h 2 0 1 2 0 0 0 0 0", "7d 2 0 0 1 0.5 0 0 0 0", "a1h 0 0 0 0 - 2 1 2 2", "a24h 0 0 0 0 - 2 0 2 1"]
    );
}

/// The newest contact begins on day 8 at 10:00. Of each queue one contact ended exactly a window before that and is counted, one ended a
/// millisecond later and is not: its window has a millisecond to go. Of `m72` both are older than 24 h, of `m7d` than 72 h.
#[test]
fn a_contact_counts_once_its_window_is_over() {
    use ContactOutcome::{Abandoned, Handled, SelfServed};
    let database = Database::new("matured");
    let newest_us = at(8, 10, 0, 0);
    let mut contacts = vec![contact_of("newest", None, newest_us, newest_us + 60_000_000, Handled)];
    for (queue, hours, outcome, ids) in [
        ("m24", 24, Handled, ["1", "2"]),
        ("m72", 72, Handled, ["3", "4"]),
        ("m7d", 168, Handled, ["5", "6"]),
        ("n1", 1, Abandoned, ["7", "8"]),
        ("n24", 24, Abandoned, ["9", "10"]),
        ("s24", 24, SelfServed, ["11", "12"]),
    ] {
        contacts.push(ended(ids[0], ids[0], queue, newest_us - hours * HOUR_US, outcome));
        contacts.push(ended(ids[1], ids[1], queue, newest_us - hours * HOUR_US + MS, outcome));
    }
    database.write(&contacts.into_iter().map(fact).collect::<Vec<_>>()).unwrap();
    let columns = "queue, matured_24h, matured_72h, matured_7d, abandoned_matured_60m, abandoned_matured_24h, self_served_matured_24h";
    let found = cells(&database, columns, "v_repeat_days(zone = 'UTC') WHERE queue != 'sales' ORDER BY queue");
    assert_eq!(found, ["m24 1 0 0 0 0 0", "m72 2 1 0 0 0 0", "m7d 2 2 1 0 0 0", "n1 0 0 0 1 0 0", "n24 0 0 0 2 1 0", "s24 0 0 0 0 0 1"]);
}

/// x writes at 10:00 until 10:20, calls at 10:05 while that goes on, and again in the moment in which it ends; he comes back at 11:00, 40 min
/// after the end. His first contact is followed by the one of 11:00: what began before its end is no return.
#[test]
fn a_contact_that_begins_while_another_goes_on_is_no_repeat_of_it() {
    use ContactOutcome::Handled;
    let database = Database::new("overlap");
    let t = |hour, minute| at(0, hour, minute, 0);
    let x = Some("k1:x");
    let contacts = [
        contact_of("chat", x, t(10, 0), t(10, 20), Handled),
        contact_of("call", x, t(10, 5), t(10, 25), Handled),
        contact_of("moment", x, t(10, 20), t(10, 25), Handled),
        contact_of("back", x, t(11, 0), t(11, 5), Handled),
    ];
    database.write(&contacts.map(fact)).unwrap();
    let found = cells(&database, "contact_id, next_contact_id, gap_us", "v_repeats ORDER BY started_at");
    assert_eq!(found, ["chat back 2400000000", "call back 2100000000", "moment back 2100000000", "back - -"]);
}

/// Dropped lines are handled contacts whose whole talk is below 10 s: 9,999 ms is one, 10,000 is not, two talks of 6 s are not, and a customer who gave up
/// after a short talk was not handled. A handled contact without any handling (its agent is not known) has no talk to judge.
#[test]
fn a_dropped_line_is_a_handled_contact_with_less_than_ten_seconds_of_talk() {
    use ContactOutcome::{Abandoned, Handled};
    let database = Database::new("dropped");
    let end_us = at(0, 10, 0, 0);
    let talk = |id, number, talk_ms| Handling { talk_ms: Some(talk_ms), handling_number: number, ..handling_of(id, "ann", end_us) };
    let mut messages: Vec<Vec<u8>> =
        ["short", "enough", "twice", "unknown"].map(|id| fact(ended(id, id, "sales", end_us, Handled))).to_vec();
    messages.push(fact(ended("gave_up", "y", "sales", end_us, Abandoned)));
    let talks =
        [talk("short", 1, 9_999), talk("enough", 1, 10_000), talk("twice", 1, 6_000), talk("twice", 2, 6_000), talk("gave_up", 1, 5_000)];
    messages.extend(talks.map(fact));
    database.write(&messages).unwrap();
    assert_eq!(cells(&database, "handled, dropped_lines", "v_repeat_days(zone = 'UTC')"), ["4 1"]);
    let flagged = cells(&database, "contact_id", "v_repeats WHERE dropped_line ORDER BY contact_id");
    assert_eq!(flagged, ["gave_up", "short"], "the flag itself tells of talk only");
}

/// Six known customers were served by the menu, and one who is not known. a is handled 2 h later; b gives up after 1 h and is handled after 3 h: he
/// needed an agent, too; f is handled exactly after 24 h, which is in time. c gives up and does not come again, d is handled a millisecond
/// after 24 h, e never comes. 3 of 6 needed an agent: 0.5 were truly contained. With four others, whom the menu
/// did not serve, 3 of 10 were settled by it for good.
#[test]
fn true_containment_asks_whether_any_agent_was_needed_within_a_day() {
    use ContactOutcome::{Abandoned, Handled, SelfServed};
    let database = Database::new("containment");
    let end_us = at(0, 10, 0, 0);
    let mut contacts: Vec<Contact<'_>> = ["a", "b", "c", "d", "e", "f"].map(|id| ended(id, id, "menu", end_us, SelfServed)).to_vec();
    contacts.push(Contact { customer: None, ..ended("unknown", "", "menu", end_us, SelfServed) });
    contacts.extend([
        began("a2", "a", end_us + 2 * HOUR_US, Handled),
        began("b2", "b", end_us + HOUR_US, Abandoned),
        began("b3", "b", end_us + 3 * HOUR_US, Handled),
        began("c2", "c", end_us + HOUR_US, Abandoned),
        began("d2", "d", end_us + 24 * HOUR_US + MS, Handled),
        began("f2", "f", end_us + 24 * HOUR_US, Handled),
        ended("g", "g", "menu", end_us, Handled),
        ended("h", "h", "menu", end_us, Abandoned),
        ended("i", "i", "menu", end_us, ContactOutcome::IvrAbandoned),
        ended("j", "j", "menu", end_us, ContactOutcome::FlowOut),
        contact_of("newest", None, at(3, 0, 0, 0), at(3, 0, 1, 0), Handled),
    ]);
    database.write(&contacts.into_iter().map(fact).collect::<Vec<_>>()).unwrap();
    let columns = "self_served_matured_24h, self_served_returned_24h, true_containment_24h, menu_matured_24h, blended_containment_24h";
    assert_eq!(cells(&database, columns, "v_repeat_days(zone = 'UTC') WHERE queue = 'menu'"), ["6 3 0.5 10 0.3"]);
}

/// Four customers come again within 7 days: x for the same matter, y for another, z gave no matter the first time and w none the second time. Of 4
/// repeats 1 is for the same matter; of 5 customers (v stays away) 1 did not come back: fcr_7d = 0.2.
#[test]
fn a_repeat_for_the_same_matter_has_the_same_disposition() {
    use ContactOutcome::Handled;
    let database = Database::new("matters");
    let end_us = at(0, 10, 0, 0);
    let again = |id, customer, disposition| Contact { disposition, ..began(id, customer, end_us + 100 * HOUR_US, Handled) };
    let first = |id, disposition| Contact { disposition, ..ended(id, id, "sales", end_us, Handled) };
    let contacts = [
        first("x", Some("bill")),
        first("y", Some("bill")),
        first("z", None),
        first("w", Some("bill")),
        first("v", Some("bill")),
        again("x2", "x", Some("bill")),
        again("y2", "y", Some("order")),
        again("z2", "z", None),
        again("w2", "w", None),
        contact_of("newest", None, at(9, 0, 0, 0), at(9, 0, 1, 0), Handled),
    ];
    database.write(&contacts.map(fact)).unwrap();
    let columns = "matured_7d, repeats_7d, repeats_7d_same_disposition, repeat_rate_7d, fcr_7d";
    assert_eq!(cells(&database, columns, "v_repeat_days(zone = 'UTC') WHERE day = '2024-03-28'"), ["5 4 1 0.8 0.2"]);
}
