//! Numbers worked out by hand, and every case of the decision.

use super::*;

fn record() -> Record {
    // Eight agents, scored on days 0 to 99 each; the newest day is 144: matured are the days up to 99.
    let agents: Vec<String> = (0..8).map(|agent| format!("a{agent}")).collect();
    let scores = agents.iter().flat_map(|agent| (0..100).map(move |day| (agent.clone(), day, 0.1))).collect();
    let warning = |agent: usize, opened_day, days_to_talk| Warning {
        agent: agents[agent].clone(),
        opened_day,
        days_to_talk,
        draw: Draw::default(),
        urgent: false,
    };
    Record {
        newest_day: 144,
        warnings: vec![warning(0, 10, Some(2)), warning(0, 50, None), warning(1, 20, Some(4)), warning(2, 99, None), warning(3, 100, None)],
        left: vec![("a0".to_owned(), 55), ("a1".to_owned(), 66), ("a4".to_owned(), 80), ("a3".to_owned(), 101)],
        scores,
        led: (0..61).map(|day| ("lea".to_owned(), day)).collect(),
    }
}

#[test]
fn warnings_leavers_and_scores_are_counted() {
    let found = quality(&record(), 0..=1_000).unwrap();
    // a0's both came true (the 45th day counts); a1 left on the 46th day; a2's did not; a3's day is not matured.
    assert_eq!((found.warnings, found.came_true, found.precision), (4, 2, Some(0.5)));
    // a0 was warned 45 and 5 days before, a1 46 days before, a4 never; a3 left on a day that is not matured.
    assert_eq!((found.leavers, found.leavers_warned, found.lead_days), (3, 1, Some((45.0, 45.0, 45.0))));
    assert_eq!((found.talked, found.days_to_talk), (2, Some((2.5, 3.0, 3.5))));
    // 4 warnings on 800 days of agents.
    assert_eq!(found.chance_recall, Some(recall_of_random_alarms(0.005, 45.0)));
    // 61 days are two months and 0.125 days: 2 in vain.
    assert_eq!(found.false_per_leader_month, Some(2.0 * 30.4375 / 61.0));
    // Weeks begin on days 0, 7 … 98: 15 of each agent. a0 left on 55: 28, 35, 42, 49 within 30 days; a1 on 66: 42, 49, 56, 63; a4 on 80: 56, 63, 70, 77; a3 on 101:
    // 77, 84, 91, 98; in 45 days: from 10, 21, 35 and 56 on: 14 to 49, 21 to 63, 35 to 77, 56 to 98, of 7 days each.
    assert_eq!((found.agent_weeks, found.observed, found.observed_outcome), (120, 16, 6 + 7 + 7 + 7));
    assert!((found.expected - 12.0).abs() < 1e-9);
    assert!((found.observed_over_expected.unwrap() - 16.0 / 12.0).abs() < 1e-12);
    assert_eq!(found.recall, Some(1.0 / 3.0));
}

/// On the day of the warning, or of leaving, it is too late: a5 left on the day of the warning. Nobody was scored before a6 left on day 0.
#[test]
fn what_happens_on_the_same_day_was_not_foreseen() {
    let mut same_day = record();
    same_day.left = vec![("a5".to_owned(), 60), ("a6".to_owned(), 0)];
    same_day.warnings = vec![Warning { agent: "a5".to_owned(), opened_day: 60, days_to_talk: None, draw: Draw::default(), urgent: false }];
    let found = quality(&same_day, 0..=1_000).unwrap();
    assert_eq!((found.warnings, found.came_true, found.leavers, found.leavers_warned), (1, 0, 1, 0));
    // Weeks begin on days 0, 7 … 98: that of 35 and 42, 49, 56 are within 30 days before 60, and none on day 60 itself.
    assert_eq!(found.observed, 4);
}

/// Of a period only what lies in it: seven days of eight agents, one leader's days of them.
#[test]
fn a_period_is_what_lies_in_it() {
    let found = quality(&record(), 14..=20).unwrap();
    assert_eq!((found.agent_days, found.agent_weeks, found.warnings, found.came_true), (56, 8, 1, 0));
    // One warning in vain, on 7 days of one leader.
    assert_eq!(found.false_per_leader_month, Some(30.4375 / 7.0));
    assert!((found.expected - 0.8).abs() < 1e-12);
}

