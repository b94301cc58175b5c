//! The probability that an agent leaves within 30 days: a discrete-time hazard as a logistic model over weekly rows, small enough that every number of it can be
//! explained. Gradient boosting on the same inputs is not better (`tests/monthly_panel.rs` has the bars).

mod fit;
mod labels;
mod levels;
mod model;
mod recalibration;
mod scaling;
mod stages;
mod tenure;
mod train;

pub use fit::{Fit, FitSettings, TrainingRows, fit};
pub use labels::{LATE_ENTRY_DAYS, Leaving, is_training_day, outcome};
pub use levels::PersonalLevels;
pub use model::{Contribution, HazardModel, InputValues, MODEL_FORMAT, PRIOR_MODEL, Score, Term};
pub use recalibration::Recalibration;
pub use scaling::Scaling;
pub use stages::{StageDay, StageFilter, StageParameters};
pub use tenure::tenure_curve;
pub use train::{TrainSettings, train};
