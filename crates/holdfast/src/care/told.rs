//! A signal in words: what somebody may see of it, in English or Chinese, as text for people and as fields for programs. No probability is in it.

use super::sight::Sight;
use super::signal::{Reason, Signal, Step};
use attrition::detectors::Rule;
use attrition::reasons::{Language, footnote, rule_sentence};
use attrition::signals::{Outcome, State};
use jiff::civil::Date;
use serde::Serialize;

/// Days within which one of them is expected to leave, or not.
const HORIZON_DAYS: u32 = 30;

/// What somebody is told of a signal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// Its id.
    pub signal: String,
    /// The agent's id.
    pub agent: String,
    /// `concern` or `urgent`.
    pub tier: &'static str,
    /// State, such as `open`.
    pub state: &'static str,
    /// Local day of opening, 2024-03-01.
    pub since: String,
    /// It is kept silent: told to nobody who could act on it.
    pub kept_silent: bool,
    /// What is to be done next; none: nothing.
    pub next: Option<&'static str>,
    /// Why, the strongest first; empty: not to be seen (yet).
    pub reasons: Vec<ToldReason>,
    /// What speaks against it, the strongest first.
    pub against: Vec<ToldReason>,
    /// Named rules that hold.
    pub rules: Vec<ToldReason>,
    /// How many leave anyway, where the model knows, and how often such warnings come true; none: reasons are not to be seen.
    pub footnote: Option<String>,
    /// What was done.
    pub steps: Vec<ToldStep>,
}

/// A reason in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToldReason {
    /// The sentence.
    pub text: String,
    /// It is something for the organisation to change.
    pub organisation: bool,
}

/// A step in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToldStep {
    /// Local day.
    pub day: String,
    /// What happened, such as `acknowledged`.
    pub what: &'static str,
    /// Who, by role.
    pub who: &'static str,
    /// How it ended.
    pub outcome: Option<&'static str>,
    /// What was written.
    pub note: Option<String>,
}

/// What is told of `signal` to somebody who may see so much of it. `precision`: the share of the site's warnings that come true, once enough have matured.
#[must_use]
pub fn told(signal: &Signal, sight: Sight, precision: Option<f64>, language: Language) -> Told {
    let reasons = sight == Sight::Reasons;
    let told_of = |of: &[Reason]| if reasons { of.iter().map(|reason| told_reason(reason, language)).collect() } else { Vec::new() };
    // Of a prior model no share is told: its probabilities are ranks.
    let base = signal.base.filter(|_| signal.calibrated);
    Told {
        signal: signal.id.clone(),
        agent: signal.agent.clone(),
        tier: signal.tier.name(),
        state: signal.state.name(),
        since: date(signal.opened_day),
        kept_silent: signal.silent,
        next: if signal.silent && signal.state == State::Open { Some(silent(language)) } else { next(signal.state, language) },
        reasons: told_of(&signal.reasons),
        against: told_of(&signal.lowering),
        rules: signal.rules.iter().filter(|_| reasons).map(|rule| told_rule(*rule, language)).collect(),
        footnote: reasons.then(|| footnote(HORIZON_DAYS, base, precision, language)),
        // Notes are part of the reasons: of what another leader wrote only that it was written.
        steps: signal.steps.iter().map(|step| told_step(step, reasons)).collect(),
    }
}

fn told_reason(reason: &Reason, language: Language) -> ToldReason {
    let text = match language {
        Language::English => &reason.english,
        Language::Chinese => &reason.chinese,
    };
    ToldReason { text: text.clone(), organisation: reason.organisation }
}

fn told_rule(rule: Rule, language: Language) -> ToldReason {
    ToldReason { text: rule_sentence(rule, language).to_owned(), organisation: rule.is_of_organisation() }
}

fn told_step(step: &Step, notes: bool) -> ToldStep {
    ToldStep {
        day: date(step.day),
        what: step.kind.name(),
        who: step.actor.name(),
        outcome: step.outcome.map(Outcome::name),
        note: step.note.clone().filter(|_| notes),
    }
}

