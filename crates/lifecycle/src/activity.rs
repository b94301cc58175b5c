//! What an agent did: declared events and the work that contacts show, folded into activity spans.
//!
//! [`AgentItems`] keeps what is known of one agent. [`spans`] turns it into consecutive [`Span`]s up to the watermark:
//! purely, so that any order of arrival and any repetition gives the same. [`cut`] shares spans out to panes, exactly.
//! Rules: domain.md 3.1 and 3.3; what had to be assumed is marked with the bits of [`inferred`].
//!
//! Precedence (domain.md 3.1): not responding, contact, dialling, after-call work, a call beside the queues, ringing, pause, available. So a
//! break pressed during a call begins when the call and its after-call work end. Where the agent's source is silent, only contacts and
//! their after-call work are known. Offline time is no span.

mod heartbeats;
mod items;
mod observed;
mod presence;
mod session;
mod spans;
mod transitions;

pub use events::{Activity, PauseKind};
pub use items::{AgentItems, Declared, Work};
pub use spans::{cut, spans, spans_and_next};

use std::collections::BTreeMap;

/// Bits of [`Span::inferred`]. A bit never changes its meaning.
pub mod inferred {
    /// Nobody saw the login: work, a pause or the duration of the logout stands in. On the first span of a session.
    pub const LOGIN_INFERRED: i32 = 1;
    /// Nobody saw the logout: the session ended with the last thing heard. On the last span of a session.
    pub const LOGOUT_INFERRED: i32 = 1 << 1;
    /// The session was closed by another login. On its last span.
    pub const SECOND_LOGIN: i32 = 1 << 2;
    /// The reason of the pause is not in the table: someone should map it.
    pub const UNMAPPED_REASON: i32 = 1 << 3;
    /// The declared after-call work ended by its planned length, not by an event.
    pub const ACW_PLANNED: i32 = 1 << 4;
    /// The declared after-call work had no planned length and was ended by the cap.
    pub const ACW_CAPPED: i32 = 1 << 5;
    /// The source was silent. On every unknown span.
    pub const SOURCE_GAP: i32 = 1 << 6;
    /// The source restarted, and the session is lost. On its last span.
    pub const SOURCE_RESTARTED: i32 = 1 << 7;
    /// Nothing that agents usually do leads here from what the agent did before: recorded and counted, not refused.
    pub const UNUSUAL_TRANSITION: i32 = 1 << 8;
    /// The end of ringing or dialling was not seen, and the cap ended it.
    pub const OFFER_CAPPED: i32 = 1 << 9;

    /// Every bit with its stable name, lowest first.
    pub const ALL: &[(i32, &str)] = &[
        (LOGIN_INFERRED, "login_inferred"),
        (LOGOUT_INFERRED, "logout_inferred"),
        (SECOND_LOGIN, "second_login"),
        (UNMAPPED_REASON, "unmapped_reason"),
        (ACW_PLANNED, "acw_planned"),
        (ACW_CAPPED, "acw_capped"),
        (SOURCE_GAP, "source_gap"),
        (SOURCE_RESTARTED, "session_lost"),
        (UNUSUAL_TRANSITION, "unusual_transition"),
        (OFFER_CAPPED, "offer_capped"),
    ];
}

/// One stretch of one activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where it began.
    pub started_us: i64,
    /// Where it ended; none: still going on.
    pub ended_us: Option<i64>,
    /// What the agent did.
    pub activity: Activity,
    /// The text that the agent gave with a pause.
    pub reason: Option<Box<str>>,
    /// Bits of [`inferred`].
    pub inferred: i32,
}

/// Reasons of pauses as people type them, and the activity that each means. It has a version, because a changed table
/// changes the past when spans are folded again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonMap {
    version: u32,
    entries: BTreeMap<String, Activity>,
}

impl ReasonMap {
    /// A table of exactly these reasons. Case, spaces around, and `_` or `-` for a space make no difference; the last
    /// entry of a reason wins.
    pub fn new<Text: AsRef<str>>(version: u32, entries: impl IntoIterator<Item = (Text, Activity)>) -> Self {
        ReasonMap { version, entries: entries.into_iter().map(|(reason, activity)| (normal(reason.as_ref()), activity)).collect() }
    }

    /// This table with a centre's own reasons, which outweigh those that it has, and a version of the centre's.
    ///
    /// ```
    /// use lifecycle::activity::{Activity, PauseKind, ReasonMap};
    /// let reasons = ReasonMap::default().with(7, [("zumba", Activity::Pause(PauseKind::TeamActivity))]);
    /// assert_eq!(reasons.activity(Some("Zumba")), (Activity::Pause(PauseKind::TeamActivity), true));
    /// assert_eq!(reasons.activity(Some("lunch")), (Activity::Pause(PauseKind::Meal), true));
    /// assert_eq!(reasons.version(), 7);
    /// ```
    #[must_use]
    pub fn with<Text: AsRef<str>>(mut self, version: u32, entries: impl IntoIterator<Item = (Text, Activity)>) -> Self {
        self.entries.extend(ReasonMap::new(version, entries).entries);
        self.version = version;
        self
    }

    /// Every reason, in the form in which reasons are compared, with what it means.
    pub fn entries(&self) -> impl Iterator<Item = (&str, Activity)> {
        self.entries.iter().map(|(reason, activity)| (reason.as_str(), *activity))
    }

