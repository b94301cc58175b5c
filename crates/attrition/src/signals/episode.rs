//! The life of a signal. Every change is an action of somebody, and what is not in the table is forbidden.
//!
//! | state | may become |
//! |---|---|
//! | open | acknowledged, contested, closed (faded, left, moved), expired, withdrawn |
//! | acknowledged | talked, contested, closed (also dismissed with a reason), expired, withdrawn |
//! | talked | contested, closed (any outcome), expired, withdrawn |
//! | contested | what it was (objection rejected), withdrawn, closed (left) |
//! | closed, expired, withdrawn | nothing |

use serde::{Deserialize, Serialize};

/// State of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has looked at it.
    Open,
    /// The leader has recorded what the leader saw, before the number was shown in detail.
    Acknowledged,
    /// A talk was held.
    Talked,
    /// The agent objects; hidden from leaders until a human has answered. Holds what it was before.
    ContestedOpen,
    /// The same, after it was acknowledged.
    ContestedAcknowledged,
    /// The same, after the talk.
    ContestedTalked,
    /// Ended with an outcome.
    Closed(Outcome),
    /// Ended by its age.
    Expired,
    /// Ended because it should not have been: the objection was upheld, or corrected data take it back.
    Withdrawn,
}

/// How a signal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The score fell and stayed low.
    Faded,
    /// The agent left or gave notice.
    Left,
    /// The agent moved to another post.
    Moved,
    /// The leader sees no reason; which is data, not disobedience.
    Dismissed,
    /// Something was agreed in the talk.
    Agreed,
    /// The talk found nothing to do.
    NothingToDo,
}

/// What can be done to a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The leader records what the leader saw.
    Acknowledge,
    /// The leader records a talk.
    Talk,
    /// It ends with an outcome.
    Close(Outcome),
    /// It is too old.
    Expire,
    /// The agent objects.
    Contest,
    /// The objection is answered: it stays.
    RejectObjection,
    /// The objection is answered: it goes.
    UpholdObjection,
    /// Corrected data take it back.
    Withdraw,
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The product itself.
    System,
    /// The agent's leader.
    Leader,
    /// The agent.
    Agent,
    /// A person of human resources.
    HumanResources,
}

/// The action is not possible in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{action:?} is not possible when a signal is {state:?}")]
pub struct Forbidden {
    /// The state.
    pub state: State,
    /// The action.
    pub action: Action,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 6] = [Self::Faded, Self::Left, Self::Moved, Self::Dismissed, Self::Agreed, Self::NothingToDo];

    /// Its name in events, tables and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Faded => "faded",
            Self::Left => "left",
            Self::Moved => "moved",
            Self::Dismissed => "dismissed",
            Self::Agreed => "agreed",
            Self::NothingToDo => "nothing_to_do",
        }
    }

    /// The outcome of this name.
    ///
    /// ```
    /// use attrition::signals::Outcome;
    /// assert!(Outcome::ALL.into_iter().all(|outcome| Outcome::named(outcome.name()) == Some(outcome)));
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

impl State {
    /// The state after an action.
    ///
    /// ```
    /// use attrition::signals::{Action, State};
    /// assert_eq!(State::Open.after(Action::Acknowledge), Ok(State::Acknowledged));
    /// assert!(State::Open.after(Action::Talk).is_err(), "first the leader records what the leader saw");
    /// ```
    ///
    /// # Errors
    /// [`Forbidden`].
    pub fn after(self, action: Action) -> Result<Self, Forbidden> {
        use Action as A;
        use Outcome as O;
        match (self, action) {
            (Self::Open, A::Acknowledge) => Ok(Self::Acknowledged),
            (Self::Acknowledged, A::Talk) => Ok(Self::Talked),
            (Self::Open, A::Close(outcome @ (O::Faded | O::Left | O::Moved)))
            | (Self::Acknowledged, A::Close(outcome @ (O::Faded | O::Left | O::Moved | O::Dismissed)))
            | (Self::Talked, A::Close(outcome))
            | (Self::ContestedOpen | Self::ContestedAcknowledged | Self::ContestedTalked, A::Close(outcome @ O::Left)) => {
                Ok(Self::Closed(outcome))
            }
            (Self::Open | Self::Acknowledged | Self::Talked, A::Expire) => Ok(Self::Expired),
            (Self::Open, A::Contest) => Ok(Self::ContestedOpen),
            (Self::Acknowledged, A::Contest) => Ok(Self::ContestedAcknowledged),
            (Self::Talked, A::Contest) => Ok(Self::ContestedTalked),
            (Self::ContestedOpen, A::RejectObjection) => Ok(Self::Open),
            (Self::ContestedAcknowledged, A::RejectObjection) => Ok(Self::Acknowledged),
            (Self::ContestedTalked, A::RejectObjection) => Ok(Self::Talked),
            (Self::ContestedOpen | Self::ContestedAcknowledged | Self::ContestedTalked, A::UpholdObjection) => Ok(Self::Withdrawn),
            (state, A::Withdraw) if !state.is_over() => Ok(Self::Withdrawn),
            (state, action) => Err(Forbidden { state, action }),
        }
    }

    /// Its name in events and tables; the outcome of a closed one is told apart ([`Outcome::name`]).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Talked => "talked",
            Self::ContestedOpen => "contested_open",
            Self::ContestedAcknowledged => "contested_acknowledged",
            Self::ContestedTalked => "contested_talked",
            Self::Closed(_) => "closed",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether it has ended.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed(_) | Self::Expired | Self::Withdrawn)
    }

    /// Whether the agent's objection waits for an answer.
    #[must_use]
    pub fn is_contested(self) -> bool {
        matches!(self, Self::ContestedOpen | Self::ContestedAcknowledged | Self::ContestedTalked)
    }

    /// Whether the leader sees it.
    #[must_use]
    pub fn visible_to_leader(self) -> bool {
        !self.is_contested() && self != Self::Withdrawn
    }
}

impl Action {
    /// Whether this is for that one to do. No action of the product alone reaches beyond the signal itself.
    #[must_use]
    pub fn may_be_done_by(self, actor: Actor) -> bool {
        match self {
            Self::Acknowledge | Self::Talk | Self::Close(Outcome::Dismissed | Outcome::Agreed | Outcome::NothingToDo) => {
                actor == Actor::Leader
            }
            Self::Close(Outcome::Faded) | Self::Expire | Self::Withdraw => actor == Actor::System,
            Self::Close(Outcome::Left | Outcome::Moved) => matches!(actor, Actor::System | Actor::HumanResources),
            Self::Contest => actor == Actor::Agent,
            // Never the leader, who is party, nor a machine.
            Self::RejectObjection | Self::UpholdObjection => actor == Actor::HumanResources,
        }
    }
}
