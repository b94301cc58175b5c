//! Which activity may follow which (domain.md 3.1). Anything else is accepted as it was told, and marked.

use super::Activity;

/// Whether agents usually go from one activity to the next. Ringing is unknown to many sources, so a contact may follow wherever
/// ringing may; what touches unknown time was seen by nobody.
pub(super) fn is_usual(from: Activity, to: Activity) -> bool {
    use Activity::{Acw, Available, BackOffice, Communicating, Contact, Dialing, NotResponding, Offline, Pause, Ringing, Unknown};
    match (from, to) {
        (Unknown, _) | (_, Unknown | Offline) => true,
        (one, next) if one == next => true,
        (_, Available | Pause(_) | BackOffice) => true,
        (Available | Acw, Ringing | Contact | Dialing | Communicating) => true,
        (Ringing, Contact | NotResponding) => true,
        (Dialing, Contact | Acw | Ringing) => true,
        (Contact, Acw | Ringing | Dialing) => true,
        (Communicating, Ringing | Contact | Dialing) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::PauseKind;

    /// Every pair that the source document forbids, by name: from → to.
    #[test]
    fn what_is_unusual() {
        let pairs = Activity::ALL.iter().flat_map(|from| Activity::ALL.iter().map(move |to| (*from, *to)));
        let one_pause = |activity: Activity| !matches!(activity, Activity::Pause(kind) if kind != PauseKind::Break);
        let unusual: Vec<_> = pairs
            .filter(|(from, to)| one_pause(*from) && one_pause(*to) && !is_usual(*from, *to))
            .map(|(from, to)| format!("{} {}", from.name(), to.name()))
            .collect();
        let expected = [
            // Nobody works before he has logged in.
            "offline ringing",
            "offline dialing",
            "offline contact",
            "offline acw",
            "offline communicating",
            "offline not_responding",
            "available acw",
            "available not_responding",
            "ringing dialing",
            "ringing acw",
            "ringing communicating",
            "dialing communicating",
            "dialing not_responding",
            "contact communicating",
            "contact not_responding",
            "acw not_responding",
            "communicating acw",
            "communicating not_responding",
            // An offer that was missed is settled first.
            "not_responding ringing",
            "not_responding dialing",
            "not_responding contact",
            "not_responding acw",
            "not_responding communicating",
            // Who is on a pause is offered nothing.
            "pause_break ringing",
            "pause_break dialing",
            "pause_break contact",
            "pause_break acw",
            "pause_break communicating",
            "pause_break not_responding",
            "back_office ringing",
            "back_office dialing",
            "back_office contact",
            "back_office acw",
            "back_office communicating",
            "back_office not_responding",
        ];
        assert_eq!(unusual, expected);
    }
}
