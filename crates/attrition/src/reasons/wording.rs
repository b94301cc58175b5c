//! Reasons in words, English and Chinese, from templates. They say what was measured, against what, and since when; they know no names.

use super::calendar::month_and_day;
use crate::features::Feature;

/// Language of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Chinese, simplified.
    Chinese,
}

/// Unit in which a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// A share, shown in per cent.
    Share,
    /// A count or score, one decimal.
    Number,
    /// Days.
    Days,
}

/// What is known about one feature of an agent, in natural units (shares 0…1) and not standardised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The feature.
    pub feature: Feature,
    /// Own value in the window.
    pub now: f64,
    /// Own usual value.
    pub usual: Option<f64>,
    /// Median of the peers.
    pub peers: Option<f64>,
    /// Since when, from a chart's last zero; days since 1970-01-01.
    pub since_day: Option<i32>,
    /// Shifts in the window.
    pub shifts: u32,
}

/// The sentence.
///
/// ```
/// use attrition::features::Feature;
/// use attrition::reasons::{Language, Measured, sentence};
/// let measured = Measured {
///     feature: Feature::AfterCallWork, now: 92.0, usual: Some(61.0), peers: Some(58.0), since_day: Some(19_785), shifts: 14,
/// };
/// assert_eq!(sentence(&measured, Language::English), "After-call work 92 s, usually 61 s (peers 58 s), since 3 March, 14 shifts");
/// assert_eq!(sentence(&measured, Language::Chinese), "话后处理 92 秒，平时 61 秒（同组 58 秒），自 3 月 3 日起，14 个班次");
/// ```
#[must_use]
pub fn sentence(measured: &Measured, language: Language) -> String {
    let (english, chinese, unit) = name(measured.feature);
    let value = |value: f64| shown(value, unit, language);
    let mut parts = Vec::new();
    match language {
        Language::English => {
            let peers = measured.peers.map(|peers| format!(" (peers {})", value(peers))).unwrap_or_default();
            match measured.usual {
                Some(usual) => parts.extend([format!("{english} {}", value(measured.now)), format!("usually {}{peers}", value(usual))]),
                None => parts.push(format!("{english} {}{peers}", value(measured.now))),
            }
            parts.extend(measured.since_day.map(|day| since(day, language)));
            parts.push(format!("{} {}", measured.shifts, if measured.shifts == 1 { "shift" } else { "shifts" }));
            parts.join(", ")
        }
        Language::Chinese => {
            let peers = measured.peers.map(|peers| format!("（同组 {}）", value(peers))).unwrap_or_default();
            match measured.usual {
                Some(usual) => parts.extend([format!("{chinese} {}", value(measured.now)), format!("平时 {}{peers}", value(usual))]),
                None => parts.push(format!("{chinese} {}{peers}", value(measured.now))),
            }
            parts.extend(measured.since_day.map(|day| since(day, language)));
            parts.push(format!("{} 个班次", measured.shifts));
            parts.join("，")
        }
    }
}

/// Of a pattern the measures that speak for it are told, or nobody could check it; `since_day` (days since 1970-01-01) is since when the whole has been another.
///
/// ```
/// use attrition::reasons::{Language, pattern_sentence};
/// assert_eq!(pattern_sentence(Some(19_785), &[], Language::English), "Several measures together, since 3 March");
/// assert_eq!(pattern_sentence(None, &[], Language::English), "Several measures together, over several weeks");
/// assert_eq!(pattern_sentence(Some(19_785), &[], Language::Chinese), "多项指标共同变化，自 3 月 3 日起");
/// ```
#[must_use]
pub fn pattern_sentence(since_day: Option<i32>, told: &[Measured], language: Language) -> String {
    let (usual, known, colon, between) = match language {
        Language::English => ("Several measures together, over several weeks", "Several measures together, ", ": ", "; "),
        Language::Chinese => ("多项指标连续数周的共同变化", "多项指标共同变化，", "：", "；"),
    };
    let whole = since_day.map_or_else(|| usual.to_owned(), |day| format!("{known}{}", since(day, language)));
    let told: Vec<String> = told.iter().map(|measured| sentence(measured, language)).collect();
    if told.is_empty() { whole } else { format!("{whole}{colon}{}", told.join(between)) }
}

fn since(day: i32, language: Language) -> String {
    let (month, day) = month_and_day(day);
    match language {
        Language::English => format!("since {day} {}", MONTHS[usize::from(month) - 1]),
        Language::Chinese => format!("自 {month} 月 {day} 日起"),
    }
}

/// What stands under every warning: how many leave anyway, and how many such warnings come true. `precision` is `None` until warnings have matured.
///
/// ```
/// use attrition::reasons::{Language, footnote};
/// assert_eq!(
///     footnote(30, 0.04, Some(0.41), Language::English),
///     "Of 100 such colleagues about 4 leave within 30 days anyway. About 4 of 10 such warnings come true."
/// );
/// ```
#[must_use]
pub fn footnote(horizon_days: u32, base_share: f64, precision: Option<f64>, language: Language) -> String {
    let (base, tenths) = (libm::round(base_share * 100.0), precision.map(|precision| libm::round(precision * 10.0)));
    match (language, tenths) {
        (Language::English, tenths) => {
            let known = tenths.map_or_else(
                || "How many such warnings come true is not known yet.".to_owned(),
                |n| format!("About {n} of 10 such warnings come true."),
            );
            format!("Of 100 such colleagues about {base} leave within {horizon_days} days anyway. {known}")
        }
        (Language::Chinese, tenths) => {
            let known = tenths.map_or_else(|| "此类预警的准确率尚未可知。".to_owned(), |n| format!("此类预警 10 次中约 {n} 次成真。"));
            format!("同类员工 100 人中约 {base} 人会在 {horizon_days} 天内离职。{known}")
        }
    }
}

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

