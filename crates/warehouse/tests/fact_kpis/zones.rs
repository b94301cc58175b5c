//! Days of a site's zone when clocks change, and what holds as of the time: targets, and schedules that are corrected afterwards.

use super::common::contacts::Facts;
use super::common::{Database, root};
use super::facts::{agent, at, cells, encoded, handling, observation, span};
use events::{Observation, ObservationKind, Reference, ReferenceKind, VisitOutcome};

/// 2024-03-30 23:00 UTC and 2024-10-26 22:00 UTC: the days of Berlin on which the clocks change begin.
const SPRING_US: i64 = at(2, 23, 0, 0);
const AUTUMN_US: i64 = at(212, 22, 0, 0);
const HOUR_US: i64 = 3_600_000_000;

/// ann is available from half an hour before the day until half an hour after it. 31 March has 23 hours, 92 quarter hours, 82,800 s; 27 October 25 hours,
/// 100 quarter hours, 90,000 s; the half hours belong to the days beside them. Each day's handling, in its last minute, counts in it.
#[test]
fn days_of_23_and_25_hours_have_their_quarter_hours() {
    let database = Database::new("clock_changes");
    let half_us = HOUR_US / 2;
    let messages = [
        span("ann", SPRING_US - half_us, SPRING_US + 23 * HOUR_US + half_us, "available"),
        span("ann", AUTUMN_US - half_us, AUTUMN_US + 25 * HOUR_US + half_us, "available"),
        encoded(&agent("ann", 0, &[("team", "blue")])),
        handling("1", "ann", SPRING_US + 23 * HOUR_US - 1),
        handling("2", "ann", AUTUMN_US + 25 * HOUR_US - 1),
    ];
    database.write(&messages).unwrap();
    let expected = [
        "2024-03-30 1800000000 0",
        "2024-03-31 82800000000 1",
        "2024-04-01 1800000000 0",
        "2024-10-26 1800000000 0",
        "2024-10-27 90000000000 1",
        "2024-10-28 1800000000 0",
    ];
    let days = |view: &str| {
        cells(&database, "day, available_us, handled", &format!("{view}(zone = 'Europe/Berlin', paid_shift_s = 27000) ORDER BY day"))
    };
    assert_eq!(days("v_agent_days"), expected);
    assert_eq!(days("v_team_days"), expected);
    let quarters = "(SELECT toDate(interval_start, 'Europe/Berlin') AS day, toString(count()) AS quarters FROM v_agent_intervals GROUP BY day) WHERE day IN ('2024-03-31', '2024-10-27') ORDER BY day";
    assert_eq!(cells(&database, "day, quarters", quarters), ["2024-03-31 92", "2024-10-27 100"]);
    let rates = cells(
        &database,
        "calls_per_hour, calls_per_logged_hour",
        "v_agent_days(zone = 'Europe/Berlin', paid_shift_s = 27000) WHERE day = '2024-10-27'",
    );
    assert_eq!(rates, ["0.04 0.04"], "1 in 25 hours");
}

/// The same 24 hours, from 30 March 22:30 UTC, by the clocks of three sites. New York is 4 hours behind: 5.5 h (19,800 s) of the 30th and 18.5 h (66,600 s) of the
/// 31st. Kathmandu is 5:45 ahead: its 31st ends at 18:15 UTC: 19.75 h (71,100 s), then 4.25 h (15,300 s). Lisbon's clocks change, too: its 31st begins at 0:00
/// and ends at 23:00 UTC: 1.5 h (5,400 s), then 22.5 h (81,000 s).
#[test]
fn a_site_in_another_zone_has_other_days() {
    let database = Database::new("zones");
    let begin_us = SPRING_US - HOUR_US / 2;
    database.write(&[span("ann", begin_us, begin_us + 24 * HOUR_US, "available")]).unwrap();
    let days =
        |zone: &str| cells(&database, "day, available_us", &format!("v_agent_days(zone = '{zone}', paid_shift_s = 27000) ORDER BY day"));
    assert_eq!(days("America/New_York"), ["2024-03-30 19800000000", "2024-03-31 66600000000"]);
    assert_eq!(days("Asia/Kathmandu"), ["2024-03-31 71100000000", "2024-04-01 15300000000"]);
    assert_eq!(days("Europe/Lisbon"), ["2024-03-30 5400000000", "2024-03-31 81000000000"]);
}

