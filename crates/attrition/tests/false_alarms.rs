//! How often a textbook CUSUM alarms on what agents' days are really like: estimated baseline, autocorrelation, heavy tails. Nominally 0.22 alarms per agent-year
//! of 220 worked days. The expected numbers were measured with another program (NumPy, 4,000 agents); this one draws 6,000 agents of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "these values are exact by construction")]

mod draw;

use attrition::detectors::{Cusum, CusumSettings, Swing};
use attrition::numerics::{median, median_absolute_deviation};
use draw::Draw;

#[derive(Clone, Copy)]
struct World {
    correlation: f64,
    heavy_tails: bool,
    base_days: usize,
    robust: bool,
    clipped: bool,
    reference: f64,
    limit: f64,
}

const PLAIN: World =
    World { correlation: 0.0, heavy_tails: false, base_days: 0, robust: false, clipped: false, reference: 0.5, limit: 5.071 };
const REAL: World = World { correlation: 0.33, base_days: 60, robust: true, clipped: true, ..PLAIN };

const AGENTS: u32 = 6_000;
const YEAR_DAYS: usize = 220;

fn days(draw: &mut Draw, world: World) -> Vec<f64> {
    let rest = (1.0 - world.correlation * world.correlation).sqrt();
    let mut shock = || if world.heavy_tails { draw.heavy_tailed() } else { draw.normal() };
    let mut value = shock();
    let mut days = vec![value];
    while days.len() < world.base_days + YEAR_DAYS {
        value = world.correlation * value + rest * shock();
        days.push(value);
    }
    days
}

fn level_and_scale(base: &[f64], robust: bool) -> (f64, f64) {
    if base.is_empty() {
        return (0.0, 1.0);
    }
    if robust {
        return (median(base).unwrap(), 1.4826 * median_absolute_deviation(base).unwrap());
    }
    let mean = base.iter().sum::<f64>() / base.len() as f64;
    let squares: f64 = base.iter().map(|x| (x - mean) * (x - mean)).sum();
    (mean, (squares / (base.len() - 1) as f64).sqrt())
}

/// Alarms per agent-year.
fn alarms(world: World) -> f64 {
    let mut draw = Draw::new(7);
    let mut alarms = 0_u32;
    for _ in 0..AGENTS {
        let days = days(&mut draw, world);
        let (base, year) = days.split_at(world.base_days);
        let (level, scale) = level_and_scale(base, world.robust);
        let mut chart = Cusum::new(CusumSettings { reference: world.reference, limit: world.limit, ..CusumSettings::LEVEL });
        for (day, x) in (0..).zip(year) {
            let z = (x - level) / scale;
            alarms += u32::from(chart.observe(day, if world.clipped { z.clamp(-3.0, 3.0) } else { z }).alarm);
        }
    }
    f64::from(alarms) / f64::from(AGENTS)
}

#[test]
fn textbook_limits_do_not_hold() {
    let base = |base_days, robust| World { base_days, robust, ..PLAIN };
    let worlds = [
        ("nominal", PLAIN, 0.22),
        ("20 days", base(20, false), 1.12),
        ("60 days", base(60, false), 0.44),
        ("120 days", base(120, false), 0.32),
        ("20 days, median", base(20, true), 2.05),
        ("60 days, median", base(60, true), 0.69),
        ("120 days, median", base(120, true), 0.42),
        ("heavy tails", World { heavy_tails: true, ..base(120, true) }, 1.27),
        ("heavy tails, clipped", World { heavy_tails: true, clipped: true, ..base(120, true) }, 0.75),
        ("correlation 0.2", World { correlation: 0.2, ..base(120, false) }, 0.89),
        ("correlation 0.33", World { correlation: 0.33, ..base(120, false) }, 1.47),
        ("real", REAL, 2.09),
        ("real, heavy tails", World { heavy_tails: true, ..REAL }, 2.76),
    ];
    for (name, world, expected) in worlds {
        let measured = alarms(world);
        // Both programs draw: their counts of alarms per agent have a standard deviation of about 1.2 times their root, and agents are few.
        let reach = 4.0 * 1.5 * (expected / 4_000.0_f64 + expected / f64::from(AGENTS)).sqrt() + 0.005;
        assert!((measured - expected).abs() <= reach, "{name}: {measured} and not {expected} ± {reach:.3}");
    }
}

#[test]
fn wider_limits_help() {
    for (reference, limit, expected) in
        [(0.5, 8.0, 0.73), (0.5, 10.0, 0.39), (0.5, 12.0, 0.23), (0.75, 6.0, 0.50), (0.75, 8.0, 0.22), (0.75, 10.0, 0.10)]
    {
        let measured = alarms(World { reference, limit, ..REAL });
        assert!((measured - expected).abs() <= 0.06, "k {reference} h {limit}: {measured} and not {expected}");
    }
    assert_eq!((CusumSettings::LEVEL.reference, CusumSettings::LEVEL.limit), (0.75, 8.0), "the shipped chart is the one that was measured");
}

#[test]
fn run_lengths_of_the_swing_chart() {
    let mut draw = Draw::new(1);
    let mut mean_run = |spread: f64, runs: u32| {
        let lengths: i64 = (0..runs)
            .map(|_| {
                let mut chart = Swing::default();
                (1..).find(|&day| chart.observe(day, (spread * draw.normal()).clamp(-3.0, 3.0)).alarm).map(i64::from).unwrap()
            })
            .sum();
        lengths as f64 / f64::from(runs)
    };
    for (spread, expected, runs) in [(1.0, 1330.0, 1_000), (1.5, 27.0, 4_000), (2.0, 11.0, 4_000)] {
        let measured = mean_run(spread, runs);
        // Run lengths are nearly exponential: four standard errors, and the rounding of the printed number.
        let reach = 4.0 * expected / f64::from(runs).sqrt() + 0.5;
        assert!((measured - expected).abs() <= reach, "standard deviation times {spread}: {measured} and not {expected}");
    }
}
