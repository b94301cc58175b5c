//! Follow-ups: somebody asks a new hire how it goes after one week, one month, two and three, and whoever was trained what came of it after two, four and
//! eight weeks. What nobody has done yet is due, and overdue after a week.

/// Days since hiring at which somebody asks.
pub const DUE_DAYS: [i32; 4] = [7, 30, 60, 90];
/// Days since a training at which somebody asks.
pub const TRAINED_DUE_DAYS: [i32; 3] = [14, 28, 56];
/// Days before a due day from which on a talk counts for it.
const EARLY_DAYS: i32 = 5;
/// Days after a due day until it is overdue.
const GRACE_DAYS: i32 = 7;

/// A follow-up that is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which of [`DUE_DAYS`] or [`TRAINED_DUE_DAYS`].
    pub after_days: i32,
    /// The day, since 1970.
    pub day: i32,
    /// More than a week ago.
    pub overdue: bool,
}

/// Follow-ups that are to be done today, for somebody hired on a day and asked on others. One that the next one has replaced is not asked for any more; each
/// talk counts once, for the latest that it can count for.
///
/// ```
/// use retention::follow_ups::{Due, due};
/// // Hired on day 0. On day 31 the one of day 30 is due; the first has been done on day 9.
/// assert_eq!(due(0, &[9], 31), Some(Due { after_days: 30, day: 30, overdue: false }));
/// assert_eq!(due(0, &[9, 28], 31), None);
/// assert_eq!(due(0, &[9], 38), Some(Due { after_days: 30, day: 30, overdue: true }));
/// ```
#[must_use]
pub fn due(hired_day: i32, asked_days: &[i32], today: i32) -> Option<Due> {
    due_since(hired_day, &DUE_DAYS, asked_days, today)
}

/// The same for somebody who was trained on a day.
///
/// ```
/// use retention::follow_ups::{Due, due_after_training};
/// assert_eq!(due_after_training(0, &[], 13), None);
/// assert_eq!(due_after_training(0, &[], 22), Some(Due { after_days: 14, day: 14, overdue: true }));
/// assert_eq!(due_after_training(0, &[24], 28), None);
/// ```
#[must_use]
pub fn due_after_training(trained_day: i32, asked_days: &[i32], today: i32) -> Option<Due> {
    due_since(trained_day, &TRAINED_DUE_DAYS, asked_days, today)
}

fn due_since(since_day: i32, due_days: &[i32], asked_days: &[i32], today: i32) -> Option<Due> {
    let after_days = due_days.iter().copied().rev().find(|days| since_day + days <= today)?;
    let day = since_day + after_days;
    // The last is asked for until it is done, or two more months have passed.
    let over = due_days.last() == Some(&after_days) && today > day + 60;
    let done = asked_days.iter().any(|asked| (day - EARLY_DAYS..=today).contains(asked));
    (!done && !over).then_some(Due { after_days, day, overdue: today > day + GRACE_DAYS })
}
