//! Days of agents from the pipeline's facts, on the real engine; the numbers are worked out by hand in the comment of each test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code,
    unused_imports,
    reason = "a test; each uses its part"
)]

mod common;
#[path = "fact_kpis/facts.rs"]
mod facts;
#[path = "attrition/site.rs"]
mod site;

#[path = "attrition/care.rs"]
mod care;
#[path = "attrition/cut.rs"]
mod cut;
#[path = "attrition/labels.rs"]
mod labels;
#[path = "attrition/late.rs"]
mod late;
#[path = "attrition/pace.rs"]
mod pace;
#[path = "attrition/people.rs"]
mod people;
#[path = "attrition/readers.rs"]
mod readers;
#[path = "attrition/watch.rs"]
mod watch;

use attrition::features::{DayFacts, excluded};
use facts::{shift, span};
use site::{Berlin, DAY, absence, person, utc};

/// The whole day of 25 hours, available: 90,000 s. Of them 0:00 to 6:00 by the clock are 7 h, as 2:00 to 3:00 comes twice, and 23:00 to midnight is one: 28,800 s.
#[test]
fn a_day_of_twenty_five_hours_is_counted_whole() {
    let berlin = Berlin::new("hours");
    berlin.write(&[person("ann"), span("ann", utc(-1, 20, 0), utc(0, 23, 30), "available")]);
    berlin.form(&[DAY - 1, DAY, DAY + 1], utc(9, 0, 0));
    let day = berlin.day("ann", DAY);
    assert_eq!((day.staffed_ms, day.paid_ms, day.productive_ms, day.night_ms), (90_000_000, 90_000_000, 90_000_000, 28_800_000));
    // The run began at 22:00 of the day before and lasted 27.5 h.
    assert_eq!((day.longest_run_ms, berlin.day("ann", DAY - 1).longest_run_ms), (None, Some(99_000_000)));
    assert_eq!((berlin.day("ann", DAY - 1).staffed_ms, berlin.day("ann", DAY + 1).staffed_ms), (7_200_000, 1_800_000));
    assert_eq!((day.scheduled_shifts_28d, day.absent, day.overtime_ms, day.unscheduled_pauses), (None, None, None, None), "no schedule");
    assert!(day.source_complete && day.employed && !day.notice_given);
    let starts = [DAY - 1, DAY, DAY + 1].map(|day| berlin.day("ann", day).first_start_minute);
    assert_eq!(starts, [Some(22 * 60), None, None], "what goes on past midnight begins nothing");
}

/// Work begins after six hours without any, a minute less is a break of the same shift; what is not paid is none.
#[test]
fn work_begins_after_six_hours_without() {
    let berlin = Berlin::new("starts");
    let night = |agent| span(agent, utc(-1, 20, 0), utc(-1, 23, 30), "available");
    berlin.write(&[
        person("ann"),
        night("ann"),
        span("ann", utc(0, 5, 30), utc(0, 9, 0), "available"),
        span("ann", utc(0, 16, 0), utc(0, 18, 0), "contact"),
        person("ben"),
        night("ben"),
        span("ben", utc(0, 5, 29), utc(0, 9, 0), "available"),
        person("cid"),
        span("cid", utc(0, 5, 30), utc(0, 6, 0), "pause_meal"),
        span("cid", utc(0, 6, 0), utc(0, 9, 0), "pause_break"),
    ]);
    berlin.form(&[DAY], utc(9, 0, 0));
    let starts = ["ann", "ben", "cid"].map(|agent| berlin.day(agent, DAY).first_start_minute);
    assert_eq!(starts, [Some(6 * 60 + 30), None, Some(7 * 60)]);
}

