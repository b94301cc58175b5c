//! Asked again and again, only days that something can matter to are looked at, and the answer is that of looking at all of them.

use super::facts::{agent, contact, encoded, observation, shift, span, visit_of};
use super::site::{Berlin, DAY, absence, call, fact, person, reference, utc};
use events::{ActivitySpan, Change, ContactOutcome, Handling, Observation, ObservationKind, QueueVisit, ReferenceKind, VisitOutcome};
use std::time::Duration;
use warehouse::attrition::{ClosedDays, Watch};

/// Days that are looked at.
const DAYS: i64 = 30;
/// Long enough that nothing is looked at only because it is time.
const NEVER: Duration = Duration::from_secs(1_000_000);

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// A day: the last one that is closed is 0.
    fn day(&mut self) -> i64 {
        -(self.below(DAYS as u64 + 5) as i64) + 3
    }
}

const AGENTS: [&str; 4] = ["ann", "ben", "cid", "dan"];

/// A correction: the same key, a later version.
fn later<T>(after: T, version: i64) -> Vec<u8>
where
    Change<T>: events::codec::Message,
{
    super::common::contacts::encoded(&Change { partition: 0, generation: 1, version, before: None, after: Some(after) })
}

/// Something that comes late, is corrected or is told of anew; `turn` counts and is the version.
fn message(numbers: &mut Numbers, turn: i64) -> Vec<u8> {
    let who = AGENTS[numbers.below(4) as usize];
    let (day, hour) = (numbers.day(), 6 + numbers.below(12) as i64);
    // Few ids: most of it is a correction of something that was elsewhere.
    let id: &str = &format!("x{}", numbers.below(12));
    let told = |kind| Observation { revision: turn, agent: Some(who), ..observation(kind, id, utc(day, hour, 0)) };
    match numbers.below(11) {
        0 => later(
            ActivitySpan {
                tenant: "default",
                agent: who,
                started_us: utc(day, hour, 0),
                ended_us: Some(utc(day, hour, 1 + numbers.below(2_000) as i64)),
                activity: "available",
                ..ActivitySpan::default()
            },
            turn,
        ),
        1 => later(call(id, who, "sales", utc(day, hour, 0), 100), turn),
        2 => {
            let ended = utc(day, hour, 0) + 1_000_000 * numbers.below(86_400 * 20) as i64;
            later(Handling { connected_us: utc(day, hour, 0), ..call(id, who, "sales", ended, 100) }, turn)
        }
        3 => contact(
            id,
            Some(["c1", "c2", "c3"][numbers.below(3) as usize]),
            utc(day, hour, 0),
            utc(day, hour, 0) + 1_000_000 * numbers.below(86_400 * 3) as i64,
            ContactOutcome::Handled,
        ),
        4 => later(
            QueueVisit {
                agent: Some(who),
                ..visit_of(id, utc(day, hour, 0), Some(1_000 * numbers.below(90_000) as i64), VisitOutcome::Answered)
            },
            turn,
        ),
        5 => encoded(&Observation { ended_us: Some(utc(day, hour + 4, 0)), dimension: Some("queue"), ..told(ObservationKind::Shift) }),
        6 => encoded(&Observation {
            ended_us: Some(utc(day + numbers.below(3) as i64, hour + 4, 0)),
            outcome: Some("planned"),
            ..told(ObservationKind::Absence)
        }),
        7 => encoded(&Observation {
            dimension: Some("tag"),
            outcome: Some("complaint"),
            agent: None,
            contact_id: Some(id),
            ..told(ObservationKind::Other)
        }),
        8 => encoded(&Observation {
            dimension: Some("form"),
            score_milli: Some(3_000),
            score_max_milli: Some(5_000),
            sampling: Some("random"),
            ..told(ObservationKind::Evaluation)
        }),
        9 => encoded(&Observation {
            dimension: Some("q"),
            score_milli: Some(3_000),
            score_max_milli: Some(5_000),
            ..told(ObservationKind::SurveyAnswered)
        }),
        _ => encoded(&Observation { outcome: Some("human"), reason: Some("refusal"), ..told(ObservationKind::Dial) }),
    }
}

fn month() -> Vec<Vec<u8>> {
    let mut messages: Vec<Vec<u8>> = AGENTS.iter().map(|agent| person(agent)).collect();
    for day in -DAYS..3 {
        for (number, who) in AGENTS.iter().enumerate() {
            let id: &str = &format!("{who}{day}");
            messages.push(shift(id, who, utc(day, 8, 0), utc(day, 16, 0), "queue"));
            messages.push(span(who, utc(day, 8, 5), utc(day, 16, 0), "available"));
            messages.push(fact(call(id, who, "sales", utc(day, 9 + number as i64, 0), 100)));
            messages.push(contact(id, Some("c9"), utc(day, 8, 58), utc(day, 9 + number as i64, 0), ContactOutcome::Handled));
        }
    }
    messages.push(span("ann", utc(2, 11, 0), utc(2, 12, 0), "available"));
    messages
}

