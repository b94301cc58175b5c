//! What graders and customers say, complaints, repeats, waits.

use super::facts::{contact, encoded, observation, visit_of};
use super::site::{Berlin, DAY, call, fact, person, reference, utc};
use events::{ContactOutcome, Observation, ObservationKind, QueueVisit, ReferenceKind, VisitOutcome};

fn score<'a>(kind: ObservationKind, id: &'a str, agent: &'a str, at_us: i64, milli: i64) -> Observation<'a> {
    Observation {
        agent: Some(agent),
        queue: Some("sales"),
        dimension: Some("service"),
        score_milli: Some(milli),
        score_max_milli: Some(5_000),
        sampling: Some("random"),
        ..observation(kind, id, at_us)
    }
}

/// Before: 10 evaluations of 3 and 10 of 5 points: mean 4 of 5, in ten-thousandths 8,000, squares of the deviations 20 · 2,000², over 19: sd 2,051.957.
/// ann has 3 (−0.974679) and 5 (+0.974679) and another 5 that was not drawn at random; ben has 3 twice. Of her customers one gives 4 points: 0, exactly the mean.
#[test]
fn scores_are_standard_deviations_of_the_form() {
    use ObservationKind::{Evaluation, SurveyAnswered};
    let berlin = Berlin::new("scores");
    let ids: Vec<String> = (0..40).map(|number| format!("e{number}")).collect();
    let mut messages = vec![person("ann"), person("ben"), person("pat")];
    for (number, id) in ids.iter().enumerate() {
        let kind = if number < 20 { Evaluation } else { SurveyAnswered };
        messages.push(encoded(&score(kind, id, "pat", utc(-7, 9, 0), if number % 2 == 0 { 3_000 } else { 5_000 })));
    }
    messages.extend([
        encoded(&score(Evaluation, "a", "ann", utc(0, 9, 0), 3_000)),
        encoded(&score(Evaluation, "b", "ann", utc(0, 9, 0), 5_000)),
        encoded(&Observation { sampling: Some("targeted"), ..score(Evaluation, "c", "ann", utc(0, 9, 0), 5_000) }),
        encoded(&score(Evaluation, "d", "ben", utc(0, 9, 0), 3_000)),
        encoded(&score(Evaluation, "e", "ben", utc(0, 9, 0), 3_000)),
        encoded(&Observation { dimension: Some("other form"), ..score(Evaluation, "f", "ben", utc(0, 9, 0), 3_000) }),
        encoded(&score(SurveyAnswered, "g", "ann", utc(0, 9, 0), 4_000)),
    ]);
    berlin.write(&messages);
    berlin.form(&[DAY], utc(9, 0, 0));
    let of = |agent| {
        let day = berlin.day(agent, DAY);
        [i64::from(day.evaluations), day.quality_z_sum_micro, i64::from(day.surveys), day.satisfaction_z_sum_micro]
    };
    assert_eq!(of("ann"), [2, 0, 1, 0]);
    assert_eq!(of("ben"), [2, -1_949_358, 0, 0]);
}

