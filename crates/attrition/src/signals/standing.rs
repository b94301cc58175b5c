//! Who is looked at: employed, scheduled, not on leave, notice not given, and known well enough.

use crate::features::{Family, Input};
use crate::hazard::InputValues;
use std::collections::BTreeSet;

/// Scheduled shifts in 28 days from which on an agent is at risk.
const FEWEST_SHIFTS: u32 = 5;
/// Worked days before which a part-timer or new hire is not scored on own behaviour.
const FEWEST_WORKED_DAYS: u32 = 8;
/// Families of behaviour and burden of which something must be known.
const FEWEST_FAMILIES: u32 = 2;

/// What decides about the standing of an agent on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingFacts {
    /// Employed on the day.
    pub employed: bool,
    /// Notice was given by either side, or leaving is known.
    pub notice_given: bool,
    /// On leave of any kind for longer than a week: planned, sickness, parental, training, release for union work. Which is never asked.
    pub on_leave: bool,
    /// Shifts scheduled in the last 28 days.
    pub scheduled_shifts: u32,
    /// Days worked since hiring.
    pub worked_days: u32,
    /// Within ten worked days after a gap of more than 20 days.
    pub quiet: bool,
    /// The sources of the last days are complete.
    pub source_complete: bool,
    /// Families of which something is known.
    pub families_known: u32,
}

/// What an agent's score may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not at risk, or not to be looked at: no row, no score.
    NotAtRisk,
    /// At risk, but too little is known: no score is formed.
    Unknown,
    /// Scored, but no signal may open today.
    Muted,
    /// Scored, and signals may open.
    Scored,
}

/// The standing.
///
/// ```
/// use attrition::signals::{Standing, StandingFacts, standing};
/// let usual = StandingFacts {
///     employed: true, notice_given: false, on_leave: false, scheduled_shifts: 20, worked_days: 200, quiet: false, source_complete: true,
///     families_known: 4,
/// };
/// assert_eq!(standing(&usual), Standing::Scored);
/// assert_eq!(standing(&StandingFacts { on_leave: true, ..usual }), Standing::NotAtRisk);
/// ```
#[must_use]
pub fn standing(facts: &StandingFacts) -> Standing {
    if !facts.employed || facts.notice_given || facts.on_leave || facts.scheduled_shifts < FEWEST_SHIFTS {
        Standing::NotAtRisk
    } else if facts.worked_days < FEWEST_WORKED_DAYS || facts.families_known < FEWEST_FAMILIES {
        Standing::Unknown
    } else if facts.quiet || !facts.source_complete {
        Standing::Muted
    } else {
        Standing::Scored
    }
}

/// Families of behaviour and burden of which the inputs know something. Tenure, month and the stage filter say nothing about today.
#[must_use]
pub fn families_known(inputs: &InputValues) -> u32 {
    let known: BTreeSet<Family> = inputs
        .keys()
        .filter(|input| !matches!(input, Input::Missing(_)))
        .map(|input| input.family())
        .filter(|family| !matches!(family, Family::Career | Family::Calendar | Family::Pattern))
        .collect();
    known.len() as u32
}
