//! Who gives scores: the oracles, the product, and parts of it.

use attrition::features::{Family, Input};
use serde::Serialize;

/// A source of scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scorer {
    /// Knows the stage.
    OracleS,
    /// Knows every number of the world and sees what we see.
    OracleF,
    /// The product: all inputs.
    Product,
    /// Without the stage filter.
    WithoutStages,
    /// Pace and care only.
    WorkOnly,
    /// Absence and lateness only.
    PresenceOnly,
    /// Tenure and occupancy only.
    TenureAndLoad,
}

impl Scorer {
    /// All, the best first.
    pub const ALL: [Self; 7] =
        [Self::OracleS, Self::OracleF, Self::Product, Self::WithoutStages, Self::WorkOnly, Self::PresenceOnly, Self::TenureAndLoad];

    /// For people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OracleS => "Oracle-S",
            Self::OracleF => "Oracle-F",
            Self::Product => "product",
            Self::WithoutStages => "without stage filter",
            Self::WorkOnly => "pace and care only",
            Self::PresenceOnly => "presence only",
            Self::TenureAndLoad => "tenure and load only",
        }
    }

    /// Whether it is a model that may use an input; an oracle is no model.
    #[must_use]
    pub fn uses(self, input: Input) -> bool {
        let family = input.family();
        match self {
            Self::OracleS | Self::OracleF => false,
            Self::Product => true,
            Self::WithoutStages => family != Family::Pattern,
            Self::WorkOnly => {
                matches!(input, Input::Change(_) | Input::Slow(_)) && matches!(family, Family::Pace | Family::Care | Family::Presence)
            }
            Self::PresenceOnly => matches!(input, Input::Rate(_) | Input::RateChange(_)),
            Self::TenureAndLoad => matches!(family, Family::Career | Family::Load),
        }
    }
}
