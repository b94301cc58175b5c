//! The section `[attrition]`: the early warning of attrition. It is about employees, so it has a database of its own, and can be switched off.

use attrition::signals::SILENT_SHARE_MAX;
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
    /// Share of signals that are not urgent, 0 to 0.2, which are kept silent: drawn at random when they open, recorded and told to nobody, so that it can be counted what telling
    /// changes. A change holds for signals that open from then on.
    pub silent_share: f64,
    /// By site, what is other than for all.
    pub sites: BTreeMap<String, AttritionSite>,
}

/// The early warning at one site.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AttritionSite {
    /// Off: nothing of this site is scored or shown, at once.
    pub enabled: bool,
    /// Share of this site's signals that are kept silent; without one that of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent_share: Option<f64>,
}

impl Default for AttritionSite {
    fn default() -> Self {
        AttritionSite { enabled: true, silent_share: None }
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
            silent_share: 0.0,
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
    /// let sites = [("north".to_owned(), AttritionSite { enabled: false, ..AttritionSite::default() })].into();
    /// let attrition = Attrition { sites, ..Attrition::default() };
    /// assert!(!attrition.scores("north") && attrition.scores("south"));
    /// assert!(!Attrition { enabled: false, ..attrition }.scores("south"));
    /// ```
    pub fn scores(&self, site: &str) -> bool {
        self.enabled && self.sites.get(site).is_none_or(|site| site.enabled)
    }

    /// Share of a site's signals that are kept silent, 0 to 0.2.
    ///
    /// ```
    /// use holdfast::config::{Attrition, AttritionSite};
    /// let sites = [("north".to_owned(), AttritionSite { silent_share: Some(0.0), ..AttritionSite::default() })].into();
    /// let attrition = Attrition { silent_share: 0.1, sites, ..Attrition::default() };
    /// assert_eq!((attrition.silent_share("north"), attrition.silent_share("south")), (0.0, 0.1));
    /// ```
    pub fn silent_share(&self, site: &str) -> f64 {
        self.sites.get(site).and_then(|site| site.silent_share).unwrap_or(self.silent_share)
    }

    /// What is wrong with the section.
    pub(super) fn wrong(&self, facts: &str) -> Vec<String> {
        let database = self.database(facts);
        let mut wrong = Vec::new();
        if database.is_empty() || database == facts {
            wrong.push(format!(
                "attrition.database = {database:?}: name a database that holds nothing else; who may read the facts need not be able to read it"
            ));
        }
        let shares = std::iter::once(("attrition.silent_share".to_owned(), self.silent_share))
            .chain(self.sites.iter().filter_map(|(name, site)| Some((format!("attrition.sites.{name}.silent_share"), site.silent_share?))));
        wrong.extend(shares.filter(|(_, share)| !(0.0..=SILENT_SHARE_MAX).contains(share)).map(|(name, share)| {
            format!("{name} = {share}: at least 0 and at most {SILENT_SHARE_MAX} of the signals can be kept silent, for nobody talks with those people; 0.1 is 10 of 100")
        }));
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_database_is_never_that_of_the_facts() {
        let named = |name: &str| Attrition { database: Some(name.to_owned()), ..Attrition::default() };
        assert_eq!(named("people").database("holdfast"), "people");
        assert!(Attrition::default().wrong("holdfast").is_empty());
        assert!(named("holdfast").wrong("holdfast").iter().any(|text| text.starts_with("attrition.database")));
        assert_eq!(named("").wrong("holdfast").len(), 1);
    }

    #[test]
    fn no_more_than_a_fifth_is_kept_silent() {
        let of_all = |share| Attrition { silent_share: share, ..Attrition::default() }.wrong("holdfast");
        let of_site = |share| {
            let sites = [("north".to_owned(), AttritionSite { silent_share: Some(share), ..AttritionSite::default() })].into();
            Attrition { sites, ..Attrition::default() }.wrong("holdfast")
        };
        assert_eq!((of_all(0.0).len(), of_all(0.2).len(), of_site(0.2).len()), (0, 0, 0));
        // 10 is what somebody writes who means 10 of 100.
        for share in [-0.01, 0.21, 10.0, f64::NAN] {
            assert!(of_all(share)[0].starts_with("attrition.silent_share = ") && of_all(share)[0].contains("0.1 is 10 of 100"), "{share}");
            assert!(of_site(share)[0].starts_with("attrition.sites.north.silent_share = "), "{share}");
        }
    }
}
