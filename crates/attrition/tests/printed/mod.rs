//! Comparison with numbers as they are printed in a paper: equal in every printed digit.

/// Panics unless `value`, rounded to as many places as `printed` has, is `printed`.
pub(crate) fn assert_printed(value: f64, printed: &str, of: &str) {
    let places = printed.split_once('.').map_or(0, |(_, places)| places.len());
    let expected: f64 = printed.parse().unwrap();
    // A printed 5 in the next place may have been rounded either way.
    let reach = 0.5 * 10_f64.powi(-(places as i32)) * (1.0 + 1e-6);
    assert!((value - expected).abs() <= reach, "{of}: {value} is not {printed}");
}

#[allow(dead_code, reason = "not every test file has rows")]
/// The same for a row of numbers.
pub(crate) fn assert_row(values: impl IntoIterator<Item = f64>, printed: &str, of: &str) {
    let printed: Vec<&str> = printed.split_whitespace().collect();
    let values: Vec<f64> = values.into_iter().collect();
    assert_eq!(values.len(), printed.len(), "{of}");
    for (position, (value, printed)) in values.into_iter().zip(printed).enumerate() {
        assert_printed(value, printed, &format!("{of}, place {position}"));
    }
}
