//! Panes of agents: spans are cut exactly, corrections lead where the last facts lead, and SQL says the same of the same activities.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use events::ActivitySpan;
use kpi::agent_pane::{AgentPane, AgentPaneSink, add_handled, add_span, cut, is_staffed, occupancy_base, occupied, quarter_start_us};
use kpi::windows::{INTERVAL_US, Span};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

/// Panes by agent and window.
#[derive(Debug, Default, PartialEq)]
struct Panes(BTreeMap<(String, i64), AgentPane>);

impl AgentPaneSink for Panes {
    fn pane(&mut self, _: &str, agent: &str, window_start_us: i64) -> &mut AgentPane {
        self.0.entry((agent.to_owned(), window_start_us)).or_default()
    }
}

impl Panes {
    fn compact(mut self) -> Self {
        self.0.retain(|_, pane| !pane.is_zero());
        self
    }
}

fn span(agent: &'static str, activity: &'static str, started_us: i64, ended_us: Option<i64>) -> ActivitySpan<'static> {
    ActivitySpan { tenant: "t", agent, started_us, ended_us, activity, ..ActivitySpan::default() }
}

/// From 08:10:00.0004 to 08:31:30.0006: 5 min 0 s up to 08:15, 15 min, and 1 min 30 s from 08:30. The stamps are cut to 600 000 and
/// 1 890 000 ms of the hour, so 1 290 000 ms in all.
#[test]
fn a_span_is_cut_at_the_quarter_hours() {
    let hour_us = 8 * 3_600_000_000;
    let mut panes = Panes::default();
    add_span(&mut panes, &span("ann", "contact", hour_us + 600_000_400, Some(hour_us + 1_890_000_600)), 1);
    let found: Vec<_> = panes.0.iter().map(|((_, at_us), pane)| ((at_us - hour_us) / 60_000_000, pane.get("contact_ms"))).collect();
    assert_eq!(found, [(0, 300_000), (15, 900_000), (30, 90_000)]);
}

#[test]
fn what_goes_on_or_is_empty_contributes_nothing() {
    let mut panes = Panes::default();
    add_span(&mut panes, &span("ann", "contact", 5_000_000, None), 1);
    add_span(&mut panes, &span("ann", "contact", 5_000_000, Some(5_000_000)), 1);
    add_span(&mut panes, &span("ann", "contact", 6_000_000, Some(5_000_000)), 1);
    // Ends with the window: the next one is not touched.
    add_span(&mut panes, &span("ann", "acw", INTERVAL_US - 1_000, Some(INTERVAL_US)), 1);
    assert_eq!(panes.0.into_iter().map(|((_, at_us), pane)| (at_us, pane.get("acw_ms"))).collect::<Vec<_>>(), [(0, 1)]);
}

/// Handlings count where they end: 900 s is the first moment of the second window.
#[test]
fn handlings_count_by_their_end() {
    let mut panes = Panes::default();
    for (ended_us, transferred) in [(INTERVAL_US - 1, false), (INTERVAL_US, true), (INTERVAL_US, false)] {
        add_handled(&mut panes, ("t", "ann"), ended_us, transferred, 1);
    }
    let found: Vec<_> = panes.0.values().map(|pane| (pane.get("handled"), pane.get("transferred"))).collect();
    assert_eq!(found, [(1, 0), (2, 1)]);
}

/// 360 of 400 ms: work / work and waiting; meals and ringing are in neither. Logged in: 400 + 500 + 30.
#[test]
fn occupancy_has_its_two_parts_and_no_ratio_without_time() {
    let mut pane = AgentPane::default();
    for (measure, ms) in [("contact_ms", 300), ("acw_ms", 60), ("available_ms", 40), ("pause_meal_ms", 500), ("ringing_ms", 30)] {
        pane.add(measure, ms);
    }
    pane.add("unknown_ms", 7);
    pane.add("handled", 4);
    assert_eq!((pane.occupancy_ms(), pane.staffed_ms()), ((360, 400), 930));
    assert_eq!(AgentPane::default().occupancy_ms(), (0, 0));
}

