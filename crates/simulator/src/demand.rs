//! How many callers come, and when: a double hump over the day, factors for weekdays and the first days of a month.

use crate::calendar::{Day, QUARTER_S};
use crate::draw::{Draw, micros};
use crate::scenario::{QueuePlan, Scenario};

/// Quarter-hours of an ordinary day.
pub(crate) const SLOTS: usize = 96;

/// Days of a year on which growth is reckoned.
const YEAR_DAYS: f64 = 365.25;

/// The share of an ordinary day's calls that falls into each quarter-hour of the wall clock; the shares add up to 1.
#[derive(Debug, Clone)]
pub(crate) struct Curve {
    shares: Vec<f64>,
}

impl Curve {
    /// A peak at 10:30 and a lower, wider one at 15:30, from a quarter of an hour before the queue opens to one after it closes.
    /// The queue's `night_share` is spread evenly over the 24 hours.
    pub(crate) fn of(plan: &QueuePlan) -> Self {
        let hump = |hour: f64, peak: f64, width: f64| libm::exp(-((hour - peak) * (hour - peak)) / (2.0 * width * width));
        let (opens, closes) = (plan.opens_min as usize / 15, plan.closes_min as usize / 15);
        let weight = |slot: usize| {
            let hour = (slot as f64 + 0.5) / 4.0;
            let near = (opens.saturating_sub(1)..closes + 1).contains(&slot);
            if near { hump(hour, 10.5, 1.7) + 0.75 * hump(hour, 15.5, 2.1) } else { 0.0 }
        };
        let weights: Vec<f64> = (0..SLOTS).map(weight).collect();
        let total: f64 = weights.iter().sum();
        let evenly = plan.night_share / SLOTS as f64;
        Self { shares: weights.iter().map(|weight| (1.0 - plan.night_share) * weight / total + evenly).collect() }
    }

    /// All shares, from midnight on.
    pub(crate) fn shares(&self) -> &[f64] {
        &self.shares
    }
}

/// What this day has of an ordinary day's demand: weekday times first days of the month, or what is left on a holiday.
pub(crate) fn day_factor(scenario: &Scenario, day: &Day) -> f64 {
    let weekday = scenario.weekday_factors.get(day.weekday).copied().unwrap_or(1.0);
    let month_start = if day.day_of_month <= 3 { scenario.month_start_factor } else { 1.0 };
    let holiday = if scenario.holidays.contains(&day.date) { scenario.holiday_factor } else { 1.0 };
    weekday * month_start * holiday
}

/// How much more demand there is than on the day to which `calls_per_day` belongs: compound growth by the day.
pub(crate) fn growth_factor(scenario: &Scenario, day: &Day) -> f64 {
    let Some((from, per_year)) = scenario.growth else { return 1.0 };
    let days = from.until(day.date).map_or(0, |span| span.get_days());
    libm::pow(1.0 + per_year, f64::from(days) / YEAR_DAYS)
}

