//! The queries of `deploy/sql` about appraisal (mission 002): what quality, satisfaction and scorecards say, and how sure. Over known rows: the answers are worked out by hand in
//! the comment of each test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod common;

use common::Database;
use common::contacts::encoded;
use common::made::{answer, answers, at, contact, entry, fact, handling, lines, observation, span};
use events::{Contact, ContactOutcome, Handling, HandlingEnd, Observation, ObservationKind, ReferenceKind};
use std::collections::BTreeMap;

/// Eight agents begin at 8 and at 20 o'clock of Thursday and are drawn at 8:30 (90 of 100), 11:30 (70) and 20:59 (80): a mean of 80 each, and within them (2 · 0.1²) / 2 = 0.01
/// squared. What was chosen and who was drawn once counts nowhere; agent 1 has no activities on record and so no hours, and of the other seven none are shown.
#[test]
fn quality_goes_with_the_hours_of_a_shift() {
    let database = Database::new("queries_hours");
    let drawn = |agent: &str, id: &str, score: i64, subject_us: i64, sampling: &'static str| {
        let (agent, id) = (agent.to_owned(), format!("{agent} {id}"));
        encoded(&Observation {
            agent: Some(&agent),
            score_milli: Some(score * 1_000),
            score_max_milli: Some(100_000),
            subject_us: Some(subject_us),
            sampling: Some(sampling),
            ..observation(ObservationKind::Evaluation, &id, at(3, 12, 0, 0))
        })
    };
    let of = |number: usize| {
        let agent = format!("agent {number}");
        let mut messages = vec![
            drawn(&agent, "a", 90, at(0, 8, 30, 0), "random"),
            drawn(&agent, "b", 70, at(0, 11, 30, 0), "random"),
            drawn(&agent, "c", 80, at(0, 20, 59, 0), "random"),
            drawn(&agent, "d", 0, at(0, 9, 0, 0), "targeted"),
        ];
        // A break of an hour begins nothing; one of six hours does.
        let spans = [(at(0, 8, 0, 0), at(0, 10, 0, 0)), (at(0, 11, 0, 0), at(0, 14, 0, 0)), (at(0, 20, 0, 0), at(0, 21, 0, 0))];
        messages.extend(spans.into_iter().filter(|_| number > 1).map(|(from, to)| span(&agent, from, to, "available")));
        messages
    };
    let mut messages: Vec<Vec<u8>> = (1..=8).flat_map(of).collect();
    messages.push(drawn("once", "a", 10, at(0, 8, 30, 0), "random"));
    database.write(&messages).unwrap();
    let columns = "cut_by, part, draws, agents_judged, mean_score, against_own_mean, standard_error, spread_within_agents";
    let whole = "0 24 8 0.8 0 0.017 0.1";
    let days = "day of the week 4 24 8 0.8 0 0.017 -";
    assert_eq!(answers(&database, "quality_by_hour_of_shift", columns), [format!("all {whole}"), days.to_owned()]);
    database.write(&of(9)).unwrap();
    assert_eq!(
        answers(&database, "quality_by_hour_of_shift", columns),
        [
            "all 0 27 9 0.8 0 0.016 0.1",
            "day of the week 4 27 9 0.8 0 0.016 -",
            "hour of the shift 0 16 8 0.85 0.05 0.0129 -",
            "hour of the shift 3 8 8 0.7 -0.1 0 -",
        ]
    );
}