/// Written from domain.md 3.1: dialling counts, meals, ringing and back office do not.
#[test]
fn activities_of_occupancy_and_of_staffed_time() {
    assert_eq!((occupied(), occupancy_base()), (vec!["dialing", "contact", "acw"], vec!["available", "dialing", "contact", "acw"]));
    let sum = |name: &str| kpi::agent_time::SUMS.iter().find(|sum| sum.name == name).unwrap().sql();
    let listed = |names: &[&str]| format!("activity IN ('{}')", names.join("', '"));
    assert_eq!((sum("occupied_us"), sum("occupancy_base_us")), (listed(&occupied()), listed(&occupancy_base())));
    let staffed = ["available", "ringing", "contact", "acw", "back_office", "pause_meal"].map(is_staffed);
    assert_eq!((staffed, ["offline", "unknown", "dreaming"].map(is_staffed)), ([true; 6], [false; 3]));
}

fn time_us() -> impl Strategy<Value = i64> {
    prop_oneof![0..3 * INTERVAL_US, (0i64..4).prop_map(|window| window * INTERVAL_US), (0i64..2_700).prop_map(|s| s * 1_000_000 + 400)]
}

fn any_span() -> impl Strategy<Value = ActivitySpan<'static>> {
    let names = (select(&["ann", "bob"][..]), select(&["contact", "acw", "pause_meal"][..]));
    (names, time_us(), prop::option::weighted(0.9, time_us()))
        .prop_map(|((agent, activity), started_us, ended_us)| span(agent, activity, started_us, ended_us))
}

fn all(spans: &[ActivitySpan<'_>]) -> Panes {
    let mut panes = Panes::default();
    spans.iter().for_each(|span| add_span(&mut panes, span, 1));
    panes.compact()
}

proptest! {
    /// Brute force: every millisecond that lies between the stamps belongs to the window in which it begins.
    #[test]
    fn every_millisecond_falls_into_its_window(start_ms in 0i64..2_000_000, length_ms in 0i64..3_000, ends in (0i64..1_000, 0i64..1_000)) {
        // Near an edge, so that the edge is inside often.
        let start_ms = start_ms - start_ms % 900_000 + 899_000 + start_ms % 2_000;
        let mut expected = BTreeMap::<i64, i64>::new();
        for ms in start_ms..start_ms + length_ms {
            *expected.entry(quarter_start_us(ms * 1_000)).or_default() += 1;
        }
        let parts = cut(Span { start_us: start_ms * 1_000 + ends.0, end_us: (start_ms + length_ms) * 1_000 + ends.1 });
        prop_assert_eq!(parts.collect::<BTreeMap<_, _>>(), expected);
    }

    #[test]
    fn a_span_may_be_cut_anywhere(start_us in time_us(), middle_us in time_us(), end_us in time_us()) {
        let mut times = [start_us, middle_us, end_us];
        times.sort_unstable();
        let [start_us, middle_us, end_us] = times;
        let whole = all(&[span("ann", "contact", start_us, Some(end_us))]);
        let halves = all(&[span("ann", "contact", start_us, Some(middle_us)), span("ann", "contact", middle_us, Some(end_us))]);
        prop_assert_eq!(&whole, &halves);
        let sum: i64 = whole.0.values().map(|pane| pane.get("contact_ms")).sum();
        prop_assert_eq!(sum, end_us / 1_000 - start_us / 1_000);
    }

    #[test]
    fn corrections_lead_where_the_last_spans_lead(steps in prop::collection::vec((0..5usize, any_span(), prop::bool::weighted(0.2)), 0..40)) {
        let mut current: BTreeMap<usize, ActivitySpan<'_>> = BTreeMap::new();
        let mut corrected = Panes::default();
        for (place, after, withdrawn) in steps {
            if let Some(before) = current.remove(&place) {
                add_span(&mut corrected, &before, -1);
            }
            if !withdrawn {
                add_span(&mut corrected, &after, 1);
                current.insert(place, after);
            }
        }
        prop_assert_eq!(corrected.compact(), all(&current.into_values().collect::<Vec<_>>()));
    }
}
