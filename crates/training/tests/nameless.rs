//! Rows that outlive names: a model learns the same from them, as many leavers are counted, and nothing says whose they are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod made;

use attrition::features::Input;
use attrition::hazard::{InputValues, tenure_curve};
use made::{ids, inputs, labels, shipped, weeks};
use proptest::prelude::*;
use std::collections::BTreeSet;
use training::{Labels, LearnSettings, Learned, NamelessWeek, OriginSettings, ToldOf, Weeks, learn, nameless, origins, stand_ins};

const KNOWN_UNTIL: i32 = 1_000;

fn nothing_told(_: &str, _: i32) -> Option<ToldOf> {
    None
}

/// The weeks of those who stayed, as a database has them from which the others were deleted.
fn of_stayers(agents: u32, leavers: u32, number: i32) -> Weeks {
    let ids = ids(agents);
    let mut made = Weeks::default();
    for day in 0..7 * number {
        let stayers = ids.iter().zip(0..).skip(leavers as usize);
        made.take(day, stayers.map(|(agent, number)| (agent.as_str(), inputs(number, agents, day))));
    }
    made
}

/// All of 1,000 agents, and what is left when 300 leavers are forgotten: the same rows, the same leavers, the same coefficients but for the order of sums.
#[test]
fn the_same_is_learned_when_leavers_are_forgotten() {
    let (all, labels) = (weeks(1_000, 0, 8), labels(1_000, 300, 40));
    let kept = nameless(&all, &labels, nothing_told, &(0..=5), 30, KNOWN_UNTIL);
    let forgotten = of_stayers(1_000, 300, 8).after(&kept, Some(41), &labels, 30);
    let learned = |weeks: &Weeks, labels: &Labels| {
        learn(&weeks.known(i32::MIN..=41, labels, 30, KNOWN_UNTIL), &shipped(), &LearnSettings::default()).unwrap()
    };
    let (before, after) = (learned(&all, &labels), learned(&forgotten, &Labels::default()));
    assert_eq!((before.rows, before.leavers, before.learned), (after.rows, after.leavers, after.learned));
    assert_eq!((before.leavers, before.learned), (300, Learned::EveryInput));
    for (before, after) in before.model.terms.iter().zip(&after.model.terms) {
        assert_eq!(before.input, after.input);
        assert!((before.coefficient - after.coefficient).abs() < 1e-7, "{before:?} {after:?}");
    }
    assert!((before.model.intercept - after.model.intercept).abs() < 1e-7);
    // Without the rows that were kept, a model of those who stayed learns nothing.
    let without = of_stayers(1_000, 300, 8);
    assert!(without.known(i32::MIN..=41, &labels, 30, KNOWN_UNTIL).iter().all(|week| !week.left));
}

/// A row without a name is used once its outcome is known, as any other: 30 days of horizon and 14 until it is entered.
#[test]
fn an_outcome_without_a_name_is_not_known_earlier() {
    let row = |day, rows_of_leaver| NamelessWeek { day, inputs: inputs(1, 2, day), rows_of_leaver, told: None };
    let weeks = Weeks::default().after(&[row(70, 1), row(77, 0)], Some(83), &Labels::default(), 30);
    let known = |until: i32| weeks.known(0..=200, &Labels::default(), 30, until).iter().map(|week| week.left).collect::<Vec<_>>();
    // The row may be of the last day of its week.
    assert_eq!((known(119), known(120), known(126), known(127)), (vec![], vec![true], vec![true], vec![true, false]));
}

/// Where some of the rows have no names, nobody can tell which agents were never seen.
#[test]
fn who_is_forgotten_is_not_new() {
    let (all, labels) = (weeks(200, 0, 60), labels(200, 60, 300));
    let settings = OriginSettings { draws: 10, ..OriginSettings::default() };
    let kept = nameless(&all, &labels, nothing_told, &(0..=59), 30, KNOWN_UNTIL);
    let after = Weeks::default().after(&kept, None, &labels, 30);
    let early = nameless(&all, &labels, nothing_told, &(0..=9), 30, KNOWN_UNTIL);
    let mixed = all.clone().after(&early, Some(69), &labels, 30);
    let mixed = origins(&mixed, &labels, &shipped(), &settings, KNOWN_UNTIL).unwrap();
    assert!(mixed.origins.len() > 2 && mixed.origins.iter().all(|origin| origin.never_seen == (0, None)));
    let (before, after) = [&all, &after].map(|weeks| origins(weeks, &labels, &shipped(), &settings, KNOWN_UNTIL).unwrap()).into();
    assert!(before.origins.len() > 2 && before.origins.len() == after.origins.len());
    assert!(after.origins.iter().all(|origin| origin.never_seen.0 == 0));
}

#[test]
fn a_week_of_seven_agents_is_not_kept() {
    let mut made = Weeks::default();
    for (day, agents) in (0..7).map(|day| (day, 8)).chain((7..14).map(|day| (day, 7))) {
        made.take(day, ids(agents).into_iter().map(|agent| (agent, Default::default())));
    }
    let days = |of| nameless(&made, &Labels::default(), nothing_told, &of, 30, KNOWN_UNTIL).iter().map(|row| row.day).collect::<Vec<_>>();
    assert_eq!(days(0..=1), [0; 8]);
    assert_eq!(days(1..=1), [0; 0]);
}

