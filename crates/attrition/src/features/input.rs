//! The inputs of the hazard model, each with a name that is stable in model files. There is no way to make one that is not in [`Input::all`].

use super::catalogue::{Family, Feature, Treatment, catalogue};
use super::never::excluded;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Columns of the curve of tenure.
pub const TENURE_TERMS: u8 = 6;

/// One input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Input {
    /// A column of the curve of tenure, from 0.
    Tenure(u8),
    /// A standardised feature over 7 worked days less the same over 21: how much worse it became lately. Beside [`Input::Slow`], both held at zero or above, it says
    /// that change beats level, which two means of different length, both held at zero or above, cannot.
    Change(Feature),
    /// A standardised feature over 21 worked days.
    Slow(Feature),
    /// ln of the agent's own long rate.
    Rate(Feature),
    /// ln of recent over long rate.
    RateChange(Feature),
    /// A plain feature as of the day.
    Now(Feature),
    /// A feature of load or surroundings where the agent has fewer than 15 worked days; else 0.
    Young(Feature),
    /// 1 if the family has no value.
    Missing(Family),
    /// A month of the year, 1 to 12.
    Month(u8),
    /// Log-odds of leaving within 30 days by the stage filter alone.
    Outlook,
}

impl Input {
    /// Every input there is.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = (0..TENURE_TERMS).map(Self::Tenure).collect();
        for spec in catalogue() {
            let feature = spec.feature;
            match spec.treatment {
                Treatment::Standardised => all.extend([Self::Change(feature), Self::Slow(feature)]),
                Treatment::Rate => all.extend([Self::Rate(feature), Self::RateChange(feature)]),
                Treatment::Plain => all.push(Self::Now(feature)),
                Treatment::Tenure => {}
            }
            if matches!(spec.family, Family::Load | Family::Surroundings) {
                all.push(Self::Young(feature));
            }
        }
        all.extend([Family::Presence, Family::Pace, Family::Care, Family::Load, Family::Surroundings, Family::Pulse].map(Self::Missing));
        all.extend((1..=12).map(Self::Month));
        all.push(Self::Outlook);
        all
    }

    /// The input of this name.
    ///
    /// ```
    /// use attrition::features::{Feature, Input};
    /// assert_eq!(Input::named("acw.change"), Ok(Input::Change(Feature::AfterCallWork)));
    /// assert!(Input::named("gender").unwrap_err().to_string().contains("protected"));
    /// ```
    ///
    /// # Errors
    /// [`Error::NeverAnInput`] or [`Error::UnknownInput`].
    pub fn named(name: &str) -> Result<Self, Error> {
        Self::all().into_iter().find(|input| input.to_string() == name).ok_or_else(|| match excluded(name) {
            Some(reason) => Error::NeverAnInput { name: name.to_owned(), reason },
            None => Error::UnknownInput(name.to_owned()),
        })
    }

    /// The feature that it is made from, if one.
    #[must_use]
    pub fn feature(self) -> Option<Feature> {
        match self {
            Self::Change(feature)
            | Self::Slow(feature)
            | Self::Rate(feature)
            | Self::RateChange(feature)
            | Self::Now(feature)
            | Self::Young(feature) => Some(feature),
            Self::Tenure(_) => Some(Feature::Tenure),
            Self::Missing(_) | Self::Month(_) | Self::Outlook => None,
        }
    }

    /// The family in which its contribution is shown.
    #[must_use]
    pub fn family(self) -> Family {
        match self {
            Self::Missing(family) => family,
            Self::Month(_) => Family::Calendar,
            Self::Outlook => Family::Pattern,
            other => other.feature().map_or(Family::Career, |feature| feature.spec().family),
        }
    }

    /// Whether its coefficient must not be negative, so that no reason ever says that better work or better attendance raised the risk.
    #[must_use]
    pub fn not_negative(self) -> bool {
        matches!(self, Self::Change(_) | Self::Slow(_) | Self::Rate(_) | Self::RateChange(_))
    }
}

impl fmt::Display for Input {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tenure(term) => write!(formatter, "tenure.{term}"),
            Self::Change(feature) => write!(formatter, "{}.change", feature.code()),
            Self::Slow(feature) => write!(formatter, "{}.ew21", feature.code()),
            Self::Rate(feature) => write!(formatter, "{}.rate", feature.code()),
            Self::RateChange(feature) => write!(formatter, "{}.change", feature.code()),
            Self::Now(feature) => formatter.write_str(feature.code()),
            Self::Young(feature) => write!(formatter, "{}.young", feature.code()),
            Self::Missing(family) => write!(formatter, "missing.{}", format!("{family:?}").to_lowercase()),
            Self::Month(month) => write!(formatter, "month.{month}"),
            Self::Outlook => formatter.write_str("stage.leaving"),
        }
    }
}

impl TryFrom<String> for Input {
    type Error = Error;

    fn try_from(name: String) -> Result<Self, Error> {
        Self::named(&name)
    }
}

impl From<Input> for String {
    fn from(input: Input) -> Self {
        input.to_string()
    }
}
