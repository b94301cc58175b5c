//! The table of sentences: of each feature what it is called, how it is told, and in which unit.

use crate::features::Feature;

/// What stands beside a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of the latest shifts: what is usual for the agent, what peers have, since when, how many shifts.
    Window,
    /// Smoothed over its own time, which the sentence names: what peers have.
    Period,
    /// The same for the whole team, or of nobody else: nothing.
    Alone,
    /// No number: it is so, or it is not.
    Fact,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// Without decimals.
    Whole,
    /// At most one decimal.
    Decimal,
    /// 0…1 in per cent.
    Percent,
    /// Its square root in per cent: of a variance as a multiple of the usual one, the spread.
    RootPercent,
    /// Standard deviations above (+) or below the average.
    OfAverage,
    /// Standard deviations above (+) or below what is usual.
    OfUsual,
}

/// How a feature is told. Pairs are English, Chinese.
#[derive(Clone, Copy, Debug)]
pub(super) struct Template {
    /// What it is called.
    pub(super) name: [&'static str; 2],
    /// The sentence, `{}` the value; of a fact the sentence where it is so.
    pub(super) text: [&'static str; 2],
    /// The sentence of a fact where it is not so.
    pub(super) otherwise: [&'static str; 2],
    /// What stands after a number.
    pub(super) unit: [&'static str; 2],
    /// How a number is written.
    pub(super) number: Number,
    /// What stands beside it.
    pub(super) kind: Kind,
}

const NONE: [&str; 2] = [""; 2];
const SECONDS: [&str; 2] = [" s", " 秒"];
const MINUTES: [&str; 2] = [" min", " 分钟"];
const HOURS: [&str; 2] = [" h", " 小时"];
const TIMES: [&str; 2] = ["", " 次"];
const PERCENT: [&str; 2] = [" %", " %"];

const fn row(kind: Kind, number: Number, unit: [&'static str; 2], name: [&'static str; 2], text: [&'static str; 2]) -> Template {
    Template { name, text, otherwise: NONE, unit, number, kind }
}

const fn window(number: Number, unit: [&'static str; 2], name: [&'static str; 2], text: [&'static str; 2]) -> Template {
    row(Kind::Window, number, unit, name, text)
}

const fn period(number: Number, unit: [&'static str; 2], name: [&'static str; 2], text: [&'static str; 2]) -> Template {
    row(Kind::Period, number, unit, name, text)
}

const fn fact(name: [&'static str; 2], text: [&'static str; 2], otherwise: [&'static str; 2]) -> Template {
    Template { name, text, otherwise, unit: NONE, number: Number::Whole, kind: Kind::Fact }
}

use Number::{Decimal, OfAverage, OfUsual, Percent, RootPercent, Whole};

/// In order of [`Feature`].
#[rustfmt::skip]
const TABLE: [(Feature, Template); 35] = [
    (Feature::Absent, window(Percent, PERCENT, ["Unapproved absences", "未批准缺勤"], ["Unapproved absences {} of shifts", "未批准缺勤占班次 {}"])),
    (Feature::Late, window(Whole, MINUTES, ["Late starts", "迟到"], ["Late starts {} a shift", "平均每班迟到 {}"])),
    (Feature::Early, window(Whole, MINUTES, ["Early ends", "早退"], ["Early ends {} a shift", "平均每班早退 {}"])),
    (Feature::LoginLate, window(Whole, MINUTES, ["Starts later than usual", "晚于平时开始"], ["Starts {} later than usual on the same weekday", "比平时同一星期几晚 {}开始工作"])),
    (Feature::AdherenceGap, window(Percent, PERCENT, ["Time in adherence", "排班遵守率"], ["Time in adherence {} of the schedule", "排班遵守率 {}"])),
    (Feature::EdgeAbsent, window(Percent, PERCENT, ["Absences next to rest days", "休息日前后缺勤"], ["Absences next to rest days {} of shifts", "休息日前后缺勤占班次 {}"])),
    (Feature::HandleTime, window(Whole, SECONDS, ["Handle time", "处理时长"], ["Handle time {}", "处理时长 {}"])),
    (Feature::AfterCallWork, window(Whole, SECONDS, ["After-call work", "话后处理"], ["After-call work {}", "话后处理 {}"])),
    (Feature::Hold, window(Whole, SECONDS, ["Hold", "保持时长"], ["Hold {}", "保持时长 {}"])),
    (Feature::Output, window(Decimal, TIMES, ["Contacts per productive hour", "每工时处理量"], ["Contacts per productive hour {}", "每工时处理联络 {}"])),
    (Feature::Pause, window(Percent, PERCENT, ["Unscheduled pauses", "计划外小休占比"], ["Unscheduled pauses {} of the time logged in", "计划外小休占登录时间 {}"])),
    (Feature::PauseCount, window(Decimal, TIMES, ["Unscheduled pauses per hour", "每小时计划外小休次数"], ["Unscheduled pauses per hour {}", "每小时计划外小休 {}"])),
    (Feature::NotResponding, window(Percent, PERCENT, ["Offers not taken", "未应答来话占比"], ["Offers not taken {}", "未应答来话占 {}"])),
    (Feature::Quality, window(OfAverage, NONE, ["Quality score", "质检得分"], ["Quality score {}", "质检得分{}"])),
    (Feature::Satisfaction, window(OfAverage, NONE, ["Customers' rating", "客户满意度"], ["Customers' rating {}", "客户满意度{}"])),
    (Feature::Complaint, window(OfUsual, NONE, ["Complaints per 100 contacts", "每百次联络投诉"], ["Complaints per 100 contacts: {}", "每百次联络投诉{}"])),
    (Feature::Repeat, window(OfUsual, NONE, ["Repeats within 72 h", "72 小时内重复来电"], ["Repeats within 72 h: {}", "72 小时内重复来电{}"])),
    (Feature::Transfer, window(Percent, PERCENT, ["Transfers out", "转出占比"], ["Transfers out {} of contacts", "转出占联络 {}"])),
    (Feature::ShortCall, window(Percent, PERCENT, ["Talks under 10 s", "10 秒内通话占比"], ["Talks under 10 s: {} of contacts", "10 秒内通话占联络 {}"])),
    (Feature::Swing, period(RootPercent, PERCENT, ["Swing of quality", "服务质量波动"], ["Swing of quality {} of what is usual", "服务质量波动为平时的 {}"])),
    (Feature::Overloaded, window(Percent, PERCENT, ["Shifts with utilisation above 90 %", "进线率超过 90 % 的班次"], ["Utilisation above 90 % on {} of shifts", "进线率超过 90 % 的班次占 {}"])),
    (Feature::Utilisation, window(Percent, PERCENT, ["Utilisation", "进线率"], ["Utilisation {}", "进线率 {}"])),
    (Feature::NoPause, window(Decimal, HOURS, ["Longest stretch without a pause", "最长连续工作"], ["Longest stretch without a pause {}", "最长连续工作 {}"])),
    (Feature::QuickReturn, period(Decimal, TIMES, ["Returns after less than 11 h", "间隔不足 11 小时的返岗"], ["Returns after less than 11 h: {} in 28 days", "28 天内间隔不足 11 小时的返岗 {}"])),
    (Feature::NightShare, period(Percent, PERCENT, ["Night hours", "夜班占比"], ["Night hours {} of the time worked in 28 days", "28 天内夜班占工时 {}"])),
    (Feature::Overtime, period(Decimal, HOURS, ["Overtime", "加班"], ["Overtime {} in 28 days", "28 天内加班 {}"])),
    (Feature::CutMeal, period(Decimal, TIMES, ["Meals cut short", "缩短的用餐"], ["Meals cut short: {} in 28 days", "28 天内用餐被缩短 {}"])),
    (Feature::Hostile, window(Decimal, TIMES, ["Hostile contacts per 100", "每百次联络中的敌意来电"], ["Hostile contacts {} per 100", "每百次联络中的敌意来电 {}"])),
    (Feature::LongWait, window(Percent, PERCENT, ["Callers who had waited too long", "久等来电占比"], ["Callers who had waited too long {} of calls", "久等来电占来电 {}"])),
    (Feature::TeamExits, row(Kind::Alone, Percent, PERCENT, ["Leavers in the team", "团队离职占比"], ["{} of the team left in the last 30 days", "近 30 天团队中有 {} 的人离职"])),
    (Feature::LeaderChanged, fact(["New leader", "更换班组长"], ["New leader within the last 60 days", "近 60 天内更换了班组长"], ["No new leader within the last 60 days", "近 60 天内未更换班组长"])),
    (Feature::TargetGap, period(Percent, PERCENT, ["Targets missed", "未达标指标占比"], ["Targets missed {} of the own ones", "个人指标未达标 {}"])),
    (Feature::TargetOutOfReach, row(Kind::Alone, Percent, PERCENT, ["Peers who miss the same targets", "同组未达标占比"], ["{} of comparable colleagues miss the same targets", "可比同事中有 {} 未达到同样的指标"])),
    (Feature::Tenure, row(Kind::Alone, Whole, [" days", " 天"], ["Time since hiring", "司龄"], ["Hired {} ago", "入职 {}"])),
    (Feature::SurveyPulse, fact(["Own answer in the pulse survey", "员工脉搏调查"], ["Own answer in the pulse survey: less content than the middle", "员工脉搏调查本人回答偏不满意"], ["Own answer in the pulse survey: not less content than the middle", "员工脉搏调查本人回答未偏不满意"])),
];

/// How a feature is told.
pub(super) const fn template(feature: Feature) -> Template {
    TABLE[feature as usize].1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::catalogue;

    #[test]
    fn the_table_has_every_feature_in_its_place() {
        let (of_table, of_catalogue): (Vec<_>, Vec<_>) =
            (TABLE.iter().map(|(feature, _)| *feature).collect(), catalogue().iter().map(|spec| spec.feature).collect());
        assert_eq!(of_table, of_catalogue);
    }
}
