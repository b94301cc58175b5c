//! Who is there under whom, as it was known on the day; long leave; targets.

use super::facts::{agent, at, encoded, shift, span};
use super::site::{Berlin, DAY, absence, call, fact, person, reference, utc};
use events::ReferenceKind;

/// Midnight in Berlin of a summer day, counted from [`DAY`].
fn midnight(day: i64) -> i64 {
    utc(day - 1, 22, 0)
}

/// Team red on 27 October: ann (hired on 1 October: 26 days), ben, and dee, who gave notice on the 20th for the end of the month; yan left on 27 September (30 days
/// before) and zoe on the 28th (29 days): one exit in 30 days. max leads since the beginning of 29 August, 59 days before; 60 days after that day lea counts no more.
/// eve is hired the day after; fay has moved to another site during the day; gus moved to blue at noon.
#[test]
fn standing_is_that_of_the_end_of_the_day() {
    let berlin = Berlin::new("people");
    let of = |id, from_us, attributes: &[(&'static str, &'static str)]| {
        let mut all = vec![("team", "red"), ("site", "berlin"), ("hire_date", "2020-01-01")];
        all.retain(|(name, _)| !attributes.iter().any(|(other, _)| other == name));
        all.extend(attributes);
        encoded(&agent(id, from_us, &all))
    };
    berlin.write(&[
        reference(ReferenceKind::Team, "red", 0, &[("site", "berlin"), ("leader", "lea")]),
        reference(ReferenceKind::Team, "red", midnight(-59), &[("site", "berlin"), ("leader", "max")]),
        of("ann", 0, &[("hire_date", "2024-10-01")]),
        person("ben"),
        of("dee", 0, &[]),
        of("dee", midnight(-7), &[("left_date", "2024-11-01"), ("left_kind", "voluntary")]),
        of("yan", 0, &[("left_date", "2024-09-27"), ("left_kind", "voluntary")]),
        of("zoe", 0, &[("left_date", "2024-09-28"), ("left_kind", "involuntary")]),
        of("eve", 0, &[("hire_date", "2024-10-28")]),
        of("fay", 0, &[]),
        of("fay", utc(0, 12, 0), &[("site", "paris")]),
        of("gus", 0, &[]),
        of("gus", utc(0, 11, 0), &[("team", "blue"), ("leader", "rob")]),
    ]);
    berlin.form(&[DAY - 8, DAY - 7, DAY - 1, DAY, DAY + 1, DAY + 5], utc(9, 0, 0));
    let agents = |day| berlin.days(day, day).into_iter().map(|day| day.agent).collect::<Vec<_>>();
    assert_eq!(agents(DAY), ["ann", "ben", "dee", "gus", "yan", "zoe"]);
    assert!(agents(DAY + 1).contains(&"eve".to_owned()) && agents(DAY - 1).contains(&"fay".to_owned()));
    let ann = berlin.day("ann", DAY);
    assert_eq!(
        (ann.hired_day, ann.tenure_days, ann.team.as_deref(), ann.leader.as_deref()),
        (Some(19_997), Some(26), Some("red"), Some("max"))
    );
    assert_eq!((ann.team_size, ann.team_exits_30d, ann.leader_changed_60d), (Some(3), Some(1), Some(true)));
    // A day later lea's last day is 60 days ago, and zoe's is 30.
    let later = berlin.day("ann", DAY + 1);
    assert_eq!((later.team_exits_30d, later.leader_changed_60d), (Some(0), Some(false)));
    // Notice is known from the first entry that tells it, not before, and leaving from the day itself.
    let dee = |day| (berlin.day("dee", day).employed, berlin.day("dee", day).notice_given);
    assert_eq!([dee(DAY - 8), dee(DAY - 7), dee(DAY), dee(DAY + 5)], [(true, false), (true, true), (true, true), (false, true)]);
    // Who has left in a file that tells it in hindsight had announced nothing.
    assert_eq!((berlin.day("zoe", DAY).employed, berlin.day("zoe", DAY).notice_given), (false, true));
    let gus = berlin.day("gus", DAY);
    assert_eq!((gus.team.as_deref(), gus.leader.as_deref(), gus.leader_changed_60d), (Some("blue"), Some("rob"), Some(true)));
}

/// A file in hindsight has the day of leaving in every entry, also in one of a move before it: that announces nothing. A date of notice does.
#[test]
fn hindsight_announces_nothing_and_a_date_of_notice_does() {
    let berlin = Berlin::new("notice");
    let left = [("team", "red"), ("site", "berlin"), ("left_date", "2024-11-10"), ("left_kind", "voluntary")];
    let told = [("team", "red"), ("site", "berlin"), ("left_date", "2024-11-10"), ("notice_date", "2024-10-27")];
    berlin.write(&[encoded(&agent("ann", 0, &left)), encoded(&agent("ann", midnight(-5), &left)), encoded(&agent("bob", 0, &told))]);
    berlin.form(&[DAY - 1, DAY], utc(9, 0, 0));
    let notice = |agent, day| berlin.day(agent, day).notice_given;
    assert_eq!([notice("ann", DAY - 1), notice("ann", DAY), notice("bob", DAY - 1), notice("bob", DAY)], [false, false, false, true]);
}

