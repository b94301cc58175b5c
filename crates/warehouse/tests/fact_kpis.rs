//! KPIs that are counted from facts: the numbers are worked out by hand in the comment of each test. More of them, by subject, in `fact_kpis/`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod common;
#[path = "fact_kpis/contact_work.rs"]
mod contact_work;
#[path = "fact_kpis/facts.rs"]
mod facts;
#[path = "fact_kpis/outbound.rs"]
mod outbound;
#[path = "fact_kpis/people.rs"]
mod people;
#[path = "fact_kpis/repeats.rs"]
mod repeats;
#[path = "fact_kpis/schedules.rs"]
mod schedules;
#[path = "fact_kpis/sites.rs"]
mod sites;
#[path = "fact_kpis/vendors.rs"]
mod vendors;
#[path = "fact_kpis/zones.rs"]
mod zones;

use common::Database;
use events::{ContactOutcome, Observation, ObservationKind, Reference, ReferenceKind};
use facts::{agent, at, cells, contact, encoded, handling, observation, shift, span};
use std::collections::BTreeMap;

/// 1,200 answers, 960 of them with 4 of 5 points or more; the Wilson interval is 77.6 to 82.2 %. 960 fives... here: 480 fives, 480 fours,
/// 240 threes, mean (2400 + 1920 + 720) / 1200 = 4.2. 2,000 were invited. One answer was corrected from 1 to 5 points. The contact of all
/// was the day before the answers.
#[test]
fn satisfaction_has_its_interval_and_counts_a_corrected_answer_once() {
    let database = Database::new("surveys");
    let ids: Vec<String> = (0..2_000).map(|number| number.to_string()).collect();
    let mut messages: Vec<Vec<u8>> =
        ids.iter().map(|id| encoded(&observation(ObservationKind::SurveyInvited, id, at(0, 12, 0, 0)))).collect();
    let answer = |id, score: i64, revision| {
        encoded(&Observation {
            subject_us: Some(at(0, 11, 0, 0)),
            contact_id: Some(id),
            dimension: Some("overall"),
            score_milli: Some(score * 1_000),
            score_max_milli: Some(5_000),
            revision,
            ..observation(ObservationKind::SurveyAnswered, id, at(1, 9, 0, 0))
        })
    };
    messages.push(answer(&ids[0], 5, 2));
    messages.push(answer(&ids[0], 1, 1));
    for (number, id) in ids.iter().enumerate().take(1_200).skip(1) {
        messages.push(answer(
            id,
            if number < 480 {
                5
            } else if number < 960 {
                4
            } else {
                3
            },
            1,
        ));
    }
    database.write(&messages).unwrap();
    let columns = "day, answers, top_two, csat_mean, csat_top_two, csat_low, csat_high";
    let by = |by: &str| cells(&database, columns, &format!("v_csat_days(zone = 'UTC', by = '{by}')"));
    assert_eq!(by("answer"), ["2024-03-29 1200 960 4.2 0.8 0.7764 0.8217"]);
    assert_eq!(by("contact"), ["2024-03-28 1200 960 4.2 0.8 0.7764 0.8217"]);
    let response = cells(&database, "day, invitations, respondents, response_rate", "v_survey_days(zone = 'UTC', by = 'contact')");
    assert_eq!(response, ["2024-03-28 2000 1200 0.6"]);
    let later = cells(&database, "day, invitations, respondents, response_rate", "v_survey_days(zone = 'UTC', by = 'answer') ORDER BY day");
    assert_eq!(later, ["2024-03-28 2000 0 0", "2024-03-29 0 1200 -"], "no invitations: no rate");
}

/// Random draws: 80 and 60 of 100, the second with a fatal error: 0.7 and 0.5. A targeted one with 10 of 100 and a calibration stay apart.
#[test]
fn only_random_draws_estimate_quality() {
    let database = Database::new("evaluations");
    let evaluation = |id, score: i64, fatal, sampling| {
        encoded(&Observation {
            agent: Some("ann"),
            score_milli: Some(score * 1_000),
            score_max_milli: Some(100_000),
            fatal,
            sampling,
            ..observation(ObservationKind::Evaluation, id, at(0, 12, 0, 0))
        })
    };
    let messages = [
        evaluation("1", 80, false, Some("random")),
        evaluation("2", 60, true, Some("random")),
        evaluation("3", 10, true, Some("targeted")),
        evaluation("4", 100, false, Some("calibration")),
        evaluation("5", 0, true, None),
    ];
    database.write(&messages).unwrap();
    let columns = "agent, evaluations, qa_score, fatal_error_rate, qa_score_targeted, calibrations, unknown_sampling";
    assert_eq!(cells(&database, columns, "v_evaluation_days(zone = 'UTC', by = 'contact')"), ["ann 2 0.7 0.5 0.1 1 1"]);
}

