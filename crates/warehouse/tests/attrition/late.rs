//! What comes late: a day changes with its own facts, and with nothing that comes after it.

use super::facts::{agent, contact, encoded, shift, span};
use super::site::{Berlin, DAY, absence, call, fact, person, reference, utc};
use events::{ContactOutcome, ReferenceKind};

/// No day.
const NONE: [i32; 0] = [];

/// Four days of two agents, each with a shift, a span, a call and a contact.
fn four_days(ids: &[String]) -> Vec<Vec<u8>> {
    let mut messages = vec![person("ann"), person("ben")];
    for (number, day) in (-3..=0).enumerate() {
        for (of, who) in ["ann", "ben"].into_iter().enumerate() {
            let [id, customer] = [&ids[number * 4 + of], &ids[number * 4 + of + 2]];
            messages.push(shift(id, who, utc(day, 8, 0), utc(day, 16, 0), "queue"));
            messages.push(span(who, utc(day, 8, 5), utc(day, 16, 0), "available"));
            messages.push(fact(call(id, who, "sales", utc(day, 9, 0), 100)));
            messages.push(contact(id, Some(customer), utc(day, 8, 58), utc(day, 9, 0), ContactOutcome::Handled));
        }
    }
    messages
}

fn ids() -> Vec<String> {
    (0..16).map(|number| format!("i{number}")).collect()
}

/// The latest event is the end of the spans of the last day, 16:00 UTC of the 27th. Day −2 ended at 22:00 UTC of the 25th, 42 h before: closed. Day −1 ended 18 h
/// before.
#[test]
fn a_day_is_closed_thirty_six_hours_after_its_end() {
    let berlin = Berlin::new("closed");
    assert_eq!(berlin.wait(berlin.attrition.closed_days(&berlin.site)).unwrap(), None, "nothing is known");
    berlin.write(&four_days(&ids()));
    let closed = berlin.closed();
    assert_eq!((closed.first_day, closed.last_day, closed.as_of_us), (DAY - 3, DAY - 2, utc(0, 16, 0)));
    // Day −1 ended at 22:00 UTC of the 26th; 36 h later it is 10:00 of the 28th.
    berlin.write(&[span("ann", utc(1, 9, 0), utc(1, 10, 0) - 1, "available")]);
    assert_eq!(berlin.closed().last_day, DAY - 2);
    berlin.write(&[span("ben", utc(1, 9, 0), utc(1, 10, 0), "available")]);
    assert_eq!(berlin.closed().last_day, DAY - 1);
    assert_eq!(berlin.wait(berlin.attrition.sites()).unwrap(), std::slice::from_ref(&berlin.site));
}

/// All four days are formed, together or one by one with the same rows. The same messages again change nothing. A late call changes its day alone; so does a
/// corrected span, and a shift that is told late. A day's repeats become known later, and that day is due again.
#[test]
fn a_late_fact_changes_its_own_day_and_no_other() {
    let berlin = Berlin::new("stale");
    let ids = ids();
    berlin.write(&four_days(&ids));
    berlin.write(&[span("ann", utc(2, 11, 0), utc(2, 12, 0), "available")]);
    let closed = berlin.closed();
    let all = [DAY - 3, DAY - 2, DAY - 1, DAY];
    assert_eq!((closed.last_day, berlin.stale(&closed)), (DAY, all.to_vec()));
    berlin.form(&all, closed.as_of_us);
    let together = berlin.days(DAY - 3, DAY);
    assert_eq!(together.len(), 8);
    assert_eq!(berlin.stale(&closed), NONE);
    for day in all {
        berlin.form(&[day], closed.as_of_us);
    }
    assert_eq!(berlin.days(DAY - 3, DAY), together, "one by one");
    berlin.write(&four_days(&ids));
    assert_eq!(berlin.stale(&closed), NONE, "the same again");

    let late: [(i32, Vec<u8>); 4] = [
        (DAY - 2, fact(call("late", "ann", "sales", utc(-2, 12, 0), 100))),
        (DAY - 1, span("ben", utc(-1, 17, 0), utc(-1, 18, 0), "contact")),
        (DAY, shift("late", "ann", utc(0, 16, 0), utc(0, 17, 0), "queue")),
        (DAY - 3, absence("late", "ben", utc(-3, 8, 0), utc(-3, 9, 0), "planned")),
    ];
    for (day, message) in late {
        let before = berlin.days(DAY - 3, DAY);
        berlin.write(&[message]);
        assert_eq!(berlin.stale(&closed), [day]);
        berlin.form(&berlin.stale(&closed), closed.as_of_us);
        assert_eq!(berlin.stale(&closed), NONE);
        let after = berlin.days(DAY - 3, DAY);
        let changed: Vec<i32> = before.iter().zip(&after).filter(|(before, after)| before != after).map(|(_, after)| after.day).collect();
        assert_eq!(changed, [day], "one agent's day");
    }
    // Repeats of day −1 are known at 22:00 UTC of the 29th, those of day 0 at 23:00 of the 30th; the two before were known already. Day 1 is closed meanwhile.
    berlin.write(&[span("ann", utc(3, 22, 0), utc(3, 23, 0), "available")]);
    let later = berlin.closed();
    assert_eq!(berlin.stale(&later), [DAY - 1, DAY, DAY + 1]);
}

/// Nothing that happens after the time as of which a day is formed changes its rows: calls, spans, shifts, absences, contacts, moves and leavings of later
/// days are there or not.
#[test]
fn what_comes_after_changes_no_closed_day() {
    let berlin = Berlin::new("cut");
    berlin.write(&four_days(&ids()));
    let as_of_us = utc(2, 11, 0);
    let all = [DAY - 3, DAY - 2, DAY - 1, DAY];
    berlin.form(&all, as_of_us);
    let before = berlin.days(DAY - 3, DAY);
    let gone = [("team", "blue"), ("site", "berlin"), ("hire_date", "2024-01-01"), ("left_date", "2024-10-29"), ("left_kind", "voluntary")];
    berlin.write(&[
        span("ann", utc(2, 11, 0), utc(2, 15, 0), "contact"),
        fact(call("n1", "ann", "care", utc(2, 12, 0), 3_000)),
        shift("n1", "ann", utc(2, 12, 0), utc(2, 20, 0), "queue"),
        absence("n1", "ben", utc(2, 12, 0), utc(30, 12, 0), "unplanned"),
        contact("n1", Some("i14"), utc(2, 12, 0), utc(2, 12, 5), ContactOutcome::Handled),
        encoded(&agent("ben", utc(2, 12, 0), &gone)),
        reference(ReferenceKind::Team, "red", utc(2, 12, 0), &[("site", "berlin"), ("leader", "new")]),
        reference(ReferenceKind::Target, "n1", utc(2, 12, 0), &[("kpi", "aht"), ("value", "1")]),
    ]);
    berlin.form(&all, as_of_us);
    assert_eq!(berlin.days(DAY - 3, DAY), before);
}
