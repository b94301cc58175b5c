//! Judges the early warning of attrition on worlds with known truth, beside two oracles and chance.
//!
//! A world of agents is played ([`simulator::attrition`]); what can be seen goes day by day through the baselines, filter and inputs of the product
//! ([`attrition`]), as it would on a site; a model is fitted on the first year and judged on what comes after ([`evaluate`]). The oracles see the same days.
//! No absolute number says much, since about four of ten leave without a sign: read the *skill*, the share of what Oracle-F can do, and recall beside that of
//! random alarms. [`summarise`] puts seeds together. Pure: the world comes in, numbers come out.
//!
//! ```
//! use evaluation::{Settings, evaluate};
//! use simulator::attrition::World;
//!
//! // Too small to judge anything by: it only shows the way.
//! let settings = Settings { train_days: [30, 80], test_days: [120, 150], ..Settings::default() };
//! let judged = evaluate(&World::named("loud", 1, 60, 200)?, &settings)?;
//! assert!(judged.rows.iter().any(|row| row.scorer.name() == "Oracle-F"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod alerts;
mod collecting;
mod error;
mod evaluation;
pub mod facts;
mod observing;
mod parts;
mod prior;
mod quarters;
mod ranking;
mod reasons;
mod rows;
mod scorers;
mod settings;
mod summary;
mod training;

pub use alerts::{AlertQuality, alert_quality};
pub use collecting::collect;
pub use error::Error;
pub use evaluation::{Evaluation, ScorerAlerts, ScorerRows, WorldFacts, evaluate};
pub use parts::{Part, PartQuality, part_quality};
pub use prior::{no_model, prior_model};
pub use quarters::{QuarterCalibration, quarters};
pub use ranking::{RowErrors, RowQuality, row_errors, row_quality};
pub use reasons::{Named, ReasonQuality, reason_quality, truly_shifted};
pub use rows::{Collected, Row, columns};
pub use scorers::Scorer;
pub use settings::{Method, Settings};
pub use summary::{Metric, Summary, metrics, summarise};
pub use training::{log_odds, train, unknown_inputs};