/// The times (Unix microseconds, in order) at which new callers reach the queue on this day.
pub(crate) fn arrivals(plan: &QueuePlan, curve: &Curve, day: &Day, factor: f64, draw: &mut Draw) -> Vec<i64> {
    let mut times_us = Vec::new();
    let quarter_s = QUARTER_S as f64;
    for quarter in day.quarters() {
        let share = curve.shares().get(quarter.slot).copied().unwrap_or(0.0);
        let calls = plan.calls_per_day * factor * share;
        if calls <= 0.0 {
            continue;
        }
        let gap_s = quarter_s / calls;
        let mut at_s = draw.exponential(gap_s);
        while at_s < quarter_s {
            times_us.push(quarter.start_s * 1_000_000 + micros(at_s));
            at_s += draw.exponential(gap_s);
        }
    }
    times_us
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::days;
    use crate::draw::Stream;
    use crate::zone::Zone;
    use jiff::civil::date;

    /// 2026-03-01 12:00 in UTC, a Sunday.
    const SUNDAY_S: i64 = 1_772_366_400;

    #[test]
    fn the_curve_has_two_humps_and_adds_up_to_one() {
        let curve = Curve::of(&QueuePlan { night_share: 0.04, ..QueuePlan::new("sales", 400.0, 5) });
        assert!((curve.shares().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let at = |hour: usize| curve.shares()[hour * 4];
        assert!(at(10) > at(13) && at(13) < at(15) && at(15) > at(19) && at(10) > at(15));
        assert!(at(3) > 0.0 && at(3) < 0.001);
    }

    #[test]
    fn arrivals_are_in_order_within_the_day_and_as_many_as_expected() {
        let plan = QueuePlan { night_share: 0.05, ..QueuePlan::new("sales", 4_000.0, 10) };
        let curve = Curve::of(&plan);
        let day = days(&Zone::fixed(60), SUNDAY_S, SUNDAY_S + 1).unwrap().remove(1);
        let mut draw = Draw::new(3, Stream::Arrivals(0));
        let times_us = arrivals(&plan, &curve, &day, 0.5, &mut draw);
        assert!(times_us.is_sorted());
        assert!(times_us.iter().all(|time_us| (0..86_400).contains(&(time_us / 1_000_000 - day.start_s))));
        assert!((1_850..2_150).contains(&times_us.len()), "{} calls instead of about 2000", times_us.len());
        assert!(arrivals(&plan, &curve, &day, 0.0, &mut draw).is_empty());
    }

    #[test]
    fn month_start_and_weekday_multiply() {
        let scenario = Scenario {
            weekday_factors: [1.2, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0],
            month_start_factor: 1.5,
            ..Scenario::preset("small", 1, SUNDAY_S * 1_000_000).unwrap()
        };
        let days = days(&Zone::fixed(0), SUNDAY_S, SUNDAY_S + 4 * 86_400).unwrap();
        let factors: Vec<i64> = days.iter().map(|day| crate::draw::whole(day_factor(&scenario, day) * 10.0 + 0.5)).collect();
        assert_eq!(factors, [5, 0, 18, 15, 10, 10]);
    }

    /// Contacts grew from 1.84 million in 2019 to 2.89 million in 2021 (mission 004·06): in two years by 2.89 / 1.84 = 1.5707, which is
    /// 25.33 % a year. 2021-07-02 is 731 days after 2019-07-02, 2.00137 years: 1.2533^2.00137 = 1.5712.
    #[test]
    fn growth_is_compound() {
        let scenario = |growth| Scenario { growth, ..Scenario::preset("small", 1, SUNDAY_S * 1_000_000).unwrap() };
        let on = |growth, date| growth_factor(&scenario(growth), &Day::of(&Zone::fixed(0), date).unwrap());
        let growth = Some((date(2019, 7, 2), 0.253_3));
        assert!((on(growth, date(2019, 7, 2)) - 1.0).abs() < 1e-12);
        assert!((on(growth, date(2021, 7, 2)) - 1.571_2).abs() < 1e-3);
        assert!((on(None, date(2021, 7, 2)) - 1.0).abs() < 1e-12);
    }

    /// A Monday that is a holiday: 1.2 of an ordinary day, of which a quarter is left: 0.3.
    #[test]
    fn a_holiday_leaves_its_share() {
        let scenario = Scenario {
            weekday_factors: [1.2; 7],
            holidays: vec![date(2026, 4, 6)],
            holiday_factor: 0.25,
            ..Scenario::preset("small", 1, SUNDAY_S * 1_000_000).unwrap()
        };
        let on = |date| day_factor(&scenario, &Day::of(&Zone::fixed(0), date).unwrap());
        assert!((on(date(2026, 4, 6)) - 0.3).abs() < 1e-12 && (on(date(2026, 4, 7)) - 1.2).abs() < 1e-12);
    }
}
