//! The views of agents' time on the real engine, for every activity that there is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod common;

use common::Database;
use events::{Activity, ActivitySpan, Change};

const MINUTE_US: i64 = 60_000_000;
/// 10:00 UTC of 1 March 2024.
const START_US: i64 = 1_709_287_200_000_000;

fn write(database: &Database, spans: &[ActivitySpan<'_>]) {
    let message = |after: &ActivitySpan<'_>| {
        let mut bytes = Vec::new();
        let change = Change { partition: 0, generation: 0, version: 1, before: None, after: Some(after.clone()) };
        events::codec::Encoder::default().encode(&change, &mut bytes).unwrap();
        bytes
    };
    database.write(&spans.iter().map(message).collect::<Vec<_>>()).unwrap();
}

fn cells(database: &Database, sql: &str) -> Vec<String> {
    database.rows(sql).into_iter().map(|row| row.into_values().collect::<Vec<_>>().join(" ")).collect()
}

/// One agent for each activity, on it for as many minutes as its place in the table: SQL counts as paid, staffed, occupied and in the base
/// of occupancy what the one definition says, activity by activity.
#[test]
fn sql_counts_each_activity_as_it_is_defined() {
    let database = Database::new("activities");
    let spans: Vec<ActivitySpan<'_>> = (1..)
        .zip(Activity::ALL)
        .map(|(minutes, activity)| ActivitySpan {
            tenant: "default",
            agent: activity.name(),
            started_us: START_US,
            ended_us: Some(START_US + minutes * MINUTE_US),
            activity: activity.name(),
            ..ActivitySpan::default()
        })
        .collect();
    write(&database, &spans);
    let found = cells(
        &database,
        "SELECT agent AS a, paid_us / 60000000 AS b, staffed_us / 60000000 AS c, occupied_us / 60000000 AS d, occupancy_base_us / 60000000 AS e,
            ifNull(toString(occupancy), 'null') AS f FROM v_agent_days(zone = 'UTC', paid_shift_s = 27000) ORDER BY agent",
    );
    let mut expected: Vec<String> = (1..)
        .zip(Activity::ALL)
        .map(|(minutes, activity)| {
            let if_so = |counts: bool| if counts { minutes } else { 0 };
            let (occupied, base) = (activity.occupied() && activity.in_occupancy_base(), activity.in_occupancy_base());
            let occupancy = if base { u8::from(occupied).to_string() } else { "null".to_owned() };
            let [paid, staffed, occupied, base] = [activity.paid(), activity.staffed(), occupied, base].map(if_so);
            format!("{} {paid} {staffed} {occupied} {base} {occupancy}", activity.name())
        })
        .collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

/// "claim" has the business type service from 10:30 on, "other" an entry without a type, "?" none. Of five contacts with a disposition four have no type: "claim"
/// of 10:00, both "?", and "other"; "claim" of 10:30 has one.
#[test]
fn dispositions_without_a_business_type_are_counted_as_of_the_time() {
    use common::made::{contact, entry, fact};
    let database = Database::new("dispositions");
    let ended = |id, minutes: i64, disposition| {
        let from_us = START_US + minutes * MINUTE_US;
        fact(events::Contact { disposition, ..contact(id, None, from_us, from_us + 1, events::ContactOutcome::Handled) })
    };
    let reason = |id, minutes: i64, attributes: &[(&'static str, &'static str)]| {
        entry(events::ReferenceKind::Reason, id, START_US + minutes * MINUTE_US, attributes)
    };
    let messages = [
        reason("claim", 30, &[("business_type", "service")]),
        reason("other", 0, &[("kind", "disposition")]),
        ended("1", 0, Some("claim")),
        ended("2", 30, Some("claim")),
        ended("3", 1, Some("?")),
        ended("4", 2, Some("?")),
        ended("5", 3, Some("other")),
        ended("6", 4, None),
    ];
    database.write(&messages).unwrap();
    let sql = "SELECT disposition AS a, contacts_without_type AS b, formatDateTime(newest_at, '%H:%i') AS c FROM v_unmapped_dispositions
        ORDER BY disposition";
    assert_eq!(cells(&database, sql), ["? 2 10:02", "claim 1 10:00", "other 1 10:03"]);
}

/// "desk" is back office from 10:30 on by the reference data, and an unknown pause to the agent stage: 5 min before, 10 and 20 min after. "lunch" is in no
/// reference data.
#[test]
fn reasons_of_pauses_stand_beside_what_reference_data_say_of_them() {
    use common::made::{entry, fact};
    let database = Database::new("pause_reasons");
    let pause = |agent, from: i64, to: i64, activity, reason| {
        let (started_us, ended_us) = (START_US + from * MINUTE_US, Some(START_US + to * MINUTE_US));
        fact(ActivitySpan { tenant: "default", agent, started_us, ended_us, activity, reason: Some(reason), inferred: 0 })
    };
    let messages = [
        entry(events::ReferenceKind::Reason, "desk", START_US + 30 * MINUTE_US, &[("activity", "back_office")]),
        pause("ann", 0, 5, "pause_unspecified", "desk"),
        pause("ann", 30, 40, "pause_unspecified", "desk"),
        pause("bob", 40, 60, "pause_unspecified", "desk"),
        pause("cid", 0, 30, "pause_meal", "lunch"),
    ];
    database.write(&messages).unwrap();
    let sql = "SELECT pause_reason AS a, activity AS b, ifNull(reference_activity, '-') AS c, pauses AS d, pause_us / 60000000 AS e FROM v_pause_reasons
        ORDER BY pause_reason, reference_activity";
    assert_eq!(
        cells(&database, sql),
        ["desk pause_unspecified back_office 2 30", "desk pause_unspecified - 1 5", "lunch pause_meal - 1 30"]
    );
}

/// "zumba" of 10 and 20 min by two agents and one that goes on, "?" of one, and a pause that a table knows.
#[test]
fn reasons_that_no_table_knows_are_listed() {
    let database = Database::new("reasons");
    let span = |agent, from: i64, to: Option<i64>, reason, inferred| ActivitySpan {
        tenant: "default",
        agent,
        started_us: START_US + from * MINUTE_US,
        ended_us: to.map(|to| START_US + to * MINUTE_US),
        activity: "pause_unspecified",
        reason,
        inferred,
    };
    // Bit 3 is unmapped_reason; bits of something else beside it make no difference.
    let spans = [
        span("ann", 0, Some(10), Some("zumba"), 8),
        span("ann", 30, Some(50), Some("zumba"), 8 + 256),
        span("bob", 60, None, Some("zumba"), 8),
        span("bob", 0, Some(1), Some("?"), 8),
        span("cid", 0, Some(5), Some("lunch"), 256),
        span("dot", 0, Some(5), None, 0),
    ];
    write(&database, &spans);
    let sql = "SELECT reason AS a, pauses AS b, agents AS c, pause_us / 60000000 AS d, formatDateTime(last_used_at, '%H:%i') AS e
        FROM v_unmapped_reasons ORDER BY pause_us DESC";
    assert_eq!(cells(&database, sql), ["zumba 3 2 30 11:00", "? 1 1 1 10:00"]);
}
