//! The fairness report, on groups that can be counted by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use training::fairness::{AgentRecord, GroupReport, Reported, report};

fn record(group: &str, number: u32) -> AgentRecord {
    AgentRecord { agent: format!("{group}-{number}"), scored_days: 365, alert_days: Vec::new(), left_day: None, expected: 0.0, observed: 0 }
}

fn group_of(agent: &str) -> Option<&str> {
    agent.split_once('-').map(|(group, _)| group).filter(|group| *group != "unknown")
}

fn shown(of: &GroupReport) -> &Reported {
    match of {
        GroupReport::Shown(reported) => reported,
        GroupReport::Hidden => panic!("hidden"),
    }
}

/// Group a: 40 agents of a year each, 8 warned once on day 100; of these 2 leave on day 130 and 1 on day 145, which is the last that counts, 1 on day 146,
/// which does not; 2 leave without a warning. Group b: 60 agents, 6 warned once, nobody leaves.
fn centre() -> Vec<AgentRecord> {
    let mut all: Vec<AgentRecord> = (0..40).map(|number| record("a", number)).collect();
    all.extend((0..60).map(|number| record("b", number)));
    for warned in (0..8).chain(40..46) {
        all[warned].alert_days = vec![100];
    }
    for (agent, day) in [(0, 130), (1, 130), (2, 145), (3, 146), (20, 50), (21, 60)] {
        all[agent].left_day = Some(day);
    }
    for of in &mut all[..40] {
        (of.expected, of.observed) = (0.25, 0);
    }
    all[0].observed = 12;
    all
}

/// a: 8 warnings in 40 years 0.2, 3 of them right: precision 3/8, false 5/40; 6 leavers, 3 found; leads 30, 30, 45; 12 against 40 × 0.25 = 10. b: 0.1 a year,
/// so a has twice that. 8 warnings: Garwood 3.4538 to 15.7632, over 40 years 0.0863 to 0.3941.
#[test]
fn every_number_is_as_counted_by_hand() {
    let centre = centre();
    let found = report(&centre, group_of);
    let (a, b) = (shown(&found["a"]), shown(&found["b"]));
    let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-4, "{value} {expected}");
    assert_eq!((a.agents, b.agents), (40, 60));
    near(a.alert_rate.unwrap().value, 0.2);
    near(a.alert_rate.unwrap().interval.low, 0.0863);
    near(a.alert_rate.unwrap().interval.high, 0.3941);
    near(a.precision.unwrap().value, 0.375);
    near(a.false_alert_rate.unwrap().value, 0.125);
    near(a.recall.unwrap().value, 0.5);
    near(a.observed_over_expected.unwrap(), 1.2);
    assert_eq!(a.lead_days, Some(30.0));
    near(a.alert_rate_ratio.unwrap().value, 2.0);
    near(b.alert_rate_ratio.unwrap().value, 0.5);
    assert!(a.alert_rate_ratio.unwrap().is_conspicuous() && b.alert_rate_ratio.unwrap().is_conspicuous());
    // Counts of 8 and 6: the logarithm of the ratio has a standard error of about √(1/8 + 1/6) = 0.54, so the interval goes from about 0.7 to 5.8.
    let interval = a.alert_rate_ratio.unwrap().interval.unwrap();
    assert!((0.5..0.9).contains(&interval.low) && (4.0..9.0).contains(&interval.high), "{interval:?}");
    assert_eq!((b.recall, b.observed_over_expected, b.lead_days), (None, None, None), "nobody left: nothing, not zero");
    near(b.precision.unwrap().value, 0.0);
}

/// 29 agents are hidden and 30 are shown; where one alone is hidden the smallest other one is hidden too, or it could be worked out from the whole.
#[test]
fn small_groups_are_hidden_and_cannot_be_worked_out() {
    let of = |sizes: &[(&str, u32)]| {
        let records: Vec<AgentRecord> = sizes.iter().flat_map(|(group, size)| (0..*size).map(|number| record(group, number))).collect();
        let found = report(&records, group_of);
        found.into_iter().filter(|(_, report)| *report == GroupReport::Hidden).map(|(group, _)| group).collect::<Vec<_>>()
    };
    assert_eq!(of(&[("a", 30), ("b", 31)]), Vec::<String>::new());
    assert_eq!(of(&[("a", 29), ("b", 40), ("c", 50)]), ["a", "b"]);
    assert_eq!(of(&[("a", 29), ("b", 29), ("c", 50)]), ["a", "b"]);
}

/// The rest of a group are all others, those without a known group as well; where they are fewer than thirty there is no ratio.
#[test]
fn the_rest_is_everybody_else() {
    let mut records: Vec<AgentRecord> =
        (0..40).map(|number| record("a", number)).chain((0..29).map(|number| record("unknown", number))).collect();
    records[0].alert_days = vec![10];
    records[50].alert_days = vec![10, 60];
    assert_eq!(shown(&report(&records, group_of)["a"]).alert_rate_ratio, None);
    records.push(record("unknown", 29));
    // 1 in 40 against 2 in 30.
    let found = shown(&report(&records, group_of)["a"]).alert_rate_ratio.unwrap().value;
    assert!((found - (1.0 / 40.0) / (2.0 / 30.0)).abs() < 1e-12, "{found}");
}