/// Three offers, two accepted for 10.50 and 2.25; four handled: 2/3 accepted, 50 per 100 handled. bob offered nothing and handled one.
#[test]
fn offers_stand_beside_what_was_handled() {
    let database = Database::new("offers");
    let offer = |id, outcome, amount_milli| {
        let offered = observation(ObservationKind::Offer, id, at(0, 12, 0, 0));
        encoded(&Observation { agent: Some("ann"), outcome: Some(outcome), amount_milli, ..offered })
    };
    let mut messages = vec![offer("1", "accepted", Some(10_500)), offer("2", "accepted", Some(2_250)), offer("3", "refused", None)];
    messages.extend(["a", "b", "c", "d"].map(|id| handling(id, "ann", at(0, 13, 0, 0))));
    messages.push(handling("e", "bob", at(0, 13, 0, 0)));
    // What is no offer is not counted as one.
    let identified = observation(ObservationKind::Verification, "4", at(0, 12, 0, 0));
    messages.push(encoded(&Observation { agent: Some("ann"), outcome: Some("passed"), ..identified }));
    database.write(&messages).unwrap();
    let columns = "agent, offers, accepted, amount_milli_sum, offer_acceptance, sales_per_100_handled";
    let found = cells(&database, columns, "v_offer_days(zone = 'UTC') ORDER BY agent");
    assert_eq!(found, ["ann 3 2 12750 0.6667 50", "bob 0 0 0 - 0"]);
}

/// Day 0: four dials of three records: a person (right party, sale), a machine, no answer, one dropped. 4/3 per record, 3 of 4 connected,
/// 2 of 4 live, drop 1/2. Day 29 and day 30: two persons each, none dropped. The 30 days up to day 29 have 4 live and 1 dropped, those up
/// to day 30 have 4 and none.
#[test]
fn dials_are_counted_by_day_and_drops_over_thirty_days() {
    let database = Database::new("dials");
    let dial = |id, day, record, outcome, reason| {
        let dialled = observation(ObservationKind::Dial, id, at(day, 12, 0, 0));
        encoded(&Observation {
            campaign: Some("spring"),
            list: Some("l1"),
            record: Some(record),
            outcome: Some(outcome),
            reason,
            ..dialled
        })
    };
    let messages = [
        dial("1", 0, "r1", "human", Some("sale")),
        dial("2", 0, "r2", "machine", None),
        dial("3", 0, "r3", "no_answer", None),
        dial("4", 0, "r3", "dropped", None),
        dial("5", 29, "r1", "human", Some("refusal")),
        dial("6", 29, "r2", "human", Some("wrong_party")),
        dial("7", 30, "r1", "human", None),
        dial("8", 30, "r2", "human", None),
    ];
    database.write(&messages).unwrap();
    let columns = "dials, records, attempts_per_record, connect_rate, live_contact_rate, penetration, right_party_rate, drop_rate, conversion, refusal_rate";
    let days = cells(&database, columns, "v_dial_days(zone = 'UTC') ORDER BY day");
    assert_eq!(days[..2], ["4 3 1.3333 0.75 0.5 0.6667 0.25 0.5 1 0", "2 2 1 1 1 1 0.5 0 0 1"]);
    let drops = "v_campaign_drop_rates(zone = 'UTC') WHERE day IN ('2024-04-26', '2024-04-27') ORDER BY day";
    assert_eq!(cells(&database, "day, live, dropped, drop_rate", drops), ["2024-04-26 4 1 0.25", "2024-04-27 4 0 0"]);
}

/// Easter 2024: 29 March and 1 April are no working days, Saturday 6 April is one. Opened on Thursday 28 March: closed on Friday 5 April
/// after 4 working days (2, 3, 4, 5 April), in time; closed on Monday 8 April after 6 (… 6, 8 April), late. Opened on 8 April: open.
#[test]
fn tickets_are_measured_in_working_days_of_the_calendar() {
    let database = Database::new("tickets");
    let ticket = |id, day, closed: Option<i64>| {
        let opened = observation(ObservationKind::Ticket, id, at(day, 10, 0, 0));
        encoded(&Observation { reason: Some("refund"), ended_us: closed.map(|day| at(day, 16, 0, 0)), ..opened })
    };
    let day = |id, working| {
        let attributes = BTreeMap::from([("working", working)]);
        encoded(&Reference { tenant: "default", kind: ReferenceKind::Calendar, id, attributes, revision: 1, ..Reference::default() })
    };
    let tickets = [ticket("1", 0, Some(8)), ticket("2", 0, Some(11)), ticket("3", 11, None)];
    database.write(&tickets).unwrap();
    let columns = "day, opened, closed_in_time, late, open, in_time_share, average_working_days";
    let found = |sla_days: i64| cells(&database, columns, &format!("v_ticket_days(zone = 'UTC', sla_days = {sla_days}) ORDER BY day"));
    // Without a calendar: 29 March, 1 to 5 April are 6 working days; to 8 April 7.
    assert_eq!(found(5), ["2024-03-28 2 0 2 0 0 6.5", "2024-04-08 1 0 0 1 - -"]);
    database.write(&[day("2024-03-29", "no"), day("2024-04-01", "no"), day("2024-04-06", "yes")]).unwrap();
    assert_eq!(found(5), ["2024-03-28 2 1 1 0 0.5 5", "2024-04-08 1 0 0 1 - -"]);
    assert_eq!(found(6), ["2024-03-28 2 2 0 0 1 5", "2024-04-08 1 0 0 1 - -"], "another limit after the fact");
}

