//! What became of findings, who is coached in vain, and what listening takes: worked out by hand, and laws.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use proptest::prelude::*;
use retention::coaching_loop::{Closure, Coaching, Delay, Evaluation, Followed, LoopSettings, Progress, closure, follow};
use retention::monitoring::{Effort, sample, weeks};
use retention::plateaus::{Advice, Plateau, PlateauSettings, plateaus};

const DAY_S: i64 = 86_400;

/// An evaluation of a call of ann on a day, made an hour after it.
fn found(day: i64, contact: &str, finding: &str) -> Evaluation {
    let call_s = Some(day * DAY_S);
    Evaluation {
        agent: "ann".to_owned(),
        at_s: day * DAY_S + 3_600,
        call_s,
        contact: contact.to_owned(),
        finding: finding.to_owned(),
        ..Evaluation::default()
    }
}

fn coached(at_s: i64, contact: &str) -> Coaching {
    Coaching { agent: "ann".to_owned(), at_s, contact: contact.to_owned(), ..Coaching::default() }
}

fn followed(evaluations: &[Evaluation], coachings: &[Coaching]) -> Vec<Followed> {
    follow(evaluations, coachings, &LoopSettings::default())
}

fn progress(evaluations: &[Evaluation], coachings: &[Coaching]) -> Vec<Progress> {
    followed(evaluations, coachings).into_iter().map(|one| one.progress).collect()
}

#[test]
fn a_finding_goes_from_open_to_closed() {
    let one = found(0, "a", "greeting");
    assert_eq!(progress(std::slice::from_ref(&one), &[]), [Progress::Open]);
    let coaching = coached(2 * DAY_S, "");
    assert_eq!(progress(std::slice::from_ref(&one), std::slice::from_ref(&coaching)), [Progress::Coached]);
    assert_eq!(progress(&[one.clone(), found(3, "b", "")], std::slice::from_ref(&coaching)), [Progress::Closed]);
    // Another finding is none of this one.
    assert_eq!(progress(&[one.clone(), found(3, "b", "silence")], std::slice::from_ref(&coaching)), [Progress::Closed, Progress::Open]);
    assert_eq!(progress(&[one, found(3, "b", "greeting")], &[coaching]), [Progress::Repeated, Progress::Open]);
}

/// Until 28 days after the evaluation, to the second; not before it, unless it is about the very call.
#[test]
fn coaching_counts_in_its_time_and_for_its_call() {
    let one = || found(0, "a", "greeting");
    let coached_at = |at_s, contact: &str| followed(&[one()], &[coached(at_s, contact)])[0].coached_s;
    assert_eq!(coached_at(3_600, ""), Some(3_600));
    assert_eq!(coached_at(3_599, ""), None);
    assert_eq!(coached_at(3_600 + 28 * DAY_S, ""), Some(3_600 + 28 * DAY_S));
    assert_eq!(coached_at(3_601 + 28 * DAY_S, ""), None);
    // While somebody listens: before the form is filled in.
    assert_eq!(coached_at(60, "a"), Some(60));
    assert_eq!(coached_at(-1, "a"), None);
    assert_eq!(coached_at(90 * DAY_S, "a"), Some(90 * DAY_S));
    assert_eq!(coached_at(7_200, "b"), None);
    // Somebody else's coaching, and somebody else's calls.
    let other = Coaching { agent: "bob".to_owned(), ..coached(7_200, "") };
    assert_eq!(progress(&[one()], &[other]), [Progress::Open]);
    let others = Evaluation { agent: "bob".to_owned(), ..found(3, "b", "greeting") };
    assert_eq!(progress(&[one(), others], &[coached(DAY_S, "")]), [Progress::Coached, Progress::Open]);
}

/// Five calls and 56 days; a call that was before the coaching says nothing of it, however late it was evaluated.
#[test]
fn it_is_looked_for_in_the_next_calls() {
    let coaching = [coached(DAY_S, "")];
    let with = |later: &[Evaluation]| followed(&[&[found(0, "a", "greeting")], later].concat(), &coaching)[0].clone();
    let clean: Vec<Evaluation> = (2..7).map(|day| found(day, "x", "")).collect();
    let sixth = with(&[clean.clone(), vec![found(7, "y", "greeting")]].concat());
    assert_eq!((sixth.progress, sixth.checked), (Progress::Closed, 5));
    let fifth = with(&[clean[1..].to_vec(), vec![found(7, "y", "greeting")]].concat());
    assert_eq!((fifth.progress, fifth.checked), (Progress::Repeated, 5));
    assert_eq!(with(&[found(57, "y", "greeting")]).progress, Progress::Repeated);
    assert_eq!(with(&[found(58, "y", "greeting")]).progress, Progress::Coached);
    let old_call = Evaluation { call_s: Some(DAY_S), ..found(3, "y", "greeting") };
    assert_eq!(with(&[old_call]).progress, Progress::Coached);
}

