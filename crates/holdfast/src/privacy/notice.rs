//! The notice for workers and the works council: what early warnings look at, how they decide, who sees what, how long it is kept, how often they are
//! wrong. Made from the list of inputs in the code and from the deployed configuration, so it says what is done.

mod silent;

pub use silent::{Silent, silent};

use super::FEWEST_PEOPLE;
use crate::care::Care;
use attrition::features::{Family, NEVER_INPUTS, OFF_BY_DEFAULT, catalogue};
use attrition::quality::WARNINGS_MIN;
use attrition::reasons::{Language, feature_name};
use std::fmt::Write;

/// Families in the order in which the notice tells them.
const FAMILIES: [Family; 6] = [Family::Presence, Family::Pace, Family::Care, Family::Load, Family::Surroundings, Family::Career];

/// What the notice is made from.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Early warnings are on.
    pub enabled: bool,
    /// Sites where they are off.
    pub sites_off: &'a [String],
    /// How long what is kept, and within how many days an objection is answered.
    pub care: &'a Care,
    /// Somebody is expected to leave within so many days, or not.
    pub horizon_days: u32,
    /// How often the warnings of this centre came true; none: too few have matured.
    pub quality: Option<Quality>,
    /// How many warnings are kept silent at random.
    pub silent: Silent<'a>,
}

/// How good warnings were, counted on those whose horizon has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality {
    /// Signals that have matured.
    pub warnings: u64,
    /// Of them such that the agent left of own will within the horizon.
    pub came_true: u64,
    /// Agents who left of own will meanwhile.
    pub leavers: u64,
    /// Of them such that had a signal within the horizon before.
    pub warned: u64,
}

/// What is told where too little has matured: the highest 5 % of the simulated reference world, November 2026 (docs/attrition-evaluation.md: precision 0.254, recall
/// 0.530). Told as simulated, never as one's own.
const SIMULATED: Quality = Quality { warnings: 1_000, came_true: 254, leavers: 1_000, warned: 530 };

impl Quality {
    /// What a notice may say of what became of warnings; none: too few warnings have matured, or too few people left.
    ///
    /// ```
    /// use holdfast::privacy::notice::Quality;
    /// let counted = |warnings, leavers| Quality { warnings, came_true: 5, leavers, warned: 4 };
    /// assert!(counted(20, 8).tellable().is_some());
    /// assert!(counted(19, 8).tellable().is_none() && counted(20, 7).tellable().is_none());
    /// ```
    #[must_use]
    pub fn tellable(self) -> Option<Self> {
        let enough = self.warnings >= WARNINGS_MIN && self.leavers >= FEWEST_PEOPLE as u64;
        enough.then_some(self)
    }

    /// Of ten warnings so many came true, and of ten leavers so many had none.
    fn of_ten(self) -> Option<(u64, u64)> {
        Some((tenths(self.came_true, self.warnings)?, 10 - tenths(self.warned, self.leavers)?))
    }
}

/// The notice, as Markdown.
#[must_use]
pub fn notice(facts: &Facts<'_>, language: Language) -> String {
    match language {
        Language::English => english(facts),
        Language::Chinese => chinese(facts),
    }
}

fn inputs(language: Language) -> String {
    let mut text = String::new();
    for family in FAMILIES {
        // What no source tells is not looked at, whatever the list allows.
        let of_family = catalogue().iter().filter(|spec| spec.family == family && !spec.opt_in);
        let names: Vec<&str> = of_family.map(|spec| feature_name(spec.feature, language)).collect();
        let (name, separator) = match language {
            Language::English => (family_name(family).0, ", "),
            Language::Chinese => (family_name(family).1, "、"),
        };
        _ = writeln!(text, "- **{name}**: {}", names.join(separator));
    }
    text
}

