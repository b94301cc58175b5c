//! The section `[attrition]`: the early warning of attrition. It is about employees, so it has a database of its own, and can be switched off.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The early warning of attrition.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attrition {
    /// Off: no day of an agent is formed, nothing is scored, nothing is shown.
    pub enabled: bool,
    /// Its database; without one the name of that of the facts with `_attrition`.
    pub database: Option<String>,
    /// File of the model; without one the shipped one, whose probabilities are ranks only.
    pub model_file: Option<PathBuf>,
    /// Days that were closed meanwhile are scored so often, seconds.
    pub score_every_s: u64,
    /// No day is told while a stage has more records than this before it: after a standstill some partitions are days ahead of others, and a day that seems to be over
    /// lacks what the others still have to read.
    pub wait_above_records: u64,
    /// By site, what is other than for all.
    pub sites: BTreeMap<String, AttritionSite>,
}

/// The early warning at one site.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AttritionSite {
    /// Off: nothing of this site is scored or shown, at once.
    pub enabled: bool,
}

impl Default for AttritionSite {
    fn default() -> Self {
        AttritionSite { enabled: true }
    }
}

impl Default for Attrition {
    fn default() -> Self {
        Attrition {
            enabled: true,
            database: None,
            model_file: None,
            score_every_s: 300,
            wait_above_records: 10_000,
            sites: BTreeMap::new(),
        }
    }
}

impl Attrition {
    /// The database beside this one of the facts.
    ///
    /// ```
    /// use holdfast::config::Attrition;
    /// assert_eq!(Attrition::default().database("holdfast"), "holdfast_attrition");
    /// ```
    pub fn database(&self, facts: &str) -> String {
        self.database.clone().unwrap_or_else(|| format!("{facts}_attrition"))
    }

    /// Whether the early warning is on at a site.
    ///
    /// ```
    /// use holdfast::config::{Attrition, AttritionSite};
    /// let sites = [("north".to_owned(), AttritionSite { enabled: false })].into();
    /// let attrition = Attrition { sites, ..Attrition::default() };
    /// assert!(!attrition.scores("north") && attrition.scores("south"));
    /// assert!(!Attrition { enabled: false, ..attrition }.scores("south"));
    /// ```
    pub fn scores(&self, site: &str) -> bool {
        self.enabled && self.sites.get(site).is_none_or(|site| site.enabled)
    }

    /// What is wrong with the section.
    pub(super) fn wrong(&self, facts: &str) -> Option<String> {
        let database = self.database(facts);
        let same = database.is_empty() || database == facts;
        same.then(|| {
            format!("attrition.database = {database:?}: name a database that holds nothing else; who may read the facts need not be able to read it")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_database_is_never_that_of_the_facts() {
        let named = |name: &str| Attrition { database: Some(name.to_owned()), ..Attrition::default() };
        assert_eq!(named("people").database("holdfast"), "people");
        assert_eq!(Attrition::default().wrong("holdfast"), None);
        assert!(named("holdfast").wrong("holdfast").is_some_and(|text| text.starts_with("attrition.database")));
        assert!(named("").wrong("holdfast").is_some());
    }
}