/// ann: queue 9:00 to 12:00, meal to 12:30: 12,600 s, 10,800 without the meal. She logs in at 9:10, takes a break of 300 s (longer than the
/// grace of 60 s) and one of 45 s (within it), talks until 12:02, eats until 12:28 and is available again.
/// Adherent: 3,000 + 3,300 + 45 + 3,555 in the queue, 1,560 of the meal: 11,460 s of 12,600. Available to handle: 9,855 of 10,800, shrinkage
/// 945: 345 inside (breaks), 600 outside (late). Worked without the meal: 10,200 + 120 + 120 = 10,440.
/// bob is on planned leave, cid is sick. Attendance 1 of 2; ann is 600 s late; absent 12,600 of 37,800 s.
#[test]
fn schedules_are_laid_over_what_agents_did() {
    let database = Database::new("schedules");
    let t = |hour, minute, second| at(0, hour, minute, second);
    let mut messages = Vec::new();
    for (queue, meal, agent) in [("1", "2", "ann"), ("3", "4", "bob"), ("5", "6", "cid")] {
        messages.push(shift(queue, agent, t(9, 0, 0), t(12, 0, 0), "queue"));
        messages.push(shift(meal, agent, t(12, 0, 0), t(12, 30, 0), "meal"));
    }
    for (from, to, activity) in [
        (t(9, 10, 0), t(10, 0, 0), "available"),
        (t(10, 0, 0), t(10, 5, 0), "pause_break"),
        (t(10, 5, 0), t(11, 0, 0), "available"),
        (t(11, 0, 0), t(11, 0, 45), "pause_break"),
        (t(11, 0, 45), t(12, 2, 0), "contact"),
        (t(12, 2, 0), t(12, 28, 0), "pause_meal"),
        (t(12, 28, 0), t(13, 0, 0), "available"),
    ] {
        messages.push(span("ann", from, to, activity));
    }
    for (id, agent, outcome, reason) in [("7", "bob", "planned", "leave"), ("8", "cid", "unplanned", "sick")] {
        let begins = observation(ObservationKind::Absence, id, t(8, 0, 0));
        let away = Observation { agent: Some(agent), ended_us: Some(t(20, 0, 0)), outcome: Some(outcome), reason: Some(reason), ..begins };
        messages.push(encoded(&away));
    }
    messages.push(encoded(&agent("ann", 0, &[("team", "blue")])));
    database.write(&messages).unwrap();
    let columns = "agent, scheduled_us, adherence, conformance, shrinkage, shrinkage_internal, shrinkage_external";
    let found = cells(&database, columns, "v_adherence_days(zone = 'UTC', grace_s = 60) ORDER BY agent");
    assert_eq!(found[0], "ann 12600000000 0.9095 0.9667 0.0875 0.0319 0.0556");
    // The meal of those who are away is kept, their queue time is not.
    assert_eq!(found[1..], ["bob 12600000000 0.1429 0 1 0 1", "cid 12600000000 0.1429 0 1 0 1"]);
    let strict = cells(&database, "adherence", "v_adherence_days(zone = 'UTC', grace_s = 0) WHERE agent = 'ann'");
    assert_eq!(strict, ["0.906"], "11,415 of 12,600");
    let columns = "team, shifts, on_leave, worked, late, sick, attendance, lateness, absence, sick_share";
    let found = cells(&database, columns, "v_attendance_days(zone = 'UTC', late_s = 300) ORDER BY team");
    assert_eq!(found, ["- 2 1 0 0 1 0 - 0.5 1", "blue 1 0 1 1 0 1 1 0 0"]);
}

