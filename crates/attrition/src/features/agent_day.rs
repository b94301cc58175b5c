//! What is known of one agent on one day. Missing is not zero.

use super::catalogue::{Feature, catalogue};
use super::never::excluded;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The values of a day; each is there or missing.
///
/// ```
/// use attrition::features::{Feature, FeatureValues};
/// let mut values = FeatureValues::default();
/// values.set(Feature::AfterCallWork, 4.1);
/// assert_eq!((values.get(Feature::AfterCallWork), values.get(Feature::Hold)), (Some(4.1), None));
/// assert!(serde_json::from_str::<FeatureValues>(r#"{"emotion": 0.7}"#).is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, f64>", into = "BTreeMap<String, f64>")]
pub struct FeatureValues(BTreeMap<Feature, f64>);

impl FeatureValues {
    /// The value, if there is one.
    #[must_use]
    pub fn get(&self, feature: Feature) -> Option<f64> {
        self.0.get(&feature).copied()
    }

    /// Sets a value; one that is not finite counts as missing.
    pub fn set(&mut self, feature: Feature, value: f64) {
        if value.is_finite() {
            self.0.insert(feature, value);
        } else {
            self.0.remove(&feature);
        }
    }

    /// All values that there are, in order of the features.
    pub fn iter(&self) -> impl Iterator<Item = (Feature, f64)> {
        self.0.iter().map(|(feature, value)| (*feature, *value))
    }
}

impl TryFrom<BTreeMap<String, f64>> for FeatureValues {
    type Error = Error;

    fn try_from(named: BTreeMap<String, f64>) -> Result<Self, Error> {
        let mut values = Self::default();
        for (name, value) in named {
            match catalogue().iter().find(|spec| spec.code == name) {
                Some(spec) => values.set(spec.feature, value),
                None => {
                    return Err(match excluded(&name) {
                        Some(reason) => Error::NeverAnInput { name, reason },
                        None => Error::UnknownInput(name),
                    });
                }
            }
        }
        Ok(values)
    }
}

impl From<FeatureValues> for BTreeMap<String, f64> {
    fn from(values: FeatureValues) -> Self {
        values.iter().map(|(feature, value)| (feature.code().to_owned(), value)).collect()
    }
}

/// One agent on one local day of the site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentDay {
    /// The agent's id, never a name.
    pub agent: String,
    /// Days since 1970-01-01 in the site's zone.
    pub day: i32,
    /// Whether anything was worked; half-lives and evidence count these days.
    pub worked: bool,
    /// What was measured.
    pub values: FeatureValues,
}
