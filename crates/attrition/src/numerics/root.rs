//! Roots of increasing functions by bisection: slow, and right to the last bit.

/// Where `function` crosses zero between `low` and `high`, if it increases from at most zero to at least zero; the nearer end otherwise.
///
/// ```
/// let root = attrition::numerics::increasing_root(0.0, 2.0, |x| x * x - 2.0);
/// assert!((root - 2.0_f64.sqrt()).abs() < 1e-15);
/// ```
#[must_use]
pub fn increasing_root(mut low: f64, mut high: f64, function: impl Fn(f64) -> f64) -> f64 {
    // 2^-100 of any interval is below the spacing of its numbers, unless the root is 0: then it is near enough.
    for _ in 0..100 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if function(middle) < 0.0 { low = middle } else { high = middle }
    }
    low + (high - low) / 2.0
}
