//! Groups of a site, and what is told of one that moved as a whole.

use crate::signals::Ending;
use serde::{Deserialize, Serialize};

/// A group of agents, the widest kind first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Group {
    /// Everybody of the site.
    Site,
    /// Who works on the same queues.
    QueueGroup(String),
    /// A team.
    Team(String),
}

impl Group {
    /// Its kind, in files and tables.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::QueueGroup(_) => "queue_group",
            Self::Team(_) => "team",
        }
    }

    /// Its name; that of the site is empty.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Site => "",
            Self::QueueGroup(name) | Self::Team(name) => name,
        }
    }

    /// The group of a kind and name as [`Self::kind`] and [`Self::name`] give them.
    ///
    /// ```
    /// use attrition::site::Group;
    /// let team = Group::Team("red".to_owned());
    /// assert_eq!(Group::named(team.kind(), team.name()), Some(team));
    /// assert_eq!((Group::named("site", ""), Group::named("shift", "late")), (Some(Group::Site), None));
    /// ```
    #[must_use]
    pub fn named(kind: &str, name: &str) -> Option<Self> {
        match kind {
            "site" => Some(Self::Site),
            "queue_group" => Some(Self::QueueGroup(name.to_owned())),
            "team" => Some(Self::Team(name.to_owned())),
            _ => None,
        }
    }
}

/// What an event of a group was seen by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Cause {
    /// More are absent than usual.
    Absence,
    /// Several measures jumped to the worse on one day.
    Measures,
    /// The charts of many alarmed within three days.
    Alarms,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 3] = [Self::Absence, Self::Measures, Self::Alarms];

    /// Its name, in files and tables.
    ///
    /// ```
    /// use attrition::site::Cause;
    /// assert!(Cause::ALL.into_iter().all(|cause| Cause::named(cause.name()) == Some(cause)));
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Absence => "absence",
            Self::Measures => "measures",
            Self::Alarms => "alarms",
        }
    }

    /// The cause of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.name() == name)
    }
}

/// Something of a group that moved, to the worse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Code of the feature; `alarmed` of charts that alarmed.
    pub measure: String,
    /// By how much: of a measure in day-to-day standard deviations of an agent, of absence in times what is usual, of alarms as a share of the group.
    pub by: f64,
}

/// What is told of a group that moved as a whole: an event of the organisation, not of persons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// The group.
    pub group: Group,
    /// What it was seen by.
    pub cause: Cause,
    /// Its first day, days since 1970-01-01: with tenant, site, group and cause the event's id.
    pub began_day: i32,
    /// How it ended; none: it began.
    pub ended: Option<Ending>,
    /// The latest day on which it was seen.
    pub held_day: i32,
    /// Agents it was seen by on its first day, at least eight.
    pub agents: u32,
    /// What moved on its first day, the most first.
    pub moved: Vec<Moved>,
}
