//! Whether a model that is in use still holds: its probabilities against who left ([`calibration`]), what is to be done about it ([`decide`]), and whether what it looks
//! at is still what it was made on ([`drift`]).
//!
//! ```
//! use attrition::upkeep::{UpkeepFacts, Verdict, decide};
//! // Of 49 leavers nothing is concluded, however wrong the model seems.
//! assert_eq!(decide(&UpkeepFacts { leavers: 49, line: None }), Verdict::TooFew);
//! ```

mod calibration;
mod drift;
mod verdict;

pub use calibration::{Calibration, Estimate, Line, ToldScore, calibration};
pub use drift::{ANOTHER_ABOVE, Drift, DriftLevel, MOVING_ABOVE, QUARTER_DAYS, WEEK_DAYS, drift, reference_quarter};
pub use verdict::{LEAVERS_MIN, UpkeepFacts, Verdict, decide, recalibrated};

use crate::hazard::LATE_ENTRY_DAYS;
use crate::quality::HORIZON_DAYS;
use std::ops::RangeInclusive;

/// So many matured days are looked at.
const MATURED_DAYS: i32 = 90;

/// The days whose scores are looked at: the last 90 of which it is known who left within the horizon, and of which the personnel department has had its time to enter it.
///
/// ```
/// assert_eq!(attrition::upkeep::matured_days(20_133), 20_000..=20_089);
/// ```
#[must_use]
pub const fn matured_days(newest_day: i32) -> RangeInclusive<i32> {
    let last = newest_day - HORIZON_DAYS - LATE_ENTRY_DAYS;
    last - MATURED_DAYS + 1..=last
}
