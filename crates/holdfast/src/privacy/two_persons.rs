//! The glass that two persons break: one of human resources asks to see a sealed signal and says why, another gives leave. Pure: a function from the log.

use super::access_log::Access;
use crate::care::Viewer;

/// Leave lasts for so long, microseconds: a day.
const LASTS_US: i64 = 24 * 3_600 * 1_000_000;

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// A second person gave it, less than a day ago.
    Given,
    /// Nobody has yet.
    Waits,
    /// It was given more than a day ago: ask anew.
    Over,
    /// There is no such request of this person for this signal.
    Unknown,
}

/// Whether `viewer` may see `signal_id` at `now_us` by this request. `log` are the lines of the request.
#[must_use]
pub fn leave(log: &[Access], viewer: &Viewer, signal_id: &str, now_us: i64) -> Leave {
    let asked = log.iter().any(|line| line.outcome == "asked" && line.person == viewer.id && line.signal_id == signal_id);
    if !asked {
        return Leave::Unknown;
    }
    let given = log.iter().filter(|line| line.outcome == "approved" && line.person != viewer.id && line.signal_id == signal_id);
    match given.map(|line| line.at_us).max() {
        None => Leave::Waits,
        Some(at_us) if now_us.saturating_sub(at_us) < LASTS_US => Leave::Given,
        Some(_) => Leave::Over,
    }
}

/// The line of the request that `viewer` may approve: somebody else's.
///
/// # Errors
/// What to do instead.
pub fn to_approve<'l>(log: &'l [Access], viewer: &Viewer) -> Result<&'l Access, &'static str> {
    let asked = log.iter().find(|line| line.outcome == "asked").ok_or("there is no such request")?;
    if asked.person == viewer.id { Err("nobody approves their own request: a second person does") } else { Ok(asked) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::care::Role;

    fn line(person: &str, outcome: &str, at_us: i64) -> Access {
        Access { person: person.to_owned(), outcome: outcome.to_owned(), signal_id: "s".to_owned(), at_us, ..Access::default() }
    }

    fn hr(id: &str) -> Viewer {
        Viewer { role: Role::HumanResources, id: id.to_owned() }
    }

    #[test]
    fn it_takes_two() {
        let asked = line("ann", "asked", 0);
        assert_eq!(leave(std::slice::from_ref(&asked), &hr("ann"), "s", 1), Leave::Waits);
        assert_eq!(leave(&[asked.clone(), line("ann", "approved", 5)], &hr("ann"), "s", 6), Leave::Waits, "not by oneself");
        let log = [asked.clone(), line("ben", "approved", 5)];
        assert_eq!(leave(&log, &hr("ann"), "s", 6), Leave::Given);
        assert_eq!(leave(&log, &hr("ann"), "t", 6), Leave::Unknown, "for one signal only");
        assert_eq!(leave(&log, &hr("ben"), "s", 6), Leave::Unknown, "for the one who asked only");
        // A day is 86 400 000 000 µs.
        assert_eq!(leave(&log, &hr("ann"), "s", 86_400_000_004), Leave::Given);
        assert_eq!(leave(&log, &hr("ann"), "s", 86_400_000_005), Leave::Over);
        assert_eq!(to_approve(std::slice::from_ref(&asked), &hr("ben")), Ok(&asked));
        assert!(to_approve(&[asked], &hr("ann")).is_err() && to_approve(&[], &hr("ben")).is_err());
    }
}
