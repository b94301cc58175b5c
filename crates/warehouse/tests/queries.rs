//! The queries of `deploy/sql` over known rows: the answers are worked out by hand in the comment of each test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod common;

use common::Database;
use common::contacts::encoded;
use common::made::{a_day_of_contacts, answer, at, contact, entry, fact, handling, lines, observation, span};
use events::{
    Channel, Contact, ContactOutcome, Direction, Handling, HandlingEnd, Observation, ObservationKind, QueueVisit, ReferenceKind,
    VisitOutcome,
};
use std::collections::BTreeMap;

/// The answer to a query of `deploy/sql`.
fn answers(database: &Database, query: &str, columns: &str) -> Vec<String> {
    let path = common::root().join("deploy/sql").join(format!("{query}.sql"));
    lines(&database.rows(&std::fs::read_to_string(path).unwrap()), columns)
}

/// The day that `a_day_of_contacts` describes, and five days later somebody whom the menu serves. March: two bills (60 + 120 + 60 s in three
/// handlings: 80 s), one without a reason, one move (300 s); one of four by chat; one of two known bills came again. April: the menu.
#[test]
fn why_customers_come_and_what_it_is_worth() {
    let database = Database::new("queries_contacts");
    database.write(&a_day_of_contacts()).unwrap();
    let columns = "contact_reason, customer_segment, contact_channel, contacts_of_cell, handled_minutes, value_of_sales, value_of_resolved, value_of_satisfaction, value_per_minute, cost_per_handled_contact";
    assert_eq!(
        answers(&database, "value_by_reason_and_segment", columns),
        [
            "bill silver voice 1 3 15 0 0.2 5.0667 1.8",
            "bill gold voice 1 1 0 2 0 2 0.6",
            "move gold chat 1 5 0 2 0 0.4 3",
            "- - - 0 0 0 0 -0.4 - -",
            "- - voice 1 0 0 0 0 - -",
        ]
    );
    let columns = "month, contact_reason, contacts_of_month, rank_of_month, rank_of_month_before, share, running_share, handle_time_s";
    assert_eq!(
        answers(&database, "contact_reasons", columns),
        [
            "2024-03-01 bill 2 1 - 0.5 0.5 80",
            "2024-03-01 - 1 2 - 0.25 0.75 -",
            "2024-03-01 move 1 3 - 0.25 1 300",
            "2024-04-01 - 1 1 2 1 1 -",
        ]
    );
    let columns = "month, contact_channel, contacts_of_month, share, served_by_menu, came_again_72h";
    assert_eq!(
        answers(&database, "channel_share", columns),
        ["2024-03-01 chat 1 0.25 0 0", "2024-03-01 voice 3 0.75 0 0.5", "2024-04-01 voice 1 1 1 -"]
    );
    let columns = "queue, week, contacts_handled, unknown_share, matured_share_7d, resolved_24h, resolved_72h, resolved_7d";
    assert_eq!(
        answers(&database, "first_contact_resolution", columns),
        ["sales 2024-03-25 3 0 0 0.6667 0.6667 -", "sales 2024-04-01 0 - - - - -"]
    );
    let columns =
        "local_day, abandoned_contacts, came_again_share_60m, contacts_of_known_customers, known_customers, contacts_per_customer";
    assert_eq!(answers(&database, "repeats_after_abandonment", columns), ["2024-03-28 0 - 3 2 1.5", "2024-04-02 0 - 0 0 -"]);
}

/// ann, hired a year and 26 days before, handles 60 s twice, and what she had last did not come again. bob, of whom nothing is known, handles 120 and
/// 300 s; one of his two came again. Two answers, 4 and 1 points, name no agent.
#[test]
fn newcomers_and_others_side_by_side() {
    let database = Database::new("queries_tenure");
    let mut messages = a_day_of_contacts();
    messages.push(entry(ReferenceKind::Agent, "ann", at(-99, 0, 0, 0), &[("hire_date", "2023-03-02"), ("contract", "permanent")]));
    database.write(&messages).unwrap();
    let columns = "kind_of_contract, tenure_at_the_time, handled_of_band, handle_time_s, answers_of_customers, mean_score, draws, quality_score, resolved_72h";
    assert_eq!(answers(&database, "quality_by_tenure", columns), ["- - 2 210 2 2.5 0 - 0.5", "permanent 1 to 3 years 2 60 0 - 0 - 1"]);
}

/// Three dials at 9 o'clock in Berlin (8:15 UTC): the right person, a machine, nobody; one at 11: a person, not the right one.
#[test]
fn a_list_is_answered_at_some_hours() {
    let database = Database::new("queries_dials");
    let dial = |id, hour, outcome, reason| {
        let dialled = observation(ObservationKind::Dial, id, at(0, hour, 15, 0));
        encoded(&Observation { campaign: Some("spring"), list: Some("l1"), outcome: Some(outcome), reason, ..dialled })
    };
    let messages =
        [dial("1", 8, "human", Some("sale")), dial("2", 8, "machine", None), dial("3", 8, "no_answer", None), dial("4", 10, "human", None)];
    database.write(&messages).unwrap();
    let columns =
        "campaign_dialled, list_dialled, local_hour, dials_of_hour, answered_by_anything, answered_by_a_person, right_party_share";
    assert_eq!(answers(&database, "outbound_by_hour", columns), ["spring l1 9 3 0.6667 0.3333 0.3333", "spring l1 11 1 1 1 0"]);
}

/// Two calls in March 2023 and three in March 2024: half as much again. The year before 2023 is not known.
#[test]
fn a_month_grows_over_the_one_of_the_year_before() {
    let database = Database::new("queries_growth");
    let ids = ["1", "2", "3", "4", "5"];
    let visit = |(place, id): (usize, &'static str)| {
        let entered_us = at(if place < 2 { -366 } else { 0 }, 12, place as i64, 0);
        fact(QueueVisit {
            tenant: "default",
            contact_id: id,
            visit_number: 1,
            source: "pbx1",
            queue: "sales",
            channel: Channel::Voice,
            direction: Direction::Inbound,
            customer: None,
            entered_us,
            left_us: Some(entered_us + 1_000_000),
            wait_ms: Some(1_000),
            outcome: VisitOutcome::Abandoned,
            reason: None,
            agent: None,
            transferred_in: false,
            missed_offers: 0,
            inferred: 0,
        })
    };
    database.write(&ids.into_iter().enumerate().map(visit).collect::<Vec<_>>()).unwrap();
    let report = database
        .wait(warehouse::audit_queues(&database.server, &warehouse::Scope { default_threshold_ms: 20_000, ..Default::default() }, 1_000))
        .unwrap();
    database.wait(warehouse::fix(&database.server, &report)).unwrap();
    let columns = "month, offered_of_month, offered_a_year_before, growth";
    assert_eq!(answers(&database, "volume_and_growth", columns), ["2023-03-01 2 - -", "2024-03-01 3 2 0.5"]);
}

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

/// Every query says which question it answers and for which row of the source documents.
#[test]
fn every_query_names_its_question() {
    for file in std::fs::read_dir(common::root().join("deploy/sql")).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let first = text.lines().next().unwrap();
        let comment = first.strip_prefix("SELECT -- ").unwrap_or_else(|| panic!("{} begins with its question", path.display()));
        let (rows, question) = comment.split_once(": ").unwrap();
        assert!(rows.split(", ").all(|row| row.len() == 7 && row.contains('·')) && question.len() > 20, "{}: {comment}", path.display());
    }
}
