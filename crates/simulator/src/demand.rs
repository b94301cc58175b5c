//! How many callers come, and when: a double hump over the day, factors for weekdays and the first days of a month.

use crate::calendar::LocalDay;
use crate::draw::{Draw, micros};
use crate::scenario::{QueuePlan, Scenario};

/// Quarter-hours of an ordinary day.
pub(crate) const SLOTS: usize = 96;

/// The share of an ordinary day's calls that falls into each quarter-hour of the wall clock; the shares add up to 1.
#[derive(Debug, Clone)]
pub(crate) struct Curve {
    shares: Vec<f64>,
}

impl Curve {
    /// A peak at 10:30 and a lower, wider one at 15:30; `night_share` of the calls is spread evenly over the 24 hours.
    pub(crate) fn double_hump(night_share: f64) -> Self {
        let hump = |hour: f64, peak: f64, width: f64| libm::exp(-((hour - peak) * (hour - peak)) / (2.0 * width * width));
        let raw: Vec<f64> =
            (0..SLOTS).map(|slot| (slot as f64 + 0.5) / 4.0).map(|hour| hump(hour, 10.5, 1.7) + 0.75 * hump(hour, 15.5, 2.1)).collect();
        let total: f64 = raw.iter().sum();
        let evenly = night_share / SLOTS as f64;
        Self { shares: raw.iter().map(|weight| (1.0 - night_share) * weight / total + evenly).collect() }
    }

    /// The curve of a queue: outside its opening hours only every fifth of those call who would otherwise.
    pub(crate) fn of(plan: &QueuePlan) -> Self {
        let mut curve = Self::double_hump(plan.night_share);
        for (slot, share) in (0_u32..).zip(&mut curve.shares) {
            if !(plan.opens_minute..plan.closes_minute).contains(&(slot * 15)) {
                *share *= 0.2;
            }
        }
        let total: f64 = curve.shares.iter().sum();
        curve.shares.iter_mut().for_each(|share| *share /= total);
        curve
    }

    /// The share of the quarter-hour that begins at this minute of the day.
    pub(crate) fn share(&self, minute: u32) -> f64 {
        self.shares.get(minute as usize / 15).copied().unwrap_or(0.0)
    }

    /// All shares, from midnight on.
    pub(crate) fn shares(&self) -> &[f64] {
        &self.shares
    }
}

/// What this day has of an ordinary day's demand: weekday times first days of the month.
pub(crate) fn day_factor(scenario: &Scenario, day: &LocalDay) -> f64 {
    let weekday = scenario.weekday_factors.get(day.weekday).copied().unwrap_or(1.0);
    let month_start = if day.day_of_month <= 3 { scenario.month_start_factor } else { 1.0 };
    weekday * month_start
}

/// The times (Unix microseconds, in order) at which new callers reach the queue on this day.
pub(crate) fn arrivals(profile: &QueuePlan, curve: &Curve, day: &LocalDay, factor: f64, draw: &mut Draw) -> Vec<i64> {
    let mut times_us = Vec::new();
    for quarter in &day.quarters {
        let length_s = (quarter.end_s - quarter.start_s) as f64;
        let calls = profile.calls_per_day * factor * curve.share(quarter.minute) * length_s / 900.0;
        if calls <= 0.0 {
            continue;
        }
        let gap_s = length_s / calls;
        let mut at_s = draw.exponential(gap_s);
        while at_s < length_s {
            times_us.push(quarter.start_s * 1_000_000 + micros(at_s));
            at_s += draw.exponential(gap_s);
        }
    }
    times_us
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::local_days;
    use crate::draw::Stream;

    #[test]
    fn the_curve_has_two_humps_and_adds_up_to_one() {
        let curve = Curve::double_hump(0.04);
        assert!((curve.shares().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let at = |hour: u32| curve.share(hour * 60);
        assert!(at(10) > at(13) && at(13) < at(15) && at(15) > at(19) && at(10) > at(15));
        assert!(at(3) > 0.0 && at(3) < 0.001);
        assert!(curve.share(24 * 60) < f64::MIN_POSITIVE);
    }

    #[test]
    fn arrivals_are_in_order_within_the_day_and_as_many_as_expected() {
        let mut profile = QueuePlan::new("sales", 4_000.0, 10);
        profile.night_share = 0.05;
        let curve = Curve::double_hump(profile.night_share);
        let day = local_days("Europe/Berlin", 1_774_695_600, 1).unwrap().pop().unwrap();
        let mut draw = Draw::new(3, Stream::Arrivals(0));
        let times_us = arrivals(&profile, &curve, &day, 0.5, &mut draw);
        assert!(times_us.is_sorted());
        assert!(times_us.iter().all(|time_us| (day.quarters[0].start_s..day.end_s).contains(&(time_us / 1_000_000))));
        assert!((1_850..2_150).contains(&times_us.len()), "{} calls instead of about 2000", times_us.len());
        assert!(arrivals(&profile, &curve, &day, 0.0, &mut draw).is_empty());
    }

    #[test]
    fn month_start_and_weekday_multiply() {
        let mut scenario = Scenario::small_site();
        scenario.weekday_factors = [1.2, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0];
        scenario.month_start_factor = 1.5;
        let days = local_days("Europe/Berlin", 1_772_409_600, 3).unwrap();
        let factors: Vec<f64> = days.iter().map(|day| day_factor(&scenario, day)).collect();
        assert_eq!(days[1].weekday, 0);
        assert!((factors[0] - 0.0).abs() < 1e-12 && (factors[1] - 1.8).abs() < 1e-12 && (factors[3] - 1.0).abs() < 1.0);
    }
}
