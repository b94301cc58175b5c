//! Published examples of service-level formulas, and what the formulas say without calls.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use kpi::{Histogram, Pane, Parameters};

/// `count` visits that waited so long.
fn add(pane: &mut Pane, histogram: Histogram, wait_ms: i64, count: i64) {
    for _ in 0..count {
        pane.histograms.add(histogram, wait_ms, 1);
        pane.wait_sketch.add(wait_ms, 1);
    }
    match histogram {
        Histogram::WaitAnswered => pane.counts.answered += count,
        Histogram::WaitAbandoned => pane.counts.abandoned += count,
        Histogram::WaitFlowOut => pane.counts.flow_out += count,
        _ => {}
    }
}

/// In per cent with two decimals.
fn per_cent(kpi: &str, pane: &Pane, parameters: Parameters) -> Option<String> {
    let kpi = kpi::by_name(kpi).unwrap();
    kpi.evaluate(pane, &parameters)?.in_unit(kpi.unit).map(|value| format!("{:.2}", value * 100.0))
}

/// ICMI 2002: 1,000 answered, 860 of them within 20 s; 60 abandoned, 20 of them within 20 s, 10 within 5 s.
fn icmi() -> Pane {
    let mut pane = Pane::default();
    add(&mut pane, Histogram::WaitAnswered, 3_000, 400);
    add(&mut pane, Histogram::WaitAnswered, 20_000, 460);
    add(&mut pane, Histogram::WaitAnswered, 20_001, 140);
    add(&mut pane, Histogram::WaitAbandoned, 5_000, 10);
    add(&mut pane, Histogram::WaitAbandoned, 5_001, 10);
    add(&mut pane, Histogram::WaitAbandoned, 45_000, 40);
    pane
}

#[test]
fn the_icmi_example_gives_its_published_service_levels() {
    let pane = icmi();
    for (kpi, expected) in [
        ("service_level_4", "83.02"),
        ("service_level_5", "86.00"),
        ("service_level_1", "81.13"),
        ("service_level_3", "82.69"),
        ("service_level_7", "82.08"),
        ("service_level_2", "81.90"),
        ("service_level_8", "81.13"),
        ("abandonment_rate_raw", "5.66"),
        ("abandonment_rate", "4.76"),
    ] {
        assert_eq!(per_cent(kpi, &pane, Parameters::default()).as_deref(), Some(expected), "{kpi}");
    }
}

#[test]
fn the_statserver_example_gives_its_published_service_factor() {
    // 200 of 300 answered within 20 s; 100 abandoned, 50 of them within the short limit of 10 s.
    let mut pane = Pane::default();
    add(&mut pane, Histogram::WaitAnswered, 12_000, 200);
    add(&mut pane, Histogram::WaitAnswered, 90_000, 100);
    add(&mut pane, Histogram::WaitAbandoned, 10_000, 50);
    add(&mut pane, Histogram::WaitAbandoned, 10_001, 50);
    let parameters = Parameters::new(20_000, 10_000).unwrap();
    assert_eq!(per_cent("service_level_2", &pane, parameters).as_deref(), Some("57.14"));
}

#[test]
fn flow_outs_count_where_the_formula_says_so() {
    let mut pane = icmi();
    add(&mut pane, Histogram::WaitFlowOut, 4_000, 40);
    add(&mut pane, Histogram::WaitFlowOut, 700_000, 100);
    assert_eq!(per_cent("service_level_8", &pane, Parameters::default()).as_deref(), Some("71.67"));
    assert_eq!(per_cent("service_level_6", &pane, Parameters::default()).as_deref(), Some("76.67"));
    assert_eq!(per_cent("service_level_1", &pane, Parameters::default()).as_deref(), Some("81.13"));
}

#[test]
fn thresholds_may_be_chosen_afterwards() {
    let pane = icmi();
    let parameters = Parameters::new(10_000, 45_000).unwrap();
    assert_eq!(per_cent("service_level_5", &pane, parameters).as_deref(), Some("40.00"));
    let short = kpi::by_name("short_abandoned").unwrap().evaluate(&pane, &parameters).unwrap();
    assert_eq!(short.numerator, 60);
}

#[test]
fn without_calls_there_is_no_ratio_and_no_duration() {
    for kpi in kpi::catalogue() {
        let value = kpi.evaluate(&Pane::default(), &Parameters::default());
        if kpi.unit == kpi::Unit::Count && kpi.family != kpi::Family::Now {
            assert_eq!(value.and_then(|value| value.in_unit(kpi.unit)), Some(0.0), "{}", kpi.name);
        } else {
            assert_eq!(value, None, "{}", kpi.name);
        }
    }
}

#[test]
fn handle_times_add_up_and_unknown_after_call_work_is_no_zero() {
    let mut pane = Pane::default();
    pane.counts.handled = 4;
    (pane.counts.talk_ms, pane.counts.hold_ms, pane.counts.acw_ms) = (400_000, 60_000, 90_000);
    (pane.counts.acw_unknown, pane.counts.held, pane.counts.holds) = (1, 2, 5);
    let of = |name: &str| {
        let kpi = kpi::by_name(name).unwrap();
        kpi.evaluate(&pane, &Parameters::default()).and_then(|value| value.in_unit(kpi.unit))
    };
    assert_eq!((of("aht"), of("average_talk"), of("average_acw")), (Some(137.5), Some(100.0), Some(30.0)));
    assert_eq!((of("average_hold_held"), of("average_hold_all")), (Some(30.0), Some(15.0)));
    assert_eq!((of("hold_rate"), of("holds_per_contact"), of("acw_unknown")), (Some(0.5), Some(1.25), Some(1.0)));
}

#[test]
fn containment_is_the_share_that_the_menu_served() {
    let mut pane = Pane::default();
    (pane.counts.self_served, pane.counts.ivr_abandoned, pane.counts.blocked) = (30, 10, 5);
    (pane.counts.offered, pane.counts.offered_transferred_in) = (65, 10);
    assert_eq!(per_cent("containment", &pane, Parameters::default()).as_deref(), Some("30.00"));
}

#[test]
fn the_present_is_the_sum_of_partitions_and_their_oldest_wait() {
    let now = |waiting, talking, oldest_entered_us| events::QueueNow { waiting, talking, oldest_entered_us, ..Default::default() };
    let partitions = [now(2, 1, Some(5_000_000)), now(0, 3, None), now(1, 0, Some(2_000_000))];
    let of = |name: &str, now_us| kpi::by_name(name).unwrap().evaluate_now(&partitions, now_us).map(|value| value.numerator);
    assert_eq!((of("waiting_now", 0), of("talking_now", 0)), (Some(3), Some(4)));
    assert_eq!((of("longest_wait_now", 9_500_999), of("longest_wait_now", 0)), (Some(7_500), Some(0)));
    assert_eq!(of("offered", 0), None);
    assert_eq!(kpi::by_name("waiting_now").unwrap().evaluate_now([], 0), None);
    assert_eq!(kpi::by_name("longest_wait_now").unwrap().evaluate_now(&[now(0, 0, None)], 0), None);
}
