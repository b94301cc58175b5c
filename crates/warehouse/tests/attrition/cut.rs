//! A stream that is cut at a time gives the days before it as the whole stream does. The fold over days cannot see what is to come, because it is not given it; the statements that form the days
//! read tables in which all of it may be already.

use super::facts::{agent, encoded, observation, shift, visit_of};
use super::site::{Berlin, DAY, call, reference, utc};
use attrition::features::{DayFacts, features_of};
use events::codec::Message;
use events::{
    ActivitySpan, Change, Contact, ContactOutcome, Handling, HandlingEnd, Observation, ObservationKind, QueueVisit, ReferenceKind,
    VisitOutcome,
};

/// Days of a history, up to three after [`DAY`].
const DAYS: i64 = 40;
const AGENTS: [&str; 8] = ["ann", "ben", "cid", "dan", "eve", "fay", "gus", "hal"];
const HOUR_US: i64 = 3_600_000_000;
const MINUTE_US: i64 = 60_000_000;
const SHIFT_US: i64 = 7 * HOUR_US;
/// A night's shift belongs to the day on which it began, and has ended by then.
const NIGHT_US: i64 = 8 * HOUR_US;

/// Numbers that a seed decides.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % end as u64) as i64
    }

    /// Whether it happens that does so many times of a hundred.
    fn chance(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as i64) as usize]
    }
}

/// A fact: what is told of it while it goes on, and when it is over.
struct Fact {
    began_us: i64,
    known_us: i64,
    open: Option<Vec<u8>>,
    whole: Vec<u8>,
}

/// Something that is known at once.
fn at_once(known_us: i64, whole: Vec<u8>) -> Fact {
    Fact { began_us: known_us, known_us, open: None, whole }
}

/// Something that goes on for a while; the end is a later version of the begin.
fn lasting<T>(began_us: i64, known_us: i64, open: T, whole: T) -> Fact
where
    Change<T>: Message,
{
    let version = |version, after| encoded(&Change { partition: 0, generation: 1, version, before: None, after: Some(after) });
    Fact { began_us, known_us, open: Some(version(1, open)), whole: version(2, whole) }
}

/// What was told before a time.
fn before(facts: &[Fact], time_us: i64) -> Vec<Vec<u8>> {
    let told = |fact: &Fact| match fact.known_us < time_us {
        true => Some(fact.whole.clone()),
        false => fact.open.clone().filter(|_| fact.began_us < time_us),
    };
    facts.iter().filter_map(told).collect()
}

/// A random history of a site with two teams, nights, leave, absences, moves, new leaders, targets and thresholds, hirings and leavings.
fn history(numbers: &mut Numbers) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (number, who) in AGENTS.iter().enumerate() {
        let team = ["red", "blue"][number % 2];
        facts.push(at_once(0, encoded(&agent(who, 0, &[("team", team), ("hire_date", "2024-01-01")]))));
    }
    for team in ["red", "blue"] {
        facts.push(at_once(0, reference(ReferenceKind::Team, team, 0, &[("site", "berlin"), ("leader", team)])));
    }
    for minute in 0..12 {
        // No two at one time: of two entries with one key either would count.
        let since_us = utc(3 - numbers.below(DAYS), numbers.below(24), minute);
        facts.push(at_once(since_us, change(numbers, since_us)));
    }
    let mut rested_us = [0; AGENTS.len()];
    for day in 3 - DAYS..=3 {
        for (who, rested_us) in AGENTS.iter().zip(&mut rested_us) {
            let begin_us = utc(day, numbers.one(&[6, 8, 13, 19]), numbers.one(&[0, 30]));
            // What follows a shift within six hours belongs to it, and to its day.
            if numbers.chance(65) && begin_us >= *rested_us {
                work(numbers, &mut facts, who, begin_us);
                *rested_us = begin_us + SHIFT_US + 8 * HOUR_US;
            }
        }
    }
    facts
}

