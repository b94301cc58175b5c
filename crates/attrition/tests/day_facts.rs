//! From what was measured of a day to its features, by hand, and that nothing forbidden can be measured.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use attrition::features::{DayFacts, Feature, FeatureValues, NOT_OF_A_DAY, catalogue, excluded, features_of};
use std::collections::BTreeSet;

/// A day of which everything is known.
fn full() -> DayFacts {
    DayFacts {
        tenure_days: Some(400),
        employed: true,
        scheduled_shifts_28d: Some(20),
        source_complete: true,
        scheduled_ms: Some(28_800_000),
        worked_in_shift_ms: Some(27_000_000),
        approved_leave: Some(false),
        absent: Some(false),
        edge_absent: Some(false),
        late_ms: Some(720_000),
        early_ms: Some(299_000),
        in_adherence_ms: Some(27_000_000),
        adherence_scheduled_ms: Some(30_000_000),
        paid_ms: 28_000_000,
        staffed_ms: 28_800_000,
        utilised_ms: 21_000_000,
        productive_ms: 25_200_000,
        unscheduled_pause_ms: Some(1_440_000),
        unscheduled_pauses: Some(4),
        longest_run_ms: Some(9_000_000),
        offers: 44,
        missed_offers: 11,
        handled: 40,
        compared_calls: 32,
        expected_handle_ms: 8_064_000,
        ln_handle_residual_sum_micro: 6_400_000,
        ln_hold_residual_sum_micro: -3_200_000,
        acw_compared_calls: 20,
        ln_acw_residual_sum_micro: 5_000_000,
        evaluations: 2,
        quality_z_sum_micro: -3_000_000,
        surveys: 4,
        satisfaction_z_sum_micro: 2_000_000,
        contacts: 40,
        complaints: 3,
        complaints_expected_micro: Some(1_000_000),
        repeats_matured: Some(20),
        repeats_72h: Some(5),
        repeats_72h_expected_micro: Some(3_000_000),
        transfers: 6,
        transfers_expected_micro: Some(4_000_000),
        short_talks: 1,
        short_talks_expected_micro: Some(2_000_000),
        hostile: 2,
        answered: 30,
        long_waits: 6,
        quick_return: Some(true),
        night_ms: 7_200_000,
        overtime_ms: Some(1_800_000),
        cut_meal: Some(true),
        team_size: Some(12),
        team_exits_30d: Some(3),
        leader_changed_60d: Some(true),
        targets: 4,
        targets_missed: 1,
        targets_missed_peers_share_micro: Some(250_000),
        ..DayFacts::default()
    }
}

/// 12 min late less 5 are 7; 299 s early are tolerated. 27 of 30 in adherence: ln 9 below even. 6.4 over 32 calls 0.2, −3.2 over 32 −0.1, 5 over 20 0.25.
/// Usual work 8,064 s of 32 calls are 10,080 s of 40, in 25,200 s: 0.4. Pauses 1,440 of 28,800 s: 0.05; 4 in 8 h: 0.5. 11 of 44 offers: asin ½ = π/6.
/// Quality −1.5, satisfaction 0.5, turned round. Complaints (3 − 1)/√1. Repeats (5 − 3)/20, transfers (6 − 4)/40, short (1 − 2)/40.
#[test]
fn every_feature_of_a_day_has_its_number() {
    let values = features_of(&full());
    let expected = [
        (Feature::Absent, 0.0),
        (Feature::Late, 7.0),
        (Feature::Early, 0.0),
        (Feature::AdherenceGap, -(9.0_f64).ln()),
        (Feature::EdgeAbsent, 0.0),
        (Feature::HandleTime, 0.2),
        (Feature::AfterCallWork, 0.25),
        (Feature::Hold, -0.1),
        (Feature::Output, -0.4),
        (Feature::Pause, 0.05),
        (Feature::PauseCount, 0.5),
        (Feature::NotResponding, std::f64::consts::FRAC_PI_6),
        (Feature::Quality, 1.5),
        (Feature::Satisfaction, -0.5),
        (Feature::Complaint, 2.0),
        (Feature::Repeat, 0.1),
        (Feature::Transfer, 0.05),
        (Feature::ShortCall, -0.025),
        (Feature::Overloaded, 0.0),
        (Feature::Utilisation, 0.75),
        (Feature::NoPause, 2.5),
        (Feature::QuickReturn, 1.0),
        (Feature::NightShare, 0.25),
        (Feature::Overtime, 0.5),
        (Feature::CutMeal, 1.0),
        (Feature::Hostile, 5.0),
        (Feature::LongWait, 0.2),
        (Feature::TeamExits, 0.25),
        (Feature::LeaderChanged, 1.0),
        (Feature::TargetGap, 0.25),
        (Feature::TargetOutOfReach, 0.25),
        (Feature::Tenure, 400.0),
    ];
    for (feature, value) in expected {
        let found = values.get(feature).unwrap_or_else(|| panic!("{feature:?} is not formed"));
        assert!((found - value).abs() < 1e-12, "{feature:?}: {found}, by hand {value}");
    }
    // Every feature of the catalogue is formed or listed with the reason, and none is both.
    let formed: BTreeSet<Feature> = values.iter().map(|(feature, _)| feature).collect();
    let listed: BTreeSet<Feature> = NOT_OF_A_DAY.iter().map(|(feature, _)| *feature).collect();
    assert!(formed.is_disjoint(&listed));
    let all: BTreeSet<Feature> = catalogue().iter().map(|spec| spec.feature).collect();
    assert_eq!(formed.union(&listed).copied().collect::<BTreeSet<_>>(), all);
    assert_eq!(formed.len(), expected.len());
}

