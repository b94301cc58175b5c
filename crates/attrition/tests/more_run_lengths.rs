//! Mean run lengths for which the product has no function, because nothing in it asks for them: of a chart that has long been running, of one whose baseline is estimated, and of the procedure of
//! Shiryaev and Roberts. The integral equations of `detectors::run_length` are solved here once more, with the same nodes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod printed;

use attrition::detectors::run_length::ewma;
use attrition::numerics::{gauss_legendre, normal_density, solve};
use printed::{assert_printed, assert_row};

const NODES: u32 = 80;

/// A chart that moves from place to place with each observation and alarms where there are none.
struct Chart<Density> {
    /// Places, and the weight of each in an integral.
    nodes: Vec<(f64, f64)>,
    /// Density of a move to a place from another, when the mean is shifted by so many standard deviations.
    density: Density,
}

impl<Density: Fn(f64, f64, f64) -> f64> Chart<Density> {
    /// Chances of moving to each place.
    fn moves(&self, from: f64, shift: f64) -> Vec<f64> {
        self.nodes.iter().map(|(to, weight)| (self.density)(*to, from, shift) * weight).collect()
    }

    /// The identity less the moves between places, or the same turned round.
    fn equations(&self, shift: f64, turned: bool) -> Vec<f64> {
        let moves: Vec<Vec<f64>> = self.nodes.iter().map(|(from, _)| self.moves(*from, shift)).collect();
        let all = 0..self.nodes.len();
        let of =
            |row: usize, column: usize| f64::from(u8::from(row == column)) - if turned { moves[column][row] } else { moves[row][column] };
        all.clone().flat_map(|row| all.clone().map(move |column| (row, column))).map(|(row, column)| of(row, column)).collect()
    }

    /// Mean run length from each place.
    fn lengths(&self, shift: f64) -> Vec<f64> {
        solve(self.equations(shift, false), vec![1.0; self.nodes.len()]).unwrap()
    }

    /// Mean run length from a place.
    fn from(&self, start: f64, shift: f64) -> f64 {
        1.0 + sum(&self.moves(start, shift), &self.lengths(shift))
    }

    /// Mean run length when the mean shifts at some time long after the begin, and each alarm before it was followed by a new begin.
    fn steady(&self, start: f64, shift: f64) -> f64 {
        // How often each place is visited in a run without a change; the start once.
        let visits = solve(self.equations(0.0, true), self.moves(start, 0.0)).unwrap();
        (self.from(start, shift) + sum(&visits, &self.lengths(shift))) / (1.0 + visits.iter().sum::<f64>())
    }
}

fn sum(weights: &[f64], values: &[f64]) -> f64 {
    weights.iter().zip(values).map(|(weight, value)| weight * value).sum()
}

fn steady_ewma(weight: f64, width: f64, shift: f64) -> f64 {
    let limit = width * (weight / (2.0 - weight)).sqrt();
    let density = |to: f64, from: f64, shift: f64| normal_density((to - (1.0 - weight) * from) / weight - shift) / weight;
    let chart = Chart { nodes: gauss_legendre(NODES, -limit, limit), density };
    let from_zero = chart.from(0.0, shift);
    assert!((from_zero - ewma(weight, width, shift).unwrap()).abs() < 1e-9 * from_zero, "the equations are those of the crate");
    chart.steady(0.0, shift)
}

/// Lucas & Saccucci 1990, from a discrete chain. At λ 0.03 they print 12.5 at shift 1 and 8.00 at 1.5; the integral equation has 12.405 and 7.982. (A chart that is known not to have alarmed before has 479.5,
/// 74.03, 28.55, 17.29, 12.40, 7.980, which is further from what they print.)
#[test]
fn an_ewma_that_has_long_been_running() {
    let row = |weight: f64, width: f64| [0.0, 0.25, 0.5, 0.75, 1.0, 1.5].map(|shift| steady_ewma(weight, width, shift));
    assert_row(row(0.5, 3.071), "499 254 88.4 35.7 17.3 6.44", "λ 0.5");
    assert_row(row(0.03, 2.437), "480 74.1 28.6 17.3 12.4 7.98", "λ 0.03");
}

/// Density of an estimated standard deviation ÷ the true one.
fn spread_density(ratio: f64, degrees: f64) -> f64 {
    let (half, chi) = (degrees / 2.0, degrees * ratio * ratio);
    2.0 * degrees * ratio * ((half - 1.0) * chi.ln() - chi / 2.0 - half * 2.0_f64.ln() - libm::lgamma(half)).exp()
}

/// Jones, Champ & Rigdon 2001: mean and standard deviation come from 20 samples of five; the limits are divided by the bias of the latter (c₄ with 80 degrees of freedom). Printed are 200.325 where both are known and
/// 144.458 where they are estimated, from 10⁸ drawn runs: a run's standard deviation is about its mean, so that these have standard errors of 0.02 and more than 0.014. The equations have 200.330 and 144.476.
#[test]
fn an_ewma_of_an_estimated_baseline() {
    let (weight, width, samples, degrees) = (0.2, 2.636, 20.0_f64, 80.0_f64);
    let known = ewma(weight, width, 0.0).unwrap();
    assert_printed(known, "200.330", "known");
    assert!((known - 200.325).abs() < 0.02, "{known}");
    let bias = (2.0 / degrees).sqrt() * (libm::lgamma((degrees + 1.0) / 2.0) - libm::lgamma(degrees / 2.0)).exp();
    let mut estimated = 0.0;
    for (ratio, of_ratio) in gauss_legendre(24, 0.55, 1.5) {
        // The mean is off by so many of its standard errors, to either side alike.
        for (off, of_off) in gauss_legendre(20, 0.0, 6.0) {
            let chance = spread_density(ratio, degrees) * of_ratio * 2.0 * normal_density(off) * of_off;
            estimated += chance * ewma(weight, width * ratio / bias, off / samples.sqrt()).unwrap();
        }
    }
    assert_printed(estimated, "144.476", "estimated");
    assert!((estimated - 144.458).abs() < 2.0 * 0.014_4, "{estimated}");
}

/// Moustakides, Polunchenko & Tartakovsky 2009, as `spc` has them: `R ← (1 + R) · exp(θ x − θ² / 2)` from 0, alarm at A. Both numbers count from the second observation on, before which there was no change: without one from the
/// first on it is one more. At θ 1 they print 499.79; the equation has 499.796.
#[test]
fn shiryaev_and_roberts() {
    for (theta, limit, run, delay) in [(0.5, 373.81_f64, "499.45", "28.05"), (1.0, 280.19, "499.80", "9.30")] {
        // On a scale of ln R, from where eight standard deviations of the first observation lead.
        let first = -0.5 * theta * theta;
        let density =
            |to: f64, from: f64, shift: f64| normal_density((to - from.exp().ln_1p() + 0.5 * theta * theta) / theta - shift) / theta;
        let chart = Chart { nodes: gauss_legendre(2 * NODES, first - 8.0 * theta, limit.ln()), density };
        let moves = chart.moves(f64::NEG_INFINITY, 0.0);
        assert_printed(sum(&moves, &chart.lengths(0.0)), run, &format!("without a change, θ {theta}"));
        assert_printed(sum(&moves, &chart.lengths(theta)), delay, &format!("delay, θ {theta}"));
        // R less the number of observations has no drift: from 0 the mean run length is the mean of R at the alarm, and so above A.
        assert!(chart.from(f64::NEG_INFINITY, 0.0) > limit);
    }
}
