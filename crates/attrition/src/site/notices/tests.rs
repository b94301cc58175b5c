//! Whose medians a day's are, who learns, what covers what, and what the log does: case by case.

use super::*;
use crate::site::group::Group;

const FEATURES: [Feature; 3] = [Feature::Hold, Feature::AfterCallWork, Feature::HandleTime];
const SETTINGS: ShiftSettings = ShiftSettings { lasting_variance: 0.0, memory: 0.5, daily_variance: 0.01, member_variance: 0.1 };
const DAY: i32 = 100;

fn team(name: &str) -> Group {
    Group::Team(name.to_owned())
}

fn queue(name: &str) -> Group {
    Group::QueueGroup(name.to_owned())
}

fn event(day: i32) -> Event {
    Event {
        living: Living::from(day),
        agents: 9,
        moved: FEATURES.map(|feature| Moved { measure: feature.code().to_owned(), by: 1.0 }).to_vec(),
    }
}

/// Everything was at 0 for eleven days until yesterday.
fn known(groups: &[Group]) -> BTreeMap<Group, Vec<Option<Level>>> {
    let mut level = None;
    for day in DAY - 11..DAY {
        level = Some(Level::learn(level, &SETTINGS, day, Median { middle: 0.0, members: 10 }));
    }
    groups.iter().map(|group| (group.clone(), vec![level; FEATURES.len()])).collect()
}

fn notices(known_groups: &[Group], living: &[(Cause, Group)]) -> Notices {
    Notices { levels: known(known_groups), events: living.iter().map(|key| (key.clone(), event(DAY - 2))).collect() }
}

/// Ten of red, twelve of blue, twenty of green, all of calls, and ten of no team, of chats. Of each where its first is; each next one is a twentieth further.
fn day(at: [f64; 4]) -> (Vec<DayFacts>, Vec<FeatureValues>) {
    let groups = [(Some("red"), "calls", 10), (Some("blue"), "calls", 12), (Some("green"), "calls", 20), (None, "chats", 10)];
    let (mut facts, mut values) = (Vec::new(), Vec::new());
    for ((team, group, agents), from) in groups.into_iter().zip(at) {
        for number in 0..agents {
            facts.push(DayFacts { team: team.map(str::to_owned), group: Some(group.to_owned()), ..DayFacts::default() });
            let mut of = FeatureValues::default();
            FEATURES.iter().for_each(|feature| of.set(*feature, from + 0.05 * f64::from(number)));
            values.push(of);
        }
    }
    (facts, values)
}

/// The medians of a day, as they are found and as they would be if these groups had moved.
fn medians_of(notices: &Notices, at: [f64; 4], moved: &[Group]) -> (Medians, Medians) {
    let (facts, values) = day(at);
    let facts: Vec<&DayFacts> = facts.iter().collect();
    let (usual, pools) = (vec![None; facts.len()], [Some(Pool { sd: 1.0, ..Pool::default() }); 3]);
    let found = notices.medians(&FEATURES, &SETTINGS, &facts, (&values, &usual), &pools);
    (found, medians(&FEATURES, &facts, &values, &usual, &pools, &|group| moved.contains(group)))
}

/// The second pass is without the teams of which an event begins today, and without those of which one lives; a queue group that begins is no part, and what is weaker does not begin.
#[test]
fn what_begins_today_and_what_lives_is_no_part_of_the_rest() {
    let all = [Group::Site, team("red"), team("blue"), team("green"), queue("calls"), queue("chats")];
    let (quiet, lives) = (notices(&all, &[]), notices(&all, &[(Cause::Measures, team("blue"))]));
    let (as_ever, red_jumps, chats_jump) = ([-0.2, -0.2, -0.4, -0.2], [5.0, 0.0, -0.4, -0.2], [-0.2, -0.2, -0.4, 5.0]);
    let cases: [(&Notices, [f64; 4], &[Group]); 6] = [
        (&quiet, as_ever, &[]),
        (&quiet, red_jumps, &[team("red")]),
        (&quiet, chats_jump, &[]),
        (&lives, as_ever, &[team("blue")]),
        (&lives, red_jumps, &[team("red"), team("blue")]),
        // Blue is half as far as it was, which lasts and does not begin; red, of which nothing lives, is so too.
        (&lives, [0.4, 0.4, -0.4, -0.2], &[team("blue")]),
    ];
    for (number, (notices, at, moved)) in cases.into_iter().enumerate() {
        let (found, expected) = medians_of(notices, at, moved);
        assert_eq!(found, expected, "case {number}");
        // Whether they count makes a difference, or this would show nothing.
        for others in [&[][..], &[team("red")], &[team("blue")], &[team("red"), team("blue")], &[queue("chats")]] {
            assert_eq!(medians_of(notices, at, others).1 == expected, others == moved, "case {number} is no other: {others:?}");
        }
    }
}

