//! Follow-ups of new hires: somebody asks how it goes after one week, one month, two and three. What nobody has done yet is due, and overdue after a week.

/// Days since hiring at which somebody asks.
pub const DUE_DAYS: [i32; 4] = [7, 30, 60, 90];
/// Days before a due day from which on a talk counts for it.
const EARLY_DAYS: i32 = 5;
/// Days after a due day until it is overdue.
const GRACE_DAYS: i32 = 7;

/// A follow-up that is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which of [`DUE_DAYS`].
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
    let after_days = DUE_DAYS.into_iter().rev().find(|days| hired_day + days <= today)?;
    let day = hired_day + after_days;
    // The last is asked for until it is done, or two more months have passed.
    let over = after_days == DUE_DAYS[DUE_DAYS.len() - 1] && today > day + 60;
    let done = asked_days.iter().any(|asked| (day - EARLY_DAYS..=today).contains(asked));
    (!done && !over).then_some(Due { after_days, day, overdue: today > day + GRACE_DAYS })
}
