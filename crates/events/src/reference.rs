//! `Reference`: what was known of an agent, queue, team or site from a moment on (`schemas/reference.v1.avsc`).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What it is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum ReferenceKind {
    Site,
    Team,
    #[default]
    Agent,
    Queue,
    Reason,
    Campaign,
    List,
    Target,
    Calendar,
    Annotation,
}

impl ReferenceKind {
    /// Every kind.
    pub const ALL: [ReferenceKind; 10] = [
        ReferenceKind::Site,
        ReferenceKind::Team,
        ReferenceKind::Agent,
        ReferenceKind::Queue,
        ReferenceKind::Reason,
        ReferenceKind::Campaign,
        ReferenceKind::List,
        ReferenceKind::Target,
        ReferenceKind::Calendar,
        ReferenceKind::Annotation,
    ];

    /// Its name in schemas, files and SQL.
    ///
    /// ```
    /// assert_eq!(events::ReferenceKind::Site.name(), "site");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            ReferenceKind::Site => "site",
            ReferenceKind::Team => "team",
            ReferenceKind::Agent => "agent",
            ReferenceKind::Queue => "queue",
            ReferenceKind::Reason => "reason",
            ReferenceKind::Campaign => "campaign",
            ReferenceKind::List => "list",
            ReferenceKind::Target => "target",
            ReferenceKind::Calendar => "calendar",
            ReferenceKind::Annotation => "annotation",
        }
    }
}

/// What was known from a moment on. Field documentation: `schemas/reference.v1.avsc`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "documented once, in the schema")]
pub struct Reference<'a> {
    pub tenant: &'a str,
    pub kind: ReferenceKind,
    pub id: &'a str,
    pub valid_from_us: i64,
    #[serde(borrow)]
    pub attributes: BTreeMap<&'a str, &'a str>,
    pub removed: bool,
    pub revision: i64,
}

impl Reference<'_> {
    /// Key of the topic.
    ///
    /// ```
    /// let site = events::Reference { tenant: "acme", kind: events::ReferenceKind::Site, id: "north", valid_from_us: 5, ..Default::default() };
    /// assert_eq!(site.key(), "acme\u{1f}site\u{1f}north\u{1f}5");
    /// ```
    pub fn key(&self) -> String {
        format!("{}\u{1f}{}\u{1f}{}\u{1f}{}", self.tenant, self.kind.name(), self.id, self.valid_from_us)
    }
}