const fn silent(language: Language) -> &'static str {
    match language {
        Language::English => "It is kept silent, as some are at random: recorded, and not told to the leader.",
        Language::Chinese => "该预警被随机静默：仅作记录，不告知班组长。",
    }
}

fn next(state: State, language: Language) -> Option<&'static str> {
    Some(match (state, language) {
        (State::Open, Language::English) => "The leader records what the leader saw; reasons are shown after that.",
        (State::Open, Language::Chinese) => "请班组长先记录自己的观察，之后才显示原因。",
        (State::Acknowledged, Language::English) => "Hold the talk and record it, or dismiss the signal with a reason.",
        (State::Acknowledged, Language::Chinese) => "请进行谈话并记录，或说明理由后驳回。",
        (State::Talked, Language::English) => "Close it with what came of the talk.",
        (State::Talked, Language::Chinese) => "请记录谈话结果并关闭。",
        (state, Language::English) if state.is_contested() => "The agent objects; human resources answer.",
        (state, Language::Chinese) if state.is_contested() => "员工已提出异议，等待人力资源答复。",
        _ => return None,
    })
}

/// A day number as 2024-03-01.
pub(super) fn date(day: i32) -> String {
    let start = Date::constant(1970, 1, 1);
    start.checked_add(jiff::Span::new().days(i64::from(day))).map_or_else(|_| day.to_string(), |date| date.to_string())
}

/// A word of the answers in a language.
#[must_use]
pub fn word(name: &'static str, language: Language) -> &'static str {
    if language == Language::English {
        return match name {
            "contested_open" | "contested_acknowledged" | "contested_talked" => "contested",
            "human_resources" => "human resources",
            "nothing_to_do" => "nothing to do",
            "objection_rejected" => "objection rejected",
            name => name,
        };
    }
    match name {
        "concern" => "关注",
        "urgent" => "紧急",
        "open" | "opened" => "新预警",
        "escalated" => "升级为紧急",
        "acknowledged" => "已记录观察",
        "talked" => "已谈话",
        "contested" | "contested_open" | "contested_acknowledged" | "contested_talked" => "员工有异议",
        "objection_rejected" => "异议未采纳",
        "closed" => "已关闭",
        "expired" => "已过期",
        "withdrawn" => "已撤回",
        "system" => "系统",
        "leader" => "班组长",
        "agent" => "员工",
        "human_resources" => "人力资源",
        "faded" => "已消退",
        "left" => "已离职",
        "moved" => "已调岗",
        "dismissed" => "班组长认为无需处理",
        "agreed" => "已达成一致",
        "nothing_to_do" => "无需措施",
        name => name,
    }
}

/// The whole for people.
#[must_use]
pub fn text(told: &Told, language: Language) -> String {
    let (since, change, against) = match language {
        Language::English => ("since", " (for the organisation to change)", "What speaks against it:"),
        Language::Chinese => ("自", "（需由组织改进）", "不支持该预警的情况："),
    };
    let point = |reason: &ToldReason, change: &str| format!("  • {}{}", reason.text, if reason.organisation { change } else { "" });
    let mut lines = vec![
        told.signal.clone(),
        format!("{}  {}  {}  {since} {}", told.agent, word(told.tier, language), word(told.state, language), told.since),
    ];
    lines.extend(told.reasons.iter().chain(&told.rules).map(|reason| point(reason, change)));
    lines.extend((!told.against.is_empty()).then(|| format!("  {against}")));
    // What is well is nothing to change.
    lines.extend(told.against.iter().map(|reason| point(reason, "")));
    lines.extend(told.footnote.iter().map(|text| format!("  {text}")));
    for step in &told.steps {
        let outcome = step.outcome.map(|outcome| format!(" ({})", word(outcome, language))).unwrap_or_default();
        let note = step.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        lines.push(format!("  {}  {} {}{outcome}{note}", step.day, word(step.who, language), word(step.what, language)));
    }
    lines.extend(told.next.map(|next| format!("  → {next}")));
    lines.join("\n")
}
