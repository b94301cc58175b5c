//! How good the warnings are: ranking, calibration, intervals, survival, leaders in a funnel, drift of inputs. A number that cannot be formed is `None`, not zero.
//!
//! Quality is always shown beside what chance gives: see [`recall_of_random_alarms`].

mod bootstrap;
mod calibration;
mod chance;
mod drift;
mod funnel;
mod intervals;
mod ranking;
mod survival;

pub use bootstrap::{Resamples, Spread, bootstrap};
pub use calibration::{Bin, brier, log_loss, observed_over_expected, reliability};
pub use chance::{lead_days, recall_of_random_alarms};
pub use drift::{population_stability, quantile_edges};
pub use funnel::{Funnel, FunnelPoint, Unit, funnel, overdispersion, shrunk_ratio};
pub use intervals::{Interval, clopper_pearson, difference, garwood, wilson};
pub use ranking::{AtTop, area_under_curve, at_top, average_precision};
pub use survival::{SurvivalStep, kaplan_meier};
