//! Tables of the early warning of attrition that the stage `signals` fills and reads: scores, and which days are formed.

use crate::rows::Keyed;
use crate::server::{integer, text};
use crate::{Error, Server};
use clickhouse::Row;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// A row of `scores`; its columns are documented in the migrations.
#[derive(Clone, Debug, PartialEq, Row, Serialize)]
#[allow(missing_docs, reason = "documented once, in the migration")]
pub struct ScoreRow {
    pub tenant: String,
    pub site: String,
    pub day: i32,
    pub agent: String,
    pub standing: String,
    pub probability: f64,
    pub base: f64,
    pub tier: Option<String>,
    pub rules: Vec<String>,
    pub families: Vec<(String, f64)>,
    pub model_id: String,
    pub feature_schema: i32,
    pub inputs_hash: String,
    pub config_hash: String,
    pub code_version: String,
    pub version: u64,
}

/// Writes scores of one day; returns only when ClickHouse has all of them. What is written twice replaces itself.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn write_scores(server: &Server, rows: &[ScoreRow], limit: Duration) -> Result<(), Error> {
    crate::insert::insert(server, rows.iter(), limit).await.map_err(|error| Error::failed(ScoreRow::TABLE, &error))
}

/// Versions of the formed days, by tenant and site: a day that was formed anew has a higher one.
pub type FormedDays = BTreeMap<(String, String), BTreeMap<i32, u64>>;

/// Which days of agents are formed. `server` is that of the attrition database.
///
/// # Errors
/// [`Error::ClickHouse`].
pub async fn formed_days(server: &Server) -> Result<FormedDays, Error> {
    let rows = server.rows("SELECT tenant, site, day, version FROM formed_days FINAL ORDER BY tenant, site, day").await?;
    let mut formed = FormedDays::new();
    for row in &rows {
        let site = (text(row, "tenant").to_owned(), text(row, "site").to_owned());
        formed.entry(site).or_default().insert(integer(row, "day") as i32, integer(row, "version").max(0) as u64);
    }
    Ok(formed)
}
