//! Adherence: what the grace forgives and what it does not.

use super::common::Database;
use super::facts::{at, cells, encoded, observation, shift, span};
use events::{Observation, ObservationKind};

/// A shift that is nobody's is in no number, and an absence that is nobody's takes nothing from ann's.
#[test]
fn a_shift_without_an_agent_is_left_out() {
    let database = Database::new("nobody");
    let t = |hour| at(0, hour, 0, 0);
    let nobodys = |kind, id| {
        encoded(&Observation { ended_us: Some(t(10)), dimension: Some("queue"), outcome: Some("planned"), ..observation(kind, id, t(9)) })
    };
    let messages = [
        nobodys(ObservationKind::Shift, "1"),
        nobodys(ObservationKind::Absence, "2"),
        shift("3", "ann", t(9), t(10), "queue"),
        span("ann", t(9), t(10), "available"),
    ];
    database.write(&messages).unwrap();
    assert_eq!(cells(&database, "agent, adherence", "v_adherence_days(zone = 'UTC', grace_s = 0)"), ["ann 1"]);
    assert_eq!(cells(&database, "shifts, on_leave, worked", "v_attendance_days(zone = 'UTC', late_s = 300)"), ["1 0 1"]);
}

/// ann is to be in the queue from 9:00 to 10:00, 3,600 s. She logs in 30 s late, takes a break of 60 s (exactly the grace), one of 61 s, and
/// logs out 45 s early. The grace forgives the first break and no time logged out: 3,600 - 30 - 61 - 45 = 3,464 s; without grace 3,404 s.
#[test]
fn grace_forgives_short_pauses_and_never_being_logged_out() {
    let database = Database::new("grace");
    let t = |minute, second| at(0, 9, minute, second);
    let messages = [
        shift("1", "ann", t(0, 0), t(60, 0), "queue"),
        span("ann", t(0, 30), t(20, 0), "available"),
        span("ann", t(20, 0), t(21, 0), "pause_break"),
        span("ann", t(21, 0), t(40, 0), "contact"),
        span("ann", t(40, 0), t(41, 1), "pause_break"),
        span("ann", t(41, 1), t(59, 15), "acw"),
    ];
    database.write(&messages).unwrap();
    let adherent =
        |grace_s: u32| cells(&database, "scheduled_us, adherent_us", &format!("v_adherence_days(zone = 'UTC', grace_s = {grace_s})"));
    assert_eq!(adherent(60), ["3600000000 3464000000"]);
    assert_eq!(adherent(0), ["3600000000 3404000000"]);
}

/// ann is to be in the queue from 9:00 to 10:00. A break of 40 s followed by a meeting of 40 s are 80 s at a stretch: longer than the grace of 60 s,
/// so none of it is forgiven. A break of 40 s alone is. For 30 s nobody knows what she did: that is in neither part of adherence.
/// Adherent 3,600 - 80 - 30 = 3,490 of 3,570 s.
#[test]
fn grace_is_for_a_stretch_whatever_was_done_in_it() {
    let database = Database::new("stretch");
    let t = |minute, second| at(0, 9, minute, second);
    let messages = [
        shift("1", "ann", t(0, 0), t(60, 0), "queue"),
        span("ann", t(0, 0), t(20, 0), "available"),
        span("ann", t(20, 0), t(20, 40), "pause_break"),
        span("ann", t(20, 40), t(21, 20), "pause_meeting"),
        span("ann", t(21, 20), t(40, 0), "contact"),
        span("ann", t(40, 0), t(40, 40), "pause_break"),
        span("ann", t(40, 40), t(50, 0), "available"),
        span("ann", t(50, 0), t(50, 30), "unknown"),
        span("ann", t(50, 30), t(60, 0), "available"),
    ];
    database.write(&messages).unwrap();
    let found = cells(&database, "scheduled_us, unknown_us, adherent_us, adherence", "v_adherence_days(zone = 'UTC', grace_s = 60)");
    // 3,490 / 3,570.
    assert_eq!(found, ["3600000000 30000000 3490000000 0.9776"]);
}

