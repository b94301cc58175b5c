//! Who may see which report that names persons, what for, and which of the persons: functions from role, purpose, roster and the stop switch.
//!
//! | report | leader | owner of KPIs | human resources | agent |
//! |---|---|---|---|---|
//! | follow-ups | retention-talk, coaching | – | retention-talk, oversight | own-data |
//! | coaching | coaching | – | oversight | own-data |
//! | agents in a groove, short talks | coaching | targets | oversight | own-data |
//! | leaders | retention-talk | – | retention-talk, oversight | – |
//!
//! A leader sees the agents whom the reference data name as the leader's now, and of leaders the own line; an agent the own lines; the others everybody. Who is at a
//! site that is switched off is shown to nobody.

use crate::care::{Purpose, Role, Roster, Viewer};

/// A report with names of persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// Follow-ups that are due.
    FollowUps,
    /// Findings that nobody coached for, and who is coached in vain.
    Coaching,
    /// Agents who are in a groove.
    Grooves,
    /// Talks of a few seconds ended by the agent.
    ShortCalls,
    /// Leavers of each leader.
    Leaders,
}

impl Report {
    /// Every report.
    pub const ALL: [Self; 5] = [Self::FollowUps, Self::Coaching, Self::Grooves, Self::ShortCalls, Self::Leaders];

    /// Its name in the access log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FollowUps => "attrition follow-ups",
            Self::Coaching => "attrition coaching",
            Self::Grooves => "attrition groove",
            Self::ShortCalls => "attrition groove short-calls",
            Self::Leaders => "attrition leaders",
        }
    }

    /// What somebody in a role may have it for.
    #[must_use]
    pub const fn purposes(self, role: Role) -> &'static [Purpose] {
        match (self, role) {
            (Self::FollowUps, Role::Leader) => &[Purpose::RetentionTalk, Purpose::Coaching],
            (Self::Coaching | Self::Grooves | Self::ShortCalls, Role::Leader) => &[Purpose::Coaching],
            (Self::Leaders, Role::Leader) => &[Purpose::RetentionTalk],
            (Self::Grooves | Self::ShortCalls, Role::KpiOwner) => &[Purpose::Targets],
            (Self::FollowUps | Self::Leaders, Role::HumanResources) => &[Purpose::RetentionTalk, Purpose::Oversight],
            (Self::Coaching | Self::Grooves | Self::ShortCalls, Role::HumanResources) => &[Purpose::Oversight],
            (Self::FollowUps | Self::Coaching | Self::Grooves | Self::ShortCalls, Role::Agent) => &[Purpose::OwnData],
            (Self::Leaders, Role::Agent) | (Self::FollowUps | Self::Coaching | Self::Leaders, Role::KpiOwner) => &[],
        }
    }
}

/// Whether somebody may have a report.
///
/// # Errors
/// Why not, in words.
///
/// ```
/// use holdfast::care::Purpose;
/// use holdfast::staying::{Report, may_have};
/// let lea = "leader:lea".parse().unwrap();
/// assert_eq!(may_have(Report::Coaching, &lea, Purpose::Coaching), Ok(()));
/// let why = may_have(Report::Coaching, &lea, Purpose::RetentionTalk).unwrap_err();
/// assert_eq!(why, "leader has attrition coaching for coaching, not for retention-talk");
/// ```
pub fn may_have(report: Report, viewer: &Viewer, purpose: Purpose) -> Result<(), String> {
    let (theirs, role) = (report.purposes(viewer.role), viewer.role.name());
    if theirs.contains(&purpose) {
        return Ok(());
    }
    let report = report.name();
    if theirs.is_empty() {
        return Err(format!("{report} is not for {role}"));
    }
    let theirs = theirs.iter().map(|known| known.name()).collect::<Vec<_>>().join(" or ");
    Err(format!("{role} has {report} for {theirs}, not for {}", purpose.name()))
}

