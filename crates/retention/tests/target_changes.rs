//! Changes of targets and what came of them, on made-up teams.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use retention::grooves::AgentWeek;
use retention::target_changes::{Change, Compared, Outcome, Scope, Target, changes, outcome, windows};

/// Monday of week 100.
const MONDAY: i32 = 697;

fn team(name: &str) -> Scope {
    Scope::Team(name.to_owned())
}

fn change(day: i32, scopes: &[Scope]) -> Change {
    Change { day, kpi: "aht".to_owned(), asked: [("300".to_owned(), "240".to_owned())].into(), scopes: scopes.iter().cloned().collect() }
}

/// Values without meaning between −1 and 1.
fn trembling(agent: usize, week: i32, measure: usize) -> f64 {
    (((agent * 31 + week as usize * 17 + measure * 13) * 7_919) % 100) as f64 / 50.0 - 1.0
}

/// Four teams of `size` agents in weeks 92 to 107, of which the last eight are after the change; `moved` is what is added to speed and care by team and week.
fn site(size: usize, weeks: std::ops::Range<i32>, moved: impl Fn(usize, i32) -> (f64, f64)) -> Vec<AgentWeek> {
    let mut all = Vec::new();
    for (week, agent) in weeks.flat_map(|week| (0..4 * size).map(move |agent| (week, agent))) {
        let (speed, care) = moved(agent / size, week);
        all.push(AgentWeek {
            agent: format!("agent {agent:02}"),
            team: format!("team {}", agent / size),
            group: "sales".to_owned(),
            week,
            speed: [0, 1, 2].map(|measure| Some(trembling(agent, week, measure) + speed)),
            care: [3, 4, 5, 6, 7, 8].map(|measure| (measure < 7).then(|| trembling(agent, week, measure) + care)),
        });
    }
    all
}

fn compared(found: Outcome) -> Compared {
    match found {
        Outcome::Compared(compared) => compared,
        other => panic!("{other:?}"),
    }
}

fn after(team: usize, week: i32, of: usize) -> f64 {
    if team == of && week >= 100 { 1.0 } else { 0.0 }
}

/// Team 0 is faster and less careful since the change. The spread of values between −1 and 1 is 1.4826 times their middle distance of a half.
#[test]
fn faster_and_worse_since_the_change_is_found() {
    let own = change(MONDAY, &[team("team 0")]);
    let of = |sign: f64| {
        compared(outcome(
            &own,
            std::slice::from_ref(&own),
            "berlin",
            &site(10, 92..108, |team, week| (after(team, week, 0), sign * after(team, week, 0))),
        ))
    };
    let bent = of(-1.0);
    assert_eq!((bent.agents, bent.others, bent.is_drift(), bent.overlaps), (10, 30, true, false), "{bent:?}");
    let spread = 1.4826 * 0.5;
    assert!((bent.speed.effect - 1.0 / spread).abs() < 0.2 && (bent.care.effect + 1.0 / spread).abs() < 0.2, "{bent:?}");
    assert!(bent.speed.error > 0.0 && bent.speed.interval().low > 0.0 && bent.care.interval().high < 0.0);
    // Faster and more careful is learning, faster alone is what was asked for.
    assert!([of(1.0), of(0.0)].iter().all(|found| !found.is_drift() && found.speed.interval().low > 0.0));
}

/// A new process makes everybody faster and less careful on the same day: the others take it out.
#[test]
fn what_moves_everybody_is_no_drift() {
    let own = change(MONDAY, &[team("team 0")]);
    let everybody = site(10, 92..108, |_, week| if week >= 100 { (1.0, -1.0) } else { (0.0, 0.0) });
    let found = compared(outcome(&own, std::slice::from_ref(&own), "berlin", &everybody));
    assert!(!found.is_drift() && found.speed.effect.abs() < 0.2 && found.care.effect.abs() < 0.2, "{found:?}");
}

