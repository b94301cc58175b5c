//! When a whole group moves it is an event of the organisation (strike, outage, holiday peak, new form), not of persons.

use std::collections::BTreeSet;

/// More than this share of a group alarming within three days is one event.
pub const SITE_EVENT_SHARE: f64 = 0.30;
/// Days within which alarms belong together.
const WITHIN_DAYS: i32 = 3;

/// Whether individual alarms of a group of so many agents are to be withheld today and one notice given instead. `alarms` are (agent, day).
///
/// ```
/// use attrition::signals::is_site_event;
/// // Four of ten within three days; one more is too long ago.
/// let alarms = [("a", 10), ("b", 11), ("c", 12), ("d", 12), ("d", 11), ("e", 9)];
/// assert!(is_site_event(10, &alarms, 12));
/// assert!(!is_site_event(14, &alarms, 12));
/// ```
#[must_use]
pub fn is_site_event<A: Ord>(group_size: u32, alarms: &[(A, i32)], today: i32) -> bool {
    let agents: BTreeSet<&A> =
        alarms.iter().filter(|(_, day)| *day <= today && *day > today - WITHIN_DAYS).map(|(agent, _)| agent).collect();
    agents.len() as f64 > SITE_EVENT_SHARE * f64::from(group_size)
}
