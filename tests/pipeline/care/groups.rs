//! What was told of groups is kept as long as signals are, and goes whole: its beginning with its end, in ClickHouse and in the topic, and there is a proof of it.

use crate::centre::Centre;
use crate::site::until;
use events::{GroupNotice, NoticeKind};
use std::time::Duration;

fn notice(site: &'static str, id: &'static str, kind: NoticeKind, day: i32) -> GroupNotice<'static> {
    let event_time_us = i64::from(day) * 86_400_000_000;
    GroupNotice {
        tenant: "default",
        site,
        notice_id: id,
        kind,
        group_kind: "team",
        group: "red",
        cause: "measures",
        day,
        began_day: day,
        held_day: day,
        event_time_us,
        agents: 9,
        ..GroupNotice::default()
    }
}

/// On 2026-03-01 (day 20 513) what was last told of before day 20 148 goes: all of `old`, which another site's of the same id does not keep, and `lone`. `late` ended on the first day that
/// is kept, so that its beginning stays with it.
#[test]
fn notices_of_groups_go_whole_when_signals_do() {
    let mut centre = Centre::new("groups");
    let (began, ended) = (NoticeKind::Began, NoticeKind::Ended);
    centre.notify(&[
        notice("north", "old", began, 20_140),
        notice("north", "old", ended, 20_147),
        notice("north", "late", began, 20_147),
        notice("north", "lone", began, 20_147),
        notice("north", "late", ended, 20_148),
        notice("south", "old", began, 20_300),
    ]);
    centre.site.spawn("load", "0");
    let rows = |of: &str| centre.number(&format!("SELECT count() FROM group_notices {of}"));
    until(Duration::from_secs(60), "the notices are in ClickHouse", || (rows("") == 6).then_some(()));
    let retention = |more: &[&str]| {
        let words = [&["attrition", "retention", "--as-of", "2026-03-01", "--format", "csv"], more].concat();
        let said = centre.site.run(&words);
        let of = |place: &str| said.lines().find(|line| line.contains(place)).unwrap_or_default().to_owned();
        [of("attrition-notices,"), of("group_notices,")].map(|line| line.replace(&centre.site.prefix, ""))
    };
    assert_eq!(retention(&["--dry-run"]), ["topic attrition-notices,retention,6,3,6,", "group_notices,retention,6,3,6,2025-02-21"]);
    assert_eq!((rows(""), centre.notices().len()), (6, 6), "a dry run does nothing");
    assert_eq!(retention(&[]), ["topic attrition-notices,retention,6,3,3,", "group_notices,retention,6,3,3,2025-02-28"]);
    assert_eq!(centre.notices(), ["north late began", "north late ended", "south old began"]);
    assert_eq!((rows("WHERE site = 'north' AND notice_id = 'late'"), rows("WHERE site = 'south'"), rows("")), (2, 1, 3));
    assert_eq!(retention(&[]), ["topic attrition-notices,retention,3,0,3,", "group_notices,retention,3,0,3,2025-02-28"]);
    // What the loader reads of a deletion brings nothing back.
    let proof = "SELECT place, rows_before, rows_deleted, rows_after FROM erasures WHERE place = 'group_notices' ORDER BY at_us LIMIT 1";
    assert_eq!(centre.rows(proof), [serde_json::json!({"place": "group_notices", "rows_before": 6, "rows_deleted": 3, "rows_after": 3})]);
    centre.site.stop("load", "0");
    assert_eq!(centre.number("SELECT count() FROM group_notices"), 3);
}
