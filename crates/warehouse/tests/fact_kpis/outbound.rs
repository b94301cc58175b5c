//! Outbound by agent and hour, over the life of a list, against what the list dealt, and promises.

use super::common::Database;
use super::facts::{at, cells, encoded, observation, span};
use events::{Observation, ObservationKind};

/// A dial: id, time, agent, record, outcome, disposition, of list `l1`.
fn dial<'a>(
    id: &'a str,
    at_us: i64,
    agent: Option<&'a str>,
    record: &'a str,
    (outcome, reason): (&'a str, Option<&'a str>),
) -> Observation<'a> {
    let dialled = observation(ObservationKind::Dial, id, at_us);
    Observation { agent, campaign: Some("spring"), list: Some("l1"), record: Some(record), outcome: Some(outcome), reason, ..dialled }
}

/// ann dials four times: a sale, a refusal, a person who was not meant, a machine. She is in contact for 20 min, 10 in after-call work, 30 available and 30 on
/// pause: a productive hour, one and a half logged in. 2 of 4 dials and of 3 persons were right, 2 per hour, 4/3 per hour logged in. The dialler's dial without an
/// agent is nobody's; on the next day she does not dial, and bob never does.
#[test]
fn results_per_hour_have_the_hours_of_the_days_with_dials() {
    let database = Database::new("dial_agents");
    let t = |day, minute| at(day, 10, minute, 0);
    let mut messages: Vec<Vec<u8>> = [
        dial("1", t(0, 0), Some("ann"), "r1", ("human", Some("sale"))),
        dial("2", t(0, 10), Some("ann"), "r2", ("human", Some("refusal"))),
        dial("3", t(0, 20), Some("ann"), "r3", ("human", Some("wrong_party"))),
        dial("4", t(0, 25), Some("ann"), "r4", ("machine", None)),
        dial("5", t(0, 26), None, "r5", ("no_answer", None)),
    ]
    .iter()
    .map(encoded)
    .collect();
    messages.extend([
        span("ann", t(0, 0), t(0, 20), "contact"),
        span("ann", t(0, 20), t(0, 30), "acw"),
        span("ann", t(0, 30), t(0, 60), "available"),
        span("ann", t(0, 60), t(0, 90), "pause_break"),
        span("ann", t(1, 0), t(1, 60), "available"),
        span("bob", t(0, 0), t(0, 60), "available"),
    ]);
    database.write(&messages).unwrap();
    let columns = "day, agent, dials, live, right_party, right_party_rate, right_party_of_live, right_party_per_hour, right_party_per_logged_hour, sales_per_hour, refusals_per_hour";
    let found = cells(&database, columns, "v_dial_agent_days(zone = 'UTC')");
    assert_eq!(found, ["2024-03-28 ann 4 3 2 0.5 0.6667 2 1.3333 1 1"]);
}

/// Four records in six dials over two days: r1 is a machine and then a sale, r2 never answers (twice), r3 answers and no agent is there, r4 refuses. A person was
/// reached at 3 of 4, the right one at 2, one bought.
#[test]
fn a_list_is_penetrated_over_all_its_days() {
    let database = Database::new("lists");
    let t = |day| at(day, 10, 0, 0);
    let dials = [
        dial("1", t(0), None, "r1", ("machine", None)),
        dial("2", t(1), Some("ann"), "r1", ("human", Some("sale"))),
        dial("3", t(0), None, "r2", ("no_answer", None)),
        dial("4", t(1), None, "r2", ("no_answer", None)),
        dial("5", t(0), None, "r3", ("dropped", None)),
        dial("6", t(1), Some("ann"), "r4", ("human", Some("refusal"))),
    ];
    database.write(&dials.iter().map(encoded).collect::<Vec<_>>()).unwrap();
    let columns = "dials, records, attempts_per_record, penetration, right_party_penetration, conversion_of_records";
    assert_eq!(cells(&database, columns, "v_list_penetration"), ["6 4 1.5 0.75 0.5 0.25"]);
}

