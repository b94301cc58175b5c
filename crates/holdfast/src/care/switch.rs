//! Whether early warnings are on, and where their data lie.

use crate::config::Config;
use warehouse::{Server, Settings};

/// Whether early warnings of a site are scored and shown.
#[must_use]
pub fn is_on(_config: &Config, _site: Option<&str>) -> bool {
    true
}

/// The database of early warnings.
#[must_use]
pub fn database(config: &Config) -> String {
    format!("{}_attrition", config.clickhouse.database)
}

/// The connection to it.
#[must_use]
pub fn server(config: &Config) -> Server {
    let clickhouse = &config.clickhouse;
    Server::new(&Settings {
        url: clickhouse.url.clone(),
        database: database(config),
        user: clickhouse.user.clone(),
        password: clickhouse.password.clone(),
    })
}

/// Sites where early warnings are off although they are on elsewhere.
#[must_use]
pub fn sites_off(_config: &Config) -> Vec<String> {
    Vec::new()
}