/// Ten contacts of March: of four the customer came again, and one of them answers with 2 of 5; of six nobody did, and five answer with 5. As answered 5 of 6 are satisfied;
/// with each kind as often as it is there 4 · 0 + 6 · 1 of 10. What answered another question did not answer this one; of two answers the later one counts. April has no answer.
#[test]
fn the_silent_are_weighted_in() {
    let database = Database::new("queries_surveys");
    let handled = |id: &'static str, customer: &'static str, started: i64| {
        fact(Contact {
            transfers: i32::from(id == "l"),
            ..contact(id, Some(customer), started, started + 60_000_000, ContactOutcome::Handled)
        })
    };
    let mut messages: Vec<Vec<u8>> = Vec::new();
    for (customer, [first, second]) in [("k", ["a", "e"]), ("m", ["b", "f"]), ("n", ["c", "g"]), ("o", ["d", "h"])] {
        messages.extend([handled(first, customer, at(0, 9, 0, 0)), handled(second, customer, at(1, 9, 0, 0))]);
    }
    messages.extend([handled("i", "p", at(0, 10, 0, 0)), handled("j", "q", at(0, 11, 0, 0)), handled("l", "r", at(10, 9, 0, 0))]);
    messages.extend(["a", "e", "f", "g", "h", "i"].map(|about| encoded(&answer(about, about, if about == "a" { 2 } else { 5 }))));
    messages.push(encoded(&Observation { observed_us: at(0, 21, 0, 0), ..answer("earlier", "e", 1) }));
    messages.push(encoded(&Observation { dimension: Some("resolution"), ..answer("other", "j", 1) }));
    messages.extend(["a", "j"].map(|about| {
        encoded(&Observation {
            contact_id: Some(about),
            ..observation(ObservationKind::SurveyInvited, &format!("asked {about}"), at(0, 12, 0, 0))
        })
    }));
    // Somebody gives up, and is asked nothing.
    messages.push(fact(contact("gone", Some("s"), at(0, 12, 0, 0), at(0, 12, 1, 0), ContactOutcome::Abandoned)));
    database.write(&messages).unwrap();
    let columns = "month, contact_channel, passed_on, came_again_72h, contacts_of_kind, asked, answered, answered_share, satisfied_share, satisfied_low, satisfied_high, satisfied_as_answered, satisfied_weighted, covered";
    assert_eq!(
        answers(&database, "who_answers_surveys", columns),
        [
            "2024-03-01 voice 0 no 6 1 5 0.8333 1 0.5655 1 0.8333 0.6 1",
            "2024-03-01 voice 0 yes 4 1 1 0.25 0 0 0.7935 0.8333 0.6 1",
            "2024-04-01 voice 1 unknown 1 0 0 0 - - - - - 0",
        ]
    );
}

/// ann: five of 0.7 and five of 0.9, 0.8 ± 2.2584 · √(0.1 / 9 / 10) (0.0753; Student's t itself 2.2622). eve: nine of 1 and one of 0.9, 0.99 ± 0.0226 and no more than 1. bob was drawn nine times.
/// What was chosen counts nowhere, and a contact of March is March's whenever it is evaluated.
#[test]
fn quality_has_an_interval_from_ten_draws_on() {
    let database = Database::new("queries_quality");
    let drawn = |agent: &str, number: i64, score: i64, sampling: &'static str| {
        let id = format!("{agent} {number}");
        let judged = observation(ObservationKind::Evaluation, &id, at(10, 12, 0, 0));
        let of = Observation { agent: Some(agent), score_milli: Some(score * 1_000), score_max_milli: Some(50_000), ..judged };
        encoded(&Observation { sampling: Some(sampling), subject_us: Some(at(0, 9, 0, 0)), fatal: number == 3, ..of })
    };
    let mut messages: Vec<Vec<u8>> = Vec::new();
    for number in 0..10 {
        messages.push(drawn("ann", number, if number % 2 == 0 { 35 } else { 45 }, "random"));
        messages.push(drawn("eve", number, if number == 0 { 45 } else { 50 }, "random"));
        messages.push(drawn("bob", number, 25, if number == 0 { "targeted" } else { "random" }));
    }
    database.write(&messages).unwrap();
    let columns = "agent, month, draws, quality_score, quality_low, quality_high, draws_with_fatal_error";
    assert_eq!(
        answers(&database, "quality_with_interval", columns),
        ["ann 2024-03-01 10 0.8 0.7247 0.8753 1", "bob 2024-03-01 9 - - - 1", "eve 2024-03-01 10 0.99 0.9674 1 1"]
    );
}

