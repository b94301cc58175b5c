//! Normal, gamma and beta distributions. Formulas: Abramowitz & Stegun 6.5.29, 26.4, 26.5; continued fractions by the modified Lentz method.

use super::root::increasing_root;

const SQRT_TWO_PI: f64 = 2.506_628_274_631_000_2;
/// Stands for zero in Lentz' method.
const TINY: f64 = 1e-300;
/// Terms of series and continued fractions: far more than the arguments used here need.
const TERMS: u32 = 10_000;

/// Density of the standard normal distribution.
#[must_use]
pub fn normal_density(x: f64) -> f64 {
    libm::exp(-0.5 * x * x) / SQRT_TWO_PI
}

/// Probability that a standard normal variable is below `x`.
///
/// ```
/// assert!((attrition::numerics::normal_below(1.959_963_984_540_054) - 0.975).abs() < 1e-15);
/// ```
#[must_use]
pub fn normal_below(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// Probability that a standard normal variable is above `x`; exact far out, where `1 - normal_below(x)` is not.
#[must_use]
pub fn normal_above(x: f64) -> f64 {
    normal_below(-x)
}

/// The value below which a standard normal variable lies with this probability, 0 < `probability` < 1.
///
/// ```
/// assert!((attrition::numerics::normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-12);
/// ```
#[must_use]
pub fn normal_quantile(probability: f64) -> f64 {
    increasing_root(-40.0, 40.0, |x| normal_below(x) - probability)
}

/// Regularised lower incomplete gamma function: probability that a gamma variable of this shape and scale 1 is below `x`.
/// A Poisson count of mean `x` is at least `shape` with this probability.
///
/// ```
/// // Shape 1 is the exponential distribution.
/// assert!((attrition::numerics::gamma_below(1.0, 2.0) - (1.0 - (-2.0_f64).exp())).abs() < 1e-15);
/// ```
#[must_use]
pub fn gamma_below(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = libm::exp(shape * libm::log(x) - x - libm::lgamma(shape));
    if x < shape + 1.0 {
        let (mut term, mut sum) = (1.0 / shape, 1.0 / shape);
        for step in 1..TERMS {
            term *= x / (shape + f64::from(step));
            sum += term;
            if term < sum * f64::EPSILON {
                break;
            }
        }
        return front * sum;
    }
    let mut b = x + 1.0 - shape;
    let (mut c, mut d) = (1.0 / TINY, 1.0 / b);
    let mut fraction = d;
    for step in 1..TERMS {
        let a = f64::from(step) * (shape - f64::from(step));
        b += 2.0;
        d = 1.0 / away_from_zero(a * d + b);
        c = away_from_zero(b + a / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    1.0 - front * fraction
}

/// Regularised incomplete beta function: probability that a beta variable is below `x`.
///
/// ```
/// // Beta(1, 1) is uniform.
/// assert!((attrition::numerics::beta_below(1.0, 1.0, 0.3) - 0.3).abs() < 1e-14);
/// ```
#[must_use]
pub fn beta_below(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = libm::exp(libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log1p(-x));
    // The fraction converges quickly below the mean only.
    if x < (a + 1.0) / (a + b + 2.0) { front * beta_fraction(a, b, x) / a } else { 1.0 - front * beta_fraction(b, a, 1.0 - x) / b }
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let (mut c, mut d) = (1.0, 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for step in 1..TERMS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = fraction;
        for coefficient in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + coefficient * d);
            c = away_from_zero(1.0 + coefficient / c);
            fraction *= d * c;
        }
        if (fraction - before).abs() < fraction.abs() * f64::EPSILON {
            break;
        }
    }
    fraction
}

fn away_from_zero(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}
