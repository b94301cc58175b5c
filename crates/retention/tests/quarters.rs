//! Leaders' quarters, who reaches a target, and the ramp of new hires, with numbers that can be worked out by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use proptest::prelude::*;
use retention::attainability::{Attained, Measured, Wanted, attainability};
use retention::quarters::{LeaderQuarter, LedAgent, LedHires, LedSignal, quarters};
use retention::ramps::{Started, ramps};

/// 1 January 2025.
const QUARTER: i32 = 20_089;
const HOUR_MS: u64 = 3_600_000;

fn led(leader: &str, number: u64) -> LedAgent {
    LedAgent { leader: leader.to_owned(), quarter: QUARTER, agent: format!("a{number}"), ..LedAgent::default() }
}

/// Eight agents with 40 days worked of 60 led (the last of 54), and a ninth who was led for 13 days and did not work.
fn team(leader: &str) -> Vec<LedAgent> {
    let worked = |number: u64| LedAgent {
        days: if number == 7 { 54 } else { 60 },
        worked_days: 40,
        overloaded_days: number,
        run_days: 40,
        run_ms: 40 * HOUR_MS * if number == 0 { 4 } else { 2 },
        scheduled_days: 56,
        quick_returns: if number < 2 { 4 } else { 0 },
        coachings: 1,
        targets: 10,
        targets_missed: if number < 4 { 5 } else { 0 },
        peers_missed_micro: 4_000_000,
        ..led(leader, number)
    };
    (0..8).map(worked).chain([LedAgent { days: 13, ..led(leader, 8) }]).collect()
}

fn signal(leader: &str, talked_after_days: Option<i64>, talked: bool, outcome: &str) -> LedSignal {
    let talked_after_s = talked_after_days.map(|days| days * 86_400);
    LedSignal { leader: leader.to_owned(), quarter: QUARTER, talked, talked_after_s, outcome: outcome.to_owned() }
}

fn hires(leader: &str, quarter: i32, hired: u64, left_early: u64) -> LedHires {
    LedHires { leader: leader.to_owned(), quarter, hired, left_early }
}

/// Overloaded: 0 + 1 + … + 7 = 28 of 320 days. Runs: (4 + 7 × 2) ÷ 8 hours. Quick returns: 8 on 448 days, 28 times that. Coachings: 8 on 487 days, which are 16
/// months of 30.4375. Targets: 20 of 80 missed where comparable agents miss 40 %. Talks after 1 and 4 days, and one before anybody was told.
#[test]
fn a_quarter_is_as_by_hand() {
    let signals = [
        signal("lea", Some(1), true, "agreed"),
        signal("lea", Some(4), true, "agreed"),
        signal("lea", None, true, "dismissed"),
        signal("lea", None, false, "open"),
        signal("max", Some(9), true, "agreed"),
    ];
    let hired = [hires("lea", QUARTER, 3, 1), hires("lea", QUARTER, 2, 0), hires("lea", QUARTER + 90, 9, 9)];
    let found = quarters(&team("lea"), &signals, &hired);
    assert_eq!(found.keys().collect::<Vec<_>>(), [&("lea".to_owned(), QUARTER)], "who led nobody has no line");
    let lea = found[&("lea".to_owned(), QUARTER)].clone().unwrap();
    assert_eq!(
        lea,
        LeaderQuarter {
            agents: 9,
            overloaded_share: Some(0.0875),
            longest_run_hours: Some(2.25),
            quick_returns_28_days: Some(0.5),
            coachings_month: Some(0.5),
            targets_reached: Some((0.75, 0.6)),
            signals: 4,
            talks: 3,
            days_to_talk: Some(2.5),
            outcomes: [("agreed".to_owned(), 2), ("dismissed".to_owned(), 1), ("open".to_owned(), 1)].into(),
            hired: 5,
            left_early: 1,
        }
    );
}

/// With seven agents nothing is shown, not even signals. Of eight of whom seven worked, no mean of work; one agent in two rows is one.
#[test]
fn under_eight_is_hidden() {
    let of = |rows: &[LedAgent]| quarters(rows, &[signal("lea", None, false, "open")], &[])[&("lea".to_owned(), QUARTER)].clone();
    assert_eq!(of(&team("lea")[..7]), None);
    let twice = [&team("lea")[..7], &team("lea")[..1]].concat();
    assert_eq!(of(&twice), None, "one agent in two rows is one");
    let shown = of(&team("lea")[1..]).unwrap();
    assert_eq!((shown.agents, shown.signals), (8, 1));
    assert_eq!([shown.overloaded_share, shown.longest_run_hours, shown.quick_returns_28_days], [None; 3]);
    assert_eq!(shown.targets_reached, None);
    assert!(shown.coachings_month.is_some(), "eight were led");
}

fn measured(kpi: &str, value_micro: i64, number: u64, days: u64, amount: i64) -> Measured {
    let wanted = Wanted { target: "agents/one".to_owned(), kpi: kpi.to_owned(), value_micro, cell: "sales".to_owned() };
    Measured { wanted, agent: format!("a{number}"), days, amount, base: 100 }
}