#[test]
fn delay_is_from_the_call() {
    let delay = |at_s| followed(&[found(0, "a", "greeting")], &[coached(at_s, "a")])[0].delay;
    assert_eq!(
        [0, 900, 901, DAY_S, DAY_S + 1, 7 * DAY_S, 7 * DAY_S + 1].map(delay),
        [Delay::AtOnce, Delay::AtOnce, Delay::Day, Delay::Day, Delay::Week, Delay::Week, Delay::Later,]
    );
    let unknown = Evaluation { call_s: None, ..found(0, "a", "greeting") };
    assert_eq!(followed(&[unknown], &[coached(DAY_S, "")])[0].delay, Delay::Unknown);
}

/// Of four findings two were coached, after one and after three days; in the calls after one of these it was found again.
#[test]
fn findings_are_put_together() {
    let of = |agent: &str, found_day: i64, coached_day: Option<i64>, progress| Followed {
        agent: agent.to_owned(),
        finding: "greeting".to_owned(),
        found_s: found_day * DAY_S,
        coached_s: coached_day.map(|day| day * DAY_S),
        delay: Delay::Unknown,
        checked: 0,
        progress,
    };
    let all = [
        of("ann", 0, Some(1), Progress::Closed),
        of("ann", 2, Some(5), Progress::Repeated),
        of("bob", 3, None, Progress::Open),
        of("bob", 4, None, Progress::Open),
    ];
    let together = closure(&all, 10 * DAY_S + 5);
    assert_eq!((together.found, together.agents, together.coached, together.checked, together.repeated), (4, 2, 2, 2, 1));
    assert_eq!((together.days_to_coaching, together.oldest_open_days), (Some(2.0), Some(7)));
    let share = together.repeated_share.unwrap();
    // Wilson's interval of 1 in 2.
    assert!((share.low - 0.0945).abs() < 1e-4 && (share.high - 0.9055).abs() < 1e-4, "{share:?}");
    assert_eq!(closure(&[], 0), Closure::default());
}

fn judged(agent: &str, day: i64, points: f64) -> Evaluation {
    Evaluation { agent: agent.to_owned(), at_s: day * DAY_S, points: Some(points), random: true, ..Evaluation::default() }
}

/// Coached on days 30, 40 and 50; three evaluations before and after. Equal is no better.
#[test]
fn who_is_no_better_after_three_coachings_is_to_be_trained() {
    let coachings: Vec<Coaching> = [30, 40, 50].map(|day| coached(day * DAY_S, "")).to_vec();
    let with = |after: [f64; 3], edit: &dyn Fn(&mut Vec<Evaluation>)| {
        let before = [(2, 70.0), (10, 80.0), (29, 90.0)].map(|(day, points)| judged("ann", day, points));
        let later = [(51, after[0]), (60, after[1]), (70, after[2])].map(|(day, points)| judged("ann", day, points));
        let mut all = [&before[..], &later[..]].concat();
        edit(&mut all);
        plateaus(&all, &coachings, &PlateauSettings::default(), 100 * DAY_S).remove(0)
    };
    let same = with([80.0; 3], &|_| ());
    assert_eq!(
        same,
        Plateau { agent: "ann".to_owned(), coachings: 3, before: Some((80.0, 3)), after: Some((80.0, 3)), advice: Advice::Train }
    );
    assert_eq!(with([80.0, 80.0, 80.5], &|_| ()).advice, Advice::GoOn);
    assert_eq!(with([80.0, 80.0, 79.5], &|_| ()).advice, Advice::Train);
    // Targeted draws, those without points, those of the days between and of more than 28 days before are no evidence.
    assert_eq!(with([80.0; 3], &|all| all[5].random = false).advice, Advice::Unknown);
    assert_eq!(with([80.0; 3], &|all| all[0].points = None).advice, Advice::Unknown);
    assert_eq!(with([80.0; 3], &|all| all[3].at_s = 50 * DAY_S).advice, Advice::Unknown);
    assert_eq!(with([80.0; 3], &|all| all[0].at_s = 2 * DAY_S - 1).advice, Advice::Unknown);
    assert_eq!(with([80.0; 3], &|all| all[2].at_s = 30 * DAY_S).advice, Advice::Unknown);
}

