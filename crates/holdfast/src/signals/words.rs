//! Events of the log as actions of the state machine, and back: two crates that do not know each other have the same words.

use attrition::signals::{Action, Actor, Ending, Outcome};
use attrition::site::{Cause, Group, Moved, Notice};
use events::{GroupNotice, NoticeKind, SignalActor, SignalEvent, SignalKind};

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

const ENDINGS: [(Ending, &str); 3] = [(Ending::Over, "over"), (Ending::Usual, "usual"), (Ending::Unseen, "unseen")];

/// The name of how an event of a group ended.
#[must_use]
pub fn ending(ending: Ending) -> &'static str {
    ENDINGS.iter().find(|(of, _)| *of == ending).map_or("over", |(_, name)| name)
}

/// A notice of the log as the fold knows it; `None` for words of another version.
///
/// ```
/// use attrition::signals::Ending;
/// use events::{GroupNotice, NoticeKind};
/// let notice = GroupNotice { kind: NoticeKind::Ended, ending: Some("usual"), group_kind: "team", group: "red", cause: "measures", ..GroupNotice::default() };
/// assert_eq!(holdfast::signals::words::notice(&notice).and_then(|notice| notice.ended), Some(Ending::Usual));
/// assert_eq!(holdfast::signals::words::notice(&GroupNotice { ending: Some("gone"), ..notice }), None);
/// ```
#[must_use]
pub fn notice(notice: &GroupNotice<'_>) -> Option<Notice> {
    let ended = match notice.kind {
        NoticeKind::Began => None,
        NoticeKind::Ended => Some(ENDINGS.iter().find(|(_, name)| Some(*name) == notice.ending)?.0),
    };
    Some(Notice {
        group: Group::named(notice.group_kind, notice.group)?,
        cause: Cause::named(notice.cause)?,
        began_day: notice.began_day,
        ended,
        held_day: notice.held_day,
        agents: u32::try_from(notice.agents).ok()?,
        moved: notice.moved.iter().map(|moved| Moved { measure: moved.measure.to_owned(), by: moved.by }).collect(),
    })
}
