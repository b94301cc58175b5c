//! What a person does to a signal, and whether it may be done: a function from the signal, the person and the table of states to the event that says so.

use super::roster::Roster;
use super::sight::{Hidden, sight};
use super::signal::Signal;
use super::viewer::Viewer;
use crate::signals::words;
use attrition::signals::{Action, Actor, Outcome, State};
use events::{SignalActor, SignalEvent};

/// Longest note, in characters.
const NOTE_MAX: usize = 2_000;
/// So many digits in a row, separators aside, are a number of somebody.
const NUMBER_DIGITS: usize = 7;

/// What is done, with what is to be remembered of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deed<'a> {
    /// What.
    pub action: Action,
    /// What was seen, agreed or objected to.
    pub note: &'a str,
}

/// When and where it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Microseconds since 1970.
    pub at_us: i64,
    /// The site's local day, days since 1970.
    pub day: i32,
}

/// Why it may not be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such signal that this person may see.
    #[error("there is no signal {0} that you may act on; `holdfast signals list` shows those that are there for you")]
    Hidden(String),
    /// Not theirs to do.
    #[error("that is not for {role} to do: {who}")]
    NotTheirs {
        /// Role of the person.
        role: &'static str,
        /// Who does it.
        who: &'static str,
    },
    /// Not in this state.
    #[error("{0}")]
    NotNow(String),
    /// The note cannot be kept.
    #[error("{0}")]
    Note(String),
}

/// The event that says what was done.
///
/// # Errors
/// [`Refused`].
pub fn event<'a>(
    signal: &'a Signal,
    viewer: &'a Viewer,
    deed: &Deed<'a>,
    roster: &Roster,
    moment: Moment,
) -> Result<SignalEvent<'a>, Refused> {
    if let Err(Hidden::NotYours) = sight(viewer, signal, roster, false) {
        return Err(Refused::Hidden(signal.id.clone()));
    }
    let not_theirs = || Refused::NotTheirs { role: viewer.role.name(), who: who(deed.action) };
    let actor = viewer.role.actor().filter(|actor| deed.action.may_be_done_by(*actor)).and_then(in_event).ok_or_else(not_theirs)?;
    let state = signal.state.after(deed.action).map_err(|forbidden| Refused::NotNow(not_now(forbidden.state, deed.action)))?;
    let kind = words::kind(deed.action);
    if signal.steps.iter().any(|step| step.kind == kind && step.day == moment.day) {
        // Readers would take it for the same event.
        return Err(Refused::NotNow(format!("this signal was {} today already; do it again tomorrow", kind.name())));
    }
    if let Some(text) = wrong_note(deed.note) {
        return Err(Refused::Note(text));
    }
    Ok(SignalEvent {
        tenant: &signal.tenant,
        site: &signal.site,
        agent: &signal.agent,
        signal_id: &signal.id,
        episode: signal.episode,
        kind,
        state: state.name(),
        tier: signal.tier.name(),
        day: moment.day,
        // Never before what it follows, whatever the clocks say: readers put events in the order of their times.
        event_time_us: moment.at_us.max(signal.steps.last().map_or(0, |step| step.at_us + 1)),
        actor,
        actor_id: Some(&viewer.id),
        outcome: if let State::Closed(outcome) = state { Some(outcome.name()) } else { None },
        note: Some(deed.note),
        team: signal.team.as_deref(),
        leader: signal.leader.as_deref(),
        code_version: Some(env!("CARGO_PKG_VERSION")),
        ..SignalEvent::default()
    })
}

/// Who did it, as events have it; the product itself tells its own events.
const fn in_event(actor: Actor) -> Option<SignalActor> {
    match actor {
        Actor::Leader => Some(SignalActor::Leader),
        Actor::Agent => Some(SignalActor::Agent),
        Actor::HumanResources => Some(SignalActor::HumanResources),
        Actor::System => None,
    }
}

fn who(action: Action) -> &'static str {
    match action {
        Action::Acknowledge | Action::Talk | Action::Close(Outcome::Dismissed | Outcome::Agreed | Outcome::NothingToDo) => {
            "the agent's leader does it"
        }
        Action::Close(Outcome::Left | Outcome::Moved) => "human resources know it",
        Action::Contest => "the agent objects",
        Action::RejectObjection | Action::UpholdObjection => "human resources answer objections, because the leader is party",
        Action::Close(Outcome::Faded) | Action::Expire | Action::Withdraw => "it happens by itself",
    }
}

fn not_now(state: State, action: Action) -> String {
    match (state, action) {
        (State::Open, Action::Talk | Action::Close(_)) => "first record what you saw yourself: `holdfast signals acknowledge`".to_owned(),
        (State::Acknowledged, Action::Close(_)) => {
            "first hold the talk and record it: `holdfast signals talk`; without one it can be dismissed with a reason".to_owned()
        }
        (State::Open | State::Acknowledged | State::Talked, Action::RejectObjection | Action::UpholdObjection) => {
            "the agent has not objected".to_owned()
        }
        (state, _) if state.is_over() => format!("it has ended ({})", state.name()),
        (state, _) => format!("it is {} by now", state.name()),
    }
}

/// What is wrong with a note; none: it can be kept.
///
/// ```
/// use holdfast::care::wrong_note;
/// assert_eq!(wrong_note("quieter than usual since March, 14 shifts"), None);
/// assert!(wrong_note("customer 0170 912-345 93 was rude").is_some());
/// assert!(wrong_note("").is_some());
/// ```
#[must_use]
pub fn wrong_note(note: &str) -> Option<String> {
    if note.trim().is_empty() {
        return Some("a note is missing: write what you saw, agreed or object to".to_owned());
    }
    if note.chars().count() > NOTE_MAX {
        return Some(format!("the note is longer than {NOTE_MAX} characters"));
    }
    if note.chars().any(|character| character.is_control() && character != '\n') {
        return Some("the note has control characters".to_owned());
    }
    let mut digits = 0;
    for character in note.chars() {
        digits = match character {
            digit if digit.is_numeric() => digits + 1,
            ' ' | '-' | '/' | '.' | '(' | ')' | '+' => digits,
            _ => 0,
        };
        if digits >= NUMBER_DIGITS {
            return Some(format!("the note has a number of {NUMBER_DIGITS} or more digits, which may be somebody's: leave it out"));
        }
    }
    None
}
