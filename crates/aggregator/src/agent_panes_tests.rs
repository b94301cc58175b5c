//! Panes of agents: adding up over transactions, aborts, reading back, forgetting by the horizon, discarding, presents.

use crate::probe::{Written, written};
use crate::{AgentPaneTopics, AgentPanes, PresentSpan};
use events::{ActivitySpan, AgentNow, AgentPane, codec};
use lifecycle::activity::{Activity, Span, Work};

const QUARTER_US: i64 = 900_000_000;
const DAY_US: i64 = 96 * QUARTER_US;

/// Activity, since when, queue, when the silence ends the session.
type NowSeen = (String, i64, Option<String>, i64);

fn panes() -> AgentPanes {
    AgentPanes::new(AgentPaneTopics { panes: 0, agent_now: 1 }, 0)
}

/// Seconds of contact in a quarter.
fn span(quarter: i64, seconds: i64) -> ActivitySpan<'static> {
    let started_us = quarter * QUARTER_US;
    ActivitySpan {
        tenant: "t",
        agent: "ann",
        started_us,
        ended_us: Some(started_us + seconds * 1_000_000),
        activity: "contact",
        ..ActivitySpan::default()
    }
}

fn commit(panes: &mut AgentPanes, horizon_us: i64) -> Written {
    let records = written(|output| panes.flush(0, horizon_us, output));
    panes.committed();
    records
}

/// Quarter and measures of the panes that were written.
fn shown(records: &Written) -> Vec<String> {
    let values = records.iter().filter(|(topic, ..)| *topic == "panes").filter_map(|(.., value)| value.as_deref());
    let panes = values.map(|value| codec::decode::<AgentPane<'_>>(value).unwrap());
    panes.map(|pane| format!("{} {:?}", pane.window_start_us / QUARTER_US, pane.measures)).collect()
}

fn restored(log: &Written, horizon_us: i64) -> AgentPanes {
    let mut panes = panes();
    for (_, key, value) in log.iter().filter(|(topic, ..)| *topic == "panes") {
        panes.restore(key, value.as_deref()).unwrap();
    }
    panes.restored(horizon_us);
    panes
}

#[test]
fn a_pane_adds_up_over_transactions_and_an_abort_leaves_it() {
    let mut panes = panes();
    panes.span(None, Some(&span(7, 10)));
    assert_eq!(shown(&commit(&mut panes, i64::MIN)), ["7 {\"contact_ms\": 10000}"]);
    panes.span(Some(&span(7, 10)), Some(&span(7, 500)));
    written(|output| panes.flush(0, i64::MIN, output));
    panes.rolled_back();
    panes.span(Some(&span(7, 10)), Some(&span(7, 30)));
    assert_eq!(shown(&commit(&mut panes, i64::MIN)), ["7 {\"contact_ms\": 30000}"]);
    // What changes back and forth is not written; what is taken away leaves an empty pane behind.
    panes.span(Some(&span(7, 30)), None);
    panes.span(None, Some(&span(7, 30)));
    assert_eq!(shown(&commit(&mut panes, i64::MIN)), [""; 0]);
    panes.span(Some(&span(7, 30)), None);
    assert_eq!(shown(&commit(&mut panes, i64::MIN)), ["7 {}"]);
}

#[test]
fn what_was_read_back_goes_on_where_it_stopped() {
    let mut panes = panes();
    panes.span(None, Some(&span(7, 10)));
    let log = commit(&mut panes, i64::MIN);
    let mut panes = restored(&log, i64::MIN);
    panes.span(None, Some(&span(7, 5)));
    assert_eq!(shown(&commit(&mut panes, i64::MIN)), ["7 {\"contact_ms\": 15000}"]);
    assert!(panes.restore(b"key", Some(b"no pane")).is_err());
    assert!(panes.restore(b"key", None).is_err());
}

/// The horizon is at noon of day 3, so day 1 may still change (a session of a day) and what lies before it may not.
#[test]
fn panes_a_day_behind_the_horizon_are_gone_and_stay_gone() {
    let (mut panes, mut log) = (panes(), Written::new());
    for day in [0, 1, 2] {
        panes.span(None, Some(&span(day * 96, 10)));
    }
    let horizon_us = 3 * DAY_US + DAY_US / 2;
    log.extend(commit(&mut panes, horizon_us));
    assert_eq!(panes.len(), 1, "day 2 begins a day and a half before the horizon");
    for mut panes in [panes, restored(&log, horizon_us)] {
        panes.span(None, Some(&span(96, 10)));
        panes.span(None, Some(&span(2 * 96, 10)));
        assert_eq!(shown(&commit(&mut panes, horizon_us)), ["192 {\"contact_ms\": 20000}"], "a part would overwrite the whole");
        assert_eq!((panes.take_gone(), panes.take_gone()), (1, 0));
    }
}

#[test]
fn handlings_count_unless_they_go_on_or_are_lost() {
    let mut panes = panes();
    let work = |ended_us, lost, transferred| Work { ended_us, lost, transferred, ..Work::default() };
    for work in [work(None, false, false), work(Some(5), true, false), work(Some(5), false, true), work(Some(6), false, false)] {
        panes.work(("t", "ann"), None, Some(&work));
    }
    assert_eq!(shown(&commit(&mut panes, i64::MIN)), ["0 {\"handled\": 2, \"transferred\": 1}"]);
}

#[test]
fn presents_are_written_and_cleared_and_everything_can_be_discarded() {
    let mut panes = panes();
    let span_now = Span { started_us: 5, ended_us: None, activity: Activity::Available, reason: None, inferred: 0 };
    let present = |queue: Option<&str>| Some(PresentSpan { span: span_now.clone(), queue: queue.map(Into::into), silent_us: 99 });
    panes.present(("t", "ann"), present(Some("sales")));
    panes.span(None, Some(&span(7, 10)));
    let mut log = commit(&mut panes, i64::MIN);
    let now = |log: &Written| -> Vec<Option<NowSeen>> {
        let records = log.iter().filter(|(topic, ..)| *topic == "now");
        let told = |value: &[u8]| {
            let now = codec::decode::<AgentNow<'_>>(value).unwrap();
            (now.activity.to_owned(), now.since_us, now.queue.map(str::to_owned), now.silent_us)
        };
        records.map(|(.., value)| value.as_deref().map(told)).collect()
    };
    assert_eq!(now(&log), [Some(("available".to_owned(), 5, Some("sales".to_owned()), 99))]);
    panes.present(("t", "ann"), None);
    written(|output| panes.flush(0, i64::MIN, output));
    panes.rolled_back();
    assert_eq!(now(&commit(&mut panes, i64::MIN)), [], "the abort took it back");
    panes.present(("t", "ann"), None);
    assert_eq!(now(&commit(&mut panes, i64::MIN)), [None]);

    let mut reading = restored(&log, i64::MIN);
    log.extend(written(|output| reading.discard([("t", "ann")].into_iter(), output)));
    assert!(log.iter().rev().take(2).all(|(.., value)| value.is_none()), "a tombstone for the pane and one for the present");
    let mut panes = restored(&log, i64::MIN);
    assert!(panes.is_empty());
    panes.span(None, Some(&span(7, 5)));
    assert_eq!(shown(&commit(&mut panes, i64::MIN)), ["7 {\"contact_ms\": 5000}"]);
}
