//! Short calls of agents and months, worked out by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use attrition::groove::{MonthOfCalls, ShortCallCount};
use retention::short_calls::{AgentMonth, Group, changes_per_call, judge};

fn of(agent: u32, month: &str, queue: &str, calls: u64, short: u64) -> AgentMonth {
    let work = MonthOfCalls { calls, talk_ms: 100_000 * calls, ..MonthOfCalls::default() };
    AgentMonth {
        agent: format!("agent {agent}"),
        month: month.to_owned(),
        queue: queue.to_owned(),
        count: ShortCallCount { calls, short },
        work,
    }
}

/// Eight agents of sales with 1 % of 400, but the last with 20 %; of support three with 5 %, compared with the eleven of the site, whose median is 1 %. Of 20 % of
/// 400 the lower end is 16.4 %, of 5 % it is 3.3 %. Who has 199 calls is not judged.
#[test]
fn each_is_compared_with_the_queue_or_else_with_the_site() {
    let mut months: Vec<AgentMonth> = (0..8).map(|agent| of(agent, "2024-03", "sales", 400, if agent == 7 { 80 } else { 4 })).collect();
    months.extend((8..11).map(|agent| of(agent, "2024-03", "support", 400, 20)));
    months.push(of(11, "2024-03", "sales", 199, 199));
    let found = judge(&months);
    let flagged: Vec<Option<bool>> = found.iter().map(|one| one.map(|one| one.share.is_groove)).collect();
    let expected = [[Some(false); 7].as_slice(), &[Some(true), Some(false), Some(false), Some(false), None]].concat();
    assert_eq!(flagged, expected);
    let groups: Vec<Group> = found.iter().flatten().map(|one| one.group).collect();
    assert_eq!(groups, [[Group::Queue; 8].as_slice(), &[Group::Site; 3]].concat());
    let (last, support) = (found[7].unwrap().share, found[8].unwrap().share);
    assert!((last.usual - 0.01).abs() < 1e-12 && (last.interval.low - 0.1637).abs() < 1e-4, "{last:?}");
    assert!((support.usual - 0.01).abs() < 1e-12 && (support.interval.low - 0.0326).abs() < 1e-4, "{support:?}");
}

/// Seven agents of a month are not told from each other, however many there were in another.
#[test]
fn months_are_judged_alone_and_few_agents_not_at_all() {
    let mut months: Vec<AgentMonth> = (0..7).map(|agent| of(agent, "2024-03", "sales", 400, 80 * u64::from(agent == 0))).collect();
    months.extend((0..8).map(|agent| of(agent, "2024-04", "sales", 400, 80 * u64::from(agent == 0))));
    let found = judge(&months);
    assert!(found[..7].iter().all(Option::is_none));
    assert_eq!(found[7..].iter().flatten().filter(|one| one.share.is_groove).count(), 1);
    assert_eq!(found[7..].iter().flatten().count(), 8);
}

/// January is after December, whoever else there is; a month that is not there is no zero.
#[test]
fn a_month_is_compared_with_the_one_before_of_the_same_agent() {
    let with = |agent: u32, month: &str, talk_s: u64, hold_s: u64| {
        let mut month = of(agent, month, "sales", 200, 0);
        (month.work.talk_ms, month.work.hold_ms, month.work.parked_ms) = (200_000 * talk_s, 200_000 * hold_s, 1_000 * hold_s * hold_s);
        month
    };
    let months = [
        with(1, "2024-01", 60, 30),
        with(1, "2023-12", 80, 20),
        with(2, "2024-01", 50, 1),
        with(2, "2023-11", 100, 0),
        with(2, "2024-02", 100, 0),
    ];
    let found: Vec<_> = changes_per_call(&months).into_iter().map(|one| one.map(|one| (one.talk, one.hold, one.parked))).collect();
    assert_eq!(found, [Some((0.75, Some(1.5), Some(2.25))), None, None, None, Some((2.0, Some(0.0), Some(0.0)))]);
}