    /// The version that [`new`](ReasonMap::new) was given.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The activity that a reason means, and whether the table knows it. Without a reason there is nothing to map: an
    /// unspecified pause, and known.
    ///
    /// ```
    /// use lifecycle::activity::{Activity, PauseKind, ReasonMap};
    /// let reasons = ReasonMap::default();
    /// assert_eq!(reasons.activity(Some(" Lunch")), (Activity::Pause(PauseKind::Meal), true));
    /// assert_eq!(reasons.activity(Some("zumba")), (Activity::Pause(PauseKind::Unspecified), false));
    /// ```
    pub fn activity(&self, reason: Option<&str>) -> (Activity, bool) {
        let reason = normal(reason.unwrap_or_default());
        let unspecified = Activity::Pause(PauseKind::Unspecified);
        match self.entries.get(&reason) {
            Some(activity) => (*activity, true),
            None => (unspecified, reason.is_empty()),
        }
    }
}

/// The form in which reasons are compared.
fn normal(reason: &str) -> String {
    reason.trim().to_lowercase().replace(['_', '-'], " ")
}

/// The reasons that centres use most.
const REASONS: &[(Activity, &[&str])] = &[
    (Activity::Pause(PauseKind::Break), &["break", "pause", "short break", "coffee", "coffee break", "tea", "rest", "小休", "休息"]),
    (Activity::Pause(PauseKind::Meal), &["lunch", "meal", "dinner", "supper", "breakfast", "lunch break", "用餐", "吃饭", "午餐", "晚餐"]),
    (Activity::Pause(PauseKind::Personal), &["personal", "toilet", "restroom", "bathroom", "wc", "bio", "bio break", "私事", "洗手间"]),
    (Activity::Pause(PauseKind::Training), &["training", "course", "e learning", "培训"]),
    (Activity::Pause(PauseKind::Meeting), &["meeting", "briefing", "会议", "开会", "班前会"]),
    (Activity::Pause(PauseKind::Coaching), &["coaching", "one on one", "1:1", "feedback", "辅导"]),
    (Activity::Pause(PauseKind::TeamActivity), &["team", "team activity", "team event", "团队活动"]),
    (Activity::Pause(PauseKind::Evaluation), &["evaluation", "quality", "qa", "calibration", "exam", "质检", "考试"]),
    (
        Activity::Pause(PauseKind::SystemIssue),
        &["system", "system issue", "technical", "technical issue", "it", "it issue", "系统故障", "故障"],
    ),
    (
        Activity::BackOffice,
        &["back office", "backoffice", "ticket", "tickets", "email", "e mail", "emails", "mail", "paperwork", "工单", "后台", "邮件"],
    ),
    (Activity::Acw, &["wrapup", "wrap up", "acw", "after call", "after call work", "aftercall", "话后", "话后处理", "事后处理", "整理"]),
];

impl Default for ReasonMap {
    fn default() -> Self {
        ReasonMap::new(1, REASONS.iter().flat_map(|(activity, reasons)| reasons.iter().map(|reason| (*reason, *activity))))
    }
}

/// What a centre can set about activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityOptions {
    /// A session in which nothing was heard for this long ended with the last thing heard. 16 h.
    pub session_max_ms: i64,
    /// After-call work whose end is not known lasts at most this long, declared without a planned length or seen to begin after a
    /// contact; none: until an event ends it. 15 min.
    pub acw_cap_ms: Option<i64>,
    /// Ringing or dialling whose end was not seen lasts at most this long. 5 min.
    pub offer_cap_ms: i64,
    /// An agent of whom heartbeats come and of whom nothing was heard for so long is unknown from then on: three heartbeats of
    /// Amazon Connect, which come every 120 s. 6 min.
    pub heartbeats_missed_ms: i64,
    /// What the reasons of pauses mean.
    pub reasons: ReasonMap,
}

impl ActivityOptions {
    /// The cap of after-call work in microseconds.
    fn acw_cap_us(&self) -> Option<i64> {
        self.acw_cap_ms.map(|cap_ms| crate::options::micros(cap_ms.max(0)))
    }
}

impl Default for ActivityOptions {
    fn default() -> Self {
        ActivityOptions {
            session_max_ms: 16 * 3_600_000,
            acw_cap_ms: Some(15 * 60_000),
            offer_cap_ms: 5 * 60_000,
            heartbeats_missed_ms: 3 * 120_000,
            reasons: ReasonMap::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::inferred::*;
    use super::*;

    #[test]
    fn reasons_are_compared_without_case_spaces_and_joints() {
        let reasons = ReasonMap::new(3, [("Team_Huddle", Activity::Pause(PauseKind::TeamActivity))]);
        assert_eq!(reasons.version(), 3);
        assert_eq!(reasons.activity(Some(" team-huddle ")), (Activity::Pause(PauseKind::TeamActivity), true));
        assert_eq!(reasons.activity(Some("lunch")), (Activity::Pause(PauseKind::Unspecified), false));
        assert_eq!(reasons.activity(Some(" ")), (Activity::Pause(PauseKind::Unspecified), true));
        let usual = ReasonMap::default();
        assert_eq!(usual.activity(Some("用餐")), (Activity::Pause(PauseKind::Meal), true));
        assert_eq!(usual.activity(Some("BACK_OFFICE")), (Activity::BackOffice, true));
    }

    #[test]
    fn bits_are_distinct() {
        let named = [LOGIN_INFERRED, LOGOUT_INFERRED, SECOND_LOGIN, UNMAPPED_REASON, ACW_PLANNED, ACW_CAPPED, SOURCE_GAP];
        let named = [&named[..], &[SOURCE_RESTARTED, UNUSUAL_TRANSITION, OFFER_CAPPED]].concat();
        assert_eq!(inferred::ALL.iter().map(|(bit, _)| *bit).collect::<Vec<_>>(), named);
        assert_eq!(named.iter().fold(0, |all, bit| all ^ bit), 0x3ff);
    }
}
