//! Rows of `signal_events` in the attrition database.

use super::{owned, version};
use clickhouse::Row;
use events::{SignalEvent, SignalReason};
use serde::Serialize;

/// Code, family, contribution, English, Chinese, whether it is for the organisation to change.
pub(crate) type ReasonColumns = (String, String, f64, String, String, bool);

/// A row of `signal_events`; its columns are documented in the migrations.
#[derive(Clone, Debug, PartialEq, Row, Serialize)]
pub(crate) struct SignalEventRow {
    pub(crate) tenant: String,
    pub(crate) site: String,
    pub(crate) agent: String,
    pub(crate) signal_id: String,
    pub(crate) episode: i32,
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) tier: String,
    pub(crate) day: i32,
    pub(crate) event_time: i64,
    pub(crate) actor: String,
    pub(crate) actor_id: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) team: Option<String>,
    pub(crate) leader: Option<String>,
    pub(crate) model_id: Option<String>,
    pub(crate) probability: Option<f64>,
    pub(crate) base: Option<f64>,
    pub(crate) reasons: Vec<ReasonColumns>,
    pub(crate) feature_schema: Option<i32>,
    pub(crate) inputs_hash: Option<String>,
    pub(crate) config_hash: Option<String>,
    pub(crate) code_version: Option<String>,
    pub(crate) silent: bool,
    pub(crate) silent_share: Option<f64>,
    pub(crate) rules: Vec<String>,
    pub(crate) lowering: Vec<ReasonColumns>,
    pub(crate) calibrated: bool,
    pub(crate) version: u64,
}

impl SignalEventRow {
    /// `offset` in the topic is the order in which the events of an agent were written.
    pub(crate) fn new(event: &SignalEvent<'_>, offset: i64) -> Self {
        SignalEventRow {
            tenant: event.tenant.to_owned(),
            site: event.site.to_owned(),
            agent: event.agent.to_owned(),
            signal_id: event.signal_id.to_owned(),
            episode: event.episode,
            kind: event.kind.name().to_owned(),
            state: event.state.to_owned(),
            tier: event.tier.to_owned(),
            day: event.day,
            event_time: event.event_time_us,
            actor: event.actor.name().to_owned(),
            actor_id: owned(event.actor_id),
            outcome: owned(event.outcome),
            note: owned(event.note),
            team: owned(event.team),
            leader: owned(event.leader),
            model_id: owned(event.model_id),
            probability: event.probability,
            base: event.base,
            reasons: event.reasons.iter().map(columns).collect(),
            feature_schema: event.feature_schema,
            inputs_hash: owned(event.inputs_hash),
            config_hash: owned(event.config_hash),
            code_version: owned(event.code_version),
            silent: event.silent,
            silent_share: event.silent_share,
            rules: event.rules.iter().map(|rule| (*rule).to_owned()).collect(),
            lowering: event.lowering.iter().map(columns).collect(),
            calibrated: event.calibrated,
            version: version(0, offset),
        }
    }
}

fn columns(reason: &SignalReason<'_>) -> ReasonColumns {
    let text = |text: &str| text.to_owned();
    let (english, chinese) = (text(reason.text_en), text(reason.text_zh));
    (text(reason.code), text(reason.family), reason.contribution, english, chinese, reason.organisation)
}
