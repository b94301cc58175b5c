//! Rows of what does not come from the telephone: observations and reference data.

use super::{owned, version};
use clickhouse::Row;
use events::{Observation, Reference};
use serde::Serialize;

/// A row of `observations`; its columns are documented in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, Row, Serialize)]
pub(crate) struct ObservationRow {
    pub(crate) tenant: String,
    pub(crate) kind: String,
    pub(crate) source: String,
    pub(crate) observation_id: String,
    pub(crate) observed_at: i64,
    pub(crate) ended_at: Option<i64>,
    pub(crate) due_at: Option<i64>,
    pub(crate) subject_at: Option<i64>,
    pub(crate) contact_id: Option<String>,
    pub(crate) agent: Option<String>,
    pub(crate) queue: Option<String>,
    pub(crate) customer: Option<String>,
    pub(crate) campaign: Option<String>,
    pub(crate) list: Option<String>,
    pub(crate) record: Option<String>,
    pub(crate) dimension: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) score_milli: Option<i64>,
    pub(crate) score_max_milli: Option<i64>,
    pub(crate) amount_milli: Option<i64>,
    pub(crate) duration_ms: Option<i64>,
    pub(crate) sampling: Option<String>,
    pub(crate) fatal: bool,
    pub(crate) version: u64,
}

impl ObservationRow {
    /// `offset` in the topic decides between two that have no revision.
    pub(crate) fn new(observation: &Observation<'_>, offset: i64) -> Self {
        let revision = if observation.revision > 0 { observation.revision } else { offset };
        ObservationRow {
            tenant: observation.tenant.to_owned(),
            kind: observation.kind.name().to_owned(),
            source: observation.source.to_owned(),
            observation_id: observation.observation_id.to_owned(),
            observed_at: observation.observed_us,
            ended_at: observation.ended_us,
            due_at: observation.due_us,
            subject_at: observation.subject_us,
            contact_id: owned(observation.contact_id),
            agent: owned(observation.agent),
            queue: owned(observation.queue),
            customer: owned(observation.customer),
            campaign: owned(observation.campaign),
            list: owned(observation.list),
            record: owned(observation.record),
            dimension: owned(observation.dimension),
            outcome: owned(observation.outcome),
            reason: owned(observation.reason),
            score_milli: observation.score_milli,
            score_max_milli: observation.score_max_milli,
            amount_milli: observation.amount_milli,
            duration_ms: observation.duration_ms,
            sampling: owned(observation.sampling),
            fatal: observation.fatal,
            version: revision.max(0) as u64,
        }
    }
}

/// A row of `reference`; its columns are documented in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, Row, Serialize)]
pub(crate) struct ReferenceRow {
    pub(crate) tenant: String,
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) valid_from: i64,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) version: u64,
    pub(crate) is_deleted: u8,
}

impl ReferenceRow {
    pub(crate) fn new(reference: &Reference<'_>) -> Self {
        ReferenceRow {
            tenant: reference.tenant.to_owned(),
            kind: reference.kind.name().to_owned(),
            id: reference.id.to_owned(),
            valid_from: reference.valid_from_us,
            attributes: reference.attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            version: version(0, reference.revision),
            is_deleted: u8::from(reference.removed),
        }
    }
}
