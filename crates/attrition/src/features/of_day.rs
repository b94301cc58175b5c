//! The features of a day from what was measured: oriented so that + is worse, before peers are taken out and before anything is smoothed.

use super::agent_day::FeatureValues;
use super::catalogue::Feature;
use super::day_facts::DayFacts;
use crate::numerics::logit;

/// Handlings of a day below which it has no value of pace.
const FEWEST_HANDLED: u32 = 5;
/// Lateness and leaving early that mean nothing, and what counts at most, ms.
const TOLERATED_MS: i64 = 300_000;
const LATE_MOST_MS: i64 = 3_600_000;
/// Adherence is held to this much from 0 and from 1.
const ADHERENCE_EDGE: f64 = 0.02;
/// Utilisation above which a day is overloaded, per cent.
const OVERLOADED_ABOVE_PERCENT: i64 = 90;
const MS_IN_HOUR: f64 = 3_600_000.0;
const MICRO: f64 = 1e6;

/// Features that no single day has, each with the reason.
pub const NOT_OF_A_DAY: &[(Feature, &str)] = &[
    (Feature::Swing, "a dispersion over many evaluations: formed from Quality, Satisfaction and Complaint where days are smoothed"),
    (Feature::LoginLate, "lateness by the agent's own usual start: formed from what was remembered of the same weekday"),
    (Feature::SurveyPulse, "no source tells it; it needs the agent's own consent"),
];

/// The features of a day; what is not known, or has nothing to be divided by, is not there.
///
/// ```
/// use attrition::features::{DayFacts, Feature, features_of};
/// // 8 h paid, 7.6 h of them with customers: 95 %, which is overload.
/// let day = DayFacts { paid_ms: 28_800_000, utilised_ms: 27_360_000, ..DayFacts::default() };
/// let values = features_of(&day);
/// assert_eq!((values.get(Feature::Utilisation), values.get(Feature::Overloaded)), (Some(0.95), Some(1.0)));
/// assert_eq!(values.get(Feature::Hold), None, "nothing was handled");
/// ```
#[must_use]
pub fn features_of(day: &DayFacts) -> FeatureValues {
    let mut values = FeatureValues::default();
    presence(day, &mut values);
    pace(day, &mut values);
    care(day, &mut values);
    load(day, &mut values);
    surroundings(day, &mut values);
    values
}

fn put(values: &mut FeatureValues, feature: Feature, value: Option<f64>) {
    if let Some(value) = value {
        values.set(feature, value);
    }
}

/// None: nothing to divide by.
fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

fn flag(happened: bool) -> f64 {
    f64::from(u8::from(happened))
}

fn presence(day: &DayFacts, values: &mut FeatureValues) {
    // On approved leave there is no shift that could be kept or missed.
    if day.approved_leave == Some(true) {
        return;
    }
    let minutes = |away_ms: i64| (away_ms - TOLERATED_MS).clamp(0, LATE_MOST_MS) as f64 / 60_000.0;
    put(values, Feature::Absent, day.absent.map(flag));
    put(values, Feature::EdgeAbsent, day.edge_absent.map(flag));
    put(values, Feature::Late, day.late_ms.map(minutes));
    put(values, Feature::Early, day.early_ms.map(minutes));
    // Who is absent is not out of adherence as well.
    if day.absent == Some(false) && day.worked_in_shift_ms > Some(0) {
        let adherence = day.in_adherence_ms.zip(day.adherence_scheduled_ms).and_then(|(kept, of)| share(kept as f64, of as f64));
        put(values, Feature::AdherenceGap, adherence.map(|share| -logit(share.clamp(ADHERENCE_EDGE, 1.0 - ADHERENCE_EDGE))));
    }
}