/// ann is available for 45 min and on a pause for 15, and handles 3: 4 per productive hour, 3 per hour logged in.
#[test]
fn calls_per_hour_name_their_hours() {
    let database = Database::new("hours");
    let t = |minute| at(0, 9, minute, 0);
    let mut messages = vec![span("ann", t(0), t(45), "available"), span("ann", t(45), t(60), "pause_break")];
    messages.extend(["a", "b", "c"].map(|id| handling(id, "ann", t(30))));
    database.write(&messages).unwrap();
    let found = cells(&database, "calls_per_hour, calls_per_logged_hour", "v_agent_days(zone = 'UTC', paid_shift_s = 27000)");
    assert_eq!(found, ["4 3"]);
}

/// ann's shift was from 9:00 to 10:00; she worked until 11:00. On the next day the schedule is corrected to 11:00: twice the time, all of it adherent; and then
/// to a shift from 8:00 to 9:00, of which she missed all. Each correction replaces what was scheduled, it adds nothing.
#[test]
fn a_schedule_that_is_corrected_afterwards_changes_adherence() {
    let database = Database::new("corrected");
    let t = |hour| at(0, hour, 0, 0);
    let shift = |from_us, to_us, revision| {
        let begins = observation(ObservationKind::Shift, "1", from_us);
        encoded(&Observation { agent: Some("ann"), ended_us: Some(to_us), dimension: Some("queue"), revision, ..begins })
    };
    database.write(&[span("ann", t(9), t(11), "available"), shift(t(9), t(10), 1)]).unwrap();
    let columns = "scheduled_us, adherent_us, adherence, shrinkage";
    let adherence = || cells(&database, columns, "v_adherence_days(zone = 'UTC', grace_s = 60)");
    assert_eq!(adherence(), ["3600000000 3600000000 1 0"]);
    database.write(&[shift(t(9), t(11), 2)]).unwrap();
    assert_eq!(adherence(), ["7200000000 7200000000 1 0"]);
    database.write(&[shift(t(8), t(9), 3), shift(t(9), t(10), 1)]).unwrap();
    assert_eq!(adherence(), ["3600000000 0 0 1"], "the newest revision counts, whatever comes last");
}

/// Four of five calls are answered within 20 s on 28 and on 29 March (Berlin), one waits longer: 0.8 on both days. The target is 80 % until 28 March and 85 % from
/// the 29th on: reached, missed. Then it turns out that 85 % held from the 28th: missed on both.
#[test]
fn a_target_is_the_one_of_the_day() {
    let database = Database::new("targets");
    let mut facts = Facts::default();
    let template = Facts::new(1, 1).visits.remove(0);
    for day in 0..2 {
        for (minute, wait_ms) in (0..).zip([1_000, 5_000, 10_000, 20_000, 20_001]) {
            let mut visit = template.clone();
            let entered_us = at(day, 9, minute, 0);
            (visit.tenant, visit.queue, visit.entered_us, visit.left_us) =
                ("default", "sales", entered_us, Some(entered_us + wait_ms * 1_000));
            (visit.wait_ms, visit.outcome) = (Some(wait_ms), VisitOutcome::Answered);
            facts.visits.push(visit);
        }
    }
    database.write(&facts.panes(1)).unwrap();
    let target = |valid_from_us, percent| {
        let attributes = [("target_percent", percent)].into();
        encoded(&Reference {
            tenant: "default",
            kind: ReferenceKind::Queue,
            id: "sales",
            valid_from_us,
            attributes,
            removed: false,
            revision: 1,
        })
    };
    let query = std::fs::read_to_string(root().join("deploy/sql/service_level_against_target.sql")).unwrap();
    let days = || cells(&database, "local_day, service_level_20s, target, target_reached", &format!("({query})"));
    let berlin_us = |day| at(day, 23, 0, 0) - 24 * HOUR_US;
    database.write(&[target(0, "80"), target(berlin_us(1), "85")]).unwrap();
    assert_eq!(days(), ["2024-03-28 0.8 0.8 1", "2024-03-29 0.8 0.85 0"]);
    database.write(&[target(berlin_us(0), "85")]).unwrap();
    assert_eq!(days(), ["2024-03-28 0.8 0.85 0", "2024-03-29 0.8 0.85 0"]);
}
