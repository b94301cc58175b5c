//! The vendors' metrics from our facts: which interval they put each into, and what they count.

use super::common::Database;
use super::facts::{at, cells, fact, handling_of, span, visit_of};
use events::{Handling, HandlingEnd, VisitOutcome};

const fn t(hour: i64, minute: i64, second: i64) -> i64 {
    at(0, hour, minute, second)
}

/// 1 enters at 9:58:00, is answered after 15 s, talks 1,005 s and holds 60 s until the agent hangs up at 10:16, after-call work 900 s until 10:31.
/// 2 gives up after 30 s and 3 after 4 s, 4 asks for a callback after 20 s, 5 leaves by timeout after 60 s, 6 is cut off by a failure after 10 s, 7 is
/// answered after 25 s and still talks, 8 waits, 9 found the queue full. ben took a direct call of 60 s at 10:00 and transferred it.
fn facts() -> Vec<Vec<u8>> {
    use VisitOutcome::{Abandoned, Answered, Blocked, Callback, Open, SystemError, Timeout};
    let long = Handling {
        connected_us: t(9, 58, 15),
        talk_ended_us: Some(t(10, 16, 0)),
        talk_ms: Some(1_005_000),
        hold_ms: 60_000,
        holds: 1,
        longest_hold_ms: 60_000,
        acw_ms: Some(900_000),
        end: HandlingEnd::Agent,
        ..handling_of("1", "ann", t(10, 31, 0))
    };
    let open = Handling {
        talk_ended_us: None,
        ended_us: None,
        talk_ms: None,
        acw_ms: None,
        end: HandlingEnd::Open,
        ..handling_of("7", "cid", t(10, 7, 25))
    };
    let direct = Handling { visit_number: None, acw_ms: None, end: HandlingEnd::TransferBlind, ..handling_of("10", "ben", t(10, 1, 0)) };
    vec![
        fact(visit_of("1", t(9, 58, 0), Some(15_000), Answered)),
        fact(visit_of("2", t(10, 1, 0), Some(30_000), Abandoned)),
        fact(visit_of("3", t(10, 2, 0), Some(4_000), Abandoned)),
        fact(visit_of("4", t(10, 3, 0), Some(20_000), Callback)),
        fact(visit_of("5", t(10, 4, 0), Some(60_000), Timeout)),
        fact(visit_of("6", t(10, 5, 0), Some(10_000), SystemError)),
        fact(visit_of("7", t(10, 6, 0), Some(25_000), Answered)),
        fact(visit_of("8", t(10, 7, 0), None, Open)),
        fact(visit_of("9", t(10, 8, 0), None, Blocked)),
        fact(long),
        fact(open),
        fact(direct),
    ]
}

/// By disconnect. 10:00: 2 to 6 left the queue, of them 3 and 4 in 20 s: 40 %; 2 of 5 gave up, after 17 s on average; ben's call of 60 s. 10:15: 1, answered
/// after 15 s, 1,005 + 60 + 900 s of handle time. By enqueue 1 belongs to 9:45. 7, 8 and 9 are not there.
#[test]
fn amazon_connect_counts_by_disconnect() {
    let database = Database::new("connect");
    database.write(&facts()).unwrap();
    let rows = |columns: &str| {
        cells(&database, &format!("interval_start, {columns}"), "v_reconcile_amazon_connect(threshold_s = 20) ORDER BY interval_start")
    };
    let counts = rows(
        "CONTACTS_QUEUED, CONTACTS_QUEUED_BY_ENQUEUE, CONTACTS_HANDLED, CONTACTS_ABANDONED, CONTACTS_TRANSFERRED_OUT, CONTACTS_AGENT_HUNG_UP_FIRST, MAX_QUEUED_TIME, SERVICE_LEVEL, ABANDONMENT_RATE",
    );
    let expected =
        ["2024-03-28 09:45:00 0 1 0 0 0 0 - - -", "2024-03-28 10:00:00 5 5 1 2 1 0 60 40 40", "2024-03-28 10:15:00 1 0 1 0 0 1 15 100 0"];
    assert_eq!(counts, expected);
    let times = rows(
        "AVG_ABANDON_TIME, AVG_QUEUE_ANSWER_TIME, AVG_HANDLE_TIME, AVG_INTERACTION_TIME, AVG_INTERACTION_AND_HOLD_TIME, AVG_AFTER_CONTACT_WORK_TIME, AVG_HOLD_TIME, AVG_HOLD_TIME_ALL_CONTACTS, AVG_HOLDS",
    );
    let expected = [
        "2024-03-28 09:45:00 - - - - - - - - -",
        "2024-03-28 10:00:00 17 - 60 60 60 0 - 0 0",
        "2024-03-28 10:15:00 - 15 1965 1005 1065 900 60 60 1",
    ];
    assert_eq!(times, expected);
}