#[test]
fn the_decision_rests_on_what_was_counted() {
    let counted =
        Quality { warnings: 1, came_true: 2, agent_weeks: 3, observed: 4, expected: 5.0, observed_outcome: 6, ..Quality::default() };
    let facts = |calibrated| DisplayFacts {
        warnings: 1,
        came_true: 2,
        drawn: Drawn::default(),
        agent_weeks: 3,
        observed: 4,
        expected: 5.0,
        observed_outcome: 6,
        calibrated,
    };
    assert_eq!([true, false].map(|calibrated| DisplayFacts::of(&counted, calibrated)), [true, false].map(facts));
}

#[test]
fn nothing_is_counted_of_fewer_than_eight_agents_or_on_days_that_are_not_matured() {
    let mut small = record();
    small.scores.retain(|(agent, _, _)| agent != "a7");
    assert_eq!(quality(&small, 0..=1_000), None);
    assert_eq!(quality(&record(), 100..=1_000), None);
    assert!(quality(&record(), 99..=99).is_some_and(|found| found.agents == 8 && found.agent_days == 8 && found.warnings == 1));
}

/// Nobody is warned, leaves or is led, and every score is zero: what would be divided by nothing is no number.
#[test]
fn what_has_no_denominator_is_none() {
    let mut nothing = record();
    (nothing.warnings, nothing.left, nothing.led) = (Vec::new(), Vec::new(), BTreeSet::new());
    nothing.scores.iter_mut().for_each(|(_, _, probability)| *probability = 0.0);
    let found = quality(&nothing, 0..=1_000).unwrap();
    assert_eq!((found.precision, found.recall, found.observed_over_expected, found.false_per_leader_month), (None, None, None, None));
    assert_eq!((found.lead_days, found.days_to_talk, found.drawn.uplift(), found.chance_recall), (None, None, None, Some(0.0)));
}

/// A thousand agent-weeks of which 60 left; of so many warnings none came true.
fn facts(warnings: u64, calibrated: bool) -> DisplayFacts {
    DisplayFacts {
        warnings,
        came_true: 0,
        drawn: Drawn::default(),
        agent_weeks: 1_000,
        observed: 0,
        expected: 0.0,
        observed_outcome: 60,
        calibrated,
    }
}

/// What may be shown, over every number of warnings that came true of every number up to 60, and over observed from 0 to 200: the rule as it is written.
#[test]
fn every_case_is_decided_by_the_ends_of_the_intervals() {
    use crate::measures::{garwood, wilson};
    let facts = facts(0, true);
    let (mut shown, mut suspended) = (0, 0);
    for warnings in 0..=60 {
        for came_true in 0..=warnings {
            let found = unfit(&DisplayFacts { warnings, came_true, ..facts });
            let bad = warnings >= WARNINGS_MIN && wilson(came_true, warnings, 0.95).unwrap().high < 0.12;
            assert_eq!(!found.is_empty(), bad, "{came_true} of {warnings}");
            if bad { suspended += 1 } else { shown += 1 }
        }
    }
    assert!(shown > 1_000 && suspended > 25, "{shown} {suspended}");
    // Twenty say something: none of them came true where nine of ten leave anyway.
    assert_eq!(unfit(&DisplayFacts { warnings: 20, observed_outcome: 900, ..facts }).len(), 1);
    // One leaver (5.57 at the most) where 48 rows are 11.2: just less than half.
    assert_eq!(unfit(&DisplayFacts { observed: 4, expected: 48.0, observed_outcome: 0, ..facts }).len(), 1);
    assert_eq!(unfit(&DisplayFacts { observed: 4, expected: 47.0, observed_outcome: 0, ..facts }), []);
    // Of 19 none came true: too few to say. Nobody leaves at all: nothing is little better than that.
    assert_eq!(unfit(&DisplayFacts { warnings: 19, observed_outcome: 900, ..facts }), []);
    assert_eq!(unfit(&DisplayFacts { warnings: 1_000, observed_outcome: 0, ..facts }), []);
    assert_eq!(unfit(&DisplayFacts { warnings: 1_000, agent_weeks: 0, ..facts }), []);
    for observed in 0..=200_u64 {
        let given = DisplayFacts { observed, expected: 60.0, observed_outcome: 0, ..facts };
        // 60 in rows of weeks are 14 leavers.
        let leavers = garwood((observed as f64 * 7.0 / 30.0).round() as u64, 0.95);
        let bad = leavers.high < 7.0 || leavers.low > 28.0;
        let expected = Unfit::WrongProbabilities { observed_over_expected: observed as f64 / 60.0 };
        assert_eq!(unfit(&given), if bad { vec![expected] } else { vec![] }, "{observed}");
        assert_eq!(unfit(&DisplayFacts { calibrated: false, ..given }), [], "ranks are not judged");
    }
    let both = DisplayFacts { warnings: 100, came_true: 0, observed: 0, expected: 60.0, ..facts };
    assert_eq!(unfit(&both).len(), 2);
    for expected in [0.0, -1.0, f64::NAN] {
        assert_eq!(unfit(&DisplayFacts { observed: 100, expected, observed_outcome: 0, ..facts }), []);
    }
}