/// A split shift: 8 to 11 and 15 to 18 UTC, one shift of 21,600 s. ben is 12 min late, goes 10 min early and works 168 + 170 min = 20,280 s, all of it
/// adherent. cid does not come, and has no shift on the next day. dan is on leave; eve is in the morning, and comes at 15:20. fay does not come either, but says
/// that she will be away; the site does not ask why: absent. gus was seen for 30 min, and the source was silent for the rest: nobody knows.
#[test]
fn a_split_shift_is_one_and_its_gaps_are_leave_or_absence() {
    let berlin = Berlin::new("presence");
    let agents = ["ben", "cid", "dan", "eve", "fay", "gus"];
    let ids: Vec<String> = (0..100).map(|number| format!("s{number}")).collect();
    let mut messages: Vec<Vec<u8>> = agents.iter().map(|agent| person(agent)).collect();
    for (number, agent) in agents.iter().enumerate() {
        messages.push(shift(&ids[number * 10], agent, utc(0, 8, 0), utc(0, 11, 0), "queue"));
        messages.push(shift(&ids[number * 10 + 1], agent, utc(0, 15, 0), utc(0, 18, 0), "queue"));
        messages.push(shift(&ids[number * 10 + 2], agent, utc(-1, 8, 0), utc(-1, 11, 0), "queue"));
        if *agent == "fay" {
            messages.push(shift(&ids[number * 10 + 3], agent, utc(1, 8, 0), utc(1, 11, 0), "queue"));
        }
    }
    messages.extend([
        span("ben", utc(0, 8, 12), utc(0, 11, 0), "available"),
        span("ben", utc(0, 15, 0), utc(0, 17, 50), "contact"),
        absence("a1", "dan", utc(0, 0, 0), utc(0, 23, 0), "planned"),
        absence("a2", "eve", utc(0, 8, 0), utc(0, 11, 0), "planned"),
        span("eve", utc(0, 15, 20), utc(0, 18, 0), "available"),
        absence("a3", "fay", utc(0, 8, 0), utc(0, 18, 0), "unplanned"),
        span("gus", utc(0, 8, 0), utc(0, 8, 30), "available"),
        span("gus", utc(0, 8, 30), utc(0, 18, 0), "unknown"),
    ]);
    berlin.write(&messages);
    berlin.form(&[DAY], utc(9, 0, 0));
    let of = |agent| berlin.day(agent, DAY);
    let ben = of("ben");
    assert_eq!((ben.scheduled_ms, ben.worked_in_shift_ms, ben.in_adherence_ms), (Some(21_600_000), Some(20_280_000), Some(20_280_000)));
    assert_eq!((ben.late_ms, ben.early_ms, ben.absent, ben.approved_leave), (Some(720_000), Some(600_000), Some(false), Some(false)));
    assert_eq!((ben.scheduled_shifts_28d, ben.source_complete, ben.quick_return), (Some(2), true, Some(false)));
    assert_eq!(
        (ben.first_start_minute, of("cid").first_start_minute),
        (Some(9 * 60 + 12), None),
        "by the clock; four hours later nothing begins"
    );
    let presence = |day: &DayFacts| (day.absent, day.edge_absent, day.approved_leave, day.late_ms);
    assert_eq!(presence(&of("cid")), (Some(true), Some(true), Some(false), None));
    assert_eq!(presence(&of("dan")), (Some(false), Some(false), Some(true), None));
    assert_eq!(presence(&of("eve")), (Some(false), Some(false), Some(false), Some(1_200_000)));
    assert_eq!(presence(&of("fay")), (Some(true), Some(false), Some(false), None), "shifts on both sides");
    assert_eq!((of("gus").absent, of("gus").source_complete), (None, false));
}

/// ann is to be there from 8:00 to 16:00, meal 12:00 to 12:30, break 10:00 to 10:15. She breaks from 10:05 to 10:25, 10 min of it not allowed, and it began
/// when it was; a second one of 6 min at 14:00 is not allowed at all; coaching at 15:00 is excused. She eats from 12:00 to 12:20: cut by 10 min, which is
/// adherent as far as it goes. She stays until 17:00: an hour of overtime. The shift before ended at 22:00: back after 10 h.
#[test]
fn pauses_meals_overtime_and_rest_are_laid_over_the_schedule() {
    let berlin = Berlin::new("strain");
    berlin.write(&[
        person("ann"),
        shift("1", "ann", utc(-1, 14, 0), utc(-1, 22, 0), "queue"),
        shift("2", "ann", utc(0, 8, 0), utc(0, 10, 0), "queue"),
        shift("3", "ann", utc(0, 10, 0), utc(0, 10, 15), "break"),
        shift("4", "ann", utc(0, 10, 15), utc(0, 12, 0), "queue"),
        shift("5", "ann", utc(0, 12, 0), utc(0, 12, 30), "meal"),
        shift("6", "ann", utc(0, 12, 30), utc(0, 16, 0), "queue"),
        span("ann", utc(0, 8, 0), utc(0, 10, 5), "available"),
        span("ann", utc(0, 10, 5), utc(0, 10, 25), "pause_break"),
        span("ann", utc(0, 10, 25), utc(0, 12, 0), "contact"),
        span("ann", utc(0, 12, 0), utc(0, 12, 20), "pause_meal"),
        span("ann", utc(0, 12, 20), utc(0, 14, 0), "acw"),
        span("ann", utc(0, 14, 0), utc(0, 14, 6), "pause_personal"),
        span("ann", utc(0, 14, 6), utc(0, 15, 0), "available"),
        span("ann", utc(0, 15, 0), utc(0, 15, 30), "pause_coaching"),
        span("ann", utc(0, 15, 30), utc(0, 17, 0), "available"),
    ]);
    berlin.form(&[DAY - 1, DAY], utc(9, 0, 0));
    let day = berlin.day("ann", DAY);
    // 10:15 to 10:25 and 14:00 to 14:06; the first began when it was allowed.
    assert_eq!((day.unscheduled_pause_ms, day.unscheduled_pauses), (Some(960_000), Some(1)));
    assert_eq!((day.overtime_ms, day.cut_meal, day.quick_return), (Some(3_600_000), Some(true), Some(true)));
    // 9 h less the meal are paid; 95 + 100 min of contact and after-call work.
    assert_eq!((day.paid_ms, day.staffed_ms, day.utilised_ms), (31_200_000, 32_400_000, 11_700_000));
    // Of 8 h: 5 min of the break before 10:05 and 10:15 to 10:25, 10 min of the meal, 6 min at 14:00 are out: 449 min.
    assert_eq!((day.in_adherence_ms, day.adherence_scheduled_ms), (Some(26_940_000), Some(28_800_000)));
    // Meal and break apart from 8:00 on: 10:25 to 12:00, 12:20 to 14:00, 15:30 to 17:00, and 8:00 to 10:05.
    assert_eq!(day.longest_run_ms, Some(7_500_000));
    assert_eq!((day.early_ms, day.late_ms), (Some(0), Some(0)));
    assert_eq!(berlin.day("ann", DAY - 1).absent, Some(true));
}

