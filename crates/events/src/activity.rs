//! The vocabulary of activity spans: what an agent can be doing, and what each activity counts for (domain.md 3.1). The one table:
//! the fold names spans by it (`lifecycle`), and the sums of agents' time are made of it (`kpi::agent_time`).

/// What an agent is doing, one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Activity {
    /// Not logged in.
    Offline,
    /// Logged in and waiting for work.
    Available,
    /// A contact is offered: the phone rings.
    Ringing,
    /// Calling somebody who has not answered yet, or preparing to.
    Dialing,
    /// On one contact or on several, hold and consultation included.
    Contact,
    /// After-call work.
    Acw,
    /// On a call that no queue gave and that is no contact.
    Communicating,
    /// An offer was missed, refused or failed, and the system gives no other until that is settled.
    NotResponding,
    /// On a pause that he declared.
    Pause(PauseKind),
    /// On tickets or mail, away from the queues.
    BackOffice,
    /// The source was silent, so nobody knows.
    Unknown,
}

/// What a pause is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum PauseKind {
    Break,
    Meal,
    Personal,
    Training,
    Meeting,
    Coaching,
    TeamActivity,
    Evaluation,
    SystemIssue,
    /// No reason was given, or the table does not know it.
    Unspecified,
}

/// One row of the table of activities. Offline counts for nothing; of unknown time nothing is guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    name: &'static str,
    /// Paid time. Meals differ by site and count as not paid.
    paid: bool,
    /// Logged in and not offline (domain.md 2.4), pauses and back office included.
    staffed: bool,
    /// The next contact may go to him. Free slots beside a contact are not seen here.
    routable: bool,
    /// Busy with work.
    occupied: bool,
    /// In the denominator of occupancy.
    in_occupancy_base: bool,
}

const NO: bool = false;
const YES: bool = true;

const fn row(name: &'static str, [paid, staffed, routable, occupied, in_occupancy_base]: [bool; 5]) -> Row {
    Row { name, paid, staffed, routable, occupied, in_occupancy_base }
}

const fn pause(name: &'static str) -> Row {
    row(name, [YES, YES, NO, NO, NO])
}