fn pace(day: &DayFacts, values: &mut FeatureValues) {
    let mean = |sum_micro: i64, calls: u32| (calls >= FEWEST_HANDLED).then(|| sum_micro as f64 / MICRO / f64::from(calls));
    put(values, Feature::HandleTime, mean(day.ln_handle_residual_sum_micro, day.compared_calls));
    put(values, Feature::Hold, mean(day.ln_hold_residual_sum_micro, day.compared_calls));
    put(values, Feature::AfterCallWork, mean(day.ln_acw_residual_sum_micro, day.acw_compared_calls));
    if day.compared_calls >= FEWEST_HANDLED {
        // Calls that cannot be compared are taken to be as long as the others.
        let usual_ms = day.expected_handle_ms as f64 * f64::from(day.handled) / f64::from(day.compared_calls);
        put(values, Feature::Output, share(-usual_ms, day.productive_ms as f64));
    }
    let staffed_ms = day.staffed_ms as f64;
    put(values, Feature::Pause, day.unscheduled_pause_ms.and_then(|pause_ms| share(pause_ms as f64, staffed_ms)));
    put(values, Feature::PauseCount, day.unscheduled_pauses.and_then(|pauses| share(f64::from(pauses), staffed_ms / MS_IN_HOUR)));
    let missed = share(f64::from(day.missed_offers), f64::from(day.offers));
    put(values, Feature::NotResponding, missed.map(|share| libm::asin(libm::sqrt(share.min(1.0)))));
}

fn care(day: &DayFacts, values: &mut FeatureValues) {
    put(values, Feature::Quality, share(-(day.quality_z_sum_micro as f64) / MICRO, f64::from(day.evaluations)));
    put(values, Feature::Satisfaction, share(-(day.satisfaction_z_sum_micro as f64) / MICRO, f64::from(day.surveys)));
    // Pearson's residual of a count: what is beyond the expectation, in its standard deviations.
    let poisson = |found: u32, expected_micro: i64| {
        let expected = expected_micro as f64 / MICRO;
        share(f64::from(found) - expected, libm::sqrt(expected))
    };
    put(values, Feature::Complaint, day.complaints_expected_micro.and_then(|expected| poisson(day.complaints, expected)));
    let beyond = |found: u32, expected_micro: Option<i64>, of: u32| {
        expected_micro.and_then(|expected| share(f64::from(found) - expected as f64 / MICRO, f64::from(of)))
    };
    if let (Some(repeats), Some(matured)) = (day.repeats_72h, day.repeats_matured) {
        put(values, Feature::Repeat, beyond(repeats, day.repeats_72h_expected_micro, matured));
    }
    put(values, Feature::Transfer, beyond(day.transfers, day.transfers_expected_micro, day.handled));
    put(values, Feature::ShortCall, beyond(day.short_talks, day.short_talks_expected_micro, day.handled));
}

fn load(day: &DayFacts, values: &mut FeatureValues) {
    if day.paid_ms > 0 {
        put(values, Feature::Utilisation, share(day.utilised_ms as f64, day.paid_ms as f64));
        values.set(Feature::Overloaded, flag(day.utilised_ms * 100 > day.paid_ms * OVERLOADED_ABOVE_PERCENT));
    }
    put(values, Feature::NoPause, day.longest_run_ms.map(|run_ms| run_ms as f64 / MS_IN_HOUR));
    put(values, Feature::QuickReturn, day.quick_return.map(flag));
    put(values, Feature::NightShare, share(day.night_ms as f64, day.staffed_ms as f64));
    put(values, Feature::Overtime, day.overtime_ms.map(|overtime_ms| overtime_ms as f64 / MS_IN_HOUR));
    put(values, Feature::CutMeal, day.cut_meal.map(flag));
    put(values, Feature::Hostile, share(100.0 * f64::from(day.hostile), f64::from(day.contacts)));
    put(values, Feature::LongWait, share(f64::from(day.long_waits), f64::from(day.answered)));
}

fn surroundings(day: &DayFacts, values: &mut FeatureValues) {
    if let (Some(exits), Some(size)) = (day.team_exits_30d, day.team_size) {
        put(values, Feature::TeamExits, share(f64::from(exits), f64::from(size)));
    }
    put(values, Feature::LeaderChanged, day.leader_changed_60d.map(flag));
    put(values, Feature::TargetGap, share(f64::from(day.targets_missed), f64::from(day.targets)));
    put(values, Feature::TargetOutOfReach, day.targets_missed_peers_share_micro.map(|missed| missed as f64 / MICRO));
    put(values, Feature::Tenure, day.tenure_days.map(f64::from));
}