/// At 10:00, first attempts. List a: ann sells at 1 of 4 persons, ben at 4 of 10. List b: ann 1 of 2, cid 1 of 2. Expected of ann: 4 times ben's 0.4 and 2 times
/// cid's 0.5, 2.6; she sold 2 of 6: 0.1 below. Of ben: 10 times ann's 0.25, 2.5; he sold 4: 0.15 above. Of cid: 2 times 0.5: even.
/// dan sells at 11:00, and at 10:00 at a record that had not answered at 9:00: nobody else had such dials, nothing is expected. In April all begins anew.
#[test]
fn results_are_measured_against_those_of_others_with_the_same_dials() {
    let database = Database::new("expected");
    let ids: Vec<String> = (0..30).map(|number| format!("d{number}")).collect();
    let mut next = ids.iter();
    let mut messages = Vec::new();
    let mut deal = |agent: &'static str, list: &'static str, at_us: i64, sold: usize, of: usize| {
        for number in 0..of {
            let id = next.next().unwrap();
            let reason = if number < sold { "sale" } else { "refusal" };
            messages.push(encoded(&Observation { list: Some(list), ..dial(id, at_us, Some(agent), id, ("human", Some(reason))) }));
        }
    };
    let t = |hour| at(0, hour, 0, 0);
    deal("ann", "a", t(10), 1, 4);
    deal("ann", "b", t(10), 1, 2);
    deal("ben", "a", t(10), 4, 10);
    deal("cid", "b", t(10), 1, 2);
    deal("dan", "a", t(11), 1, 1);
    deal("ann", "a", at(5, 10, 0, 0), 0, 1);
    let unanswered = dial("u1", t(9), None, "again", ("no_answer", None));
    let second = dial("u2", t(10), Some("dan"), "again", ("human", Some("sale")));
    messages.extend([unanswered, second].map(|one| encoded(&Observation { list: Some("a"), ..one })));
    database.write(&messages).unwrap();
    let columns = "month, agent, contacts, results, compared, expected, result_rate, expected_rate, result_above_expected";
    let found = cells(&database, columns, "v_list_results(zone = 'UTC', result = 'sale') ORDER BY month, agent");
    let expected = [
        "2024-03-01 ann 6 2 6 2.6 0.3333 0.4333 -0.1",
        "2024-03-01 ben 10 4 10 2.5 0.4 0.25 0.15",
        "2024-03-01 cid 2 1 2 1 0.5 0.5 0",
        "2024-03-01 dan 2 2 0 0 1 - -",
        "2024-04-01 ann 1 0 0 0 0 - -",
    ];
    assert_eq!(found, expected);
    let right = cells(&database, "results", "v_list_results(zone = 'UTC', result = 'right_party') WHERE agent = 'ben'");
    assert_eq!(right, ["10"], "a refusal is a right party");
    let refused = database.wait(database.server.rows("SELECT * FROM v_list_results(zone = 'UTC', result = 'money')")).unwrap_err();
    assert!(refused.to_string().contains("result must be right_party, promise or sale"), "{refused}");
}

/// Two promises were kept, of 20 and 10.5, one was broken, one is not decided; another observation is no promise. 2 of 3.
#[test]
fn promises_are_judged_when_they_are_decided() {
    let database = Database::new("promises");
    let promise = |id, dimension, outcome, amount_milli| {
        let known = observation(ObservationKind::Other, id, at(0, 12, 0, 0));
        encoded(&Observation { dimension: Some(dimension), outcome: Some(outcome), amount_milli, campaign: Some("spring"), ..known })
    };
    let messages = [
        promise("1", "promise", "kept", Some(20_000)),
        promise("2", "promise", "kept", Some(10_500)),
        promise("3", "promise", "broken", Some(7_000)),
        promise("4", "promise", "open", None),
        promise("5", "gift", "kept", None),
    ];
    database.write(&messages).unwrap();
    let found = cells(&database, "campaign, kept, broken, amount_kept_milli, promise_kept", "v_promise_days(zone = 'UTC')");
    assert_eq!(found, ["spring 2 1 30500 0.6667"]);
}