impl Activity {
    /// Every activity, in order.
    pub const ALL: &'static [Activity] = &[
        Activity::Offline,
        Activity::Available,
        Activity::Ringing,
        Activity::Dialing,
        Activity::Contact,
        Activity::Acw,
        Activity::Communicating,
        Activity::NotResponding,
        Activity::Pause(PauseKind::Break),
        Activity::Pause(PauseKind::Meal),
        Activity::Pause(PauseKind::Personal),
        Activity::Pause(PauseKind::Training),
        Activity::Pause(PauseKind::Meeting),
        Activity::Pause(PauseKind::Coaching),
        Activity::Pause(PauseKind::TeamActivity),
        Activity::Pause(PauseKind::Evaluation),
        Activity::Pause(PauseKind::SystemIssue),
        Activity::Pause(PauseKind::Unspecified),
        Activity::BackOffice,
        Activity::Unknown,
    ];

    /// The table of domain.md 3.1. Back office is occupied, in a column of its own: it is not in the base of occupancy.
    const fn row(self) -> Row {
        match self {
            //                                           paid staffed routable occupied in the base of occupancy
            Activity::Offline => row("offline", [NO, NO, NO, NO, NO]),
            Activity::Available => row("available", [YES, YES, YES, NO, YES]),
            Activity::Ringing => row("ringing", [YES, YES, NO, NO, NO]),
            Activity::Dialing => row("dialing", [YES, YES, NO, YES, YES]),
            Activity::Contact => row("contact", [YES, YES, NO, YES, YES]),
            Activity::Acw => row("acw", [YES, YES, NO, YES, YES]),
            Activity::Communicating => row("communicating", [YES, YES, NO, NO, NO]),
            Activity::NotResponding => row("not_responding", [YES, YES, NO, NO, NO]),
            Activity::Pause(PauseKind::Break) => pause("pause_break"),
            Activity::Pause(PauseKind::Meal) => row("pause_meal", [NO, YES, NO, NO, NO]),
            Activity::Pause(PauseKind::Personal) => pause("pause_personal"),
            Activity::Pause(PauseKind::Training) => pause("pause_training"),
            Activity::Pause(PauseKind::Meeting) => pause("pause_meeting"),
            Activity::Pause(PauseKind::Coaching) => pause("pause_coaching"),
            Activity::Pause(PauseKind::TeamActivity) => pause("pause_team_activity"),
            Activity::Pause(PauseKind::Evaluation) => pause("pause_evaluation"),
            Activity::Pause(PauseKind::SystemIssue) => pause("pause_system_issue"),
            Activity::Pause(PauseKind::Unspecified) => pause("pause_unspecified"),
            Activity::BackOffice => row("back_office", [YES, YES, NO, YES, NO]),
            Activity::Unknown => row("unknown", [NO, NO, NO, NO, NO]),
        }
    }

    /// The stable name, as tables store it.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The activity of a [`name`](Activity::name).
    ///
    /// ```
    /// use events::{Activity, PauseKind};
    /// assert_eq!(Activity::parse("pause_meal"), Some(Activity::Pause(PauseKind::Meal)));
    /// assert_eq!(Activity::parse("lunch"), None);
    /// ```
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|activity| activity.name() == name)
    }

    /// Paid time. Meals differ by site and count as not paid; unknown time is not guessed.
    pub const fn paid(self) -> bool {
        self.row().paid
    }

    /// Logged in and not offline (domain.md 2.4), pauses and back office included.
    pub const fn staffed(self) -> bool {
        self.row().staffed
    }

    /// The next contact may go to him. Free slots beside a contact are not seen here.
    pub const fn routable(self) -> bool {
        self.row().routable
    }

    /// Busy with work. Back office is, in a column of its own: it is not in the base of occupancy.
    pub const fn occupied(self) -> bool {
        self.row().occupied
    }

    /// In the denominator of occupancy: contact, after-call work, dialling, waiting.
    pub const fn in_occupancy_base(self) -> bool {
        self.row().in_occupancy_base
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written anew from domain.md 3.1, row by row.
    #[test]
    fn the_table_of_activities() {
        let columns = |activity: Activity| {
            let flags = [activity.paid(), activity.staffed(), activity.routable(), activity.occupied(), activity.in_occupancy_base()];
            flags.map(u8::from)
        };
        for (name, expected) in [
            ("offline", [0, 0, 0, 0, 0]),
            ("available", [1, 1, 1, 0, 1]),
            ("ringing", [1, 1, 0, 0, 0]),
            ("dialing", [1, 1, 0, 1, 1]),
            ("contact", [1, 1, 0, 1, 1]),
            ("acw", [1, 1, 0, 1, 1]),
            ("communicating", [1, 1, 0, 0, 0]),
            ("not_responding", [1, 1, 0, 0, 0]),
            ("pause_break", [1, 1, 0, 0, 0]),
            ("pause_meal", [0, 1, 0, 0, 0]),
            ("pause_personal", [1, 1, 0, 0, 0]),
            ("pause_training", [1, 1, 0, 0, 0]),
            ("pause_meeting", [1, 1, 0, 0, 0]),
            ("pause_coaching", [1, 1, 0, 0, 0]),
            ("pause_team_activity", [1, 1, 0, 0, 0]),
            ("pause_evaluation", [1, 1, 0, 0, 0]),
            ("pause_system_issue", [1, 1, 0, 0, 0]),
            ("pause_unspecified", [1, 1, 0, 0, 0]),
            ("back_office", [1, 1, 0, 1, 0]),
            ("unknown", [0, 0, 0, 0, 0]),
        ] {
            assert_eq!(Activity::parse(name).map(columns), Some(expected), "{name}");
        }
        for activity in Activity::ALL {
            assert_eq!(Activity::parse(activity.name()), Some(*activity));
        }
        assert_eq!(Activity::ALL.len(), 20);
        assert!(Activity::ALL.is_sorted());
    }
}
