//! Which rows a model may learn from, and what happened to them. Only voluntary leaving is the event; everything else that ends a row censors it.

/// Days after the horizon until the personnel department has entered what happened.
pub const LATE_ENTRY_DAYS: i32 = 14;

/// How somebody left, with the day: that of the notice if it is known, else the last day worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// By own wish.
    Voluntary(i32),
    /// Dismissal, end of contract, retirement, move to another post, a talk after a warning.
    Competing(i32),
}

/// Whether the agent leaves by own wish within (day, day + horizon]. `None` where the row must not be used: it is not known yet (horizon and two weeks of
/// late entries must have passed), the row is not before the end, or another end came first.
///
/// ```
/// use attrition::hazard::{Leaving, outcome};
/// assert_eq!(outcome(100, Some(Leaving::Voluntary(130)), 30, 144), Some(true));
/// assert_eq!(outcome(100, Some(Leaving::Voluntary(131)), 30, 144), Some(false));
/// assert_eq!(outcome(100, Some(Leaving::Voluntary(130)), 30, 143), None);
/// assert_eq!(outcome(100, Some(Leaving::Competing(110)), 30, 144), None);
/// ```
#[must_use]
pub fn outcome(day: i32, leaving: Option<Leaving>, horizon_days: i32, known_until_day: i32) -> Option<bool> {
    let ends = day.saturating_add(horizon_days);
    if ends.saturating_add(LATE_ENTRY_DAYS) > known_until_day {
        return None;
    }
    match leaving {
        Some(Leaving::Voluntary(left) | Leaving::Competing(left)) if left <= day => None,
        Some(Leaving::Voluntary(left)) => Some(left <= ends),
        Some(Leaving::Competing(left)) if left <= ends => None,
        Some(Leaving::Competing(_)) | None => Some(false),
    }
}

/// Whether a day of an agent is a training row: one a week, on a weekday that depends on the agent. More rows overlap and only pretend to know more.
///
/// ```
/// use attrition::hazard::is_training_day;
/// assert_eq!((0..70).filter(|day| is_training_day("agent 17", *day)).count(), 10);
/// ```
#[must_use]
pub fn is_training_day(agent: &str, day: i32) -> bool {
    // FNV-1a: the same on every machine and in every version of the compiler.
    let hash = agent.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    i64::from(day).rem_euclid(7) == (hash % 7) as i64
}