/// A site with a month of days, all formed.
fn formed(name: &str) -> (Berlin, ClosedDays) {
    let berlin = Berlin::new(name);
    berlin.write(&month());
    let closed = berlin.closed();
    assert_eq!(closed.last_day, DAY);
    let days: Vec<i32> = (closed.first_day..=closed.last_day).collect();
    berlin.form(&days, closed.as_of_us);
    assert!(berlin.stale(&closed).is_empty());
    (berlin, closed)
}

fn asks(berlin: &Berlin, watch: &mut Watch, closed: &ClosedDays) -> Vec<i32> {
    berlin.wait(watch.stale_days(&berlin.attrition, &berlin.site, closed, DAYS as u16)).unwrap()
}

/// Late rows, corrections that move a fact to another day, merges at any time, and days that are formed anew or left as they are: after each step what is due is the same
/// as when everything is looked at. Most steps look only after several inserts.
/// `HOLDFAST_WATCH_STEPS` and `HOLDFAST_WATCH_SEED` make it longer, and another one.
#[test]
fn what_is_due_is_what_looking_at_everything_finds() {
    let (berlin, closed) = formed("watch");
    let given = |name: &str, usual: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (mut watch, mut numbers) = (Watch::new(NEVER), Numbers(given("HOLDFAST_WATCH_SEED", 7)));
    assert!(asks(&berlin, &mut watch, &closed).is_empty());
    let whole = watch.looked_at_days();
    let steps = given("HOLDFAST_WATCH_STEPS", 12) as i64;
    let mut found = 0;
    for turn in 1..=steps {
        for _ in 0..=numbers.below(3) {
            berlin.write(&[message(&mut numbers, turn)]);
        }
        if numbers.below(3) == 0 {
            let tables = ["observations", "activity_spans", "handlings", "contacts", "queue_visits"];
            let table = tables[numbers.below(5) as usize];
            berlin.database.execute(&format!("OPTIMIZE TABLE {{database}}.{table}"));
        }
        let as_of_us = closed.as_of_us + turn * 3_600_000_000;
        let closed = ClosedDays { as_of_us, ..closed };
        let all = berlin.stale(&closed);
        assert_eq!(asks(&berlin, &mut watch, &closed), all, "step {turn}");
        found += all.len();
        if numbers.below(2) == 0 {
            berlin.form(&all, as_of_us);
            assert_eq!(asks(&berlin, &mut watch, &closed), berlin.stale(&closed), "step {turn}, formed");
        }
    }
    assert!(found > 0, "days have been due: {found}");
    let looked = watch.looked_at_days() - whole;
    assert!(looked < steps as u64 * DAYS as u64, "and not all were looked at each time: {looked}");
}