/// Reference data that change.
fn change(numbers: &mut Numbers, since_us: i64) -> Vec<u8> {
    let (who, team) = (numbers.one(&AGENTS), numbers.one(&["red", "blue"]));
    // Left within the history: on the 10th to 29th of October.
    let left: &str = &format!("2024-10-{}", 10 + numbers.below(20));
    match numbers.below(6) {
        0 => encoded(&agent(who, since_us, &[("team", team), ("hire_date", "2024-01-01")])),
        1 => {
            let attributes = [("team", team), ("hire_date", "2024-01-01"), ("left_date", left), ("left_kind", "voluntary")];
            encoded(&agent(who, since_us, &attributes))
        }
        2 => encoded(&agent(&format!("new{since_us}"), since_us, &[("team", team), ("hire_date", left)])),
        3 => reference(ReferenceKind::Team, team, since_us, &[("site", "berlin"), ("leader", numbers.one(&["x", "y", "z"]))]),
        4 => reference(ReferenceKind::Target, "t", since_us, &[("kpi", numbers.one(&["aht", "adherence"])), ("value", "0.9")]),
        _ => reference(ReferenceKind::Queue, "sales", since_us, &[("threshold_s", numbers.one(&["5", "60"]))]),
    }
}

/// A shift of seven hours and what is done in it.
fn work(numbers: &mut Numbers, facts: &mut Vec<Fact>, who: &str, begin_us: i64) {
    let (end_us, id, absence): (i64, &str, &str) = (begin_us + SHIFT_US, &format!("{who}{begin_us}"), &format!("away{who}{begin_us}"));
    // The roster is out a week ahead.
    facts.push(at_once(begin_us - 7 * 24 * HOUR_US, shift(id, who, begin_us, end_us, "queue")));
    if numbers.chance(12) {
        let ended_us = numbers.chance(80).then_some(begin_us + HOUR_US * (4 + numbers.below(24 * 12)));
        let told = observation(ObservationKind::Absence, absence, begin_us);
        let outcome = Some(numbers.one(&["planned", "unplanned"]));
        facts.push(at_once(begin_us, encoded(&Observation { agent: Some(who), ended_us, outcome, ..told })));
        return;
    }
    let mut time_us = begin_us + MINUTE_US * (numbers.below(30) - 10);
    while time_us < end_us - MINUTE_US * numbers.below(40) {
        let activity =
            numbers.one(&["available", "available", "contact", "acw", "ringing", "not_responding", "pause_break", "pause_coaching"]);
        let until_us = time_us + MINUTE_US * (1 + numbers.below(90));
        let span =
            |ended_us| ActivitySpan { tenant: "default", agent: who, started_us: time_us, ended_us, activity, ..ActivitySpan::default() };
        facts.push(lasting(time_us, until_us, span(None), span(Some(until_us))));
        time_us = until_us;
    }
    for number in 0..4 {
        let ended_us = begin_us + MINUTE_US * (20 + numbers.below(400));
        served(numbers, facts, who, &format!("{id}/{number}"), ended_us);
    }
}

/// A contact of a customer from the queue to what is said of it days later.
fn served(numbers: &mut Numbers, facts: &mut Vec<Fact>, who: &str, id: &str, ended_us: i64) {
    let (queue, talk_s, wait_ms) = (numbers.one(&["sales", "bills"]), 4 + numbers.below(900), 1_000 * numbers.below(90));
    let whole = Handling {
        acw_ms: Some(numbers.below(60_000)),
        hold_ms: numbers.below(9_000),
        end: numbers.one(&[HandlingEnd::Customer, HandlingEnd::Agent, HandlingEnd::TransferWarm]),
        ..call(id, who, queue, ended_us, talk_s)
    };
    let connected_us = whole.connected_us;
    let open = Handling { talk_ended_us: None, ended_us: None, talk_ms: None, acw_ms: None, end: HandlingEnd::Open, ..whole.clone() };
    facts.push(lasting(connected_us, ended_us, open, whole));
    let entered_us = connected_us - 1_000 * wait_ms;
    let visit = |wait_ms, outcome| QueueVisit { queue, ..visit_of(id, entered_us, wait_ms, outcome) };
    let answered = QueueVisit { agent: Some(who), ..visit(Some(wait_ms), VisitOutcome::Answered) };
    facts.push(lasting(entered_us, connected_us, visit(None, VisitOutcome::Open), answered));
    let customer: &str = &format!("c{}", numbers.below(40));
    let contact = |ended_us: Option<i64>, outcome| {
        let known = super::common::made::contact(id, Some(customer), entered_us, entered_us, outcome);
        Contact { queue: Some(queue), ended_us, ..known }
    };
    facts.push(lasting(entered_us, ended_us, contact(None, ContactOutcome::Open), contact(Some(ended_us), ContactOutcome::Handled)));
    let later_us = ended_us + MINUTE_US * numbers.below(60 * 72);
    let told = |kind| Observation { contact_id: Some(id), score_max_milli: Some(5_000), ..observation(kind, id, later_us) };
    let score_milli = Some(1_000 * (1 + numbers.below(5)));
    let said = match numbers.below(6) {
        0 => Observation { dimension: Some("tag"), outcome: Some("complaint"), ..told(ObservationKind::Other) },
        1 => Observation { agent: Some(who), outcome: Some("human"), reason: Some("refusal"), ..told(ObservationKind::Dial) },
        2 => Observation { agent: Some(who), dimension: Some("q"), score_milli, ..told(ObservationKind::SurveyAnswered) },
        3 | 4 => {
            let told = told(ObservationKind::Evaluation);
            Observation { agent: Some(who), dimension: Some("form"), sampling: Some("random"), score_milli, ..told }
        }
        _ => return,
    };
    facts.push(at_once(later_us, encoded(&said)));
}