/// ann handled five in the week, bob one; a talk of nine seconds, a lost handling and those of other weeks are not drawn from. Same seed, same draw; of twenty seeds each of the five is drawn by
/// eight, give or take what chance gives (two to fifteen).
#[test]
fn a_draw_is_of_everybody_and_by_its_seed() {
    let database = Database::new("queries_draw");
    let mut messages: Vec<Vec<u8>> = ["a", "b", "c", "d", "e"].map(|id| fact(handling(id, 1, "ann", at(0, 12, 0, 0), 60_000))).into();
    messages.push(fact(handling("f", 1, "bob", at(0, 12, 0, 0), 10_000)));
    messages.push(fact(handling("short", 1, "ann", at(0, 12, 0, 0), 9_999)));
    messages.push(fact(Handling { end: HandlingEnd::Lost, ..handling("lost", 1, "ann", at(0, 12, 0, 0), 60_000) }));
    messages.extend([("before", -4), ("after", 4)].map(|(id, day)| fact(handling(id, 1, "ann", at(day, 12, 0, 0), 60_000))));
    database.write(&messages).unwrap();
    assert_eq!(answers(&database, "draw_for_evaluation", "agent, drawn_as, drawn_from"), ["ann 1 5", "ann 2 5", "bob 1 1"]);
    let once = answers(&database, "draw_for_evaluation", "agent, contact_id, handling_number");
    assert_eq!(answers(&database, "draw_for_evaluation", "agent, contact_id, handling_number"), once);
    let text = std::fs::read_to_string(common::root().join("deploy/sql/draw_for_evaluation.sql")).unwrap();
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for seed in 1..=20 {
        let drawn = lines(&database.rows(&text.replace("'seed 1'", &format!("'seed {seed}'"))), "agent, contact_id");
        assert_eq!((drawn.len(), drawn[2].as_str()), (3, "bob f"));
        drawn[..2].iter().for_each(|line| *times.entry(line.clone()).or_default() += 1);
    }
    assert_eq!(times.keys().collect::<Vec<_>>(), ["ann a", "ann b", "ann c", "ann d", "ann e"]);
    assert!(times.values().all(|times| (2..=15).contains(times)), "{times:?}");
}

/// Eight agents, four weeks of March with a paid shift of four hours: on the job for one, two, three and four of them, with as many contacts of a minute. Contacts per paid hour go all with
/// effort; contacts per hour on the job and handle time never change, and quality (80, 60, 60, 80) goes with no straight line. Weeks of no connection would explain 1 ÷ (32 − 8). A ninth
/// agent has three weeks.
#[test]
fn effort_moves_the_strong_and_not_the_weak() {
    let database = Database::new("queries_effort");
    let mut messages: Vec<Vec<u8>> = Vec::new();
    for agent in 1..=9 {
        let name = format!("agent {agent}");
        for (week, hours) in (1..=if agent == 9 { 3 } else { 4 }).enumerate() {
            let (week, day) = (week as i64, -21 + 7 * week as i64);
            messages.push(span(&name, at(day, 8, 0, 0), at(day, 8 + hours, 0, 0), "available"));
            messages.push(span(&name, at(day, 8 + hours, 0, 0), at(day, 12, 0, 0), "pause_break"));
            for call in 0..hours {
                messages.push(fact(handling(&format!("{agent} {week} {call}"), 1, &name, at(day, 8, 30 + call, 0), 60_000)));
            }
            let id = format!("judged {agent} {week}");
            let judged = observation(ObservationKind::Evaluation, &id, at(day, 20, 0, 0));
            let score = if [0, 3].contains(&week) { 80_000 } else { 60_000 };
            messages.push(encoded(&Observation {
                agent: Some(&name),
                sampling: Some("random"),
                score_milli: Some(score),
                score_max_milli: Some(100_000),
                subject_us: Some(at(day, 9, 0, 0)),
                ..judged
            }));
        }
    }
    database.write(&messages).unwrap();
    let columns = "kpi, agents_measured, weeks_of_agents, explained_share, by_chance, direction";
    let found = answers(&database, "what_effort_moves", columns);
    assert_eq!(found[0], "contacts per paid hour 8 32 1 0.0417 1");
    assert!(found.contains(&"quality 8 32 0 0.0417 0".to_owned()), "{found:?}");
    for still in ["contacts per hour on the job", "handle time", "short talks"] {
        assert!(found.contains(&format!("{still} 8 32 - 0.0417 -")), "{still}: {found:?}");
    }
    assert!(!found.iter().any(|line| line.starts_with("satisfied")), "nobody was asked: {found:?}");
}

