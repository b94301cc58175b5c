//! `SignalEvent`: what happened to an early warning of attrition (`schemas/signal_event.v3.avsc`).

use serde::{Deserialize, Serialize};

/// What happened to a signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    /// A talk is due.
    #[default]
    Opened,
    /// It became urgent.
    Escalated,
    /// The leader recorded what the leader saw.
    Acknowledged,
    /// A talk was held.
    Talked,
    /// It ended with an outcome.
    Closed,
    /// It ended by its age.
    Expired,
    /// The agent objects.
    Contested,
    /// The objection was answered: it stays.
    ObjectionRejected,
    /// It should not have been: the objection was upheld, or corrected data take it back.
    Withdrawn,
}

impl SignalKind {
    /// Every kind, in the order of the schema.
    pub const ALL: [Self; 9] = [
        Self::Opened,
        Self::Escalated,
        Self::Acknowledged,
        Self::Talked,
        Self::Closed,
        Self::Expired,
        Self::Contested,
        Self::ObjectionRejected,
        Self::Withdrawn,
    ];

    /// Its name in the schema and in SQL.
    ///
    /// ```
    /// assert_eq!(events::SignalKind::ObjectionRejected.name(), "objection_rejected");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Escalated => "escalated",
            Self::Acknowledged => "acknowledged",
            Self::Talked => "talked",
            Self::Closed => "closed",
            Self::Expired => "expired",
            Self::Contested => "contested",
            Self::ObjectionRejected => "objection_rejected",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Who did it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalActor {
    /// The product itself.
    #[default]
    System,
    /// The agent's leader.
    Leader,
    /// The agent.
    Agent,
    /// A person of human resources.
    HumanResources,
}

impl SignalActor {
    /// Its name in the schema and in SQL.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Leader => "leader",
            Self::Agent => "agent",
            Self::HumanResources => "human_resources",
        }
    }
}

/// Why a score is what it is: one family. Field documentation: `schemas/signal_event.v3.avsc`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct SignalReason<'a> {
    pub code: &'a str,
    pub family: &'a str,
    pub contribution: f64,
    pub text_en: &'a str,
    pub text_zh: &'a str,
    pub organisation: bool,
}

/// Something that happened to a signal. Field documentation: `schemas/signal_event.v3.avsc`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct SignalEvent<'a> {
    pub tenant: &'a str,
    pub site: &'a str,
    pub agent: &'a str,
    pub signal_id: &'a str,
    pub episode: i32,
    pub kind: SignalKind,
    pub state: &'a str,
    pub tier: &'a str,
    pub day: i32,
    pub event_time_us: i64,
    pub actor: SignalActor,
    #[serde(borrow)]
    pub actor_id: Option<&'a str>,
    #[serde(borrow)]
    pub outcome: Option<&'a str>,
    #[serde(borrow)]
    pub note: Option<&'a str>,
    #[serde(borrow)]
    pub team: Option<&'a str>,
    #[serde(borrow)]
    pub leader: Option<&'a str>,
    #[serde(borrow)]
    pub model_id: Option<&'a str>,
    pub probability: Option<f64>,
    pub base: Option<f64>,
    #[serde(borrow)]
    pub reasons: Vec<SignalReason<'a>>,
    pub feature_schema: Option<i32>,
    #[serde(borrow)]
    pub inputs_hash: Option<&'a str>,
    #[serde(borrow)]
    pub config_hash: Option<&'a str>,
    #[serde(borrow)]
    pub code_version: Option<&'a str>,
    #[serde(default)]
    pub silent: bool,
    #[serde(default)]
    pub silent_share: Option<f64>,
    #[serde(default, borrow)]
    pub rules: Vec<&'a str>,
    #[serde(default, borrow)]
    pub lowering: Vec<SignalReason<'a>>,
    #[serde(default)]
    pub calibrated: bool,
}

impl SignalEvent<'_> {
    /// Key in the topic `attrition-signals`: the identity of the event, so that what is told twice is compacted to one, and one event can be erased.
    ///
    /// ```
    /// let event = events::SignalEvent { tenant: "acme", agent: "17", signal_id: "ab", day: 20_000, ..Default::default() };
    /// assert_eq!(event.key(), "acme\u{1f}17\u{1f}ab\u{1f}opened\u{1f}20000");
    /// ```
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}\u{1f}{}\u{1f}{}\u{1f}{}", self.agent_key(), self.signal_id, self.kind.name(), self.day)
    }

    /// What its partition is chosen by: all events of an agent lie in one, in the order in which they were written.
    #[must_use]
    pub fn agent_key(&self) -> String {
        format!("{}\u{1f}{}", self.tenant, self.agent)
    }
}
