//! `GroupNotice`: a group of a site moved as a whole (`schemas/group_notice.v1.avsc`).

use serde::{Deserialize, Serialize};

/// What is told of an event of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// It began.
    #[default]
    Began,
    /// It ended.
    Ended,
}

impl NoticeKind {
    /// Its name in the schema and in SQL.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Began => "began",
            Self::Ended => "ended",
        }
    }
}

/// Something that moved. Field documentation: `schemas/group_notice.v1.avsc`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct MovedMeasure<'a> {
    pub measure: &'a str,
    pub by: f64,
}

/// A group that moved as a whole, or does so no more. Field documentation: `schemas/group_notice.v1.avsc`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct GroupNotice<'a> {
    pub tenant: &'a str,
    pub site: &'a str,
    pub notice_id: &'a str,
    pub kind: NoticeKind,
    pub group_kind: &'a str,
    pub group: &'a str,
    pub cause: &'a str,
    pub day: i32,
    pub began_day: i32,
    pub held_day: i32,
    #[serde(borrow)]
    pub ending: Option<&'a str>,
    pub event_time_us: i64,
    pub agents: i32,
    #[serde(borrow)]
    pub moved: Vec<MovedMeasure<'a>>,
    #[serde(borrow)]
    pub config_hash: Option<&'a str>,
    #[serde(borrow)]
    pub code_version: Option<&'a str>,
}

impl GroupNotice<'_> {
    /// Key in the topic `attrition-notices`: the identity of the notice, so that what is told twice is compacted to one.
    ///
    /// ```
    /// let notice = events::GroupNotice { tenant: "acme", site: "north", notice_id: "ab", ..Default::default() };
    /// assert_eq!(notice.key(), "acme\u{1f}north\u{1f}ab\u{1f}began");
    /// ```
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}\u{1f}{}\u{1f}{}\u{1f}{}", self.tenant, self.site, self.notice_id, self.kind.name())
    }
}