/// ann is away from 5 days before to 4 days after: 9 days at a stretch. ben's 4 days are followed by 8 more which nobody knew of on the day; two days later they
/// make 12. cid's absence goes on without an end: it has lasted 8 days on the second day. dan's 7 days are no more than 7.
#[test]
fn a_long_leave_is_known_from_what_had_begun() {
    let berlin = Berlin::new("leave");
    let open = |id, agent, from_us| {
        let begun = super::facts::observation(events::ObservationKind::Absence, id, from_us);
        encoded(&events::Observation { agent: Some(agent), outcome: Some("unplanned"), ..begun })
    };
    let agents = ["ann", "ben", "cid", "dan"];
    berlin.write(&agents.map(person));
    berlin.write(&[
        absence("1", "ann", utc(-5, 0, 0), utc(4, 0, 0), "unplanned"),
        absence("2", "ben", utc(-2, 0, 0), utc(2, 0, 0), "unplanned"),
        absence("3", "ben", utc(2, 6, 0), utc(10, 0, 0), "planned"),
        open("4", "cid", utc(-6, 23, 0)),
        absence("5", "dan", utc(-3, 0, 0), utc(4, 0, 0), "planned"),
    ]);
    berlin.form(&[DAY, DAY + 2], utc(9, 0, 0));
    let away = |day| agents.map(|agent| berlin.day(agent, day).on_leave);
    assert_eq!(away(DAY), [true, false, false, false]);
    assert_eq!(away(DAY + 2), [true, true, true, false]);
}

/// Targets: 100 s of handle time, of which ann has 120 and ben 80; 90 % adherence, of which both have none known. Half of the two miss the target that
/// ann misses. 10 calls an hour: ann had 1 in 6 minutes, ben 1 in 12.
#[test]
fn targets_are_compared_with_ones_own_day_and_with_the_peers() {
    let berlin = Berlin::new("targets");
    let target = |id, kpi, value| reference(ReferenceKind::Target, id, 0, &[("kpi", kpi), ("value", value)]);
    berlin.write(&[
        person("ann"),
        person("ben"),
        target("a", "aht", "100"),
        target("b", "adherence", "0.9"),
        target("c", "service_level_2", "0.8"),
        fact(call("1", "ann", "sales", utc(0, 9, 10), 120)),
        fact(call("2", "ben", "sales", utc(0, 9, 10), 80)),
    ]);
    berlin.form(&[DAY], utc(9, 0, 0));
    let of = |agent| {
        let day = berlin.day(agent, DAY);
        (day.targets, day.targets_missed, day.targets_missed_peers_share_micro)
    };
    assert_eq!((of("ann"), of("ben")), ((1, 1, Some(500_000)), (1, 0, Some(500_000))));
    berlin.write(&[
        target("d", "calls_per_hour", "10"),
        span("ann", utc(0, 9, 0), utc(0, 9, 6), "available"),
        span("ben", utc(0, 9, 0), utc(0, 9, 12), "available"),
    ]);
    berlin.form(&[DAY], utc(9, 0, 0));
    // ann has exactly 10 an hour, ben 5: one of two misses each target.
    assert_eq!((of("ann"), of("ben")), ((2, 1, Some(500_000)), (2, 1, Some(500_000))));
}

/// ann is in red and has 120 s of handle time, gus in blue 80. Asked are 100 s of red, 60 s of blue, 70 s of Berlin and, of what is none of theirs, 1 s of Paris; a
/// target that ended asks nothing. ann misses both of hers, gus both of his: of the two each misses Berlin's, and of one each misses the own.
#[test]
fn targets_are_for_whom_they_are_for() {
    let berlin = Berlin::new("team_targets");
    let target = |id, value, whom: &[(&'static str, &'static str)]| {
        reference(ReferenceKind::Target, id, 0, &[&[("kpi", "aht"), ("value", value)], whom].concat())
    };
    berlin.write(&[
        person("ann"),
        encoded(&agent("gus", 0, &[("team", "blue"), ("site", "berlin"), ("hire_date", "2024-01-01")])),
        target("a", "100", &[("team", "red")]),
        target("b", "60", &[("team", "blue")]),
        target("c", "70", &[("site", "berlin")]),
        target("d", "1", &[("site", "paris")]),
        target("e", "", &[]),
        fact(call("1", "ann", "sales", utc(0, 9, 10), 120)),
        fact(call("2", "gus", "sales", utc(0, 9, 10), 80)),
    ]);
    berlin.form(&[DAY], utc(9, 0, 0));
    let of = |agent| {
        let day = berlin.day(agent, DAY);
        (day.targets, day.targets_missed, day.targets_missed_peers_share_micro)
    };
    assert_eq!((of("ann"), of("gus")), ((2, 2, Some(1_000_000)), (2, 2, Some(1_000_000))));
}
