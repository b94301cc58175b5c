//! Counting of alarms, on a centre that can be counted by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp, reason = "a test may panic")]

use evaluation::{AlertQuality, Collected, Part, Row, Settings, alert_quality, part_quality};
use simulator::attrition::{Cause, Departure};

fn row(day: u32, person: u32) -> Row {
    Row {
        day,
        person,
        tenure_days: 100.0,
        training: false,
        testing: true,
        inputs: Box::default(),
        oracle_f: 0.0,
        oracle_s: 0.0,
        stage: 0,
        occupancy: 0.8,
        in_group: false,
        back_from_leave: false,
    }
}

fn left(person: u32, day: u32, stage: usize) -> Option<Departure> {
    Some(Departure { person, agent: person, day, reported_day: day, stage, cause: Cause::WornOut, tenure_days: 200 })
}

/// Ten agents scored every 10 days from day 0 to 90. Agent 0 leaves on day 62 having decided, agent 1 on day 55 while engaged.
fn centre() -> Collected {
    let rows = (0..10).flat_map(|step| (0..10).map(move |person| row(step * 10, person))).collect();
    let mut departures = vec![None; 10];
    (departures[0], departures[1]) = (left(0, 62, 3), left(1, 55, 0));
    Collected { rows, departures, agent_days: 1_000 }
}

fn judge(score: impl Fn(u32, u32) -> f64) -> AlertQuality {
    let (centre, settings) = (centre(), Settings { score_every_days: 10, ..Settings::default() });
    let scores: Vec<f64> = centre.rows.iter().map(|row| score(row.day, row.person)).collect();
    alert_quality(&centre, &settings, &scores, 0.1, 20.0)
}

/// One of ten is flagged on each day: always agent 0. With 28 days without a further alarm: on days 0, 30, 60, 90. Agent 0 leaves on day 62: the alarms of 30 and 60 are right,
/// that of day 0 (62 days before) and of day 90 false. 100 rows of 10 days are 1,000 agent-days, 2.74 years: 1.46 alarms a year, 0.73 false. The first alarm within 45 days is 32 days
/// before. Both leavers could have had 45 days of alarms (from day 45 on).
#[test]
fn alarms_of_one_agent_are_counted_as_by_hand() {
    let found = judge(|_, person| if person == 0 { 1.0 } else { 0.0 });
    let years = 1_000.0 / 365.0;
    assert_eq!((found.alerts_per_agent_year, found.false_per_agent_year), (4.0 / years, 2.0 / years));
    assert_eq!((found.precision, found.recall), (Some(0.5), Some(0.5)));
    assert_eq!((found.signed_recall, found.sudden_recall), (Some(1.0), Some(0.0)));
    assert_eq!(found.lead_days, Some((32.0, 32.0, 32.0)));
    // 4 alarms in 1,000 agent-days, 45 days: 1 − e^−0.18.
    assert!((found.chance_recall - (1.0 - (-0.18_f64).exp())).abs() < 1e-12);
    assert!((found.false_per_leader_week - 2.0 / years * 20.0 / 52.0).abs() < 1e-12);
}

/// An alarm on the day of leaving itself or after is none: agent 1 leaves on day 55 and is flagged from day 60 on only.
#[test]
fn an_alarm_after_leaving_is_false() {
    let found = judge(|day, person| if (person == 1 && day >= 60) || (person == 2 && day < 60) { 1.0 } else { 0.0 });
    assert_eq!((found.precision, found.recall, found.lead_days), (Some(0.0), Some(0.0), None));
}

/// Equal scores: the agent of the smallest number, not the order of the sort.
#[test]
fn equal_scores_go_by_number() {
    assert_eq!(judge(|_, _| 0.5), judge(|_, person| if person == 0 { 1.0 } else { 0.0 }));
}

/// The same centre in parts: agents 0 to 4 are in the group and were hired 100 days before, the others 50. Alarms are of agent 0 alone, so all are the group's: 4 in 500 agent-days. Agent 0
/// leaves with an alarm in time, agent 1 without, and nobody else does.
#[test]
fn parts_are_counted_by_hand() {
    let mut centre = centre();
    for row in &mut centre.rows {
        row.in_group = row.person < 5;
        row.tenure_days = if row.person < 5 { 100.0 } else { 50.0 };
    }
    let settings = Settings { score_every_days: 10, ..Settings::default() };
    let line: Vec<f64> = centre.rows.iter().map(|row| f64::from(u8::from(row.person == 0))).collect();
    // A fifth for everybody, so nobody is ranked.
    let found = part_quality(&centre, &settings, &vec![0.2; centre.rows.len()], &line, 0.1);
    let of = |part: Part| found.iter().find(|one| one.part == part).unwrap();
    let group = of(Part::InGroup);
    let years = 500.0 / 365.0;
    assert_eq!((group.rows, group.alerts_per_agent_year, group.precision, group.recall), (50, Some(4.0 / years), Some(0.5), Some(0.5)));
    // Rows of which the agent leaves within 30 days: of agent 0 those of days 40, 50, 60 and of agent 1 those of 30, 40, 50 (day 55 − 30 = 25).
    assert_eq!((group.base_rate, group.auc), (Some(6.0 / 50.0), Some(0.5)));
    assert!((group.observed_over_expected.unwrap() - 6.0 / 10.0).abs() < 1e-12);
    assert!((group.chance_recall.unwrap() - (1.0 - (-4.0 / 500.0 * 45.0_f64).exp())).abs() < 1e-12);
    let others = of(Part::OutsideGroup);
    assert_eq!((others.rows, others.alerts_per_agent_year, others.precision, others.recall), (50, Some(0.0), None, None));
    assert_eq!((others.base_rate, others.auc), (Some(0.0), None));
    let same = |a: Part, b: Part| assert_eq!((of(a).rows, of(a).recall, of(a).precision), (of(b).rows, of(b).recall, of(b).precision));
    same(Part::Settled, Part::InGroup);
    same(Part::New, Part::OutsideGroup);
    assert_eq!((of(Part::BackFromLeave).rows, of(Part::BackFromLeave).alerts_per_agent_year), (0, None));
}