/// Of eight agents four are faster by half a standard deviation of the weeks before, and four by one and a half; the others move by nothing: 1 ± √(2/7 / 8).
#[test]
fn the_error_is_that_of_two_means() {
    let mut weeks = Vec::new();
    for (agent, week) in (0..16_usize).flat_map(|agent| (92..108).map(move |week| (agent, week))) {
        // Middle distance from the median of 1 / 1.4826 before: a standard deviation of one.
        let sway = if (agent + week as usize).is_multiple_of(2) { 1.0 } else { -1.0 } / 1.4826;
        let more = if week < 100 || agent >= 8 { 0.0 } else { [0.5, 1.5][agent % 2] };
        weeks.push(AgentWeek {
            agent: format!("{agent:02}"),
            team: if agent < 8 { "red" } else { "blue" }.to_owned(),
            group: "sales".to_owned(),
            week,
            speed: [Some(sway + more), None, None],
            care: [Some(sway), None, None, None, None, None],
        });
    }
    let own = change(MONDAY, &[team("red")]);
    let found = compared(outcome(&own, &[], "berlin", &weeks));
    // Changes 0.5 and 1.5, four times each: variance 4 × 2 × 0.25 / 7 = 2 / 7, over eight agents; the others' is nothing.
    assert!((found.speed.effect - 1.0).abs() < 1e-9, "{found:?}");
    assert!((found.speed.error - (2.0_f64 / 7.0 / 8.0).sqrt()).abs() < 1e-9, "{found:?}");
    assert!(found.care.effect.abs() < 1e-9 && found.care.error < 1e-9 && !found.is_drift());
}

#[test]
fn fewer_than_eight_agents_are_hidden() {
    let own = change(MONDAY, &[team("team 0")]);
    let of = |size: usize| outcome(&own, &[], "berlin", &site(size, 92..108, |team, week| (after(team, week, 0), -after(team, week, 0))));
    assert_eq!(of(7), Outcome::TooFewAgents);
    assert!(compared(of(8)).is_drift());
    // Two teams of seven are fourteen; and fourteen agents against seven are too few again.
    let two = change(MONDAY, &[team("team 0"), team("team 1")]);
    let weeks = site(7, 92..108, |_, _| (0.0, 0.0));
    assert_eq!(compared(outcome(&two, &[], "berlin", &weeks)).agents, 14);
    let three = change(MONDAY, &[team("team 0"), team("team 1"), team("team 2")]);
    assert_eq!(outcome(&three, &[], "berlin", &weeks), Outcome::TooFewAgents);
}

/// Who changes teams across the change, and who came a week before it, does not count.
#[test]
fn who_moved_or_came_late_does_not_count() {
    let own = change(MONDAY, &[team("team 0")]);
    let mut weeks = site(10, 92..108, |_, _| (0.0, 0.0));
    weeks.iter_mut().filter(|week| week.agent == "agent 00" && week.week >= 103).for_each(|week| week.team = "team 3".to_owned());
    weeks.retain(|week| week.agent != "agent 39" || week.week >= 99);
    let found = compared(outcome(&own, &[], "berlin", &weeks));
    assert_eq!((found.agents, found.others), (9, 29));
}

#[test]
fn too_few_weeks_say_so() {
    let own = change(MONDAY, &[team("team 0")]);
    let of = |weeks| outcome(&own, &[], "berlin", &site(10, weeks, |_, _| (0.0, 0.0)));
    assert_eq!(of(92..103), Outcome::TooFewWeeks { before: 8, after: 3 });
    assert_eq!(of(97..108), Outcome::TooFewWeeks { before: 3, after: 8 });
    assert!(matches!(of(96..104), Outcome::Compared(_)));
    assert_eq!(outcome(&own, &[], "berlin", &[]), Outcome::TooFewWeeks { before: 0, after: 0 });
}

