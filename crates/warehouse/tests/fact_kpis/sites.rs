//! Seats, cross-support, and the backlog of tickets with a calendar for each site.

use super::common::Database;
use super::facts::{agent, at, cells, encoded, fact, handling_of, observation, span};
use events::{Handling, Observation, ObservationKind, Reference, ReferenceKind};

fn reference(kind: ReferenceKind, id: &str, attributes: &[(&'static str, &'static str)]) -> Vec<u8> {
    let attributes = attributes.iter().copied().collect();
    encoded(&Reference { tenant: "default", kind, id, attributes, revision: 1, ..Reference::default() })
}

/// north (Berlin) has 2 seats, south (Madrid, the same clock) one, open day and night. Thursday: ann logs in at north at 7:30 and moves to south at 8:30, where she
/// works until 9:00: of north's 2 times 12 h half an hour is occupied, and of south's 24 h another half. Good Friday is closed at north. Saturday: 2 times 4 h, nobody.
/// Sunday the clocks go forward: 1:00 to 5:00 are 3 h (2 times: 21,600 s), bob is there from 1:30 to 4:30, 2 h; south has 23 h.
#[test]
fn seats_are_occupied_in_opening_hours_of_the_site_of_the_time() {
    let database = Database::new("seats");
    let messages = [
        reference(
            ReferenceKind::Site,
            "north",
            &[("zone", "Europe/Berlin"), ("seats", "2"), ("opening", "Mo-Fr 08:00-20:00, Sa 09:00-13:00, Su 01:00-05:00")],
        ),
        reference(ReferenceKind::Site, "south", &[("zone", "Europe/Madrid"), ("seats", "1"), ("opening", "Sa-Fr 00:00-24:00")]),
        reference(ReferenceKind::Calendar, "north/2024-03-29", &[("working", "no")]),
        encoded(&agent("ann", 0, &[("site", "north")])),
        encoded(&agent("ann", at(0, 7, 30, 0), &[("site", "south")])),
        encoded(&agent("bob", 0, &[("site", "north")])),
        span("ann", at(0, 6, 30, 0), at(0, 8, 0, 0), "available"),
        span("bob", at(3, 0, 30, 0), at(3, 2, 30, 0), "contact"),
    ];
    database.write(&messages).unwrap();
    let columns = "day, site, open_seat_us, occupied_us, seat_utilisation";
    let north = cells(&database, columns, "v_seat_days(zone = 'Europe/Berlin') ORDER BY day");
    let expected = [
        "2024-03-28 north 86400000000 1800000000 0.0208",
        "2024-03-30 north 28800000000 0 0",
        "2024-03-31 north 21600000000 7200000000 0.3333",
    ];
    assert_eq!(north, expected);
    let south = cells(&database, columns, "v_seat_days(zone = 'Europe/Madrid') WHERE day IN ('2024-03-28', '2024-03-31') ORDER BY day");
    assert_eq!(south, ["2024-03-28 south 86400000000 1800000000 0.0208", "2024-03-31 south 82800000000 0 0"]);
}

/// ann, team blue at north, takes a call of south's queue from 23:50 to 0:10, and one of her own site's. She works on tickets from 10:00 to 11:00 and moves to
/// red at 10:20: 20 and 40 minutes.
#[test]
fn support_is_counted_by_where_it_came_from_and_went_to() {
    let database = Database::new("support");
    let call =
        |id, queue, ended_us| Handling { queue: Some(queue), connected_us: ended_us - 1_200_000_000, ..handling_of(id, "ann", ended_us) };
    let t = |hour, minute| at(0, hour, minute, 0);
    let desk = events::ActivitySpan {
        tenant: "default",
        agent: "ann",
        started_us: t(10, 0),
        ended_us: Some(t(11, 0)),
        activity: "back_office",
        reason: Some("tickets"),
        ..events::ActivitySpan::default()
    };
    let messages = [
        reference(ReferenceKind::Queue, "service", &[("site", "south")]),
        reference(ReferenceKind::Queue, "sales", &[("site", "north")]),
        encoded(&agent("ann", 0, &[("team", "blue"), ("site", "north")])),
        encoded(&agent("ann", t(10, 20), &[("team", "red"), ("site", "north")])),
        fact(call("1", "service", at(1, 0, 10, 0))),
        fact(call("2", "sales", t(12, 0))),
        fact(desk),
    ];
    database.write(&messages).unwrap();
    let columns = "day, team, from_site, to_site, work, support_min, agents";
    let found = cells(&database, columns, "v_cross_support_days(zone = 'UTC') ORDER BY day, work, team");
    let expected = [
        "2024-03-28 red north south service 10 1",
        "2024-03-28 blue north - tickets 20 1",
        "2024-03-28 red north - tickets 40 1",
        "2024-03-29 red north south service 10 1",
    ];
    assert_eq!(found, expected);
}