/// A day on which the medians of these groups are at 0.3.
fn shown<'a>(medians: &'a Medians, wider: &'a BTreeMap<Group, Group>, alarms: &'a [Alarms], absence: (f64, u32), day: i32) -> Shown<'a> {
    Shown { day, features: &FEATURES, settings: &SETTINGS, medians, wider, absence, alarms }
}

fn at(middle: f64, groups: &[Group]) -> Medians {
    groups.iter().map(|group| (group.clone(), vec![Some(Median { middle, members: 10 }); FEATURES.len()])).collect()
}

/// Red lies within calls, which lies within the site: what is covered by what, for measures (m) and alarms (a).
#[test]
fn a_wider_event_and_one_of_the_other_cause_cover() {
    let wider: BTreeMap<Group, Group> = [(team("red"), queue("calls"))].into();
    let medians = Medians::new();
    let covered = |living: &(Cause, Group), cause: Cause, group: &Group| {
        notices(&[], std::slice::from_ref(living)).covers(cause, group, &shown(&medians, &wider, &[], (1.0, 0), DAY))
    };
    let (measures, alarms) = (Cause::Measures, Cause::Alarms);
    for (cause, other) in [(measures, alarms), (alarms, measures)] {
        for wide in [Group::Site, queue("calls")] {
            assert!(
                covered(&(cause, wide.clone()), cause, &team("red")) && covered(&(other, wide.clone()), cause, &team("red")),
                "{wide:?}"
            );
            assert!(
                !covered(&(cause, team("red")), cause, &wide) && !covered(&(other, team("red")), cause, &wide),
                "a part covers no whole"
            );
        }
        assert!(covered(&(other, team("red")), cause, &team("red")), "the same group by the other cause");
        assert!(!covered(&(cause, team("red")), cause, &team("red")), "by its own it lives");
        assert!(!covered(&(cause, team("blue")), cause, &team("red")) && !covered(&(cause, queue("chats")), cause, &team("red")));
        assert!(!covered(&(Cause::Absence, Group::Site), cause, &team("red")), "absence says nothing of measures");
    }
}

/// What is usual stands still where an event lives and where one covers the group; who is not seen for sixty days is forgotten.
#[test]
fn who_learns_and_who_is_forgotten() {
    let groups = [Group::Site, team("red"), team("blue")];
    let (medians, wider) = (at(0.3, &groups), BTreeMap::new());
    let learned = |living: &[(Cause, Group)]| {
        let mut notices = notices(&groups, living);
        notices.learn(&shown(&medians, &wider, &[], (1.0, 0), DAY));
        groups.clone().map(|group| notices.levels[&group][0].is_some_and(|level| level.day == DAY))
    };
    assert_eq!(learned(&[]), [true; 3]);
    assert_eq!(learned(&[(Cause::Measures, team("red"))]), [true, false, true]);
    assert_eq!(learned(&[(Cause::Alarms, team("red"))]), [true, false, true]);
    assert_eq!(learned(&[(Cause::Measures, Group::Site)]), [false; 3]);
    assert_eq!(learned(&[(Cause::Absence, Group::Site)]), [true; 3]);
    let kept = |day: i32| {
        let mut notices = notices(&groups, &[]);
        notices.learn(&shown(&Medians::new(), &wider, &[], (1.0, 0), day));
        notices.levels.len()
    };
    // Seen last on the day before DAY.
    assert_eq!([kept(DAY + 58), kept(DAY + 59)], [3, 0]);
}

/// On a day that was told nothing begins or ends but what the log says; after four weeks what is usual is learned anew, and after no other end.
#[test]
fn ends_are_told_once_and_forget_only_what_has_become_usual() {
    let (medians, wider) = (at(3.0, &[team("red")]), BTreeMap::new());
    let quiet = at(0.0, &[team("red")]);
    let take = |notices: &mut Notices, medians: &Medians, day: i32, told: bool| {
        notices.take(&shown(medians, &wider, &[], (1.0, 0), day), &DayLog { told, ..DayLog::default() })
    };
    let mut fresh = notices(&[team("red")], &[]);
    assert_eq!((take(&mut fresh, &medians, DAY, true).len(), fresh.living().len()), (0, 0));
    assert_eq!((take(&mut fresh, &medians, DAY + 1, false).len(), fresh.living().len()), (1, 1));
    let living = || notices(&[team("red")], &[(Cause::Measures, team("red"))]);
    for (middle, ending, days) in [(&medians, Ending::Usual, 26..27), (&quiet, Ending::Over, 0..2)] {
        let (mut told, mut open) = (living(), living());
        let mut found = Vec::new();
        for day in days {
            assert!(take(&mut told, middle, DAY + day, true).is_empty());
            found.extend(take(&mut open, middle, DAY + day, false));
        }
        assert_eq!((told.living().len(), open.living().len()), (1, 0));
        assert_eq!(found.iter().map(|notice| notice.ended).collect::<Vec<_>>(), [Some(ending)]);
        // It is learned from the day itself on: anew, or as what it has been for eleven days.
        let level = open.levels[&team("red")][0].unwrap();
        assert_eq!(level == Level::learn(None, &SETTINGS, level.day, middle[&team("red")][0].unwrap()), ending == Ending::Usual);
    }
}