/// Nothing new: no day is looked at. What comes in for today matters to no closed day. A late span matters to three days. Reference data, what is deleted and what is
/// truncated matter to all. When it is time all are looked at.
#[test]
fn only_what_can_matter_is_looked_at() {
    let (berlin, closed) = formed("looked");
    let mut watch = Watch::new(NEVER);
    let looked = |watch: &mut Watch, what: &str| {
        let before = watch.looked_at_days();
        assert_eq!(asks(&berlin, watch, &closed), berlin.stale(&closed), "{what}");
        watch.looked_at_days() - before
    };
    let all = DAYS as u64;
    assert_eq!(looked(&mut watch, "at first"), all);
    assert_eq!(looked(&mut watch, "nothing new"), 0);
    let tag = Observation {
        dimension: Some("tag"),
        outcome: Some("abuse"),
        agent: Some("ann"),
        ..observation(ObservationKind::Other, "t", utc(2, 11, 0))
    };
    berlin.write(&[
        span("ann", utc(2, 12, 0), utc(2, 13, 0), "contact"),
        fact(call("new", "ann", "sales", utc(2, 12, 0), 100)),
        contact("new", Some("c9"), utc(2, 11, 0), utc(2, 12, 0), ContactOutcome::Handled),
        fact(QueueVisit { agent: Some("ann"), ..visit_of("new", utc(2, 11, 0), Some(9_000), VisitOutcome::Answered) }),
        encoded(&tag),
    ]);
    assert_eq!(looked(&mut watch, "today"), 0);
    berlin.write(&[span("ben", utc(-9, 17, 0), utc(-9, 18, 0), "contact")]);
    assert_eq!(looked(&mut watch, "a late span"), 3);
    // It began on day -6 and matters to day -4, on which it ended; so might to any day until it is too long, and to those in whose 72 h it began.
    berlin.write(&[contact("ann-4", Some("c7"), utc(-6, 9, 0), utc(-4, 9, 30), ContactOutcome::Handled)]);
    assert_eq!(looked(&mut watch, "a late contact of two days"), 10);
    assert!(berlin.stale(&closed).contains(&(DAY - 4)));
    berlin.database.execute("OPTIMIZE TABLE {database}.contacts FINAL");
    assert_eq!(looked(&mut watch, "merged"), 0);
    // It was told of today, and is of another day now.
    berlin.write(&[encoded(&Observation { observed_us: utc(-4, 9, 0), revision: 9, ..tag })]);
    assert_eq!(looked(&mut watch, "an observation that moves"), 1);
    berlin.write(&[reference(ReferenceKind::Team, "red", utc(-7, 0, 0), &[("site", "berlin"), ("leader", "new")])]);
    assert_eq!(looked(&mut watch, "reference data"), all);
    berlin.write(&[encoded(&agent("eve", utc(-7, 0, 0), &[("team", "red"), ("site", "berlin")]))]);
    assert_eq!(looked(&mut watch, "a new agent"), all);
    berlin.database.execute("ALTER TABLE {database}.activity_spans DELETE WHERE agent = 'cid' SETTINGS mutations_sync = 2");
    assert_eq!(looked(&mut watch, "erased"), all);
    assert_eq!(looked(&mut watch, "nothing new"), 0);
    berlin.database.execute(
        "ALTER TABLE {database}.observations UPDATE agent = 'dan' WHERE kind = 'shift' AND agent = 'ben' SETTINGS mutations_sync = 2",
    );
    assert_eq!(looked(&mut watch, "rewritten"), all);
    berlin.database.execute("TRUNCATE TABLE {database}.contacts");
    assert_eq!(looked(&mut watch, "emptied"), all);
    assert_eq!(looked(&mut watch, "nothing new"), 0);
    let mut often = Watch::new(Duration::ZERO);
    assert_eq!([looked(&mut often, "at first"), looked(&mut often, "it is time")], [all, all]);
    // Another site with the same watch: nothing is known of it.
    let mut other = berlin.site.clone();
    other.zone = "UTC".to_owned();
    berlin.wait(watch.stale_days(&berlin.attrition, &other, &closed, DAYS as u16)).unwrap();
    assert_eq!(looked(&mut watch, "back again"), all);
}

/// A contact that ended before midnight with after-call work until after it: the day by itself and the days together have one fingerprint, so it is formed once. The same
/// of a tag on a contact that came back on the next day, and was somebody else's then.
#[test]
fn a_day_has_one_fingerprint_whatever_is_asked_beside_it() {
    let (berlin, closed) = formed("alone");
    let over = Handling { acw_ms: Some(1_200_000), talk_ms: Some(60_000), ..call("late", "ann", "sales", utc(-4, 22, 10), 60) };
    let tag = Observation {
        dimension: Some("tag"),
        outcome: Some("complaint"),
        contact_id: Some("back"),
        ..observation(ObservationKind::Other, "t", utc(-8, 12, 0))
    };
    berlin.write(&[
        fact(Handling { connected_us: utc(-4, 21, 40), ..over }),
        contact("late", Some("c1"), utc(-4, 21, 39), utc(-4, 21, 50), ContactOutcome::Handled),
        fact(call("back", "ann", "sales", utc(-8, 9, 0), 60)),
        fact(call("back", "ben", "sales", utc(-7, 9, 0), 60)),
        encoded(&tag),
    ]);
    let due = berlin.stale(&closed);
    assert!(due.contains(&(DAY - 8)) && due.contains(&(DAY - 4)), "{due:?}");
    for day in due {
        berlin.form(&[day], closed.as_of_us);
    }
    assert_eq!(berlin.stale(&closed), Vec::<i32>::new());
    assert_eq!((berlin.day("ann", DAY - 8).complaints, berlin.day("ben", DAY - 8).complaints), (1, 0));
    // With the day after: the same.
    berlin.form(&[DAY - 8, DAY - 7], closed.as_of_us);
    assert_eq!((berlin.day("ann", DAY - 8).complaints, berlin.stale(&closed).len()), (1, 0));
}
