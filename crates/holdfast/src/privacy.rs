//! What protects the people whom early warnings are about: the log of who read what ([`access_log`]), the leave of a second person ([`two_persons`]),
//! no count of fewer than eight ([`counted`]), how long data are kept and how they go ([`retention`], [`proof`]), what is counted before
//! names go ([`outliving`]), what people are told
//! ([`notice`]), and whether what was promised is kept ([`promises`]).

pub mod access_log;
pub mod notice;
pub mod outliving;
pub mod promises;
pub mod proof;
pub mod retention;
pub mod two_persons;

/// The fewest people of whom a number is shown.
pub const FEWEST_PEOPLE: usize = 8;

/// A number of people, if it may be shown or something be counted among them.
///
/// ```
/// assert_eq!(holdfast::privacy::counted(8), Some(8));
/// assert_eq!(holdfast::privacy::counted(7), None);
/// ```
#[must_use]
pub const fn counted(people: usize) -> Option<usize> {
    if people < FEWEST_PEOPLE { None } else { Some(people) }
}