/// A card of quality (weight 3 of 4) and handle time. All eight reach the quality, so that it tells nobody apart; half of them are as fast as asked (exactly 60 s is), and that decides alone. agent 9
/// has no evaluation and no result; a target of another team, one that has ended and one without a value are nobody's.
#[test]
fn what_everybody_reaches_weighs_nothing() {
    let database = Database::new("queries_weights");
    let target = |id: &'static str, attributes: &[(&'static str, &'static str)]| entry(ReferenceKind::Target, id, 0, attributes);
    let mut messages = vec![
        target("agents/quality", &[("kpi", "qa_score"), ("value", "0.8"), ("weight", "3")]),
        target("agents/speed", &[("kpi", "aht"), ("value", "60")]),
        target("agents/theirs", &[("kpi", "aht"), ("value", "1"), ("team", "blue")]),
        target("agents/some", &[("kpi", "occupancy"), ("value", "much")]),
    ];
    for agent in 1..=9 {
        let name = format!("agent {agent}");
        let talk_ms = if agent % 2 == 0 { 60_000 } else { 61_000 };
        messages.push(fact(handling(&format!("call {agent}"), 1, &name, at(0, 12, 0, 0), talk_ms)));
        let id = format!("judged {agent}");
        let judged = observation(ObservationKind::Evaluation, &id, at(0, 20, 0, 0));
        let of = Observation {
            agent: Some(&name),
            sampling: Some("random"),
            score_milli: Some(90_000),
            score_max_milli: Some(100_000),
            ..judged
        };
        messages.extend((agent < 9).then(|| encoded(&of)));
    }
    database.write(&messages).unwrap();
    let columns = "card, kpi, agents_judged, declared_share, reached_share, effective_share";
    let card = ["agents qa_score 8 0.75 1 0", "agents aht 8 0.25 0.5 1"];
    assert_eq!(answers(&database, "weights_of_scorecards", columns), card);
    // Two of the eight are worse than asked: both are slow, and whoever is both fast and good has 4, else 3 or 0. Cov(3·good, result) = 3·3·(6/8·2/8) + 3·cov(good, fast) = 1.6875 + 3 · 0.125; of the variance
    // 1.6875 + 0.25 + 2 · 3 · 0.125 = 2.6875.
    let worse = |agent: &str| {
        let id = format!("again {agent}");
        let judged = observation(ObservationKind::Evaluation, &id, at(0, 21, 0, 0));
        encoded(&Observation {
            agent: Some(agent),
            sampling: Some("random"),
            score_milli: Some(0),
            score_max_milli: Some(100_000),
            ..judged
        })
    };
    database.write(&[worse("agent 1"), worse("agent 3")]).unwrap();
    assert_eq!(
        answers(&database, "weights_of_scorecards", columns),
        ["agents qa_score 8 0.75 0.75 0.7674", "agents aht 8 0.25 0.5 0.2326"]
    );
}