/// A night from 22:00 to 6:00 by the clock is the shift of the day on which it began; its second half is no overtime of the next day.
#[test]
fn a_night_is_a_shift_of_the_day_it_began_on() {
    let berlin = Berlin::new("night");
    berlin.write(&[
        person("ann"),
        shift("1", "ann", utc(0, 21, 0), utc(1, 1, 0), "queue"),
        shift("2", "ann", utc(1, 1, 0), utc(1, 5, 0), "queue"),
        span("ann", utc(0, 21, 0), utc(1, 5, 0), "available"),
    ]);
    berlin.form(&[DAY, DAY + 1], utc(9, 0, 0));
    let (first, second) = (berlin.day("ann", DAY), berlin.day("ann", DAY + 1));
    assert_eq!((first.scheduled_ms, first.worked_in_shift_ms, first.staffed_ms), (Some(28_800_000), Some(28_800_000), 7_200_000));
    assert_eq!((second.scheduled_ms, second.staffed_ms, second.overtime_ms), (None, 21_600_000, Some(0)));
    assert_eq!((first.first_start_minute, second.first_start_minute), (Some(22 * 60), None));
    assert_eq!((first.night_ms, second.night_ms, first.overtime_ms), (3_600_000, 21_600_000, Some(0)));
    assert_eq!((first.longest_run_ms, second.longest_run_ms), (Some(28_800_000), None), "a stretch is of the day on which it began");
    // By itself the second day looks back at the night as far as it must, and no further.
    berlin.form(&[DAY + 1], utc(9, 0, 0));
    assert_eq!(berlin.day("ann", DAY + 1), second);
    berlin.form(&[DAY], utc(9, 0, 0));
    assert_eq!(berlin.day("ann", DAY), first);
}

/// The table has the columns of the type, each with a comment, and none speaks of what must never be looked at.
#[test]
fn columns_are_those_of_the_type_and_none_is_forbidden() {
    let berlin = Berlin::new("columns");
    let server = berlin.attrition.server();
    let of = |table: &str| {
        let sql =
            format!("SELECT name, comment FROM system.columns WHERE database = currentDatabase() AND table = '{table}' ORDER BY position");
        berlin.wait(server.rows(&sql)).unwrap()
    };
    let text = |row: &serde_json::Map<String, serde_json::Value>, column: &str| row[column].as_str().unwrap().to_owned();
    let columns = of("agent_days");
    let names: Vec<String> = columns.iter().map(|row| text(row, "name")).filter(|name| name != "version" && name != "generation").collect();
    let fields: Vec<String> = serde_json::to_value(DayFacts::default()).unwrap().as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, fields);
    for row in &columns {
        let (name, comment) = (text(row, "name"), text(row, "comment"));
        assert_eq!(excluded(&name), None, "{name}");
        assert!(!comment.is_empty(), "{name} has no comment");
    }
    // Views with parameters have no columns here: what they give is in their own comment.
    let without = "SELECT table, name FROM system.columns WHERE database = currentDatabase() AND comment = ''";
    let without = berlin.wait(server.rows(without)).unwrap();
    assert!(without.is_empty(), "without a comment: {without:?}");
    // Columns of one name mean one thing in each view: an outcome of a signal is none of a look at it.
    let outcome = of("v_signals").into_iter().find(|row| text(row, "name") == "outcome").map(|row| text(&row, "comment")).unwrap();
    assert!(outcome.starts_with("How it ended"), "{outcome}");
    let labels = berlin
        .wait(server.rows("SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = 'v_attrition_labels'"))
        .unwrap();
    let given = berlin.wait(server.rows("DESCRIBE (SELECT * FROM v_attrition_labels(tenant = 'default', zone = 'UTC'))")).unwrap();
    assert_eq!(given.len(), 10, "{given:?}");
    for column in &given {
        assert!(text(&labels[0], "comment").contains(&text(column, "name")), "{column:?}");
    }
    // A second migration changes nothing.
    let again = berlin.wait(warehouse::attrition::migrate(&berlin.attrition)).unwrap();
    assert!(again.applied.is_empty() && !again.views, "{again:?}");
}