/// Everybody, everybody of the site, or everybody at last by another change: no number. Another site's target concerns nobody here.
#[test]
fn without_others_there_is_no_number() {
    let weeks = site(10, 92..108, |team, week| (after(team, week, 0), -after(team, week, 0)));
    let of = |scope: Scope| outcome(&change(MONDAY, &[scope]), &[], "berlin", &weeks);
    assert_eq!([of(Scope::Everybody), of(Scope::Site("berlin".to_owned()))], [Outcome::NoOthers; 2]);
    assert_eq!([of(Scope::Site("munich".to_owned())), of(team("team 9"))], [Outcome::Nobody; 2]);
    let own = change(MONDAY, &[team("team 0")]);
    let beside = |day: i32, scopes: &[Scope]| outcome(&own, &[own.clone(), change(day, scopes)], "berlin", &weeks);
    let rest = ["team 1", "team 2", "team 3"].map(team);
    assert_eq!(beside(MONDAY + 10, &rest), Outcome::NoOthers);
    // Weeks 92 to 107 count; what changed the Sunday before, or the Monday after, is beside them.
    for day in [MONDAY - 57, MONDAY + 56] {
        assert_eq!(compared(beside(day, &rest)).others, 30, "{day}");
    }
    for day in [MONDAY - 56, MONDAY + 55] {
        assert_eq!(compared(beside(day, &rest[..1])).others, 20, "{day}");
        assert!(compared(beside(day, &[team("team 0")])).overlaps, "{day}");
    }
}

/// The week in which a change began is neither before nor after, unless it began on a Monday.
#[test]
fn a_week_in_which_it_changed_is_left_out() {
    assert_eq!(windows(MONDAY), [92..100, 100..108]);
    assert_eq!([windows(MONDAY + 1), windows(MONDAY + 6)], [[92..100, 101..109], [92..100, 101..109]]);
    assert_eq!(windows(MONDAY + 7), [93..101, 101..109]);
}

#[test]
fn the_order_of_agents_does_not_matter() {
    let own = change(MONDAY, &[team("team 0")]);
    let mut weeks = site(10, 92..108, |team, week| (after(team, week, 0), -after(team, week, 0)));
    let found = outcome(&own, &[], "berlin", &weeks);
    weeks.reverse();
    assert_eq!(outcome(&own, &[], "berlin", &weeks), found);
    weeks.sort_by_key(|week| (trembling(week.agent.len() + week.week as usize, week.week, 3).to_bits(), week.agent.clone()));
    assert_eq!(outcome(&own, &[], "berlin", &weeks), found);
}

/// Always so, said again, of another KPI, ended, and two of one day, of which the last holds.
#[test]
fn changes_are_what_was_not_so_before() {
    let target = |id: &str, kpi: &str, asked: &str, day: i32, us: i64| Target {
        id: id.to_owned(),
        kpi: kpi.to_owned(),
        asked: asked.to_owned(),
        scope: team(id),
        since_us: i64::from(day) * 86_400_000_000 + us,
        since_day: day,
    };
    let mut targets = vec![
        target("red", "aht", "300", 0, 0),
        target("red", "aht", "300", 10, 0),
        target("red", "aht", "240", 20, 1),
        target("red", "aht", "250", 20, 0),
        target("blue", "aht", "240", 20, 0),
        target("blue", "calls_per_hour", "12", 30, 0),
        target("blue", "calls_per_hour", "", 40, 0),
    ];
    let told = |targets: &[Target]| {
        let one = |change: &Change| {
            let asked: Vec<String> = change.asked.iter().map(|(before, since)| format!("{before}>{since}")).collect();
            format!("{} {} {} {}", change.day, change.kpi, asked.join(" "), change.scopes.len())
        };
        changes(targets).iter().map(one).collect::<Vec<_>>()
    };
    let expected = ["20 aht >240 300>240 2", "30 aht 240> 1", "30 calls_per_hour >12 1", "40 calls_per_hour 12> 1"];
    assert_eq!(told(&targets), expected);
    targets.reverse();
    assert_eq!(told(&targets), expected);
    // A target that goes to another team concerns both.
    let moved = [target("red", "aht", "300", 0, 0), Target { scope: team("blue"), ..target("red", "aht", "300", 20, 0) }];
    assert_eq!(changes(&moved)[0].scopes, [team("red"), team("blue")].into());
}
