//! What stands under every warning, and which named rules hold.

use super::wording::Language;
use crate::detectors::Rule;

/// What stands under every warning: how many leave anyway, and how many such warnings come true. `base_share` is `None` while the probabilities are ranks only,
/// `precision` until enough warnings have matured.
///
/// ```
/// use attrition::reasons::{Language, footnote};
/// assert_eq!(
///     footnote(30, Some(0.04), Some(0.41), Language::English),
///     "Of 100 such colleagues about 4 leave within 30 days anyway. About 4 of 10 such warnings come true."
/// );
/// assert_eq!(footnote(30, None, Some(0.41), Language::English), "About 4 of 10 such warnings come true.");
/// ```
#[must_use]
pub fn footnote(horizon_days: u32, base_share: Option<f64>, precision: Option<f64>, language: Language) -> String {
    let base = base_share.map(|share| {
        let base = libm::round(share * 100.0);
        match language {
            Language::English => format!("Of 100 such colleagues about {base} leave within {horizon_days} days anyway."),
            Language::Chinese => format!("同类员工 100 人中约 {base} 人会在 {horizon_days} 天内离职。"),
        }
    });
    let known = match (precision.map(|precision| libm::round(precision * 10.0)), language) {
        (None, Language::English) => "How many such warnings come true is not known yet.".to_owned(),
        (None, Language::Chinese) => "此类预警的准确率尚未可知。".to_owned(),
        (Some(0.0), Language::English) => "Fewer than 1 of 10 such warnings come true.".to_owned(),
        (Some(0.0), Language::Chinese) => "此类预警 10 次中成真不足 1 次。".to_owned(),
        (Some(tenths), Language::English) => format!("About {tenths} of 10 such warnings come true."),
        (Some(tenths), Language::Chinese) => format!("此类预警 10 次中约 {tenths} 次成真。"),
    };
    let between = if language == Language::English { " " } else { "" };
    base.into_iter().chain([known]).collect::<Vec<_>>().join(between)
}

/// A named rule as a sentence that somebody with the agent's days can check by hand. It says behaviour and burden, as reasons do.
///
/// ```
/// use attrition::{detectors::Rule, reasons::{Language, rule_sentence}};
/// assert_eq!(rule_sentence(Rule::Absence, Language::English), "Rule: 3 unplanned absences in 28 days, or more often absent than usual.");
/// ```
#[must_use]
pub const fn rule_sentence(rule: Rule, language: Language) -> &'static str {
    language.of(match rule {
        Rule::Efficiency => [
            "Rule: slower than usual for weeks, on average of the last 14 days with work by an ordinary day's ups and downs or more.",
            "规则：连续数周比平时慢，最近 14 个有工作的班次平均至少慢一个日常波动幅度。",
        ],
        Rule::Absence => [
            "Rule: 3 unplanned absences in 28 days, or more often absent than usual.",
            "规则：28 天内有 3 次计划外缺勤，或缺勤比平时频繁。",
        ],
        Rule::Attitude => [
            "Rule: quality scores vary more than usual, or were far below usual on the last 14 days with one.",
            "规则：质检得分波动比平时大，或最近 14 个有质检的班次明显低于平时。",
        ],
        Rule::Overload => {
            ["Rule: utilisation above 90 % on 5 or more of the last 10 shifts.", "规则：最近 10 个班次中有 5 个或以上进线率超过 90 %。"]
        }
    })
}
