//! Numbers as they stand in a sentence: no more digits than say something, never without what they count.

use super::templates::{Number, Template, template};
use super::wording::Language;
use crate::features::Feature;

/// Per cent below this have a decimal.
const DECIMAL_BELOW: f64 = 9.95;

/// A value of a feature, with its unit.
pub(super) fn shown(value: f64, feature: Feature, language: Language) -> String {
    let Template { number, unit, .. } = template(feature);
    let digits = match number {
        Number::Whole => rounded(value, 0),
        Number::Decimal => rounded(value, 1),
        Number::Percent => percent(value),
        Number::RootPercent => percent(libm::sqrt(value.max(0.0))),
        Number::OfAverage => return beside(value, language, [["the average", "平均"], ["at the average", "与平均持平"]]),
        Number::OfUsual => return beside(value, language, [["what is usual", "平时"], ["as usual", "与平时持平"]]),
    };
    let unit = language.of(unit);
    // The only unit that has a singular which is not the plural.
    let unit = if digits == "1" && unit == " days" { " day" } else { unit };
    format!("{digits}{unit}")
}

/// With at most so many decimals: 3.0 is 3, and −0 is 0.
fn rounded(value: f64, decimals: i32) -> String {
    let scale = if decimals == 0 { 1.0 } else { 10.0 };
    // Adding zero makes of −0 a 0.
    format!("{}", libm::round(value * scale) / scale + 0.0)
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    rounded(percent, i32::from(percent.abs() < DECIMAL_BELOW))
}

/// So many standard deviations above or below something, or the same as it.
fn beside(value: f64, language: Language, [what, same]: [[&'static str; 2]; 2]) -> String {
    let (digits, what, above) = (rounded(value.abs(), 1), language.of(what), value > 0.0);
    match (language, digits.as_str()) {
        (_, "0") => language.of(same).to_owned(),
        (Language::English, _) => {
            let deviations = if digits == "1" { "deviation" } else { "deviations" };
            format!("{digits} standard {deviations} {} {what}", if above { "above" } else { "below" })
        }
        (Language::Chinese, _) => format!("比{what}{} {digits} 个标准差", if above { "高" } else { "低" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_their_borders() {
        let of = |feature, value| [Language::English, Language::Chinese].map(|language| shown(value, feature, language));
        assert_eq!(of(Feature::Transfer, 0.0994), ["9.9 %"; 2]);
        assert_eq!(of(Feature::Transfer, 0.0995), ["10 %"; 2]);
        assert_eq!(of(Feature::Transfer, -0.0), ["0 %"; 2]);
        assert_eq!(of(Feature::Hold, 0.4), ["0 s", "0 秒"]);
        assert_eq!(of(Feature::NoPause, 3.04), ["3 h", "3 小时"]);
        assert_eq!(of(Feature::Swing, 1.69), ["130 %"; 2]);
        assert_eq!(of(Feature::Tenure, 1.2), ["1 day", "1 天"]);
        assert_eq!(of(Feature::Quality, -0.04), ["at the average", "与平均持平"]);
        assert_eq!(of(Feature::Quality, -1.02), ["1 standard deviation below the average", "比平均低 1 个标准差"]);
        assert_eq!(of(Feature::Repeat, 0.25), ["0.3 standard deviations above what is usual", "比平时高 0.3 个标准差"]);
    }
}
