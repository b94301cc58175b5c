//! Reasons in words, English and Chinese, from a table of templates. They say what was measured, against what, and since when; they know no names.

use super::calendar::month_and_day;
use super::templates::{Kind, Template, template};
use super::values::shown;
use crate::features::Feature;

/// Language of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Chinese, simplified.
    Chinese,
}

impl Language {
    /// The one of a pair, English first.
    pub(super) const fn of(self, [english, chinese]: [&'static str; 2]) -> &'static str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

/// What is known about one feature of an agent, in natural units (shares 0…1). Quality and ratings are in standard deviations, + = better; what has no natural unit
/// of its own in the deviation from what is usual, + = worse.
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
    /// Shifts in the window; 0: not known, and not told.
    pub shifts: u32,
}

/// The sentence. What is of the team, of a date or of 28 days says so, and nothing of shifts.
///
/// ```
/// use attrition::features::Feature;
/// use attrition::reasons::{Language, Measured, sentence};
/// let measured = Measured {
///     feature: Feature::AfterCallWork, now: 92.0, usual: Some(61.0), peers: Some(58.0), since_day: Some(19_785), shifts: 14,
/// };
/// assert_eq!(sentence(&measured, Language::English), "After-call work 92 s, usually 61 s (peers 58 s), since 3 March, 14 shifts");
/// assert_eq!(sentence(&measured, Language::Chinese), "话后处理 92 秒，平时 61 秒（同组 58 秒），自 3 月 3 日起，14 个班次");
/// let exits = Measured { feature: Feature::TeamExits, now: 0.25, ..measured };
/// assert_eq!(sentence(&exits, Language::English), "25 % of the team left in the last 30 days");
/// ```
#[must_use]
pub fn sentence(measured: &Measured, language: Language) -> String {
    let Template { text, otherwise, kind, .. } = template(measured.feature);
    let value = |value: f64| shown(value, measured.feature, language);
    let first = match kind {
        Kind::Fact => language.of(if measured.now > 0.0 { text } else { otherwise }).to_owned(),
        _ => language.of(text).replace("{}", &value(measured.now)),
    };
    let peers = measured.peers.filter(|_| matches!(kind, Kind::Window | Kind::Period)).map(value);
    let (usual, since_day, shifts) = match kind {
        Kind::Window => (measured.usual.map(value), measured.since_day, measured.shifts),
        _ => (None, None, 0),
    };
    match language {
        Language::English => {
            let peers = peers.map(|peers| format!(" (peers {peers})")).unwrap_or_default();
            let mut parts = match usual {
                Some(usual) => vec![first, format!("usually {usual}{peers}")],
                None => vec![format!("{first}{peers}")],
            };
            parts.extend(since_day.map(|day| since(day, language)));
            parts.extend((shifts > 0).then(|| format!("{shifts} {}", if shifts == 1 { "shift" } else { "shifts" })));
            parts.join(", ")
        }
        Language::Chinese => {
            let peers = peers.map(|peers| format!("（同组{}）", spaced(&peers))).unwrap_or_default();
            let mut parts = match usual {
                Some(usual) => vec![first, format!("平时{}{peers}", spaced(&usual))],
                None => vec![format!("{first}{peers}")],
            };
            parts.extend(since_day.map(|day| since(day, language)));
            parts.extend((shifts > 0).then(|| format!("{shifts} 个班次")));
            parts.join("，")
        }
    }
}

/// A number stands off Chinese letters; letters do not.
fn spaced(value: &str) -> String {
    let between = if value.starts_with(|first: char| first.is_ascii()) { " " } else { "" };
    format!("{between}{value}")
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

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// What a feature is called.
///
/// ```
/// use attrition::{features::Feature, reasons::{Language, feature_name}};
/// assert_eq!(feature_name(Feature::Hold, Language::English), "Hold");
/// ```
#[must_use]
pub fn feature_name(feature: Feature, language: Language) -> &'static str {
    language.of(template(feature).name)
}
