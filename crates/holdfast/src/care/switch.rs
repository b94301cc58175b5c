//! Whether early warnings are on, and where their data lie.

use crate::config::Config;
use warehouse::Server;
use warehouse::attrition::Attrition;

/// Whether early warnings are scored and shown: at all, or at a site.
#[must_use]
pub fn is_on(config: &Config, site: Option<&str>) -> bool {
    site.map_or(config.attrition.enabled, |site| config.attrition.scores(site))
}

/// Sites where early warnings are off although they are on elsewhere.
#[must_use]
pub fn sites_off(config: &Config) -> Vec<String> {
    config.attrition.sites.iter().filter(|(_, site)| !site.enabled).map(|(name, _)| name.clone()).collect()
}

/// Shares of signals that are kept silent: of all sites, and by site where it is another and early warnings are on.
#[must_use]
pub fn silent_shares(config: &Config) -> (f64, Vec<(String, f64)>) {
    let of_all = config.attrition.silent_share;
    let on = config.attrition.sites.iter().filter(|(_, site)| site.enabled);
    let other = on.filter_map(|(name, site)| Some((name.clone(), site.silent_share.filter(|share| share.total_cmp(&of_all).is_ne())?)));
    (of_all, other.collect())
}

/// The connection to the database of early warnings, which is there even where they are switched off: what is kept must still be deleted.
#[must_use]
pub fn server(config: &Config) -> Server {
    let facts = crate::serving::server(config);
    Attrition::new(&facts, &config.attrition.database(&config.clickhouse.database)).server().clone()
}
