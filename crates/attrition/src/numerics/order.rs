//! Medians and quantiles. The order of the values never matters.

/// The quantile with linear interpolation between neighbours (type 7 of Hyndman & Fan 1996, as in NumPy); `None` without values. `share` is
/// held to 0…1.
///
/// ```
/// assert_eq!(attrition::numerics::quantile(&[4.0, 1.0, 2.0], 0.25), Some(1.5));
/// ```
#[must_use]
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = share.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let below = sorted[place as usize];
    let above = sorted[(place as usize + 1).min(sorted.len() - 1)];
    Some(below + (above - below) * (place - libm::floor(place)))
}

/// The middle value, or the mean of the two middle ones; `None` without values.
///
/// ```
/// assert_eq!(attrition::numerics::median(&[5.0, 1.0, 2.0, 4.0]), Some(3.0));
/// assert_eq!(attrition::numerics::median(&[]), None);
/// ```
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// The median of the distances from the median; 1.4826 times this estimates a normal standard deviation. `None` without values.
///
/// ```
/// assert_eq!(attrition::numerics::median_absolute_deviation(&[1.0, 2.0, 4.0, 100.0, 3.0]), Some(1.0));
/// ```
#[must_use]
pub fn median_absolute_deviation(values: &[f64]) -> Option<f64> {
    let middle = median(values)?;
    median(&values.iter().map(|value| (value - middle).abs()).collect::<Vec<_>>())
}
