//! Charts that tell when an agent's own behaviour changed, and the named rules built on them. They explain and count; **none of them alerts alone**:
//! under autocorrelation, heavy tails and estimated baselines they alarm several times as often as their textbooks say (`tests/false_alarms.rs`).
//!
//! In use are [`Cusum`] (of each measure and of their sum), [`AbsenceChart`] and [`Swing`]. [`Ewma`], the settings [`CusumSettings::WHITENED`] and [`theil_sen`] have no
//! caller in the product: they are what the charts in use are compared with (`docs/decisions/0023-one-chart-of-the-sum.md`).
//!
//! All take values oriented so that + is worse. A day without a value is not observed at all: missing is not zero.

pub mod run_length;

mod absence;
mod cusum;
mod ewma;
mod onset;
mod rules;
mod slope;
mod swing;

pub use absence::{AbsenceChart, AbsenceReading, AbsenceSettings};
pub use cusum::{AfterAlarm, Cusum, CusumReading, CusumSettings};
pub use ewma::{Ewma, EwmaReading, EwmaSettings, Limits};
pub use onset::{DatedCusum, Onset, REMEMBERED_DAYS};
pub use rules::{Rule, RuleFacts};
pub use slope::{DRIFT_PER_DAY, Slope, theil_sen};
pub use swing::{Swing, SwingReading};
