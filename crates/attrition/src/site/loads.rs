//! What days asked of an agent, smoothed as the catalogue of features defines it: shares over 14 days, and events per 28 days.

use crate::features::{DayFacts, Feature, FeatureValues};
use crate::numerics::gain;
use serde::{Deserialize, Serialize};

/// Half-life of means of worked days: 14 calendar days of five shifts in seven.
const WORKED_HALF_LIFE_DAYS: f64 = 10.0;
/// Half-life of counts, in days on which the agent was employed and not on leave.
const HALF_LIFE_DAYS: f64 = 14.0;
/// Days that counts are told per.
const PER_DAYS: f64 = 28.0;
const MS_IN_HOUR: f64 = 3_600_000.0;

/// Means of worked days.
const MEANS: [Feature; 5] = [Feature::Utilisation, Feature::Overloaded, Feature::NoPause, Feature::Hostile, Feature::LongWait];

/// The state for one agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Loads {
    means: [Option<f64>; MEANS.len()],
    /// Decayed sums: days, quick returns, hours of overtime, meals cut short, night ms, staffed ms.
    sums: [f64; 6],
}

impl Loads {
    /// Takes a day, whose own values are `values`, and replaces them there by the smoothed ones.
    pub(crate) fn smooth(&mut self, facts: &DayFacts, values: &mut FeatureValues) {
        for (mean, feature) in self.means.iter_mut().zip(MEANS) {
            if let Some(today) = values.get(feature).filter(|_| facts.worked()) {
                *mean = Some(mean.map_or(today, |before| before + gain(WORKED_HALF_LIFE_DAYS) * (today - before)));
            }
            values.set(feature, mean.unwrap_or(f64::NAN));
        }
        let flag = |happened: Option<bool>| f64::from(u8::from(happened == Some(true)));
        let today = [
            1.0,
            flag(facts.quick_return),
            facts.overtime_ms.map_or(0.0, |overtime_ms| overtime_ms as f64 / MS_IN_HOUR),
            flag(facts.cut_meal),
            facts.night_ms as f64,
            facts.staffed_ms as f64,
        ];
        let kept = 1.0 - gain(HALF_LIFE_DAYS);
        for (sum, today) in self.sums.iter_mut().zip(today) {
            *sum = *sum * kept + today;
        }
        let [days, quick_returns, overtime_hours, cut_meals, night_ms, staffed_ms] = self.sums;
        let per_28 = |sum: f64| sum / days * PER_DAYS;
        // Who has no schedule has no overtime, quick return or meal that could be known.
        let scheduled = facts.scheduled_shifts_28d.is_some();
        let known = |value: f64| if scheduled { value } else { f64::NAN };
        values.set(Feature::QuickReturn, known(per_28(quick_returns)));
        values.set(Feature::Overtime, known(per_28(overtime_hours)));
        values.set(Feature::CutMeal, known(per_28(cut_meals)));
        values.set(Feature::NightShare, if staffed_ms > 0.0 { night_ms / staffed_ms } else { f64::NAN });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::features_of;

    #[test]
    fn a_quick_return_a_week_is_four_in_28_days() {
        let (mut loads, mut values) = (Loads::default(), FeatureValues::default());
        for day in 0..700 {
            let facts = DayFacts {
                staffed_ms: 100,
                night_ms: 25,
                paid_ms: 100,
                utilised_ms: 95,
                scheduled_shifts_28d: Some(20),
                quick_return: Some(day % 7 == 3),
                ..DayFacts::default()
            };
            values = features_of(&facts);
            loads.smooth(&facts, &mut values);
        }
        // The weight of the latest week differs a little from day to day: 4 within a tenth.
        assert!((values.get(Feature::QuickReturn).unwrap() - 4.0).abs() < 0.4);
        assert!((values.get(Feature::NightShare).unwrap() - 0.25).abs() < 1e-12);
        assert!((values.get(Feature::Utilisation).unwrap() - 0.95).abs() < 1e-12);
        assert_eq!(values.get(Feature::Overtime), Some(0.0));
    }

    /// Two days, the first with two hours of overtime and all at night, the second with neither and the meal cut short: the first has half the weight after 14 days, so
    /// 2^(−1/14) of the second's after one. Of a mean of worked days a day takes over what is not left after ten of its kind.
    #[test]
    fn two_days_by_hand() {
        let of = |overtime_ms: i64, night_ms: i64, cut_meal: bool, utilised_ms: i64| DayFacts {
            staffed_ms: 100,
            night_ms,
            paid_ms: 100,
            utilised_ms,
            scheduled_shifts_28d: Some(20),
            overtime_ms: Some(overtime_ms),
            cut_meal: Some(cut_meal),
            ..DayFacts::default()
        };
        let (mut loads, mut values) = (Loads::default(), FeatureValues::default());
        // Nothing is learned of a mean on a day that is not worked.
        let off = DayFacts { staffed_ms: 0, longest_run_ms: Some(7_200_000), ..of(0, 0, false, 0) };
        for facts in [of(7_200_000, 100, false, 80), of(0, 0, true, 90)] {
            values = features_of(&facts);
            loads.smooth(&facts, &mut values);
        }
        let (kept, near) = (2.0_f64.powf(-1.0 / 14.0), |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-12, "{a:?} {b}"));
        near(values.get(Feature::Overtime), 2.0 * kept / (1.0 + kept) * 28.0);
        near(values.get(Feature::CutMeal), 1.0 / (1.0 + kept) * 28.0);
        near(values.get(Feature::NightShare), kept / (1.0 + kept));
        near(values.get(Feature::Utilisation), 0.8 + 0.1 * (1.0 - 2.0_f64.powf(-1.0 / 10.0)));
        let before = values.get(Feature::Utilisation);
        values = features_of(&off);
        loads.smooth(&off, &mut values);
        assert_eq!((values.get(Feature::Utilisation), values.get(Feature::NoPause)), (before, None));
    }

    #[test]
    fn without_a_schedule_strain_is_not_known() {
        let facts = DayFacts { staffed_ms: 100, ..DayFacts::default() };
        let mut values = features_of(&facts);
        Loads::default().smooth(&facts, &mut values);
        assert_eq!([Feature::QuickReturn, Feature::Overtime, Feature::CutMeal].map(|feature| values.get(feature)), [None; 3]);
    }
}
