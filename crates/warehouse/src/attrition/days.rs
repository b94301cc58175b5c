//! Sites and their days: which are closed, which have to be formed anew, and their rows.

use super::Attrition;
use super::statement::{Asked, closed, fingerprints};
use crate::Error;
use crate::server::{integer, quoted, text};
use ::attrition::features::DayFacts;
use std::collections::BTreeMap;

/// A site as its reference data name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    /// Whose site it is.
    pub tenant: String,
    /// Its id.
    pub site: String,
    /// IANA zone of its local days.
    pub zone: String,
}

/// The days of a site that are over for 36 h, by the time of its facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosedDays {
    /// First day of which anything is known, days since 1970-01-01.
    pub first_day: i32,
    /// Last one that is closed; it is closed itself.
    pub last_day: i32,
    /// Time of the latest event, microseconds since 1970.
    pub as_of_us: i64,
}

impl Attrition {
    /// Every site that has a zone, in order.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn sites(&self) -> Result<Vec<Site>, Error> {
        let sql = "SELECT s.tenant AS tenant, s.site AS site, argMax(s.zone, s.valid_from) AS zone FROM {facts}.v_sites AS s WHERE s.zone IS NOT NULL GROUP BY s.tenant, s.site ORDER BY s.tenant, s.site";
        let rows = self.own.rows(&self.filled(sql)).await?;
        let site =
            |row| Site { tenant: text(row, "tenant").to_owned(), site: text(row, "site").to_owned(), zone: text(row, "zone").to_owned() };
        Ok(rows.iter().map(site).collect())
    }

    /// The closed days of a site; none: nothing is known of it, or not for long enough.
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn closed_days(&self, site: &Site) -> Result<Option<ClosedDays>, Error> {
        let rows = self.own.rows(&self.filled(&closed(&Asked { site, first_day: 0, last_day: 0, as_of_us: 0, once: false }))).await?;
        let found = rows.first().map(|row| ClosedDays {
            first_day: integer(row, "first_day") as i32,
            last_day: integer(row, "last_day") as i32,
            as_of_us: integer(row, "latest_us"),
        });
        Ok(found.filter(|closed| closed.as_of_us > 0 && closed.first_day <= closed.last_day))
    }

    /// Closed days that were never formed, and those of the last `look_back_days` whose facts have changed since, in order. All of these are looked at;
    /// whoever asks again and again asks [`super::Watch`].
    ///
    /// # Errors
    /// [`Error::ClickHouse`].
    pub async fn stale_days(&self, site: &Site, closed: &ClosedDays, look_back_days: u16) -> Result<Vec<i32>, Error> {
        let formed = self.formed(site).await?;
        let asked = self.looked_at(site, closed, look_back_days).await?;
        let now = if formed.is_empty() { BTreeMap::new() } else { self.fingerprints(&asked).await? };
        Ok(stale(&formed, &now, closed, asked.first_day))
    }

    /// The last `look_back_days` of the closed days.
    pub(super) async fn looked_at<'a>(&self, site: &'a Site, closed: &ClosedDays, look_back_days: u16) -> Result<Asked<'a>, Error> {
        let first_day = closed.first_day.max(closed.last_day.saturating_sub(i32::from(look_back_days)).saturating_add(1));
        Ok(Asked { site, first_day, last_day: closed.last_day, as_of_us: closed.as_of_us, once: self.works_out_once().await? })
    }

    /// Rows of these days, the last one among them, by day and agent.
    ///
    /// # Errors
    /// [`Error::ClickHouse`]; [`Error::Schema`] if the table is not that of this version.
    pub async fn agent_days(&self, site: &Site, first_day: i32, last_day: i32) -> Result<Vec<DayFacts>, Error> {
        let sql = format!(
            "SELECT * FROM v_agent_days WHERE tenant = {} AND site = {} AND day BETWEEN {first_day} AND {last_day} ORDER BY day, agent
SETTINGS output_format_json_quote_64bit_integers = 0",
            quoted(&site.tenant),
            quoted(&site.site)
        );
        let bytes = self.own.fetch(&sql, "JSONEachRow").await?;
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).map_err(|error| Error::Schema(format!("v_agent_days: {error}")))).collect()
    }

    /// Whether the server can work out once what a statement needs several times (common table expressions that are materialised); one that cannot works it out each time,
    /// with the same result.
    pub(super) async fn works_out_once(&self) -> Result<bool, Error> {
        let sql = "SELECT count() AS settings FROM system.settings WHERE name = 'enable_materialized_cte'";
        Ok(self.own.rows(sql).await?.first().is_some_and(|row| integer(row, "settings") > 0))
    }

    /// Formed days with their fingerprints.
    pub(super) async fn formed(&self, site: &Site) -> Result<BTreeMap<i32, String>, Error> {
        let sql = format!(
            "SELECT day, toString(fingerprint) AS fingerprint FROM formed_days FINAL WHERE tenant = {} AND site = {}",
            quoted(&site.tenant),
            quoted(&site.site)
        );
        Ok(by_day(&self.own.rows(&sql).await?))
    }

    /// Fingerprints of the days that have any fact.
    pub(super) async fn fingerprints(&self, asked: &Asked<'_>) -> Result<BTreeMap<i32, String>, Error> {
        Ok(by_day(&self.own.rows(&self.filled(&fingerprints(asked))).await?))
    }
}

/// Closed days that were never formed, and those from `first_day` on whose fingerprint is another one now.
pub(super) fn stale(formed: &BTreeMap<i32, String>, now: &BTreeMap<i32, String>, closed: &ClosedDays, first_day: i32) -> Vec<i32> {
    let stale = |day: &i32| match formed.get(day) {
        None => true,
        Some(fingerprint) => *day >= first_day && now.get(day).map_or("0", String::as_str) != fingerprint,
    };
    (closed.first_day..=closed.last_day).filter(stale).collect()
}

fn by_day(rows: &[serde_json::Map<String, serde_json::Value>]) -> BTreeMap<i32, String> {
    rows.iter().map(|row| (integer(row, "day") as i32, text(row, "fingerprint").to_owned())).collect()
}