/// In the days before 20 calls of sales brought 2 complaints: 0.1 a call. ann has 3 calls; one is tagged complaint (by the last agent of the contact), one abuse (told
/// with the agent); a dial of hers was refused. 2 of her visits waited 31 s and 30 s, the threshold of sales is 30 s since yesterday.
#[test]
fn complaints_hostility_and_long_waits_are_counted_by_agent() {
    let berlin = Berlin::new("tags");
    let ids: Vec<String> = (0..20).map(|number| format!("c{number}")).collect();
    let tag = |id, tag, contact, agent, at_us| {
        let told = observation(ObservationKind::Other, id, at_us);
        encoded(&Observation { dimension: Some("tag"), outcome: Some(tag), contact_id: contact, agent, ..told })
    };
    let mut messages = vec![person("ann"), person("pat")];
    messages.extend(ids.iter().map(|id| fact(call(id, "pat", "sales", utc(-2, 9, 30), 60))));
    let answered =
        |id, wait_ms| fact(QueueVisit { agent: Some("ann"), ..visit_of(id, utc(0, 9, 0), Some(wait_ms), VisitOutcome::Answered) });
    messages.extend([
        reference(ReferenceKind::Queue, "sales", utc(-1, 9, 0), &[("threshold_s", "30")]),
        tag("1", "complaint", Some("c1"), None, utc(-2, 10, 0)),
        tag("2", "escalation", Some("c2"), None, utc(-1, 10, 0)),
        fact(call("x", "ann", "sales", utc(0, 9, 0), 60)),
        fact(call("y", "ann", "sales", utc(0, 9, 10), 60)),
        fact(call("z", "ann", "sales", utc(0, 9, 20), 60)),
        tag("3", "complaint", Some("x"), None, utc(0, 10, 0)),
        tag("4", "abuse", Some("y"), Some("ann"), utc(0, 10, 0)),
        tag("5", "praise", Some("z"), Some("ann"), utc(0, 10, 0)),
        encoded(&Observation {
            agent: Some("ann"),
            outcome: Some("human"),
            reason: Some("refusal"),
            ..observation(ObservationKind::Dial, "6", utc(0, 10, 0))
        }),
        answered("v1", 31_000),
        answered("v2", 30_000),
    ]);
    berlin.write(&messages);
    berlin.form(&[DAY], utc(9, 0, 0));
    let day = berlin.day("ann", DAY);
    assert_eq!((day.complaints, day.complaints_expected_micro, day.hostile), (1, Some(300_000), 3));
    assert_eq!((day.answered, day.long_waits), (2, 1));
}

/// 20 handled contacts of known customers ended 4 days before, 5 of whom came again within 72 h: 0.25 each. ann has 3: of one the customer comes again after
/// exactly 72 h, of one a second later, of one never; a fourth is of nobody known. They are known when 72 h after the end of the day are over, and the days until
/// then have none. A repeat of 3 days before the day is in no expectation yet.
#[test]
fn repeats_are_known_three_days_later() {
    use ContactOutcome::{Abandoned, Handled};
    let berlin = Berlin::new("repeat");
    let ids: Vec<String> = (0..50).map(|number| format!("c{number}")).collect();
    let customers: Vec<String> = (0..50).map(|number| format!("k1:{number}")).collect();
    let mut messages = vec![person("ann"), person("pat")];
    for number in 0..20 {
        let end = utc(-4, 9, 0);
        messages.push(contact(&ids[number], Some(&customers[number]), end - 1_000_000, end, Handled));
        if number < 5 {
            messages.push(contact(&ids[number + 20], Some(&customers[number]), utc(-2, 9, 0), utc(-2, 9, 1), Abandoned));
        }
    }
    for (number, (id, customer)) in [("x", Some("k1:x")), ("y", Some("k1:y")), ("z", Some("k1:z")), ("u", None)].into_iter().enumerate() {
        let end = utc(0, 9, number as i64);
        messages.push(contact(id, customer, end - 60_000_000, end, Handled));
        messages.push(fact(call(id, "ann", "sales", end, 60)));
    }
    messages.push(contact("x2", Some("k1:x"), utc(3, 9, 0), utc(3, 9, 5), Handled));
    messages.push(contact("y2", Some("k1:y"), utc(3, 9, 1) + 1_000_000, utc(3, 9, 5), Handled));
    messages.push(contact("m", Some("k1:m"), utc(-3, 9, 0), utc(-3, 9, 5), Handled));
    messages.push(contact("m2", Some("k1:m"), utc(-3, 10, 0), utc(-3, 10, 5), Abandoned));
    berlin.write(&messages);
    let found = || {
        let day = berlin.day("ann", DAY);
        (day.repeats_matured, day.repeats_72h, day.repeats_72h_expected_micro)
    };
    berlin.form(&[DAY], utc(3, 23, 0) - 1);
    assert_eq!(found(), (None, None, None));
    berlin.form(&[DAY], utc(3, 23, 0));
    assert_eq!(found(), (Some(3), Some(1), Some(750_000)));
}
