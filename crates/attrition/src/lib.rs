//! Early warning of attrition: which agents show what tends to come before leaving, why, and how far such warnings can be trusted. Pure: no clock,
//! no input or output, no randomness.
//!
//! In the order of the work: [`features`] says what may be looked at and what never; [`baseline`] compares an agent with the peers and with the
//! agent's own past; [`detectors`] find when something changed; [`hazard`] gives the probability of leaving within 30 days; [`reasons`] takes that
//! number apart exactly; [`signals`] decides which few are worth a talk, and follows each to its end; [`measures`] judges all of it, [`quality`] what
//! became of the warnings of a real site, [`upkeep`] whether its model still holds; [`groove`] finds
//! work that is bent to a target.
//!
//! Every number that decides is computed with `libm`, so that a replay on another machine gives the same bits.
//!
//! ```
//! use attrition::detectors::{Cusum, CusumSettings};
//!
//! // Eleven quiet days, then after-call work one and a half personal standard deviations above the usual.
//! let mut chart = Cusum::new(CusumSettings { reference: 0.5, limit: 5.0, ..CusumSettings::LEVEL });
//! let alarm = (1..=20).map(|day| chart.observe(day, if day <= 11 { 0.0 } else { 1.5 })).find(|reading| reading.alarm);
//! assert_eq!(alarm.and_then(|reading| reading.onset_day), Some(12));
//! ```

pub mod baseline;
pub mod detectors;
pub mod features;
pub mod groove;
pub mod hazard;
pub mod measures;
pub mod numerics;
pub mod quality;
pub mod reasons;
pub mod signals;
pub mod site;
pub mod upkeep;

mod error;

pub use error::Error;