#[test]
fn two_coachings_in_ninety_days_are_no_reason_yet() {
    let at = |days: [i64; 3]| {
        let coachings: Vec<Coaching> = days.map(|day| coached(day * DAY_S, "")).to_vec();
        plateaus(&[], &coachings, &PlateauSettings::default(), 100 * DAY_S).len()
    };
    assert_eq!([at([10, 11, 99]), at([9, 11, 99]), at([11, 99, 100])], [1, 0, 0]);
}

#[test]
fn weeks_have_hours_and_a_mean_needs_so_many() {
    let evaluation = |week, took_ms| Evaluation { week, took_ms, ..Evaluation::default() };
    let coaching = Coaching { week: 7, took_ms: Some(900_000), ..Coaching::default() };
    let found = weeks(&[evaluation(7, Some(1_800_000)), evaluation(7, Some(900_000)), evaluation(14, None)], &[coaching]);
    let full =
        Effort { evaluations: 2, listened_ms: 2_700_000, timed_evaluations: 2, coachings: 1, coached_ms: 900_000, timed_coachings: 1 };
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [(7, full), (14, Effort { evaluations: 1, ..Effort::default() })]);
    assert_eq!((full.coaching_share(), Effort::default().coaching_share()), (Some(0.25), None));
    assert_eq!((sample(&[80.0], 3.0), sample(&[80.0, 90.0], 0.0)), (None, None));
    // Without a spread two say as much as any.
    assert_eq!(sample(&[80.0; 5], 3.0).map(|sample| (sample.needed, sample.margin)), Some((2, 0.0)));
}

fn any_evaluation() -> impl Strategy<Value = Evaluation> {
    (0..3_u8, 0..40_i64, prop::option::of(0..40_i64), 0..4_u8, 0..3_u8).prop_map(|(agent, day, call, contact, finding)| Evaluation {
        agent: format!("agent {agent}"),
        at_s: day * DAY_S,
        call_s: call.map(|call| day.min(call) * DAY_S),
        contact: ["", "a", "b", "c"][contact as usize].to_owned(),
        finding: ["", "greeting", "silence"][finding as usize].to_owned(),
        ..Evaluation::default()
    })
}

fn any_coaching() -> impl Strategy<Value = Coaching> {
    (0..3_u8, 0..40_i64, 0..4_u8).prop_map(|(agent, day, contact)| Coaching {
        agent: format!("agent {agent}"),
        at_s: day * DAY_S + 60,
        contact: ["", "a", "b", "c"][contact as usize].to_owned(),
        ..Coaching::default()
    })
}

proptest! {
    /// Every finding is followed once, whatever the order; the parts add up; nothing is coached or checked before its time.
    #[test]
    fn every_finding_is_in_one_state(
        (evaluations, coachings) in (prop::collection::vec(any_evaluation(), 0..30), prop::collection::vec(any_coaching(), 0..12)),
    ) {
        let all = followed(&evaluations, &coachings);
        let (mut backwards, mut back) = (evaluations.clone(), coachings.clone());
        backwards.reverse();
        back.reverse();
        prop_assert_eq!(&all, &followed(&backwards, &back));
        prop_assert_eq!(all.len(), evaluations.iter().filter(|one| !one.finding.is_empty()).count());
        let together = closure(&all, 41 * DAY_S);
        let open = all.iter().filter(|one| one.progress == Progress::Open).count();
        prop_assert_eq!(together.coached + open, together.found);
        prop_assert!(together.repeated <= together.checked && together.checked <= together.coached);
        for one in &all {
            prop_assert_eq!(one.coached_s.is_none(), one.progress == Progress::Open);
            prop_assert_eq!(one.checked > 0, matches!(one.progress, Progress::Closed | Progress::Repeated));
            prop_assert!(one.checked <= LoopSettings::default().checks);
        }
    }
}
