//! The queries of `deploy/sql` over known rows: the answers are worked out by hand in the comment of each test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod common;

use common::Database;
use common::contacts::encoded;
use common::made::{a_day_of_contacts, answers, at, entry, fact, observation};
use events::{Channel, Direction, Observation, ObservationKind, QueueVisit, ReferenceKind, VisitOutcome};

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