/// Twelve warnings of eight agents who leave or do not: those drawn are told apart, and an escalation changes nothing of what was drawn.
#[test]
fn those_that_were_drawn_are_counted_by_what_was_drawn() {
    let mut drawn = record();
    drawn.left = (0..4).map(|agent| (format!("a{agent}"), 40)).collect();
    let warning = |agent: usize, silent, share, urgent| Warning {
        agent: format!("a{agent}"),
        opened_day: 30,
        days_to_talk: None,
        draw: Draw { silent, share },
        urgent,
    };
    let share = Some(0.2);
    // Of eight silent a0 to a3 left; a0 became urgent, so one was told of. Of eight told a0 and a1 left. One urgent from the beginning was not drawn.
    let silent = (0..8).map(|agent| warning(agent, true, share, agent == 0));
    let told = [0, 1, 4, 5, 6, 7, 4, 5].map(|agent| warning(agent, false, share, false));
    drawn.warnings = silent.chain(told).chain([warning(2, false, None, true)]).collect();
    let found = quality(&drawn, 0..=1_000).unwrap();
    assert_eq!(found.drawn, Drawn { told: 8, told_left: 2, silent: 8, silent_left: 4 });
    assert_eq!((found.warnings, found.came_true, found.told), (17, 7, 10));
    assert_eq!(found.precision, Some(0.5), "of those kept silent");
    // Told of and in vain: six of the drawn; none of the others.
    assert_eq!(found.false_per_leader_month, Some(6.0 * 30.4375 / 61.0));
    assert_eq!(found.drawn.uplift().map(|uplift| (uplift.told.share, uplift.silent.share, uplift.kept)), Some((0.25, 0.5, 0.25)));
    // With seven of them nothing is said of them alone.
    drawn.warnings.remove(7);
    let found = quality(&drawn, 0..=1_000).unwrap();
    assert_eq!((found.drawn.silent, found.drawn.uplift(), found.precision), (7, None, Some(7.0 / 16.0)));
}

/// Of 40 told ones none came true, of a hundred at random six would: what those kept silent say decides, if they say anything for certain.
#[test]
fn those_kept_silent_decide_where_they_say_something_for_certain() {
    let bad = facts(40, false);
    let good = DisplayFacts { warnings: 40, came_true: 20, ..bad };
    let told = |warnings: u64, came_true: u64| vec![Unfit::LittleBetterThanChance { warnings, came_true, random_share: 0.06 }];
    let with = |facts: DisplayFacts, silent, silent_left| {
        unfit(&DisplayFacts { drawn: Drawn { silent, silent_left, ..Drawn::default() }, ..facts })
    };
    // Too few of them: as if there were none, whatever became of them.
    assert_eq!((with(bad, 7, 7), with(good, 7, 0)), (told(40, 0), vec![]));
    // Certainly more than by chance (Wilson of 2 of 8 begins at 7.1 %, of 1 of 8 at 2.2 %).
    assert_eq!((with(bad, 8, 2), with(bad, 8, 1)), (vec![], told(40, 0)));
    // Certainly too few: 0 of 29 ends at 11.7 %, of 28 at 12.1 %, and twice chance is 12 %.
    assert_eq!((with(good, 29, 0), with(good, 28, 0), with(good, 19, 0)), (told(29, 0), vec![], vec![]));
}