/// Agents who leave on day 40 have rows in the weeks of 7 to 39. Kept at the end of every week, whoever has rows left is with the agents, and counts once.
#[test]
fn no_leaver_counts_twice_at_any_border() {
    let (all, labels) = (weeks(100, 0, 10), labels(100, 20, 40));
    for last_week in 0..=9 {
        let kept = nameless(&all, &labels, nothing_told, &(0..=last_week), 30, KNOWN_UNTIL);
        let after = all.clone().after(&kept, Some(last_week * 7 + 6), &labels, 30);
        let found = learn(&after.known(i32::MIN..=i32::MAX, &labels, 30, KNOWN_UNTIL), &shipped(), &LearnSettings::default()).unwrap();
        let of_all = all.known(i32::MIN..=i32::MAX, &labels, 30, KNOWN_UNTIL).len();
        assert_eq!((found.rows, found.leavers), (of_all, 20), "week {last_week}");
    }
    // Week by week the same rows are kept as at once.
    let at_once = nameless(&all, &labels, nothing_told, &(0..=9), 30, KNOWN_UNTIL).len();
    let one_by_one: usize = (0..=9).map(|week| nameless(&all, &labels, nothing_told, &(week..=week), 30, KNOWN_UNTIL).len()).sum();
    assert_eq!(at_once, one_by_one);
}

/// The newest day is late: a row of a leaver is known, and the next, which decides about it, is not known yet. Nothing of the leaver is kept, and nothing twice later.
#[test]
fn rows_before_a_leaving_wait_for_the_last_of_them() {
    let (all, labels) = (weeks(100, 0, 10), labels(100, 20, 40));
    let (first, late) =
        (nameless(&all, &labels, nothing_told, &(0..=2), 30, 72), nameless(&all, &labels, nothing_told, &(3..=9), 30, KNOWN_UNTIL));
    assert!(first.iter().all(|row| row.rows_of_leaver == 0));
    let of_leavers = all.known(i32::MIN..=i32::MAX, &labels, 30, KNOWN_UNTIL).iter().filter(|week| week.left).count();
    assert_eq!(late.iter().filter(|row| row.rows_of_leaver > 0).count(), of_leavers);
}

/// Tenure is kept in steps of 30 days: 29 and 0 days are 15, 30 are 45; an agent of whom it is not known has none.
#[test]
fn nobodys_day_of_hiring_is_kept() {
    let tenure =
        |days: f64| -> InputValues { (0_u8..).zip(tenure_curve(days)).map(|(term, value)| (Input::Tenure(term), value)).collect() };
    let mut made = Weeks::default();
    for day in 0..7 {
        let agents = ids(12).into_iter().zip([0.0, 29.0, 30.0, 59.0].into_iter().cycle());
        made.take(day, agents.enumerate().map(|(at, (agent, days))| (agent, if at < 11 { tenure(days) } else { InputValues::new() })));
    }
    let rows = nameless(&made, &Labels::default(), nothing_told, &(0..=0), 30, KNOWN_UNTIL);
    let known: Vec<_> = rows.iter().filter(|row| !row.inputs.is_empty()).map(|row| row.inputs.clone()).collect();
    assert_eq!((rows.len(), known.len()), (12, 11));
    assert_eq!(known.iter().filter(|inputs| **inputs == tenure(15.0)).count(), 6);
    assert_eq!(known.iter().filter(|inputs| **inputs == tenure(45.0)).count(), 5);
}

proptest! {
    /// In whatever order the agents come, the rows are the same; each says what was told on its day; and there are as many stand-ins for leavers as leavers.
    #[test]
    fn rows_say_nothing_of_the_order_of_agents(agents in 8_u32..40, leavers in 0_u32..8, left_on in 20_i32..60) {
        let (all, labels) = (weeks(agents, 0, 12), labels(agents, leavers, left_on));
        let told = |agent: &str, day: i32| Some(ToldOf { model: "m".to_owned(), probability: (agent.len() as f64 + f64::from(day)) / 1_000.0 });
        let rows = nameless(&all, &labels, told, &(0..=11), 30, KNOWN_UNTIL);
        let known = all.known(i32::MIN..=i32::MAX, &labels, 30, KNOWN_UNTIL);
        let full: BTreeSet<i32> = rows.iter().map(|row| row.day).collect();
        let of = known.iter().filter(|week| full.contains(&(week.row.day / 7 * 7)));
        prop_assert_eq!(rows.len(), of.clone().count());
        prop_assert!(rows.is_sorted_by_key(|row| row.day) && rows.iter().all(|row| row.day % 7 == 0 && row.told.is_some()));
        let left: Vec<&str> = of.filter(|week| week.left).map(|week| week.row.agent.as_str()).collect();
        prop_assert_eq!(rows.iter().filter(|row| row.rows_of_leaver > 0).count(), left.len());
        let names = stand_ins(&rows.iter().map(|row| row.rows_of_leaver).collect::<Vec<_>>());
        let stand_ins: BTreeSet<&String> = names.iter().filter(|name| name.starts_with("~left")).collect();
        if full.len() == 12 {
            prop_assert_eq!(stand_ins.len(), left.iter().collect::<BTreeSet<_>>().len());
        }
        let mut other = Weeks::default();
        for day in 0..84 {
            let of_day = all.rows().iter().filter(|row| row.day == day);
            let named: Vec<_> = of_day.map(|row| (row.agent.clone(), row.inputs.clone())).rev().collect();
            other.take(day, named);
        }
        prop_assert_eq!(nameless(&other, &labels, told, &(0..=11), 30, KNOWN_UNTIL), rows);
    }
}
