//! What a new site shows: rules first, then ranks, and probabilities only when its own leavers have calibrated them.

/// Days of data before anything is shown.
const FIRST_DAYS: u32 = 15;
/// Matured leavers that calibrate the intercept.
const CALIBRATING_LEAVERS: u32 = 50;

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Showing {
    /// Nothing.
    Nothing,
    /// Rules, charts and ranks.
    Ranks,
    /// Probabilities too.
    Probabilities,
}

/// What a site shows that has so many days of data, so many matured leavers, and whose displays may have been switched off.
///
/// ```
/// use attrition::signals::{Showing, showing};
/// assert_eq!(showing(true, 100, 49), Showing::Ranks);
/// assert_eq!(showing(false, 100, 49), Showing::Nothing);
/// ```
#[must_use]
pub fn showing(enabled: bool, days_of_data: u32, matured_leavers: u32) -> Showing {
    if !enabled || days_of_data < FIRST_DAYS {
        Showing::Nothing
    } else if matured_leavers < CALIBRATING_LEAVERS {
        Showing::Ranks
    } else {
        Showing::Probabilities
    }
}
