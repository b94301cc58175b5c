//! What must hold of every KPI of the catalogue.

use events::QueueCounts;
use kpi::{Error, Expression, Family, Kpi, Limit, Parameters, SqlParameters, Unit, catalogue};
use std::collections::BTreeSet;

/// Every expression in a KPI.
fn parts(kpi: &'static Kpi) -> Vec<&'static Expression> {
    kpi.numerator.parts().into_iter().chain(kpi.denominator.iter().flat_map(Expression::parts)).collect()
}

#[test]
fn names_are_unique_and_snake_case() {
    let mut seen = BTreeSet::new();
    for kpi in catalogue() {
        assert!(seen.insert(kpi.name), "{} is there twice", kpi.name);
        assert!(kpi.name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_'), "{}", kpi.name);
        assert!(kpi::by_name(kpi.name).is_ok_and(|found| found.title == kpi.title));
    }
    assert_eq!(kpi::by_name("service_level_0").unwrap_err(), Error::UnknownKpi("service_level_0".to_owned()));
}

#[test]
fn the_catalogue_has_what_queues_and_handlings_can_feed() {
    let wanted = "offered offered_transferred_in answered abandoned short_abandoned flow_out flow_out_timeout flow_out_key flow_out_empty \
        flow_out_withdrawn flow_out_callback flow_out_overflow flow_out_system_error blocked lost abandonment_rate abandonment_rate_raw \
        service_level_1 service_level_2 service_level_3 service_level_4 service_level_5 service_level_6 service_level_7 service_level_8 \
        service_level_9 service_level_cohort asa average_wait_abandoned wait_p50 wait_p90 wait_p95 max_wait handled aht average_talk \
        average_hold_held average_hold_all hold_rate holds_per_contact average_acw acw_unknown talk_p50 talk_p90 transfer_rate \
        transfer_rate_blind transfer_rate_warm agent_first_disconnect_rate short_talk_rate missed_offers_per_offered ivr_abandoned \
        self_served containment waiting_now longest_wait_now talking_now";
    for name in wanted.split_whitespace() {
        assert!(kpi::by_name(name).is_ok(), "{name}");
    }
}

#[test]
fn everything_is_documented() {
    for kpi in catalogue() {
        for text in [kpi.title, kpi.edge_cases, kpi.source_note] {
            assert!(!text.is_empty() && !text.contains(['|', '\n']), "{}: {text:?}", kpi.name);
        }
        assert!(!kpi.mission.is_empty(), "{} serves no row of the mission", kpi.name);
        for row in kpi.mission {
            let (document, number) = row.split_once('·').unwrap();
            assert!(document.len() == 3 && number.len() == 2, "{}: {row}", kpi.name);
        }
    }
}

#[test]
fn measures_exist_and_none_is_forgotten() {
    let mut used = BTreeSet::new();
    for part in catalogue().flat_map(parts) {
        match part {
            Expression::Measure(measure) => {
                assert!(QueueCounts::NAMES.contains(&measure.name), "{}", measure.name);
                used.insert(measure.name);
            }
            Expression::HistogramAtMost(_, Limit::Seconds(seconds)) => assert!(kpi::WAIT_EDGES_S.contains(seconds)),
            _ => {}
        }
    }
    let forgotten: Vec<_> = QueueCounts::NAMES.iter().filter(|name| !used.contains(**name)).collect();
    assert!(forgotten.is_empty(), "no KPI uses {forgotten:?}");
}

#[test]
fn a_measure_reads_the_field_of_its_name() {
    // Each measure has a value of its own.
    let mut pane = kpi::Pane::default();
    let numbered: Vec<String> = QueueCounts::NAMES.iter().enumerate().map(|(at, name)| format!("\"{name}\": {at}")).collect();
    pane.counts = serde_json::from_str(&format!("{{{}}}", numbered.join(","))).unwrap();
    for part in catalogue().flat_map(parts) {
        if let Expression::Measure(measure) = part {
            assert_eq!(part.evaluate(&pane, &Parameters::default()), pane.counts.by_name(measure.name), "{}", measure.name);
        }
    }
}

#[test]
fn units_follow_from_the_parts() {
    for kpi in catalogue() {
        let times = parts(kpi).iter().any(|part| {
            matches!(part, Expression::Measure(measure) if measure.name.ends_with("_ms"))
                || matches!(part, Expression::Quantile(..) | Expression::LargestAtMost(_) | Expression::Now(kpi::NowFigure::LongestWait))
        });
        assert_eq!(kpi.unit == Unit::Seconds, times, "{}", kpi.name);
        if kpi.unit == Unit::Count {
            assert!(kpi.denominator.is_none(), "{}", kpi.name);
        }
        if matches!(kpi.unit, Unit::Ratio | Unit::Average) {
            assert!(kpi.denominator.is_some(), "{}", kpi.name);
        }
    }
}

#[test]
fn a_column_of_a_view_never_hides_a_measure() {
    let parameters = SqlParameters::from(Parameters::default());
    for kpi in catalogue().filter(|kpi| QueueCounts::NAMES.contains(&kpi.name)) {
        assert_eq!(kpi.to_sql(&parameters).as_deref(), Some(kpi.name));
    }
}

#[test]
fn everything_but_the_present_has_sql() {
    let parameters = SqlParameters::new("{threshold_s:UInt32}", "{short_abandon_s:UInt32}");
    for kpi in catalogue() {
        let sql = kpi.to_sql(&parameters);
        assert_eq!(sql.is_some(), kpi.family != Family::Now, "{}", kpi.name);
        let sql = sql.unwrap_or_default();
        assert_eq!(
            sql.contains("{threshold_s:UInt32}") || sql.contains("{short_abandon_s:UInt32}"),
            kpi.takes_parameters(),
            "{}",
            kpi.name
        );
        assert_eq!(sql.matches('(').count(), sql.matches(')').count(), "{sql}");
    }
}

#[test]
fn sql_divides_once_and_never_by_zero() {
    let parameters = SqlParameters::from(Parameters::new(30_000, 10_000).unwrap());
    let sql = |name: &str| kpi::by_name(name).unwrap().to_sql(&parameters).unwrap();
    assert_eq!(sql("asa"), "wait_answered_ms / nullIf(answered, 0) / 1000");
    assert_eq!(
        sql("service_level_2"),
        "arraySum(arraySlice(wait_answered_histogram, 1, 6)) / nullIf(answered + abandoned - arraySum(arraySlice(wait_abandoned_histogram, 1, 2)), 0)"
    );
    assert_eq!(sql("transfer_rate"), "(transferred_blind + transferred_warm) / nullIf(handled, 0)");
    let exact = kpi::by_name("service_level_6").unwrap().exact_sql(&parameters).unwrap();
    assert!(exact.contains("wait_ms <= 30 * 1000"), "{exact}");
}

#[test]
fn formulas_read_like_their_definition() {
    let formula = |name: &str| kpi::by_name(name).unwrap().formula();
    assert_eq!(formula("service_level_2"), "answered ≤ T / (answered + abandoned − abandoned ≤ s)");
    assert_eq!(formula("aht"), "(talk_ms + hold_ms + acw_ms) / handled");
    assert_eq!(formula("wait_p95"), "p95 of wait_sketch");
    assert_eq!(kpi::by_name("asa").unwrap().metric_base() + Unit::Seconds.suffix(), "holdfast_queue_asa_seconds");
}
