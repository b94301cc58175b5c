//! Values in natural units, for reasons in words: seconds of after-call work, share of offers missed. No number that decides comes from here.

use crate::features::{DayFacts, Feature};
use crate::numerics::gain;
use serde::{Deserialize, Serialize};

/// Half-lives of what is shown as "now" and as "usually", in days with a value.
const NOW_DAYS: f64 = 7.0;
const USUAL_DAYS: f64 = 60.0;
const MICRO: f64 = 1e6;
const MS_IN_SECOND: f64 = 1_000.0;
const MS_IN_MINUTE: f64 = 60_000.0;
const MS_IN_HOUR: f64 = 3_600_000.0;

/// What is followed in natural units; what is not here is shown as its smoothed value.
const FOLLOWED: [Feature; 17] = [
    Feature::Absent,
    Feature::EdgeAbsent,
    Feature::Late,
    Feature::Early,
    Feature::LoginLate,
    Feature::AdherenceGap,
    Feature::HandleTime,
    Feature::AfterCallWork,
    Feature::Hold,
    Feature::Output,
    Feature::Pause,
    Feature::PauseCount,
    Feature::NotResponding,
    Feature::Quality,
    Feature::Satisfaction,
    Feature::Transfer,
    Feature::ShortCall,
];

/// The state for one agent: now and usually, per followed feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Naturals {
    seen: Vec<Option<(f64, f64)>>,
}

impl Default for Naturals {
    fn default() -> Self {
        Self { seen: vec![None; FOLLOWED.len()] }
    }
}

impl Naturals {
    /// Takes a day, and how much later than usual it began, minutes. While a signal is open the usual stands still, as the baselines do.
    pub(crate) fn observe(&mut self, facts: &DayFacts, login_late_min: Option<f64>, frozen: bool) {
        for (seen, feature) in self.seen.iter_mut().zip(FOLLOWED) {
            let today = if feature == Feature::LoginLate { login_late_min } else { natural(feature, facts) };
            if let Some(today) = today {
                *seen = Some(seen.map_or((today, today), |(now, usual)| {
                    let step = if frozen { 0.0 } else { gain(USUAL_DAYS) };
                    (now + gain(NOW_DAYS) * (today - now), usual + step * (today - usual))
                }));
            }
        }
    }

    /// Now and usually.
    pub(crate) fn of(&self, feature: Feature) -> Option<(f64, f64)> {
        FOLLOWED.iter().position(|followed| *followed == feature).and_then(|at| *self.seen.get(at)?)
    }
}

fn natural(feature: Feature, facts: &DayFacts) -> Option<f64> {
    let ratio = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    let flag = |happened: bool| f64::from(u8::from(happened));
    let per_handled = |ms: i64| ratio(ms as f64 / MS_IN_SECOND, f64::from(facts.handled));
    let minutes = |ms: i64| ms as f64 / MS_IN_MINUTE;
    match feature {
        Feature::Absent => facts.absent.map(flag),
        Feature::EdgeAbsent => facts.edge_absent.map(flag),
        Feature::Late => facts.late_ms.map(minutes),
        Feature::Early => facts.early_ms.map(minutes),
        Feature::AdherenceGap => {
            facts.in_adherence_ms.zip(facts.adherence_scheduled_ms).and_then(|(kept, of)| ratio(kept as f64, of as f64))
        }
        Feature::HandleTime => per_handled(facts.handle_ms),
        Feature::AfterCallWork => per_handled(facts.acw_ms),
        Feature::Hold => per_handled(facts.hold_ms),
        Feature::Output => ratio(f64::from(facts.handled), facts.productive_ms as f64 / MS_IN_HOUR),
        Feature::Pause => facts.unscheduled_pause_ms.and_then(|ms| ratio(ms as f64, facts.staffed_ms as f64)),
        Feature::PauseCount => facts.unscheduled_pauses.and_then(|n| ratio(f64::from(n), facts.staffed_ms as f64 / MS_IN_HOUR)),
        Feature::NotResponding => ratio(f64::from(facts.missed_offers), f64::from(facts.offers)),
        Feature::Quality => ratio(facts.quality_z_sum_micro as f64 / MICRO, f64::from(facts.evaluations)),
        Feature::Satisfaction => ratio(facts.satisfaction_z_sum_micro as f64 / MICRO, f64::from(facts.surveys)),
        Feature::Transfer => ratio(f64::from(facts.transfers), f64::from(facts.handled)),
        Feature::ShortCall => ratio(f64::from(facts.short_talks), f64::from(facts.handled)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten calls, five offers, two hours of which one is productive; every number another one.
    fn full() -> DayFacts {
        DayFacts {
            absent: Some(false),
            edge_absent: Some(true),
            late_ms: Some(180_000),
            early_ms: Some(240_000),
            in_adherence_ms: Some(90),
            adherence_scheduled_ms: Some(120),
            handled: 10,
            handle_ms: 3_000_000,
            acw_ms: 600_000,
            hold_ms: 200_000,
            productive_ms: 3_600_000,
            staffed_ms: 7_200_000,
            paid_ms: 9_000_000,
            unscheduled_pause_ms: Some(720_000),
            unscheduled_pauses: Some(4),
            missed_offers: 1,
            offers: 5,
            evaluations: 2,
            quality_z_sum_micro: 3_000_000,
            surveys: 4,
            satisfaction_z_sum_micro: -1_000_000,
            transfers: 3,
            short_talks: 1,
            ..DayFacts::default()
        }
    }

    #[test]
    fn every_measure_in_its_unit() {
        let mut naturals = Naturals::default();
        naturals.observe(&full(), Some(12.0), false);
        let expected = [
            (Feature::Absent, 0.0),
            (Feature::EdgeAbsent, 1.0),
            (Feature::Late, 3.0),
            (Feature::Early, 4.0),
            (Feature::LoginLate, 12.0),
            (Feature::AdherenceGap, 0.75),
            (Feature::HandleTime, 300.0),
            (Feature::AfterCallWork, 60.0),
            (Feature::Hold, 20.0),
            (Feature::Output, 10.0),
            (Feature::Pause, 0.1),
            (Feature::PauseCount, 2.0),
            (Feature::NotResponding, 0.2),
            (Feature::Quality, 1.5),
            (Feature::Satisfaction, -0.25),
            (Feature::Transfer, 0.3),
            (Feature::ShortCall, 0.1),
        ];
        assert_eq!(expected.map(|(feature, _)| feature), FOLLOWED);
        for (feature, value) in expected {
            assert_eq!(naturals.of(feature), Some((value, value)), "{feature:?}");
        }
        assert_eq!(naturals.of(Feature::Tenure), None);
        let mut nothing = Naturals::default();
        nothing.observe(&DayFacts::default(), None, false);
        assert_eq!(nothing, Naturals::default(), "what is not known is not zero");
    }

    /// From 20 s to 30 s: "now" has gone half of it after seven days, "usually" after sixty, and not at all while a signal lives.
    #[test]
    fn now_is_of_days_and_usually_of_months() {
        let after = |days: u32, frozen: bool| {
            let mut naturals = Naturals::default();
            naturals.observe(&full(), None, false);
            (0..days).for_each(|_| naturals.observe(&DayFacts { hold_ms: 300_000, ..full() }, None, frozen));
            naturals.of(Feature::Hold).unwrap()
        };
        assert!((after(7, false).0 - 25.0).abs() < 1e-9 && (after(60, false).1 - 25.0).abs() < 1e-9);
        assert!((after(7, true).0 - 25.0).abs() < 1e-9 && after(60, true).1 == 20.0);
    }
}
