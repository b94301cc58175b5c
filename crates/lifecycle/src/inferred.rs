//! The bits of `inferred` in a fact: which rule was needed because an event was missing, late or contradictory
//! (domain.md 3.3). Counters and documentation use [`Inferred::ALL`].

/// Namespace of the bits.
///
/// ```
/// use lifecycle::Inferred;
/// assert_eq!(Inferred::names(Inferred::CLOCK_SKEW | Inferred::ACW_UNKNOWN).collect::<Vec<_>>(), ["acw_unknown", "clock_skew"]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Inferred;

/// One bit: its value, its stable name and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// One bit.
    pub bit: i32,
    /// For counters.
    pub name: &'static str,
    /// For people.
    pub description: &'static str,
}

macro_rules! rules {
    ($($constant:ident = $shift:literal, $name:literal, $description:literal;)*) => {
        impl Inferred {
            $(#[doc = $description] pub const $constant: i32 = 1 << $shift;)*

            /// Every bit, lowest first. Bits never change their meaning; new ones are added at the end.
            pub const ALL: &'static [Rule] = &[$(Rule { bit: 1 << $shift, name: $name, description: $description }),*];
        }
    };
}

rules! {
    ENTRY_INFERRED = 0, "entry_inferred", "Outcome without an entry: the visit opens at the outcome less the source's wait.";
    LEAVE_FROM_CONNECT = 1, "leave_from_connect", "The source gave no wait: the visit ends where the agent connected.";
    ABANDON_FROM_DISCONNECT = 2, "abandon_from_disconnect", "The contact disconnected while it waited: abandoned at that time.";
    CONNECT_INFERRED = 3, "connect_inferred", "End without a connection: the agent connected at the end less the source's talk.";
    END_INFERRED = 4, "end_inferred", "End of talk not seen: taken from the next connection, the after-call work or the close of the contact.";
    ACW_UNKNOWN = 5, "acw_unknown", "No after-call work was seen: the handling counts at the end of talk.";
    ACW_ASSUMED = 6, "acw_assumed", "The end of after-call work was not seen: a configured time or the close of the contact stands in.";
    CLOCK_SKEW = 7, "clock_skew", "Stamps contradict each other or the source's durations; negative durations count as 0.";
    LOST_AT_RESTART = 8, "lost_at_restart", "Still open when the source restarted: the end was never seen.";
    LOST_AT_MAX_AGE = 9, "lost_at_max_age", "Still open at the maximum age: the end was never seen.";
    LATE = 10, "late", "An event came later than the horizon. Set by the caller, never by the fold.";
    CONTRADICTION = 11, "contradiction", "A second outcome came for a visit that had one; the first counts.";
    HOLD_INFERRED = 12, "hold_inferred", "A hold without its beginning or end: it began or ended with the talk, or lasted 0.";
}

impl Inferred {
    /// The names of the bits that are set, lowest first.
    pub fn names(bits: i32) -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().filter(move |rule| bits & rule.bit != 0).map(|rule| rule.name)
    }
}