const fn family_name(family: Family) -> (&'static str, &'static str) {
    match family {
        Family::Presence => ("Presence", "出勤"),
        Family::Pace => ("Pace of work", "工作节奏"),
        Family::Care => ("Care for customers", "服务质量"),
        Family::Load => ("Load (for the organisation to change)", "工作负荷（由组织改进）"),
        Family::Surroundings => ("Team, leader, targets (for the organisation to change)", "团队、班组长、指标（由组织改进）"),
        Family::Career => ("Time since hiring", "司龄"),
        Family::Pulse => ("Own answers in a survey, with consent", "本人同意的调查回答"),
        Family::Pattern => ("All of these together over time", "以上各项的综合走势"),
        Family::Calendar => ("Month", "月份"),
    }
}

/// Tenths, rounded; none: of nothing.
fn tenths(part: u64, whole: u64) -> Option<u64> {
    (part * 10 + whole / 2).checked_div(whole)
}

fn never() -> String {
    NEVER_INPUTS.iter().chain(OFF_BY_DEFAULT).flat_map(|exclusion| exclusion.words.first()).copied().collect::<Vec<_>>().join(", ")
}

fn english(facts: &Facts<'_>) -> String {
    let (care, horizon, never) = (facts.care, facts.horizon_days, never());
    let on = if facts.enabled { "They are on" } else { "They are switched off" };
    let sites = if facts.sites_off.is_empty() { String::new() } else { format!(", but not at {}", facts.sites_off.join(", ")) };
    let quality = match (facts.quality.and_then(Quality::of_ten), SIMULATED.of_ten()) {
        (Some((true_of_ten, unwarned)), _) => {
            format!("Of 10 such warnings about {true_of_ten} came true here. Of 10 who left of their own will {unwarned} had none.")
        }
        (None, simulated) => {
            let (true_of_ten, unwarned) = simulated.unwrap_or_default();
            format!(
                "How many warnings come true at this centre is not known yet. In a simulated centre, where everything is known, of 10 such warnings about {true_of_ten} came true, and of 10 who \
                 left of their own will {unwarned} had none; a real centre may be worse."
            )
        }
    };
    let Care { answer_days, keep_agent_days, keep_signals_days, keep_after_leaving_days, keep_access_log_days, .. } = care;
    format!(
        "# Early warnings of attrition: what is done with your data\n\n{on}{sites}. They help leaders to see in time that somebody may want to leave, and to talk. They are \
         for keeping people, and never for dismissal, pay, rating or shifts. No decision is made by a machine: a warning opens a talk.\n\n\
         ## What is looked at\n\nOne day of work at a time:\n\n{inputs}\nNever looked at: {never}. The cause of an absence is never read; of a leave only that it was approved.\n\n\
         ## How it decides\n\nYour days are compared with those of colleagues who do the same work on the same day, and with your own past. From what has changed a \
         statistical model estimates how likely it is that somebody leaves within {horizon} days. Of each site only as many warnings are shown as leaders can hold talks: the highest, and of two alike the one that has risen of late, if they are \
         also at least twice the usual and for two different reasons. When a large part of a group changes at once, no individual warning is given.\n\n\
         ## Who sees what\n\n\
         - Your leader now: that there is a warning, and, only after having recorded an own observation, its reasons. No probability.\n\
         - You: all of your own warnings, their reasons and what was done, what was measured of each of your days, and who has looked at them. Ask human resources, or `holdfast signals list --as agent:ID` and `holdfast signals days --as agent:ID`.\n\
         - Human resources: urgent ones and those that you object to. Any other only if a second person agrees.\n\
         - Everybody else: numbers of at least {FEWEST_PEOPLE} people.\n\nEvery look is written down: who, at whom, when, why.\n\n{silent}\
         ## If you do not agree\n\nYou can object at any time. Until a person of human resources has answered, within {answer_days} days, your leader does not see the warning. Wrong data are \
         corrected and the days reckoned anew.\n\n\
         ## How long it is kept\n\nDays: {keep_agent_days} days. Warnings and scores: {keep_signals_days} days. After leaving: {keep_after_leaving_days} days. The log of who has looked: \
         {keep_access_log_days} days. Before who left is forgotten, it is counted what became of the warnings of each week (of {FEWEST_PEOPLE} people and more; counts stay), and weeks are kept without name, team and number \
         for {keep_agent_days} days, to see whether warnings are any good and to improve them. Your data are deleted before that if you ask for it and no law is against it.\n\n\
         ## How often it is wrong\n\n{quality}\n",
        inputs = inputs(Language::English),
        silent = silent(facts.silent, Language::English),
    )
}