/// Good Friday, 29 March, is a holiday everywhere, Easter Monday at south only. Opened on Thursday: a in sales (north) and b in service (south) are open, c in sales
/// and d in service were closed on Tuesday at 16:00, e is opened on Wednesday at noon. Wednesday 3 April at noon: a is 3 working days old (Monday to Wednesday) and
/// past its own due time, b 2, e none. c took 2 days, d 1. Limit 3: a and b at risk; limit 2: a late, b at risk, of the new one nothing; limit 5: neither.
#[test]
fn the_backlog_ages_in_working_days_of_the_site() {
    let database = Database::new("backlog");
    let ticket = |id, queue, opened_us, ended_us, due_us| {
        let opened = observation(ObservationKind::Ticket, id, opened_us);
        encoded(&Observation { queue: Some(queue), ended_us, due_us, reason: Some("refund"), ..opened })
    };
    let (thursday, tuesday, noon) = (at(0, 10, 0, 0), at(5, 16, 0, 0), at(6, 12, 0, 0));
    let messages = [
        reference(ReferenceKind::Queue, "sales", &[("site", "north")]),
        reference(ReferenceKind::Queue, "service", &[("site", "south")]),
        reference(ReferenceKind::Calendar, "2024-03-29", &[("working", "no")]),
        reference(ReferenceKind::Calendar, "south/2024-04-01", &[("working", "no")]),
        ticket("a", "sales", thursday, None, Some(tuesday)),
        ticket("b", "service", thursday, None, None),
        ticket("c", "sales", thursday, Some(tuesday), None),
        ticket("d", "service", thursday, Some(tuesday), None),
        ticket("e", "sales", noon, None, None),
    ];
    database.write(&messages).unwrap();
    let backlog = |time: &str, sla_days: i64| {
        let columns =
            "site, open, age_at_most_1, age_2_to_3, late, at_risk, past_due, oldest_working_days, average_age_working_days, late_share";
        cells(&database, columns, &format!("v_ticket_backlog(zone = 'UTC', at = '{time}', sla_days = {sla_days}) ORDER BY site"))
    };
    assert_eq!(backlog("2024-04-03 12:00:00", 3), ["north 2 1 1 0 1 1 3 1.5 0", "south 1 0 1 0 1 0 2 2 0"]);
    assert_eq!(backlog("2024-04-03 12:00:00", 2), ["north 2 1 1 1 0 1 3 1.5 0.5", "south 1 0 1 0 1 0 2 2 0"]);
    assert_eq!(backlog("2024-04-03 11:59:59", 5), ["north 1 0 1 0 0 1 3 3 0", "south 1 0 1 0 0 0 2 2 0"], "before e was opened");
    assert_eq!(backlog("2024-04-02 16:00:00", 5), ["north 1 0 1 0 0 0 2 2 0", "south 1 1 0 0 0 0 1 1 0"], "c and d were closed just then");
    assert_eq!(backlog("2024-04-02 15:59:59", 5), ["north 2 0 2 0 0 0 2 2 0", "south 2 2 0 0 0 0 1 1 0"], "a second before that");
    let closed = cells(&database, "closed, working_days_sum", "v_ticket_days(zone = 'UTC', sla_days = 5) WHERE day = '2024-03-28'");
    assert_eq!(closed, ["2 3"]);
}
