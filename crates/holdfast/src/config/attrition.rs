//! The section `[attrition]`: the early warning of attrition. It is about employees, so it has a database of its own, and can be switched off.

use serde::{Deserialize, Serialize};

/// The early warning of attrition.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attrition {
    /// Off: no day of an agent is formed, nothing is scored, nothing is shown.
    pub enabled: bool,
    /// Its database; without one the name of that of the facts with `_attrition`.
    pub database: Option<String>,
}

impl Default for Attrition {
    fn default() -> Self {
        Attrition { enabled: true, database: None }
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