/// Handle time of 300 s and 100 calls each: agents 0 to 2 take exactly 300 s, the others 301. Three of ten; Wilson: 0.1078 to 0.6032. One with four days, and
/// a KPI that agents do not have, count for nothing.
#[test]
fn a_target_is_reached_by_so_many() {
    let mut rows: Vec<Measured> =
        (0..10).map(|number| measured("aht", 300_000_000, number, 20, if number < 3 { 30_000 } else { 30_100 })).collect();
    rows.push(measured("aht", 300_000_000, 10, 4, 0));
    rows.extend((0..10).map(|number| measured("service_level", 800_000, number, 20, 90)));
    // Seven of eight reach it; with one less nobody is told.
    rows.extend((0..8).map(|number| measured("adherence", 900_000, number, 20, if number < 7 { 90 } else { 89 })));
    rows.extend((0..7).map(|number| measured("adherence", 950_000, number, 20, 99)));
    let found: Vec<(String, Option<Attained>)> = attainability(&rows).into_iter().map(|(wanted, of)| (wanted.kpi, of)).collect();
    let names: Vec<_> = found.iter().map(|(kpi, of)| (kpi.as_str(), of.map(|of| (of.reached, of.agents)))).collect();
    assert_eq!(names, [("adherence", Some((7, 8))), ("adherence", None), ("aht", Some((3, 10))), ("service_level", None)]);
    let handle_time = found[2].1.unwrap();
    assert_eq!(handle_time.share, 0.3);
    assert!((handle_time.interval.low - 0.1078).abs() < 5e-5 && (handle_time.interval.high - 0.6032).abs() < 5e-5, "{handle_time:?}");
    assert!(!handle_time.is_out_of_reach());
}

/// None of nine: 0 to 0.2991; none of eight might be 0.3244. Two rows of one agent are one: 30,000 and 30,300 for 200 calls is above 300 s.
#[test]
fn hardly_anybody_is_beyond_chance_from_nine_on() {
    let none_of = |agents: u64| {
        let rows: Vec<Measured> = (0..agents).map(|number| measured("calls_per_hour", 12_000_000, number, 5, 1_199)).collect();
        attainability(&rows).into_values().next().unwrap().unwrap()
    };
    assert_eq!([none_of(8), none_of(9)].map(|of| (of.reached, of.is_out_of_reach())), [(0, false), (0, true)]);
    let mut rows: Vec<Measured> = (0..8).map(|number| measured("aht", 300_000_000, number, 5, 30_000)).collect();
    rows.push(measured("aht", 300_000_000, 0, 5, 30_300));
    assert_eq!(attainability(&rows).into_values().next().unwrap().map(|of| (of.agents, of.reached)), Some((8, 7)));
}

/// Eight of one batch: 10 contacts an hour in the first weeks, 12 in the next; handle times e^0.2 and 1 times the usual. Of the last step seven worked.
#[test]
fn a_batch_gets_up_to_speed() {
    let one = |number: u32, step: usize, handled: u64, ln_handle_micro: i64| Started {
        cohort: "spring".to_owned(),
        agent: format!("a{number}"),
        step,
        handled,
        productive_ms: 36_000_000,
        compared: handled,
        ln_handle_micro,
    };
    let mut rows: Vec<Started> = (0..8).flat_map(|number| [one(number, 0, 100, 20_000_000), one(number, 1, 120, 0)]).collect();
    rows.extend((0..7).map(|number| one(number, 2, 150, 0)));
    rows.push(Started { productive_ms: 0, ..one(7, 2, 0, 0) });
    let [first, second, third, fourth, _] = ramps(&rows)["spring"];
    let first = first.unwrap();
    assert_eq!((first.agents, first.contacts_per_hour), (8, 10.0));
    assert!((first.handle_time_ratio.unwrap() - 1.221_402_758).abs() < 1e-9);
    assert_eq!(second.map(|of| (of.contacts_per_hour, of.handle_time_ratio)), Some((12.0, Some(1.0))));
    assert_eq!([third, fourth], [None; 2]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever the order of rows: the same to the last bit.
    #[test]
    fn the_order_of_rows_changes_nothing(
        counts in prop::collection::vec((0..2_u8, 0..12_u64, 0..90_u64, 0..90_u64, 0..20_000_000_u64), 1..60),
        waits in prop::collection::vec((0..2_u8, 0..20_i64), 0..10),
    ) {
        let leader = |of: u8| if of == 0 { "lea" } else { "max" };
        let agents: Vec<LedAgent> = counts
            .iter()
            .map(|(of, number, worked, some, more)| LedAgent {
                days: worked + some, worked_days: *worked, overloaded_days: worked / 2, run_days: *some, run_ms: *more, scheduled_days: *some,
                quick_returns: some / 3, coachings: worked / 9, targets: *worked, targets_missed: worked / 3, peers_missed_micro: *more, ..led(leader(*of), *number)
            })
            .collect();
        let signals: Vec<LedSignal> = waits.iter().map(|(of, days)| signal(leader(*of), (*days > 5).then_some(*days), true, "agreed")).collect();
        let turned = |agents: &[LedAgent], signals: &[LedSignal]| {
            quarters(&agents.iter().rev().cloned().collect::<Vec<_>>(), &signals.iter().rev().cloned().collect::<Vec<_>>(), &[])
        };
        prop_assert_eq!(quarters(&agents, &signals, &[]), turned(&agents, &signals));
        let rows: Vec<Measured> = counts.iter().map(|(of, number, days, _, amount)| measured("aht", i64::from(*of) * 90_000, *number, *days, *amount as i64)).collect();
        prop_assert_eq!(attainability(&rows), attainability(&rows.iter().rev().cloned().collect::<Vec<_>>()));
        let started: Vec<Started> = counts.iter().map(|(of, number, handled, _, more)| Started {
            cohort: leader(*of).to_owned(), agent: format!("a{number}"), step: usize::from(*of), handled: *handled, productive_ms: *more as i64, compared: *handled, ln_handle_micro: -(*more as i64),
        }).collect();
        prop_assert_eq!(ramps(&started), ramps(&started.iter().rev().cloned().collect::<Vec<_>>()));
    }
}
