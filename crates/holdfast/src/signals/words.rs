//! Events of the log as actions of the state machine, and back: two crates that do not know each other have the same words.

use attrition::signals::{Action, Actor, Outcome};
use events::{SignalActor, SignalEvent, SignalKind};

/// What an event did to the state of its signal; `None` for the opening and the escalation, which are no actions, and for an outcome that does not exist.
///
/// ```
/// use attrition::signals::{Action, Outcome};
/// use events::{SignalActor, SignalEvent, SignalKind};
/// let closed = SignalEvent { kind: SignalKind::Closed, outcome: Some("agreed"), ..SignalEvent::default() };
/// assert_eq!(holdfast::signals::words::action(&closed), Some(Action::Close(Outcome::Agreed)));
/// // Taken back by a person is an objection upheld; by the product, data that were corrected.
/// let withdrawn = SignalEvent { kind: SignalKind::Withdrawn, actor: SignalActor::HumanResources, ..SignalEvent::default() };
/// assert_eq!(holdfast::signals::words::action(&withdrawn), Some(Action::UpholdObjection));
/// ```
#[must_use]
pub fn action(event: &SignalEvent<'_>) -> Option<Action> {
    match event.kind {
        SignalKind::Opened | SignalKind::Escalated => None,
        SignalKind::Acknowledged => Some(Action::Acknowledge),
        SignalKind::Talked => Some(Action::Talk),
        SignalKind::Closed => event.outcome.and_then(Outcome::named).map(Action::Close),
        SignalKind::Expired => Some(Action::Expire),
        SignalKind::Contested => Some(Action::Contest),
        SignalKind::ObjectionRejected => Some(Action::RejectObjection),
        SignalKind::Withdrawn if event.actor == SignalActor::System => Some(Action::Withdraw),
        SignalKind::Withdrawn => Some(Action::UpholdObjection),
    }
}

/// The event that tells of an action.
#[must_use]
pub const fn kind(action: Action) -> SignalKind {
    match action {
        Action::Acknowledge => SignalKind::Acknowledged,
        Action::Talk => SignalKind::Talked,
        Action::Close(_) => SignalKind::Closed,
        Action::Expire => SignalKind::Expired,
        Action::Contest => SignalKind::Contested,
        Action::RejectObjection => SignalKind::ObjectionRejected,
        Action::UpholdObjection | Action::Withdraw => SignalKind::Withdrawn,
    }
}

/// Who acts, as the state machine knows them.
#[must_use]
pub const fn actor(actor: SignalActor) -> Actor {
    match actor {
        SignalActor::System => Actor::System,
        SignalActor::Leader => Actor::Leader,
        SignalActor::Agent => Actor::Agent,
        SignalActor::HumanResources => Actor::HumanResources,
    }
}
