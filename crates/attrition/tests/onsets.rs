//! A planned change is told with a date near the true one, also after the charts have alarmed and begun anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod draw;

use attrition::baseline::{AgentHistory, HistorySettings, PeerDay};
use attrition::features::{Feature, FeatureValues};
use attrition::site::{LevelCharts, WholeChart};
use draw::Draw;

const AGENTS: u32 = 400;
/// The change begins on this day, a Monday, after eighteen weeks of five worked days.
const CHANGED_DAY: i32 = 126;
const LAST_DAY: i32 = CHANGED_DAY + 70;
const CORRELATION: f64 = 0.33;

/// What is told on a day of an agent whose days are correlated, against the own baseline that learns as in the product, and worse by `shifts` from [`CHANGED_DAY`] until
/// before the day `over`: since when the whole, and handle time, have been another.
fn told(draw: &mut Draw, shifts: [f64; 5], over: i32) -> Vec<[Option<i32>; 2]> {
    let (settings, mut history) = (HistorySettings::default(), AgentHistory::default());
    let (mut whole, mut levels) = (WholeChart::default(), LevelCharts::default());
    let mut noise: [f64; 5] = std::array::from_fn(|_| draw.normal());
    let mut days = Vec::new();
    for day in 0..LAST_DAY {
        let worked = day % 7 < 5;
        let mut values = FeatureValues::default();
        if worked {
            for ((feature, noise), shift) in WholeChart::summed().into_iter().zip(&mut noise).zip(shifts) {
                *noise = CORRELATION * *noise + (1.0 - CORRELATION * CORRELATION).sqrt() * draw.normal();
                values.set(feature, *noise + if (CHANGED_DAY..over).contains(&day) { shift } else { 0.0 });
            }
        }
        let seen = history.observe(&settings, &PeerDay { day, month: 1, tenure_days: 900.0, worked, shifts_per_week: 5.0, values });
        let z = |feature| seen.told(feature).map(|seen| seen.z);
        levels.observe(day, z);
        whole.observe(day, z);
        days.push([whole.since_day(), levels.since_day(Feature::HandleTime)]);
    }
    days
}

/// Of the agents of whom a date is told on a day: their share, and the shares of dates within 3 and 7 days of the truth.
fn near(told: &[Vec<[Option<i32>; 2]>], which: usize, day: i32) -> [f64; 3] {
    let dates: Vec<i32> = told.iter().filter_map(|days| days[day as usize][which]).collect();
    let within = |reach: i32| dates.iter().filter(|date| (**date - CHANGED_DAY).abs() <= reach).count() as f64 / dates.len() as f64;
    [dates.len() as f64 / told.len() as f64, within(3), within(7)]
}

#[test]
fn a_planned_change_is_dated_and_stays_so() {
    let mut draw = Draw::new(23);
    let all: Vec<_> = (0..AGENTS).map(|_| told(&mut draw, [1.2; 5], i32::MAX)).collect();
    let one: Vec<_> = (0..AGENTS).map(|_| told(&mut draw, [2.5, 0.0, 0.0, 0.0, 0.0], i32::MAX)).collect();
    // The charts alarm within days, and again and again as long as the change lasts: the date stays that of the first.
    for after in [14, 21, 28, 42] {
        let [share, three, seven] = near(&all, 0, CHANGED_DAY + after);
        assert!(share > 0.98 && three > 0.52 && seven > 0.72, "all measures by 1.2, after {after} days: {share} {three} {seven}");
        let [share, three, seven] = near(&one, 1, CHANGED_DAY + after);
        assert!(share > 0.98 && three > 0.65 && seven > 0.82, "handle time by 2.5, after {after} days: {share} {three} {seven}");
    }
}

/// Three weeks of a change, and then as before: the date is told for 28 days after the last alarm, and no longer.
#[test]
fn a_change_that_is_over_is_told_for_a_while() {
    let (mut draw, over) = (Draw::new(24), CHANGED_DAY + 21);
    let agents: Vec<_> = (0..AGENTS).map(|_| told(&mut draw, [1.2; 5], over)).collect();
    let [ten, twenty, forty] = [10, 20, 42].map(|after| near(&agents, 0, over + after));
    assert!(ten[0] > 0.95 && ten[2] > 0.72 && twenty[0] > 0.85 && twenty[2] > 0.72, "{ten:?} {twenty:?}");
    assert!(forty[0] < 0.05, "{forty:?}");
}