/// The log ends one event and begins another of the same group and cause on one day, in whichever order it says so: the new one lives, and an end of one that is not there ends nothing.
#[test]
fn one_that_ends_and_begins_again_on_the_same_day_lives() {
    let notice = |began_day: i32, ended: Option<Ending>| Notice {
        group: team("red"),
        cause: Cause::Measures,
        began_day,
        ended,
        held_day: began_day,
        agents: 9,
        moved: Vec::new(),
    };
    let (ends, begins) = (notice(DAY - 2, Some(Ending::Over)), notice(DAY, None));
    for order in [[&ends, &begins], [&begins, &ends]] {
        let mut notices = notices(&[team("red")], &[(Cause::Measures, team("red"))]);
        notices.follow(&DayLog { told: true, notices: order.map(Notice::clone).to_vec(), ..DayLog::default() });
        assert_eq!(notices.living().iter().map(|notice| notice.began_day).collect::<Vec<_>>(), [DAY]);
    }
    let mut notices = notices(&[team("red")], &[(Cause::Measures, team("red"))]);
    notices.follow(&DayLog { told: true, notices: vec![notice(DAY - 30, Some(Ending::Usual))], ..DayLog::default() });
    assert_eq!((notices.living().len(), notices.levels.len()), (1, 1));
    notices.follow(&DayLog { told: true, notices: vec![notice(DAY - 2, Some(Ending::Usual))], ..DayLog::default() });
    assert_eq!((notices.living().len(), notices.levels.len()), (0, 0));
}

/// Absence of seven with a shift says nothing, of eight it does; it is told beside an event of measures, which covers alarms and no absence. A group of which none of what moved is
/// measured is not seen, even where something else is.
#[test]
fn who_is_seen() {
    let (medians, wider) = (Medians::new(), BTreeMap::new());
    let absent = |agents: u32, living: &[(Cause, Group)]| {
        let told = notices(&[], living).take(&shown(&medians, &wider, &[], (2.0, agents), DAY), &DayLog::default());
        told.iter().map(|notice| (notice.cause, notice.agents)).collect::<Vec<_>>()
    };
    assert_eq!(absent(7, &[]), []);
    assert_eq!(absent(8, &[]), [(Cause::Absence, 8)]);
    assert_eq!(absent(8, &[(Cause::Measures, Group::Site)]), [(Cause::Absence, 8)]);
    let sight = |measured: [bool; 3], moved: usize, known: bool| {
        let mut notices = notices(if known { &[Group::Site] } else { &[] }, &[(Cause::Measures, Group::Site)]);
        notices.events.values_mut().for_each(|event| event.moved.truncate(moved));
        let of = measured.map(|measured| measured.then_some(Median { middle: 0.0, members: 10 })).to_vec();
        notices.measures(&Group::Site, &FEATURES, &SETTINGS, &[(Group::Site, of)].into()).strength
    };
    assert_eq!(sight([true; 3], 3, true), Some(Strength::Nothing));
    assert_eq!(sight([false, false, true], 3, true), Some(Strength::Nothing));
    assert_eq!(sight([false, false, true], 2, true), None, "of what moved nothing is measured");
    assert_eq!((sight([false; 3], 3, true), sight([true; 3], 3, false)), (None, None));
    assert_eq!(sight([false; 3], 0, true), None, "nothing is measured at all");
}

/// The agents of an event are the fewest by whom one of its measures was seen.
#[test]
fn an_event_is_of_those_by_whom_it_was_seen() {
    let median = |members: u32| Some(Median { middle: 3.0, members });
    let medians: Medians = [(team("red"), vec![median(12), median(9), median(10)])].into();
    let told = notices(&[team("red")], &[]).take(&shown(&medians, &BTreeMap::new(), &[], (1.0, 0), DAY), &DayLog::default());
    assert_eq!(told.iter().map(|notice| notice.agents).collect::<Vec<_>>(), [9]);
}
