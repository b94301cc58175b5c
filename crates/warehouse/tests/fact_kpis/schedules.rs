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