/// Begin of a local day, which is summer time up to [`DAY`].
fn begin_us(day: i32) -> i64 {
    utc(i64::from(day - DAY) - 1, if day <= DAY { 22 } else { 23 }, 0)
}

/// Days formed as of a time, without those that come after `last`.
fn formed(berlin: &Berlin, first: i32, last: i32, until: i32, as_of_us: i64) -> Vec<DayFacts> {
    berlin.form(&(first..=until).collect::<Vec<_>>(), as_of_us);
    berlin.days(first, last)
}

/// Random histories, each cut twice: the days that were over by the night before the cut are the same, field by field and feature by feature, whether nothing after it is there and they are formed by themselves, or all
/// of it is and they are formed with the days after. Open spans, calls, visits and contacts are told as open.
/// `HOLDFAST_SEED` decides the histories; it is printed.
#[test]
fn days_of_a_stream_that_is_cut_are_those_of_the_whole() {
    let now_s = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let seed = std::env::var("HOLDFAST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(now_s);
    println!("HOLDFAST_SEED={seed}");
    let mut seen = DayFacts::default();
    for turn in 0..3 {
        let mut numbers = Numbers(seed.wrapping_mul(1_000_003).wrapping_add(turn));
        let (facts, berlin) = (history(&mut numbers), Berlin::new("stream"));
        let mut cuts_us: Vec<i64> = (0..2).map(|_| utc(-11, 0, 0) + MINUTE_US * numbers.below(60 * 24 * 14)).collect();
        cuts_us.sort_unstable();
        let mut cut = Vec::new();
        for time_us in cuts_us {
            berlin.write(&before(&facts, time_us));
            let last = (DAY - 14..DAY + 4).rfind(|day| begin_us(day + 1) + NIGHT_US <= time_us).unwrap();
            cut.push((time_us, last, formed(&berlin, last - 7, last, last, time_us)));
        }
        berlin.write(&before(&facts, i64::MAX));
        for (time_us, last, rows) in cut {
            let whole = formed(&berlin, last - 7, last, last + 6, time_us);
            assert_eq!(whole.len(), rows.len(), "HOLDFAST_SEED={seed}, history {turn}, cut {time_us}");
            for (whole, cut) in whole.iter().zip(&rows) {
                assert_eq!(whole, cut, "HOLDFAST_SEED={seed}, history {turn}, cut {time_us}");
                assert_eq!(features_of(whole), features_of(cut));
            }
            rows.iter().for_each(|row| count(&mut seen, row));
        }
    }
    let found = [seen.compared_calls, seen.evaluations, seen.surveys, seen.complaints, seen.hostile, seen.answered, seen.missed_offers];
    assert!(found.iter().all(|count| *count > 0) && seen.repeats_72h > Some(0) && seen.targets > 0, "histories say little: {seen:?}");
}

/// Adds up what is to be there.
fn count(seen: &mut DayFacts, row: &DayFacts) {
    seen.compared_calls += row.compared_calls;
    seen.evaluations += row.evaluations;
    seen.surveys += row.surveys;
    seen.complaints += row.complaints;
    seen.hostile += row.hostile;
    seen.answered += row.answered;
    seen.missed_offers += row.missed_offers;
    seen.targets += row.targets;
    seen.repeats_72h = Some(seen.repeats_72h.unwrap_or(0) + row.repeats_72h.unwrap_or(0));
}
