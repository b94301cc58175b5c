//! How often a textbook CUSUM alarms on what agents' days are really like: estimated baseline, autocorrelation, heavy tails. Nominally 0.22 alarms per agent-year
//! of 220 worked days. The expected numbers were measured with another program (NumPy, 4,000 agents); this one draws 40,000 agents of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "these values are exact by construction")]

mod draw;
mod printed;

use attrition::detectors::{Cusum, CusumSettings, Swing};
use attrition::numerics::{median, median_absolute_deviation};
use draw::Draw;
use printed::assert_printed;

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

const AGENTS: u32 = 40_000;
/// Of the program that measured the expected numbers.
const THEIR_AGENTS: f64 = 4_000.0;
const YEAR_DAYS: usize = 220;
const MOST_BASE_DAYS: usize = 120;

/// Independent shocks of one agent, both kinds, the longest base before the year.
fn shocks(draw: &mut Draw) -> [Vec<f64>; 2] {
    let days = MOST_BASE_DAYS + YEAR_DAYS;
    [(0..days).map(|_| draw.normal()).collect(), (0..days).map(|_| draw.heavy_tailed()).collect()]
}

/// The days of a world, as long as its base and the year.
fn days(shocks: &[Vec<f64>; 2], world: World) -> Vec<f64> {
    let shocks = &shocks[usize::from(world.heavy_tails)][MOST_BASE_DAYS - world.base_days..];
    let rest = (1.0 - world.correlation * world.correlation).sqrt();
    let mut value = shocks[0];
    let mut days = vec![value];
    for shock in &shocks[1..] {
        value = world.correlation * value + rest * shock;
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

/// Alarms in the year of one agent.
fn alarms_of(shocks: &[Vec<f64>; 2], world: World) -> u32 {
    let days = days(shocks, world);
    let (base, year) = days.split_at(world.base_days);
    let (level, scale) = level_and_scale(base, world.robust);
    let mut chart = Cusum::new(CusumSettings { reference: world.reference, limit: world.limit, ..CusumSettings::LEVEL });
    let mut alarms = 0;
    for (day, x) in (0..).zip(year) {
        let z = (x - level) / scale;
        alarms += u32::from(chart.observe(day, if world.clipped { z.clamp(-3.0, 3.0) } else { z }).alarm);
    }
    alarms
}

/// Alarms per agent-year of each world, and their standard deviation between agents. All worlds are drawn with the same shocks.
fn alarms(worlds: &[World]) -> Vec<(f64, f64)> {
    let mut draw = Draw::new(7);
    let mut sums = vec![(0.0, 0.0); worlds.len()];
    for _ in 0..AGENTS {
        let shocks = shocks(&mut draw);
        for (sum, world) in sums.iter_mut().zip(worlds) {
            let alarms = f64::from(alarms_of(&shocks, *world));
            *sum = (sum.0 + alarms, sum.1 + alarms * alarms);
        }
    }
    let agents = f64::from(AGENTS);
    sums.into_iter().map(|(sum, squares)| (sum / agents, (squares / agents - (sum / agents) * (sum / agents)).sqrt())).collect()
}

/// Alarms per agent-year as printed, as measured here, and whether the two are within the printed ± 0.03. Printed are means over 4,000 agents whose years differ by a standard deviation of 0.4 to 4 alarms, so that they have
/// standard errors of 0.007 to 0.065, those here of a third of it. Two are further off than 0.03: 20 days of base (printed with an error of 0.034) and clipped heavy tails (0.017). The program that printed them, run
/// with 40,000 agents and other seeds, has 1.04 and 1.04 for the first and 0.78 to 0.80 for the second: it is the printed digits that are off.
#[test]
fn textbook_limits_do_not_hold() {
    let base = |base_days, robust| World { base_days, robust, ..PLAIN };
    let heavy = World { heavy_tails: true, ..base(120, true) };
    let limits = |reference, limit| World { reference, limit, ..REAL };
    let worlds = [
        ("nominal", PLAIN, 0.22, "0.21", true),
        ("20 days", base(20, false), 1.12, "1.02", false),
        ("60 days", base(60, false), 0.44, "0.44", true),
        ("120 days", base(120, false), 0.32, "0.32", true),
        ("20 days, median", base(20, true), 2.05, "2.02", true),
        ("60 days, median", base(60, true), 0.69, "0.71", true),
        ("120 days, median", base(120, true), 0.42, "0.45", true),
        ("heavy tails", heavy, 1.27, "1.29", true),
        ("heavy tails, clipped", World { clipped: true, ..heavy }, 0.75, "0.78", false),
        ("correlation 0.2", World { correlation: 0.2, ..base(120, false) }, 0.89, "0.90", true),
        ("correlation 0.33", World { correlation: 0.33, ..base(120, false) }, 1.47, "1.49", true),
        ("real", REAL, 2.09, "2.08", true),
        ("real, heavy tails", World { heavy_tails: true, ..REAL }, 2.76, "2.75", true),
        ("real, h 8", limits(0.5, 8.0), 0.73, "0.71", true),
        ("real, h 10", limits(0.5, 10.0), 0.39, "0.39", true),
        ("real, h 12", limits(0.5, 12.0), 0.23, "0.24", true),
        ("real, k 0.75 h 6", limits(0.75, 6.0), 0.50, "0.53", true),
        ("real, k 0.75 h 8", limits(0.75, 8.0), 0.22, "0.21", true),
        ("real, k 0.75 h 10", limits(0.75, 10.0), 0.10, "0.10", true),
    ];
    for ((name, _, printed, ours, near), (mean, sd)) in worlds.iter().zip(alarms(&worlds.map(|(_, world, ..)| world))) {
        println!(
            "{name}: {mean:.4} here, {printed} printed; their standard error {:.4}, ours {:.4}",
            sd / THEIR_AGENTS.sqrt(),
            sd / f64::from(AGENTS).sqrt()
        );
        assert_printed(mean, ours, name);
        let error = sd * (1.0 / THEIR_AGENTS + 1.0 / f64::from(AGENTS)).sqrt();
        assert!((mean - printed).abs() < 3.0 * error, "{name}: {mean} and not {printed}, {error}");
        assert_eq!((mean - printed).abs() <= 0.03, *near, "{name}: {mean} beside {printed}");
    }
    assert_eq!((CusumSettings::LEVEL.reference, CusumSettings::LEVEL.limit), (0.75, 8.0), "the shipped chart is one that was measured");
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