/// Customer x: 10:00, again after 30 min, again 25 h 20 min after that. y gives up and comes again after 50 min. Two callers are not known.
/// The newest contact is of day 8. Handled on day 0: x twice, y, two unknown within an hour, who are no repeat of each other: 5, of which 3 can
/// have repeats: within 24 h one has, within 72 h two. 4 contacts of 2 known callers.
#[test]
fn repeats_mature_and_unknown_callers_have_none() {
    use ContactOutcome::{Abandoned, Handled};
    let database = Database::new("repeats");
    let messages = [
        contact("1", Some("k1:x"), at(0, 9, 50, 0), at(0, 10, 0, 0), Handled),
        contact("2", Some("k1:x"), at(0, 10, 30, 0), at(0, 10, 40, 0), Handled),
        contact("3", Some("k1:x"), at(1, 12, 0, 0), at(1, 12, 10, 0), Handled),
        contact("4", None, at(0, 11, 0, 0), at(0, 11, 5, 0), Handled),
        contact("8", None, at(0, 11, 30, 0), at(0, 11, 35, 0), Handled),
        contact("5", Some("k1:y"), at(0, 9, 58, 0), at(0, 10, 0, 0), Abandoned),
        contact("6", Some("k1:y"), at(0, 10, 50, 0), at(0, 10, 55, 0), Handled),
        contact("7", None, at(8, 11, 0, 0), at(8, 11, 5, 0), Handled),
    ];
    database.write(&messages).unwrap();
    let columns = "day, handled, anonymous, matured_24h, repeats_24h, fcr_24h, fcr_72h, repeat_rate_after_abandon_60m, retrial_factor";
    let days = cells(&database, columns, "v_repeat_days(zone = 'UTC') ORDER BY day");
    assert_eq!(days[0], "2024-03-28 5 2 3 1 0.6667 0.3333 1 2");
    assert_eq!(days[2], "2024-04-05 1 1 0 0 - - - -", "a day that is not over proves nothing");
}

/// ann is available from 11:30 to 12:20 and moves from blue to red at 12:00: 30 and 20 minutes. It then turns out that she moved at 11:50:
/// 20 and 30. Who she was before the first entry is not known, and that time is not lost: from 11:20.
#[test]
fn a_team_move_cuts_the_span_and_a_later_correction_moves_the_cut() {
    let database = Database::new("teams");
    let entry = |from_us, team, removed| {
        encoded(&Reference { removed, revision: if removed { 2 } else { 1 }, ..agent("ann", from_us, &[("team", team)]) })
    };
    let t = |hour, minute| at(0, hour, minute, 0);
    let messages = [
        span("ann", t(11, 20), t(12, 20), "available"),
        entry(t(11, 30), "blue", false),
        entry(t(12, 0), "red", false),
        handling("a", "ann", t(12, 10)),
    ];
    database.write(&messages).unwrap();
    let minutes =
        || cells(&database, "team, available_us, agents, handled", "v_team_days(zone = 'UTC', paid_shift_s = 27000) ORDER BY team");
    assert_eq!(minutes(), ["- 600000000 1 0", "blue 1800000000 1 0", "red 1200000000 1 1"]);
    database.write(&[entry(t(12, 0), "red", true), entry(t(11, 50), "red", false)]).unwrap();
    assert_eq!(minutes(), ["- 600000000 1 0", "blue 1200000000 1 0", "red 1800000000 1 1"]);
}

/// ann works from 8:00, in contact from 10:00, pauses from 10:30 to 10:40 and works until 12:00; she is back from 13:00 to 15:45: stretches of
/// 150, 80 and 165 minutes.
#[test]
fn the_longest_stretch_without_a_pause_ends_at_a_pause_or_a_logout() {
    let database = Database::new("stretches");
    let t = |hour, minute| at(0, hour, minute, 0);
    let messages = [
        span("ann", t(8, 0), t(10, 0), "available"),
        span("ann", t(10, 0), t(10, 30), "contact"),
        span("ann", t(10, 30), t(10, 40), "pause_break"),
        span("ann", t(10, 40), t(12, 0), "available"),
        span("ann", t(13, 0), t(15, 45), "available"),
    ];
    database.write(&messages).unwrap();
    assert_eq!(
        cells(&database, "agent, day, stretches, longest_stretch_us", "v_work_stretches(zone = 'UTC')"),
        ["ann 2024-03-28 3 9900000000"]
    );
    assert_eq!(cells(&database, "activity, pauses, pause_us", "v_pause_days(zone = 'UTC')"), ["pause_break 1 600000000"]);
}

/// Every query of `deploy/sql` runs: its views, columns and parameters are there.
#[test]
fn the_queries_for_the_data_team_run() {
    let database = Database::new("queries");
    let folder = common::root().join("deploy/sql");
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            database.rows(&std::fs::read_to_string(&path).unwrap());
            count += 1;
        }
    }
    assert!(count >= 8, "{count} queries in {}", folder.display());
}
