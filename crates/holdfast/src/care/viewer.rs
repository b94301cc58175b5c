//! Who asks, and what for. Both are said with every command and written down with every answer.

use attrition::signals::Actor;
use std::str::FromStr;

/// What somebody is to the agents whose signals there are, or whom reports name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Leads a team.
    Leader,
    /// Is the agent.
    Agent,
    /// Works for human resources.
    HumanResources,
    /// Sets targets: told of grooves and short talks, which are defects of targets first. No signals.
    KpiOwner,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Leader, Self::Agent, Self::HumanResources, Self::KpiOwner];

    /// Its name in the access log and in `--as`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Agent => "agent",
            Self::HumanResources => "hr",
            Self::KpiOwner => "kpi-owner",
        }
    }

    /// The same in the life of a signal; none: signals are not for this role.
    #[must_use]
    pub const fn actor(self) -> Option<Actor> {
        match self {
            Self::Leader => Some(Actor::Leader),
            Self::Agent => Some(Actor::Agent),
            Self::HumanResources => Some(Actor::HumanResources),
            Self::KpiOwner => None,
        }
    }
}

/// Somebody who asks.
///
/// ```
/// use holdfast::care::{Role, Viewer};
/// let viewer: Viewer = "leader:leader-1".parse().unwrap();
/// assert_eq!((viewer.role, viewer.id.as_str()), (Role::Leader, "leader-1"));
/// assert!("boss:x".parse::<Viewer>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// What this person is.
    pub role: Role,
    /// The person's id: of a leader and an agent as the reference data have it.
    pub id: String,
}

impl FromStr for Viewer {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "write leader:ID, agent:ID, hr:ID or kpi-owner:ID";
        let (role, id) = text.split_once(':').ok_or(wrong)?;
        let role = Role::ALL.into_iter().find(|known| known.name() == role).ok_or(wrong)?;
        if id.is_empty() || id.chars().any(char::is_control) {
            return Err(wrong);
        }
        Ok(Self { role, id: id.to_owned() })
    }
}

/// What somebody asks for. The list is closed: keeping people, their own rights, and looking after the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// A talk that is to keep somebody.
    RetentionTalk,
    /// One's own data.
    OwnData,
    /// An objection and its answer.
    Objection,
    /// Whether the system is used as it should be.
    Oversight,
    /// Coaching and training. For reports.
    Coaching,
    /// Whether targets are met by work or by bending it. For reports.
    Targets,
}

/// What it must never be used for. Refused with the reason, not as a spelling mistake.
const NEVER: &[&str] = &["dismissal", "pay", "rating", "appraisal", "shifts", "scheduling", "hiring", "promotion", "discipline"];

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 6] = [Self::RetentionTalk, Self::OwnData, Self::Objection, Self::Oversight, Self::Coaching, Self::Targets];

    /// Its name in the access log and in `--purpose`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RetentionTalk => "retention-talk",
            Self::OwnData => "own-data",
            Self::Objection => "objection",
            Self::Oversight => "oversight",
            Self::Coaching => "coaching",
            Self::Targets => "targets",
        }
    }

    /// Whether somebody in this role can have this purpose.
    #[must_use]
    pub const fn fits(self, role: Role) -> bool {
        match role {
            Role::Leader => matches!(self, Self::RetentionTalk | Self::Coaching),
            Role::Agent => matches!(self, Self::OwnData | Self::Objection),
            Role::HumanResources => matches!(self, Self::RetentionTalk | Self::Objection | Self::Oversight),
            Role::KpiOwner => matches!(self, Self::Targets),
        }
    }

    /// Whether signals are shown for it; the others are for reports ([`crate::staying`]).
    #[must_use]
    pub const fn is_for_signals(self) -> bool {
        !matches!(self, Self::Coaching | Self::Targets)
    }
}

impl FromStr for Purpose {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(purpose) = Self::ALL.into_iter().find(|purpose| purpose.name() == text) {
            return Ok(purpose);
        }
        let known = Self::ALL.map(Self::name).join(", ");
        if NEVER.contains(&text.to_lowercase().as_str()) {
            return Err(format!("early warnings are for keeping people and never for {text}; purposes are: {known}"));
        }
        Err(format!("purposes are: {known}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forbidden_purpose_is_told_apart_from_a_spelling_mistake() {
        assert!("dismissal".parse::<Purpose>().unwrap_err().contains("never for dismissal"));
        assert!(!"retention".parse::<Purpose>().unwrap_err().contains("never"));
        for purpose in Purpose::ALL {
            assert_eq!(purpose.name().parse(), Ok(purpose));
        }
    }

    #[test]
    fn nobody_has_the_purpose_of_another() {
        let fitting = |role| Purpose::ALL.into_iter().filter(|purpose| purpose.fits(role)).map(Purpose::name).collect::<Vec<_>>();
        assert_eq!(fitting(Role::Leader), ["retention-talk", "coaching"]);
        assert_eq!(fitting(Role::Agent), ["own-data", "objection"]);
        assert_eq!(fitting(Role::HumanResources), ["retention-talk", "objection", "oversight"]);
        assert_eq!(fitting(Role::KpiOwner), ["targets"]);
        let signals: Vec<_> = Purpose::ALL.into_iter().filter(|purpose| purpose.is_for_signals()).map(Purpose::name).collect();
        assert_eq!(signals, ["retention-talk", "own-data", "objection", "oversight"]);
    }

    #[test]
    fn a_viewer_has_a_role_and_an_id() {
        for wrong in ["ann", "leader:", "leader", ":ann", "LEADER:ann", "hr:a\nb"] {
            assert!(wrong.parse::<Viewer>().is_err(), "{wrong}");
        }
        assert_eq!("agent:a:b".parse::<Viewer>().unwrap().id, "a:b");
    }
}