fn chinese(facts: &Facts<'_>) -> String {
    let (care, horizon) = (facts.care, facts.horizon_days);
    let on = if facts.enabled { "本预警已启用" } else { "本预警已停用" };
    let sites =
        if facts.sites_off.is_empty() { String::new() } else { format!("（以下职场除外：{}）", facts.sites_off.join("、")) };
    let quality = match (facts.quality.and_then(Quality::of_ten), SIMULATED.of_ten()) {
        (Some((true_of_ten, unwarned)), _) => {
            format!("在本中心，每 10 次预警约有 {true_of_ten} 次成真；每 10 名主动离职者中约有 {unwarned} 名未获预警。")
        }
        (None, simulated) => {
            let (true_of_ten, unwarned) = simulated.unwrap_or_default();
            format!(
                "本中心预警的准确率尚未可知。在已知全部真相的模拟中心，每 10 次预警约有 {true_of_ten} 次成真，每 10 名主动离职者中约有 {unwarned} 名未获预警；实际情况可能更差。"
            )
        }
    };
    let Care { answer_days, keep_agent_days, keep_signals_days, keep_after_leaving_days, keep_access_log_days, .. } = care;
    format!(
        "# 离职预警：您的数据如何被使用\n\n{on}{sites}。其目的是帮助班组长及时发现员工可能离职并与其谈话。仅用于挽留和关怀，绝不用于解雇、薪酬、考核或排班。机器不作任何决定：预警只是一次谈话的开始。\n\n\
         ## 使用哪些数据\n\n以工作日为单位：\n\n{inputs}\n从不使用：性别、年龄、民族、国籍、宗教、婚姻与子女、怀孕、健康、残疾、工会活动、情绪、口音、私人信息，以及通勤距离、学历、住址、收入。缺勤的原因从不读取，休假只看是否已获批准。\n\n\
         ## 如何判断\n\n将您的工作日与当天从事相同工作的同事比较，并与您自己的过去比较。统计模型根据变化估计 {horizon} 天内离职的可能性。每个职场只显示班组长谈得过来的预警数量：排名最高（相近者以近期上升者为先）、至少为通常水平的两倍、且有两类不同原因。如果一个群体大部分人同时变化，则不发出个人预警。\n\n\
         ## 谁能看到什么\n\n\
         - 您现在的班组长：先只看到有预警；记录自己的观察之后才看到原因。看不到概率。\n\
         - 您本人：自己的全部预警、原因、处理情况、每个工作日的测量数据，以及谁查看过。可向人力资源查询，或使用 `holdfast signals list --as agent:ID --language zh` 与 `holdfast signals days --as agent:ID --language zh`。\n\
         - 人力资源：紧急预警和您有异议的预警；其他预警须经第二人同意。\n\
         - 其他人：只能看到不少于 {FEWEST_PEOPLE} 人的统计数字。\n\n每次查看都有记录：谁、看了谁、何时、为何。\n\n{silent}\
         ## 如果您不同意\n\n您可以随时提出异议。在人力资源于 {answer_days} 天内答复之前，班组长看不到该预警。错误的数据会被更正并重新计算。\n\n\
         ## 保存多久\n\n工作日数据：{keep_agent_days} 天；预警与评分：{keep_signals_days} 天；离职后：{keep_after_leaving_days} 天；查看记录：{keep_access_log_days} 天。删除离职者数据之前，会按周统计预警的结果（不少于 {FEWEST_PEOPLE} 人；统计数字长期保留），并将不含姓名、班组和编号的每周数据保存 {keep_agent_days} 天，用于检验和改进预警。经您要求且法律允许时，提前删除。\n\n\
         ## 出错的频率\n\n{quality}\n",
        inputs = inputs(Language::Chinese),
        silent = silent(facts.silent, Language::Chinese),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use attrition::features::{Feature, NOT_OF_A_DAY};

    fn facts(care: &Care) -> Facts<'_> {
        Facts { enabled: true, sites_off: &[], care, horizon_days: 30, quality: None, silent: Silent::default() }
    }

    #[test]
    fn it_tells_every_input_and_what_is_configured() {
        let care = Care { answer_days: 11, keep_agent_days: 321, keep_signals_days: 123, keep_after_leaving_days: 77, ..Care::default() };
        for language in [Language::English, Language::Chinese] {
            let text = notice(&facts(&care), language);
            for spec in catalogue() {
                assert_eq!(text.contains(feature_name(spec.feature, language)), !spec.opt_in, "{}", spec.code);
            }
            let nameless = if language == Language::English {
                "name, team and number for 321 days"
            } else {
                "不含姓名、班组和编号的每周数据保存 321 天"
            };
            assert!(text.contains(nameless), "{text}");
            for number in ["11 ", "321 ", "123 ", "77 ", "730 ", "30 ", "8 "] {
                assert!(text.contains(number), "{number} in {text}");
            }
        }
        // What is not told is what nothing forms.
        let formed = |feature: Feature| !NOT_OF_A_DAY.iter().any(|(none, why)| *none == feature && why.starts_with("no source"));
        assert!(catalogue().iter().all(|spec| formed(spec.feature) != spec.opt_in), "what is read must be told");
        assert!(catalogue().iter().all(|spec| spec.opt_in || FAMILIES.contains(&spec.family)), "a family that the notice does not tell");
    }

    #[test]
    fn what_is_kept_silent_is_told_where_anything_is() {
        let care = Care::default();
        let some = Facts { silent: Silent { share: 0.1, sites: &[] }, ..facts(&care) };
        for (language, words) in [(Language::English, "about 10 are kept silent"), (Language::Chinese, "约有 10 次被静默")] {
            assert!(notice(&some, language).contains(words) && !notice(&facts(&care), language).contains("--kept-silent"));
        }
    }

    #[test]
    fn how_often_it_is_wrong_is_told_in_tenths_or_as_not_known() {
        let care = Care::default();
        let unknown = notice(&facts(&care), Language::English);
        assert!(
            unknown.contains("is not known yet. In a simulated centre, where everything is known, of 10 such warnings about 3 came true"),
            "{unknown}"
        );
        assert!(notice(&facts(&care), Language::Chinese).contains("在已知全部真相的模拟中心，每 10 次预警约有 3 次成真"));
        // 41 of 100 are 4 of 10; 45 of 100 would be 5. 38 of 100 leavers had one, so 6 of 10 had none.
        let quality = Quality { warnings: 100, came_true: 41, leavers: 100, warned: 38 };
        let known = Facts { quality: Some(quality), ..facts(&care) };
        assert!(notice(&known, Language::English).contains("about 4 came true here. Of 10 who left of their own will 6 had none."));
        assert!(notice(&known, Language::Chinese).contains("在本中心，每 10 次预警约有 4 次成真；每 10 名主动离职者中约有 6 名未获预警。"));
        assert_eq!((tenths(45, 100), tenths(0, 0)), (Some(5), None));
        let off = Facts { enabled: false, sites_off: &["north".to_owned()], ..facts(&care) };
        assert!(notice(&off, Language::English).contains("switched off, but not at north"));
    }
}
