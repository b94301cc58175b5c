//! Trains the model that warns of attrition on a site's own days, and says honestly how good it is. Pure: days and labels come in, a model and numbers go out.
//!
//! In the order of the work: [`weeks`] makes one row per agent and week and gives each only what was known at the time; [`learn`] fits as many coefficients as
//! there are leavers for, else keeps those that the product ships and fits their level; [`origins`] does that month after month and judges each model on the
//! month after it; [`challenge`] asks whether trees would have ranked better; [`model_card`] writes it all down; [`fairness`] compares groups that no model has
//! ever seen.

mod card;
mod challenge;
mod error;
pub mod fairness;
mod learning;
mod nameless;
mod origins;
mod weeks;

pub use card::{CardFacts, model_card};
#[cfg(feature = "challenger")]
pub use challenge::GradientBoosting;
pub use challenge::{Challenge, ChallengeAtOrigin, Challenger, challenge};
pub use error::Error;
pub use learning::{LearnSettings, Learned, WhatWasLearned, families, learn};
pub use nameless::{Leavings, NamelessWeek, ToldOf, WEEK_DAYS, nameless, stand_ins};
pub use origins::{AtOrigin, OriginSettings, Rolled, origins};
pub use weeks::{AgentWeek, Label, Labels, Week, Weeks};