/// Nights in Berlin, an hour ahead of UTC on 28 and 29 March 2024. ann, from 22:00 to 06:00 with a meal at 2:00, logs in at 22:06, eats from 2:00 to 2:30 and
/// leaves at 5:50: adherent 14,040 + 1,800 + 12,000 = 27,840 of 28,800 s, 360 s late, all of it on the 28th. In the next night she is ill: 28,800 s
/// on the 29th, though the night before ended on that day. On the clock's days she was logged in for 6,840 s and 21,000 s.
#[test]
fn a_night_is_one_shift_of_the_day_on_which_it_begins() {
    let database = Database::new("nights");
    let t = |night: i64, hour: i64, minute: i64| at(night, 21 + hour, minute, 0);
    let ill = Observation {
        agent: Some("ann"),
        ended_us: Some(t(1, 8, 0)),
        outcome: Some("unplanned"),
        reason: Some("sick"),
        ..observation(ObservationKind::Absence, "9", t(1, 0, 0))
    };
    let messages = [
        shift("1", "ann", t(0, 0, 0), t(0, 4, 0), "queue"),
        shift("2", "ann", t(0, 4, 0), t(0, 4, 30), "meal"),
        shift("3", "ann", t(0, 4, 30), t(0, 8, 0), "queue"),
        shift("4", "ann", t(1, 0, 0), t(1, 8, 0), "queue"),
        span("ann", t(0, 0, 6), t(0, 4, 0), "available"),
        span("ann", t(0, 4, 0), t(0, 4, 30), "pause_meal"),
        span("ann", t(0, 4, 30), t(0, 7, 50), "available"),
        encoded(&ill),
    ];
    database.write(&messages).unwrap();
    let found = cells(&database, "day, scheduled_us, adherent_us", "v_adherence_days(zone = 'Europe/Berlin', grace_s = 60) ORDER BY day");
    assert_eq!(found, ["2024-03-28 28800000000 27840000000", "2024-03-29 28800000000 0"]);
    let columns = "day, shift_us, came, late_us, unplanned_us, sick";
    let found = cells(&database, columns, "v_shift_days(zone = 'Europe/Berlin') ORDER BY start_us");
    assert_eq!(found, ["2024-03-28 28800000000 1 360000000 0 0", "2024-03-29 28800000000 0 0 28800000000 1"]);
    let columns = "day, shifts, worked, late, sick, attendance, lateness, absence";
    let found = cells(&database, columns, "v_attendance_days(zone = 'Europe/Berlin', late_s = 300) ORDER BY day");
    assert_eq!(found, ["2024-03-28 1 1 1 0 1 1 0", "2024-03-29 1 0 0 1 0 - 1"]);
    let found = cells(&database, "day, staffed_us", "v_agent_days(zone = 'Europe/Berlin', paid_shift_s = 27000) ORDER BY day");
    assert_eq!(found, ["2024-03-28 6840000000", "2024-03-29 21000000000"]);
}

/// bob has a split shift, with 5 h 59 min between: one shift of 8 to 20 o'clock. cid has 6 h between: two shifts of one day. In the night to
/// 31 March Berlin's clock skips an hour: dan's night from 22:00 to 06:00 has 7 h. eve works from midnight on and again from 22:00 on.
/// Training lies within fay's shift, which goes on for longer than a rest after it.
#[test]
fn a_shift_ends_with_a_rest_and_not_with_the_day() {
    let database = Database::new("rests");
    let messages = [
        shift("1", "bob", at(0, 7, 0, 0), at(0, 11, 0, 0), "queue"),
        shift("2", "bob", at(0, 16, 59, 0), at(0, 19, 0, 0), "queue"),
        shift("3", "cid", at(0, 7, 0, 0), at(0, 9, 0, 0), "queue"),
        shift("4", "cid", at(0, 15, 0, 0), at(0, 17, 0, 0), "queue"),
        shift("5", "dan", at(2, 21, 0, 0), at(3, 4, 0, 0), "queue"),
        shift("6", "eve", at(0, 23, 0, 0), at(1, 7, 0, 0), "queue"),
        shift("7", "eve", at(1, 21, 0, 0), at(2, 5, 0, 0), "queue"),
        shift("8", "fay", at(0, 7, 0, 0), at(0, 15, 0, 0), "queue"),
        shift("9", "fay", at(0, 8, 0, 0), at(0, 8, 30, 0), "training"),
        shift("10", "fay", at(0, 15, 0, 0), at(0, 16, 0, 0), "queue"),
    ];
    database.write(&messages).unwrap();
    let found = cells(&database, "agent, day, shift_us", "v_shift_days(zone = 'Europe/Berlin') ORDER BY agent, start_us");
    let expected = [
        "bob 2024-03-28 43200000000",
        "cid 2024-03-28 7200000000",
        "cid 2024-03-28 7200000000",
        "dan 2024-03-30 25200000000",
        "eve 2024-03-29 28800000000",
        "eve 2024-03-29 28800000000",
        "fay 2024-03-28 32400000000",
    ];
    assert_eq!(found, expected);
    let found = cells(&database, "day, shifts", "v_attendance_days(zone = 'Europe/Berlin', late_s = 300) ORDER BY day");
    assert_eq!(found, ["2024-03-28 4", "2024-03-29 2", "2024-03-30 1"]);
}
