//! Rows of `group_notices` in the attrition database.

use super::{owned, version};
use clickhouse::Row;
use events::GroupNotice;
use serde::Serialize;

/// A row of `group_notices`; its columns are documented in the migrations.
#[derive(Clone, Debug, PartialEq, Row, Serialize)]
pub(crate) struct GroupNoticeRow {
    pub(crate) tenant: String,
    pub(crate) site: String,
    pub(crate) notice_id: String,
    pub(crate) kind: String,
    pub(crate) group_kind: String,
    pub(crate) group_name: String,
    pub(crate) cause: String,
    pub(crate) day: i32,
    pub(crate) began_day: i32,
    pub(crate) held_day: i32,
    pub(crate) ending: Option<String>,
    pub(crate) event_time: i64,
    pub(crate) agents: i32,
    pub(crate) moved: Vec<(String, f64)>,
    pub(crate) config_hash: Option<String>,
    pub(crate) code_version: Option<String>,
    pub(crate) version: u64,
}

impl GroupNoticeRow {
    /// `offset` in the topic is the order in which notices were written.
    pub(crate) fn new(notice: &GroupNotice<'_>, offset: i64) -> Self {
        GroupNoticeRow {
            tenant: notice.tenant.to_owned(),
            site: notice.site.to_owned(),
            notice_id: notice.notice_id.to_owned(),
            kind: notice.kind.name().to_owned(),
            group_kind: notice.group_kind.to_owned(),
            group_name: notice.group.to_owned(),
            cause: notice.cause.to_owned(),
            day: notice.day,
            began_day: notice.began_day,
            held_day: notice.held_day,
            ending: owned(notice.ending),
            event_time: notice.event_time_us,
            agents: notice.agents,
            moved: notice.moved.iter().map(|moved| (moved.measure.to_owned(), moved.by)).collect(),
            config_hash: owned(notice.config_hash),
            code_version: owned(notice.code_version),
            version: version(0, offset),
        }
    }
}
