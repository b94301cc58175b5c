//! Ratios to six digits, from whole numbers.

use crate::measures::Measures;
use serde_json::Value;
use std::fmt;

/// A ratio in millionths; nothing when its base is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ratio(Option<i64>);

impl Ratio {
    pub(crate) fn of(part: i64, base: i64) -> Self {
        Self((base > 0).then(|| (2_000_000 * part + base).div_euclid(2 * base)))
    }

    pub(crate) fn json(self) -> Value {
        self.0.map_or(Value::Null, |millionths| Value::from(millionths as f64 / 1e6))
    }
}

impl fmt::Display for Ratio {
    /// As `0.5`, with at least one and at most six digits; empty when there is none.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(millionths) = self.0 else { return Ok(()) };
        let digits = format!("{:06}", millionths.rem_euclid(1_000_000));
        let digits = digits.trim_end_matches('0');
        write!(out, "{}.{}", millionths.div_euclid(1_000_000), if digits.is_empty() { "0" } else { digits })
    }
}

/// The ratios of the interval tables, in their order. Service levels (`sl…`) are for a wait of at most 20 s; they differ in
/// how they treat those who hung up: 1 all in the base, 2 without those of at most 5 s, 3 without those of at most 20 s,
/// 4 those of at most 20 s met, 5 answered only, 7 those of at most 5 s met, 8 other exits in the base too.
pub(crate) fn ratios(m: &Measures) -> [(&'static str, Ratio); 11] {
    let (ended, good) = (m.answered + m.abandoned, m.answered_le_20);
    [
        ("sl1", Ratio::of(good, ended)),
        ("sl2", Ratio::of(good, ended - m.abandoned_le_5)),
        ("sl3", Ratio::of(good, ended - m.abandoned_le_20)),
        ("sl4", Ratio::of(good + m.abandoned_le_20, ended)),
        ("sl5", Ratio::of(good, m.answered)),
        ("sl7", Ratio::of(good + m.abandoned_le_5, ended)),
        ("sl8", Ratio::of(good, ended + m.other_exit)),
        ("asa_s", Ratio::of(m.wait_answered_s, m.answered)),
        ("aht_s", Ratio::of(m.handle_s, m.handled)),
        ("abandon_rate", Ratio::of(m.abandoned, ended)),
        ("abandon_rate_s5", Ratio::of(m.abandoned - m.abandoned_le_5, ended - m.abandoned_le_5)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_rounded_to_six_digits() {
        let texts = [(3, 7), (2, 3), (1, 1), (0, 5), (45, 4), (1, 0)].map(|(part, base)| Ratio::of(part, base).to_string());
        assert_eq!(texts, ["0.428571", "0.666667", "1.0", "0.0", "11.25", ""]);
        assert_eq!((Ratio::of(2, 3).json(), Ratio::of(2, 0).json()), (Value::from(0.666_667), Value::Null));
    }
}
