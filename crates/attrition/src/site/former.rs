//! An id that is given to somebody else while a signal lives: the new agent begins on the first day, and the signal stays that of whoever had the id before until it
//! has ended.

use super::agent::AgentState;
use serde::{Deserialize, Serialize};

/// Whose signal it is that lives under an id which belongs to somebody else now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Former {
    pub(crate) team: Option<String>,
    pub(crate) leader: Option<String>,
}

impl AgentState {
    /// Whether a signal of the agent lives, and not of whoever had the id before.
    pub(crate) fn has_own_signal(&self) -> bool {
        self.tracker.episode().is_some() && self.former.is_none()
    }

    /// Forgets everything but how many signals the id has had, and one that lives: it is the former agent's, and ends.
    pub(crate) fn begin_anew(&mut self) {
        let before = std::mem::take(self);
        let lives = before.tracker.episode().is_some();
        let former = before.former.unwrap_or(Former { team: before.team, leader: before.leader });
        self.former = lives.then_some(former);
        self.doubtful = before.doubtful;
        self.tracker = if lives { before.tracker } else { before.tracker.of_another() };
        self.last_row_day = before.last_row_day;
    }

    /// Team and leader of whom the signal that lives is about.
    pub(crate) fn team_and_leader(&self) -> (Option<&str>, Option<&str>) {
        let (team, leader) = self.former.as_ref().map_or((&self.team, &self.leader), |former| (&former.team, &former.leader));
        (team.as_deref(), leader.as_deref())
    }

    /// The end of a day: while an own signal lives, what is usual stands still; when that of whoever had the id before has ended, it is forgotten.
    pub(crate) fn freeze(&mut self) {
        let lives = self.tracker.episode().is_some();
        self.hold_still(lives && self.former.is_none());
        self.doubtful &= lives;
        if !lives && self.former.take().is_some() {
            self.tracker = self.tracker.of_another();
        }
    }
}