/// By event. 9:45: 1 is offered and answered in time. 10:00: 2 to 8 are offered; 7 is answered late; 2, 3 and the failure 6 are abandons (44 s), 3 a short one;
/// 4 and 5 flow out (80 s): 0 of 4 in time, 3 of 7 abandoned. ben's call is handled and transferred. 10:30: 1 is complete, 1,965 s.
#[test]
fn genesys_cloud_counts_by_event_and_handle_time_at_its_completion() {
    let database = Database::new("genesys");
    database.write(&facts()).unwrap();
    let rows = |columns: &str| {
        let from = "v_reconcile_genesys_cloud(threshold_s = 20, short_abandon_s = 5) ORDER BY interval_start";
        cells(&database, &format!("interval_start, {columns}"), from)
    };
    let counts = rows(
        "nOffered, tAnswered_count, tAnswered_sum, tAbandon_count, tAbandon_sum, tShortAbandon_count, tFlowOut_count, tFlowOut_sum, nOverSla, oServiceLevel, abandon_percent",
    );
    let expected = [
        "2024-03-28 09:45:00 1 1 15000 0 0 0 0 0 0 1 0",
        "2024-03-28 10:00:00 7 1 25000 3 44000 1 2 80000 1 0 42.8571",
        "2024-03-28 10:30:00 0 0 0 0 0 0 0 0 0 - -",
    ];
    assert_eq!(counts, expected);
    let work = rows(
        "tHandle_count, tHandle_sum, tTalkComplete_sum, tHeldComplete_count, tHeldComplete_sum, tAcw_count, tAcw_sum, nBlindTransferred, nConsultTransferred, nTransferred",
    );
    let expected = [
        "2024-03-28 09:45:00 0 0 0 0 0 0 0 0 0 0",
        "2024-03-28 10:00:00 1 60000 60000 0 0 0 0 1 0 1",
        "2024-03-28 10:30:00 1 1965000 1005000 1 60000 1 900000 0 0 0",
    ];
    assert_eq!(work, expected);
}

/// ann's quarter hour: 5 min in contact, 1 after-call work, 4 available, 3 on a break, 2 in the back office: occupied 6 of 10 minutes for both vendors.
#[test]
fn both_vendors_leave_pauses_out_of_occupancy() {
    let database = Database::new("vendor_agents");
    let mut messages = Vec::new();
    let mut from = 0;
    for (minutes, activity) in [(5, "contact"), (1, "acw"), (4, "available"), (3, "pause_break"), (2, "back_office")] {
        messages.push(span("ann", t(10, from, 0), t(10, from + minutes, 0), activity));
        from += minutes;
    }
    database.write(&messages).unwrap();
    let columns = "AGENT_OCCUPANCY, SUM_CONTACT_TIME_AGENT, SUM_IDLE_TIME_AGENT, SUM_NON_PRODUCTIVE_TIME_AGENT, SUM_ONLINE_TIME_AGENT";
    assert_eq!(cells(&database, columns, "v_reconcile_amazon_connect_agents"), ["60 360 240 300 900"]);
    let columns = "INTERACTING, IDLE, OFF_QUEUE, occupancy_percent";
    assert_eq!(cells(&database, columns, "v_reconcile_genesys_cloud_agents"), ["360000 240000 300000 60"]);
}