fn shown(value: f64, unit: Unit, language: Language) -> String {
    match (unit, language) {
        (Unit::Seconds, Language::English) => format!("{value:.0} s"),
        (Unit::Seconds, Language::Chinese) => format!("{value:.0} 秒"),
        (Unit::Minutes, Language::English) => format!("{value:.0} min"),
        (Unit::Minutes, Language::Chinese) => format!("{value:.0} 分钟"),
        (Unit::Hours, Language::English) => format!("{value:.1} h"),
        (Unit::Hours, Language::Chinese) => format!("{value:.1} 小时"),
        (Unit::Days, Language::English) => format!("{value:.0} days"),
        (Unit::Days, Language::Chinese) => format!("{value:.0} 天"),
        (Unit::Share, _) => format!("{:.0} %", value * 100.0),
        (Unit::Number, _) => format!("{value:.1}"),
    }
}

/// What a feature is called in sentences.
///
/// ```
/// use attrition::{features::Feature, reasons::{Language, feature_name}};
/// assert_eq!(feature_name(Feature::Hold, Language::English), "Hold");
/// ```
#[must_use]
pub fn feature_name(feature: Feature, language: Language) -> &'static str {
    let (english, chinese, _) = name(feature);
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

fn name(feature: Feature) -> (&'static str, &'static str, Unit) {
    match feature {
        Feature::Absent => ("Unapproved absences", "未批准缺勤", Unit::Share),
        Feature::Late => ("Late starts", "迟到", Unit::Minutes),
        Feature::Early => ("Early ends", "早退", Unit::Minutes),
        Feature::AdherenceGap => ("Time in adherence", "排班遵守率", Unit::Share),
        Feature::EdgeAbsent => ("Absences next to rest days", "休息日前后缺勤", Unit::Share),
        Feature::HandleTime => ("Handle time", "处理时长", Unit::Seconds),
        Feature::AfterCallWork => ("After-call work", "话后处理", Unit::Seconds),
        Feature::Hold => ("Hold", "保持时长", Unit::Seconds),
        Feature::Output => ("Contacts per productive hour", "每工时处理量", Unit::Number),
        Feature::Pause => ("Unscheduled pauses", "计划外小休占比", Unit::Share),
        Feature::PauseCount => ("Unscheduled pauses per hour", "每小时计划外小休次数", Unit::Number),
        Feature::NotResponding => ("Offers not taken", "未应答来话占比", Unit::Share),
        Feature::Quality => ("Quality score", "质检得分", Unit::Number),
        Feature::Satisfaction => ("Customers' rating", "客户满意度", Unit::Number),
        Feature::Complaint => ("Complaints per 100 contacts", "每百次联络投诉", Unit::Number),
        Feature::Repeat => ("Repeats within 72 h", "72 小时内重复来电", Unit::Share),
        Feature::Transfer => ("Transfers out", "转出占比", Unit::Share),
        Feature::ShortCall => ("Talks under 10 s", "10 秒内通话占比", Unit::Share),
        Feature::Swing => ("Swing of quality", "服务质量波动", Unit::Number),
        Feature::Overloaded => ("Shifts with utilisation above 90 %", "进线率超过 90 % 的班次", Unit::Share),
        Feature::Utilisation => ("Utilisation", "进线率", Unit::Share),
        Feature::NoPause => ("Longest stretch without a pause", "最长连续工作", Unit::Hours),
        Feature::QuickReturn => ("Returns after less than 11 h", "间隔不足 11 小时的返岗", Unit::Number),
        Feature::NightShare => ("Night hours", "夜班占比", Unit::Share),
        Feature::Overtime => ("Overtime", "加班", Unit::Hours),
        Feature::CutMeal => ("Meals cut short", "缩短的用餐", Unit::Number),
        Feature::Hostile => ("Hostile contacts per 100", "每百次联络中的敌意来电", Unit::Number),
        Feature::LongWait => ("Callers who had waited too long", "久等来电占比", Unit::Share),
        Feature::TeamExits => ("Leavers in the team", "团队离职占比", Unit::Share),
        Feature::LeaderChanged => ("New leader", "更换班组长", Unit::Number),
        Feature::TargetGap => ("Targets missed", "未达标指标占比", Unit::Share),
        Feature::TargetOutOfReach => ("Peers who miss the same targets", "同组未达标占比", Unit::Share),
        Feature::Tenure => ("Time since hiring", "司龄", Unit::Days),
        Feature::SurveyPulse => ("Own answer in the pulse survey", "员工脉搏调查", Unit::Number),
    }
}