/// Whether somebody sees an agent's line. `on`: whether early warnings are on at a site.
#[must_use]
pub fn sees_agent(viewer: &Viewer, agent: &str, roster: &Roster, on: impl Fn(&str) -> bool) -> bool {
    let is_shown = roster.place(agent).and_then(|place| place.site.as_deref()).is_none_or(on);
    is_shown
        && match viewer.role {
            Role::Leader => roster.leads(&viewer.id, agent),
            Role::Agent => viewer.id == agent,
            Role::HumanResources | Role::KpiOwner => true,
        }
}

/// Whether somebody sees a leader's line.
#[must_use]
pub fn sees_leader(viewer: &Viewer, leader: &str) -> bool {
    match viewer.role {
        Role::Leader => viewer.id == leader,
        Role::HumanResources => true,
        Role::Agent | Role::KpiOwner => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{Entries, Key};
    use events::ReferenceKind;

    fn viewer(text: &str) -> Viewer {
        text.parse().unwrap()
    }

    /// Lea leads red at north (ann), Leo blue at south (bob).
    fn roster() -> Roster {
        let entry = |kind, id: &str, attributes: &[(&str, &str)]| {
            let key = Key { tenant: "default".to_owned(), kind, id: id.to_owned(), valid_from_us: 0 };
            (key, attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        };
        let entries = Entries::from([
            entry(ReferenceKind::Team, "red", &[("leader", "lea"), ("site", "north")]),
            entry(ReferenceKind::Team, "blue", &[("leader", "leo"), ("site", "south")]),
            entry(ReferenceKind::Agent, "ann", &[("team", "red")]),
            entry(ReferenceKind::Agent, "bob", &[("team", "blue")]),
        ]);
        Roster::at(&entries, "default", 50, "2024-03-01")
    }

    /// Cid has left: nobody leads Cid now.
    #[test]
    fn each_sees_whom_the_role_is_for() {
        let roster = roster();
        let seen = |who: &str, off: &str| {
            let sees = |agent: &&str| sees_agent(&viewer(who), agent, &roster, |site| site != off);
            ["ann", "bob", "cid"].into_iter().filter(sees).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(["leader:lea", "leader:leo", "leader:cid", "agent:bob"].map(|who| seen(who, "")), ["ann", "bob", "", "bob"]);
        assert_eq!(["hr:hanna", "kpi-owner:kim"].map(|who| seen(who, "")), ["ann bob cid"; 2]);
        assert_eq!(["leader:lea", "hr:hanna", "agent:ann", "kpi-owner:kim"].map(|who| seen(who, "north")), ["", "bob cid", "", "bob cid"]);
        let leaders = |who: &str| ["lea", "leo"].into_iter().filter(|leader| sees_leader(&viewer(who), leader)).count();
        assert_eq!(["leader:lea", "hr:hanna", "kpi-owner:lea", "agent:lea"].map(leaders), [1, 2, 0, 0]);
    }

    /// Whatever a report is had for is a purpose of the role, and nobody has one for an objection.
    #[test]
    fn nobody_has_a_report_for_another_purpose() {
        for (report, role) in Report::ALL.iter().flat_map(|report| Role::ALL.map(|role| (*report, role))) {
            assert!(
                report.purposes(role).iter().all(|purpose| purpose.fits(role) && *purpose != Purpose::Objection),
                "{report:?} {role:?}"
            );
        }
        let may = |who: &str| {
            let has = |report: &Report| Purpose::ALL.into_iter().any(|purpose| may_have(*report, &viewer(who), purpose).is_ok());
            Report::ALL.iter().filter(|report| has(report)).count()
        };
        assert_eq!(["leader:lea", "agent:ann", "hr:hanna", "kpi-owner:kim"].map(may), [5, 4, 5, 2]);
        assert_eq!(may_have(Report::Leaders, &viewer("agent:ann"), Purpose::OwnData), Err("attrition leaders is not for agent".to_owned()));
    }
}
