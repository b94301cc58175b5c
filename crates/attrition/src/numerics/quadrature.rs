//! Gauss–Legendre quadrature, for integral equations of run lengths.

/// Nodes and weights on the interval from `low` to `high`; exact for polynomials of degree `2 · count − 1`.
///
/// ```
/// let integral: f64 = attrition::numerics::gauss_legendre(5, 0.0, 2.0).iter().map(|(x, weight)| weight * x * x * x).sum();
/// assert!((integral - 4.0).abs() < 1e-14);
/// ```
#[must_use]
pub fn gauss_legendre(count: u32, low: f64, high: f64) -> Vec<(f64, f64)> {
    let half = (high - low) / 2.0;
    (0..count)
        .map(|position| {
            // Newton's method from Tricomi's guess; the roots are simple and the guesses near.
            let mut x = -libm::cos(std::f64::consts::PI * (f64::from(position) + 0.75) / (f64::from(count) + 0.5));
            let mut slope = 1.0;
            for _ in 0..8 {
                let (value, before) = legendre(count, x);
                slope = f64::from(count) * (x * value - before) / (x * x - 1.0);
                x -= value / slope;
            }
            (low + (x + 1.0) * half, 2.0 / ((1.0 - x * x) * slope * slope) * half)
        })
        .collect()
}

/// The Legendre polynomials of this degree and the one before, at `x`.
fn legendre(degree: u32, x: f64) -> (f64, f64) {
    let (mut value, mut before) = (1.0, 0.0);
    for n in 0..degree {
        let n = f64::from(n);
        (value, before) = (((2.0 * n + 1.0) * x * value - n * before) / (n + 1.0), value);
    }
    (value, before)
}
