//! Who left when, for training only.

use super::common::made::lines;
use super::facts::{agent, encoded, shift, span};
use super::site::{Berlin, DAY, absence, reference, utc};

/// ann gave notice on 20 October, which the feed says. bob's entry of the 22nd tells that he will be gone on the 31st. cid's file tells in hindsight that he was gone on
/// the 27th; he worked last on the 24th. dee was dismissed on the 27th, and there is no day on which she worked: the day before counts. eve works on the 14th
/// and misses the ten shifts after it without a word; fay misses eleven and has said so for two of them: nine are not explained, and she has not left.
#[test]
fn leavers_have_their_day_and_how_it_is_known() {
    let berlin = Berlin::new("labels");
    let of = |id, from_us, more: &[(&'static str, &'static str)]| {
        let mut all = vec![("team", "red"), ("site", "berlin"), ("leader", "lea"), ("hire_date", "2024-01-01")];
        all.extend(more);
        encoded(&agent(id, from_us, &all))
    };
    let left = |date| [("left_date", date), ("left_kind", "voluntary")];
    let mut messages = vec![
        of("ann", 0, &[("left_date", "2024-11-15"), ("left_kind", "voluntary"), ("notice_date", "2024-10-20")]),
        of("bob", 0, &[]),
        of("bob", utc(-6, 22, 0), &left("2024-10-31")),
        of("cid", 0, &left("2024-10-27")),
        span("cid", utc(-3, 8, 0), utc(-3, 9, 0), "available"),
        of("dee", 0, &[("left_date", "2024-10-27"), ("left_kind", "involuntary")]),
        of("eve", 0, &[]),
        of("fay", 0, &[]),
        span("eve", utc(-13, 8, 0), utc(-13, 16, 0), "available"),
        absence("f1", "fay", utc(-4, 0, 0), utc(-2, 12, 0), "unplanned"),
    ];
    let ids: Vec<String> = (0..40).map(|number| format!("s{number}")).collect();
    for number in 0..11 {
        if number > 0 {
            messages.push(shift(&ids[number], "eve", utc(-13 + number as i64, 8, 0), utc(-13 + number as i64, 16, 0), "queue"));
        }
        messages.push(shift(&ids[number + 20], "fay", utc(-13 + number as i64, 8, 0), utc(-13 + number as i64, 16, 0), "queue"));
    }
    messages.push(reference(events::ReferenceKind::Team, "red", 0, &[("site", "berlin")]));
    berlin.write(&messages);
    berlin.form(&(DAY - 14..=DAY).collect::<Vec<_>>(), utc(9, 0, 0));
    let columns = "agent, site, team, leader, event_day, kind, label_clock, known_day";
    let sql = format!("SELECT {columns} FROM v_attrition_labels(tenant = 'default', zone = 'Europe/Berlin') ORDER BY agent");
    let rows = berlin.wait(berlin.attrition.server().rows(&sql)).unwrap();
    let cell = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let rows: Vec<_> = rows.iter().map(|row| row.iter().map(|(name, value)| (name.clone(), cell(value))).collect()).collect();
    let expected = [
        format!("ann berlin red lea {} voluntary notice {}", DAY - 7, DAY - 7),
        format!("bob berlin red lea {} voluntary notice {}", DAY - 5, DAY - 5),
        format!("cid berlin red lea {} voluntary last_worked {DAY}", DAY - 3),
        format!("dee berlin red lea {} competing last_worked {DAY}", DAY - 1),
        format!("eve berlin red lea {} voluntary no_show {}", DAY - 12, DAY - 3),
    ];
    assert_eq!(lines(&rows, columns), expected);
}
