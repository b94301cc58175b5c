//! `Observation`: what another system reports whole (`schemas/observation.v1.avsc`).

use serde::{Deserialize, Serialize};

/// What was observed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObservationKind {
    /// A customer was asked.
    SurveyInvited,
    /// A customer answered one question.
    SurveyAnswered,
    /// A contact was judged.
    Evaluation,
    /// Something was offered to a customer.
    Offer,
    /// A customer was identified.
    Verification,
    /// A number was dialled.
    Dial,
    /// Work that is no contact.
    Ticket,
    /// What an agent is scheduled to do for a while.
    Shift,
    /// An agent is away for a while of the schedule.
    Absence,
    /// Anything else; kept, without effect.
    #[default]
    Other,
}

impl ObservationKind {
    /// Its name in schemas, mappings and SQL.
    ///
    /// ```
    /// assert_eq!(events::ObservationKind::SurveyAnswered.name(), "survey_answered");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            ObservationKind::SurveyInvited => "survey_invited",
            ObservationKind::SurveyAnswered => "survey_answered",
            ObservationKind::Evaluation => "evaluation",
            ObservationKind::Offer => "offer",
            ObservationKind::Verification => "verification",
            ObservationKind::Dial => "dial",
            ObservationKind::Ticket => "ticket",
            ObservationKind::Shift => "shift",
            ObservationKind::Absence => "absence",
            ObservationKind::Other => "other",
        }
    }
}

/// What another system reports whole. Field documentation and units: `schemas/observation.v1.avsc`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct Observation<'a> {
    pub tenant: &'a str,
    pub source: &'a str,
    pub observation_id: &'a str,
    pub kind: ObservationKind,
    pub observed_us: i64,
    pub ended_us: Option<i64>,
    pub due_us: Option<i64>,
    pub subject_us: Option<i64>,
    #[serde(borrow)]
    pub contact_id: Option<&'a str>,
    #[serde(borrow)]
    pub agent: Option<&'a str>,
    #[serde(borrow)]
    pub queue: Option<&'a str>,
    #[serde(borrow)]
    pub customer: Option<&'a str>,
    #[serde(borrow)]
    pub campaign: Option<&'a str>,
    #[serde(borrow)]
    pub list: Option<&'a str>,
    #[serde(borrow)]
    pub record: Option<&'a str>,
    #[serde(borrow)]
    pub dimension: Option<&'a str>,
    #[serde(borrow)]
    pub outcome: Option<&'a str>,
    #[serde(borrow)]
    pub reason: Option<&'a str>,
    pub score_milli: Option<i64>,
    pub score_max_milli: Option<i64>,
    pub amount_milli: Option<i64>,
    pub duration_ms: Option<i64>,
    #[serde(borrow)]
    pub sampling: Option<&'a str>,
    pub fatal: bool,
    pub revision: i64,
}

impl Observation<'_> {
    /// Key of the topic.
    ///
    /// ```
    /// let answer = events::Observation { tenant: "acme", source: "survey", observation_id: "7", ..Default::default() };
    /// assert_eq!(answer.key(), "acme\u{1f}other\u{1f}survey\u{1f}7");
    /// ```
    pub fn key(&self) -> String {
        format!("{}\u{1f}{}\u{1f}{}\u{1f}{}", self.tenant, self.kind.name(), self.source, self.observation_id)
    }
}
