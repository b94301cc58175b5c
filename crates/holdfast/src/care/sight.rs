//! What of a signal somebody may see: a function from roles, teams and states.
//!
//! | who | sees |
//! |---|---|
//! | leader of the agent now | open: tier and since when. Acknowledged, that is after the leader has recorded what the leader saw: reasons too. Contested, withdrawn and kept silent: nothing |
//! | leader of the agent now, who did not lead the agent when it opened | tier and what was done |
//! | the agent | all of the agent's own; those kept silent are not listed unless the agent asks for them ([`is_listed`]) |
//! | human resources | urgent and contested ones; any other only with the leave of a second person |
//! | anybody else | nothing, not even whether there is one |

use super::roster::Roster;
use super::signal::Signal;
use super::viewer::{Role, Viewer};
use attrition::signals::{State, Tier};

/// How much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Tier, since when, what was done.
    Status,
    /// The same, and that it waits for what the leader saw.
    Outline,
    /// Reasons too, with numbers.
    Reasons,
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// It is not for this person. Told in the same words as one that does not exist.
    NotYours,
    /// Human resources may, with the leave of a second person.
    Sealed,
}

/// What `viewer` may see of `signal`; `unsealed`: a second person gave leave.
///
/// # Errors
/// [`Hidden`].
pub fn sight(viewer: &Viewer, signal: &Signal, roster: &Roster, unsealed: bool) -> Result<Sight, Hidden> {
    match viewer.role {
        Role::Agent if viewer.id == signal.agent => Ok(Sight::Reasons),
        Role::Agent | Role::KpiOwner => Err(Hidden::NotYours),
        Role::HumanResources if unsealed || signal.tier == Tier::Urgent || signal.state.is_contested() => Ok(Sight::Reasons),
        Role::HumanResources => Err(Hidden::Sealed),
        Role::Leader if !roster.leads(&viewer.id, &signal.agent) || !signal.state.visible_to_leader() => Err(Hidden::NotYours),
        Role::Leader if signal.silent => Err(Hidden::NotYours),
        // What the agent was like under another leader is not this one's to read.
        Role::Leader if signal.leader.as_deref().is_some_and(|leader| leader != viewer.id) => Ok(Sight::Status),
        Role::Leader if signal.state == State::Open => Ok(Sight::Outline),
        // One that ended before the leader had looked at it stays as it was.
        Role::Leader if !acknowledged(signal) => Ok(Sight::Status),
        Role::Leader => Ok(Sight::Reasons),
    }
}

/// Whether a signal that somebody may see stands in the list. An agent who reads of a signal that is kept silent is told of it, which is what it is to be compared with: so it is
/// listed only for the agent who asks for it, because everybody may see the own data; and for human resources who have an objection to answer.
#[must_use]
pub fn is_listed(viewer: &Viewer, signal: &Signal, asks_for_silent: bool) -> bool {
    !signal.silent || asks_for_silent || viewer.role != Role::Agent
}

/// Whether the leader has recorded what the leader saw.
fn acknowledged(signal: &Signal) -> bool {
    signal.steps.iter().any(|step| step.kind == events::SignalKind::Acknowledged)
}
