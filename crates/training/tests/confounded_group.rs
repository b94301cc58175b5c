//! A world in which a group is absent twice as often and leaves as the others do: what the fairness report says of a warning that goes by absence only, and
//! of the product's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use attrition::numerics::probability;
use evaluation::{Collected, Row, Scorer, Settings, collect, log_odds, train};
use simulator::attrition::{HORIZON_DAYS, World};
use std::collections::BTreeMap;
use training::fairness::{AgentRecord, GroupReport, Reported, report};

/// Half a year of training, half a year of tests every five days.
fn settings() -> Settings {
    Settings { train_days: [40, 200], test_days: [244, 400], score_every_days: 5, moment_days: 40, ..Settings::default() }
}

/// Warned is the highest tenth of each day, at most once in 28 days.
fn records(collected: &Collected, scorer: Scorer) -> Vec<(bool, AgentRecord)> {
    let model = train(collected, &settings(), scorer).unwrap();
    let scores = log_odds(collected, &model);
    let tests: Vec<(&Row, f64)> = collected.rows.iter().filter(|row| row.is_test()).zip(scores).collect();
    let mut found: BTreeMap<u32, (bool, AgentRecord)> = BTreeMap::new();
    for today in tests.chunk_by(|(a, _), (b, _)| a.day == b.day) {
        let mut order: Vec<&(&Row, f64)> = today.iter().collect();
        order.sort_by(|(a, a_score), (b, b_score)| b_score.total_cmp(a_score).then(a.person.cmp(&b.person)));
        for (rank, (row, score)) in order.iter().enumerate() {
            let left_day = collected.departure(row.person).map(|departure| departure.day as i32);
            let empty =
                AgentRecord { agent: row.person.to_string(), scored_days: 0, alert_days: Vec::new(), left_day, expected: 0.0, observed: 0 };
            let (_, of) = found.entry(row.person).or_insert((row.in_group, empty));
            of.scored_days += 5;
            of.expected += probability(*score);
            of.observed += u64::from(collected.left_within(row.person, row.day, HORIZON_DAYS));
            let day = row.day as i32;
            if rank < order.len() / 10 && of.alert_days.last().is_none_or(|last| day >= last + 28) {
                of.alert_days.push(day);
            }
        }
    }
    found.into_values().collect()
}

fn group(collected: &Collected, scorer: Scorer) -> [Reported; 2] {
    let records = records(collected, scorer);
    let members: BTreeMap<String, &str> =
        records.iter().map(|(in_group, of)| (of.agent.clone(), if *in_group { "absent more" } else { "others" })).collect();
    let plain: Vec<AgentRecord> = records.into_iter().map(|(_, of)| of).collect();
    let found = report(&plain, |agent| members.get(agent).copied());
    ["absent more", "others"].map(|group| match &found[group] {
        GroupReport::Shown(reported) => reported.as_ref().clone(),
        GroupReport::Hidden => panic!("{group} has enough agents"),
    })
}

/// Who goes by absence warns of the group far more often and wrongly: the ratio is marked, and more of its warnings are false. The product, which compares
/// with the agent's own rate and has other signs, does so less.
#[test]
fn a_warning_by_absence_alone_is_seen_to_be_unfair() {
    let collected = collect(&World::named("confounded_group", 3, 400, 450).unwrap(), &settings()).unwrap();
    let ratio = |of: &Reported| of.alert_rate_ratio.unwrap();
    let [absence, others] = group(&collected, Scorer::PresenceOnly);
    assert!(ratio(&absence).is_conspicuous() && ratio(&absence).interval.unwrap().low > 1.0, "{absence:?}");
    assert!(absence.false_alert_rate.unwrap().value > 1.25 * others.false_alert_rate.unwrap().value, "{absence:?} {others:?}");
    let [product, _] = group(&collected, Scorer::Product);
    assert!(ratio(&product).value < ratio(&absence).value, "{product:?} {absence:?}");
}
