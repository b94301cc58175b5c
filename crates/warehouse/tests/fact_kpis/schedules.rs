//! Adherence: what the grace forgives and what it does not.

use super::common::Database;
use super::facts::{at, cells, shift, span};

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