/// Nothing known and nothing done: no shift, no call. Not one number is invented, but for what the calendar knows.
#[test]
fn what_is_not_known_is_missing() {
    assert_eq!(features_of(&DayFacts::default()), FeatureValues::default());
    // Four calls are too few for a pace, five are enough.
    let calls =
        |calls| features_of(&DayFacts { handled: calls, compared_calls: calls, acw_compared_calls: calls, productive_ms: 1, ..full() });
    for feature in [Feature::HandleTime, Feature::AfterCallWork, Feature::Hold, Feature::Output] {
        assert_eq!(calls(4).get(feature), None, "{feature:?}");
        assert!(calls(5).get(feature).is_some(), "{feature:?}");
    }
    // A whole hour late and no more; repeats before 72 h are over.
    assert_eq!(features_of(&DayFacts { late_ms: Some(9_000_000), ..full() }).get(Feature::Late), Some(60.0));
    assert_eq!(features_of(&DayFacts { repeats_matured: None, repeats_72h: None, ..full() }).get(Feature::Repeat), None);
    // No complaints are usual: there is nothing to measure them by.
    assert_eq!(features_of(&DayFacts { complaints_expected_micro: Some(0), ..full() }).get(Feature::Complaint), None);
    // 90 % is not above 90 %.
    let utilised = |utilised_ms| features_of(&DayFacts { paid_ms: 1_000, utilised_ms, ..full() }).get(Feature::Overloaded);
    assert_eq!((utilised(900), utilised(901)), (Some(0.0), Some(1.0)));
}

/// Approved leave is a day on which nothing can be kept or missed; an absence is one number, not two.
#[test]
fn leave_is_no_absence_and_absence_no_lack_of_adherence() {
    let leave = features_of(&DayFacts { approved_leave: Some(true), absent: Some(false), ..full() });
    for feature in [Feature::Absent, Feature::EdgeAbsent, Feature::Late, Feature::Early, Feature::AdherenceGap] {
        assert_eq!(leave.get(feature), None, "{feature:?}");
    }
    let absent = features_of(&DayFacts { absent: Some(true), edge_absent: Some(true), ..full() });
    assert_eq!((absent.get(Feature::Absent), absent.get(Feature::AdherenceGap)), (Some(1.0), None));
    // Nor is a day out of adherence of whose shift nothing was worked. All of a shift in adherence counts as 98 %: ln(0.98 ÷ 0.02) = ln 49.
    assert_eq!(features_of(&DayFacts { worked_in_shift_ms: Some(0), ..full() }).get(Feature::AdherenceGap), None);
    let all = features_of(&DayFacts { in_adherence_ms: full().adherence_scheduled_ms, ..full() }).get(Feature::AdherenceGap).unwrap();
    assert!((all + 49.0_f64.ln()).abs() < 1e-12, "{all}");
}

/// A row of the table is read by the names of its columns, and a column that nobody knows is refused.
#[test]
fn no_column_names_what_must_never_be_looked_at() {
    let row = serde_json::to_value(full()).unwrap();
    let names: Vec<&String> = row.as_object().unwrap().keys().collect();
    assert!(names.len() > 50);
    for name in names {
        assert_eq!(excluded(name), None, "{name}");
        for word in ["cause", "reason", "kind", "name"] {
            assert!(!name.split('_').any(|part| part == word), "{name}");
        }
    }
    let mut more = row.clone();
    more.as_object_mut().unwrap().insert("gender".to_owned(), 1.into());
    assert!(serde_json::from_value::<DayFacts>(more).is_err());
    assert_eq!(serde_json::from_value::<DayFacts>(row).unwrap(), full());
}
